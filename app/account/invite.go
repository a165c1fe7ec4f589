package account

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"declara/app/errs"
	"declara/storage"
)

// An invitation gives a one-time code to who never entered: by mail to those for whom
// the roster has an address, on a printed letter to the others. A code is shown in
// that letter and nowhere else, so what is lost is not printed again: another code is
// made, and the one before stops working.

var errNobody = errs.New(errs.Invalid, "account.invite.nobody")

// Guest is somebody to invite.
type Guest struct {
	Person storage.Person
	Coded  bool // a code waits to be used already
}

// Guests are those of the roster who never entered, by surname.
type Guests struct{ Mail, Paper []Guest }

// Pick are the guests without a code, or all.
func Pick(all []Guest, again bool) []Guest {
	if again {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(g Guest) bool { return g.Coded })
}

// Invitation is a code for a printed letter.
type Invitation struct {
	Person storage.Person
	Login  string
	Code   string
	Until  time.Time
}

// Guests lists who can be invited. Who left and never entered still owes a
// conclusión, so she is there too.
func (s *Service) Guests(ctx context.Context, tenant string) (g Guests, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		g, err = s.guests(tx)
		return err
	})
	return g, err
}

func (s *Service) guests(tx *storage.Txn) (g Guests, err error) {
	now := s.now()
	users := map[string]storage.User{}
	if err := tx.Users(func(u storage.User) error {
		if u.Person != "" {
			users[u.Person] = u
		}
		return nil
	}); err != nil {
		return g, err
	}
	if err := tx.People(func(p storage.Person) error {
		u, has := users[p.ID]
		if has && (u.Password != "" || u.Disabled || !OnlyDeclares(u)) {
			return nil
		}
		guest := Guest{p, Roster{p, u}.Code(now)}
		if p.Email != "" {
			g.Mail = append(g.Mail, guest)
		} else {
			g.Paper = append(g.Paper, guest)
		}
		return nil
	}); err != nil {
		return g, err
	}
	order := collate.New(language.Spanish, collate.IgnoreCase)
	for _, list := range [][]Guest{g.Mail, g.Paper} {
		slices.SortStableFunc(list, func(a, b Guest) int { return order.CompareString(byName(a.Person), byName(b.Person)) })
	}
	return g, nil
}

// InviteByMail makes codes and queues a letter with each, in one transaction. again
// makes others for those who have one.
func (s *Service) InviteByMail(ctx context.Context, tenant, actor string, again bool) (sent int, err error) {
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		g, err := s.guests(tx)
		if err != nil {
			return err
		}
		sent = 0
		for _, guest := range Pick(g.Mail, again) {
			u, code, err := s.invite(tx, actor, guest.Person, "mail")
			if err != nil {
				return err
			}
			if err := s.post(tx, Letter{Kind: LetterInvitation, To: guest.Person.Email, Lang: u.Lang, Path: "/primera-vez", Code: code}); err != nil {
				return err
			}
			sent++
		}
		if sent == 0 {
			return errNobody
		}
		return nil
	})
	return sent, err
}

// InviteOnPaper makes codes for letters to print, which are returned this once.
func (s *Service) InviteOnPaper(ctx context.Context, tenant, actor string, again bool) (all []Invitation, err error) {
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		g, err := s.guests(tx)
		if err != nil {
			return err
		}
		all = nil
		for _, guest := range Pick(g.Paper, again) {
			u, code, err := s.invite(tx, actor, guest.Person, "paper")
			if err != nil {
				return err
			}
			all = append(all, Invitation{guest.Person, u.Login, code, u.Code.Expires})
		}
		if len(all) == 0 {
			return errNobody
		}
		return nil
	})
	return all, err
}

// invite gives the account of a person a code, and makes the account where there is
// none.
func (s *Service) invite(tx *storage.Txn, actor string, p storage.Person, way string) (u storage.User, code string, err error) {
	now := s.now()
	if u, err = tx.UserByPerson(p.ID); errors.Is(err, storage.ErrNotFound) {
		u, err = accountOf(p, now), nil
	}
	if err != nil {
		return u, "", err
	}
	code = s.issue(&u, now)
	if err := tx.PutUser(u); errors.Is(err, storage.ErrConflict) {
		return u, "", taken("curp")
	} else if err != nil {
		return u, "", err
	}
	return u, code, tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: "user.invite", About: u.ID, Reason: way})
}
