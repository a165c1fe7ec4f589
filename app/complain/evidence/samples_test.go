package evidence

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"
)

// What is planted in every place that can hold it, and has to be gone. None stands in
// what a sample shows.
const (
	mGPS    = "20.674511-103.387402"
	mAuthor = "Ximena Cuahtle Rojas"
	mFile   = "IMG_denuncia_jefa.jpg"
	mSerial = "SNX99817263"
	mOld    = "VERSION-BORRADA-771"
)

var markers = []string{mGPS, mAuthor, mFile, mSerial, mOld}

// marked is all of them, as one would find them in a block of metadata.
func marked() string { return strings.Join(markers, "\x00") }

// sample is one good file of each kind, full of traces.
type sample struct {
	name string
	kind Kind
	b    []byte
}

func samples(t testing.TB) []sample {
	t.Helper()
	return []sample{
		{"photo", JPEG, jpegSample(t, 64, 48, 6)},
		{"drawing", PNG, pngSample(t, 40, 30)},
		{"sticker", WebP, webpSample()},
		{"letter", PDF, pdfSample(t)},
		{"note", Text, []byte("Me pidió dinero en la ventanilla.\r\nEl lunes.\n")},
		{"invoice", Text, []byte(`<?xml version="1.0" encoding="UTF-8"?><cfdi:Comprobante Total="100.00"/>`)},
		{"song", MP3, mp3Sample()},
		{"aac", AAC, aacSample()},
		{"voice", OGG, opusSample()},
		{"vorbis", OGG, vorbisSample()},
		{"wave", WAV, wavSample()},
		{"amr", AMR, amrSample()},
		{"film", MP4, movieSample("isom", "mp42")},
		{"apple", MOV, movieSample("qt  ", "qt  ")},
		{"memo", M4A, movieSample("M4A ", "isom")},
		{"3gp", GP3, movieSample("3gp4", "isom")},
		{"fragments", MP4, fragmentedSample()},
		{"word", DOCX, docxSample(t)},
		{"excel", XLSX, xlsxSample(t)},
	}
}

func picture(w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, color.RGBA{uint8(x * 7), uint8(y * 5), uint8(x ^ y), 255})
		}
	}
	return m
}

func segment(m byte, body string) []byte {
	return append(be.AppendUint16([]byte{0xff, m}, uint16(len(body)+2)), body...)
}

// exif has the orientation, the maker's serial number and a block of places.
func exif(o int) string {
	var t []byte
	t = append(t, "II*\x00\x08\x00\x00\x00\x03\x00"...)
	t = append(t, 0x12, 1, 3, 0, 1, 0, 0, 0, byte(o), 0, 0, 0)
	t = append(t, 0x25, 0x88, 4, 0, 1, 0, 0, 0, 50, 0, 0, 0)
	t = append(t, 0x31, 0xa4, 2, 0, byte(len(marked())), 0, 0, 0, 50, 0, 0, 0)
	t = append(t, 0, 0, 0, 0)
	return "Exif\x00\x00" + string(t) + marked()
}

func jpegSample(t testing.TB, w, h, o int) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, picture(w, h), &jpeg.Options{Quality: 85}); err != nil {
		t.Fatal(err)
	}
	b := buf.Bytes()
	out := append([]byte{}, b[:2]...)
	out = append(out, segment(0xe0, "JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x01\x01"+mSerial[:3])...)
	out = append(out, segment(0xe1, exif(o))...)
	out = append(out, segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>"+marked()+"</x:xmpmeta>")...)
	out = append(out, segment(0xe2, "ICC_PROFILE\x00\x01\x01"+marked())...)
	out = append(out, segment(0xe2, "MPF\x00"+marked())...)
	out = append(out, segment(0xed, "Photoshop 3.0\x008BIM"+marked())...)
	out = append(out, segment(0xfe, marked())...)
	out = append(out, b[2:]...)
	return append(append(out, "\x00\x00\x00\x18ftypmp42"...), marked()...)
}

func chunk(name, data string) []byte { return pngChunk(nil, name, []byte(data)) }

