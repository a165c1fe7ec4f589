package account

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
	"declara/storage/bolt"
)

const tenant = "1"

// cheap is a price that tests can pay a thousand times.
var cheap = Cost{Memory: 64, Time: 1, Threads: 1}

// office is a service over a real file, with a clock that tests set and the
// letters that were posted.
type office struct {
	*Service
	t       testing.TB
	db      *storage.DB
	now     time.Time
	mu      sync.Mutex
	letters []Letter
}

func newOffice(t testing.TB, options ...Option) *office {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	return officeOn(t, store, true, options...)
}

// officeOn is an office over a store; again has every transaction that writes run twice.
func officeOn(t testing.TB, store storage.Store, again bool, options ...Option) *office {
	t.Helper()
	o := &office{t: t, now: time.Date(2026, 5, 4, 15, 0, 0, 0, time.UTC)}
	if again {
		store = &twice{store, o}
	}
	o.db = storage.Open(store, storage.NewKeys())
	t.Cleanup(func() {
		if err := o.db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := o.db.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	post := func(_ *storage.Txn, l Letter) error {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.letters = append(o.letters, l)
		return nil
	}
	o.Service = New(o.db, func() time.Time { return o.now }, post, append([]Option{WithCost(cheap)}, options...)...)
	o.update(func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{Name: "Municipio de Valle Encinos", Zone: Zones[0], SetUp: o.now})
	})
	return o
}

// twice runs every transaction that writes two times and keeps the second, as
// engines that retry do.
type twice struct {
	storage.Store
	o *office
}

var errRetry = errors.New("once more")

func (s *twice) Update(ctx context.Context, fn func(storage.Tx) error) error {
	s.o.mu.Lock()
	letters := len(s.o.letters)
	s.o.mu.Unlock()
	err := s.Store.Update(ctx, func(tx storage.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return errRetry
	})
	if err != errRetry {
		return err
	}
	s.o.mu.Lock()
	s.o.letters = s.o.letters[:letters]
	s.o.mu.Unlock()
	return s.Store.Update(ctx, fn)
}

func (o *office) update(fn func(*storage.Txn) error) {
	o.t.Helper()
	if err := o.db.Update(o.t.Context(), tenant, fn); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) user(id string) (u storage.User) {
	o.t.Helper()
	if err := o.db.View(o.t.Context(), tenant, func(tx *storage.Txn) (err error) {
		u, err = tx.User(id)
		return err
	}); err != nil {
		o.t.Fatal(err)
	}
	return u
}

// audit is what the audit log says was done.
func (o *office) audit() (acts []string) {
	o.t.Helper()
	if err := o.db.View(o.t.Context(), tenant, func(tx *storage.Txn) error {
		acts = nil
		return tx.AuditEntries(func(e storage.AuditEntry, _ []byte) error {
			acts = append(acts, e.Act)
			return nil
		})
	}); err != nil {
		o.t.Fatal(err)
	}
	return acts
}

const (
	goodPassword  = "tres nubes lentas caminan"
	otherPassword = "el farol verde canta solo"
	home          = "203.0.113.7" // documentation addresses, RFC 5737
	away          = "198.51.100.9"
)

// maria is a synthetic official of legal.md section 7.
func maria() Official {
	return Official{
		Given: "María", First: "López", Second: "Ruiz", CURP: "PUFE040229MVZRCJA9", RFC: "pufe 040229 ab1",
		Post: "Jefa de departamento", Unit: "Tesorería", Grade: "11", Email: "maria@valleencinos.example", Phone: "951 000 0000",
		Level: forms.Full, Entry: "16/03/2026",
	}
}

// entered is an account of that login that has its password.
func (o *office) entered(login string, roles ...storage.Role) storage.User {
	o.t.Helper()
	hash, err := o.Hash(o.t.Context(), goodPassword)
	if err != nil {
		o.t.Fatal(err)
	}
	u := storage.User{ID: storage.NewID(o.now), Login: Fold(login), Name: "Persona", Email: "persona@correo.example", Roles: roles, Password: hash, Created: o.now, Changed: o.now}
	if NeedsSecond(&u) {
		u.Second = &storage.Second{Secret: phone, Since: o.now}
	}
	o.update(func(tx *storage.Txn) error { return tx.PutUser(u) })
	return u
}

// phone is the secret of everybody's telephone.
var phone = []byte("12345678901234567890")

