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
//     (Correct). What is smaller is told in words, without a figure.
//
// # What this cannot do
//
// Whoever sends complaints herself knows of so many, and can lift a cell over the
// limit with her own. What she learns then is a count of a whole town and a coarse
// category, which says nothing of whom they are about.
package figures

import "errors"

// Least is the smallest figure but zero that is published.
const Least = 5

// Whole is the fewest complaints of a period that has tables.
const Whole = 20

// The tables of a sheet.
const (
	ByGroup   = "grupoConducta"
	ByChannel = "canal"
	ByStage   = "etapa"
)

// Count is how many complaints a key of a table has.
type Count struct {
	Key string
	N   int
}

// Counts is the complaints of a period. Every complaint is in each table once, and a
// table names all keys that there are, those without complaints too.
type Counts struct {
	Total  int
	Tables []Table
}

// Table is counts of one direction.
type Table struct {
	Name   string
	Counts []Count
}

// Sheet is a period as it is published.
type Sheet struct {
	Period
	Band   string  `json:"band,omitempty"` // instead of all that follows
	Total  int     `json:"total,omitempty"`
	Shares []Share `json:"shares,omitempty"`
}

// Share is a table as it is published.
type Share struct {
	Name  string `json:"name"`
	Cells []Cell `json:"cells"`
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

// Freeze makes the sheet of a period.
func Freeze(p Period, c Counts) (Sheet, error) {
	s := Sheet{Period: p}
	for _, t := range c.Tables {
		sum := 0
		for _, x := range t.Counts {
			if x.N < 0 {
				return s, ErrCounts
			}
			sum += x.N
		}
		if sum != c.Total {
			return s, ErrCounts
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
		s.Shares = append(s.Shares, Share{t.Name, cells(t.Counts, Withhold(t.Counts))})
	}
	return s, nil
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
// not enough, ErrSmall.
func alike(old, s Sheet, c Counts) (Sheet, error) {
	if old.Band != "" || len(old.Shares) != len(c.Tables) {
		return s, ErrSmall
	}
	for i, t := range c.Tables {
		kept := map[string]bool{}
		for _, x := range old.Shares[i].Cells {
			kept[x.Key] = x.Kept
		}
		for _, x := range t.Counts {
			if !kept[x.Key] && 0 < x.N && x.N < Least {
				return s, ErrSmall
			}
		}
		s.Shares[i].Cells = cells(t.Counts, kept)
		if rest := s.Total - s.Shares[i].sum(); 0 < rest && rest < Least {
			return s, ErrSmall
		}
	}
	return s, nil
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
	if few(a.Total - b.Total) {
		return false
	}
	for i := range a.Shares {
		x, y := a.Shares[i], b.Shares[i]
		if few(a.Total - x.sum() - (b.Total - y.sum())) {
			return false
		}
		for j := range x.Cells {
			if x.Cells[j].Key != y.Cells[j].Key || x.Cells[j].Kept != y.Cells[j].Kept || few(x.Cells[j].N-y.Cells[j].N) {
				return false
			}
		}
	}
	return true
}

// few reports whether a difference is of some complaints but fewer than Least.
func few(n int) bool { return n != 0 && -Least < n && n < Least }
