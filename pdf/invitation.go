package pdf

import (
	"io"
	"time"
)

// Invitations are letters that give people the code of their first sign-in, one sheet
// each: folded in three, the name is outside and the code within. They are made,
// printed and forgotten.
type Invitations struct {
	Words                         Words
	Lang                          string // BCP 47 of the words
	Institution, Office, Initials string
	Phone, Hours                  string
	Page                          string // address where the code is typed
	At                            time.Time
	Letters                       []InvitationLetter
}

// InvitationLetter is one of them.
type InvitationLetter struct {
	Name, Post, Unit string
	Code             string
	Until            string // yyyy-mm-dd
}

// The folds of a sheet that goes into a long envelope.
const (
	firstFold  = sheetHeight / 3
	secondFold = 2 * sheetHeight / 3
)

// WriteInvitations writes the letters as one file. Neither its description nor its
// bookmarks name anybody.
func WriteInvitations(w io.Writer, in Invitations) error {
	name := oneLine(in.Words.T("pdf.invitation.file"))
	s := newSheet(meta{title: name, author: in.Institution, keywords: "declara invitations", at: in.At})
	head := Declaration{Words: in.Words, Institution: in.Institution, Office: in.Office, Initials: in.Initials}
	for i, l := range in.Letters {
		s.newPage()
		if i == 0 {
			s.bookmark(name, 0, 0)
		}
		head.letterhead(s)
		in.outside(s, l)
		in.inside(s, l)
		in.below(s)
	}
	return s.done(w, in.Lang)
}

// outside is whose letter it is.
func (in Invitations) outside(s *sheet, l InvitationLetter) {
	const room = marginRight - marginLeft
	name, y := style{title, 17, dark}, 128.0
	for _, line := range head(name.wrap(clip(l.Name, 160), room), 2) {
		s.text(marginLeft, y, name, line)
		y += 21
	}
	for _, text := range []string{l.Post, l.Unit} {
		s.text(marginLeft, y, actStyle, actStyle.fit(clip(text, 200), room))
		y += 15
	}
	in.fold(s, firstFold)
}

// fold is the line to fold along, with its words.
func (in Invitations) fold(s *sheet, y float64) {
	for x := marginLeft; x < marginRight; x += 9 {
		s.line(x, min(x+4, marginRight), y, 0.5, soft)
	}
	s.right(marginRight, y-4, tinyStyle, tinyStyle.fit(oneLine(in.Words.T("pdf.invitation.fold")), marginRight-marginLeft))
}

// inside is the code and what to do with it.
func (in Invitations) inside(s *sheet, l InvitationLetter) {
	const room = marginRight - marginLeft
	y := firstFold + 34
	big := style{title, 19, dark}
	s.text(marginLeft, y, big, big.fit(oneLine(in.Words.T("pdf.invitation.title")), room))
	y += 20
	paragraph := func(x float64, text string, most int) {
		for _, line := range head(actStyle.wrap(clip(text, 400), marginRight-x), most) {
			s.text(x, y, actStyle, line)
			y += 14.6
		}
	}
	paragraph(marginLeft, in.Words.T("pdf.invitation.lead"), 2)
	y += 4
	for i, text := range []string{in.Words.T("pdf.invitation.1", in.Page), in.Words.T("pdf.invitation.2"), in.Words.T("pdf.invitation.3")} {
		s.text(marginLeft, y, actStrong, string(rune('1'+i))+".")
		paragraph(marginLeft+18, text, 2)
	}
	const height = 62.0
	y = secondFold - height - 18
	s.frame(marginLeft+0.8, y, room-1.6, height, 1.4, maya)
	s.text(marginLeft+18, y+18, smallStyle, oneLine(in.Words.T("pdf.invitation.code")))
	code := style{mono, 24, dark}
	s.text(marginLeft+18, y+46, code, clip(l.Code, 20))
	until := oneLine(in.Words.T("pdf.invitation.until", in.Words.Day(l.Until)))
	s.right(marginRight-18, y+46, smallStyle, smallStyle.fit(until, 180))
	in.fold(s, secondFold)
}

// below is who to ask.
func (in Invitations) below(s *sheet) {
	y := secondFold + 34
	for _, text := range []string{in.Words.T("pdf.invitation.care"), in.Words.T("pdf.invitation.help", in.Office, in.Phone, in.Hours)} {
		for _, line := range head(actStyle.wrap(clip(text, 400), marginRight-marginLeft), 3) {
			s.text(marginLeft, y, actStyle, line)
			y += 14.6
		}
		y += 6
	}
}
