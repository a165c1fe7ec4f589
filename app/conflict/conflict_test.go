package conflict

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"declara/app/errs"
	"declara/forms"
	"declara/forms/sample"
	"declara/storage"
	"declara/storage/bolt"
)

const tenant = "1"

// world is a municipality with declarations filed, and a clock that the test sets.
type world struct {
	testing.TB
	db      *storage.DB
	service *Service
	now     time.Time
	head    storage.User
}

func newWorld(t testing.TB) *world {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{TB: t, db: storage.Open(store, storage.NewKeys()), now: time.Date(2026, 6, 2, 18, 0, 0, 0, time.UTC),
		head: storage.User{ID: "u1", Login: "eva", Name: "Eva Solís", Roles: []storage.Role{storage.RoleComptroller}}}
	w.service = New(w.db, func() time.Time { return w.now }, slog.New(slog.DiscardHandler), "here")
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
	return w
}

func (w *world) update(fn func(*storage.Txn) error) {
	w.Helper()
	if err := w.db.Update(context.Background(), tenant, fn); err != nil {
		w.Fatal(err)
	}
}

func versionOf(r Row) string { return r.Version() }

func (w *world) view(fn func(*storage.Txn) error) {
	w.Helper()
	if err := w.db.View(context.Background(), tenant, fn); err != nil {
		w.Fatal(err)
	}
}

// hire puts an invented official on the roster.
func (w *world) hire(seed int64, unit string) storage.Person {
	p := sample.Official(seed)
	out := storage.Person{ID: fmt.Sprintf("p%03d", seed), Given: p.Given, First: p.First, Second: p.Second, RFC: p.RFC, CURP: p.CURP, Unit: unit, Post: p.Post, Level: forms.Full, Entry: "2020-01-16"}
	w.update(func(tx *storage.Txn) error { return tx.PutPerson(out) })
	return out
}

// company answers section I-1 with one company of the declarant.
func company(name, rfc string) func(forms.Answers) {
	return func(a forms.Answers) {
		const at = "participacion"
		for p := range a {
			if p.Under(at) {
				delete(a, p)
			}
		}
		set := func(field string, v ...string) {
			a.Set(forms.Path(at+".participacion.x1").Join(strings.Split(field, ".")...), v...)
		}
		a.Set(at+".ninguno", forms.No)
		a.Set(at+".participacion", "x1")
		set("tipoRelacion", "DECLARANTE")
		set("nombreEmpresaSociedadAsociacion", name)
		set("rfc", rfc)
		set("porcentajeParticipacion", "40")
		set("tipoParticipacion", "SCIO")
		set("recibeRemuneracion", forms.Yes)
		set("montoMensual", "5000")
		set("ubicacion.pais", "MX")
		set("ubicacion.entidadFederativa", "20")
		set("sector", "CONS")
	}
}

// file files a declaration of an official, changed by edit.
func (w *world) file(p storage.Person, seed int64, year int, edit ...func(forms.Answers)) storage.Filing {
	w.Helper()
	f := forms.Lookup(forms.Modificacion, p.Level)
	o := sample.Official(seed)
	o.Given, o.First, o.Second, o.RFC, o.CURP = p.Given, p.First, p.Second, p.RFC, p.CURP
	d, err := sample.Draft(f, seed, sample.Options{Person: o, Year: year, Today: fmt.Sprint(year, "-05-20"), Wealth: 0.3})
	if err != nil {
		w.Fatal(err)
	}
	for _, e := range edit {
		e(d.Answers)
	}
	forms.Derive(f, d)
	doc, err := forms.Compile(f, d)
	if err != nil {
		w.Fatalf("%v: %+v", err, forms.Ready(f, d))
	}
	w.now = w.now.Add(time.Minute)
	id := storage.NewID(w.now)
	out := storage.Filing{ID: id, Person: p.ID, Type: forms.Modificacion, Level: p.Level, Year: year, Filed: time.Date(year, 5, 20, 18, 0, 0, 0, time.UTC),
		Zone: "America/Mexico_City", Sent: id, Method: "password"}
	full := forms.Result(id, forms.Metadata{Actualizacion: out.Filed, Institucion: "x", Tipo: forms.Modificacion, DeclaracionCompleta: true}, doc)
	w.update(func(tx *storage.Txn) error {
		again := out
		err := tx.File(&again, full, []byte(`{}`), "")
		out = again
		return err
	})
	return out
}

