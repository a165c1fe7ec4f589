package account

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// fieldsOf are the answers that an error complains of.
func fieldsOf(err error) []string {
	problems, _ := errors.AsType[Problems](err)
	var fields []string
	for _, p := range problems {
		fields = append(fields, p.Field)
	}
	slices.Sort(fields)
	return fields
}

func TestOfficialIsChecked(t *testing.T) {
	o := newOffice(t)
	for _, c := range []struct {
		name   string
		change func(*Official)
		want   []string
	}{
		{"empty", func(x *Official) { *x = Official{} }, []string{"cargo", "curp", "ingreso", "nivel", "nombre", "primerApellido", "rfc", "unidad"}},
		{"company", func(x *Official) { x.RFC = "SAT970701NN3" }, []string{"rfc"}},
		{"curp", func(x *Official) { x.CURP = "PUFE041329MVZRCJA9" }, []string{"curp"}},
		{"mail", func(x *Official) { x.Email = "maria" }, []string{"correo"}},
		{"phone", func(x *Official) { x.Phone = "951" }, []string{"telefono"}},
		{"day", func(x *Official) { x.Entry = "31/02/2026" }, []string{"ingreso"}},
		{"exit before entry", func(x *Official) { x.Exit = "15/03/2026" }, []string{"egreso"}},
		{"long", func(x *Official) { x.Post = strings.Repeat("x", 201) }, []string{"cargo"}},
	} {
		official := maria()
		c.change(&official)
		_, _, err := o.AddOfficial(t.Context(), tenant, "actor", official)
		if got := fieldsOf(err); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, not %v (%v)", c.name, got, c.want, err)
		}
	}
	if len(o.audit()) != 0 {
		t.Error("what was refused was written down as done")
	}
}

// TestOfficialOnce: an RFC and a CURP stand once on the roster, and a refusal
// leaves nothing behind.
func TestOfficialOnce(t *testing.T) {
	o := newOffice(t)
	if _, _, err := o.AddOfficial(t.Context(), tenant, "actor", maria()); err != nil {
		t.Fatal(err)
	}
	twice := maria()
	_, _, err := o.AddOfficial(t.Context(), tenant, "actor", twice)
	if got := fieldsOf(err); !slices.Equal(got, []string{"rfc"}) {
		t.Errorf("%v", err)
	}
	twice.RFC = "NUPB800229AB2"
	_, _, err = o.AddOfficial(t.Context(), tenant, "actor", twice)
	if got := fieldsOf(err); !slices.Equal(got, []string{"curp"}) {
		t.Errorf("%v", err)
	}
	all, err := o.Officials(t.Context(), tenant, "")
	if err != nil || len(all) != 1 {
		t.Errorf("%d officials: %v", len(all), err)
	}
}

