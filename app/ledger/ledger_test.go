package ledger_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"declara/app/ledger/proof"
	"declara/storage"
)

// opens checks a signed note as its specification (C2SP signed-note) says, with nothing
// of the package that signed it.
func opens(t *testing.T, text, key string) (body string) {
	t.Helper()
	name, rest, _ := strings.Cut(key, "+")
	id, public, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.DecodeString(public)
	if err != nil || len(raw) != 33 || raw[0] != 1 {
		t.Fatalf("key %q", key)
	}
	sum := sha256.Sum256(append([]byte(name+"\n"), raw...))
	if fmt.Sprintf("%x", sum[:4]) != id {
		t.Fatalf("the key says that it is %s and is %x", id, sum[:4])
	}
	body, signature, ok := strings.Cut(text, "\n\n")
	body += "\n"
	line, ok2 := strings.CutPrefix(strings.TrimSuffix(signature, "\n"), "— "+name+" ")
	sig, err := base64.StdEncoding.DecodeString(line)
	if !ok || !ok2 || err != nil || len(sig) != 4+ed25519.SignatureSize || !bytes.Equal(sig[:4], sum[:4]) {
		t.Fatalf("note %q: %v", text, err)
	}
	if !ed25519.Verify(ed25519.PublicKey(raw[1:]), []byte(body), sig[4:]) {
		t.Fatalf("the signature of %q does not hold", text)
	}
	return body
}

func TestCheckpoint(t *testing.T) {
	w := newWorld(t)
	key, err := w.s.Key(tenant)
	if err != nil {
		t.Fatal(err)
	}
	var older []storage.Tree
	for size := range 20 {
		text, tree, err := w.s.Checkpoint(t.Context(), tenant)
		if err != nil || tree.Size != uint64(size) {
			t.Fatal(size, tree, err)
		}
		origin, _, _ := strings.Cut(key, "+")
		if got, want := opens(t, text, key), fmt.Sprintf("%s\n%d\n%s\n", origin, size, base64.StdEncoding.EncodeToString(tree.Root[:])); got != want {
			t.Errorf("signed %q, want %q", got, want)
		}
		if again, _, _ := w.s.Checkpoint(t.Context(), tenant); again != text {
			t.Error("one size has two texts")
		}
		if got, opened, err := proof.Open(text, key); err != nil || got != origin || opened != tree {
			t.Errorf("opened %s %+v: %v", got, opened, err)
		}
		for _, old := range older[min(1, size):] {
			path, from, to, err := w.s.Consistency(t.Context(), tenant, old.Size, 0)
			if err != nil || from != old || to != tree {
				t.Fatal(err)
			}
			if err := tlog.CheckTree(path, int64(to.Size), to.Root, int64(from.Size), from.Root); err != nil {
				t.Error(err)
			}
		}
		older = append(older, tree)
		w.file()
	}
	other, err := w.s.Key("2")
	if err != nil || other == key {
		t.Errorf("another body has the same key: %v", err)
	}
}

func TestEntries(t *testing.T) {
	w := newWorld(t)
	for range 5 {
		w.file()
	}
	for _, c := range []struct {
		from        uint64
		count, want int
	}{{0, 3, 3}, {3, 9, 2}, {5, 9, 0}, {1 << 63, 9, 0}, {0, 1 << 30, 5}, {0, 0, 0}} {
		all, err := w.s.Entries(t.Context(), tenant, c.from, c.count)
		if err != nil || len(all) != c.want || all == nil {
			t.Errorf("%+v: %d %v", c, len(all), err)
		}
		for i, e := range all {
			one, err := w.s.Leaf(t.Context(), tenant, c.from+uint64(i))
			if err != nil || one != e || tlog.RecordHash([]byte(e.Record)) != e.Hash {
				t.Errorf("leaf %d: %+v, in the list %+v: %v", c.from+uint64(i), one, e, err)
			}
		}
	}
	if _, err := w.s.Leaf(t.Context(), tenant, 5); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a leaf beyond the end: %v", err)
	}
	if _, _, err := w.s.Inclusion(t.Context(), tenant, 4, 4); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a leaf of a later size: %v", err)
	}
	if _, _, _, err := w.s.Consistency(t.Context(), tenant, 0, 5); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("from nothing: %v", err)
	}
}

