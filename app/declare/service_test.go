package declare

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// occasions are the six declarations, each with the day on which it is filled in
// and the dates of the roster that make it due.
var occasions = []struct {
	kind             Kind
	today, in, leave string
}{
	{Inicial, "2026-04-01", "2026-03-03", ""},
	{Modificacion, "2026-05-14", "2020-01-16", ""},
	{Conclusion, "2026-09-02", "2020-01-16", "2026-08-15"},
}

// TestWholeLife files each of the six declarations as pages do, and looks at all
// that a filing leaves behind.
func TestWholeLife(t *testing.T) {
	for _, o := range occasions {
		for _, level := range forms.AllLevels {
			t.Run(string(o.kind)+"-"+level.Slug(), func(t *testing.T) {
				w := newWorld(t, o.today)
				who, p := w.hire(7, level, o.in, o.leave)
				id := w.begin(who, o.kind)
				w.fill(who, id, p, 11)
				before := w.work(who, id)
				wantPublic, err := before.public()
				if err != nil {
					t.Fatal(err)
				}
				f := w.file(who, id)

				if f.ID != id || f.Type != o.kind.Type() || f.Level != level || f.Late || f.Folio == "" || f.Hash == "" {
					t.Errorf("filing: %+v", f)
				}
				if _, err := w.Draft(w.ctx, who, id); !errors.Is(err, ErrFiled) {
					t.Errorf("the draft is still there: %v", err)
				}
				got, full, public, ok, err := w.Documents(w.ctx, who, id)
				if err != nil || !ok || got != f {
					t.Fatalf("documents: %v %v %+v", err, ok, got)
				}
				if string(public.JSON) != string(wantPublic.JSON) {
					t.Error("the preview was not what is published")
				}
				if strings.Contains(string(public.JSON), p.CURP) || !strings.Contains(string(full.JSON), p.CURP) {
					t.Error("the CURP is in the wrong document")
				}
				r, err := w.Receipt(w.ctx, who, id)
				if err != nil || r.Mail == nil || r.Mail.ID != id || r.Zone.String() != "America/Mexico_City" {
					t.Errorf("receipt: %v %+v", err, r.Mail)
				}
				if len(w.posts) == 0 || w.posts[0].To == "" || w.posts[0].Filing.Folio != f.Folio {
					t.Errorf("letters: %+v", w.posts)
				}
				m, err := w.Mine(w.ctx, who)
				if err != nil || len(m.Drafts) != 0 || len(m.Filings) != 1 {
					t.Errorf("mine: %v %d drafts %d filings", err, len(m.Drafts), len(m.Filings))
				}
				for _, d := range m.Duties {
					if d.Kind == o.kind && d.Filing == id && d.Standing != Filed {
						t.Errorf("%s is %v", d.Key, d.Standing)
					}
				}
			})
		}
	}
}

// TestNobodyElse asks for the draft and the filing of a person as another one, in
// every way there is: all of them say "not found", as for an id that nobody has.
func TestNobodyElse(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	ana, p := w.hire(1, forms.Full, "2020-01-16", "")
	eva, _ := w.hire(2, forms.Full, "2020-01-16", "")
	draft := w.begin(ana, Modificacion)
	w.fill(ana, draft, p, 3)
	item := forms.Path("vehiculos.vehiculo.i1")
	for _, id := range []string{draft, "01JZZZZZZZZZZZZZZZZZZZZZZZ", "", "../1", strings.Repeat("x", 300)} {
		w.refuses(eva, id, item, errs.NotFound)
	}
	stamp := w.work(ana, draft)
	w.file(ana, draft)
	w.refuses(eva, draft, item, errs.NotFound)
	if _, err := w.File(w.ctx, eva, draft, Seal{Stamp: stamp.Stamp(), Verify: right}); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("somebody else's filing was given by File: %v", err)
	}
	w.refuses(Who{Tenant: tenant, Person: "nobody"}, draft, item, errs.NotFound)
}

// refuses tries every call with an id and wants the same code from each.
func (w *world) refuses(who Who, id string, item forms.Path, want errs.Code) {
	w.Helper()
	calls := map[string]func() error{
		"Draft":     func() error { _, err := w.Draft(w.ctx, who, id); return err },
		"Save":      func() error { _, err := w.Save(w.ctx, who, id, Edit{Section: "vehiculos"}, true); return err },
		"AddItem":   func() error { return w.AddItem(w.ctx, who, id, "vehiculos", item) },
		"Remove":    func() error { return w.Remove(w.ctx, who, id, item, "", "") },
		"Restore":   func() error { return w.Restore(w.ctx, who, id, item) },
		"Confirm":   func() error { return w.Confirm(w.ctx, who, id, "vehiculos", item) },
		"All":       func() error { return w.ConfirmAll(w.ctx, who, id, "vehiculos") },
		"Vouch":     func() error { _, err := w.Vouch(w.ctx, who, id, "vehiculos"); return err },
		"SayNone":   func() error { return w.SayNone(w.ctx, who, id, "vehiculos") },
		"Propose":   func() error { return w.Propose(w.ctx, who, id, map[string]bool{"vehiculos": false}) },
		"Interests": func() error { return w.AnswerInterests(w.ctx, who, id, map[string]bool{"apoyos": true}) },
		"Accept":    func() error { return w.Accept(w.ctx, who, id, "x") },
		"Review":    func() error { _, err := w.Review(w.ctx, who, id); return err },
		"Preview":   func() error { _, _, err := w.Preview(w.ctx, who, id); return err },
		"File":      func() error { _, err := w.File(w.ctx, who, id, Seal{Verify: right}); return err },
		"Discard":   func() error { return w.Discard(w.ctx, who, id) },
		"Receipt":   func() error { _, err := w.Receipt(w.ctx, who, id); return err },
		"Filing":    func() error { _, err := w.Filing(w.ctx, who, id); return err },
		"Documents": func() error { _, _, _, _, err := w.Documents(w.ctx, who, id); return err },
		"AddNote":   func() error { _, err := w.AddNote(w.ctx, who, id, "", "Nota", "e1"); return err },
	}
	for name, call := range calls {
		if err := call(); errs.CodeOf(err) != want {
			w.Errorf("%s of %.30q: %v, want %s", name, id, err, want)
		}
	}
}

