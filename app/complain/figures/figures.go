// Package figures makes of complaints the figures that anybody may see, so that no
// figure, and no difference between figures, is of fewer than five complaints. It
// knows no store: counts go in, sheets come out.
//
// # What is published
//
// A Sheet is a period that is over: how many complaints came in, and three tables of
// one direction each, by what they are about, by the way they came, and by the stage
// in which the end of the period found them. There is no table of two directions, so
// nothing crosses what was done with where or when. Of an open period there is nothing.
//
// Why cases ended, and how faults were classified, follow from the stage: all that are
// classified are of one stage, and what ended one way has its own motives. As tables of
// their own they could be subtracted from that of the stages. So they are parts of a
// stage: what a published figure of ten or more consists of. Stages and parts are a tree.
//
// How long the office took is told as medians of the whole period (Times), of the
// complaints in published stages alone, so that whether there is one follows from what
// is published already.
//
// # What keeps a case apart
//
//   - Periods never overlap (Plan). A year has one granularity, decided by what was
//     published of the year before, so that it tells nothing new.
//   - A period of fewer than Whole complaints is one band and no table. The first band
//     begins at zero: it does not tell whether there was any.
//   - In a table with a cell from 1 to 4, all cells below five are withheld, zeros too,
//     and the smallest of the others with them (Withhold). So their sum, which anybody
//     can have, is five or more, and knowing the rule tells none of them.
//   - A sheet never changes. A correction is another version, and is taken only when
//     every figure stays or moves by five or more, and the same cells are withheld
//     (Correct). What is smaller is told in words, without a figure. Medians stay as
//     they were: their change would be of the one case in the middle.
//
// # What this cannot do
//
// Whoever sends complaints herself knows of so many, and can lift a cell over the
// limit with her own. What she learns then is a count of a whole town and a coarse
// category, which says nothing of whom they are about.
package figures

import (
	"errors"
	"slices"
)

// Least is the smallest figure but zero that is published.
const Least = 5

// Whole is the fewest complaints of a period that has tables.
const Whole = 20

// Base is the fewest complaints that a figure has parts, or a median, of.
const Base = 10

// The tables of a sheet.
const (
	ByGroup   = "grupoConducta"
	ByChannel = "canal"
	ByStage   = "etapa"
)

// What the parts of a stage tell.
const (
	ByMotive = "motivoCierre"
	ByFault  = "tipoFalta"
)

// Count is how many complaints a key of a table has.
type Count struct {
	Key string
	N   int
}

// What a median is of, in days from the day that a complaint came in.
const (
	Reading = "diasMedianaLectura"    // until somebody of the office had read it
	Opening = "diasMedianaRadicacion" // until an inquiry began
	Ending  = "diasMedianaConclusion" // until it ended without a procedure
)

// Counts is the complaints of a period. Every complaint is in each table once, and a
// table names all keys that there are, those without complaints too.
type Counts struct {
	Total  int
	Tables []Table
	Days   []Days
}

// Table is counts of one direction.
type Table struct {
	Name   string
	Counts []Count
	Parts  []Part
}

// Part is of what the complaints of a key consist. It names all keys too.
type Part struct {
	Of     string // key of the table
	Name   string // what it tells
	Counts []Count
}

// Days is how long something took, in complaints of some stages, by the stage. Every
// complaint of the stage is in it once.
type Days struct {
	Name string
	Took map[string][]int
}

// Sheet is a period as it is published.
type Sheet struct {
	Period
	Band   string  `json:"band,omitempty"` // instead of all that follows
	Total  int     `json:"total,omitempty"`
	Shares []Share `json:"shares,omitempty"`
	Times  []Time  `json:"times,omitempty"`
}

// Share is a table as it is published, or a part of one.
type Share struct {
	Name  string  `json:"name"`
	Of    string  `json:"of,omitempty"` // of a part: the cell that it is of
	Cells []Cell  `json:"cells"`
	Parts []Share `json:"parts,omitempty"`
}

