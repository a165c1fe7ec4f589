package efirma

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"regexp"
	"strings"
)

// The most that a file of a certificate may have, and a file of authorities.
const (
	MaxFile        = 16 << 10
	MaxAuthorities = 64 << 10
)

// Certificate is one, and what it says of whose it is.
type Certificate struct {
	X509   *x509.Certificate
	Name   string
	RFC    string // of whose it is; "" when it says none that could be one
	CURP   string // of a natural person, or of the representative of a legal one
	Serial string // 20 digits as the tax authority writes it, hex otherwise
	Legal  bool   // of a legal person
	Seal   bool   // for invoices (CSD), not for signing
}

// Attributes of a subject that Go does not name.
var (
	oidName     = asn1.ObjectIdentifier{2, 5, 4, 41}
	oidCommon   = asn1.ObjectIdentifier{2, 5, 4, 3}
	oidUnit     = asn1.ObjectIdentifier{2, 5, 4, 11}
	oidUniqueID = asn1.ObjectIdentifier{2, 5, 4, 45}
	oidSerial   = asn1.ObjectIdentifier{2, 5, 4, 5}
)

var (
	natural = regexp.MustCompile(`^[A-ZÑ&]{4}[0-9]{6}[A-Z0-9]{3}$`)
	legal   = regexp.MustCompile(`^[A-ZÑ&]{3}[0-9]{6}[A-Z0-9]{3}$`)
	digits  = regexp.MustCompile(`^[0-9]{20}$`)
)

// Read reads a .cer file: DER, or PEM with one certificate in it.
func Read(file []byte) (Certificate, error) {
	if len(file) > MaxFile {
		return Certificate{}, refuse(Unreadable)
	}
	if block, rest := pem.Decode(file); block != nil && block.Type == "CERTIFICATE" && len(bytes.TrimSpace(rest)) == 0 {
		file = block.Bytes
	}
	x, err := x509.ParseCertificate(file)
	if err != nil {
		return Certificate{}, &Refusal{Why: Unreadable, Err: err}
	}
	return Of(x), nil
}

// Of reads what a certificate says.
func Of(x *x509.Certificate) Certificate {
	c := Certificate{X509: x, Serial: serial(x)}
	common, unit := "", false
	for _, a := range x.Subject.Names {
		text, _ := a.Value.(string)
		text = strings.TrimSpace(text)
		switch {
		case a.Type.Equal(oidName):
			c.Name = text
		case a.Type.Equal(oidCommon):
			common = text
		case a.Type.Equal(oidUnit):
			unit = true
		case a.Type.Equal(oidUniqueID):
			c.RFC, c.Legal = taxpayer(text)
		case a.Type.Equal(oidSerial):
			_, after, two := strings.Cut(text, "/")
			if c.CURP = text; two {
				c.CURP = strings.TrimSpace(after)
			}
		}
	}
	if c.Name == "" {
		c.Name = common
	}
	wide := x.KeyUsage & (x509.KeyUsageDataEncipherment | x509.KeyUsageKeyAgreement)
	c.Seal = unit || wide == 0 && len(x.ExtKeyUsage)+len(x.UnknownExtKeyUsage) == 0
	return c
}

// taxpayer reads the RFC of a subject. For a legal person that of its
// representative follows after a slash.
func taxpayer(text string) (rfc string, isLegal bool) {
	first, _, two := strings.Cut(text, "/")
	first = strings.TrimSpace(first)
	switch {
	case legal.MatchString(first):
		return first, true
	case natural.MatchString(first):
		return first, two
	}
	return "", two
}

// serial is the number as people read it: the 20 bytes of the tax authority's are
// the digits themselves.
func serial(x *x509.Certificate) string {
	if s := string(x.SerialNumber.Bytes()); digits.MatchString(s) {
		return s
	}
	return x.SerialNumber.Text(16)
}

// ReadAuthorities reads a file with one or several certificates of authorities, in
// DER or PEM. Any other certificate among them refuses the file.
func ReadAuthorities(file []byte) ([]*x509.Certificate, error) {
	all, err := readAll(file)
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		if !x.IsCA || !x.BasicConstraintsValid {
			return nil, refuse(Authority)
		}
		if weakKey(x) {
			return nil, refuse(Weak)
		}
	}
	return all, nil
}

// ReadResponder reads the certificate of a responder, which is to be pinned.
func ReadResponder(file []byte) (*x509.Certificate, error) {
	all, err := readAll(file)
	switch {
	case err != nil:
		return nil, err
	case len(all) != 1:
		return nil, refuse(Unreadable)
	case weakKey(all[0]):
		return nil, refuse(Weak)
	case !canAnswer(all[0]):
		return nil, refuse(Purpose)
	}
	return all[0], nil
}

// canAnswer reports whether a certificate may sign answers at all: a person's may
// not, however it came to be pinned.
func canAnswer(x *x509.Certificate) bool {
	for _, u := range x.ExtKeyUsage {
		if u == x509.ExtKeyUsageOCSPSigning {
			return true
		}
	}
	return x.IsCA && x.BasicConstraintsValid
}

func readAll(file []byte) ([]*x509.Certificate, error) {
	if len(file) > MaxAuthorities {
		return nil, refuse(Unreadable)
	}
	block, rest := pem.Decode(file)
	if block == nil {
		x, err := x509.ParseCertificate(file)
		if err != nil {
			return nil, &Refusal{Why: Unreadable, Err: err}
		}
		return []*x509.Certificate{x}, nil
	}
	var all []*x509.Certificate
	for ; block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			return nil, refuse(Unreadable)
		}
		x, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, &Refusal{Why: Unreadable, Err: err}
		}
		all = append(all, x)
	}
	return all, nil
}

// Keys of RSA must have at least so many bits; beyond the other bounds they only
// cost time, and package sign does not sign or verify with them.
const (
	minBits     = 2048
	maxBits     = 8192
	maxExponent = 1<<16 + 1
)

// weakKey reports whether a key of RSA is too short, or absurdly long. Authorities
// may have other keys; a person's must be of RSA (check.go).
func weakKey(x *x509.Certificate) bool {
	key, ok := x.PublicKey.(*rsa.PublicKey)
	if !ok {
		return x.PublicKeyAlgorithm != x509.ECDSA && x.PublicKeyAlgorithm != x509.Ed25519
	}
	return key.N.BitLen() < minBits || key.N.BitLen() > maxBits || key.E > maxExponent
}
