package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"declara/forms"
	"declara/storage"
)

// walk is a person who files a declaration through the pages. target is what she
// has to tell; ids tell which item of it an item of the page is.
type walk struct {
	*site
	visitor
	who    official
	id     string
	form   *forms.Form
	target *forms.Draft
	before forms.Answers                    // what the draft began with
	ids    map[forms.Path]map[string]string // by list of the target: id on the page to id of the target
	pages  int
}

// begin starts the declaration that is owed, from the list of what is owed on.
func begin(s *site, v visitor, o official, kind forms.Type, wealth float64) *walk {
	s.Helper()
	duty := s.duty(o, kind)
	if p := v.open("/declaraciones"); p.status != 200 || !strings.Contains(p.raw, "deber="+duty.Key) {
		v.fail("the list of what is owed does not lead to %s: %s", duty.Key, p)
	}
	v.open("/declaraciones/nueva?deber=" + duty.Key)
	v.press("", "")
	parts := strings.Split(v.now().url.Path, "/")
	if len(parts) < 3 || len(parts[2]) != 26 {
		v.fail("beginning led to %s", v.now())
	}
	w := &walk{site: s, visitor: v, who: o, id: parts[2], ids: map[forms.Path]map[string]string{}}
	work := s.work(o, w.id)
	w.form, w.before, w.target = work.Form, work.Kept.Draft.Answers, s.invented(o, work, wealth)
	return w
}

func (w *walk) path(parts ...string) string {
	return "/declaraciones/" + w.id + "/" + strings.Join(parts, "/")
}

// file fills in everything, reviews, looks at the public version, signs, and ends
// on the acuse. It gives the folio.
func (w *walk) file() string {
	w.Helper()
	w.fillIn()
	w.review()
	return w.sign()
}

// fillIn answers "¿Qué te aplica?" when it is asked, and then every section.
func (w *walk) fillIn() {
	w.Helper()
	if strings.HasSuffix(w.now().url.Path, "/aplica") {
		w.fill(func(name string) ([]string, bool) {
			none := w.target.Answers.Get(forms.Path(name).Join("ninguno"))
			if none == "" {
				return nil, false
			}
			return []string{fmt.Sprint(none != forms.Yes)}, true
		})
		w.press("", "")
		if p := w.now(); p.url.Path != "/declaraciones/"+w.id {
			w.fail("¿Qué te aplica? led to %s", p)
		}
	}
	for i := range w.form.Sections {
		w.section(&w.form.Sections[i])
	}
}

// section answers one section.
func (w *walk) section(sec *forms.Section) {
	w.Helper()
	here := w.path("s", sec.Key)
	if p := w.visitor.open(here); p.status != 200 || p.url.Path != here {
		w.fail("section %s: %s", sec.Key, p)
	}
	w.fill(w.answers)
	for _, list := range w.lists(sec) {
		w.list(sec, list)
	}
	if w.target.Answers.Get(forms.Path(sec.Key).Join("ninguno")) == forms.Yes && sec.Layout == forms.Collection {
		w.fill(w.answers)
		w.press("accion", "ninguno")
		if w.now().url.Path == here {
			w.fail("section %s: saying that there is none leads back: %s", sec.Key, w.now().errors())
		}
		return
	}
	for range 8 {
		w.fill(w.answers)
		w.press("accion", "continuar")
		w.pages++
		if p := w.now(); p.status != 200 {
			w.fail("section %s: %s", sec.Key, p)
		} else if p.url.Path != here {
			return
		}
	}
	w.fail("section %s does not end: %s", sec.Key, w.now().errors())
}

// lists are the lists of a section whose items have pages of their own.
func (w *walk) lists(sec *forms.Section) []forms.Path {
	var out []forms.Path
	var look func(at forms.Path, fields []forms.Field)
	look = func(at forms.Path, fields []forms.Field) {
		for i := range fields {
			p := at.Join(fields[i].Name)
			switch fields[i].Kind {
			case forms.List:
				out = append(out, p)
			case forms.Group:
				look(p, fields[i].Of)
			}
		}
	}
	look(forms.Path(sec.Key), sec.Fields)
	return out
}

