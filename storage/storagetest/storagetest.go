// Package storagetest is what every engine of storage must pass. Whoever writes a
// new engine calls Run:
//
//	func TestEngine(t *testing.T) {
//		storagetest.Run(t, func(t *testing.T) storagetest.Place {
//			path := filepath.Join(t.TempDir(), "test.db")
//			return func() (storage.Store, error) { return engine.Open(path) }
//		})
//	}
//
// The tests are of semantics, not of features: what is serializable, durable and
// in byte order on one engine is so on all of them, since the rules above the
// engines are written once and lean on it. An engine that has storage.Engine is
// checked whole after each test.
//
// Fault is for what stands above the engines: it fails the n-th operation of a
// transaction, and runs every function twice, as engines may.
package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"declara/storage"
)

// Place is where one store is kept: each call opens it, when no other call has it
// open. It is empty at first.
type Place func() (storage.Store, error)

// Run runs the suite. prepare makes an empty place and lets the test's cleanup
// remove it.
func Run(t *testing.T, prepare func(t *testing.T) Place) {
	for _, c := range []struct {
		name string
		test func(*testing.T, storage.Store)
	}{
		{"get put delete", crud},
		{"empty against absent", emptyValue},
		{"bytes are the caller's", stable},
		{"order of bytes", order},
		{"borders of a scan", borders},
		{"long scan", longScan},
		{"reads within a scan", readsInScan},
		{"many at once", many},
		{"values in place", walk},
		{"rollback", rollback},
		{"panic", panics},
		{"reads its own writes", ownWrites},
		{"keys", badKeys},
		{"one tenant", oneTenant},
		{"a view only reads", viewReads},
		{"a transaction ends", ends},
		{"a view is one snapshot", snapshot},
		{"counter without gaps", counter},
		{"write skew", writeSkew},
		{"phantom", phantom},
		{"one failure among many", oneFails},
		{"4 MB value", large},
		{"cancelled context", cancelled},
		{"model", model},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, opened(t, prepare(t))) })
	}
	t.Run("reopen", func(t *testing.T) { reopen(t, prepare(t)) })
}

// opened opens a store that is checked and closed when the test ends.
func opened(t *testing.T, at Place) storage.Store {
	t.Helper()
	s, err := at()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { finish(t, s) })
	return s
}

