package pdf

import (
	"io"
	"strings"
	"time"
)

// DrawAct is the act of a draw of declarations for verification (LGRA 30), to be printed
// and signed by those who were there. It has folios and no names.
type DrawAct struct {
	Words                                  Words
	Lang                                   string // BCP 47 of the words
	Institution, Office, Initials, Address string
	Day                                    string      // yyyy-mm-dd of the draw
	Number                                 string      // of the draw
	Facts                                  [][2]string // label and value
	Universe                               string      // SHA-256, hex
	Leaves                                 [2]uint64   // of the log: frozen, drawn
	Says                                   []string    // how it was drawn and can be repeated
	Shares                                 [][2]string // stratum, and how many of how many
	Folios                                 []string
	Signers                                []string // who signs, by office
}

const drawColumns = 4

// WriteDrawAct writes the sheet or sheets.
func WriteDrawAct(w io.Writer, in DrawAct) error {
	at, err := time.Parse(time.DateOnly, in.Day)
	if err != nil {
		return err
	}
	name := in.Words.T("pdf.draw.title")
	head := Declaration{Words: in.Words, Institution: in.Institution, Office: in.Office, Initials: in.Initials}
	s := newSheet(meta{title: name, author: in.Institution, keywords: "declara draw", at: at})
	pages := paginate(in.rows(), 86, bodyBottom)
	for i, page := range pages {
		s.newPage()
		if i == 0 {
			s.bookmark(name, 0, 0)
		}
		head.letterhead(s)
		for _, p := range page {
			p.draw(s, p.y)
		}
		const y = 760.0
		s.double(marginLeft, marginRight, y-14, hair)
		count := oneLine(in.Words.T("pdf.page", i+1, len(pages)))
		s.right(marginRight, y, smallStyle, count)
		s.text(marginLeft, y, smallStyle, smallStyle.fit(oneLine(in.Number+" · "+in.Address), actRoom-smallStyle.width(count)-14))
	}
	return s.done(w, in.Lang)
}

func (in DrawAct) rows() []row {
	var out []row
	lines := func(gap float64, st style, text string, keep bool) {
		for i, l := range st.wrap(oneLine(text), actRoom) {
			if i > 0 {
				gap = 0
			}
			out = append(out, row{gap: gap, height: st.size + 4.6, keep: keep, draw: func(s *sheet, y float64) { s.text(marginLeft, y+st.size, st, l) }})
		}
	}
	lines(4, style{title, 19, dark}, in.Words.T("pdf.draw.title"), true)
	lines(2, actStrong, in.Number, true)
	for i, f := range in.Facts {
		gap := 2.0
		if i == 0 {
			gap = 10
		}
		out = append(out, in.fact(gap, f)...)
	}
	hash, why := in.Universe, oneLine(in.Words.T("pdf.draw.universe", in.Words.Integer(int64(in.Leaves[0])), in.Words.Integer(int64(in.Leaves[1]))))
	out = append(out, row{gap: 12, height: hashHeight, draw: func(s *sheet, y float64) {
		s.fill(marginLeft, y, actRoom, hashHeight, amate)
		s.text(marginLeft+14, y+15, style{bold, 9, dark}, oneLine(in.Words.T("pdf.draw.hash")))
		s.hashLines(marginLeft+14, y+31, hash, 9.6)
		st := style{regular, 8, soft}
		x := marginLeft + 338.0
		for i, l := range head(st.wrap(why, marginRight-x-12), 4) {
			s.text(x, y+15+10.4*float64(i), st, l)
		}
	}})
	for _, text := range in.Says {
		lines(8, actStyle, text, false)
	}
	if len(in.Shares) > 1 {
		lines(12, actStrong, in.Words.T("pdf.draw.shares"), true)
		for _, f := range in.Shares {
			out = append(out, in.fact(2, f)...)
		}
	}
	lines(12, actStrong, in.Words.T("pdf.draw.list", in.Words.Integer(int64(len(in.Folios)))), true)
	for at := 0; at < len(in.Folios); at += drawColumns {
		part, first := in.Folios[at:min(at+drawColumns, len(in.Folios))], at
		out = append(out, row{gap: 1, height: 14, draw: func(s *sheet, y float64) {
			const room = actRoom / drawColumns
			for i, folio := range part {
				x := marginLeft + room*float64(i)
				s.right(x+22, y+10, smallStyle, oneLine(in.Words.Integer(int64(first+i+1))))
				s.text(x+28, y+10, questionStyle, questionStyle.fit(oneLine(folio), room-32))
			}
		}})
	}
	for at := 0; at < len(in.Signers); at += 2 {
		part := in.Signers[at:min(at+2, len(in.Signers))]
		out = append(out, row{gap: 10, height: 84, draw: func(s *sheet, y float64) {
			const room = actRoom/2 - 10
			for i, who := range part {
				x := marginLeft + (room+20)*float64(i)
				s.line(x, x+room, y+52, 0.8, dark)
				s.text(x, y+65, smallStyle, smallStyle.fit(clip(who, 120), room))
			}
		}})
	}
	return out
}

// fact is a label and its value, on as many lines as the value needs.
func (in DrawAct) fact(gap float64, f [2]string) (out []row) {
	label := questionStyle.fit(oneLine(f[0]), factAt-marginLeft-10)
	for i, l := range answerStyle.wrap(oneLine(strings.TrimSpace(f[1])), marginRight-factAt) {
		if i > 0 {
			label, gap = "", 0
		}
		name := label
		out = append(out, row{gap: gap, height: 15, draw: func(s *sheet, y float64) {
			s.text(marginLeft, y+11, questionStyle, name)
			s.text(factAt, y+11, answerStyle, l)
		}})
	}
	return out
}