// Time is how many days something took in the middle case.
type Time struct {
	Name   string `json:"name"`
	Median int    `json:"median"`
}

// Cell is a figure, or that it is withheld.
type Cell struct {
	Key  string `json:"key"`
	N    int    `json:"n"` // 0 when withheld
	Kept bool   `json:"kept,omitempty"`
}

// The bands.
const (
	BandLow  = "0–9"
	BandHigh = "10–19"
)

// ErrCounts says that counts are not of the same complaints.
var ErrCounts = errors.New("figures: a table does not add up to its total")

// adds reports whether counts are of so many complaints.
func adds(counts []Count, total int) bool {
	sum := 0
	for _, x := range counts {
		if x.N < 0 {
			return false
		}
		sum += x.N
	}
	return sum == total
}

// of is how many complaints a key of the table has.
func (t *Table) of(key string) int {
	for _, x := range t.Counts {
		if x.Key == key {
			return x.N
		}
	}
	return 0
}

// Freeze makes the sheet of a period.
func Freeze(p Period, c Counts) (Sheet, error) {
	s := Sheet{Period: p}
	for _, t := range c.Tables {
		if !adds(t.Counts, c.Total) {
			return s, ErrCounts
		}
		for _, part := range t.Parts {
			if !adds(part.Counts, t.of(part.Of)) {
				return s, ErrCounts
			}
		}
	}
	switch {
	case c.Total < Whole/2:
		s.Band = BandLow
		return s, nil
	case c.Total < Whole:
		s.Band = BandHigh
		return s, nil
	}
	s.Total = c.Total
	for _, t := range c.Tables {
		share := Share{Name: t.Name, Cells: cells(t.Counts, Withhold(t.Counts))}
		for _, part := range t.Parts {
			if share.figure(part.Of) >= Base {
				share.Parts = append(share.Parts, Share{Name: part.Name, Of: part.Of, Cells: cells(part.Counts, Withhold(part.Counts))})
			}
		}
		s.Shares = append(s.Shares, share)
	}
	s.Times = s.medians(c.Days)
	return s, nil
}

// figure is a cell as it is published, 0 when it is withheld.
func (s *Share) figure(key string) int {
	for _, c := range s.Cells {
		if c.Key == key {
			return c.N
		}
	}
	return 0
}

// medians are those of complaints in stages that are published and have, together, Base
// of them: what is withheld is in none, and does not decide whether there is one.
func (s *Sheet) medians(all []Days) (times []Time) {
	for _, share := range s.Shares {
		if share.Name != ByStage {
			continue
		}
		for _, d := range all {
			var took []int
			n := 0
			for stage, days := range d.Took {
				if f := share.figure(stage); f > 0 {
					n += f
					took = append(took, days...)
				}
			}
			if n >= Base && len(took) == n {
				slices.Sort(took)
				times = append(times, Time{d.Name, took[(n-1)/2]})
			}
		}
	}
	return times
}

func cells(counts []Count, kept map[string]bool) (all []Cell) {
	for _, x := range counts {
		if kept[x.Key] {
			all = append(all, Cell{Key: x.Key, Kept: true})
		} else {
			all = append(all, Cell{Key: x.Key, N: x.N})
		}
	}
	return all
}

// Withhold tells which cells of a table are withheld, given that their sum can be had
// (it is what is left of the total) and that this rule is known: if any cell is small,
// all that are below Least, zeros too, and with them the smallest of the others, every
// one of that size. All look the same. Since the rule looks at sizes and not at keys,
// two withheld cells could change places and nothing published would differ; and since
// a small one always has one among them that is not, none can be known.
func Withhold(counts []Count) map[string]bool {
	next, small := 0, false
	for _, x := range counts {
		if x.N >= Least && (next == 0 || x.N < next) {
			next = x.N
		}
		small = small || few(x.N)
	}
	kept := map[string]bool{}
	for _, x := range counts {
		if small && (x.N < Least || x.N == next) {
			kept[x.Key] = true
		}
	}
	return kept
}

