package forms

import (
	"strconv"
	"strings"
)

// This file computes what the person never types. A field names its derivation
// in Field.Derive; the supported names are:
//
//	operation      tipoOperacion of an item (or of a section that has one of its
//	               own): AGREGAR, MODIFICAR, SIN_CAMBIOS or BAJA, from Before and
//	               Baja (rules of the standard, section 7)
//	groupTotal     Money in a Group beside exactly one List whose items have a
//	               Money "remuneracion": the sum of them (remuneracionTotal)
//	otherIncome    Money of a section: sum of every groupTotal in the section's
//	               live groups (II)
//	incomeA        Money of a section: the sibling Money whose name begins with
//	               "remuneracion" (I) + the sibling otherIncome (II)
//	incomeC        Money of a section: the sibling incomeA + the sibling Money whose
//	               name ends in "ParejaDependiente" (B), when B is asked
//	percentChange  Percent beside one Money whose name begins with "saldo": change
//	               from the same item in Before, clamped to ±100; no answer for a
//	               new item or a previous balance of 0
//	ownershipAll   Percent: 100 while the sibling "titular" is only DEC; otherwise
//	               the person types it
//	notApplicable  Text: "NO APLICA" while the sibling "tipoAdeudo" is PRPE;
//	               otherwise the person types it
//
// Money in a section of Layout Ledger (8 and 9) is always in pesos: its currency
// is not asked, and needs no derivation.

// Operations, the values of tipoOperacion. It compares with the previous
// declaration and is never asked: what the person did to an item tells it.
const (
	opAdded   = "AGREGAR"
	opChanged = "MODIFICAR"
	opSame    = "SIN_CAMBIOS"
	opGone    = "BAJA"
)

// Derivations that leave the answer to the person while their own condition does
// not hold.
const (
	deriveOwnership     = "ownershipAll"
	deriveNotApplicable = "notApplicable"
)

// Derive computes what the person never types and puts it in d.Answers, together
// with what human resources gave; a section that has items and has not said whether
// there is "ninguno" says no. It is idempotent; it must run after each change and
// before checking or compiling.
func Derive(f *Form, d *Draft) {
	if d.Answers == nil {
		d.Answers = Answers{}
	}
	for p, v := range d.Given {
		d.Answers.Set(p, v...)
	}
	for i := range f.Sections {
		s := &f.Sections[i]
		v := deriver{d, s}
		sc := root(s)
		if list := collected(s); list != "" && len(d.Answers[list]) > 0 && d.Answers.Get(sc.at.Join(none)) == "" && named(s.Fields, none) != nil {
			d.Answers.Set(sc.at.Join(none), No)
		}
		v.group(sc)
	}
}

// deriver computes the answers of one section.
type deriver struct {
	d *Draft
	s *Section
}

func (v deriver) group(sc *scope) {
	a := v.d.Answers
	for i := range sc.fields {
		x := &sc.fields[i]
		switch {
		case x.Kind == Group:
			v.group(sc.in(x, sc.at.Join(x.Name)))
		case x.Kind == List:
			for _, id := range a.of(sc, x.Name) {
				v.group(sc.in(x, sc.at.Join(x.Name, id)))
			}
		case x.Kind == Money && v.s.Layout == Ledger:
			delete(a, sc.at.Join(x.Name, Currency))
		}
	}
	// The sums rest on one another in this order.
	for _, name := range [...]string{"groupTotal", "otherIncome", "incomeA", "incomeC"} {
		v.each(sc, name)
	}
	for i := range sc.fields {
		if x := &sc.fields[i]; x.Derive != "" {
			v.leaf(x, sc)
		}
	}
}

func (v deriver) each(sc *scope, derive string) {
	for i := range sc.fields {
		if x := &sc.fields[i]; x.Derive == derive {
			v.d.Answers.Set(sc.at.Join(x.Name), strconv.FormatInt(v.sum(x, sc), 10))
		}
	}
}

func (v deriver) leaf(x *Field, sc *scope) {
	a, p := v.d.Answers, sc.at.Join(x.Name)
	switch x.Derive {
	case "operation":
		a.Set(p, v.operation(sc))
	case "percentChange":
		a.Set(p, v.percent(sc))
	case deriveOwnership:
		if a.holds(&soleOwner, sc, 0) {
			a.Set(p, "100")
		}
	case deriveNotApplicable:
		if a.holds(&personalLoan, sc, 0) {
			a.Set(p, notApplicable)
		} else if a.Get(p) == notApplicable {
			a.Set(p)
		}
	}
}

