package pdf

import (
	"io"
	"slices"
	"strings"
	"time"
)

// Box is the visible part of a signature: what a person sees of it on the page.
// It is a document of one small page, as big as its Place, which a signer grafts
// there; so it has the letters of the other documents, ñ and saltillo included.
type Box struct {
	Place    Place
	Initials string   // for the round mark at the left; "" leaves it out
	Lines    []string // the first stands out; the first five are drawn
	At       time.Time
	Lang     string
}

// How the lines of a box are set: the first as the titles of the pages, the others
// small, so that five stand in any place. All have one face, as a stamp is cut from
// one type: gofpdf takes milliseconds for each, and a paper has a box a signature.
const (
	boxTitle = 9.6  // size of the first line, at most
	boxSize  = 7.4  // and of the others
	boxLeast = 5.4  // what does not fit is set smaller, down to this, and then cut
	boxNear  = 0.85 // what fits at this part of its size is only set smaller
	boxStep  = 10.2
	boxLines = 5
)

// WriteBox writes the document of a box: the round mark, the double rule standing,
// and the lines, all of it in the middle of the height. The same Box gives the same
// bytes.
func WriteBox(w io.Writer, b Box) error {
	width, height := b.Place.X1-b.Place.X0, b.Place.Y1-b.Place.Y0
	s := newSized(meta{at: b.At}, width, height)
	s.newPage()
	x := 3.0
	if b.Initials != "" {
		d := min(38, width/5)
		s.seal(x, (height-d)/2, d, b.Initials)
		x += d + 7
	}
	lines := b.lines(width - x - 12)
	tall := boxStep * float64(len(lines))
	y := (height - tall) / 2
	s.upright(x, y-1, y+tall+1, maya)
	for i, l := range lines {
		s.text(x+10, y+boxStep*float64(i)+7.8, l.style, l.text)
	}
	return s.done(w, b.Lang)
}

// boxLine is a line of a box as it is drawn.
type boxLine struct {
	style style
	text  string
}

// lines fits the lines into room: one that is too long takes a second line while
// there are lines left, the last ones first, since they are the facts; or it is set
// smaller, and cut.
func (b Box) lines(room float64) []boxLine {
	lines := head(b.Lines, boxLines)
	spare := boxLines - len(lines)
	var out []boxLine
	for i, l := range slices.Backward(lines) {
		st := style{title, boxSize, soft}
		if i == 0 {
			st = style{title, boxTitle, dark}
		}
		l = clip(l, 160)
		if cut := st.wrap(l, room); spare > 0 && len(cut) > 1 && st.width(l)*boxNear > room {
			spare--
			out = append(out, boxLine{st, st.fit(strings.Join(cut[1:], " "), room)}, boxLine{st, cut[0]})
			continue
		}
		if wide := st.width(l); wide > room {
			st.size = max(boxLeast, st.size*room/wide)
			l = st.fit(l, room)
		}
		out = append(out, boxLine{st, l})
	}
	slices.Reverse(out)
	return out
}
