package evolution

import (
	"slices"
	"strconv"

	"declara/forms"
)

// counter goes through the rows of a statement.
type counter struct {
	s, p     *Statement // of now, and before
	was      forms.Answers
	y        *Year
	from, to string // days of the period
}

func (c *counter) note(n Note) { c.y.Notes = append(c.y.Notes, n) }

func (c *counter) line(l Line) {
	if l.Value != 0 {
		c.y.Lines = append(c.y.Lines, l)
	}
}

// opening reports whether the balances at the beginning of the year are known.
func (c *counter) opening(all []Statement, before int) bool {
	if before < 0 {
		c.note(Note{Code: NoOpening})
		return false
	}
	p := &all[before]
	if p.Level == forms.Simplified {
		c.note(Note{Code: SimpleOpen})
		return false
	}
	switch at := p.At(); {
	case at == "":
		c.note(Note{Code: NoPeriod})
		return false
	case at == strconv.Itoa(c.y.Name-1)+"-12-31":
	case at >= c.from && at <= c.to:
		c.from = at
		c.note(Note{Code: MidYear, Day: at})
	default:
		c.note(Note{Code: Gap, Day: at})
		return false
	}
	return true
}

// money reads an amount; ok is false when none was declared.
func money(a forms.Answers, p forms.Path) (Amount, bool) {
	n, err := forms.ParseMoney(a.Get(p))
	if err != nil {
		return Amount{}, false
	}
	currency := a.Get(p.Join(forms.Currency))
	if currency == "" {
		currency = Peso
	}
	return Amount{n, currency}, true
}

// groups of income other than that of the post, with their lists.
var groups = []struct {
	name, list string
	kind       Kind
}{
	{"actividadIndustrialComercialEmpresarial", "actividades", Business}, {"actividadFinanciera", "actividades", Financial},
	{"serviciosProfesionales", "servicios", Services}, {"enajenacionBienes", "bienes", Sale}, {"otrosIngresos", "ingresos", OtherPay},
}

// names of figures I and B.
var (
	salaries = map[forms.Type]string{forms.Modificacion: "remuneracionAnualCargoPublico", forms.Conclusion: "remuneracionConclusionCargoPublico"}
	families = map[forms.Type]string{forms.Modificacion: "ingresoAnualNetoParejaDependiente", forms.Conclusion: "ingresoConclusionNetoParejaDependiente"}
)

const incomeSection = forms.Path("ingresos")

// income are the lines of section 8. The figures that are totals of others are not
// counted; a group without items counts its total.
func (c *counter) income() {
	a := c.s.Answers
	one := func(kind Kind, p forms.Path) bool {
		m, ok := money(a, p)
		if ok {
			c.line(Line{Kind: kind, Amount: m, Path: p})
		}
		return ok
	}
	if p := incomeSection.Join(salaries[c.s.Type]); !one(Salary, p) {
		c.note(Note{Code: NoValue, Path: p})
	}
	for _, g := range groups {
		list := incomeSection.Join(g.name, g.list)
		items := a.Items(list)
		for _, id := range items {
			if p := list.Join(id); !one(g.kind, p.Join("remuneracion")) {
				c.note(Note{Code: NoValue, Path: p})
			}
		}
		if len(items) == 0 {
			one(g.kind, incomeSection.Join(g.name, "remuneracionTotal"))
		}
	}
	one(Family, incomeSection.Join(families[c.s.Type]))
}

// goods are the lists of what is acquired and given up.
var goods = []forms.Path{"bienesInmuebles.bienInmueble", "vehiculos.vehiculo", "bienesMuebles.bienMueble"}

const gone = "BAJA"

// assets counts what was acquired, and notes what was given up.
func (c *counter) assets() {
	sold := slices.ContainsFunc(c.y.Lines, func(l Line) bool { return l.Kind == Sale })
	shared := false
	for _, list := range goods {
		for _, id := range c.s.Answers.Items(list) {
			p := list.Join(id)
			if slices.Contains(c.was.Items(list), id) {
				c.kept(p, sold)
				continue
			}
			shared = c.bought(p) || shared
		}
		c.vanished(list, "valorAdquisicion")
	}
	if shared {
		c.note(Note{Code: Shared})
	}
}

