package storage

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// What a leaf tells of.
const (
	LeafFiling = "filing" // a declaration
	LeafNote   = "note"   // a correction of one
	LeafPaper  = "paper"  // a sealed PDF of one
	LeafRead   = "read"   // that the office read one

	LeafImported = "imported" // a declaration of another system, when it came in
)

// Leaf is one entry of the log: that something with this hash was kept at this time.
// The log is public and cannot forget, so a leaf holds nothing that a person
// declared, names nobody, and has no hash that could be tried out: see Commitment.
// What is private even as a fact, a note or a read, has no About.
type Leaf struct {
	N      uint64 // from 0
	Kind   string
	About  string    // folio of the filing; of a paper, with '/' and its kind after it; of a note or a read, empty
	Full   string    // commitment to what is private: full document, note, paper, read
	Public string    // commitment to what is public: public document, public paper
	At     time.Time // UTC
}

// leafTitle is the first line of a record; a later form has another number.
const leafTitle = "declara leaf 1"

// Record is the canonical text of a leaf of a tenant, which is what the log keeps and
// what is hashed. Every line ends in a newline:
//
//	declara leaf 1
//	<tenant>
//	<n>
//	filing | imported | note | paper | read | event | draw | certificate
//	<folio> | <folio>/<kind of the paper> | nothing
//	<commitment to what is private, or nothing>
//	<commitment to what is public, or nothing>
//	<time, RFC 3339, UTC>
func (l Leaf) Record(tenant string) []byte {
	var b bytes.Buffer
	b.Grow(320)
	for _, line := range []string{
		leafTitle, tenant, strconv.FormatUint(l.N, 10), l.Kind, l.About, l.Full, l.Public,
		l.At.UTC().Format(time.RFC3339Nano),
	} {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// ErrLeaf means that a text is not the record of a leaf.
var ErrLeaf = errors.New("storage: not a leaf of the log")

// ReadLeaf takes a record apart. Only what Record made is one.
func ReadLeaf(record []byte) (tenant string, l Leaf, err error) {
	line := strings.Split(string(record), "\n")
	if len(line) != 9 {
		return "", l, ErrLeaf
	}
	l = Leaf{Kind: line[3], About: line[4], Full: line[5], Public: line[6]}
	var bad error
	if l.N, err = strconv.ParseUint(line[2], 10, 64); err == nil {
		l.At, bad = time.Parse(time.RFC3339Nano, line[7])
	}
	if err != nil || bad != nil || !bytes.Equal(l.Record(line[1]), record) {
		return "", Leaf{}, ErrLeaf
	}
	return line[1], l, nil
}

// How a commitment begins.
const (
	plainMark  = "sha256:"
	saltedMark = "salted:"
)

// Plain is how the log names a hash that anybody may know, in hex.
func Plain(hash string) string { return plainMark + hash }

// Commitment is how the log names a hash that nobody shall be able to guess: the
// SHA-256 of a salt of 16 bytes and the hash, both in hex here and raw where they are
// hashed. Who has both can show that this was the one; who has not learns nothing.
func Commitment(salt, hash string) string {
	s, err := hex.DecodeString(salt)
	h, err2 := hex.DecodeString(hash)
	if err != nil || err2 != nil || len(s) != saltSize || len(h) != sha256.Size {
		return ""
	}
	return saltedMark + Digest(append(s, h...))
}

// Commits reports whether a commitment of a leaf is to a hash; the salt is needed
// only when it is salted.
func Commits(commitment, salt, hash string) bool {
	want := Plain(hash)
	if strings.HasPrefix(commitment, saltedMark) {
		want = Commitment(salt, hash)
	}
	return len(hash) == 2*sha256.Size && want != "" && subtle.ConstantTimeCompare([]byte(commitment), []byte(want)) == 1
}

const saltSize = 16

// salt is that of one thing in the log, in hex. It is made from the keys and not
// drawn, so that a transaction that runs again makes the same leaf; whoever lacks the
// key file cannot tell it from a random one. It is also kept with what it is of.
func (x *Txn) salt(kind string, parts ...string) string {
	mac := hmac.New(sha256.New, x.db.keys.blinder("salt"))
	for _, p := range append([]string{x.tenant, kind}, parts...) {
		mac.Write([]byte(p))
		mac.Write([]byte{0})
	}
	return hex.EncodeToString(mac.Sum(nil)[:saltSize])
}

// veil is the commitment to a hash of something that the public may or may not see.
func veil(hidden bool, salt, hash string) string {
	if hidden {
		return Commitment(salt, hash)
	}
	return Plain(hash)
}

// head is the end of the log and the counters of folios: one record a tenant, so that
// a filing reads and writes one.
type head struct {
	Leaves uint64         `json:"leaves"`
	Edge   edge           `json:"edge"` // of the tree
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

// appendLeaf puts a leaf at the end of the log, with the nodes that it completes, and
// counts it in h, which it writes.
func (x *Txn) appendLeaf(h head, l Leaf) (n uint64, err error) {
	l.N = h.Leaves
	record := l.Record(x.tenant)
	end, nodes := h.Edge.add(l.N, tlog.RecordHash(record))
	h.Leaves, h.Edge = l.N+1, end
	if err := x.putBytes(append(nodes, record...), kLog, number(l.N)); err != nil {
		return 0, err
	}
	return l.N, put(x, h, kHead)
}

// logLeaf is appendLeaf for whoever needs nothing else of the head.
func (x *Txn) logLeaf(l Leaf) (n uint64, err error) {
	h, err := x.head()
	if err != nil {
		return 0, err
	}
	return x.appendLeaf(h, l)
}

// leafOf takes the value of leaf n apart.
func (x *Txn) leafOf(n uint64, value []byte) (l Leaf, nodes, record []byte, err error) {
	if nodes, record, err = cutNodes(n, value); err != nil {
		return l, nil, nil, err
	}
	tenant, l, err := ReadLeaf(record)
	if err == nil && (tenant != x.tenant || l.N != n) {
		err = fmt.Errorf("%w: a leaf in another's place", errUnreadable(kLog))
	}
	return l, nodes, record, err
}

// Leaf reads leaf n and its record.
func (x *Txn) Leaf(n uint64) (Leaf, []byte, error) {
	value, err := x.getBytes(kLog, number(n))
	if err != nil {
		return Leaf{}, nil, err
	}
	l, _, record, err := x.leafOf(n, value)
	return l, record, err
}

// Leaves calls fn with every leaf, in order, and its record. An error of fn ends it.
// fn must not write.
func (x *Txn) Leaves(fn func(Leaf, []byte) error) error {
	return x.scanFrom(kLog, 0, func(n uint64, value []byte) error {
		l, _, record, err := x.leafOf(n, value)
		if err != nil {
			return err
		}
		return fn(l, record)
	})
}

// LeavesSince calls fn with each leaf from number n on, in order, and its record,
// until fn returns false.
func (x *Txn) LeavesSince(n uint64, fn func(Leaf, []byte) bool) error {
	return x.scanFrom(kLog, n, func(n uint64, value []byte) error {
		l, _, record, err := x.leafOf(n, value)
		if err == nil && !fn(l, record) {
			err = errStop
		}
		return err
	})
}
