package publish

import (
	"context"
	"slices"
	"strings"
	"time"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// Standing is how public documents stand against the standard.
type Standing struct {
	At   time.Time // when they were last compared; zero when never
	Seen int       // documents that were
	Left int       // changes of what is public since
	Rows []StandardRow
}

// StandardRow is a declaration with something wrong.
type StandardRow struct {
	ID, Folio string
	Type      forms.Type
	Year      int
	Interest  bool
	Imported  bool
	Faults    []storage.StandardPlace
}

// mostStandard is how many rows are kept: with more, something is wrong with all.
const mostStandard = 5000

// StandardStep is how many documents one press of the button compares. One took 4 ms on a
// busy machine of two cores.
const StandardStep = 2000

// errComparing is told who presses the button while somebody else's press is at work.
var errComparing = errs.New(errs.Conflict, "connect.standard.busy")

// Standard tells what was found.
func (s *Service) Standard(ctx context.Context, tenant string) (out Standing, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		v, err := standardOf(tx)
		if err != nil {
			return err
		}
		end, err := tx.PublicSeq()
		if err != nil {
			return err
		}
		out = Standing{At: v.At, Seen: v.Seen, Left: int(end - v.Seq)}
		for _, r := range v.Rows {
			f, err := tx.Filing(r.Filing)
			if err != nil {
				return err
			}
			if f.Reserved { // since: it is not public
				continue
			}
			out.Rows = append(out.Rows, StandardRow{f.ID, f.Folio, f.Type, f.Year, f.Interest, f.Imported != nil, r.Faults})
		}
		return nil
	})
	slices.SortStableFunc(out.Rows, func(a, b StandardRow) int { return strings.Compare(a.Folio, b.Folio) })
	return out, err
}

// standardOf is what was found by this edition of the comparison.
func standardOf(tx *storage.Txn) (storage.Standard, error) {
	v, err := tx.Standard()
	if err == nil && v.Edition != forms.StandardEdition {
		v = storage.Standard{Edition: forms.StandardEdition}
	}
	return v, err
}

// CompareStandard compares documents that were not yet, at most so many, and tells how
// many changes are left. A document never changes, so none is looked at twice.
func (s *Service) CompareStandard(ctx context.Context, tenant, actor string, most int, now time.Time) (left int, err error) {
	var was, v storage.Standard
	var end uint64
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		if v, err = standardOf(tx); err != nil {
			return err
		}
		was = v
		v.Rows = slices.Clone(v.Rows)
		if end, err = tx.PublicSeq(); err != nil {
			return err
		}
		return compareSome(tx, &v, most)
	}); err != nil {
		return 0, err
	}
	v.At = now
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		is, err := standardOf(tx)
		if err != nil {
			return err
		}
		if is.Seq != was.Seq {
			return errComparing
		}
		if err := tx.PutStandard(v); err != nil {
			return err
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: "publish.compare"})
	})
	return int(end - v.Seq), err
}

func compareSome(tx *storage.Txn, v *storage.Standard, most int) error {
	var changes []storage.Published
	if err := tx.PublicSince(v.Seq, func(p storage.Published) bool {
		p.Row = nil
		changes = append(changes, p)
		return len(changes) < most
	}); err != nil {
		return err
	}
	ids := make([]string, len(changes))
	for i, p := range changes {
		ids[i] = p.ID
	}
	return tx.PublicDocuments(ids, func(i int, doc []byte) error {
		p := changes[i]
		v.Seq = p.Seq
		v.Rows = slices.DeleteFunc(v.Rows, func(r storage.StandardFault) bool { return r.Filing == p.ID })
		if p.Gone || doc == nil {
			return nil
		}
		v.Seen++
		faults := forms.CheckPublic(doc)
		if len(faults) == 0 || len(v.Rows) == mostStandard {
			return nil
		}
		row := storage.StandardFault{Filing: p.ID}
		for _, x := range faults {
			row.Faults = append(row.Faults, storage.StandardPlace{Path: x.Path, Code: x.Code})
		}
		v.Rows = append(v.Rows, row)
		return nil
	})
}
