package account

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// The simplified format asks for less: no spouse, no assets, no interests. So that nobody
// of human resources spares a friend the full one, a post becomes simplified when the
// control body confirms it, and an official whom another post brought to it stands before
// the control body until somebody there has seen her. Until a post is confirmed it is full,
// which asks too much of somebody for some days and hides nothing. What goes the other way
// needs nobody.

// confirms reports whether an account may make a post simplified by itself.
func confirms(tx *storage.Txn, id string) (bool, error) {
	u, err := tx.User(id)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	return slices.Contains(u.Roles, storage.RoleComptroller), err
}

// postAct is the word of the audit trail for what became of a post.
func postAct(p storage.Post) string {
	if p.Asked != nil {
		return "post.ask"
	}
	return "post.level"
}

// noteLowered marks an official whom human resources brought from the full to the
// simplified format.
func noteLowered(tx *storage.Txn, actor string, now time.Time, old storage.Person, p *storage.Person) error {
	switch {
	case p.Level != forms.Simplified:
		p.Lowered = nil
		return nil
	case old.Level != forms.Full:
		return nil
	}
	alone, err := confirms(tx, actor)
	if p.Lowered = nil; err == nil && !alone {
		p.Lowered = &storage.Lowered{Was: old.Post, By: actor, At: now}
	}
	return err
}

// Lowering is a step to the simplified format that waits for the control body.
type Lowering struct {
	Post   string // id, of a post that would be simplified
	Person string // id, of an official who is
	Name   string // of the post or the official
	Was    string // post of the official before
	Is     string // post that she has
	Why    string // agreement
	By     string // name of who did it
	At     time.Time
	People int // who hold the post
}

// Lowerings are those that wait: posts, and then officials.
func (s *Service) Lowerings(ctx context.Context, tenant string) (all []Lowering, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		held := map[string]int{}
		var people []Lowering
		name := func(id string) string {
			u, err := tx.User(id)
			if err != nil {
				return ""
			}
			return u.Name
		}
		if err := tx.People(func(p storage.Person) error {
			if p.Exit == "" {
				held[PostID(p.Post)]++
			}
			if l := p.Lowered; l != nil {
				people = append(people, Lowering{Person: p.ID, Name: FullName(p), Was: l.Was, Is: p.Post, By: l.By, At: l.At})
			}
			return nil
		}); err != nil {
			return err
		}
		if err := tx.Posts(func(p storage.Post) error {
			if a := p.Asked; a != nil {
				all = append(all, Lowering{Post: p.ID, Name: p.Name, Why: a.Agreement, By: a.By, At: a.At, People: held[p.ID]})
			}
			return nil
		}); err != nil {
			return err
		}
		all = append(all, people...)
		for i := range all {
			all[i].By = name(all[i].By)
		}
		return nil
	})
	return all, err
}

var (
	errNotAsked = errs.New(errs.Conflict, "account.lower.gone")
	errNotHers  = errs.New(errs.Forbidden, "web.error.forbidden")
)

// ConfirmPost makes a post simplified that human resources asked for, or with no leaves it
// full. It tells how many people changed.
func (s *Service) ConfirmPost(ctx context.Context, tenant, actor, id string, yes bool) (moved int, err error) {
	now := s.now()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if ok, err := confirms(tx, actor); err != nil || !ok {
			return cmp.Or(err, error(errNotHers))
		}
		p, err := tx.Post(id)
		if errors.Is(err, storage.ErrNotFound) || err == nil && p.Asked == nil {
			return errNotAsked
		} else if err != nil {
			return err
		}
		if yes {
			p.Level, p.Agreement, p.By, p.Changed = forms.Simplified, p.Asked.Agreement, actor, now
		}
		p.Asked = nil
		if err := errors.Join(tx.PutPost(p), tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: "post.confirm", About: id, Reason: p.Level.Slug() + ": " + p.Agreement})); err != nil || !yes {
			return err
		}
		moved, err = bringAlong(tx, actor, now, map[string]storage.Post{id: p})
		return err
	})
	return moved, err
}

// SeeLowered writes down that the control body has seen how an official came to the
// simplified format.
func (s *Service) SeeLowered(ctx context.Context, tenant, actor, id string) error {
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if ok, err := confirms(tx, actor); err != nil || !ok {
			return cmp.Or(err, error(errNotHers))
		}
		p, err := tx.Person(id)
		if errors.Is(err, storage.ErrNotFound) || err == nil && p.Lowered == nil {
			return errNotAsked
		} else if err != nil {
			return err
		}
		was := p.Lowered.Was
		p.Lowered = nil
		return errors.Join(tx.PutPerson(p), tx.Audit(storage.AuditEntry{At: s.now(), Actor: actor, Act: "person.lowered", About: id, Reason: was}))
	})
}
