package vault

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func keys() *rapid.Generator[Key] {
	return rapid.Custom(func(t *rapid.T) (k Key) {
		for i, d := range rapid.SliceOfN(rapid.ByteRange(0, 9), keyDigits-1, keyDigits-1).Draw(t, "digits") {
			k.digits[i] = d
		}
		k.digits[keyDigits-1] = damm(k.digits[:keyDigits-1])
		return k
	})
}

// TestDamm holds the table to the example of its author's thesis and to what makes it
// a totally anti-symmetric quasigroup.
func TestDamm(t *testing.T) {
	if got := damm([]byte{5, 7, 2}); got != 4 {
		t.Errorf("572 has the check digit %d", got)
	}
	for c := range 10 {
		if dammTable[c][c] != 0 {
			t.Errorf("%d is not its own check digit", c)
		}
		var row, column [10]bool
		for x := range 10 {
			row[dammTable[c][x]], column[dammTable[x][c]] = true, true
			for y := range x {
				if dammTable[dammTable[c][x]][y] == dammTable[dammTable[c][y]][x] {
					t.Errorf("a swap of %d and %d after %d is not seen", x, y, c)
				}
			}
		}
		for x := range 10 {
			if !row[x] || !column[x] {
				t.Errorf("not a Latin square at %d", c)
			}
		}
	}
}

func TestNewKey(t *testing.T) {
	var seen [keyDigits][10]int
	const n = 2000
	for range n {
		k := NewKey()
		if again, err := ParseKey(k.String()); err != nil || again != k {
			t.Fatalf("a new key does not come back: %v", err)
		}
		for i, d := range k.digits {
			seen[i][d]++
		}
	}
	for i, place := range seen {
		for d, count := range place { // 200 expected; 8 standard deviations either way
			if count < 90 || count > 310 {
				t.Errorf("digit %d is %d times at place %d of %d keys", d, count, i, n)
			}
		}
	}
}

