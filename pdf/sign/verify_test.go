package sign_test

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"declara/pdf/sign"
)

// TestFlips: one bit turned in 500 places of what the first signature covers, and
// as many of the second, is refused each time.
func TestFlips(t *testing.T) {
	pdf, first := sealed(t, nil)
	all := byteRange.FindAllSubmatchIndex(pdf, -1)
	r := rand.New(rand.NewPCG(3, 14))
	hole := func(i int) bool {
		for _, m := range all {
			var from, to int
			fmt.Sscan(string(pdf[m[2]:m[3]]), &from)
			fmt.Sscan(string(pdf[m[4]:m[5]]), &to)
			if i >= from && i < to {
				return true
			}
		}
		return false
	}
	for _, c := range []struct{ which, from, to int }{{0, 0, first}, {1, first, len(pdf)}} {
		for n := 0; n < 500; {
			i := c.from + r.IntN(c.to-c.from)
			if hole(i) {
				continue
			}
			n++
			bad := bytes.Clone(pdf)
			bad[i] ^= 1 << r.IntN(8)
			rep, err := sign.Verify(bad, keys().trust())
			if err != nil {
				continue
			}
			if !rep.Altered && rep.Why == "" {
				t.Fatalf("a bit turned at %d of %d was not seen", i, len(pdf))
			}
			valid := 0
			for _, s := range rep.Signatures {
				if s.Valid {
					valid++
				}
			}
			if valid > c.which {
				t.Fatalf("a bit turned at %d of %d: %d signatures still valid", i, len(pdf), valid)
			}
			if c.which == 1 && len(rep.Signatures) == 2 && !rep.Signatures[0].Valid {
				t.Fatalf("a bit turned after the first signature, at %d, broke it: %s", i, rep.Signatures[0].Why)
			}
		}
	}
}

// TestHoleFlips turns bits inside of a signature. A CMS has parts that nobody
// signs, so some stay valid: as a signature of the same person over the same bytes.
func TestHoleFlips(t *testing.T) {
	pdf, _ := sealed(t, nil)
	want, err := sign.Verify(pdf, keys().trust())
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(2, 71))
	m := byteRange.FindAllSubmatchIndex(pdf, -1)[1]
	var from int
	fmt.Sscan(string(pdf[m[2]:m[3]]), &from)
	still := 0
	for range 500 {
		bad := bytes.Clone(pdf)
		bad[from+1+r.IntN(2*len(parts(t, pdf)[1].cms))] ^= 1 << r.IntN(8)
		rep, err := sign.Verify(bad, keys().trust())
		if err != nil || len(rep.Signatures) != 2 || !rep.Signatures[1].Valid {
			continue
		}
		still++
		if a, b := rep.Signatures[1], want.Signatures[1]; a.End != b.End || !a.Claimed.Equal(b.Claimed) || !a.Cert.Equal(b.Cert) {
			t.Errorf("%+v", a)
		}
	}
	if still > 25 {
		t.Errorf("%d of 500 changed signatures are valid", still)
	}
	t.Logf("%d of 500 still valid", still)
}

// TestAppended: what follows the last revision is told, whatever it is.
func TestAppended(t *testing.T) {
	pdf, _ := sealed(t, nil)
	for name, more := range map[string]string{
		"a space": " ", "words": "and then some", "a lot": string(bytes.Repeat([]byte("x"), 5000)), "a comment": "%%EOF\n", "half a revision": "1 0 obj\n<< >>\nendobj\n",
	} {
		rep, err := sign.Verify(append(bytes.Clone(pdf), more...), keys().trust())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !rep.Altered || rep.Why != sign.Appended || rep.Signatures[1].Whole || !rep.Signatures[1].Valid {
			t.Errorf("%s: %+v", name, rep)
		}
	}
	unsigned, err := sign.Verify(append(bytes.Clone(one()), "more"...), keys().trust())
	if err != nil || unsigned.Why != sign.NoSignature || unsigned.Altered {
		t.Error(unsigned, err)
	}
}