func pngSample(t testing.TB, w, h int) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := png.Encode(&buf, picture(w, h)); err != nil {
		t.Fatal(err)
	}
	b := buf.Bytes()
	out := append([]byte{}, b[:33]...)
	for _, c := range [][]byte{
		chunk("tEXt", "Author\x00"+marked()), chunk("zTXt", "Comment\x00\x00"+marked()), chunk("iTXt", "XML:com.adobe.xmp\x00"+marked()),
		chunk("eXIf", exif(1)), chunk("iCCP", "x\x00\x00"+marked()), chunk("tIME", "1234567"), chunk("gAMA", "\x00\x00\xb1\x8f"), chunk("prVt", marked()),
		chunk("acTL", "\x00\x00\x00\x02\x00\x00\x00\x00"),
	} {
		out = append(out, c...)
	}
	out = append(out, b[33:len(b)-12]...)
	out = append(out, chunk("fdAT", "\x00\x00\x00\x01"+marked())...)
	out = append(out, b[len(b)-12:]...)
	return append(out, marked()...)
}

func riff(form string, chunks ...string) []byte {
	body := form
	for _, c := range chunks {
		body += c
	}
	return append(le.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func riffChunk(name, data string) string {
	c := name + string(le.AppendUint32(nil, uint32(len(data)))) + data
	if len(data)&1 == 1 {
		c += "\x00"
	}
	return c
}

const webpPixel = "UklGRh4AAABXRUJQVlA4TBEAAAAvAAAAAAfQ//73v/+BiOh/AAA="

func webpFrame() string {
	b, _ := base64.StdEncoding.DecodeString(webpPixel)
	return string(b[20:37])
}

func webpSample() []byte {
	return append(riff("WEBP",
		riffChunk("VP8X", "\x2c\x00\x00\x00\x00\x00\x00\x00\x00\x00"), riffChunk("ICCP", marked()), riffChunk("VP8L", webpFrame()),
		riffChunk("EXIF", exif(3)), riffChunk("XMP ", marked()), riffChunk("ABCD", marked())), marked()...)
}

// noise is sound that no decoder would like, and no search finds a marker in.
func noise(n int, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.UintN(128)) // no 0xff, which would begin a frame
	}
	return b
}

func mp3Frames() []byte {
	var out []byte
	for i := range 20 {
		f := append([]byte{0xff, 0xfb, 0x90, 0x00}, noise(413, uint64(i))...)
		if i == 0 {
			copy(f[36:], "Xing\x00\x00\x00\x03\x00\x00\x00\x14\x00\x00\x20\x00LAME3.100"+mSerial)
		}
		out = append(out, f...)
	}
	return out
}

func mp3Sample() []byte {
	tag := "ID3\x03\x00\x00\x00\x00\x01\x00TPE1" + marked()
	out := append([]byte(tag), make([]byte, 10+128-len(tag))...)
	out = append(out, mp3Frames()...)
	out = append(out, "APETAGEX"+marked()...)
	return append(out, ("TAG" + marked() + strings.Repeat("\x00", 128))[:128]...)
}

func aacFrames() []byte {
	var out []byte
	for i := range 12 {
		size := 7 + 100
		out = append(out, 0xff, 0xf1, 0x50, 0x80|byte(size>>11), byte(size>>3), byte(size<<5)|0x1f, 0xfc)
		out = append(out, noise(100, uint64(i))...)
	}
	return out
}

func aacSample() []byte {
	return append(append([]byte("ID3\x04\x00\x00\x00\x00\x00"+string(rune(len(marked())))+marked()), aacFrames()...), marked()...)
}

func oggFile(serial uint32, heads [][]byte, sound []byte) []byte {
	w := oggWriter{}
	w.page(2, 0, []byte{byte(len(heads[0]))}, heads[0])
	w.packets(heads[1:])
	w.page(0, 960, []byte{100}, sound[:100])
	w.page(4, 1920, []byte{255, 45}, sound[100:400])
	for i := 0; i < len(w.out); {
		n := int(w.out[i+26])
		size := 27 + n
		for _, l := range w.out[i+27 : i+27+n] {
			size += int(l)
		}
		le.PutUint32(w.out[i+14:], serial)
		le.PutUint32(w.out[i+22:], oggSum(w.out[i:i+size]))
		i += size
	}
	return w.out
}

