package figures

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func table(name string, n ...int) Table {
	t := Table{Name: name}
	for i, x := range n {
		t.Counts = append(t.Counts, Count{fmt.Sprintf("%c", 'A'+i), x})
	}
	return t
}

func sum(n ...int) (s int) {
	for _, x := range n {
		s += x
	}
	return s
}

func TestWithhold(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []int
		want string
	}{
		{"nothing small", []int{5, 10, 0}, ""},
		{"one small takes a zero and the smallest", []int{3, 10, 0, 8}, "ACD"},
		{"one small without zeros", []int{3, 10, 8}, "AC"},
		{"two that are four", []int{2, 2, 30}, "ABC"},
		{"two that are four", []int{4, 4, 30, 6}, "ABD"},
		{"all of a size", []int{4, 6, 30, 6}, "ABD"},
		{"one and zeros", []int{4, 0, 0, 30}, "ABCD"},
	} {
		kept := Withhold(table("t", c.in...).Counts)
		got := ""
		for _, x := range table("t", c.in...).Counts {
			if kept[x.Key] {
				got += x.Key
			}
		}
		if got != c.want {
			t.Errorf("%s: %v withholds %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestBandsAndPlan(t *testing.T) {
	whole := Plan(2026, nil)
	if len(whole) != 1 || whole[0].ID != "2026" || whole[0].To != "2026-12-31" || whole[0].Over("2026-12-31") || !whole[0].Over("2027-01-01") {
		t.Errorf("a first year is %+v", whole)
	}
	for total, band := range map[int]string{0: BandLow, 1: BandLow, 9: BandLow, 10: BandHigh, 19: BandHigh, 20: ""} {
		s, err := Freeze(whole[0], Counts{Total: total, Tables: []Table{table("t", total, 0)}})
		if err != nil || s.Band != band || (band != "" && (s.Total != 0 || s.Shares != nil)) {
			t.Errorf("%d complaints: %+v, %v", total, s, err)
		}
	}
	for total, want := range map[int]string{59: "2027", 60: "2027-S1", 199: "2027-S1", 200: "2027-T1", 600: "2027-M01"} {
		all := Plan(2027, []Sheet{{Period: whole[0], Total: total}})
		if all[0].ID != want || all[0].From != "2027-01-01" || all[len(all)-1].To != "2027-12-31" {
			t.Errorf("after %d: %+v", total, all)
		}
		for i := range all[1:] {
			if !(all[i].To < all[i+1].From) {
				t.Errorf("%s and %s overlap", all[i].ID, all[i+1].ID)
			}
		}
	}
	if _, err := Freeze(whole[0], Counts{Total: 30, Tables: []Table{table("t", 10, 10)}}); !errors.Is(err, ErrCounts) {
		t.Errorf("a table that does not add up: %v", err)
	}
}

func TestCorrect(t *testing.T) {
	p := Plan(2026, nil)[0]
	first, err := Freeze(p, Counts{Total: 32, Tables: []Table{table("t", 10, 20, 2, 0)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		n    []int
		ok   bool
	}{
		{"one more in a published cell", []int{10, 21, 2, 0}, false},
		{"one more in a withheld cell", []int{10, 20, 3, 0}, false},
		{"five more in a published cell", []int{10, 25, 2, 0}, true},
		{"one moves between withheld cells", []int{10, 20, 1, 1}, true},
		{"one moves between published and withheld", []int{10, 19, 3, 0}, false},
		{"a published cell becomes small", []int{10, 3, 19, 0}, false},
		{"five move", []int{10, 15, 7, 0}, true},
		{"the period becomes a band", []int{10, 0, 2, 0}, false},
	} {
		_, err := Correct([]Sheet{first}, Counts{Total: sum(c.n...), Tables: []Table{table("t", c.n...)}})
		if c.ok && err != nil || !c.ok && !errors.Is(err, ErrSmall) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestCorrectParts: parts and medians of another version tell of a few no more than
// tables do.
func TestCorrectParts(t *testing.T) {
	p := Plan(2026, nil)[0]
	counts := func(stages []int, median int, parts ...int) Counts {
		c := Counts{Total: sum(stages...), Tables: []Table{withParts(stages, parts...)}, Days: []Days{{"t", map[string][]int{}}}}
		for range stages[1] {
			c.Days[0].Took["B"] = append(c.Days[0].Took["B"], median)
		}
		return c
	}
	first, err := Freeze(p, counts([]int{10, 30}, 7, 20, 10, 0))
	if err != nil {
		t.Fatal(err)
	}
	none, err := Freeze(p, counts([]int{30, 9}, 7, 9, 0, 0))
	if err != nil || none.Shares[0].Parts != nil || none.Times != nil {
		t.Fatalf("%+v %v", none, err)
	}
	for _, c := range []struct {
		name   string
		of     Sheet
		counts Counts
		ok     bool
	}{
		{"one moves between parts", first, counts([]int{10, 30}, 7, 19, 11, 0), false},
		{"five move between parts", first, counts([]int{10, 30}, 7, 15, 15, 0), true},
		{"a part becomes small", first, counts([]int{10, 30}, 7, 28, 2, 0), false},
		{"the figure becomes too small for parts", first, counts([]int{31, 9}, 7, 9, 0, 0), false},
		{"the figure becomes large enough", none, counts([]int{30, 14}, 7, 14, 0, 0), true},
		{"the median moves", first, counts([]int{10, 30}, 99, 20, 10, 0), true},
	} {
		s, err := Correct([]Sheet{c.of}, c.counts)
		if c.ok && err != nil || !c.ok && !errors.Is(err, ErrSmall) {
			t.Errorf("%s: %v", c.name, err)
		} else if c.ok && (len(s.Shares[0].Parts) != len(c.of.Shares[0].Parts) || !slices.Equal(s.Times, c.of.Times)) {
			t.Errorf("%s: %+v", c.name, s)
		}
	}
}

// withParts is a table of stages of which the last consists of parts.
func withParts(stages []int, parts ...int) Table {
	t := table(ByStage, stages...)
	t.Parts = []Part{{Of: t.Counts[len(stages)-1].Key, Name: ByFault, Counts: table("", parts...).Counts}}
	return t
}

func TestParts(t *testing.T) {
	p := Plan(2026, nil)[0]
	for _, c := range []struct {
		name          string
		stages, parts []int
		want          string // of the parts
	}{
		{"as they are", []int{10, 30}, []int{20, 10, 0}, "A=20 B=10 C=0"},
		{"a small one", []int{10, 30}, []int{19, 2, 9}, "A=19 B=? C=?"},
		{"of a figure that is too small for parts", []int{20, 9}, []int{9, 0, 0}, ""},
		{"of a figure that is withheld", []int{30, 1, 12}, []int{12, 0, 0}, ""},
		{"of the fewest", []int{20, 10}, []int{4, 6, 0}, "A=? B=? C=?"},
	} {
		s, err := Freeze(p, Counts{Total: sum(c.stages...), Tables: []Table{withParts(c.stages, c.parts...)}})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, part := range s.Shares[0].Parts {
			for _, x := range part.Cells {
				if got += " " + x.Key + "="; x.Kept {
					got += "?"
				} else {
					got += fmt.Sprint(x.N)
				}
			}
		}
		if strings.TrimSpace(got) != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if _, err := Freeze(p, Counts{Total: 40, Tables: []Table{withParts([]int{10, 30}, 20, 9, 0)}}); !errors.Is(err, ErrCounts) {
		t.Errorf("parts that do not add up: %v", err)
	}
}

func TestTimes(t *testing.T) {
	days := func(n, each int) (all []int) {
		for range n {
			all = append(all, each)
		}
		return all
	}
	p := Plan(2026, nil)[0]
	for _, c := range []struct {
		name   string
		stages []int
		took   map[string][]int
		want   []Time
	}{
		{"of ten", []int{20, 10}, map[string][]int{"B": append(days(5, 3), days(5, 9)...)}, []Time{{"t", 3}}},
		{"of nine", []int{20, 9}, map[string][]int{"B": days(9, 3)}, nil},
		{"what is withheld is not in it", []int{30, 2, 9, 20}, map[string][]int{"B": days(2, 1), "C": days(9, 1), "D": days(20, 8)}, []Time{{"t", 8}}},
		{"and does not make it ten", []int{30, 2, 8, 9}, map[string][]int{"B": days(2, 1), "D": days(9, 8)}, nil},
		{"some of them were not told", []int{20, 12}, map[string][]int{"B": days(11, 3)}, nil},
	} {
		s, err := Freeze(p, Counts{Total: sum(c.stages...), Tables: []Table{table(ByStage, c.stages...)}, Days: []Days{{"t", c.took}}})
		if err != nil || !slices.Equal(s.Times, c.want) {
			t.Errorf("%s: %v %v, want %v", c.name, s.Times, err, c.want)
		}
	}
}

// A complaint of a random history.
type made struct {
	day, group, channel, stage, part string
	took                             int
}

var (
	someGroups   = []string{"g1", "g2", "g3", "g4"}
	someChannels = []string{"web", "mesa", "tel"}
	someStages   = []string{"abierta", "archivada", "turnada", "calificada"}
	someParts    = map[string][]string{"archivada": {"sin elementos", "sin falta", "otro"}, "turnada": {"incompetencia"}, "calificada": {"grave", "no grave"}}
	someReads    = someStages[1:] // those in which it was read
)

// history is years of complaints, more or fewer, with corrections.
func history(t *rapid.T) (years [][]made) {
	for y := range rapid.IntRange(1, 3).Draw(t, "years") {
		n := rapid.SampledFrom([]int{0, 3, 18, 25, 70, 130, 260, 650}).Draw(t, "n") + rapid.IntRange(0, 12).Draw(t, "more")
		var all []made
		skew := rapid.IntRange(1, 6).Draw(t, "skew")
		seed := rapid.Uint64().Draw(t, "seed")
		next := func(n int) int { // a small generator: 700 draws would be slow
			seed = seed*6364136223846793005 + 1442695040888963407
			return int(seed>>33) % n
		}
		pick := func(from []string) string {
			i := next(len(from))
			for range skew {
				i = min(i, next(len(from)))
			}
			return from[i]
		}
		for range n {
			m := made{day: fmt.Sprintf("%04d-%02d-%02d", 2024+y, 1+next(12), 1+next(28)), group: pick(someGroups), channel: pick(someChannels), stage: pick(someStages), took: next(90)}
			if parts := someParts[m.stage]; parts != nil {
				m.part = pick(parts)
			}
			all = append(all, m)
		}
		years = append(years, all)
	}
	return years
}

func counts(p Period, all []made) Counts {
	c := Counts{Tables: []Table{{Name: ByGroup}, {Name: ByChannel}, {Name: ByStage}}}
	of := []func(made) string{func(m made) string { return m.group }, func(m made) string { return m.channel }, func(m made) string { return m.stage }}
	for i, keys := range [][]string{someGroups, someChannels, someStages} {
		for _, k := range keys {
			n := 0
			for _, m := range all {
				if p.Holds(m.day) && of[i](m) == k {
					n++
				}
			}
			c.Tables[i].Counts = append(c.Tables[i].Counts, Count{k, n})
		}
	}
	c.Days = []Days{{"t", map[string][]int{}}}
	for _, stage := range someReads {
		part := Part{Of: stage, Name: ByMotive}
		for _, k := range someParts[stage] {
			part.Counts = append(part.Counts, Count{Key: k})
		}
		for _, m := range all {
			if p.Holds(m.day) && m.stage == stage {
				part.Counts[slices.Index(someParts[stage], m.part)].N++
				c.Days[0].Took[stage] = append(c.Days[0].Took[stage], m.took)
			}
		}
		c.Tables[2].Parts = append(c.Tables[2].Parts, part)
	}
	for _, m := range all {
		if p.Holds(m.day) {
			c.Total++
		}
	}
	return c
}

// TestDifferencing attacks all that is ever published of random histories, at once,
// with linear algebra: the unknowns are the finest cells that there are (period,
// group, channel, stage and version), the equations are every figure, and nothing that
// the equations determine (a cell of a table, one of the finest, or any difference
// between versions) may be from 1 to 4.
func TestDifferencing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var first []Sheet
		for y, all := range history(t) {
			for _, p := range Plan(2024+y, first) {
				c := counts(p, all)
				s, err := Freeze(p, c)
				if err != nil {
					t.Fatal(err)
				}
				versions, truths := []Sheet{s}, []Counts{c}
				of := rapid.SampledFrom([]string{ByGroup, ByStage}).Draw(t, "of")
				for range rapid.IntRange(0, 2).Draw(t, "corrections") {
					changed := slices.Clone(all)
					for i := range rapid.IntRange(0, 7).Draw(t, "changed") {
						if i < len(changed) {
							m := &changed[i]
							if of == ByGroup {
								m.group = rapid.SampledFrom(someGroups).Draw(t, "to")
								continue
							}
							m.stage, m.part, m.took = rapid.SampledFrom(someStages).Draw(t, "to"), "", 100
							if parts := someParts[m.stage]; parts != nil {
								m.part = rapid.SampledFrom(parts).Draw(t, "part")
							}
						}
					}
					c := counts(p, changed)
					if fixed, err := Correct(versions, c); err == nil {
						versions, truths = append(versions, fixed), append(truths, c)
					} else if !errors.Is(err, ErrSmall) {
						t.Fatal(err)
					}
				}
				attack(t, versions, truths, of)
				first = append(first, s)
			}
		}
	})
}

// attack solves what the versions of a period tell. Periods share no unknown, so each
// is a system of its own. The unknowns are the cells of each table, those of parts
// instead of the cell that consists of them. As strong as can be, the versions differ
// in one table alone, and who attacks knows in which.
func attack(t *rapid.T, versions []Sheet, truths []Counts, of string) {
	var truth []int
	col := map[string]int{}
	at := func(name string, n int) int {
		i, ok := col[name]
		if !ok {
			i = len(truth)
			col[name], truth = i, append(truth, n)
		}
		return i
	}
	type target struct {
		name string
		cols []int
		n    int
	}
	var rows [][]int
	seen := make([]map[string]target, len(versions))
	for v, s := range versions {
		seen[v] = map[string]target{}
		for _, x := range truths[v].Tables {
			mark := ""
			if x.Name == of {
				mark = fmt.Sprint(v)
			}
			for _, y := range x.Counts {
				whole := target{x.Name + y.Key, nil, y.N}
				for _, part := range x.Parts {
					if part.Of == y.Key {
						for _, z := range part.Counts {
							one := target{x.Name + y.Key + z.Key, []int{at(mark+x.Name+y.Key+z.Key, z.N)}, z.N}
							whole.cols, seen[v][one.name] = append(whole.cols, one.cols...), one
						}
					}
				}
				if whole.cols == nil {
					whole.cols = []int{at(mark+x.Name+y.Key, y.N)}
				}
				seen[v][whole.name] = whole
			}
		}
		told := func(name string, c Cell) {
			if !c.Kept {
				rows = append(rows, seen[v][name].cols)
				if few(c.N) {
					t.Fatalf("%s: %s is %d", s.ID, name, c.N)
				}
			}
		}
		for _, x := range s.Shares {
			var whole []int
			for _, c := range x.Cells {
				told(x.Name+c.Key, c)
				whole = append(whole, seen[v][x.Name+c.Key].cols...)
			}
			for _, part := range x.Parts {
				for _, c := range part.Cells {
					told(x.Name+part.Of+c.Key, c)
				}
			}
			rows = append(rows, whole)
		}
		if few(s.Total) {
			t.Fatalf("%s: the total is %d", s.ID, s.Total)
		}
		if v > 0 && !apart(versions[0], s) {
			t.Fatalf("%s: versions differ by a few", s.ID)
		}
	}
	space := reduce(rows, len(truth))
	vector := func(plus, minus []int) []*big.Rat {
		unit := make([]*big.Rat, len(truth))
		for j := range unit {
			unit[j] = new(big.Rat)
		}
		for _, i := range plus {
			unit[i].Add(unit[i], big.NewRat(1, 1))
		}
		for _, i := range minus {
			unit[i].Sub(unit[i], big.NewRat(1, 1))
		}
		return unit
	}
	for v, s := range versions {
		if s.Band != "" {
			continue
		}
		for name, x := range seen[v] {
			if few(x.n) && spans(space, vector(x.cols, nil)) {
				t.Fatalf("%s: %s is found to be %d in %+v", s.ID, name, x.n, versions)
			}
			if old := seen[0][name]; few(x.n-old.n) && spans(space, vector(x.cols, old.cols)) {
				t.Fatalf("%s: %s is found to have moved by %d in %+v", s.ID, name, x.n-old.n, versions)
			}
		}
	}
}

// reduce is a basis of the space of rows, in echelon form.
func reduce(rows [][]int, n int) (basis [][]*big.Rat) {
	for _, r := range rows {
		v := make([]*big.Rat, n)
		for i := range v {
			v[i] = new(big.Rat)
		}
		for _, i := range r {
			v[i].SetInt64(1)
		}
		if left := remainder(basis, v); pivot(left) >= 0 {
			p := new(big.Rat).Inv(left[pivot(left)])
			for i := range left {
				left[i].Mul(left[i], p)
			}
			basis = append(basis, left)
		}
	}
	return basis
}

func pivot(v []*big.Rat) int {
	return slices.IndexFunc(v, func(x *big.Rat) bool { return x.Sign() != 0 })
}

// remainder is what is left of a vector when the basis is taken out of it.
func remainder(basis [][]*big.Rat, v []*big.Rat) []*big.Rat {
	for changed := true; changed; {
		changed = false
		for _, b := range basis {
			p := pivot(b)
			if v[p].Sign() == 0 {
				continue
			}
			f := new(big.Rat).Set(v[p])
			for i := range v {
				if b[i].Sign() != 0 {
					v[i].Sub(v[i], new(big.Rat).Mul(f, b[i]))
				}
			}
			changed = true
		}
	}
	return v
}

func spans(basis [][]*big.Rat, v []*big.Rat) bool { return pivot(remainder(basis, v)) < 0 }

// TestKnowingTheRule goes beyond linear algebra: whoever knows this program makes all
// tables that give what she sees. No cell from 1 to 4 is the same in all of them.
func TestKnowingTheRule(t *testing.T) {
	const most = 12
	type seen struct {
		n      int
		values []map[int]bool
	}
	all := map[string]*seen{}
	var walk func(n []int)
	walk = func(n []int) {
		if len(n) < 4 {
			for x := range most + 1 {
				walk(append(slices.Clone(n), x))
			}
			return
		}
		if sum(n...) < Base { // a part has no fewer; a table has Whole
			return
		}
		look := fmt.Sprint(sum(n...), cells(table("t", n...).Counts, Withhold(table("t", n...).Counts)))
		x := all[look]
		if x == nil {
			x = &seen{values: make([]map[int]bool, len(n))}
			for i := range n {
				x.values[i] = map[int]bool{}
			}
			all[look] = x
		}
		x.n++
		for i := range n {
			x.values[i][n[i]] = true
		}
	}
	walk(nil)
	bad := 0
	for look, x := range all {
		for i, v := range x.values {
			for n := range v {
				if len(v) == 1 && 0 < n && n < Least {
					if bad++; bad < 5 {
						t.Errorf("cell %d of %s is %d in all %d tables that give it", i, look, n, x.n)
					}
				}
			}
		}
	}
	t.Logf("%d things to see, %d that tell a small cell", len(all), bad)
}
