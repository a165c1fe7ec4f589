package evolution

import (
	"cmp"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"declara/forms"
)

// Peso is the currency that amounts are in when they do not say another.
const Peso = "MXN"

// Statement is one filed declaration.
type Statement struct {
	ID, Folio string
	Type      forms.Type
	Level     forms.Level
	Year      int    // that it was due in
	Event     string // day of taking or leaving office, yyyy-mm-dd
	Form      *forms.Form
	Answers   forms.Answers
}

// At is the day whose balances the declaration tells.
func (s *Statement) At() string {
	if s.Type == forms.Modificacion {
		return strconv.Itoa(s.Year-1) + "-12-31"
	}
	return s.Event
}

// covers is the year that the declaration tells the movements of.
func (s *Statement) covers() int {
	if s.Type == forms.Modificacion {
		return s.Year - 1
	}
	y, _ := strconv.Atoi(head(s.Event))
	return y
}

func head(day string) string { y, _, _ := strings.Cut(day, "-"); return y }

// Entry is a figure of a year that the verifier enters, in pesos.
type Entry struct {
	ID     string
	Year   int
	Use    bool // an expense; otherwise a resource
	Amount int64
	Words  string
	Source string
}

// Rate is what one unit of a currency is worth in pesos, in ten-thousandths.
type Rate struct {
	Year     int
	Currency string
	Rate     int64
	Source   string
}

// MaxRate bounds Rate.Rate, so that no sum of what may be declared can overflow.
const MaxRate = 1000_0000

// Kind is what a line is.
type Kind string

// The kinds of resources, and then of uses.
const (
	Salary     Kind = "salary"     // I
	Business   Kind = "business"   // II.1
	Financial  Kind = "financial"  // II.2
	Services   Kind = "services"   // II.3
	Sale       Kind = "sale"       // II.4
	OtherPay   Kind = "other"      // II.5
	Family     Kind = "family"     // B
	Credit     Kind = "credit"     // a debt that is new
	Owed       Kind = "owed"       // a balance owed that rose
	Withdrawal Kind = "withdrawal" // a balance that fell
	Gift       Kind = "gift"       // received by donation, inheritance or prize
	Unpaid     Kind = "unpaid"     // received otherwise, for which nothing was paid
	Entered    Kind = "entered"    // of the verifier

	Purchase Kind = "purchase" // acquired, for whatever it was declared to be worth
	Payment  Kind = "payment"  // a balance owed that fell
	Saving   Kind = "saving"   // a balance that rose
	Expense  Kind = "expense"  // of the verifier
)

// Amount is one of a currency.
type Amount struct {
	Value    int64
	Currency string
}

// Line is one figure of the arithmetic of a year.
type Line struct {
	Kind   Kind
	Use    bool
	Amount            // in the currency that it counts in
	Was    Amount     // as declared, when it was turned into pesos
	Path   forms.Path // of the row in the declaration that closes the year; "" for entries
	Words  string     // of an entry
	Source string     // of an entry
	ID     string     // of an entry
	From   int64      // balance that it begins with, of Owed, Withdrawal, Payment and Saving
	To     int64      // and ends with
	Owners []string   // when others than the declarant own it (forms.Owner)
	Share  int64      // percentage that she owns, 0 when none was declared
}

// Code is what a note tells. Each has words in sheet.json under "sheet.note.".
type Code string

// The codes.
const (
	NoOpening   Code = "noopening"   // nothing was declared before
	Gap         Code = "gap"         // the declaration of the year before is not there
	Simplified  Code = "simplified"  // a simplified declaration has no balances
	SimpleOpen  Code = "simpleopen"  // the one before was simplified
	MidYear     Code = "midyear"     // the beginning is the day of entry: Day
	NoPeriod    Code = "noperiod"    // the day of the event is not known
	NoValue     Code = "novalue"     // a row without amount
	NoDate      Code = "nodate"      // a new row without day of acquisition
	OldRow      Code = "oldrow"      // a row that appears now and was acquired before: Day
	LaterRow    Code = "laterrow"    // acquired after the period: Day
	Vanished    Code = "vanished"    // a row that is there no more, without having been given up
	Repriced    Code = "repriced"    // its value of acquisition is another than before
	SoldFor     Code = "soldfor"     // given up by sale, and no sale is among the income
	Settled     Code = "settled"     // a debt or an account given up: its balance counts as nothing left
	Mixed       Code = "mixed"       // its balances are in two currencies
	Shared      Code = "shared"      // rows that others own too, or alone
	Unconverted Code = "unconverted" // another currency, with no rate entered
)

// Note is something that the arithmetic does not know or could not count.
type Note struct {
	Code   Code
	Path   forms.Path // of the row; its section and id are those of the later declaration
	Day    string     // yyyy-mm-dd
	Before Amount     // of Vanished and Repriced
}