// TestFiledIsSealed tries to change what is filed: it is over, and says so.
func TestFiledIsSealed(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, p := w.hire(1, forms.Full, "2020-01-16", "")
	id := w.begin(who, Modificacion)
	w.fill(who, id, p, 3)
	f := w.file(who, id)
	_, full, _, _, err := w.Documents(w.ctx, who, id)
	if err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func() error{
		"Draft":   func() error { _, err := w.Draft(w.ctx, who, id); return err },
		"Save":    func() error { _, err := w.Save(w.ctx, who, id, Edit{Section: "vehiculos"}, true); return err },
		"SayNone": func() error { return w.SayNone(w.ctx, who, id, "vehiculos") },
		"Discard": func() error { return w.Discard(w.ctx, who, id) },
		"Preview": func() error { _, _, err := w.Preview(w.ctx, who, id); return err },
	} {
		if err := call(); !errors.Is(err, ErrFiled) || errs.CodeOf(err) != errs.Gone {
			t.Errorf("%s: %v", name, err)
		}
	}
	if id, err := w.Start(w.ctx, who, "modificacion-2026"); !errors.Is(err, ErrFiled) || id != f.ID {
		t.Errorf("Start again: %q %v", id, err)
	}
	_, again, _, _, err := w.Documents(w.ctx, who, id)
	if err != nil || string(again.JSON) != string(full.JSON) {
		t.Errorf("the document changed: %v", err)
	}
}

// TestThreeClicks signs at once from many tabs: there is one filing, one folio and
// one letter, and every tab gets it.
func TestThreeClicks(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, p := w.hire(1, forms.Simplified, "2020-01-16", "")
	id := w.begin(who, Modificacion)
	w.fill(who, id, p, 3)
	got := w.work(who, id)
	stamp := got.Stamp()
	var group sync.WaitGroup
	folios := make([]string, 6)
	for i := range folios {
		group.Go(func() {
			f, err := w.File(context.WithoutCancel(w.ctx), who, id, Seal{Stamp: stamp, Verify: right})
			if err != nil {
				t.Error(err)
			}
			folios[i] = f.Folio
		})
	}
	group.Wait()
	if slices.Sort(folios); folios[0] == "" || len(slices.Compact(folios)) != 1 {
		t.Errorf("folios: %v", folios)
	}
	mails := 0
	w.update(func(tx *storage.Txn) error {
		mails = 0
		return tx.Mails(func(storage.Mail) error { mails++; return nil })
	})
	if mails != 1 {
		t.Errorf("%d letters", mails)
	}
}

// TestFileRefuses: no password, something left to answer, or a draft that is no
// longer what was on the screen, and nothing is filed and nothing is lost.
func TestFileRefuses(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, p := w.hire(1, forms.Simplified, "2020-01-16", "")
	id := w.begin(who, Modificacion)
	empty := w.work(who, id)
	if _, err := w.File(w.ctx, who, id, Seal{Stamp: empty.Stamp(), Verify: right}); !errors.Is(err, ErrNotReady) {
		t.Errorf("an empty declaration: %v", err)
	}
	w.fill(who, id, p, 3)
	got := w.work(who, id)
	wrong := errors.New("wrong password")
	if _, err := w.File(w.ctx, who, id, Seal{Stamp: got.Stamp(), Verify: func() error { return wrong }}); !errors.Is(err, wrong) {
		t.Errorf("with a wrong password: %v", err)
	}
	if _, err := w.Save(w.ctx, who, id, Edit{Section: "ingresos", Version: got.Kept.Versions["ingresos"],
		Now: forms.Answers{"ingresos.remuneracionAnualCargoPublico": {"1"}}}, true); err != nil {
		t.Fatal(err)
	}
	if _, err := w.File(w.ctx, who, id, Seal{Stamp: got.Stamp(), Verify: right}); !errors.Is(err, ErrChanged) {
		t.Errorf("changed in another tab: %v", err)
	}
	w.post = func(*storage.Txn, Letter) error { return errors.New("outbox is broken") }
	now := w.work(who, id)
	if _, err := w.File(w.ctx, who, id, Seal{Stamp: now.Stamp(), Verify: right}); err == nil {
		t.Error("filed without the row of its letter")
	}
	m, err := w.Mine(w.ctx, who)
	if err != nil || len(m.Filings) != 0 || len(m.Drafts) != 1 {
		t.Errorf("after refusals: %v, %d filings, %d drafts", err, len(m.Filings), len(m.Drafts))
	}
}

