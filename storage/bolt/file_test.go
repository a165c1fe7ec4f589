package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"declara/storage"
	"declara/storage/bolt"
)

// opened is a store on a new file, checked and closed when the test ends.
func opened(t *testing.T) (*bolt.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "declara.db")
	s, err := bolt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Check(context.Background()); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, path
}

func put(t *testing.T, s storage.Store, key string, value []byte) {
	t.Helper()
	if err := s.Update(context.Background(), func(tx storage.Tx) error { return tx.Put(key, value) }); err != nil {
		t.Fatal(err)
	}
}

// count tells how many keys a store has.
func count(t *testing.T, s storage.Store) (n int) {
	t.Helper()
	if err := s.View(context.Background(), func(tx storage.Tx) error {
		n = 0
		return tx.Scan("t/", "t0", func(string, []byte) bool { n++; return true })
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// lone fails unless path is the only file of its folder.
func lone(t *testing.T, path string) {
	t.Helper()
	there, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(there) != 1 || there[0].Name() != filepath.Base(path) {
		t.Errorf("in the folder: %v", there)
	}
}

func TestNewFile(t *testing.T) {
	_, path := opened(t)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	lone(t, path)
}

func TestInUse(t *testing.T) {
	_, path := opened(t)
	begun := time.Now()
	_, err := bolt.Open(path)
	if err == nil || !strings.Contains(err.Error(), "in use") || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
	if d := time.Since(begun); d > 10*time.Second {
		t.Errorf("it took %v to say so", d)
	}
}

// TestOpenAtOnce: of several that begin on a new path, one gets it, and the file is
// a whole one.
func TestOpenAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "declara.db")
	var wg sync.WaitGroup
	var mu sync.Mutex
	var got []*bolt.Store
	for range 6 {
		wg.Go(func() {
			if s, err := bolt.Open(path); err == nil {
				mu.Lock()
				got = append(got, s)
				mu.Unlock()
			} else if !strings.Contains(err.Error(), "in use") {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(got) != 1 {
		t.Fatalf("%d have it", len(got))
	}
	put(t, got[0], "t/1/a", nil)
	if err := errors.Join(got[0].Check(t.Context()), got[0].Close()); err != nil {
		t.Error(err)
	}
	lone(t, path)
}

func TestNotAStore(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string][]byte{
		"text": []byte("this is no store"), "zeros": make([]byte, 64<<10), "empty": nil,
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if s, err := bolt.Open(path); err == nil {
			s.Close()
			t.Errorf("%s: opened", name)
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, content) {
			t.Errorf("%s: the file was changed", name)
		}
	}
	if _, err := bolt.Open(filepath.Join(dir, "absent", "declara.db")); err == nil {
		t.Error("opened in a folder that is not there")
	}
}

// TestSlowReader holds a reader while the file grows: neither writers nor new
// readers wait for it.
func TestSlowReader(t *testing.T) {
	s, _ := opened(t)
	put(t, s, "t/1/first", nil)
	held, release, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- s.View(context.Background(), func(tx storage.Tx) error {
			_, err := tx.Get("t/1/first")
			close(held)
			<-release
			return err
		})
	}()
	<-held
	value := make([]byte, 1<<20)
	others := make(chan error, 1)
	go func() {
		var err error
		for n := 0; n < 40 && err == nil; n++ {
			err = errors.Join(
				s.Update(context.Background(), func(tx storage.Tx) error { return tx.Put(fmt.Sprintf("t/1/%d", n), value) }),
				s.View(context.Background(), func(tx storage.Tx) error { _, err := tx.Get("t/1/first"); return err }))
		}
		others <- err
	}()
	select {
	case err := <-others:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("others wait for a reader")
	}
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestBackup copies while four writers write: each copy is one moment of the store,
// in which every transaction is whole.
func TestBackup(t *testing.T) {
	s, _ := opened(t)
	const pair = 64 // keys of a transaction, which are there all or none
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				if err := s.Update(context.Background(), func(tx storage.Tx) error {
					for i := range pair {
						if err := tx.Put(fmt.Sprintf("t/1/%d/%06d/%d", w, n, i), bytes.Repeat([]byte{byte(n)}, 200)); err != nil {
							return err
						}
					}
					return nil
				}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	dir := t.TempDir()
	before := 0
	for n := range 4 {
		time.Sleep(20 * time.Millisecond)
		path := filepath.Join(dir, fmt.Sprint(n), "copy.db")
		if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := s.Backup(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		lone(t, path)
		c, err := bolt.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		keys := count(t, c)
		if keys%pair != 0 || keys < before {
			t.Errorf("copy %d has %d keys after %d", n, keys, before)
		}
		before = keys
		if err := errors.Join(c.Check(t.Context()), c.Close()); err != nil {
			t.Error(err)
		}
	}
	close(stop)
	wg.Wait()
	if before == 0 {
		t.Error("nothing was written beside the copies")
	}
}

// TestReplacesNothing: a backup does not touch a file that is there, and what fails leaves
// nothing behind.
func TestReplacesNothing(t *testing.T) {
	s, _ := opened(t)
	put(t, s, "t/1/a", []byte("1"))
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	put(t, s, "t/1/b", []byte("2"))
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), path); !errors.Is(err, os.ErrExist) {
		t.Errorf("backup over a file: %v", err)
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, was) {
		t.Error("the file changed")
	}
	lone(t, path)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	stopped := filepath.Join(t.TempDir(), "copy.db")
	if err := s.Backup(over, stopped); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled backup: %v", err)
	}
	if there, err := os.ReadDir(filepath.Dir(stopped)); err != nil || len(there) != 0 {
		t.Errorf("left behind: %v %v", there, err)
	}
}

func TestCompact(t *testing.T) {
	path := filepath.Join(t.TempDir(), "declara.db")
	s, err := bolt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	const values = 60
	for n := range values {
		put(t, s, fmt.Sprintf("t/1/%02d", n), make([]byte, 1<<20))
	}
	for n := range values - 1 {
		if err := s.Update(t.Context(), func(tx storage.Tx) error { return tx.Delete(fmt.Sprintf("t/1/%02d", n)) }); err != nil {
			t.Fatal(err)
		}
	}
	size := func() int64 {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	before := size()
	if err := os.WriteFile(path+".compact", []byte("left by one that was interrupted"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Compact(t.Context()), s.Close()); err != nil {
		t.Fatal(err)
	}
	lone(t, path)
	if after := size(); after > before/2 {
		t.Errorf("%d bytes became %d", before, after)
	}
	s, err = bolt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if n := count(t, s); n != 1 {
		t.Errorf("%d keys", n)
	}
	put(t, s, "t/1/new", nil)
}

// TestCompactOpen compacts a store that others read and write: nothing that was kept is
// lost, and of what was deleted or replaced not a byte is left in the folder.
func TestCompactOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "declara.db")
	if err := os.WriteFile(path+".compact.123.part", []byte("MARKER"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := bolt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for n := range 200 {
		put(t, s, fmt.Sprintf("t/1/x%03d", n), bytes.Repeat([]byte("MARKER"), 1000))
	}
	for n := range 200 {
		key := fmt.Sprintf("t/1/x%03d", n)
		if n%2 == 0 {
			put(t, s, key, []byte("replaced"))
		} else if err := s.Update(t.Context(), func(tx storage.Tx) error { return tx.Delete(key) }); err != nil {
			t.Fatal(err)
		}
	}
	if left := marked(t, dir); left == 0 {
		t.Fatal("bbolt wiped what was deleted: this test proves nothing any more")
	}
	const writers, each = 8, 40
	var work sync.WaitGroup
	for w := range writers {
		work.Go(func() {
			for n := range each {
				key := fmt.Sprintf("t/1/w%d-%03d", w, n)
				if err := s.Update(t.Context(), func(tx storage.Tx) error { return tx.Put(key, []byte{1}) }); err != nil {
					t.Error(err)
				}
				if err := s.View(t.Context(), func(tx storage.Tx) error { _, err := tx.Get(key); return err }); err != nil {
					t.Errorf("%s: %v", key, err)
				}
			}
		})
	}
	for range 3 {
		if err := s.Compact(t.Context()); err != nil {
			t.Error(err)
		}
	}
	work.Wait()
	if n := count(t, s); n != 100+writers*each {
		t.Errorf("%d keys of %d", n, 100+writers*each)
	}
	if left := marked(t, dir); left != 0 {
		t.Errorf("%d marks are left in the folder", left)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := bolt.Open(path); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("another one opens it: %v", err)
	}
	lone(t, path)
}

// marked counts the marks in all files of a folder.
func marked(t *testing.T, dir string) (n int) {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		n += bytes.Count(b, []byte("MARKER"))
	}
	return n
}

// TestCheckSeesDamage spoils pages of a file: Check, Backup and Restore must say so.
func TestCheckSeesDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "declara.db")
	s, err := bolt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 300 {
		put(t, s, fmt.Sprintf("t/1/%04d", n), make([]byte, 300))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	whole = bytes.ReplaceAll(whole, []byte("t/1/0150"), []byte("t/1/0999")) // a key out of order
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err = bolt.Open(path); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("check: %v", err)
	}
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := s.Backup(t.Context(), copied); err == nil {
		t.Error("a damaged store was backed up without a word")
	}
	if _, err := os.Stat(copied); !errors.Is(err, os.ErrNotExist) {
		t.Error("the damaged copy was kept")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
