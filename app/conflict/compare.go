package conflict

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"declara/app/conflict/match"
	"declara/forms"
	"declara/storage"
)

const (
	job      = "conflicts" // name of the lease
	leaseFor = 2 * time.Minute
	batch    = 50 // officials of a transaction
	rules    = 1  // of comparing; another number compares everybody again
)

// Ran is what a comparison did.
type Ran struct {
	Compared int // officials
	Found    int // coincidences of these
}

// plan is everything that a comparison needs, but for the declarations.
type plan struct {
	state     storage.Comparing
	size      uint64 // of the log
	today     string
	suppliers []storage.Supplier
	behind    []behind // of the parties of index
	index     *match.Index
	todo      []subject
}

// behind is whom a party of the index stands for.
type behind struct{ supplier, with int }

// subject is an official who is to be compared.
type subject struct {
	person  storage.Person
	filings []storage.Filing // newest first
	notes   []storage.Note
	mark    string
}

// Compare compares every official of whom something moved, and with all everybody. It
// is ErrBusy while another process does.
func (s *Service) Compare(ctx context.Context, tenant string, all bool) (Ran, error) {
	var p *plan
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) { p, err = s.plan(tx, all); return err }); err != nil || p == nil {
		return Ran{}, err
	}
	held, err := s.lease(ctx, tenant, leaseFor)
	if err != nil {
		return Ran{}, err
	}
	if !held {
		return Ran{}, ErrBusy
	}
	var ran Ran
	for some := range slices.Chunk(p.todo, batch) {
		found, err := s.batch(ctx, tenant, p, some)
		if err != nil {
			return ran, err
		}
		ran.Compared += len(some)
		ran.Found += found
	}
	return ran, s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		c, err := tx.Comparing()
		if err != nil {
			return err
		}
		c.Log, c.With, c.Day, c.At, c.People = p.size, p.state.Suppliers, p.today, s.now().UTC().Truncate(time.Second), ran.Compared
		if err := tx.PutComparing(c); err != nil {
			return err
		}
		_, err = tx.TakeLease(job, s.holder, s.now(), s.now())
		return err
	})
}

func (s *Service) lease(ctx context.Context, tenant string, long time.Duration) (held bool, err error) {
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) (err error) {
		held, err = tx.TakeLease(job, s.holder, s.now(), s.now().Add(long))
		return err
	})
	return held, err
}

// plan finds who is to be compared; nil when nothing moved.
func (s *Service) plan(tx *storage.Txn, all bool) (*plan, error) {
	p := &plan{}
	tree, err := tx.Tree()
	if err != nil {
		return nil, fmt.Errorf("conflict: log: %w", err)
	}
	p.size = tree.Size
	if p.today, err = s.today(tx); err != nil {
		return nil, err
	}
	if p.state, err = tx.Comparing(); err != nil {
		return nil, fmt.Errorf("conflict: state: %w", err)
	}
	// Without suppliers nothing coincides, and the declarations need not be looked through.
	if c := p.state; !all && (c.Suppliers == 0 || c.Log == p.size && c.With == c.Suppliers && c.Day == p.today) {
		return nil, nil
	}
	if p.todo, err = s.subjects(tx, p.state.Suppliers, all); err != nil {
		return nil, err
	}
	if len(p.todo) == 0 {
		return p, nil
	}
	var parties []match.Party
	err = tx.SuppliersOf(&s.suppliers, func(v storage.Supplier, _ bool) error {
		at := len(p.suppliers)
		p.suppliers = append(p.suppliers, v)
		parties, p.behind = append(parties, match.New(v.RFC, "", v.Name)), append(p.behind, behind{at, -1})
		for i, r := range v.Related {
			parties, p.behind = append(parties, match.New(r.RFC, "", r.Name)), append(p.behind, behind{at, i})
		}
		return nil
	})
	p.index = match.NewIndex(parties)
	return p, err
}

