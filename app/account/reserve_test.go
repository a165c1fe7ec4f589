package account

import (
	"slices"
	"testing"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// TestReserve: an agreement with its ground and term, renewed, and lifted for a reason;
// when its term is over nothing is done by itself, and whatever was done stays.
func TestReserve(t *testing.T) {
	o := newOffice(t)
	p, _, err := o.AddOfficial(t.Context(), tenant, "actor", maria())
	if err != nil {
		t.Fatal(err)
	}
	who := o.entered("transparencia@valle.example", storage.RoleTransparency)
	today := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	const ground = "LGTAIP, artículo 113, fracción V"
	for _, c := range []struct {
		agreement, ground, until string
		want                     []string
	}{
		{"", "", "mañana", []string{"acuerdo", "fundamento", "hasta"}},
		{"", ground, "04/05/2027", []string{"acuerdo"}},
		{"CT/12/2026", "ley", "04/05/2027", []string{"fundamento"}},
		{"CT/12/2026", ground, "04/05/2026", []string{"hasta"}},
		{"CT/12/2026", ground, "05/05/2031", []string{"hasta"}},
		{"CT/12/2026", ground, "04/05/2027", nil},
		{"CT/12/2026", ground, "04/05/2027", nil}, // pressed twice
		{"CT/3/2027", ground, "04/05/2031", nil},
	} {
		err := o.Reserve(t.Context(), tenant, &who, p.ID, storage.Reserve{Agreement: c.agreement, Ground: c.ground, Until: c.until}, today)
		if got := fieldsOf(err); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	r, err := o.Official(t.Context(), tenant, p.ID)
	if err != nil || r.Person.Reserve == nil || r.Person.Reserve.Until != "2031-05-04" || r.Person.Reserve.Agreement != "CT/3/2027" || r.Person.Reserve.From != "2026-05-04" {
		t.Errorf("%+v, %v", r.Person.Reserve, err)
	}
	for day, over := range map[string]bool{"2031-05-04": false, "2031-05-05": true} {
		all, err := o.Reserves(t.Context(), tenant, day)
		if err != nil || len(all) != 1 || all[0].Over != over {
			t.Errorf("%s: %+v, %v", day, all, err)
		}
	}
	if got := fieldsOf(o.LiftReserve(t.Context(), tenant, &who, p.ID, "ya")); !slices.Equal(got, []string{"motivo"}) {
		t.Errorf("lifted without a reason: %v", got)
	}
	for range 2 {
		if err := o.LiftReserve(t.Context(), tenant, &who, p.ID, "Terminó el riesgo, acuerdo CT/9/2028"); err != nil {
			t.Fatal(err)
		}
	}
	acts, err := o.ReserveActs(t.Context(), tenant, p.ID)
	if err != nil || len(acts) != 3 || acts[0].Act != Lifted || acts[0].Reason != "Terminó el riesgo, acuerdo CT/9/2028" || acts[0].Agreement != "CT/3/2027" || acts[1].Act != Renewed || acts[2].Act != Reserved {
		t.Errorf("%+v, %v", acts, err)
	}
	if all, err := o.Reserves(t.Context(), tenant, "2026-05-04"); err != nil || len(all) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
	if acts := o.audit(); !slices.Equal(acts, []string{"person.add", "person.reserve", "person.renew", "person.publish"}) {
		t.Errorf("%v", acts)
	}
}

// TestOnlyTransparencyReserves: what the committee agreed is written down by who works for
// it. The control body sees it, and decides nothing about it.
func TestOnlyTransparencyReserves(t *testing.T) {
	o := newOffice(t)
	p, _, err := o.AddOfficial(t.Context(), tenant, "actor", maria())
	if err != nil {
		t.Fatal(err)
	}
	r := storage.Reserve{Agreement: "CT/12/2026", Ground: "LGTAIP, artículo 113, fracción V", Until: "04/05/2027"}
	for _, role := range append(slices.Clone(StaffRoles), storage.RoleDeclarant) {
		u := storage.User{ID: "u" + string(role), Login: "u" + string(role), Roles: []storage.Role{role}}
		may := role == storage.RoleTransparency
		if err := o.Reserve(t.Context(), tenant, &u, p.ID, r, time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)); (err == nil) != may || !may && errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("%s reserves: %v", role, err)
		}
		if err := o.LiftReserve(t.Context(), tenant, &u, p.ID, "Terminó el riesgo"); (err == nil) != may || !may && errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("%s lifts: %v", role, err)
		}
	}
}
