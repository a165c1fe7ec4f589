package publish

import (
	"bytes"
	"context"
	"errors"

	"declara/storage"
)

// What is read in one transaction of Stream: so many declarations, and no more once
// they have so many bytes. A slow reader never holds one open.
const (
	window = 64
	chunk  = 1 << 20
)

// Stream calls fn with each public declaration up to a Version, in the order in
// which they were published. What was reserved since is left out. It keeps about
// a megabyte in memory, however many there are. An error of fn ends it.
func (s *Service) Stream(ctx context.Context, tenant string, upTo uint64, fn func(Published) error) error {
	for after := uint64(0); after < upTo; {
		var batch []Published
		next := after
		if err := s.db.View(ctx, tenant, func(tx *storage.Txn) (err error) {
			batch, next, err = s.read(tx, after, upTo)
			return err
		}); err != nil {
			return err
		}
		for _, p := range batch {
			if err := fn(p); err != nil {
				return err
			}
		}
		after = next
	}
	return nil
}

// read is about a chunk of what was published after one change and up to another,
// and the last change that it has seen.
func (s *Service) read(tx *storage.Txn, after, upTo uint64) (batch []Published, seen uint64, err error) {
	var ids []string
	var filings []storage.Filing
	var seqs []uint64
	seen = upTo
	if err := tx.PublicSince(after, func(p storage.Published) bool {
		if p.Seq > upTo {
			return false
		}
		if ids = append(ids, p.ID); p.Gone {
			ids[len(ids)-1] = ""
		}
		seqs = append(seqs, p.Seq)
		return len(ids) < window
	}); err != nil {
		return nil, 0, err
	}
	if len(ids) == window {
		seen = seqs[window-1]
	}
	for i, id := range ids {
		var f storage.Filing
		if id != "" {
			if f, err = tx.Filing(id); err != nil {
				return nil, 0, err
			}
			if f.Seq != seqs[i] { // a later change of the same declaration counts
				ids[i] = ""
			}
		}
		filings = append(filings, f)
	}
	size := 0
	err = tx.PublicDocuments(ids, func(i int, doc []byte) error {
		if doc == nil {
			return nil
		}
		batch = append(batch, s.published(filings[i], bytes.Clone(doc)))
		if size += len(doc); size >= chunk && i+1 < len(ids) {
			seen = seqs[i]
			return errFull
		}
		return nil
	})
	if errors.Is(err, errFull) {
		err = nil
	}
	return batch, seen, err
}

// errFull ends a read that has enough.
var errFull = errors.New("publish: chunk is full")