// TestParseKey: however a key is written, it is the same key.
func TestParseKey(t *testing.T) {
	k := Key{}
	for i := range keyDigits - 1 {
		k.digits[i] = byte(i % 10)
	}
	k.digits[keyDigits-1] = damm(k.digits[:keyDigits-1])
	plain := string(k.text())
	if k.Locator() != "012345" || len(k.String()) != 29 || strings.ReplaceAll(k.String(), " ", "") != plain {
		t.Fatalf("locator %s of %s", k.Locator(), k.String())
	}
	other := func(zero rune) string {
		return strings.Map(func(r rune) rune { return zero + r - '0' }, plain)
	}
	for name, s := range map[string]string{
		"printed": k.String(), "in one": plain, "hyphens": strings.ReplaceAll(k.String(), " ", "-"), "dots": strings.ReplaceAll(k.String(), " ", "."),
		"long dashes": strings.ReplaceAll(k.String(), " ", " – "), "no-break spaces": strings.ReplaceAll(k.String(), " ", "\u00a0"),
		"lines": "\r\n" + strings.ReplaceAll(k.String(), " ", "\r\n") + "\r\n", "marks of copied text": "\ufeff\u200e" + plain + "\u200f",
		"full width": other('０'), "Arabic": other('٠'), "Persian": other('۰'),
	} {
		if got, err := ParseKey(s); err != nil || got != k {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, tt := range map[string]struct {
		in   string
		want error
	}{
		"empty": {"", CountError{0, 24}}, "one less": {plain[1:], CountError{23, 24}}, "one more": {plain + "0", CountError{25, 24}},
		"letter": {plain[:23] + "O", ErrSymbol}, "not UTF-8": {plain[:23] + "\xff", ErrSymbol}, "devanagari": {plain[:23] + "५", ErrSymbol},
		"check": {plain[:23] + string('0'+(plain[23]-'0'+1)%10), ErrCheck}, "long": {strings.Repeat("7", 1<<16), CountError{1 << 16, 24}},
	} {
		if got, err := ParseKey(tt.in); err != tt.want || got != (Key{}) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestMistypedKey: one wrong digit and a swap of neighbours are found for certain.
func TestMistypedKey(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		k := keys().Draw(rt, "key")
		wrong, at := k, rapid.IntRange(0, keyDigits-1).Draw(rt, "at")
		wrong.digits[at] = (wrong.digits[at] + rapid.ByteRange(1, 9).Draw(rt, "by")) % 10
		if _, err := ParseKey(wrong.String()); !errors.Is(err, ErrCheck) {
			rt.Fatalf("a wrong digit: %v", err)
		}
		swapped := k
		at = rapid.IntRange(0, keyDigits-2).Draw(rt, "swap")
		swapped.digits[at], swapped.digits[at+1] = swapped.digits[at+1], swapped.digits[at]
		if _, err := ParseKey(swapped.String()); swapped != k && !errors.Is(err, ErrCheck) {
			rt.Fatalf("a swap: %v", err)
		}
	})
}

// TestLock: a mailbox opens with its key in its context, and not otherwise.
func TestLock(t *testing.T) {
	ctx := context.Background()
	mailbox := someKeys()[0]
	rapid.Check(t, func(rt *rapid.T) {
		k, c := keys().Draw(rt, "key"), contexts().Draw(rt, "context")
		lock := must(k.Lock(ctx, c, mailbox, cheap))
		p, err := k.Unlock(ctx, c, lock)
		if err != nil || p.Public().ID() != mailbox.Public().ID() {
			rt.Fatalf("its own key: %v", err)
		}
		for what, try := range map[string]func() (*Private, error){
			"another key": func() (*Private, error) { return NewKey().Unlock(ctx, c, lock) },
			"flipped":     func() (*Private, error) { return k.Unlock(ctx, c, flip(rt, lock)) },
			"cut": func() (*Private, error) {
				return k.Unlock(ctx, c, lock[:rapid.IntRange(0, len(lock)-1).Draw(rt, "cut")])
			},
			"another context": func() (*Private, error) {
				return k.Unlock(ctx, Context{c.Tenant, c.Case + "x", c.Purpose, c.Sequence}, lock)
			},
			"a decoy": func() (*Private, error) { return k.Unlock(ctx, c, must(Decoy(cheap))) },
		} {
			p, err := try()
			if p != nil {
				rt.Fatalf("%s opens", what)
			}
			refused(rt, what, nil, err)
		}
		if again := must(k.Lock(ctx, c, mailbox, cheap)); string(again) == string(lock) {
			rt.Fatal("the same salt twice")
		}
		if l, err := parseLock(kindMailbox, lock); err != nil || l.params != cheap {
			rt.Fatalf("the price is not told: %v %v", l.params, err)
		}
	})
}

// TestUnknownIsWrong: a locator without a case and a wrong key give one error after
// one derivation each. That they take the same time follows from the one path; it is
// not measured here, where others share the machine.
func TestUnknownIsWrong(t *testing.T) {
	ctx := context.Background()
	lock := must(NewKey().Lock(ctx, here, someKeys()[0], cheap))
	unknown := must(Decoy(cheap))
	if len(lock) != len(unknown) || len(lock) != lockBytes {
		t.Errorf("a lock has %d bytes, a decoy %d", len(lock), len(unknown))
	}
	_, wrong := NewKey().Unlock(ctx, here, lock)
	_, missing := NewKey().Unlock(ctx, here, unknown)
	if wrong != ErrOpen || missing != ErrOpen {
		t.Errorf("wrong %v, unknown %v", wrong, missing)
	}
}

// TestGate: two derivations at once, and who waits can go.
func TestGate(t *testing.T) {
	lock := must(NewKey().Lock(context.Background(), here, someKeys()[0], cheap))
	for range cap(gate) {
		gate <- struct{}{}
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		_, err := NewKey().Unlock(ctx, here, lock)
		done <- err
	}()
	select {
	case err := <-done:
		t.Fatalf("a third derivation did not wait: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("after leaving: %v", err)
	}
	for range cap(gate) {
		<-gate
	}
	if _, err := NewKey().Unlock(ctx, here, lock); !errors.Is(err, context.Canceled) {
		t.Errorf("with a free place, but gone before: %v", err)
	}
	if _, err := NewKey().Unlock(context.Background(), here, lock); err != ErrOpen {
		t.Errorf("afterwards: %v", err)
	}
	if len(gate) != 0 {
		t.Error("a place was not given back")
	}
}

func TestParams(t *testing.T) {
	for _, p := range []Params{{}, {7, 1, 1}, {64, 0, 1}, {64, 1, 0}, {64, 17, 1}, {64, 1, 5}, {maxMemory + 1, 1, 1}, {31, 1, 4}} {
		if _, err := NewKey().Lock(context.Background(), here, someKeys()[0], p); !errors.Is(err, ErrParams) {
			t.Errorf("%+v: %v", p, err)
		}
		if _, err := Decoy(p); !errors.Is(err, ErrParams) {
			t.Errorf("decoy of %+v: %v", p, err)
		}
	}
}

// TestMemory: however many people wait, derivations take the memory of two. A process
// of its own is asked, since other tests leave their memory behind.
func TestMemory(t *testing.T) {
	if os.Getenv("VAULT_MEMORY") == "" {
		if testing.Short() {
			t.Skip("a dozen derivations at the full price")
		}
		child := exec.Command(os.Args[0], "-test.run=^TestMemory$")
		child.Env = append(os.Environ(), "VAULT_MEMORY=1")
		if out, err := child.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	lock := must(Decoy(Default))
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			if _, err := NewKey().Unlock(context.Background(), here, lock); err != ErrOpen {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.Sys > 170<<20 {
		t.Errorf("%d MiB were taken from the system", m.Sys>>20)
	}
}
