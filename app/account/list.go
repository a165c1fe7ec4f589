package account

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"declara/app/account/payroll"
	"declara/app/errs"
	"declara/app/staged"
	"declara/app/table"
	"declara/forms"
	"declara/storage"
)

// A list of payroll comes to the roster in steps (docs/decisions/0020): it is read and
// kept, sealed, for a day; it is compared as often as it is looked at; and it is put
// on the roster in one transaction, which refuses when the comparison is not the one
// that the person saw. What was is kept for a day, so that it can be taken back.

var (
	errLists    = errs.New(errs.TooMany, "account.list.many")
	errOver     = errs.New(errs.Gone, "account.list.over")
	errMoved    = errs.New(errs.Conflict, "account.list.moved")
	errUndecide = errs.New(errs.Invalid, "account.list.posts")
	errNothing  = errs.New(errs.Invalid, "account.list.nothing")
	errColumns  = errs.New(errs.Invalid, "account.list.match")
	errExitDay  = errs.New(errs.Invalid, "account.list.exitday")
)

// rosters are the lists of payroll that wait.
var rosters = staged.Kind{Get: (*storage.Txn).Import, Each: (*storage.Txn).Imports, Put: (*storage.Txn).PutImport, Many: errLists, Over: errOver}

// list is a list while it waits.
type list struct {
	Table   table.Table     `json:"table"`
	Head    int             `json:"head"`              // place of the heading in the rows; -1 when none was found
	Columns table.Columns   `json:"columns"`           //
	Whole   bool            `json:"whole,omitempty"`   // whoever is not on it has left
	ExitDay string          `json:"exitDay,omitempty"` // last day of those
	Choice  map[string]bool `json:"choice,omitempty"`  // what a person said of lines, by key
}

// rows are those below the heading.
func (l *list) rows() []table.Row { return l.Table.Rows[min(l.Head+1, len(l.Table.Rows)):] }

func (l *list) cell(row table.Row, f payroll.Field) string { return row.Cell(l.Columns.At(f)) }

// official is a row as the form of the roster would have it.
func (l *list) official(row table.Row) Official {
	var o Official
	for _, f := range payroll.Fields {
		text := l.cell(row, f)
		if f == payroll.Entry || f == payroll.Exit {
			if iso, ok := l.Table.Day(text); ok {
				text = iso
			}
		}
		*o.text(f) = text
	}
	return o
}

// Counts is how many lines of each fate there are, and how many will be done.
type Counts struct {
	Of map[Fate]int
	In map[Fate]int
}

// Listed is a list with what it would make of the roster, or, once it was put there,
// what it made of it.
type Listed struct {
	storage.Import
	Kind    string
	Rows    int
	Heading []string // of the columns, for matching
	Example [][]string
	Columns table.Columns
	Headed  bool
	Whole   bool
	ExitDay string
	Ready   bool // every needed field has its column
	Lines   []Line
	Counts  Counts
	Unknown int    // posts that wait for a decision
	Version string // of the comparison
	Staff   int    // people in office on the roster
}

// StageList reads a file and keeps it. whole says that whoever is not on it has left,
// on the day exitDay.
func (s *Service) StageList(ctx context.Context, tenant, actor string, file []byte, whole bool, exitDay string) (id string, err error) {
	day := ""
	if whole {
		if day, err = forms.ParseDate(exitDay); err != nil {
			return "", errExitDay
		}
	}
	table, err := table.Read(file)
	if err != nil {
		return "", err
	}
	l := list{Table: table, Whole: whole, ExitDay: day}
	l.Head, l.Columns = payroll.Match(table)
	i, err := staged.New(actor, s.now(), l)
	if err != nil {
		return "", err
	}
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if err := rosters.Keep(tx, i); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: i.Created, Actor: actor, Act: "roster.read", About: i.ID})
	})
	return i.ID, err
}

// live reads a list whose day is not over.
func (s *Service) live(tx *storage.Txn, id string) (storage.Import, error) {
	return rosters.Live(tx, s.now(), id)
}

// waiting reads a list that has not been put on the roster.
func (s *Service) waiting(tx *storage.Txn, id string) (i storage.Import, l list, err error) {
	i, err = rosters.Waiting(tx, s.now(), id, &l)
	return i, l, err
}

// compared compares a list that waits.
func (s *Service) compared(tx *storage.Txn, id string) (list, []Line, error) {
	_, l, err := s.waiting(tx, id)
	if err != nil {
		return l, nil, err
	}
	lines, _, err := s.compareNow(tx, &l)
	return l, lines, err
}

func (s *Service) compareNow(tx *storage.Txn, l *list) (lines []Line, people []storage.Person, err error) {
	if err := tx.People(func(p storage.Person) error { people = append(people, p); return nil }); err != nil {
		return nil, nil, err
	}
	posts := map[string]storage.Post{}
	if err := tx.Posts(func(p storage.Post) error { posts[p.ID] = p; return nil }); err != nil {
		return nil, nil, err
	}
	if len(payroll.Missing(l.Columns)) > 0 {
		return nil, people, nil
	}
	today, err := s.today(tx)
	if err != nil {
		return nil, nil, err
	}
	return compare(l, people, posts, today), people, nil
}

