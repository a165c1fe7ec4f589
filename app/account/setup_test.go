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

func TestSetup(t *testing.T) {
	o := blank(t)
	first, err := o.StartSetup(t.Context(), tenant)
	if err != nil || len(first) != 43 {
		t.Fatalf("%q, %v", first, err)
	}
	token, err := o.StartSetup(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	open := func(token string) bool {
		ok, err := o.SetupOpen(t.Context(), tenant, token)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if open(first) || open("") || open(token[1:]) || !open(token) {
		t.Error("the link that opens is not the last one printed")
	}
	admin := Admin{Name: "Rosa Cruz", Email: "Rosa@valleencinos.example", Password: goodPassword}
	if _, err := o.Setup(t.Context(), tenant, first, valleEncinos(), admin); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("an old link sets up: %v", err)
	}
	if _, _, err := o.SignIn(t.Context(), tenant, setupLogin, "", home); err != errWrong {
		t.Errorf("the account that waits can be entered: %v", err)
	}
	session, err := o.Setup(t.Context(), tenant, token, valleEncinos(), admin)
	if err != nil {
		t.Fatal(err)
	}
	v, err := o.Visit(t.Context(), tenant, session)
	if err != nil || v.Half == nil || !Has(v.Half, storage.RoleAdmin) || v.Institution.Initials != "VE" || v.Institution.Zone != "America/Mexico_City" || !v.Institution.SetUp.Equal(o.now) {
		t.Errorf("%+v, %v", v, err)
	}
	if open(token) {
		t.Error("the link works after the set-up")
	}
	if again, err := o.StartSetup(t.Context(), tenant); again != "" || err != nil {
		t.Errorf("another link after the set-up: %q, %v", again, err)
	}
	if _, err := o.signIn("rosa@valleencinos.example", goodPassword, home); err != nil {
		t.Error(err)
	}
	if acts := o.audit(); !slices.Equal(acts, []string{"setup"}) {
		t.Errorf("%v", acts)
	}
}

func TestSetupIsChecked(t *testing.T) {
	o := blank(t)
	token, err := o.StartSetup(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.Setup(t.Context(), tenant, token, storage.Institution{State: "20"}, Admin{Password: "corta"})
	want := []string{"admin", "ambito", "clave", "correo", "domicilio", "horario", "login", "municipio", "nombre", "oficina", "orden", "siglas", "telefono"}
	if got := fieldsOf(err); !slices.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
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
	if ok, err := o.SetupOpen(t.Context(), tenant, token); ok || err != nil {
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
