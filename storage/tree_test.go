package storage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"

	"declara/storage"
)

// logged fills the log with n leaves of every kind, many a transaction, and returns
// their records.
func (w *world) logged(n int) (records [][]byte) {
	w.Helper()
	for len(records) < n {
		first := len(records)
		w.update(func(tx *storage.Txn) error {
			records = records[:first]
			f := filing(first)
			err := tx.File(f, full(f), public(f), "")
			for i := 1; i < 50 && first+i < n && err == nil; i++ {
				id := fmt.Sprint("n", i)
				switch {
				case i <= len(storage.PaperKinds):
					err = keep(tx, f.ID, storage.PaperKinds[i-1], id)
				case i%2 == 0:
					err = tx.LogRead(&storage.Read{ID: id + f.ID, Filing: f.ID, User: "u1", File: "OIC-1", Reason: "motivo", At: f.Filed})
				default:
					err = tx.PutNote(&storage.Note{ID: id, Filing: f.ID, Text: id, Filed: f.Filed})
				}
			}
			if err != nil {
				return err
			}
			return tx.LeavesSince(uint64(first), func(_ storage.Leaf, record []byte) bool {
				records = append(records, bytes.Clone(record))
				return true
			})
		})
	}
	return records
}

// raw are the hashes of a proof as the second implementation has them.
func raw(p []tlog.Hash) (all [][]byte) {
	for _, h := range p {
		all = append(all, h[:])
	}
	return all
}

