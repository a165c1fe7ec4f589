package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestEnvelope: what was sealed opens with the private half in the same context, and
// an envelope that was moved, altered, cut, or is another's does not.
func TestEnvelope(t *testing.T) {
	keys := someKeys()
	rapid.Check(t, func(rt *rapid.T) {
		p, c := rapid.SampledFrom(keys).Draw(rt, "to"), contexts().Draw(rt, "context")
		text := rapid.SliceOfN(rapid.Byte(), 0, 9000).Draw(rt, "text")
		sealed := must(SealTo(p.Public(), c, text))
		got, err := Open(p, c, sealed)
		if err != nil || !bytes.Equal(got, text) {
			rt.Fatalf("got %d bytes, %v", len(got), err)
		}
		if bytes.Equal(sealed, must(SealTo(p.Public(), c, text))) {
			rt.Fatal("the same envelope twice")
		}
		if other := contexts().Draw(rt, "other context"); other != c {
			got, err := Open(p, other, sealed)
			refused(rt, "transplanted", got, err)
		}
		if other := rapid.SampledFrom(keys).Draw(rt, "other key"); other != p {
			got, err := Open(other, c, sealed)
			refused(rt, "another's", got, err)
		}
		got, err = Open(p, c, flip(rt, sealed))
		refused(rt, "flipped", got, err)
		got, err = Open(p, c, sealed[:rapid.IntRange(0, len(sealed)-1).Draw(rt, "cut")])
		refused(rt, "cut", got, err)
		got, err = Open(p, c, append(sealed, 0))
		refused(rt, "lengthened", got, err)
	})
}

// TestTransplant: each part of the context is bound by itself, and parts do not run
// into each other.
func TestTransplant(t *testing.T) {
	p := someKeys()[0]
	c := Context{"ab", "cd", "ef", 1}
	sealed := must(SealTo(p.Public(), c, []byte("x")))
	for name, other := range map[string]Context{
		"tenant": {"aB", "cd", "ef", 1}, "case": {"ab", "cD", "ef", 1}, "purpose": {"ab", "cd", "eF", 1}, "sequence": {"ab", "cd", "ef", 2},
		"shifted": {"abc", "d", "ef", 1}, "shifted back": {"a", "bcd", "ef", 1},
	} {
		got, err := Open(p, other, sealed)
		refused(t, name, got, err)
	}
}

// TestKinds: sealed bytes of one kind never open as another, even when everything
// else about them is the same.
func TestKinds(t *testing.T) {
	p := someKeys()[0]
	for from := kindText; from <= kindDrill; from++ {
		for as := kindText; as <= kindDrill; as++ {
			sealed := must(p.public.seal(from, here, make([]byte, 32)))
			sealed[3] = byte(as) // a forger writes the header that is asked for
			if got, err := p.open(as, here, sealed); (err == nil) != (from == as) {
				t.Errorf("kind %d as %d: %d bytes, %v", from, as, len(got), err)
			}
		}
	}
}

func TestContextComplete(t *testing.T) {
	p := someKeys()[0]
	long := strings.Repeat("x", maxPart+1)
	for _, c := range []Context{{"", "c", "p", 0}, {"t", "", "p", 0}, {"t", "c", "", 0}, {long, "c", "p", 0}, {"t", long, "p", 0}, {"t", "c", long, 0}} {
		if _, err := SealTo(p.Public(), c, nil); !errors.Is(err, ErrContext) {
			t.Errorf("sealing: %v", err)
		}
		if _, err := Open(p, c, make([]byte, 6000)); !errors.Is(err, ErrContext) {
			t.Errorf("opening: %v", err)
		}
	}
}

// TestVersions: a later version is told from damage.
func TestVersions(t *testing.T) {
	p := someKeys()[0]
	sealed := must(SealTo(p.Public(), here, nil))
	sealed[2] = version + 1
	if _, err := Open(p, here, sealed); !errors.Is(err, ErrVersion) {
		t.Errorf("version 2: %v", err)
	}
	sealed[2] = 0
	if _, err := Open(p, here, sealed); !errors.Is(err, ErrFormat) {
		t.Errorf("version 0: %v", err)
	}
}

// TestLengths: the length of an envelope tells that of the text in steps only.
func TestLengths(t *testing.T) {
	p := someKeys()[0]
	for n, want := range map[int]int{0: 4096, 1: 4096, 4092: 4096, 4093: 8192, 8188: 8192, MaxText: MaxText + 4096} {
		sealed := must(SealTo(p.Public(), here, make([]byte, n)))
		if got := len(sealed) - envelopeOverhead; got != want {
			t.Errorf("%d bytes are sealed as %d, not %d", n, got, want)
		}
		if got, err := Open(p, here, sealed); err != nil || len(got) != n {
			t.Errorf("%d bytes come back as %d, %v", n, len(got), err)
		}
	}
	if _, err := SealTo(p.Public(), here, make([]byte, MaxText+1)); !errors.Is(err, ErrTooLong) {
		t.Errorf("over the limit: %v", err)
	}
}

// TestPaddingIsCanonical: who has the key cannot hide a second text in the padding.
func TestPaddingIsCanonical(t *testing.T) {
	p := someKeys()[0]
	good := must(pad([]byte("text")))
	long := append(bytes.Clone(good), make([]byte, textStep)...)
	dirty := bytes.Clone(good)
	dirty[4000] = 1
	over := bytes.Clone(good)
	copy(over, []byte{0xff, 0xff, 0xff, 0xff})
	for name, padded := range map[string][]byte{"a step too many": long, "not zero": dirty, "length over the end": over, "nothing": {}, "no step": good[:100]} {
		got, err := Open(p, here, must(p.public.seal(kindText, here, padded)))
		refused(t, name, got, err)
	}
}

func TestPublic(t *testing.T) {
	p := someKeys()[0].Public()
	again := must(ParsePublic(p.Bytes()))
	if again.ID() != p.ID() || again.Fingerprint() != p.Fingerprint() {
		t.Error("a public key does not come back")
	}
	if f := p.Fingerprint(); len(f) != 39 || strings.Count(f, " ") != 7 {
		t.Errorf("fingerprint %q", f)
	}
	for _, b := range [][]byte{nil, make([]byte, publicBytes-1), make([]byte, publicBytes+1), bytes.Repeat([]byte{0xff}, publicBytes)} {
		if _, err := ParsePublic(b); !errors.Is(err, ErrFormat) {
			t.Errorf("%d bytes: %v", len(b), err)
		}
	}
	// A point of low order is well formed and gives no secret.
	weak := bytes.Clone(p.Bytes())
	clear(weak[publicBytes-x25519Bytes:])
	if _, err := ParsePublic(weak); !errors.Is(err, ErrFormat) {
		t.Errorf("a point of low order: %v", err)
	}
}

func TestKeyID(t *testing.T) {
	type record struct{ To KeyID }
	in := record{someKeys()[0].Public().ID()}
	var out record
	if err := json.Unmarshal(must(json.Marshal(in)), &out); err != nil || out != in {
		t.Errorf("%v, %v", out, err)
	}
	for _, s := range []string{`""`, `"00"`, `"` + strings.Repeat("z", 64) + `"`, `"` + in.To.String() + `00"`} {
		if err := json.Unmarshal([]byte(`{"To":`+s+`}`), &out); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", s, err)
		}
	}
}
