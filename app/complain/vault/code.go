package vault

import (
	"crypto/rand"
	"strings"
)

// crockford is Crockford's alphabet: no I, L, O and U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const codeSymbols = 20

// RecoveryCode opens the second copy of an official's private key. It is printed once
// and kept in a closed envelope: 100 random bits in four groups of five.
type RecoveryCode struct {
	hidden
	symbols [codeSymbols]byte // 0 to 31
}

func newRecoveryCode() (r RecoveryCode) {
	rand.Read(r.symbols[:])
	for i := range r.symbols {
		r.symbols[i] &= 31
	}
	return r
}

// ParseRecoveryCode reads a code as people type it: in any case, with or without
// hyphens, and with O for 0 and I or L for 1.
func ParseRecoveryCode(s string) (r RecoveryCode, err error) {
	err = symbols(s, r.symbols[:])
	return r, err
}

// String is the code as it is printed.
func (r RecoveryCode) String() string { return groups(string(spell(r.symbols[:])), 5, "-") }

func spell(symbols []byte) []byte {
	b := make([]byte, len(symbols))
	for i, s := range symbols {
		b[i] = crockford[s]
	}
	return b
}

// symbols reads as many characters of Crockford's alphabet as into has places.
func symbols(s string, into []byte) error {
	n := 0
	for _, r := range s {
		if separator(r) {
			continue
		}
		v, ok := symbol(r)
		if !ok {
			return ErrSymbol
		}
		if n < len(into) {
			into[n] = v
		}
		n++
	}
	if n != len(into) {
		return CountError{n, len(into)}
	}
	return nil
}

func symbol(r rune) (byte, bool) {
	switch {
	case r >= 'a' && r <= 'z':
		r -= 'a' - 'A'
	case r > 'z':
		return 0, false
	}
	switch r {
	case 'O':
		r = '0'
	case 'I', 'L':
		r = '1'
	}
	i := strings.IndexByte(crockford, byte(r))
	return byte(i), i >= 0
}