// TestProofs proves every leaf at every size up to 300, and every size from every
// older one, to two implementations.
func TestProofs(t *testing.T) {
	const most = 300
	w := newWorld(t)
	records := w.logged(most)
	w.view(func(tx *storage.Txn) error {
		var older []storage.Tree
		for size := uint64(0); size <= most; size++ {
			tree, err := tx.TreeAt(size)
			if err != nil || tree.Size != size {
				t.Fatal(size, err)
			}
			for n := range size {
				p, err := tx.ProveLeaf(size, n)
				if err != nil {
					t.Fatal(size, n, err)
				}
				if err := tlog.CheckRecord(p, int64(size), tree.Root, int64(n), tlog.RecordHash(records[n])); err != nil {
					t.Fatal(size, n, err)
				}
				leaf := rfc6962.DefaultHasher.HashLeaf(records[n])
				if err := proof.VerifyInclusion(rfc6962.DefaultHasher, n, size, leaf, raw(p), tree.Root[:]); err != nil {
					t.Fatal(size, n, err)
				}
			}
			for _, old := range older[min(1, len(older)):] {
				p, err := tx.ProveTree(size, old.Size)
				if err != nil {
					t.Fatal(size, old.Size, err)
				}
				if err := tlog.CheckTree(p, int64(size), tree.Root, int64(old.Size), old.Root); err != nil {
					t.Fatal(size, old.Size, err)
				}
				if err := proof.VerifyConsistency(rfc6962.DefaultHasher, old.Size, size, raw(p), old.Root[:], tree.Root[:]); err != nil {
					t.Fatal(size, old.Size, err)
				}
			}
			older = append(older, tree)
		}
		now, err := tx.Tree()
		if err != nil || now != older[most] {
			t.Errorf("the tree is %+v, want %+v: %v", now, older[most], err)
		}
		for name, err := range map[string]error{
			"a later size":           second(tx.TreeAt(most + 1)),
			"a leaf beyond":          second(tx.ProveLeaf(most, most)),
			"a leaf of a later size": second(tx.ProveLeaf(most+1, 0)),
			"from a later size":      second(tx.ProveTree(most, most+1)),
			"from nothing":           second(tx.ProveTree(most, 0)),
			"to a later size":        second(tx.ProveTree(most+1, most)),
			"a huge leaf":            second(tx.ProveLeaf(1<<63, 1<<62)),
			"no such leaf":           third(tx.Leaf(most)),
		} {
			if !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		return nil
	})
}

func second[A any](_ A, err error) error        { return err }
func third[A, B any](_ A, _ B, err error) error { return err }

// TestOldLeafChanged changes one old leaf, as who has the file could, and rebuilds
// nothing, then all: the root is another each time.
func TestOldLeafChanged(t *testing.T) {
	w := newWorld(t)
	records := w.logged(100)
	var before storage.Tree
	w.view(func(tx *storage.Txn) (err error) { before, err = tx.Tree(); return err })
	other := func() tlog.Hash { // the root that the changed records make
		var stored []tlog.Hash
		read := tlog.HashReaderFunc(func(at []int64) (all []tlog.Hash, _ error) {
			for _, i := range at {
				all = append(all, stored[i])
			}
			return all, nil
		})
		for n, r := range records {
			h, err := tlog.StoredHashes(int64(n), r, read)
			if err != nil {
				t.Fatal(err)
			}
			stored = append(stored, h...)
		}
		root, err := tlog.TreeHash(int64(len(records)), read)
		if err != nil {
			t.Fatal(err)
		}
		return root
	}
	if other() != before.Root {
		t.Fatal("the same records have another root")
	}
	records[3] = bytes.Replace(records[3], []byte("2026"), []byte("2025"), 1)
	if other() == before.Root {
		t.Error("a changed leaf has the same root")
	}
}

// TestPublicLog: nothing of what is private is in the public log, not even a hash
// that could be tried out; who has the salt can show what it was of.
func TestPublicLog(t *testing.T) {
	const secret = "MARCA7Q2X"
	w := newWorld(t)
	w.update(func(tx *storage.Txn) error {
		return tx.PutPerson(storage.Person{ID: "P" + secret, RFC: secret, Given: secret})
	})
	f, hidden := filing(1), filing(2)
	hidden.Reserved = true
	note := storage.Note{ID: "N" + secret, Filing: "", Text: secret, Filed: noon}
	read := storage.Read{ID: "R" + secret, User: "U" + secret, Name: secret, File: secret, Reason: secret, At: noon}
	var paper, open, veiled storage.Paper
	w.update(func(tx *storage.Txn) (err error) {
		for _, f := range []*storage.Filing{f, hidden} {
			f.Person, f.Due, f.Event = "P"+secret, secret, secret
			if err := tx.File(f, []byte("full "+secret+f.ID), []byte("public "+secret+f.ID), ""); err != nil {
				return err
			}
		}
		note.Filing, read.Filing = f.ID, f.ID
		if err := errors.Join(tx.PutNote(&note), tx.LogRead(&read)); err != nil {
			return err
		}
		if paper, err = tx.KeepPaper(f.ID, storage.PaperFull, []byte(secret+"paper"), noon); err != nil {
			return err
		}
		if open, err = tx.KeepPaper(f.ID, storage.PaperPublic, []byte(secret+"open"), noon); err != nil {
			return err
		}
		veiled, err = tx.KeepPaper(hidden.ID, storage.PaperPublic, []byte(secret+"veiled"), noon)
		return err
	})
	var leaves []storage.Leaf
	var text []byte
	w.view(func(tx *storage.Txn) error {
		return tx.Leaves(func(l storage.Leaf, record []byte) error {
			leaves, text = append(leaves, l), append(text, record...)
			return nil
		})
	})
	for what, private := range map[string]string{
		"a marker": secret, "the hash of a full document": f.Hash, "that of a reserved public document": hidden.Public,
		"that of a note": note.Hash, "that of a reading": storage.ReadHash(&read), "that of a private paper": paper.Hash,
		"that of a reserved paper": veiled.Hash, "the id of a filing": f.ID, "that of a reserved one": hidden.ID, "a salt": f.Salt, "the salt of a reading": read.Salt,
	} {
		if private == "" || bytes.Contains(text, []byte(private)) {
			t.Errorf("the log has %s: %s", what, text)
		}
	}
	for what, c := range map[string]struct{ commitment, salt, hash string }{
		"full document": {leaves[f.Leaf].Full, f.Salt, f.Hash}, "public document": {leaves[f.Leaf].Public, "", f.Public},
		"reserved document": {leaves[hidden.Leaf].Public, hidden.Salt, hidden.Public}, "note": {leaves[note.Leaf].Full, note.Salt, note.Hash},
		"reading": {leaves[read.Leaf].Full, read.Salt, storage.ReadHash(&read)}, "paper": {leaves[paper.Leaf].Full, paper.Salt, paper.Hash},
		"public paper": {leaves[open.Leaf].Public, "", open.Hash}, "reserved paper": {leaves[veiled.Leaf].Public, veiled.Salt, veiled.Hash},
	} {
		if !storage.Commits(c.commitment, c.salt, c.hash) {
			t.Errorf("%s: %q is not of its hash", what, c.commitment)
		}
		if storage.Commits(c.commitment, c.salt, storage.Digest([]byte("another"))) {
			t.Errorf("%s: %q is of any hash", what, c.commitment)
		}
	}
	if storage.Commits("", "", "") || storage.Commits(leaves[0].Full, "zz", f.Hash) || storage.Commits(leaves[0].Full, read.Salt, f.Hash) {
		t.Error("a commitment opens with any salt")
	}
}

// BenchmarkLog100k appends to a log of 100,000 leaves, proves in it, and reads its
// root. The log is made of readings, many a transaction.
func BenchmarkLog100k(b *testing.B) {
	const size = 100_000
	w := newWorld(b)
	f := w.file(0)
	n := 1
	add := func(count int) {
		w.update(func(tx *storage.Txn) error {
			for i := range count {
				if err := tx.LogRead(&storage.Read{ID: fmt.Sprint(n + i), Filing: f.ID, User: "u1", File: "OIC-1", Reason: "motivo", At: noon}); err != nil {
					return err
				}
			}
			return nil
		})
		n += count
	}
	for n < size {
		add(min(5000, size-n))
	}
	b.Run("append, 1000 a transaction", func(b *testing.B) {
		for b.Loop() {
			add(1000)
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "µs/leaf")
	})
	view := func(b *testing.B, fn func(*storage.Txn, uint64) error) {
		i := uint64(0)
		for b.Loop() {
			if err := w.db.View(context.Background(), tenant, func(tx *storage.Txn) error { return fn(tx, i) }); err != nil {
				b.Fatal(err)
			}
			i++
		}
	}
	b.Run("root", func(b *testing.B) {
		view(b, func(tx *storage.Txn, _ uint64) error { return second(tx.Tree()) })
	})
	b.Run("inclusion", func(b *testing.B) {
		view(b, func(tx *storage.Txn, i uint64) error { return second(tx.ProveLeaf(size, i*7919%size)) })
	})
	b.Run("consistency", func(b *testing.B) {
		view(b, func(tx *storage.Txn, i uint64) error { return second(tx.ProveTree(size, 1+i*7919%size)) })
	})
}