// today is the day in the institution's zone.
func (s *Service) today(tx *storage.Txn) (string, error) {
	body, err := tx.Institution()
	if err != nil {
		return "", err
	}
	zone, err := body.Location()
	if err != nil {
		return "", fmt.Errorf("account: zone: %w", err)
	}
	return s.now().In(zone).Format(time.DateOnly), nil
}

// version is a digest of what will be done.
func version(lines []Line) string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	for _, l := range lines {
		if l.In {
			enc.Encode(struct { // a hash takes everything
				K string
				F Fate
				P string
				O Official
				B bool
				C []Change
			}{l.Key, l.Fate, l.Person, l.To, l.Back, l.Changes})
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// unknown are the posts of lines that will be done which the catalogue lacks.
func unknown(tx *storage.Txn, lines []Line) (n int, err error) {
	seen := map[string]bool{}
	for _, l := range lines {
		if !l.In || l.Fate == FateMissing || l.Person != "" && !slices.ContainsFunc(l.Changes, func(c Change) bool { return c.Field == payroll.Post }) {
			continue
		}
		id := PostID(l.To.Post)
		if seen[id] {
			continue
		}
		seen[id] = true
		switch _, err := tx.Post(id); {
		case errors.Is(err, storage.ErrNotFound):
			n++
		case err != nil:
			return 0, err
		}
	}
	return n, nil
}

// exampleRows is how many rows below the heading the page of matching shows.
const exampleRows = 3

// List reads a list that waits and compares it with the roster as it is now.
func (s *Service) List(ctx context.Context, tenant, id string) (out Listed, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		out = Listed{}
		i, err := s.live(tx, id)
		if err != nil {
			return err
		}
		if !i.Applied.IsZero() {
			out.Import = i
			return nil
		}
		i, l, err := s.waiting(tx, id)
		if err != nil {
			return err
		}
		i.Data = nil
		out = Listed{Import: i, Kind: l.Table.Kind, Rows: len(l.rows()), Columns: l.Columns, Headed: l.Head >= 0,
			Whole: l.Whole, ExitDay: l.ExitDay, Ready: len(payroll.Missing(l.Columns)) == 0, Counts: Counts{map[Fate]int{}, map[Fate]int{}}}
		out.Heading, out.Example = l.look()
		lines, people, err := s.compareNow(tx, &l)
		if err != nil {
			return err
		}
		for _, p := range people {
			if p.Exit == "" {
				out.Staff++
			}
		}
		out.Lines, out.Version = lines, version(lines)
		for _, line := range lines {
			out.Counts.Of[line.Fate]++
			if line.In {
				out.Counts.In[line.Fate]++
			}
		}
		out.Unknown, err = unknown(tx, lines)
		return err
	})
	return out, err
}

// look is what the columns are called and what stands in them.
func (l *list) look() (heading []string, example [][]string) {
	rows := l.rows()
	width := 0
	if l.Head >= 0 {
		heading = slices.Clone(l.Table.Rows[l.Head].Cells)
		width = len(heading)
	}
	for _, r := range rows[:min(exampleRows, len(rows))] {
		example = append(example, r.Cells)
		width = max(width, len(r.Cells))
	}
	for len(heading) < width {
		heading = append(heading, "")
	}
	return heading, example
}

// change changes a list that waits.
func (s *Service) changeList(ctx context.Context, tenant, id string, change func(*storage.Txn, *list) error) error {
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		i, l, err := s.waiting(tx, id)
		if err != nil {
			return err
		}
		if err := change(tx, &l); err != nil {
			return err
		}
		if i.Data, err = json.Marshal(l); err != nil {
			return fmt.Errorf("account: a list: %w", err)
		}
		return tx.PutImport(i)
	})
}

// MatchList says which column is what. A column is one thing only.
func (s *Service) MatchList(ctx context.Context, tenant, id string, columns table.Columns) error {
	used := map[int]payroll.Field{}
	for f, at := range columns {
		if at < 0 || at >= table.MaxColumns || !slices.Contains(payroll.Fields, f) {
			return errColumns
		}
		if _, twice := used[at]; twice {
			return Problems{{Field: string(f), Key: "account.list.column.twice", Args: []string{table.ColumnName(at)}}}
		}
		used[at] = f
	}
	var problems Problems
	for _, f := range payroll.Missing(columns) {
		problems = append(problems, Problem{Field: string(f), Key: "account.list.column.missing"})
	}
	if len(problems) > 0 {
		return problems
	}
	return s.changeList(ctx, tenant, id, func(_ *storage.Txn, l *list) error {
		l.Columns, l.Choice = columns, nil
		return nil
	})
}

// ChooseLines says of lines whether they will be done, by key.
func (s *Service) ChooseLines(ctx context.Context, tenant, id string, choice map[string]bool) error {
	return s.changeList(ctx, tenant, id, func(tx *storage.Txn, l *list) error {
		lines, _, err := s.compareNow(tx, l)
		if err != nil {
			return err
		}
		if l.Choice == nil {
			l.Choice = map[string]bool{}
		}
		for _, line := range lines {
			if in, said := choice[line.Key]; said && line.Free() && in != line.In {
				l.Choice[line.Key] = in
			}
		}
		return nil
	})
}

