package pdf

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/jung-kurt/gofpdf"

	"declara/pdf/sign"
)

// ink is a colour, as 0xRRGGBB.
type ink uint32

// The colours of the pages (regla.css), those that paper keeps.
const (
	paper  ink = 0xffffff // never filled: the sheet itself
	amate  ink = 0xf1eadc // band
	hair   ink = 0xddd2bd // hairline
	border ink = 0x6f6856 // the double line of what is not public
	faint  ink = 0xb5ab95 // frame of a tag
	dark   ink = 0x16262b // ink
	soft   ink = 0x4f4a3c // secondary ink
	maya   ink = 0x0f5260 // mark
	jade   ink = 0x1c6642 // in time
	ocher  ink = 0x7d5200 // late
)

// The sheet is letter, what Mexican offices print on. Measures in points from
// the upper left corner.
const (
	sheetWidth  = 612.0
	sheetHeight = 792.0
	marginLeft  = 48.0  // of what spans the sheet: header, footer, cover
	marginRight = 564.0 //
	numeralEdge = 90.0  // numerals of the margin end here
	ruleAt      = 96.0  // double rule between numerals and text
	textLeft    = 108.0 // bands and hairlines begin
	pad         = 10.0  // from there to the text
	bodyTop     = 62.0  // first baseline region of a page with running header
	bodyBottom  = 734.0 // last
)

// sheet draws on the pages of one document. It is the only code that calls
// gofpdf, and belongs to one goroutine.
type sheet struct {
	pdf    *gofpdf.Fpdf
	loaded [faceCount]bool
	face   face    // selected in the pdf
	size   float64 // selected in the pdf; 0 is nothing selected
	colour ink     // of text, in the pdf
	at     time.Time
	err    error // first failure of ours
}

// meta is what a reader's window and a catalogue of documents show.
type meta struct {
	title, subject, author string
	keywords               string    // which document of which filing it is
	at                     time.Time // both dates of the file
}

func newSheet(m meta) *sheet { return newSized(m, sheetWidth, sheetHeight) }

// newSized makes a document with pages of another size than letter.
func newSized(m meta, width, height float64) *sheet {
	p := gofpdf.NewCustom(&gofpdf.InitType{UnitStr: "pt", Size: gofpdf.SizeType{Wd: width, Ht: height}})
	p.SetMargins(0, 0, 0)
	p.SetAutoPageBreak(false, 0)
	p.SetCatalogSort(true)
	p.SetCompression(false) // the finisher packs
	p.SetCreationDate(m.at)
	p.SetModificationDate(m.at)
	p.SetTitle(clip(m.title, 200), true)
	p.SetSubject(clip(m.subject, 200), true)
	p.SetAuthor(clip(m.author, 200), true)
	p.SetKeywords(clip(m.keywords, 200), true)
	p.SetCreator("declara", true)
	p.SetProducer("declara", true)
	return &sheet{pdf: p, at: m.at}
}

// newPage begins a page.
func (s *sheet) newPage() { s.pdf.AddPage() }

// use selects face, size and colour; a face is embedded once something is drawn
// with it, so a document carries only what it needs.
func (s *sheet) use(f face, size float64, colour ink) {
	name := faceNames[f]
	if !s.loaded[f] {
		b, err := fontFiles.ReadFile(faceFiles[f])
		if err != nil {
			s.err = err
			return
		}
		s.pdf.AddUTF8FontFromBytes(name, "", b)
		s.loaded[f] = true
	}
	if s.face != f || s.size != size || s.size == 0 {
		s.pdf.SetFont(name, "", size)
		s.face, s.size = f, size
	}
	if s.colour != colour {
		s.pdf.SetTextColor(colour.rgb())
		s.colour = colour
	}
}

func (c ink) rgb() (r, g, b int) { return int(c >> 16), int(c >> 8 & 0xFF), int(c & 0xFF) }

// text draws one line of clean text with its baseline at y.
func (s *sheet) text(x, y float64, st style, line string) {
	for _, r := range st.runs(line) {
		s.use(r.face, st.size, st.ink)
		s.pdf.Text(x, y, drawable(r))
		x += float64(r.width) * st.size / 1000
	}
}