// subjects are the officials whose mark is another than when they were last compared.
func (s *Service) subjects(tx *storage.Txn, version uint64, all bool) (todo []subject, err error) {
	of := map[string][]storage.Filing{}
	whose := map[string]string{}
	if err := tx.FilingsFor(&s.filings, func(f storage.Filing, _ bool) error {
		of[f.Person] = append(of[f.Person], f)
		whose[f.ID] = f.Person
		return nil
	}); err != nil {
		return nil, err
	}
	notes := map[string][]storage.Note{}
	if err := tx.Notes(func(n storage.Note) error { notes[whose[n.Filing]] = append(notes[whose[n.Filing]], n); return nil }); err != nil {
		return nil, err
	}
	was := map[string]string{}
	if err := tx.Compared(func(c storage.Compared) error { was[c.Person] = c.Mark; return nil }); err != nil {
		return nil, err
	}
	err = tx.PeopleOf(&s.people, func(v storage.Person, _ bool) error {
		x := subject{person: v, filings: counting(of[v.ID]), notes: notes[v.ID]}
		h := sha256.New()
		fmt.Fprintf(h, "%d %d %s %s %s %s %s\n", rules, version, v.RFC, v.CURP, v.Given, v.First, v.Second)
		for _, f := range x.filings {
			fmt.Fprintln(h, f.ID)
		}
		for _, n := range x.notes {
			fmt.Fprintln(h, n.Filing, n.ID)
		}
		if x.mark = hex.EncodeToString(h.Sum(nil)[:16]); all || x.mark != was[v.ID] {
			todo = append(todo, x)
		}
		return nil
	})
	return todo, err
}

// counting are the filings of an official that count: the last two, and the last update
// of interests, newest first.
func counting(all []storage.Filing) (some []storage.Filing) {
	slices.SortFunc(all, func(a, b storage.Filing) int { return cmp.Or(b.Filed.Compare(a.Filed), cmp.Compare(b.ID, a.ID)) })
	whole, interest := 0, false
	for _, f := range all {
		switch {
		case !f.Interest && whole < 2:
			whole++
		case f.Interest && !interest:
			interest = true
		default:
			continue
		}
		some = append(some, f)
	}
	return some
}

