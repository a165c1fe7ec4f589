package efirma

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"strings"
	"time"
)

// Trust is what an administrator installed.
type Trust struct {
	Authorities []*x509.Certificate // roots and those below them
	Responders  []*x509.Certificate // pinned: may answer about any certificate
}

// Check says whether the person with that RFC may sign with a certificate at an
// instant, by all but revocation. The chain begins with the certificate itself
// and its issuer. The first reason is that which helps most to put it right.
func (t Trust) Check(c Certificate, rfc string, at time.Time) (chain []*x509.Certificate, err error) {
	x := c.X509
	_, isRSA := x.PublicKey.(*rsa.PublicKey)
	switch {
	case x.IsCA || x.KeyUsage&x509.KeyUsageCertSign != 0:
		return nil, refuse(Authority)
	case c.Legal:
		return nil, refuse(Legal)
	case c.Seal:
		return nil, refuse(Invoices)
	case c.RFC == "":
		return nil, refuse(Unnamed)
	case c.RFC != strings.TrimSpace(rfc):
		return nil, refuse(Other)
	case !isRSA, weakKey(x), !sound(x.SignatureAlgorithm):
		return nil, refuse(Weak)
	case x.KeyUsage&x509.KeyUsageDigitalSignature == 0, x.KeyUsage&x509.KeyUsageContentCommitment == 0:
		return nil, refuse(Purpose)
	case at.Before(x.NotBefore):
		return nil, &Refusal{Why: Early, At: x.NotBefore}
	case at.After(x.NotAfter):
		return nil, &Refusal{Why: Expired, At: x.NotAfter}
	case len(t.Authorities) == 0:
		return nil, refuse(NoAnchors)
	}
	return t.chain(x, at)
}

// chain finds the issuer among the authorities, which were in date then.
func (t Trust) chain(x *x509.Certificate, at time.Time) ([]*x509.Certificate, error) {
	anchors := x509.NewCertPool()
	for _, a := range t.Authorities {
		anchors.AddCert(a)
	}
	chains, err := x.Verify(x509.VerifyOptions{
		Roots: anchors, Intermediates: anchors, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return nil, &Refusal{Why: Stranger, Err: err}
	}
	longest := chains[0]
	for _, c := range chains[1:] {
		if len(c) > len(longest) {
			longest = c
		}
	}
	if len(longest) < 2 {
		return nil, refuse(Stranger)
	}
	return longest, nil
}

// sound are the signatures that an authority may have made on a certificate.
func sound(a x509.SignatureAlgorithm) bool {
	switch a {
	case x509.SHA256WithRSA, x509.SHA384WithRSA, x509.SHA512WithRSA,
		x509.ECDSAWithSHA256, x509.ECDSAWithSHA384, x509.ECDSAWithSHA512:
		return true
	}
	return false
}

// CheckSignature says whether a signature is that of a text with the key of a
// certificate: RSA PKCS #1 v1.5 with SHA-256, as browsers make it.
func CheckSignature(x *x509.Certificate, text, signature []byte) error {
	key, ok := x.PublicKey.(*rsa.PublicKey)
	if !ok {
		return refuse(Weak)
	}
	sum := sha256.Sum256(text)
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature); err != nil {
		return &Refusal{Why: Signature, Err: err}
	}
	return nil
}
