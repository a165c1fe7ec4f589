package evidence

import (
	"bytes"
	"encoding/ascii85"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// onePage is a PDF of one page that shows content, with more objects behind.
func onePage(content string, more ...string) []string {
	return append([]string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 9 9]/Resources<</XObject<</I 5 0 R>>/ColorSpace<</C 5 0 R/D[/ICCBased 6 0 R]>>>>>>", content}, more...)
}

func cleanedPDF(t *testing.T, b []byte) string {
	t.Helper()
	k, err := Inspect("", b)
	if err != nil || k != PDF {
		t.Fatalf("%v, %v", k, err)
	}
	w, err := Clean(PDF, b)
	if err != nil {
		t.Fatal(err)
	}
	all := everything(t, PDF, w.Bytes)
	if found := trace(all); len(found) > 0 {
		t.Errorf("left: %q\n%q", found, all)
	}
	return string(all)
}

func want(t *testing.T, all string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(all, p) {
			t.Errorf("no %q in %q", p, all)
		}
	}
}

// TestPDFRemarks: a remark is metadata; a percent sign that is drawn is not.
func TestPDFRemarks(t *testing.T) {
	remark := "% " + marked() + "\n"
	drawn := "(100% \\) \\\\) Tj <25> Tj /N#25 gs"
	var a85 bytes.Buffer
	z := ascii85.NewEncoder(&a85)
	_, _ = z.Write(deflate([]byte(remark + drawn)))
	_ = z.Close()
	for name, s := range map[string]string{
		"plain":          pdfStreamOf("", remark+drawn),
		"deflated":       pdfStreamOf("/Filter/FlateDecode", string(deflate([]byte(remark+drawn)))),
		"in an array":    pdfStreamOf("/Filter[/Fl]/DecodeParms[null]", string(deflate([]byte(remark+drawn)))),
		"as letters":     pdfStreamOf("/Filter[/ASCII85Decode/FlateDecode]", a85.String()+"~>"),
		"as hexadecimal": pdfStreamOf("/Filter/ASCIIHexDecode", fmt.Sprintf("%x>", remark+drawn)),
		"trailing":       pdfStreamOf("/Filter/FlateDecode", string(deflate([]byte(drawn)))+marked()),
	} {
		t.Run(name, func(t *testing.T) { want(t, cleanedPDF(t, pdfBuild(onePage(s), "/Root 1 0 R")), drawn) })
	}
}

func TestPDFPictures(t *testing.T) {
	jpg := string(jpegSample(t, 16, 16, 3))
	jp2 := box4("jP  ", "\r\n\x87\n") + box4("ftyp", "jp2 ") + box4("uuid", marked()) + box4("xml ", marked()) +
		box4("jp2c", "\xff\x4f\xff\x51\x00\x04ab", string(segment(0x64, "\x00\x01"+marked())), "\xff\x90\x00\x0a\x00\x00\x00\x00\x00\x0e\x00\x01", "\xff\x93pixels\xff\xd9")
	for name, c := range map[string]struct{ object, holds string }{
		"JPEG":             {pdfStreamOf("/Subtype/Image/Width 16/Height 16/Filter/DCTDecode", jpg), "\xff\xda"},
		"JPEG, deflated":   {pdfStreamOf("/Subtype/Image/Width 16/Height 16/Filter[/FlateDecode/DCTDecode]/DecodeParms[null<</ColorTransform 1>>]", string(deflate([]byte(jpg)))), "/DecodeParms <</ColorTransform 1>>"},
		"JPEG without end": {pdfStreamOf("/Subtype/Image/Width 16/Height 16/Filter/DCTDecode", jpg[:bytes.LastIndex([]byte(jpg), []byte("\xff\xd9"))]), "\xff\xda"},
		"JPEG 2000":        {pdfStreamOf("/Subtype/Image/Width 16/Height 16/Filter/JPXDecode", jp2), "\xff\x93pixels\xff\xd9"},
		"no JPEG":          {pdfStreamOf("/Subtype/Image/Width 16/Height 16/Filter/DCTDecode", marked()), "/Width 1>>"},
		"JPEG in disguise": {pdfStreamOf("/Subtype/Image/Width 16/Height 16", jpg), "/Width 1>>"},
		"unknown filter":   {pdfStreamOf("/Subtype/Image/Width 16/Height 16/Filter/Other", marked()), "/Width 1>>"},
		"in a file apart":  {pdfStreamOf("/Subtype/Image/Width 16/Height 16/F"+pdfText(marked()), ""), "/Height 16"},
	} {
		t.Run(name, func(t *testing.T) {
			want(t, cleanedPDF(t, pdfBuild(onePage(pdfStreamOf("", "/I Do"), c.object, pdfStreamOf("/N 4", marked())), "/Root 1 0 R")), c.holds, "/D /DeviceCMYK")
		})
	}
}

