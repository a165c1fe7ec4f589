package declare

import (
	"context"
	"crypto/hmac"
	"maps"
	"slices"
	"strings"

	"declara/app/errs"
	"declara/forms"
)

// errDrifted says that the draft is no longer the one that the person compared the
// file with.
var errDrifted = errs.New(errs.Conflict, "carry.error.drifted")

// Plan is what a file would do to a draft, to be shown before it does.
type Plan struct {
	File     Carried
	Ours     bool   // we wrote it, and nobody changed it since
	Aged     bool   // it is of another period: what is asked anew each time stays behind
	Now      Work   // as it is
	Then     Work   // as it would be if all of it were brought
	Stamp    string // of the draft that it was compared with
	Sections []PlanSection
	Foreign  []string // keys of sections that this declaration does not ask, or that are closed
	Left     int      // answers that belong to no question, or for which there is no room
	Clashes  int      // answers that say something else than the draft
}

// PlanSection is what changes in a section, in the order of the form.
type PlanSection struct {
	Section *forms.Section
	Rows    []PlanRow
}

// PlanRow is an answer that changes, or an item that is added.
type PlanRow struct {
	Path     forms.Path
	Item     bool
	Problems []forms.Problem // with what is brought, by question
}

// Bringing tells what a file would do to a draft, and does nothing.
func (s *Service) Bringing(ctx context.Context, who Who, id string, c Carried) (Plan, error) {
	w, err := s.Draft(ctx, who, id)
	if err != nil {
		return Plan{}, err
	}
	return s.plan(w, c)
}

func (s *Service) plan(w Work, c Carried) (Plan, error) {
	if c.CURP == "" || c.CURP != w.Person.CURP {
		return Plan{}, errCarriedOther
	}
	p := Plan{
		File: c, Ours: hmac.Equal([]byte(c.Mark), []byte(s.carriedMark(c))), Aged: w.aged(c),
		Now: w, Then: w.copy(), Stamp: w.Stamp(),
	}
	b := bringer{Work: &p.Then, file: c, all: true, aged: p.Aged}
	b.bring()
	p.Foreign, p.Left = b.foreign, b.left
	for i := range w.Form.Sections {
		sec := &w.Form.Sections[i]
		rows := b.rows(&p, sec)
		if len(rows) > 0 {
			p.Sections = append(p.Sections, PlanSection{sec, rows})
		}
	}
	return p, p.Then.bounded()
}

// rows are what a section has that it had not, each with its problems.
func (b *bringer) rows(p *Plan, sec *forms.Section) []PlanRow {
	var rows []PlanRow
	problems := forms.CheckSection(p.Then.Form, &p.Then.Kept.Draft, sec.Key)
	of := func(top forms.Path) (out []forms.Problem) {
		for _, x := range problems {
			if x.Path.Under(top) {
				out = append(out, x)
			}
		}
		return out
	}
	for _, item := range b.added {
		if item.Section() == sec.Key {
			rows = append(rows, PlanRow{item, true, of(item)})
		}
	}
	for _, at := range b.set {
		if at.Section() != sec.Key {
			continue
		}
		rows = append(rows, PlanRow{at, false, of(at)})
		if len(p.Now.Kept.Draft.Answers[at]) > 0 {
			p.Clashes++
		}
	}
	at := orderOf(p.Then.Form, sec)
	slices.SortStableFunc(rows, func(x, y PlanRow) int { return at[p.Then.Form.Key(x.Path)] - at[p.Then.Form.Key(y.Path)] })
	return rows
}

// orderOf are the places of the questions of a section in its form, by key.
func orderOf(f *forms.Form, sec *forms.Section) map[string]int {
	at := map[string]int{}
	var walk func(up forms.Path, fields []forms.Field)
	walk = func(up forms.Path, fields []forms.Field) {
		for i := range fields {
			p := up.Join(fields[i].Name)
			at[f.Key(p)] = len(at)
			walk(p, fields[i].Of)
		}
	}
	walk(forms.Path(sec.Key), sec.Fields)
	return at
}