// TestWrittenBefore: documents are made before the transaction that files them, are
// taken when nothing has changed since, and made anew when something has.
func TestWrittenBefore(t *testing.T) {
	for name, change := range map[string]struct {
		do    func(*world, Who)
		taken bool
	}{
		"nothing":          {func(*world, Who) {}, true},
		"some seconds":     {func(w *world, _ Who) { w.now = w.now.Add(3 * time.Second) }, true},
		"the next day":     {func(w *world, _ Who) { w.now = w.now.AddDate(0, 0, 1) }, false},
		"the institution":  {func(w *world, _ Who) { w.rename("Municipio de Otro Valle") }, false},
		"the roster":       {func(w *world, who Who) { w.move(who, "Jefa de caja") }, false},
		"somebody else's":  {func(w *world, _ Who) { w.hire(2, forms.Full, "2020-01-16", "") }, true},
		"the total's rule": {func(w *world, _ Who) { w.totals() }, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "2026-05-14")
			who, p := w.hire(1, forms.Simplified, "2020-01-16", "")
			id := w.begin(who, Modificacion)
			w.fill(who, id, p, 3)
			got := w.work(who, id)
			before, err := w.write(w.ctx, who, id, got.Stamp())
			if err != nil {
				t.Fatal(err)
			}
			change.do(w, who)
			now := w.work(who, id)
			if taken := before.of(&now); taken != change.taken {
				t.Errorf("taken: %v", taken)
			}
			f := w.file(who, id)
			_, full, public, _, err := w.Documents(w.ctx, who, id)
			if err != nil {
				t.Fatal(err)
			}
			want, err := now.public()
			if err != nil || string(public.JSON) != string(want.JSON) {
				t.Errorf("what is published is not what the draft says: %v", err)
			}
			if all, err := forms.Compile(now.Form, &now.Kept.Draft); err != nil || string(full.JSON) != string(all.JSON) {
				t.Errorf("what is filed is not what the draft says: %v", err)
			}
			if again, err := w.write(w.ctx, who, id, got.Stamp()); err != nil || again.papers != nil {
				t.Errorf("written again after the filing: %v", err)
			}
			if f.Filed != w.now.UTC().Truncate(time.Second) {
				t.Errorf("filed at %v", f.Filed)
			}
		})
	}
}

// TestFiledAsWritten: what is filed says the instant at which it was written, which was
// before the transaction.
func TestFiledAsWritten(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, p := w.hire(1, forms.Simplified, "2020-01-16", "")
	id := w.begin(who, Modificacion)
	w.fill(who, id, p, 3)
	got := w.work(who, id)
	var asked []time.Time
	w.Service.now = func() time.Time {
		w.now = w.now.Add(2 * time.Second)
		asked = append(asked, w.now)
		return w.now
	}
	f, err := w.File(w.ctx, who, id, Seal{Stamp: got.Stamp(), Verify: right})
	if err != nil {
		t.Fatal(err)
	}
	if last := asked[len(asked)-1]; !f.Filed.Equal(last.Add(-2 * time.Second)) {
		t.Errorf("filed at %v, the transaction was at %v", f.Filed, last)
	}
	if _, meta, _, err := forms.ParseResult(w.paper(id)); err != nil || !meta.Actualizacion.Equal(f.Filed) {
		t.Errorf("the document says %v, the filing %v: %v", meta.Actualizacion, f.Filed, err)
	}
}

// TestLate files one second before and one second after the last midnight.
func TestLate(t *testing.T) {
	for at, late := range map[string]bool{"2026-05-31 23:59:59": false, "2026-06-01 00:00:00": true} {
		w := newWorld(t, "2026-05-14")
		who, p := w.hire(1, forms.Simplified, "2020-01-16", "")
		id := w.begin(who, Modificacion)
		w.fill(who, id, p, 3)
		w.set(at)
		if got := w.work(who, id); got.Late() != late {
			t.Errorf("%s: the page says late = %v", at, got.Late())
		}
		f := w.file(who, id)
		if f.Late != late || f.Due != "2026-05-31" {
			t.Errorf("%s: %+v", at, f)
		}
		r, err := w.Receipt(w.ctx, who, id)
		if err != nil || r.Filing.Filed.In(r.Zone).Format("2006-01-02 15:04:05") != at {
			t.Errorf("%s: the acuse says %v %v", at, r.Filing.Filed.In(r.Zone), err)
		}
	}
}

// TestTwoTabs has two tabs over one section: what they change apart is merged, and
// what they change together is a clash with both values, whose resolution is a
// save like any other.
func TestTwoTabs(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, _ := w.hire(1, forms.Full, "2020-01-16", "")
	id := w.begin(who, Modificacion)
	const home, mobile, mail = "datosGenerales.telefono.casa", "datosGenerales.telefono.celularPersonal", "datosGenerales.correoElectronico.personal"
	base := forms.Answers{home: {"9510000001"}, mobile: {"9510000002"}, mail: {"a@b.example"}}
	save := func(version int, base, now forms.Answers) (Saved, error) {
		return w.Save(w.ctx, who, id, Edit{Section: "datosGenerales", Version: version, Base: base, Now: now}, false)
	}
	first, err := save(0, nil, base)
	if err != nil {
		t.Fatal(err)
	}
	one := forms.Answers{home: {"9510000009"}, mobile: {"9510000002"}, mail: {"uno@b.example"}}
	if _, err := save(first.Version, base, one); err != nil {
		t.Fatal(err)
	}
	two := forms.Answers{home: {"9510000001"}, mobile: {"9510000003"}, mail: {"dos@b.example"}}
	out, err := save(first.Version, base, two)
	clash, ok := AsClash(err)
	if !ok || len(clash.Fields) != 1 || clash.Fields[0].Path != mail ||
		clash.Fields[0].Saved[0] != "uno@b.example" || clash.Fields[0].Typed[0] != "dos@b.example" {
		t.Fatalf("clash: %v %+v", err, clash)
	}
	a := w.work(who, id).Kept.Draft.Answers
	if a.Get(home) != "9510000009" || a.Get(mobile) != "9510000003" || a.Get(mail) != "uno@b.example" {
		t.Errorf("merged: %v %v %v", a.Get(home), a.Get(mobile), a.Get(mail))
	}
	if clash.Version != out.Version {
		t.Errorf("the clash is of version %d, now %d", clash.Version, out.Version)
	}
	if _, err := save(clash.Version, nil, forms.Answers{mail: {"dos@b.example"}}); err != nil {
		t.Errorf("resolving: %v", err)
	}
	if got := w.work(who, id).Kept.Draft.Answers.Get(mail); got != "dos@b.example" {
		t.Errorf("resolved: %s", got)
	}
}

