package publish

import (
	"strconv"
	"strings"
)

// summed are the sections that the summary tells of, in its order.
var summed = []string{"bienesInmuebles", "vehiculos", "bienesMuebles", "inversiones", "adeudos", "participacion"}

// summary is the declaration in figures. There is no total over sections and
// nothing that compares persons.
func (r reading) summary() []Figure {
	f := r.figures
	var out []Figure
	if f.Income != nil {
		label := "public.income." + r.f.Type.Slug()
		out = append(out, Figure{
			Key:   "ingresos " + r.f.Type.Slug(),
			Label: r.w.T(label, strconv.Itoa(Situation(r.f.Type, r.year))),
			Plain: r.w.T(label + ".plain"),
			Value: r.w.Money(f.Income.Value, f.Income.Currency),
		})
	}
	for _, key := range summed {
		if r.f.Section(key) == nil {
			continue
		}
		h := f.Holdings[key]
		v, bought := r.holds(key, h)
		out = append(out, Figure{Key: key, Label: r.w.T("section." + key), Value: v, Bought: bought})
	}
	return out
}

// holds is a holding in words.
func (r reading) holds(key string, h Holding) (s string, bought bool) {
	switch {
	case h.None:
		return r.w.T("public.summary.none"), false
	case h.Count == 0 && h.Gone > 0:
		return r.w.N("public.summary.gone", h.Gone), false
	case h.Count == 0:
		return r.w.T("public.summary.hidden"), false
	}
	count := strconv.Itoa(h.Count)
	switch {
	case key == "adeudos", len(h.Change) > 0:
		if len(h.Change) == 0 || r.update {
			return count, false
		}
		return r.w.T("public.summary.balance", count, r.balances(h.Change)), false
	case len(h.Value) > 0:
		var sums []string
		for _, v := range h.Value {
			sums = append(sums, r.w.Money(v.Value, v.Currency))
		}
		return r.w.T("public.summary.bought", count, strings.Join(sums, " + ")), true
	}
	return count, false
}

// balances says how balances moved: each of up to three, and counts beyond that.
func (r reading) balances(moves []int) string {
	if len(moves) == 1 {
		return r.w.T("public.summary.moved", r.moved(strconv.Itoa(moves[0])))
	}
	up, down := 0, 0
	var each []string
	for _, m := range moves {
		each = append(each, r.moved(strconv.Itoa(m)))
		switch {
		case m > 0:
			up++
		case m < 0:
			down++
		}
	}
	if len(moves) <= 3 {
		return r.w.T("public.summary.moved", strings.Join(each, ", "))
	}
	return r.w.T("public.summary.counted", strconv.Itoa(up), strconv.Itoa(down))
}
