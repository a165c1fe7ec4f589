package sign_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"declara/pdf/sign"
)

// mutate spoils a file in one of the ways that break readers.
func mutate(r *rand.Rand, b []byte) []byte {
	out := bytes.Clone(b)
	words := []string{")", "(", "<<", ">>", "[", "]", "<", ">", "R", "0 R", "obj", "endobj", "stream", "xref", "trailer", "startxref", "%%EOF", "/", "%", "\\", "\x00", "-1", "99999999999999999999", "/Prev 0", "null"}
	for range 1 + r.IntN(3) {
		i := r.IntN(len(out))
		switch r.IntN(7) {
		case 0:
			out[i] ^= 1 << r.IntN(8)
		case 1:
			out[i] = byte(r.IntN(256))
		case 2: // put in
			w := words[r.IntN(len(words))]
			out = append(out[:i:i], append([]byte(w), out[i:]...)...)
		case 3: // put over
			copy(out[i:], words[r.IntN(len(words))])
		case 4: // cut out
			j := min(len(out), i+1+r.IntN(64))
			out = append(out[:i:i], out[j:]...)
		case 5: // a digit
			for k := i; k < len(out); k++ {
				if out[k] >= '0' && out[k] <= '9' {
					out[k] = byte('0' + r.IntN(10))
					break
				}
			}
		case 6: // a part again elsewhere
			j := min(len(out), i+r.IntN(200))
			k := r.IntN(len(out))
			out = append(out[:k:k], append(bytes.Clone(out[i:j]), out[k:]...)...)
		}
		if len(out) == 0 {
			return []byte("%PDF-")
		}
	}
	return out
}

// skeleton is a signed file of the parts that are read, without fonts and pages of
// text, so that a change hits something.
var skeleton = sync.OnceValue(func() []byte {
	var t panics
	plain := sign.Request{Field: sealField, At: filedAt.In(mexico), Name: "Núñez"}
	small := tiny()
	pdf, err := sign.Seal(background, small, plain, keys().sealer(), nil)
	if err != nil {
		t.Fatal(err)
	}
	plain.Field = signerField
	if pdf, err = sign.Seal(background, pdf, plain, keys().person(), nil); err != nil {
		t.Fatal(err)
	}
	if pdf, err = sign.AddRevocation(pdf, [][]byte{keys().ca.cert.Raw}, [][]byte{[]byte("x")}, nil); err != nil {
		t.Fatal(err)
	}
	return pdf
})

// tiny is a finished file of one empty page.
func tiny() []byte {
	var t panics
	var b []byte
	at := map[int]int{}
	put := func(n int, body string) {
		at[n] = len(b)
		b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", n, body)
	}
	b = append(b, "%PDF-1.3\n"...)
	put(1, "<</Type /Pages\n/Kids [3 0 R ]\n/Count 1\n/MediaBox [0 0 200.00 100.00]\n>>")
	put(2, "<</ProcSet [/PDF /Text]>>")
	put(3, "<</Type /Page\n/Parent 1 0 R\n/Resources 2 0 R\n/Contents 4 0 R\n/Annots [<</Type /Annot /Subtype /Link /Rect [1 2 3 4] /Border [0 0 0] /A <</S /URI /URI (https://declara.example/\\(a\\))>>>>]>>")
	put(4, "<</Length 3>>\nstream\nq Q\nendstream")
	put(5, "<<\n/Producer (\xfe\xff\x00d)\n/ModDate (D:20260514104207)\n>>")
	put(6, "<<\n/Type /Catalog\n/Pages 1 0 R\n/Names <<\n/EmbeddedFiles << /Names [\n \n] >>\n>>\n>>")
	table := len(b)
	b = append(b, "xref\n0 7\n0000000000 65535 f \n"...)
	for n := 1; n <= 6; n++ {
		b = fmt.Appendf(b, "%010d 00000 n \n", at[n])
	}
	b = fmt.Appendf(b, "trailer\n<<\n/Size 7\n/Root 6 0 R\n/Info 5 0 R\n>>\nstartxref\n%d\n%%%%EOF\n", table)
	out, err := sign.Finish(b, sign.Info{Lang: "es", Fields: []sign.Field{field(sealField, sealPlace), field(signerField, signerPlace)}, Files: []sign.File{{Name: "a.json", Type: "application/json", Data: []byte("{}")}}})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// everything does to a file what anybody's upload may go through.
func everything(b []byte, trust sign.Trust) {
	rep, err := sign.Verify(b, trust)
	var e *sign.Error
	if err != nil && (!errors.As(err, &e) || e.Why == "") {
		panic(fmt.Sprintf("an error without a reason: %v", err))
	}
	for _, s := range rep.Signatures {
		if !s.Valid && s.Why == "" || s.Valid && s.Why != "" {
			panic(fmt.Sprintf("a signature without a verdict: %+v", s))
		}
	}
	_, _ = sign.Finish(b, sign.Info{})
	_, _ = sign.Prepare(b, sign.Request{Field: sealField})
	_, _ = sign.AddRevocation(b, [][]byte{{1}}, nil, nil)
	_, _ = sign.AddDocumentStamp(background, b, noStamper{}, filedAt)
}

// within fails a test that never ends, rather than hang with it.
func within(t *testing.T, what string, limit time.Duration, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(limit):
		t.Fatalf("%s does not end", what)
	}
}