// TestSpelledApart: a page that shows a date and an amount in another spelling
// than the one kept clashes with nobody about them.
func TestSpelledApart(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, _ := w.hire(1, forms.Full, "2020-01-16", "")
	id := w.begin(who, Modificacion)
	const item = forms.Path("vehiculos.vehiculo.n1234567")
	day, price := item.Join("fechaAdquisicion"), item.Join("valorAdquisicion")
	save := func(version int, base, now forms.Answers) error {
		_, err := w.Save(w.ctx, who, id, Edit{Section: "vehiculos", Item: item, New: true, Version: version, Base: base, Now: now}, false)
		return err
	}
	if err := save(0, nil, forms.Answers{day: {"2019-03-12"}, price: {"100000"}}); err != nil {
		t.Fatal(err)
	}
	if err := save(1, nil, forms.Answers{item.Join("marca"): {"Nissan"}}); err != nil {
		t.Fatal(err)
	}
	shown := forms.Answers{day: {"12/03/2019"}, price: {"100,000"}}
	if err := save(1, shown, forms.Answers{day: {"13/03/2019"}, price: {"100,000"}}); err != nil {
		t.Errorf("a stale page that only changed the date: %v", err)
	}
	a := w.work(who, id).Kept.Draft.Answers
	if a.Get(day) != "13/03/2019" || a.Get(price) != "100000" || a.Get(item.Join("marca")) != "Nissan" {
		t.Errorf("after: %v %v %v", a.Get(day), a.Get(price), a.Get(item.Join("marca")))
	}
}

