package figures

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
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

// A complaint of a random history.
type made struct{ day, group, channel, stage string }

var (
	someGroups   = []string{"g1", "g2", "g3", "g4"}
	someChannels = []string{"web", "mesa", "tel"}
	someStages   = []string{"abierta", "cerrada"}
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
			all = append(all, made{fmt.Sprintf("%04d-%02d-%02d", 2024+y, 1+next(12), 1+next(28)), pick(someGroups), pick(someChannels), pick(someStages)})
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
				for range rapid.IntRange(0, 2).Draw(t, "corrections") {
					changed := slices.Clone(all)
					for i := range rapid.IntRange(0, 7).Draw(t, "changed") {
						if i < len(changed) {
							changed[i].group = rapid.SampledFrom(someGroups).Draw(t, "to")
						}
					}
					c := counts(p, changed)
					if fixed, err := Correct(versions, c); err == nil {
						versions, truths = append(versions, fixed), append(truths, c)
					} else if !errors.Is(err, ErrSmall) {
						t.Fatal(err)
					}
				}
				attack(t, versions, truths)
				first = append(first, s)
			}
		}
	})
}

// attack solves what the versions of a period tell. Periods share no unknown, so each
// is a system of its own. As strong as can be, it takes the versions to differ in
// groups alone, which is what a correction most likely does.
func attack(t *rapid.T, versions []Sheet, truths []Counts) {
	var names []string
	var truth []int
	col := map[string]int{}
	at := func(v int, table, key string) int {
		name := fmt.Sprintf("%d %s %s", v, table, key)
		if table != ByGroup {
			name = fmt.Sprintf("%s %s", table, key)
		}
		i, ok := col[name]
		if !ok {
			i = len(names)
			col[name], names = i, append(names, name)
			n := 0
			for _, x := range truths[v].Tables {
				for _, y := range x.Counts {
					if x.Name == table && y.Key == key {
						n = y.N
					}
				}
			}
			truth = append(truth, n)
		}
		return i
	}
	var rows [][]int
	for v, s := range versions {
		for _, x := range s.Shares {
			var whole []int
			for _, c := range x.Cells {
				i := at(v, x.Name, c.Key)
				whole = append(whole, i)
				if !c.Kept {
					rows = append(rows, []int{i})
					if few(c.N) {
						t.Fatalf("%s: %s %s is %d", s.ID, x.Name, c.Key, c.N)
					}
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
	space := reduce(rows, len(names))
	for i, n := range truth {
		unit := make([]*big.Rat, len(names))
		for j := range unit {
			unit[j] = new(big.Rat)
		}
		unit[i].SetInt64(1)
		if n > 0 && n < Least && spans(space, unit) {
			t.Fatalf("%s: %s is found to be %d in %+v", versions[0].ID, names[i], n, versions)
		}
	}
	// Differences between versions of one cell.
	for v := 1; v < len(versions); v++ {
		if versions[v].Band != "" {
			continue
		}
		for _, c := range versions[v].Shares[0].Cells {
			i, j := at(0, ByGroup, c.Key), at(v, ByGroup, c.Key)
			unit := make([]*big.Rat, len(names))
			for k := range unit {
				unit[k] = new(big.Rat)
			}
			unit[i].SetInt64(1)
			unit[j].SetInt64(-1)
			if few(truth[i]-truth[j]) && spans(space, unit) {
				t.Fatalf("%s: the change of %s is found to be %d", versions[0].ID, c.Key, truth[j]-truth[i])
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
		if sum(n...) < Whole {
			return
		}
		s, err := Freeze(Period{}, Counts{Total: sum(n...), Tables: []Table{table("t", n...)}})
		if err != nil {
			t.Fatal(err)
		}
		look := fmt.Sprint(s.Total, s.Shares)
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