const listHead = "RFC,Proveedor,Representantes legales,Socios,Número de contrato,Objeto del contrato,Monto,Fecha de inicio,Fecha de fin,Área contratante,Servidores públicos responsables\n"

// bring brings a list of suppliers in.
func (w *world) bring(rows string, whole bool) string {
	w.Helper()
	id, err := w.service.Stage(context.Background(), tenant, w.head, []byte(listHead+rows), whole)
	if err != nil {
		w.Fatal(err)
	}
	l, err := w.service.Listed(context.Background(), tenant, w.head, id)
	if err != nil {
		w.Fatal(err)
	}
	if _, err := w.service.Apply(context.Background(), tenant, w.head, id, l.Version); err != nil {
		w.Fatal(err, l)
	}
	return id
}

func (w *world) compare(want int) {
	w.Helper()
	w.now = w.now.Add(time.Minute)
	ran, err := w.service.Compare(context.Background(), tenant, false)
	if err != nil || ran.Compared != want {
		w.Errorf("compared %d, not %d: %v", ran.Compared, want, err)
	}
}

// rows are the coincidences as they are listed: "name: supplier how state".
func (w *world) rows(a Ask) (all []string) {
	w.Helper()
	rows, _, err := w.service.List(context.Background(), tenant, w.head, a)
	if err != nil {
		w.Fatal(err)
	}
	for _, r := range rows {
		all = append(all, fmt.Sprintf("%s: %s %s %s", r.Who.ID, r.Sells.Name, r.How(), r.State))
	}
	return all
}

func (w *world) only() Row {
	w.Helper()
	rows, _, err := w.service.List(context.Background(), tenant, w.head, Ask{})
	if err != nil || len(rows) != 1 {
		w.Fatalf("%d rows, %v", len(rows), err)
	}
	return rows[0]
}

