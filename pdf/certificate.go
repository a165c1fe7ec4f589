package pdf

import (
	"io"
	"time"
)

// Certificate says that a verification found no anomaly (LGRA 30). It has nothing that
// was declared. A finisher seals it at CertificateSeal.
type Certificate struct {
	Words                                  Words
	Lang                                   string // BCP 47 of the words
	Institution, Office, Initials, Address string
	Day                                    string // yyyy-mm-dd that it was issued
	Number                                 string
	Name, Post                             string      // of the declarant
	Facts                                  [][2]string // label and value
	Hash                                   string      // SHA-256 of the declaration, hex
	Leaf                                   uint64      // of the log
	CheckURL                               string      // page on which the file is checked, or ""
}

// CertificateSeal is on the certificate, for the institution.
var CertificateSeal = Place{Page: 1, X0: 316, Y0: 118, X1: 562, Y1: 180}

// WriteCertificate writes the sheet.
func WriteCertificate(w io.Writer, in Certificate) error {
	at, err := time.Parse(time.DateOnly, in.Day)
	if err != nil {
		return err
	}
	say := func(key string, args ...any) string { return oneLine(in.Words.T("pdf.certificate."+key, args...)) }
	name := say("title")
	s := newSheet(meta{title: name, author: in.Institution, keywords: "declara certificate", at: at})
	s.newPage()
	s.bookmark(name, 0, 0)
	Declaration{Words: in.Words, Institution: in.Institution, Office: in.Office, Initials: in.Initials}.letterhead(s)
	y := 92.0
	lines := func(gap float64, st style, most int, text string) {
		y += gap
		for _, l := range head(st.wrap(text, actRoom), most) {
			s.text(marginLeft, y+st.size, st, l)
			y += st.size + 4.6
		}
	}
	lines(0, style{regular, 9.6, soft}, 1, say("law"))
	lines(2, style{title, 22, dark}, 2, name)
	lines(4, actStrong, 1, oneLine(in.Number))
	lines(18, actStyle, 4, say("says", clip(in.Office, 160), clip(in.Institution, 160)))
	lines(12, style{title, 15, dark}, 2, clip(in.Name, 160))
	lines(0, style{regular, 10, soft}, 2, clip(in.Post, 200))
	y += 8
	for _, f := range in.Facts {
		for i, l := range head(answerStyle.wrap(oneLine(f[1]), marginRight-factAt), 2) {
			if i == 0 {
				s.text(marginLeft, y+11, questionStyle, questionStyle.fit(oneLine(f[0]), factAt-marginLeft-10))
			}
			s.text(factAt, y+11, answerStyle, l)
			y += 16
		}
	}
	y += 10
	s.fill(marginLeft, y, actRoom, hashHeight, amate)
	s.text(marginLeft+14, y+15, style{bold, 9, dark}, say("hash"))
	s.hashLines(marginLeft+14, y+31, in.Hash, 9.6)
	st := style{regular, 8, soft}
	x := marginLeft + 338.0
	for i, l := range head(st.wrap(say("leaf", in.Words.Integer(int64(in.Leaf))), marginRight-x-12), 4) {
		s.text(x, y+15+10.4*float64(i), st, l)
	}
	y += hashHeight
	lines(14, actStyle, 4, say("means"))
	lines(6, actStyle, 4, say("content"))
	if in.CheckURL != "" {
		const side = 74.0
		s.code(marginLeft, sheetHeight-CertificateSeal.Y1-4, side, in.CheckURL)
		for i, l := range head(st.wrap(say("check", in.CheckURL), 170), 6) {
			s.text(marginLeft+side+10, sheetHeight-CertificateSeal.Y1+10+10.4*float64(i), st, l)
		}
	}
	s.place(CertificateSeal, in.Words.T("pdf.seal"))
	const foot = 760.0
	s.double(marginLeft, marginRight, foot-14, hair)
	s.text(marginLeft, foot, smallStyle, smallStyle.fit(oneLine(in.Number+" · "+in.Address), actRoom))
	return s.done(w, in.Lang)
}
