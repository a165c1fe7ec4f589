package web

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"declara/app/declare"
	"declara/app/errs"
	drawn "declara/app/web/view"
	"declara/forms"
	"declara/storage"
)

// readEdit reads what a page of a section sent: answers are the values whose name
// is a path; beside them stand the version and the answers that the page was drawn
// with. Whatever it is, it is read without a fault; what is not of the section is
// left out by the service.
func readEdit(form url.Values, section string, item forms.Path) declare.Edit {
	e := declare.Edit{Section: section, Item: item, Now: forms.Answers{}, Base: forms.Answers{}}
	for name, values := range form {
		if strings.HasPrefix(name, section+".") {
			e.Now[forms.Path(name)] = slices.Clone(values)
		}
	}
	e.Version, _ = strconv.Atoi(form.Get("version"))
	var base map[string][]string
	if raw := form.Get("base"); json.Unmarshal([]byte(raw), &base) == nil {
		for name, values := range base {
			e.Base[forms.Path(name)] = values
		}
	}
	return e
}

// pageBase is the hidden field with the answers that a page is drawn with.
func pageBase(sheets ...drawn.Sheet) string {
	all := map[string][]string{}
	for _, s := range sheets {
		maps.Copy(all, s.Base)
	}
	raw, err := json.Marshal(all)
	if err != nil { // a map of text always marshals
		return "{}"
	}
	return string(raw)
}

// sentBase is the same for answers that a page has just sent: what the next save
// of that page starts from.
func sentBase(e declare.Edit) string {
	all := map[string][]string{}
	for p, values := range e.Now {
		values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
		if len(values) > 0 {
			all[string(p)] = values
		}
	}
	return pageBase(drawn.Sheet{Base: all})
}

// envio is a number for a page, by which what it adds is added once.
func (c *Ctx) envio() string { return storage.NewID(c.Now()) }

// autosaved answers a save that the script made on its own.
func (c *Ctx) autosaved(saved declare.Saved, e declare.Edit, path string) error {
	return c.JSON(200, map[string]any{
		"version": saved.Version, "hora": c.words.Hour(saved.Work.Kept.Saved.In(saved.Work.Zone)), "base": sentBase(e), "ruta": path,
	})
}

// clashed answers for a save that another tab crossed: the script is told so, and
// a person gets the page with both values.
func (c *Ctx) clashed(saved declare.Saved, clash *declare.Clash, action string) error {
	if c.Header(autosaved) != "" {
		return c.JSON(409, apiError{Code: string(errs.Conflict), Message: c.words.T("web.js.conflict")})
	}
	return c.conflict(saved, clash, action)
}

// conflictPage shows two values of the same answers, side by side.
type conflictPage struct {
	ID, Section   string
	Gone          bool
	At            string
	Rows          []conflictRow
	Action, Back  string
	Version       int
	Base          string
	Envio         string
	SavedTogether bool // what did not clash is saved
}

type conflictRow struct {
	Label, Saved, Typed string
	Name                string
	Values              []string
}

func (c *Ctx) conflict(saved declare.Saved, clash *declare.Clash, action string) error {
	w := saved.Work
	sec := w.Form.Section(clash.Section)
	page := conflictPage{
		ID: w.Kept.ID, Section: c.words.T("section." + sec.Key), Gone: clash.Gone, Action: action, Version: clash.Version,
		At: c.words.Hour(w.Kept.Saved.In(w.Zone)), Back: action, Envio: c.Value("envio"), SavedTogether: !clash.Gone,
	}
	if clash.Gone {
		page.Back = sectionPath(w.Kept.ID, sec.Key)
	}
	typed, base := forms.Answers{}, map[string][]string{}
	for _, f := range clash.Fields {
		typed[f.Path] = f.Typed
		base[string(f.Path)] = f.Saved
	}
	page.Base = pageBase(drawn.Sheet{Base: base})
	for _, f := range clash.Fields {
		x, ok := w.Form.Field(f.Path)
		if !ok {
			continue
		}
		values := f.Typed
		if len(values) == 0 {
			values = []string{""}
		}
		page.Rows = append(page.Rows, conflictRow{
			Label: c.words.Question(w.Form.Key(f.Path), w.Form.Type.Slug()), Name: string(f.Path), Values: values,
			Saved: c.shown(w, w.Kept.Draft.Answers, x, f.Path, f.Saved), Typed: c.shown(w, typed, x, f.Path, f.Typed),
		})
	}
	return c.Render(409, "declare-conflict", page)
}

// shown is an answer in words, whatever was typed.
func (c *Ctx) shown(w declare.Work, a forms.Answers, x *forms.Field, p forms.Path, raw []string) string {
	if len(raw) == 0 {
		return c.words.T("declare.conflict.empty")
	}
	if x.From != nil && x.From.By != "" { // its parent is in the draft, not among what clashed
		a = w.Kept.Draft.Answers
	}
	return forms.Show(c.words, a, forms.Line{Kind: forms.Answer, Path: p, Field: x, Raw: raw})
}

// brought are the questions of a page that what was just answered brought up:
// those that it did not show, or had no options for, when it was drawn, and that
// have no answer yet. They are not mistakes, and some are optional, so the page is
// shown once more. With a script they came up as the person answered.
func brought(before, after drawn.Sheet, a forms.Answers, script bool) []forms.Path {
	if script {
		return nil
	}
	was := before.Asked()
	var out []forms.Path
	for p, ready := range after.Asked() {
		if ready && !was[p] && len(a[p]) == 0 {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

func parentOf(p forms.Path) forms.Path {
	if i := strings.LastIndexByte(string(p), '.'); i >= 0 {
		return p[:i]
	}
	return ""
}

// again leads back to a page with its problems. Which questions of it are new waits
// in the session, where the page finds it once: addresses name no questions.
func (c *Ctx) again(path string, fresh []forms.Path) error {
	if len(fresh) > 0 {
		c.flash = &storage.Flash{New: asText(fresh)}
	}
	return c.Redirect(path + "?revisa=1")
}

func asText(paths []forms.Path) []string {
	out := make([]string, len(paths))
	for i, p := range paths {
		out[i] = string(p)
	}
	return out
}

// newQuestions are the questions of the page that the last answers brought up.
func (c *Ctx) newQuestions() map[forms.Path]bool {
	out := map[forms.Path]bool{}
	if f := c.visit.Session.Flash; f != nil {
		for _, p := range f.New {
			out[forms.Path(p)] = true
		}
	}
	return out
}