// kept notes what became of a row that was there before.
func (c *counter) kept(p forms.Path, sold bool) {
	a := c.s.Answers
	if a.Get(p.Join("tipoOperacion")) == gone {
		if a.Get(p.Join("motivoBaja")) == "VNT" && !sold {
			c.note(Note{Code: SoldFor, Path: p})
		}
		return
	}
	old, was := money(c.was, p.Join("valorAdquisicion"))
	if now, is := money(a, p.Join("valorAdquisicion")); was && is && now != old {
		c.note(Note{Code: Repriced, Path: p, Before: old})
	}
}

// bought counts a row that is new. It reports whether others own it too.
func (c *counter) bought(p forms.Path) (shared bool) {
	a := c.s.Answers
	day := a.Get(p.Join("fechaAdquisicion"))
	value, ok := money(a, p.Join("valorAdquisicion"))
	switch {
	case !ok:
		c.note(Note{Code: NoValue, Path: p})
		return false
	case day == "":
		c.note(Note{Code: NoDate, Path: p})
		return false
	case day < c.from:
		c.note(Note{Code: OldRow, Path: p, Day: day})
		return false
	case day > c.to:
		c.note(Note{Code: LaterRow, Path: p, Day: day})
		return false
	}
	l := Line{Kind: Purchase, Use: true, Amount: value, Path: p}
	l.Owners = owners(a, p)
	if n, err := forms.ParseInteger(a.Get(p.Join("porcentajePropiedad"))); err == nil && n < 100 {
		l.Share = n
	}
	c.line(l)
	switch how := a.Get(p.Join("formaAdquisicion")); {
	case how == "DNC" || how == "HRN" || how == "RST":
		l.Kind, l.Use = Gift, false
		c.line(l)
	case a.Get(p.Join("formaPago")) == "NO APLICA":
		l.Kind, l.Use = Unpaid, false
		c.line(l)
	}
	return len(l.Owners) > 0
}

// owners are those of a row when they are not the declarant alone.
func owners(a forms.Answers, p forms.Path) []string {
	who := a[p.Join("titular")]
	if len(who) == 0 || len(who) == 1 && who[0] == "DEC" {
		return nil
	}
	return slices.Clone(who)
}

// vanished notes the rows that were there before and are not any more.
func (c *counter) vanished(list forms.Path, amount string) {
	now := c.s.Answers.Items(list)
	for _, id := range c.was.Items(list) {
		if !slices.Contains(now, id) {
			n := Note{Code: Vanished, Path: list.Join(id)}
			n.Before, _ = money(c.was, n.Path.Join(amount))
			c.note(n)
		}
	}
}

const (
	accounts = forms.Path("inversiones.inversion")
	debts    = forms.Path("adeudos.adeudo")
)

// names of the balances of accounts and of debts.
var (
	balances = map[forms.Type]string{forms.Inicial: "saldoSituacionActual", forms.Modificacion: "saldoDiciembreAnterior", forms.Conclusion: "saldoFechaConclusion"}
	unpaid   = map[forms.Type]string{forms.Inicial: "saldoInsolutoSituacionActual", forms.Modificacion: "saldoInsolutoDiciembreAnterior", forms.Conclusion: "saldoInsolutoFechaConclusion"}
)

// balances counts what accounts and debts changed by.
func (c *counter) balances() {
	for _, id := range c.s.Answers.Items(accounts) {
		p := accounts.Join(id)
		if from, to, ok := c.change(accounts, p, balances); ok {
			c.moved(p, from, to, Saving, Withdrawal)
		}
	}
	c.vanished(accounts, balances[c.p.Type])
	for _, id := range c.s.Answers.Items(debts) {
		p := debts.Join(id)
		from, to, ok := c.change(debts, p, unpaid)
		if !ok {
			continue
		}
		if slices.Contains(c.was.Items(debts), id) {
			c.moved(p, from, to, Owed, Payment)
			continue
		}
		c.borrowed(p, to)
	}
	c.vanished(debts, unpaid[c.p.Type])
}