func oggComment() string {
	c := string(le.AppendUint32(nil, uint32(len(mSerial)))) + mSerial + "\x01\x00\x00\x00"
	return c + string(le.AppendUint32(nil, uint32(len(marked())))) + marked()
}

func opusSample() []byte {
	head := []byte("OpusHead\x01\x01\x38\x01\x80\x3e\x00\x00\x00\x00\x00")
	return append(oggFile(0x53585198, [][]byte{head, []byte("OpusTags" + oggComment() + strings.Repeat("P", 300))}, noise(400, 9)), marked()...)
}

func vorbisSample() []byte {
	head := append([]byte("\x01vorbis\x00\x00\x00\x00\x01\x44\xac\x00\x00"), make([]byte, 14)...)
	setup := append([]byte("\x05vorbis"), noise(4000, 3)...)
	return oggFile(7, [][]byte{head, []byte("\x03vorbis" + oggComment() + "\x01"), setup}, noise(400, 9))
}

func wavSample() []byte {
	return append(riff("WAVE", riffChunk("bext", marked()), riffChunk("fmt ", "\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00"),
		riffChunk("LIST", "INFOIART"+marked()), riffChunk("data", string(noise(801, 4))), riffChunk("iXML", marked()), riffChunk("id3 ", marked())), marked()...)
}

func amrSample() []byte {
	out := []byte(amrNarrow)
	for i := range 10 {
		out = append(append(out, 0x3c), noise(31, uint64(i))...)
	}
	return append(out, "\xff"+marked()...)
}

