package seal

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"declara/i18n"
	"declara/storage"
)

// Config is what a Service is made of.
type Config struct {
	DB    *storage.DB
	Words *i18n.Bundle
	Clock func() time.Time
	Log   *slog.Logger // nil discards
	Base  string       // address of the site, for the codes of papers; see Service.At
	HTTP  *http.Client // to reach a time stamp authority; nil is a plain one
}

// Service is the institution's seal and what is done with it. It is safe for
// concurrent use. Make it with New.
type Service struct {
	db      *storage.DB
	words   *i18n.Printer
	now     func() time.Time
	log     *slog.Logger
	base    atomic.Pointer[string]
	http    *http.Client
	making  chan struct{} // one place a paper that is being made
	reading chan struct{} // one place a file that is being inspected
	stamps  breaker
}

// How many papers are made, and files inspected, at once: a paper holds some 40 MB
// for a moment, a file some times its own size.
const (
	makers  = 2
	readers = 2
)

// New makes the service.
func New(c Config) *Service {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{
		db: c.DB, words: c.Words.Printer(i18n.Spanish), now: c.Clock, log: c.Log, http: c.HTTP,
		making: make(chan struct{}, makers), reading: make(chan struct{}, readers),
	}
	s.At(c.Base)
	return s
}

// At says which address the codes of papers lead to. Where none is configured it is
// the one that the program answers on.
func (s *Service) At(base string) { s.base.Store(&base) }

// stored reads what the store has of a seal.
func stored(k storage.SealKey) (identity, error) {
	var id identity
	for _, der := range k.Chain {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return identity{}, fmt.Errorf("seal: a certificate of the institution cannot be read: %w", err)
		}
		id.chain = append(id.chain, c)
	}
	if len(id.chain) == 0 {
		return identity{}, errors.New("seal: a seal without a certificate")
	}
	id.cert, id.chain = id.chain[0], id.chain[1:]
	if len(k.Key) > 0 {
		key, err := x509.ParsePKCS8PrivateKey(k.Key)
		if err != nil {
			return identity{}, errors.New("seal: a key of the institution cannot be read")
		}
		signer, ok := key.(crypto.Signer)
		if !ok {
			return identity{}, errors.New("seal: a key of the institution cannot sign")
		}
		id.key = signer
	}
	return id, nil
}

// toStore is the record of a seal. Of when it began its page tells the day.
func (id identity) toStore(use, source string, now time.Time) (storage.SealKey, error) {
	key, err := x509.MarshalPKCS8PrivateKey(id.key)
	if err != nil {
		return storage.SealKey{}, errors.New("seal: a key that cannot be kept")
	}
	return storage.SealKey{
		ID: storage.NewID(now), Use: use, Key: key, Chain: raw(append([]*x509.Certificate{id.cert}, id.chain...)), Source: source, From: midnight(now),
	}, nil
}

// Where a seal came from (storage.SealKey.Source).
const (
	SourceOwn      = "own"
	SourceImported = "imported"
)

// current is the seal to use now; an institution that has none, or whose seal ran
// out, gets one.
func (s *Service) current(ctx context.Context, tenant string) (identity, error) {
	var k storage.SealKey
	err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		k, err = tx.CurrentSeal(storage.SealPapers)
		return err
	})
	if err == nil {
		id, err := stored(k)
		if err != nil || s.now().Before(id.cert.NotAfter) {
			return id, err
		}
	} else if !errors.Is(err, storage.ErrNotFound) {
		return identity{}, err
	}
	return s.renew(ctx, tenant, "", k.ID)
}

// Ready makes the seal of an institution that has none yet.
func (s *Service) Ready(ctx context.Context, tenant string) error {
	_, err := s.current(ctx, tenant)
	return err
}

// renew puts a seal of our own in the place of the one with id old ("": of none).
// Whoever comes second gets what the first one made.
func (s *Service) renew(ctx context.Context, tenant, actor, old string) (identity, error) {
	now := s.now()
	var name string
	var authority storage.SealKey
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		inst, err := tx.Institution()
		if err != nil {
			return err
		}
		name = inst.Name
		authority, err = tx.CurrentSeal(storage.SealIssuer)
		if errors.Is(err, storage.ErrNotFound) {
			authority, err = storage.SealKey{}, nil
		}
		return err
	}); err != nil {
		return identity{}, err
	}
	issuer, fresh, err := s.authority(authority, name, now)
	if err != nil {
		return identity{}, err
	}
	id, err := newSeal(name, issuer, now)
	if err != nil {
		return identity{}, err
	}
	k, err := id.toStore(storage.SealPapers, SourceOwn, now)
	if err != nil {
		return identity{}, err
	}
	var kept storage.SealKey
	err = s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		if kept, err = replace(tx, k, old, now); err != nil || kept.ID != k.ID {
			return err
		}
		if fresh != nil {
			if err := retire(tx, storage.SealIssuer, now); err != nil {
				return err
			}
			if err := tx.PutSeal(*fresh); err != nil {
				return err
			}
		}
		return tx.Audit(storage.AuditEntry{At: now, Actor: actor, Act: "sealkey.make", About: k.ID})
	})
	if err != nil {
		return identity{}, err
	}
	return stored(kept)
}

// authority is the institution's own one, or a new one to be kept when there is
// none that lasts.
func (s *Service) authority(k storage.SealKey, name string, now time.Time) (id identity, fresh *storage.SealKey, err error) {
	if k.ID != "" {
		id, err = stored(k)
		if err == nil && id.key != nil && now.AddDate(1, 0, 0).Before(id.cert.NotAfter) {
			return id, nil, nil
		}
	}
	if id, err = newAuthority(name, now); err != nil {
		return id, nil, err
	}
	made, err := id.toStore(storage.SealIssuer, SourceOwn, now)
	return id, &made, err
}

// replace makes k the seal in use instead of the one with id old. When another is
// in use already, that one is returned and nothing is written.
func replace(tx *storage.Txn, k storage.SealKey, old string, at time.Time) (storage.SealKey, error) {
	switch now, err := tx.CurrentSeal(storage.SealPapers); {
	case err == nil && now.ID != old:
		return now, nil
	case err != nil && !errors.Is(err, storage.ErrNotFound):
		return k, err
	}
	if err := retire(tx, storage.SealPapers, at); err != nil {
		return k, err
	}
	return k, tx.PutSeal(k)
}

// retire ends all seals of a use. Their keys are destroyed, since nothing will be
// sealed with them again; their certificates stay.
func retire(tx *storage.Txn, use string, now time.Time) error {
	all, err := tx.Seals()
	if err != nil {
		return err
	}
	for _, k := range all {
		if k.Use == use && k.Retired.IsZero() {
			k.Retired, k.Key = now.UTC(), nil
			if err := tx.PutSeal(k); err != nil {
				return err
			}
		}
	}
	return nil
}

// Base is the address that the codes of papers lead to.
func (s *Service) Base() string { return *s.base.Load() }
