package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"declara/storage"
)

// A reader of the API that reaches its last day stops without a word, and nobody here
// would notice before the platform's operators do. So who runs the system, and the
// control body, are written to as the day comes.

// endsFrom is the hour of the institution's morning from which these letters go.
const endsFrom = 8

// endsAt are the days left at which they go; 0 is when the reader has ended.
var endsAt = []int{30, 7, 1, 0}

// LetterEnds tells that a reader of the API ends, or has ended. It names no reader.
const LetterEnds LetterKind = "ends"

// stage is at which of endsAt a reader is on a day, and -1 when it is at none.
func stage(x storage.Client, today string) int {
	if x.Expires == "" || x.Disabled || !x.Revoked.IsZero() {
		return -1
	}
	last, err := time.Parse(time.DateOnly, x.Expires)
	now, lost := time.Parse(time.DateOnly, today)
	if err != nil || lost != nil {
		return -1
	}
	left, at := int(last.Sub(now).Hours()/24), -1
	for _, n := range endsAt {
		if left <= n && (n > 0 || left < 0) {
			at = n
		}
	}
	return at
}

// due reports whether a letter is owed at a stage of a reader: none of it, or of one
// nearer to the same end, was written. One whose day was missed goes later, but not in
// place of the next one.
func due(x storage.Client, at int) bool {
	return at >= 0 && (x.Warned == nil || x.Warned.Expires != x.Expires || x.Warned.At > at)
}

// WarnOfEnds writes the letters about readers that are owed now. That one was written
// stands in the reader's record, in the transaction that writes it: whatever ends in
// the middle, and however many programs share the store, each goes once. While there is
// nobody to write to it stays owed. Looking costs no write.
func (s *Service) WarnOfEnds(ctx context.Context, tenant string) error {
	var owed []storage.Client
	look := func(tx *storage.Txn) (today string, err error) {
		owed = nil
		inst, err := tx.Institution()
		if errors.Is(err, storage.ErrNotFound) || err == nil && inst.SetUp.IsZero() {
			return "", nil
		} else if err != nil {
			return "", err
		}
		zone, err := inst.Location()
		if err != nil {
			return "", fmt.Errorf("account: zone: %w", err)
		}
		at := s.now().In(zone)
		if at.Hour() < endsFrom {
			return "", nil
		}
		today = at.Format(time.DateOnly)
		return today, tx.Clients(func(x storage.Client) error {
			if due(x, stage(x, today)) {
				owed = append(owed, x)
			}
			return nil
		})
	}
	if err := s.db.View(ctx, tenant, func(tx *storage.Txn) error { _, err := look(tx); return err }); err != nil || len(owed) == 0 {
		return err
	}
	return s.db.Update(ctx, tenant, func(tx *storage.Txn) error {
		today, err := look(tx)
		if err != nil || len(owed) == 0 {
			return err
		}
		to, err := whoHearsOfEnds(tx)
		if err != nil || len(to) == 0 {
			return err
		}
		for _, x := range owed {
			at := stage(x, today)
			for _, u := range to {
				l := Letter{Kind: LetterEnds, To: u.Email, Lang: u.Lang, Path: "/contraloria", Day: x.Expires, Left: at}
				if slices.Contains(u.Roles, storage.RoleAdmin) {
					l.Path = "/ajustes/conexiones/" + x.ID
				}
				if err := s.post(tx, l); err != nil {
					return err
				}
			}
			x.Warned = &storage.Warned{Expires: x.Expires, At: at}
			if err := tx.PutClient(x); err != nil {
				return err
			}
		}
		return nil
	})
}

// whoHearsOfEnds are who runs the system and the control body, each address once.
func whoHearsOfEnds(tx *storage.Txn) (all []storage.User, err error) {
	err = tx.Users(func(u storage.User) error {
		office := slices.Contains(u.Roles, storage.RoleAdmin) || slices.Contains(u.Roles, storage.RoleComptroller)
		if office && !u.Disabled && u.Email != "" {
			all = append(all, u)
		}
		return nil
	})
	// Who runs the system first: of two accounts with one address hers is written to.
	runs := func(u storage.User) int {
		if slices.Contains(u.Roles, storage.RoleAdmin) {
			return 0
		}
		return 1
	}
	slices.SortFunc(all, func(a, b storage.User) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Email), strings.ToLower(b.Email)), cmp.Compare(runs(a), runs(b)), strings.Compare(a.ID, b.ID))
	})
	return slices.CompactFunc(all, func(a, b storage.User) bool { return strings.EqualFold(a.Email, b.Email) }), err
}