// TestMutatedFiles: thousands of spoilt files, each read to its end; none is held
// for sound.
func TestMutatedFiles(t *testing.T) {
	n := 8000
	if testing.Short() {
		n = 1500
	}
	trust := keys().trust()
	real, _ := sealed(t, nil)
	for name, seed := range map[string][]byte{"small": skeleton(), "whole": real} {
		if name == "whole" {
			n /= 12
		}
		within(t, name, 5*time.Minute, func() {
			r := rand.New(rand.NewPCG(uint64(len(name)), 8))
			for range n {
				b := mutate(r, seed)
				everything(b, trust)
			}
		})
	}
}

// TestMutatedMessages: as many spoilt signatures and stamps, and the queries' answers.
func TestMutatedMessages(t *testing.T) {
	k := keys()
	n := 50000
	if testing.Short() {
		n = 4000
	}
	data := []byte("data")
	st := stampServer(t, k.stamps).stamper(k)
	cms, err := sign.Detached(t.Context(), data, k.sealer(), st)
	if err != nil {
		t.Fatal(err)
	}
	trust := k.trust()
	trust.At = func(sign.Signature) time.Time { return filedAt }
	want := sign.VerifyDetached(cms, data, trust)
	if !want.Valid {
		t.Fatal(want.Why)
	}
	within(t, "a message", 5*time.Minute, func() {
		r := rand.New(rand.NewPCG(5, 5))
		for range n {
			got := sign.VerifyDetached(mutate(r, cms), data, trust)
			if got.Valid && (got.Trusted == "" || !got.Cert.Equal(want.Cert) || got.Stamped != nil && !got.Stamped.Equal(*want.Stamped)) && got.Cert.Equal(want.Cert) == false {
				t.Errorf("another signature is valid: %+v", got)
			}
			if !got.Valid && got.Why == "" {
				t.Error("a verdict without a reason")
			}
		}
	})
}

// TestTruncated: every beginning of a small file.
func TestTruncated(t *testing.T) {
	b := skeleton()
	trust := keys().trust()
	within(t, "a beginning", 5*time.Minute, func() {
		for i := 0; i < len(b); i += 1 + len(b)/3000 {
			everything(b[:i], trust)
		}
	})
}

