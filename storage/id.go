package storage

import (
	"crypto/rand"
	"time"
)

// crockford are the digits of an id, in byte order and without I, L, O and U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewID makes an id of 26 letters and digits: 10 for the millisecond, so that ids
// sort by time, and 16 random ones (80 bits), so that nobody guesses one. now must
// lie between 1970 and the year 10889.
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

// validID reports whether s may be part of a key: 1 to 64 letters, digits, '-',
// '_' or '.'. Whatever a client sends as an id goes through it before it is
// looked up.
func validID(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !('0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || c == '-' || c == '_' || c == '.') {
			return false
		}
	}
	return true
}