// list sees to the items of a list: those copied from the last declaration are
// confirmed as they are, changed, or removed; new ones are added.
func (w *walk) list(sec *forms.Section, list forms.Path) {
	w.Helper()
	here := w.path("s", sec.Key)
	local := strings.TrimPrefix(string(list), sec.Key+".")
	want := w.target.Answers.Items(list)
	ids := map[string]string{}
	w.ids[list] = ids
	copied := w.before.Items(list)
	for _, id := range copied {
		ids[id] = id
	}
	for _, id := range copied {
		item := list.Join(id)
		w.fill(w.answers)
		switch {
		case !slices.Contains(want, id) || w.target.Baja[item]:
			w.remove(item, local+"."+id)
		case w.same(item):
			if slices.Contains(w.now().values("accion"), "confirmar:"+local+"."+id) {
				w.press("accion", "confirmar:"+local+"."+id)
			}
		default:
			w.press("accion", "cambiar:"+local+"."+id)
			w.item(here, item, false)
		}
		if p := w.now(); p.status != 200 || p.url.Path != here {
			w.fail("a copied item of %s led to %s: %s", list, p, p.errors())
		}
	}
	var fresh []string
	for _, id := range want {
		if !slices.Contains(copied, id) && w.form.Live(w.target.Answers, list) {
			fresh = append(fresh, id)
		}
	}
	for i, id := range fresh {
		more := i+1 < len(fresh)
		if strings.HasSuffix(w.now().url.Path, "/nuevo/1") { // the one before led here
			ids[w.added(list)] = id
			w.item(here, list, more)
			continue
		}
		w.fill(w.answers)
		act := "agregar:" + local
		if sec.Layout == forms.Ledger {
			act = "agregar:"
		}
		if t, ok := w.visitor.(*tab); ok && t.script {
			t.read(t.at.status) // what the answers brought up, the button among it
		}
		if w.now().button("accion", act) == nil { // without a script, asked once what opens it is saved
			w.press("accion", "continuar")
			w.fill(w.answers)
		}
		if sec.Layout == forms.Ledger {
			w.fill(exactly(map[string]string{"tipo": local}))
		}
		w.press("accion", act)
		ids[w.added(list)] = id
		w.item(here, list, more)
		if p := w.now(); p.status != 200 || p.url.Path != here && !strings.HasSuffix(p.url.Path, "/nuevo/1") {
			w.fail("adding to %s led to %s: %s", list, p, p.errors())
		}
	}
}

// added is the id of the item that the page is about to add.
func (w *walk) added(list forms.Path) string {
	w.Helper()
	for _, c := range w.now().controls() {
		if rest, ok := strings.CutPrefix(c.attrs["name"], string(list)+"."); ok {
			id, _, _ := strings.Cut(rest, ".")
			return id
		}
	}
	w.fail("no page to add to %s: %s", list, w.now())
	return ""
}

// same reports whether a copied item stays as it was, what is asked afresh aside.
func (w *walk) same(item forms.Path) bool {
	under := func(a forms.Answers) map[forms.Path]string {
		out := map[forms.Path]string{}
		for p, v := range a {
			x, ok := w.form.Field(p)
			if p.Under(item) && ok && x.Derive == "" && !x.Fresh && x.Kind != forms.List && w.form.Live(a, p) {
				out[p] = strings.Join(v, "\n")
			}
		}
		return out
	}
	return maps.Equal(under(w.before), under(w.target.Answers))
}

// remove takes an item away, saying why when it was declared before.
func (w *walk) remove(item forms.Path, local string) {
	w.Helper()
	w.press("accion", "quitar:"+local)
	why := item.Join("motivoBaja")
	w.fill(exactly(map[string]string{
		"motivo": w.target.Answers.Get(why), "motivo.otro": w.target.Answers.Get(why.Join(forms.Other)),
	}))
	w.press("", "")
}

