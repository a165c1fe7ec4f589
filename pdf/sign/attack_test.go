package sign_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"declara/pdf/sign"
)

// laid is a file of these objects, the first of which is the catalogue. What stands
// before a line of three hyphens stands before the object's number.
func laid(objects ...string) []byte {
	b := []byte("%PDF-1.7\n")
	var at []int
	for i, o := range objects {
		at = append(at, len(b))
		before, body, ok := strings.Cut(o, "\n---\n")
		if !ok {
			before, body = "", o
		}
		b = fmt.Appendf(b, "%s%d 0 obj\n%s\nendobj\n", before, i+1, body)
	}
	table := len(b)
	b = fmt.Appendf(b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, a := range at {
		b = fmt.Appendf(b, "%010d 00000 n \n", a)
	}
	return fmt.Appendf(b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
}

// TestCostlyFiles: files that a reader would take minutes or half a gigabyte for, of
// what is cheap to send, are too large.
func TestCostlyFiles(t *testing.T) {
	full := func(part string) string {
		return "<< /Type /Catalog /X [" + strings.Repeat(part, 8<<20/len(part)) + "] >>"
	}
	certs := strings.Repeat("2 0 R ", 24)
	evidence := bomb(1 << 20)
	for name, b := range map[string][]byte{
		"comment before an object": laid("<< /Type /Catalog /AcroForm << /Fields ["+strings.Repeat("<</Kids 2 0 R>>", 2000)+"] >> >>", "%"+strings.Repeat("x", 4<<20)+"\n\n---\n[]"),
		"comment in a stream":      laid("<< /Type /Catalog /DSS << /Certs ["+certs+"] >> >>", "<< /Length 1 >>\nstream\nx\n%"+strings.Repeat("x", 4<<20)+"\nendstream"),
		"small dictionaries":       laid(full("<</a 1>>")),
		"small arrays":             laid(full("[[]]")),
		"small strings":            laid(full("()")),
		"evidence":                 laid("<< /Type /Catalog /DSS << /Certs ["+certs+"] /OCSPs ["+certs+"] >> >>", evidence),
	} {
		if _, err := sign.Verify(b, sign.Trust{}); !errors.Is(err, &sign.Error{Why: sign.TooLarge}) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestExponent: a key whose exponent is as large as it goes costs four times as much
// to verify with, and nobody has one.
func TestExponent(t *testing.T) {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 8191))
	if err != nil {
		t.Fatal(err)
	}
	n.SetBit(n, 8191, 1).SetBit(n, 0, 1)
	k := keys().sealer()
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "X"}, NotAfter: filedAt.Add(time.Hour)},
		k.Cert, &rsa.PublicKey{N: n, E: 1<<31 - 1}, k.Signer)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	if err := sign.Signed(c, nil, make([]byte, 1024)); !errors.Is(err, &sign.Error{Why: sign.BadKey}) {
		t.Error(err)
	}
}

// TestBetweenRevisions: a revision with something in it that its own table does not
// name, or whose table is not as readers expect it, is a change: a reader that mends
// files by itself shows what we would not see.
func TestBetweenRevisions(t *testing.T) {
	pdf, _ := sealed(t, nil)
	num, page := latest(t, pdf, "/Type /Page\n")
	evil := fmt.Sprintf("%d 0 obj\n%s\nendobj\n", num, strings.Replace(page, "/Contents", "/Content", 1))
	good, err := sign.AddRevocation(pdf, [][]byte{keys().ca.cert.Raw}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if rep, err := sign.Verify(good, keys().trust()); err != nil || rep.Altered {
		t.Fatal(rep.Why, err)
	}
	tail := string(good[len(pdf):])
	table := strings.LastIndex(string(good), "xref\n")
	table = strings.LastIndex(string(good[:table]), "xref\n")
	// moved puts something before the newest table.
	moved := func(more string) string {
		i := strings.Index(tail, "xref\n")
		out := tail[:i] + more + tail[i:]
		return regexp.MustCompile(`startxref\n\d+`).ReplaceAllString(out, fmt.Sprintf("startxref\n%d", table+len(more)))
	}
	for name, bad := range map[string]string{
		"an object that no table names":   moved(evil),
		"a comment":                       moved("%" + evil),
		"words":                           moved("startxref\n"),
		"an entry that ends with letters": regexp.MustCompile(` n \n`).ReplaceAllString(tail, " n xx"),
		"entries that end otherwise":      strings.Replace(tail, " n \n", " n\n\n", 1),
		"a comment in the table":          strings.Replace(tail, "xref\n", "xref%", 1),
		"the size of a smaller file":      regexp.MustCompile(`/Size \d+`).ReplaceAllString(tail, "/Size 3"),
		"another table before it":         regexp.MustCompile(`/Prev \d+`).ReplaceAllString(tail, "/Prev 9"),
		"a word after the last":           strings.Replace(tail, "startxref\n", "startxref%\n", 1),
	} {
		rep, err := sign.Verify(append(bytes.Clone(pdf), bad...), keys().trust())
		if err == nil && !rep.Altered {
			t.Errorf("%s: not seen", name)
		}
	}
}

// TestStampElsewhere: an authority that sends to another place is not followed there.
func TestStampElsewhere(t *testing.T) {
	asked := false
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer inside.Close()
	for _, code := range []int{http.StatusFound, http.StatusTemporaryRedirect} {
		outside := httptest.NewServer(http.RedirectHandler(inside.URL, code))
		defer outside.Close()
		st := sign.NewStamper(outside.URL, nil, nil, sign.StampOptions{User: "u", Password: "p"})
		if _, err := st.Stamp(t.Context(), [32]byte{}); !errors.Is(err, &sign.Error{Why: sign.StampRefused}) || asked {
			t.Errorf("%d: %v, asked %v", code, err, asked)
		}
	}
}
