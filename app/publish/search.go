package publish

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"
	"strings"

	"declara/forms"
)

// PerPage is how many persons a page of results has.
const PerPage = 20

// maxUnits bounds the units offered as a filter; a body with more is searched by
// typing.
const maxUnits = 200

// Bounds of the work done to propose another query.
const (
	maxMended = 5  // words of a query that is mended; a longer one is not
	maxTries  = 16 // proposals tried
)

// Query is a public search. The zero Query finds every published declaration.
type Query struct {
	Text     string     // name, post or unit; each word must begin a word of the declaration
	Unit     string     // exact; "" is any
	Year     int        // 0 is any
	Type     forms.Type // 0 is any
	Interest bool       // only updates of interests; Type is ignored
	Page     int        // from 1; less is 1
}

// Hit is one person of a result.
type Hit struct {
	Entry          // the newest of her declarations that match
	Others []Entry // the rest of those that match, newest first
}

// Results is a page of a search. A person is there because something of hers was
// published; nothing tells who has published nothing.
type Results struct {
	Hits    []Hit
	People  int      // in all pages
	Page    int      // this one, from 1
	Pages   int      // 0 when nothing matches
	Units   []string // of what matches without the filter of unit, to choose from
	Years   []int    // of everything published, newest first
	Similar []string // queries near this one that do find something, when it finds nothing
}

// search answers q. The index must be settled.
func (x *index) search(q Query) Results {
	words := queryWords(q.Text)
	all, named := x.match(words)
	if len(words) == 0 && strings.TrimSpace(q.Text) != "" {
		clear(all) // only signs: nothing is called that
		clear(named)
	}
	unit, known := x.units.at[q.Unit]
	units := make([]bool, len(x.units.all))
	keep := func(n uint32) bool {
		return all.has(n) && q.takes(&x.rows[n]) && (q.Unit == "" || known && x.rows[n].unit == unit)
	}
	var first, rest []*person // those found by name come first
	for _, p := range x.candidates(all) {
		in, byName := false, false
		for _, n := range p.rows {
			if !all.has(n) || !q.takes(&x.rows[n]) {
				continue
			}
			units[x.rows[n].unit] = true
			if keep(n) {
				in, byName = true, byName || named.has(n)
			}
		}
		switch {
		case byName:
			first = append(first, p)
		case in:
			rest = append(rest, p)
		}
	}
	people := append(first, rest...)
	res := Results{
		People: len(people),
		Pages:  (len(people) + PerPage - 1) / PerPage,
		Units:  x.unitNames(units),
		Years:  slices.SortedFunc(maps.Keys(x.years), func(a, b int) int { return cmp.Compare(b, a) }),
	}
	res.Page = max(1, min(q.Page, res.Pages))
	start := (res.Page - 1) * PerPage
	for _, p := range people[start:min(start+PerPage, len(people))] {
		var h Hit
		for _, n := range p.rows {
			switch {
			case !keep(n):
			case h.ID == "":
				h.Entry = x.entry(n)
			default:
				h.Others = append(h.Others, x.entry(n))
			}
		}
		res.Hits = append(res.Hits, h)
	}
	if all.count() == 0 && len(words) > 0 && len(words) <= maxMended {
		res.Similar = x.near(words)
	}
	return res
}

// candidates are the persons with a row in all, in order: found through the rows
// when these are few, and by going through everybody when not.
func (x *index) candidates(all set) []*person {
	n := all.count()
	if n > len(x.rows)/16 {
		return x.order
	}
	seen := make(map[*person]bool, n)
	var out []*person
	for i, word := range all {
		for ; word != 0; word &= word - 1 {
			p := x.rows[i*64+bits.TrailingZeros64(word)].person
			if !seen[p] {
				seen[p] = true
				out = append(out, p)
			}
		}
	}
	slices.SortFunc(out, bySurname)
	return out
}

// unitNames are the names of the units that are on, in order, or none when there
// are too many to choose from.
func (x *index) unitNames(on []bool) []string {
	var at []int
	for i := range on {
		if on[i] && x.units.all[i] != "" {
			at = append(at, i)
		}
	}
	if len(at) > maxUnits {
		return nil
	}
	slices.SortFunc(at, func(a, b int) int {
		return cmp.Or(strings.Compare(x.units.keys[a], x.units.keys[b]), strings.Compare(x.units.all[a], x.units.all[b]))
	})
	var out []string
	for _, i := range at {
		out = append(out, x.units.all[i])
	}
	return out
}

// takes reports whether the row passes the filters of year and type.
func (q Query) takes(r *row) bool {
	return (q.Year == 0 || int(r.year) == q.Year) &&
		(!q.Interest || r.interest) &&
		(q.Interest || q.Type == 0 || r.typ == q.Type && !r.interest)
}

// match gives the living rows that have every word, and those of them that have
// every word in the name.
func (x *index) match(words []string) (all, named set) {
	all, named = slices.Clone(x.alive), slices.Clone(x.alive)
	hit := newSet(len(x.rows))
	for _, w := range words {
		clear(hit)
		x.names.prefix(w, hit)
		named.and(hit)
		x.places.prefix(w, hit)
		all.and(hit)
	}
	if len(words) == 0 {
		clear(named)
	}
	return all, named
}

// near proposes up to three queries that find something: each word that nothing
// begins with is replaced by the nearest known ones. When they are found nowhere
// together, it proposes the first of them that is found alone.
func (x *index) near(words []string) []string {
	type try struct{ shown, words []string }
	tries := []try{{}}
	for _, w := range words {
		choices := append(x.names.similar(w, 3), x.places.similar(w, 2)...)
		probe := newSet(len(x.rows))
		x.names.prefix(w, probe)
		x.places.prefix(w, probe)
		if probe.count() > 0 {
			choices = append([]*word{{text: w, show: x.shown(w)}}, choices...)
		}
		var next []try
		for _, t := range tries {
			for _, c := range choices {
				next = append(next, try{append(slices.Clone(t.shown), c.show), append(slices.Clone(t.words), c.text)})
			}
		}
		tries = next[:min(len(next), maxTries)]
	}
	var out []string
	for _, t := range tries {
		if all, _ := x.match(t.words); all.count() > 0 {
			if s := strings.Join(t.shown, " "); !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
		if len(out) == 3 {
			break
		}
	}
	for _, w := range words { // not together: each by itself
		if len(words) > 1 && len(out) == 0 {
			out = x.near([]string{w})
		}
	}
	return out
}

// shown is the folded word with its accents, if somebody wrote it so.
func (x *index) shown(w string) string {
	for _, d := range []*words{x.names, x.places} {
		if e := d.at[w]; e != nil {
			return e.show
		}
	}
	return w
}
