// Package verify is the verification of declarations by the office (LGRA 30): the draw
// of those that are verified, and the work on each.
//
// # Rules that the package holds
//
//   - Nobody chooses. First the universe is frozen, with the size and with where the
//     seed will come from and on which later day it will be known; only then, on that
//     day or after, is the seed typed and the list drawn. So neither the universe nor
//     the size can be fitted to a seed, nor a seed to them (decision 22).
//   - Both steps are leaves of the log. What is wrong is voided, with a reason, and
//     stays in sight; it is never drawn again under the same number.
//   - Anybody to whom the office hands the file of the universe draws the same list,
//     with `declara draw` or with sha256sum (package draw).
//   - Who verifies is given each declaration by the office, and knows of no other; she
//     draws nothing and gives nothing away. Where nobody of that role can have one, the
//     office verifies it itself (decision 36).
//   - Universe and list are for the office. They name nobody: folio, level, unit.
//   - Who verifies reads the declaration and those before it of the same person (sheet.go).
//     Each is written down as a reading of that day, with the number of the draw as the
//     file, and the declarant is told. A sheet whose declarations were not opened on the
//     day is not shown, to nobody.
//   - What was found tells of what was declared. It is on no page; it is read with the
//     number of a file and a reason, as a declaration is (finding.go).
//   - The declaration is read by who has it, and by who else of the office gives a reason
//     of her own. Nobody has her own; who may not have one for another cause excuses
//     herself, and never gets it back.
//   - Differences are worked out by package evolution. Nothing is scored and nobody is
//     sanctioned here: a person decides, with her reasons (decision 29).
package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"declara/app/errs"
	"declara/app/verify/draw"
	"declara/forms"
	"declara/storage"
)

// Service is the verification of all tenants. It is safe for concurrent use.
type Service struct {
	db   *storage.DB
	now  func() time.Time
	term Term
	post Post
}

// Term is the last day (yyyy-mm-dd) of a term of n business days that begins to run
// after a day, by the calendar that the office keeps.
type Term func(tx *storage.Txn, day string, n int) (string, error)

// Post queues a letter in the transaction that causes it.
type Post func(tx *storage.Txn, l Letter) error

// Letter says that there is something to read, and nothing of what it is.
type Letter struct {
	Kind string       // LetterAsked, LetterAnswered
	To   storage.User // whose account it is
	Path string       // where it is read
}

// The kinds of letters.
const (
	LetterAsked    = "asked"    // to the declarant: she was asked something
	LetterAnswered = "answered" // to the verifier: she answered
)

// New makes the service. now is the clock; a nil post writes no letters.
func New(db *storage.DB, now func() time.Time, term Term, post Post) *Service {
	if post == nil {
		post = func(*storage.Txn, Letter) error { return nil }
	}
	return &Service{db, now, term, post}
}

const (
	leastSource, mostSource = 10, 300 // characters
	leastWhy, mostWhy       = 10, 500
)

// What the office may be told. All of them have words in verify.json.
var (
	errMayNot   = errs.New(errs.Forbidden, "web.error.forbidden")
	errNotFound = errs.New(errs.NotFound, "verify.error.notfound")
	ErrType     = errs.New(errs.Invalid, "verify.error.type")
	ErrYear     = errs.New(errs.Invalid, "verify.error.year")
	ErrEmpty    = errs.New(errs.Invalid, "verify.error.empty")
	ErrLarge    = errs.New(errs.Invalid, "verify.error.large")
	ErrStrata   = errs.New(errs.Invalid, "verify.error.strata")
	ErrSize     = errs.New(errs.Invalid, "verify.error.size")
	ErrSource   = errs.New(errs.Invalid, "verify.error.source")
	ErrKnown    = errs.New(errs.Invalid, "verify.error.known")
	ErrSeed     = errs.New(errs.Invalid, "verify.error.seed")
	ErrEarly    = errs.New(errs.Invalid, "verify.error.early")
	ErrDrawn    = errs.New(errs.Conflict, "verify.error.drawn")
	ErrWhy      = errs.New(errs.Invalid, "verify.error.why")
)

// Plan is what the office decides before the seed is known.
type Plan struct {
	Type       string // "modificacion"
	Year       int    // that the declarations were due in
	Strata     draw.Strata
	Confidence draw.Confidence // or "" for Size
	Size       int
	Source     string // where the seed comes from
	Known      string // day that it is known, as people type days
}

// may reports whether somebody is of the office: she draws, assigns, and reads for a ground.
func may(u storage.User) bool { return slices.Contains(u.Roles, storage.RoleComptroller) }

// verifies reports whether it is somebody's work to verify what she is given.
func verifies(u storage.User) bool { return slices.Contains(u.Roles, storage.RoleVerifier) }

// sees reports whether somebody may know of the work on a declaration: the office of all,
// and who verifies of what she has now. To her the rest is not there.
func sees(u storage.User, v storage.Verification) bool {
	return may(u) || verifies(u) && v.Verifier == u.ID
}

