package pdf

import (
	"io"
	"time"
)

// Act is a writ of the office to be printed and signed by hand: an acuerdo or an
// oficio. It is made, printed and forgotten; what is kept is the signed sheet.
type Act struct {
	Words                                  Words
	Lang                                   string // BCP 47 of the words
	Institution, Office, Initials, Address string
	Title                                  string      // kind of writ: all that the file's own description says
	To                                     string      // authority that it is addressed to, or ""
	Marks                                  [][2]string // label and value: folio, file
	Day                                    string      // yyyy-mm-dd that it is signed
	Place                                  string      // or ""
	Before, Body, After                    []string    // paragraphs: of the template, of the case, of the template
	Signer, Post                           string
	Witnesses                              [][2]string // name and post of those who sign beside, two a line
}

var (
	actStyle  = style{regular, 10.6, dark}
	actStrong = style{bold, 10.6, dark}
)

const (
	actRoom = marginRight - marginLeft
	actSign = 96.0 // height of the place for the signature
)

// WriteAct writes the sheet or sheets.
func WriteAct(w io.Writer, in Act) error {
	at, err := time.Parse(time.DateOnly, in.Day)
	if err != nil {
		return err
	}
	head := Declaration{Words: in.Words, Institution: in.Institution, Office: in.Office, Initials: in.Initials}
	s := newSheet(meta{title: in.Title, author: in.Institution, keywords: "declara act", at: at})
	pages := paginate(in.rows(), 86, bodyBottom)
	for i, page := range pages {
		s.newPage()
		if i == 0 {
			s.bookmark(in.Title, 0, 0)
		}
		head.letterhead(s)
		for _, p := range page {
			p.draw(s, p.y)
		}
		const y = 760.0
		s.double(marginLeft, marginRight, y-14, hair)
		count := oneLine(in.Words.T("pdf.page", i+1, len(pages)))
		s.right(marginRight, y, smallStyle, count)
		s.text(marginLeft, y, smallStyle, smallStyle.fit(oneLine(in.Address), marginRight-marginLeft-smallStyle.width(count)-14))
	}
	return s.done(w, in.Lang)
}

// rows are the lines of the writ, and at its end the place to sign, which is never
// alone on a sheet.
func (in Act) rows() []row {
	var out []row
	line := func(gap float64, st style, text string, keep bool) {
		out = append(out, row{gap: gap, height: st.size + 4.6, keep: keep, draw: func(s *sheet, y float64) { s.text(marginLeft, y+st.size, st, text) }})
	}
	big := style{title, 19, dark}
	for _, l := range big.wrap(oneLine(in.Title), actRoom) {
		line(4, big, l, true)
	}
	for i, m := range in.Marks {
		gap := 2.0
		if i == 0 {
			gap = 8
		}
		label, value := oneLine(m[0]), actStrong.fit(clip(m[1], 80), actRoom-120)
		out = append(out, row{gap: gap, height: 14, keep: true, draw: func(s *sheet, y float64) {
			s.text(marginLeft, y+10, smallStyle, label)
			s.text(marginLeft+96, y+10, actStrong, value)
		}})
	}
	when := oneLine(in.Words.Day(in.Day))
	if in.Place != "" {
		when = clip(in.Place, 120) + ", " + when
	}
	out = append(out, row{gap: 10, height: 15, keep: true, draw: func(s *sheet, y float64) { s.right(marginRight, y+11, actStyle, actStyle.fit(when, actRoom)) }})
	if in.To != "" {
		for i, l := range actStrong.wrap(oneLine(in.To), actRoom*0.7) {
			gap := 0.0
			if i == 0 {
				gap = 8
			}
			line(gap, actStrong, l, true)
		}
	}
	for _, group := range [][]string{in.Before, in.Body, in.After} {
		for _, text := range group {
			for i, l := range actStyle.wrap(clean(text), actRoom) {
				gap := 0.0
				if i == 0 {
					gap = 9
				}
				line(gap, actStyle, l, false)
			}
		}
	}
	if n := len(out); n > 0 {
		out[n-1].keep = true
	}
	signer, post := actStrong.fit(clip(in.Signer, 120), 300), smallStyle.fit(clip(in.Post, 120), 300)
	out = append(out, row{gap: 14, height: actSign, keep: len(in.Witnesses) > 0, draw: func(s *sheet, y float64) {
		const middle = (marginLeft + marginRight) / 2
		s.line(middle-150, middle+150, y+58, 0.8, dark)
		s.center(middle, y+72, actStrong, signer)
		s.center(middle, y+85, smallStyle, post)
	}})
	for i := 0; i < len(in.Witnesses); i += 2 {
		pair := in.Witnesses[i:min(i+2, len(in.Witnesses))]
		out = append(out, row{gap: 4, height: actSign, draw: func(s *sheet, y float64) {
			for n, who := range pair {
				middle := marginLeft + actRoom*(0.25+0.5*float64(n))
				s.line(middle-110, middle+110, y+58, 0.8, dark)
				s.center(middle, y+72, actStrong, actStrong.fit(clip(who[0], 120), 230))
				s.center(middle, y+85, smallStyle, smallStyle.fit(clip(who[1], 120), 230))
			}
		}})
	}
	return out
}
