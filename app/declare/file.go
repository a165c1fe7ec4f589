package declare

import (
	"context"
	"fmt"
	"time"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// methodPassword is how a filing is signed today: user and password, typed again
// under the oath (Norma 9ª). The signature with e.firma is another method.
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
		if out, err = t.seal(&w); err != nil {
			return err
		}
		return s.post(t.Txn, Letter{ID: out.ID, To: w.Kept.Draft.Answers.Get(personalMail), Person: t.person, Institution: t.inst, Filing: out})
	})
	return out, err
}

// seal compiles the documents and writes the filing.
func (t *txn) seal(w *Work) (storage.Filing, error) {
	d := &w.Kept.Draft
	full, err := forms.Compile(w.Form, d)
	if err != nil {
		return storage.Filing{}, ErrNotReady
	}
	public, err := w.public()
	if err != nil {
		return storage.Filing{}, err
	}
	at := t.now.UTC().Truncate(time.Second)
	meta := forms.Metadata{
		Actualizacion: at, Institucion: t.inst.Name, Tipo: d.Type,
		DeclaracionCompleta: d.Level == forms.Full, ActualizacionConflictoInteres: w.Kept.Interest,
	}
	fullBytes := forms.Result(w.Kept.ID, meta, full)
	publicBytes := forms.Result(w.Kept.ID, meta, public)
	f := storage.Filing{
		ID: w.Kept.ID, Person: t.person.ID, Type: d.Type, Level: d.Level, Edition: d.Edition,
		Year: d.Year, Event: d.Event, Due: w.Kept.Due, Late: w.Late(),
		Filed: at, Zone: t.inst.Zone, Interest: w.Kept.Interest,
		Method: methodPassword, Reserved: t.reserved(), Sent: w.Kept.ID,
	}
	if err := t.Txn.File(&f, fullBytes, publicBytes, w.Kept.ID); err != nil {
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
