package storage

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// What a leaf tells of.
const (
	LeafFiling = "filing"
	LeafNote   = "note"
)

// Leaf is one entry of the log of filings: that a document of this hash was kept
// at this time. It holds nothing that a person declared. Before chains each leaf to
// the one before it, so that none can be changed or taken out unseen.
type Leaf struct {
	N      uint64 // from 0
	Kind   string
	ID     string    // of the filing; of a note, with that of its filing and a '/' before it
	Hash   string    // SHA-256 of the full document, or of the note, hex
	Public string    // SHA-256 of the public document, hex; empty for a note
	At     time.Time // UTC
	Before string    // SHA-256 of the record before, hex; empty for the first
}

// leafTitle is the first line of a record; a later form has another number.
const leafTitle = "declara leaf 1"

// record is the canonical text of a leaf, which is what the log keeps and what is
// hashed. Every line ends in a newline:
//
//	declara leaf 1
//	<tenant>
//	<n>
//	filing | note
//	<id of the filing> | <id of the filing>/<id of the note>
//	<SHA-256 of the full document or of the note>
//	<SHA-256 of the public document, or nothing>
//	<time, RFC 3339, UTC>
//	<SHA-256 of the record before, or nothing>
func (l Leaf) record(tenant string) []byte {
	var b bytes.Buffer
	for _, line := range []string{
		leafTitle, tenant, strconv.FormatUint(l.N, 10), l.Kind, l.ID, l.Hash, l.Public,
		l.At.UTC().Format(time.RFC3339Nano), l.Before,
	} {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// readLeaf takes a record of a tenant apart. Only what record made is one.
func readLeaf(tenant string, record []byte) (l Leaf, err error) {
	line := strings.Split(string(record), "\n")
	if len(line) != 10 {
		return l, errUnreadable(kLog)
	}
	l = Leaf{Kind: line[3], ID: line[4], Hash: line[5], Public: line[6], Before: line[8]}
	var bad error
	if l.N, err = strconv.ParseUint(line[2], 10, 64); err == nil {
		l.At, bad = time.Parse(time.RFC3339Nano, line[7])
	}
	if err != nil || bad != nil || !bytes.Equal(l.record(tenant), record) {
		return l, errUnreadable(kLog)
	}
	return l, nil
}

// head is the end of the log of filings and the counters of folios: one record a
// tenant, so that a filing reads and writes one.
type head struct {
	Leaves uint64         `json:"leaves"`
	Last   string         `json:"last"` // SHA-256 of the last leaf's record, hex
	Folios map[int]uint64 `json:"folios"`
}

func (x *Txn) head() (head, error) {
	h, err := get[head](x, kHead)
	if absent(err) {
		err = nil
	}
	if h.Folios == nil {
		h.Folios = map[int]uint64{}
	}
	return h, err
}

// appendLeaf puts a leaf at the end of the log and counts it in h, which it writes.
func (x *Txn) appendLeaf(h head, l Leaf) (n uint64, err error) {
	l.N, l.Before = h.Leaves, h.Last
	record := l.record(x.tenant)
	h.Leaves, h.Last = l.N+1, Digest(record)
	if err := x.putBytes(record, kLog, number(l.N)); err != nil {
		return 0, err
	}
	return l.N, put(x, h, kHead)
}

// Leaves calls fn with every leaf, in order, and its record. An error of fn ends it.
// fn must not write.
func (x *Txn) Leaves(fn func(Leaf, []byte) error) error {
	return x.scan(kLog, func(key string, record []byte) error {
		l, err := readLeaf(x.tenant, record)
		if err == nil && last(key) != number(l.N) {
			err = fmt.Errorf("%w: a leaf in another's place", errUnreadable(kLog))
		}
		if err != nil {
			return err
		}
		return fn(l, record)
	})
}

// LeavesSince calls fn with each leaf from number n on, in order, until fn returns
// false. What finds a declaration by its hash is made from it, in memory.
func (x *Txn) LeavesSince(n uint64, fn func(Leaf) bool) error {
	return x.scanFrom(kLog, n, func(_ uint64, record []byte) error {
		l, err := readLeaf(x.tenant, record)
		if err == nil && !fn(l) {
			err = errStop
		}
		return err
	})
}
