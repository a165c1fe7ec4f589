package storage_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	mrand "math/rand/v2"
	"testing"

	"declara/forms"
	"declara/storage"
)

// fill files n declarations with documents of some sizes, many in a transaction,
// and returns their ids.
func fill(b *testing.B, w *world, n, fullSize, publicSize int) (ids []string) {
	b.Helper()
	full, public := make([]byte, fullSize), make([]byte, publicSize)
	rand.Read(full)
	rand.Read(public)
	for len(ids) < n {
		var some []string
		w.update(func(tx *storage.Txn) error {
			some = nil
			for i := range min(500, n-len(ids)) {
				f := filing(len(ids) + i)
				f.Person = fmt.Sprintf("p%d", (len(ids)+i)/4)
				if err := tx.File(f, full, public, ""); err != nil {
					return err
				}
				some = append(some, f.ID)
			}
			return nil
		})
		ids = append(ids, some...)
	}
	return ids
}

func rows(size int) storage.Option {
	row := bytes.Repeat([]byte{'r'}, size)
	return storage.WithIndexer(func([]byte) ([]byte, error) { return row, nil })
}

// BenchmarkPublicRows reads the rows of 100,000 declarations, as a start does, and
// then asks whether there is anything new, as each query does.
func BenchmarkPublicRows(b *testing.B) {
	w := newWorld(b, rows(250))
	fill(b, w, 100_000, 500, 1000)
	b.Run("100000", func(b *testing.B) {
		for b.Loop() {
			n := 0
			w.view(func(tx *storage.Txn) error {
				n = 0
				return tx.PublicSince(0, func(p storage.Published) bool { n += len(p.Row); return true })
			})
			if n != 250*100_000 {
				b.Fatal(n)
			}
		}
	})
	b.Run("nothing new", func(b *testing.B) {
		for b.Loop() {
			w.view(func(tx *storage.Txn) error {
				return tx.PublicSince(100_000, func(storage.Published) bool { b.Error("a change"); return false })
			})
		}
	})
	b.Run("filings", func(b *testing.B) {
		for b.Loop() {
			n := 0
			w.view(func(tx *storage.Txn) error {
				n = 0
				return tx.Filings(func(storage.Filing) error { n++; return nil })
			})
			if n != 100_000 {
				b.Fatal(n)
			}
		}
	})
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			if got, err := w.db.Check(context.Background()); err != nil || len(got.Faults) > 0 {
				b.Fatal(err, got.Faults)
			}
		}
	})
}

// BenchmarkPage assembles pages of public documents of 20 KB.
func BenchmarkPage(b *testing.B) {
	w := newWorld(b)
	const docs, size = 4000, 20 << 10
	ids := fill(b, w, docs, 500, size)
	for _, n := range []int{10, 200} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			buf := make([]byte, 0, n*size)
			b.SetBytes(int64(n * size))
			for b.Loop() {
				from := mrand.IntN(docs - n)
				w.view(func(tx *storage.Txn) error {
					buf = buf[:0]
					return tx.PublicDocuments(ids[from:from+n], func(_ int, doc []byte) error {
						buf = append(buf, doc...)
						return nil
					})
				})
				if len(buf) != n*size {
					b.Fatal(len(buf))
				}
			}
		})
	}
	b.Run("200 copied twice", func(b *testing.B) {
		buf := make([]byte, 0, 200*size)
		b.SetBytes(200 * size)
		for b.Loop() {
			from := mrand.IntN(docs - 200)
			w.view(func(tx *storage.Txn) error {
				buf = buf[:0]
				for _, id := range ids[from : from+200] {
					doc, err := tx.PublicDocument(id)
					if err != nil {
						return err
					}
					buf = append(buf, doc...)
				}
				return nil
			})
		}
	})
}

// BenchmarkSave saves a section of a draft, alone.
func BenchmarkSave(b *testing.B) {
	w := newWorld(b)
	d := storage.Draft{ID: "d1", Person: "p1"}
	d.Draft.Answers = map[forms.Path][]string{}
	for i := range 300 {
		d.Draft.Answers[forms.Path(fmt.Sprintf("bienesInmuebles.bienInmueble.k%d.valorAdquisicion", i))] = []string{"1234567"}
	}
	version := 0
	for b.Loop() {
		w.update(func(tx *storage.Txn) (err error) {
			if version > 0 {
				if d, err = tx.Draft("d1"); err != nil {
					return err
				}
			}
			version, err = tx.PutDraft(d, "bienesInmuebles", version)
			return err
		})
	}
}