// Bring puts the answers of a file into a draft: all of them, or only those that the
// draft has none for. stamp is that of the Plan which the person saw; a draft that
// changed since is left alone. What it changes has to be vouched for again.
func (s *Service) Bring(ctx context.Context, who Who, id string, c Carried, all bool, stamp string) error {
	return s.update(ctx, who, func(t *txn) error {
		w, err := t.open(id, change)
		if err != nil {
			return err
		}
		if w.Stamp() != stamp {
			return errDrifted
		}
		if c.CURP == "" || c.CURP != w.Person.CURP {
			return errCarriedOther
		}
		b := bringer{Work: &w, file: c, all: all, aged: w.aged(c)}
		b.bring()
		if err := w.bounded(); err != nil {
			return err
		}
		if len(b.touched) == 0 {
			return nil
		}
		return t.put(&w, slices.Sorted(maps.Keys(b.touched))...)
	})
}

// aged reports whether a file is of another declaration than the draft.
func (w *Work) aged(c Carried) bool {
	return c.Type != w.Form.Type.Slug() || c.Year != w.Kept.Draft.Year
}

// copy is a draft whose answers may be changed without changing this one's.
func (w Work) copy() Work {
	d := &w.Kept.Draft
	d.Answers, d.Confirmed = maps.Clone(d.Answers), maps.Clone(d.Confirmed)
	return w
}

// bringer brings the answers of a file into a draft.
type bringer struct {
	*Work
	file      Carried
	all, aged bool

	added   []forms.Path // items
	set     []forms.Path // answers that are not in an added item
	touched map[string]bool
	foreign []string
	left    int
	moved   map[forms.Path]forms.Path // items of the file that are here under another id
	twins   map[forms.Path]bool       // items of the draft that an item of the file says again
}

func (b *bringer) bring() {
	b.touched, b.moved, b.twins = map[string]bool{}, map[forms.Path]forms.Path{}, map[forms.Path]bool{}
	bySection := map[string][]forms.Path{}
	for p := range b.file.Answers {
		bySection[p.Section()] = append(bySection[p.Section()], p)
	}
	made, _ := b.file.form()
	for key, paths := range bySection {
		if sec := b.Form.Section(key); sec == nil || b.Locked(sec) {
			if made.Section(key) != nil {
				b.foreign = append(b.foreign, key)
			} else {
				b.left += len(paths)
			}
		}
	}
	slices.SortFunc(b.foreign, func(x, y string) int { return order(made, x) - order(made, y) })
	for i := range b.Form.Sections {
		sec := &b.Form.Sections[i]
		if paths := bySection[sec.Key]; len(paths) > 0 && !b.Locked(sec) {
			slices.Sort(paths) // a list comes before what is in its items
			b.section(sec, paths)
		}
	}
	forms.Derive(b.Form, &b.Kept.Draft)
	b.settle()
}

// order is where a form has a section.
func order(f *forms.Form, key string) int {
	return slices.IndexFunc(f.Sections, func(s forms.Section) bool { return s.Key == key })
}

func (b *bringer) section(sec *forms.Section, paths []forms.Path) {
	a := b.Kept.Draft.Answers
	saysNone := a.Get(none(sec.Key)) == forms.Yes && b.asksNone(sec.Key)
	if saysNone && !b.all && b.Kept.Draft.Confirmed[forms.Path(sec.Key)] {
		return // she said that there is nothing: only "all" says otherwise
	}
	sent := b.admit(Edit{Section: sec.Key}, b.file.Answers)
	for _, p := range paths {
		if _, ok := sent[p]; !ok {
			b.left++
			continue
		}
		if b.isList(p) {
			b.list(p, sent)
		}
	}
	kept := b.keptWhole(paths, sent)
	for _, p := range paths {
		values, to := sent[p], b.here(p)
		x, ok := b.Form.Field(to)
		switch {
		case len(values) == 0 || !ok || b.isList(to) || b.isItem(to), b.aged && (x.Fresh || isRemarks(to)):
		case b.removed(to), b.again(to) && !x.Fresh, kept[over(to)]:
		case !b.holds(to):
			b.left++
		case to == none(sec.Key) && values[0] == forms.Yes && len(b.Items(sec)) > 0: // there is something
		case b.equal(to, values, a[to]):
		case len(a[to]) == 0 || b.all || b.within(to):
			a.Set(to, values...)
			if !b.within(to) {
				b.set = append(b.set, to)
			}
		}
	}
}

// keptWhole are the addresses of which the draft says something else than the file,
// while only what is missing is brought: the street of one does not go with the town of
// another.
func (b *bringer) keptWhole(paths []forms.Path, sent forms.Answers) map[forms.Path]bool {
	kept := map[forms.Path]bool{}
	if b.all {
		return kept
	}
	for _, p := range paths {
		to := b.here(p)
		have := b.Kept.Draft.Answers[to]
		if len(sent[p]) == 0 || len(have) == 0 || b.within(to) || b.isList(to) || b.equal(to, sent[p], have) {
			continue
		}
		if x, ok := b.Form.Field(over(to)); ok && strings.HasPrefix(x.Name, "domicilio") {
			kept[over(to)] = true
		}
	}
	return kept
}

