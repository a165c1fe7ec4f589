package ledger

import (
	"bytes"
	"context"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"declara/storage"
)

// MaxEntries is how many leaves are given at once.
const MaxEntries = 256

// shownDays is how far back the list of published days goes; older ones are asked for.
const shownDays = 31

// Entry is a leaf as the log has it.
type Entry struct {
	Leaf   uint64    `json:"leaf"`
	Record string    `json:"record"`
	Hash   tlog.Hash `json:"hash"` // RFC 6962, of the record
}

func entry(n uint64, record []byte) Entry { return Entry{n, string(record), tlog.RecordHash(record)} }

// Entries are at most count leaves from one on, and never more than MaxEntries.
func (s *Service) Entries(ctx context.Context, tenant string, from uint64, count int) (all []Entry, err error) {
	count = min(count, MaxEntries)
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = []Entry{}
		return tx.LeavesSince(from, func(l storage.Leaf, record []byte) bool {
			if len(all) < count {
				all = append(all, entry(l.N, bytes.Clone(record)))
			}
			return len(all) < count
		})
	})
	return all, err
}

// Leaf is one leaf.
func (s *Service) Leaf(ctx context.Context, tenant string, n uint64) (e Entry, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		_, record, err := tx.Leaf(n)
		e = entry(n, record)
		return err
	})
	return e, err
}

// Inclusion proves that a leaf is in the log of a size; 0 is the size now. A leaf or a
// size that the log has not had is storage.ErrNotFound.
func (s *Service) Inclusion(ctx context.Context, tenant string, leaf, size uint64) (path tlog.RecordProof, t storage.Tree, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		if t, err = treeAt(tx, size); err == nil {
			path, err = tx.ProveLeaf(t.Size, leaf)
		}
		return err
	})
	return path, t, err
}

// Consistency proves that the log of a size begins with the log of an older one; 0 is
// the size now.
func (s *Service) Consistency(ctx context.Context, tenant string, old, size uint64) (path tlog.TreeProof, from, to storage.Tree, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		if to, err = treeAt(tx, size); err != nil {
			return err
		}
		if from, err = tx.TreeAt(old); err != nil {
			return err
		}
		path, err = tx.ProveTree(to.Size, old)
		return err
	})
	return path, from, to, err
}

func treeAt(tx *storage.Txn, size uint64) (storage.Tree, error) {
	if size == 0 {
		return tx.Tree()
	}
	return tx.TreeAt(size)
}

// Days are the checkpoints that were published in the last while, the newest first.
func (s *Service) Days(ctx context.Context, tenant string) (all []storage.Checkpoint, err error) {
	since := s.now().AddDate(0, 0, -shownDays).Format(time.DateOnly)
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		all = nil
		return tx.Checkpoints(since, func(c storage.Checkpoint) error {
			all = append(all, c)
			return nil
		})
	})
	slices.Reverse(all)
	return all, err
}

// Day is the checkpoint of a day; storage.ErrNotFound when there is none.
func (s *Service) Day(ctx context.Context, tenant, day string) (c storage.Checkpoint, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		c, err = tx.Checkpoint(day)
		return err
	})
	return c, err
}
