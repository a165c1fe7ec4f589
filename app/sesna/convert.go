package sesna

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"declara/forms"
)

// Problem is something of a record that did not come over as it was: its place there,
// and why. It has nothing of what stood there.
type Problem struct{ Path, Code, Arg string }

// The codes of problems of our own; others are those of the rules of the form.
const (
	CodeUnknown  = "unknown"  // this format asks no such thing
	CodeShape    = "shape"    // it is of another kind than the format's
	CodeOption   = "option"   // no option of its catalogue
	CodeTaken    = "taken"    // the option was found by its text
	CodeDecimals = "decimals" // its decimals were cut
	CodeDay      = "day"      // it is no day
	CodeMany     = "many"     // more items than the format takes; those beyond are left out
	CodeYear     = "year"     // the year in which it was due was inferred
	CodeTotal    = "total"    // a figure that its parts do not give; it stays
	CodeRule     = "rule"     // a rule of the format is not met; Arg says which
	CodeStandard = "standard" // the public version would not be one of the standard's; Arg says why
)

// Identity is who a record is of.
type Identity struct{ Given, First, Second, RFC, CURP string }

// Declaration is a record as it would come in.
type Declaration struct {
	ID       string
	Owner    string // id of an account
	Signed   bool
	Type     forms.Type
	Level    forms.Level
	Year     int
	Event    string
	Interest bool
	At       time.Time
	Who      Identity
	Unit     string
	Post     string
	Grade    string
	Document forms.Document
	Problems []Problem
}

// Why a record is none of ours.
var (
	ErrNoType = errors.New("sesna.skip.type")
	ErrNoTime = errors.New("sesna.skip.time")
	ErrNoID   = errors.New("sesna.skip.id")
)

// Account is a record of the collection of users.
type Account struct {
	ID  string
	Who Identity
}

// AccountOf reads an account; ok is false when the record is something else.
func AccountOf(r map[string]any) (Account, bool) {
	if r["tipoDeclaracion"] != nil || r["datosGenerales"] != nil {
		return Account{}, false
	}
	a := Account{ID: text(r["_id"]), Who: Identity{text(r["nombre"]), text(r["primerApellido"]), text(r["segundoApellido"]), upper(text(r["rfc"])), upper(text(r["curp"]))}}
	return a, a.ID != "" && (a.Who.RFC != "" || a.Who.CURP != "")
}

func text(v any) string { s, _ := v.(string); return strings.TrimSpace(s) }

func upper(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "")) }

