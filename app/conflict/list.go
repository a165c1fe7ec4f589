package conflict

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/app/conflict/suppliers"
	"declara/app/errs"
	"declara/app/staged"
	"declara/storage"
)

// A list of suppliers comes in by steps, as one of payroll does (decision 20): it is
// read and kept, sealed, for a day; it is compared with what is there as often as it is
// looked at; and it is applied in one transaction, which refuses when the difference is
// not the one that the person saw. What was is kept for a day, so that it can be taken
// back.

// sweepSome is how many lists are forgotten at once.
const sweepSome = 50

var (
	errLists   = errs.New(errs.TooMany, "conflict.list.many")
	errOver    = errs.New(errs.Gone, "conflict.list.over")
	errListed  = errs.New(errs.Conflict, "conflict.list.moved")
	errNothing = errs.New(errs.Invalid, "conflict.list.nothing")
	errWrong   = errs.New(errs.Invalid, "conflict.list.wrong")
)

// lists are those of suppliers that wait.
var lists = staged.Kind{Get: (*storage.Txn).SupplierList, Each: (*storage.Txn).SupplierLists, Put: (*storage.Txn).PutSupplierList, Many: errLists, Over: errOver, None: errNotFound}

// Fate is what a list makes of a supplier.
type Fate string

// The fates, in the order in which they are shown.
const (
	FateNew     Fate = "nuevo"
	FateChanged Fate = "cambia"
	FateGone    Fate = "sale"
	FateSame    Fate = "sin"
)

// Fates are all of them.
var Fates = []Fate{FateNew, FateChanged, FateGone, FateSame}

// Line is what a list makes of one supplier.
type Line struct {
	Fate    Fate
	Name    string
	RFC     string
	Changes []Change
	before  *storage.Supplier
	after   *storage.Supplier // nil: it is forgotten
}

// Change is one thing that becomes another: a catalogue key and what fills it.
type Change struct {
	Key  string
	Args []string
}

// list is a list while it waits.
type list struct {
	Batch suppliers.Batch `json:"batch"`
	Whole bool            `json:"whole,omitempty"` // what is not on it is forgotten
}

// Listed is a list with what it would do, or what it did.
type Listed struct {
	storage.Import
	Batch   suppliers.Batch // without suppliers
	Whole   bool
	Lines   []Line
	Counts  map[Fate]int
	Version string
	Kept    int // of an undo: suppliers that changed since, which stay
}

// Stage reads a file and keeps it. whole says that it has every supplier there is.
func (s *Service) Stage(ctx context.Context, tenant string, by storage.User, file []byte, whole bool) (id string, err error) {
	if !may(by) {
		return "", errMayNot
	}
	b, err := suppliers.Read(file)
	if err != nil {
		return "", err
	}
	i, err := staged.New(by.ID, s.now(), list{b, whole})
	if err != nil {
		return "", err
	}
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if err := lists.Keep(tx, i); err != nil {
			return err
		}
		return s.audit(tx, by, "suppliers.read", i.ID, "")
	})
	return i.ID, err
}

// live reads a list whose day is not over.
func (s *Service) live(tx *storage.Txn, id string) (storage.Import, error) {
	return lists.Live(tx, s.now(), id)
}

// waiting reads a list that was not applied.
func (s *Service) waiting(tx *storage.Txn, id string) (i storage.Import, l list, err error) {
	i, err = lists.Waiting(tx, s.now(), id, &l)
	return i, l, err
}

// Listed reads a list with what it would do now, or with what taking it back would.
func (s *Service) Listed(ctx context.Context, tenant string, by storage.User, id string) (out Listed, err error) {
	if !may(by) {
		return out, errMayNot
	}
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		i, err := s.live(tx, id)
		if err != nil {
			return err
		}
		if !i.Applied.IsZero() {
			out, err = s.done(tx, i)
			return err
		}
		_, l, err := s.waiting(tx, id)
		if err != nil {
			return err
		}
		i.Data = nil
		out = Listed{Import: i, Whole: l.Whole}
		if out.Lines, err = differences(tx, &l); err != nil {
			return err
		}
		out.Version, out.Counts = version(out.Lines), counts(out.Lines)
		l.Batch.Suppliers, out.Batch = nil, l.Batch
		return nil
	})
	return out, err
}

func counts(lines []Line) map[Fate]int {
	n := map[Fate]int{}
	for _, l := range lines {
		n[l.Fate]++
	}
	return n
}

