package declare

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"declara/app/errs"
	"declara/forms"
	"declara/forms/sample"
	"declara/storage"
)

// office makes three officials of the office, and one of them declares.
func (w *world) office(eva Who) (received, typed, compared, self storage.User) {
	roles := []storage.Role{storage.RoleComptroller}
	self = storage.User{ID: "u4", Name: "Eva", Roles: append(roles, storage.RoleDeclarant), Person: eva.Person}
	return storage.User{ID: "u1", Name: "Rosa", Roles: roles}, storage.User{ID: "u2", Name: "Inés", Roles: roles},
		storage.User{ID: "u3", Name: "Saúl", Roles: roles}, self
}

// scans takes whatever begins as a PDF.
func scans(_ context.Context, b []byte) ([]byte, string, error) {
	if !strings.HasPrefix(string(b), "%PDF") {
		return nil, "", errs.New(errs.Invalid, "onpaper.error.kind")
	}
	return b, "pdf", nil
}

// paperWorld has an official without a computer, who owes a modificación.
func paperWorld(t *testing.T) (*world, Who, Who, sample.Person) {
	w := newWorld(t, "2027-05-20")
	w.clean = scans
	w.institution(func(i *storage.Institution) { i.SetUp = w.now.AddDate(0, -3, 0) })
	ana, p := w.hire(1, forms.Simplified, "2020-03-01", "")
	eva, _ := w.hire(2, forms.Simplified, "2020-03-01", "")
	return w, ana, eva, p
}

const may = "modificacion-2027"