// ErrSmall says that a correction would tell of a few complaints.
var ErrSmall = errors.New("figures: the correction is of fewer than five complaints somewhere")

// Correct makes another version of a period that was published, in the versions given.
// ErrSmall: the difference would tell of a few.
func Correct(before []Sheet, c Counts) (Sheet, error) {
	if len(before) == 0 {
		return Sheet{}, errors.New("figures: there is nothing to correct")
	}
	s, err := Freeze(before[0].Period, c)
	if err != nil {
		return s, err
	}
	if s.Band == "" {
		if s, err = alike(before[0], s, c); err != nil {
			return s, err
		}
	}
	for _, old := range before {
		if !apart(old, s) {
			return Sheet{}, ErrSmall
		}
	}
	return s, nil
}

// alike withholds in a sheet what is withheld in another, and no more: when that is
// not enough, ErrSmall. It has the parts that the other has, and its medians.
func alike(old, s Sheet, c Counts) (Sheet, error) {
	if old.Band != "" || len(old.Shares) != len(c.Tables) {
		return s, ErrSmall
	}
	for i, t := range c.Tables {
		was := &old.Shares[i]
		share := Share{Name: t.Name, Cells: same(was, t.Counts, s.Total)}
		if share.Cells == nil {
			return s, ErrSmall
		}
		for j := range was.Parts {
			part := &was.Parts[j]
			n := slices.IndexFunc(t.Parts, func(p Part) bool { return p.Of == part.Of })
			if n < 0 || t.of(part.Of) < Base {
				return s, ErrSmall
			}
			fixed := Share{Name: part.Name, Of: part.Of, Cells: same(part, t.Parts[n].Counts, t.of(part.Of))}
			if fixed.Cells == nil {
				return s, ErrSmall
			}
			share.Parts = append(share.Parts, fixed)
		}
		s.Shares[i] = share
	}
	s.Times = old.Times
	return s, nil
}

// same are counts of so many complaints with the cells withheld that are withheld in
// another version; nil when that leaves a small figure to be seen or found.
func same(old *Share, counts []Count, total int) []Cell {
	kept := map[string]bool{}
	for _, x := range old.Cells {
		kept[x.Key] = x.Kept
	}
	for _, x := range counts {
		if !kept[x.Key] && few(x.N) {
			return nil
		}
	}
	s := Share{Cells: cells(counts, kept)}
	if few(total - s.sum()) {
		return nil
	}
	return s.Cells
}

// sum is that of the cells that are published.
func (s *Share) sum() (n int) {
	for _, c := range s.Cells {
		n += c.N
	}
	return n
}

// apart reports whether no difference between two versions is of a few complaints.
func apart(a, b Sheet) bool {
	if a.Band != "" || b.Band != "" {
		return a.Band == b.Band
	}
	if few(a.Total-b.Total) || !slices.Equal(a.Times, b.Times) {
		return false
	}
	return slices.EqualFunc(a.Shares, b.Shares, func(x, y Share) bool { return x.apart(a.Total, &y, b.Total) })
}

// apart reports the same of two tables, or parts, of so many complaints.
func (s *Share) apart(total int, other *Share, of int) bool {
	if few(total-s.sum()-(of-other.sum())) || len(s.Cells) != len(other.Cells) || s.Name != other.Name || s.Of != other.Of {
		return false
	}
	for i, c := range s.Cells {
		if o := other.Cells[i]; c.Key != o.Key || c.Kept != o.Kept || few(c.N-o.N) {
			return false
		}
	}
	return slices.EqualFunc(s.Parts, other.Parts, func(x, y Share) bool { return x.apart(s.figure(x.Of), &y, other.figure(y.Of)) })
}

// few reports whether a difference is of some complaints but fewer than Least.
func few(n int) bool { return n != 0 && -Least < n && n < Least }
