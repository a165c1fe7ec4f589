package storage

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// AuditEntry is one act that somebody answers for. It never holds declared content,
// an RFC, a CURP or the name of a private person: ids only. Before chains it to the
// entry before, so that none can be changed or taken out unseen.
type AuditEntry struct {
	N      uint64    `json:"n"` // from 0
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"`            // user or client id; empty for the system
	Act    string    `json:"act"`              // "person.add", "client.rotate" …
	About  string    `json:"about,omitempty"`  // id of what it is about
	Reason string    `json:"reason,omitempty"` // as given by the actor
	Before string    `json:"before"`           // SHA-256 of the entry before as it was written, hex; empty for the first
}

// trail is the end of the audit trail.
type trail struct {
	N    uint64 `json:"n"`    // entries
	Hash string `json:"hash"` // SHA-256 of the last one
}

func (x *Txn) trail() (trail, error) {
	t, err := get[trail](x, kHeadAudit)
	if absent(err) {
		err = nil
	}
	return t, err
}

// Audit adds an entry to the trail of the tenant; N and Before are set here. There
// is no way to change or remove one.
func (x *Txn) Audit(e AuditEntry) error {
	end, err := x.trail()
	if err != nil {
		return err
	}
	e.N, e.Before, e.At = end.N, end.Hash, e.At.UTC()
	raw, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("storage: audit: %w", err)
	}
	if err := put(x, trail{e.N + 1, Digest(raw)}, kHeadAudit); err != nil {
		return err
	}
	return x.putBytes(raw, kAudit, number(e.N))
}

// AuditEntries calls fn with every entry, in order, and its bytes, whose SHA-256 is
// Before of the next. An error of fn ends it. fn must not write.
func (x *Txn) AuditEntries(fn func(AuditEntry, []byte) error) error {
	return x.scan(kAudit, func(key string, raw []byte) error {
		raw, err := x.db.keys.open(string(kAudit), key, raw)
		if err != nil {
			return fmt.Errorf("%w: %s", err, kAudit)
		}
		var e AuditEntry
		if json.Unmarshal(raw, &e) != nil {
			return errUnreadable(kAudit)
		}
		return fn(e, raw)
	})
}

// ErrTrail means that the audit trail lacks an entry, or has one that was altered.
var ErrTrail = errors.New("storage: the audit trail is broken")

// VerifyAudit walks the whole trail and tells how many entries are in order; the
// error names the first that is not.
func (x *Txn) VerifyAudit() (uint64, error) {
	end, err := x.trail()
	if err != nil {
		return 0, err
	}
	var at trail
	err = x.AuditEntries(func(e AuditEntry, raw []byte) error {
		if e.N != at.N || e.Before != at.Hash {
			return fmt.Errorf("%w at entry %d", ErrTrail, at.N)
		}
		at = trail{e.N + 1, Digest(raw)}
		return nil
	})
	if err == nil && at != end {
		err = fmt.Errorf("%w: %d entries are there and %d were written", ErrTrail, at.N, end.N)
	}
	return at.N, err
}