// version is a digest of what will be done.
func version(lines []Line) string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	for _, l := range lines {
		enc.Encode([]any{l.Fate, l.before, l.after}) // a hash takes everything
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// differences is what a list makes of the suppliers that are there, in the order of
// fates and then of names.
func differences(tx *storage.Txn, l *list) ([]Line, error) {
	if len(l.Batch.Problems) > 0 {
		return nil, nil
	}
	var all []*storage.Supplier
	there := map[string]*storage.Supplier{} // by mark
	ids, names := map[string]bool{}, map[string][]*storage.Supplier{}
	if err := tx.Suppliers(func(v storage.Supplier) error {
		all = append(all, &v)
		there[suppliers.Mark(v)], ids[v.ID] = &v, true
		name := suppliers.Mark(storage.Supplier{Name: v.Name})
		names[name] = append(names[name], &v)
		return nil
	}); err != nil {
		return nil, err
	}
	named := map[string]bool{}
	var lines []Line
	for _, v := range l.Batch.Suppliers {
		mark := suppliers.Mark(v)
		old := there[mark]
		if same := names[suppliers.Mark(storage.Supplier{Name: v.Name})]; old == nil && len(same) == 1 && (v.RFC == "" || same[0].RFC == "") && !named[same[0].ID] {
			old = same[0] // one of the two knows no RFC
		}
		if old == nil {
			after := v
			for after.ID = tx.SupplierID(mark); ids[after.ID]; after.ID = tx.SupplierID(mark) {
				mark += " " // that of one who has another name or RFC now
			}
			ids[after.ID] = true
			lines = append(lines, Line{Fate: FateNew, Name: v.Name, RFC: v.RFC, after: &after,
				Changes: []Change{{"conflict.change.contracts", []string{strconv.Itoa(len(v.Contracts))}}}})
			continue
		}
		named[old.ID] = true
		after, changes := merged(*old, v, l.Whole)
		line := Line{Fate: FateChanged, Name: after.Name, RFC: after.RFC, Changes: changes, before: old, after: &after}
		if len(changes) == 0 {
			line.Fate, line.after = FateSame, nil
		}
		lines = append(lines, line)
	}
	if l.Whole {
		for _, old := range all {
			if !named[old.ID] {
				lines = append(lines, Line{Fate: FateGone, Name: old.Name, RFC: old.RFC, before: old})
			}
		}
	}
	slices.SortStableFunc(lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(slices.Index(Fates, a.Fate), slices.Index(Fates, b.Fate)), strings.Compare(a.Name, b.Name), strings.Compare(a.RFC, b.RFC))
	})
	return lines, nil
}

// merged is a supplier with what a list says of it. What the list does not say stays,
// but for contracts when it has all of them.
func merged(old, said storage.Supplier, whole bool) (out storage.Supplier, changes []Change) {
	out = old
	say := func(key string, args ...string) { changes = append(changes, Change{"conflict.change." + key, args}) }
	if said.RFC != "" && said.RFC != old.RFC {
		out.RFC = said.RFC
		say("rfc", said.RFC)
	}
	if said.Name != old.Name {
		out.Name = said.Name
		say("name", old.Name, said.Name)
	}
	if len(said.Related) > 0 && !slices.Equal(said.Related, old.Related) {
		out.Related = said.Related
		say("related")
	}
	was := map[string]storage.Contract{}
	for _, c := range old.Contracts {
		was[suppliers.ContractMark(c)] = c
	}
	fresh, altered := 0, 0
	is := map[string]storage.Contract{}
	out.Contracts = nil
	for _, c := range said.Contracts {
		mark := suppliers.ContractMark(c)
		is[mark] = c
		if o, ok := was[mark]; !ok {
			fresh++
		} else if !suppliers.SameContract(o, c) {
			altered++
		}
	}
	lost := 0
	for _, c := range old.Contracts {
		mark := suppliers.ContractMark(c)
		if now, ok := is[mark]; ok {
			out.Contracts = append(out.Contracts, now)
			delete(is, mark)
		} else if whole {
			lost++
		} else {
			out.Contracts = append(out.Contracts, c)
		}
	}
	for _, c := range said.Contracts {
		if _, ok := is[suppliers.ContractMark(c)]; ok {
			out.Contracts = append(out.Contracts, c)
		}
	}
	for _, n := range []struct {
		key string
		n   int
	}{{"contracts", fresh}, {"contracts.altered", altered}, {"contracts.gone", lost}} {
		if n.n > 0 {
			say(n.key, strconv.Itoa(n.n))
		}
	}
	return out, changes
}

// did is what a list did, kept so that it can be taken back.
type did struct {
	Batch   suppliers.Batch `json:"batch"`
	Counts  map[Fate]int    `json:"counts"`
	Touched []touched       `json:"touched"`
}

// touched is a supplier as it was before, and how the list left it: a digest, "" for
// forgotten.
type touched struct {
	ID     string            `json:"id"`
	Before *storage.Supplier `json:"before,omitempty"`
	After  string            `json:"after"`
}

func digestOf(s *storage.Supplier) (string, error) {
	if s == nil {
		return "", nil
	}
	b, err := json.Marshal(s)
	return storage.Digest(b), err
}