// TestPaper is a paper from the desk to its filing: it counts from the day on which it
// was received, although it is filed after its last day; nobody compares what she typed;
// who typed and who compared is told to the declarant; and nothing of hers that was
// declared before reaches who types.
func TestPaper(t *testing.T) {
	w, ana, eva, p := paperWorld(t)
	rosa, ines, saul, self := w.office(eva)
	before := w.begin(eva, Modificacion)
	in := Incoming{Duty: may, Day: "20/05/2027", File: []byte("%PDF papel")}
	got, err := w.Receive(w.ctx, ana, rosa, in)
	if err != nil || got.Folio != "VE-P-2027-0001" || got.Received != "2027-05-20" || got.Scan.Hash != storage.Digest(in.File) {
		t.Fatalf("%+v %v", got, err)
	}
	if again, err := w.Receive(w.ctx, ana, rosa, in); err != nil || again.ID != got.ID {
		t.Errorf("the same paper again: %+v %v", again, err)
	}
	roll, err := w.Roll(w.ctx, tenant)
	if err != nil || !slices.ContainsFunc(roll.Lines, func(l *Line) bool { return l.Person == ana.Person && l.State == Capture }) {
		t.Errorf("the list does not tell that it is there: %v", err)
	}

	w.set("2027-06-10 09:00:00")
	draft, err := w.Take(w.ctx, ana, ines, got.ID)
	if err != nil {
		t.Fatal(err)
	}
	ana2, _, ok, err := w.Typing(w.ctx, tenant, ines, draft)
	if !ok || err != nil || ana2.Person != ana.Person {
		t.Fatalf("%+v %v %v", ana2, ok, err)
	}
	for name, by := range map[string]storage.User{"received": rosa, "somebody": saul} {
		if _, _, ok, _ := w.Typing(w.ctx, tenant, by, draft); ok {
			t.Errorf("%s may type", name)
		}
	}
	for _, who := range []Who{ana, eva, {Tenant: tenant, Person: ana.Person, By: saul.ID}} {
		if _, err := w.Draft(w.ctx, who, draft); errs.CodeOf(err) != errs.NotFound {
			t.Errorf("%+v reads what is typed: %v", who, err)
		}
	}
	if _, err := w.Draft(w.ctx, Who{Tenant: tenant, Person: eva.Person, By: ines.ID}, before); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("the office reads a draft of hers: %v", err)
	}
	if m, err := w.Mine(w.ctx, ana); err != nil || len(m.Drafts) > 0 || m.Duties[0].Draft != "" || m.Duties[0].Paper != "2027-05-20" {
		t.Errorf("%+v %v", m.Duties, err)
	}
	if err := w.Done(w.ctx, ana, ines, got.ID); !errors.Is(err, ErrNotReady) {
		t.Errorf("an empty one is ready: %v", err)
	}
	w.fill(ana2, draft, p, 5)
	now := w.work(ana2, draft)
	if _, err := w.File(w.ctx, ana2, draft, Seal{Stamp: now.Stamp(), Verify: right}); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("who types signs: %v", err)
	}
	if err := w.Done(w.ctx, ana, saul, got.ID); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("somebody else says that it is typed: %v", err)
	}
	if err := w.Done(w.ctx, ana, ines, got.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Draft(w.ctx, ana2, draft); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("it can be changed while it is compared: %v", err)
	}
	if _, err := w.Compare(w.ctx, ana, ines, got.ID); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("she compares what she typed: %v", err)
	}
	if err := w.Return(w.ctx, ana, saul, got.ID, "El sueldo del papel es otro"); err != nil {
		t.Fatal(err)
	}
	if err := w.Done(w.ctx, ana, ines, got.ID); err != nil {
		t.Fatal(err)
	}
	c, err := w.Compare(w.ctx, ana, saul, got.ID)
	if err != nil {
		t.Fatal(err)
	}
	sign := Countersign{Seal: Seal{Stamp: c.Work.Stamp(), Verify: right}, Note: "En el papel la calle es otra.", Typed: "Se capturó del papel", Against: "Se cotejó con el papel"}
	for name, by := range map[string]storage.User{"who typed": ines, "a stranger": {ID: "x", Person: eva.Person, Roles: []storage.Role{storage.RoleDeclarant}}} {
		if _, err := w.Countersign(w.ctx, ana, by, got.ID, sign); errs.CodeOf(err) != errs.Forbidden {
			t.Errorf("%s countersigned: %v", name, err)
		}
	}
	wrong := sign
	wrong.Verify = func() error { return errs.New(errs.Invalid, "x") }
	if _, err := w.Countersign(w.ctx, ana, saul, got.ID, wrong); errs.CodeOf(err) != errs.Invalid {
		t.Errorf("a wrong password: %v", err)
	}
	f, err := w.Countersign(w.ctx, ana, saul, got.ID, sign)
	if err != nil || f.Method != "paper" || f.Late || f.Received != "2027-05-20" || f.Scan != got.Scan.Hash || f.ID != draft {
		t.Fatalf("%+v %v", f, err)
	}
	if again, err := w.Countersign(w.ctx, ana, saul, got.ID, sign); err != nil || again.ID != f.ID {
		t.Errorf("%+v %v", again, err)
	}
	h, err := w.History(w.ctx, ana)
	if err != nil || len(h.Reads) != 2 || h.Reads[0].Name != "Saúl" || h.Reads[1].Name != "Inés" || h.Reads[1].File != got.Folio {
		t.Errorf("%+v %v", h.Reads, err)
	}
	r, err := w.Receipt(w.ctx, ana, f.ID)
	if err != nil || len(r.Notes) != 1 || r.Notes[0].By != "Saúl" || len(w.posts) != 1 {
		t.Errorf("%+v %v", r.Notes, err)
	}
	roll, err = w.Roll(w.ctx, tenant)
	if err != nil || !slices.ContainsFunc(roll.Lines, func(l *Line) bool { return l.Person == ana.Person && l.State == InTime && l.Filed == "2027-05-20" }) {
		t.Errorf("the list: %v", err)
	}
	if _, _, err := w.Scan(w.ctx, ana, rosa, got.ID); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("the office reads the scan after it is filed: %v", err)
	}
	if _, _, err := w.Scan(w.ctx, ana, storage.User{ID: "a", Person: ana.Person}, got.ID); err != nil {
		t.Errorf("she does not get her scan: %v", err)
	}
	if _, err := w.Receive(w.ctx, eva, self, in); errs.CodeOf(err) != errs.Forbidden {
		t.Errorf("an official receives her own paper: %v", err)
	}
	checked, err := w.db.Check(w.ctx)
	if err != nil || len(checked.Faults) > 0 {
		t.Errorf("%v %v", checked.Faults, err)
	}
}

