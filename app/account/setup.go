package account

import (
	"context"
	"errors"
	"strings"
	"time"
	_ "time/tzdata" // zones are checked, also on machines without zoneinfo
	"unicode/utf8"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// setupLogin is the login of the account that waits for the first administrator.
// No person can have it: it is no e-mail and no CURP.
const setupLogin = "INICIO"

// setupFor is how long a set-up link is good; starting again prints another.
const setupFor = 7 * 24 * time.Hour

// StartSetup gives the one-time token of the set-up page, for the terminal, when
// the institution is not set up yet, and "" when it is. A token of before stops
// working. Without it the first stranger would take the server.
func (s *Service) StartSetup(ctx context.Context, tenant string) (token string, err error) {
	now, secret := s.now(), newToken()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		token = ""
		if done, err := isSetUp(tx); done || err != nil {
			return err
		}
		u, err := found(tx, setupLogin)
		if err != nil {
			return err
		}
		if u == nil {
			u = &storage.User{ID: storage.NewID(now), Login: setupLogin, Roles: []storage.Role{storage.RoleAdmin}, Created: now}
		}
		u.Code = &storage.Code{Hash: s.codeHash(forSetup, u.ID, secret), Expires: now.Add(setupFor)}
		token = secret
		return tx.PutUser(*u)
	})
	return token, err
}

func isSetUp(tx *storage.Txn) (bool, error) {
	i, err := tx.Institution()
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	return !i.SetUp.IsZero(), err
}

// SetupOpen reports whether a token opens the set-up page.
func (s *Service) SetupOpen(ctx context.Context, tenant, token string) (open bool, err error) {
	now := s.now()
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		_, err := s.forSetup(tx, token, now)
		open = err == nil
		if errs.CodeOf(err) == errs.NotFound {
			return nil
		}
		return err
	})
	return open, err
}

// forSetup is the account that waits, when the token is right.
func (s *Service) forSetup(tx *storage.Txn, token string, now time.Time) (*storage.User, error) {
	if done, err := isSetUp(tx); err != nil {
		return nil, err
	} else if done {
		return nil, errNotFound
	}
	u, err := found(tx, setupLogin)
	if err != nil {
		return nil, err
	}
	if len(token) > 64 || !s.fits(u, forSetup, token, now) {
		return nil, errNotFound
	}
	return u, nil
}

// Admin is the first administrator.
type Admin struct {
	Name     string `validate:"required,max=200"`
	Email    string `validate:"required,email,max=254"` // and login
	Password string
}

// Setup names the institution and makes its first administrator, who is signed in
// by it. The token is good once.
func (s *Service) Setup(ctx context.Context, tenant, token string, i storage.Institution, a Admin) (session string, err error) {
	problems := CleanInstitution(&i)
	a.Name, a.Email = tidy(a.Name), Fold(a.Email)
	problems = append(problems, checked(a, map[string]string{"Name": "admin", "Email": "login"})...)
	if err, ok := errors.AsType[*errs.Error](CheckPassword(a.Password, a.Email)); ok {
		problems = append(problems, Problem{Field: "clave", Key: err.Key})
	}
	if len(problems) > 0 {
		return "", problems
	}
	hash, err := s.Hash(ctx, a.Password)
	if err != nil {
		return "", err
	}
	now := s.now()
	i.SetUp = now
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		u, err := s.forSetup(tx, token, now)
		if err != nil {
			return err
		}
		u.Login, u.Name, u.Email, u.Password, u.Code, u.Changed = a.Email, a.Name, a.Email, hash, nil, now
		if err := tx.PutInstitution(i); err != nil {
			return err
		}
		if err := tx.PutUser(*u); err != nil {
			return err
		}
		if err := tx.Audit(storage.AuditEntry{At: now, Actor: u.ID, Act: "setup", About: u.ID}); err != nil {
			return err
		}
		session, err = begin(tx, *u, now)
		return err
	})
	return session, err
}

// SetInstitution changes what the institution says of itself.
func (s *Service) SetInstitution(ctx context.Context, tenant, actor string, i storage.Institution) error {
	if problems := CleanInstitution(&i); len(problems) > 0 {
		return problems
	}
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		old, err := tx.Institution()
		if err != nil {
			return err
		}
		i.SetUp = old.SetUp
		if err := tx.PutInstitution(i); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: "institution.edit"})
	})
}

// CleanInstitution puts an institution in the form in which it is kept, proposes
// the zone of its state when none is said, and tells what is wrong.
func CleanInstitution(i *storage.Institution) Problems {
	for _, text := range []*string{&i.Name, &i.Office, &i.Address, &i.Phone, &i.Hours, &i.Email} {
		*text = tidy(*text)
	}
	i.Initials = strings.ToUpper(tidy(i.Initials))
	if i.Zone == "" {
		i.Zone = ZoneOf(i.State)
	}
	problems := checked(struct {
		Name    string `validate:"required,max=150"`
		Office  string `validate:"required,max=150"`
		Address string `validate:"required,max=300"`
		Phone   string `validate:"required,max=60"`
		Hours   string `validate:"required,max=120"`
		Email   string `validate:"required,email,max=254"`
	}{i.Name, i.Office, i.Address, i.Phone, i.Hours, i.Email}, map[string]string{
		"Name": "nombre", "Office": "oficina", "Address": "domicilio", "Phone": "telefono", "Hours": "horario", "Email": "correo",
	})
	if n := utf8.RuneCountInString(i.Initials); n < 1 || n > 3 {
		problems = append(problems, Problem{Field: "siglas", Key: "account.problem.initials"})
	}
	if bad := cleanNetworks(i); bad != "" {
		problems = append(problems, Problem{Field: "redes", Key: "account.problem.network", Args: []string{bad}})
	}
	choice := func(field string, c *forms.Catalogue, key string) {
		if !c.Has(key) {
			problems = append(problems, Problem{Field: field, Key: "problem.required.choice"})
		}
	}
	choice("orden", forms.Government, i.Order)
	choice("ambito", forms.Branch, i.Branch)
	choice("entidad", forms.States, i.State)
	if _, ok := forms.Municipalities.Under(i.State, i.Town); !ok && forms.States.Has(i.State) {
		problems = append(problems, Problem{Field: "municipio", Key: "problem.required.choice"})
	}
	if _, err := time.LoadLocation(i.Zone); err != nil || !knownZone(i.Zone) {
		problems = append(problems, Problem{Field: "zona", Key: "problem.required.choice"})
	}
	return problems
}
