package storage

import (
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is the state of the log at the end of a day, as it was signed and told to
// the witnesses. There is one a day at most, and it is never changed, but for Token
// and Written.
type Checkpoint struct {
	Day     string    `json:"day"` // yyyy-mm-dd, in the institution's zone
	Size    uint64    `json:"size"`
	Root    tlog.Hash `json:"root"`
	Note    string    `json:"note"` // the signed text
	At      time.Time `json:"at"`
	Told    int       `json:"told"`              // addresses that it was sent to
	Written bool      `json:"written,omitempty"` // in the folder of witnesses
	Token   []byte    `json:"token,omitempty"`   // time stamp of the note (RFC 3161), DER
}

// PutCheckpoint keeps the checkpoint of a day. When there is one, only its time stamp
// and whether it was written may differ: anything else is ErrConflict.
func (x *Txn) PutCheckpoint(c Checkpoint) error {
	old, err := x.Checkpoint(c.Day)
	switch {
	case absent(err):
		tree, err := x.TreeAt(c.Size)
		if err != nil {
			return err
		}
		if tree.Root != c.Root {
			return fmt.Errorf("%w: a checkpoint of another log", ErrConflict)
		}
	case err != nil:
		return err
	case old.Size != c.Size || old.Root != c.Root || old.Note != c.Note:
		return ErrConflict
	}
	return put(x, c, kCheckpoint, c.Day)
}

// Checkpoint reads that of a day.
func (x *Txn) Checkpoint(day string) (Checkpoint, error) { return get[Checkpoint](x, kCheckpoint, day) }

// Checkpoints calls fn with that of every day from one on, the oldest first; "" is from
// the first. An error of fn ends it. fn must not write.
func (x *Txn) Checkpoints(since string, fn func(Checkpoint) error) error {
	from, to := below(x.tenant, kCheckpoint)
	if since != "" {
		from = x.key(kCheckpoint, since)
	}
	return x.scanRange(from, to, func(key string, raw []byte) error {
		var c Checkpoint
		if err := decode(x, kCheckpoint, key, raw, &c); err != nil {
			return err
		}
		return fn(c)
	})
}
