package evidence

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"hash/crc32"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestRefused(t *testing.T) {
	jpg, pngs, docx := jpegSample(t, 16, 16, 1), pngSample(t, 8, 8), docxSample(t)
	plainZip := zipFile(t, "a.txt", "hola")
	ole := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 500)
	narrow := func(s string) string { return string(wide([]byte(s)))[1:] + "\x00" }
	head := func(w, h uint32) []byte {
		return append([]byte(pngMagic), chunk("IHDR", u32s(w, h)+"\x08\x06\x00\x00\x00")...)
	}
	for _, c := range []struct {
		name string
		b    []byte
		why  Reason
	}{
		{"nada.txt", nil, Empty},
		{"grande.jpg", make([]byte, MaxBytes+1), TooLarge},
		{"ruido", []byte("\x00\x01\x02\x03\x04"), Unknown},
		{"programa.exe", []byte("MZ\x90\x00\x03\x00\x00\x00"), Executable},
		{"foto.jpg", []byte("MZ\x90\x00\x03\x00\x00\x00"), Executable},
		{"elf", []byte("\x7fELF\x02\x01\x01\x00"), Executable},
		{"acceso.lnk", []byte("L\x00\x00\x00\x01\x14\x02\x00"), Executable},
		{"app.apk", zipFile(t, "AndroidManifest.xml", "x", "classes.dex", "dex\n035"), Archive},
		{"script", []byte("#!/bin/sh\nrm -rf /\n"), Script},
		{"haz.bat", []byte("echo hola\r\n"), Script},
		{"haz.txt", []byte("@echo off\r\n"), Script},
		{"a.js", []byte("alert(1)"), Script},
		{"a.php", []byte("<?php echo 1;"), Script},
		{"a.ps", []byte("%!PS-Adobe-3.0\n"), Script},
		{"a.html", []byte("\n<!DOCTYPE html><p>hola"), Markup},
		{"a.txt", []byte("<html><body>"), Markup},
		{"a.svg", []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`), Markup},
		{"a.xml", []byte(`<?xml version="1.0"?><?xml-stylesheet href="x"?><a/>`), Markup},
		{"wide.html", []byte("\xff\xfe<\x00s\x00v\x00g\x00>\x00"), Markup},
		{"a.zip", plainZip, Archive},
		{"vacio.zip", []byte("PK\x05\x06" + strings.Repeat("\x00", 18)), Archive},
		{"nested.zip", zipFile(t, "b.zip", string(plainZip)), Archive},
		{"a.rar", []byte("Rar!\x1a\x07\x01\x00"), Archive},
		{"a.7z", []byte("7z\xbc\xaf\x27\x1c\x00\x04"), Archive},
		{"a.gz", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00"), Archive},
		{"a.doc", []byte(ole), OldOffice},
		{"a.xls", []byte(ole + narrow("_VBA_PROJECT")), Macros},
		{"cifrado.docx", []byte(ole + narrow("EncryptedPackage")), Encrypted},
		{"a.docm", zipFile(t, "[Content_Types].xml", typesOf("/word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"), "_rels/.rels", relsOf("r|officeDocument|word/document.xml"), "word/document.xml", "<a/>"), Macros},
		{"vba.docx", zipFile(t, "[Content_Types].xml", typesOf("/word/document.xml", wordML+"document.main+xml"), "_rels/.rels", relsOf("r|officeDocument|word/document.xml"), "word/document.xml", "<a/>", "word/vbaProject.bin", "x"), Macros},
		{"xlm.xlsx", zipFile(t, "[Content_Types].xml", typesOf(), "xl/macrosheets/s.xml", "x"), Macros},
		{"a.pptx", zipFile(t, "[Content_Types].xml", typesOf("/ppt/p.xml", ooxml+"presentationml.presentation.main+xml"), "_rels/.rels", relsOf("r|officeDocument|ppt/p.xml"), "ppt/p.xml", "<a/>"), Office},
		{"a.odt", zipFile(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "<a/>"), Archive},
		{"a.rtf", []byte(`{\rtf1 hola}`), Office},
		{"a.heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), HEIC},
		{"a.gif", []byte("GIF89a\x01\x00\x01\x00\x00"), Image},
		{"a.tif", []byte("II*\x00\x08\x00\x00\x00"), Image},
		{"cifrado.pdf", pdfBuild([]string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R>>"}, "/Root 1 0 R/Encrypt<</Filter/Standard>>"), Encrypted},
		{"roto.pdf", []byte("%PDF-1.4\n1 0 obj\n<</Type/Catalog"), Damaged},
		{"roto.mp4", []byte("\x00\x00\x00\x10ftypisom\x00\x00\x00\x00\x00\x00\x01\x00mdat1234"), Damaged},
		{"bomba.png", head(30000, 30000), Pixels},
		{"bomba.png", head(1<<31-1, 1<<31-1), Pixels},
		{"cero.png", head(0, 5), Damaged},
		{"bomba.webp", riff("WEBP", riffChunk("VP8X", "\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff")), Pixels},
		{"foto.jpg", append(slices.Clone(jpg), plainZip...), Polyglot},
		{"foto.jpg", slices.Concat(jpg[:2], segment(0xfe, "%PDF-1.4\n1 0 obj"), jpg[2:]), Polyglot},
		{"foto.jpg", slices.Concat(jpg[:2], segment(0xfe, "<script>alert(1)</script>"), jpg[2:]), Polyglot},
		{"foto.png", append(slices.Clone(pngs[:len(pngs)-len(marked())]), "Rar!\x1a\x07\x00"...), Polyglot},
		{"a.pdf", append(pdfSample(t), plainZip...), Polyglot},
		{"a.docx", append([]byte("PK\x03\x04 hola"), docx...), Polyglot},
		{"a.docx", withGap(docx), Polyglot},
		{"adelante.txt", []byte("hola\n%PDF-1.4\n"), Polyglot},
		{"a.wav", append([]byte("RIFF\x00\x00\x00\x00WAVE<html>"), 1, 2), Polyglot},
	} {
		k, err := Inspect(c.name, c.b)
		if Why(err) != c.why {
			t.Errorf("%s %.30q: %v, %v; not %s", c.name, c.b, k, err, c.why)
		}
		var r *Refusal
		if err != nil && (!errors.As(err, &r) || strings.Contains(err.Error(), "hola")) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// withGap moves the directory of a ZIP away from its parts without saying so.
func withGap(b []byte) []byte {
	i := packEnd(b)
	dir := int(le32(b, i+16))
	return slices.Concat(b[:dir], []byte("escondido"), b[dir:])
}

// rawZip packs one deflated part that is said to be of another size.
func rawZip(name string, data []byte, says uint32, copies int) []byte {
	var buf bytes.Buffer
	z, _ := flate.NewWriter(&buf, 9)
	_, _ = z.Write(data)
	_ = z.Close()
	var out, dir []byte
	local := func(n string) []byte {
		h := append([]byte("\x14\x00\x00\x00\x08\x00\x00\x00\x21\x00"), le.AppendUint32(nil, crc32.ChecksumIEEE(data))...)
		h = le.AppendUint32(h, uint32(buf.Len()))
		h = le.AppendUint32(h, says)
		return append(h, byte(len(n)), 0, 0, 0)
	}
	for i := range copies {
		n := fmt.Sprintf("%s%d", name, i)
		if i == 0 {
			n = name
			out = append(append(append([]byte("PK\x03\x04"), local(n)...), n...), buf.Bytes()...)
		}
		dir = append(append(dir, "PK\x01\x02\x14\x00"...), local(n)...)
		dir = append(append(dir, make([]byte, 14)...), n...)
	}
	end := append([]byte("PK\x05\x06\x00\x00\x00\x00"), byte(copies), byte(copies>>8), byte(copies), byte(copies>>8))
	end = le.AppendUint32(end, uint32(len(dir)))
	end = le.AppendUint32(end, uint32(len(out)))
	return slices.Concat(out, dir, end, []byte{0, 0})
}

// hostile files are made to cost: each has to be refused, without a panic and within a
// bounded memory.
func hostile(t testing.TB) map[string][]byte {
	zero := make([]byte, 30_000_000)
	deep := strings.Repeat("<a>", 100_000)
	deepDoc := func(body string) []byte {
		return zipFile(t, "[Content_Types].xml", typesOf("/word/document.xml", wordML+"document.main+xml"), "_rels/.rels", relsOf("r|officeDocument|word/document.xml"), "word/document.xml", body)
	}
	circle := "<</Type/Pages/Kids[2 0 R 2 0 R 3 0 R]/Parent 2 0 R/Resources 2 0 R>>"
	bomb := string(deflate(make([]byte, 30_000_000)))
	page := []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Contents 4 0 R>>"}
	overlap := box4("ftyp", "isom", u32s(0), "isom") + "\x00\x00\x00\x20moov" + "\x00\x00\x00\xffmvhd" + strings.Repeat("\x00", 16)
	boxes := strings.Repeat(u32s(8)+"free", 500_000)
	open := strings.Builder{}
	open.WriteString("%PDF-1.4\n")
	for i := range 60_000 {
		fmt.Fprintf(&open, "%d 0 obj (\n", i+1)
	}
	return map[string][]byte{
		"bomb of one part":             rawZip("[Content_Types].xml", zero, uint32(len(zero)), 1),
		"bomb that says it is small":   rawZip("[Content_Types].xml", zero, 100, 1),
		"bomb of overlapping parts":    rawZip("[Content_Types].xml", zero[:60_000], 60_000, 1500),
		"too many parts":               rawZip("[Content_Types].xml", zero[:100], 100, 60_000),
		"deep elements":                deepDoc(deep),
		"billion laughs":               deepDoc(`<!DOCTYPE a [<!ENTITY b "` + strings.Repeat("ja", 1000) + `">]><a>&b;</a>`),
		"elements left open":           deepDoc("<a><b></a></b>"),
		"deep arrays":                  pdfBuild([]string{page[0], page[1], strings.Repeat("[", 1_000_000)}, "/Root 1 0 R"),
		"deep dictionaries":            pdfBuild([]string{strings.Repeat("<</Pages ", 500_000)}, "/Root 1 0 R"),
		"circle of pages":              pdfBuild([]string{"<</Type/Catalog/Pages 2 0 R>>", circle}, "/Root 1 0 R"),
		"circle of lengths":            pdfBuild(append(page, "<</Length 4 0 R>>\nstream\nx\nendstream"), "/Root 4 0 R"),
		"circle of references":         pdfBuild([]string{"2 0 R", "1 0 R"}, "/Root 1 0 R"),
		"circle of tables":             []byte("%PDF-1.4\nxref\n0 0\ntrailer\n<</Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF"),
		"stream that grows":            pdfBuild(append(page, pdfStreamOf("/Filter/FlateDecode", bomb)), "/Root 1 0 R"),
		"table that grows":             []byte("%PDF-1.5\n1 0 obj\n" + pdfStreamOf("/Type/XRef/W[1 1 1]/Size 9999999/Filter/FlateDecode", bomb) + "\nendobj\nstartxref\n9\n%%EOF"),
		"strings never closed":         []byte(open.String() + "startxref\n0\n%%EOF"),
		"picture of 900 Mpx in a PDF":  pdfBuild([]string{page[0], page[1], "<</Type/Page/Contents 4 0 R/Resources<</XObject<</I 4 0 R>>>>>>", pdfStreamOf("/Type/XObject/Subtype/Image/Width 30000/Height 30000", "x")}, "/Root 1 0 R"),
		"overlapping boxes":            []byte(overlap),
		"boxes without end":            []byte(box4("ftyp", "isom", u32s(0), "isom") + box4("moov", boxes)),
		"samples beyond the file":      bytes.Replace(movieSample("isom", "mp42"), []byte("stsz\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\xfa"), []byte("stsz\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x7f\xff\xff\xff"), 1),
		"samples without end":          bytes.Replace(movieSample("isom", "mp42"), []byte("stsz\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02"), []byte("stsz\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff"), 1),
		"picture with too many scans":  manyScans(t),
		"PNG with more than it says":   morePixels(t),
		"PNG with less than it says":   lessPixels(),
		"PNG with a wrong sum":         bytes.Replace(pngSample(t, 8, 8), []byte("gAMA"), []byte("gAMB"), 1),
		"OGG with a wrong sum":         bytes.Replace(opusSample(), []byte("OpusHead"), []byte("OpusHeaD"), 1),
		"movie in another file":        bytes.Replace(movieSample("isom", "mp42"), []byte("url \x00\x00\x00\x01"), []byte("url \x00\x00\x00\x00"), 1),
		"protected movie":              bytes.Replace(movieSample("isom", "mp42"), []byte("avc1"), []byte("encv"), 1),
		"archive with a part outside":  zipFile(t, "[Content_Types].xml", typesOf(), "../../etc/passwd", "x"),
		"archive that repeats a part":  zipFile(t, "[Content_Types].xml", typesOf(), "[content_types].xml", "x"),
		"document that is its own rel": deepDoc("")[:200],
	}
}

func manyScans(t testing.TB) []byte {
	b := jpegSample(t, 8, 8, 1)
	i := bytes.Index(b, []byte("\xff\xda"))
	end := bytes.Index(b[i:], []byte("\xff\xd9")) + i
	return slices.Concat(b[:i], bytes.Repeat(b[i:end], maxScans+1), b[end:])
}

func morePixels(t testing.TB) []byte {
	b := pngSample(t, 40, 30)
	h := chunk("IHDR", u32s(40, 20)+string(b[24:29]))
	return slices.Concat(b[:8], h, b[33:])
}

func lessPixels() []byte {
	return slices.Concat([]byte(pngMagic), chunk("IHDR", u32s(4000, 4000)+"\x08\x06\x00\x00\x00"), chunk("IDAT", string(deflate(make([]byte, 1000)))), chunk("IEND", ""))
}

func TestHostile(t *testing.T) {
	for name, b := range hostile(t) {
		t.Run(name, func(t *testing.T) {
			if len(b) > MaxBytes {
				t.Fatalf("%d bytes: it would be refused for that", len(b))
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			k, err := Inspect("", b)
			if err == nil {
				_, err = Clean(k, b)
			}
			runtime.ReadMemStats(&after)
			if Why(err) == "" {
				t.Errorf("passes as %s", k)
			}
			if got := (after.TotalAlloc - before.TotalAlloc) >> 20; got > 160 {
				t.Errorf("%s: %d MiB were spent (%v)", name, got, err)
			}
			t.Logf("%v, %d KiB", err, (after.TotalAlloc-before.TotalAlloc)>>10)
		})
	}
}

// unsaid is a sample whose text, shown or once shown, holds no marker: where a reference
// is spoiled, that text may rightly be what a page shows.
func unsaid(s sample) []byte {
	if s.kind != PDF {
		return s.b
	}
	b := bytes.Clone(s.b)
	for _, text := range []string{"Tj ET", "(Carta de " + mOld} {
		for i := 0; ; {
			k := bytes.Index(b[i:], []byte(text))
			if k < 0 {
				break
			}
			i += k + len(text)
			line := b[bytes.LastIndexByte(b[:i], '\n'):i]
			for _, m := range markers {
				if at := bytes.Index(line, []byte(m)); at >= 0 {
					copy(line[at:], strings.Repeat("x", len(m)))
				}
			}
		}
	}
	return b
}

// TestCutShort: no beginning of a good file may panic, and none that ends before its
// last part may pass as what it was.
func TestCutShort(t *testing.T) {
	for _, s := range samples(t) {
		s.b = unsaid(s)
		for n := 0; n < len(s.b); n += 1 + len(s.b)/150 {
			if k, err := Inspect("", s.b[:n]); err == nil {
				if w, err := Clean(k, s.b[:n]); err == nil && s.kind != Text && len(trace(everything(t, k, w.Bytes))) > 0 {
					t.Fatalf("%s, first %d bytes: a trace is left", s.name, n)
				}
			}
		}
	}
}

// turning are bytes which, when wrong, turn what was beside the content into content: the
// end of a picture, the mark of a remark, the name of a table of contents.
func turning(b []byte, n int) bool {
	for _, s := range []string{"\xff\xd9", "% ", "Xing"} {
		for k := range len(s) {
			if n >= k && has(b, n-k, s) {
				return true
			}
		}
	}
	return false
}

// lengthy are kinds in which a number alone says where sound or picture ends: when it is
// wrong, what was beside them is part of them.
var lengthy = []Kind{MP3, AAC, WAV, MP4, MOV, M4A, GP3}

// TestSpoiled: one byte wrong, anywhere, may not panic nor let a trace through.
func TestSpoiled(t *testing.T) {
	for _, s := range samples(t) {
		if s.kind == Text {
			continue
		}
		s.b = unsaid(s)
		for n := 0; n < len(s.b); n += 1 + len(s.b)/150 {
			for _, x := range []byte{0x01, 0x80, 0xff} {
				b := bytes.Clone(s.b)
				if b[n] ^= x; turning(s.b, n) {
					continue
				}
				k, err := Inspect("", b)
				if err != nil || k == Text {
					continue
				}
				w, err := Clean(k, b)
				if err == nil && !slices.Contains(lengthy, k) && len(trace(everything(t, k, w.Bytes))) > 0 {
					t.Fatalf("%s with byte %d wrong: %q is left", s.name, n, trace(everything(t, k, w.Bytes)))
				}
			}
		}
	}
}

// TestBombsCostNothing holds the refusal of what declares itself too large to no
// memory to speak of.
func TestBombsCostNothing(t *testing.T) {
	big := append([]byte(pngMagic), chunk("IHDR", u32s(30000, 30000)+"\x08\x06\x00\x00\x00")...)
	big = append(big, make([]byte, 106<<10)...)
	zero := make([]byte, 30_000_000)
	for name, b := range map[string][]byte{
		"900 Mpx": big, "ratio": rawZip("a", zero[:20_000_000], 20_000_000, 1), "size": rawZip("a", zero, 30_000_000, 1),
		"overlap": rawZip("a", zero[:60_000], 60_000, 1500), "parts": rawZip("a", zero[:100], 100, 60_000),
	} {
		if n := testing.AllocsPerRun(10, func() { _, _ = Inspect("", b) }); n > 3000 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