// revise appends a revision with one object replaced or added.
func revise(t *testing.T, pdf []byte, num int, body string) []byte {
	t.Helper()
	trailers := regexp.MustCompile(`(?s)trailer\n(<<.*?>>)\nstartxref\n(\d+)`).FindAllSubmatch(pdf, -1)
	last := trailers[len(trailers)-1]
	out := bytes.Clone(pdf)
	at := len(out)
	out = fmt.Appendf(out, "%d 0 obj\n%s\nendobj\n", num, body)
	table := len(out)
	trailer := regexp.MustCompile(`/Prev \d+\n`).ReplaceAll(last[1], nil)
	var size int
	if m := regexp.MustCompile(`/Size (\d+)`).FindSubmatch(trailer); m != nil {
		fmt.Sscan(string(m[1]), &size)
	}
	trailer = regexp.MustCompile(`/Size \d+`).ReplaceAll(trailer, fmt.Appendf(nil, "/Size %d", max(size, num+1)))
	trailer = bytes.TrimSuffix(trailer, []byte(">>"))
	out = fmt.Appendf(out, "xref\n%d 1\n%010d 00000 n \ntrailer\n%s/Prev %s\n>>\nstartxref\n%d\n%%%%EOF\n", num, at, trailer, last[2], table)
	return out
}

// latest is the newest body of an object with some words in it.
func latest(t *testing.T, pdf []byte, words string) (int, string) {
	t.Helper()
	num, body := 0, ""
	for _, m := range regexp.MustCompile(`(?s)(\d+) 0 obj\n(.*?)\nendobj`).FindAllSubmatch(pdf, -1) {
		if bytes.Contains(m[2], []byte(words)) {
			fmt.Sscan(string(m[1]), &num)
			body = string(m[2])
		}
	}
	if num == 0 {
		t.Fatalf("no object with %q", words)
	}
	return num, body
}

// TestChangedLater: a revision after the signatures that changes a page, the
// catalogue, a field or a box is told, even when its author signs over it.
func TestChangedLater(t *testing.T) {
	pdf, first := sealed(t, nil)
	page, pageBody := latest(t, pdf, "/Type /Page\n")
	root, rootBody := latest(t, pdf, "/Type /Catalog")
	seal, sealBody := latest(t, pdf, "/FT /Sig")
	form, formBody := latest(t, pdf, "/SigFlags")
	for name, bad := range map[string][]byte{
		"page":    revise(t, pdf, page, regexp.MustCompile(`/Contents \d+`).ReplaceAllString(pageBody, "/Contents 1")),
		"annots":  revise(t, pdf, page, regexp.MustCompile(`(?s)<<\n?`).ReplaceAllString(pageBody[:2], "<< /Rotate 180\n")+pageBody[2:]),
		"root":    revise(t, pdf, root, regexp.MustCompile(`/Lang \([^)]*\)`).ReplaceAllString(rootBody, "/Lang (en)")),
		"field":   revise(t, pdf, seal, regexp.MustCompile(`/Rect \[\d+`).ReplaceAllString(sealBody, "/Rect [10")),
		"emptied": revise(t, pdf, seal, regexp.MustCompile(`/V \d+ 0 R\n?`).ReplaceAllString(sealBody, "")),
		"form":    revise(t, pdf, form, regexp.MustCompile(`/Fields \[[^]]*\]`).ReplaceAllString(formBody, "/Fields []")),
	} {
		rep, err := sign.Verify(bad, keys().trust())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if name == "form" {
			if rep.Why != sign.NoSignature {
				t.Errorf("%s: %+v", name, rep)
			}
			continue
		}
		if !rep.Altered || rep.Signatures[0].After != sign.Changed || !rep.Signatures[0].Valid {
			t.Errorf("%s: %+v", name, rep)
		}
	}
	// The same between the two signatures: the seal is sound, the document is not what was signed first.
	half := pdf[:first]
	page, pageBody = latest(t, half, "/Type /Page\n")
	forged := revise(t, half, page, regexp.MustCompile(`/Contents \d+`).ReplaceAllString(pageBody, "/Contents 1"))
	forged, err := sign.Seal(t.Context(), forged, sealRequest(), keys().sealer(), nil)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := sign.Verify(forged, keys().trust())
	if err != nil || len(rep.Signatures) != 2 {
		t.Fatal(rep, err)
	}
	if !rep.Altered || rep.Why != sign.Changed || rep.Signatures[0].After != sign.Changed || rep.Signatures[1].After != "" || !rep.Signatures[1].Valid {
		t.Errorf("%+v", rep)
	}
}

