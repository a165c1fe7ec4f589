package storage

import (
	"encoding/json"
	"fmt"
	"time"
)

// AuditEntry is one act that somebody answers for. It holds ids, never content.
// Before chains it to the entry before, so that none can be changed or taken out
// unseen.
type AuditEntry struct {
	N      uint64    `json:"n"` // from 0
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"`            // user id; empty for the system
	Act    string    `json:"act"`              // "person.add", "client.rotate" …
	About  string    `json:"about,omitempty"`  // id of what it is about
	Reason string    `json:"reason,omitempty"` // as given by the actor
	Before string    `json:"before"`           // SHA-256 of the previous entry's plain bytes, hex
}

// Audit appends an entry; N and Before are set here.
func (t *Txn) Audit(e AuditEntry) error {
	count, err := t.next(countAudit)
	if err != nil {
		return err
	}
	e.N, e.At, e.Before = count-1, e.At.UTC(), ""
	if e.N > 0 {
		prev, err := t.openAt(t.key(kindAudit, number(e.N-1)))
		if err != nil {
			return fmt.Errorf("storage: audit: %w", err)
		}
		e.Before = digest(prev)
	}
	return t.putSealed(t.key(kindAudit, number(e.N)), e)
}

// AuditEntries calls fn with every entry and its plain bytes, in order.
func (t *Txn) AuditEntries(fn func(AuditEntry, []byte) error) error {
	prefix := t.key(kindAudit, "")
	return t.scan(func(rest string, value []byte) error {
		b, err := t.db.keys.open(prefix+rest, value)
		if err != nil {
			return err
		}
		var e AuditEntry
		if err := json.Unmarshal(b, &e); err != nil {
			return fmt.Errorf("storage: audit: %w", err)
		}
		return fn(e, b)
	}, kindAudit)
}
