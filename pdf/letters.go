package pdf

import (
	"io"
	"time"
)

// Letters are letters of the office on paper, one sheet each as long as their words
// allow: reminders for those without e-mail, and drafts of official letters. Whom they
// are for stands where a window envelope shows it when the sheet is folded in three.
// All words come from who asks: this file knows where they go.
type Letters struct {
	Lang                                   string // BCP 47 of the words
	Title                                  string // of the file; it names nobody
	Institution, Office, Initials, Address string
	At                                     time.Time
	Draft                                  string // "Borrador: …", above each; "" when it is none
	All                                    []PaperLetter
}

// PaperLetter is one of them.
type PaperLetter struct {
	To      []string // name, post and area, as the envelope shows them
	Refs    []string // number of the letter, place and day: at the right
	Subject string
	Body    []string // paragraphs
	Sign    []string // below a line for the signature; none for a letter that nobody signs
}

// The places of a letter.
const (
	letterWindow = 134.0 // first line of the address
	letterBody   = 236.0
	letterFloor  = 728.0
	letterStep   = 14.6
	letterRoom   = marginRight - marginLeft
	letterSign   = 74.0 // height of the place to sign
)

// WriteLetters writes them as one file. Neither its description nor its bookmarks name
// anybody.
func WriteLetters(w io.Writer, in Letters) error {
	s := newSheet(meta{title: oneLine(in.Title), author: in.Institution, keywords: "declara letters", at: in.At})
	for i, l := range in.All {
		in.open(s)
		if i == 0 {
			s.bookmark(oneLine(in.Title), 0, 0)
		}
		in.head(s, l)
		y := in.body(s, l)
		in.sign(s, l, y)
	}
	if len(in.All) == 0 {
		in.open(s)
	}
	return s.done(w, in.Lang)
}

// open begins a sheet.
func (in Letters) open(s *sheet) {
	s.newPage()
	Declaration{Institution: in.Institution, Office: in.Office, Initials: in.Initials}.letterhead(s)
	const foot = 760.0
	s.double(marginLeft, marginRight, foot-14, hair)
	s.text(marginLeft, foot, smallStyle, smallStyle.fit(oneLine(in.Address), letterRoom))
	if in.Draft != "" {
		s.text(marginLeft, 90, actStrong, actStrong.fit(oneLine(in.Draft), letterRoom))
	}
}

// head is whom it is for, its number and what it is about.
func (in Letters) head(s *sheet, l PaperLetter) {
	y := 108.0
	for _, ref := range head(l.Refs, 4) {
		s.right(marginRight, y, actStyle, actStyle.fit(clip(ref, 160), 230))
		y += letterStep
	}
	y = letterWindow
	for i, line := range head(l.To, 5) {
		st := actStyle
		if i == 0 {
			st = actStrong
		}
		for _, part := range head(st.wrap(clip(line, 160), 262), 2) {
			s.text(marginLeft, y, st, part)
			y += letterStep
		}
	}
}

// body draws the paragraphs, over more sheets when one is not enough, and gives where
// they end.
func (in Letters) body(s *sheet, l PaperLetter) float64 {
	y := letterBody
	subject := style{title, 15, dark}
	for _, line := range head(subject.wrap(clip(oneLine(l.Subject), 300), letterRoom), 2) {
		s.text(marginLeft, y, subject, line)
		y += 19
	}
	y += 8
	for _, p := range l.Body {
		for _, line := range actStyle.wrap(clip(p, 4000), letterRoom) {
			if y > letterFloor {
				in.open(s)
				y = 112
			}
			s.text(marginLeft, y, actStyle, line)
			y += letterStep
		}
		y += 7
	}
	return y
}

// sign is the place for the signature, never apart from some words of the letter.
func (in Letters) sign(s *sheet, l PaperLetter, y float64) {
	if len(l.Sign) == 0 {
		return
	}
	if y+letterSign > letterFloor {
		in.open(s)
		y = 112
	}
	y += 46
	s.line(marginLeft, marginLeft+260, y, 0.8, dark)
	for i, line := range head(l.Sign, 3) {
		st := smallStyle
		if i == 0 {
			st = actStrong
		}
		y += 13
		s.text(marginLeft, y, st, st.fit(clip(line, 160), letterRoom))
	}
}
