package declare

import (
	"context"
	"fmt"
	"time"

	"declara/forms"
	"declara/storage"
)

// Receipt is what the acuse shows. It has no content of the declaration.
type Receipt struct {
	Filing      storage.Filing
	Person      storage.Person
	Institution storage.Institution
	Zone        *time.Location // of the institution when it was filed
	Notes       []storage.Note // oldest first
	Next        *Duty          // what comes next, if anything
	Mail        *storage.Mail  // the mail with the acuse, or nil when there is none
	Check       string         // what is known last of the revocation of the certificate that signed; "" without one
}

// Filing is a filing of the person; anybody else's is "not found".
func (s *Service) Filing(ctx context.Context, who Who, id string) (storage.Filing, error) {
	var f storage.Filing
	err := s.view(ctx, who, func(t *txn) (err error) {
		f, err = t.mine(id)
		return err
	})
	return f, err
}

// mine reads a filing of the person.
func (t *txn) mine(id string) (storage.Filing, error) {
	f, err := t.Txn.Filing(id)
	switch {
	case missing(err), err == nil && f.Person != t.person.ID:
		return storage.Filing{}, errNotFound
	case err != nil:
		return storage.Filing{}, fmt.Errorf("declare: filing: %w", err)
	}
	return f, nil
}

// Receipt reads the acuse of a filing. While it is a draft the error is "not
// filed".
func (s *Service) Receipt(ctx context.Context, who Who, id string) (Receipt, error) {
	var r Receipt
	err := s.view(ctx, who, func(t *txn) error {
		if _, err := t.sealed(id, reread); err != nil {
			return err
		}
		f, err := t.mine(id)
		if err != nil {
			return err
		}
		zone, err := time.LoadLocation(f.Zone)
		if err != nil {
			return fmt.Errorf("declare: zone: %w", err)
		}
		notes, err := t.NotesOf(id)
		if err != nil {
			return fmt.Errorf("declare: notes: %w", err)
		}
		o, err := t.all()
		if err != nil {
			return err
		}
		r = Receipt{Filing: f, Person: t.person, Institution: t.inst, Zone: zone, Notes: notes}
		for i := range o.duties {
			if d := &o.duties[i]; d.Standing == Overdue || d.Standing == Open || d.Standing == Waiting {
				r.Next = d
				break
			}
		}
		if r.Check, err = t.revocation(f); err != nil {
			return err
		}
		m, err := t.Txn.Mail(f.ID)
		switch {
		case err == nil:
			r.Mail = &m
		case !missing(err):
			return fmt.Errorf("declare: mail: %w", err)
		}
		return nil
	})
	return r, err
}

// revocation is what is known last of the certificate that signed a filing.
func (t *txn) revocation(f storage.Filing) (string, error) {
	if f.Method != methodEFirma {
		return "", nil
	}
	s, err := t.Signed(f.ID)
	if err != nil {
		return "", fmt.Errorf("declare: signed: %w", err)
	}
	if len(s.Checks) == 0 {
		return "", nil
	}
	return s.Checks[len(s.Checks)-1].State, nil
}

// sealed checks that an act may be done to a filing of the person.
func (t *txn) sealed(id string, a act) (state, error) {
	at, err := t.filedState(id)
	if err != nil {
		return at, err
	}
	if at == nothing {
		if d, err := t.Txn.Draft(id); err == nil && d.Person == t.person.ID {
			at = drafted
		}
	}
	return at.after(a)
}

// Documents are the two versions of a filing of the person, for its PDFs: the full
// one, which nobody else may read, and the public one; ok is false while a reserve
// keeps that one from the public.
func (s *Service) Documents(ctx context.Context, who Who, id string) (f storage.Filing, full, public forms.Document, ok bool, err error) {
	err = s.view(ctx, who, func(t *txn) error {
		if f, err = t.mine(id); err != nil {
			return err
		}
		if full, err = t.document(id); err != nil {
			return err
		}
		raw, err := t.PublicDocument(id)
		if missing(err) {
			return nil
		} else if err != nil {
			return fmt.Errorf("declare: public document: %w", err)
		}
		ok = true
		_, _, public, err = forms.ParseResult(raw)
		return err
	})
	return f, full, public, ok, err
}

// PublicBefore is the public version of the filing that a draft was copied from,
// as citizens compare it; nil when there is none, or a reserve keeps it.
func (s *Service) PublicBefore(ctx context.Context, who Who, w Work) (*forms.Document, error) {
	if w.Kept.Previous == "" {
		return nil, nil
	}
	_, _, public, ok, err := s.Documents(ctx, who, w.Kept.Previous)
	if err != nil || !ok {
		return nil, err
	}
	return &public, nil
}