// item answers the pages of an item until it leads back to its section, or to
// another item of the list when there are more to tell of.
func (w *walk) item(section string, item forms.Path, more bool) {
	w.Helper()
	last, tries := "", 0
	for w.now().url.Path != section {
		p := w.now()
		if p.status != 200 {
			w.fail("%s: %s", item, p)
		}
		step := p.url.Path[strings.LastIndexByte(p.url.Path, '/')+1:]
		if step != last {
			last, tries = step, 0
		}
		if tries++; tries > 8 {
			w.fail("%s, page %s does not end: %s; the draft has %s", item, step, p.errors(), w.stored(p))
		}
		w.fill(w.answers)
		w.rows()
		act := "continuar"
		if more && p.button("accion", "otro") != nil {
			act = "otro"
		}
		w.press("accion", act)
		if w.pages++; act == "otro" && strings.HasSuffix(w.now().url.Path, "/nuevo/1") {
			return
		}
	}
}

// rows adds and drops rows of the lists within an item until there are as many as
// the person has to tell of.
func (w *walk) rows() {
	w.Helper()
	for range 40 {
		act := ""
		for _, v := range w.now().values("accion") {
			list, ok := strings.CutPrefix(v, "fila:")
			if !ok {
				continue
			}
			at, ok := w.translate(forms.Path(list))
			if !ok {
				continue
			}
			have, want := w.now().rowsOf(list), w.target.Answers.Items(at)
			if len(have) < len(want) {
				act = v
			} else if len(have) > max(len(want), 1) {
				act = "quitar:" + list + "." + have[len(have)-1]
			}
			if act != "" {
				break
			}
		}
		if act == "" {
			return
		}
		w.again("accion", act)
		w.fill(w.answers)
	}
	w.fail("rows do not end: %s", w.now())
}

// rowsOf are the ids of the rows of a list within an item, as the page has them.
func (p *page) rowsOf(list string) []string {
	var out []string
	for _, c := range p.controls() {
		if c.attrs["name"] == list && c.attrs["type"] == "hidden" && c.attrs["value"] != "" {
			out = append(out, c.attrs["value"])
		}
	}
	return out
}

// answers is what the person types into a control: the answer of her declaration.
func (w *walk) answers(name string) ([]string, bool) {
	p, ok := w.translate(forms.Path(name))
	if !ok {
		return nil, false
	}
	v := w.target.Answers[p]
	switch x, _ := w.form.Field(p); {
	case strings.HasSuffix(name, "."+forms.Currency):
		if len(v) > 0 && v[0] == "MXN" {
			return []string{""}, true // pesos are what an amount is in when nothing is said
		}
	case strings.HasSuffix(name, "."+forms.Other):
	case x.Kind == forms.Group || x.Kind == forms.List:
		return nil, false
	case x.Kind == forms.Date && len(v) > 0:
		return []string{slashed(v[0])}, true
	case x.Kind == forms.Money && len(v) > 0:
		return []string{grouped(v[0])}, true
	}
	if v == nil {
		v = []string{}
	}
	return v, true
}

// slashed is a day as people type it.
func slashed(iso string) string {
	if len(iso) != 10 {
		return iso
	}
	return iso[8:] + "/" + iso[5:7] + "/" + iso[:4]
}

// grouped is an amount as people type it.
func grouped(v string) string {
	if strings.Trim(v, "0123456789") != "" {
		return v
	}
	for i := len(v) - 3; i > 0; i -= 3 {
		v = v[:i] + "," + v[i:]
	}
	return v
}

// translate is the path in the target of a path on the page: the ids of items
// differ, the rows of lists within an item come in order.
func (w *walk) translate(name forms.Path) (forms.Path, bool) {
	parts := strings.Split(string(name), ".")
	sec := w.form.Section(parts[0])
	if sec == nil {
		return "", false
	}
	at, there, fields := forms.Path(parts[0]), forms.Path(parts[0]), sec.Fields
	for i := 1; i < len(parts); i++ {
		k := slices.IndexFunc(fields, func(f forms.Field) bool { return f.Name == parts[i] })
		if k < 0 {
			if parts[i] == forms.Currency || parts[i] == forms.Other {
				return there.Join(parts[i]), true
			}
			return "", false
		}
		x := &fields[k]
		at, there, fields = at.Join(x.Name), there.Join(x.Name), x.Of
		if x.Kind != forms.List || i+1 == len(parts) {
			continue
		}
		i++
		id, ok := w.ids[there][parts[i]]
		if !ok {
			row := slices.Index(w.now().rowsOf(string(at)), parts[i])
			items := w.target.Answers.Items(there)
			if row < 0 || row >= len(items) {
				return "", false
			}
			id = items[row]
		}
		at, there = at.Join(parts[i]), there.Join(id)
	}
	return there, true
}

