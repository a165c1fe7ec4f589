package vault

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
	"rsc.io/qr"
)

// TestEscrow: any two of the holders open, in either order; one, one twice, or one
// with a stranger never.
func TestEscrow(t *testing.T) {
	keys := someKeys()
	rapid.Check(t, func(rt *rapid.T) {
		order := rapid.Permutation(keys).Draw(rt, "order")
		e, holders := circle(rt, order[0], order[1], order[2])
		e = must(ParseEscrow(e.Bytes()))
		stranger := HolderKey{private: order[3]}
		all := []HolderKey{holders[0], holders[1], holders[2], stranger}
		a := rapid.IntRange(0, 3).Draw(rt, "one")
		b := rapid.IntRange(0, 3).Draw(rt, "other")
		r, err := e.Recover(vaultOf, all[a], all[b])
		if want := a != b && a < 3 && b < 3; (err == nil) != want {
			rt.Fatalf("%d and %d: %v", a, b, err)
		}
		if err != nil {
			return
		}
		if r.escrow.Public().ID() != e.Public().ID() {
			rt.Fatal("another key comes out")
		}
		elsewhere := vaultOf
		elsewhere.Tenant = "2"
		if _, err := e.Recover(elsewhere, all[a], all[b]); err != ErrOpen {
			rt.Fatalf("in another body: %v", err)
		}
	})
}

// TestOneHolderAlone goes around Recover: with the key of one holder alone, no blob
// gives the key, whatever is done with it.
func TestOneHolderAlone(t *testing.T) {
	k := someKeys()
	e, holders := circle(t, k[0], k[1], k[2])
	for i, pair := range pairs {
		for _, h := range holders {
			if _, err := openPair(h.private, h.private, vaultOf, e.blobs[i], e.public); err == nil {
				t.Error("one holder opens a blob")
			}
			for b := range holders {
				partner := holders[b].private.public.id
				for kd := kindText; kd <= kindDrill; kd++ {
					got, err := h.private.open(kd, vaultOf, e.blobs[i], partner[:], e.public.id[:])
					if second := h.private.public.id == holders[pair[1]].private.public.id; err == nil && (!second || len(got) == seedBytes) {
						t.Error("one holder takes off more than the outer envelope")
					}
				}
			}
		}
	}
}