// over is the path that one lies right below.
func over(p forms.Path) forms.Path {
	if i := strings.LastIndexByte(string(p), '.'); i >= 0 {
		return p[:i]
	}
	return ""
}

// isRemarks reports whether a path is the free text of a section or of an item, which
// speaks of its own declaration.
func isRemarks(p forms.Path) bool { return strings.HasSuffix(string(p), ".aclaracionesObservaciones") }

// here is where an answer of the file goes.
func (b *bringer) here(p forms.Path) forms.Path {
	for _, s := range b.steps(p) {
		if to, ok := b.moved[s.item()]; ok {
			p = to + p[len(s.item()):]
		}
	}
	return p
}

// within reports whether a path lies in an item that the file adds.
func (b *bringer) within(p forms.Path) bool {
	return slices.ContainsFunc(b.added, p.Under)
}

// again reports whether a path lies in an item that the file only says again.
func (b *bringer) again(p forms.Path) bool {
	steps := b.steps(p)
	return len(steps) > 0 && b.twins[steps[0].item()]
}

// list adds the items of a list that the draft lacks. One that says the same as an
// item of the draft is that item.
func (b *bringer) list(p forms.Path, sent forms.Answers) {
	list := b.here(p)
	if !b.holds(list) || b.again(list) {
		return // its item has no room, and its answers are counted as left, or it is there already
	}
	a := b.Kept.Draft.Answers
	x, _ := b.Form.Field(list)
	own := len(b.steps(list)) == 0 // of a section, and not of one of its items
	for _, id := range sent[p] {
		ids := a.Items(list)
		if slices.Contains(ids, id) {
			continue
		}
		if own {
			if twin, ok := b.twin(list, p.Join(id), sent); ok {
				b.moved[p.Join(id)], b.twins[list.Join(twin)] = list.Join(twin), true
				continue
			}
		}
		to := id
		if !validID(id) {
			to = NewItem(id, list)
		}
		if len(ids) >= x.Max && x.Max > 0 || slices.Contains(ids, to) {
			continue
		}
		if to != id {
			b.moved[p.Join(id)] = list.Join(to)
		}
		a.Set(list, append(slices.Clone(ids), to)...)
		if own {
			b.takeBackNone(list.Section())
		}
		b.added = append(b.added, list.Join(to))
	}
}

// twin is the item of the draft that has all that an item of the file says. What is
// asked anew each year does not tell two items apart; one that the file has itself, or
// that another item of it said again, is nobody's twin.
func (b *bringer) twin(list, item forms.Path, sent forms.Answers) (id string, ok bool) {
	for _, id := range b.Kept.Draft.Answers.Items(list) {
		at := list.Join(id)
		if !b.twins[at] && !slices.Contains(sent[over(item)], id) && b.says(at, item, sent) {
			return id, true
		}
	}
	return "", false
}

// says reports whether an item of the draft has every answer of one of the file, which
// has at least one.
func (b *bringer) says(at, item forms.Path, sent forms.Answers) bool {
	told := 0
	for p, values := range sent {
		x, ok := b.Form.Field(p)
		if p == item || !p.Under(item) || len(values) == 0 || !ok || x.Fresh || len(b.steps(p)) > 1 || b.isList(p) {
			continue
		}
		here := at + p[len(item):]
		if told++; !b.equal(here, values, b.Kept.Draft.Answers[here]) {
			return false
		}
	}
	return told > 0
}

// settle takes back the person's word for what changed, and keeps of what was set only
// what is so after everything was worked out.
func (b *bringer) settle() {
	d := &b.Kept.Draft
	b.set = slices.DeleteFunc(b.set, func(p forms.Path) bool { return b.Form.Computed(d.Answers, p) })
	// Items within an added one are told with it.
	top := b.added[:0:0]
	for _, item := range b.added {
		if !slices.ContainsFunc(top, item.Under) {
			top = append(top, item)
		}
	}
	b.added = top
	for _, p := range slices.Concat(b.added, b.set) {
		b.touched[p.Section()] = true
		delete(d.Confirmed, forms.Path(p.Section()))
		for _, s := range b.steps(p) {
			delete(d.Confirmed, s.item())
		}
	}
}
