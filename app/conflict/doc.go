// Package conflict compares what officials declared with who sells to the public body,
// and keeps what the office decided about each coincidence (LGRA 36, 44, 58).
//
// # What it does
//
// Suppliers and their contracts come in as lists (list.go; package suppliers reads
// them), are shown as a difference, applied whole or not at all, and can be taken back
// for a day. Declarations are compared with them (compare.go, declared.go; package match
// decides what is alike and why). What an official and a supplier have in common is one
// Conflict, whatever number of things it is; a person decides about it, with a reason
// (decide.go).
//
// # Rules that the package holds
//
//   - It scores nothing and sanctions nobody. A coincidence is a reason to ask.
//   - A Conflict holds no declared value: only in which declaration and where, and how
//     the two are alike. What was declared is read where it stands, by who gives a ground,
//     through package declare, and the declarant is told. Lists, exports, the audit trail
//     and the log of the program say that there is a coincidence, never in what.
//   - Only the office sees it, never the public, and nothing goes out by mail. An
//     official of the office neither sees nor decides what is about herself.
//   - A decision holds for the facts that it was taken on. Print is a digest of those of
//     both sides: the item as declared, without yearly amounts; the notes on its section;
//     the supplier, who is behind it, and its contracts. While it is the same the decision
//     stands, also when next year's declaration says the same; when it changes the
//     coincidence is open again and says so. What was decided stays in sight.
//
// # When it compares
//
// A worker looks every minute whether anything moved: the log has a leaf for each filing
// and each note, and suppliers are counted. Then, under a lease, it compares the
// officials whose mark, a digest of all that goes into their comparison, is another; with
// new suppliers that is everybody. Each batch is a transaction, so work that was cut
// short goes on where it was. Declarations are read a batch at a time; in memory are
// names of suppliers, which are few.
//
// Of an official the last two declarations and the last update of interests count, so
// that what was held last year is still seen (the format asks for two years).
package conflict

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"declara/app/errs"
	"declara/storage"
)

// Service is the check of all tenants. It is safe for concurrent use.
type Service struct {
	db     *storage.DB
	now    func() time.Time
	log    *slog.Logger
	holder string // of leases

	people    storage.Memo[storage.Person]
	filings   storage.Memo[storage.Filing]
	suppliers storage.Memo[storage.Supplier]
	conflicts storage.Memo[storage.Conflict]
}

// New makes the service. holder names this process among those that share the store.
func New(db *storage.DB, now func() time.Time, log *slog.Logger, holder string) *Service {
	return &Service{db: db, now: now, log: log, holder: holder}
}

// What the office may be told. All of them have words in conflict.json.
var (
	errMayNot   = errs.New(errs.Forbidden, "web.error.forbidden")
	errNotFound = errs.New(errs.NotFound, "web.error.notfound")
	ErrBusy     = errs.New(errs.Conflict, "conflict.error.busy")
)

// may reports whether somebody is of the office.
func may(u storage.User) bool { return slices.Contains(u.Roles, storage.RoleComptroller) }

// today is the day in the institution's zone.
func (s *Service) today(tx *storage.Txn) (string, error) {
	inst, err := tx.Institution()
	if err != nil {
		return "", fmt.Errorf("conflict: institution: %w", err)
	}
	zone, err := inst.Location()
	if err != nil {
		return "", fmt.Errorf("conflict: zone: %w", err)
	}
	return s.now().In(zone).Format(time.DateOnly), nil
}

func (s *Service) audit(tx *storage.Txn, by storage.User, act, about, reason string) error {
	if err := tx.Audit(storage.AuditEntry{At: s.now(), Actor: by.ID, Act: act, About: about, Reason: reason}); err != nil {
		return fmt.Errorf("conflict: audit: %w", err)
	}
	return nil
}

// fullName is the name of an official as people say it.
func fullName(p storage.Person) string {
	return strings.Join(strings.Fields(p.Given+" "+p.First+" "+p.Second), " ")
}

// lookEvery is how often the worker looks whether anything moved; the first time is
// afterStart, so that the first pages of the day do not wait for it.
const (
	lookEvery  = time.Minute
	afterStart = 5 * time.Second
)

// Run compares what moved, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	next := time.NewTimer(afterStart)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-next.C:
		}
		err := s.db.EachTenant(ctx, func(t string) error {
			if err := s.Sweep(ctx, t); err != nil {
				return err
			}
			_, err := s.Compare(ctx, t, false)
			if errs.CodeOf(err) == errs.Conflict {
				return nil // somebody else does it
			}
			return err
		})
		if err != nil && ctx.Err() == nil {
			s.log.Error("conflicts", "error", err.Error())
		}
		next.Reset(lookEvery)
	}
}
