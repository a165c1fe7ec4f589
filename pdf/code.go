package pdf

import "rsc.io/qr"

// quiet is the empty margin that readers of codes need, in modules.
const quiet = 4

// code draws an address as a QR code of side points, quiet zone included: filled
// rectangles, the dark modules of a row merged, so that it prints sharp at any
// size and needs no picture. It is a link too. Level M bears a fold or a stamp's
// edge. Without an address, or with one too long for a code, nothing is drawn: the
// address always stands in letters beside it.
func (s *sheet) code(x, y, side float64, address string) {
	c, err := qr.Encode(address, qr.M)
	if err != nil || address == "" {
		return
	}
	unit := side / float64(c.Size+2*quiet)
	s.fill(x, y, side, side, paper)
	for row := range c.Size {
		for col := 0; col < c.Size; col++ {
			if !c.Black(col, row) {
				continue
			}
			from := col
			for col+1 < c.Size && c.Black(col+1, row) {
				col++
			}
			s.fill(x+float64(quiet+from)*unit, y+float64(quiet+row)*unit, float64(col-from+1)*unit, unit+0.02, dark)
		}
	}
	s.link(x, y, side, side, address)
}
