// Package suppliers reads what purchasing systems write about suppliers and contracts:
// tables (CSV, XLSX; a row a contract) and the open contracting standard (OCDS JSON:
// release packages, record packages, single releases, and streams of any of them, one a
// line). It keeps nothing and compares nothing.
//
// A file is read whole before anything of it counts. Everything that is wrong is told
// at once, each with the row and column, or the release and field, in which it stands,
// and how to mend it; a file with anything wrong gives no suppliers. What is only odd is
// a note. No sentence holds more of the file than a name that the file itself repeats.
//
// Files are hostile until proven otherwise: package table has the bounds of tables; for
// JSON there is one for the file, one for each release, which is read one at a time, and
// one for how many there are.
package suppliers

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"declara/app/conflict/match"
	"declara/app/errs"
	"declara/app/table"
	"declara/forms"
	"declara/storage"
)

// Bounds of a file.
const (
	MaxFile     = 11 << 20 // bytes; of a table table.MaxFile
	maxRelease  = 2 << 20  // bytes of one release
	maxReleases = 50_000
	maxTold     = 200 // problems that are told
	maxName     = 300 // characters
	maxTitle    = 1000
	maxShort    = 200
	maxPeople   = 50 // behind one supplier, or of one contract
)

// OCDS is the kind of a file of the open contracting standard; the others are those of
// package table.
const OCDS = "OCDS"

// Problem is something to tell about a place of the file: the catalogue key of a
// sentence and what fills it, of which the place is the first two.
type Problem struct {
	Key  string
	Args []string
}

// Batch is what a file says.
type Batch struct {
	Kind      string
	Rows      int                // rows, or releases
	Suppliers []storage.Supplier // without ids; each once
	Problems  []Problem          // with any, there are no suppliers
	Notes     []Problem
	More      int // problems and notes beyond those told
}

var errLarge = errs.New(errs.Invalid, "conflict.file.big", strconv.Itoa(MaxFile>>20))

