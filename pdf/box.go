package pdf

import (
	"io"
	"time"
)

// Box is the visible part of a signature: what a person sees of it on the page.
// It is a document of one small page, as big as its Place, which a signer grafts
// there; so it has the letters of the other documents, ñ and saltillo included.
type Box struct {
	Place    Place
	Initials string   // for the round mark at the left; "" leaves it out
	Lines    []string // the first stands out; those that do not fit are left out
	At       time.Time
	Lang     string
}

// boxTop and boxStep are where the first line of a box stands and how far apart
// the others are.
const (
	boxTop  = 12.5
	boxStep = 9.6
)

// WriteBox writes the document of a box. The same Box gives the same bytes.
func WriteBox(w io.Writer, b Box) error {
	width, height := b.Place.X1-b.Place.X0, b.Place.Y1-b.Place.Y0
	s := newSized(meta{at: b.At}, width, height)
	s.newPage()
	x := 5.0
	if b.Initials != "" {
		d := min(34, width/6)
		s.seal(x, (height-d)/2, d, b.Initials)
		x += d + 6
	}
	y, room := boxTop, width-x-4
	for i, l := range b.Lines {
		st := style{regular, 7.4, dark}
		if i == 0 {
			st = style{title, 9, dark}
		}
		if y > height-3 {
			break
		}
		l = clip(l, 160)
		if w := st.width(l); w > room {
			st.size = max(5.4, st.size*room/w)
		}
		s.text(x, y, st, st.fit(l, room))
		y += boxStep
	}
	return s.done(w, b.Lang)
}
