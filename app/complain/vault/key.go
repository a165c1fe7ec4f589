package vault

import (
	"context"
	"crypto/rand"
	"unicode"
)

// Key is the follow-up key of a complaint, the one thing that its author keeps: six
// digits that find the case, seventeen that open its mailbox, and a check digit.
// Digits can be dictated, typed on any telephone and copied by who reads little.
//
// The locator is not secret to the server; the other seventeen are 56.5 bits, to be
// tried one by one, case by case, at the price of Params.
type Key struct {
	hidden
	digits [keyDigits]byte // 0 to 9
}

const (
	keyDigits     = 24
	locatorDigits = 6
)

// NewKey draws a key. Two cases may draw the same locator, once in a million times
// their number: the caller draws again when its locator is taken.
func NewKey() Key {
	var k Key
	for i := 0; i < keyDigits-1; {
		var b [2 * keyDigits]byte
		rand.Read(b[:])
		for _, r := range b {
			if r < 250 && i < keyDigits-1 { // 250 is a multiple of ten: no digit is likelier
				k.digits[i] = r % 10
				i++
			}
		}
	}
	k.digits[keyDigits-1] = damm(k.digits[:keyDigits-1])
	return k
}

// ParseKey reads a key as people write it: with spaces, hyphens or dots anywhere, and
// with full-width or Arabic-Indic digits. ErrSymbol, CountError and ErrCheck tell
// what is wrong with the writing, before any slow work; that a key is well written
// says nothing about whether there is such a case.
func ParseKey(s string) (Key, error) {
	var k Key
	n := 0
	for _, r := range s {
		if separator(r) {
			continue
		}
		d, ok := digit(r)
		if !ok {
			return Key{}, ErrSymbol
		}
		if n < keyDigits {
			k.digits[n] = d
		}
		n++
	}
	if n != keyDigits {
		return Key{}, CountError{n, keyDigits}
	}
	if damm(k.digits[:]) != 0 {
		return Key{}, ErrCheck
	}
	return k, nil
}

// digit is the value of a digit of the scripts that keypads write.
func digit(r rune) (byte, bool) {
	for _, zero := range []rune{'0', '０', '٠', '۰'} {
		if r >= zero && r <= zero+9 {
			return byte(r - zero), true
		}
	}
	return 0, false
}

// separator reports whether a rune is what people or programs put between the
// groups of a key: spaces, any dash, dots, and the invisible marks that come with
// copied text.
func separator(r rune) bool {
	switch r {
	case '.', ',', '·', '•', '_', '\u2212':
		return true
	}
	return unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf)
}

// String is the key in six groups of four. It is printed once, for its owner.
func (k Key) String() string { return groups(string(k.text()), 4, " ") }

// Locator is the six digits that the case is found by.
func (k Key) Locator() string { return string(k.text()[:locatorDigits]) }

func (k Key) text() []byte {
	b := make([]byte, keyDigits)
	for i, d := range k.digits {
		b[i] = '0' + d
	}
	return b
}

// Lock locks the private key of a complaint's mailbox under the follow-up key. The
// result is kept with the case, under the locator.
func (k Key) Lock(ctx context.Context, c Context, mailbox *Private, cost Params) ([]byte, error) {
	text := k.text()
	defer wipe(text)
	return newLock(ctx, kindMailbox, c, text, mailbox, cost)
}

// Unlock opens what Lock made. When there is no case with the locator, the caller
// unlocks a decoy, with any context: answer and time are the same.
func (k Key) Unlock(ctx context.Context, c Context, lock []byte) (*Private, error) {
	text := k.text()
	defer wipe(text)
	return unlock(ctx, kindMailbox, c, text, lock)
}

// Decoy is what no key opens. The caller makes one when it starts, at the price that
// its cases have.
func Decoy(cost Params) ([]byte, error) { return decoy(kindMailbox, cost) }

// damm is the check digit of Damm's quasigroup of order ten: it finds every single
// wrong digit and every swap of neighbours. Of digits with their check digit it is 0.
func damm(digits []byte) byte {
	var at byte
	for _, d := range digits {
		at = dammTable[at][d]
	}
	return at
}

var dammTable = [10][10]byte{
	{0, 3, 1, 7, 5, 9, 8, 6, 4, 2},
	{7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
	{4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
	{1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
	{6, 1, 2, 3, 0, 4, 5, 9, 7, 8},
	{3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
	{5, 8, 6, 9, 7, 2, 0, 1, 3, 4},
	{8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
	{9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
	{2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
}