// signIn comes in with the password and, who needs it, with the telephone; its codes of
// before are forgotten, so that tests need not wait for the next.
func (o *office) signIn(login, password, ip string) (string, error) {
	token, u, err := o.SignIn(o.t.Context(), tenant, login, password, ip)
	if err != nil || u.Second == nil {
		return token, err
	}
	o.update(func(tx *storage.Txn) error {
		u.Second.Step = 0
		return tx.PutUser(u)
	})
	e, err := o.GiveCode(o.t.Context(), tenant, hashToken(token), CodeOf(phone, o.now), ip)
	return e.Token, err
}

func (o *office) holds(token string) bool {
	o.t.Helper()
	v, err := o.Visit(o.t.Context(), tenant, token)
	if err != nil {
		o.t.Fatal(err)
	}
	return v.User != nil
}

func wantCode(t *testing.T, err error, code errs.Code) {
	t.Helper()
	if got := errs.CodeOf(err); got != code {
		t.Errorf("the error is %q (%v), not %q", got, err, code)
	}
}

// TestFirstTime goes the way of a new official: roster, printed code, password,
// session, and the second time with the password alone.
func TestFirstTime(t *testing.T) {
	o := newOffice(t)
	p, code, err := o.AddOfficial(t.Context(), tenant, "actor", maria())
	if err != nil {
		t.Fatal(err)
	}
	if p.RFC != "PUFE040229AB1" || p.Entry != "2026-03-16" || p.Phone != "9510000000" {
		t.Errorf("kept as %s, %s, %s", p.RFC, p.Entry, p.Phone)
	}
	in := First{Login: " pufe040229mvzrcja9 ", Code: strings.ToLower(code), Email: "maria@correo.example", Password: goodPassword, Lang: "es", IP: home}
	if _, err := o.signIn(in.Login, "", home); errs.CodeOf(err) != errs.Unsigned {
		t.Errorf("an account without a password let somebody in: %v", err)
	}
	token, u, err := o.FirstTime(t.Context(), tenant, in)
	if err != nil {
		t.Fatal(err)
	}
	if !o.holds(token) || u.Email != "maria@correo.example" || u.Person != p.ID {
		t.Error("the first sign-in did not sign in, or lost what was said")
	}
	if _, _, err := o.FirstTime(t.Context(), tenant, in); errs.CodeOf(err) != errs.Unsigned {
		t.Errorf("the code worked twice: %v", err)
	}
	if _, err := o.signIn("PUFE040229MVZRCJA9", goodPassword, home); err != nil {
		t.Error(err)
	}
	if kept := o.user(u.ID); strings.Contains(kept.Password, goodPassword) || !strings.HasPrefix(kept.Password, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("kept as %s", kept.Password)
	}
	if acts := o.audit(); !slices.Equal(acts, []string{"person.add"}) {
		t.Errorf("the audit log has %v", acts)
	}
}

// TestCodeTyped: what people do to a code when they type it.
func TestCodeTyped(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"K7QM-3XWD-9TFA", "K7QM3XWD9TFA"},
		{" k7qm 3xwd 9tfa ", "K7QM3XWD9TFA"},
		{"k7qm3xwd9tfa", "K7QM3XWD9TFA"},
		{"O0Il-1111-0000", "001111110000"},
		{"K7QM–3XWD–9TFA", "K7QM3XWD9TFA"},
	} {
		if got := cleanCode(c.typed); got != c.want {
			t.Errorf("%q is %s, not %s", c.typed, got, c.want)
		}
	}
	seen := map[string]bool{}
	for range 200 {
		code := newCode()
		if len(code) != 14 || len(cleanCode(code)) != codeLength || seen[code] {
			t.Fatalf("%q", code)
		}
		seen[code] = true
	}
}

// TestCodeLife: a code ends after thirty days, when another is issued, after
// twenty wrong tries in all, and not because one network tried five times.
func TestCodeLife(t *testing.T) {
	o := newOffice(t)
	_, code, err := o.AddOfficial(t.Context(), tenant, "actor", maria())
	if err != nil {
		t.Fatal(err)
	}
	u, err := o.findLogin("PUFE040229MVZRCJA9")
	if err != nil {
		t.Fatal(err)
	}
	in := First{Login: u.Login, Email: "maria@correo.example", Password: goodPassword, IP: home}
	try := func(code, ip string) error {
		in.Code, in.IP = code, ip
		_, _, err := o.FirstTime(t.Context(), tenant, in)
		return err
	}
	for range 5 {
		wantCode(t, try("0000-0000-0000", away), errs.Unsigned)
	}
	wantCode(t, try(code, away), errs.TooMany) // that network waits
	o.now = o.now.Add(31 * 24 * time.Hour)
	wantCode(t, try(code, home), errs.Unsigned) // too old
	again, _, err := o.IssueOfficialCode(t.Context(), tenant, "actor", u.Person)
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, try(code, home), errs.Unsigned) // replaced
	for i := range codeTries {
		o.now = o.now.Add(2 * time.Hour)
		wantCode(t, try("0000-0000-0000", "192.0.2."+string(rune('1'+i%9))), errs.Unsigned)
	}
	wantCode(t, try(again, home), errs.Unsigned) // tried to death
	last, _, err := o.IssueOfficialCode(t.Context(), tenant, "actor", u.Person)
	if err != nil {
		t.Fatal(err)
	}
	if err := try(last, home); err != nil {
		t.Errorf("a fresh code is refused: %v", err)
	}
}

