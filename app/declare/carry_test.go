package declare

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"declara/forms"
	"declara/storage"
)

// rich is a draft that is filled in to the end, with what it gives to take along.
func (w *world) rich(kind Kind) (Who, string, []byte) {
	w.Helper()
	who, p := w.hire(5, forms.Full, "2020-01-16", "")
	id := w.begin(who, kind)
	w.fill(who, id, p, 21)
	return who, id, w.carry(who, id)
}

func (w *world) carry(who Who, id string) []byte {
	w.Helper()
	raw, err := w.CarryOut(w.ctx, who, id)
	if err != nil {
		w.Fatal(err)
	}
	return raw
}

func (w *world) compare(who Who, id string, raw []byte) Plan {
	w.Helper()
	c, err := ReadCarried(raw)
	if err != nil {
		w.Fatal(err)
	}
	p, err := w.Bringing(w.ctx, who, id, c)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

func rowsOf(p Plan) (out []forms.Path) {
	for _, s := range p.Sections {
		for _, r := range s.Rows {
			out = append(out, r.Path)
		}
	}
	return out
}

// elsewhere is another municipality, where the same person begins the same declaration.
func elsewhere(t *testing.T, kind Kind) (*world, Who, string) {
	t.Helper()
	w := newWorld(t, "2026-05-14")
	w.rename("Municipio de Otro Valle")
	who, _ := w.hire(5, forms.Full, "2020-01-16", "")
	return w, who, w.begin(who, kind)
}

// TestCarriedToAnotherPlace takes a whole draft to another municipality: all that the
// person answered is there, nothing of it is confirmed, and what that place's human
// resources say stays.
func TestCarriedToAnotherPlace(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, id, raw := w.rich(Modificacion)
	there, her, draft := elsewhere(t, Modificacion)
	p := there.compare(her, draft, raw)
	if p.Ours || p.Aged || len(p.Foreign) > 0 || p.Left > 0 {
		t.Errorf("plan: ours %v, aged %v, foreign %v, left %d", p.Ours, p.Aged, p.Foreign, p.Left)
	}
	if len(p.Sections) < 10 {
		t.Fatalf("%d sections", len(p.Sections))
	}
	if err := there.Bring(there.ctx, her, draft, p.File, false, p.Stamp); err != nil {
		t.Fatal(err)
	}
	was, is := w.work(who, id), there.work(her, draft)
	const office = forms.Path("datosEmpleoCargoComision") // whose address that place has suggested
	for path, v := range p.File.Answers {
		if got := is.Kept.Draft.Answers[path]; !slices.Equal(got, v) && len(p.Now.Kept.Draft.Answers[path]) == 0 && !path.Under(office.Join("domicilioMexico")) {
			t.Errorf("%s: %q, not %q", path, got, v)
		}
	}
	if got := is.Kept.Draft.Answers.Get("datosEmpleoCargoComision.nombreEntePublico"); got != "Municipio de Otro Valle" {
		t.Errorf("it says to work at %q", got)
	}
	if got := is.Kept.Draft.Answers; got.Get(office.Join("domicilioMexico", "municipioAlcaldia")) != "067" || got.Get(office.Join("domicilioMexico", "calle")) != "" {
		t.Errorf("the office is in %q, town %q", got.Get(office.Join("domicilioMexico", "calle")), got.Get(office.Join("domicilioMexico", "municipioAlcaldia")))
	}
	for at := range is.Kept.Draft.Confirmed {
		t.Errorf("%s is confirmed", at)
	}
	if len(was.Kept.Draft.Confirmed) == 0 {
		t.Error("nothing was confirmed at home, so nothing was tried")
	}
	// A second time there is nothing left to bring.
	if again := there.compare(her, draft, raw); again.Clashes == 0 && len(again.Sections) > 0 {
		t.Errorf("again: %q", rowsOf(again))
	}
}

// TestBroughtBackUnchanged: a file changes nothing of the draft that it was taken from.
func TestBroughtBackUnchanged(t *testing.T) {
	for _, kind := range []Kind{Inicial, Modificacion} {
		w := newWorld(t, "2026-05-14")
		who, p := w.hire(5, forms.Full, map[Kind]string{Inicial: "2026-04-16", Modificacion: "2020-01-16"}[kind], "")
		id := w.begin(who, kind)
		w.fill(who, id, p, 21)
		plan := w.compare(who, id, w.carry(who, id))
		if !plan.Ours || len(plan.Sections) > 0 || plan.Left > 0 {
			t.Errorf("%s: ours %v, rows %q, left %d", kind, plan.Ours, rowsOf(plan), plan.Left)
		}
		before := w.work(who, id)
		if err := w.Bring(w.ctx, who, id, plan.File, true, plan.Stamp); err != nil {
			t.Fatal(err)
		}
		if after := w.work(who, id); !maps.EqualFunc(before.Kept.Draft.Answers, after.Kept.Draft.Answers, slices.Equal) ||
			!maps.Equal(before.Kept.Draft.Confirmed, after.Kept.Draft.Confirmed) {
			t.Errorf("%s: it changed", kind)
		}
	}
}

// TestBringAsks: what the draft says already is only replaced when she says so, what
// changes has to be vouched for again, and a draft that changed in between is left alone.
func TestBringAsks(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, id, _ := w.rich(Modificacion)
	const phone, remark = forms.Path("datosGenerales.telefono.celularPersonal"), forms.Path("datosGenerales.aclaracionesObservaciones")
	now := w.work(who, id)
	if _, err := w.Save(w.ctx, who, id, Edit{Section: "datosGenerales", Version: now.Kept.Versions["datosGenerales"], Now: forms.Answers{remark: nil, phone: {"9511112233"}}}, true); err != nil {
		t.Fatal(err)
	}
	var changed Carried
	if err := json.Unmarshal(w.carry(who, id), &changed); err != nil {
		t.Fatal(err)
	}
	changed.Answers.Set(phone, "9519998877")
	changed.Answers.Set(remark, "Lo escribí en otra computadora.")
	file, _ := json.Marshal(changed)
	p := w.compare(who, id, file)
	if p.Ours || p.Clashes != 1 || !slices.Equal(rowsOf(p), []forms.Path{phone, remark}) {
		t.Errorf("ours %v, clashes %d, rows %q", p.Ours, p.Clashes, rowsOf(p))
	}
	if w.work(who, id).Kept.Draft.Answers.Get(remark) != "" {
		t.Error("comparing wrote into the draft")
	}
	if err := w.Bring(w.ctx, who, id, p.File, false, "otro"); !errors.Is(err, errDrifted) {
		t.Errorf("another draft than the one she saw: %v", err)
	}
	if err := w.Bring(w.ctx, who, id, p.File, false, p.Stamp); err != nil {
		t.Fatal(err)
	}
	got := w.work(who, id).Kept.Draft
	if got.Answers.Get(phone) == "9519998877" || got.Answers.Get(remark) == "" || got.Confirmed["datosGenerales"] {
		t.Errorf("only what is missing: %q %q %v", got.Answers.Get(phone), got.Answers.Get(remark), got.Confirmed["datosGenerales"])
	}
	p = w.compare(who, id, file)
	if err := w.Bring(w.ctx, who, id, p.File, true, p.Stamp); err != nil {
		t.Fatal(err)
	}
	if got := w.work(who, id).Kept.Draft.Answers.Get(phone); got != "9519998877" {
		t.Errorf("all of it: %q", got)
	}
}

// TestItemsAreBroughtOnce: an item that is there already, under whatever id, is not
// added; two that say the same are two; what a list has no room for is told.
func TestItemsAreBroughtOnce(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, _ := w.hire(5, forms.Full, "2020-01-16", "")
	id := w.begin(who, Modificacion)
	const list = forms.Path("vehiculos.vehiculo")
	file := Carried{Kind: carriedKind, Version: 1, Edition: w.work(who, id).Form.Edition, Type: "modificacion", Level: "completa", Year: 2026,
		CURP: w.work(who, id).Person.CURP, Answers: forms.Answers{}}
	car := func(id string) {
		file.Answers[list] = append(file.Answers[list], id)
		file.Answers.Set(list.Join(id, "marca"), "Nissan")
		file.Answers.Set(list.Join(id, "valorAdquisicion"), "140,000")
		file.Answers.Set(list.Join(id, "transmisor"), "s1")
		file.Answers.Set(list.Join(id, "transmisor", "s1", "nombreRazonSocial"), "Autos del Valle")
	}
	car("aa")
	car("bb")
	car("NO válido")
	bring := func() Plan {
		raw, err := json.Marshal(file)
		if err != nil {
			t.Fatal(err)
		}
		p := w.compare(who, id, raw)
		if err := w.Bring(w.ctx, who, id, p.File, true, p.Stamp); err != nil {
			t.Fatal(err)
		}
		return p
	}
	if p := bring(); len(rowsOf(p)) != 3 || p.Left != 0 {
		t.Errorf("first: %q, left %d", rowsOf(p), p.Left)
	}
	a := w.work(who, id).Kept.Draft.Answers
	if n := len(a.Items(list)); n != 3 {
		t.Errorf("%d vehicles", n)
	}
	for _, car := range a.Items(list) {
		if !validID(car) || len(a.Items(list.Join(car, "transmisor"))) != 1 || a.Get(list.Join(car, "marca")) != "Nissan" {
			t.Errorf("%s: %q", car, a.Items(list.Join(car, "transmisor")))
		}
	}
	// The same cars under other ids, as another draft calls them.
	file.Answers = forms.Answers{}
	for _, id := range []string{"cc", "dd", "ee"} {
		car(id)
	}
	if p := bring(); len(rowsOf(p)) != 0 {
		t.Errorf("other ids: %q", rowsOf(p))
	}
	car("ff") // a fourth one
	for range 120 {
		car("g" + strings.ToLower(NewItem(string(rune('a'+len(file.Answers))), list)))
	}
	p := bring()
	if n := len(w.work(who, id).Kept.Draft.Answers.Items(list)); n != 100 || p.Left == 0 {
		t.Errorf("%d vehicles, left %d", n, p.Left)
	}
}

// TestAnotherYearsFile: amounts of another year, and remarks, stay behind; the house
// comes.
func TestAnotherYearsFile(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	_, _, raw := w.rich(Modificacion)
	var file Carried
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	file.Year = 2025
	there, her, draft := elsewhere(t, Modificacion)
	old, _ := json.Marshal(file)
	p := there.compare(her, draft, old)
	if !p.Aged {
		t.Fatal("it is not of another year")
	}
	for _, path := range rowsOf(p) {
		if x, _ := p.Then.Form.Field(path); x.Fresh || isRemarks(path) {
			t.Errorf("%s comes from another year", path)
		}
	}
	for path := range p.Then.Kept.Draft.Answers {
		if x, _ := p.Then.Form.Field(path); x.Fresh && len(p.Now.Kept.Draft.Answers[path]) == 0 {
			t.Errorf("%s of an item comes from another year", path)
		}
	}
}

// TestSimplifiedTakesWhatItAsks: sections that a declaration does not ask are named.
func TestSimplifiedTakesWhatItAsks(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	_, _, raw := w.rich(Modificacion)
	there := newWorld(t, "2026-05-14")
	her, _ := there.hire(5, forms.Simplified, "2020-01-16", "")
	draft := there.begin(her, Modificacion)
	p := there.compare(her, draft, raw)
	if !slices.Contains(p.Foreign, "bienesInmuebles") || slices.Contains(p.Foreign, "datosGenerales") {
		t.Errorf("foreign: %q", p.Foreign)
	}
	if err := there.Bring(there.ctx, her, draft, p.File, true, p.Stamp); err != nil {
		t.Fatal(err)
	}
	for path := range there.work(her, draft).Kept.Draft.Answers {
		if path.Section() == "bienesInmuebles" {
			t.Errorf("%s", path)
		}
	}
}

// TestCarriedHasOnlyHers: neither what human resources gave, nor what is worked out,
// nor what she removed.
func TestCarriedHasOnlyHers(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, id, _ := w.rich(Modificacion)
	work := w.work(who, id)
	const list = forms.Path("inversiones.inversion")
	accounts := work.Kept.Draft.Answers.Items(list)
	if len(accounts) == 0 {
		t.Fatal("no account")
	}
	w.update(func(tx *storage.Txn) error { // as if it had been declared before and was closed
		d, err := tx.Draft(id)
		if err != nil {
			return err
		}
		complete(&d)
		d.Draft.Baja[list.Join(accounts[0])] = true
		_, err = tx.PutDraft(d, "", 0)
		return err
	})
	var file Carried
	if err := json.Unmarshal(w.carry(who, id), &file); err != nil {
		t.Fatal(err)
	}
	for p := range file.Answers {
		if _, given := work.Kept.Draft.Given[p]; given || p.Under(list.Join(accounts[0])) || work.Form.Computed(work.Kept.Draft.Answers, p) {
			t.Errorf("%s is in the file", p)
		}
	}
	if slices.Contains(file.Answers[list], accounts[0]) || len(file.Answers[list]) != len(accounts)-1 {
		t.Errorf("accounts %q of %q", file.Answers[list], accounts)
	}
	t.Logf("a rich draft is %d bytes", len(w.carry(who, id)))
}

// TestFilesRefused: what is no file of hers is refused in words that say what it is.
func TestFilesRefused(t *testing.T) {
	w := newWorld(t, "2026-05-14")
	who, id, raw := w.rich(Modificacion)
	other, _ := w.hire(6, forms.Full, "2020-01-16", "")
	theirs := w.begin(other, Modificacion)
	c, err := ReadCarried(append([]byte("\xef\xbb\xbf"), raw...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Bringing(w.ctx, other, theirs, c); !errors.Is(err, errCarriedOther) {
		t.Errorf("of somebody else: %v", err)
	}
	stamp := w.work(other, theirs)
	if err := w.Bring(w.ctx, other, theirs, c, true, stamp.Stamp()); !errors.Is(err, errCarriedOther) {
		t.Errorf("brought by somebody else: %v", err)
	}
	if _, err := w.CarryOut(w.ctx, other, id); !errors.Is(err, errNotFound) {
		t.Errorf("taken by somebody else: %v", err)
	}
	nobody := c
	nobody.CURP = ""
	if _, err := w.Bringing(w.ctx, who, id, nobody); !errors.Is(err, errCarriedOther) {
		t.Errorf("of nobody: %v", err)
	}
	with := func(from, to string) []byte { return bytes.Replace(raw, []byte(from), []byte(to), 1) }
	for name, x := range map[string]struct {
		raw  []byte
		want error
	}{
		"nothing":         {nil, errCarriedShape},
		"cut short":       {raw[:len(raw)/2], errCarriedShape},
		"another file":    {[]byte(`{"name":"x"}`), errCarriedShape},
		"a PDF":           {[]byte("%PDF-1.7\n"), errCarriedShape},
		"a list":          {[]byte(`[]`), errCarriedShape},
		"null":            {[]byte(`null`), errCarriedShape},
		"not UTF-8":       {with("Tesorer", "\xff\xfe"), errCarriedShape},
		"numbers":         {with(`"answers": {`, `"answers": {"x": 5,`), errCarriedShape},
		"deep":            {[]byte(strings.Repeat("[", 100_000)), errCarriedShape},
		"a later version": {with(`"version": 1`, `"version": 2`), errCarriedVersion},
		"another edition": {with("2019-09-23", "2031-01-01"), errCarriedVersion},
		"another type":    {with(`"type": "modificacion"`, `"type": "otra"`), errCarriedVersion},
		"another level":   {with(`"level": "completa"`, `"level": "media"`), errCarriedVersion},
		"a long answer":   {with(`"answers": {`, `"answers": {"datosGenerales.nombre": ["`+strings.Repeat("a", maxValue+1)+`"],`), errCarriedShape},
		"a long path":     {with(`"answers": {`, `"answers": {"`+strings.Repeat("a", maxCarriedPath+1)+`": ["x"],`), errCarriedShape},
		"too large":       {append(slices.Clone(raw), bytes.Repeat([]byte(" "), MaxCarried)...), errCarriedSize},
	} {
		if name == "not UTF-8" && bytes.Equal(x.raw, raw) {
			x.raw = with(`"curp"`, "\"\xff\"")
		}
		if _, err := ReadCarried(x.raw); !errors.Is(err, x.want) {
			t.Errorf("%s: %v, not %v", name, err, x.want)
		}
	}
	w.file(who, id)
	if _, err := w.CarryOut(w.ctx, who, id); !errors.Is(err, ErrFiled) {
		t.Errorf("of what is filed: %v", err)
	}
	if _, err := w.Bringing(w.ctx, who, id, c); !errors.Is(err, ErrFiled) {
		t.Errorf("into what is filed: %v", err)
	}
}

// FuzzCarried: no file makes the reader or the comparison fall over, and none brings an
// answer to what she may not answer.
func FuzzCarried(f *testing.F) {
	form := forms.Lookup(forms.Modificacion, forms.Full)
	head := `{"declara":"borrador","version":1,"edition":"` + form.Edition + `","type":"modificacion","level":"completa","year":2026,"curp":"X","answers":{`
	f.Add([]byte(head + `"vehiculos.vehiculo":["aa"],"vehiculos.vehiculo.aa.marca":["Nissan"],"vehiculos.ninguno":["false"]}}`))
	f.Add([]byte(head + `"datosGenerales.nombre":["Otra"],"..":["x"],"":[],"vehiculos":["x"],"vehiculos.vehiculo.":["x"]}}`))
	f.Add([]byte(head + `"bienesInmuebles.bienInmueble":["a.b","a.b",""],"bienesInmuebles.bienInmueble.a.b.titular":["DEC"]}}`))
	f.Add([]byte(head + `"adeudos.adeudo":["zz"],"adeudos.adeudo.zz.tercero":["q1"],"adeudos.adeudo.zz.tercero.q1.rfc":["X"]}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := ReadCarried(raw)
		if err != nil {
			return
		}
		w := Work{Form: form}
		complete(&w.Kept)
		w.Kept.Draft.Type, w.Kept.Draft.Year = form.Type, 2026
		w.Kept.Draft.Given = forms.Answers{"datosGenerales.nombre": {"Ella"}}
		w.Kept.Draft.Answers["datosGenerales.nombre"] = []string{"Ella"}
		b := bringer{Work: &w, file: c, all: true, aged: w.aged(c)}
		b.bring()
		if w.Kept.Draft.Answers.Get("datosGenerales.nombre") != "Ella" {
			t.Error("the name of the roster was changed")
		}
		for p, values := range w.Kept.Draft.Answers {
			x, ok := w.Form.Field(p)
			if !ok {
				t.Errorf("%q is no question", p)
			} else if w.isList(p) && x.Max > 0 && len(values) > x.Max {
				t.Errorf("%s has %d items", p, len(values))
			}
			for _, s := range w.steps(p) {
				if !validID(s.id) {
					t.Errorf("%q has an item %q", p, s.id)
				}
			}
		}
		_, _ = forms.Compile(form, &w.Kept.Draft)
	})
}
