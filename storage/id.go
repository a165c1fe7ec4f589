package storage

import (
	"crypto/rand"
	"sync"
	"time"
)

// crockford are the digits of an id, in byte order and without I, L, O and U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// ids is the last id that this process made.
var ids struct {
	sync.Mutex
	ms   uint64
	tail [16]byte // digits, of 5 bits each
}

// NewID makes an id of 26 letters and digits: 10 for the millisecond, so that ids
// sort by time, and 16 random ones (80 bits), so that nobody guesses one. Ids that
// this process makes one after the other in the same millisecond sort as they were
// made, each a random step of up to 50 bits after the one before. now must lie
// between 1970 and the year 10889.
func NewID(now time.Time) string {
	var id [26]byte
	ms := uint64(now.UnixMilli())
	for i, left := 9, ms; i >= 0; i-- {
		id[i] = crockford[left&31]
		left >>= 5
	}
	ids.Lock()
	defer ids.Unlock()
	if ms == ids.ms {
		ids.tail = follow(ids.tail)
	} else {
		ids.ms, ids.tail = ms, digits()
	}
	for i, d := range ids.tail {
		id[10+i] = crockford[d]
	}
	return string(id[:])
}

// digits are 16 random ones, the first of the lower half: it leaves room to come after.
func digits() (d [16]byte) {
	rand.Read(d[:])
	for i := range d {
		d[i] &= 31
	}
	d[0] &= 15
	return d
}

// follow is a random step after d. After the greatest come new ones.
func follow(d [16]byte) [16]byte {
	step, carry := digits(), byte(1)
	for i := len(d) - 1; i >= 0; i-- {
		if i < 6 {
			step[i] = 0
		}
		sum := d[i] + step[i] + carry
		d[i], carry = sum&31, sum>>5
	}
	if carry > 0 {
		return digits()
	}
	return d
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