// Universe tells how many declarations a universe of now would have, and whether some
// of them can still be filed in time.
func (s *Service) Universe(ctx context.Context, tenant, typ string, year int) (n int, early bool, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		rows, err := s.rows(tx, typ, year)
		if err != nil {
			return err
		}
		_, today, err := s.today(tx)
		n, early = len(rows), open(typ, year, today)
		return err
	})
	return n, early, err
}

// open reports whether declarations of a type and year can still be filed in time: a
// modificación until the end of May (LGRA 33-II).
func open(typ string, year int, today string) bool {
	return typ == forms.Modificacion.Slug() && today < fmt.Sprintf("%04d-06-01", year)
}

func (s *Service) today(tx *storage.Txn) (time.Time, string, error) {
	inst, err := tx.Institution()
	if err != nil {
		return time.Time{}, "", fmt.Errorf("verify: institution: %w", err)
	}
	zone, err := inst.Location()
	if err != nil {
		return time.Time{}, "", fmt.Errorf("verify: zone: %w", err)
	}
	now := s.now()
	return now, now.In(zone).Format(time.DateOnly), nil
}

// rows are the declarations of a type and year, without updates of interests.
func (s *Service) rows(tx *storage.Txn, typ string, year int) ([]draw.Row, error) {
	units := map[string]string{}
	if err := tx.People(func(p storage.Person) error { units[p.ID] = p.Unit; return nil }); err != nil {
		return nil, fmt.Errorf("verify: people: %w", err)
	}
	var rows []draw.Row
	err := tx.Filings(func(f storage.Filing) error {
		if !f.Interest && f.Type.Slug() == typ && f.Year == year {
			rows = append(rows, draw.Row{Folio: f.Folio, Level: f.Level.Slug(), Unit: units[f.Person]})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("verify: filings: %w", err)
	}
	return rows, nil
}

// Freeze keeps the universe of now with what was decided about its draw.
func (s *Service) Freeze(ctx context.Context, tenant string, by storage.User, p Plan) (storage.Draw, error) {
	if !may(by) {
		return storage.Draw{}, errMayNot
	}
	var out storage.Draw
	err := s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		now, today, err := s.today(tx)
		if err != nil {
			return err
		}
		d, err := p.check(today)
		if err != nil {
			return err
		}
		rows, err := s.rows(tx, p.Type, p.Year)
		switch {
		case err != nil:
			return err
		case len(rows) == 0:
			return ErrEmpty
		case len(rows) > draw.MaxRows:
			return ErrLarge
		}
		if d.Size = p.Size; p.Confidence != "" {
			d.Size = draw.Size(p.Confidence, len(rows))
		}
		if d.Size < 1 || d.Size > len(rows) {
			return ErrSize
		}
		if d.Number, err = tx.NextDraw(now.Year()); err != nil {
			return fmt.Errorf("verify: number: %w", err)
		}
		d.Frozen, d.FrozenBy, d.Count, d.Early = now.UTC().Truncate(time.Second), by.ID, len(rows), open(p.Type, p.Year, today)
		u := draw.New(d.Number, fmt.Sprintf("%s %d", p.Type, p.Year), d.Frozen.Format(time.RFC3339), p.Strata, rows)
		if err := tx.FreezeDraw(&d, u.Text()); err != nil {
			return fmt.Errorf("verify: freeze: %w", err)
		}
		out = d
		return audit(tx, now, by, "draw.freeze", d.Number, d.Source)
	})
	return out, err
}

// check reads a plan as it was typed. Everything that is wrong is told at once.
func (p *Plan) check(today string) (d storage.Draw, err error) {
	var wrong []error
	if p.Type != forms.Inicial.Slug() && p.Type != forms.Modificacion.Slug() && p.Type != forms.Conclusion.Slug() {
		wrong = append(wrong, ErrType)
	}
	if p.Year < 2000 || p.Year > 9999 {
		wrong = append(wrong, ErrYear)
	}
	if !p.Strata.Valid() {
		wrong = append(wrong, ErrStrata)
	}
	if p.Confidence != "" && p.Confidence != draw.C95 && p.Confidence != draw.C90 || p.Confidence == "" && p.Size < 1 {
		wrong = append(wrong, ErrSize)
	}
	if p.Source = strings.Join(strings.Fields(p.Source), " "); !between(p.Source, leastSource, mostSource) {
		wrong = append(wrong, ErrSource)
	}
	known, bad := forms.ParseDate(p.Known)
	if bad != nil || known <= today {
		wrong = append(wrong, ErrKnown)
	}
	d = storage.Draw{Type: p.Type, Year: p.Year, Strata: string(p.Strata), Confidence: string(p.Confidence), Source: p.Source, Known: known}
	return d, errors.Join(wrong...)
}

