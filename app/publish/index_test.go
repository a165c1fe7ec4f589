package publish

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"declara/forms"
)

var day = time.Date(2026, 5, 14, 18, 0, 0, 0, time.UTC)

// village is a small body: three persons, one of them with three years.
func village() *index {
	x := newIndex()
	for _, e := range []Entry{
		{ID: "A1", Person: "p1", Name: "Raúl Méndez Ibarra", Surname: "Méndez Ibarra Raúl", Post: "Director de Obras Públicas", Unit: "Obras Públicas", Year: 2026, Type: forms.Modificacion, Filed: day},
		{ID: "A2", Person: "p1", Name: "Raúl Méndez Ibarra", Surname: "Méndez Ibarra Raúl", Post: "Subdirector", Unit: "Obras Públicas", Year: 2025, Type: forms.Modificacion, Filed: day.AddDate(-1, 0, 0)},
		{ID: "A3", Person: "p1", Name: "Raúl Méndez Ibarra", Surname: "Méndez Ibarra Raúl", Post: "Analista", Unit: "Tesorería", Year: 2022, Type: forms.Inicial, Filed: day.AddDate(-4, 0, 0)},
		{ID: "B1", Person: "p2", Name: "ZOILA MUÑOZ LOPEZ", Surname: "MUÑOZ LOPEZ ZOILA", Post: "Jefa de Méndez y Asociados", Unit: "Catastro", Year: 2026, Type: forms.Modificacion, Filed: day},
		{ID: "C1", Person: "p3", Name: "Ana Íñiguez", Surname: "Íñiguez Ana", Post: "Jueza cívica", Unit: "", Year: 2026, Type: forms.Conclusion, Filed: day},
		{ID: "C2", Person: "p3", Name: "Ana Íñiguez", Surname: "Íñiguez Ana", Post: "Jueza cívica", Unit: "", Year: 2026, Type: forms.Modificacion, Interest: true, Filed: day.AddDate(0, 1, 0)},
	} {
		x.add(e)
	}
	x.settle()
	return x
}

