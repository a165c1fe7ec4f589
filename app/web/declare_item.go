package web

import (
	"slices"
	"strconv"
	"strings"

	"declara/app/declare"
	"declara/app/errs"
	drawn "declara/app/web/view"
	"declara/forms"
)

// itemPage is one page of an item: "Qué es", "De quién y cómo", "Dónde está".
type itemPage struct {
	ID, Key, No, Over, Title  string
	Step                      string
	Steps                     []stepView
	Sheet                     drawn.Sheet
	Action, Back, Envio, Base string
	Version                   int
	Saved                     string
	New, Last, Questions      bool // Questions: the last answers brought up some
	Another                   bool // there is room for one more after this
	Withheld                  bool // not public as a whole, as answered so far
	WithheldWhen              string
	Aside                     aside
	Remove                    string
}

type stepView struct {
	No, Title, Path string
	Here, Done      bool
}

// place is an item of an address: the section, its list, and the item, which may
// be one that is not there yet.
type place struct {
	section *forms.Section
	list    forms.Path
	item    forms.Path
	added   bool // "nuevo": the item is added with its first page
	step    uint8
}

// place reads the address of a page of an item.
func (c *Ctx) place(w declare.Work, envio string) (place, error) {
	sec := w.Form.Section(c.Param("section"))
	if sec == nil {
		return place{}, errs.New(errs.NotFound, "declare.error.section")
	}
	p := place{section: sec, list: forms.Path(sec.Key).Join(c.Param("list"))}
	if x, ok := w.Form.Field(p.list); !ok || x.Kind != forms.List || !strings.HasSuffix(string(p.list), "."+x.Name) {
		return place{}, errs.New(errs.NotFound, "declare.error.item")
	}
	p.item = p.list.Join(c.Param("item"))
	if c.Param("item") == newItem {
		p.item, p.added = p.list.Join(declare.NewItem(envio, p.list)), true
	}
	return p, nil
}

// stepped reads the step of the address.
func (c *Ctx) stepped(p *place, steps []uint8) error {
	n, err := strconv.ParseUint(c.Param("step"), 10, 8)
	if err != nil || !slices.Contains(steps, uint8(n)) {
		return errs.New(errs.NotFound, "declare.error.item")
	}
	p.step = uint8(n)
	return nil
}

func (s *Server) declareItem(c *Ctx) error {
	_, w, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	envio := c.envio()
	p, err := c.place(w, envio)
	if err != nil {
		return err
	}
	if w.Locked(p.section) {
		c.Flash("declare.error.locked")
		return c.Redirect(draftPath(w.Kept.ID))
	}
	ask := c.ask(w, p.section)
	if err := c.stepped(&p, ask.Steps(p.list)); err != nil {
		return err
	}
	if _, there := w.ItemOf(p.item); !there && !p.added {
		c.Flash("declare.error.item")
		return c.Redirect(sectionPath(w.Kept.ID, p.section.Key))
	}
	return c.Render(200, "declare-item", c.itemPage(w, p, ask, envio))
}

func (c *Ctx) itemPage(w declare.Work, p place, ask drawn.Ask, envio string) itemPage {
	list, _ := w.Form.Field(p.list)
	ask.At, ask.Step = p.item, p.step
	transcribed := c.transcribed(w, p.item)
	ask.Only = func(at forms.Path) bool { return len(transcribed) > 0 || at != p.item.Join(drawn.Motive) }
	ask.Blank = func(list forms.Path) string { return declare.NewItem(envio, list) }
	if c.Query("revisa") == "" {
		ask.Problems = nil
	} else {
		ask.Problems = forms.CheckSection(w.Form, &w.Kept.Draft, p.section.Key)
	}
	page := itemPage{
		ID: w.Kept.ID, Key: p.section.Key, No: sectionNumber(p.section), Over: c.overSection(w, p.section),
		Sheet: ask.Questions(), Action: c.path, Back: sectionPath(w.Kept.ID, p.section.Key), Envio: envio,
		Version: w.Kept.Versions[p.section.Key], New: p.added, Questions: len(c.newQuestions()) > 0,
		Aside: c.aside(w, w.Progress()), Step: strconv.Itoa(int(p.step)),
	}
	page.Base = pageBase(page.Sheet)
	if p.step == ask.Steps(p.list)[0] {
		page.Sheet.Questions = append(transcribed, page.Sheet.Questions...)
	}
	page.Title = ask.Called(p.item)
	if p.added {
		page.Title = c.words.T("list." + list.Name + ".add")
	} else {
		page.Saved = c.savedAt(w)
		page.Remove = itemPath(w.Kept.ID, p.item, "quitar")
	}
	page.Withheld, page.WithheldWhen = ask.Withheld(p.item)
	steps := ask.Steps(p.list)
	page.Last = steps[len(steps)-1] == p.step
	page.Another = page.Last && len(w.Kept.Draft.Answers.Items(p.list)) < list.Max-1
	if len(steps) > 1 {
		for _, n := range steps {
			v := stepView{No: strconv.Itoa(int(n)), Title: c.words.T("step." + p.section.Key + "." + strconv.Itoa(int(n))), Here: n == p.step, Done: n < p.step}
			if !p.added {
				v.Path = itemPath(w.Kept.ID, p.item, v.No)
			}
			page.Steps = append(page.Steps, v)
		}
	}
	return page
}

