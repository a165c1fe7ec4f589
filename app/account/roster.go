package account

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// Official is what the office writes on the roster about a person. Type and
// format of her declarations follow from it (Norma 16ª), never from what she says.
type Official struct {
	Given  string `validate:"required,max=100"`
	First  string `validate:"required,max=100"`
	Second string `validate:"max=100"`
	CURP   string `validate:"required,curp"`
	RFC    string `validate:"required,rfcperson"`
	Post   string `validate:"required,max=200"`
	Unit   string `validate:"required,max=200"`
	Grade  string `validate:"required,max=100"`
	Duties string `validate:"max=400"`
	Email  string `validate:"omitempty,email,max=254"` // institutional
	Phone  string `validate:"omitempty,phone"`
	Fees   bool   // contratado por honorarios
	Level  forms.Level
	Entry  string // day, as typed
	Exit   string // day, as typed; "" while in office
	Leave  bool   // the exit is a licence or a suspension
}

// officialNames are the names that the form has.
var officialNames = map[string]string{
	"Given": "nombre", "First": "primerApellido", "Second": "segundoApellido", "CURP": "curp", "RFC": "rfc",
	"Post": "cargo", "Unit": "unidad", "Grade": "nivel", "Duties": "funcion", "Email": "correo", "Phone": "telefono",
}

// clean puts an official in the form in which it is kept, and tells what is wrong.
func (o *Official) clean() Problems {
	for _, text := range []*string{&o.Given, &o.First, &o.Second, &o.Post, &o.Unit, &o.Grade, &o.Duties, &o.Email} {
		*text = tidy(*text)
	}
	o.CURP, o.RFC = forms.CleanCURP(o.CURP), forms.CleanRFC(o.RFC)
	o.Phone = onlyDigits(o.Phone)
	problems := checked(*o, officialNames)
	day := func(name string, at *string, needed bool) {
		if *at == "" && !needed {
			return
		}
		iso, err := forms.ParseDate(*at)
		if err != nil {
			problems = append(problems, Problem{Field: name, Key: "problem.required.date"})
			return
		}
		*at = iso
	}
	day("ingreso", &o.Entry, true)
	day("egreso", &o.Exit, false)
	if len(problems) == 0 && o.Exit != "" && o.Exit < o.Entry {
		problems = append(problems, Problem{Field: "egreso", Key: "account.problem.exit"})
	}
	return problems
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -().", r) {
			return -1
		}
		return r
	}, s)
}

// onto writes an official onto a record of the roster, and leaves the rest of it:
// reserve, rulings, other service.
func (o *Official) onto(p *storage.Person) {
	p.Given, p.First, p.Second, p.CURP, p.RFC = o.Given, o.First, o.Second, o.CURP, o.RFC
	p.Post, p.Unit, p.Grade, p.Duties, p.Email, p.Phone, p.Fees = o.Post, o.Unit, o.Grade, o.Duties, o.Email, o.Phone, o.Fees
	p.Level, p.Entry, p.Exit, p.Leave = o.Level, o.Entry, o.Exit, o.Leave && o.Exit != ""
}

// OfficialOf is a record of the roster as the form shows it.
func OfficialOf(p storage.Person) Official {
	return Official{
		Given: p.Given, First: p.First, Second: p.Second, CURP: p.CURP, RFC: p.RFC, Post: p.Post, Unit: p.Unit,
		Grade: p.Grade, Duties: p.Duties, Email: p.Email, Phone: p.Phone, Fees: p.Fees, Level: p.Level,
		Entry: p.Entry, Exit: p.Exit, Leave: p.Leave,
	}
}

// FullName is the name of an official as people say it.
func FullName(p storage.Person) string {
	return strings.Join(strings.Fields(p.Given+" "+p.First+" "+p.Second), " ")
}

// errTaken says that the RFC or the CURP is on the roster already.
func taken(field string) error { return Problems{{Field: field, Key: "account.problem.taken"}} }

// AddOfficial puts an official on the roster with an account, and returns the
// code of her first sign-in, which is shown this once. actor is who did it, for
// the audit log. The error is Problems for answers that cannot be.
func (s *Service) AddOfficial(ctx context.Context, tenant, actor string, o Official) (p storage.Person, code string, err error) {
	if problems := o.clean(); len(problems) > 0 {
		return p, "", problems
	}
	now := s.now()
	p = storage.Person{ID: storage.NewID(now), Created: now}
	o.onto(&p)
	u := storage.User{
		ID: storage.NewID(now), Login: Fold(p.CURP), Name: FullName(p), Email: p.Email,
		Roles: []storage.Role{storage.RoleDeclarant}, Person: p.ID, Created: now, Changed: now,
	}
	code = s.issue(&u, now)
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if err := decided(tx, &o); err != nil {
			return err
		}
		p.Level = o.Level
		if err := tx.PutPerson(p); errors.Is(err, storage.ErrConflict) {
			return taken("rfc")
		} else if err != nil {
			return err
		}
		if err := tx.PutUser(u); errors.Is(err, storage.ErrConflict) {
			return taken("curp")
		} else if err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: "person.add", About: p.ID})
	})
	return p, code, err
}