func same(t testing.TB, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

const sureste = "COS980312AB1,Constructora del Sureste SA de CV,,,OP-1,Bacheo,100000,2026-02-01,2026-12-31,Obras Públicas,\n"

// TestSourcesExist holds the places in which parties are looked for to the table of
// fields: a name that is written wrong finds nothing and says nothing.
func TestSourcesExist(t *testing.T) {
	for _, s := range sources {
		found := false
		for _, typ := range forms.AllTypes {
			f := forms.Lookup(typ, forms.Full)
			if f.Section(s.section) == nil {
				continue
			}
			found = true
			at := forms.Path(s.section)
			if s.list != "" {
				at = at.Join(strings.Split(s.list, ".")...).Join("i1")
			}
			for _, p := range s.parts {
				for _, name := range append(strings.Fields(p.name), p.rfc, p.curp, s.since) {
					if name == "" {
						continue
					}
					if _, ok := f.Field(at.Join(strings.Split(name, ".")...)); !ok {
						t.Errorf("%s %s has no %s", typ, s.section, name)
					}
				}
			}
		}
		if !found {
			t.Errorf("no section %s", s.section)
		}
	}
}

// TestEverySource: what an official declares in each of the places is found, by what
// she wrote there.
func TestEverySource(t *testing.T) {
	seen := map[string]bool{}
	for seed := int64(1); seed < 40 && len(seen) < len(Kinds)-1; seed++ {
		o := sample.Official(seed)
		for _, typ := range forms.AllTypes {
			f := forms.Lookup(typ, forms.Full)
			d, err := sample.Draft(f, seed, sample.Options{Person: o, Year: 2026, Event: "2026-03-01", Today: "2026-05-20", Wealth: 1})
			if err != nil {
				t.Fatal(err)
			}
			doc, err := forms.Compile(f, d)
			if err != nil {
				t.Fatal(err)
			}
			a, err := forms.Parse(f, doc.JSON)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range declaredIn(f, a) {
				seen[x.kind] = true
				at := storage.Coincidence{Kind: x.kind, Path: string(x.path)}
				if facts(f, a, at) == "" {
					t.Errorf("%s has no facts", x.path)
				}
				for _, l := range forms.Lines(f, a, x.path.Section()) {
					for _, secret := range []string{"calle", "salario", "saldo", "numeroCuenta", "numeroSerie", "fechaNacimiento"} {
						if Needed(at, l) && strings.Contains(string(l.Path), secret) {
							t.Errorf("%s is evidence", l.Path)
						}
					}
				}
			}
		}
	}
	for _, k := range Kinds {
		if k != Herself && !seen[k] {
			t.Errorf("nobody declared %s", k)
		}
	}
}

// TestStory: a supplier in whom an official has a share is found, decided about, stays
// decided while both sides say the same, and is open again when either changes.
func TestStory(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	ana, luz := w.hire(1, "Dirección de Obras Públicas"), w.hire(2, "Catastro")
	first := w.file(ana, 1, 2025, company("Constructora del Sureste", ""))
	w.file(luz, 2, 2025, company("Panadería Los Volcanes", ""))
	w.bring(sureste+",Ferretería El Clavo Dorado,,,F-1,Clavos,5,2026-01-01,2026-02-01,Catastro,\n", false)
	w.compare(2)
	same(t, w.rows(Ask{}), "p001: Constructora del Sureste SA de CV nombre nueva")
	w.compare(0) // nothing moved
	r := w.only()
	if !r.Same || r.Running != 1 || !r.Overlaps || len(r.Points) != 1 || r.Points[0].Kind != Company || r.Points[0].Filing != first.ID {
		t.Errorf("%+v", r)
	}
	raw, err := json.Marshal(r.Conflict)
	if err != nil || strings.Contains(string(raw), "Sureste") || strings.Contains(strings.ToUpper(string(raw)), "SURESTE") {
		t.Errorf("the record tells what was declared: %s", raw)
	}

	// Decided, with a reason, on what was seen.
	for _, c := range []struct {
		outcome, reason, print string
		want                   *errs.Error
	}{{"x", "una razón bastante larga", r.Print, ErrOutcome}, {NoConflict, "corta", r.Print, ErrReason}, {NoConflict, "una razón bastante larga", "otra", errMoved}} {
		if err := w.service.Decide(ctx, tenant, w.head, r.ID, c.outcome, c.reason, c.print); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	decide := func(outcome string) {
		t.Helper()
		if err := w.service.Decide(ctx, tenant, w.head, r.ID, outcome, "MARCARAZON vendió su parte en 2024", versionOf(w.only())); err != nil {
			t.Fatal(err)
		}
	}
	decide(NoConflict)
	decide(NoConflict) // pressed twice
	if r = w.only(); r.State != NoConflict || len(r.Decisions) != 1 || r.Decisions[0].Name != "Eva Solís" {
		t.Errorf("%+v", r.Conflict)
	}

	// The next declaration says the same, with another amount: it stands.
	next := w.file(ana, 7, 2026, company("CONSTRUCTORA DEL SURESTE", ""), func(a forms.Answers) {
		a.Set("participacion.participacion.x1.nombreEmpresaSociedadAsociacion", "Constructora del Sureste")
		a.Set("participacion.participacion.x1.montoMensual", "9000")
	})
	w.compare(1)
	if r = w.only(); r.State != NoConflict || r.Points[0].Filing != next.ID {
		t.Errorf("%+v", r.Conflict)
	}
	// A note on the section opens it; deciding closes it.
	w.now = w.now.Add(time.Minute)
	note := func(id, section string) {
		w.update(func(tx *storage.Txn) error {
			return tx.PutNote(&storage.Note{ID: id, Filing: next.ID, Section: section, Text: "MARCANOTA", Filed: w.now})
		})
	}
	note("n1", "vehiculos")
	w.compare(1)
	same(t, w.rows(Ask{}), "p001: Constructora del Sureste SA de CV nombre sin")
	note("n2", "participacion")
	w.compare(1)
	same(t, w.rows(Ask{}), "p001: Constructora del Sureste SA de CV nombre cambio")
	decide(Excuse)
	// A new contract opens it; so does its end, and taking the list back restores it.
	id := w.bring("COS980312AB1,Constructora del Sureste SA de CV,,,OP-2,Puente,7,2026-03-01,,Obras,\n", false)
	w.compare(2)
	same(t, w.rows(Ask{State: Open}), "p001: Constructora del Sureste SA de CV nombre cambio")
	if err := w.service.Undo(ctx, tenant, w.head, id); err != nil {
		t.Fatal(err)
	}
	w.compare(2)
	same(t, w.rows(Ask{}), "p001: Constructora del Sureste SA de CV nombre excusa")
	if _, err := w.service.Letter(ctx, tenant, w.head, r.ID); err != nil {
		t.Error(err)
	}
	// Nothing in common any more: what was decided stays in sight.
	w.bring(",Ferretería El Clavo Dorado,,,F-1,Clavos,5,2026-01-01,2026-02-01,Catastro,\n", true)
	w.compare(2)
	if r = w.only(); r.State != Over || len(r.Decisions) != 2 {
		t.Errorf("%+v", r.Conflict)
	}
	if _, err := w.service.Letter(ctx, tenant, w.head, r.ID); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("a letter about nothing: %v", err)
	}
	w.view(func(tx *storage.Txn) error {
		return tx.AuditEntries(func(_ storage.AuditEntry, raw []byte) error {
			for _, private := range []string{"MARCA", "Sureste", "COS98", ana.First} {
				if strings.Contains(string(raw), private) {
					t.Errorf("the audit trail tells %q: %s", private, raw)
				}
			}
			return nil
		})
	})
}

// TestWhoSees: the office alone, and nobody what is about herself.
func TestWhoSees(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	eva := w.hire(3, "Contraloría")
	w.head.Person = eva.ID
	w.file(eva, 3, 2025, company("Constructora del Sureste", "COS980312AB1"))
	w.bring(sureste+eva.RFC+","+fullName(eva)+",,,H-1,Honorarios,5,2026-01-01,2026-02-01,Catastro,\n", false)
	w.compare(1)
	same(t, w.rows(Ask{}))
	other := storage.User{ID: "u2", Name: "Otra", Roles: []storage.Role{storage.RoleComptroller}}
	rows, units, err := w.service.List(ctx, tenant, other, Ask{})
	if err != nil || len(rows) != 2 || !slices.Equal(units, []string{"Contraloría"}) {
		t.Fatalf("%d %v %v", len(rows), units, err)
	}
	if n, _, err := w.service.Waiting(ctx, tenant, w.head); n != 0 || err != nil {
		t.Errorf("%d wait for her: %v", n, err)
	}
	if n, _, err := w.service.Waiting(ctx, tenant, other); n != 2 || err != nil {
		t.Errorf("%d wait: %v", n, err)
	}
	kinds := []string{rows[0].Points[0].Kind, rows[1].Points[0].Kind}
	slices.Sort(kinds)
	same(t, kinds, Company, Herself)
	if _, err := w.service.Look(ctx, tenant, w.head, rows[0].ID); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("she sees her own: %v", err)
	}
	if err := w.service.Decide(ctx, tenant, w.head, rows[0].ID, NoConflict, "una razón bastante larga", rows[0].Print); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("she decides her own: %v", err)
	}
	for _, role := range []storage.Role{storage.RoleAdmin, storage.RoleHR, storage.RoleInvestigator, storage.RoleDeclarant} {
		u := storage.User{ID: "u3", Roles: []storage.Role{role}}
		_, _, e1 := w.service.List(ctx, tenant, u, Ask{})
		_, e2 := w.service.Look(ctx, tenant, u, rows[0].ID)
		_, e3 := w.service.Suppliers(ctx, tenant, u)
		_, e4 := w.service.Stage(ctx, tenant, u, []byte(listHead+sureste), false)
		_, e5 := w.service.Lists(ctx, tenant, u)
		e6 := w.service.Decide(ctx, tenant, u, rows[0].ID, NoConflict, "una razón bastante larga", rows[0].Print)
		for i, err := range []error{e1, e2, e3, e4, e5, e6} {
			if errs.CodeOf(err) != errs.Forbidden {
				t.Errorf("%s, %d: %v", role, i, err)
			}
		}
	}
}

