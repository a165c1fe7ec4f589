package vault

import (
	"bytes"
	"testing"
)

// TestParsedAgain: a key that was read before is the same key, one in the same place is
// not taken for it, and what its caller does with the bytes changes nothing.
func TestParsedAgain(t *testing.T) {
	var first *Public
	for range 600 { // more than there are places
		p, err := NewPair()
		if err != nil {
			t.Fatal(err)
		}
		b := p.Public().Bytes()
		if first == nil {
			first = p.Public()
		}
		for range 2 {
			got, err := ParsePublic(b)
			if err != nil || got.ID() != p.Public().ID() || !bytes.Equal(got.Bytes(), b) {
				t.Fatalf("%v", err)
			}
			clear(got.Bytes())
		}
		clear(b)
		if got, err := ParsePublic(first.Bytes()); err != nil || got.ID() != first.ID() {
			t.Fatalf("the first is another: %v", err)
		}
	}
}