func (s *Server) declareSaveItem(c *Ctx) error {
	who, before, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	if err := c.FormError(); err != nil {
		return err
	}
	p, err := c.place(before, c.Value("envio"))
	if err != nil {
		return err
	}
	ask := c.ask(before, p.section)
	steps := ask.Steps(p.list)
	if err := c.stepped(&p, steps); err != nil {
		return err
	}
	id := before.Kept.ID
	here := itemPath(id, p.item, c.Param("step"))
	auto := c.Header(autosaved) != ""
	act, arg, _ := strings.Cut(c.Value("accion"), ":")
	last := steps[len(steps)-1] == p.step
	e := readEdit(c.Form(), p.section.Key, p.item)
	e.New = p.added || c.Value("otravez") != ""
	saved, err := s.declare.Save(c.Context(), who, id, e, (act == "continuar" || act == "otro") && last && !auto)
	if clash, ok := declare.AsClash(err); ok {
		return c.clashed(saved, clash, here)
	} else if err != nil {
		return c.ended(err)
	}
	if auto {
		return c.autosaved(saved, e, here)
	}
	switch act {
	case "fila":
		return s.addRow(c, who, p, here, forms.Path(arg))
	case "quitar":
		return s.dropRow(c, who, p, here, forms.Path(arg))
	case "continuar", "otro":
		return c.onwardItem(before, saved, p, steps, here, act == "otro")
	}
	return c.Redirect(sectionPath(id, p.section.Key) + "#" + drawn.ID(p.item))
}

// addRow adds a row to a list within the item, without a script.
func (s *Server) addRow(c *Ctx, who declare.Who, p place, here string, list forms.Path) error {
	if !list.Under(p.item) {
		return c.Redirect(here)
	}
	row := list.Join(declare.NewItem(c.Value("envio")+"+", list))
	if err := s.declare.AddItem(c.Context(), who, c.Param("id"), p.section.Key, row); err != nil {
		return c.ended(err)
	}
	return c.Redirect(here + "#" + drawn.ID(row))
}

// dropRow removes one.
func (s *Server) dropRow(c *Ctx, who declare.Who, p place, here string, row forms.Path) error {
	if row == p.item || !row.Under(p.item) {
		return c.Redirect(here)
	}
	if err := s.declare.Remove(c.Context(), who, c.Param("id"), row, "", ""); err != nil {
		return c.ended(err)
	}
	return c.Redirect(here + "#" + drawn.ID(parentOf(row)))
}

// onwardItem goes on to the next page of the item, or back to this one while
// something on it has to be answered or corrected. After the last page it is the
// list, or the first page of another item when more asks for it.
func (c *Ctx) onwardItem(before declare.Work, saved declare.Saved, p place, steps []uint8, here string, more bool) error {
	w := saved.Work
	ask := drawn.Ask{Form: w.Form, Draft: &w.Kept.Draft, Words: c.words}
	var mine []forms.Problem
	for _, x := range forms.CheckSection(w.Form, &w.Kept.Draft, p.section.Key) {
		if x.Path != p.item && x.Path.Under(p.item) && ask.StepOf(p.item, x.Path) == c.Param("step") {
			mine = append(mine, x)
		}
	}
	was := drawn.Ask{Form: before.Form, Draft: &before.Kept.Draft, Words: c.words, At: p.item, Step: p.step}
	ask.At, ask.Step = p.item, p.step
	if fresh := brought(was.Questions(), ask.Questions(), w.Kept.Draft.Answers, c.Value("js") != ""); len(fresh) > 0 || len(mine) > 0 {
		return c.again(here, fresh)
	}
	if i := slices.Index(steps, p.step); i+1 < len(steps) {
		return c.Redirect(itemPath(w.Kept.ID, p.item, strconv.Itoa(int(steps[i+1]))))
	}
	c.Flash("declare.flash.item", ask.Called(p.item))
	if list, ok := w.Form.Field(p.list); more && ok && len(w.Kept.Draft.Answers.Items(p.list)) < list.Max {
		return c.Redirect(itemPath(w.Kept.ID, p.list.Join(newItem), "1"))
	}
	return c.Redirect(sectionPath(w.Kept.ID, p.section.Key) + "#" + drawn.ID(p.item))
}

