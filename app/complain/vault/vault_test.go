package vault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// cheap is a price that tests can pay often.
var cheap = Params{Memory: 64, Time: 1, Threads: 1}

// here is a context like any other.
var here = Context{Tenant: "1", Case: "c1", Purpose: "facts"}

// someKeys are drawn once: what is tested is not the drawing.
var someKeys = sync.OnceValue(func() []*Private {
	keys := make([]*Private, 8)
	for i := range keys {
		keys[i] = must(NewPair())
	}
	return keys
})

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// refused fails unless err is of this package and nothing came with it.
func refused(t interface{ Fatalf(string, ...any) }, what string, got []byte, err error) {
	if h, ok := t.(interface{ Helper() }); ok {
		h.Helper()
	}
	var e Error
	if !errors.As(err, &e) {
		t.Fatalf("%s: error %v", what, err)
	}
	if got != nil {
		t.Fatalf("%s: %d bytes beside the error", what, len(got))
	}
}

func contexts() *rapid.Generator[Context] {
	word := rapid.StringMatching(`[a-z0-9|:/]{1,6}`)
	return rapid.Custom(func(t *rapid.T) Context {
		return Context{word.Draw(t, "tenant"), word.Draw(t, "case"), word.Draw(t, "purpose"), rapid.Uint64Max(3).Draw(t, "sequence")}
	})
}

// flip turns one bit of a copy.
func flip(t *rapid.T, b []byte) []byte {
	bit := rapid.IntRange(0, len(b)*8-1).Draw(t, "bit")
	out := bytes.Clone(b)
	out[bit/8] ^= 1 << (bit % 8)
	return out
}

// TestHidden: a secret that is printed, logged or encoded by mistake does not come out.
func TestHidden(t *testing.T) {
	key, secret, code := NewKey(), NewSecret(), newRecoveryCode()
	holder := must(NewHolderKey())
	for name, v := range map[string]any{
		"key": key, "key's address": &key, "secret": secret, "code": code, "private": holder.private, "holder": holder,
		"recovery": Recovery{escrow: holder.private},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if got := fmt.Sprintf(verb, v); got != "[hidden]" {
				t.Errorf("%s with %s is %q", name, verb, got)
			}
		}
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
		if !strings.Contains(log.String(), `"v":"[hidden]"`) {
			t.Errorf("%s in a log: %s", name, log.String())
		}
		if b, err := json.Marshal(map[string]any{"v": v}); !errors.Is(err, ErrHidden) {
			t.Errorf("%s as JSON: %s, %v", name, b, err)
		}
	}
}

// TestSecret: what is sealed under a secret opens with it, in its context, and in no
// other way.
func TestSecret(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, c := NewSecret(), contexts().Draw(rt, "context")
		text := rapid.SliceOfN(rapid.Byte(), 0, 5000).Draw(rt, "text")
		sealed := must(s.Seal(c, text))
		if got, err := must(ParseSecret(s.Bytes())).Open(c, sealed); err != nil || !bytes.Equal(got, text) {
			rt.Fatalf("got %d bytes, %v", len(got), err)
		}
		if other := contexts().Draw(rt, "other"); other != c {
			got, err := s.Open(other, sealed)
			refused(rt, "elsewhere", got, err)
		}
		got, err := s.Open(c, flip(rt, sealed))
		refused(rt, "flipped", got, err)
		got, err = NewSecret().Open(c, sealed)
		refused(rt, "another secret", got, err)

		p := someKeys()[0]
		kept := must(s.SealPrivate(c, p))
		if again, err := s.OpenPrivate(c, kept); err != nil || again.Public().ID() != p.Public().ID() {
			rt.Fatalf("the key of a session: %v", err)
		}
		got, err = s.Open(c, kept)
		refused(rt, "a key as text", got, err)
		if again, err := s.OpenPrivate(c, sealed); err == nil {
			rt.Fatalf("a text as a key: %v", again)
		}
	})
	if _, err := ParseSecret(make([]byte, 31)); !errors.Is(err, ErrFormat) {
		t.Errorf("a short secret: %v", err)
	}
}

// TestNoWayOut holds Private to what the package comment lists: a method that gave its
// bytes away would be a way around Recipients. Whoever adds one decides that.
func TestNoWayOut(t *testing.T) {
	for v, want := range map[any]string{
		&Private{}:   "Format LogValue MarshalText Public Unwrap Wipe",
		&HolderKey{}: "Format LogValue MarshalText Paper Public Wipe",
		&Recovery{}:  "Format LogValue MarshalText Open Wipe",
	} {
		typ := reflect.TypeOf(v)
		var got []string
		for i := range typ.NumMethod() {
			got = append(got, typ.Method(i).Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%v has the methods %v", typ, got)
		}
		for f := range typ.Elem().Fields() {
			if f.IsExported() {
				t.Errorf("%v shows %s", typ, f.Name)
			}
		}
	}
}

// TestWiped: a private key that was wiped does nothing any more.
func TestWiped(t *testing.T) {
	p := must(NewPair())
	seed := p.seed
	envelope := must(SealTo(p.Public(), here, []byte("x")))
	p.Wipe()
	if !zero(seed) {
		t.Error("the seed is still there")
	}
	got, err := Open(p, here, envelope)
	refused(t, "Open", got, err)
	got, err = NewSecret().SealPrivate(here, p)
	refused(t, "SealPrivate", got, err)
	HolderKey{}.Wipe() // what a refused paper gives
	if _, err := (HolderKey{}).Paper(); !errors.Is(err, ErrOpen) {
		t.Errorf("paper of no key: %v", err)
	}
}

// TestAtOnce: keys are shared by requests that run at the same time.
func TestAtOnce(t *testing.T) {
	p, next := someKeys()[0], someKeys()[1]
	r := must(NewRecipients([]Person{{"ana", p.Public()}, {"beto", next.Public()}}, nil, nil))
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			c := Context{"1", fmt.Sprint("c", i), "facts", 0}
			pair := must(NewPair())
			w := must(r.Wrap(pair, c))
			key := must(p.Unwrap(c, w.People[0].Sealed, pair.Public()))
			if text, err := Open(key, c, must(SealTo(pair.Public(), c, []byte(c.Case)))); err != nil || string(text) != c.Case {
				t.Errorf("%q, %v", text, err)
			}
			key.Wipe()
		})
	}
	all.Wait()
}
