package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"

	"declara/storage"
)

// These tests run transactions against each other. Each outcome must be one that
// some order of them, one after the other, gives.

func snapshot(t *testing.T, s storage.Store) {
	put(t, s, "a", "1", "b", "1")
	view(t, s, func(tx storage.Tx) error {
		if _, err := tx.Get(p + "a"); err != nil {
			return err
		}
		put(t, s, "b", "2", "c", "2")
		v, err := tx.Get(p + "b")
		if string(v) != "1" {
			t.Errorf("a view saw a later write: %q", v)
		}
		got, err2 := scan(tx, first, end)
		same(t, got, "a=1", "b=1")
		return errors.Join(err, err2)
	})
}

// counter has eight writers count up one number: each value is given once.
func counter(t *testing.T, s storage.Store) {
	const writers, each = 8, 25
	var mu sync.Mutex
	seen := map[int]int{}
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				var n int
				if err := s.Update(context.Background(), func(tx storage.Tx) error {
					v, err := tx.Get(p + "n")
					if err != nil && !errors.Is(err, storage.ErrNotFound) {
						return err
					}
					n, _ = strconv.Atoi(string(v))
					n++
					return tx.Put(p+"n", []byte(strconv.Itoa(n)))
				}); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				seen[n]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for n := 1; n <= writers*each; n++ {
		if seen[n] != 1 {
			t.Fatalf("number %d was given %d times", n, seen[n])
		}
	}
}

// writeSkew: two transactions each read both keys and clear one only while the
// other stands. One at least must stay.
func writeSkew(t *testing.T, s storage.Store) {
	for range 15 {
		put(t, s, "x", "on", "y", "on")
		var wg sync.WaitGroup
		for _, pair := range [][2]string{{"x", "y"}, {"y", "x"}} {
			wg.Go(func() {
				if err := s.Update(context.Background(), func(tx storage.Tx) error {
					other, err := tx.Get(p + pair[1])
					if err != nil || string(other) != "on" {
						return err
					}
					return tx.Put(p+pair[0], []byte("off"))
				}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := all(t, s, first, end); slices.Equal(got, []string{"x=off", "y=off"}) {
			t.Fatal("both were cleared")
		}
	}
}

// phantom: transactions that insert only while a range is empty insert once, and
// so do those that insert only while a key is absent.
func phantom(t *testing.T, s storage.Store) {
	for round := range 10 {
		prefix := fmt.Sprintf("%sp%02d/", p, round)
		var wg sync.WaitGroup
		for writer := range 4 {
			wg.Go(func() {
				if err := s.Update(context.Background(), func(tx storage.Tx) error {
					free := true
					if err := tx.Scan(prefix, prefix+"~", func(string, []byte) bool { free = false; return false }); err != nil || !free {
						return err
					}
					return tx.Put(prefix+strconv.Itoa(writer), nil)
				}); err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() {
				if err := s.Update(context.Background(), func(tx storage.Tx) error {
					unique := fmt.Sprintf("%sq%02d", p, round)
					if _, err := tx.Get(unique); !errors.Is(err, storage.ErrNotFound) {
						return err
					}
					return errors.Join(tx.Put(unique, nil), tx.Put(fmt.Sprintf("%sr%02d/%d", p, round, writer), nil))
				}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := all(t, s, prefix, prefix+"~"); len(got) != 1 {
			t.Fatalf("%d inserted where one may: %v", len(got), got)
		}
		if got := all(t, s, fmt.Sprintf("%sr%02d/", p, round), fmt.Sprintf("%sr%02d0", p, round)); len(got) != 1 {
			t.Fatalf("%d found an absent key: %v", len(got), got)
		}
	}
}

// oneFails: a transaction that fails among others that run at once takes none of
// them with it, and each is told its own outcome.
func oneFails(t *testing.T, s storage.Store) {
	const writers, rounds = 8, 6
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for r := range rounds {
				fails := (w+r)%4 == 0
				err := s.Update(context.Background(), func(tx storage.Tx) error {
					if err := tx.Put(fmt.Sprintf("%s%d/%d", p, w, r), nil); err != nil || !fails {
						return err
					}
					return fmt.Errorf("%w %d %d", errMine, w, r)
				})
				if want := fmt.Sprint(errMine, " ", w, " ", r); fails && (err == nil || err.Error() != want) || !fails && err != nil {
					t.Errorf("writer %d round %d: %v", w, r, err)
				}
			}
		})
	}
	wg.Wait()
	var want []string
	for w := range writers {
		for r := range rounds {
			if (w+r)%4 != 0 {
				want = append(want, fmt.Sprintf("%d/%d=", w, r))
			}
		}
	}
	same(t, all(t, s, first, end), want...)
}