func (o *office) findLogin(login string) (u storage.User, err error) {
	err = o.db.View(o.t.Context(), tenant, func(tx *storage.Txn) error {
		u, err = tx.UserByLogin(login)
		return err
	})
	return u, err
}

// TestOneAnswer: whatever is wrong, the words are the same, and so is the work: a
// hash is computed for an unknown login too.
func TestOneAnswer(t *testing.T) {
	o := newOffice(t)
	o.entered("abierta@valle.example", storage.RoleHR)
	closed := o.entered("cerrada@valle.example", storage.RoleHR)
	closed.Disabled = true
	never := storage.User{ID: storage.NewID(o.now), Login: "nunca@valle.example", Roles: []storage.Role{storage.RoleHR}}
	o.update(func(tx *storage.Txn) error {
		if err := tx.PutUser(closed); err != nil {
			return err
		}
		return tx.PutUser(never)
	})
	for _, c := range []struct{ login, password string }{
		{"abierta@valle.example", otherPassword},
		{"abierta@valle.example", ""},
		{"cerrada@valle.example", goodPassword},
		{"nunca@valle.example", ""},
		{"nadie@valle.example", goodPassword},
		{"", ""},
		{strings.Repeat("a", 500), goodPassword},
		{"abierta@valle.example", strings.Repeat("a", 5000)},
	} {
		if _, err := o.signIn(c.login, c.password, home); err != errWrong {
			t.Errorf("%.30s: %v", c.login, err)
		}
	}
	if _, err := o.signIn("ABIERTA@valle.example ", goodPassword, home); err != nil {
		t.Errorf("the right password is refused: %v", err)
	}
}

