package forms

import "strings"

// Prefill starts a draft from what was filed before. The whole previous
// declaration goes to d.Before, in the names of this form; all of it but what is
// asked afresh each time goes to d.Answers, under the same ids. Items that were
// already gone (BAJA) are in neither. Nothing is confirmed, and what human
// resources gave is not overwritten. A previous document that cannot be read
// leaves the draft as it is.
func Prefill(f *Form, prev Document, d *Draft) {
	was, err := Parse(prev.Form, prev.JSON)
	if err != nil {
		return
	}
	was.dropGone(prev.Form)
	if d.Answers == nil {
		d.Answers = Answers{}
	}
	d.Before, d.Confirmed, d.Baja, d.Accepted = Answers{}, map[Path]bool{}, map[Path]bool{}, map[string]bool{}
	if (f.Type == Conclusion) != (prev.Form.Type == Conclusion) {
		was.Set(takenOver)
	}
	for i := range f.Sections {
		s := &f.Sections[i]
		if prev.Form.Section(s.Key) != nil {
			copied{was, d.Before, d.Answers}.group(root(s), false)
		}
	}
	Derive(f, d)
}

// takenOver is the day of taking office, and in a conclusión that of leaving it:
// the one never fills in the other.
const takenOver Path = "datosEmpleoCargoComision.fechaTomaPosesion"

// dropGone takes the items out of lists that the previous declaration said were
// gone, and sections that said so of themselves.
func (a Answers) dropGone(f *Form) {
	for i := range f.Sections {
		s := &f.Sections[i]
		if a.Get(Path(s.Key).Join(operated)) == opGone {
			for p := range a {
				if p.Under(Path(s.Key)) {
					delete(a, p)
				}
			}
		}
		list := collected(s)
		if list == "" {
			continue
		}
		var kept []string
		for _, id := range a.Items(list) {
			if a.Get(list.Join(id, operated)) != opGone {
				kept = append(kept, id)
			}
		}
		a.Set(list, kept...)
		if len(kept) == 0 && a.Get(Path(s.Key).Join(none)) == No {
			a.Set(Path(s.Key).Join(none))
		}
	}
}

// copied carries answers from the previous declaration into a new one.
type copied struct{ was, before, answers Answers }

func (c copied) group(sc *scope, fresh bool) {
	for i := range sc.fields {
		x := &sc.fields[i]
		p := sc.at.Join(x.Name)
		fresh := fresh || x.Fresh
		switch x.Kind {
		case Group:
			c.group(sc.in(x, p), fresh)
		case List:
			c.answer(p, p, fresh)
			for _, id := range c.was.Items(p) {
				c.group(sc.in(x, p.Join(id)), fresh)
			}
		default:
			from := p
			if x.Kind == Money && isBalance(x.Name) && len(c.was[p]) == 0 {
				from = c.balance(sc.at, x.Name)
			}
			c.answer(p, from, fresh || x.Name == remarks)
			c.answer(p.Join(Other), from.Join(Other), fresh)
			c.answer(p.Join(Currency), from.Join(Currency), fresh)
		}
	}
}

func (c copied) answer(to, from Path, fresh bool) {
	v := c.was[from]
	if len(v) == 0 {
		return
	}
	c.before[to] = v
	if !fresh && len(c.answers[to]) == 0 {
		c.answers[to] = v
	}
}

// balance is where the previous declaration has the balance of an item: the name
// of that property differs by type of declaration.
func (c copied) balance(item Path, name string) Path {
	stem := "saldo"
	if strings.HasPrefix(name, "saldoInsoluto") {
		stem = "saldoInsoluto"
	}
	for _, end := range [...]string{"SituacionActual", "DiciembreAnterior", "FechaConclusion"} {
		if p := item.Join(stem + end); len(c.was[p]) > 0 {
			return p
		}
	}
	return item.Join(name)
}
