package complain

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"declara/app/complain/evidence"
	"declara/app/complain/vault"
	"declara/storage"
	"declara/storage/files"
)

// The purposes of envelopes beside the kinds of parts (storage.PartFacts and so on).
const (
	PurposeCase     = "key"          // wraps of the private half of the case
	PurposeIdentity = "key.identity" // wraps of that of the identity
	PurposeMailbox  = "mailbox"      // lock under the follow-up key
	purposeWorking  = "working"      // keys of files
	purposeOriginal = "original"
	purposeDraft    = "draft"
	purposeCarried  = "draft.form"
	purposeVisit    = "visit"
)

// At is the context of an envelope of a complaint.
func At(tenant, complaint, purpose string, seq uint64) vault.Context {
	return vault.Context{Tenant: tenant, Case: complaint, Purpose: purpose, Sequence: seq}
}

// Config is what a Service is made of.
type Config struct {
	DB    *storage.DB
	Files *files.Store
	Clock func() time.Time
	Cost  vault.Params // of follow-up keys; zero is vault.Default
	Log   *slog.Logger // nil discards; it is told of faults and never of complaints

	DraftTexts int64 // room for drafts without their files; zero is 256 MiB
}

// Service receives complaints. It is safe for concurrent use.
type Service struct {
	db     *storage.DB
	files  *files.Store
	now    func() time.Time
	cost   vault.Params
	log    *slog.Logger
	visits vault.Secret // seals what visitors carry
	decoy  []byte       // lock that no key opens
	clean  chan struct{}
	enter  chan struct{}
	found  atomic.Pointer[string] // the complaint whose locator was asked for last

	covered atomic.Int64 // the ten minutes in which Cover wrote last
	cleaner func(evidence.Kind, []byte) (evidence.Working, error)
	room    int64 // for the files of drafts
	texts   int64 // for what else they have
	free    func() (free, all int64, err error)
	taken   taken // of it
}

// New makes a Service.
func New(c Config) (*Service, error) {
	if c.Cost == (vault.Params{}) {
		c.Cost = vault.Default
	}
	if c.DraftTexts == 0 {
		c.DraftTexts = textRoom
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	decoy, err := vault.Decoy(c.Cost)
	if err != nil {
		return nil, err
	}
	return &Service{
		db: c.DB, files: c.Files, now: c.Clock, cost: c.Cost, log: c.Log,
		visits: vault.NewSecret(), decoy: decoy, clean: make(chan struct{}, 1), enter: make(chan struct{}, 1),
		cleaner: evidence.Clean, room: draftRoom, texts: c.DraftTexts,
		free: c.Files.Free,
	}, nil
}

// today is the day in the institution's zone.
func (s *Service) today(tx *storage.Txn) (string, error) {
	inst, err := tx.Institution()
	if err != nil {
		return "", err
	}
	zone, err := inst.Location()
	if err != nil {
		return "", err
	}
	return s.now().In(zone).Format(time.DateOnly), nil
}

// digest is a SHA-256 in hex.
func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Sweep forgets what is over: drafts and their files, files that nobody names, and
// identities whose time has come, after which the store is compacted; and puts the events
// of the days that are over into the log. It goes on until nothing of it is left: that a
// draft lives a day at most is said to who writes it, on a day of many as well.
func (s *Service) Sweep(ctx context.Context, tenant string) error {
	drafts := s.sweepAll(ctx, tenant, func(tx *storage.Txn) (n int, gone []string, err error) {
		return tx.SweepComplaintDrafts(s.now().UTC().Format(time.RFC3339), sweepAtOnce)
	})
	if s.spare(0) != nil {
		s.log.Warn("the disk is nearly full: files of complaints are refused")
	}
	padded := s.padEvents(ctx, tenant)
	events := s.sweepAll(ctx, tenant, func(tx *storage.Txn) (n int, gone []string, err error) {
		day, err := s.today(tx)
		if err != nil {
			return 0, nil, err
		}
		n, err = tx.LogEvents(day, sweepAtOnce)
		return n, nil, err
	})
	_, erased := s.EraseIdentities(ctx, tenant)
	return errors.Join(drafts, padded, events, s.sweepFiles(ctx), erased, s.Shred(ctx, tenant))
}

// sweepAtOnce is how much is swept in one transaction.
const sweepAtOnce = 100

// sweepAll sweeps until a transaction finds less than it may take, and removes the files
// of what is gone.
func (s *Service) sweepAll(ctx context.Context, tenant string, some func(*storage.Txn) (n int, gone []string, err error)) error {
	for {
		n, gone := 0, []string(nil)
		if err := s.db.Update(ctx, tenant, func(tx *storage.Txn) (err error) { n, gone, err = some(tx); return err }); err != nil {
			return err
		}
		if err := s.files.Remove(gone...); err != nil {
			return err
		}
		if n < sweepAtOnce {
			return nil
		}
	}
}

// sweepFiles removes files that nothing names, which a crash may leave. The folder is one
// for all public bodies of an installation, so all are asked.
func (s *Service) sweepFiles(ctx context.Context) error {
	named := map[string]bool{}
	if err := s.db.EachTenant(ctx, func(tenant string) error {
		return s.db.View(ctx, tenant, func(tx *storage.Txn) error {
			return tx.Evidence(func(f storage.EvidenceFile) error { named[f.Name] = true; return nil })
		})
	}); err != nil {
		return err
	}
	_, err := s.files.Sweep(func(name string) bool { return named[name] })
	return err
}
