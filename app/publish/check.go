package publish

import (
	"context"
	"encoding/hex"
	"errors"
	"sync"
	"time"

	"declara/storage"
)

// Verdict is what may be said to anybody about a folio or a hash.
type Verdict struct {
	Found bool
	By    Proof
	Folio string
	Filed time.Time
	Zone  string // of the institution at that time
	ID    string // of the public version; "" while it is reserved
	Hash  string // of the public version; "" while it is reserved
}

// Proof is which mark was recognised.
type Proof string

// The marks.
const (
	ByFolio  Proof = "folio"  // or its id
	ByFull   Proof = "full"   // hash of the whole declaration, which only who declared has
	ByPublic Proof = "public" // hash of the public version
)

// Check says whether a declaration with that mark was filed here, and when. It
// never tells what it says nor, while it is reserved, whose it is.
func (s *Service) Check(ctx context.Context, tenant string, m Mark) (v Verdict, err error) {
	var f storage.Filing
	if m.Hash != "" {
		f, v.By, err = s.byHash(ctx, tenant, m.Hash)
	} else {
		v.By = ByFolio
		err = s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
			if m.ID != "" {
				f, err = tx.Filing(m.ID)
			} else {
				f, err = tx.FilingByFolio(m.Folio)
			}
			return err
		})
		if errors.Is(err, storage.ErrNotFound) {
			return v, nil
		}
	}
	if err != nil || f.ID == "" {
		return v, err
	}
	v.Found, v.Folio, v.Filed, v.Zone = true, f.Folio, f.Filed, f.Zone
	if !f.Reserved {
		v.ID, v.Hash = f.ID, f.Public
	}
	return v, nil
}

// leaves finds filings by the first eight bytes of their hashes. It follows the log,
// which names those kept from the public too, and reads the hashes where they are kept
// sealed: the log has commitments to them only.
type leaves struct {
	mu   sync.Mutex
	next uint64
	ids  map[[8]byte][]string
}

// byHash is the filing with that hash of its full or of its public document; its
// ID is "" when there is none. The hash of a public version stops being known
// while the declaration is reserved: it would tell which one it was.
func (s *Service) byHash(ctx context.Context, tenant, hash string) (f storage.Filing, by Proof, err error) {
	at, err := short(hash)
	if err != nil {
		return f, "", nil
	}
	l := &s.town(tenant).leaves
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.follow(ctx, s.db, tenant); err != nil {
		return f, "", err
	}
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		f, by = storage.Filing{}, ""
		for _, id := range l.ids[at] {
			g, err := tx.Filing(id)
			switch {
			case err != nil:
				return err
			case g.Hash == hash:
				f, by = g, ByFull
			case g.Public == hash && !g.Reserved:
				f, by = g, ByPublic
			}
		}
		return nil
	})
	return f, by, err
}

// follow reads the leaves that are new.
func (l *leaves) follow(ctx context.Context, db *storage.DB, tenant string) error {
	if l.ids == nil {
		l.ids = map[[8]byte][]string{}
	}
	for {
		var batch []storage.Leaf
		var filings []storage.Filing
		if err := db.View(ctx, tenant, func(tx *storage.Txn) error {
			batch, filings = nil, nil
			if err := tx.LeavesSince(l.next, func(leaf storage.Leaf, _ []byte) bool {
				batch = append(batch, leaf)
				return len(batch) < step
			}); err != nil {
				return err
			}
			for _, leaf := range batch {
				if leaf.Kind != storage.LeafFiling && leaf.Kind != storage.LeafImported {
					continue
				}
				f, err := tx.FilingByFolio(leaf.About)
				if err != nil {
					return err
				}
				filings = append(filings, f)
			}
			return nil
		}); err != nil {
			return err
		}
		for _, f := range filings {
			for _, h := range []string{f.Hash, f.Public} {
				if at, err := short(h); err == nil {
					l.ids[at] = append(l.ids[at], f.ID)
				}
			}
		}
		l.next += uint64(len(batch))
		if len(batch) < step {
			return nil
		}
	}
}

// short is the beginning of a hash.
func short(hash string) (at [8]byte, err error) {
	if len(hash) < 16 {
		return at, hex.ErrLength
	}
	_, err = hex.Decode(at[:], []byte(hash[:16]))
	return at, err
}
