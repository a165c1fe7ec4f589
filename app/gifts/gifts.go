// Package gifts is what officials were given for nothing, through no doing of theirs
// (LGRA 40): they tell the office at once, and put it at the disposal of the authority
// that keeps such goods. The report is a record of the office: it is private, it is
// never edited, and the office reads each with an entry of the audit trail.
package gifts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// What may be wrong with a report or a handover; all of it is told at once.
var (
	ErrWhat      = errs.New(errs.Invalid, "gifts.error.what")
	ErrGiver     = errs.New(errs.Invalid, "gifts.error.giver")
	ErrOccasion  = errs.New(errs.Invalid, "gifts.error.occasion")
	ErrValue     = errs.New(errs.Invalid, "gifts.error.value")
	ErrReceived  = errs.New(errs.Invalid, "gifts.error.received")
	ErrKeeper    = errs.New(errs.Invalid, "gifts.error.keeper")
	ErrDelivered = errs.New(errs.Invalid, "gifts.error.delivered")
	ErrMany      = errs.New(errs.Invalid, "gifts.error.many")
	ErrAuthority = errs.New(errs.Invalid, "gifts.error.authority")
	ErrNumber    = errs.New(errs.Invalid, "gifts.error.number")
	ErrDay       = errs.New(errs.Invalid, "gifts.error.day")

	errNotFound = errs.New(errs.NotFound, "web.error.notfound")
	errOwn      = errs.New(errs.Forbidden, "gifts.error.own")
)

const (
	mostWords = 300 // characters of an answer
	mostOwn   = 200 // reports of a person
)

// Service is the reports of all tenants. It is safe for concurrent use.
type Service struct {
	db  *storage.DB
	now func() time.Time
}

// New makes the service. now is the clock.
func New(db *storage.DB, now func() time.Time) *Service { return &Service{db, now} }

// Report is a report as it is typed.
type Report struct {
	What, Giver, Occasion string
	Value                 string // estimated, as people type amounts
	Received              string // day
	Keeper, Delivered     string // to whom it was delivered and when; Delivered is "" while she has it
}

// Report writes down what an official was given. envio makes a form that is sent twice
// one report.
func (s *Service) Report(ctx context.Context, tenant string, by storage.User, envio string, in Report) (storage.Gift, error) {
	var wrong []error
	words := func(s string, least int, err error) string {
		s = strings.Join(strings.Fields(s), " ")
		if n := utf8.RuneCountInString(s); n < least || n > mostWords || !utf8.ValidString(s) || strings.ContainsFunc(s, turns) {
			wrong = append(wrong, err)
		}
		return s
	}
	g := storage.Gift{Person: by.Person, By: by.ID, What: words(in.What, 3, ErrWhat), Giver: words(in.Giver, 3, ErrGiver), Occasion: words(in.Occasion, 0, ErrOccasion), Keeper: words(in.Keeper, 3, ErrKeeper)}
	var err error
	if g.Value, err = forms.ParseMoney(in.Value); err != nil || g.Value < 0 {
		wrong = append(wrong, ErrValue)
	}
	if g.Received, err = forms.ParseDate(in.Received); err != nil {
		wrong = append(wrong, ErrReceived)
	}
	if in.Delivered != "" {
		if g.Delivered, err = forms.ParseDate(in.Delivered); err != nil {
			wrong = append(wrong, ErrDelivered)
		}
	}
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		wrong := slices.Clone(wrong)
		body, today, err := s.today(tx)
		if err != nil {
			return err
		}
		if g.Received > today {
			wrong = append(wrong, ErrReceived)
		}
		if g.Delivered != "" && (g.Delivered > today || g.Received != "" && g.Delivered < g.Received) {
			wrong = append(wrong, ErrDelivered)
		}
		id := storage.Digest([]byte(by.Person + "\n" + envio))[:26]
		own, year := 0, 0
		var same *storage.Gift
		if err := tx.Gifts(func(old storage.Gift) error {
			if old.ID == id {
				same = &old
			}
			if old.Person == by.Person {
				own++
			}
			if strings.Contains(old.Folio, "-R-"+today[:4]+"-") {
				year++
			}
			return nil
		}); err != nil {
			return err
		}
		if same != nil {
			g = *same
			return nil
		}
		if own >= mostOwn {
			wrong = append(wrong, ErrMany)
		}
		if len(wrong) > 0 {
			return errors.Join(wrong...)
		}
		g.ID, g.Folio, g.At = id, fmt.Sprintf("%s-R-%s-%04d", body.Initials, today[:4], year+1), s.now().UTC().Truncate(time.Second)
		return errors.Join(tx.PutGift(g), tx.Audit(storage.AuditEntry{At: s.now(), Actor: by.ID, Act: "gift.report", About: by.Person, Reason: g.Folio}))
	})
	return g, err
}

