package pdf

// Place is a rectangle of a page that is kept free for the visible part of a
// signature: page from 1, corners in points from the lower left corner of the
// sheet, as a PDF's /Rect has them. It does not depend on what the document says.
type Place struct {
	Page           int
	X0, Y0, X1, Y1 float64
}

// The names of the signature fields that a finisher puts at the places.
const (
	FieldSeal   = "Sello" // the institution's, in every sealed document
	FieldSigner = "Firma" // of who declares, only where she signs with her e.firma
)

// The places kept. A finisher puts a widget there by an incremental update; a
// paper copy gets its stamp and its handwritten signature there.
var (
	// CoverSeal is on the first page of Full and of Public, for the institution.
	CoverSeal = Place{Page: 1, X0: 406, Y0: 60, X1: 562, Y1: 120}
	// ReceiptSeal is on the receipt, for the institution.
	ReceiptSeal = Place{Page: 1, X0: 316, Y0: 84, X1: 562, Y1: 146}
)

// place draws the corners of a place and, outside of it, what it is for above and
// whose it is below. Inside, the sheet stays white.
func (s *sheet) place(p Place, words string, below ...string) {
	const arm = 9.0
	x0, x1 := p.X0-2, p.X1+2
	y0, y1 := sheetHeight-p.Y1-2, sheetHeight-p.Y0+2
	for _, y := range []float64{y0, y1 - 0.7} {
		s.line(x0, x0+arm, y, 0.7, border)
		s.line(x1-arm, x1, y, 0.7, border)
	}
	for _, x := range []float64{x0, x1 - 0.7} {
		s.fill(x, y0, 0.7, arm, border)
		s.fill(x, y1-arm, 0.7, arm, border)
	}
	s.text(x0, y0-4, smallStyle, smallStyle.fit(oneLine(words), x1-x0))
	st := headStyle
	for i, l := range below {
		s.text(x0, y1+9.5+9.5*float64(i), st, st.fit(oneLine(l), x1-x0))
		st = tinyStyle
	}
}
