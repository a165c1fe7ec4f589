package bolt_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"declara/storage"
	"declara/storage/bolt"
)

// writers are how many file at once.
var writers = []int{1, 8, 64}

// documents are of the size of a long declaration.
const fullSize, publicSize, rowSize = 30 << 10, 20 << 10, 200

// round is how long one side of a comparison runs before the other has its turn:
// on a busy machine a rate means little and a ratio of neighbours much.
const round = 200 * time.Millisecond

// side is one of those that are compared: how often it ended, how long it took, and
// what it cost the processors, which others that use them change less.
type side struct {
	do         func(i int) error
	next, done atomic.Int64
	took, cpu  time.Duration
}

// spell has n goroutines do it for a round and tells how often a second it was done.
// Who is at it when the round is over ends it, which counts, and so does the time until
// then.
func (s *side) spell(b *testing.B, n int) (rate float64) {
	b.Helper()
	var wg sync.WaitGroup
	before := s.done.Load()
	began, busy := time.Now(), processor(b)
	until := began.Add(round)
	for range n {
		wg.Go(func() {
			for time.Now().Before(until) {
				if err := s.do(int(s.next.Add(1))); err != nil {
					b.Error(err)
					return
				}
				s.done.Add(1)
			}
		})
	}
	wg.Wait()
	took := time.Since(began)
	s.took += took
	s.cpu += processor(b) - busy
	return float64(s.done.Load()-before) / took.Seconds()
}

// rate is how often a second.
func (s *side) rate() float64 { return float64(s.done.Load()) / s.took.Seconds() }

// median is the one in the middle: other programs that ask the disk spoil some rounds.
func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

// processor is the processor time of this process until now.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// heap is what a program that serves has in memory for its indexes. Without it the
// garbage collector would run at every four megabytes, for both sides, and it would be
// the collector that is measured.
const heap = 64 << 20

// BenchmarkFile files declarations through storage and, in turns, writes the same
// bytes under the same keys, and nothing else, with bbolt alone: by Batch, and for
// a lone writer by Update. One operation is a round of each; the ratios are the medians
// of those of the rounds.
func BenchmarkFile(b *testing.B) {
	index := make([]byte, heap)
	defer runtime.KeepAlive(index)
	for _, n := range writers {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, err := bolt.Open(filepath.Join(b.TempDir(), "declara.db"))
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			db := filing(b, s)
			batch, update := raw(b)
			ours, batched, updated := side{do: func(i int) error { return file(db, i, "") }}, side{do: batch}, side{do: update}
			var toBatch, toUpdate []float64
			for b.Loop() {
				rate := ours.spell(b, n)
				toBatch = append(toBatch, rate/batched.spell(b, n))
				toUpdate = append(toUpdate, rate/updated.spell(b, n))
			}
			b.ReportMetric(ours.rate(), "File/s")
			b.ReportMetric(batched.rate(), "rawBatch/s")
			b.ReportMetric(updated.rate(), "rawUpdate/s")
			b.ReportMetric(median(toBatch), "File:rawBatch")
			b.ReportMetric(median(toUpdate), "File:rawUpdate")
			b.ReportMetric(float64(ours.cpu.Microseconds())/float64(ours.done.Load()), "File-cpu-µs")
			b.ReportMetric(float64(batched.cpu.Microseconds())/float64(batched.done.Load()), "rawBatch-cpu-µs")
		})
	}
}

// raw gives functions that write what a filing writes with bbolt alone.
func raw(b *testing.B) (batch, update func(i int) error) {
	b.Helper()
	puts := record(b)
	name := []byte("raw")
	var fns [2]func(i int) error
	for k := range fns {
		db, err := bbolt.Open(filepath.Join(b.TempDir(), "raw.db"), 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType, InitialMmapSize: 1 << 30})
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { db.Close() })
		db.MaxBatchDelay = 2 * time.Millisecond
		if err := db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket(name); return err }); err != nil {
			b.Fatal(err)
		}
		do := []func(func(*bbolt.Tx) error) error{db.Batch, db.Update}[k]
		fns[k] = func(i int) error {
			id := storage.NewID(time.Now())
			return do(func(tx *bbolt.Tx) error {
				for _, p := range puts {
					if err := tx.Bucket(name).Put([]byte(p.at(id, i)), p.value); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	return fns[0], fns[1]
}

func filing(b testing.TB, s storage.Store) *storage.DB {
	b.Helper()
	row := make([]byte, rowSize)
	db := storage.Open(s, storage.NewKeys(), storage.WithIndexer(func([]byte) ([]byte, error) { return row, nil }))
	if err := db.Update(context.Background(), "1", func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{Initials: "VE", Zone: "America/Mexico_City"})
	}); err != nil {
		b.Fatal(err)
	}
	return db
}

var full, public = random(fullSize), random(publicSize)

func random(n int) []byte {
	v := make([]byte, n)
	rand.Read(v)
	return v
}

// person is who files the i-th.
func person(i int) string { return fmt.Sprintf("P%025d", i%1000) }

func file(db *storage.DB, i int, id string) error {
	now := time.Now()
	if id == "" {
		id = storage.NewID(now)
	}
	papers := db.Papers("1", id, full, public)
	return db.Update(context.Background(), "1", func(tx *storage.Txn) error {
		f := storage.Filing{
			ID: id, Person: person(i), Year: 2026, Edition: "2019-09-23", Due: "2026-05-31",
			Filed: now, Zone: "America/Mexico_City", Method: "password", Sent: id,
		}
		return tx.FilePapers(&f, papers, "")
	})
}

// write is one Put of a filing.
type write struct {
	key, id string
	value   []byte
}

// at is where the i-th filing writes it: keys that are numbers, ids and folios follow
// one another, those of persons go round, and those of blinded values lie anywhere, as
// they do in a filing.
func (w write) at(id string, i int) string {
	if key := strings.ReplaceAll(w.key, w.id, id); key != w.key {
		return strings.ReplaceAll(key, person(recordedAs), person(i))
	}
	if n := strings.LastIndexByte(w.key, '/'); len(w.key)-n == 17 {
		return fmt.Sprintf("%s/%016x", w.key[:n], i)
	} else if len(w.key)-n == 33 {
		sum := sha256.Sum256([]byte(id))
		return w.key[:n+1] + hex.EncodeToString(sum[:16])
	}
	return w.key
}

// recorder notes what is written.
type recorder struct {
	storage.Store
	mu   sync.Mutex
	puts []write
}

func (r *recorder) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return r.Store.Update(ctx, func(tx storage.Tx) error { return fn(recorded{tx, r}) })
}

type recorded struct {
	storage.Tx
	r *recorder
}

func (t recorded) Put(key string, value []byte) error {
	t.r.mu.Lock()
	defer t.r.mu.Unlock()
	t.r.puts = append(t.r.puts, write{key: key, value: value})
	return t.Tx.Put(key, value)
}

// recordedAs is the filing that is recorded.
const recordedAs = 2

// record is what the second filing of a store writes.
func record(b *testing.B) []write {
	b.Helper()
	s, err := bolt.Open(filepath.Join(b.TempDir(), "declara.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	r := &recorder{Store: s}
	db := filing(b, r)
	if err := file(db, 1, ""); err != nil {
		b.Fatal(err)
	}
	r.puts = nil
	id := storage.NewID(time.Now())
	if err := file(db, recordedAs, id); err != nil {
		b.Fatal(err)
	}
	for i := range r.puts {
		r.puts[i].id = id
	}
	return r.puts
}