// TestRemovedInAnotherTab: what was typed on the page of an item that is gone is
// all in the clash, and sending it again brings the item back.
func TestRemovedInAnotherTab(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, _ := w.hire(1, forms.Full, "2020-01-16", "")
	id := w.begin(who, Modificacion)
	const item = forms.Path("vehiculos.vehiculo.n1234567")
	edit := Edit{Section: "vehiculos", Item: item, New: true, Now: forms.Answers{item.Join("marca"): {"Nissan"}, item.Join("modelo"): {"Tsuru"}}}
	saved, err := w.Save(w.ctx, who, id, edit, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Remove(w.ctx, who, id, item, "", ""); err != nil {
		t.Fatal(err)
	}
	edit.New, edit.Version = false, saved.Version
	_, err = w.Save(w.ctx, who, id, edit, true)
	clash, ok := AsClash(err)
	if !ok || !clash.Gone || len(clash.Fields) != 2 {
		t.Fatalf("clash: %v %+v", err, clash)
	}
	if items := w.work(who, id).Kept.Draft.Answers.Items("vehiculos.vehiculo"); len(items) != 0 {
		t.Fatalf("the item came back by itself: %v", items)
	}
	edit.New, edit.Version = true, clash.Version
	if _, err := w.Save(w.ctx, who, id, edit, true); err != nil {
		t.Fatal(err)
	}
	if got := w.work(who, id).Kept.Draft.Answers.Get(item.Join("modelo")); got != "Tsuru" {
		t.Errorf("back: %q", got)
	}
}

// TestForged sends what no page of ours sends. The roster's data stay, computed
// figures are computed, nothing leaves its section, and a list never grows past
// its bound nor takes an id of another shape.
func TestForged(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, p := w.hire(1, forms.Full, "2020-01-16", "")
	id := w.begin(who, Modificacion)
	forged := forms.Answers{
		"datosGenerales.nombre":                       {"OTRA"},
		"datosGenerales.curp":                         {"XEXX010101HNEXXXA4"},
		"datosGenerales":                              {"x"},
		"datosGenerales.rfc":                          {"x"},
		"datosGenerales.nada":                         {"x"},
		"nada.de.nada":                                {"x"},
		"ingresos.totalIngresosAnualesNetos":          {"1"},
		"datosGenerales.situacionPersonalEstadoCivil": make([]string, 500),
		"datosGenerales.telefono.casa":                {strings.Repeat("9", 1<<20)},
		"datosGenerales.aclaracionesObservaciones":    {"hola\x00\x1b[31m \u202e olé 👍 \xff\xfe"},
	}
	if _, err := w.Save(w.ctx, who, id, Edit{Section: "datosGenerales", Now: forged}, true); err != nil {
		t.Fatal(err)
	}
	a := w.work(who, id).Kept.Draft.Answers
	if a.Get("datosGenerales.nombre") != p.Given || a.Get("datosGenerales.curp") != p.CURP {
		t.Errorf("the roster was typed over: %q %q", a.Get("datosGenerales.nombre"), a.Get("datosGenerales.curp"))
	}
	if a.Get("ingresos.totalIngresosAnualesNetos") != "0" || len(a["datosGenerales.nada"]) > 0 || len(a["nada.de.nada"]) > 0 ||
		len(a["datosGenerales"]) > 0 || len(a["datosGenerales.rfc"]) > 0 || len(a["datosGenerales.situacionPersonalEstadoCivil"]) > 0 {
		t.Error("a forged answer was kept")
	}
	if n := len(a.Get("datosGenerales.telefono.casa")); n > maxValue {
		t.Errorf("a value of %d bytes was kept", n)
	}
	if got := a.Get("datosGenerales.aclaracionesObservaciones"); !strings.HasPrefix(got, "hola\x00") || strings.Contains(got, "\xff") {
		t.Errorf("text as typed: %q", got)
	}
	for i := range 40 {
		item := forms.Path(fmt.Sprintf("datosCurricularesDeclarante.escolaridad.n%d", i))
		if _, err := w.Save(w.ctx, who, id, Edit{Section: "datosCurricularesDeclarante", Item: item, New: true,
			Now: forms.Answers{item.Join("nivel"): {"LIC"}}}, true); err != nil {
			if _, clash := AsClash(err); !clash {
				t.Fatal(err)
			}
		}
	}
	a = w.work(who, id).Kept.Draft.Answers
	studies, _ := forms.Lookup(forms.Modificacion, forms.Full).Field("datosCurricularesDeclarante.escolaridad")
	if n := len(a.Items("datosCurricularesDeclarante.escolaridad")); n != studies.Max || n > 30 {
		t.Errorf("%d studies in a list of %d", n, studies.Max)
	}
	for _, bad := range []string{"", "x", "a.b", "A1", "ñandu", "../../x", strings.Repeat("a", 17), "a b"} {
		item := forms.Path("vehiculos.vehiculo." + bad)
		if err := w.AddItem(w.ctx, who, id, "vehiculos", item); err == nil {
			t.Errorf("id %q was taken", bad)
		}
	}
	if err := w.AddItem(w.ctx, who, id, "vehiculos", "bienesInmuebles.bienInmueble.n12"); err == nil {
		t.Error("an item of another section was added")
	}
}

// TestNestedRows adds and removes sellers within a vehicle as the page does
// without a script.
func TestNestedRows(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, _ := w.hire(1, forms.Full, "2020-01-16", "")
	id := w.begin(who, Modificacion)
	const item = forms.Path("vehiculos.vehiculo.n1234567")
	sellers := item.Join("transmisor")
	save := func(version int, base, now forms.Answers) Saved {
		t.Helper()
		s, err := w.Save(w.ctx, who, id, Edit{Section: "vehiculos", Item: item, New: true, Version: version, Base: base, Now: now}, false)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	blank := save(0, nil, forms.Answers{sellers: {"nblank"}, sellers.Join("nblank", "nombreRazonSocial"): {""}, item.Join("marca"): {"VW"}})
	if got := blank.Work.Kept.Draft.Answers.Items(sellers); len(got) != 0 {
		t.Errorf("a row that was left blank was added: %v", got)
	}
	filled := save(blank.Version, nil, forms.Answers{sellers: {"nblank"}, sellers.Join("nblank", "nombreRazonSocial"): {"Autos del Valle"}})
	if got := filled.Work.Kept.Draft.Answers.Items(sellers); !slices.Equal(got, []string{"nblank"}) {
		t.Errorf("rows: %v", got)
	}
	row := sellers.Join(NewItem("envio-1", sellers))
	for range 3 {
		if err := w.AddItem(w.ctx, who, id, "vehiculos", row); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.work(who, id).Kept.Draft.Answers.Items(sellers); len(got) != 2 {
		t.Errorf("pressed three times: %v", got)
	}
	for range 2 {
		if err := w.Remove(w.ctx, who, id, sellers.Join("nblank"), "", ""); err != nil {
			t.Fatal(err)
		}
	}
	got := w.work(who, id)
	if a := got.Kept.Draft.Answers; len(a.Items(sellers)) != 1 || a.Get(sellers.Join("nblank", "nombreRazonSocial")) != "" {
		t.Errorf("after removing: %v", a.Items(sellers))
	}
	// A page drawn before the removal keeps its text in the clash, not in the draft.
	stale := forms.Answers{sellers: {"nblank"}, sellers.Join("nblank", "nombreRazonSocial"): {"Autos del Valle"}}
	typed := forms.Answers{sellers: {"nblank"}, sellers.Join("nblank", "nombreRazonSocial"): {"Autos de la Costa"}}
	_, err := w.Save(w.ctx, who, id, Edit{Section: "vehiculos", Item: item, Version: filled.Version, Base: stale, Now: typed}, false)
	if clash, ok := AsClash(err); !ok || len(clash.Fields) != 1 || clash.Fields[0].Typed[0] != "Autos de la Costa" {
		t.Errorf("clash: %v %+v", err, clash)
	}
}

// TestNextYear files an inicial and begins the modificación of the year after:
// rows are copied and wait, incomes and balances are asked anew, and nothing can
// be filed until each row was confirmed, changed or told as gone.
func TestNextYear(t *testing.T) {
	w := newWorld(t, "2026-04-01")
	who, p := w.hire(7, forms.Full, "2026-03-03", "")
	first := w.begin(who, Inicial)
	w.fill(who, first, p, 21)
	w.file(who, first)
	w.set("2027-05-10 09:00:00")
	id := w.begin(who, Modificacion)
	got := w.work(who, id)
	d := &got.Kept.Draft
	if got.Kept.Previous != first || len(d.Before) == 0 || d.Answers.Get("ingresos.remuneracionAnualCargoPublico") != "" {
		t.Fatalf("copied from %q; income %q", got.Kept.Previous, d.Answers.Get("ingresos.remuneracionAnualCargoPublico"))
	}
	if p := got.Progress(); p.Ready != 0 || p.All != 21 {
		t.Errorf("progress of a copied draft: %d of %d", p.Ready, p.All)
	}
	var copied []forms.Path
	for i := range got.Form.Sections {
		copied = append(copied, got.Items(&got.Form.Sections[i])...)
	}
	if len(copied) < 4 {
		t.Fatalf("only %d rows were copied: choose another seed", len(copied))
	}
	r, err := w.Review(w.ctx, who, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range copied {
		if !slices.ContainsFunc(r.Problems, func(p forms.Problem) bool { return p.Path == item && p.Code == forms.CodeUnconfirmed }) {
			t.Errorf("%s does not wait to be confirmed", item)
		}
		if err := w.SayNone(w.ctx, who, id, item.Section()); !errors.Is(err, errCopied) && got.asksNone(item.Section()) {
			t.Errorf("%s was denied in silence: %v", item.Section(), err)
		}
	}
	gone := copied[len(copied)-1]
	for i := range got.Form.Sections {
		if err := w.ConfirmAll(w.ctx, who, id, got.Form.Sections[i].Key); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Remove(w.ctx, who, id, gone, "", ""); err != nil {
		t.Fatal(err)
	}
	after := w.work(who, id)
	if op := after.Kept.Draft.Answers.Get(gone.Join("tipoOperacion")); op != "BAJA" || !after.Kept.Draft.Baja[gone] {
		t.Errorf("%s: %s", gone, op)
	}
	if err := w.Restore(w.ctx, who, id, gone); err != nil {
		t.Fatal(err)
	}
	r, err = w.Review(w.ctx, who, id)
	if err != nil || !slices.ContainsFunc(r.Problems, func(p forms.Problem) bool { return p.Path == gone && p.Code == forms.CodeUnconfirmed }) {
		t.Errorf("a restored row does not wait again: %v", err)
	}
}

// TestEverySectionStops takes a ready declaration of each type and level and
// undoes one section at a time: without the person's word, without answers, or
// with one copied row unconfirmed, it is not filed, neither by the page nor by a
// request that skips the pages.
func TestEverySectionStops(t *testing.T) {
	for _, o := range occasions {
		for _, level := range forms.AllLevels {
			t.Run(string(o.kind)+"-"+level.Slug(), func(t *testing.T) {
				w := newWorld(t, o.today)
				who, p := w.hire(7, level, o.in, o.leave)
				id := w.begin(who, o.kind)
				w.fill(who, id, p, 11)
				ready := w.work(who, id).Kept
				raw, err := json.Marshal(ready)
				if err != nil {
					t.Fatal(err)
				}
				for i := range w.work(who, id).Form.Sections {
					sec := &w.work(who, id).Form.Sections[i]
					for name, spoil := range spoilers {
						var d storage.Draft
						if err := json.Unmarshal(raw, &d); err != nil {
							t.Fatal(err)
						}
						if !spoil(&d.Draft, sec) {
							continue
						}
						w.update(func(tx *storage.Txn) error { _, err := tx.PutDraft(d, "", 0); return err })
						got := w.work(who, id)
						if _, err := w.File(w.ctx, who, id, Seal{Stamp: got.Stamp(), Verify: right}); !errors.Is(err, ErrNotReady) {
							t.Fatalf("%s %s: filed, or %v", sec.Key, name, err)
						}
						if _, _, err := w.Preview(w.ctx, who, id); !errors.Is(err, ErrNotReady) {
							t.Errorf("%s %s: preview: %v", sec.Key, name, err)
						}
						if got.Next("") == nil {
							t.Errorf("%s %s: the hub says that all is ready", sec.Key, name)
						}
					}
				}
			})
		}
	}
}

// spoilers undo one section of a ready draft; false where there is nothing to undo.
var spoilers = map[string]func(*forms.Draft, *forms.Section) bool{
	"not vouched for": func(d *forms.Draft, sec *forms.Section) bool {
		delete(d.Confirmed, forms.Path(sec.Key))
		return true
	},
	"without answers": func(d *forms.Draft, sec *forms.Section) bool {
		for p := range d.Answers {
			if _, given := d.Given[p]; p.Under(forms.Path(sec.Key)) && !given {
				delete(d.Answers, p)
			}
		}
		// The degrees are the one list that may be empty: somebody never studied.
		return sec.Key != "datosCurricularesDeclarante"
	},
	"with a copied row unconfirmed": func(d *forms.Draft, sec *forms.Section) bool {
		if sec.List == "" {
			return false
		}
		list := forms.Path(sec.Key).Join(sec.List)
		ids := d.Answers.Items(list)
		if len(ids) == 0 {
			return false
		}
		item := list.Join(ids[0])
		if d.Before == nil {
			d.Before = forms.Answers{}
		}
		d.Before[list] = ids[:1]
		for p, v := range d.Answers {
			if p.Under(item) {
				d.Before[p] = v
			}
		}
		delete(d.Confirmed, item)
		return true
	},
}

// TestNothingIsLost types random words into every answer of every section and
// reads back each of them, however wrong they are.
func TestNothingIsLost(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, _ := w.hire(1, forms.Full, "2020-01-16", "")
	id := w.begin(who, Modificacion)
	got := w.work(who, id)
	for i := range got.Form.Sections {
		sec := &got.Form.Sections[i]
		now := forms.Answers{}
		for j := range sec.Fields {
			x := &sec.Fields[j]
			p := forms.Path(sec.Key).Join(x.Name)
			if _, given := got.Kept.Draft.Given[p]; given || x.Kind == forms.Group || x.Kind == forms.List || x.Derive != "" {
				continue
			}
			now[p] = []string{"mucho " + x.Name + " \u00e1\U0001F600"}
		}
		out, err := w.Save(w.ctx, who, id, Edit{Section: sec.Key, Version: 0, Now: now}, true)
		if err != nil {
			t.Fatalf("%s: %v", sec.Key, err)
		}
		for p, v := range now {
			if !slices.Equal(out.Work.Kept.Draft.Answers[p], v) {
				t.Errorf("%s: %q", p, out.Work.Kept.Draft.Answers[p])
			}
		}
	}
}

// TestNotes adds a nota aclaratoria: once for one envio, only to what is filed,
// and never of nothing.
func TestNotes(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, p := w.hire(1, forms.Simplified, "2020-01-16", "")
	id := w.begin(who, Modificacion)
	if _, err := w.AddNote(w.ctx, who, id, "", "Antes de tiempo", "e1"); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("on a draft: %v", err)
	}
	w.fill(who, id, p, 3)
	w.file(who, id)
	for range 3 {
		if _, err := w.AddNote(w.ctx, who, id, "ingresos", "  Faltó un ingreso.\r\nEran $3,000. ", "e1"); err != nil {
			t.Fatal(err)
		}
		w.now = w.now.Add(time.Minute)
	}
	if _, err := w.AddNote(w.ctx, who, id, "", "Otra", "e2"); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", " \n ", strings.Repeat("ñ", maxNote+1), "a\x00b", "a\u202eb"} {
		if _, err := w.AddNote(w.ctx, who, id, "", bad, "e3"); !errors.Is(err, errNoteText) {
			t.Errorf("%.10q: %v", bad, err)
		}
	}
	if _, err := w.AddNote(w.ctx, who, id, "vehiculos", "No la tiene", "e4"); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("of a section that the form does not have: %v", err)
	}
	r, err := w.Receipt(w.ctx, who, id)
	if err != nil || len(r.Notes) != 2 || r.Notes[0].Text != "Faltó un ingreso.\nEran $3,000." || r.Notes[0].Section != "ingresos" || r.Notes[0].Hash == "" {
		t.Errorf("%v %+v", err, r.Notes)
	}
}

// TestInterests updates the interests of somebody who filed a modificación: only
// they are open, the rest goes in as it was, and no duty is met by it.
func TestInterests(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, p := w.hire(7, forms.Full, "2020-01-16", "")
	if _, err := w.UpdateInterests(w.ctx, who); !errors.Is(err, errNoForm) {
		t.Errorf("without a filing: %v", err)
	}
	first := w.begin(who, Modificacion)
	w.fill(who, first, p, 21)
	w.file(who, first)
	_, was, _, _, err := w.Documents(w.ctx, who, first)
	if err != nil {
		t.Fatal(err)
	}
	w.set("2026-09-01 10:00:00")
	id, err := w.UpdateInterests(w.ctx, who)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := w.UpdateInterests(w.ctx, who); err != nil || again != id {
		t.Errorf("a second one was begun: %v %v", again, err)
	}
	got := w.work(who, id)
	for i := range got.Form.Sections {
		sec := &got.Form.Sections[i]
		if locked := got.Locked(sec); locked != (sec.Part == forms.Patrimonial) {
			t.Errorf("%s: locked = %v, %v", sec.Key, locked, forms.CheckSection(got.Form, &got.Kept.Draft, sec.Key))
		}
	}
	if _, err := w.Save(w.ctx, who, id, Edit{Section: "ingresos", Now: forms.Answers{"ingresos.remuneracionAnualCargoPublico": {"1"}}}, true); !errors.Is(err, errLocked) {
		t.Errorf("the income was changed: %v", err)
	}
	for i := range got.Form.Sections {
		sec := &got.Form.Sections[i]
		if sec.Part == forms.Interes {
			if err := w.ConfirmAll(w.ctx, who, id, sec.Key); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Vouch(w.ctx, who, id, sec.Key); err != nil {
				t.Fatal(err)
			}
		}
	}
	f := w.file(who, id)
	if !f.Interest || f.Late || f.Due != "" || f.Type != forms.Modificacion || f.Year != 2026 {
		t.Errorf("%+v", f)
	}
	var raw []byte
	w.update(func(tx *storage.Txn) (err error) { raw, err = tx.PublicDocument(id); return err })
	if _, meta, _, err := forms.ParseResult(raw); err != nil || !meta.ActualizacionConflictoInteres {
		t.Errorf("metadata: %+v %v", meta, err)
	}
	_, now, _, _, err := w.Documents(w.ctx, who, id)
	if err != nil {
		t.Fatal(err)
	}
	before, err1 := forms.Parse(was.Form, was.JSON)
	after, err2 := forms.Parse(now.Form, now.JSON)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	for p, v := range before {
		name := p[strings.LastIndexByte(string(p), '.')+1:]
		sec := was.Form.Section(p.Section())
		if sec.Part == forms.Patrimonial && name != "tipoOperacion" && name != "porcentajeIncrementoDecremento" && !slices.Equal(after[p], v) {
			t.Errorf("%s changed", p)
		}
	}
	for p := range after {
		if sec := was.Form.Section(p.Section()); sec.Part == forms.Patrimonial && len(before[p]) == 0 &&
			!strings.HasSuffix(string(p), ".porcentajeIncrementoDecremento") { // computed anew, and always 0
			t.Errorf("%s was added", p)
		}
	}
	m, err := w.Mine(w.ctx, who)
	if err != nil || len(m.Filings) != 2 || !m.Interests {
		t.Errorf("%v, %d filings, may again: %v", err, len(m.Filings), m.Interests)
	}
	draft, err := w.UpdateInterests(w.ctx, who)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Discard(w.ctx, who, draft); err != nil {
		t.Errorf("discard: %v", err)
	}
	if _, err := w.Draft(w.ctx, who, draft); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("after discarding: %v", err)
	}
}

// TestStart begins what is owed, once, and nothing else.
func TestStart(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, _ := w.hire(1, forms.Simplified, "2020-01-16", "")
	id := w.begin(who, Modificacion)
	if again := w.begin(who, Modificacion); again != id {
		t.Errorf("a second draft: %s and %s", id, again)
	}
	for _, key := range []string{"modificacion-2027", "modificacion-2019", "inicial-2020-01-16", "conclusion-2026-01-01", "", "x"} {
		if _, err := w.Start(w.ctx, who, key); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("%q: %v", key, err)
		}
	}
	if err := w.Discard(w.ctx, who, id); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("a declaration that is owed was thrown away: %v", err)
	}
}

