package view

import (
	"slices"
	"strconv"
	"strings"

	"declara/forms"
)

// few is the most options that are shown as radios; longer lists are a select.
const few = 5

// kinds draws each kind of field: one function a kind.
var kinds map[forms.Kind]func(*renderer, *Question, *forms.Field, *scope)

// kindNames are the kinds in keys of the catalogue ("problem.required.choice").
var kindNames = map[forms.Kind]string{
	forms.Text: "text", forms.Paragraph: "paragraph", forms.Integer: "integer", forms.Money: "money",
	forms.Percent: "percent", forms.Date: "date", forms.YesNo: "yesno", forms.Choice: "choice",
	forms.Choices: "choices", forms.Group: "group", forms.List: "list",
}

func init() {
	kinds = map[forms.Kind]func(*renderer, *Question, *forms.Field, *scope){
		forms.Text: (*renderer).text, forms.Paragraph: (*renderer).paragraph, forms.Integer: (*renderer).integer,
		forms.Money: (*renderer).money, forms.Percent: (*renderer).percent, forms.Date: (*renderer).date,
		forms.YesNo: (*renderer).yesNo, forms.Choice: (*renderer).choice, forms.Choices: (*renderer).choices,
		forms.Group: (*renderer).nested, forms.List: (*renderer).list,
	}
}

// value is the answer as typed, noted as what the page was drawn with.
func (r *renderer) value(p forms.Path, shown func(string) string) string {
	v := r.Draft.Answers.Get(p)
	if shown != nil {
		v = shown(v)
	}
	r.drawn(p, v)
	return v
}

// drawn notes an answer in the base of the page.
func (r *renderer) drawn(p forms.Path, values ...string) {
	values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
	if len(values) > 0 {
		r.base[string(p)] = values
	}
}

func (r *renderer) text(q *Question, x *forms.Field, _ *scope) {
	q.Draw, q.Autocomplete = "text", complete(r.Form.Key(q.Path))
	q.Class, q.Mode = typed(x.Rules)
	if strings.Contains(x.Rules, "email") {
		q.Mode = "email"
	}
	q.Value = r.value(q.Path, nil)
}

// typed is how a text is typed, by its rules: identifiers in fixed width and
// capitals, numbers with the keypad.
func typed(rules string) (class, mode string) {
	for rule := range strings.SplitSeq(rules, ",") {
		switch rule {
		case "rfc", "rfcperson", "rfccompany", "rfcbody", "curp":
			return "w-m clave", ""
		case "homoclave":
			return "w-s clave", ""
		case "folio":
			return "w-m clave", ""
		case "cp":
			return "w-s", "numeric"
		case "phone", "digits":
			return "w-s", "tel"
		case "max=30", "max=20":
			return "w-s", ""
		}
	}
	return "", ""
}

// complete is the autocomplete token of the person's own data; that of others is
// never offered by the browser (WCAG 1.3.5).
func complete(key string) string {
	switch key {
	case "datosGenerales.correoElectronico.personal":
		return "email"
	case "datosGenerales.telefono.casa":
		return "home tel-national"
	case "datosGenerales.telefono.celularPersonal":
		return "mobile tel-national"
	case "domicilioDeclarante.domicilioMexico.codigoPostal", "domicilioDeclarante.domicilioExtranjero.codigoPostal":
		return "postal-code"
	case "domicilioDeclarante.domicilioMexico.calle", "domicilioDeclarante.domicilioExtranjero.calle":
		return "address-line1"
	}
	return "off"
}

func (r *renderer) paragraph(q *Question, x *forms.Field, _ *scope) {
	q.Draw, q.Value = "paragraph", r.value(q.Path, nil)
	for rule := range strings.SplitSeq(x.Rules, ",") {
		if n, ok := strings.CutPrefix(rule, "max="); ok {
			q.Max, _ = strconv.Atoi(n)
		}
	}
}

func (r *renderer) integer(q *Question, _ *forms.Field, _ *scope) {
	q.Draw, q.Class, q.Mode, q.Autocomplete = "text", "w-s", "numeric", "off"
	q.Value = r.value(q.Path, nil)
}

func (r *renderer) percent(q *Question, _ *forms.Field, _ *scope) {
	q.Draw, q.Mode, q.Unit = "measure", "numeric", "%"
	if q.Hidden { // while it is computed the person types nothing
		return
	}
	q.Value = r.value(q.Path, nil)
}

func (r *renderer) date(q *Question, _ *forms.Field, _ *scope) {
	q.Draw, q.Class, q.Autocomplete = "text", "w-s", "off"
	if q.Hint == "" {
		q.Hint = r.Words.T("declare.hint.date")
	}
	q.Value = r.value(q.Path, Slashed)
}

// Slashed is a date as people type it, dd/mm/aaaa; what is no date stays as it is.
func Slashed(v string) string {
	if iso, err := forms.ParseDate(v); err == nil && len(iso) == 10 {
		return iso[8:] + "/" + iso[5:7] + "/" + iso[:4]
	}
	return v
}

func (r *renderer) money(q *Question, _ *forms.Field, sc *scope) {
	q.Draw, q.Value = "money", r.value(q.Path, Grouped)
	q.Unit = "MXN"
	if sc.locked {
		return
	}
	at := q.Path.Join(forms.Currency)
	q.CurrencyName = string(at)
	now := r.Draft.Answers.Get(at)
	r.drawn(at, now)
	if now != "" {
		q.Unit = now
	}
	_, wrong := r.problems[at]
	q.CurrencyOpen = now != "" && now != "MXN" || wrong
	q.Currency = r.options(forms.Currencies, "", at, []string{now})
	if wrong && !q.Hidden {
		q.Problem = r.problem(r.problems[at], nil)
		r.told[at], r.told[q.Path] = true, true
		r.errors = append(r.errors, SheetError{ID(at), q.Label + ": " + q.Problem})
	}
}