// TestProofFile: what a proof file proves, and to whom it tells a salt.
func TestProofFile(t *testing.T) {
	w := newWorld(t)
	w.file()
	f := w.file()
	private, open := w.paper(f, storage.PaperFull, "full paper"), w.paper(f, storage.PaperPublic, "open paper")
	note := storage.Note{ID: "n1", Filing: f.ID, Text: "texto", Filed: noon}
	read := storage.Read{ID: "r1", Filing: f.ID, User: "u1", Name: "Eva", File: "OIC-1", Reason: "motivo", At: noon}
	w.update(func(tx *storage.Txn) error { return errors.Join(tx.PutNote(&note), tx.LogRead(&read)) })
	w.file()
	hashes := map[string]string{"full": f.Hash, "public": f.Public, "private paper": private.Hash, "open paper": open.Hash, "note": note.Hash, "read": storage.ReadHash(&read)}
	made := func(known string) proof.File {
		p, err := w.s.Prove(t.Context(), tenant, f.Folio, known)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	all, err := w.s.ProveAll(t.Context(), tenant, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		file proof.File
		want string // what it proves
	}{
		{"by folio", made(""), "open paper, public"},
		{"by the hash of another", made(storage.Digest([]byte("x"))), "open paper, public"},
		{"by the hash of the full document", made(f.Hash), "full, open paper, public"},
		{"by the hash of the private paper", made(private.Hash), "open paper, private paper, public"},
		{"of the declarant", all, "full, note, open paper, private paper, public, read"},
	} {
		text, err := json.Marshal(c.file)
		if err != nil {
			t.Fatal(err)
		}
		read, err := proof.Read(text)
		if err != nil {
			t.Fatal(err)
		}
		report := w.check(read)
		var got []string
		for _, what := range []string{"full", "note", "open paper", "private paper", "public", "read"} {
			if _, ok := report.Find(hashes[what]); ok {
				got = append(got, what)
			}
		}
		if strings.Join(got, ", ") != c.want || report.Size != 7 {
			t.Errorf("%s: proves %v of %d leaves, want %s", c.name, got, report.Size, c.want)
		}
		if _, ok := report.Find(storage.Digest([]byte("another"))); ok {
			t.Errorf("%s: proves what was never filed", c.name)
		}
		if strings.Contains(fmt.Sprintf("%+v", c.file), f.ID) {
			t.Errorf("%s: tells the id", c.name)
		}
		for what, hash := range hashes {
			if !strings.Contains(c.want, what) && strings.Contains(string(text), hash) {
				t.Errorf("%s: tells the hash of the %s", c.name, what)
			}
		}
	}
	if folio, err := w.s.FolioOfPaper(t.Context(), tenant, private.Hash); err != nil || folio != f.Folio {
		t.Errorf("the paper is of %q: %v", folio, err)
	}
	if _, err := w.s.Prove(t.Context(), tenant, "VE-2026-000009", ""); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("proof of nothing: %v", err)
	}
}

// TestWhileFiling takes checkpoints and proofs while declarations are filed: each holds,
// and each state begins with the one before.
func TestWhileFiling(t *testing.T) {
	w := newWorld(t)
	first := w.file()
	key, err := w.s.Key(tenant)
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var filing sync.WaitGroup
	filing.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				w.file()
			}
		}
	})
	var asking sync.WaitGroup
	for range 4 {
		asking.Go(func() {
			last := storage.Tree{}
			for range 40 {
				f, err := w.s.Prove(t.Context(), tenant, first.Folio, first.Hash)
				if err != nil {
					t.Error(err)
					return
				}
				r, err := proof.Check(f, key)
				if err != nil || len(r.Entries) != 1 || !r.Entries[0].Is(first.Hash) {
					t.Errorf("%+v %v", r, err)
				}
				if last.Size > 0 {
					path, from, to, err := w.s.Consistency(t.Context(), tenant, last.Size, r.Size)
					if err != nil || from != last || to.Root != r.Root || tlog.CheckTree(path, int64(to.Size), to.Root, int64(last.Size), last.Root) != nil {
						t.Errorf("from %d to %d: %v", last.Size, r.Size, err)
					}
				}
				last = storage.Tree{Size: r.Size, Root: r.Root}
			}
		})
	}
	asking.Wait()
	close(stop)
	filing.Wait()
}

// TestReservedPaper: who has the public PDF of a declaration that was reserved since is
// not told which one it was.
func TestReservedPaper(t *testing.T) {
	w := newWorld(t)
	f := w.filing()
	w.update(func(tx *storage.Txn) error {
		if err := tx.PutPerson(storage.Person{ID: f.Person}); err != nil {
			return err
		}
		return tx.File(&f, []byte("full"), []byte("public"), "")
	})
	public := w.paper(f, storage.PaperPublic, "the public PDF")
	if folio, err := w.s.FolioOfPaper(t.Context(), tenant, public.Hash); err != nil || folio != f.Folio {
		t.Fatal(folio, err)
	}
	w.update(func(tx *storage.Txn) error { return tx.SetReserve(f.Person, &storage.Reserve{}) })
	if folio, err := w.s.FolioOfPaper(t.Context(), tenant, public.Hash); folio != "" || !errors.Is(err, storage.ErrNotFound) {
		t.Error(folio, err)
	}
}
