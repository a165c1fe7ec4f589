package bolt_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"declara/storage"
	"declara/storage/bolt"
)

// hold keeps the writer busy until release is closed; those who come meanwhile
// share a commit.
func hold(t *testing.T, s *bolt.Store) (release chan struct{}, done *sync.WaitGroup) {
	t.Helper()
	release, begun := make(chan struct{}), make(chan struct{})
	done = &sync.WaitGroup{}
	done.Go(func() {
		var once sync.Once
		if err := s.Update(context.Background(), func(tx storage.Tx) error {
			once.Do(func() { close(begun) })
			<-release
			return tx.Put("t/1/held", nil)
		}); err != nil {
			t.Error(err)
		}
	})
	<-begun
	return release, done
}

// TestWaitingIsCancelled: whoever gives up in the queue is told at once, and nothing
// of hers runs.
func TestWaitingIsCancelled(t *testing.T) {
	s, _ := opened(t)
	release, done := hold(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	ran := false
	err := s.Update(ctx, func(tx storage.Tx) error { ran = true; return tx.Put("t/1/late", nil) })
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	close(release)
	done.Wait()
	if ran || count(t, s) != 1 {
		t.Errorf("ran %v, %d keys", ran, count(t, s))
	}
}

// TestSharedCommit has ten wait behind one, some of which fail, panic or give up
// while they run: each has her own outcome, and the others theirs.
func TestSharedCommit(t *testing.T) {
	s, _ := opened(t)
	release, done := hold(t, s)
	mine := errors.New("mine")
	var runs atomic.Int64
	results := make([]string, 10)
	var queued sync.WaitGroup
	for i := range results {
		queued.Add(1)
		done.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					results[i] = fmt.Sprint("panic ", p)
				}
			}()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			queued.Done()
			err := s.Update(ctx, func(tx storage.Tx) error {
				runs.Add(1)
				if err := tx.Put(fmt.Sprintf("t/1/%d", i), nil); err != nil {
					return err
				}
				switch i {
				case 3:
					return mine
				case 5:
					panic("five")
				case 7:
					cancel()
				}
				return nil
			})
			results[i] = fmt.Sprint(err)
		})
	}
	queued.Wait()
	time.Sleep(50 * time.Millisecond) // all are in the queue now
	close(release)
	done.Wait()
	for i, got := range results {
		want := map[int]string{3: "mine", 5: "panic five", 7: "context canceled"}[i]
		if want == "" {
			want = "<nil>"
		}
		if got != want {
			t.Errorf("writer %d: %s, want %s", i, got, want)
		}
	}
	if n := count(t, s); n != 8 {
		t.Errorf("%d keys, want those of 7 writers and the first", n)
	}
	put(t, s, "t/1/after", nil)
}

// TestGoexit: a function that ends its goroutine, as t.FailNow does, leaves nobody
// waiting.
func TestGoexit(t *testing.T) {
	s, _ := opened(t)
	release, done := hold(t, s)
	for i := range 6 {
		done.Go(func() {
			err := s.Update(t.Context(), func(tx storage.Tx) error {
				if i == 2 {
					runtime.Goexit()
				}
				return tx.Put(fmt.Sprintf("t/1/%d", i), nil)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	time.Sleep(50 * time.Millisecond)
	close(release)
	done.Wait()
	if n := count(t, s); n < 5 || n > 6 { // it may have ended the one who led, too
		t.Errorf("%d keys", n)
	}
	put(t, s, "t/1/after", nil)
}

// TestAnyOutcome runs random sets of writers, of whom some fail, panic or are
// cancelled, and compares what is kept with what each was told.
func TestAnyOutcome(t *testing.T) {
	path := filepath.Join(t.TempDir(), "declara.db")
	s, err := bolt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		ends := rapid.SliceOfN(rapid.SampledFrom([]string{"well", "well", "well", "fails", "panics", "cancels", "gives up"}), 1, 12).Draw(rt, "ends")
		kept := make([]atomic.Bool, len(ends))
		var wg sync.WaitGroup
		for i, how := range ends {
			wg.Go(func() {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				if how == "gives up" {
					go cancel() // at any time: before, in the queue, within, or after
				}
				defer func() {
					if p := recover(); p != nil && how != "panics" {
						t.Error(p)
					}
				}()
				err := s.Update(ctx, func(tx storage.Tx) error {
					if err := tx.Put(fmt.Sprintf("t/1/%d/%d", round, i), nil); err != nil {
						return err
					}
					switch how {
					case "fails":
						return errors.New("mine")
					case "panics":
						panic("mine")
					case "cancels":
						cancel()
					}
					return nil
				})
				if (how == "fails" || how == "cancels") && err == nil || how == "well" && err != nil {
					t.Errorf("%s: %v", how, err)
				}
				kept[i].Store(err == nil)
			})
		}
		wg.Wait()
		if err := s.View(context.Background(), func(tx storage.Tx) error {
			for i := range ends {
				_, err := tx.Get(fmt.Sprintf("t/1/%d/%d", round, i))
				if there := err == nil; there != kept[i].Load() {
					rt.Errorf("writer %d (%s) was told %v and is there: %v", i, ends[i], kept[i].Load(), there)
				}
			}
			return nil
		}); err != nil {
			rt.Fatal(err)
		}
	})
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}