// TestWeight: undecided first, then contracts that run, then those of her own office.
func TestWeight(t *testing.T) {
	w := newWorld(t)
	ana, luz, sol := w.hire(1, "Obras Públicas"), w.hire(2, "Catastro"), w.hire(5, "Catastro")
	w.file(ana, 1, 2025, company("Constructora del Sureste", ""))
	w.file(luz, 2, 2025, company("Constructora del Sureste", ""))
	w.file(sol, 5, 2025, company("Panificadora Los Volcanes", ""))
	w.bring(sureste+",Panificadora Los Volcanes,,,P-1,Pan,5,2020-01-01,2020-02-01,Catastro,\n", false)
	w.compare(3)
	same(t, w.rows(Ask{}), "p001: Constructora del Sureste SA de CV nombre nueva", "p002: Constructora del Sureste SA de CV nombre nueva", "p005: Panificadora Los Volcanes nombre nueva")
	same(t, w.rows(Ask{Same: true}), "p001: Constructora del Sureste SA de CV nombre nueva", "p005: Panificadora Los Volcanes nombre nueva")
	same(t, w.rows(Ask{Running: true, Unit: "Catastro"}), "p002: Constructora del Sureste SA de CV nombre nueva")
	rows, _, _ := w.service.List(t.Context(), tenant, w.head, Ask{})
	if rows[2].Overlaps || !rows[0].Overlaps {
		t.Errorf("overlap: %+v", rows)
	}
	if err := w.service.Decide(t.Context(), tenant, w.head, rows[0].ID, Clarify, "una razón bastante larga", rows[0].Print); err != nil {
		t.Fatal(err)
	}
	same(t, w.rows(Ask{State: Open}), "p002: Constructora del Sureste SA de CV nombre nueva", "p005: Panificadora Los Volcanes nombre nueva")
	same(t, w.rows(Ask{})[2:], "p001: Constructora del Sureste SA de CV nombre aclaracion")
	// Somebody who answers for the contract weighs more than an office.
	w.bring("COS980312AB1,Constructora del Sureste SA de CV,,,OP-1,Bacheo,100000,2026-02-01,2026-12-31,Obras Públicas,"+luz.First+" "+luz.Second+" "+luz.Given+"\n", false)
	w.compare(3)
	if rows, _, _ := w.service.List(t.Context(), tenant, w.head, Ask{}); rows[0].Who.ID != "p002" || !rows[0].Answers {
		t.Errorf("%+v", rows[0])
	}
}

