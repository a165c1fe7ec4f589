package pdf

import (
	"io"
	"strings"
	"time"

	"declara/i18n"
)

// Proof is the receipt of a complaint (denuncia): that on a day a text and files with
// these hashes were handed in. It has not a word of what they tell, nor an hour, and
// its dates are the midnight of that day.
type Proof struct {
	Folio, Text                   string // Text is the SHA-256 of the text, hex
	Files                         []ProofFile
	Duty                          bool      // it tells who serves the public that her duty is met (LGRA 49-II)
	Day                           time.Time // midnight
	Institution, Office, Initials string
	CheckURL                      string
	Lang                          string
	Words                         *i18n.Printer
}

// ProofFile is the hashes of a file: as it was sent, and of the copy without metadata.
type ProofFile struct{ Original, Working string }

// ProofSeal is the place of the seal of a Proof.
var ProofSeal = ReceiptSeal

// Prove writes a Proof.
func Prove(w io.Writer, in Proof) error {
	s := newSheet(meta{
		title: in.Words.T("pdf.proof") + " " + in.Folio, author: in.Institution, at: in.Day,
		keywords: strings.Join([]string{"declara", "proof", in.Folio, in.Text}, " "),
	})
	head := Declaration{Institution: in.Institution, Office: in.Office, Initials: in.Initials, Words: in.Words}
	s.newPage()
	head.letterhead(s)
	big := style{title, 24, dark}
	s.text(marginLeft, 120, big, oneLine(in.Words.T("pdf.proof")))
	y := 150.0
	for _, f := range [][2]string{{"pdf.proof.folio", in.Folio}, {"pdf.proof.day", in.Words.Day(in.Day.Format(time.DateOnly))}} {
		s.text(marginLeft, y, smallStyle, oneLine(in.Words.T(f[0])))
		st := style{bold, 13, dark}
		s.text(marginLeft, y+16, st, st.fit(clip(f[1], 60), 400))
		y += 36
	}
	says := []string{"pdf.proof.says"}
	if in.Duty {
		says = append(says, "pdf.proof.duty")
	}
	for _, key := range says {
		for _, l := range answerStyle.wrap(oneLine(in.Words.T(key)), marginRight-marginLeft) {
			s.text(marginLeft, y, answerStyle, l)
			y += leading
		}
		y += 4
	}
	in.hashes(s, y+6)
	return s.done(w, in.Lang)
}

// hashes are the text and each file, on as many pages as it takes.
func (in Proof) hashes(s *sheet, y float64) {
	const size, step = 8.4, 11.5
	end := sheetHeight - ProofSeal.Y1 - 46
	in.end(s)
	line := func(label, hash string) {
		if y+2*step > end {
			s.newPage()
			y, end = 60, 740
		}
		s.text(marginLeft, y, smallStyle, oneLine(label))
		st := style{regular, size, dark}
		s.text(marginLeft+120, y, st, st.fit(clip(hash, 64), marginRight-marginLeft-120))
		y += step
	}
	line(in.Words.T("pdf.proof.text"), in.Text)
	for n, f := range in.Files {
		y += 3
		line(in.Words.T("pdf.proof.original", n+1), f.Original)
		line(in.Words.T("pdf.proof.working", n+1), f.Working)
	}
}

// end is the foot of the first page: what it is good for, and the place of the seal.
func (in Proof) end(s *sheet) {
	y := sheetHeight - ProofSeal.Y1
	room := ProofSeal.X0 - marginLeft - 20
	st := style{regular, 8.6, dark}
	for i, l := range st.wrap(oneLine(in.Words.T("pdf.proof.check", in.CheckURL)), room) {
		s.text(marginLeft, y+8+11*float64(i), st, l)
	}
	s.place(ProofSeal, in.Words.T("pdf.seal"), clip(in.Institution, 160), clip(in.Office, 160))
}
