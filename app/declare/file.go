package declare

import (
	"context"
	"fmt"
	"time"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// methodPassword is a filing signed with user and password, typed again under the
// oath (Norma 9ª).
const methodPassword = "password"

// Seal is what the person sends when she signs.
type Seal struct {
	Stamp  string       // Work.Stamp of the draft as she saw it
	Verify func() error // checks the password; its error is returned as it is
}

// ErrChanged says that the draft is no longer what the person saw when she signed.
var ErrChanged = errs.New(errs.Conflict, "declare.error.changed")

// File seals a draft: late or in time, it is accepted; late, it is marked. All of
// it is one transaction, with the row of the receipt mail. A draft that is filed
// already gives its filing, whoever pressed how often. The draft must be as the
// person saw it when she signed: had another tab changed it since, the error is
// ErrChanged, and nothing is filed.
func (s *Service) File(ctx context.Context, who Who, id string, seal Seal) (storage.Filing, error) {
	if f, err := s.Filing(ctx, who, id); err == nil {
		return f, nil
	}
	// Slow on purpose, so it is done before the transaction and not within.
	if err := seal.Verify(); err != nil {
		return storage.Filing{}, err
	}
	var out storage.Filing
	err := s.update(ctx, who, func(t *txn) error {
		if f, err := t.mine(id); err == nil {
			out = f
			return nil
		}
		w, err := t.open(id, sign)
		if err != nil {
			return err
		}
		if w.Stamp() != seal.Stamp {
			return ErrChanged
		}
		full, public, err := t.documents(&w, t.now.UTC().Truncate(time.Second))
		if err != nil {
			return err
		}
		if out, err = t.seal(&w, methodPassword, full, public); err != nil {
			return err
		}
		return s.letter(t, &w, out)
	})
	return out, err
}

// letter writes the row of the receipt mail.
func (s *Service) letter(t *txn, w *Work, f storage.Filing) error {
	return s.post(t.Txn, Letter{ID: f.ID, To: w.Kept.Draft.Answers.Get(personalMail), Person: t.person, Institution: t.inst, Filing: f})
}

// documents compiles both documents of a draft as they are filed: at is the instant
// that they say they are of.
func (t *txn) documents(w *Work, at time.Time) (full, public []byte, err error) {
	d := &w.Kept.Draft
	all, err := forms.Compile(w.Form, d)
	if err != nil {
		return nil, nil, ErrNotReady
	}
	open, err := w.public()
	if err != nil {
		return nil, nil, err
	}
	meta := forms.Metadata{
		Actualizacion: at, Institucion: t.inst.Name, Tipo: d.Type,
		DeclaracionCompleta: d.Level == forms.Full, ActualizacionConflictoInteres: w.Kept.Interest,
	}
	return forms.Result(w.Kept.ID, meta, all), forms.Result(w.Kept.ID, meta, open), nil
}

// seal writes the filing.
func (t *txn) seal(w *Work, method string, full, public []byte) (storage.Filing, error) {
	d := &w.Kept.Draft
	f := storage.Filing{
		ID: w.Kept.ID, Person: t.person.ID, Type: d.Type, Level: d.Level, Edition: d.Edition,
		Year: d.Year, Event: d.Event, Due: w.Kept.Due, Late: w.Late(),
		Filed: t.now.UTC().Truncate(time.Second), Zone: t.inst.Zone, Interest: w.Kept.Interest,
		Method: method, Reserved: t.reserved(), Sent: w.Kept.ID,
	}
	if err := t.Txn.File(&f, full, public, w.Kept.ID); err != nil {
		return storage.Filing{}, fmt.Errorf("declare: file: %w", err)
	}
	return f, nil
}

// reserved reports whether the transparency committee keeps the person's
// declarations from the public today (Norma 20ª).
func (t *txn) reserved() bool {
	r := t.person.Reserve
	return r != nil && t.today <= r.Until
}
