package storagetest

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"declara/storage"
)

// machine compares a store with a map, through transactions of random steps that
// end well or not.
type machine struct {
	s     storage.Store
	truth map[string]string
}

// step is one operation of a transaction.
type step struct {
	op        string
	key, to   string
	value     string
	stopAfter int
}

// names are keys that lie close together: prefixes of each other, on both sides of
// a separator, and beyond ASCII.
var names = []string{"a", "a-", "a/", "a/1", "a/1/x", "a/10", "a/2", "a0", "b", "b/1", "ñ", "ñ/1", "o", "😀"}

func steps(rt *rapid.T) []step {
	return rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) step {
		return step{
			op:        rapid.SampledFrom([]string{"put", "put", "delete", "get", "scan", "many"}).Draw(rt, "op"),
			key:       rapid.SampledFrom(names).Draw(rt, "key"),
			to:        rapid.SampledFrom(names).Draw(rt, "to"),
			value:     rapid.StringMatching(`[a-z]{0,6}`).Draw(rt, "value"),
			stopAfter: rapid.IntRange(1, 20).Draw(rt, "stop"),
		}
	}), 0, 10).Draw(rt, "steps")
}

// Update runs a transaction that writes.
func (m *machine) Update(rt *rapid.T) {
	todo, fails := steps(rt), rapid.Bool().Draw(rt, "fails")
	var now map[string]string
	err := m.s.Update(context.Background(), func(tx storage.Tx) error {
		now = maps.Clone(m.truth)
		for _, st := range todo {
			if err := st.apply(rt, tx, now, true); err != nil {
				return err
			}
		}
		if fails {
			return errMine
		}
		return nil
	})
	if fails != errors.Is(err, errMine) || !fails && err != nil {
		rt.Fatalf("update: %v", err)
	}
	if !fails {
		m.truth = now
	}
}

// View runs one that reads.
func (m *machine) View(rt *rapid.T) {
	todo := steps(rt)
	if err := m.s.View(context.Background(), func(tx storage.Tx) error {
		for _, st := range todo {
			if err := st.apply(rt, tx, m.truth, false); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		rt.Fatalf("view: %v", err)
	}
}

// Check compares everything.
func (m *machine) Check(rt *rapid.T) {
	if err := m.s.View(context.Background(), func(tx storage.Tx) error {
		got, err := scan(tx, first, end)
		if want := between(m.truth, "", "\U0010ffff", len(m.truth)); !slices.Equal(got, want) {
			rt.Fatalf("got %q, want %q", got, want)
		}
		return err
	}); err != nil {
		rt.Fatal(err)
	}
}

func (st step) apply(rt *rapid.T, tx storage.Tx, now map[string]string, write bool) error {
	at := p + st.key
	switch st.op {
	case "put":
		if !write {
			return nil
		}
		now[st.key] = st.value
		return tx.Put(at, []byte(st.value))
	case "delete":
		if !write {
			return nil
		}
		delete(now, st.key)
		return tx.Delete(at)
	case "get":
		got, err := tx.Get(at)
		want, there := now[st.key]
		if there != (err == nil) || string(got) != want {
			rt.Fatalf("get %q: %q %v, want %q %v", st.key, got, err, want, there)
		}
		if errors.Is(err, storage.ErrNotFound) {
			err = nil
		}
		return err
	case "scan":
		var got []string
		err := tx.Scan(at, p+st.to, func(k string, v []byte) bool {
			got = append(got, k[len(p):]+"="+string(v))
			return len(got) < st.stopAfter
		})
		if want := between(now, st.key, st.to, st.stopAfter); !slices.Equal(got, want) {
			rt.Fatalf("scan %q to %q: %q, want %q", st.key, st.to, got, want)
		}
		return err
	}
	m, ok := tx.(storage.ManyGetter)
	if !ok {
		return nil
	}
	keys := []string{at, p + st.to}
	return m.GetMany(keys, func(i int, v []byte) error {
		want, there := now[keys[i][len(p):]]
		if there != (v != nil) || string(v) != want {
			rt.Fatalf("many %q: %q, want %q %v", keys[i], v, want, there)
		}
		return nil
	})
}

// between is what a scan of the map gives.
func between(m map[string]string, from, to string, most int) []string {
	var out []string
	for _, k := range slices.SortedFunc(maps.Keys(m), func(a, b string) int { return bytes.Compare([]byte(a), []byte(b)) }) {
		if from <= k && k < to && len(out) < most {
			out = append(out, k+"="+m[k])
		}
	}
	return out
}

// model runs the machine, each time on a store that is empty again.
func model(t *testing.T, s storage.Store) {
	rapid.Check(t, func(rt *rapid.T) {
		if err := s.Update(context.Background(), func(tx storage.Tx) error {
			for _, k := range names {
				if err := tx.Delete(p + k); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			rt.Fatal(err)
		}
		m := &machine{s, map[string]string{}}
		rt.Repeat(rapid.StateMachineActions(m))
	})
}
