package storage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"declara/forms"
	"declara/storage"
	"declara/storage/storagetest"
)

// head3 indexes a document by its first letters.
func head3(public []byte) ([]byte, error) { return public[:3], nil }

func TestFile(t *testing.T) {
	w := newWorld(t, storage.WithIndexer(head3))
	var ids []string
	for n := range 5 {
		f := w.file(n)
		ids = append(ids, f.ID)
		if want := fmt.Sprintf("VE-2026-%06d", n+1); f.Folio != want || f.Leaf != uint64(n) || f.Seq != uint64(n+1) {
			t.Errorf("filing %d: folio %s, leaf %d, seq %d", n, f.Folio, f.Leaf, f.Seq)
		}
		w.view(func(tx *storage.Txn) error {
			got, err := tx.Filing(f.ID)
			if err != nil || got != *f {
				t.Errorf("kept %+v %v, want %+v", got, err, *f)
			}
			a, err := tx.FullDocument(f.ID)
			if err != nil || !bytes.Equal(a, full(f)) || storage.Digest(a) != f.Hash {
				t.Errorf("full document: %q %v", a, err)
			}
			b, err := tx.PublicDocument(f.ID)
			if err != nil || !bytes.Equal(b, public(f)) || storage.Digest(b) != f.Public {
				t.Errorf("public document: %q %v", b, err)
			}
			row, err := tx.PublicRow(f.ID)
			if err != nil || string(row) != "pub" {
				t.Errorf("row: %q %v", row, err)
			}
			c, err := tx.AppendPublic([]byte("["), f.ID)
			if err != nil || string(c) != "["+string(public(f)) {
				t.Errorf("appended: %q %v", c, err)
			}
			for _, by := range []func() (storage.Filing, error){
				func() (storage.Filing, error) { return tx.FilingBySent(f.Sent) },
				func() (storage.Filing, error) { return tx.FilingByFolio(f.Folio) },
				func() (storage.Filing, error) { return tx.FilingByFolio("OTRO-" + f.Folio[3:]) },
			} {
				if got, err := by(); err != nil || got != *f {
					t.Errorf("found %+v %v", got, err)
				}
			}
			return nil
		})
	}
	w.view(func(tx *storage.Txn) error {
		of, err := tx.FilingsOf("p1")
		var newest []string
		for _, f := range of {
			newest = append(newest, f.ID)
		}
		slices.Reverse(newest)
		same(t, newest, ids...)
		var all []string
		err2 := tx.Filings(func(f storage.Filing) error { all = append(all, f.ID); return nil })
		same(t, all, ids...)
		none, err3 := tx.FilingsOf("p")
		same(t, none)
		return errors.Join(err, err2, err3)
	})
}

