package sign_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"declara/pdf"
	"declara/pdf/sign"
)

// TestSameBytes draws and finishes one declaration from 50 goroutines.
func TestSameBytes(t *testing.T) {
	d := declaration(t)
	n := 50
	if testing.Short() {
		n = 8
	}
	sums := make([][32]byte, n)
	room := make(chan struct{}, 4) // callers bound how many are drawn at once
	var wg sync.WaitGroup
	for i := range sums {
		wg.Go(func() {
			room <- struct{}{}
			defer func() { <-room }()
			sums[i] = sha256.Sum256(finished(t, d))
		})
	}
	wg.Wait()
	for i, s := range sums {
		if s != sha256.Sum256(one()) {
			t.Fatalf("file %d has other bytes", i)
		}
	}
}

// TestFinishAgain: finishing with nothing new changes nothing, and files and fields
// may be added in two steps.
func TestFinishAgain(t *testing.T) {
	again, err := sign.Finish(one(), sign.Info{})
	if err != nil || !bytes.Equal(again, one()) {
		t.Fatal("finishing again changed the file", err)
	}
	d := declaration(t)
	in := paper(d)
	half, err := sign.Finish(drawn(t, d), sign.Info{Fields: in.Fields})
	if err != nil {
		t.Fatal(err)
	}
	whole, err := sign.Finish(half, sign.Info{Files: in.Files})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := sign.Seal(t.Context(), whole, sealRequest(), keys().sealer(), nil)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := sign.Verify(signed, keys().trust())
	if err != nil || rep.Altered || len(rep.Files) != 1 {
		t.Fatal(rep, err)
	}
	if _, err := sign.Finish(signed, sign.Info{}); !errors.Is(err, &sign.Error{Why: sign.NotOurs}) {
		t.Error("a signed file was written anew:", err)
	}
}

// TestFinishInfo: what is said once more replaces what the file said.
func TestFinishInfo(t *testing.T) {
	out, err := sign.Finish(drawn(t, declaration(t)), sign.Info{
		Title: `Título <raro> & "común" 🏠`, Author: "Ñandú", Subject: "a(b)c\\", Keywords: "x", Lang: "en)\n/Evil", At: time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"/Lang (enEvil)", "/CreationDate (D:20270102030405Z)", "<rdf:li xml:lang=\"x-default\">Título &lt;raro&gt; &amp; &#34;común&#34; 🏠</rdf:li>", "<xmp:ModifyDate>2027-01-02T03:04:05Z<"} {
		if !bytes.Contains(out, []byte(want)) {
			t.Errorf("lacks %q", want)
		}
	}
	if got := tool(t, "qpdf", "qpdf", "--check", put(t, "a.pdf", out)); strings.Contains(got, "WARNING") {
		t.Error(got)
	}
}

// TestFinishRefuses: names twice, pages that are not there, files of others.
func TestFinishRefuses(t *testing.T) {
	twice := sign.File{Name: "a.json"}
	at := field("Firma", pdf.CoverSeal)
	beyond := at
	beyond.Page = 99
	for name, c := range map[string]struct {
		in  sign.Info
		why sign.Reason
	}{
		"files":     {sign.Info{Files: []sign.File{twice, twice}}, sign.NameTaken},
		"no name":   {sign.Info{Files: []sign.File{{}}}, sign.NameTaken},
		"fields":    {sign.Info{Fields: []sign.Field{at, at}}, sign.NameTaken},
		"page":      {sign.Info{Fields: []sign.Field{beyond}}, sign.NoRoom},
		"page zero": {sign.Info{Fields: []sign.Field{{Name: "Firma"}}}, sign.NoRoom},
	} {
		if _, err := sign.Finish(drawn(t, declaration(t)), c.in); !errors.Is(err, &sign.Error{Why: c.why}) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, b := range [][]byte{nil, []byte("%PDF-1.4\n"), one()[:len(one())/2]} {
		if _, err := sign.Finish(b, sign.Info{}); err == nil {
			t.Error("a file of others was taken")
		}
	}
}

// objects are the objects of a finished file by number, found without our reader.
func objects(t *testing.T, pdf []byte) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, m := range regexp.MustCompile(`(?s)(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj`).FindAllSubmatch(pdf, -1) {
		out[string(m[1])] = string(m[2])
	}
	return out
}

// TestPlacesLead: bookmarks, links and the place that opens first lead to pages
// although a file is attached, and every annotation may be printed.
func TestPlacesLead(t *testing.T) {
	all := objects(t, one())
	dests := regexp.MustCompile(`/(?:Dest|OpenAction) ?\[(\d+) 0 R`)
	n := 0
	for num, body := range all {
		for _, m := range dests.FindAllStringSubmatch(body, -1) {
			n++
			if !strings.Contains(all[m[1]], "/Type /Page\n") {
				t.Errorf("object %s leads to %s, which is no page", num, m[1])
			}
		}
		if strings.Contains(body, "/Type /Page\n") && strings.Count(body, "/Type /Annot") != strings.Count(body, "/F 4\n") {
			t.Errorf("a link of page %s is not printed", num)
		}
	}
	if n < 20 {
		t.Errorf("only %d places found", n)
	}
}

// TestOutline: the entry of the document says how many stand below it.
func TestOutline(t *testing.T) {
	entries := 0
	counts := []int{}
	for _, body := range objects(t, one()) {
		if strings.Contains(body, "/Dest") && strings.Contains(body, "/Title") {
			entries++
		}
		if m := regexp.MustCompile(`(?s)/Count (\d+).*/First`).FindStringSubmatch(body); m != nil {
			c, _ := strconv.Atoi(m[1])
			counts = append(counts, c)
		}
	}
	if len(counts) != 2 || counts[0]+counts[1] != entries+entries-1 {
		t.Errorf("%d entries, counts %v", entries, counts)
	}
}

// TestStructure holds the file to what PDF/A-3b asks of the parts that gofpdf does
// not write. It is the structure alone: a validator has not seen it.
func TestStructure(t *testing.T) {
	for _, want := range []string{
		"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "<pdfaid:part>3</pdfaid:part>", "<pdfaid:conformance>B</pdfaid:conformance>", "/S /GTS_PDFA1",
		"/AFRelationship /Data", "/Subtype /application#2Fjson", "/Metadata ", "/AF [", "/Lang (es-MX)", "/DisplayDocTitle true", "/SigFlags 3",
		"/CreationDate (D:20260514104207-06'00')", "<xmp:CreateDate>2026-05-14T10:42:07-06:00</xmp:CreateDate>",
	} {
		if !bytes.Contains(one(), []byte(want)) {
			t.Errorf("lacks %q", want)
		}
	}
	for _, never := range []string{"/JavaScript", "/Encrypt", "/NeedAppearances", "/EmbeddedFiles << /Names [\n"} {
		if bytes.Contains(one(), []byte(never)) {
			t.Errorf("has %q", never)
		}
	}
}