// TestHashIsAlwaysComputed holds all places and sees an unknown login wait for
// one: it does the same work as a known one.
func TestHashIsAlwaysComputed(t *testing.T) {
	o := newOffice(t)
	for range hashers {
		if _, err := o.places(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, _, err := o.SignIn(ctx, tenant, "nadie@valle.example", goodPassword, home); err != context.DeadlineExceeded {
		t.Errorf("an unknown login was answered without a hash: %v", err)
	}
}

// TestStartHashesNothing: making the service computes no hash, which at this price
// would panic, and what unknown logins are compared with is work like any other.
func TestStartHashesNothing(t *testing.T) {
	o := newOffice(t)
	New(o.db, time.Now, nil, WithCost(Cost{}))
	s := New(o.db, time.Now, nil, WithCost(cheap))
	c, salt, sum, ok := readPHC(s.decoy)
	if !ok || c != cheap || len(salt) != saltBytes || string(c.sum(goodPassword, salt)) == string(sum) {
		t.Errorf("%s", s.decoy)
	}
	if other := New(o.db, time.Now, nil, WithCost(cheap)).decoy; other == s.decoy {
		t.Error("two services compare with the same")
	}
}

// TestRehash: a password kept at another price is kept at today's after a sign-in.
func TestRehash(t *testing.T) {
	o := newOffice(t)
	u := o.entered("abierta@valle.example", storage.RoleHR)
	o.cost = Cost{Memory: 128, Time: 2, Threads: 1}
	if _, err := o.signIn(u.Login, goodPassword, home); err != nil {
		t.Fatal(err)
	}
	if kept := o.user(u.ID).Password; !strings.HasPrefix(kept, "$argon2id$v=19$m=128,t=2,p=1$") {
		t.Errorf("kept as %s", kept)
	}
	if _, err := o.signIn(u.Login, goodPassword, home); err != nil {
		t.Error(err)
	}
}

func TestPHC(t *testing.T) {
	good := cheap.hash(goodPassword)
	if c, _, _, ok := readPHC(good); !ok || c != cheap {
		t.Errorf("%s is not read back", good)
	}
	for _, bad := range []string{
		"", "x", goodPassword, "$argon2i" + good[9:], strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=64", "m=4194304", 1), strings.Replace(good, "t=1", "t=99", 1), strings.Replace(good, "p=1", "p=0", 1),
		good[:len(good)-4], good + "$", strings.Replace(good, "m=64,t=1", "t=1,m=64", 1),
	} {
		if _, _, _, ok := readPHC(bad); ok {
			t.Errorf("%q was taken", bad)
		}
	}
	if cheap.hash(goodPassword) == good {
		t.Error("two hashes share a salt")
	}
	composed, combined := "cami\u00f3n \u00f1and\u00fa azul", "camio\u0301n n\u0303andu\u0301 azul"
	c, salt, sum, _ := readPHC(cheap.hash(composed))
	if string(c.sum(combined, salt)) != string(sum) {
		t.Error("an accent typed in two ways is two passwords")
	}
}

func TestCheckPassword(t *testing.T) {
	for password, key := range map[string]string{
		goodPassword:                  "",
		"Xk29-vQw7-mmR3":              "",
		"correcaminos bajo lluvia":    "",
		"ñandú camión qué":            "",
		"elefante volcán mar quince":  "",
		"corta":                       "account.password.short",
		"ñañañañañaña":                "account.password.common", // two letters
		"12345678901":                 "account.password.short",
		"123456789012":                "account.password.common",
		"contraseña2026":              "account.password.common",
		"Contraseña2026!!":            "account.password.common",
		"c0ntr4señ4 123456":           "account.password.common",
		"password123456":              "account.password.common",
		"Municipio.2026":              "account.password.common",
		"qwertyuiop123":               "account.password.common",
		"contraseñasegura":            "account.password.common",
		"aaaaaaaaaaaaaa":              "account.password.common",
		"abcabcabcabcabc":             "account.password.common",
		"loa-maria.lopez-99":          "account.password.login",
		"mi curp PUFE040229MVZRCJA9":  "account.password.login",
		strings.Repeat("larga ", 400): "account.password.long",
		"malo \xff\xfe malo malo":     "account.password.long",
	} {
		err := CheckPassword(password, "PUFE040229MVZRCJA9", "maria.lopez@correo.example")
		got := ""
		if e, ok := err.(*errs.Error); ok {
			got = e.Key
		}
		if got != key {
			t.Errorf("%q: %q, not %q", password, got, key)
		}
	}
}

// TestSessionLife: a session ends when it is not used, at twelve hours whatever
// happens, when it is left, when the account is closed, and when the password
// changes. The store is written to at most every five minutes.
func TestSessionLife(t *testing.T) {
	for _, c := range []struct {
		name  string
		roles []storage.Role
		idle  time.Duration
	}{
		{"declarant", []storage.Role{storage.RoleDeclarant}, 30 * time.Minute},
		{"staff", []storage.Role{storage.RoleComptroller}, 15 * time.Minute},
		{"both", []storage.Role{storage.RoleDeclarant, storage.RoleAdmin}, 15 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t)
			u := o.entered("alguien@valle.example", c.roles...)
			begin := o.now
			token, err := o.signIn(u.Login, goodPassword, home)
			if err != nil {
				t.Fatal(err)
			}
			o.now = begin.Add(c.idle)
			if !o.holds(token) {
				t.Errorf("over after %v", c.idle)
			}
			o.now = o.now.Add(c.idle + time.Second)
			v, err := o.Visit(t.Context(), tenant, token)
			if err != nil || v.User != nil || v.Over != u.ID {
				t.Errorf("unused for more than %v it is %+v, %v", c.idle, v, err)
			}
			o.now = begin
			if token, err = o.signIn(u.Login, goodPassword, home); err != nil {
				t.Fatal(err)
			}
			for o.now = begin; o.now.Sub(begin) < 12*time.Hour; o.now = o.now.Add(4 * time.Minute) {
				if !o.holds(token) {
					t.Fatalf("over after %v, although in use", o.now.Sub(begin))
				}
			}
			o.now = begin.Add(12*time.Hour + time.Second)
			if o.holds(token) {
				t.Error("it outlives twelve hours")
			}
		})
	}
}

