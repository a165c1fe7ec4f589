package seal

import (
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"declara/pdf/sign"
	"declara/storage"
)

// TestManyAtOnce: two hundred papers asked for at once are all sound, and only few
// are in memory at a time.
func TestManyAtOnce(t *testing.T) {
	w := newWorld(t)
	n := 200
	if testing.Short() {
		n = 20
	}
	var filed []storage.Filing
	for range n {
		filed = append(filed, w.file())
	}
	var most uint64
	var all sync.WaitGroup
	var mu sync.Mutex
	for i, f := range filed {
		all.Go(func() {
			kind := storage.PaperKinds[i%3]
			b, p, err := w.s.Paper(t.Context(), town, f.ID, kind)
			if err != nil || p.Hash != storage.Digest(b) {
				t.Error(err)
				return
			}
			got, err := w.s.Inspect(t.Context(), town, b)
			if err != nil || got.Verdict() != Sound {
				t.Error(got.Verdict(), err)
			}
			if i%10 == 0 {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				mu.Lock()
				most = max(most, m.HeapInuse)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	t.Logf("%d papers, at most %d MiB of heap", n, most>>20)
	if most > 400<<20 {
		t.Errorf("%d MiB of heap", most>>20)
	}
}

// FuzzInspect: whatever is brought, there is a verdict, and it is never that a
// changed file is the one that was kept.
func FuzzInspect(f *testing.F) {
	w := newWorld(f)
	filed := w.file()
	b := w.paper(filed, storage.PaperReceipt)
	f.Add(uint32(0), uint32(0), []byte("hola"))
	f.Add(uint32(len(b)), uint32(0), []byte("\n%%EOF\n"))
	f.Add(uint32(100), uint32(1000), []byte("<< /Type /Sig >>"))
	f.Fuzz(func(t *testing.T, at, cut uint32, put []byte) {
		i := min(int(at), len(b))
		j := min(i+int(cut), len(b))
		c := append(append(append([]byte(nil), b[:i]...), put...), b[j:]...)
		got, err := w.s.Inspect(t.Context(), town, c)
		if err != nil {
			t.Fatal(err)
		}
		same := string(c) == string(b)
		if same != (got.Paper != nil) || !same && got.Verdict() == Sound {
			t.Fatalf("%s for a changed file", got.Verdict())
		}
		Sentences(w.words.Printer("es"), got, zone(filed))
	})
}

// BenchmarkPaper is a full declaration drawn, finished and sealed.
func BenchmarkPaper(b *testing.B) {
	w := newWorld(b)
	f := w.file()
	id, err := w.s.current(b.Context(), town)
	w.must(err)
	var src source
	w.must(w.db.View(b.Context(), town, func(tx *storage.Txn) (err error) {
		src, err = gather(tx, f.ID, storage.PaperFull)
		return err
	}))
	b.ReportAllocs()
	began := processor(b)
	for b.Loop() {
		p, err := w.s.finish(src, storage.PaperFull)
		w.must(err)
		_, err = w.s.seal(b.Context(), p, src, storage.PaperFull, id)
		w.must(err)
	}
	b.ReportMetric(float64((processor(b)-began).Microseconds())/1000/float64(b.N), "cpu-ms/op")
}

// processor is the time that this process has had of the processors, which other
// work on the machine does not lengthen.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkVerify is what it takes to verify a full declaration.
func BenchmarkVerify(b *testing.B) {
	w := newWorld(b)
	p := w.paper(w.file(), storage.PaperFull)
	var k knowledge
	w.must(w.db.View(b.Context(), town, func(tx *storage.Txn) (err error) {
		k, err = know(tx, storage.Digest(p))
		return err
	}))
	t := k.trust()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := sign.Verify(p, t); err != nil {
			b.Fatal(err)
		}
	}
}
