// Package demo fills an empty store with a fictitious municipality: people of
// every role, officials with several years of declarations of every type and
// level, drafts that are half done, and a client for the PDN. `declara demo` and
// the tests of the whole system start from it.
//
// It goes the way that people go: each declaration is begun for a duty that the
// service says is owed, filled in, checked and filed by the same service, with a
// clock that is set to the day of the story. What the checks refuse cannot get
// into the demo. Everybody and everything in it is invented (forms/sample).
//
// The same seed and the same day give the same people and the same answers. What is
// random by nature is not the same: keys, folios of complaints, ciphertexts.
package demo

import (
	"context"
	"encoding/base32"
	"fmt"
	"math/rand/v2"
	"time"

	"declara/app/campaign"
	"declara/app/complain"
	"declara/app/conflict"
	"declara/app/declare"
	"declara/app/gifts"
	"declara/app/verify"
	"declara/forms"
	"declara/forms/sample"
	"declara/storage"
)

// tenant is the public body of an installation that serves one.
const tenant = "1"

// Zone of the fictitious municipality.
const Zone = "America/Mexico_City"

// Options shape the municipality.
type Options struct {
	Officials  int   // at least 4
	Complaints int   // 0 makes no keys either
	Seed       int64 //
	Today      time.Time
}

// Account is somebody who can sign in.
type Account struct {
	Role     string  `json:"role"`
	Username string  `json:"username"`
	Password string  `json:"password"`
	Name     string  `json:"name"`
	Pending  *string `json:"pending,omitempty"` // of a declarante: INICIAL, MODIFICACIÓN, CONCLUSIÓN or ""
	Key      bool    `json:"key,omitempty"`     // the same password opens her key to complaints
	TOTP     string  `json:"totp,omitempty"`    // secret of the telephone that shows the second factor: of whoever may do more than declare
}

// Report is what demo.json tells (decisions.md).
type Report struct {
	Accounts   []Account   `json:"accounts"`
	PDN        Client      `json:"pdn"`
	Complaints []Complaint `json:"complaints"`
}

// Client is the reader of the API.
type Client struct {
	ID       string `json:"clientId"`
	Secret   string `json:"clientSecret"`
	Username string `json:"username"`
	Password string `json:"password"`
}

// Services are what the demo works with; they share its clock.
type Services struct {
	DB      *storage.DB
	Declare *declare.Service
	Hash    func(ctx context.Context, password string) (string, error) // of package account
	Office  *complain.Office                                           // nil when there are no complaints

	Conflict *conflict.Service // nil: nobody sells to the municipality
	Verify   *verify.Service   // nil draws nothing
	Campaign *campaign.Service // nil: nobody is reminded
	Gifts    *gifts.Service    // nil: nobody was given anything

	// Format is the format of a duty to be filled in by hand, which stands for a scan of
	// it. nil: nothing comes on paper.
	Format func(ctx context.Context, who declare.Who, duty string) ([]byte, error)
}

// Clock is the time of the story.
type Clock struct{ now time.Time }

// Now is the clock as services take it.
func (c *Clock) Now() time.Time { return c.now }

// filler lives through the story.
type filler struct {
	Services
	o      Options
	clock  *Clock
	zone   *time.Location
	people []official
	ids    []string // of the officials
	report Report
}

// Fill fills the store. clock is the one that the services were made with.
func Fill(ctx context.Context, s Services, clock *Clock, o Options) (Report, error) {
	zone, err := time.LoadLocation(Zone)
	if err != nil {
		return Report{}, err
	}
	f := &filler{Services: s, o: o, clock: clock, zone: zone}
	f.people = cast(max(o.Officials, 4), o.Seed, o.Today.In(zone))
	for _, step := range []func(context.Context) error{f.institution, f.officials, f.staff, f.client, f.calendar, f.filings, f.drafts, f.campaign, f.papers, f.presents, f.verification, f.suppliers, f.complaints} {
		if err := step(ctx); err != nil {
			return Report{}, err
		}
	}
	return f.report, nil
}

func (f *filler) update(ctx context.Context, fn func(*storage.Txn) error) error {
	return f.DB.Update(ctx, tenant, fn)
}

func (f *filler) institution(ctx context.Context) error {
	f.clock.now = f.o.Today.AddDate(-6, 0, 0)
	return f.update(ctx, func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{
			Name: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "VE",
			Order: "MUNICIPAL_ALCALDIA", Branch: "EJECUTIVO", State: "20", Town: "067", Zone: Zone,
			Address: "Portal Hidalgo 3, Centro", Phone: "951 000 0000", Hours: "lunes a viernes de 9 a 15 h",
			Email: "contraloria@valleencinos.example", SetUp: f.clock.now,
		})
	})
}