// drawable is the text of a run with the characters that its face has.
func drawable(r run) string {
	if plain(r.text) {
		return r.text
	}
	var b []rune
	for _, c := range r.text {
		if c = drawn(c); !r.face.has(c) {
			c = unknown
		}
		b = append(b, c)
	}
	return string(b)
}

// right draws one line that ends at x.
func (s *sheet) right(x, y float64, st style, line string) {
	s.text(x-st.width(line), y, st, line)
}

// center draws one line around x.
func (s *sheet) center(x, y float64, st style, line string) {
	s.text(x-st.width(line)/2, y, st, line)
}

// fill paints a rectangle.
func (s *sheet) fill(x, y, w, h float64, c ink) {
	s.pdf.SetFillColor(c.rgb())
	s.pdf.Rect(x, y, w, h, "F")
}

// frame strokes a rectangle.
func (s *sheet) frame(x, y, w, h, thick float64, c ink) {
	s.pdf.SetDrawColor(c.rgb())
	s.pdf.SetLineWidth(thick)
	s.pdf.Rect(x, y, w, h, "D")
}

// line is a horizontal rule whose upper edge is at y.
func (s *sheet) line(x0, x1, y, thick float64, c ink) { s.fill(x0, y, x1-x0, thick, c) }

// double is the accountant's double rule: 2.6 points high.
func (s *sheet) double(x0, x1, y float64, c ink) {
	s.line(x0, x1, y, 0.7, c)
	s.line(x0, x1, y+1.9, 0.7, c)
}

// upright is the double rule standing: 2.6 points wide.
func (s *sheet) upright(x, y0, y1 float64, c ink) {
	s.fill(x, y0, 0.7, y1-y0, c)
	s.fill(x+1.9, y0, 0.7, y1-y0, c)
}

// leader fills the way between a label and its amount with dots on the baseline.
// The dots stand on one grid, so that those of consecutive lines are in columns.
func (s *sheet) leader(x0, x1, y float64) {
	const step = 3.6
	first := float64(int(x0/step)+1) * step
	if first >= x1 {
		return
	}
	s.pdf.SetDrawColor(border.rgb())
	s.pdf.SetLineWidth(0.7)
	s.pdf.SetDashPattern([]float64{0.7, step - 0.7}, 0)
	s.pdf.Line(first, y-0.6, x1, y-0.6)
	s.pdf.SetDashPattern(nil, 0)
}

// seal is the round mark with the institution's initials.
func (s *sheet) seal(x, y, d float64, initials string) {
	r := d / 2
	s.pdf.SetDrawColor(maya.rgb())
	s.pdf.SetLineWidth(d * 0.045)
	s.pdf.Circle(x+r, y+r, r-d*0.022, "D")
	s.pdf.SetLineWidth(d * 0.02)
	s.pdf.Circle(x+r, y+r, r*0.82, "D")
	st := style{title, d * 0.36, maya}
	initials = clip(initials, 4)
	if w := st.width(initials); w > d*0.62 {
		st.size *= d * 0.62 / w
	}
	s.center(x+r, y+r+st.size*0.33, st, initials)
}

// link makes a rectangle lead to an address.
func (s *sheet) link(x, y, w, h float64, address string) { s.pdf.LinkString(x, y, w, h, address) }

// linkPage makes a rectangle lead to the top of a page.
func (s *sheet) linkPage(x, y, w, h float64, page int) {
	to := s.pdf.AddLink()
	s.pdf.SetLink(to, 0, page)
	s.pdf.Link(x, y, w, h, to)
}

// bookmark adds an entry to the outline that readers show beside the pages.
func (s *sheet) bookmark(words string, level int, y float64) {
	s.use(regular, 9, dark) // an outline is written in the encoding of the current face
	s.pdf.Bookmark(clip(words, 120), level, y)
}

// done writes the document.
func (s *sheet) done(w io.Writer, lang string) error {
	if s.err != nil {
		return s.err
	}
	var b bytes.Buffer
	if err := s.pdf.Output(&b); err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	out, err := sign.Finish(b.Bytes(), sign.Info{Lang: lang, At: s.at})
	if err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	_, err = w.Write(out)
	return err
}
