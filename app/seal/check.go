package seal

import (
	"context"
	"errors"

	"declara/pdf/sign"
	"declara/storage"
)

// Check verifies the seal of every paper that is kept, and tells how many it
// verified. fault is called with what is wrong, in words for an operator that name
// ids and never content. That each paper is the one that the log has, storage.DB.Check
// sees to.
func (s *Service) Check(ctx context.Context, tenant string, fault func(string)) (n int, err error) {
	var k knowledge
	var filings []string
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		filings = nil
		if k, err = know(tx, ""); err != nil {
			return err
		}
		return tx.Filings(func(f storage.Filing) error {
			filings = append(filings, f.ID)
			return nil
		})
	}); err != nil {
		return 0, err
	}
	trust := k.trust()
	for _, id := range filings {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		for _, kind := range storage.PaperKinds {
			var b []byte
			var p storage.Paper
			var missing bool
			if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
				b, p, err = tx.Paper(id, kind)
				missing = errors.Is(err, storage.ErrNotFound)
				return err
			}); missing {
				continue
			} else if err != nil {
				fault("paper " + id + " " + kind + ": it cannot be read")
				continue
			}
			n++
			if f := look(b, p.Hash, trust, k.seals); f.Broken != "" || f.Report.Altered || !sealed(f) {
				fault("paper " + id + " " + kind + ": its seal does not hold")
			}
		}
	}
	return n, nil
}

// sealed reports whether a seal of the institution covers the file as it is.
func sealed(f Findings) bool {
	for i, s := range f.Report.Signatures {
		if s.Valid && s.Trusted == sign.AnchorSeal && s.After == "" && f.Marks[i].Retired.IsZero() {
			return true
		}
	}
	return false
}