// Conditions under which the two conditional derivations hold.
var (
	soleOwner    = Only("titular", "DEC")
	personalLoan = Is("tipoAdeudo", "PRPE")
)

// ComputedWhen is the condition under which the answer to a field is computed and
// not typed, looked up from the field's own group; ok is false for a field that is
// always typed. For most derivations it is the zero Cond, which always holds.
func (x *Field) ComputedWhen() (c Cond, ok bool) {
	switch x.Derive {
	case "":
		return Cond{}, false
	case deriveOwnership:
		return soleOwner, true
	case deriveNotApplicable:
		return personalLoan, true
	}
	return Cond{}, true
}

// Computed reports whether the answer at p is computed, given the answers, and so
// is shown and not typed.
func (f *Form) Computed(a Answers, p Path) bool {
	x, ok := f.Field(p)
	if !ok {
		return false
	}
	c, computed := x.ComputedWhen()
	return computed && f.Holds(c, a, parent(p))
}

// sum is the amount that a total stands for. Amounts that cannot be read count
// as nothing: they are problems of their own.
func (v deriver) sum(x *Field, sc *scope) (total int64) {
	for i := range sc.fields {
		y := &sc.fields[i]
		if !v.d.Answers.live(y, sc, 0) {
			continue
		}
		p := sc.at.Join(y.Name)
		switch {
		case x.Derive == "groupTotal" && y.Kind == List:
			for _, id := range v.d.Answers.Items(p) {
				total += v.amount(p.Join(id, "remuneracion"))
			}
		case x.Derive == "otherIncome" && y.Kind == Group:
			for j := range y.Of {
				if y.Of[j].Derive == "groupTotal" {
					total += v.amount(p.Join(y.Of[j].Name))
				}
			}
		case y.Kind != Money:
		case x.Derive == "incomeA" && (y.Derive == "otherIncome" || y.Derive == "" && strings.HasPrefix(y.Name, "remuneracion")),
			x.Derive == "incomeC" && (y.Derive == "incomeA" || y.Derive == "" && familyFigure(y.Name)):
			total += v.amount(p)
		}
	}
	return total
}

// familyFigure reports whether a name is that of figure B, the income of partner
// and dependants; it differs by type of declaration and always ends so.
func familyFigure(name string) bool { return strings.HasSuffix(name, "ParejaDependiente") }

func (v deriver) amount(p Path) int64 {
	n, err := ParseMoney(v.d.Answers.Get(p))
	if err != nil {
		return 0
	}
	return n
}

// operation is the tipoOperacion of an item, or of a section that has one itself.
func (v deriver) operation(sc *scope) string {
	switch said := v.d.Said[sc.at]; {
	case said != "":
		return said
	case !wasThere(v.d, sc):
		return opAdded
	case v.d.Baja[sc.at]:
		return opGone
	case differs(v.d, sc, false):
		return opChanged
	}
	return opSame
}

// percent is porcentajeIncrementoDecremento: how the balance beside it moved since
// the previous declaration, in whole percent. The standard bounds it to ±100. A
// new item, a previous balance of 0 and a balance in another currency have none.
func (v deriver) percent(sc *scope) string {
	for i := range sc.fields {
		x := &sc.fields[i]
		if x.Kind != Money || !isBalance(x.Name) {
			continue
		}
		now, empty, bad := v.d.Answers.decode(x, sc)
		was, none, fault := v.d.Before.decode(x, sc)
		if empty || none || bad != nil || fault != nil || was.n == 0 || was.currency != now.currency {
			return ""
		}
		return strconv.FormatInt(min(max(ratio(now.n-was.n, was.n), -100), 100), 10)
	}
	return ""
}

// ratio is n/of in percent, rounded half away from zero.
func ratio(n, of int64) int64 {
	half := of / 2
	if n < 0 {
		half = -half
	}
	return (n*100 + half) / of
}

// isBalance reports whether a field is the balance of an account or a debt: its
// name differs by type of declaration (saldoSituacionActual, saldoDiciembreAnterior,
// saldoInsolutoFechaConclusion …) and always begins so.
func isBalance(name string) bool { return strings.HasPrefix(name, "saldo") }