// EditOfficial changes what the roster says. The login follows the CURP. What was
// filed stays as it was.
func (s *Service) EditOfficial(ctx context.Context, tenant, actor, id string, o Official) (p storage.Person, err error) {
	if problems := o.clean(); len(problems) > 0 {
		return p, problems
	}
	now := s.now()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if p, err = tx.Person(id); err != nil {
			return err
		}
		if err := decided(tx, &o); err != nil {
			return err
		}
		old := p
		o.onto(&p)
		if err := noteLowered(tx, actor, now, old, &p); err != nil {
			return err
		}
		if err := tx.PutPerson(p); errors.Is(err, storage.ErrConflict) {
			return taken("rfc")
		} else if err != nil {
			return err
		}
		if err := follow(tx, old, p); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: "person.edit", About: p.ID})
	})
	return p, err
}

// follow brings the account of an official up to date with the roster.
func follow(tx *storage.Txn, old, p storage.Person) error {
	u, err := tx.UserByPerson(p.ID)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	} else if err != nil {
		return err
	}
	u.Name = FullName(p)
	if u.Login == Fold(old.CURP) {
		u.Login = Fold(p.CURP)
	}
	if u.Password == "" {
		u.Email = p.Email // until she says her own at the first sign-in
	}
	if err := tx.PutUser(u); errors.Is(err, storage.ErrConflict) {
		return taken("curp")
	} else if err != nil {
		return err
	}
	return nil
}

// Roster is one line of the list of officials.
type Roster struct {
	Person storage.Person
	User   storage.User // zero when the person has no account
}

// Entered reports whether the official has ever signed in.
func (r Roster) Entered() bool { return r.User.Password != "" }

// Code is whether a printed code waits to be used, at a time.
func (r Roster) Code(now time.Time) bool {
	return r.User.Code != nil && strings.HasPrefix(r.User.Code.Hash, forFirst) && now.Before(r.User.Code.Expires)
}

// Officials lists the roster by surname. query keeps those whose name, post or
// unit has all its words, whatever the accents.
func (s *Service) Officials(ctx context.Context, tenant, query string) ([]Roster, error) {
	all, _, err := s.OfficialsFrom(ctx, tenant, query, 0, math.MaxInt)
	return all, err
}

// OfficialsFrom is at most most of the list of Officials from a place in it, and how
// long it is. Accounts are read for those alone.
func (s *Service) OfficialsFrom(ctx context.Context, tenant, query string, from, most int) (page []Roster, total int, err error) {
	words := strings.Fields(plainWords(query))
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		var all []sorted
		order, buf := collate.New(language.Spanish, collate.IgnoreCase), collate.Buffer{}
		if err := tx.People(func(p storage.Person) error {
			if len(words) > 0 {
				text := plainWords(FullName(p) + " " + p.Post + " " + p.Unit)
				if slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
					return nil
				}
			}
			all = append(all, sorted{order.KeyFromString(&buf, byName(p)), &p})
			return nil
		}); err != nil {
			return err
		}
		slices.SortStableFunc(all, func(a, b sorted) int { return bytes.Compare(a.key, b.key) })
		total, page = len(all), nil
		start := min(from, total)
		for _, x := range all[start : start+min(most, total-start)] {
			u, err := tx.UserByPerson(x.person.ID)
			if err != nil && !errors.Is(err, storage.ErrNotFound) {
				return err
			}
			page = append(page, Roster{*x.person, u})
		}
		return nil
	})
	return page, total, err
}

// sorted is a person with the place that her name has in the alphabet of Spanish.
type sorted struct {
	key    []byte
	person *storage.Person
}

func byName(p storage.Person) string { return p.First + " " + p.Second + " " + p.Given }

// Official is one person of the roster with the account.
func (s *Service) Official(ctx context.Context, tenant, id string) (r Roster, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		r = Roster{}
		if r.Person, err = tx.Person(id); err != nil {
			return err
		}
		if r.User, err = tx.UserByPerson(id); errors.Is(err, storage.ErrNotFound) {
			return nil
		}
		return err
	})
	return r, err
}

// errNotFound is used where an id of the address names nothing.
var errNotFound = errs.New(errs.NotFound, "web.error.notfound")
