// Package publish answers what anybody may ask: who has published what, one
// declaration, two side by side, all of them as open data, and whether a receipt
// came from here.
//
// # What it reads
//
// Only public documents, made once when a declaration was filed (forms
// Document.Public), and the facts of a filing that its page tells. The full
// documents are sealed and this package never opens one. A declaration that is
// reserved (Norma 20ª) has no public document, and is told apart from one that
// never was by nobody but Check, which says that a folio was filed and not whose.
//
// # The index
//
// Search works on an index in memory: an entry of about 200 bytes for each
// declaration, the folded words of names, posts and units, and the persons in the
// order of their surnames. It follows the publication log of storage, which is
// compared before each question, so a declaration is found as soon as it is filed
// and gone as soon as it is reserved, on every node of an installation. A word of
// the question matches any word that begins with it; ñ and n, é and e are one.
//
// # What it never does
//
// It has no list of who did not file, no order of persons but the alphabet, no sum
// over persons, and no figure that has a private amount in it. Persons are grouped
// by the id of their record, which stays here; outside there is Key, which is made
// from it with the installation's secret and tells nothing.
package publish

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"sync"
	"time"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

// Service answers the public's questions. It is safe for concurrent use. Make it
// with New.
type Service struct {
	db  *storage.DB
	key []byte

	mu    sync.Mutex
	towns map[string]*town
}

// town is what is kept in memory of one public body.
type town struct {
	mu     sync.RWMutex
	index  *index
	leaves leaves
}

// New makes the service of an installation.
func New(db *storage.DB) *Service {
	return &Service{db: db, key: db.Keys().Sub("publish: person keys"), towns: map[string]*town{}}
}

// Published is one declaration as everything here reads it.
type Published struct {
	ID       string
	Person   string // Key of the person
	Type     forms.Type
	Level    forms.Level
	Year     int    // year in which it was due
	Event    string // day of taking or leaving office, yyyy-mm-dd; may be empty
	Filed    time.Time
	Zone     string // of the institution at that time
	Late     bool
	Due      string // yyyy-mm-dd; empty when there is no limit
	Folio    string
	Interest bool   // an update of interests (Norma 8ª)
	Hash     string // SHA-256 of Doc, hex
	Doc      []byte // the public result document, as the PDN gets it
	seq      uint64
}

func (s *Service) published(f storage.Filing, doc []byte) Published {
	return Published{
		ID: f.ID, Person: s.personKey(f.Person), Type: f.Type, Level: f.Level, Year: f.Year, Event: f.Event, Filed: f.Filed, Zone: f.Zone,
		Late: f.Late, Due: f.Due, Folio: f.Folio, Interest: f.Interest, Hash: f.Public, Doc: doc, seq: f.Seq,
	}
}

// personKey is a key of 16 letters and digits that is the same in all declarations
// of a person. Without the installation's secret nothing can be learned from it.
func (s *Service) personKey(person string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(person))
	return base32.HexEncoding.EncodeToString(mac.Sum(nil)[:10])
}

// notFound is what a person reads when there is no such public declaration.
func notFound(err error) error {
	if errors.Is(err, storage.ErrNotFound) {
		return errs.New(errs.NotFound, "public.gone.text")
	}
	return err
}

// Find is one public declaration. It is errs.NotFound when there is none, or none
// that may be read.
func (s *Service) Find(ctx context.Context, tenant, id string) (p Published, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		doc, err := tx.PublicDocument(id)
		if err != nil {
			return err
		}
		f, err := tx.Filing(id)
		if err != nil {
			return err
		}
		p = s.published(f, doc)
		return nil
	})
	return p, notFound(err)
}

// Theirs are all the public declarations of the person that one belongs to, newest
// first, itself among them.
func (s *Service) Theirs(ctx context.Context, tenant, id string) (all []Entry, err error) {
	err = s.look(ctx, tenant, func(x *index) {
		n, ok := x.byID[id]
		if !ok {
			return
		}
		for _, o := range x.rows[n].person.rows {
			all = append(all, x.entry(o))
		}
	})
	return all, err
}

// Search answers a query.
func (s *Service) Search(ctx context.Context, tenant string, q Query) (r Results, err error) {
	err = s.look(ctx, tenant, func(x *index) { r = x.search(q) })
	return r, err
}

// Version is the number of the last change of what is public, and how many
// declarations are. Nothing that this package tells changes while it does not.
func (s *Service) Version(ctx context.Context, tenant string) (seq uint64, count int, err error) {
	err = s.look(ctx, tenant, func(x *index) { seq, count = x.seq, x.alive.count() })
	return seq, count, err
}

// Warm reads what answers need into memory, so that nobody waits for it. It may be
// called while answers are given.
func (s *Service) Warm(ctx context.Context, tenant string) error {
	if _, _, err := s.Version(ctx, tenant); err != nil {
		return err
	}
	l := &s.town(tenant).leaves
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.follow(ctx, s.db, tenant)
}

func (s *Service) town(tenant string) *town {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.towns[tenant]
	if t == nil {
		t = &town{index: newIndex()}
		s.towns[tenant] = t
	}
	return t
}

// look calls fn with the index of a tenant, brought up to date.
func (s *Service) look(ctx context.Context, tenant string, fn func(*index)) error {
	var seq uint64
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		seq, err = tx.PublicSeq()
		return err
	}); err != nil {
		return err
	}
	t := s.town(tenant)
	t.mu.RLock()
	if t.index.seq >= seq {
		defer t.mu.RUnlock()
		fn(t.index)
		return nil
	}
	t.mu.RUnlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := s.follow(ctx, tenant, t.index); err != nil {
		return err
	}
	fn(t.index)
	return nil
}

// step is how many changes are read in one transaction, so that none is long.
const step = 500

// follow reads what changed since the index was last brought up to date.
func (s *Service) follow(ctx context.Context, tenant string, x *index) error {
	defer x.settle()
	for {
		var batch []storage.Published
		var entries []Entry
		err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
			batch = nil
			if err := tx.PublicSince(x.seq, func(p storage.Published) bool {
				p.Row = nil
				batch = append(batch, p)
				return len(batch) < step
			}); err != nil {
				return err
			}
			var err error
			entries, err = entriesOf(tx, batch)
			return err
		})
		if err != nil {
			return fmt.Errorf("publish: index: %w", err)
		}
		for i, p := range batch {
			if entries[i].ID == "" {
				x.remove(p.ID)
			} else {
				x.add(entries[i])
			}
			x.seq = p.Seq
		}
		if len(batch) < step {
			return nil
		}
	}
}

// entriesOf are the entries of changes; an empty one stands for a declaration that
// is not public (any more).
func entriesOf(tx *storage.Txn, changes []storage.Published) ([]Entry, error) {
	entries := make([]Entry, len(changes))
	ids := make([]string, len(changes))
	filings := make([]storage.Filing, len(changes))
	for i, p := range changes {
		var err error
		ids[i] = p.ID
		if filings[i], err = tx.Filing(p.ID); err != nil {
			return nil, err
		}
	}
	err := tx.PublicDocuments(ids, func(i int, doc []byte) error {
		if doc == nil || changes[i].Gone {
			return nil
		}
		h, err := readHead(doc)
		if err != nil {
			return err
		}
		f := filings[i]
		entries[i] = Entry{
			ID: f.ID, Person: f.Person, Name: CleanLine(h.name()), Surname: CleanLine(h.surname()), Post: CleanLine(h.Post), Unit: CleanLine(h.Unit),
			Year: f.Year, Type: f.Type, Interest: f.Interest, Filed: f.Filed,
		}
		return nil
	})
	return entries, err
}