// TestPaperByItsDeclarant: she who has an account compares it herself; what she began
// online of the same duty ends with it.
func TestPaperByItsDeclarant(t *testing.T) {
	w, ana, eva, p := paperWorld(t)
	rosa, ines, _, _ := w.office(eva)
	own := w.begin(ana, Modificacion)
	got, err := w.Receive(w.ctx, ana, rosa, Incoming{may, "2027-05-19", []byte("%PDF papel")})
	if err != nil {
		t.Fatal(err)
	}
	draft, err := w.Take(w.ctx, ana, ines, got.ID)
	if err != nil || draft == own {
		t.Fatal(draft, own, err)
	}
	w.fill(Who{Tenant: tenant, Person: ana.Person, By: ines.ID}, draft, p, 5)
	if err := w.Done(w.ctx, ana, ines, got.ID); err != nil {
		t.Fatal(err)
	}
	me := storage.User{ID: "a", Name: "Ana", Person: ana.Person, Roles: []storage.Role{storage.RoleDeclarant}}
	c, err := w.Compare(w.ctx, ana, me, got.ID)
	if err != nil || !c.Begun {
		t.Fatal(c.Begun, err)
	}
	if _, err := w.Countersign(w.ctx, ana, me, got.ID, Countersign{Seal: Seal{Stamp: c.Work.Stamp(), Verify: right}, Typed: "Se capturó"}); err != nil {
		t.Fatal(err)
	}
	m, err := w.Mine(w.ctx, ana)
	if err != nil || len(m.Drafts) > 0 || len(m.Filings) != 1 {
		t.Errorf("%d drafts, %d filings, %v", len(m.Drafts), len(m.Filings), err)
	}
	if h, err := w.History(w.ctx, ana); err != nil || len(h.Reads) != 1 {
		t.Errorf("%+v %v", h.Reads, err)
	}
}

