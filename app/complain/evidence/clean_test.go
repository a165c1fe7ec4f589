package evidence

import (
	"archive/zip"
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"
)

// everything is what a file shows when every packed part of it is opened as well.
func everything(t testing.TB, k Kind, b []byte) []byte {
	t.Helper()
	out := bytes.Clone(b)
	switch k {
	case DOCX, XLSX:
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			p, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, p...)
		}
	case PDF:
		f, err := openPDF(b)
		if err != nil {
			t.Fatal(err)
		}
		for n := range f.where {
			if s, ok := f.load(n).(pdfStream); ok {
				if p, err := f.inflate(s); err == nil {
					out = append(out, p...)
				}
			}
		}
	}
	return out
}

func trace(b []byte) (found []string) {
	for _, m := range markers {
		var hexed []byte
		for _, c := range []byte(m) {
			hexed = append(hexed, hexDigits[c>>4], hexDigits[c&15])
		}
		if bytes.Contains(b, []byte(m)) || bytes.Contains(b, wide([]byte(m))) || bytes.Contains(b, hexed) {
			found = append(found, m)
		}
	}
	return found
}

// TestNoTraces is the marker test: planted everywhere, found nowhere.
func TestNoTraces(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) {
			if s.kind != Text && len(trace(everything(t, s.kind, s.b))) < 4 {
				t.Fatalf("the sample holds only %v", trace(everything(t, s.kind, s.b)))
			}
			k, err := Inspect(mFile, s.b)
			if err != nil || k != s.kind {
				t.Fatalf("Inspect: %v, %v", k, err)
			}
			before := bytes.Clone(s.b)
			w, err := Clean(k, s.b)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(before, s.b) {
				t.Error("Clean changed the original")
			}
			if found := trace(everything(t, k, w.Bytes)); len(found) > 0 {
				t.Errorf("left: %q\n%q", found, w.Bytes)
			}
			again, err := Clean(k, s.b)
			if err != nil || !bytes.Equal(again.Bytes, w.Bytes) || !slices.Equal(again.Lost, w.Lost) {
				t.Errorf("not the same twice: %v", err)
			}
			twice, err := Clean(k, w.Bytes)
			if err != nil || !bytes.Equal(twice.Bytes, w.Bytes) {
				t.Errorf("a clean copy changes when it is cleaned: %v", err)
			}
		})
	}
}

func decode(t testing.TB, k Kind, b []byte) image.Image {
	t.Helper()
	f := jpeg.Decode
	if k == PNG {
		f = png.Decode
	}
	m, err := f(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func samePixels(t testing.TB, a, b image.Image) {
	t.Helper()
	if a.Bounds() != b.Bounds() {
		t.Fatalf("bounds %v and %v", a.Bounds(), b.Bounds())
	}
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if a.At(x, y) != b.At(x, y) {
				t.Fatalf("pixel %d,%d: %v and %v", x, y, a.At(x, y), b.At(x, y))
			}
		}
	}
}

func TestSamePixels(t *testing.T) {
	for _, s := range samples(t) {
		if s.kind == JPEG || s.kind == PNG {
			w, err := Clean(s.kind, s.b)
			if err != nil {
				t.Fatal(err)
			}
			samePixels(t, decode(t, s.kind, s.b), decode(t, s.kind, w.Bytes))
		}
	}
}

func TestOrientationStays(t *testing.T) {
	for o := 1; o <= 8; o++ {
		w, err := Clean(JPEG, jpegSample(t, 16, 8, o))
		if err != nil {
			t.Fatal(err)
		}
		i := bytes.Index(w.Bytes, []byte("Exif"))
		if (i >= 0) != (o > 1) {
			t.Fatalf("orientation %d: EXIF at %d", o, i)
		}
		if i >= 0 && exifOrientation(w.Bytes[i:i+32]) != o {
			t.Errorf("orientation %d became %d", o, exifOrientation(w.Bytes[i:i+32]))
		}
	}
}

