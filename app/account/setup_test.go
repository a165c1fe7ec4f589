package account

import (
	"slices"
	"testing"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// blank is an office before its set-up.
func blank(t *testing.T) *office {
	o := newOffice(t)
	o.update(func(tx *storage.Txn) error { return tx.PutInstitution(storage.Institution{}) })
	return o
}

func valleEncinos() storage.Institution {
	return storage.Institution{
		Name: "Municipio de Valle Encinos", Office: "Órgano Interno de Control", Initials: "ve", Order: "MUNICIPAL_ALCALDIA", Branch: "EJECUTIVO",
		State: "20", Town: "067", Address: "Portal Hidalgo 3", Phone: "951 000 0000", Hours: "lunes a viernes de 9 a 15 h", Email: "contraloria@valleencinos.example",
	}
}

// TestSetup goes through the first run, comes back to it with another link, and ends it
// only when somebody can sign in.
func TestSetup(t *testing.T) {
	o := blank(t)
	ctx := t.Context()
	first, err := o.StartSetup(ctx, tenant)
	if err != nil || len(first) != 43 {
		t.Fatalf("%q, %v", first, err)
	}
	again := func() string {
		token, err := o.StartSetup(ctx, tenant)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	token := again()
	open := func(token string) bool {
		_, err := o.Setup(ctx, tenant, token)
		if err != nil && errs.CodeOf(err) != errs.NotFound {
			t.Fatal(err)
		}
		return err == nil
	}
	if open(first) || open("") || open(token[1:]) || !open(token) {
		t.Error("the link that opens is not the last one printed")
	}
	admin := Admin{Name: "Rosa Cruz", Email: "Rosa@valleencinos.example", Password: goodPassword}
	if err := o.SetupInstitution(ctx, tenant, first, valleEncinos()); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("an old link sets up: %v", err)
	}
	if _, _, err := o.SignIn(ctx, tenant, setupLogin, "", home); err != errWrong {
		t.Errorf("the account that waits can be entered: %v", err)
	}
	if err := o.FinishSetup(ctx, tenant, token); err != errUnready {
		t.Errorf("it ends before it began: %v", err)
	}
	if err := o.SetupInstitution(ctx, tenant, token, valleEncinos()); err != nil {
		t.Fatal(err)
	}
	if err := o.SetLook(ctx, tenant, "", Look{Accent: "0f5260"}); err != nil {
		t.Fatal(err)
	}
	i := valleEncinos()
	i.Hours = "lunes a viernes de 8 a 14 h"
	if err := o.SetupInstitution(ctx, tenant, token, i); err != nil { // back, and once more
		t.Fatal(err)
	}
	token = again() // left, and returned to
	run, err := o.Setup(ctx, tenant, token)
	if err != nil || !run.Done(StepInstitution) || run.Done(StepAdmin) || run.Admin != nil || run.Institution.Hours != i.Hours || run.Institution.Accent != "0f5260" {
		t.Errorf("%+v, %v", run, err)
	}
	session, err := o.SetupAdmin(ctx, tenant, token, admin)
	if err != nil {
		t.Fatal(err)
	}
	v, err := o.Visit(ctx, tenant, session)
	if err != nil || v.User != nil || !Has(v.Half, storage.RoleAdmin) || v.Institution.Initials != "VE" || !v.Institution.SetUp.IsZero() {
		t.Errorf("%+v, %v", v, err)
	}
	if err := o.FinishSetup(ctx, tenant, token); err != errUnready {
		t.Errorf("it ends without a second factor: %v", err)
	}
	token = again()
	if run, err = o.Setup(ctx, tenant, token); err != nil || run.Admin == nil || run.Admin.Name != "Rosa Cruz" {
		t.Errorf("the account is lost with the link: %+v, %v", run, err)
	}
	e, err := o.Enrolment(ctx, tenant, hashToken(session))
	if err != nil {
		t.Fatal(err)
	}
	secret, _ := ReadSecret(e.Secret)
	in, _, err := o.Enrol(ctx, tenant, hashToken(session), CodeOf(secret, o.now), home)
	if err != nil || !o.holds(in.Token) {
		t.Fatal(err)
	}
	if err := o.PutOff(ctx, tenant, token, StepMail); err != nil {
		t.Fatal(err)
	}
	if err := o.FinishSetup(ctx, tenant, token); err != nil {
		t.Fatal(err)
	}
	if open(token) {
		t.Error("the link works after the set-up")
	}
	if again() != "" {
		t.Error("another link after the set-up")
	}
	if acts := o.audit(); !slices.Equal(acts, []string{"look.edit", "factor.enrol", "setup"}) {
		t.Errorf("%v", acts)
	}
}

func TestSetupIsChecked(t *testing.T) {
	o := blank(t)
	token, err := o.StartSetup(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"ambito", "correo", "domicilio", "horario", "municipio", "nombre", "oficina", "orden", "siglas", "telefono"}
	if got := fieldsOf(o.SetupInstitution(t.Context(), tenant, token, storage.Institution{State: "20"})); !slices.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
	_, err = o.SetupAdmin(t.Context(), tenant, token, Admin{Password: "corta"})
	if got := fieldsOf(err); !slices.Equal(got, []string{"admin", "clave", "login"}) {
		t.Errorf("%v", got)
	}
	for name, change := range map[string]func(*storage.Institution){
		"municipio": func(i *storage.Institution) { i.Town = "999" },
		"entidad":   func(i *storage.Institution) { i.State = "33" },
		"zona":      func(i *storage.Institution) { i.Zone = "Europe/Madrid" },
		"siglas":    func(i *storage.Institution) { i.Initials = "MUNI" },
	} {
		i := valleEncinos()
		change(&i)
		if got := fieldsOf(CleanInstitution(&i).or()); !slices.Equal(got, []string{name}) {
			t.Errorf("%s: %v", name, got)
		}
	}
	o.now = o.now.Add(7 * 24 * time.Hour)
	if _, err := o.Setup(t.Context(), tenant, token); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("the link outlives a week: %v", err)
	}
}

// TestZones: every zone offered exists, and each state has one of them.
func TestZones(t *testing.T) {
	for _, zone := range Zones {
		if _, err := time.LoadLocation(zone); err != nil {
			t.Error(err)
		}
	}
	for state, want := range map[string]string{"20": "America/Mexico_City", "02": "America/Tijuana", "26": "America/Hermosillo", "23": "America/Cancun", "": "America/Mexico_City"} {
		if got := ZoneOf(state); got != want || !knownZone(got) {
			t.Errorf("%s: %s", state, got)
		}
	}
}

func TestSetInstitution(t *testing.T) {
	o := newOffice(t)
	setUp := o.now
	o.now = o.now.Add(time.Hour)
	i := valleEncinos()
	i.TotalAsDeclared = true
	if err := o.SetInstitution(t.Context(), tenant, "actor", i); err != nil {
		t.Fatal(err)
	}
	v, err := o.Visit(t.Context(), tenant, "")
	if err != nil || !v.Institution.TotalAsDeclared || !v.Institution.SetUp.Equal(setUp) {
		t.Errorf("%+v, %v", v.Institution, err)
	}
	if err := o.SetInstitution(t.Context(), tenant, "actor", storage.Institution{}); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("%v", err)
	}
}
