package storage

import (
	"crypto/rand"
	"time"
)

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewID is a new identifier of 26 letters and digits that sorts by time and whose
// last 16 cannot be guessed.
func NewID(now time.Time) string {
	var id [26]byte
	ms := uint64(now.UnixMilli())
	for i := 9; i >= 0; i-- {
		id[i] = crockford[ms&31]
		ms >>= 5
	}
	var tail [16]byte
	rand.Read(tail[:])
	for i, b := range tail {
		id[10+i] = crockford[b&31]
	}
	return string(id[:])
}