// Sum is a year in one currency.
type Sum struct {
	Currency                    string
	Resources, Uses, Difference int64
}

// Wealth is what was declared to be there on a day, by currency.
type Wealth struct {
	Day           string
	Assets, Debts []Amount
}

// Year is the arithmetic of one.
type Year struct {
	Name     int
	Until    string // last day in office, of a conclusión
	Missing  bool   // nobody declared it
	Computed bool   // there are sums
	Closing  int    // index of the statement that closes it
	Opening  int    // of the one that its balances begin with; -1 is none
	Began    Wealth
	Ended    Wealth
	Lines    []Line
	Notes    []Note
	Sums     []Sum // pesos first
}

// Sum is that of a currency.
func (y *Year) Sum(currency string) Sum {
	for _, s := range y.Sums {
		if s.Currency == currency {
			return s
		}
	}
	return Sum{Currency: currency}
}

// Over computes the years of the declarations of one person, in the order of the days
// that they tell.
func Over(all []Statement, entries []Entry, rates []Rate) []Year {
	var years []Year
	before := -1
	for i := range all {
		s := &all[i]
		if s.Type == forms.Inicial {
			before = i
			continue
		}
		if before >= 0 {
			next := all[before].covers() + 1
			if all[before].Type == forms.Inicial {
				next-- // the year of the entry is told by a modificación
			}
			for y := next; y < s.covers() && y > 0; y++ {
				years = append(years, Year{Name: y, Missing: true, Opening: before})
			}
		}
		years = append(years, year(all, before, i, entries, rates))
		before = i
	}
	return years
}

// year computes the one that a statement closes.
func year(all []Statement, before, at int, entries []Entry, rates []Rate) Year {
	s := &all[at]
	y := Year{Name: s.covers(), Closing: at, Opening: before}
	if s.Type == forms.Conclusion {
		y.Until = s.Event
	}
	c := counter{s: s, y: &y, from: strconv.Itoa(y.Name) + "-01-01", to: s.At()}
	c.income()
	known := c.opening(all, before)
	if s.Level == forms.Simplified {
		c.note(Note{Code: Simplified})
		known = false
	} else {
		y.Ended = wealth(s)
	}
	if before >= 0 && all[before].Level != forms.Simplified {
		y.Began = wealth(&all[before])
	}
	if y.Name == 0 || c.to == "" {
		c.note(Note{Code: NoPeriod})
		known = false
	}
	if known {
		c.p = &all[before]
		c.was = forms.Align(s.Form, c.p.Answers, s.Answers)
		c.assets()
		c.balances()
	}
	for _, e := range entries {
		if e.Year != y.Name {
			continue
		}
		l := Line{Kind: Entered, Use: e.Use, Amount: Amount{e.Amount, Peso}, Words: e.Words, Source: e.Source, ID: e.ID}
		if e.Use {
			l.Kind = Expense
		}
		y.Lines = append(y.Lines, l)
	}
	y.convert(rates)
	if y.Computed = known; known {
		y.sum()
	}
	return y
}

// convert turns lines of currencies with a rate into pesos.
func (y *Year) convert(rates []Rate) {
	said := map[string]bool{}
	for i := range y.Lines {
		l := &y.Lines[i]
		if l.Currency == Peso {
			continue
		}
		at := slices.IndexFunc(rates, func(r Rate) bool {
			return r.Year == y.Name && r.Currency == l.Currency && r.Rate > 0 && r.Rate <= MaxRate
		})
		if at < 0 {
			if !said[l.Currency] {
				said[l.Currency] = true
				y.Notes = append(y.Notes, Note{Code: Unconverted, Before: Amount{Currency: l.Currency}})
			}
			continue
		}
		l.Was, l.Amount = l.Amount, Amount{times(l.Value, rates[at].Rate), Peso}
	}
}

// times is an amount at a rate in ten-thousandths, to the nearest whole.
func times(n, rate int64) int64 {
	hi, lo := bits.Mul64(uint64(n), uint64(rate))
	lo, carry := bits.Add64(lo, 5000, 0)
	q, _ := bits.Div64(hi+carry, lo, 10000)
	return int64(q)
}

func (y *Year) sum() {
	by := map[string]*Sum{Peso: {Currency: Peso}}
	for _, l := range y.Lines {
		s := by[l.Currency]
		if s == nil {
			s = &Sum{Currency: l.Currency}
			by[l.Currency] = s
		}
		if l.Use {
			s.Uses += l.Value
		} else {
			s.Resources += l.Value
		}
	}
	for _, s := range by {
		s.Difference = s.Uses - s.Resources
		y.Sums = append(y.Sums, *s)
	}
	slices.SortFunc(y.Sums, func(a, b Sum) int {
		if (a.Currency == Peso) != (b.Currency == Peso) {
			if a.Currency == Peso {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.Currency, b.Currency)
	})
}
