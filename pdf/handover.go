package pdf

import (
	"io"
	"time"
)

// HandOver is the annex about keys of the act by which one official hands her office to
// another (acta de entrega-recepción). It tells how many cases, and never which.
type HandOver struct {
	Words                                  Words
	Lang                                   string // BCP 47 of the words
	Institution, Office, Initials, Address string
	Day                                    string // yyyy-mm-dd; there is no hour
	From, To                               Party
	Cases, Identities                      int // given
	Left                                   int // not given, since the successor may not read them
	Apart                                  int // whose backup is not the escrow of that day
	Held                                   int // of those that the successor has, not to be deleted
	Kept                                   bool
	LogSize                                uint64
	LogRoot                                string // hex
	Drill                                  string // day of the last exercise of the escrow, or ""
}

// Party is one of the two who sign.
type Party struct{ Name, Post, Key string }

const (
	handOverRoom = marginRight - marginLeft
	handOverSign = 640.0 // the places to sign begin
)

var (
	handOverStyle = style{regular, 10.2, dark}
	handOverName  = style{bold, 10.2, dark}
)

// WriteHandOver writes the sheet.
func WriteHandOver(w io.Writer, in HandOver) error {
	at, err := time.Parse(time.DateOnly, in.Day)
	if err != nil {
		return err
	}
	name := in.Words.T("pdf.handover.title")
	s := newSheet(meta{title: name, author: in.Institution, keywords: "declara handover", at: at})
	s.newPage()
	s.bookmark(name, 0, 0)
	Declaration{Words: in.Words, Institution: in.Institution, Office: in.Office, Initials: in.Initials}.letterhead(s)
	y := in.title(s, name)
	y = in.facts().draw(s, y+14)
	y = in.log(s, y+16)
	in.says(s, y+16)
	for i, p := range []Party{in.From, in.To} {
		in.sign(s, marginLeft+float64(i)*(handOverRoom/2+8), handOverRoom/2-8, []string{"pdf.handover.gives", "pdf.handover.takes"}[i], p)
	}
	const foot = 760.0
	s.double(marginLeft, marginRight, foot-14, hair)
	s.text(marginLeft, foot, smallStyle, smallStyle.fit(oneLine(in.Address), handOverRoom))
	return s.done(w, in.Lang)
}

func (in HandOver) title(s *sheet, name string) float64 {
	s.text(marginLeft, 97, style{regular, 9.6, soft}, oneLine(in.Words.T("pdf.handover.over")))
	y := 101.0
	big := style{title, 22, dark}
	for _, l := range head(big.wrap(oneLine(name), handOverRoom), 2) {
		y += 24
		s.text(marginLeft, y, big, l)
	}
	return y
}

// facts are the lines that both sign.
func (in HandOver) facts() (out factLines) {
	w := in.Words
	drill := w.T("pdf.handover.never")
	if in.Drill != "" {
		drill = w.Day(in.Drill)
	}
	number := func(n int) string { return w.Integer(int64(n)) }
	list := []fact{
		{label: w.T("pdf.handover.day"), value: w.Day(in.Day)},
		{label: w.T("pdf.handover.cases"), value: number(in.Cases)},
		{label: w.T("pdf.handover.identities"), value: number(in.Identities)},
		{label: w.T("pdf.handover.left"), value: number(in.Left)},
		{label: w.T("pdf.handover.apart"), value: number(in.Apart)},
		{label: w.T("pdf.handover.held"), value: number(in.Held)},
		{label: w.T("pdf.handover.fromkey"), value: in.From.Key},
		{label: w.T("pdf.handover.tokey"), value: in.To.Key},
		{label: w.T("pdf.handover.drill"), value: drill},
	}
	for _, f := range list {
		lines := head(answerStyle.wrap(oneLine(f.value), marginRight-factAt), 2)
		out = append(out, factLine{questionStyle.fit(oneLine(f.label), factAt-marginLeft-10), lines})
	}
	return out
}

// log is the state of the log on that day, which later ones must contain.
func (in HandOver) log(s *sheet, y float64) float64 {
	s.fill(marginLeft, y, handOverRoom, hashHeight, amate)
	s.text(marginLeft+14, y+15, style{bold, 9, dark}, oneLine(in.Words.T("pdf.handover.log", in.Words.Integer(int64(in.LogSize)))))
	s.hashLines(marginLeft+14, y+31, in.LogRoot, 9.6)
	st := style{regular, 8, soft}
	x := marginLeft + 338.0
	for i, l := range head(st.wrap(oneLine(in.Words.T("pdf.handover.log.why")), marginRight-x-12), 4) {
		s.text(x, y+15+10.4*float64(i), st, l)
	}
	return y + hashHeight
}

// says is what the numbers mean.
func (in HandOver) says(s *sheet, y float64) {
	key := "pdf.handover.gone"
	if in.Kept {
		key = "pdf.handover.kept"
	}
	for _, k := range []string{key, "pdf.handover.words", "pdf.handover.compare"} {
		for _, l := range head(handOverStyle.wrap(oneLine(in.Words.T(k)), handOverRoom), 4) {
			y += handOverStyle.size + 4.6
			s.text(marginLeft, y, handOverStyle, l)
		}
		y += 6
	}
}

func (in HandOver) sign(s *sheet, x, room float64, key string, p Party) {
	s.text(x, handOverSign, smallStyle, oneLine(in.Words.T(key)))
	s.line(x, x+room, handOverSign+52, 0.8, dark)
	s.text(x, handOverSign+66, handOverName, handOverName.fit(clip(p.Name, 120), room))
	s.text(x, handOverSign+79, smallStyle, smallStyle.fit(clip(p.Post, 120), room))
}
