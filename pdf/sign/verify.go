package sign

import (
	"cmp"
	"crypto"
	"crypto/x509"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// MaxSize is the largest file that is read.
const MaxSize = 16 << 20

const maxSignatures = 16

// Verify reads a file and judges every signature. The error is a *Error, only when
// the file cannot be read as a PDF. Time and memory grow with the file's size, which
// is at most MaxSize.
func Verify(pdf []byte, t Trust) (Report, error) {
	d, err := open(pdf)
	if err != nil {
		return Report{}, err
	}
	_, root, err := d.root()
	if err != nil {
		return Report{}, err
	}
	var rep Report
	if rep.Evidence, err = d.evidence(root); err != nil {
		return Report{}, err
	}
	if rep.Files, err = d.files(root); err != nil {
		return Report{}, err
	}
	fields, err := d.signatures(root)
	if err != nil {
		return Report{}, err
	}
	v := verifier{document: d, trust: t, evidence: rep.Evidence}
	for _, c := range rep.Evidence.Certs {
		if c, err := x509.ParseCertificate(c); err == nil && checkKey(c) == nil {
			v.kept = append(v.kept, c)
		}
	}
	var found []*finding
	for _, f := range fields {
		found = append(found, v.judge(f))
	}
	slices.SortStableFunc(found, func(a, b *finding) int { return cmp.Compare(uint(a.End-1), uint(b.End-1)) }) // without a range last
	v.believe(found)
	for _, f := range found {
		rep.Signatures = append(rep.Signatures, f.Signature)
		if why := cmp.Or(f.Why, f.After); why != "" {
			rep.Altered, rep.Why = true, cmp.Or(rep.Why, why)
		}
	}
	switch {
	case len(found) == 0:
		rep.Why = NoSignature
	case d.end != len(pdf) && !rep.Altered:
		rep.Altered, rep.Why = true, Appended
	}
	return rep, nil
}

// VerifyDetached verifies a CMS over data that lies elsewhere. What tells of a file
// stays empty.
func VerifyDetached(cms, data []byte, t Trust) Signature {
	f := &finding{}
	v := verifier{trust: t}
	v.message(f, cms, hashOf(data))
	v.believe([]*finding{f})
	return f.Signature
}

// verifier judges the signatures of one file.
type verifier struct {
	*document
	trust    Trust
	evidence Evidence
	kept     []*x509.Certificate // of the evidence
}

// finding is a signature while it is judged.
type finding struct {
	Signature
	certs []*x509.Certificate // that came with it
	stamp *stamped            // sound, trusted or not
}

// signed is a field with its signature.
type signed struct {
	name  string
	value any // as the field has it
}

// signatures are the signature fields that have a value.
func (d *document) signatures(root dict) ([]signed, error) {
	form, err := d.dict(root["AcroForm"])
	if err != nil {
		return nil, err
	}
	var out []signed
	seen := map[ref]bool{}
	var walk func(list any, called string, kind any, depth int) error
	walk = func(list any, called string, kind any, depth int) error {
		if depth > maxDepth {
			return fail(TooLarge)
		}
		fields, err := d.array(list)
		if err != nil {
			return err
		}
		for _, v := range fields {
			if r, ok := v.(ref); ok {
				if seen[r] {
					return fail(Damaged)
				}
				seen[r] = true
			}
			field, err := d.dict(v)
			if err != nil {
				return err
			}
			own, is := called, kind
			if t := read(field["T"]); t != "" {
				own = t
			}
			if field["FT"] != nil {
				is = field["FT"]
			}
			if is == name("Sig") && field["V"] != nil {
				if len(out) == maxSignatures {
					return fail(TooLarge)
				}
				out = append(out, signed{own, field["V"]})
			}
			if err := walk(field["Kids"], own, is, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	return out, walk(form["Fields"], "", nil, 0)
}

// judge checks what one signature covers and whether it is sound; whom to believe
// comes after, since a later stamp may say when it was made.
func (v *verifier) judge(s signed) *finding {
	f := &finding{}
	f.Field = s.name
	d, err := v.dict(s.value)
	if err != nil {
		f.Why = reasonOf(err)
		return f
	}
	f.Name, f.Cause, f.Claimed = read(d["Name"]), read(d["Reason"]), when(d["M"])
	contents, ok := d["Contents"].(text)
	if !ok {
		f.Why = BadFormat
		return f
	}
	if f.End, ok = v.covered(d["ByteRange"], contents); !ok {
		f.Why = BadRange
		return f
	}
	f.Whole = f.End == len(v.b)
	if f.Why = v.revision(f, s.value); f.Why != "" {
		return f
	}
	der, ok := padded(contents.b)
	if !ok {
		f.Why = BadFormat
		return f
	}
	digest := hashOf(v.b[:contents.from], v.b[contents.to:f.End])
	switch d["SubFilter"] {
	case name("ETSI.CAdES.detached"), name("adbe.pkcs7.detached"):
		v.message(f, der, digest)
	case name("ETSI.RFC3161"):
		v.document3161(f, der, digest)
	default:
		f.Why = Unsupported
	}
	return f
}

func reasonOf(err error) Reason {
	if e, ok := err.(*Error); ok {
		return e.Why
	}
	return Damaged
}

// covered gives the end of what a range covers: all from the beginning of the file
// but the contents of this very signature, brackets included.
func (v *verifier) covered(value any, contents text) (end int, ok bool) {
	list, ok := value.(array)
	if !ok || len(list) != 4 {
		return 0, false
	}
	var r [4]int
	for i, e := range list {
		if r[i], ok = e.(int); !ok || r[i] < 0 || r[i] > len(v.b) {
			return 0, false
		}
	}
	end = r[2] + r[3]
	ok = r[0] == 0 && r[1] == contents.from && r[2] == contents.to && end <= len(v.b) && v.b[contents.from] == '<'
	return end, ok
}

// revision checks that what was signed is a whole file, with this signature in it,
// and looks at what came after.
func (v *verifier) revision(f *finding, value any) Reason {
	old, err := openWithin(v.b[:f.End], v.left)
	if err != nil || old.end != f.End {
		return BadRange
	}
	r, ok := value.(ref)
	if !ok || old.at[r.num] != v.at[r.num] || old.at[r.num].gen != r.gen {
		return BadRange
	}
	if _, ok := old.at[r.num]; !ok {
		return BadRange
	}
	switch changed, err := changes(old, v.document); {
	case err != nil, changed, !v.continues(old):
		f.After = Changed
	case v.end != len(v.b):
		f.After = Appended
	}
	return ""
}

// padded cuts the zeros after a DER element.
func padded(b []byte) ([]byte, bool) {
	rest := cryptobyte.String(b)
	var element cryptobyte.String
	var tag casn1.Tag
	if !rest.ReadAnyASN1Element(&element, &tag) {
		return nil, false
	}
	return element, !slices.ContainsFunc(rest, func(c byte) bool { return c != 0 })
}

// message judges a CMS over a digest.
func (v *verifier) message(f *finding, der []byte, digest func(crypto.Hash) []byte) {
	m, err := readMessage(der)
	if err == nil && m.inside != nil {
		err = fail(BadFormat)
	}
	if err != nil {
		f.Why = reasonOf(err)
		return
	}
	f.certs = m.certs
	cert, err := m.check(oidData, digest)
	f.describe(cert)
	if err != nil {
		f.Why = reasonOf(err)
		return
	}
	f.Valid = true
	if m.token == nil {
		return
	}
	f.Token = m.token
	f.stamp, err = checkStamp(m.token, hashOf(m.value), v.trust.Stamps, slices.Concat(v.trust.Between, v.kept))
	if err != nil {
		f.StampWhy = reasonOf(err)
		return
	}
	f.Stamped, f.StampedBy = &f.stamp.at, f.stamp.cert
}

// document3161 judges a time stamp over the file.
func (v *verifier) document3161(f *finding, der []byte, digest func(crypto.Hash) []byte) {
	f.Document, f.Token = true, der
	s, err := checkStamp(der, digest, v.trust.Stamps, slices.Concat(v.trust.Between, v.kept))
	if s == nil {
		f.Why = reasonOf(err)
		return
	}
	f.describe(s.cert)
	f.Valid, f.stamp = true, s
	if err != nil {
		f.StampWhy = reasonOf(err)
		return
	}
	f.Stamped, f.StampedBy, f.Trusted, f.Chain = &s.at, s.cert, AnchorStamp, s.chain
}

func (f *finding) describe(c *x509.Certificate) {
	if c == nil {
		return
	}
	f.Cert, f.Subject, f.Issuer, f.Serial = c, c.Subject.String(), c.Issuer.String(), c.SerialNumber.Text(16)
}

// believe finds whose each signature is, newest first: a trusted stamp over the
// file proves that what it covers existed by then.
func (v *verifier) believe(found []*finding) {
	var known *time.Time
	var by *x509.Certificate
	for _, f := range slices.Backward(found) {
		if f.Document {
			if f.Valid && f.Stamped != nil {
				known, by = f.Stamped, f.StampedBy
			}
			f.Revocation = Unchecked
			continue
		}
		late := f.Valid && f.Stamped == nil && known != nil
		if late {
			f.Stamped, f.StampedBy = known, by
		}
		v.trusted(f, late)
	}
}

// hour is when a certificate must have been in force: at its own stamp, at the
// instant that the caller knows, at a late stamp over the file, or when the signature
// claims to be of.
func (f *finding) hour(t Trust, late bool) time.Time {
	if f.Stamped != nil && !late {
		return *f.Stamped
	}
	if t.At != nil {
		if at := t.At(f.Signature); !at.IsZero() {
			return at
		}
	}
	if late {
		return *f.Stamped
	}
	return f.Claimed
}

func (v *verifier) trusted(f *finding, late bool) {
	f.Revocation = Unchecked
	if !f.Valid || f.Cert.IsCA {
		return
	}
	if u := f.Cert.KeyUsage; u != 0 && u&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) == 0 {
		return
	}
	at := f.hour(v.trust, late)
	for _, a := range []struct {
		anchor Anchor
		pool   *x509.CertPool
	}{{AnchorSigner, v.trust.Signers}, {AnchorSeal, v.trust.Seals}} {
		if f.Chain = chain(f.Cert, a.pool, at, f.certs, v.trust.Between, v.kept); f.Chain != nil {
			f.Trusted = a.anchor
			break
		}
	}
	if v.trust.Revocation != nil && len(f.Chain) > 1 {
		f.Revocation = v.trust.Revocation(f.Cert, f.Chain[1], at, v.evidence)
	}
}
