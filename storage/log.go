package storage

import (
	"encoding/json"
	"fmt"
	"time"
)

// What a leaf tells of.
const (
	LeafFiling = "filing"
	LeafNote   = "note"
)

// Leaf is one entry of the log of filings: that a document of this hash was kept
// at this time. It holds no personal data. Before chains each leaf to the one
// before it, so that none can be changed or taken out unseen.
type Leaf struct {
	N      uint64    `json:"n"` // from 0
	Kind   string    `json:"kind"`
	ID     string    `json:"id"`
	Hash   string    `json:"hash"` // SHA-256 of the document, hex
	At     time.Time `json:"at"`
	Before string    `json:"before"` // SHA-256 of the previous leaf's bytes, hex; empty for the first
}

// appendLeaf writes the next leaf and returns its number.
func (t *Txn) appendLeaf(kind, id, hash string, at time.Time) (uint64, error) {
	count, err := t.next(countLeaf)
	if err != nil {
		return 0, err
	}
	leaf := Leaf{N: count - 1, Kind: kind, ID: id, Hash: hash, At: at.UTC()}
	if leaf.N > 0 {
		prev, err := t.tx.Get(t.key(kindLeaf, number(leaf.N-1)))
		if err != nil {
			return 0, fmt.Errorf("storage: log of filings: %w", err)
		}
		leaf.Before = digest(prev)
	}
	return leaf.N, t.put(t.key(kindLeaf, number(leaf.N)), leaf)
}

// Leaves calls fn with every leaf and its bytes, in order.
func (t *Txn) Leaves(fn func(Leaf, []byte) error) error {
	return t.scan(func(_ string, b []byte) error {
		var l Leaf
		if err := json.Unmarshal(b, &l); err != nil {
			return fmt.Errorf("storage: log of filings: %w", err)
		}
		return fn(l, b)
	}, kindLeaf)
}