func finish(t *testing.T, s storage.Store) {
	t.Helper()
	if e, ok := s.(storage.Engine); ok {
		if err := e.Check(context.Background()); err != nil {
			t.Errorf("after the test: %v", err)
		}
	}
	if err := s.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// first and end are the borders of all that the suite writes.
const (
	p     = "t/1/"
	first = p
	end   = "t/10"
)

var errMine = errors.New("storagetest: the function's own error")

func update(t *testing.T, s storage.Store, fn func(storage.Tx) error) {
	t.Helper()
	if err := s.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func view(t *testing.T, s storage.Store, fn func(storage.Tx) error) {
	t.Helper()
	if err := s.View(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// put writes pairs of key and value, keys without the prefix.
func put(t *testing.T, s storage.Store, kv ...string) {
	t.Helper()
	update(t, s, func(tx storage.Tx) error {
		for i := 0; i < len(kv); i += 2 {
			if err := tx.Put(p+kv[i], []byte(kv[i+1])); err != nil {
				return err
			}
		}
		return nil
	})
}

// scan reads a range as "key=value" texts, keys without the prefix.
func scan(tx storage.Tx, from, to string) (got []string, err error) {
	err = tx.Scan(from, to, func(k string, v []byte) bool {
		got = append(got, k[len(p):]+"="+string(v))
		return true
	})
	return got, err
}

// all is scan in a view of its own.
func all(t *testing.T, s storage.Store, from, to string) (got []string) {
	t.Helper()
	view(t, s, func(tx storage.Tx) (err error) {
		got, err = scan(tx, from, to)
		return err
	})
	return got
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func crud(t *testing.T, s storage.Store) {
	same(t, all(t, s, first, end))
	put(t, s, "a", "1", "b", "2", "a", "3")
	same(t, all(t, s, first, end), "a=3", "b=2")
	update(t, s, func(tx storage.Tx) error {
		if _, err := tx.Get(p + "absent"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("absent: %v", err)
		}
		v, err := tx.Get(p + "a")
		if string(v) != "3" {
			t.Errorf("got %q", v)
		}
		return errors.Join(err, tx.Delete(p+"a"), tx.Delete(p+"absent"))
	})
	same(t, all(t, s, first, end), "b=2")
}

func emptyValue(t *testing.T, s storage.Store) {
	read := func(tx storage.Tx) error {
		for _, key := range []string{"empty", "nil"} {
			if v, err := tx.Get(p + key); err != nil || v == nil || len(v) != 0 {
				t.Errorf("%s: %#v %v", key, v, err)
			}
		}
		return tx.Scan(first, end, func(key string, v []byte) bool {
			if v == nil || len(v) != 0 {
				t.Errorf("scan of %s: %#v", key, v)
			}
			return true
		})
	}
	update(t, s, func(tx storage.Tx) error {
		if err := errors.Join(tx.Put(p+"empty", []byte{}), tx.Put(p+"nil", nil)); err != nil {
			return err
		}
		return read(tx)
	})
	view(t, s, read)
}

func stable(t *testing.T, s storage.Store) {
	put(t, s, "a", "first", "b", "second")
	in := []byte("third")
	var kept [][]byte
	update(t, s, func(tx storage.Tx) error {
		kept = nil
		v, err := tx.Get(p + "a")
		if err != nil {
			return err
		}
		kept = append(kept, v)
		v[0] = 'F' // must not reach the store
		if err := tx.Put(p+"c", in); err != nil {
			return err
		}
		in[0] = 'T' // nor must this
		own, err := tx.Get(p + "c")
		if err != nil {
			return err
		}
		own[1] = 'H' // nor this, which is a copy of what was written
		in[0] = 't'
		return tx.Scan(first, end, func(_ string, v []byte) bool {
			kept = append(kept, v)
			return true
		})
	})
	for n := range 50 {
		put(t, s, "a", fmt.Sprint("overwritten ", n), "b", fmt.Sprint("overwritten ", n))
	}
	if got := string(bytes.Join(kept, []byte(","))); got != "First,first,second,third" {
		t.Errorf("bytes of a transaction that is over changed: %q", got)
	}
	same(t, all(t, s, p+"c", end), "c=third")
}

func order(t *testing.T, s storage.Store) {
	keys := []string{"a", "a/", "a/b", "a0", "B", "b", "é", "e\u0301", "z", "ñ", "Ñ", "n", "o", "😀", "\uffff", "\x01", "a b", "a-b", "a.b", "a_b", "~"}
	for i, k := range keys {
		put(t, s, k, fmt.Sprint(i))
	}
	var want []string
	for i, k := range keys {
		want = append(want, fmt.Sprintf("%s=%d", k, i))
	}
	slices.SortFunc(want, func(a, b string) int { return bytes.Compare(key(a), key(b)) })
	same(t, all(t, s, first, end), want...)
}

// key is the key of a text that scan made.
func key(pair string) []byte {
	k, _, _ := bytes.Cut([]byte(pair), []byte("="))
	return k
}

func borders(t *testing.T, s storage.Store) {
	put(t, s, "a", "", "b", "", "b/1", "", "b/2", "", "b0", "", "c", "")
	same(t, all(t, s, p+"a", p+"c"), "a=", "b=", "b/1=", "b/2=", "b0=")
	same(t, all(t, s, p+"b/", p+"b0"), "b/1=", "b/2=")
	same(t, all(t, s, p+"b", p+"b"))
	same(t, all(t, s, p+"c", p+"a"))
	same(t, all(t, s, p+"aa", p+"bb"), "b=", "b/1=", "b/2=", "b0=")
	update(t, s, func(tx storage.Tx) error { // a neighbour, and keys of nobody
		return tx.Put("t/10/a", nil)
	})
	update(t, s, func(tx storage.Tx) error {
		return errors.Join(tx.Put("s", nil), tx.Put("t0", nil), tx.Put("u", nil))
	})
	same(t, all(t, s, first, end), "a=", "b=", "b/1=", "b/2=", "b0=", "c=")
	n := 0
	view(t, s, func(tx storage.Tx) error { // a view may see everything
		n = 0
		return tx.Scan("\x01", "\x7f", func(string, []byte) bool { n++; return true })
	})
	if n != 10 {
		t.Errorf("%d keys in all, want 10", n)
	}
}

// longScan reads more than any engine fetches at once, and stops at each length.
func longScan(t *testing.T, s storage.Store) {
	const keys = 1500
	update(t, s, func(tx storage.Tx) error {
		for n := range keys {
			if err := tx.Put(fmt.Sprintf("%sn/%04d", p, n), bytes.Repeat([]byte{'x'}, n%700)); err != nil {
				return err
			}
		}
		return nil
	})
	for _, stop := range []int{1, 2, 15, 16, 17, 31, 32, 33, 255, 256, 257, 1024, keys, keys + 1} {
		n := 0
		view(t, s, func(tx storage.Tx) error {
			n = 0
			return tx.Scan(first, end, func(key string, v []byte) bool {
				if want := fmt.Sprintf("%sn/%04d", p, n); key != want || len(v) != n%700 {
					t.Errorf("%s with %d bytes where %s should be", key, len(v), want)
				}
				n++
				return n < stop
			})
		})
		if n != min(stop, keys) {
			t.Errorf("stopped at %d: read %d", stop, n)
		}
	}
}

func readsInScan(t *testing.T, s storage.Store) {
	put(t, s, "a", "x", "b", "y", "x", "1", "y", "2")
	for name, run := range map[string]func(context.Context, func(storage.Tx) error) error{"view": s.View, "update": s.Update} {
		var got []string
		if err := run(t.Context(), func(tx storage.Tx) error {
			got = nil
			return tx.Scan(p+"a", p+"c", func(_ string, v []byte) bool {
				w, err := tx.Get(p + string(v))
				if err != nil {
					t.Error(err)
				}
				inner, err := scan(tx, p+"x", p+"z")
				if err != nil {
					t.Error(err)
				}
				got = append(got, fmt.Sprint(string(w), len(inner)))
				if err := tx.Put(p+"z", nil); !errors.Is(err, storage.ErrReadOnly) {
					t.Errorf("%s: writing within a scan: %v", name, err)
				}
				return true
			})
		}); err != nil {
			t.Fatal(err)
		}
		same(t, got, "12", "22")
	}
}

// many compares GetMany, where there is one, with Get.
func many(t *testing.T, s storage.Store) {
	put(t, s, "a", "1", "b", "", "c", "3")
	keys := []string{p + "c", p + "absent", p + "a", "", p + "b", p + "a", "\x00"}
	for _, run := range []func(context.Context, func(storage.Tx) error) error{s.View, s.Update} {
		if err := run(t.Context(), func(tx storage.Tx) error {
			m, ok := tx.(storage.ManyGetter)
			if !ok {
				t.Skip("the engine has no GetMany")
			}
			var got []string
			if err := m.GetMany(keys, func(i int, v []byte) error {
				got = append(got, fmt.Sprint(i, v != nil, string(v)))
				return nil
			}); err != nil {
				return err
			}
			same(t, got, "0 true3", "1 false", "2 true1", "3 false", "4 true", "5 true1", "6 false")
			if err := m.GetMany(keys, func(i int, _ []byte) error { return errMine }); !errors.Is(err, errMine) {
				t.Errorf("error of the function: %v", err)
			}
			return m.GetMany(nil, func(int, []byte) error { return errMine })
		}); err != nil {
			t.Fatal(err)
		}
	}
	update(t, s, func(tx storage.Tx) error { // what the transaction wrote, too
		m := tx.(storage.ManyGetter)
		if err := errors.Join(tx.Put(p+"a", []byte("9")), tx.Delete(p+"c")); err != nil {
			return err
		}
		return m.GetMany([]string{p + "a", p + "c"}, func(i int, v []byte) error {
			if want := []string{"9", ""}[i]; string(v) != want || (v == nil) != (i == 1) {
				t.Errorf("key %d after a write: %q", i, v)
			}
			return nil
		})
	})
}

// walk compares Walk, where there is one, with Scan.
func walk(t *testing.T, s storage.Store) {
	put(t, s, "a", "1", "b", "", "c", "3", "d", "4")
	for name, run := range map[string]func(context.Context, func(storage.Tx) error) error{"view": s.View, "update": s.Update} {
		if err := run(t.Context(), func(tx storage.Tx) error {
			w, ok := tx.(storage.Walker)
			if !ok {
				t.Skip("the engine has no Walk")
			}
			for _, stop := range []int{1, 3, 9} {
				var want, got []string
				take := func(to *[]string) func(string, []byte) bool {
					return func(key string, v []byte) bool {
						*to = append(*to, key+"="+string(v))
						if err := tx.Put(p+"z", nil); !errors.Is(err, storage.ErrReadOnly) {
							t.Errorf("%s: writing within it: %v", name, err)
						}
						return len(*to) < stop
					}
				}
				if err := errors.Join(tx.Scan(p+"a", p+"d", take(&want)), w.Walk(p+"a", p+"d", take(&got))); err != nil {
					return err
				}
				same(t, got, want...)
			}
			if err := w.Walk("", end, nil); !errors.Is(err, storage.ErrKey) {
				t.Errorf("%s: no key: %v", name, err)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	var kept storage.Walker
	update(t, s, func(tx storage.Tx) error { // what the transaction wrote, too
		kept = tx.(storage.Walker)
		if err := errors.Join(tx.Put(p+"a", []byte("9")), tx.Delete(p+"b")); err != nil {
			return err
		}
		var got []string
		err := kept.Walk(first, end, func(key string, v []byte) bool { got = append(got, key[len(p):]+"="+string(v)); return true })
		same(t, got, "a=9", "c=3", "d=4")
		return err
	})
	if err := kept.Walk(first, end, nil); !errors.Is(err, storage.ErrDone) {
		t.Errorf("after the transaction: %v", err)
	}
	if err := s.Update(t.Context(), func(tx storage.Tx) error {
		return errors.Join(tx.Put(p+"a", nil), tx.(storage.Walker).Walk("t/1/", "t/2/a", nil))
	}); !errors.Is(err, storage.ErrTenant) {
		t.Errorf("of two tenants: %v", err)
	}
}

func rollback(t *testing.T, s storage.Store) {
	put(t, s, "a", "1", "b", "1")
	err := s.Update(t.Context(), func(tx storage.Tx) error {
		return errors.Join(tx.Put(p+"a", []byte("2")), tx.Delete(p+"b"), tx.Put(p+"c", []byte("2")), errMine)
	})
	if !errors.Is(err, errMine) {
		t.Fatalf("got %v", err)
	}
	same(t, all(t, s, first, end), "a=1", "b=1")
}

// panics: a function that panics keeps nothing, and the store goes on.
func panics(t *testing.T, s storage.Store) {
	put(t, s, "a", "1")
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		s.Update(t.Context(), func(tx storage.Tx) error {
			if err := tx.Put(p+"a", []byte("2")); err != nil {
				t.Error(err)
			}
			panic("storagetest")
		})
	}()
	same(t, all(t, s, first, end), "a=1")
	put(t, s, "a", "3")
	same(t, all(t, s, first, end), "a=3")
}

func ownWrites(t *testing.T, s storage.Store) {
	put(t, s, "a", "1", "b", "1")
	update(t, s, func(tx storage.Tx) error {
		if err := errors.Join(tx.Put(p+"a", []byte("2")), tx.Delete(p+"b"), tx.Put(p+"c", []byte("3"))); err != nil {
			return err
		}
		if _, err := tx.Get(p + "b"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("deleted key: %v", err)
		}
		if v, err := tx.Get(p + "c"); err != nil || string(v) != "3" {
			t.Errorf("new key: %q %v", v, err)
		}
		got, err := scan(tx, first, end)
		if err != nil {
			return err
		}
		same(t, got, "a=2", "c=3")
		if err := errors.Join(tx.Put(p+"b", []byte("4")), tx.Delete(p+"c"), tx.Delete(p+"a")); err != nil {
			return err
		}
		got, err = scan(tx, first, end)
		same(t, got, "b=4")
		return err
	})
	same(t, all(t, s, first, end), "b=4")
}

func badKeys(t *testing.T, s storage.Store) {
	long := p + string(bytes.Repeat([]byte{'k'}, storage.MaxKey))
	for name, key := range map[string]string{"empty": "", "NUL": p + "a\x00b", "too long": long, "not UTF-8": p + "\xff"} {
		for what, do := range map[string]func(storage.Tx) error{
			"get":       func(tx storage.Tx) error { _, err := tx.Get(key); return err },
			"put":       func(tx storage.Tx) error { return tx.Put(key, nil) },
			"delete":    func(tx storage.Tx) error { return tx.Delete(key) },
			"scan from": func(tx storage.Tx) error { return tx.Scan(key, end, func(string, []byte) bool { return true }) },
			"scan to":   func(tx storage.Tx) error { return tx.Scan(first, key, func(string, []byte) bool { return true }) },
		} {
			if err := s.Update(t.Context(), do); !errors.Is(err, storage.ErrKey) {
				t.Errorf("%s with a key that is %s: %v", what, name, err)
			}
		}
	}
	put(t, s, long[len(p):storage.MaxKey], "longest")
	same(t, all(t, s, first, end), long[len(p):storage.MaxKey]+"=longest")
}

// oneTenant: an update touches the keys of one tenant.
func oneTenant(t *testing.T, s storage.Store) {
	none := func(string, []byte) bool { return true }
	for name, do := range map[string]func(storage.Tx) error{
		"get":               func(tx storage.Tx) error { _, err := tx.Get("t/2/a"); return err },
		"put":               func(tx storage.Tx) error { return tx.Put("t/2/a", nil) },
		"delete":            func(tx storage.Tx) error { return tx.Delete("t/2/a") },
		"scan":              func(tx storage.Tx) error { return tx.Scan("t/2/", "t/20", none) },
		"scan of several":   func(tx storage.Tx) error { return tx.Scan("t/1/", "t/2/a", none) },
		"a key of nobody":   func(tx storage.Tx) error { return tx.Put("m", nil) },
		"scan from nobody":  func(tx storage.Tx) error { return tx.Scan("a", "z", none) },
		"a longer name":     func(tx storage.Tx) error { return tx.Put("t/11/a", nil) },
		"the tenant's name": func(tx storage.Tx) error { return tx.Put("t/1", nil) },
	} {
		err := s.Update(t.Context(), func(tx storage.Tx) error {
			if err := tx.Put(p+"a", []byte(name)); err != nil {
				return err
			}
			err := do(tx)
			if errors.Is(err, storage.ErrNotFound) {
				t.Errorf("%s: the key was looked up", name)
			}
			return err
		})
		if !errors.Is(err, storage.ErrTenant) {
			t.Errorf("%s: %v", name, err)
		}
	}
	same(t, all(t, s, first, end))
	update(t, s, func(tx storage.Tx) error { return tx.Put("t/2/a", nil) })
	update(t, s, func(tx storage.Tx) error { return tx.Put("m", nil) })
}

func viewReads(t *testing.T, s storage.Store) {
	for _, do := range []func(storage.Tx) error{
		func(tx storage.Tx) error { return tx.Put(p+"a", nil) },
		func(tx storage.Tx) error { return tx.Delete(p + "a") },
	} {
		if err := s.View(t.Context(), do); !errors.Is(err, storage.ErrReadOnly) {
			t.Errorf("got %v", err)
		}
	}
	same(t, all(t, s, first, end))
}

// ends: what is kept of a transaction that is over does nothing.
func ends(t *testing.T, s storage.Store) {
	for _, run := range []func(context.Context, func(storage.Tx) error) error{s.View, s.Update} {
		var kept storage.Tx
		if err := run(t.Context(), func(tx storage.Tx) error {
			kept = tx
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		_, err := kept.Get(p + "a")
		for what, err := range map[string]error{
			"get": err, "put": kept.Put(p+"a", nil), "delete": kept.Delete(p + "a"),
			"scan": kept.Scan(first, end, func(string, []byte) bool { return true }),
		} {
			if !errors.Is(err, storage.ErrDone) {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
	same(t, all(t, s, first, end))
}

func large(t *testing.T, s storage.Store) {
	v := bytes.Repeat([]byte("0123456789abcdef"), 4<<20/16)
	put(t, s, "a", "before", "large", string(v), "z", "after")
	view(t, s, func(tx storage.Tx) error {
		got, err := tx.Get(p + "large")
		if !bytes.Equal(got, v) {
			t.Errorf("got %d bytes back", len(got))
		}
		return err
	})
	if got := all(t, s, first, end); len(got) != 3 || len(got[1]) != len("large=")+len(v) {
		t.Errorf("%d keys in a scan over it", len(got))
	}
	update(t, s, func(tx storage.Tx) error { return tx.Delete(p + "large") })
	same(t, all(t, s, first, end), "a=before", "z=after")
}

func cancelled(t *testing.T, s storage.Store) {
	put(t, s, "a", "1", "b", "1")
	over, cancel := context.WithCancel(t.Context())
	cancel()
	ran := false
	run := func(tx storage.Tx) error { ran = true; return nil }
	for name, do := range map[string]func(context.Context, func(storage.Tx) error) error{"update": s.Update, "view": s.View} {
		if err := do(over, run); !errors.Is(err, context.Canceled) || ran {
			t.Errorf("%s that was cancelled before: %v, ran %v", name, err, ran)
		}
	}
	for name, do := range map[string]func(context.Context, func(storage.Tx) error) error{"update": s.Update, "view": s.View} {
		ctx, cancel := context.WithCancel(t.Context())
		if err := do(ctx, func(tx storage.Tx) error {
			if name == "update" {
				if err := tx.Put(p+"a", []byte("2")); err != nil {
					return err
				}
			}
			cancel()
			n := 0
			err := tx.Scan(first, end, func(string, []byte) bool { n++; return true })
			if err == nil {
				t.Errorf("%s: a scan went on after its context was cancelled: %d keys", name, n)
			}
			return nil // a function that hides the error
		}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s that was cancelled within: %v", name, err)
		}
	}
	same(t, all(t, s, first, end), "a=1", "b=1")
}

// reopen: what was kept is there after closing, and what was not is not.
func reopen(t *testing.T, at Place) {
	for n := range 4 {
		s, err := at()
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for i := range n {
			want = append(want, fmt.Sprintf("%d=%d", i, i))
		}
		same(t, all(t, s, first, end), want...)
		put(t, s, fmt.Sprint(n), fmt.Sprint(n))
		if err := s.Update(t.Context(), func(tx storage.Tx) error {
			return errors.Join(tx.Put(p+"lost", nil), errMine)
		}); !errors.Is(err, errMine) {
			t.Error(err)
		}
		finish(t, s)
		if err := s.View(t.Context(), func(storage.Tx) error { return nil }); err == nil {
			t.Error("a store that was closed was read")
		}
	}
}