// TestFiledForEver: nothing that the package offers changes or removes a filing, its
// documents, its leaf or its folio.
func TestFiledForEver(t *testing.T) {
	w := newWorld(t)
	w.update(func(tx *storage.Txn) error { return tx.PutPerson(storage.Person{ID: "p1", RFC: "PUFE800229M93"}) })
	f := w.file(1)
	other := func(f storage.Filing) error {
		return w.try(func(tx *storage.Txn) error { return tx.File(&f, []byte("other"), []byte("other"), "") })
	}
	t.Run("the same post finds the first", func(t *testing.T) {
		again := *f
		again.ID, again.Hash, again.Public, again.Folio = storage.NewID(noon), "", "", ""
		w.update(func(tx *storage.Txn) error { return tx.File(&again, []byte("other"), []byte("other"), "") })
		if again != *f {
			t.Errorf("got %+v, want %+v", again, *f)
		}
	})
	t.Run("the same post of another person", func(t *testing.T) {
		stolen := *f
		stolen.ID, stolen.Hash, stolen.Public, stolen.Person = storage.NewID(noon), "", "", "p2"
		if err := other(stolen); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("the same id", func(t *testing.T) {
		again := *f
		again.Sent, again.Hash, again.Public = "another envio", "", ""
		if err := other(again); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a draft with its id", func(t *testing.T) {
		err := w.try(func(tx *storage.Txn) error {
			_, err := tx.PutDraft(storage.Draft{ID: f.ID, Person: "p1"}, "", 0)
			return err
		})
		if !errors.Is(err, storage.ErrConflict) {
			t.Errorf("got %v", err)
		}
		w.update(func(tx *storage.Txn) error { return tx.DeleteDraft(f.ID) })
	})
	t.Run("a reserve, lifted", func(t *testing.T) {
		w.update(func(tx *storage.Txn) error {
			return errors.Join(tx.SetReserve("p1", &storage.Reserve{Agreement: "CT-1/2026"}), tx.SetReserve("p1", nil))
		})
	})
	for name, bad := range map[string]func(*storage.Filing){
		"no envio":            func(f *storage.Filing) { f.Sent = "" },
		"no id":               func(f *storage.Filing) { f.ID = "" },
		"an id that is a way": func(f *storage.Filing) { f.ID = "a/../b" },
		"no person":           func(f *storage.Filing) { f.Person = "" },
		"another hash":        func(f *storage.Filing) { f.Hash = storage.Digest([]byte("x")) },
		"another public hash": func(f *storage.Filing) { f.Public = storage.Digest([]byte("x")) },
		"no zone":             func(f *storage.Filing) { f.Zone = "Nowhere/At all" },
		"no time":             func(f *storage.Filing) { f.Filed = time.Time{}.AddDate(-5, 0, 0) },
	} {
		next := filing(7)
		bad(next)
		if err := other(*next); err == nil {
			t.Errorf("%s: filed", name)
		}
	}
	w.view(func(tx *storage.Txn) error {
		n := 0
		err := tx.Filings(func(got storage.Filing) error {
			n++
			f.Seq = got.Seq // which the reserve moved
			if got != *f {
				t.Errorf("now %+v, was %+v", got, *f)
			}
			return nil
		})
		a, err2 := tx.FullDocument(f.ID)
		b, err3 := tx.PublicDocument(f.ID)
		if n != 1 || string(a) != string(full(f)) || string(b) != string(public(f)) {
			t.Errorf("%d filings, %q, %q", n, a, b)
		}
		return errors.Join(err, err2, err3)
	})
}

// TestPapers: documents that were hashed and sealed before are filed under their own
// id and tenant only, as often as the function runs.
func TestPapers(t *testing.T) {
	w := newWorld(t)
	f := filing(1)
	p := w.db.Papers(tenant, f.ID, full(f), public(f))
	try := func(f storage.Filing, tenant string) error {
		return w.db.Update(t.Context(), tenant, func(tx *storage.Txn) error {
			return errors.Join(tx.PutInstitution(valle), tx.FilePapers(&f, p, ""))
		})
	}
	other := *f
	other.ID = storage.NewID(noon)
	if err := try(other, tenant); !errors.Is(err, storage.ErrKey) {
		t.Errorf("papers of another id: %v", err)
	}
	if err := try(*f, "2"); !errors.Is(err, storage.ErrKey) {
		t.Errorf("papers of another tenant: %v", err)
	}
	faulty := storage.Open(&storagetest.Fault{Store: w.store}, w.keys) // runs it twice
	if err := faulty.Update(t.Context(), tenant, func(tx *storage.Txn) error {
		again := *f
		return tx.FilePapers(&again, p, "")
	}); err != nil {
		t.Fatal(err)
	}
	w.view(func(tx *storage.Txn) error {
		doc, err := tx.FullDocument(f.ID)
		if string(doc) != string(full(f)) {
			t.Errorf("got %q", doc)
		}
		return err
	})
}

// TestFileNeedsInstitution: a folio has the initials of the institution.
func TestFileNeedsInstitution(t *testing.T) {
	w := newWorld(t)
	f := filing(1)
	if err := w.db.Update(t.Context(), "2", func(tx *storage.Txn) error { return tx.File(f, full(f), public(f), "") }); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// TestFolioYear: the year of a folio is the local one of the filing, and each year
// counts from 1.
func TestFolioYear(t *testing.T) {
	w := newWorld(t)
	var got []string
	for n, at := range []string{"2026-12-31T23:59:59-06:00", "2027-01-01T00:00:00-06:00", "2027-01-01T05:00:00Z", "2027-01-01T06:00:00Z"} {
		f := filing(n)
		var err error
		if f.Filed, err = time.Parse(time.RFC3339, at); err != nil {
			t.Fatal(err)
		}
		w.update(func(tx *storage.Txn) error { return tx.File(f, full(f), public(f), "") })
		got = append(got, f.Folio)
	}
	same(t, got, "VE-2026-000001", "VE-2027-000001", "VE-2026-000002", "VE-2027-000002")
	for _, bad := range []string{"", "VE", "VE-2026", "VE-2026-1", "VE-26-000001", "VE-2026-00000x", "VE-2026-000009", "2026-000001", "VE-2026-0000000000000001"} {
		w.view(func(tx *storage.Txn) error {
			if f, err := tx.FilingByFolio(bad); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("folio %q found %s %v", bad, f.Folio, err)
			}
			return nil
		})
	}
}

// TestFileEndsDraft: the draft goes with the filing, and only the person's own does.
func TestFileEndsDraft(t *testing.T) {
	w := newWorld(t)
	draft := func(id, person string) {
		w.update(func(tx *storage.Txn) error {
			_, err := tx.PutDraft(storage.Draft{ID: id, Person: person, Draft: forms.Draft{Type: forms.Modificacion, Year: 2026}}, "", 0)
			return err
		})
	}
	draft("d1", "p1")
	draft("d2", "p2")
	f := filing(1)
	f.ID = "d1"
	if err := w.try(func(tx *storage.Txn) error { return tx.File(f, full(f), public(f), "d2") }); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("filed with the draft of another: %v", err)
	}
	f = filing(1)
	f.ID = "d1"
	w.update(func(tx *storage.Txn) error { return tx.File(f, full(f), public(f), "d1") })
	w.view(func(tx *storage.Txn) error {
		if _, err := tx.Draft("d1"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("draft that was filed: %v", err)
		}
		left, err := tx.DraftsOf("p1")
		if len(left) != 0 {
			t.Errorf("%d drafts left", len(left))
		}
		_, err2 := tx.Draft("d2")
		return errors.Join(err, err2)
	})
}

// TestFileConcurrently: folios, leaves and places without gaps, whoever files when.
func TestFileConcurrently(t *testing.T) {
	w := newWorld(t)
	const writers, each = 8, 12
	var wg sync.WaitGroup
	var mu sync.Mutex
	seen := map[string]bool{}
	for a := range writers {
		wg.Go(func() {
			for b := range each {
				f := filing(a*each + b)
				if err := w.try(func(tx *storage.Txn) error {
					f.Hash, f.Public = "", ""
					return tx.File(f, full(f), public(f), "")
				}); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				seen[fmt.Sprintf("%s %d %d", f.Folio, f.Leaf, f.Seq)] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for n := range writers * each {
		if want := fmt.Sprintf("VE-2026-%06d %d %d", n+1, n, n+1); !seen[want] {
			t.Errorf("nobody has %s", want)
		}
	}
}

// TestClearText: what must be sealed is nowhere in the bytes of the file.
func TestClearText(t *testing.T) {
	const secret = "MARCA7Q2X"
	w := newWorld(t)
	f := filing(1)
	f.Person, f.Sent = "p1", secret+"envio"
	w.update(func(tx *storage.Txn) error {
		mail := storage.Mail{ID: "m1", To: secret + "@example.mx", Kind: "receipt", Message: []byte(secret), Created: noon, Next: noon}
		note := storage.Note{ID: "n1", Filing: f.ID, Text: secret, Filed: noon}
		_, err := tx.PutDraft(storage.Draft{ID: "d1", Person: "p1", Draft: forms.Draft{Type: forms.Inicial, Year: 2026, Answers: forms.Answers{"a.b": {secret}}}}, "a", 0)
		return errors.Join(err,
			tx.PutUser(storage.User{ID: "u1", Login: secret + "login", Name: secret, Email: secret, Password: secret, Code: &storage.Code{Hash: secret}}),
			tx.PutPerson(storage.Person{ID: "p1", Given: secret, RFC: secret + "RFC", CURP: secret, Reserve: &storage.Reserve{Agreement: secret}}),
			tx.File(f, []byte(secret+"full"), []byte("public"), ""),
			tx.PutNote(&note), tx.PutMail(mail),
			tx.PutSession(strings.Repeat("a", 64), storage.Session{User: "u1", Flash: &storage.Flash{Key: secret}}),
			tx.PutAside(strings.Repeat("b", 64), storage.Aside{Form: []byte(secret)}),
			tx.PutClient(storage.Client{ID: "c1", Secret: secret, Password: secret, Name: secret}),
			tx.Audit(storage.AuditEntry{At: noon, Act: "x", Reason: secret}),
			keep(tx, f.ID, storage.PaperFull, secret), keep(tx, f.ID, storage.PaperReceipt, secret),
			tx.PutSigned(storage.Signed{Filing: f.ID, PDF: []byte(secret), JSON: []byte(secret), Cert: []byte(secret)}),
			tx.PutSeal(storage.SealKey{ID: "s1", Key: []byte(secret)}),
			tx.PutPending(storage.Pending{ID: "q1", User: "u1", Data: []byte(secret)}),
			tx.PutTrust(storage.Trust{Stamps: storage.Stamps{Password: secret}, Witnesses: storage.Witnesses{Mail: []string{secret}}}),
			tx.LogRead(&storage.Read{ID: "r1", Filing: f.ID, User: "u1", Name: secret, File: secret, Reason: secret, At: noon}),
			tx.PutTries(secret, storage.Tries{Count: 1, Last: noon}),
		)
	})
	reserved := filing(2)
	reserved.Reserved = true
	w.update(func(tx *storage.Txn) error { return tx.File(reserved, []byte("full"), []byte(secret+"reserved"), "") })
	w.update(func(tx *storage.Txn) error { return keep(tx, reserved.ID, storage.PaperPublic, secret) })
	w.sound()
	raw, err := os.ReadFile(w.path)
	if err != nil {
		t.Fatal(err)
	}
	if at := bytes.Index(raw, []byte(secret)); at >= 0 {
		t.Errorf("a secret lies in clear: %q", raw[max(0, at-80):at+40])
	}
	if !bytes.Contains(raw, []byte("public")) {
		t.Error("the public document is not in clear, so this test would not see a secret either")
	}
	w.view(func(tx *storage.Txn) error { // and everything opens with the key
		u, err := tx.UserByLogin(secret + "login")
		p, err2 := tx.PersonByRFC(secret + "RFC")
		m, err3 := tx.Mail("m1")
		n, err4 := tx.Tries(secret)
		if u.Name != secret || p.Given != secret || string(m.Message) != secret || n.Count != 1 {
			t.Errorf("read back %+v %+v %+v %+v", u, p, m, n)
		}
		return errors.Join(err, err2, err3, err4)
	})
}

func keep(tx *storage.Txn, filing, kind, text string) error {
	_, err := tx.KeepPaper(filing, kind, []byte(text), noon)
	return err
}

// TestTenantsApart: what one public body keeps, another neither sees nor disturbs.
func TestTenantsApart(t *testing.T) {
	w := newWorld(t)
	two := func(fn func(*storage.Txn) error) {
		t.Helper()
		if err := w.db.Update(context.Background(), "2", fn); err != nil {
			t.Fatal(err)
		}
	}
	two(func(tx *storage.Txn) error {
		return errors.Join(tx.PutInstitution(storage.Institution{Initials: "SM", Zone: "America/Tijuana"}),
			tx.PutUser(storage.User{ID: "u1", Login: "ana"}))
	})
	w.update(func(tx *storage.Txn) error { return tx.PutUser(storage.User{ID: "u2", Login: "ana"}) })
	a := w.file(1)
	b := filing(1)
	b.ID = a.ID
	two(func(tx *storage.Txn) error { return tx.File(b, []byte("full of 2"), []byte("public of 2"), "") })
	if b.Folio != "SM-2026-000001" || a.Folio != "VE-2026-000001" {
		t.Errorf("folios %s and %s", a.Folio, b.Folio)
	}
	w.view(func(tx *storage.Txn) error {
		doc, err := tx.PublicDocument(a.ID)
		if string(doc) != string(public(a)) {
			t.Errorf("tenant 1 reads %q", doc)
		}
		u, err2 := tx.UserByLogin("ana")
		if u.ID != "u2" {
			t.Errorf("tenant 1 finds %s", u.ID)
		}
		return errors.Join(err, err2)
	})
	all, err := w.db.Tenants(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	same(t, all, "1", "2")
	for _, bad := range []string{"", "a/b", "t/1", "\x00", strings.Repeat("x", 65), "ñ"} {
		if err := w.db.View(t.Context(), bad, func(*storage.Txn) error { return nil }); !errors.Is(err, storage.ErrTenant) {
			t.Errorf("tenant %q: %v", bad, err)
		}
	}
}
