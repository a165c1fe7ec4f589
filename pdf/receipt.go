package pdf

import (
	"io"
	"strconv"
	"strings"
)

// Receipt writes the acuse: one page that proves who filed what, when, and
// which document it was, without a word of its content.
func Receipt(w io.Writer, in Declaration) error {
	s := newSheet(in.receiptMeta())
	s.newPage()
	s.bookmark(in.Words.T("pdf.receipt"), 0, 0)
	in.letterhead(s)
	y := in.receiptTitle(s)
	y = in.receiptBox(s, y+14)
	facts, oath := in.receiptFacts(), in.oathLines()
	rest := signaturesTop - y - facts.height() - hashHeight - oathLeading*float64(len(oath))
	gap := min(18, rest/4) // long names take from the air between the parts
	y = facts.draw(s, y+gap)
	y = in.receiptHash(s, y+gap)
	in.oath(s, y+gap, oath)
	in.signatures(s)
	in.receiptFoot(s)
	return s.done(w, in.Lang)
}

func (in Declaration) receiptMeta() meta {
	m := in.meta(full)
	m.title = in.Words.T("pdf.meta.receipt", in.name(), in.Folio)
	m.keywords = strings.Join([]string{"declara", "receipt", in.ID, in.Hash}, " ")
	return m
}

func (in Declaration) receiptTitle(s *sheet) float64 {
	over := style{regular, 9.6, soft}
	s.text(marginLeft, 97, over, oneLine(in.Words.T("pdf.receipt")))
	y := 101.0
	big := style{title, 24, dark}
	for _, l := range head(big.wrap(oneLine(in.Words.T("pdf.receipt.title."+in.slug(), in.Year)), marginRight-marginLeft), 2) {
		y += 25
		s.text(marginLeft, y, big, l)
	}
	return y
}

// receiptBox is the frame with folio, instant and standing, and the code that
// leads to the check page with its address in letters.
func (in Declaration) receiptBox(s *sheet, y float64) float64 {
	const side, height, foot = 116.0, 178.0, 38.0
	_, _, mark := in.standing()
	facts := in.coverFacts()
	s.frame(marginLeft+0.8, y, marginRight-marginLeft-1.6, height, 1.6, mark)
	x := marginLeft + 20
	room := marginRight - marginLeft - side - 60
	s.text(x, y+22, smallStyle, smallStyle.fit(oneLine(facts[0].label), room))
	folio := style{title, 26, dark}
	f := clip(in.Folio, 40)
	if w := folio.width(f); w > room {
		folio.size *= room / w
	}
	s.text(x, y+48, folio, f)
	half := room/2 - 6
	s.fact(x, y+78, half, facts[1], 13)
	s.fact(x+half+12, y+78, half, facts[2], 13)
	s.code(marginRight-side-14, y+12, side, in.CheckURL)
	s.line(marginLeft+20, marginRight-20, y+height-foot, 0.6, hair)
	s.text(x, y+height-foot+13, tinyStyle, tinyStyle.fit(oneLine(in.Words.T("pdf.check")), room))
	s.address(x, y+height-foot+25, marginRight-marginLeft-40, in.CheckURL)
	return y + height
}

// factLine is one line of the receipt: a label, and what it says on two lines at
// most.
type factLine struct {
	label string
	lines []string
}

type factLines []factLine

const (
	factAt  = 190.0 // where what they say begins
	factPad = 6.0
)

// receiptFacts are the rest of what the receipt proves, as question and answer.
func (in Declaration) receiptFacts() factLines {
	w := in.Words
	form := in.coverFacts()[3]
	list := []fact{
		{label: w.T("pdf.person"), value: clip(in.Person, 160)},
		{label: w.T("pdf.post"), value: clip(in.Post, 160)},
		{label: w.T("pdf.institution"), value: clip(in.Institution, 160)},
		{label: w.T("pdf.what"), value: in.name()},
		{label: form.label, value: form.value + ". " + form.more},
		{label: w.T("pdf.method"), value: in.method()},
	}
	if in.Received != "" {
		list = append(list, fact{label: w.T("pdf.received"), value: w.Day(in.Received)}, fact{label: w.T("pdf.scan"), value: clip(in.Scan, 64)})
	}
	if in.Leaf != nil {
		list = append(list, fact{label: w.T("pdf.leaf"), value: w.T("pdf.leaf.value", strconv.FormatUint(*in.Leaf, 10))})
	}
	var out factLines
	for _, f := range list {
		lines := head(answerStyle.wrap(oneLine(f.value), marginRight-factAt), 2)
		if len(lines) == 0 {
			lines = []string{""}
		}
		out = append(out, factLine{questionStyle.fit(oneLine(f.label), factAt-marginLeft-10), lines})
	}
	return out
}

