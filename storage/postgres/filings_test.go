package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"declara/storage"
	"declara/storage/postgres"
)

var institution = storage.Institution{Initials: "VE", Zone: "America/Mexico_City"}

// opened opens a store that is closed when the test ends.
func opened(t testing.TB, at string) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(context.Background(), at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func file(db *storage.DB, tenant string, full, public []byte) (storage.Filing, error) {
	now := time.Now()
	id := storage.NewID(now)
	var f storage.Filing
	err := db.Update(context.Background(), tenant, func(tx *storage.Txn) error {
		f = storage.Filing{ID: id, Person: "p1", Filed: now, Zone: institution.Zone, Sent: id}
		return errors.Join(tx.File(&f, full, public, ""), tx.Audit(storage.AuditEntry{At: now, Act: "filing", About: id}))
	})
	return f, err
}

// TestFilings files from two processes' worth of stores, eight writers each, on two
// tenants: no folio twice, none missing, and everything fits.
func TestFilings(t *testing.T) {
	at := database(t)
	keys := storage.NewKeys()
	const writers, each = 8, 6
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]bool{}
	for range 2 {
		db := storage.Open(opened(t, at), keys)
		for _, tenant := range []string{"1", "2"} {
			if err := db.Update(t.Context(), tenant, func(tx *storage.Txn) error { return tx.PutInstitution(institution) }); err != nil {
				t.Fatal(err)
			}
			for range writers {
				wg.Go(func() {
					for range each {
						f, err := file(db, tenant, []byte("full"), []byte("public"))
						if err != nil {
							t.Error(err)
							return
						}
						mu.Lock()
						if seen[tenant+f.Folio] {
							t.Errorf("folio %s of tenant %s twice", f.Folio, tenant)
						}
						seen[tenant+f.Folio] = true
						mu.Unlock()
					}
				})
			}
		}
	}
	wg.Wait()
	for _, tenant := range []string{"1", "2"} {
		for n := 1; n <= 2*writers*each; n++ {
			if folio := fmt.Sprintf("VE-%d-%06d", time.Now().Year(), n); !seen[tenant+folio] {
				t.Errorf("tenant %s: nobody has %s", tenant, folio)
			}
		}
	}
	got, err := storage.Open(opened(t, at), keys).Check(t.Context())
	if err != nil || len(got.Faults) > 0 {
		t.Errorf("check: %v %v", err, got.Faults)
	}
}

// TestHotTenant: while many fight for one record of a tenant, nobody starves and
// another tenant hardly waits.
func TestHotTenant(t *testing.T) {
	s := opened(t, database(t))
	var tries, calm atomic.Int64
	stop := make(chan struct{})
	var wg sync.WaitGroup
	const writers, each = 24, 8
	for range writers {
		wg.Go(func() {
			for range each {
				if err := s.Update(context.Background(), func(tx storage.Tx) error {
					tries.Add(1)
					v, err := tx.Get("t/hot/n")
					if err != nil && !errors.Is(err, storage.ErrNotFound) {
						return err
					}
					return tx.Put("t/hot/n", append(v, '.'))
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	go func() {
		wg.Wait()
		close(stop)
	}()
	for n := 0; ; n++ {
		if err := s.Update(t.Context(), func(tx storage.Tx) error { return tx.Put(fmt.Sprint("t/calm/", n), nil) }); err != nil {
			t.Error(err)
		}
		calm.Add(1)
		select {
		case <-stop:
		default:
			continue
		}
		break
	}
	if err := s.View(t.Context(), func(tx storage.Tx) error {
		v, err := tx.Get("t/hot/n")
		if len(v) != writers*each {
			t.Errorf("%d of %d counted", len(v), writers*each)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	t.Logf("%d runs for %d updates; %d updates of another tenant meanwhile", tries.Load(), writers*each, calm.Load())
	if tries.Load() > 5*writers*each {
		t.Errorf("%d runs for %d updates", tries.Load(), writers*each)
	}
}

// TestForgetful: a server that may lose what it acknowledged is refused.
func TestForgetful(t *testing.T) {
	at := database(t)
	c, err := pgx.Connect(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	var name string
	if err := c.QueryRow(t.Context(), "SELECT current_database()").Scan(&name); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(t.Context(), "ALTER DATABASE "+name+" SET synchronous_commit = off"); err != nil {
		t.Fatal(err)
	}
	if s, err := postgres.Open(t.Context(), at); err == nil {
		s.Close()
		t.Error("it was opened")
	}
}

// TestOpenAtOnce: several processes that begin on an empty database make one table.
func TestOpenAtOnce(t *testing.T) {
	at := database(t)
	var wg sync.WaitGroup
	for n := range 6 {
		wg.Go(func() {
			s, err := postgres.Open(context.Background(), at)
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			if err := s.Update(context.Background(), func(tx storage.Tx) error { return tx.Put(fmt.Sprint("t/1/", n), nil) }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	n := 0
	if err := opened(t, at).View(t.Context(), func(tx storage.Tx) error {
		n = 0
		return tx.Scan("t/1/", "t/10", func(string, []byte) bool { n++; return true })
	}); err != nil || n != 6 {
		t.Errorf("%d keys: %v", n, err)
	}
}

// BenchmarkFile files documents of 30 and 20 KB for one tenant, and for one tenant
// each writer. fsync is off, so it tells the journeys and not the disk.
func BenchmarkFile(b *testing.B) {
	full, public := make([]byte, 30<<10), make([]byte, 20<<10)
	for _, tenants := range []string{"one tenant", "a tenant each"} {
		for _, n := range []int{1, 8, 64} {
			b.Run(fmt.Sprint(tenants, "/", n), func(b *testing.B) {
				db := storage.Open(opened(b, database(b)), storage.NewKeys())
				of := func(w int) string {
					if tenants == "one tenant" {
						return "1"
					}
					return fmt.Sprint(w + 1)
				}
				for w := range n {
					if err := db.Update(context.Background(), of(w), func(tx *storage.Txn) error { return tx.PutInstitution(institution) }); err != nil {
						b.Fatal(err)
					}
				}
				b.ResetTimer()
				var wg sync.WaitGroup
				var left atomic.Int64
				left.Store(int64(b.N))
				for w := range n {
					wg.Go(func() {
						for left.Add(-1) >= 0 {
							if _, err := file(db, of(w), full, public); err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				wg.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "filings/s")
			})
		}
	}
}