// change is the balance of a row before and now; of a row that is new, from nothing, and
// of one that was given up, to nothing: the form asks for no balance of that one.
func (c *counter) change(list, p forms.Path, names map[forms.Type]string) (from, to Amount, ok bool) {
	a := c.s.Answers
	ended := a.Get(p.Join("tipoOperacion")) == gone
	if to, ok = money(a, p.Join(names[c.s.Type])); !ok && !ended {
		c.note(Note{Code: NoValue, Path: p})
		return from, to, false
	}
	if ended {
		to.Value = 0
		c.note(Note{Code: Settled, Path: p})
	}
	there := slices.ContainsFunc(c.was.Items(list), func(id string) bool { return list.Join(id) == p })
	if !there {
		return Amount{0, to.Currency}, to, true
	}
	if from, ok = money(c.was, p.Join(names[c.p.Type])); !ok {
		c.note(Note{Code: NoValue, Path: p})
		return from, to, false
	}
	if ended {
		to.Currency = from.Currency
	}
	if from.Currency != to.Currency {
		c.note(Note{Code: Mixed, Path: p})
		return from, to, false
	}
	return from, to, true
}

// moved is the line of a balance that changed. An account that rose is a use and a debt
// that rose a resource.
func (c *counter) moved(p forms.Path, from, to Amount, up, down Kind) {
	l := Line{Kind: up, Use: up == Saving, Amount: Amount{to.Value - from.Value, to.Currency}, Path: p, From: from.Value, To: to.Value, Owners: owners(c.s.Answers, p)}
	if l.Value < 0 {
		l.Kind, l.Use, l.Value = down, down == Payment, -l.Value
	}
	c.line(l)
}

// borrowed counts a debt that is new: what was lent, and what has been paid of it.
func (c *counter) borrowed(p forms.Path, left Amount) {
	a := c.s.Answers
	lent, ok := money(a, p.Join("montoOriginal"))
	day := a.Get(p.Join("fechaAdquisicion"))
	if left.Value == 0 {
		left.Currency = lent.Currency // nothing has none
	}
	switch {
	case !ok:
		c.note(Note{Code: NoValue, Path: p})
	case day == "":
		c.note(Note{Code: NoDate, Path: p})
	case day < c.from:
		c.note(Note{Code: OldRow, Path: p, Day: day})
	case day > c.to:
		c.note(Note{Code: LaterRow, Path: p, Day: day})
	default:
		c.line(Line{Kind: Credit, Amount: lent, Path: p, Owners: owners(a, p)})
		if lent.Currency != left.Currency {
			c.note(Note{Code: Mixed, Path: p})
			return
		}
		c.moved(p, lent, left, Owed, Payment)
	}
}

// wealth adds up what a statement says is there.
func wealth(s *Statement) Wealth {
	w := Wealth{Day: s.At()}
	add := func(into *[]Amount, m Amount) {
		for i := range *into {
			if (*into)[i].Currency == m.Currency {
				(*into)[i].Value += m.Value
				return
			}
		}
		*into = append(*into, m)
	}
	each := func(list forms.Path, name string, into *[]Amount) {
		for _, id := range s.Answers.Items(list) {
			p := list.Join(id)
			if s.Answers.Get(p.Join("tipoOperacion")) == gone {
				continue
			}
			if m, ok := money(s.Answers, p.Join(name)); ok {
				add(into, m)
			}
		}
	}
	for _, list := range goods {
		each(list, "valorAdquisicion", &w.Assets)
	}
	each(accounts, balances[s.Type], &w.Assets)
	each(debts, unpaid[s.Type], &w.Debts)
	return w
}