// zipFile packs parts in the order given: name, content, name, content.
func zipFile(t testing.TB, parts ...string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for i := 0; i < len(parts); i += 2 {
		f, err := w.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.SetComment(mAuthor); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func box4(name string, parts ...string) string {
	body := strings.Join(parts, "")
	return string(be.AppendUint32(nil, uint32(8+len(body)))) + name + body
}

func u32s(v ...uint32) string {
	var b []byte
	for _, x := range v {
		b = be.AppendUint32(b, x)
	}
	return string(b)
}

const (
	someTime = 0xdfa1b2c3
	zeros    = "\x00\x00\x00\x00\x00\x00\x00\x00"
)

func movieHeader(tracks ...string) string {
	mvhd := box4("mvhd", u32s(0, someTime, someTime, 1000, 5000), strings.Repeat("\x00", 80))
	meta := box4("meta", u32s(0), box4("ilst", box4("\xa9xyz", marked())), marked())
	udta := box4("udta", box4("\xa9xyz", marked()), box4("\xa9mak", marked()), "\x00\x00\x00\x00")
	return box4("moov", append([]string{mvhd, udta, meta, box4("uuid", strings.Repeat("u", 16), marked())}, tracks...)...)
}

func trakBox(id uint32, handler, entry string, offset, size uint32) string {
	stbl := box4("stbl", box4("stsd", u32s(0, 1), entry), box4("stts", u32s(0, 1, 2, 100)), box4("stsc", u32s(0, 1, 1, 2, 1)),
		box4("stsz", u32s(0, 0, 2, size/2, size-size/2)), box4("stco", u32s(0, 1, offset)), box4("udta", marked()))
	return box4("trak", box4("tkhd", u32s(0x3, someTime, someTime, id, 0, 5000), strings.Repeat("\x00", 60)),
		box4("udta", box4("name", marked())),
		box4("mdia", box4("mdhd", u32s(0, someTime, someTime, 1000, 5000, 0)), box4("hdlr", u32s(0, 0), handler, u32s(0, 0, 0), mAuthor+mSerial+"\x00"),
			box4("minf", box4("vmhd", zeros+"\x00\x00\x00\x00"), box4("dinf", box4("dref", u32s(0, 1), box4("url ", u32s(1)))), stbl)))
}

func videoEntryBox() string {
	name := (mSerial + strings.Repeat("\x00", 32))[:32]
	return box4("avc1", zeros[:6]+"\x00\x01", zeros+zeros, "\x01\x40\x00\xf0", strings.Repeat("\x00", 14), name, "\x00\x18\xff\xff",
		box4("avcC", "\x01\x42\x00\x1e\xff\xe1\x00\x00\x00"), box4("colr", "prof"+marked()), box4("uuid", marked()))
}

func soundEntryBox() string {
	return box4("mp4a", zeros[:6]+"\x00\x01", zeros, "\x00\x02\x00\x10\x00\x00\x00\x00\xac\x44\x00\x00", box4("esds", u32s(0)+"\x03\x00"), box4("name", marked()))
}

// media are the bytes that a movie plays, which have to stay as they are.
func media() (video, sound string) { return string(noise(500, 21)), string(noise(300, 22)) }

func movieSample(brand, second string) []byte {
	video, sound := media()
	build := func(at uint32) string {
		v, s, g := at+uint32(len(mOld)), uint32(0), uint32(0)
		s = v + uint32(len(video))
		g = s + uint32(len(sound))
		return box4("ftyp", brand, u32s(0), second) + box4("free", marked()) +
			movieHeader(trakBox(1, "vide", videoEntryBox(), v, uint32(len(video))), trakBox(2, "soun", soundEntryBox(), s, uint32(len(sound))),
				trakBox(3, "meta", box4("mebx", marked()), g, uint32(len(marked())))) +
			box4("uuid", strings.Repeat("x", 16), marked())
	}
	head := build(0)
	head = build(uint32(len(head) + 8))
	return []byte(head + box4("mdat", mOld, video, sound, marked(), mSerial) + box4("meta", marked()))
}

func fragmentedSample() []byte {
	video, sound := media()
	empty := func(id uint32, handler, entry string) string {
		stbl := box4("stbl", box4("stsd", u32s(0, 1), entry), box4("stts", u32s(0, 0)), box4("stsc", u32s(0, 0)), box4("stsz", u32s(0, 0, 0)), box4("stco", u32s(0, 0)))
		return box4("trak", box4("tkhd", u32s(0x3, someTime, someTime, id, 0, 0), strings.Repeat("\x00", 60)),
			box4("mdia", box4("mdhd", u32s(0, someTime, someTime, 1000, 0, 0)), box4("hdlr", u32s(0, 0), handler, u32s(0, 0, 0), mAuthor+"\x00"),
				box4("minf", box4("dinf", box4("dref", u32s(0, 1), box4("url ", u32s(1)))), stbl)))
	}
	trex := func(id uint32) string { return box4("trex", u32s(0, id, 1, 0, 0, 0)) }
	out := box4("ftyp", "iso5", u32s(0), "mp41") + movieHeader(empty(1, "vide", videoEntryBox()), empty(2, "soun", soundEntryBox()), empty(3, "meta", box4("mebx", marked())),
		box4("mvex", trex(1), trex(2), trex(3)))
	moof := func(at int) string {
		run := func(id uint32, off, size int) string {
			return box4("traf", box4("tfhd", u32s(0x20000, id)), box4("tfdt", u32s(0, 0)), box4("trun", u32s(0x201, 2, uint32(off), uint32(size/2), uint32(size-size/2))), box4("uuid", marked()))
		}
		return box4("moof", box4("mfhd", u32s(0, 1)), run(1, at, len(video)), run(2, at+len(video), len(sound)), run(3, at+len(video)+len(sound), len(marked())))
	}
	n := len(moof(0)) + 8
	return []byte(out + moof(n) + box4("mdat", video, sound, marked(), mSerial) + box4("emsg", marked()))
}

func pdfStreamOf(dict, data string) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dict, len(data), data)
}

// pdfBuild writes objects (of number i+1) with a table, and what more belongs into the
// trailer.
func pdfBuild(objects []string, trailer string) []byte {
	return pdfAppend([]byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), map[int]string{}, objects, trailer)
}

// pdfAppend is a revision: objects by number, then those of number i+1.
func pdfAppend(b []byte, changed map[int]string, objects []string, trailer string) []byte {
	table := "xref\n"
	write := func(n int, o string) {
		table += fmt.Sprintf("%d 1\n%010d 00000 n \n", n, len(b))
		b = append(b, fmt.Sprintf("%d 0 obj\n%s\nendobj\n", n, o)...)
	}
	for i, o := range objects {
		write(i+1, o)
	}
	for n := range 60 {
		if o, ok := changed[n]; ok {
			write(n, o)
		}
	}
	at := len(b)
	b = append(b, table+"trailer\n<</Size 60 "+trailer+">>\n"...)
	return append(b, fmt.Sprintf("startxref\n%d\n%%%%EOF\n", at)...)
}