// review accepts what there is to look at, sees that nothing stops the filing, and
// looks at the public version.
func (w *walk) review() {
	w.Helper()
	here := w.path("revisar")
	w.visitor.open(here)
	for range 60 {
		if left := w.now().values("correcto"); len(left) > 0 {
			w.press("correcto", left[0])
		}
	}
	if left := w.now().values("correcto"); len(left) > 0 {
		w.fail("warnings cannot be accepted: %q", left)
	}
	if p := w.now(); p.status != 200 || !strings.Contains(p.raw, w.path("vista-publica")) {
		w.fail("the review does not lead on: %s: %s", p, p.errors())
	}
	if p := w.visitor.open(w.path("vista-publica")); p.status != 200 || p.url.Path != w.path("vista-publica") {
		w.fail("public version: %s", p)
	}
}

var folio = regexp.MustCompile(`\bVE-\d{4}-\d{6}\b`)

// sign signs, and compares what was filed with what the person had to tell.
func (w *walk) sign() string {
	w.Helper()
	if p := w.visitor.open(w.path("firmar")); p.status != 200 || p.url.Path != w.path("firmar") {
		w.fail("signing: %s", p)
	}
	w.fill(exactly(map[string]string{"contrasena": password}))
	w.press("", "")
	p := w.now()
	no := folio.FindString(p.root.words())
	if p.status != 200 || p.url.Path != w.path("acuse") || no == "" {
		w.fail("signing led to %s, folio %q: %s", p, no, p.errors())
	}
	w.compare(no)
	return no
}

// compare fails for every difference between the filed document and the target.
func (w *walk) compare(no string) {
	w.Helper()
	want, err := forms.Compile(w.form, w.target)
	if err != nil {
		w.fail("%v", err)
	}
	var got forms.Document
	w.view(func(tx *storage.Txn) error {
		f, err := tx.FilingByFolio(no)
		if err != nil {
			return err
		}
		raw, err := tx.FullDocument(f.ID)
		if err != nil {
			return err
		}
		_, _, got, err = forms.ParseResult(raw)
		return err
	})
	for _, d := range differences(want.JSON, got.JSON) {
		w.Errorf("%s %s: %s", w.form.Type, w.form.Level.Slug(), d)
	}
}

// differences are the places where two documents differ.
func differences(want, got []byte) []string {
	var a, b any
	if json.Unmarshal(want, &a) != nil || json.Unmarshal(got, &b) != nil {
		return []string{"a document is not JSON"}
	}
	var out []string
	var walk func(at string, a, b any)
	walk = func(at string, a, b any) {
		if x, ok := a.(map[string]any); ok {
			if y, ok := b.(map[string]any); ok {
				keys := maps.Clone(x)
				maps.Copy(keys, y)
				for _, k := range slices.Sorted(maps.Keys(keys)) {
					walk(at+"."+k, x[k], y[k])
				}
				return
			}
		}
		if x, ok := a.([]any); ok {
			if y, ok := b.([]any); ok && len(x) == len(y) {
				for i := range x {
					walk(fmt.Sprintf("%s[%d]", at, i), x[i], y[i])
				}
				return
			}
		}
		if p, q := show(a), show(b); p != q {
			out = append(out, fmt.Sprintf("%s: told %s, filed %s", strings.TrimPrefix(at, "."), p, q))
		}
	}
	walk("", a, b)
	return out
}

func show(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// stored are the answers of the draft that stand beside the errors of a page, for
// the message of a test that fails.
func (w *walk) stored(p *page) string {
	a := w.work(w.who, w.id).Kept.Draft.Answers
	var out []string
	for _, c := range p.controls() {
		at := forms.Path(c.attrs["name"])
		if to, ok := w.translate(at); ok && c.shown() && c.attrs["type"] != "radio" {
			out = append(out, fmt.Sprintf("%s = %q, to be %q", at, a[at], w.target.Answers[to]))
		}
	}
	return strings.Join(out, "; ")
}