func TestEscrowNeedsThree(t *testing.T) {
	k := someKeys()
	a, b, c := Person{"a", k[0].Public()}, Person{"b", k[1].Public()}, Person{"c", k[2].Public()}
	for name, holders := range map[string][3]Person{
		"same name": {a, b, {"a", k[2].Public()}}, "same key": {a, b, {"c", k[0].Public()}}, "no key": {a, b, {"c", nil}}, "no name": {a, b, {"", k[2].Public()}},
		"long name": {a, b, {strings.Repeat("x", 256), k[2].Public()}}, "two": {a, b},
	} {
		if _, err := NewEscrow(vaultOf, holders); err != ErrHolders {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := NewEscrow(Context{}, [3]Person{a, b, c}); err != ErrContext {
		t.Errorf("no context: %v", err)
	}
}

// TestRecovery: the office is gone; two holders open the cases for a successor.
func TestRecovery(t *testing.T) {
	k := someKeys()
	e, holders := circle(t, k[0], k[1], k[2])
	gone, next := Person{"gone", k[3].Public()}, Person{"next", k[4].Public()}
	p := must(NewPair())
	w := must(must(NewRecipients([]Person{gone}, nil, e)).Wrap(p, here))
	r := must(e.Recover(vaultOf, holders[2], holders[0]))
	got, err := r.Open(here, w.Escrow, p.Public())
	if err != nil {
		t.Fatal(err)
	}
	again := must(must(NewRecipients([]Person{next}, []Person{gone}, e)).Wrap(got, here))
	if _, err := k[4].Unwrap(here, again.People[0].Sealed, p.Public()); err != nil {
		t.Error(err)
	}
	there := here
	there.Case = "c2"
	if _, err := r.Open(there, w.Escrow, p.Public()); err != ErrOpen {
		t.Errorf("in another case: %v", err)
	}
	if _, err := r.Open(here, w.Escrow, k[5].Public()); err != ErrOpen {
		t.Errorf("as another key: %v", err)
	}
	r.Wipe()
	if _, err := r.Open(here, w.Escrow, p.Public()); err != ErrOpen {
		t.Errorf("after Wipe: %v", err)
	}
	if _, err := e.Recover(vaultOf, holders[0], holders[1]); err != ErrOpen {
		t.Errorf("a wiped holder: %v", err)
	}
}

func TestDrill(t *testing.T) {
	k := someKeys()
	for i, pair := range pairs {
		e, holders := circle(t, k[0], k[1], k[2])
		if err := e.Drill(vaultOf, holders[pair[0]], holders[pair[1]]); err != nil {
			t.Errorf("pair %d: %v", i, err)
		}
		if err := e.Drill(vaultOf, holders[pair[0]], holders[pair[1]]); err != ErrOpen {
			t.Errorf("the keys are still there after a drill: %v", err)
		}
	}
	e, holders := circle(t, k[0], k[1], k[2])
	if err := e.Drill(vaultOf, holders[0], HolderKey{}); err != ErrHolders {
		t.Errorf("with no key: %v", err)
	}
	e.digest[0] ^= 1
	if err := e.Drill(vaultOf, holders[0], holders[1]); err != ErrOpen {
		t.Errorf("with another text: %v", err)
	}
}

// TestEscrowAltered: a drill of all three pairs finds any bit that was turned, but in
// the names of the holders, which are the caller's to seal.
func TestEscrowAltered(t *testing.T) {
	k := someKeys()
	e, _ := circle(t, k[0], k[1], k[2])
	whole := e.Bytes()
	rapid.Check(t, func(rt *rapid.T) {
		spoilt, err := ParseEscrow(flip(rt, whole))
		if err != nil {
			refused(rt, "reading", nil, err)
			return
		}
		for i := range e.holders {
			if spoilt.holders[i].ID != e.holders[i].ID {
				return
			}
		}
		for _, pair := range pairs {
			a, b := HolderKey{private: must(newPrivate(k[pair[0]].seed))}, HolderKey{private: must(newPrivate(k[pair[1]].seed))}
			if err := spoilt.Drill(vaultOf, a, b); err != nil {
				return
			}
		}
		rt.Fatal("three drills notice nothing")
	})
	for _, b := range [][]byte{nil, whole[:len(whole)-1], append(append([]byte(nil), whole...), 0)} {
		if _, err := ParseEscrow(b); err != ErrFormat {
			t.Errorf("%d bytes: %v", len(b), err)
		}
	}
}

// TestPaper: a printed key comes back however it is typed; one or two wrong symbols
// in a row, a swap and a row out of place are found, and which row it was is told.
func TestPaper(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := HolderKey{private: must(newPrivate(rapid.SliceOfN(rapid.Byte(), seedBytes, seedBytes).Draw(rt, "seed")))}
		paper := must(h.Paper())
		typed := rapid.SampledFrom([]string{paper, strings.ToLower(paper), strings.NewReplacer("-", "", "\n", "").Replace(paper),
			strings.NewReplacer("0", "O", "1", "l", "-", " ").Replace(paper)}).Draw(rt, "typed")
		if got, err := ParseHolderKey(typed); err != nil || got.Public().ID() != h.Public().ID() {
			rt.Fatalf("%v", err)
		}
		rows := strings.Split(strings.ReplaceAll(paper, "-", ""), "\n")
		i := rapid.IntRange(0, paperRows-1).Draw(rt, "row")
		b := []byte(rows[i])
		for range rapid.IntRange(1, 2).Draw(rt, "mistakes") {
			b[rapid.IntRange(0, paperRow-1).Draw(rt, "at")] = crockford[rapid.IntRange(0, 31).Draw(rt, "symbol")]
		}
		if string(b) != rows[i] {
			wrong := append([]string(nil), rows...)
			wrong[i] = string(b)
			if _, err := ParseHolderKey(strings.Join(wrong, "\n")); err != RowError(i+1) {
				rt.Fatalf("mistyped: %v", err)
			}
		}
		b = []byte(rows[i])
		at := rapid.IntRange(0, paperRow-2).Draw(rt, "swap")
		b[at], b[at+1] = b[at+1], b[at]
		if string(b) != rows[i] {
			wrong := append([]string(nil), rows...)
			wrong[i] = string(b)
			if _, err := ParseHolderKey(strings.Join(wrong, "\n")); err != RowError(i+1) {
				rt.Fatalf("swapped: %v", err)
			}
		}
		j := (i + 1) % paperRows
		rows[i], rows[j] = rows[j], rows[i]
		if _, err := ParseHolderKey(strings.Join(rows, "\n")); rows[i] != rows[j] && !errors.As(err, new(RowError)) {
			rt.Fatalf("rows out of place: %v", err)
		}
	})
}

func TestPaperShape(t *testing.T) {
	h := must(NewHolderKey())
	paper := must(h.Paper())
	if lines := strings.Split(paper, "\n"); len(lines) != 4 || len(lines[0]) != 17 || strings.Count(paper, "-") != 8 {
		t.Errorf("printed as %d rows", len(lines))
	}
	text := strings.NewReplacer("-", "", "\n", "").Replace(paper)
	if code, err := qr.Encode(text, qr.M); err != nil || code.Size != 29 {
		t.Errorf("as a QR code: %v", err)
	}
	for in, want := range map[string]error{"": CountError{0, 60}, text[1:]: CountError{59, 60}, text + "0": CountError{61, 60}, text[:59] + "U": ErrSymbol} {
		if _, err := ParseHolderKey(in); err != want {
			t.Errorf("%d characters: %v", len(in), err)
		}
	}
}

// TestPaperVersion: a key of a later version is told from a mistake.
func TestPaperVersion(t *testing.T) {
	for v, want := range map[byte]error{0: ErrFormat, 2: ErrVersion, 15: ErrVersion} {
		var rows strings.Builder
		for i := range paperRows {
			row := make([]byte, paperData)
			if i == 0 {
				row[0] = v << 1
			}
			a, b := rowCheck(i, row)
			rows.Write(spell(append(row, a, b)))
		}
		if _, err := ParseHolderKey(rows.String()); err != want {
			t.Errorf("version %d: %v", v, err)
		}
	}
}