// ids is a page of results as "A1+A2 B1".
func ids(r Results) string {
	var out []string
	for _, h := range r.Hits {
		s := h.ID
		for _, o := range h.Others {
			s += "+" + o.ID
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestSearch(t *testing.T) {
	for _, c := range []struct {
		name string
		q    Query
		want string
	}{
		{"nothing asked", Query{}, "C2+C1 A1+A2+A3 B1"},
		{"accents and capitals forgiven", Query{Text: "mendez IBARRÁ"}, "A1+A2+A3"},
		{"order forgiven", Query{Text: "ibarra raul"}, "A1+A2+A3"},
		{"beginning of a word", Query{Text: "ibar"}, "A1+A2+A3"},
		{"not its middle", Query{Text: "barra"}, ""},
		{"ñ by n", Query{Text: "munoz"}, "B1"},
		{"n by ñ", Query{Text: "mendez raúl íbarra"}, "A1+A2+A3"},
		{"ñ", Query{Text: "íñiguez"}, "C2+C1"},
		{"found by name before found by post", Query{Text: "méndez"}, "A1+A2+A3 B1"},
		{"post", Query{Text: "obras públicas"}, "A1+A2"},
		{"post and name together", Query{Text: "raul obras"}, "A1+A2"},
		{"year as a word", Query{Text: "raul 2025"}, "A2"},
		{"type as a word", Query{Text: "raul inicial"}, "A3"},
		{"year", Query{Year: 2025}, "A2"},
		{"type, without updates of interests", Query{Type: forms.Modificacion}, "A1+A2 B1"},
		{"updates of interests", Query{Interest: true}, "C2"},
		{"unit", Query{Unit: "Obras Públicas"}, "A1+A2"},
		{"unit of nobody", Query{Unit: "Catastro "}, ""},
		{"all filters", Query{Text: "mendez", Unit: "Obras Públicas", Year: 2026, Type: forms.Modificacion}, "A1"},
		{"page past the end is the last", Query{Text: "munoz", Page: 9}, "B1"},
		{"only signs", Query{Text: "¿?"}, ""},
		{"emoji", Query{Text: "🙂"}, ""},
		{"signs beside words", Query{Text: "«méndez», ibarra."}, "A1+A2+A3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := ids(village().search(c.q)); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

func TestFilters(t *testing.T) {
	r := village().search(Query{Text: "raul", Unit: "Tesorería"})
	if got := strings.Join(r.Units, ","); got != "Obras Públicas,Tesorería" {
		t.Errorf("units %q: those of the words, whatever unit is chosen", got)
	}
	if !slices.Equal(r.Years, []int{2026, 2025, 2022}) {
		t.Errorf("years %v", r.Years)
	}
	if r.People != 1 || r.Pages != 1 || r.Page != 1 {
		t.Errorf("people %d, pages %d, page %d", r.People, r.Pages, r.Page)
	}
}

func TestSimilar(t *testing.T) {
	for _, c := range []struct{ q, want string }{
		{"mendes ivarra", "Méndez Ibarra"},
		{"Raul Mendes", "Raúl Méndez"},
		{"muños", "MUÑOZ"},
		{"iñigues", "Íñiguez"},
		{"xyzzyx", ""},
		{"mendes xyzzyx", "Méndez"},
		{"xyzzyx mendes", "Méndez"},
		{"ibarra muñoz", "Ibarra"},
	} {
		r := village().search(Query{Text: c.q})
		if r.People != 0 {
			t.Errorf("%q found %d persons", c.q, r.People)
		}
		if got := strings.Join(r.Similar[:min(1, len(r.Similar))], ""); got != c.want {
			t.Errorf("%q: near %q, want %q", c.q, r.Similar, c.want)
		}
	}
}

func TestReserveTakesOut(t *testing.T) {
	x := village()
	for _, id := range []string{"A1", "A2", "A3", "none"} {
		x.remove(id)
		x.settle()
		for _, q := range []Query{{}, {Text: "raul"}, {Text: id}, {Unit: "Obras Públicas"}} {
			if got := ids(x.search(q)); slices.Contains(strings.FieldsFunc(got, func(r rune) bool { return r == '+' || r == ' ' }), id) {
				t.Errorf("%s is still found by %+v: %s", id, q, got)
			}
		}
	}
	r := x.search(Query{})
	if ids(r) != "C2+C1 B1" || !slices.Equal(r.Years, []int{2026}) || slices.Contains(r.Units, "Obras Públicas") {
		t.Errorf("left: %s, years %v, units %v", ids(r), r.Years, r.Units)
	}
	if r := x.search(Query{Text: "rahul"}); len(r.Similar) > 0 {
		t.Errorf("proposes %q, which only a reserved person is called", r.Similar)
	}
}

// TestIndexModel compares the index with a plain reading of all the entries,
// after random additions and removals.
func TestIndexModel(t *testing.T) {
	given := []string{"Ana", "José", "ÁNGEL", "Íñigo", "Zoé"}
	last := []string{"Núñez", "Nunez", "de la O", "Pérez-Gil", "MÉNDEZ"}
	units := []string{"", "Obras", "Tesorería"}
	rapid.Check(t, func(t *rapid.T) {
		x := newIndex()
		live := map[string]Entry{}
		for i := range rapid.IntRange(1, 40).Draw(t, "steps") {
			id := fmt.Sprintf("D%02d", rapid.IntRange(0, 15).Draw(t, "id"))
			if rapid.IntRange(0, 3).Draw(t, "remove") == 0 {
				x.remove(id)
				delete(live, id)
			} else {
				g, l := rapid.SampledFrom(given).Draw(t, "given"), rapid.SampledFrom(last).Draw(t, "last")
				e := Entry{
					ID: id, Person: rapid.SampledFrom([]string{"p", "q", "r"}).Draw(t, "person"), Name: g + " " + l, Surname: l + " " + g,
					Unit: rapid.SampledFrom(units).Draw(t, "unit"), Year: 2020 + rapid.IntRange(0, 3).Draw(t, "year"),
					Type: rapid.SampledFrom(forms.AllTypes).Draw(t, "type"), Filed: day.AddDate(0, 0, i),
				}
				x.add(e)
				live[id] = e
			}
			if rapid.Bool().Draw(t, "settle") {
				x.settle()
			}
		}
		x.settle()
		q := Query{
			Text: rapid.SampledFrom([]string{"", "nunez", "ana", "per", "gil josé", "angel mendez", "obr", "o", "2021", "conclusion ana"}).Draw(t, "text"),
			Unit: rapid.SampledFrom(units).Draw(t, "unit"),
			Year: rapid.SampledFrom([]int{0, 2021}).Draw(t, "year"),
		}
		var want []string
		for _, e := range live {
			text := " " + strings.Join([]string{foldAll(e.Name), foldAll(e.Unit), fmt.Sprint(e.Year), e.Type.Slug()}, " ")
			ok := (q.Unit == "" || q.Unit == e.Unit) && (q.Year == 0 || q.Year == e.Year)
			for _, w := range strings.Fields(foldAll(q.Text)) {
				ok = ok && strings.Contains(text, " "+w)
			}
			if ok {
				want = append(want, e.ID)
			}
		}
		r := x.search(q)
		var got []string
		for _, h := range r.Hits {
			got = append(got, h.ID)
			for _, o := range h.Others {
				got = append(got, o.ID)
				if o.Filed.After(h.Filed) {
					t.Fatalf("%s is newer than %s", o.ID, h.ID)
				}
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("%+v found %v, want %v", q, got, want)
		}
	})
}

func TestCleanQuery(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"  López\t\nRuiz ", "López Ruiz"},
		{"a\x00b\x1b[31m", "ab[31m"},
		{"\u202eodasrever\u202c", "odasrever"},
		{"pe\u00adrez\u200b", "perez"},
		{"\xff\xfeana", "ana"},
		{"🙂 ok", "🙂 ok"},
		{"", ""},
	} {
		if got := CleanQuery(c.in); got != c.want {
			t.Errorf("CleanQuery(%q) = %q, want %q", c.in, got, c.want)
		}
	}
	if got := CleanLine("  Dirección\tde \u202eObras  Públicas "); got != "Dirección de Obras Públicas" {
		t.Errorf("CleanLine gives %q", got)
	}
	long := CleanQuery(strings.Repeat("é🙂", 5<<10))
	if n := len([]rune(long)); n != maxQuery {
		t.Errorf("10 KB become %d letters", n)
	}
}

// TestHostileQueries shows that no query panics, and that what a query may cost
// is bounded.
func TestHostileQueries(t *testing.T) {
	x := village()
	for _, q := range []string{
		strings.Repeat("a", 10<<10), strings.Repeat("a ", 5<<10), strings.Repeat("\u0301", 10<<10), "\x00\x01", "%00", "' OR 1=1 --",
		"<script>alert(1)</script>", "\u202e\u2066", "🙂🙃", "\xff\xfe", strings.Repeat("ǆ", 4000), "ﬃ ﷺ",
	} {
		if r := x.search(Query{Text: CleanQuery(q)}); len(r.Hits) > PerPage || len(r.Similar) > 3 {
			t.Errorf("%.20q: %d hits, %d similar", q, len(r.Hits), len(r.Similar))
		}
		x.search(Query{Text: q})
	}
	rapid.Check(t, func(t *rapid.T) {
		x.search(Query{Text: rapid.String().Draw(t, "q"), Page: rapid.Int().Draw(t, "page")})
	})
}

// big is an index of n declarations of n/4 persons in 120 units.
func big(n int) *index {
	given := []string{"María", "José", "Guadalupe", "Juan", "Ana", "Luis", "Rosa", "Carlos", "Zoé", "Íñigo"}
	parts := []string{"Her", "Gar", "Mar", "Lo", "Gon", "Pé", "Ro", "Sán", "Ra", "Cru", "Flo", "Go", "Mo", "Váz", "Ji", "Re"}
	ends := []string{"nández", "cía", "tínez", "pez", "zález", "rez", "dríguez", "chez", "mírez", "z", "res", "mez", "rales", "quez", "ménez", "yes"}
	posts := []string{"Director", "Jefa de departamento", "Analista", "Policía", "Auxiliar administrativo", "Coordinadora"}
	x := newIndex()
	for i := range n {
		p := i / 4
		l1, l2 := parts[p%16]+ends[p/16%16], parts[p/7%16]+ends[p/3%16]
		g := given[p%10] + " " + given[p/10%10]
		unit := fmt.Sprintf("Unidad de %s %d", posts[p%6], p%120)
		x.add(Entry{
			ID: fmt.Sprintf("01J%023d", i), Person: fmt.Sprintf("01P%023d", p), Name: g + " " + l1 + " " + l2, Surname: l1 + " " + l2 + " " + g,
			Post: posts[p%6] + " de " + unit, Unit: unit, Year: 2023 + i%4, Type: forms.Modificacion, Filed: day.AddDate(-3+i%4, 0, p%31),
		})
	}
	x.settle()
	return x
}

func BenchmarkSearch(b *testing.B) {
	x := big(100_000)
	for _, c := range []struct {
		name string
		q    Query
	}{
		{"all", Query{}},
		{"name", Query{Text: "hernandez garcia maria"}},
		{"one letter", Query{Text: "a"}},
		{"eight letters", Query{Text: "a b c d e f g h"}},
		{"filters", Query{Text: "director", Year: 2025, Unit: "Unidad de Director 0"}},
		{"last page", Query{Page: 1 << 20}},
		{"misspelt", Query{Text: "ernandes garsia"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				x.search(c.q)
			}
		})
	}
	b.Run("add one", func(b *testing.B) {
		i := 0
		for b.Loop() {
			i++
			x.add(Entry{ID: fmt.Sprintf("N%d", i), Person: fmt.Sprintf("N%d", i), Name: "Nueva Persona", Surname: "Persona Nueva", Year: 2026, Type: forms.Inicial, Filed: day})
			x.settle()
		}
	})
}