// TestRosterMoves: human resources corrects the name, the post and the day of
// entry while the draft is being filled in; the draft follows.
func TestRosterMoves(t *testing.T) {
	w := newWorld(t, "2026-04-01")
	who, _ := w.hire(1, forms.Full, "2026-03-03", "")
	id := w.begin(who, Inicial)
	w.update(func(tx *storage.Txn) error {
		p, err := tx.Person(who.Person)
		if err != nil {
			return err
		}
		p.First, p.Post, p.Entry, p.Grade = "Corregido", "Jefa de Departamento", "2026-03-09", ""
		return tx.PutPerson(p)
	})
	got := w.work(who, id)
	a := got.Kept.Draft.Answers
	if a.Get("datosGenerales.primerApellido") != "Corregido" || a.Get("datosEmpleoCargoComision.empleoCargoComision") != "Jefa de Departamento" {
		t.Errorf("name or post of before: %v", a.Get("datosGenerales.primerApellido"))
	}
	if got.Kept.Due != "2026-05-08" || got.Kept.Draft.Event != "2026-03-09" || a.Get("datosEmpleoCargoComision.fechaTomaPosesion") != "2026-03-09" {
		t.Errorf("day of before: due %s, event %s", got.Kept.Due, got.Kept.Draft.Event)
	}
	const grade = "datosEmpleoCargoComision.nivelEmpleoCargoComision"
	if _, given := got.Kept.Draft.Given[grade]; given || a.Get(grade) != "" {
		t.Errorf("a grade that the roster no longer has: %q", a.Get(grade))
	}
}

