package conflict

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"declara/app/conflict/match"
	"declara/app/errs"
	"declara/storage"
)

// What a person may decide. Each has words in the catalogue.
const (
	NoConflict = "sin"        // no hay conflicto
	Excuse     = "excusa"     // hay que excusarse
	Clarify    = "aclaracion" // pedir aclaración
	Refer      = "vista"      // dar vista
)

// Outcomes are all of them, as they are offered.
var Outcomes = []string{NoConflict, Clarify, Excuse, Refer}

// States beside the outcomes.
const (
	Fresh   = "nueva"  // nobody has decided
	Changed = "cambio" // it was decided, and the facts are others now
	Over    = "ya"     // there is nothing in common any more
)

// States are all of them, in the order in which they are worked at.
var States = []string{Changed, Fresh, Clarify, Refer, Excuse, NoConflict, Over}

// Open is a group of states in filters: somebody has to decide.
const Open = "abiertas"

// StateOf is how far a coincidence is.
func StateOf(c storage.Conflict) string {
	switch n := len(c.Decisions); {
	case len(c.Points) == 0:
		return Over
	case n == 0:
		return Fresh
	case c.Decisions[n-1].Print != c.Print:
		return Changed
	default:
		return c.Decisions[n-1].Outcome
	}
}

const (
	leastReason, mostReason = 10, 1000 // characters
)

var (
	ErrOutcome = errs.New(errs.Invalid, "conflict.error.outcome")
	ErrReason  = errs.New(errs.Invalid, "conflict.error.reason")
	errMoved   = errs.New(errs.Conflict, "conflict.error.moved")
)

// Row is a coincidence with who it is about. It has no declared content.
type Row struct {
	storage.Conflict
	Who     storage.Person
	Sells   storage.Supplier
	State   string
	Running int  // contracts that run today
	Same    bool // one of them was bought by her own office
	Answers bool // she answers for one of the contracts
}

// Amount is what was contracted, in pesos.
func (r *Row) Amount() (n int64) {
	for _, c := range r.Sells.Contracts {
		if c.Currency == "MXN" || c.Currency == "" {
			n += c.Amount
		}
	}
	return n
}

// SameUnit reports whether a contract was bought by the office of the official.
func (r *Row) SameUnit(c storage.Contract) bool { return match.SameUnit(c.Unit, r.Who.Unit) }

// Named reports whether the official answers for a contract.
func (r *Row) Named(c storage.Contract) bool {
	me := match.New("", "", fullName(r.Who))
	return slices.ContainsFunc(c.Officials, func(name string) bool {
		return match.Compare(me, match.New("", "", name)).How != match.None
	})
}

// How is the strongest likeness.
func (r *Row) How() string {
	if len(r.Points) == 0 {
		return ""
	}
	return r.Points[0].How
}

// undecided reports whether somebody has to decide.
func undecided(state string) bool { return state == Fresh || state == Changed }

// Ask is what a list is asked for.
type Ask struct {
	State   string // one of States, Open, or ""
	Unit    string
	Running bool // only with contracts that run
	Same    bool // only of her own office
}

// List is the coincidences that somebody may see, the worst first: undecided, with
// contracts that run, of the official's own office.
func (s *Service) List(ctx context.Context, tenant string, by storage.User, a Ask) (rows []Row, units []string, err error) {
	if !may(by) {
		return nil, nil, errMayNot
	}
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		rows, units = nil, nil
		today, err := s.today(tx)
		if err != nil {
			return err
		}
		hers := self(tx, by)
		people, sellers := map[string]storage.Person{}, map[string]storage.Supplier{}
		if err := tx.PeopleOf(&s.people, func(p storage.Person, _ bool) error { people[p.ID] = p; return nil }); err != nil {
			return err
		}
		if err := tx.SuppliersOf(&s.suppliers, func(v storage.Supplier, _ bool) error { sellers[v.ID] = v; return nil }); err != nil {
			return err
		}
		return tx.ConflictsFor(&s.conflicts, func(c storage.Conflict, _ bool) error {
			who, there := people[c.Person]
			if !there {
				return nil
			}
			if self, err := hers(c.Person); self || err != nil {
				return err
			}
			r := rowOf(c, who, sellers[c.Supplier], today)
			if who.Unit != "" && !slices.Contains(units, who.Unit) {
				units = append(units, who.Unit)
			}
			if a.State == Open && !undecided(r.State) || a.State != "" && a.State != Open && a.State != r.State ||
				a.Unit != "" && a.Unit != who.Unit || a.Running && r.Running == 0 || a.Same && !r.Same && !r.Answers {
				return nil
			}
			rows = append(rows, r)
			return nil
		})
	})
	slices.SortFunc(rows, worst)
	slices.Sort(units)
	return rows, units, err
}

func rowOf(c storage.Conflict, who storage.Person, sells storage.Supplier, today string) Row {
	r := Row{Conflict: c, Who: who, Sells: sells, State: StateOf(c)}
	for _, x := range sells.Contracts {
		if Running(x, today) {
			r.Running++
		}
		r.Same = r.Same || r.SameUnit(x)
		r.Answers = r.Answers || r.Named(x)
	}
	return r
}