// ForgetList throws a list away that was not put on the roster.
func (s *Service) ForgetList(ctx context.Context, tenant, actor, id string) error {
	now := s.now()
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if _, _, err := s.waiting(tx, id); err != nil {
			return err
		}
		if err := tx.DropImport(id); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: "roster.forget", About: id})
	})
}

// Lists are those that wait or can be taken back, newest first, without what is in
// them.
func (s *Service) Lists(ctx context.Context, tenant string) (all []storage.Import, err error) {
	now := s.now()
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		return tx.Imports(func(i storage.Import) error {
			if now.Before(i.Expires) {
				i.Data = nil
				all = append(all, i)
			}
			return nil
		})
	})
	slices.Reverse(all)
	return all, err
}

// done is what a list did, kept so that it can be taken back.
type done struct {
	Counts map[Fate]int `json:"counts"`
	People []touched    `json:"people"`
}

// touched is a person as she was before, and how the list left her.
type touched struct {
	ID     string          `json:"id"`
	Before *storage.Person `json:"before,omitempty"` // nil: she was not there
	After  string          `json:"after"`            // digest
}

func digestOf(p storage.Person) (string, error) {
	b, err := json.Marshal(p)
	return storage.Digest(b), err
}

// ApplyList puts a list on the roster, all of it or nothing. version is that of the
// comparison that the person saw: when it would do anything else now, it does nothing
// and says so.
func (s *Service) ApplyList(ctx context.Context, tenant, actor, id, seen string) (counts map[Fate]int, err error) {
	now := s.now()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		counts = map[Fate]int{}
		i, l, err := s.waiting(tx, id)
		if err != nil {
			return err
		}
		lines, people, err := s.compareNow(tx, &l)
		if err != nil {
			return err
		}
		if version(lines) != seen {
			return errMoved
		}
		if n, err := unknown(tx, lines); err != nil {
			return err
		} else if n > 0 {
			return errUndecide
		}
		byID := make(map[string]storage.Person, len(people))
		for _, p := range people {
			byID[p.ID] = p
		}
		kept := done{Counts: counts}
		for _, line := range lines {
			if !line.In {
				continue
			}
			t, err := s.put(tx, actor, now, line, byID)
			if err != nil {
				return err
			}
			counts[line.Fate]++
			kept.People = append(kept.People, t)
		}
		if len(kept.People) == 0 {
			return errNothing
		}
		if i.Data, err = json.Marshal(kept); err != nil {
			return fmt.Errorf("account: a list: %w", err)
		}
		i.Applied, i.Expires = now, now.Add(staged.For)
		if err := tx.PutImport(i); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: "roster.apply", About: id, Reason: countWords(counts)})
	})
	return counts, err
}

func countWords(counts map[Fate]int) string {
	var b bytes.Buffer
	for _, f := range Fates {
		if n := counts[f]; n > 0 {
			b.WriteString(string(f) + " " + strconv.Itoa(n) + " ")
		}
	}
	return string(bytes.TrimSpace(b.Bytes()))
}

// put does one line.
func (s *Service) put(tx *storage.Txn, actor string, now time.Time, line Line, byID map[string]storage.Person) (t touched, err error) {
	o, act := line.To, "person.edit"
	p := storage.Person{ID: storage.NewID(now), Created: now}
	if line.Person != "" {
		before := byID[line.Person]
		t.Before = &before
		p = before
		if line.Back {
			p.Others = append(slices.Clone(p.Others), storage.Spell{Entry: before.Entry, Exit: before.Exit, Leave: before.Leave})
		}
	} else {
		act = "person.add"
	}
	o.onto(&p)
	if t.Before != nil {
		if err := noteLowered(tx, actor, now, *t.Before, &p); err != nil {
			return t, err
		}
	}
	t.ID = p.ID
	if t.After, err = digestOf(p); err != nil {
		return t, err
	}
	if err := tx.PutPerson(p); errors.Is(err, storage.ErrConflict) {
		return t, errMoved
	} else if err != nil {
		return t, err
	}
	if t.Before != nil {
		if err := follow(tx, *t.Before, p); err != nil {
			return t, err
		}
	} else if err := tx.PutUser(accountOf(p, now)); errors.Is(err, storage.ErrConflict) {
		return t, errs.New(errs.Invalid, "account.list.login", strconv.Itoa(line.Row))
	} else if err != nil {
		return t, err
	}
	return t, tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: act, About: p.ID})
}

// accountOf is the account that an official gets, still without a code.
func accountOf(p storage.Person, now time.Time) storage.User {
	return storage.User{
		ID: storage.NewID(now), Login: Fold(p.CURP), Name: FullName(p), Email: p.Email,
		Roles: []storage.Role{storage.RoleDeclarant}, Person: p.ID, Created: now, Changed: now,
	}
}