// Convert reads a record of the collection of declarations. Days are of a zone.
func Convert(r map[string]any, zone *time.Location) (d Declaration, err error) {
	d.ID, d.Owner = text(r["_id"]), text(r["owner"])
	if !validID(d.ID) {
		return d, ErrNoID
	}
	d.Signed, _ = r["firmada"].(bool)
	var ok bool
	if d.Type, ok = typeOf(text(r["tipoDeclaracion"])); !ok {
		return d, ErrNoType
	}
	if whole, given := r["declaracionCompleta"].(bool); given && !whole {
		d.Level = forms.Simplified
	}
	d.Interest, _ = r["actualizacionConflictoInteres"].(bool)
	for _, name := range []string{"updatedAt", "createdAt"} {
		if t, ok := r[name].(instant); ok && d.At.IsZero() {
			d.At = t.UTC().Truncate(time.Second)
		}
	}
	if d.At.IsZero() || d.At.Year() < 2015 || d.At.Year() > 2100 {
		return d, ErrNoTime
	}
	f := forms.Lookup(d.Type, d.Level)
	c := converter{zone: zone, t: d.Type}
	halves := map[forms.Part]map[string]any{forms.Patrimonial: {}, forms.Interes: {}}
	used := map[string]bool{}
	for i := range f.Sections {
		s := &f.Sections[i]
		name := s.Key
		if other, is := sections[s.Key]; is && r[name] == nil {
			name = other
		}
		used[name] = true
		if o := object(r[name]); o != nil {
			halves[s.Part][s.Key] = c.group(s.Fields, o, name)
		} else if r[name] != nil {
			c.tell(name, CodeShape)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r)) {
		if !used[name] && !theirs[name] && !hollow(r[name]) {
			c.tell(name, CodeUnknown)
		}
	}
	general, post := halves[forms.Patrimonial]["datosGenerales"], halves[forms.Patrimonial]["datosEmpleoCargoComision"]
	g, p := object(general), object(post)
	rfc := object(g["rfc"])
	d.Who = Identity{text(g["nombre"]), text(g["primerApellido"]), text(g["segundoApellido"]), upper(text(rfc["rfc"]) + text(rfc["homoClave"])), upper(text(g["curp"]))}
	d.Unit, d.Post, d.Grade = text(p["areaAdscripcion"]), text(p["empleoCargoComision"]), text(p["nivelEmpleoCargoComision"])
	if d.Type != forms.Modificacion {
		d.Event = text(p["fechaTomaPosesion"])
	}
	c.year(&d, r["anioEjercicio"])
	b, err := json.Marshal(map[string]any{"situacionPatrimonial": halves[forms.Patrimonial], "interes": halves[forms.Interes]})
	if err != nil {
		return d, err
	}
	a, err := forms.Parse(f, b)
	if err != nil {
		return d, err
	}
	var broken []forms.Problem
	d.Document, broken = forms.Bring(f, &forms.Draft{Type: d.Type, Level: d.Level, Edition: f.Edition, Year: d.Year, Event: d.Event, Today: d.At.In(zone).Format(time.DateOnly), Answers: a})
	for _, x := range broken {
		code, arg := CodeRule, x.Code
		if x.Code == forms.CodeDiffers {
			code, arg = CodeTotal, ""
		}
		c.problems = append(c.problems, Problem{place(f, x.Path), code, arg})
	}
	d.Problems = c.problems
	return d, nil
}

// place is a path of answers with numbers for items.
func place(f *forms.Form, p forms.Path) string {
	key := f.Key(p)
	parts := strings.Split(string(p), ".")
	kept := strings.Split(key, ".")
	var out []string
	for i := 0; i < len(parts); i++ {
		if len(kept) > 0 && parts[i] == kept[0] {
			out, kept = append(out, parts[i]), kept[1:]
			continue
		}
		if n, ok := strings.CutPrefix(parts[i], "i"); ok && len(out) > 0 {
			out[len(out)-1] += "[" + n + "]"
		}
	}
	return strings.Join(out, ".")
}

func typeOf(s string) (forms.Type, bool) {
	switch fold(s) {
	case "INICIAL", "INICIO":
		return forms.Inicial, true
	case "MODIFICACION":
		return forms.Modificacion, true
	case "CONCLUSION":
		return forms.Conclusion, true
	}
	return 0, false
}

// validID reports whether an id of theirs may stand in a key of ours.
func validID(s string) bool {
	return s != "" && len(s) <= 48 && strings.Trim(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == ""
}

// year infers the year in which it was due. Their anioEjercicio is, by whoever set it
// up, that of filing or the one that is told of; one further back was filed late.
func (c *converter) year(d *Declaration, v any) {
	filed := d.At.In(c.zone).Year()
	d.Year = filed
	n, ok := v.(json.Number)
	if !ok {
		return
	}
	of, err := n.Int64()
	if err != nil || of < 2000 || of > 2100 || int(of) == filed || int(of) == filed-1 {
		return
	}
	if d.Type == forms.Modificacion && int(of) < filed {
		d.Year = int(of) + 1
	}
	c.tell("anioEjercicio", CodeYear)
}

type converter struct {
	zone     *time.Location
	t        forms.Type
	problems []Problem
}

// mostProblems of a record; a record that is something else has no end of them.
const mostProblems = 500

func (c *converter) tell(path, code string) {
	if len(c.problems) < mostProblems {
		c.problems = append(c.problems, Problem{Path: path, Code: code})
	}
}

func object(v any) map[string]any {
	o, _ := v.(map[string]any)
	return o
}

// hollow reports whether nothing is said in a value.
func hollow(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case map[string]any:
		for key, x := range v {
			if key != "_id" && !hollow(x) {
				return false
			}
		}
		return true
	case []any:
		return !slices.ContainsFunc(v, func(x any) bool { return !hollow(x) })
	case string:
		return strings.TrimSpace(v) == ""
	}
	return false
}