// removePage asks before an item is removed, and why when it was declared before.
type removePage struct {
	ID, Over, Title, Action, Back string
	Baja                          bool
	Reason                        []drawn.Question
	Other                         string
	Error                         bool
}

func (s *Server) declareRemovePage(c *Ctx) error {
	_, w, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	return s.removing(c, w, 200, false)
}

func (s *Server) removing(c *Ctx, w declare.Work, status int, wrong bool) error {
	p, err := c.place(w, "")
	if err != nil {
		return err
	}
	r, err := w.Removing(p.item)
	if err != nil {
		c.Flash("declare.error.item")
		return c.Redirect(sectionPath(w.Kept.ID, p.section.Key))
	}
	ask := c.ask(w, p.section)
	page := removePage{
		ID: w.Kept.ID, Over: c.overSection(w, p.section), Title: ask.Called(p.item), Action: c.path,
		Back: sectionPath(w.Kept.ID, p.section.Key) + "#" + drawn.ID(p.item), Baja: r.Baja, Error: wrong,
	}
	if r.Reason != nil {
		now := w.Kept.Draft.Answers.Get(p.item.Join(drawn.Motive))
		if wrong {
			now = c.Value("motivo")
		}
		page.Reason = []drawn.Question{c.motive(r.Reason, now, w.Kept.Draft.Answers.Get(p.item.Join(drawn.Motive, forms.Other)), wrong)}
	}
	return c.Render(status, "declare-remove", page)
}

// motive is the question why an item is gone.
func (c *Ctx) motive(list *forms.Catalogue, now, other string, wrong bool) drawn.Question {
	q := drawn.Question{Draw: "radios", Path: "motivo", ID: "f-motivo", Label: c.words.T("declare.remove.why"), Needed: true}
	for i, e := range list.Options("") {
		q.Options = append(q.Options, drawn.Option{ID: "f-motivo-" + strconv.Itoa(i), Key: e.Key, Text: c.words.Option(list.Name, e.Key, e.Text), On: now == e.Key})
	}
	if list.Other != "" {
		q.Other = &drawn.Question{Draw: "text", Path: "motivo.otro", ID: "f-motivo-otro", Label: c.words.T("declare.other"), Needed: true, Autocomplete: "off",
			When: `{"o":"is","p":"motivo","v":["` + list.Other + `"]}`, Value: other}
	}
	switch {
	case wrong && now != "" && now == list.Other:
		q.Other.Problem = c.words.T("problem.other")
	case wrong:
		q.Problem = c.words.T("problem.required.choice")
	}
	return q
}

func (s *Server) declareRemove(c *Ctx) error {
	who, w, err := s.draft(c)
	if err != nil {
		return c.ended(err)
	}
	p, err := c.place(w, "")
	if err != nil {
		return err
	}
	path := sectionPath(w.Kept.ID, p.section.Key)
	r, err := w.Removing(p.item)
	if err != nil {
		return c.Redirect(path) // removed already, in another tab or by the same press
	}
	reason, other := c.Value("motivo"), c.Value("motivo.otro")
	if r.Reason != nil && (!r.Reason.Has(reason) || reason == r.Reason.Other && other == "") {
		return s.removing(c, w, 422, true)
	}
	name := c.ask(w, p.section).Called(p.item)
	if err := s.declare.Remove(c.Context(), who, w.Kept.ID, p.item, reason, other); err != nil {
		return c.ended(err)
	}
	c.Flash("declare.flash.removed", name)
	if r.Baja {
		path += "#" + drawn.ID(p.item)
	}
	return c.Redirect(path)
}
