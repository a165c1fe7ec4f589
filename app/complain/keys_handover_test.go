package complain_test

import (
	"errors"
	"slices"
	"testing"

	"declara/storage"
)

// TestHandOverStoppedMidway: what was given before the machine stopped is in the annex of
// the hand-over that goes on, whether who gives keeps her access or not; and one to
// another person ends the first, with an annex about what it gave.
func TestHandOverStoppedMidway(t *testing.T) {
	for _, keep := range []bool{false, true} {
		w := newTown(t)
		ctx := w.Context()
		w.keyed("ana", storage.RoleComptroller)
		for _, id := range []string{"ines", "olga"} {
			w.keyed(id, storage.RoleInvestigator)
			w.vouch(id)
		}
		var ids []string
		for range 60 { // more than one transaction
			ids = append(ids, w.receive(bribe).ID)
		}
		about := bribe
		about.Exclude = []string{"ines"}
		w.receive(about)
		slices.Sort(ids)
		broken := ids[len(ids)-1]
		turn := func() { // the last wrap does not open, or does again
			w.update(func(tx *storage.Txn) error {
				c, err := tx.Complaint(broken)
				c.Case.Of("ana").Sealed[100] ^= 1
				return errors.Join(err, tx.PutComplaint(c, c.Version))
			})
		}
		turn()
		if _, err := w.HandOver(ctx, tenant, "ana", w.keys["ana"], "ines", keep); err == nil {
			t.Fatal("it was not stopped")
		}
		if all, err := w.HandOvers(ctx, tenant, "ana"); err != nil || len(all) != 0 {
			t.Errorf("there is an annex about half of it: %+v %v", all, err)
		}
		turn()
		h, err := w.HandOver(ctx, tenant, "ana", w.keys["ana"], "ines", keep)
		if err != nil || h.Cases != 60 || h.Left != 1 || h.Kept != keep || h.Day == "" {
			t.Errorf("the annex is about a part: %+v %v", h, err)
		}
		if all, err := w.HandOvers(ctx, tenant, "ines"); err != nil || len(all) != 1 || all[0].ID != h.ID {
			t.Errorf("%+v %v", all, err)
		}
		if !keep {
			continue
		}
		turn()
		_, err = w.HandOver(ctx, tenant, "ana", w.keys["ana"], "olga", false)
		if err == nil {
			t.Fatal("it was not stopped")
		}
		turn()
		_, err = w.HandOver(ctx, tenant, "ana", w.keys["ana"], "olga", true)
		w.ok(err)
		all, err := w.HandOvers(ctx, tenant, "olga")
		if err != nil || len(all) != 2 || all[0].Cases+all[1].Cases != 61 || all[1].Day == "" {
			t.Errorf("%+v %v", all, err)
		}
	}
}