// group puts the members of an object into the shape of the format.
func (c *converter) group(fields []forms.Field, in map[string]any, at string) map[string]any {
	out := map[string]any{}
	used := map[string]bool{"_id": true, "id": true}
	own := map[string]bool{}
	for i := range fields {
		own[fields[i].Name] = true
	}
	for i := range fields {
		x := &fields[i]
		if x.Screen {
			continue
		}
		name := x.Name
		if in[name] == nil {
			for _, other := range append(slices.Clone(names[name]), ofType(c.t, name)...) {
				if in[other] != nil && !own[other] {
					name = other
					break
				}
			}
		}
		used[name] = true
		if hollow(in[name]) {
			if items, is := in[name].([]any); is && x.Kind == forms.List {
				out[x.Name] = items[:0]
			}
			continue
		}
		if v, ok := c.value(x, in[name], at+"."+name, out); ok {
			out[x.Name] = v
		}
	}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		if !used[name] && !hollow(in[name]) {
			c.tell(at+"."+name, CodeUnknown)
		}
	}
	return out
}

// value puts one value into the shape of a field. around is what was read beside it.
func (c *converter) value(x *forms.Field, v any, at string, around map[string]any) (any, bool) {
	switch x.Kind {
	case forms.Group:
		if items, is := v.([]any); is && len(items) == 1 {
			v = items[0]
		}
		if o := object(v); o != nil {
			return c.group(x.Of, o, at), true
		}
	case forms.List:
		items, is := v.([]any)
		if !is {
			items = []any{v}
		}
		all := []any{}
		for i, v := range items {
			place := at + "[" + strconv.Itoa(i+1) + "]"
			switch o := object(v); {
			case o == nil:
				c.tell(place, CodeShape)
			case !hollow(o):
				all = append(all, c.group(x.Of, o, place))
			}
		}
		if x.Max > 0 && len(all) > x.Max {
			c.tell(at, CodeMany)
		}
		return all, true
	case forms.Choices:
		items, is := v.([]any)
		if !is {
			items = []any{v}
		}
		all := []any{}
		for _, v := range items {
			if k, ok := c.option(x, v, at, around); ok {
				all = append(all, k)
			}
		}
		return all, len(all) > 0
	case forms.Choice:
		if items, is := v.([]any); is && len(items) == 1 {
			v = items[0]
		}
		return c.option(x, v, at, around)
	case forms.Money:
		return c.money(v, at)
	case forms.Integer, forms.Percent:
		return c.number(v, at)
	case forms.Date:
		return c.day(v, at)
	case forms.YesNo:
		return c.yes(v, at)
	default:
		switch v := v.(type) {
		case string:
			return v, true
		case json.Number:
			return v.String(), true
		case map[string]any:
			if s := text(v["valor"]); s != "" {
				return s, true
			}
		}
	}
	c.tell(at, CodeShape)
	return nil, false
}

func (c *converter) number(v any, at string) (any, bool) {
	n, ok := v.(json.Number)
	if s, is := v.(string); is {
		s = strings.ReplaceAll(strings.TrimSpace(s), ",", "")
		n, ok = json.Number(s), s != "" && json.Valid([]byte(s))
	}
	f, err := n.Float64()
	if !ok || err != nil || f > 1<<53 || f < -1<<53 {
		c.tell(at, CodeShape)
		return nil, false
	}
	if f != float64(int64(f)) {
		c.tell(at, CodeDecimals)
	}
	return json.Number(strconv.FormatInt(int64(f), 10)), true
}

