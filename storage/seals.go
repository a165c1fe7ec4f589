package storage

import (
	"cmp"
	"slices"
	"time"
)

// What a seal is for.
const (
	SealIssuer = "issuer" // the institution's own authority, which issues seals
	SealPapers = "papers" // what papers are sealed with
)

// SealKey is a key of the institution with its certificates. Sealed at rest. One that
// was retired stays, so that what it sealed can be checked for ever.
type SealKey struct {
	ID      string    `json:"id"`
	Use     string    `json:"use"`           // SealIssuer, SealPapers
	Key     []byte    `json:"key,omitempty"` // PKCS#8, DER; empty when the key is elsewhere or was destroyed
	Chain   [][]byte  `json:"chain"`         // certificates, DER, its own first
	Source  string    `json:"source"`        // "own", "imported"
	From    time.Time `json:"from"`
	Retired time.Time `json:"retired,omitzero"`
}

// PutSeal keeps or changes a key of the institution.
func (x *Txn) PutSeal(s SealKey) error { return put(x, s, kSeal, s.ID) }

// Seals reads all keys of the institution, the oldest first.
func (x *Txn) Seals() (all []SealKey, err error) {
	err = each(x, kSeal, func(s SealKey) error { all = append(all, s); return nil })
	slices.SortFunc(all, func(a, b SealKey) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.ID, b.ID)) })
	return all, err
}

// CurrentSeal reads the newest key of a use that was not retired; ErrNotFound when
// there is none.
func (x *Txn) CurrentSeal(use string) (SealKey, error) {
	all, err := x.Seals()
	if err != nil {
		return SealKey{}, err
	}
	for _, s := range slices.Backward(all) {
		if s.Use == use && s.Retired.IsZero() {
			return s, nil
		}
	}
	return SealKey{}, ErrNotFound
}