// Read reads a file. What it is, its first bytes say, not its name.
func Read(data []byte) (Batch, error) {
	if len(data) > MaxFile {
		return Batch{}, errLarge
	}
	head := bytes.TrimLeft(bytes.TrimPrefix(data[:min(len(data), 4096)], []byte("\xEF\xBB\xBF")), " \t\r\n")
	b := &builder{at: map[string]int{}, names: map[string][]int{}, numbers: map[string]place{}}
	var err error
	if len(head) > 0 && (head[0] == '{' || head[0] == '[') {
		b.kind = OCDS
		err = b.ocds(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")))
	} else {
		err = b.table(data)
	}
	if err != nil {
		return Batch{}, err
	}
	out := Batch{Kind: b.kind, Rows: b.rows, Problems: b.problems, Notes: b.notes, More: b.more}
	if len(b.problems) > 0 {
		return out, nil
	}
	if len(b.all) == 0 {
		return Batch{}, errs.New(errs.Invalid, "conflict.file.none")
	}
	out.Suppliers = b.all
	return out, nil
}

// Mark tells a supplier from others: its RFC, or else its folded name.
func Mark(s storage.Supplier) string {
	p := match.New(s.RFC, "", s.Name)
	if p.RFC() != "" {
		return "r" + p.RFC()
	}
	return "n" + p.Name()
}

// place is where something stands: a row and column, or a release and field.
type place struct{ row, column string }

// builder puts together what rows and releases say, each supplier once.
type builder struct {
	kind            string
	rows            int
	all             []storage.Supplier
	from            []place          // of each supplier
	at              map[string]int   // mark → place in all
	names           map[string][]int // folded name → places in all
	numbers         map[string]place // of contracts
	problems, notes []Problem
	more            int
}

func (b *builder) problem(key string, p place, args ...string) { b.tell(&b.problems, key, p, args) }
func (b *builder) note(key string, p place, args ...string)    { b.tell(&b.notes, key, p, args) }

func (b *builder) tell(to *[]Problem, key string, p place, args []string) {
	if len(*to) == maxTold {
		b.more++
		return
	}
	where := "conflict.row."
	if b.kind == OCDS {
		where = "conflict.release."
	}
	*to = append(*to, Problem{where + key, append([]string{p.row, p.column}, args...)})
}

// supplier finds or makes the supplier with an RFC and a name; ok is false when what it
// says about itself cannot be.
func (b *builder) supplier(rfc, name string, rfcAt, nameAt place) (i int, ok bool) {
	ok = true
	name, clean := tidy(name, maxName)
	switch {
	case name == "":
		b.problem("noname", nameAt)
		ok = false
	case formula(name):
		b.problem("formula", nameAt)
		ok = false
	case !clean:
		b.problem("letters", nameAt, strconv.Itoa(maxName))
		ok = false
	case match.New("", "", name).Name() == "":
		b.problem("noname", nameAt)
		ok = false
	}
	rfc = forms.CleanRFC(rfc)
	p := match.New(rfc, "", name)
	switch {
	case rfc == "":
	case formula(rfc):
		b.problem("formula", rfcAt)
		ok = false
	case !forms.IsRFC(rfc):
		b.problem("rfc", rfcAt)
		ok = false
	case p.RFC() == "":
		b.note("generic", rfcAt)
		rfc = ""
	case !forms.RFCDigit(rfc):
		b.note("digit", rfcAt)
	}
	if !ok {
		return 0, false
	}
	if i, there := b.known(p); there {
		s := &b.all[i]
		if s.RFC != "" && rfc != "" && match.Compare(match.New("", "", s.Name), match.New("", "", name)).How == match.None && s.Name != name && fold(s.Name) != fold(name) {
			b.problem("twice", rfcAt, b.from[i].row)
			return 0, false
		}
		if s.RFC == "" && rfc != "" {
			s.RFC = rfc
			b.at["r"+rfc] = i
		}
		return i, true
	}
	i = len(b.all)
	b.all = append(b.all, storage.Supplier{RFC: rfc, Name: name})
	b.from = append(b.from, nameAt)
	b.at[Mark(b.all[i])] = i
	b.names[p.Name()] = append(b.names[p.Name()], i)
	return i, true
}

func fold(name string) string { return match.New("", "", name).Name() }

// known finds a supplier by its RFC, or by its name where one of the two has none.
func (b *builder) known(p match.Party) (int, bool) {
	if p.RFC() != "" {
		if i, ok := b.at["r"+p.RFC()]; ok {
			return i, true
		}
	}
	same := b.names[p.Name()]
	if len(same) == 1 && (p.RFC() == "" || b.all[same[0]].RFC == "") {
		return same[0], true
	}
	return 0, false
}

// related adds who is behind a supplier.
func (b *builder) related(i int, role, name, rfc string, at place) {
	name, clean := tidy(name, maxName)
	rfc = forms.CleanRFC(rfc)
	switch {
	case name == "":
		return
	case formula(name):
		b.problem("formula", at)
		return
	case !clean:
		b.problem("letters", at, strconv.Itoa(maxName))
		return
	}
	if !forms.IsRFC(rfc) {
		rfc = ""
	}
	s := &b.all[i]
	for n, r := range s.Related {
		if r.Role == role && fold(r.Name) == fold(name) && (r.RFC == rfc || r.RFC == "" || rfc == "") {
			if r.RFC == "" {
				s.Related[n].RFC = rfc
			}
			return
		}
	}
	if len(s.Related) == maxPeople {
		b.problem("many", at, strconv.Itoa(maxPeople))
		return
	}
	s.Related = append(s.Related, storage.Related{Role: role, Name: name, RFC: rfc})
}

// contract adds a contract to a supplier. The same one twice is one; of a number with
// two contents, tables are wrong, and releases are later news.
func (b *builder) contract(i int, c storage.Contract, at place) {
	key := strconv.Itoa(i) + " " + ContractMark(c)
	was, twice := b.numbers[key]
	if !twice {
		b.numbers[key] = at
		b.all[i].Contracts = append(b.all[i].Contracts, c)
		return
	}
	for n := range b.all[i].Contracts {
		if old := &b.all[i].Contracts[n]; ContractMark(*old) == ContractMark(c) {
			if b.kind != OCDS && !SameContract(*old, c) {
				b.problem("contract", at, was.row)
			}
			*old = c
		}
	}
}

// ContractMark tells a contract of a supplier from others: its number, or what it is
// for and its day.
func ContractMark(c storage.Contract) string {
	if c.Number != "" {
		return "n" + strings.ToUpper(strings.Join(strings.Fields(c.Number), " "))
	}
	return "t" + strings.ToUpper(c.Title) + " " + c.Signed + " " + c.From
}

// SameContract reports whether two say the same.
func SameContract(a, b storage.Contract) bool {
	same := slices.Equal(a.Officials, b.Officials)
	a.Officials, b.Officials = nil, nil
	return same && a.Number == b.Number && a.Title == b.Title && a.Amount == b.Amount && a.Currency == b.Currency && a.Signed == b.Signed &&
		a.From == b.From && a.To == b.To && a.Unit == b.Unit && a.Method == b.Method
}

// tidy is a text with single spaces; clean is false when it is too long or has letters
// that are not seen.
func tidy(s string, most int) (out string, clean bool) {
	out = strings.Join(strings.Fields(s), " ")
	clean = utf8.ValidString(out) && utf8.RuneCountInString(out) <= most && !strings.ContainsFunc(out, func(r rune) bool {
		return unicode.IsControl(r) || r == utf8.RuneError || '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
	})
	return out, clean
}

// formula reports whether a cell is a formula that was written as text.
func formula(s string) bool {
	s = strings.TrimPrefix(s, "'")
	return strings.HasPrefix(s, "=") || strings.HasPrefix(s, "@")
}

// several are the names in one cell.
func several(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == '|' || r == '\n' })
}

// Template is the heading that is read without asking.
func Template() [][]string {
	var head []string
	for _, f := range order {
		head = append(head, titles[f])
	}
	return [][]string{head}
}

// Heading is what the template writes above a column.
func Heading(f table.Field) string { return titles[f] }