// Grouped is an amount with its separators; what is no amount stays as it is.
func Grouped(v string) string {
	n, err := forms.ParseMoney(v)
	if err != nil {
		return v
	}
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// yesNo asks with two radios. That there is no partner is a yes of the standard; people are
// asked whether there is one, since nobody answers a denial with yes or no.
func (r *renderer) yesNo(q *Question, x *forms.Field, _ *scope) {
	q.Draw, q.Row = "yesno", true
	v := r.value(q.Path, nil)
	keys := []string{forms.Yes, forms.No}
	if x.Name == "ninguno" {
		q.Label = r.Words.T("declare.partner")
		slices.Reverse(keys)
	}
	for i, key := range keys {
		q.Options = append(q.Options, Option{ID(q.Path) + "-" + key, key, r.Words.Yes(i == 0), v == key})
	}
}

func (r *renderer) choice(q *Question, x *forms.Field, sc *scope) {
	now := r.Draft.Answers.Get(q.Path)
	by := ""
	if x.From.By != "" {
		q.From = x.From.Name
		if p, ok := resolve(x.From.By, sc); ok {
			q.By, by = string(p), r.Draft.Answers.Get(p)
		}
		q.Wait = by == ""
	}
	begins := now
	if now == "" { // it is not there yet: the base of the page has no answer
		begins = x.Preset
	}
	q.Options = r.options(x.From, by, q.Path, []string{begins})
	r.drawn(q.Path, now)
	q.Draw = "select"
	if x.From.By == "" && len(q.Options) <= few {
		q.Draw, q.Row = "radios", short(q.Options)
	}
	r.other(q, x, []string{now})
}

func (r *renderer) choices(q *Question, x *forms.Field, _ *scope) {
	now := r.Draft.Answers[q.Path]
	q.Draw, q.Options = "checks", r.options(x.From, "", q.Path, now)
	r.drawn(q.Path, slices.Clone(now)...)
	r.other(q, x, now)
}

// short reports whether options are few and brief enough to stand in a row.
func short(options []Option) bool {
	n := 0
	for _, o := range options {
		n += len([]rune(o.Text)) + 6
	}
	return n <= 56
}

// options are those of a catalogue, in words.
func (r *renderer) options(c *forms.Catalogue, by string, p forms.Path, now []string) []Option {
	entries := c.Options(by)
	out := make([]Option, len(entries))
	for i, e := range entries {
		out[i] = Option{
			ID: ID(p) + "-" + strconv.Itoa(i+1), Key: e.Key,
			Text: r.Words.Option(c.Name, e.Key, e.Text), On: e.Key != "" && slices.Contains(now, e.Key),
		}
	}
	return out
}

// other is the text that goes with the option "other".
func (r *renderer) other(q *Question, x *forms.Field, now []string) {
	if x.From.Other == "" || x.From.Bare {
		return
	}
	at := q.Path.Join(forms.Other)
	w := forms.Is(x.Name, x.From.Other)
	sc := &scope{fields: []forms.Field{*x}, at: parent(q.Path)}
	o := Question{
		Draw: "text", Path: at, ID: ID(at), Label: r.Words.T("declare.other"), Needed: true, Autocomplete: "off",
		Hidden: !slices.Contains(now, x.From.Other), When: r.when(&w, sc), Value: r.value(at, nil), Private: q.Private,
	}
	if p, ok := r.problems[at]; ok && !o.Hidden && !q.Hidden && !r.New[at] {
		o.Problem = r.problem(p, nil)
		r.told[at] = true
		r.errors = append(r.errors, SheetError{o.ID, q.Label + ": " + o.Problem})
	}
	q.Other = &o
}

func (r *renderer) nested(q *Question, x *forms.Field, sc *scope) {
	q.Draw = "group"
	q.Of = r.group(&scope{x.Of, q.Path, sc, sc.locked}, 0, q.Private == "siempre")
}

// list draws the rows of a list within an item, each with its questions, so that
// it works without a script: one more row is a press of a button away. A list that
// must have a row shows a blank one.
func (r *renderer) list(q *Question, x *forms.Field, sc *scope) {
	q.Draw, q.AddLabel = "list", r.Words.T("list."+x.Name+".add")
	ids := r.Draft.Answers.Items(q.Path)
	r.drawn(q.Path, slices.Clone(ids)...)
	for i, id := range r.rows(x, q.Path) {
		item := q.Path.Join(id)
		row := Question{Draw: "row", Path: item, ID: ID(item), Nested: q.Path, Number: i + 1, Value: id, Label: r.Words.T("list." + x.Name + ".one")}
		row.Of = r.group(&scope{x.Of, item, sc, sc.locked}, 0, q.Private == "siempre")
		q.Of = append(q.Of, row)
	}
}

// rows are the ids of the rows that a list is drawn with.
func (r *renderer) rows(x *forms.Field, p forms.Path) []string {
	ids := r.Draft.Answers.Items(p)
	if len(ids) == 0 && needed(x) && r.Blank != nil {
		return []string{r.Blank(p)}
	}
	return ids
}