// TestHostile: files made to keep a reader busy or to fill its memory.
func TestHostile(t *testing.T) {
	head := func(objects string, tail string) []byte {
		b := []byte("%PDF-1.7\n")
		var at []int
		for _, o := range strings.Split(objects, "\x00") {
			at = append(at, len(b))
			b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", len(at), o)
		}
		table := len(b)
		b = fmt.Appendf(b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
		for _, a := range at {
			b = fmt.Appendf(b, "%010d 00000 n \n", a)
		}
		return fmt.Appendf(b, "trailer\n<< /Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, tail, table)
	}
	deep := strings.Repeat("[", 1<<20)
	for name, b := range map[string][]byte{
		"deep array":     head("<< /Type /Catalog /X "+deep, ""),
		"deep dict":      head("<< /Type /Catalog /X "+strings.Repeat("<</a ", 1<<18), ""),
		"parentheses":    head("<< /Type /Catalog /X "+strings.Repeat("(", 1<<20), ""),
		"self":           head("<< /Type /Catalog /AcroForm 1 0 R /Fields 1 0 R /Names 1 0 R /EmbeddedFiles 1 0 R /Kids [1 0 R 1 0 R 1 0 R 1 0 R] >>", ""),
		"ring":           head("<< /Type /Catalog /AcroForm 2 0 R >>\x003 0 R\x002 0 R", ""),
		"fields":         head("<< /Type /Catalog /AcroForm << /Fields [2 0 R] >> >>\x00<< /Kids [2 0 R 2 0 R] >>", ""),
		"many kids":      head("<< /Type /Catalog /AcroForm << /Fields ["+strings.Repeat("<</FT /Sig /V 1 0 R>> ", 5000)+"] >> >>", ""),
		"tree":           head("<< /Type /Catalog /Names << /EmbeddedFiles 2 0 R >> >>\x00<< /Kids ["+strings.Repeat("2 0 R ", 60)+"] >>", ""),
		"prev itself":    head("<< /Type /Catalog >>", "/Prev 30 "),
		"huge length":    head("<< /Type /Catalog /DSS << /Certs [2 0 R] >> >>\x00<< /Length 9999999999 >>\nstream\nx\nendstream", ""),
		"length of self": head("<< /Type /Catalog /DSS << /Certs [2 0 R] >> >>\x00<< /Length 2 0 R >>\nstream\nx\nendstream", ""),
		"bomb":           head("<< /Type /Catalog /DSS << /Certs [2 0 R] >> >>\x00"+bomb(64<<20), ""),
		"bombs":          head("<< /Type /Catalog /Names << /EmbeddedFiles << /Names ["+strings.Repeat("(a) << /EF << /F 2 0 R >> >> ", 60)+"] >> >> >>\x00"+bomb(15<<20), ""),
		"encrypted":      head("<< /Type /Catalog >>", "/Encrypt 1 0 R "),
		"twice":          head("<< /Type /Catalog /Type /Page >>", ""),
		"no root":        head("<< /Type /Page >>", ""),
		"empty":          {},
		"header":         []byte("%PDF-1.7\n"),
		"count":          []byte("%PDF-1.7\nxref\n0 9999999999\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"),
		"entries":        []byte("%PDF-1.7\nxref\n0 40000\n0000000000 65535 f \ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"),
		"startxrefs":     bytes.Repeat([]byte("%PDF-1.7 startxref 9 %%EOF\n"), 1<<16),
		"too large":      make([]byte, sign.MaxSize+1),
		"full of tables": tables(),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			within(t, name, time.Minute, func() { everything(b, keys().trust()) })
			runtime.ReadMemStats(&after)
			if grew := (after.TotalAlloc - before.TotalAlloc) >> 20; grew > 400 {
				t.Errorf("%d MiB taken for a file of %d KiB", grew, len(b)>>10)
			}
		})
	}
}

// TestForeign: shapes of other programs have their own reason.
func TestForeign(t *testing.T) {
	for name, c := range map[string]struct {
		b   string
		why sign.Reason
	}{
		"words":     {"hello", sign.NotPDF},
		"jpeg":      {"\xff\xd8\xff\xe0", sign.NotPDF},
		"stream":    {"%PDF-1.7\n1 0 obj\n<</Type/XRef>>\nendobj\nstartxref\n9\n%%EOF\n", sign.Unsupported},
		"encrypted": {"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Encrypt 1 0 R>>\nstartxref\n9\n%%EOF\n", sign.Unsupported},
		"cut":       {"%PDF-1.7\nxref", sign.Damaged},
	} {
		if _, err := sign.Verify([]byte(c.b), sign.Trust{}); !errors.Is(err, &sign.Error{Why: c.why}) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzVerify and FuzzDetached begin with small seeds: a large one leaves the fuzzer
// no time.
func FuzzVerify(f *testing.F) {
	f.Add(tiny())
	f.Add([]byte("%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"))
	f.Add([]byte("%PDF-1.7\n1 0 obj\n<</Type/Catalog/AcroForm<</Fields[<</FT/Sig/T(a)/V<</Contents<30>/ByteRange[0 1 2 3]>>>>]>>>>\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Root 1 0 R/Size 2>>\nstartxref\n109\n%%EOF\n"))
	trust := keys().trust()
	f.Fuzz(func(t *testing.T, b []byte) { everything(b, trust) })
}

func FuzzDetached(f *testing.F) {
	cms, err := sign.Detached(background, []byte("x"), keys().sealer(), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(cms)
	trust := keys().trust()
	trust.At = func(sign.Signature) time.Time { return filedAt }
	f.Fuzz(func(t *testing.T, b []byte) {
		if s := sign.VerifyDetached(b, []byte("x"), trust); s.Trusted != "" && !s.Cert.Equal(keys().seal.cert) {
			t.Error("somebody else's signature is trusted") // each process of the fuzzer has its own keys
		}
	})
}