// TestAddedField: a field that shows something, put on a signed document, changes
// it; one of no size does not, as stamps have.
func TestAddedField(t *testing.T) {
	pdf, _ := sealed(t, nil)
	form, formBody := latest(t, pdf, "/SigFlags")
	for rect, want := range map[string]sign.Reason{"[0 0 0 0]": "", "[0 0 600 700]": sign.Changed, "[5 5 5 6]": sign.Changed} {
		bad := revise(t, pdf, 4000, "<< /FT /Sig /Subtype /Widget /T (x) /Rect "+rect+" >>")
		bad = revise(t, bad, form, strings.Replace(formBody, "]", " 4000 0 R]", 1))
		rep, err := sign.Verify(bad, keys().trust())
		if err != nil || len(rep.Signatures) != 2 || rep.Signatures[0].After != want || rep.Signatures[1].After != want || rep.Altered != (want != "") {
			t.Errorf("%s: %+v %v", rect, rep, err)
		}
	}
}

// TestMovedHole: ranges that leave out more than the signature, or another part.
func TestMovedHole(t *testing.T) {
	pdf, _ := sealed(t, nil)
	m := byteRange.FindSubmatchIndex(pdf)
	for name, change := range map[string]func(from, to, rest int) string{
		"starts late": func(from, to, rest int) string { return fmt.Sprintf("[1 %d %d %d", from-1, to, rest) },
		"wider hole":  func(from, to, rest int) string { return fmt.Sprintf("[0 %d %d %d", from-5, to, rest) },
		"bracket":     func(from, to, rest int) string { return fmt.Sprintf("[0 %d %d %d", from+1, to, rest) },
		"short":       func(from, to, rest int) string { return fmt.Sprintf("[0 %d %d %d", from, to, rest-1) },
		"beyond":      func(from, to, rest int) string { return fmt.Sprintf("[0 %d %d 9999999999", from, to) },
		"negative":    func(from, to, rest int) string { return fmt.Sprintf("[0 %d %d -5", from, to) },
	} {
		var from, to, rest int
		fmt.Sscan(string(pdf[m[2]:m[3]]), &from)
		fmt.Sscan(string(pdf[m[4]:m[5]]), &to)
		fmt.Sscan(string(pdf[m[6]:m[7]]), &rest)
		bad := bytes.Clone(pdf)
		blank := bad[m[0]+len("/ByteRange ") : m[1]-1]
		for i := range blank {
			blank[i] = ' '
		}
		copy(blank, change(from, to, rest))
		rep, err := sign.Verify(bad, keys().trust())
		if err != nil || len(rep.Signatures) != 2 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, s := range rep.Signatures {
			if s.Valid {
				t.Errorf("%s: still valid", name)
			}
		}
	}
}

