package account

import (
	"context"
	"errors"
	"slices"
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

// StartSetup gives the one-time token of the first run, for the terminal, when the
// institution is not set up yet, and "" when it is. A token of before stops working; what
// was answered stays. Without it the first stranger would take the server.
func (s *Service) StartSetup(ctx context.Context, tenant string) (token string, err error) {
	now, secret := s.now(), newToken()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		token = ""
		if done, err := isSetUp(tx); done || err != nil {
			return err
		}
		u, err := setupUser(tx)
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

// setupUser is the account whose code opens the first run: the one that waits, or the
// administrator that it became; nil before there is one.
func setupUser(tx *storage.Txn) (*storage.User, error) {
	o, err := tx.Options()
	if err != nil {
		return nil, err
	}
	if o.Admin == "" {
		return found(tx, setupLogin)
	}
	u, err := tx.User(o.Admin)
	return &u, err
}

func isSetUp(tx *storage.Txn) (bool, error) {
	i, err := tx.Institution()
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	return !i.SetUp.IsZero(), err
}

// forSetup is the account that waits, when the token is right.
func (s *Service) forSetup(tx *storage.Txn, token string, now time.Time) (*storage.User, error) {
	if done, err := isSetUp(tx); err != nil {
		return nil, err
	} else if done {
		return nil, errNotFound
	}
	u, err := setupUser(tx)
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

// The steps of the first run, in order.
const (
	StepInstitution = "institucion"
	StepLook        = "aspecto"
	StepAdmin       = "cuenta"
	StepMail        = "correo"
	StepCopy        = "respaldo"
	StepRoster      = "padron"
	StepReady       = "listo"
)

// Steps are all of them.
var Steps = []string{StepInstitution, StepLook, StepAdmin, StepMail, StepCopy, StepRoster, StepReady}

// FirstRun is how far a first run is.
type FirstRun struct {
	Institution storage.Institution // zero before its step
	Admin       *storage.User       // nil before hers
	Options     storage.Options
}

// Done reports whether a step was done or put off.
func (f *FirstRun) Done(step string) bool { return slices.Contains(f.Options.Done, step) }

// Setup is how far the first run is that a token opens; errs.NotFound when it opens none.
func (s *Service) Setup(ctx context.Context, tenant, token string) (f FirstRun, err error) {
	now := s.now()
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		f = FirstRun{}
		u, err := s.forSetup(tx, token, now)
		if err != nil {
			return err
		}
		if u.Password != "" {
			f.Admin = u
		}
		if f.Institution, err = tx.Institution(); err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		f.Options, err = tx.Options()
		return err
	})
	return f, err
}

// step runs what a step of the first run changes, when the token is right, and notes that
// it was done.
func (s *Service) step(ctx context.Context, tenant, token, step string, change func(tx *storage.Txn, u *storage.User, o *storage.Options) error) error {
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		u, err := s.forSetup(tx, token, now)
		if err != nil {
			return err
		}
		o, err := tx.Options()
		if err != nil {
			return err
		}
		if change != nil {
			if err := change(tx, u, &o); err != nil {
				return err
			}
		}
		if !slices.Contains(o.Done, step) {
			o.Done = append(o.Done, step)
		}
		return tx.PutOptions(o)
	})
}

// PutOff notes that a step is left for later, or that nothing was to be done.
func (s *Service) PutOff(ctx context.Context, tenant, token, step string) error {
	return s.step(ctx, tenant, token, step, nil)
}

// SetupInstitution names the institution.
func (s *Service) SetupInstitution(ctx context.Context, tenant, token string, i storage.Institution) error {
	if problems := CleanInstitution(&i); len(problems) > 0 {
		return problems
	}
	return s.step(ctx, tenant, token, StepInstitution, func(tx *storage.Txn, _ *storage.User, _ *storage.Options) error {
		return putInstitution(tx, i)
	})
}

// putInstitution keeps what the institution says of itself, and leaves what it does not
// say: its look, and since when it is set up.
func putInstitution(tx *storage.Txn, i storage.Institution) error {
	old, err := tx.Institution()
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	i.SetUp, i.Accent, i.Logo = old.SetUp, old.Accent, old.Logo
	return tx.PutInstitution(i)
}

// SetupAdmin makes the first administrator, or changes what she said of herself, and
// begins half a session for her: her telephone is next.
func (s *Service) SetupAdmin(ctx context.Context, tenant, token string, a Admin) (session string, err error) {
	a.Name, a.Email = tidy(a.Name), Fold(a.Email)
	problems := checked(a, map[string]string{"Name": "admin", "Email": "login"})
	if err, ok := errors.AsType[*errs.Error](CheckPassword(a.Password, a.Email)); ok {
		problems = append(problems, Problem{Field: "clave", Key: err.Key})
	}
	if len(problems) > 0 {
		return "", problems
	}
	if _, err := s.Setup(ctx, tenant, token); err != nil {
		return "", err
	}
	hash, err := s.Hash(ctx, a.Password)
	if err != nil {
		return "", err
	}
	now := s.now()
	err = s.step(ctx, tenant, token, StepAdmin, func(tx *storage.Txn, u *storage.User, o *storage.Options) error {
		u.Login, u.Name, u.Email, u.Password, u.Changed = a.Email, a.Name, a.Email, hash, now
		o.Admin = u.ID
		if err := tx.PutUser(*u); err != nil {
			return err
		}
		if err := tx.EndSessionsOf(u.ID, ""); err != nil {
			return err
		}
		session, err = begin(tx, *u, now)
		return err
	})
	return session, err
}

// errUnready keeps a first run from ending without what nobody could add later.
var errUnready = errs.New(errs.Invalid, "setup.unready")

// FinishSetup ends the first run: the site opens, and the token is good for nothing.
func (s *Service) FinishSetup(ctx context.Context, tenant, token string) error {
	now := s.now()
	return s.step(ctx, tenant, token, StepReady, func(tx *storage.Txn, u *storage.User, o *storage.Options) error {
		i, err := tx.Institution()
		if errors.Is(err, storage.ErrNotFound) || err == nil && (u.Password == "" || u.Second == nil) {
			return errUnready
		}
		if err != nil {
			return err
		}
		i.SetUp, u.Code, o.Admin, o.Done = now, nil, "", nil
		if err := tx.PutInstitution(i); err != nil {
			return err
		}
		if err := tx.PutUser(*u); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: u.ID, Act: "setup", About: u.ID})
	})
}

// SetInstitution changes what the institution says of itself.
func (s *Service) SetInstitution(ctx context.Context, tenant, actor string, i storage.Institution) error {
	if problems := CleanInstitution(&i); len(problems) > 0 {
		return problems
	}
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if err := putInstitution(tx, i); err != nil {
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
