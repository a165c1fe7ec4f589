package pdf

import (
	"io"
	"strings"
	"time"

	"declara/i18n"
)

// KeySheet is what is handed to somebody whose complaint an official wrote down: two
// pages, so that the first alone is on the screen when the file is opened. The first
// tells the official what to do, and the person how to go on. The second has the
// follow-up key, below the line that it is folded at, and not a word that tells what it
// is for: she can keep it where others see it.
type KeySheet struct {
	Key                   string // six groups of four
	Folio                 string
	Day                   time.Time // midnight: the hour is nobody's business
	Institution, Initials string
	Office, Phone, URL    string // where to go on
	Lang                  string
	Words                 *i18n.Printer
}

// Fold writes a KeySheet.
func Fold(w io.Writer, in KeySheet) error {
	t := in.Words.T
	s := newSheet(meta{title: t("desk.paper"), author: in.Institution, at: in.Day, keywords: "declara"})
	s.newPage()
	Declaration{Institution: in.Institution, Office: in.Office, Initials: in.Initials, Words: in.Words}.letterhead(s)
	s.text(marginLeft, 120, style{title, 24, dark}, oneLine(t("desk.paper")))
	s.text(marginLeft, 142, smallStyle, oneLine(in.Folio+" · "+in.Words.Day(in.Day.Format(time.DateOnly))))
	y := 175.0
	block := func(head string, lines ...string) {
		s.text(marginLeft, y, style{bold, 12, dark}, oneLine(head))
		y += 20
		for _, text := range lines {
			for _, l := range answerStyle.wrap(oneLine(text), marginRight-marginLeft) {
				s.text(marginLeft, y, answerStyle, l)
				y += leading
			}
			y += 6
		}
		y += 14
	}
	block(t("desk.paper.official"), t("desk.paper.official.1"), t("desk.paper.official.2"), t("desk.paper.official.3"))
	block(t("desk.paper.person"), t("desk.paper.person.1", in.URL), t("desk.paper.person.2", in.Phone), t("desk.paper.person.3"))
	s.newPage()
	middle := sheetHeight / 2
	for x := marginLeft; x < marginRight; x += 8 {
		s.line(x, min(x+4, marginRight), middle, .6, soft)
	}
	for i, line := range groups(in.Key) {
		s.center((marginLeft+marginRight)/2, middle+130+float64(i)*44, style{mono, 26, dark}, line)
	}
	return s.done(w, in.Lang)
}

// groups puts a key on three lines of two groups.
func groups(key string) (lines []string) {
	g := strings.Fields(key)
	for i := 0; i < len(g); i += 2 {
		lines = append(lines, strings.Join(g[i:min(i+2, len(g))], "  "))
	}
	return lines
}