// Draw draws, once, with the seed that became known.
func (s *Service) Draw(ctx context.Context, tenant string, by storage.User, number, typed string) error {
	if !may(by) {
		return errMayNot
	}
	seed, err := draw.Seed(typed)
	if err != nil {
		return ErrSeed
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		d, u, err := read(tx, number)
		if err != nil {
			return err
		}
		now, today, err := s.today(tx)
		switch {
		case err != nil:
			return err
		case !d.Drawn.IsZero() && d.Seed == seed:
			return nil // the same press again
		case !d.Drawn.IsZero() || d.Void != "":
			return ErrDrawn
		case today < d.Known:
			return ErrEarly
		}
		list, err := draw.Draw(u, seed, d.Size)
		if err != nil {
			return fmt.Errorf("verify: draw: %w", err)
		}
		d.Seed, d.Algorithm, d.Folios, d.Drawn, d.DrawnBy = seed, draw.Algorithm, list.Folios, now.UTC().Truncate(time.Second), by.ID
		if err := tx.EndDraw(&d); err != nil {
			return fmt.Errorf("verify: end of the draw: %w", err)
		}
		for _, folio := range d.Folios {
			f, err := tx.FilingByFolio(folio)
			if err != nil {
				return fmt.Errorf("verify: filing: %w", err)
			}
			if err := tx.PutVerification(storage.Verification{Draw: d.Number, Filing: f.ID, Folio: folio, Person: f.Person, State: storage.ToVerify, Changed: d.Drawn}); err != nil {
				return fmt.Errorf("verify: list: %w", err)
			}
		}
		return audit(tx, now, by, "draw.draw", number, seed)
	})
}

// Void writes down that a draw does not count.
func (s *Service) Void(ctx context.Context, tenant string, by storage.User, number, why string) error {
	if !may(by) {
		return errMayNot
	}
	if why = strings.Join(strings.Fields(why), " "); !between(why, leastWhy, mostWhy) {
		return ErrWhy
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if _, _, err := read(tx, number); err != nil {
			return err
		}
		now, _, err := s.today(tx)
		if err != nil {
			return err
		}
		if err := tx.VoidDraw(number, why, now.UTC().Truncate(time.Second)); errors.Is(err, storage.ErrConflict) {
			return ErrDrawn
		} else if err != nil {
			return fmt.Errorf("verify: void: %w", err)
		}
		return audit(tx, now, by, "draw.void", number, why)
	})
}

// Sight is a draw with its universe's file and the shares of its strata.
type Sight struct {
	Draw   storage.Draw
	File   []byte
	Shares []draw.Share
	Same   bool // drawn again just now, from the stored file, it gave the same list
	Ready  bool // the day of the seed has come
	By     string
}

// Look reads a draw, and draws it again when it was drawn.
func (s *Service) Look(ctx context.Context, tenant, number string) (out Sight, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		d, u, err := read(tx, number)
		if err != nil {
			return err
		}
		_, today, err := s.today(tx)
		if err != nil {
			return err
		}
		out = Sight{Draw: d, File: u.Text(), Ready: today >= d.Known}
		if by, err := tx.User(d.FrozenBy); err == nil {
			out.By = by.Name
		}
		if d.Drawn.IsZero() {
			return nil
		}
		list, err := draw.Draw(u, d.Seed, d.Size)
		if err != nil {
			return fmt.Errorf("verify: draw: %w", err)
		}
		out.Shares, out.Same = list.Shares, slices.Equal(list.Folios, d.Folios) && u.Hash() == d.Universe
		return nil
	})
	return out, err
}

// Draws reads all draws, newest first.
func (s *Service) Draws(ctx context.Context, tenant string) (all []storage.Draw, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error { all, err = tx.Draws(); return err })
	return all, err
}

// read reads a draw and its universe.
func read(tx *storage.Txn, number string) (storage.Draw, draw.Universe, error) {
	d, err := tx.Draw(number)
	if errors.Is(err, storage.ErrNotFound) {
		return d, draw.Universe{}, errNotFound
	} else if err != nil {
		return d, draw.Universe{}, fmt.Errorf("verify: draw: %w", err)
	}
	file, err := tx.Universe(number)
	if err != nil {
		return d, draw.Universe{}, fmt.Errorf("verify: universe: %w", err)
	}
	u, err := draw.Read(file)
	if err != nil {
		return d, draw.Universe{}, fmt.Errorf("verify: universe: %w", err)
	}
	return d, u, nil
}

func between(s string, least, most int) bool {
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\t' || r == 0x7f || '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
	})
}

func audit(tx *storage.Txn, at time.Time, by storage.User, act, about, reason string) error {
	if err := tx.Audit(storage.AuditEntry{At: at, Actor: by.ID, Act: act, About: about, Reason: reason}); err != nil {
		return fmt.Errorf("verify: audit: %w", err)
	}
	return nil
}
