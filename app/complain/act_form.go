package complain

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"declara/app/errs"
	"declara/i18n"
	"declara/pdf"
	"declara/storage"
)

// The kinds of writs. The first of them have a template (act.<kind>) to be printed and
// signed by hand; the others are written elsewhere.
const (
	ActOpening = "radicacion"
	ActAsking  = "prevencion"
	ActTurn    = "turno"
	ActClass   = "calificacion"
	ActArchive = "conclusion"
	ActOrder   = "requerimiento"
	ActNotice  = "notificacion"
	ActReport  = "ipra"
	ActOther   = "otro"

	ActDeclaration = "declaracion" // that of who is accused, which nobody here wrote
)

// ActKinds are all of them.
var ActKinds = []string{ActOpening, ActAsking, ActTurn, ActClass, ActArchive, ActOrder, ActNotice, ActReport, ActOther}

// Templates are the kinds that can be printed.
var Templates = []string{ActOpening, ActAsking, ActTurn, ActClass, ActArchive, ActOrder, ActNotice}

// Writ is what is filled in on a template. None of it is kept: the sheet is printed,
// signed, and comes back as a file that is sealed to its case.
type Writ struct {
	Kind      string
	File      string // number of the file
	Authority string // that it is turned to, or that something is required from
	Class     string // of a classification
	Days      int    // of a requirement or a question
	Way       string // of a notification
	Served    string // the day on which it was made, yyyy-mm-dd
	Body      string // what only this case says
	Place     string // where it is signed
	Signer    string // who signs, and her post
	Post      string
}

// What is wrong with a writ.
var (
	errWritKind   = errs.New(errs.Invalid, "cases.writ.error.kind")
	errWritFile   = errs.New(errs.Invalid, "cases.writ.error.file")
	errWritTo     = errs.New(errs.Invalid, "cases.writ.error.authority")
	errWritDays   = errs.New(errs.Invalid, "cases.writ.error.days")
	errWritBody   = errs.New(errs.Invalid, "cases.writ.error.body")
	errWritSigner = errs.New(errs.Invalid, "cases.writ.error.signer")
)

// needs are what each template asks for beside the body and who signs.
var writNeeds = map[string]struct{ file, authority, class, days, served bool }{
	ActOpening: {file: true},
	ActAsking:  {days: true},
	ActTurn:    {authority: true},
	ActClass:   {file: true, class: true},
	ActArchive: {file: true},
	ActOrder:   {file: true, authority: true, days: true},
	ActNotice:  {file: true, served: true},
}

func (w *Writ) check() error {
	if !slices.Contains(Templates, w.Kind) {
		return errWritKind
	}
	for _, text := range []*string{&w.File, &w.Authority, &w.Place, &w.Signer, &w.Post} {
		*text = strings.Join(strings.Fields(*text), " ")
	}
	w.Body = plain(w.Body)
	need := writNeeds[w.Kind]
	switch {
	case need.file && (w.File == "" || utf8.RuneCountInString(w.File) > 60):
		return errWritFile
	case need.authority && (w.Authority == "" || utf8.RuneCountInString(w.Authority) > 200):
		return errWritTo
	case need.class && !slices.Contains(Classes, w.Class):
		return errMotive
	case w.Kind == ActAsking && (w.Days < 1 || w.Days > 30), w.Kind == ActOrder && (w.Days < 5 || w.Days > 15): // LGRA 96
		return errWritDays
	case need.served && w.Way != NoticePersonal && w.Way != NoticeBoard:
		return errNoticeWay
	case w.Body == "" || utf8.RuneCountInString(w.Body) > maxWords:
		return errWritBody
	case w.Signer == "" || utf8.RuneCountInString(w.Signer) > 120 || utf8.RuneCountInString(w.Post) > 120 || utf8.RuneCountInString(w.Place) > 120:
		return errWritSigner
	}
	return nil
}

// Print writes the sheet of a writ, in Spanish, with the letterhead of the institution.
// Its dates are of the day, and what describes the file names the kind of writ and
// nothing of the case.
func (o *Office) Print(ctx context.Context, h Hand, id string, w Writ, out io.Writer) error {
	if err := w.check(); err != nil {
		return err
	}
	var c storage.Complaint
	var inst storage.Institution
	var day string
	var n storage.ComplaintNotice
	if err := o.db.View(ctx, h.Tenant, func(tx *storage.Txn) (err error) {
		if c, err = o.holdCase(tx, id, h.User); err != nil {
			return err
		}
		if inst, err = tx.Institution(); err != nil {
			return err
		}
		if day, err = o.today(tx); err == nil && w.Kind == ActNotice {
			n, _, err = o.noticed(tx, w.Way, w.Served, c.Day)
		}
		return err
	}); err != nil {
		return err
	}
	words := o.words.Printer(i18n.Spanish)
	key := "act." + w.Kind
	args := []any{c.Folio, w.File, w.Authority, words.Day(c.Day), w.Days, "", inst.Office, inst.Name}
	if w.Class != "" {
		args[5] = words.T("act.class." + w.Class)
	}
	if w.Kind == ActNotice {
		args = []any{c.Folio, w.File, words.T("act.way." + n.Way), words.Day(n.Served), words.Day(n.Effect), words.Day(n.Starts)}
	}
	a := pdf.Act{
		Words: words, Lang: words.Tag(), Institution: inst.Name, Office: inst.Office, Initials: inst.Initials, Address: inst.Address,
		Title: words.T(key + ".title"), Day: day, Place: w.Place, Signer: w.Signer, Post: w.Post, Body: strings.Split(w.Body, "\n"),
	}
	for _, n := range []string{".1", ".2", ".3"} {
		if words.Has(key + n) {
			a.Before = append(a.Before, words.T(key+n, args...))
		}
	}
	for _, n := range []string{".4", ".5", ".6"} {
		if words.Has(key + n) {
			a.After = append(a.After, words.T(key+n, args...))
		}
	}
	a.Marks = append(a.Marks, [2]string{words.T("act.folio"), c.Folio})
	if w.File != "" {
		a.Marks = append(a.Marks, [2]string{words.T("act.file"), w.File})
	}
	if writNeeds[w.Kind].authority {
		a.To = w.Authority
	}
	if err := pdf.WriteAct(out, a); err != nil {
		return errors.Join(errs.New(errs.Internal, "web.error.internal"), err)
	}
	return nil
}

// Needs tells which boxes a template has.
func Needs(kind string) (file, authority, class, days, served bool) {
	n := writNeeds[kind]
	return n.file, n.authority, n.class, n.days, n.served
}
