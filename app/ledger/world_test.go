package ledger_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"declara/app/ledger"
	"declara/app/ledger/proof"
	"declara/storage"
	"declara/storage/bolt"
)

const tenant = "1"

// noon is midday in Mexico City.
var noon = time.Date(2026, 5, 14, 18, 0, 0, 0, time.UTC)

var valle = storage.Institution{Name: "Municipio de Valle Encinos", Initials: "VE", Zone: "America/Mexico_City"}

// world is an installation in a real file, with a clock, and what the witnesses and the
// time stamp authority got.
type world struct {
	testing.TB
	db      *storage.DB
	s       *ledger.Service
	mu      sync.Mutex
	now     time.Time
	stamped int
	down    bool // the time stamp authority
	filed   int
}

func newWorld(t testing.TB) *world {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{TB: t, now: noon, db: storage.Open(store, storage.NewKeys())}
	w.s = w.service("a")
	w.update(func(tx *storage.Txn) error { return tx.PutInstitution(valle) })
	t.Cleanup(func() {
		got, err := w.db.Check(context.Background())
		if err != nil || len(got.Faults) > 0 {
			t.Errorf("check: %v %v", err, got.Faults)
		}
		w.db.Close()
	})
	return w
}

// service is one process over the store.
func (w *world) service(holder string) *ledger.Service {
	return ledger.New(w.db, w.clock, nil, holder, post, w.stamp)
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// post queues a mail for each witness.
func post(tx *storage.Txn, l ledger.Letter) error {
	for i, to := range l.To {
		if err := tx.PutMail(storage.Mail{ID: fmt.Sprint("w", l.Day, ".", i), To: to, Kind: "witness", Message: []byte(l.Checkpoint), Next: noon}); err != nil {
			return err
		}
	}
	return nil
}

var errDown = errors.New("the authority does not answer")

func (w *world) stamp(_ context.Context, _ string, digest [sha256.Size]byte) ([]byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		return nil, errDown
	}
	w.stamped++
	return append([]byte("token of "), digest[:]...), nil
}

func (w *world) update(fn func(*storage.Txn) error) {
	w.Helper()
	if err := w.db.Update(context.Background(), tenant, fn); err != nil {
		w.Fatal(err)
	}
}

func (w *world) view(fn func(*storage.Txn) error) {
	w.Helper()
	if err := w.db.View(context.Background(), tenant, fn); err != nil {
		w.Fatal(err)
	}
}

func (w *world) trust(change func(*storage.Trust)) {
	w.Helper()
	w.update(func(tx *storage.Txn) error {
		t, err := tx.Trust()
		if err != nil {
			return err
		}
		change(&t)
		return tx.PutTrust(t)
	})
}

// filing is the next one of somebody.
func (w *world) filing(change ...func(*storage.Filing)) storage.Filing {
	w.filed++
	at := w.clock().Add(time.Duration(w.filed) * time.Second)
	f := storage.Filing{ID: storage.NewID(at), Person: "p1", Year: 2026, Filed: at, Zone: valle.Zone, Method: "password", Sent: fmt.Sprint("envio ", w.filed)}
	for _, fn := range change {
		fn(&f)
	}
	return f
}

// file files a declaration of somebody.
func (w *world) file() storage.Filing {
	w.Helper()
	f := w.filing()
	w.update(func(tx *storage.Txn) error { return tx.File(&f, []byte("full "+f.ID), []byte("public "+f.ID), "") })
	return f
}

func (w *world) paper(f storage.Filing, kind, text string) (p storage.Paper) {
	w.Helper()
	w.update(func(tx *storage.Txn) (err error) {
		p, err = tx.KeepPaper(f.ID, kind, []byte(text), w.clock())
		return err
	})
	return p
}

// check proves a file with the key of the log, and fails the test when it does not hold.
func (w *world) check(f proof.File) proof.Report {
	w.Helper()
	key, err := w.s.Key(tenant)
	if err != nil {
		w.Fatal(err)
	}
	r, err := proof.Check(f, key)
	if err != nil {
		w.Fatal(err)
	}
	return r
}
