package pdf

import "strings"

// This file draws what stands on every page around the body.

var (
	headStyle  = style{bold, 8.6, dark}
	smallStyle = style{regular, 8, soft}
	tinyStyle  = style{regular, 7.4, soft}
)

// letterhead is the head of a first page: seal, institution and office.
func (in Declaration) letterhead(s *sheet) {
	s.fill(0, 0, sheetWidth, 4, maya)
	s.seal(marginLeft, 24, 38, in.Initials)
	x := marginLeft + 50.0
	st := style{title, 13.5, dark}
	s.text(x, 41, st, st.fit(clip(in.Institution, 160), marginRight-x))
	st = style{regular, 9.4, soft}
	s.text(x, 55, st, st.fit(clip(in.Office, 160), marginRight-x))
	s.line(marginLeft, marginRight, 72, 0.6, hair)
}

// runningHead is the head of the other pages: whose register it is, and the
// section that the page begins with; where says what the document is.
func (in Declaration) runningHead(s *sheet, c chapter, where string) {
	s.fill(0, 0, sheetWidth, 4, maya)
	s.seal(marginLeft, 17, 21, in.Initials)
	half := (marginRight - marginLeft) / 2
	s.text(marginLeft+28, 30.5, headStyle, headStyle.fit(clip(in.Institution, 160), half-10))
	s.right(marginRight, 25.5, smallStyle, smallStyle.fit(where, half))
	s.right(marginRight, 36, tinyStyle, tinyStyle.fit(c.number+" "+c.title, half))
	s.line(marginLeft, marginRight, 44, 0.6, hair)
}

// foot is the foot of every page: folio, which version it is, hash in short, and
// the page of how many.
func (in Declaration) foot(s *sheet, k kind, page, pages int) {
	const y = 760.0
	s.double(marginLeft, marginRight, y-14, hair)
	folio := style{bold, 8, dark}
	x := marginLeft
	if !in.Unsealed {
		f := folio.fit(clip(in.Folio, 40), 120)
		s.text(marginLeft, y, folio, f)
		x += folio.width(f) + 10
	}
	count := oneLine(in.Words.T("pdf.page", page, pages))
	s.right(marginRight, y, smallStyle, count)
	right := marginRight - smallStyle.width(count) - 14
	if h := short(in.hash(k)); h != "" {
		hash := style{mono, 7, soft}
		s.right(right, y, hash, h)
		right -= hash.width(h) + 14
	}
	s.text(x, y, smallStyle, smallStyle.fit(oneLine(in.Words.T("pdf.version."+k.slug())), right-x))
}

// hash is the one of the document that a version prints.
func (in Declaration) hash(k kind) string {
	if k == public {
		return in.PublicHash
	}
	return in.Hash
}

// fours cuts a hash in groups of four, as a person compares it.
func fours(hash string) []string {
	hash = clip(hash, 128)
	var out []string
	for len(hash) > 4 {
		out = append(out, hash[:4])
		hash = hash[4:]
	}
	if hash != "" {
		out = append(out, hash)
	}
	return out
}

// short is the beginning of a hash: enough to see that two pages belong together.
func short(hash string) string {
	g := fours(hash)
	return strings.Join(g[:min(3, len(g))], "·")
}

// hashLines draws a hash in groups of four, eight groups a line, and gives the
// height that it took.
func (s *sheet) hashLines(x, y float64, hash string, size float64) float64 {
	st := style{mono, size, dark}
	step := st.width("0000") + st.width("0")*1.35
	for i, g := range fours(hash) {
		s.text(x+step*float64(i%8), y+size*1.5*float64(i/8), st, g)
	}
	return size * 1.5 * float64((len(fours(hash))+7)/8)
}

// address draws an address on two lines at most, as a link, and gives the baseline
// of the last one.
func (s *sheet) address(x, y, room float64, address string) float64 {
	st := style{regular, 8, maya}
	for i, l := range head(st.wrap(clip(address, 300), room), 2) {
		if i > 0 {
			y += 10
		}
		s.text(x, y, st, l)
		s.line(x, x+st.width(l), y+1.6, 0.4, maya)
		s.link(x, y-8, st.width(l), 10, address)
	}
	return y
}