// TestLists: nothing counts until it is applied, what is wrong stops all of it, what was
// seen is what is done, and a day later it is too late to take back.
func TestLists(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id, err := w.service.Stage(ctx, tenant, w.head, []byte(listHead+sureste+"COS98,Luna,,,,,,,,,\n"), false)
	if err != nil {
		t.Fatal(err)
	}
	l, err := w.service.Listed(ctx, tenant, w.head, id)
	if err != nil || len(l.Batch.Problems) != 1 || len(l.Lines) != 0 {
		t.Errorf("%+v %v", l, err)
	}
	if _, err := w.service.Apply(ctx, tenant, w.head, id, l.Version); !errors.Is(err, errWrong) {
		t.Errorf("applied: %v", err)
	}
	if err := w.service.Forget(ctx, tenant, w.head, id); err != nil {
		t.Fatal(err)
	}
	if _, err := w.service.Listed(ctx, tenant, w.head, id); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("forgotten: %v", err)
	}

	id, err = w.service.Stage(ctx, tenant, w.head, []byte(listHead+sureste), false)
	if err != nil {
		t.Fatal(err)
	}
	l, _ = w.service.Listed(ctx, tenant, w.head, id)
	meanwhile := w.bring(",Constructora del Sureste,,,OP-9,Otra,1,,,,\n", false) // known by name alone
	if _, err := w.service.Apply(ctx, tenant, w.head, id, l.Version); !errors.Is(err, errListed) {
		t.Errorf("another difference was applied: %v", err)
	}
	l, _ = w.service.Listed(ctx, tenant, w.head, id)
	if len(l.Lines) != 1 || l.Lines[0].Fate != FateChanged || fmt.Sprint(l.Lines[0].Changes) != "[{conflict.change.rfc [COS980312AB1]} {conflict.change.name [Constructora del Sureste Constructora del Sureste SA de CV]} {conflict.change.contracts [1]}]" {
		t.Errorf("%+v", l.Lines)
	}
	if n, err := w.service.Apply(ctx, tenant, w.head, id, l.Version); n != 1 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	all, err := w.service.Suppliers(ctx, tenant, w.head)
	if err != nil || len(all) != 1 || len(all[0].Contracts) != 2 || all[0].RFC != "COS980312AB1" {
		t.Errorf("%+v %v", all, err)
	}
	// The earlier list cannot take back what a later one changed; the later one can.
	if l, err := w.service.Listed(ctx, tenant, w.head, meanwhile); err != nil || l.Kept != 1 {
		t.Errorf("%+v %v", l, err)
	}
	if err := w.service.Undo(ctx, tenant, w.head, id); err != nil {
		t.Fatal(err)
	}
	if all, _ := w.service.Suppliers(ctx, tenant, w.head); len(all) != 1 || all[0].RFC != "" || len(all[0].Contracts) != 1 {
		t.Errorf("%+v", all)
	}
	if err := w.service.Undo(ctx, tenant, w.head, id); !errors.Is(err, errOver) {
		t.Errorf("twice: %v", err)
	}
	again, err := w.service.Stage(ctx, tenant, w.head, []byte(listHead+",Constructora del Sureste,,,OP-9,Otra,1,,,,\n"), false)
	if err != nil {
		t.Fatal(err)
	}
	l, _ = w.service.Listed(ctx, tenant, w.head, again)
	if _, err := w.service.Apply(ctx, tenant, w.head, again, l.Version); !errors.Is(err, errNothing) {
		t.Errorf("nothing was applied: %v", err)
	}
	if lists, err := w.service.Lists(ctx, tenant, w.head); err != nil || len(lists) != 3 {
		t.Errorf("%d lists, %v", len(lists), err)
	}
	w.now = w.now.Add(25 * time.Hour)
	if err := w.service.Undo(ctx, tenant, w.head, meanwhile); !errors.Is(err, errOver) {
		t.Errorf("a day later: %v", err)
	}
	if err := w.service.Sweep(ctx, tenant); err != nil {
		t.Error(err)
	}
	w.view(func(tx *storage.Txn) error {
		return tx.SupplierLists(func(i storage.Import) error { t.Errorf("%s is still there", i.ID); return nil })
	})
}

