package account

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"declara/storage"
)

// Kept is somebody whom an undo leaves as the list made her, and why: a catalogue
// key.
type Kept struct {
	Person, Name string
	Why          string
}

// Undo is what taking a list back would do, or did.
type Undo struct {
	storage.Import
	Counts  map[Fate]int // what the list did
	Restore int          // people who will be as they were
	Kept    []Kept
}

// UndoOf says what taking a list back would do now.
func (s *Service) UndoOf(ctx context.Context, tenant, id string) (out Undo, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		out, err = s.undo(tx, id, nil)
		return err
	})
	return out, err
}

// UndoList takes back what a list did: everybody is exactly as she was, but for who
// filed, signed in for the first time, or was changed by somebody meanwhile, who stay.
func (s *Service) UndoList(ctx context.Context, tenant, actor, id string) (out Undo, err error) {
	now := s.now()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		out, err = s.undo(tx, id, func(t touched, left storage.Person) error {
			act := "person.edit"
			if t.Before == nil {
				act = "person.remove"
				if err := tx.DropPerson(t.ID); err != nil {
					return err
				}
			} else {
				if err := tx.PutPerson(*t.Before); err != nil {
					return err
				}
				if err := follow(tx, left, *t.Before); err != nil {
					return err
				}
			}
			return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: act, About: t.ID, Reason: "roster.undo"})
		})
		if err != nil {
			return err
		}
		i := out.Import
		i.Undone, i.Data = now, nil
		if err := tx.PutImport(i); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: "roster.undo", About: id})
	})
	return out, err
}

// undo goes through the people of a list, latest first, and calls back with those who
// can be as they were; back may be nil.
func (s *Service) undo(tx *storage.Txn, id string, back func(touched, storage.Person) error) (Undo, error) {
	i, err := s.live(tx, id)
	if err != nil {
		return Undo{}, err
	}
	if i.Applied.IsZero() || !i.Undone.IsZero() {
		return Undo{}, errOver
	}
	var d done
	if err := json.Unmarshal(i.Data, &d); err != nil {
		return Undo{}, errors.New("account: a list cannot be read")
	}
	out := Undo{Import: i, Counts: d.Counts}
	type pair struct {
		t touched
		p storage.Person
	}
	var ready []pair
	for n := len(d.People) - 1; n >= 0; n-- {
		t := d.People[n]
		p, why, err := s.undoable(tx, t, i.Applied)
		if err != nil {
			return Undo{}, err
		}
		if why != "" {
			out.Kept = append(out.Kept, Kept{Person: t.ID, Name: FullName(p), Why: why})
			continue
		}
		ready = append(ready, pair{t, p})
	}
	out.Restore = len(ready)
	if back != nil {
		for _, x := range ready {
			if err := back(x.t, x.p); errors.Is(err, storage.ErrConflict) {
				return Undo{}, errMoved
			} else if err != nil {
				return Undo{}, err
			}
		}
	}
	return out, nil
}

// undoable reads a person and says why she cannot be as she was, or "".
func (s *Service) undoable(tx *storage.Txn, t touched, applied time.Time) (p storage.Person, why string, err error) {
	p, err = tx.Person(t.ID)
	if errors.Is(err, storage.ErrNotFound) {
		return p, "account.undo.gone", nil
	} else if err != nil {
		return p, "", err
	}
	digest, err := digestOf(p)
	if err != nil {
		return p, "", err
	}
	filings, err := tx.FilingsOf(p.ID)
	if err != nil {
		return p, "", err
	}
	for _, f := range filings {
		if !f.Filed.Before(applied) {
			return p, "account.undo.filed", nil
		}
	}
	if digest != t.After {
		return p, "account.undo.changed", nil
	}
	if t.Before != nil {
		return p, "", nil
	}
	u, err := tx.UserByPerson(p.ID)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return p, "", nil
	case err != nil:
		return p, "", err
	case u.Password != "":
		return p, "account.undo.entered", nil
	case !OnlyDeclares(u):
		return p, "account.undo.changed", nil
	}
	return p, "", nil
}