// TestAdobeStays: without it, CMYK pictures turn negative.
func TestAdobeStays(t *testing.T) {
	b := jpegSample(t, 16, 16, 1)
	b = slices.Concat(b[:2], segment(0xee, "Adobe\x00\x65\x80\x00\x00\x00\x02"+mSerial), b[2:])
	w, err := Clean(JPEG, b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(w.Bytes, segment(0xee, "Adobe\x00\x64\x00\x00\x00\x00\x02")) || len(trace(w.Bytes)) > 0 {
		t.Errorf("%q", w.Bytes[:80])
	}
}

func TestSameSound(t *testing.T) {
	video, sound := media()
	frames := mp3Frames()
	for _, c := range []struct {
		name  string
		kind  Kind
		b     []byte
		holds []string
	}{
		{"mp3", MP3, mp3Sample(), []string{string(frames[417:])}},
		{"aac", AAC, aacSample(), []string{string(aacFrames())}},
		{"opus", OGG, opusSample(), []string{string(noise(400, 9)[:100]), string(noise(400, 9)[100:])}},
		{"vorbis", OGG, vorbisSample(), []string{string(noise(400, 9)[:100]), string(noise(4000, 3))}},
		{"wav", WAV, wavSample(), []string{string(noise(801, 4))}},
		{"amr", AMR, amrSample(), []string{string(noise(31, 0)), string(noise(31, 9))}},
		{"mp4", MP4, movieSample("isom", "mp42"), []string{video, sound}},
		{"fragments", MP4, fragmentedSample(), []string{video, sound}},
	} {
		w, err := Clean(c.kind, c.b)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		for _, h := range c.holds {
			if !bytes.Contains(w.Bytes, []byte(h)) {
				t.Errorf("%s: sound or picture is not what it was", c.name)
			}
		}
		if c.kind == MP4 {
			if len(w.Bytes) != len(c.b) {
				t.Errorf("%s: %d bytes became %d, so that offsets are wrong", c.name, len(c.b), len(w.Bytes))
			}
			for at := range c.b { // what is still there stands where it stood
				if w.Bytes[at] != c.b[at] && w.Bytes[at] != 0 && !strings.Contains("free", string(w.Bytes[at])) {
					t.Fatalf("%s: byte %d was changed", c.name, at)
				}
			}
		}
	}
}

func TestMovieTimesAreZero(t *testing.T) {
	w, err := Clean(MP4, movieSample("isom", "mp42"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(w.Bytes, []byte(u32s(someTime))) {
		t.Error("a time of recording is left")
	}
	if !slices.Equal(w.Lost, []Loss{LostTracks}) {
		t.Errorf("lost %v", w.Lost)
	}
}

func TestOGGSums(t *testing.T) {
	w, err := Clean(OGG, vorbisSample())
	if err != nil {
		t.Fatal(err)
	}
	pages, rest, err := oggPages(w.Bytes) // which checks every sum
	if err != nil || len(rest) > 0 || len(pages) < 4 {
		t.Errorf("%d pages, %d bytes more, %v", len(pages), len(rest), err)
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct{ in, out string }{
		{"\xef\xbb\xbfniño", "niño"},
		{"ni\xf1o \x93s\xed\x94 \x80", "niño “sí” €"},
		{"\xff\xfen\x00i\x00\xf1\x00o\x00", "niño"},
		{"\xfe\xff\x00n\x00i\x00\xf1\x00o", "niño"},
		{"uno\r\ndos\ttres\n\x1a", "uno\r\ndos\ttres\n"},
	} {
		k, err := Inspect("nota.txt", []byte(c.in))
		if err != nil || k != Text {
			t.Fatalf("%q: %v %v", c.in, k, err)
		}
		w, err := Clean(k, []byte(c.in))
		if err != nil || string(w.Bytes) != c.out {
			t.Errorf("%q became %q, %v", c.in, w.Bytes, err)
		}
	}
}

func part(t testing.TB, b []byte, name string) string {
	t.Helper()
	p, err := readPack(b)
	if err != nil {
		t.Fatal(err)
	}
	e, ok := p.find(name)
	if !ok {
		return ""
	}
	d, err := e.open()
	if err != nil {
		t.Fatal(err)
	}
	return string(d)
}

func TestWord(t *testing.T) {
	w, err := Clean(DOCX, docxSample(t))
	if err != nil {
		t.Fatal(err)
	}
	doc := part(t, w.Bytes, "word/document.xml")
	for _, s := range []string{
		`<w:t xml:space="preserve">Pidió dinero &amp; amenazó </w:t>`, `<w:ins w:id="1" w:author="">`, "nuevo", "la nota", "mi carpeta",
		`<a:blip r:embed="rId5"/>`, `<w:instrText xml:space="preserve"> PAGE </w:instrText>`,
	} {
		if !strings.Contains(doc, s) {
			t.Errorf("no %s in\n%s", s, doc)
		}
	}
	for _, s := range []string{"rsid", "paraId", "INCLUDEPICTURE", "r:link", "OLEObject", "altChunk", "dataBinding", "w:date"} {
		if strings.Contains(doc, s) {
			t.Errorf("%s in\n%s", s, doc)
		}
	}
	rels := part(t, w.Bytes, "word/_rels/document.xml.rels")
	if !strings.Contains(rels, `Target="https://ejemplo.mx/nota?a=1&amp;b=2" TargetMode="External"`) || !strings.Contains(rels, "about:blank") || strings.Contains(rels, "rastreo") {
		t.Error(rels)
	}
	if s := part(t, w.Bytes, "word/settings.xml"); !strings.Contains(s, `w:percent="100"`) || strings.Contains(s, "attachedTemplate") {
		t.Error(s)
	}
	if s := part(t, w.Bytes, "word/comments.xml"); !strings.Contains(s, "Ojo aquí") {
		t.Error(s)
	}
	img := part(t, w.Bytes, "word/media/image1.jpg")
	samePixels(t, decode(t, JPEG, jpegSample(t, 16, 16, 8)), decode(t, JPEG, []byte(img)))
	if want := []Loss{LostFields, LostLinks, LostObjects, LostTrailer}; !slices.Equal(w.Lost, want) {
		t.Errorf("lost %v, not %v", w.Lost, want)
	}
	z, err := zip.NewReader(bytes.NewReader(w.Bytes), int64(len(w.Bytes)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if f.ModifiedDate != 0x21 || f.ModifiedTime != 0 || len(f.Extra) > 0 || f.ExternalAttrs != 0 || f.Comment != "" {
			t.Errorf("%s says when or where it was made", f.Name)
		}
	}
}

func TestExcel(t *testing.T) {
	w, err := Clean(XLSX, xlsxSample(t))
	if err != nil {
		t.Fatal(err)
	}
	sheet := part(t, w.Bytes, "xl/worksheets/sheet1.xml")
	for _, s := range []string{"<v>1500</v>", `<c r="B1"><v>7</v></c>`, `<pageSetup orientation="landscape"/>`, `<legacyDrawing r:id="rId3"/>`} {
		if !strings.Contains(sheet, s) {
			t.Errorf("no %s in\n%s", s, sheet)
		}
	}
	if strings.Contains(sheet, "uid=") || strings.Contains(sheet, "ole") || strings.Contains(sheet, "<f>") {
		t.Error(sheet)
	}
	if s := part(t, w.Bytes, "xl/comments1.xml"); !strings.Contains(s, " falta factura") {
		t.Error(s)
	}
	if s := part(t, w.Bytes, "xl/workbook.xml"); !strings.Contains(s, `name="Pagos"`) || strings.Contains(s, "external") || strings.Contains(s, "pivot") {
		t.Error(s)
	}
}

func TestPDF(t *testing.T) {
	w, err := Clean(PDF, pdfSample(t))
	if err != nil {
		t.Fatal(err)
	}
	all := string(everything(t, PDF, w.Bytes))
	for _, s := range []string{"(Carta 100% limpia) Tj ET /Im1 Do /ID Do", "/URI (https://ejemplo.mx/nota)", "/Contents (Nota)", "/V (Hola)", "/T (nombre)", "/Title (Inicio)", "/ID "} {
		if !strings.Contains(all, s) {
			t.Errorf("no %s", s)
		}
	}
	for _, s := range []string{"/Info", "/Metadata", "/JavaScript", "/AA", "/OpenAction", "/Launch", "/EmbeddedFile", "/PieceInfo", "/Prev ", "/NM", "/Type /Sig", "StructTree"} {
		if strings.Contains(all, s) {
			t.Errorf("%s is left", s)
		}
	}
	if n := bytes.Count(w.Bytes, []byte("%%EOF")); n != 1 {
		t.Errorf("%d revisions", n)
	}
	if want := []Loss{LostLinks, LostObjects, LostScripts, LostSignature}; !slices.Equal(w.Lost, want) {
		t.Errorf("lost %v, not %v", w.Lost, want)
	}
}

func TestFailsClosed(t *testing.T) {
	b := jpegSample(t, 16, 16, 1)
	c, err := cleanJPEG(b, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := verify(JPEG, c); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*cleaned){
		"a comment is left":      func(c *cleaned) { c.out = slices.Concat(c.out[:2], segment(0xfe, "x"), c.out[2:]) },
		"a word is left":         func(c *cleaned) { c.frame = append(c.frame, []byte("__"+mSerial+"__")) },
		"a wide word is left":    func(c *cleaned) { c.frame = append(c.frame, wide([]byte(mSerial))) },
		"a whole value is left":  func(c *cleaned) { c.whole, c.labels = []string{mAuthor}, []byte("x"+mAuthor) },
		"it is no picture now":   func(c *cleaned) { c.out = []byte("hola") },
		"something is behind it": func(c *cleaned) { c.out = append(bytes.Clone(c.out), 1) },
	} {
		d := c
		spoil(&d)
		if Why(verify(JPEG, d)) != Unclean {
			t.Errorf("%s: passes", name)
		}
	}
}

func TestNames(t *testing.T) {
	if n := PDF.Name(3); n != "anexo-3.pdf" {
		t.Error(n)
	}
	seen := map[Kind]bool{}
	for _, k := range Kinds {
		if !k.Known() || k.Ext() == "" || k.MIME() == "" || seen[k] {
			t.Errorf("%s", k)
		}
		seen[k] = true
	}
	if len(Kinds) != len(faces) || Kind("exe").Known() {
		t.Error("kinds and faces differ")
	}
}