func pdfText(s string) string {
	s = strings.ReplaceAll(s, "\x00", " ")
	return "(" + s + ")"
}

func wideHex(s string) string {
	out := "<FEFF"
	for _, r := range s {
		out += fmt.Sprintf("%04X", r)
	}
	return out + ">"
}

func pdfSample(t testing.TB) []byte {
	m := pdfText(marked())
	xmp := pdfStreamOf("/Type/Metadata/Subtype/XML", "<x:xmpmeta>"+marked()+"</x:xmpmeta>")
	jpg := string(jpegSample(t, 32, 32, 3))
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R/Metadata 6 0 R/OpenAction 9 0 R/AA<</WC 9 0 R>>/Names<</EmbeddedFiles<</Names[" + m + " 10 0 R]>>/JavaScript<</Names[(a) 9 0 R]>>>>/AcroForm<</Fields[14 0 R 15 0 R]/XFA " + m + ">>/Outlines 20 0 R/PieceInfo<</X<</Private " + m + ">>>>/StructTreeRoot<</Type/StructTreeRoot/K<</Pg 13 0 R/T " + m + ">>>>>>",
		"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 300]/Resources<</Font<</F1 5 0 R>>/XObject<</Im1 8 0 R/ID 18 0 R>>>>>>",
		"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Metadata 6 0 R/LastModified " + m + "/Annots[11 0 R 12 0 R 14 0 R 15 0 R 16 0 R 17 0 R]/AA<</O 9 0 R>>/PieceInfo<</Y " + m + ">>>>",
		pdfStreamOf("", "BT /F1 12 Tf 20 200 Td (Carta de "+mOld+") Tj ET"),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		xmp,
		"<</Author " + m + "/Creator " + m + "/Title " + wideHex(mAuthor) + "/Producer(x)>>",
		pdfStreamOf("/Type/XObject/Subtype/Image/Width 32/Height 32/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Metadata 6 0 R", jpg),
		"<</S/JavaScript/JS " + m + ">>",
		"<</Type/Filespec/F " + m + "/EF<</F 19 0 R>>>>",
		"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(Nota)/T " + m + "/NM " + m + "/M " + m + "/RC " + m + "/CreationDate " + m + ">>",
		"<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS 10 0 R>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 10]/Contents 21 0 R/T " + m + ">>",
		"<</Type/Annot/Subtype/Widget/FT/Tx/T(nombre)/V(Hola)/Rect[0 0 9 9]/AA<</K 9 0 R>>/P 3 0 R>>",
		"<</Type/Annot/Subtype/Widget/FT/Sig/T(firma)/Rect[0 0 9 9]/V<</Type/Sig/Name " + m + "/Contents " + m + ">>>>",
		"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/Launch/F " + m + ">>>>",
		"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://ejemplo.mx/nota)>>>>",
		pdfStreamOf("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/PieceInfo<</Z "+m+">>/LastModified "+m, "% "+marked()+"\n0 0 9 9 re f"),
		pdfStreamOf("/Type/EmbeddedFile", marked()),
		"<</Type/Outlines/First 22 0 R/Last 22 0 R/Count 1>>",
		pdfStreamOf("", "BT ("+marked()+") Tj ET"),
		"<</Title(Inicio)/Parent 20 0 R/Dest[13 0 R/Fit]/A 9 0 R>>",
	}
	b := pdfBuild(objects, "/Root 1 0 R/Info 7 0 R/ID["+m+m+"]")
	prev := bytes.LastIndex(b[:bytes.LastIndex(b, []byte("startxref"))], []byte("xref\n1 1"))
	return pdfAppend(b, map[int]string{4: pdfStreamOf("", "% "+marked()+"\nBT /F1 12 Tf 20 200 Td (Carta 100% limpia) Tj ET /Im1 Do /ID Do")}, nil,
		fmt.Sprintf("/Root 1 0 R/Info 7 0 R/Prev %d", prev))
}
