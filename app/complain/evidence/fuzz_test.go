package evidence

import (
	"bytes"
	"testing"
)

// fuzz holds a cleaner to what may never happen: a panic, a copy that changes when it
// is cleaned again, an original that is changed.
func fuzz(f *testing.F, kinds ...Kind) {
	for _, s := range samples(f) {
		for _, k := range kinds {
			if s.kind == k {
				f.Add(s.b)
			}
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		k, err := Inspect("x", b)
		if err != nil {
			if Why(err) == "" {
				t.Fatal(err)
			}
			for _, k := range kinds { // what Inspect stops, a cleaner must survive as well
				_, _ = clean(k, b)
			}
			return
		}
		w, err := Clean(k, b)
		if !bytes.Equal(b, before) {
			t.Fatal("the original was changed")
		}
		if err != nil {
			if Why(err) == "" {
				t.Fatal(err)
			}
			return
		}
		again, err := Clean(k, w.Bytes)
		if err != nil || !bytes.Equal(again.Bytes, w.Bytes) {
			t.Fatalf("%s: a clean copy is not clean: %v", k, err)
		}
	})
}

func FuzzJPEG(f *testing.F)   { fuzz(f, JPEG) }
func FuzzPNG(f *testing.F)    { fuzz(f, PNG) }
func FuzzWebP(f *testing.F)   { fuzz(f, WebP) }
func FuzzPDF(f *testing.F)    { fuzz(f, PDF) }
func FuzzText(f *testing.F)   { fuzz(f, Text) }
func FuzzFrames(f *testing.F) { fuzz(f, MP3, AAC) }
func FuzzOGG(f *testing.F)    { fuzz(f, OGG) }
func FuzzWAV(f *testing.F)    { fuzz(f, WAV) }
func FuzzAMR(f *testing.F)    { fuzz(f, AMR) }
func FuzzMovie(f *testing.F)  { fuzz(f, MP4, MOV, M4A, GP3) }

// The parts of an Office document are packed, where bytes changed at random only break
// a sum. So its XML is fuzzed as such, within a sound package.
func FuzzOffice(f *testing.F) { fuzz(f, DOCX, XLSX) }

func FuzzOfficeXML(f *testing.F) {
	f.Add(part(f, docxSample(f), "word/document.xml"), part(f, docxSample(f), "word/_rels/document.xml.rels"), true)
	f.Add(part(f, xlsxSample(f), "xl/worksheets/sheet1.xml"), part(f, xlsxSample(f), "xl/worksheets/_rels/sheet1.xml.rels"), false)
	f.Fuzz(func(t *testing.T, body, rels string, word bool) {
		kind, main, ctype := XLSX, "xl/workbook.xml", sheetML+"sheet.main+xml"
		if word {
			kind, main, ctype = DOCX, "word/document.xml", wordML+"document.main+xml"
		}
		dir, base := main[:len(main)-len(afterSlash(main))], afterSlash(main)
		var w packer
		w.add("[Content_Types].xml", []byte(typesOf("/"+main, ctype)), true)
		w.add("_rels/.rels", []byte(relsOf("r|officeDocument|"+main)), true)
		w.add(main, []byte(body), true)
		w.add(dir+"_rels/"+base+".rels", []byte(rels), true)
		b := w.close()
		out, err := Clean(kind, b)
		if err != nil {
			if Why(err) == "" {
				t.Fatal(err)
			}
			return
		}
		again, err := Clean(kind, out.Bytes)
		if err != nil || !bytes.Equal(again.Bytes, out.Bytes) {
			t.Fatalf("a clean copy is not clean: %v", err)
		}
	})
}
