package storage_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"declara/storage"
)

// lacks lists the papers to be made.
func (w *world) lacks(limit int) (all []string) {
	w.Helper()
	w.view(func(tx *storage.Txn) error {
		got, err := tx.MissingPapers(0, limit)
		all = nil
		for _, l := range got {
			all = append(all, l.Filing.ID[:3]+l.Kind)
		}
		return err
	})
	return all
}

func TestKeepPaper(t *testing.T) {
	w := newWorld(t)
	w.update(func(tx *storage.Txn) error { return tx.PutPerson(storage.Person{ID: "p1"}) })
	a, b := filing(1), filing(2)
	a.ID, b.ID = "AAA1", "BBB2"
	for _, f := range []*storage.Filing{a, b} {
		w.update(func(tx *storage.Txn) error { return tx.File(f, full(f), public(f), "") })
	}
	same(t, w.lacks(9), "AAAacuse", "AAAcompleta", "AAApublica", "BBBacuse", "BBBcompleta", "BBBpublica")
	same(t, w.lacks(2), "AAAacuse", "AAAcompleta")
	var first storage.Paper
	for i, kind := range storage.PaperKinds {
		for _, text := range []string{"paper " + kind, "another " + kind} { // the first writer wins
			var p storage.Paper
			w.update(func(tx *storage.Txn) (err error) {
				p, err = tx.KeepPaper("AAA1", kind, []byte(text), noon.Add(time.Duration(i)*time.Hour))
				return err
			})
			if p.Hash != storage.Digest([]byte("paper "+kind)) || p.Leaf != uint64(2+i) || p.Size != len("paper "+kind) {
				t.Errorf("kept %+v", p)
			}
			first = p
		}
	}
	same(t, w.lacks(9), "BBBacuse", "BBBcompleta", "BBBpublica")
	w.view(func(tx *storage.Txn) error {
		got, p, err := tx.Paper("AAA1", storage.PaperPublic)
		if string(got) != "paper publica" || p != first {
			t.Errorf("read %q %+v", got, p)
		}
		found, err2 := tx.PaperByHash(first.Hash)
		if found != first {
			t.Errorf("found %+v", found)
		}
		all, err3 := tx.PapersOf("AAA1")
		if len(all) != 3 {
			t.Errorf("%d papers", len(all))
		}
		for name, err := range map[string]error{
			"a paper that was not made": third(tx.Paper("BBB2", storage.PaperFull)), "of nothing": third(tx.Paper("CCC3", storage.PaperFull)),
			"of no kind": third(tx.Paper("AAA1", "../x")), "by another hash": second(tx.PaperByHash(storage.Digest(nil))), "by no hash": second(tx.PaperByHash("")),
		} {
			if !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		return errors.Join(err, err2, err3)
	})
	if err := w.try(func(tx *storage.Txn) error { return keep(tx, "CCC3", storage.PaperFull, "x") }); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a paper of nothing: %v", err)
	}
	if err := w.try(func(tx *storage.Txn) error { return keep(tx, "AAA1", "otra", "x") }); !errors.Is(err, storage.ErrKey) {
		t.Errorf("a paper of no kind: %v", err)
	}
	raw := func() (open []string) {
		for _, key := range keysOf(t, w.store) {
			if kind, _ := storage.KindOf(key); kind == "paper.open" {
				open = append(open, key)
			}
		}
		return open
	}
	same(t, raw(), "t/1/paper.open/AAA1/publica")
	w.update(func(tx *storage.Txn) error { return tx.SetReserve("p1", &storage.Reserve{Agreement: "CT-1"}) })
	same(t, raw())
	w.sound()
	w.view(func(tx *storage.Txn) error {
		got, _, err := tx.Paper("AAA1", storage.PaperPublic)
		if string(got) != "paper publica" {
			t.Errorf("under reserve: %q", got)
		}
		return err
	})
	w.update(func(tx *storage.Txn) error { return keep(tx, "BBB2", storage.PaperPublic, "made under reserve") })
	w.update(func(tx *storage.Txn) error { return tx.SetReserve("p1", nil) })
	same(t, raw(), "t/1/paper.open/AAA1/publica", "t/1/paper.open/BBB2/publica")
}

// TestKeepPaperConcurrently: whoever comes first, everybody gets the same bytes.
func TestKeepPaperConcurrently(t *testing.T) {
	w := newWorld(t)
	f := w.file(1)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var hashes []string
	for n := range 16 {
		wg.Go(func() {
			var p storage.Paper
			if err := w.try(func(tx *storage.Txn) (err error) {
				p, err = tx.KeepPaper(f.ID, storage.PaperFull, []byte{byte(n)}, noon)
				return err
			}); err != nil {
				t.Error(err)
			}
			mu.Lock()
			hashes = append(hashes, p.Hash)
			mu.Unlock()
		})
	}
	wg.Wait()
	if all := slices.Compact(hashes); len(all) != 1 {
		t.Errorf("kept %v", all)
	}
}