// turns are characters that no person types: controls, and those that turn the direction
// of writing.
func turns(r rune) bool {
	return r < ' ' || r == 0x7f || '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
}

func (s *Service) today(tx *storage.Txn) (storage.Institution, string, error) {
	body, err := tx.Institution()
	if err != nil {
		return body, "", err
	}
	zone, err := body.Location()
	if err != nil {
		return body, "", err
	}
	return body, s.now().In(zone).Format(time.DateOnly), nil
}

// Of are the reports of a person, the newest first.
func (s *Service) Of(ctx context.Context, tenant, person string) (all []storage.Gift, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		return tx.Gifts(func(g storage.Gift) error {
			if person != "" && g.Person == person {
				all = append(all, g)
			}
			return nil
		})
	})
	slices.SortFunc(all, later)
	return all, err
}

func later(a, b storage.Gift) int {
	if c := b.At.Compare(a.At); c != 0 {
		return c
	}
	return strings.Compare(b.Folio, a.Folio)
}

// Line is a report with whose it is.
type Line struct {
	storage.Gift
	Official storage.Person
}

// All are those of everybody but of who asks, the newest first. That they are taken out
// whole, to a file, is written down.
func (s *Service) All(ctx context.Context, tenant string, by storage.User, file bool) (all []Line, err error) {
	read := func(tx *storage.Txn) error {
		all = nil
		return tx.Gifts(func(g storage.Gift) error {
			if g.Person == by.Person && by.Person != "" {
				return nil
			}
			p, err := tx.Person(g.Person)
			all = append(all, Line{g, p})
			return err
		})
	}
	if file {
		err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
			return errors.Join(read(tx), tx.Audit(storage.AuditEntry{At: s.now(), Actor: by.ID, Act: "gift.export"}))
		})
	} else {
		err = s.db.View(ctx, tenant, read)
	}
	slices.SortFunc(all, func(a, b Line) int { return later(a.Gift, b.Gift) })
	return all, err
}

// Open hands a report to the office, which is written down, or to who made it.
func (s *Service) Open(ctx context.Context, tenant string, by storage.User, id string) (out Line, err error) {
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if out, err = one(tx, id); err != nil || by.Person == out.Person {
			return err
		}
		if !slices.Contains(by.Roles, storage.RoleComptroller) {
			return errNotFound
		}
		return tx.Audit(storage.AuditEntry{At: s.now(), Actor: by.ID, Act: "gift.read", About: out.Person, Reason: out.Folio})
	})
	return out, err
}

func one(tx *storage.Txn, id string) (Line, error) {
	g, err := tx.Gift(id)
	if errors.Is(err, storage.ErrNotFound) {
		return Line{}, errNotFound
	} else if err != nil {
		return Line{}, err
	}
	p, err := tx.Person(g.Person)
	return Line{g, p}, err
}

// HandOver writes down to which authority a gift was put at disposal, and by which
// letter.
func (s *Service) HandOver(ctx context.Context, tenant string, by storage.User, id, authority, number, day string) error {
	var wrong []error
	authority, number = strings.Join(strings.Fields(authority), " "), strings.Join(strings.Fields(number), " ")
	if n := utf8.RuneCountInString(authority); n < 3 || n > mostWords || strings.ContainsFunc(authority, turns) {
		wrong = append(wrong, ErrAuthority)
	}
	if n := utf8.RuneCountInString(number); n == 0 || n > 60 || strings.ContainsFunc(number, turns) {
		wrong = append(wrong, ErrNumber)
	}
	on, err := forms.ParseDate(day)
	if err != nil {
		wrong = append(wrong, ErrDay)
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		wrong := slices.Clone(wrong)
		g, err := one(tx, id)
		if err != nil {
			return err
		}
		if g.Person == by.Person {
			return errOwn
		}
		if _, today, err := s.today(tx); err != nil {
			return err
		} else if on != "" && (on < g.Received || on > today) {
			wrong = append(wrong, ErrDay)
		}
		if len(wrong) > 0 {
			return errors.Join(wrong...)
		}
		g.Over = &storage.Handover{Authority: authority, Number: number, Day: on, By: by.ID, Name: by.Name, At: s.now().UTC().Truncate(time.Second)}
		return errors.Join(tx.PutGift(g.Gift), tx.Audit(storage.AuditEntry{At: s.now(), Actor: by.ID, Act: "gift.handover", About: g.Person, Reason: number}))
	})
}