// Apply puts a list in, all of it or nothing. version is that of the difference that the
// person saw.
func (s *Service) Apply(ctx context.Context, tenant string, by storage.User, id, seen string) (n int, err error) {
	if !may(by) {
		return 0, errMayNot
	}
	now := s.now()
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		n = 0
		i, l, err := s.waiting(tx, id)
		if err != nil {
			return err
		}
		if len(l.Batch.Problems) > 0 {
			return errWrong
		}
		lines, err := differences(tx, &l)
		if err != nil {
			return err
		}
		if version(lines) != seen {
			return errListed
		}
		d := did{Counts: counts(lines)}
		for _, line := range lines {
			if line.Fate == FateSame {
				continue
			}
			n++
			t := touched{Before: line.before}
			if line.after == nil {
				t.ID = line.before.ID
				if err := tx.DropSupplier(t.ID); err != nil {
					return err
				}
			} else {
				line.after.Changed = now.UTC().Truncate(time.Second)
				t.ID = line.after.ID
				if err := tx.PutSupplier(*line.after); err != nil {
					return err
				}
			}
			if t.After, err = digestOf(line.after); err != nil {
				return err
			}
			d.Touched = append(d.Touched, t)
		}
		if n == 0 {
			return errNothing
		}
		l.Batch.Suppliers, d.Batch = nil, l.Batch
		if i.Data, err = json.Marshal(d); err != nil {
			return fmt.Errorf("conflict: a list: %w", err)
		}
		i.Applied, i.Expires = now, now.Add(staged.For)
		if err := tx.PutSupplierList(i); err != nil {
			return err
		}
		if err := moved(tx); err != nil {
			return err
		}
		return s.audit(tx, by, "suppliers.apply", id, "")
	})
	return n, err
}

// moved counts a change of the suppliers, after which everybody is compared again.
func moved(tx *storage.Txn) error {
	c, err := tx.Comparing()
	if err != nil {
		return err
	}
	c.Suppliers++
	return tx.PutComparing(c)
}

// done is a list that was applied, with what taking it back would do.
func (s *Service) done(tx *storage.Txn, i storage.Import) (Listed, error) {
	out := Listed{Import: i}
	out.Data = nil
	if !i.Undone.IsZero() {
		return out, nil
	}
	d, back, err := undoable(tx, i)
	out.Counts, out.Batch, out.Kept = d.Counts, d.Batch, len(d.Touched)-len(back)
	return out, err
}

// undoable are the suppliers that are as a list left them.
func undoable(tx *storage.Txn, i storage.Import) (d did, back []touched, err error) {
	if err := json.Unmarshal(i.Data, &d); err != nil {
		return d, nil, errors.New("conflict: a list cannot be read")
	}
	for _, t := range d.Touched {
		v, err := tx.Supplier(t.ID)
		now := ""
		if err == nil {
			now, err = digestOf(&v)
		} else if errors.Is(err, storage.ErrNotFound) {
			err = nil
		}
		if err != nil {
			return d, nil, err
		}
		if now == t.After {
			back = append(back, t)
		}
	}
	return d, back, nil
}

// Undo takes back what a list did. Suppliers that another list changed since stay.
func (s *Service) Undo(ctx context.Context, tenant string, by storage.User, id string) error {
	if !may(by) {
		return errMayNot
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		i, err := s.live(tx, id)
		if err != nil {
			return err
		}
		if i.Applied.IsZero() || !i.Undone.IsZero() {
			return errOver
		}
		_, back, err := undoable(tx, i)
		if err != nil {
			return err
		}
		for _, t := range back {
			if t.Before == nil {
				err = tx.DropSupplier(t.ID)
			} else {
				err = tx.PutSupplier(*t.Before)
			}
			if err != nil {
				return err
			}
		}
		i.Undone, i.Data = s.now(), nil
		if err := tx.PutSupplierList(i); err != nil {
			return err
		}
		if err := moved(tx); err != nil {
			return err
		}
		return s.audit(tx, by, "suppliers.undo", id, "")
	})
}

// Forget throws a list away that was not applied.
func (s *Service) Forget(ctx context.Context, tenant string, by storage.User, id string) error {
	if !may(by) {
		return errMayNot
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if _, _, err := s.waiting(tx, id); err != nil {
			return err
		}
		if err := tx.DropSupplierList(id); err != nil {
			return err
		}
		return s.audit(tx, by, "suppliers.forget", id, "")
	})
}

// Lists are those that wait or can be taken back, newest first, without what is in them.
func (s *Service) Lists(ctx context.Context, tenant string, by storage.User) (all []storage.Import, err error) {
	if !may(by) {
		return nil, errMayNot
	}
	now := s.now()
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		return tx.SupplierLists(func(i storage.Import) error {
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

// Suppliers are all suppliers by name.
func (s *Service) Suppliers(ctx context.Context, tenant string, by storage.User) (all []storage.Supplier, err error) {
	if !may(by) {
		return nil, errMayNot
	}
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		return tx.SuppliersOf(&s.suppliers, func(v storage.Supplier, _ bool) error { all = append(all, v); return nil })
	})
	slices.SortFunc(all, func(a, b storage.Supplier) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	return all, err
}

// Sweep forgets lists whose day is over.
func (s *Service) Sweep(ctx context.Context, tenant string) error {
	over := false
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		over = false
		return tx.SupplierLists(func(i storage.Import) error { over = over || !s.now().Before(i.Expires); return nil })
	}); err != nil || !over {
		return err
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		_, err := tx.SweepSupplierLists(s.now(), sweepSome)
		return err
	})
}
