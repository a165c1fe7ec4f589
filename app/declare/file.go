package declare

import (
	"context"
	"fmt"
	"reflect"
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
	// Slow, this on purpose, so it is done before the transaction and not within.
	if err := seal.Verify(); err != nil {
		return storage.Filing{}, err
	}
	before, err := s.write(ctx, who, id, seal.Stamp)
	if err != nil {
		return storage.Filing{}, err
	}
	var out storage.Filing
	err = s.update(ctx, who, func(t *txn) error {
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
		now := before
		if !now.of(&w) {
			full, public, err := t.documents(&w, t.second())
			if err != nil {
				return err
			}
			now = written{at: t.second(), papers: s.db.Papers(who.Tenant, id, full, public)}
		}
		if out, err = t.seal(&w, methodPassword, now.at, now.papers); err != nil {
			return err
		}
		return s.letter(t, &w, out)
	})
	return out, err
}

// written are the documents of a draft, compiled, hashed and sealed before the
// transaction that files it: that is nearly all of the work, and others who file wait
// while one is in a transaction.
type written struct {
	kept   storage.Draft
	inst   storage.Institution
	at     time.Time // that the documents say they are of
	papers *storage.Papers
}

// write makes the documents of a draft as it is now. There are none when it is filed
// already.
func (s *Service) write(ctx context.Context, who Who, id, stamp string) (out written, err error) {
	var full, public []byte
	err = s.view(ctx, who, func(t *txn) error {
		if _, err := t.mine(id); err == nil {
			return nil
		}
		w, err := t.open(id, sign)
		if err != nil {
			return err
		}
		if w.Stamp() != stamp {
			return ErrChanged
		}
		out.kept, out.inst, out.at = w.Kept, w.Institution, t.second()
		full, public, err = t.documents(&w, out.at)
		return err
	})
	if err == nil && full != nil {
		out.papers = s.db.Papers(who.Tenant, id, full, public)
	}
	return out, err
}

// of reports whether the documents are those of a draft as it stands now: nothing that
// they are made of has changed since, the day of today included.
func (x *written) of(w *Work) bool {
	return x.papers != nil && x.inst == w.Institution && reflect.DeepEqual(x.kept, w.Kept)
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
	open, err := w.publicOf(all)
	if err != nil {
		return nil, nil, err
	}
	meta := forms.Metadata{
		Actualizacion: at, Institucion: t.inst.Name, Tipo: d.Type,
		DeclaracionCompleta: d.Level == forms.Full, ActualizacionConflictoInteres: w.Kept.Interest,
	}
	return forms.Result(w.Kept.ID, meta, all), forms.Result(w.Kept.ID, meta, open), nil
}

// seal writes the filing: at is when it is filed.
func (t *txn) seal(w *Work, method string, at time.Time, papers *storage.Papers) (storage.Filing, error) {
	d := &w.Kept.Draft
	f := storage.Filing{
		ID: w.Kept.ID, Person: t.person.ID, Type: d.Type, Level: d.Level, Edition: d.Edition,
		Year: d.Year, Event: d.Event, Due: w.Kept.Due, Late: w.Late(),
		Filed: at, Zone: t.inst.Zone, Interest: w.Kept.Interest,
		Method: method, Reserved: t.reserved(), Sent: w.Kept.ID,
	}
	f.Received, f.Scan = w.Kept.Received, w.scan
	if err := t.FilePapers(&f, papers, w.Kept.ID); err != nil {
		return storage.Filing{}, fmt.Errorf("declare: file: %w", err)
	}
	if w.Kept.Paper == "" && !w.Kept.Interest {
		return f, t.supersede(w.DutyKey())
	}
	return f, nil
}

// second is the instant of the transaction as documents write it.
func (t *txn) second() time.Time { return t.now.UTC().Truncate(time.Second) }

// reserved reports whether the transparency committee keeps the person's
// declarations from the public today (Norma 20ª).
func (t *txn) reserved() bool {
	r := t.person.Reserve
	return r != nil && t.today <= r.Until
}