func (c *converter) money(v any, at string) (any, bool) {
	o := object(v)
	if o == nil {
		o = map[string]any{"valor": v}
	}
	if o["valor"] == nil {
		return nil, false // a currency alone
	}
	n, ok := c.number(o["valor"], at+".valor")
	if !ok {
		return nil, false
	}
	if strings.HasPrefix(string(n.(json.Number)), "-") { // theirs for what is kept back
		c.tell(at+".valor", CodeShape)
		return nil, false
	}
	currency := "MXN"
	if said := o["moneda"]; !hollow(said) {
		k, ok := key(forms.Currencies, "", said)
		if !ok {
			c.tell(at+".moneda", CodeOption)
		} else {
			currency = k
		}
	}
	return map[string]any{"valor": n, "moneda": currency}, true
}

// day is a day of an instant or of a text. Midnight in Greenwich is a day that was
// picked without a zone; any other hour is one of the institution's.
func (c *converter) day(v any, at string) (any, bool) {
	switch v := v.(type) {
	case instant:
		if u := v.UTC(); u.Hour() == 0 && u.Minute() == 0 && u.Second() == 0 {
			return u.Format(time.DateOnly), true
		}
		return v.In(c.zone).Format(time.DateOnly), true
	case string:
		if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return c.day(instant{t}, at)
		}
		if iso, err := forms.ParseDate(v); err == nil {
			return iso, true
		}
	}
	c.tell(at, CodeDay)
	return nil, false
}

func (c *converter) yes(v any, at string) (any, bool) {
	switch v := v.(type) {
	case bool:
		return v, true
	case string:
		switch fold(v) {
		case "SI", "TRUE", "S":
			return true, true
		case "NO", "FALSE", "N":
			return false, true
		}
	}
	c.tell(at, CodeShape)
	return nil, false
}

// option is an option of a catalogue.
func (c *converter) option(x *forms.Field, v any, at string, around map[string]any) (any, bool) {
	by := ""
	if x.From.By != "" {
		switch p := around[x.From.By].(type) {
		case string:
			by = p
		case map[string]any:
			by = text(p["clave"])
		}
	}
	k, ok := key(x.From, by, v)
	if !ok {
		c.tell(at, CodeOption)
		return nil, false
	}
	said := text(object(v)["valor"])
	if was, is := v.(string); is && was != k || !is && text(object(v)["clave"]) != k {
		c.tell(at, CodeTaken)
	}
	if x.From.Bare {
		return k, true
	}
	if k != x.From.Other || said == "" {
		said = x.From.Text(k)
	}
	return map[string]any{"clave": k, "valor": said}, true
}

// key finds an option by its key, by another spelling of it, or by its text.
func key(c *forms.Catalogue, by string, v any) (string, bool) {
	var asked []string
	switch v := v.(type) {
	case string:
		asked = []string{v}
	case json.Number:
		asked = []string{v.String()}
	case map[string]any:
		for _, name := range []string{"clave", "valor"} {
			switch s := v[name].(type) {
			case string:
				asked = append(asked, s)
			case json.Number:
				asked = append(asked, s.String())
			}
		}
	}
	has := func(k string) bool {
		if by == "" {
			return c.Has(k)
		}
		_, ok := c.Under(by, k)
		return ok
	}
	for _, s := range asked {
		s = strings.TrimSpace(s)
		tries := append([]string{s, "0" + s, "00" + s}, spellings[fold(s)]...)
		if by != "" {
			if rest, ok := strings.CutPrefix(s, by); ok {
				tries = append(tries, rest)
			}
		}
		for _, k := range tries {
			if k != "" && has(k) {
				return k, true
			}
		}
	}
	for _, s := range asked {
		want, found := fold(s), ""
		if want == "" {
			continue
		}
		for _, e := range c.Options(by) {
			if fold(e.Key) == want || fold(e.Text) == want {
				if found != "" && found != e.Key {
					found = ""
					break
				}
				found = e.Key
			}
		}
		if found != "" {
			return found, true
		}
	}
	return "", false
}

// fold is a key or a text as it is compared: capitals without accents, letters and
// figures alone.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToUpper(s)) {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	return b.String()
}
