package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"declara/app/errs"
	"declara/app/verify/draw"
	"declara/forms"
	"declara/storage"
	"declara/storage/bolt"
)

const tenant = "1"

// world is a municipality with declarations filed, and a clock that the test sets.
type world struct {
	*testing.T
	db      *storage.DB
	service *Service
	now     time.Time
	head    storage.User
	letters []Letter
}

func newWorld(t *testing.T, filings int) *world {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, db: storage.Open(store, storage.NewKeys()), head: storage.User{ID: "u1", Login: "eva", Name: "Eva Solís", Roles: []storage.Role{storage.RoleComptroller}}}
	w.service = New(w.db, func() time.Time { return w.now }, func(_ *storage.Txn, day string, n int) (string, error) {
		at, err := time.Parse(time.DateOnly, day)
		return at.AddDate(0, 0, n).Format(time.DateOnly), err
	}, func(_ *storage.Txn, l Letter) error { w.letters = append(w.letters, l); return nil })
	w.at("2026-06-02 12:00")
	t.Cleanup(func() {
		got, err := w.db.Check(context.Background())
		for _, f := range got.Faults {
			t.Error("check:", f)
		}
		if err := errors.Join(err, w.db.Close()); err != nil {
			t.Error(err)
		}
	})
	w.update(func(tx *storage.Txn) error {
		return errors.Join(tx.PutInstitution(storage.Institution{Name: "Municipio de Valle Encinos", Initials: "VE", Zone: "America/Mexico_City"}), tx.PutUser(w.head))
	})
	for n := range filings {
		w.file(n, forms.Modificacion, false)
	}
	return w
}

func (w *world) at(local string) {
	zone, _ := time.LoadLocation("America/Mexico_City")
	var err error
	if w.now, err = time.ParseInLocation("2006-01-02 15:04", local, zone); err != nil {
		w.Fatal(err)
	}
}

func (w *world) update(fn func(*storage.Txn) error) {
	w.Helper()
	if err := w.db.Update(w.Context(), tenant, fn); err != nil {
		w.Fatal(err)
	}
}

func (w *world) file(n int, typ forms.Type, interest bool) storage.Filing {
	w.Helper()
	id := fmt.Sprintf("d%03d%d%v", n, typ, interest)
	f := storage.Filing{ID: id, Person: fmt.Sprintf("p%03d", n), Type: typ, Level: forms.Full, Year: 2026, Filed: w.now, Zone: "America/Mexico_City", Interest: interest, Sent: id, Method: "password"}
	if n%3 > 0 {
		f.Level = forms.Simplified
	}
	w.update(func(tx *storage.Txn) error {
		fresh := f
		err := errors.Join(
			tx.PutPerson(storage.Person{ID: f.Person, Given: "MARCANOMBRE", RFC: fmt.Sprintf("PUFE8002%05d", n), Unit: []string{"Tesorería\tcentral", "", "Obras"}[n%3]}),
			tx.File(&fresh, []byte("MARCAPRIVADA"+id), []byte(`{"public":"`+id+`"}`), ""))
		f = fresh
		return err
	})
	return f
}

func plan() Plan {
	return Plan{Type: "modificacion", Year: 2026, Strata: draw.ByLevel, Confidence: draw.C95, Source: "Sorteo mayor 4010 de la Lotería Nacional", Known: "10/06/2026"}
}