// TestPaperFiledOnline: who files it herself after all closes the paper, and what was
// typed of it goes.
func TestPaperFiledOnline(t *testing.T) {
	w, ana, eva, p := paperWorld(t)
	rosa, ines, _, _ := w.office(eva)
	own := w.begin(ana, Modificacion)
	w.fill(ana, own, p, 5)
	got, err := w.Receive(w.ctx, ana, rosa, Incoming{may, "2027-05-19", []byte("%PDF papel")})
	if err != nil {
		t.Fatal(err)
	}
	draft, err := w.Take(w.ctx, ana, ines, got.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.file(ana, own)
	if _, _, ok, _ := w.Typing(w.ctx, tenant, ines, draft); ok {
		t.Error("it is still being typed")
	}
	r, err := w.Paper(w.ctx, ana, got.ID)
	if err != nil || r.Stage() != "cerrada" {
		t.Errorf("%s %v", r.Stage(), err)
	}
}

// TestPaperRefused: all that is wrong with a paper is told at once.
func TestPaperRefused(t *testing.T) {
	w, ana, eva, _ := paperWorld(t)
	rosa, _, _, _ := w.office(eva)
	for name, c := range map[string]struct {
		in   Incoming
		want []error
	}{
		"nothing":           {Incoming{}, []error{ErrPaperDay, ErrPaperScan, ErrPaperDuty}},
		"tomorrow":          {Incoming{may, "2027-05-21", []byte("%PDF")}, []error{ErrPaperDay}},
		"before it is owed": {Incoming{may, "2027-04-30", []byte("%PDF")}, []error{ErrPaperDay}},
		"no day":            {Incoming{may, "31/02/2027", []byte("%PDF")}, []error{ErrPaperDay}},
		"a program":         {Incoming{may, "2027-05-20", []byte("MZ")}, nil},
		"another duty":      {Incoming{"inicial-2027-01-01", "2027-05-20", []byte("%PDF")}, []error{ErrPaperDuty}},
	} {
		_, err := w.Receive(w.ctx, ana, rosa, c.in)
		if err == nil {
			t.Errorf("%s was received", name)
		}
		for _, want := range c.want {
			if !errors.Is(err, want) {
				t.Errorf("%s: %v does not tell %v", name, err, want)
			}
		}
	}
	if _, err := w.Receive(w.ctx, ana, rosa, Incoming{may, "2027-05-20", []byte("%PDF uno")}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Receive(w.ctx, ana, rosa, Incoming{may, "2027-05-20", []byte("%PDF dos")}); !errors.Is(err, ErrPaperTaken) {
		t.Errorf("a second paper of one duty: %v", err)
	}
	if err := w.Close(w.ctx, ana, rosa, "nadie", "porque no existe"); errs.CodeOf(err) != errs.NotFound {
		t.Error(err)
	}
}

// TestPaperOperations: what became of each item is as the paper says, since who types
// does not see what was declared before, and is AGREGAR where it says nothing. Nobody
// else says it: in a draft of her own it is worked out.
func TestPaperOperations(t *testing.T) {
	w, ana, eva, p := paperWorld(t)
	rosa, ines, saul, _ := w.office(eva)
	got, err := w.Receive(w.ctx, ana, rosa, Incoming{Duty: may, Day: "20/05/2027", File: []byte("%PDF papel")})
	if err != nil {
		t.Fatal(err)
	}
	draft, err := w.Take(w.ctx, ana, ines, got.ID)
	if err != nil {
		t.Fatal(err)
	}
	who, _, _, err := w.Typing(w.ctx, tenant, ines, draft)
	if err != nil {
		t.Fatal(err)
	}
	w.fill(who, draft, p, 5)
	const studies = forms.Path("datosCurricularesDeclarante.escolaridad")
	at := func() (all []forms.Path) {
		for _, id := range w.work(who, draft).Kept.Draft.Answers.Items(studies) {
			all = append(all, studies.Join(id))
		}
		return all
	}
	items := at()
	if len(items) < 2 {
		t.Fatalf("%d studies: the test sees nothing", len(items))
	}
	say := func(who Who, draft string, item forms.Path, op string) forms.Draft {
		t.Helper()
		now := w.work(who, draft)
		saved, err := w.Save(w.ctx, who, draft, Edit{Section: item.Section(), Item: item, Version: now.Kept.Versions[item.Section()],
			Now: forms.Answers{item.Join("tipoOperacion"): {op}}}, true)
		if err != nil {
			t.Fatal(err)
		}
		return saved.Work.Kept.Draft
	}
	for _, c := range []struct{ op, want string }{{"MODIFICAR", "MODIFICAR"}, {"OTRA", "MODIFICAR"}, {"", "MODIFICAR"}, {"BAJA", "BAJA"}, {"SIN_CAMBIOS", "SIN_CAMBIOS"}, {"BAJA", "BAJA"}} {
		d := say(who, draft, items[0], c.op)
		if op := d.Answers.Get(items[0].Join("tipoOperacion")); op != c.want || d.Baja[items[0]] != (c.want == "BAJA") {
			t.Errorf("%q: %q %v", c.op, op, d.Baja)
		}
	}
	if d := w.work(who, draft).Kept.Draft; d.Answers.Get(items[1].Join("tipoOperacion")) != "AGREGAR" || len(d.Before) > 0 {
		t.Errorf("an item of which nothing was said: %v", d.Said)
	}
	if err := w.Done(w.ctx, ana, ines, got.ID); err != nil {
		t.Fatal(err)
	}
	c, err := w.Compare(w.ctx, ana, saul, got.ID)
	if err != nil {
		t.Fatal(err)
	}
	f, err := w.Countersign(w.ctx, ana, saul, got.ID, Countersign{Seal: Seal{Stamp: c.Work.Stamp(), Verify: right}, Typed: "a", Against: "b"})
	if err != nil {
		t.Fatal(err)
	}
	full := string(w.paper(f.ID))
	if !strings.Contains(full, `"tipoOperacion":"BAJA"`) || !strings.Contains(full, `"tipoOperacion":"AGREGAR"`) {
		t.Errorf("%s", full)
	}

	own := w.begin(eva, Modificacion)
	w.fill(eva, own, p, 6)
	mine := studies.Join(w.work(eva, own).Kept.Draft.Answers.Items(studies)[0])
	if d := say(eva, own, mine, "BAJA"); d.Answers.Get(mine.Join("tipoOperacion")) != "AGREGAR" || len(d.Said) > 0 || len(d.Baja) > 0 {
		t.Errorf("she says it of her own: %v %v", d.Said, d.Baja)
	}
}
