package pdf

import "time"

// CoverSigner is on the first page of what who declares signs with her e.firma,
// and in no other document.
var CoverSigner = Place{Page: 1, X0: 50, Y0: 60, X1: 296, Y1: 120}

// A full document that is signed with an e.firma is drawn before it is received,
// so it has neither folio nor hour of receipt: its cover says where those stand.
// Below its index it gives up the address of the check page, which the code has
// too, for the place of a second signature.

// unsealedFacts are the facts of such a cover.
func (in Declaration) unsealedFacts() []fact {
	w := in.Words
	form := in.Document.Form
	due := fact{label: w.T("pdf.standing"), value: w.T("pdf.anytime"), more: w.T("pdf.anytime.why")}
	if in.Due != "" {
		due = fact{label: w.T("pdf.unsealed.due"), value: w.Day(in.Due)}
	}
	return []fact{
		{label: w.T("pdf.folio"), value: w.T("pdf.unsealed.seal"), more: w.T("pdf.unsealed.receipt")},
		{label: w.T("pdf.filed"), value: w.T("pdf.unsealed.hour"), more: w.T("pdf.unsealed.receipt")},
		due,
		{label: w.T("pdf.form"), value: w.T("pdf.level." + form.Level.Slug()), more: w.T("pdf.edition", w.Day(form.Edition))},
	}
}

// unsealedBottom is where the index of such a cover must end.
const unsealedBottom = 604.0

// unsealedEnd draws hash and the places of both signatures.
func (in Declaration) unsealedEnd(s *sheet, k kind) {
	w := in.Words
	const y = 616.0
	s.text(marginLeft, y+4, smallStyle, oneLine(w.T("pdf.hash."+k.slug())))
	s.hashLines(marginLeft, y+17, in.hash(k), 8)
	s.right(marginRight, y+4, tinyStyle, oneLine(w.T("pdf.unsealed.made", w.Day(in.local().Format(time.DateOnly)), in.hour())))
	s.place(CoverSigner, w.T("pdf.signer"))
	s.place(CoverSeal, w.T("pdf.seal"))
}