func TestEditOfficial(t *testing.T) {
	o := newOffice(t)
	p, code, err := o.AddOfficial(t.Context(), tenant, "actor", maria())
	if err != nil {
		t.Fatal(err)
	}
	o.update(func(tx *storage.Txn) error {
		p, err := tx.Person(p.ID)
		if err != nil {
			return err
		}
		p.Rulings = []storage.Ruling{{Duty: "inicial-2026", Lifted: true, Reason: "Reingreso"}}
		return tx.PutPerson(p)
	})
	changed := maria()
	changed.CURP, changed.RFC = "NUPB800229MOCXXG06", "NUPB800229AB2"
	changed.Given, changed.Exit, changed.Leave, changed.Level = "María Elena", "2026-05-01", true, forms.Simplified
	if _, err := o.EditOfficial(t.Context(), tenant, "actor", p.ID, changed); err != nil {
		t.Fatal(err)
	}
	r, err := o.Official(t.Context(), tenant, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if r.Person.Level != forms.Simplified || !r.Person.Leave || r.Person.Exit != "2026-05-01" || len(r.Person.Rulings) != 1 || !r.Person.Created.Equal(p.Created) {
		t.Errorf("%+v", r.Person)
	}
	if r.User.Login != "NUPB800229MOCXXG06" || r.User.Name != "María Elena López Ruiz" {
		t.Errorf("the account did not follow: %s, %s", r.User.Login, r.User.Name)
	}
	in := First{Login: "NUPB800229MOCXXG06", Code: code, Email: "m@correo.example", Password: goodPassword, IP: home}
	if _, _, err := o.FirstTime(t.Context(), tenant, in); err != nil {
		t.Errorf("the code of before: %v", err)
	}
	changed.Email = "otra@valleencinos.example"
	if _, err := o.EditOfficial(t.Context(), tenant, "actor", p.ID, changed); err != nil {
		t.Fatal(err)
	}
	if u := o.user(r.User.ID); u.Email != "m@correo.example" {
		t.Error("the roster wrote over the e-mail that the person gave")
	}
	if _, err := o.EditOfficial(t.Context(), tenant, "actor", "nobody", changed); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

func TestOfficialsAreFound(t *testing.T) {
	o := newOffice(t)
	second := maria()
	second.Given, second.First, second.CURP, second.RFC, second.Post = "Raúl", "Ñandú", "PUFE800229HDFRCJ08", "PUFE800229M93", "Director de Obras Públicas"
	third := maria()
	third.Given, third.First, third.CURP, third.RFC = "Begoña", "Núñez", "NUPB800229MOCXXG06", "NUPB800229J19"
	for _, x := range []Official{second, maria(), third} {
		if _, _, err := o.AddOfficial(t.Context(), tenant, "actor", x); err != nil {
			t.Fatal(err)
		}
	}
	for query, want := range map[string]string{
		"":               "López Núñez Ñandú",
		"begona":         "Núñez",
		"NUÑEZ":          "Núñez",
		"obras raul":     "Ñandú",
		"tesoreria ruiz": "López Núñez Ñandú",
		"nadie":          "",
	} {
		all, err := o.Officials(t.Context(), tenant, query)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, r := range all {
			names = append(names, r.Person.First)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%q finds %q, not %q", query, got, want)
		}
	}
}

// TestCodeOfAnAdministrator: who keeps the roster cannot become more than that.
func TestCodeOfAnAdministrator(t *testing.T) {
	o := newOffice(t)
	p, _, err := o.AddOfficial(t.Context(), tenant, "actor", maria())
	if err != nil {
		t.Fatal(err)
	}
	o.entered("admin@valle.example", storage.RoleAdmin)
	u, err := o.findLogin("PUFE040229MVZRCJA9")
	if err != nil {
		t.Fatal(err)
	}
	if err := o.SetRoles(t.Context(), tenant, "actor", u.ID, []storage.Role{storage.RoleComptroller}); err != nil {
		t.Fatal(err)
	}
	if roles := o.user(u.ID).Roles; !slices.Contains(roles, storage.RoleDeclarant) {
		t.Error("who is on the roster lost the right to declare")
	}
	_, _, err = o.IssueOfficialCode(t.Context(), tenant, "enlace", p.ID)
	wantCode(t, err, errs.Forbidden)
	if _, _, err := o.IssueCode(t.Context(), tenant, "admin", u.ID); err != nil {
		t.Error(err)
	}
}

func TestStaff(t *testing.T) {
	o := newOffice(t)
	admin := o.entered("admin@valle.example", storage.RoleAdmin)
	for _, c := range []struct {
		in   Staff
		want []string
	}{
		{Staff{}, []string{"correo", "nombre", "roles"}},
		{Staff{Name: "Ana", Email: "ana@valle.example"}, []string{"roles"}},
		{Staff{Name: "Ana", Email: "ana@valle.example", Roles: []storage.Role{storage.RoleDeclarant}}, []string{"roles"}},
		{Staff{Name: "Ana", Email: "ana@valle.example", Roles: []storage.Role{"dios"}}, []string{"roles"}},
		{Staff{Name: "Ana", Email: "ana@valle.example", Roles: []storage.Role{storage.RoleInvestigator, storage.RoleSubstantiator}}, []string{"roles"}},
		{Staff{Name: "Ana", Email: "ADMIN@valle.example", Roles: []storage.Role{storage.RoleHR}}, []string{"correo"}},
	} {
		_, _, err := o.AddStaff(t.Context(), tenant, admin.ID, c.in)
		if got := fieldsOf(err); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, not %v", c.in, got, c.want)
		}
	}
	u, code, err := o.AddStaff(t.Context(), tenant, admin.ID, Staff{Name: "Ana", Email: "Ana@valle.example", Roles: []storage.Role{storage.RoleHR}})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := o.FirstTime(t.Context(), tenant, First{Login: "ana@valle.example", Code: code, Email: "ana@valle.example", Password: goodPassword, IP: home})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.SetRoles(t.Context(), tenant, admin.ID, u.ID, []storage.Role{storage.RoleAdmin}); err != nil || o.holds(token) {
		t.Errorf("a session goes on with the roles of before: %v", err)
	}
	if err := o.Close(t.Context(), tenant, u.ID, admin.ID); err != nil {
		t.Fatal(err)
	}
	if err := o.Close(t.Context(), tenant, u.ID, u.ID); err != errLastAdmin {
		t.Errorf("the last administrator left: %v", err)
	}
	if err := o.SetRoles(t.Context(), tenant, u.ID, u.ID, []storage.Role{storage.RoleHR}); err != errLastAdmin {
		t.Errorf("the last administrator was taken: %v", err)
	}
	if err := o.Reopen(t.Context(), tenant, u.ID, admin.ID); err != nil {
		t.Error(err)
	}
	all, err := o.Accounts(t.Context(), tenant)
	if err != nil || len(all) != 2 || all[0].Name != "Ana" {
		t.Errorf("%d accounts: %v", len(all), err)
	}
}

// TestClients: secrets are shown once, need no escaping anywhere, and each change
// makes the tokens of before worthless.
func TestClients(t *testing.T) {
	o := newOffice(t)
	c, given, err := o.AddClient(t.Context(), tenant, "actor", " Plataforma  Digital ")
	if err != nil {
		t.Fatal(err)
	}
	kept, err := o.Client(t.Context(), tenant, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if kept.Name != "Plataforma Digital" || kept.Secret != secretHash(given.Secret) || kept.Password != secretHash(given.Password) || kept.Gen != 1 {
		t.Errorf("%+v", kept)
	}
	for _, secret := range []string{given.Secret, given.Password} {
		if len(secret) != secretLength || strings.Trim(secret, secretLetters) != "" {
			t.Errorf("%q", secret)
		}
	}
	_, again, err := o.RotateClient(t.Context(), tenant, "actor", c.ID, 0)
	if err != nil || again.Secret == given.Secret || again.Username != given.Username || again.ClientID != given.ClientID {
		t.Errorf("%+v: %v", again, err)
	}
	if err := o.SuspendClient(t.Context(), tenant, "actor", c.ID, true); err != nil {
		t.Fatal(err)
	}
	kept, _ = o.Client(t.Context(), tenant, c.ID)
	if !kept.Disabled || kept.Gen != 3 || kept.Secret != secretHash(again.Secret) {
		t.Errorf("%+v", kept)
	}
	if err := o.SuspendClient(t.Context(), tenant, "actor", c.ID, false); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.AddClient(t.Context(), tenant, "actor", "  "); len(fieldsOf(err)) != 1 {
		t.Errorf("a reader without a name: %v", err)
	}
	if _, _, err := o.RotateClient(t.Context(), tenant, "actor", "nobody", 0); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if acts := o.audit(); !slices.Equal(acts, []string{"client.add", "client.rotate", "client.suspend", "client.resume"}) {
		t.Errorf("%v", acts)
	}
}