// TestRule lets the office override a duty; the person reads why, and the trail
// has who did it.
func TestRule(t *testing.T) {
	w := newWorld(t, "2026-06-14")
	who, _ := w.hire(1, forms.Simplified, "2020-01-16", "")
	for _, r := range []Ruling{
		{Duty: "modificacion-2026", Due: "30/06/2026", Reason: " Falla del sistema "},
		{Duty: "modificacion-2026", Lifted: true, Reason: "Incapacidad"},
	} {
		if err := w.Rule(w.ctx, who, "u1", r); err != nil {
			t.Fatal(err)
		}
	}
	for _, bad := range []Ruling{
		{Duty: "modificacion-2026"}, {Duty: "modificacion-2026", Reason: strings.Repeat("x", 301)}, {Duty: "modificacion-2026", Reason: "a\x00b"},
		{Duty: "modificacion-2026", Reason: "x", Due: "31/31/2026"}, {Duty: "modificacion-1999", Reason: "x"}, {Duty: "", Reason: "x"},
	} {
		if err := w.Rule(w.ctx, who, "u1", bad); errs.CodeOf(err) != errs.Invalid && errs.CodeOf(err) != errs.Conflict {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	duties, err := w.Duties(w.ctx, tenant, who.Person)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(duties, func(d Duty) bool { return d.Key == "modificacion-2026" })
	if i < 0 || duties[i].Standing != Lifted || duties[i].Ruled != "Incapacidad" {
		t.Errorf("%s", owed(duties))
	}
	w.audited(t, "duty.rule", "duty.rule")
}

// audited checks the acts of the trail.
func (w *world) audited(t *testing.T, acts ...string) {
	t.Helper()
	var got []string
	w.update(func(tx *storage.Txn) error {
		got = nil
		return tx.AuditEntries(func(e storage.AuditEntry, _ []byte) error {
			if e.Actor != "u1" || e.About == "" {
				t.Errorf("%+v", e)
			}
			got = append(got, e.Act)
			return nil
		})
	})
	if !slices.Equal(got, acts) {
		t.Errorf("audited: %v, want %v", got, acts)
	}
}

// TestService writes down service elsewhere, on which the duties then rest.
func TestService(t *testing.T) {
	w := newWorld(t, "2026-04-10")
	who, _ := w.hire(1, forms.Full, "2026-04-01", "")
	before := Spell{Body: "Municipio de Santa Cruz", Order: "MUNICIPAL_ALCALDIA", Entry: "01/01/2020", Exit: "15/2/2026"}
	for range 2 {
		if err := w.AddService(w.ctx, who, "u1", before); err != nil {
			t.Fatal(err)
		}
	}
	duties, err := w.Duties(w.ctx, tenant, who.Person)
	if err != nil || !strings.HasPrefix(owed(duties), "aviso 2026-05-31") {
		t.Errorf("with service in another municipality: %v %s", err, owed(duties))
	}
	for _, bad := range []Spell{
		{}, {Entry: "ayer"}, {Entry: "2026-02-01", Exit: "2026-01-01"}, {Entry: "2020-01-01", Body: "Estado"}, {Entry: "2020-01-01", Body: "Estado", Order: "X"},
		{Entry: "2020-01-01", Body: strings.Repeat("x", 201), Order: "ESTATAL"},
	} {
		if err := w.AddService(w.ctx, who, "u1", bad); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	before.Entry, before.Exit = "2020-01-01", "2026-02-15"
	for range 2 {
		if err := w.RemoveService(w.ctx, who, "u1", before); err != nil {
			t.Fatal(err)
		}
	}
	if duties, err = w.Duties(w.ctx, tenant, who.Person); err != nil || !strings.HasPrefix(owed(duties), "inicial 2026-05-31") {
		t.Errorf("without it: %v %s", err, owed(duties))
	}
	w.audited(t, "service.add", "service.remove")
}

// TestMoves holds the table of the life of a declaration to what it must be: what
// is filed can only be read and clarified, and every refusal has words.
func TestMoves(t *testing.T) {
	for _, s := range []state{nothing, drafted, presented} {
		for _, a := range []act{begin, read, change, sign, discard, reread, clarify} {
			to, err := s.after(a)
			switch {
			case err != nil && errs.CodeOf(err) == errs.Internal:
				t.Errorf("%d %d: a refusal without words: %v", s, a, err)
			case err == nil && s == presented && to != presented:
				t.Errorf("something filed can be made %d by %d", to, a)
			case err == nil && s == presented && (a == change || a == discard || a == begin):
				t.Errorf("something filed can be changed by %d", a)
			case err == nil && s == nothing && a != begin:
				t.Errorf("%d of nothing", a)
			}
		}
	}
}