// TestPDFPacked: objects within streams, and a table that is a stream, as every writer
// of today makes them.
func TestPDFPacked(t *testing.T) {
	inner := []string{"<</Type/Catalog/Pages 2 0 R/Metadata 5 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 9 9]>>"}
	var heads, bodies string
	for i, o := range inner {
		heads += fmt.Sprintf("%d %d ", i+1, len(bodies))
		bodies += o + " "
	}
	b := []byte("%PDF-1.5\n")
	var at [8]int
	for n, o := range map[int]string{4: pdfStreamOf("", "(hola) Tj"), 5: pdfStreamOf("/Type/Metadata", marked()),
		6: pdfStreamOf(fmt.Sprintf("/Type/ObjStm/N 3/First %d/Filter/FlateDecode", len(heads)), string(deflate([]byte(heads+bodies))))} {
		at[n] = len(b)
		b = append(b, fmt.Sprintf("%d 0 obj\n%s\nendobj\n", n, o)...)
	}
	at[7] = len(b)
	var table []byte
	row := func(kind byte, a int, c byte) { table = append(table, 2, kind, byte(a>>8), byte(a), c) } // each with the filter "up"
	row(0, 0, 0)
	row(2, 6, 0)
	row(2, 6, 1)
	row(2, 6, 2)
	for n := 4; n < 8; n++ {
		row(1, at[n], 0)
	}
	for i := len(table) - 5; i > 0; i -= 5 { // which takes the row above from each
		for k := 1; k < 5; k++ {
			table[i+k] -= table[i-5+k]
		}
	}
	b = append(b, fmt.Sprintf("7 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF", pdfStreamOf("/Type/XRef/Root 1 0 R/Size 8/W[1 2 1]/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>", string(deflate(table))), at[7])...)
	f, err := openPDF(b)
	if err != nil || !f.tables() {
		t.Fatalf("the table cannot be read: %v", err)
	}
	want(t, cleanedPDF(t, b), "(hola) Tj")
	t.Run("with a table that is wrong", func(t *testing.T) {
		b := bytes.Replace(b, []byte("startxref\n"), []byte("startxref\n9"), 1)
		want(t, cleanedPDF(t, b), "(hola) Tj")
	})
}

// TestPDFDeleted: what an earlier revision showed is not in the copy, nor is a page that
// was taken out, wherever something still points at it.
func TestPDFDeleted(t *testing.T) {
	b := pdfBuild(onePage(pdfStreamOf("", "("+mOld+") Tj"), "<</Type/Page/Contents 4 0 R>>"), "/Root 1 0 R")
	prev := bytes.LastIndex(b, []byte("xref\n1 1"))
	b = pdfAppend(b, map[int]string{
		4: pdfStreamOf("", "(nueva) Tj"), 7: pdfStreamOf("", "("+mOld+") Tj"), 6: "<</Contents 7 0 R/Resources<<>>>>",
		3: "<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 9 9]/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/Dest[6 0 R/Fit]>>]>>",
	}, nil, fmt.Sprintf("/Root 1 0 R/Prev %d", prev))
	want(t, cleanedPDF(t, b), "(nueva) Tj", "/Dest [null /Fit]")
}

// TestPDFSigned: a signature that no page shows is told of as well.
func TestPDFSigned(t *testing.T) {
	o := onePage(pdfStreamOf("", "(hola) Tj"))
	o[0] = "<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[<</FT/Sig/T(f)/V<</Type/Sig/Name" + pdfText(mAuthor) + ">>>>]>>>>"
	w, err := Clean(PDF, pdfBuild(o, "/Root 1 0 R"))
	if err != nil || !slices.Equal(w.Lost, []Loss{LostSignature}) || len(trace(w.Bytes)) > 0 {
		t.Errorf("%v, %v", w.Lost, err)
	}
}
