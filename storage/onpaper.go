package storage

import (
	"encoding/hex"
	"time"
)

// OnPaper is a declaration that a person handed in on paper (LGRA 34), and what the
// office did to bring it in: received, typed by one, compared with the paper and
// countersigned by another. It is part of her Follow. It has nothing that was declared.
type OnPaper struct {
	ID       string     `json:"id"`
	Folio    string     `json:"folio"`    // of reception: "VE-P-2026-0012"
	Duty     string     `json:"duty"`     // declare.Duty.Key
	Received string     `json:"received"` // yyyy-mm-dd, which is the day of its filing
	Scan     Scan       `json:"scan"`
	Act      PaperAct   `json:"act"`             // who received it
	Typed    []PaperAct `json:"typed,omitempty"` // who took it to type, oldest first: the last one has it
	Draft    string     `json:"draft,omitempty"` // what is typed; the filing has the same id
	Done     *PaperAct  `json:"done,omitempty"`  // handed over to be compared; nil while it is typed
	Returned []PaperAct `json:"returned,omitempty"`
	Compared *PaperAct  `json:"compared,omitempty"` // who compared it and countersigned: it is filed
	Closed   *PaperAct  `json:"closed,omitempty"`   // it is not to be filed, for a reason
}

// Scan tells of the picture of a paper.
type Scan struct {
	Hash string `json:"hash"` // SHA-256 of the file as it is kept, hex
	Size int    `json:"size"`
	Kind string `json:"kind"` // "pdf", "jpeg"
}

// PaperAct is what somebody did about a paper.
type PaperAct struct {
	By     string    `json:"by"`   // user
	Name   string    `json:"name"` // at that time
	Role   Role      `json:"role"` // as which; "" is the declarant
	At     time.Time `json:"at"`
	Reason string    `json:"reason,omitempty"`
}

// Open reports whether it is still to be brought in.
func (p *OnPaper) Open() bool { return p.Compared == nil && p.Closed == nil }

// Papers calls fn with every declaration that was handed in on paper and whose it is. An
// error of fn ends it. fn must not write.
func (x *Txn) Papers(fn func(person string, p OnPaper) error) error {
	return each(x, kFollow, func(f Follow) error {
		for _, p := range f.Papers {
			if err := fn(f.Person, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// KeepScan keeps the scan of a paper that is being received. The first one stays.
func (x *Txn) KeepScan(id string, b []byte) error {
	if taken, err := x.has(kScan, id); err != nil {
		return err
	} else if taken {
		return ErrConflict
	}
	return x.putBytes(b, kScan, id)
}

// Scan reads the scan of a paper. Who may, the caller checks.
func (x *Txn) Scan(id string) ([]byte, error) { return x.getBytes(kScan, id) }

// received compares what is written down about papers with their scans.
func (c *checker) received() {
	for _, p := range c.onPaper {
		sum, there := c.scans[p.ID]
		if !there || hex.EncodeToString(sum[:]) != p.Scan.Hash {
			c.fault("scan %s: it is not the one that was received", p.ID)
		}
		delete(c.scans, p.ID)
		if f, filed := c.filings[p.Draft]; p.Compared != nil && (!filed || f.Scan != p.Scan.Hash || f.Received != p.Received) {
			c.fault("scan %s: what was filed from it does not name it", p.ID)
		}
	}
	for id := range c.scans {
		c.fault("scan %s: nobody received it", id)
	}
}