// TestOtherHands: a signature by nobody's certificate is sound and not trusted; one
// whose certificate was swapped is refused.
func TestOtherHands(t *testing.T) {
	k := keys()
	stranger := issue(nil, ecKey(), leaf("Cualquiera", 9))
	pdf, err := sign.Seal(t.Context(), one(), sealRequest(), sign.Key{Signer: stranger.key, Cert: stranger.cert}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := sign.Verify(pdf, k.trust())
	if err != nil || !rep.Signatures[0].Valid || rep.Signatures[0].Trusted != "" {
		t.Fatal(rep, err)
	}
	if _, err := sign.Seal(t.Context(), one(), sealRequest(), sign.Key{Signer: stranger.key, Cert: k.seal.cert}, nil); !errors.Is(err, &sign.Error{Why: sign.BadValue}) {
		t.Error("signed with a key that is not the certificate's:", err)
	}
	p, err := sign.Prepare(one(), sealRequest())
	if err != nil {
		t.Fatal(err)
	}
	attrs, err := sign.Attributes(p.Digest, stranger.cert)
	if err != nil {
		t.Fatal(err)
	}
	value := signWith(t, stranger, attrs)
	for name, cms := range map[string]func() ([]byte, error){
		"other certificate": func() ([]byte, error) { return sign.CMS(attrs, value, k.seal.cert, nil, nil) },
		"other attributes": func() ([]byte, error) {
			a, err := sign.Attributes([32]byte{1}, stranger.cert)
			if err != nil {
				return nil, err
			}
			return sign.CMS(a, signWith(t, stranger, a), stranger.cert, nil, nil)
		},
		"no signature": func() ([]byte, error) { return sign.CMS(attrs, nil, stranger.cert, nil, nil) },
	} {
		b, err := cms()
		if err != nil {
			t.Fatal(err)
		}
		out, err := p.Embed(b)
		if err != nil {
			t.Fatal(err)
		}
		rep, err := sign.Verify(out, k.trust())
		if err != nil || rep.Signatures[0].Valid || !rep.Altered {
			t.Errorf("%s: %+v %v", name, rep.Signatures[0], err)
		}
	}
}

// TestWhen: a certificate counts at the stamp's instant, at the caller's, or at the
// claimed one.
func TestWhen(t *testing.T) {
	pdf, _ := sealed(t, nil)
	trust := keys().trust()
	trust.At = func(sign.Signature) time.Time { return filedAt.AddDate(60, 0, 0) }
	rep, err := sign.Verify(pdf, trust)
	if err != nil || rep.Signatures[0].Trusted != "" || !rep.Signatures[0].Valid {
		t.Errorf("an expired certificate is trusted: %+v %v", rep.Signatures[0], err)
	}
	trust.At = nil
	trust.Revocation = func(cert, issuer *x509.Certificate, at time.Time, e sign.Evidence) sign.Revocation {
		if issuer == nil || len(e.OCSPs) != 1 || string(e.OCSPs[0]) != "ocsp" || len(e.CRLs) != 1 || len(e.Certs) != 1 || !at.Equal(signerRequest().At) && !at.Equal(sealRequest().At) {
			t.Error("what is to be judged is not there", e, at)
		}
		return sign.Revoked
	}
	k := keys()
	if pdf, err = sign.AddRevocation(pdf, [][]byte{k.ac.cert.Raw}, [][]byte{[]byte("ocsp")}, nil); err != nil {
		t.Fatal(err)
	}
	if pdf, err = sign.AddRevocation(pdf, nil, nil, [][]byte{[]byte("crl")}); err != nil {
		t.Fatal(err)
	}
	if rep, err = sign.Verify(pdf, trust); err != nil || rep.Altered || rep.Signatures[0].Revocation != sign.Revoked {
		t.Errorf("%+v %v", rep, err)
	}
}

// TestNoRoots: an empty Trust believes nobody and still tells what is sound.
func TestNoRoots(t *testing.T) {
	pdf, _ := sealed(t, nil)
	rep, err := sign.Verify(pdf, sign.Trust{})
	if err != nil || rep.Altered {
		t.Fatal(rep, err)
	}
	for _, s := range rep.Signatures {
		if !s.Valid || s.Trusted != "" {
			t.Errorf("%+v", s)
		}
	}
}
