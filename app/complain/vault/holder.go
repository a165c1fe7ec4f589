package vault

import "strings"

// HolderKey is the private key of a holder of the escrow. A holder has no account: it
// is printed, kept on paper outside the office, and typed or scanned when two
// holders come together.
type HolderKey struct {
	hidden
	private *Private
}

// NewHolderKey draws one.
func NewHolderKey() (HolderKey, error) {
	p, err := NewPair()
	return HolderKey{private: p}, err
}

// Public is what the escrow is sealed to.
func (h HolderKey) Public() *Public { return h.private.public }

// Wipe is that of the private key.
func (h HolderKey) Wipe() { h.private.Wipe() }

// A printed key is 4 bits of version and the 256 of the seed, in 52 symbols of
// Crockford's alphabet and four rows of 13; each row has two check symbols more:
//
//	1C2FD-9V7T0-41S6K
//	…
//
// With the number of its row before them, the 15 symbols are a code over GF(32) of
// distance three: one or two wrong symbols, a swap of neighbours and a row out of
// place are found for certain, and other mistakes 1,023 times of 1,024; which row it
// was is told. Without hyphens, the 60 characters are a QR code of 29 by 29 that
// stands the loss of 15 % of it.
const (
	paperRows   = 4
	paperData   = 13
	paperRow    = paperData + 2
	paperLength = paperRows * paperRow
)

// Paper is the key as it is printed, a row a line.
func (h HolderKey) Paper() (string, error) {
	seed, err := h.private.bytes()
	if err != nil {
		return "", err
	}
	data := make([]byte, paperRows*paperData)
	defer wipe(data)
	put := func(bit int, v byte) { data[bit/5] |= v << (4 - bit%5) }
	for i := range 4 {
		put(i, version>>(3-i)&1)
	}
	for i := range 8 * seedBytes {
		put(4+i, seed[i/8]>>(7-i%8)&1)
	}
	rows := make([]string, paperRows)
	for i := range rows {
		row := data[i*paperData : (i+1)*paperData]
		a, b := rowCheck(i, row)
		rows[i] = groups(string(spell(append(row[:paperData:paperData], a, b))), 5, "-")
	}
	return strings.Join(rows, "\n"), nil
}

// ParseHolderKey reads what was printed, typed or scanned. RowError says in which row
// there is a mistake.
func ParseHolderKey(s string) (HolderKey, error) {
	var all [paperLength]byte
	defer wipe(all[:])
	if err := symbols(s, all[:]); err != nil {
		return HolderKey{}, err
	}
	data := make([]byte, 0, paperRows*paperData)
	for i := range paperRows {
		row := all[i*paperRow : (i+1)*paperRow]
		if a, b := rowCheck(i, row[:paperData]); a != row[paperData] || b != row[paperData+1] {
			return HolderKey{}, RowError(i + 1)
		}
		data = append(data, row[:paperData]...)
	}
	defer wipe(data)
	get := func(bit int) byte { return data[bit/5] >> (4 - bit%5) & 1 }
	var v byte
	for i := range 4 {
		v = v<<1 | get(i)
	}
	switch {
	case v == 0:
		return HolderKey{}, ErrFormat
	case v != version:
		return HolderKey{}, ErrVersion
	}
	var seed [seedBytes]byte
	defer wipe(seed[:])
	for i := range 8 * seedBytes {
		seed[i/8] = seed[i/8]<<1 | get(4+i)
	}
	p, err := newPrivate(seed[:])
	return HolderKey{private: p}, err
}

// rowCheck is the sum of the symbols of a row and their sum weighted with the powers
// of the generator of GF(32), modulo x⁵+x²+1.
func rowCheck(row int, symbols []byte) (a, b byte) {
	a, b = byte(row), byte(row)
	for _, s := range symbols {
		if b <<= 1; b > 31 {
			b ^= 0b100101
		}
		a, b = a^s, b^s
	}
	return a, b
}