// batch compares a few officials, and keeps what was found.
func (s *Service) batch(ctx context.Context, tenant string, p *plan, some []subject) (found int, err error) {
	results := make([][]storage.Conflict, len(some))
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		for i := range some {
			var err error
			if results[i], err = p.compare(tx, &some[i]); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return 0, err
	}
	now := s.now().UTC().Truncate(time.Second)
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		found = 0
		if held, err := tx.TakeLease(job, s.holder, s.now(), s.now().Add(leaseFor)); err != nil {
			return err
		} else if !held {
			return ErrBusy
		}
		for i, x := range some {
			found += len(results[i])
			if err := keep(tx, x.person.ID, results[i], now); err != nil {
				return err
			}
			if err := tx.PutCompared(storage.Compared{Person: x.person.ID, Mark: x.mark}); err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}

// keep brings what is kept of an official up to date. What was decided is never lost.
func keep(tx *storage.Txn, person string, found []storage.Conflict, now time.Time) error {
	old, err := tx.ConflictsOf(person)
	if err != nil {
		return fmt.Errorf("conflict: kept: %w", err)
	}
	for _, c := range found {
		c.Found, c.Changed = now, now
		if i := slices.IndexFunc(old, func(o storage.Conflict) bool { return o.ID == c.ID }); i >= 0 {
			c.Found, c.Decisions = old[i].Found, old[i].Decisions
			if old[i].Print == c.Print {
				c.Changed = old[i].Changed
			}
			old = slices.Delete(old, i, i+1)
		}
		if err := tx.PutConflict(c); err != nil {
			return fmt.Errorf("conflict: keep: %w", err)
		}
	}
	for _, o := range old {
		switch {
		case len(o.Decisions) == 0:
			err = tx.DropConflict(o)
		case len(o.Points) > 0:
			o.Points, o.Print, o.Overlaps, o.Changed = nil, "", false, now
			err = tx.PutConflict(o)
		}
		if err != nil {
			return fmt.Errorf("conflict: what is no more: %w", err)
		}
	}
	return nil
}

// point is a coincidence with what its fingerprint needs.
type point struct {
	storage.Coincidence
	print    string
	overlaps bool
}

// compare finds what an official and each supplier have in common.
func (p *plan) compare(tx *storage.Txn, x *subject) ([]storage.Conflict, error) {
	if len(p.suppliers) == 0 {
		return nil, nil
	}
	points := map[int][]point{} // by supplier
	seen := map[string]bool{}   // the same thing in an older declaration
	add := func(filing *storage.Filing, d declared, says func() string) {
		for _, h := range p.index.Find(d.party) {
			b := p.behind[h.At]
			key := fmt.Sprint(b, d.kind, d.part, " ", d.party.RFC(), " ", d.party.Name())
			if seen[key] {
				continue
			}
			seen[key] = true
			c := storage.Coincidence{Kind: d.kind, Path: string(d.path), Part: d.part, With: b.with, How: string(h.Likeness.How)}
			for _, r := range h.Likeness.Reasons {
				c.Reasons = append(c.Reasons, string(r))
			}
			at := point{Coincidence: c, print: fmt.Sprint(d.kind, " ", d.part, " ", b.with, " ", h.Likeness, "\n", says(), d.ended)}
			if filing != nil {
				at.Filing = filing.ID
				at.overlaps = slices.ContainsFunc(p.suppliers[b.supplier].Contracts, func(c storage.Contract) bool { return Overlaps(c, d.since, filing.Filed, d.ended) })
			}
			points[b.supplier] = append(points[b.supplier], at)
		}
	}
	add(nil, herself(x.person), func() string { return x.person.RFC + " " + x.person.CURP + " " + fullName(x.person) })
	for i := range x.filings {
		f := &x.filings[i]
		form, a, err := answersOf(tx, f.ID)
		if err != nil {
			return nil, err
		}
		for _, d := range declaredIn(form, a) {
			add(f, d, func() string { return facts(form, a, storage.Coincidence{Kind: d.kind, Path: string(d.path)}) })
		}
	}
	var found []storage.Conflict
	for at, all := range points {
		s := &p.suppliers[at]
		c := storage.Conflict{ID: tx.ConflictID(x.person.ID, s.ID), Person: x.person.ID, Supplier: s.ID}
		slices.SortStableFunc(all, func(a, b point) int {
			return cmp.Or(cmp.Compare(match.How(a.How).Rank(), match.How(b.How).Rank()), cmp.Compare(slices.Index(Kinds, a.Kind), slices.Index(Kinds, b.Kind)))
		})
		var prints []string
		for _, q := range all {
			c.Points = append(c.Points, q.Coincidence)
			c.Overlaps = c.Overlaps || q.overlaps
			prints = append(prints, q.print)
		}
		slices.Sort(prints)
		c.Print = fingerprint(prints, x.notes, all, s)
		found = append(found, c)
	}
	slices.SortFunc(found, func(a, b storage.Conflict) int { return cmp.Compare(a.ID, b.ID) })
	return found, nil
}

// answersOf reads the answers of a filing.
func answersOf(tx *storage.Txn, id string) (*forms.Form, forms.Answers, error) {
	raw, err := tx.FullDocument(id)
	if err != nil {
		return nil, nil, fmt.Errorf("conflict: document: %w", err)
	}
	_, _, doc, err := forms.ParseResult(raw)
	if err != nil {
		return nil, nil, fmt.Errorf("conflict: document: %w", err)
	}
	a, err := forms.Parse(doc.Form, doc.JSON)
	if err != nil {
		return nil, nil, fmt.Errorf("conflict: document: %w", err)
	}
	return doc.Form, a, nil
}

// fingerprint is a digest of the facts of both sides.
func fingerprint(declared []string, notes []storage.Note, points []point, s *storage.Supplier) string {
	h := sha256.New()
	for _, d := range declared {
		fmt.Fprintf(h, "%d %s\n", len(d), d)
	}
	var said []string
	for _, n := range notes {
		if n.Section == "" || slices.ContainsFunc(points, func(p point) bool { return forms.Path(p.Path).Section() == n.Section }) {
			said = append(said, n.Hash)
		}
	}
	slices.Sort(said)
	fmt.Fprintln(h, strings.Join(said, " "))
	v := *s
	v.Changed, v.ID = time.Time{}, ""
	v.Contracts = slices.Clone(v.Contracts)
	slices.SortFunc(v.Contracts, func(a, b storage.Contract) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.Title, b.Title))
	})
	json.NewEncoder(h).Encode(v) // a hash takes everything
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Overlaps reports whether a contract ran while something was declared. What has no
// beginning held in the year before it was declared; what was not given up goes on.
func Overlaps(c storage.Contract, since string, filed time.Time, ended bool) bool {
	from, to := cmp.Or(c.From, c.Signed), cmp.Or(c.To, c.From, c.Signed)
	if from == "" && to == "" {
		return false
	}
	if since == "" {
		since = filed.AddDate(-1, 0, 0).Format(time.DateOnly)
	}
	return to >= since && (!ended || from <= filed.Format(time.DateOnly))
}

// Running reports whether a contract runs on a day. One without an end is taken to.
func Running(c storage.Contract, day string) bool {
	return cmp.Or(c.From, c.Signed, day) <= day && cmp.Or(c.To, day) >= day && (c.To != "" || c.From != "" || c.Signed != "")
}
