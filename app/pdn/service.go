package pdn

import (
	"cmp"
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"declara/storage"
)

// Service answers the national platform and whoever else was given a client. It
// is safe for concurrent use.
type Service struct {
	db    *storage.DB
	now   func() time.Time
	log   *slog.Logger
	seal  cipher.AEAD // of tokens
	fails *throttle
	usage usage

	mu      sync.Mutex
	indexes map[string]*index // by tenant
}

// New makes the service. It reads nothing yet: the index of a tenant is loaded by
// Load or by the first search.
func New(db *storage.DB, now func() time.Time, log *slog.Logger) *Service {
	seal, err := chacha20poly1305.NewX(db.Keys().Sub("pdn token"))
	if err != nil {
		panic("pdn: " + err.Error()) // the key has 32 bytes
	}
	return &Service{
		db: db, now: now, log: cmp.Or(log, slog.New(slog.DiscardHandler)), seal: seal,
		fails: newThrottle(now), indexes: map[string]*index{},
	}
}

// index is that of a tenant; it may be behind the store.
func (s *Service) index(tenant string) *index {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.indexes[tenant]
	if x == nil {
		x = newIndex()
		s.indexes[tenant] = x
	}
	return x
}

// Load reads the index of a tenant and makes its orderings, so that the first
// searches need not. They may come while it works.
func (s *Service) Load(ctx context.Context, tenant string) error {
	x := s.index(tenant)
	if err := s.db.View(ctx, tenant, x.follow); err != nil {
		return err
	}
	return x.warm(ctx)
}

// warm makes, one after the other, what searches would make on first use.
func (x *index) warm(ctx context.Context) error {
	var steps []func()
	for col := range columns {
		steps = append(steps, func() { x.ordered(sorting{{col: col}}) })
	}
	for property := range estateCount {
		steps = append(steps, func() { x.estatesBy(property) })
	}
	for _, w := range x.words {
		steps = append(steps, func() {
			x.lazy.Lock()
			defer x.lazy.Unlock()
			w.fold()
		})
	}
	for _, step := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		x.mu.RLock()
		step()
		x.mu.RUnlock()
	}
	return nil
}

// follow brings the index up to what the transaction sees. When nothing was
// published it costs one Get.
func (x *index) follow(tx *storage.Txn) error {
	end, err := tx.PublicSeq()
	if err != nil {
		return err
	}
	x.mu.RLock()
	behind := x.seq < end
	x.mu.RUnlock()
	if !behind {
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.seq >= end { // somebody else was quicker
		return nil
	}
	if n := int(end - x.seq); n > mostLate {
		x.reserve(n)
	}
	defer x.settle() // what is in stays in, whatever comes after it
	var fault error
	err = tx.PublicSince(x.seq, func(p storage.Published) bool {
		if p.Gone {
			x.remove(p.ID)
		} else if x.add(p.ID, p.Row) != nil {
			if fault = x.remake(tx, p.ID); fault != nil {
				return false
			}
		}
		x.seq = p.Seq
		return true
	})
	return cmp.Or(fault, err)
}

// remake puts in a declaration whose row is of another version, from its document.
func (x *index) remake(tx *storage.Txn, id string) error {
	doc, err := tx.PublicDocument(id)
	if errors.Is(err, storage.ErrNotFound) {
		return nil // reserved since
	} else if err != nil {
		return err
	}
	row, err := Row(doc)
	if err != nil {
		return err
	}
	return x.add(id, row)
}

// tries is how often a search begins again because what it found was reserved
// while it was reading.
const tries = 4

// Search answers a search: it appends to dst the page that the body asks for, as
// the OAS describes it, for a client with a token in the Authorization header.
// What is appended are the public documents as they were hashed. Errors are an
// Error; anything else is a fault of ours.
func (s *Service) Search(ctx context.Context, tenant, network, authorization string, body, dst []byte) ([]byte, error) {
	began := s.now()
	grant, err := s.open(tenant, authorization)
	if err != nil {
		s.refuse(tenant, "", err)
		return dst, err
	}
	q, err := parse(body)
	if err != nil {
		s.refuse(tenant, grant.client, err)
		return dst, err
	}
	x := s.index(tenant)
	start := len(dst)
	rows := 0
	for range tries {
		err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
			dst = dst[:start]
			if err := grant.holds(tx, network, began); err != nil {
				return err
			}
			if err := x.follow(tx); err != nil {
				return err
			}
			ids, total := x.page(q)
			rows = len(ids)
			dst = q.head(dst, total)
			dst, err = appendDocuments(tx, dst, ids)
			return err
		})
		if !errors.Is(err, errMoved) {
			break
		}
	}
	if err != nil {
		s.refuse(tenant, grant.client, err)
		return dst[:start], err
	}
	s.served(tenant, grant.client, q, rows, len(dst)-start, s.now().Sub(began))
	return dst, nil
}

// head writes what stands before the results.
func (q *query) head(b []byte, total int) []byte {
	b = append(b, `{"pagination":{"pageSize":`...)
	b = strconv.AppendInt(b, int64(q.size), 10)
	b = append(b, `,"page":`...)
	b = strconv.AppendInt(b, q.page, 10)
	b = append(b, `,"totalRows":`...)
	b = strconv.AppendInt(b, int64(total), 10)
	b = append(b, `,"hasNextPage":`...)
	b = strconv.AppendBool(b, q.skip() < int64(total)-int64(q.size))
	return append(b, `},"results":`...)
}

// errMoved means that a document of the page is not in the transaction's snapshot:
// the index is of a moment after it.
var errMoved = errors.New("pdn: the page changed while it was read")

// appendDocuments writes the list of results and the end of the page.
func appendDocuments(tx *storage.Txn, b []byte, ids []string) ([]byte, error) {
	b = append(b, '[')
	err := tx.PublicDocuments(ids, func(i int, doc []byte) error {
		if doc == nil {
			return fmt.Errorf("%w: %s", errMoved, ids[i])
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, doc...)
		return nil
	})
	return append(b, "]}"...), err
}