func TestSigned(t *testing.T) {
	w := newWorld(t)
	f := w.file(1)
	signed := storage.Signed{Filing: f.ID, PDF: []byte("pdf"), Cert: []byte("cert"), Checks: []storage.Revocation{{State: "unknown", At: noon}}}
	w.update(func(tx *storage.Txn) error { return tx.PutSigned(signed) })
	if err := w.try(func(tx *storage.Txn) error { return tx.PutSigned(signed) }); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("signed again: %v", err)
	}
	if err := w.try(func(tx *storage.Txn) error { return tx.PutSigned(storage.Signed{Filing: "nothing"}) }); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("of nothing: %v", err)
	}
	w.update(func(tx *storage.Txn) error {
		return tx.AddRevocation(f.ID, storage.Revocation{State: "good", Answer: []byte("ocsp"), At: noon.Add(time.Hour)})
	})
	if err := w.try(func(tx *storage.Txn) error { return tx.AddRevocation("nothing", storage.Revocation{}) }); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("revocation of nothing: %v", err)
	}
	w.view(func(tx *storage.Txn) error {
		got, err := tx.Signed(f.ID)
		if string(got.PDF) != "pdf" || len(got.Checks) != 2 || got.Checks[1].State != "good" {
			t.Errorf("got %+v", got)
		}
		return err
	})
}

func TestSeals(t *testing.T) {
	w := newWorld(t)
	put := func(id, use string, days int, retired bool) {
		s := storage.SealKey{ID: id, Use: use, Key: []byte(id), From: noon.AddDate(0, 0, days)}
		if retired {
			s.Retired = noon.AddDate(0, 0, days+1)
		}
		w.update(func(tx *storage.Txn) error { return tx.PutSeal(s) })
	}
	current := func(use string) (id string) {
		w.view(func(tx *storage.Txn) error {
			s, err := tx.CurrentSeal(use)
			if errors.Is(err, storage.ErrNotFound) {
				err = nil
			}
			id = s.ID
			return err
		})
		return id
	}
	put("z", storage.SealIssuer, 0, false)
	same(t, []string{current(storage.SealPapers), current(storage.SealIssuer)}, "", "z")
	put("b", storage.SealPapers, 1, false)
	put("a", storage.SealPapers, 2, false)
	put("c", storage.SealPapers, 3, true)
	same(t, []string{current(storage.SealPapers)}, "a")
	put("a", storage.SealPapers, 2, true)
	same(t, []string{current(storage.SealPapers)}, "b")
	w.view(func(tx *storage.Txn) error {
		all, err := tx.Seals()
		var ids []string
		for _, s := range all {
			ids = append(ids, s.ID)
		}
		same(t, ids, "z", "b", "a", "c")
		return err
	})
}

