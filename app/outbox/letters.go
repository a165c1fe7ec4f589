package outbox

import (
	"errors"
	"strings"
	"time"

	"declara/i18n"
	"declara/storage"
)

// Writer words letters and queues them. It is safe for concurrent use.
type Writer struct {
	words  *i18n.Bundle
	now    func() time.Time
	base   string // address of the site
	sender string // "" takes the institution's
}

// NewWriter makes a Writer. base is the address of the site, which links begin
// with; sender is the address that letters come from, or "" for the office's own.
func NewWriter(words *i18n.Bundle, now func() time.Time, base, sender string) *Writer {
	return &Writer{words: words, now: now, base: strings.TrimRight(base, "/"), sender: sender}
}

// Recovery tells an account's owner the link that sets a new password. path is
// that of the link; it is good for an hour.
func (w *Writer) Recovery(tx *storage.Txn, to, lang, path string) error {
	return w.write(tx, "", to, lang, "recovery", path)
}

// Unused answers who asks for that link before the account was ever opened, or
// while a printed code waits.
func (w *Writer) Unused(tx *storage.Txn, to, lang, path string) error {
	return w.write(tx, "", to, lang, "unused", path)
}

// Changed tells an account's owner that its password was changed.
func (w *Writer) Changed(tx *storage.Txn, to, lang string) error {
	return w.write(tx, "", to, lang, "changed", "/recuperar")
}

// Factor tells an account's owner that its second factor was set up, changed or taken off.
func (w *Writer) Factor(tx *storage.Txn, to, lang string) error {
	return w.write(tx, "", to, lang, "factor", "/recuperar")
}

// Moved tells the address that an account had that letters go to another one now.
// It names neither, and its link is the page of help: nothing else works from there.
func (w *Writer) Moved(tx *storage.Txn, to, lang string) error {
	return w.write(tx, "", to, lang, "moved", "/ayuda")
}

// Spare tells an account's owner that somebody came in with one of its recovery codes.
func (w *Writer) Spare(tx *storage.Txn, to, lang string) error {
	return w.write(tx, "", to, lang, "spare", "/recuperar")
}

// Invitation gives a person the code of her first sign-in, with the page where it is
// typed. It does not say her login: a letter that goes astray opens nothing.
func (w *Writer) Invitation(tx *storage.Txn, to, lang, path, code string) error {
	body, err := tx.Institution()
	if err != nil {
		return err
	}
	return w.write(tx, "", to, lang, "invitation", path, code, body.Name)
}

// Receipt tells a declarant that a declaration was filed, when, and where its
// acuse is. It says nothing of what was declared. id is that of its record, by which
// the acuse tells whether it was sent.
func (w *Writer) Receipt(tx *storage.Txn, id, to, lang, folio string, filed time.Time, zone *time.Location, path string) error {
	return w.write(tx, id, to, lang, "receipt", path, folio, w.words.Printer(lang).When(filed.In(zone)), zone.String())
}

// Witness tells somebody who keeps an eye on the log its signed state at the end of a
// day (yyyy-mm-dd). It is in the language that the institution has first.
func (w *Writer) Witness(tx *storage.Txn, to, day, checkpoint string) error {
	return w.write(tx, "", to, i18n.Spanish, "witness", "/verificar/registro", w.words.Printer(i18n.Spanish).Day(day), strings.TrimSpace(checkpoint))
}

// Asked tells a declarant that the office asked her something about a declaration, and
// where she reads and answers it.
func (w *Writer) Asked(tx *storage.Txn, to, lang, path string) error {
	return w.write(tx, "", to, lang, "asked", path)
}

// Answered tells a verifier that a declarant answered her.
func (w *Writer) Answered(tx *storage.Txn, to, lang, path string) error {
	return w.write(tx, "", to, lang, "answered", path)
}

// write queues the letter mail.<kind>.subject, with its paragraphs mail.<kind>.1,
// .2 … of which {0} is the link and the others follow. Without an address that can
// be there is no letter, which is no error: what it tells of has happened.
func (w *Writer) write(tx *storage.Txn, id, to, lang, kind, path string, more ...any) error {
	body, err := tx.Institution()
	if err != nil {
		return err
	}
	p := w.words.Printer(lang)
	args := append([]any{w.base + path}, more...)
	var paragraphs []string
	for _, n := range []string{".1", ".2", ".3"} {
		if key := "mail." + kind + n; p.Has(key) {
			paragraphs = append(paragraphs, p.T(key, args...))
		}
	}
	paragraphs = append(paragraphs, p.T("mail.foot", body.Office, body.Phone, body.Hours), p.T("mail.noreply"))
	err = Queue(tx, Letter{
		ID: id, To: to, Kind: kind, From: w.from(body), Name: body.Name, Lang: p.Tag(),
		Subject: p.T("mail."+kind+".subject", args...), Text: strings.Join(paragraphs, "\n\n") + "\n",
	}, w.now())
	if errors.Is(err, ErrAddress) {
		return nil
	}
	return err
}
