package publish

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/forms"
)

// Entry is what the search knows of one published declaration. All of it is
// public, but Person: the record's own id, which groups and never leaves.
type Entry struct {
	ID       string
	Person   string
	Name     string // as the public document writes it
	Surname  string // what lists are ordered by: surnames, then the rest of the name
	Post     string
	Unit     string
	Year     int
	Type     forms.Type
	Interest bool // an update of interests (Norma 8ª)
	Filed    time.Time
}

// Place is the unit, unless the name of the post says it already.
func (e Entry) Place() string {
	if strings.Contains(" "+foldAll(e.Post)+" ", " "+foldAll(e.Unit)+" ") {
		return ""
	}
	return e.Unit
}

// index is the published declarations of one public body, in memory. It is not
// safe for concurrent use; Service guards it.
type index struct {
	seq     uint64 // last entry of the publication log that is in
	rows    []row
	byID    map[string]uint32
	alive   set
	people  map[string]*person
	order   []*person // by surname
	pending []*person // to be put in order by settle
	names   *words    // of persons
	places  *words    // posts, units, years and types
	units   texts
	posts   texts
	years   map[int]int // living rows by year
}

type row struct {
	id       string
	name     string
	person   *person
	post     uint32
	unit     uint32
	filed    int64 // seconds
	year     int16
	typ      forms.Type
	interest bool
}

type person struct {
	key  string
	sort string
	rows []uint32 // newest first, living
	in   bool     // in order
}

// texts keeps each text once, with the key that it is ordered by.
type texts struct {
	all  []string
	keys []string
	at   map[string]uint32
}

func (t *texts) of(s string) uint32 {
	i, ok := t.at[s]
	if !ok {
		i = uint32(len(t.all))
		if t.at == nil {
			t.at = map[string]uint32{}
		}
		t.all = append(t.all, s)
		t.keys = append(t.keys, foldAll(s))
		t.at[s] = i
	}
	return i
}

func newIndex() *index {
	return &index{byID: map[string]uint32{}, people: map[string]*person{}, names: newWords(), places: newWords(), years: map[int]int{}}
}

// add puts a declaration in, in place of an older entry with the same id. settle
// must be called before the next search.
func (x *index) add(e Entry) {
	x.remove(e.ID)
	n := uint32(len(x.rows))
	p := x.people[e.Person]
	if p == nil {
		p = &person{key: e.Person}
		x.people[e.Person] = p
	}
	x.rows = append(x.rows, row{
		id: e.ID, name: e.Name, person: p, post: x.posts.of(e.Post), unit: x.units.of(e.Unit),
		filed: e.Filed.Unix(), year: int16(e.Year), typ: e.Type, interest: e.Interest,
	})
	x.byID[e.ID] = n
	if len(x.alive)*64 < len(x.rows) {
		x.alive = append(x.alive, 0)
	}
	x.alive.add(n)
	x.years[e.Year]++
	at, _ := slices.BinarySearchFunc(p.rows, n, x.newer)
	p.rows = slices.Insert(p.rows, at, n)
	if at == 0 {
		x.resort(p, foldAll(e.Surname))
	}
	x.names.add(n, e.Name)
	x.places.add(n, e.Post)
	x.places.add(n, e.Unit)
	x.places.add(n, strconv.Itoa(e.Year))
	x.places.add(n, e.Type.Slug())
}

// newer orders rows of a person: the last filed comes first.
func (x *index) newer(a, b uint32) int {
	return cmp.Or(cmp.Compare(x.rows[b].filed, x.rows[a].filed), strings.Compare(x.rows[b].id, x.rows[a].id))
}

// remove takes a declaration out, because it was reserved.
func (x *index) remove(id string) {
	n, ok := x.byID[id]
	if !ok {
		return
	}
	delete(x.byID, id)
	x.alive.drop(n)
	r := &x.rows[n]
	if x.years[int(r.year)]--; x.years[int(r.year)] == 0 {
		delete(x.years, int(r.year))
	}
	p := r.person
	p.rows = slices.DeleteFunc(p.rows, func(o uint32) bool { return o == n })
	if len(p.rows) == 0 {
		x.takeOut(p)
		delete(x.people, p.key)
	}
}

// resort gives a person her place in the order of lists.
func (x *index) resort(p *person, key string) {
	if p.in && p.sort == key {
		return
	}
	x.takeOut(p)
	p.sort, p.in = key, true
	x.pending = append(x.pending, p)
}

func (x *index) takeOut(p *person) {
	if !p.in {
		return
	}
	p.in = false
	if i, ok := slices.BinarySearchFunc(x.order, p, bySurname); ok {
		x.order = slices.Delete(x.order, i, i+1)
		return
	}
	x.pending = slices.DeleteFunc(x.pending, func(o *person) bool { return o == p })
}

func bySurname(a, b *person) int {
	return cmp.Or(strings.Compare(a.sort, b.sort), strings.Compare(a.key, b.key))
}

// settle makes what was added or removed visible to search.
func (x *index) settle() {
	x.names.settle()
	x.places.settle()
	if len(x.pending) > 64 {
		x.order = append(x.order, x.pending...)
		slices.SortFunc(x.order, bySurname)
	} else {
		for _, p := range x.pending {
			i, _ := slices.BinarySearchFunc(x.order, p, bySurname)
			x.order = slices.Insert(x.order, i, p)
		}
	}
	x.pending = nil
}

// entry is row n as an Entry, without its person.
func (x *index) entry(n uint32) Entry {
	r := x.rows[n]
	return Entry{
		ID: r.id, Name: r.name, Post: x.posts.all[r.post], Unit: x.units.all[r.unit],
		Year: int(r.year), Type: r.typ, Interest: r.interest, Filed: time.Unix(r.filed, 0).UTC(),
	}
}