// TestPending: what waits for a signature is for its user alone, once, and in time.
func TestPending(t *testing.T) {
	w := newWorld(t)
	w.update(func(tx *storage.Txn) error {
		return errors.Join(
			tx.PutPending(storage.Pending{ID: "a", User: "u1", Data: []byte("x"), Expires: noon.Add(time.Minute)}),
			tx.PutPending(storage.Pending{ID: "b", User: "u1", Expires: noon.Add(2 * time.Minute)}),
		)
	})
	take := func(id, user string, after time.Duration) error {
		return w.try(func(tx *storage.Txn) error {
			p, err := tx.TakePending(id, user, noon.Add(after))
			if err == nil && string(p.Data) != "x" {
				t.Errorf("took %+v", p)
			}
			return err
		})
	}
	for _, c := range []struct {
		id, user string
		after    time.Duration
		ok       bool
	}{
		{"a", "u2", 0, false}, {"a", "u1", time.Minute, false}, {"c", "u1", 0, false}, {"", "", 0, false},
		{"a", "u1", 59 * time.Second, true}, {"a", "u1", 59 * time.Second, false},
	} {
		if err := take(c.id, c.user, c.after); c.ok != (err == nil) || !c.ok && !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	sweep := func(after time.Duration) (n int) {
		w.update(func(tx *storage.Txn) (err error) { n, err = tx.SweepPending(noon.Add(after), 9); return err })
		return n
	}
	same(t, []int{sweep(time.Minute), sweep(2 * time.Minute)}, 0, 1)
}

func TestTrust(t *testing.T) {
	w := newWorld(t)
	w.update(func(tx *storage.Txn) error {
		v, err := tx.Trust()
		if err != nil || v.OCSP.Strict || len(v.Roots) > 0 {
			t.Errorf("at first %+v %v", v, err)
		}
		v.OCSP.Strict, v.Roots = true, []storage.Certificate{{DER: []byte("der"), By: "u1", Added: noon}}
		return tx.PutTrust(v)
	})
	w.view(func(tx *storage.Txn) error {
		v, err := tx.Trust()
		if !v.OCSP.Strict || len(v.Roots) != 1 || string(v.Roots[0].DER) != "der" {
			t.Errorf("kept %+v", v)
		}
		return err
	})
}

func TestReads(t *testing.T) {
	w := newWorld(t)
	f := w.file(1)
	good := storage.Read{ID: "r1", Filing: f.ID, User: "u1", Name: "Eva", Role: storage.RoleComptroller, File: "OIC/1/2026", Reason: "motivo", At: noon}
	try := func(change func(*storage.Read)) error {
		r := good
		change(&r)
		return w.try(func(tx *storage.Txn) error { return tx.LogRead(&r) })
	}
	for name, change := range map[string]func(*storage.Read){
		"of nothing": func(r *storage.Read) { r.Filing = "x" }, "by nobody": func(r *storage.Read) { r.User = "" },
		"without expediente": func(r *storage.Read) { r.File = "" }, "without reason": func(r *storage.Read) { r.Reason = "" },
		"without id": func(r *storage.Read) { r.ID = "" },
	} {
		if try(change) == nil {
			t.Errorf("a reading %s", name)
		}
	}
	if err := try(func(*storage.Read) {}); err != nil {
		t.Fatal(err)
	}
	if err := try(func(*storage.Read) {}); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("again: %v", err)
	}
	if err := try(func(r *storage.Read) { r.ID = "r2" }); err != nil {
		t.Fatal(err)
	}
	finding := good
	if finding.Finding = "VER-2026-001"; storage.ReadHash(&finding) == storage.ReadHash(&good) {
		t.Error("the log does not tell a finding from a declaration")
	}
	w.view(func(tx *storage.Txn) error {
		all, err := tx.ReadsOf("p1")
		if len(all) != 2 || all[0].ID != "r2" || all[1].Person != "p1" || all[1].Leaf != 1 || all[1].File != "OIC/1/2026" {
			t.Errorf("readings %+v", all)
		}
		none, err2 := tx.ReadsOf("p2")
		return errors.Join(err, err2, nonEmpty(len(none)))
	})
}

func TestCheckpoints(t *testing.T) {
	w := newWorld(t)
	w.file(1)
	w.file(2)
	var now storage.Tree
	w.view(func(tx *storage.Txn) (err error) { now, err = tx.Tree(); return err })
	put := func(c storage.Checkpoint) error {
		return w.try(func(tx *storage.Txn) error { return tx.PutCheckpoint(c) })
	}
	good := storage.Checkpoint{Day: "2026-05-14", Size: 2, Root: now.Root, Note: "note"}
	for name, change := range map[string]func(*storage.Checkpoint){
		"another root": func(c *storage.Checkpoint) { c.Root[0] ^= 1 }, "a later size": func(c *storage.Checkpoint) { c.Size = 3 },
		"another size": func(c *storage.Checkpoint) { c.Size = 1 }, "no day": func(c *storage.Checkpoint) { c.Day = "" },
	} {
		c := good
		change(&c)
		if put(c) == nil {
			t.Errorf("kept with %s", name)
		}
	}
	if err := put(good); err != nil {
		t.Fatal(err)
	}
	stamped, other := good, good
	stamped.Token, stamped.Written = []byte("token"), true
	other.Note = "another"
	if err := put(stamped); err != nil {
		t.Error(err)
	}
	if err := put(other); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("a second one of the day: %v", err)
	}
	later := good
	later.Day = "2026-05-16"
	if err := put(later); err != nil {
		t.Fatal(err)
	}
	for since, want := range map[string][]string{
		"": {"2026-05-14token", "2026-05-16"}, "2026-05-15": {"2026-05-16"}, "2026-05-16": {"2026-05-16"}, "2026-05-17": nil, "a/b": nil,
	} {
		var got []string
		w.view(func(tx *storage.Txn) error {
			return tx.Checkpoints(since, func(c storage.Checkpoint) error {
				got = append(got, c.Day+string(c.Token))
				return nil
			})
		})
		same(t, got, want...)
	}
}