func TestSessionEnds(t *testing.T) {
	o := newOffice(t)
	u := o.entered("alguien@valle.example", storage.RoleDeclarant)
	enter := func() string {
		token, err := o.signIn(u.Login, goodPassword, home)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	left, other, mine := enter(), enter(), enter()
	if err := o.SignOut(t.Context(), tenant, hashToken(left)); err != nil || o.holds(left) || !o.holds(other) {
		t.Errorf("leaving one session: %v", err)
	}
	if err := o.EndOthers(t.Context(), tenant, u.ID, hashToken(mine)); err != nil || o.holds(other) || !o.holds(mine) {
		t.Errorf("ending the others: %v", err)
	}
	o.now = o.now.Add(time.Minute)
	fresh, err := o.ChangePassword(t.Context(), tenant, u.ID, goodPassword, otherPassword)
	if err != nil || o.holds(mine) || !o.holds(fresh) {
		t.Errorf("changing the password: %v", err)
	}
	for _, forged := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("A", 4000), hashToken(fresh), "../" + fresh} {
		if o.holds(forged) {
			t.Errorf("%.20q is a session", forged)
		}
	}
	admin := o.entered("admin@valle.example", storage.RoleAdmin)
	if err := o.Close(t.Context(), tenant, admin.ID, u.ID); err != nil || o.holds(fresh) {
		t.Errorf("closing the account: %v", err)
	}
	if _, err := o.signIn(u.Login, otherPassword, home); err != errWrong {
		t.Errorf("a closed account lets in: %v", err)
	}
	if len(o.letters) != 1 || o.letters[0].Kind != LetterChanged || o.letters[0].To != u.Email {
		t.Errorf("letters: %+v", o.letters)
	}
}

// TestChangePassword: the old one is asked for and the new one is checked.
func TestChangePassword(t *testing.T) {
	o := newOffice(t)
	u := o.entered("alguien@valle.example", storage.RoleDeclarant)
	_, err := o.ChangePassword(t.Context(), tenant, u.ID, otherPassword, otherPassword)
	if err != ErrPassword {
		t.Errorf("with a wrong old password: %v", err)
	}
	_, err = o.ChangePassword(t.Context(), tenant, u.ID, goodPassword, "alguien de 2026")
	wantCode(t, err, errs.Invalid)
	if _, err := o.signIn(u.Login, goodPassword, home); err != nil {
		t.Errorf("the password changed all the same: %v", err)
	}
}

// TestVerifyPassword: five tries, and then it waits; a right one is never used up.
func TestVerifyPassword(t *testing.T) {
	o := newOffice(t)
	u := o.entered("alguien@valle.example", storage.RoleDeclarant)
	for range 5 {
		if err := o.VerifyPassword(t.Context(), tenant, u.ID, "no es esta"); err != ErrPassword {
			t.Errorf("%v", err)
		}
	}
	wantCode(t, o.VerifyPassword(t.Context(), tenant, u.ID, goodPassword), errs.TooMany)
	o.now = o.now.Add(time.Minute)
	for range 10 {
		if err := o.VerifyPassword(t.Context(), tenant, u.ID, goodPassword); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := o.signIn(u.Login, goodPassword, away); err != nil {
		t.Errorf("wrong tries at signing count at the door: %v", err)
	}
	wantCode(t, o.VerifyPassword(t.Context(), tenant, "nobody", goodPassword), errs.Internal) // storage.ErrNotFound, which web knows
}

func TestAside(t *testing.T) {
	o := newOffice(t)
	u, other := o.entered("a@valle.example", storage.RoleDeclarant), o.entered("b@valle.example", storage.RoleDeclarant)
	set := func() string {
		key, err := o.SetAside(t.Context(), tenant, u.ID, "/declaraciones/x/s/ingresos", []byte("monto=473520"))
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	look := func(user, key string, fn func(context.Context, string, string, string) (string, []byte, bool, error)) string {
		t.Helper()
		path, form, ok, err := fn(t.Context(), tenant, user, key)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return ""
		}
		return path + "?" + string(form)
	}
	const want = "/declaraciones/x/s/ingresos?monto=473520"
	key := set()
	for range 2 {
		if look(u.ID, key, o.LookAside) != want {
			t.Error("looking uses it up")
		}
	}
	if look(u.ID, key, o.TakeAside) != want || look(u.ID, key, o.TakeAside) != "" {
		t.Error("it is not given once")
	}
	key = set()
	if look(other.ID, key, o.LookAside) != "" || look(u.ID, key, o.LookAside) != "" {
		t.Error("somebody else saw it, or it outlived that")
	}
	key = set()
	o.now = o.now.Add(10*time.Minute + time.Second)
	if look(u.ID, key, o.LookAside) != "" {
		t.Error("it outlives ten minutes")
	}
	for _, bad := range []string{"", "x", strings.Repeat("y", 300)} {
		if look(u.ID, bad, o.LookAside) != "" {
			t.Errorf("%q opens something", bad)
		}
	}
}