func (l factLines) height() float64 {
	sum := 0.0
	for _, f := range l {
		sum += leading*float64(len(f.lines)) + factPad
	}
	return sum
}

func (l factLines) draw(s *sheet, y float64) float64 {
	s.line(marginLeft, marginRight, y, 1.2, dark)
	for _, f := range l {
		s.text(marginLeft, y+12.6, questionStyle, f.label)
		s.lines(factAt, y+12.6, f.lines)
		y += leading*float64(len(f.lines)) + factPad
		s.line(marginLeft, marginRight, y, 0.5, hair)
	}
	return y
}

// method is how it was signed, in words.
func (in Declaration) method() string {
	if in.Method == "efirma" {
		return oneLine(in.Words.T("pdf.method.efirma"))
	}
	if in.Method == "paper" {
		return oneLine(in.Words.T("pdf.method.paper"))
	}
	if in.Method == "imported" {
		return oneLine(in.Words.T("pdf.method.imported"))
	}
	return oneLine(in.Words.T("pdf.method.password"))
}

const hashHeight = 58.0

// receiptHash shows what the document is known by for ever.
func (in Declaration) receiptHash(s *sheet, y float64) float64 {
	s.fill(marginLeft, y, marginRight-marginLeft, hashHeight, amate)
	s.text(marginLeft+14, y+15, style{bold, 9, dark}, oneLine(in.Words.T("pdf.hash.full")))
	s.hashLines(marginLeft+14, y+31, in.Hash, 9.6)
	st := style{regular, 8, soft}
	x := marginLeft + 338.0
	for i, l := range head(st.wrap(oneLine(in.Words.T("pdf.hash.why")), marginRight-x-12), 4) {
		s.text(x, y+15+10.4*float64(i), st, l)
	}
	return y + hashHeight
}

const oathLeading = 13.4

var oathStyle = style{regular, 9.8, dark}

// oathLines are what was declared when signing (Norma 9ª): the formula of the
// format within our words.
func (in Declaration) oathLines() []string {
	return head(oathStyle.wrap(oneLine(in.Words.T("pdf.oath")), marginRight-marginLeft-16), 5)
}

func (in Declaration) oath(s *sheet, y float64, lines []string) {
	s.fill(marginLeft, y, 3, oathLeading*float64(len(lines))+2, maya)
	for i, l := range lines {
		s.text(marginLeft+14, y+10+oathLeading*float64(i), oathStyle, l)
	}
}

// signaturesTop is where the words above both places begin, and all else ends.
const signaturesTop = 628.0

// signatures draws, at the left, who declares and how she signed, which is all that
// there is of her signature on a receipt: the e.firma signs the declaration itself.
// At the right is the place of the institution.
func (in Declaration) signatures(s *sheet) {
	const x = 50.0
	y := sheetHeight - ReceiptSeal.Y1
	room := ReceiptSeal.X0 - x - 20
	s.text(x-2, y-6, smallStyle, smallStyle.fit(oneLine(in.Words.T("pdf.signer")), room))
	s.upright(x, y, y+ReceiptSeal.Y1-ReceiptSeal.Y0, maya)
	name := style{title, 10.5, dark}
	s.text(x+14, y+16, name, name.fit(clip(in.Person, 160), room-14))
	st := style{regular, 8.6, dark}
	for i, l := range []string{in.method(), in.day() + ", " + in.hour(), in.Words.T("pdf.signer.oath")} {
		s.text(x+14, y+30+12*float64(i), st, st.fit(oneLine(l), room-14))
	}
	s.place(ReceiptSeal, in.Words.T("pdf.seal"), clip(in.Institution, 160), clip(in.Office, 160))
}

func (in Declaration) receiptFoot(s *sheet) {
	const y = 760.0
	s.double(marginLeft, marginRight, y-14, hair)
	folio := style{bold, 8, dark}
	f := folio.fit(clip(in.Folio, 40), 120)
	s.text(marginLeft, y, folio, f)
	words := oneLine(in.Words.T("pdf.receipt.foot"))
	s.right(marginRight, y, smallStyle, smallStyle.fit(words, marginRight-marginLeft-folio.width(f)-20))
}