// officials puts everybody on the roster, with an account. Only those of the
// report can sign in; the others have not used their first code.
func (f *filler) officials(ctx context.Context) error {
	pending := map[forms.Type]string{0: "", forms.Inicial: "INICIAL", forms.Modificacion: "MODIFICACIÓN", forms.Conclusion: "CONCLUSIÓN"}
	for i, o := range f.people {
		p := storage.Person{
			ID: storage.NewID(o.entry), Given: o.Given, First: o.First, Second: o.Second, RFC: o.RFC, CURP: o.CURP,
			Email: fmt.Sprintf("persona%03d@valleencinos.example", i+1), Unit: o.Unit, Post: o.Post, Grade: o.Grade,
			Duties: "Las que señala el reglamento interior", Phone: fmt.Sprintf("951%07d", 1000+i),
			Level: forms.Simplified, Entry: o.entry.Format(time.DateOnly), Created: o.entry,
		}
		if o.Boss {
			p.Level = forms.Full
		}
		if !o.exit.IsZero() {
			p.Exit = o.exit.Format(time.DateOnly)
		}
		f.ids = append(f.ids, p.ID)
		u := storage.User{
			ID: storage.NewID(o.entry), Login: o.CURP, Name: o.Name(), Email: fmt.Sprintf("persona%03d@correo.example", i+1),
			Roles: []storage.Role{storage.RoleDeclarant}, Person: p.ID, Created: o.entry,
		}
		if i < 4 {
			what := pending[o.pending]
			if err := f.sign(ctx, &u, Account{Role: string(storage.RoleDeclarant), Pending: &what}); err != nil {
				return err
			}
		}
		if err := f.update(ctx, func(tx *storage.Txn) error {
			if err := tx.PutPerson(p); err != nil {
				return err
			}
			return tx.PutUser(u)
		}); err != nil {
			return fmt.Errorf("demo: official %d: %w", i+1, err)
		}
	}
	return nil
}

// staff are the people of the office. One telephone serves all of them: whoever looks at
// the demo puts it into hers once.
func (f *filler) staff(ctx context.Context) error {
	phone := []byte(f.secret("telephone", 5))[:20]
	for i, role := range []storage.Role{storage.RoleAdmin, storage.RoleComptroller, storage.RoleInvestigator, storage.RoleSubstantiator, storage.RoleHR, storage.RoleCustodian,
		storage.RoleVerifier, storage.RoleHelp, storage.RoleTransparency} {
		who := sample.Official(f.o.Seed*7 + int64(i) + 900_000)
		u := storage.User{
			ID: storage.NewID(f.clock.now), Login: string(role) + "@valleencinos.example", Name: who.Name(),
			Email: string(role) + "@valleencinos.example", Roles: []storage.Role{role}, Created: f.clock.now,
		}
		u.Second = &storage.Second{Secret: phone, Since: f.clock.now}
		if err := f.sign(ctx, &u, Account{Role: string(role), TOTP: base32.StdEncoding.EncodeToString(phone)}); err != nil {
			return err
		}
		if err := f.update(ctx, func(tx *storage.Txn) error { return tx.PutUser(u) }); err != nil {
			return fmt.Errorf("demo: %s: %w", role, err)
		}
	}
	return nil
}

// sign gives an account a password and tells it in the report.
func (f *filler) sign(ctx context.Context, u *storage.User, a Account) error {
	a.Username, a.Name = u.Login, u.Name
	a.Password = f.secret("encino amate ceiba tepozán "+u.Login, 4)
	hash, err := f.Hash(ctx, a.Password)
	if err != nil {
		return fmt.Errorf("demo: password: %w", err)
	}
	u.Password, u.Changed = hash, f.clock.now
	f.report.Accounts = append(f.report.Accounts, a)
	return nil
}

// secret is a password that is the same for the same seed: it opens nothing but a
// demo. It has groups of four letters and digits.
func (f *filler) secret(purpose string, groups int) string {
	var h uint64 = 14695981039346656037
	for _, c := range []byte(purpose) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	r := rand.New(rand.NewPCG(uint64(f.o.Seed), h))
	const letters = "abcdefghjkmnpqrstuvwxyz23456789"
	var b []byte
	for i := range groups * 4 {
		if i > 0 && i%4 == 0 {
			b = append(b, '-')
		}
		b = append(b, letters[r.IntN(len(letters))])
	}
	return string(b)
}

func (f *filler) client(ctx context.Context) error {
	c := Client{ID: "pdn-demo", Secret: f.secret("client secret", 8), Username: "pdn", Password: f.secret("client password", 8)}
	f.report.PDN = c
	return f.update(ctx, func(tx *storage.Txn) error {
		days := clientDays(rand.New(rand.NewPCG(uint64(f.o.Seed), 31)), c.ID, f.o.Today, f.zone)
		for _, d := range days {
			if err := tx.PutClientDay(d); err != nil {
				return err
			}
		}
		return tx.PutClient(storage.Client{
			ID: c.ID, Name: "Plataforma Digital Nacional (demostración)", Username: c.Username,
			Secret: storage.Digest([]byte(c.Secret)), Password: storage.Digest([]byte(c.Password)), Gen: 1, Created: f.clock.now,
		})
	})
}
