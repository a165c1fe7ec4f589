package pdf

import "strconv"

// cover is the first page of a declaration: what it is, whose, when, how to check
// it, and the index of its sections with a place kept for a seal.
func (in Declaration) cover(s *sheet, k kind, chapters []chapter, at []int, pages int) {
	s.newPage()
	s.bookmark(in.name(), 0, 0)
	in.letterhead(s)
	y := in.coverTitle(s, k)
	y = in.coverBand(s, y+15)
	y = in.legend(s, k, y+16)
	in.index(s, chapters, at, y+12)
	in.coverEnd(s, k)
	in.foot(s, k, 1, pages)
}

// coverTitle draws version, name of the declaration, person and post.
func (in Declaration) coverTitle(s *sheet, k kind) float64 {
	over := style{regular, 9.6, soft}
	s.text(marginLeft, 99, over, oneLine(in.Words.T("pdf.version."+k.slug())))
	y := 104.0
	big := style{title, 27, dark}
	for _, l := range head(big.wrap(in.name(), marginRight-marginLeft), 2) {
		y += 27
		s.text(marginLeft, y, big, l)
	}
	y += 8
	who := style{bold, 13, dark}
	for _, l := range head(who.wrap(clip(in.Person, 160), marginRight-marginLeft), 2) {
		y += 16.5
		s.text(marginLeft, y, who, l)
	}
	post := style{regular, 10, soft}
	for _, l := range head(post.wrap(clip(in.Post, 200), marginRight-marginLeft), 2) {
		y += 14.5
		s.text(marginLeft, y, post, l)
	}
	return y
}

// head is at most the first n of lines.
func head(lines []string, n int) []string { return lines[:min(n, len(lines))] }

// fact is a short label and what it says.
type fact struct {
	label, value, more string
	mark               ink // colour of the square before the value; 0 is none
}

// coverFacts are what a page or a receipt tells of the filing itself.
func (in Declaration) coverFacts() []fact {
	if in.Unsealed {
		return in.unsealedFacts()
	}
	w := in.Words
	form := in.Document.Form
	word, why, mark := in.standing()
	return []fact{
		{label: w.T("pdf.folio"), value: in.Folio},
		{label: w.T("pdf.filed"), value: in.day(), more: in.hour() + ", " + in.zone()},
		{label: w.T("pdf.standing"), value: word, more: why, mark: mark},
		{label: w.T("pdf.form"), value: w.T("pdf.level." + form.Level.Slug()), more: w.T("pdf.edition", w.Day(form.Edition))},
	}
}

// coverBand draws the facts of the filing on a band of amate, in two columns,
// with the code that leads to the check page at the right.
func (in Declaration) coverBand(s *sheet, y float64) float64 {
	const side, height = 92.0, 112.0
	s.fill(marginLeft, y, marginRight-marginLeft, height, amate)
	s.fill(marginLeft, y, 4, height, maya)
	column := (marginRight - marginLeft - side - 52) / 2
	for i, f := range in.coverFacts() {
		x := marginLeft + 18 + float64(i%2)*(column+8)
		s.fact(x, y+20+50*float64(i/2), column, f, 12.5)
	}
	s.code(marginRight-side-10, y+10, side, in.CheckURL)
	return y + height
}

// fact draws a label, its value and a smaller line below, within room.
func (s *sheet) fact(x, y, room float64, f fact, size float64) {
	s.text(x, y, smallStyle, smallStyle.fit(oneLine(f.label), room))
	v := style{bold, size, dark}
	at := x
	if f.mark != 0 {
		v.ink = f.mark
		s.fill(x, y+size-6.3, 7.5, 7.5, f.mark)
		at += 12
	}
	value := oneLine(f.value)
	if w := v.width(value); w > room-(at-x) {
		v.size = max(7, v.size*(room-(at-x))/w)
	}
	s.text(at, y+size+1.2, v, v.fit(value, room-(at-x)))
	for i, l := range head(tinyStyle.wrap(oneLine(f.more), room), 2) {
		s.text(x, y+size+11.5+8.6*float64(i), tinyStyle, l)
	}
}

// legend says who this version is for and how what is not public is marked: with
// the mark itself.
func (in Declaration) legend(s *sheet, k kind, y float64) float64 {
	st := style{regular, 9, soft}
	x, room := marginLeft, marginRight-marginLeft
	if k == full {
		x, room = x+pad, room-pad
	}
	lines := head(st.wrap(oneLine(in.Words.T("pdf.legend."+k.slug())), room), 4)
	for i, l := range lines {
		s.text(x, y+8+12*float64(i), st, l)
	}
	height := 12 * float64(len(lines))
	if k == full {
		s.upright(marginLeft, y-2, y+height+1, border)
	}
	return y + height
}

// indexBottom is where the index must end: below it are hash and seal.
const indexBottom = 646.0

// index lists the sections with their pages, as a ledger: numeral, title,
// leader, what is in it, page. Its lines come closer when there are many.
func (in Declaration) index(s *sheet, chapters []chapter, at []int, y float64) {
	halves, bottom := 0, indexBottom
	if in.Unsealed {
		bottom = unsealedBottom
	}
	for i, c := range chapters {
		if i == 0 || chapters[i-1].part != c.part {
			halves++
		}
	}
	step := min(16.5, (bottom-y)/(float64(len(chapters))+1.75*float64(halves)))
	size := min(9.6, step*0.72)
	line := style{regular, size, dark}
	number := style{title, size, maya}
	more := style{regular, size - 0.8, soft}
	page := style{bold, size, dark}
	pageAt := marginRight
	for i, c := range chapters {
		if i == 0 || chapters[i-1].part != c.part {
			y += step * 1.75
			half := style{title, size + 1.6, maya}
			s.text(marginLeft, y-step*0.45, half, oneLine(in.Words.T("pdf.part."+c.partSlug())))
			s.line(marginLeft, marginRight, y-step*0.45+4, 0.8, dark)
		}
		y += step
		base := y - step*0.2
		s.right(marginLeft+16, base, number, c.number)
		n := strconv.Itoa(at[i] + 2)
		s.right(pageAt, base, page, n)
		edge := pageAt - 20
		if c.gist != "" {
			edge -= more.width(c.gist)
			s.text(edge, base, more, c.gist)
			edge -= 4
		}
		name := line.fit(c.title, edge-marginLeft-40)
		s.text(marginLeft+24, base, line, name)
		s.leader(marginLeft+24+line.width(name)+5, edge-3, base)
		s.linkPage(marginLeft, base-size, marginRight-marginLeft, step, at[i]+2)
	}
}

// coverEnd draws, at fixed places, the hash, the address of the check page and
// the place kept for the institution's seal.
func (in Declaration) coverEnd(s *sheet, k kind) {
	if in.Unsealed {
		in.unsealedEnd(s, k)
		return
	}
	w := in.Words
	const y = 664.0
	if h := in.hash(k); h != "" {
		s.text(marginLeft, y+4, smallStyle, oneLine(w.T("pdf.hash."+k.slug())))
		s.hashLines(marginLeft, y+17, h, 8)
	}
	s.text(marginLeft, y+44, tinyStyle, oneLine(w.T("pdf.check")))
	end := s.address(marginLeft, y+54, 340, in.CheckURL)
	s.text(marginLeft, end+12, tinyStyle, tinyStyle.fit(oneLine(w.T("pdf.accessible")), 345))
	s.place(CoverSeal, w.T("pdf.seal"))
}