// worst orders rows.
func worst(a, b Row) int {
	yes := func(b bool) int {
		if b {
			return 0
		}
		return 1
	}
	group := func(r *Row) int {
		switch {
		case undecided(r.State):
			return 0
		case r.State == Over:
			return 2
		}
		return 1
	}
	return cmp.Or(
		group(&a)-group(&b), yes(a.Running > 0)-yes(b.Running > 0), yes(a.Answers)-yes(b.Answers), yes(a.Same)-yes(b.Same),
		slices.Index(States, a.State)-slices.Index(States, b.State), match.How(a.How()).Rank()-match.How(b.How()).Rank(),
		cmp.Compare(b.Amount(), a.Amount()), strings.Compare(fullName(a.Who), fullName(b.Who)), strings.Compare(a.Sells.Name, b.Sells.Name),
	)
}

// self tells of which officials an account is. Nobody sees what is about herself, whichever
// account she has.
func self(tx *storage.Txn, by storage.User) func(person string) (bool, error) {
	known := map[string]bool{}
	return func(person string) (is bool, err error) {
		is, asked := known[person]
		if !asked {
			is, err = tx.Self(by, person)
			known[person] = is
		}
		return is, err
	}
}

// Waiting is how many coincidences nobody has decided about, and when everybody was last
// compared.
func (s *Service) Waiting(ctx context.Context, tenant string, by storage.User) (n int, at time.Time, err error) {
	if !may(by) {
		return 0, at, errMayNot
	}
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		n = 0
		c, err := tx.Comparing()
		if err != nil {
			return err
		}
		at = c.At
		hers := self(tx, by)
		return tx.ConflictsFor(&s.conflicts, func(c storage.Conflict, _ bool) error {
			if !undecided(StateOf(c)) {
				return nil
			}
			self, err := hers(c.Person)
			if !self {
				n++
			}
			return err
		})
	})
	return n, at, err
}

// Look reads one coincidence. One about who asks is not there for her.
func (s *Service) Look(ctx context.Context, tenant string, by storage.User, id string) (r Row, err error) {
	if !may(by) {
		return r, errMayNot
	}
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		today, err := s.today(tx)
		if err != nil {
			return err
		}
		r, err = look(tx, by, id, today)
		return err
	})
	return r, err
}

func look(tx *storage.Txn, by storage.User, id, today string) (Row, error) {
	c, err := tx.Conflict(id)
	hers := false
	if err == nil {
		hers, err = tx.Self(by, c.Person)
	}
	if errors.Is(err, storage.ErrNotFound) || hers {
		return Row{}, errNotFound
	} else if err != nil {
		return Row{}, fmt.Errorf("conflict: %w", err)
	}
	who, err := tx.Person(c.Person)
	if errors.Is(err, storage.ErrNotFound) {
		return Row{}, errNotFound
	} else if err != nil {
		return Row{}, fmt.Errorf("conflict: person: %w", err)
	}
	sells, err := tx.Supplier(c.Supplier)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return Row{}, fmt.Errorf("conflict: supplier: %w", err)
	}
	return rowOf(c, who, sells, today), nil
}

// Version is what somebody who decides has seen: the facts, and what was decided about them
// before. A form carries it, so that of two who decide at once the second sees the first.
func (r *Row) Version() string {
	if len(r.Decisions) == 0 {
		return r.Print
	}
	return r.Print + "." + strconv.Itoa(len(r.Decisions))
}

// Decide writes down what somebody of the office decided, on the version that she saw.
func (s *Service) Decide(ctx context.Context, tenant string, by storage.User, id, outcome, reason, seen string) error {
	if !may(by) {
		return errMayNot
	}
	var wrong []error
	if !slices.Contains(Outcomes, outcome) {
		wrong = append(wrong, ErrOutcome)
	}
	if reason = strings.TrimSpace(strings.ReplaceAll(reason, "\r\n", "\n")); !words(reason, leastReason, mostReason) {
		wrong = append(wrong, ErrReason)
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		r, err := look(tx, by, id, "")
		switch {
		case err != nil:
			return err
		case len(wrong) > 0:
			return errors.Join(wrong...)
		}
		c := r.Conflict
		d := storage.ConflictDecision{Outcome: outcome, Reason: reason, User: by.ID, Name: by.Name, At: s.now().UTC().Truncate(time.Second), Print: c.Print}
		if n := len(c.Decisions); n > 0 && c.Decisions[n-1].Outcome == outcome && c.Decisions[n-1].Reason == reason && c.Decisions[n-1].Print == c.Print && c.Decisions[n-1].User == by.ID {
			return nil // the same press again
		}
		if len(r.Points) == 0 || r.Version() != seen {
			return errMoved
		}
		c.Decisions = append(c.Decisions, d)
		if err := tx.PutConflict(c); err != nil {
			return fmt.Errorf("conflict: decision: %w", err)
		}
		return s.audit(tx, by, "coincidence.decide", c.ID, outcome)
	})
}

func words(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\t' || '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
	})
}

// Letter reads a coincidence in which an official has to be excused, for the drafts of
// letters.
func (s *Service) Letter(ctx context.Context, tenant string, by storage.User, id string) (Row, error) {
	r, err := s.Look(ctx, tenant, by, id)
	if err == nil && r.State != Excuse {
		err = errs.New(errs.NotFound, "conflict.error.noletter")
	}
	return r, err
}

// Seen writes down that the evidence of a coincidence is read; that the declarations
// are, package declare writes down.
func (s *Service) Seen(ctx context.Context, tenant string, by storage.User, id, file string) error {
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error { return s.audit(tx, by, "coincidence.read", id, file) })
}
