package evidence

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func benchClean(b *testing.B, k Kind, file []byte) {
	b.Helper()
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Clean(k, file); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkJPEG12Mpx(b *testing.B) { benchClean(b, JPEG, jpegSample(b, 4000, 3000, 6)) }
func BenchmarkPNG3Mpx(b *testing.B)   { benchClean(b, PNG, pngSample(b, 1242, 2688)) }
func BenchmarkPDF(b *testing.B)       { benchClean(b, PDF, pdfSample(b)) }
func BenchmarkDOCX(b *testing.B)      { benchClean(b, DOCX, docxSample(b)) }

// A scanned letter: photographs of four pages in one PDF.
func BenchmarkPDFScan(b *testing.B) {
	jpg := string(jpegSample(b, 2480, 3508, 1))
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R 5 0 R 7 0 R 9 0 R]/Count 4>>"}
	for range 4 {
		n := len(objects) + 2
		objects = append(objects, "<</Type/Page/Parent 2 0 R/Resources<</XObject<</I "+string(rune('0'+n/10))+string(rune('0'+n%10))+" 0 R>>>>>>",
			pdfStreamOf("/Subtype/Image/Width 2480/Height 3508/Filter/DCTDecode", jpg))
	}
	benchClean(b, PDF, pdfBuild(objects, "/Root 1 0 R"))
}

// A sheet of 5 MB of XML.
func BenchmarkXLSXSheet(b *testing.B) {
	var rows strings.Builder
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 70_000 {
		fmt.Fprintf(&rows, `<row r="%d"><c r="A%d"><v>%d.25</v></c><c r="B%d" t="s"><v>7</v></c></row>`, i, i, r.IntN(100_000), i)
	}
	benchClean(b, XLSX, zipFile(b, "[Content_Types].xml", typesOf("/xl/workbook.xml", sheetML+"sheet.main+xml"), "_rels/.rels", relsOf("r|officeDocument|xl/workbook.xml"),
		"xl/workbook.xml", `<workbook xmlns:r="`+relNS+`"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>`, "xl/_rels/workbook.xml.rels", relsOf("r1|worksheet|s.xml"),
		"xl/s.xml", "<worksheet>"+rows.String()+"</worksheet>"))
}

func BenchmarkMovie10MB(b *testing.B) {
	video, sound := media()
	big := string(noise(9<<20, 5))
	m := movieSample("isom", "mp42")
	i := bytes.Index(m, []byte("mdat")) - 4
	m = append(m[:i:i], box4("mdat", mOld, video, sound, marked(), mSerial, big)...)
	benchClean(b, MP4, m)
}

// What a bomb costs: its head is read, and no more.
func BenchmarkRefusePNG900Mpx(b *testing.B) {
	file := append([]byte(pngMagic), chunk("IHDR", u32s(30000, 30000)+"\x08\x06\x00\x00\x00")...)
	file = append(file, make([]byte, 106<<10)...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Inspect("", file); Why(err) != Pixels {
			b.Fatal(err)
		}
	}
}

func BenchmarkRefuseZipBomb(b *testing.B) {
	file := rawZip("[Content_Types].xml", make([]byte, 50_000_000), 50_000_000, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Inspect("", file); Why(err) != Bomb {
			b.Fatal(err)
		}
	}
}