// TestNoSuppliers: a body that brought none has nobody looked through, and whoever
// declared before the first of them came is compared then.
func TestNoSuppliers(t *testing.T) {
	w := newWorld(t)
	w.file(w.hire(1, "Obras"), 1, 2025, company("Constructora del Sureste", ""))
	w.compare(0)
	w.bring(sureste, false)
	w.compare(1)
	w.compare(0)
}

// TestLease: two processes do not compare at once, and what one began the other goes
// on with.
func TestLease(t *testing.T) {
	w := newWorld(t)
	ana := w.hire(1, "Obras")
	w.file(ana, 1, 2025, company("Constructora del Sureste", ""))
	w.bring(sureste, false)
	there := New(w.db, func() time.Time { return w.now }, slog.New(slog.DiscardHandler), "there")
	if held, err := there.lease(t.Context(), tenant, leaseFor); !held || err != nil {
		t.Fatal(held, err)
	}
	if _, err := w.service.Compare(t.Context(), tenant, true); !errors.Is(err, ErrBusy) {
		t.Errorf("two at once: %v", err)
	}
	w.now = w.now.Add(leaseFor + time.Second)
	w.compare(1)
	same(t, w.rows(Ask{}), "p001: Constructora del Sureste SA de CV nombre nueva")
	if ran, err := there.Compare(t.Context(), tenant, true); err != nil || ran.Compared != 1 || ran.Found != 1 {
		t.Errorf("%+v %v", ran, err)
	}
}

// TestOverlaps and what runs, by the days of a contract.
func TestOverlaps(t *testing.T) {
	filed := time.Date(2025, 5, 20, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		from, to, since string
		ended, want     bool
	}{
		{"2024-01-01", "2024-12-31", "2024-06-01", false, true}, {"2024-01-01", "2024-03-31", "2024-06-01", false, false},
		{"2026-01-01", "2026-03-31", "2024-06-01", false, true}, {"2026-01-01", "2026-03-31", "2024-06-01", true, false},
		{"2024-01-01", "2024-03-31", "", false, false}, {"2024-01-01", "2024-05-31", "", false, true}, {"", "", "2024-06-01", false, false},
	} {
		if got := Overlaps(storage.Contract{From: c.from, To: c.to}, c.since, filed, c.ended); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
	for _, c := range []struct {
		from, to string
		want     bool
	}{{"2026-01-01", "2026-12-31", true}, {"2026-07-01", "2026-12-31", false}, {"2026-01-01", "", true}, {"", "", false}, {"", "2026-01-01", false}} {
		if got := Running(storage.Contract{From: c.from, To: c.to}, "2026-06-02"); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
