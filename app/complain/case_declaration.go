package complain

import (
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
)

// The declaration of who is accused, in the case against her. The ordinary way of reading
// a declaration tells its owner at once who read it, for which file and why: for a case
// that would tell her that somebody complained. And what is written down of it under the
// key of the server tells whoever runs that. So who investigates puts the document into
// her case, where it is sealed like all that is in it, with her reason beside it; what is
// outside says that something was added to a case, and no more. That it was done is
// committed to in the log. Its owner reads it when she is a party, with the rest of the
// file (docs/decisions/0041).

// Declaration is a declaration that is put into a case.
type Declaration struct {
	Title  string // whose, of which year and kind: for who reads the case
	Folio  string
	Reason string // 10 to 500 characters
	PDF    []byte // the whole document
}

// EventDeclaration is an event of the office alone: who complained does not read it.
const EventDeclaration = "declaracion"

// aboutDeclaration is what the note of the reason is about.
const aboutDeclaration = "case.declaration"

// What is wrong when somebody asks for a declaration.
var (
	errNoInquiry = errs.New(errs.Conflict, "cases.declaration.error.inquiry")
	errNotHers   = errs.New(errs.Forbidden, "cases.declaration.error.hers")

	ErrWhyDeclare = errs.New(errs.Invalid, "cases.declaration.error.reason")
)

// mayDeclare says whether a user may put a declaration into a case: she investigates it,
// is in charge of it, and its inquiry was opened and is not over.
func mayDeclare(c *storage.Complaint, u *storage.User) error {
	stage := StateOf(c.State).Stage
	switch {
	case !slices.Contains(u.Roles, storage.RoleInvestigator), !slices.Contains(c.Assigned, u.ID), slices.Contains(sides(c, u.ID), Substantiate):
		return errNotHers
	case stage != StageInquiry && stage != StageDecided:
		return errNoInquiry
	}
	return nil
}

// MayDeclare is the folio of a case and the number of its file, for who may put a
// declaration into it.
func (o *Office) MayDeclare(ctx context.Context, h Hand, id string) (folio, file string, err error) {
	var c storage.Complaint
	var parts []storage.ComplaintPart
	if err := o.db.View(ctx, h.Tenant, func(tx *storage.Txn) error {
		u, err := hand(tx, h)
		if err != nil {
			return err
		}
		if c, err = o.holdCase(tx, id, h.User); err != nil {
			return err
		}
		if err := mayDeclare(&c, &u); err != nil {
			return err
		}
		parts, err = tx.Parts(id)
		return err
	}); err != nil {
		return "", "", err
	}
	opened, err := o.OpenCase(h.Tenant, c, h.User, h.Key)
	if err != nil {
		return "", "", closed(err)
	}
	defer opened.Close()
	for _, p := range parts {
		var e Event
		if p.Kind != storage.PartEvent {
			continue
		}
		if err := opened.Read(p, &e); err != nil {
			return "", "", err
		}
		if e.Data["number"] != "" {
			file = e.Data["number"]
		}
	}
	return c.Folio, file, nil
}

// Declare puts a declaration into a case: the document, the reason and the commitment are
// kept together or not at all.
func (o *Office) Declare(ctx context.Context, h Hand, id string, d Declaration) error {
	d.Reason = plain(d.Reason)
	if n := utf8.RuneCountInString(d.Reason); n < 10 || n > 500 {
		return ErrWhyDeclare
	}
	var public *vault.Public
	if err := o.change(ctx, h, id, func(_ *storage.Txn, c *storage.Complaint, u *storage.User) (err error) {
		if err := mayDeclare(c, u); err != nil {
			return err
		}
		public, err = vault.ParsePublic(c.Case.Public)
		return err
	}); err != nil {
		return err
	}
	e, err := o.sealFile(h.Tenant, id, public, nil, d.PDF, purposeWorking, false)
	if err != nil {
		return err
	}
	sealed := []storage.EvidenceFile{e}
	err = o.change(ctx, h, id, func(tx *storage.Txn, c *storage.Complaint, u *storage.User) error {
		if err := mayDeclare(c, u); err != nil {
			return err
		}
		if err := o.acted(tx, c); err != nil {
			return err
		}
		act := Act{Kind: ActDeclaration, Hash: digest(d.PDF), Size: len(d.PDF), Sealed: e.Name, By: h.User}
		note := Note{Text: d.Title + ", " + d.Folio + "\n" + d.Reason, By: h.User, About: aboutDeclaration}
		for _, p := range []NewPart{
			{Kind: storage.PartAct, From: storage.FromOffice, Text: encode(act), Files: sealed},
			{Kind: storage.PartNote, From: storage.FromOffice, Text: encode(note)},
		} {
			if _, err := o.Append(tx, id, p); err != nil {
				return err
			}
		}
		if err := o.committed(tx, id, Event{Kind: EventDeclaration, Data: map[string]string{"by": h.User, "hash": act.Hash}}, false); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: o.now(), Actor: h.User, Act: "case.add", About: id})
	})
	if err != nil {
		return errors.Join(err, o.files.Remove(names(sealed)...))
	}
	return nil
}
