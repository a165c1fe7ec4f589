package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"declara/storage"
)

// TestComplaints: many who add to one complaint and change it, over two connections,
// lose nothing and put nothing twice.
func TestComplaints(t *testing.T) {
	at, keys := database(t), storage.NewKeys()
	dbs := []*storage.DB{storage.Open(opened(t, at), keys), storage.Open(opened(t, at), keys)}
	ctx := context.Background()
	if err := dbs[0].Update(ctx, "1", func(tx *storage.Txn) error {
		return errors.Join(tx.PutInstitution(institution), tx.PutComplaint(storage.Complaint{ID: "c1", Folio: "DEN-1", Locator: "123456"}, 0))
	}); err != nil {
		t.Fatal(err)
	}
	const writers, each = 6, 5
	var wg sync.WaitGroup
	for n := range writers {
		wg.Go(func() {
			db := dbs[n%2]
			for i := range each {
				if err := db.Update(ctx, "1", func(tx *storage.Txn) error {
					c, err := tx.Complaint("c1")
					if err != nil {
						return err
					}
					if n%3 == 0 { // hands it to somebody
						c.Case.Wraps = append(c.Case.Wraps, storage.Wrap{User: fmt.Sprintf("u%d-%d", n, i)})
						return tx.PutComplaint(c, c.Version)
					}
					e := storage.Event{ID: storage.RandomID(), Day: "2026-05-14", Hash: storage.Digest([]byte("x"))}
					return errors.Join(tx.PutEvent(&e), tx.AddPart(storage.ComplaintPart{Complaint: "c1", Seq: c.Next, Kind: storage.PartMessage}))
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := dbs[1].Update(ctx, "1", func(tx *storage.Txn) error {
		c, err := tx.Complaint("c1")
		parts, err2 := tx.Parts("c1")
		logged, err3 := tx.LogEvents("2026-05-15", 1000)
		if len(parts) != 4*each || int(c.Next) != 4*each || len(c.Case.Wraps) != 2*each || logged != 4*each {
			t.Errorf("%d parts, next %d, %d wraps, %d events", len(parts), c.Next, len(c.Case.Wraps), logged)
		}
		return errors.Join(err, err2, err3)
	}); err != nil {
		t.Error(err)
	}
	got, err := dbs[0].Check(ctx)
	if err != nil || len(got.Faults) > 0 {
		t.Errorf("check: %v %v", err, got.Faults)
	}
}