// TestJourney: frozen, drawn on the day of the seed and not before, the same by page and
// by file, and nothing can be had twice.
func TestJourney(t *testing.T) {
	w := newWorld(t, 50)
	w.file(90, forms.Inicial, false) // of another period
	w.file(91, forms.Modificacion, true)
	d, err := w.service.Freeze(t.Context(), tenant, w.head, plan())
	if err != nil {
		t.Fatal(err)
	}
	if d.Number != "VER-2026-001" || d.Count != 50 || d.Size != 45 || d.Early || d.Known != "2026-06-10" {
		t.Errorf("%+v", d)
	}
	w.file(60, forms.Modificacion, false) // a late one is not in it
	for _, x := range [][2]string{{"2026-06-09 23:59", "53817"}, {"2026-06-10 00:00", "  "}} {
		w.at(x[0])
		if err := w.service.Draw(t.Context(), tenant, w.head, d.Number, x[1]); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%s: %v", x[0], err)
		}
	}
	if err := w.service.Draw(t.Context(), tenant, w.head, d.Number, " 53  817 "); err != nil {
		t.Fatal(err)
	}
	if err := w.service.Draw(t.Context(), tenant, w.head, d.Number, "53 817"); err != nil {
		t.Errorf("the same press again: %v", err)
	}
	if err := w.service.Draw(t.Context(), tenant, w.head, d.Number, "1"); !errors.Is(err, ErrDrawn) {
		t.Errorf("a second seed: %v", err)
	}
	got, err := w.service.Look(t.Context(), tenant, d.Number)
	if err != nil || !got.Same || got.By != "Eva Solís" || len(got.Draw.Folios) != 45 {
		t.Fatalf("%v, %+v", err, got)
	}
	u, err := draw.Read(got.File)
	if err != nil || u.Hash() != d.Universe {
		t.Fatalf("%v", err)
	}
	again, err := draw.Draw(u, "53 817", got.Draw.Size)
	if err != nil || !slices.Equal(again.Folios, got.Draw.Folios) {
		t.Errorf("the file draws another list: %v", err)
	}
	for _, private := range []string{"MARCA", "PUFE", "p001"} {
		if bytes.Contains(got.File, []byte(private)) {
			t.Errorf("the universe tells %s", private)
		}
	}
	w.update(func(tx *storage.Txn) error {
		n := 0
		err := tx.VerificationsIn(d.Number, func(v storage.Verification) error {
			if n++; v.State != storage.ToVerify || !slices.Contains(got.Draw.Folios, v.Folio) {
				t.Errorf("%+v", v)
			}
			return nil
		})
		if n != 45 {
			t.Errorf("%d to verify", n)
		}
		return err
	})
	if err := w.service.Void(t.Context(), tenant, w.head, d.Number, "corto"); !errors.Is(err, ErrWhy) {
		t.Errorf("%v", err)
	}
	if err := w.service.Void(t.Context(), tenant, w.head, d.Number, "Se capturó mal el número premiado"); err != nil {
		t.Error(err)
	}
	next, err := w.service.Freeze(t.Context(), tenant, w.head, plan2())
	if err != nil || next.Number != "VER-2026-002" || next.Count != 51 {
		t.Errorf("%+v, %v", next, err)
	}
}

func plan2() Plan {
	p := plan()
	p.Known, p.Confidence, p.Size, p.Strata = "2026-07-01", "", 7, draw.ByUnit
	return p
}

// TestRefused: each thing that is wrong with a plan has its sentence, and who is not of
// the office does nothing.
func TestRefused(t *testing.T) {
	w := newWorld(t, 5)
	for name, x := range map[string]struct {
		change func(*Plan)
		want   error
	}{
		"type": {func(p *Plan) { p.Type = "otra" }, ErrType}, "year": {func(p *Plan) { p.Year = 20 }, ErrYear},
		"nobody": {func(p *Plan) { p.Year = 2025 }, ErrEmpty}, "strata": {func(p *Plan) { p.Strata = "sexo" }, ErrStrata},
		"row": {func(p *Plan) { p.Confidence = "99/1" }, ErrSize}, "none": {func(p *Plan) { p.Confidence, p.Size = "", 0 }, ErrSize},
		"too many": {func(p *Plan) { p.Confidence, p.Size = "", 6 }, ErrSize}, "source": {func(p *Plan) { p.Source = " lotería " }, ErrSource},
		"no day": {func(p *Plan) { p.Known = "pronto" }, ErrKnown}, "today": {func(p *Plan) { p.Known = "2026-06-02" }, ErrKnown},
	} {
		p := plan()
		x.change(&p)
		if _, err := w.service.Freeze(t.Context(), tenant, w.head, p); !errors.Is(err, x.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, role := range []storage.Role{storage.RoleAdmin, storage.RoleHR, storage.RoleInvestigator, storage.RoleSubstantiator, storage.RoleDeclarant, storage.RoleCustodian} {
		u := storage.User{ID: "x", Roles: []storage.Role{role}}
		_, err := w.service.Freeze(t.Context(), tenant, u, plan())
		for _, err := range []error{err, w.service.Draw(t.Context(), tenant, u, "VER-2026-001", "1"), w.service.Void(t.Context(), tenant, u, "VER-2026-001", "porque sí, nada más")} {
			if errs.CodeOf(err) != errs.Forbidden {
				t.Errorf("%s: %v", role, err)
			}
		}
	}
	if _, err := w.service.Look(t.Context(), tenant, "VER-2026-001"); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("%v", err)
	}
	w.at("2026-05-31 23:59")
	if n, early, err := w.service.Universe(t.Context(), tenant, "modificacion", 2026); n != 5 || !early || err != nil {
		t.Errorf("%d %v %v", n, early, err)
	}
	if d, err := w.service.Freeze(t.Context(), tenant, w.head, plan()); err != nil || !d.Early {
		t.Errorf("%+v, %v", d, err)
	}
}
