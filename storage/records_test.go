package storage_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"declara/forms"
	"declara/storage"
)

func TestUsers(t *testing.T) {
	w := newWorld(t)
	put := func(u storage.User) error { return w.try(func(tx *storage.Txn) error { return tx.PutUser(u) }) }
	find := func(login string) (id string) {
		w.view(func(tx *storage.Txn) error {
			u, err := tx.UserByLogin(login)
			if errors.Is(err, storage.ErrNotFound) {
				err = nil
			}
			id = u.ID
			return err
		})
		return id
	}
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	ok(put(storage.User{ID: "u1", Login: "ana", Person: "p1"}))
	ok(put(storage.User{ID: "u1", Login: "ana", Person: "p1", Name: "Ana"}))
	if err := put(storage.User{ID: "u2", Login: "ana"}); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("two accounts of one login: %v", err)
	}
	if err := put(storage.User{ID: "u2", Login: "eva", Person: "p1"}); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("two accounts of one person: %v", err)
	}
	same(t, []string{find("ana"), find("eva"), find(""), find("ANA")}, "u1", "", "", "")
	ok(put(storage.User{ID: "u1", Login: "ana.maria"}))
	same(t, []string{find("ana"), find("ana.maria")}, "", "u1")
	ok(put(storage.User{ID: "u2", Login: "ana", Person: "p1"}))
	ok(put(storage.User{ID: "u3"}))
	ok(put(storage.User{ID: "u4"}))
	w.view(func(tx *storage.Txn) error {
		u, err := tx.UserByPerson("p1")
		if u.ID != "u2" {
			t.Errorf("account of p1: %s %v", u.ID, err)
		}
		var ids []string
		err = tx.Users(func(u storage.User) error { ids = append(ids, u.ID); return nil })
		same(t, ids, "u1", "u2", "u3", "u4")
		stop := errors.New("stop")
		n := 0
		if err := tx.Users(func(storage.User) error { n++; return stop }); err != stop || n != 1 {
			t.Errorf("stopped after %d: %v", n, err)
		}
		return err
	})
	for _, bad := range []string{"", "a/b", "ñ"} {
		if err := put(storage.User{ID: bad, Login: "x"}); !errors.Is(err, storage.ErrKey) {
			t.Errorf("id %q: %v", bad, err)
		}
		w.view(func(tx *storage.Txn) error {
			if _, err := tx.User(bad); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("id %q: %v", bad, err)
			}
			return nil
		})
	}
}

func TestPeople(t *testing.T) {
	w := newWorld(t)
	put := func(p storage.Person) error { return w.try(func(tx *storage.Txn) error { return tx.PutPerson(p) }) }
	if err := errors.Join(put(storage.Person{ID: "p1", RFC: "PUFE800229M93"}), put(storage.Person{ID: "p1", RFC: "PUFE800229M93", Unit: "Tesorería"})); err != nil {
		t.Fatal(err)
	}
	if err := put(storage.Person{ID: "p2", RFC: "PUFE800229M93"}); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("two officials of one RFC: %v", err)
	}
	if err := errors.Join(put(storage.Person{ID: "p1", RFC: "XAXX010101000"}), put(storage.Person{ID: "p2", RFC: "PUFE800229M93"})); err != nil {
		t.Errorf("an RFC that was corrected is still taken: %v", err)
	}
	w.view(func(tx *storage.Txn) error {
		for rfc, id := range map[string]string{"PUFE800229M93": "p2", "XAXX010101000": "p1"} {
			if p, err := tx.PersonByRFC(rfc); err != nil || p.ID != id {
				t.Errorf("RFC of %s finds %q: %v", id, p.ID, err)
			}
		}
		if _, err := tx.PersonByRFC(""); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("no RFC: %v", err)
		}
		n := 0
		err := tx.People(func(storage.Person) error { n++; return nil })
		if n != 2 {
			t.Errorf("%d officials", n)
		}
		return err
	})
	for _, key := range keysOf(t, w.store) {
		if strings.Contains(key, "PUFE") || strings.Contains(key, "XAXX") {
			t.Errorf("an RFC in the key %s", key)
		}
	}
}

func TestDrafts(t *testing.T) {
	w := newWorld(t)
	draft := func(id string, typ forms.Type, year int, event string) storage.Draft {
		return storage.Draft{ID: id, Person: "p1", Created: noon, Draft: forms.Draft{Type: typ, Year: year, Event: event}}
	}
	put := func(d storage.Draft, section string, version int) (v int, err error) {
		err = w.try(func(tx *storage.Txn) (err error) {
			v, err = tx.PutDraft(d, section, version)
			return err
		})
		return v, err
	}
	read := func(id string) (d storage.Draft) {
		w.view(func(tx *storage.Txn) (err error) {
			d, err = tx.Draft(id)
			return err
		})
		return d
	}
	must := func(v int, err error) int {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	conflict := func(what string, d storage.Draft, section string, version int) {
		t.Helper()
		before := read("d1")
		if _, err := put(d, section, version); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("%s: %v", what, err)
		}
		if after := read("d1"); fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("%s: it changed the draft", what)
		}
	}
	if v := must(put(draft("d1", forms.Modificacion, 2026, ""), "", 0)); v != 1 {
		t.Errorf("version %d", v)
	}
	d := read("d1")
	if v := must(put(d, "ingresos", 0)); v != 1 || d.Versions["ingresos"] != 0 {
		t.Errorf("version %d, and the caller's draft has %d", v, d.Versions["ingresos"])
	}
	second := read("d1")
	if v := must(put(second, "ingresos", 1)); v != 2 || second.Versions["ingresos"] != 1 {
		t.Errorf("version %d, and the caller's draft has %d", v, second.Versions["ingresos"])
	}
	if v := must(put(read("d1"), "vehiculos", 0)); v != 1 {
		t.Errorf("version %d", v)
	}
	if got := read("d1").Versions; !maps.Equal(got, map[string]int{"ingresos": 2, "vehiculos": 1}) {
		t.Errorf("versions %v", got)
	}
	must(put(read("d1"), "", 7)) // of the draft's own data, which has no version
	conflict("an older version of the section", read("d1"), "ingresos", 1)
	conflict("a version of the future", read("d1"), "ingresos", 3)
	conflict("a draft read before another section was saved", d, "ingresos", 2)
	conflict("a draft of another person", func() storage.Draft { d := read("d1"); d.Person = "p2"; return d }(), "ingresos", 2)
	conflict("a second draft of the duty", draft("d2", forms.Modificacion, 2026, ""), "", 0)
	conflict("a version of a draft that is not there", draft("d2", forms.Modificacion, 2027, ""), "ingresos", 1)
	must(put(draft("d3", forms.Modificacion, 2027, ""), "", 0))
	must(put(draft("d4", forms.Inicial, 2026, "2026-01-10"), "", 0))
	must(put(draft("d5", forms.Inicial, 2026, "2026-06-10"), "", 0)) // a second entry in the year
	interest := draft("d6", forms.Modificacion, 2026, "")
	interest.Interest, interest.Created = true, noon.Add(-time.Hour)
	must(put(interest, "", 0))
	conflict("a second update of interests", func() storage.Draft { d := interest; d.ID = "d7"; return d }(), "", 0)
	moved := read("d4")
	moved.Draft.Event = "2026-06-10"
	conflict("a day that another draft has", moved, "", 0)
	moved.Draft.Event = "2026-02-01"
	must(put(moved, "", 0))
	must(put(draft("d8", forms.Inicial, 2026, "2026-01-10"), "", 0)) // the day that is free now
	w.view(func(tx *storage.Txn) error {
		all, err := tx.DraftsOf("p1")
		var ids []string
		for _, d := range all {
			ids = append(ids, d.ID)
		}
		same(t, ids, "d6", "d1", "d3", "d4", "d5", "d8") // oldest first
		none, err2 := tx.DraftsOf("p")
		return errors.Join(err, err2, nonEmpty(len(none)))
	})
	w.update(func(tx *storage.Txn) error { return errors.Join(tx.DeleteDraft("d1"), tx.DeleteDraft("d1")) })
	must(put(draft("d2", forms.Modificacion, 2026, ""), "", 0))
}

func nonEmpty(n int) error {
	if n > 0 {
		return fmt.Errorf("%d where there should be none", n)
	}
	return nil
}

func TestNotes(t *testing.T) {
	w := newWorld(t)
	f := w.file(1)
	for i, id := range []string{"zz", "aa", "mm"} {
		n := storage.Note{ID: id, Filing: f.ID, Section: "ingresos", Text: "texto " + id, Filed: noon}
		w.update(func(tx *storage.Txn) error { return tx.PutNote(&n) })
		if n.Leaf != uint64(i)+1 || n.Hash != storage.Digest([]byte(f.ID+"\ningresos\ntexto "+id)) {
			t.Errorf("note %+v", n)
		}
	}
	put := func(n storage.Note) error {
		n.Filed = noon
		return w.try(func(tx *storage.Txn) error { return tx.PutNote(&n) })
	}
	if err := put(storage.Note{ID: "aa", Filing: f.ID, Text: "otro"}); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("a note was written again: %v", err)
	}
	if err := put(storage.Note{ID: "bb", Filing: "nothing"}); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a note on nothing: %v", err)
	}
	if err := put(storage.Note{ID: "bb", Filing: f.ID, Hash: "00"}); err == nil {
		t.Error("a note with another's hash")
	}
	w.view(func(tx *storage.Txn) error {
		notes, err := tx.NotesOf(f.ID)
		var texts []string
		for _, n := range notes {
			texts = append(texts, n.Text)
		}
		same(t, texts, "texto zz", "texto aa", "texto mm") // in the order of coming
		var leaves []string
		err2 := tx.Leaves(func(l storage.Leaf, record []byte) error {
			leaves = append(leaves, fmt.Sprint(l.N, l.Kind))
			return nil
		})
		same(t, leaves, "0filing", "1note", "2note", "3note")
		var since []uint64
		err3 := tx.LeavesSince(1, func(l storage.Leaf, _ []byte) bool { since = append(since, l.N); return len(since) < 2 })
		same(t, since, 1, 2)
		return errors.Join(err, err2, err3)
	})
}

func TestSessions(t *testing.T) {
	w := newWorld(t)
	hash := func(n int) string { return storage.Digest([]byte{byte(n)}) }
	for n := range 6 {
		w.update(func(tx *storage.Txn) error {
			return tx.PutSession(hash(n), storage.Session{User: fmt.Sprint("u", n%2), Created: noon, Seen: noon.Add(time.Duration(n) * time.Hour)})
		})
	}
	there := func() (left []int) {
		w.view(func(tx *storage.Txn) error {
			for n := range 6 {
				if _, err := tx.Session(hash(n)); err == nil {
					left = append(left, n)
				} else if !errors.Is(err, storage.ErrNotFound) {
					return err
				}
			}
			return nil
		})
		return left
	}
	if err := w.try(func(tx *storage.Txn) error { return tx.PutSession(hash(0), storage.Session{User: "u1"}) }); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("a session that changes hands: %v", err)
	}
	w.update(func(tx *storage.Txn) error { return errors.Join(tx.DeleteSession(hash(5)), tx.DeleteSession(hash(5))) })
	same(t, there(), 0, 1, 2, 3, 4)
	w.update(func(tx *storage.Txn) error { return tx.EndSessionsOf("u0", hash(2)) })
	same(t, there(), 1, 2, 3)
	w.update(func(tx *storage.Txn) error {
		return tx.EndSessions(func(h string, s storage.Session) bool { return s.Seen.Before(noon.Add(2*time.Hour)) || h == hash(3) })
	})
	same(t, there(), 2)
}

func TestAside(t *testing.T) {
	w := newWorld(t)
	a := storage.Aside{User: "u1", Path: "/declaraciones", Form: []byte("a=1"), Expires: noon}
	take := func(hash string) (got storage.Aside, err error) {
		err = w.try(func(tx *storage.Txn) error { got, err = tx.TakeAside(hash); return err })
		return got, err
	}
	w.update(func(tx *storage.Txn) error {
		later := a
		later.Expires = noon.Add(time.Second)
		return errors.Join(tx.PutAside("h1", a), tx.PutAside("h2", a), tx.PutAside("h3", later))
	})
	if got, err := take("h1"); err != nil || got.Path != a.Path || string(got.Form) != "a=1" {
		t.Errorf("got %+v %v", got, err)
	}
	if _, err := take("h1"); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("taken twice: %v", err)
	}
	w.update(func(tx *storage.Txn) error {
		n, err := tx.SweepAsides(noon.Add(time.Millisecond), 10)
		if n != 1 {
			t.Errorf("%d were swept", n)
		}
		return err
	})
	if _, err := take("h3"); err != nil {
		t.Errorf("one in time was swept: %v", err)
	}
}

// TestAsidesAreBounded: nobody fills the store with posts set aside, neither one
// person nor all together. The oldest make room.
func TestAsidesAreBounded(t *testing.T) {
	w := newWorld(t)
	n := 0
	put := func(user string) string {
		n++
		hash := fmt.Sprintf("h%d", n)
		w.update(func(tx *storage.Txn) error {
			return tx.PutAside(hash, storage.Aside{User: user, Form: []byte("a=1"), Expires: noon.Add(time.Duration(n) * time.Second)})
		})
		return hash
	}
	there := func(hashes []string) (kept int) {
		for i, h := range hashes {
			err := w.try(func(tx *storage.Txn) error { _, err := tx.TakeAside(h); return err })
			if err == nil {
				kept++
			} else if kept > 0 {
				t.Errorf("%d of %d is gone and an older one is not: %v", i, len(hashes), err)
			}
		}
		return kept
	}
	var mine, all []string
	for range storage.AsidesEach + 5 {
		mine = append(mine, put("u1"))
	}
	if kept := there(mine); kept != storage.AsidesEach {
		t.Errorf("%d posts of one person are kept, not %d", kept, storage.AsidesEach)
	}
	for i := range storage.AsidesInAll + 7 {
		all = append(all, put(fmt.Sprintf("v%d", i/4)))
	}
	if kept := there(all); kept != storage.AsidesInAll {
		t.Errorf("%d posts are kept, not %d", kept, storage.AsidesInAll)
	}
}

func TestMail(t *testing.T) {
	w := newWorld(t)
	at := func(h int) time.Time { return noon.Add(time.Duration(h) * time.Hour) }
	put := func(m storage.Mail) {
		t.Helper()
		m.Created = noon
		w.update(func(tx *storage.Txn) error { return tx.PutMail(m) })
	}
	due := func(now time.Time, limit int) (ids []string) {
		t.Helper()
		w.view(func(tx *storage.Txn) error {
			all, err := tx.DueMail(now, limit)
			for _, m := range all {
				ids = append(ids, m.ID)
			}
			return err
		})
		return ids
	}
	put(storage.Mail{ID: "m1", Next: at(3)})
	put(storage.Mail{ID: "m2", Next: at(1)})
	put(storage.Mail{ID: "m3", Next: at(2)})
	same(t, due(at(0), 9))
	same(t, due(at(1), 9), "m2")
	same(t, due(at(9), 9), "m2", "m3", "m1") // the longest due first
	same(t, due(at(9), 2), "m2", "m3")
	put(storage.Mail{ID: "m2", Next: at(4), Tries: 1}) // to be tried again
	same(t, due(at(9), 9), "m3", "m1", "m2")
	put(storage.Mail{ID: "m3", Next: at(2), Sent: at(2)})
	put(storage.Mail{ID: "m1", Next: at(3), Dead: true})
	same(t, due(at(9), 9), "m2")
	put(storage.Mail{ID: "m1", Next: at(5)}) // sent again by hand
	same(t, due(at(9), 9), "m2", "m1")
	w.update(func(tx *storage.Txn) error {
		n, err := tx.SweepMail(at(9), 10)
		if n != 1 {
			t.Errorf("%d were swept", n)
		}
		return errors.Join(err, tx.DeleteMail("m2"), tx.DeleteMail("m2"))
	})
	same(t, due(at(9), 9), "m1")
	w.view(func(tx *storage.Txn) error {
		n := 0
		err := tx.Mails(func(storage.Mail) error { n++; return nil })
		if n != 1 {
			t.Errorf("%d messages are left", n)
		}
		return err
	})
}

func TestClients(t *testing.T) {
	w := newWorld(t)
	w.update(func(tx *storage.Txn) error {
		return errors.Join(tx.PutClient(storage.Client{ID: "c1", Gen: 1}), tx.PutClient(storage.Client{ID: "c2"}), tx.PutClient(storage.Client{ID: "c1", Gen: 2}))
	})
	w.view(func(tx *storage.Txn) error {
		c, err := tx.Client("c1")
		if c.Gen != 2 {
			t.Errorf("generation %d", c.Gen)
		}
		var ids []string
		err2 := tx.Clients(func(c storage.Client) error { ids = append(ids, c.ID); return nil })
		same(t, ids, "c1", "c2")
		return errors.Join(err, err2)
	})
}

func TestLease(t *testing.T) {
	w := newWorld(t)
	take := func(holder string, now, until int) (held bool) {
		w.update(func(tx *storage.Txn) (err error) {
			held, err = tx.TakeLease("outbox", holder, noon.Add(time.Duration(now)*time.Second), noon.Add(time.Duration(until)*time.Second))
			return err
		})
		return held
	}
	same(t, []bool{
		take("a", 0, 10),  // free
		take("b", 5, 15),  // a has it
		take("a", 6, 16),  // and keeps it
		take("b", 15, 25), // still
		take("b", 16, 26), // it ran out
		take("a", 17, 27), // now b has it
		take("b", 18, 18), // and gives it back
		take("a", 18, 28),
	}, true, false, true, false, true, false, true, true)
	held := 0
	for _, holder := range []string{"c", "d", "e", "f"} {
		if take(holder, 100, 200) {
			held++
		}
	}
	if held != 1 {
		t.Errorf("%d have it", held)
	}
}

func TestTries(t *testing.T) {
	w := newWorld(t)
	w.update(func(tx *storage.Txn) error {
		n, err := tx.Tries("ana 192.0.2.1")
		if n != (storage.Tries{}) {
			t.Errorf("at first: %+v", n)
		}
		return errors.Join(err, tx.PutTries("ana 192.0.2.1", storage.Tries{Count: 3, Since: noon, Last: noon}),
			tx.PutTries("eva", storage.Tries{Count: 1, Since: noon, Last: noon.Add(time.Hour)}))
	})
	w.update(func(tx *storage.Txn) error {
		n, err := tx.Tries("ana 192.0.2.1")
		if n.Count != 3 {
			t.Errorf("now: %+v", n)
		}
		swept, err2 := tx.SweepTries(noon.Add(time.Minute), 10)
		if swept != 1 {
			t.Errorf("%d were swept", swept)
		}
		return errors.Join(err, err2, tx.PutTries("eva", storage.Tries{}))
	})
	for _, key := range keysOf(t, w.store) {
		if strings.Contains(key, "/tries/") {
			t.Errorf("left: %s", key)
		}
	}
}

func TestAudit(t *testing.T) {
	w := newWorld(t)
	for n := range 5 {
		w.update(func(tx *storage.Txn) error {
			return errors.Join(
				tx.Audit(storage.AuditEntry{At: noon.Add(time.Duration(n) * time.Second), Actor: "u1", Act: "person.add", About: fmt.Sprint("p", n)}),
				tx.Audit(storage.AuditEntry{At: noon.In(time.FixedZone("", -6*3600)), Act: "client.rotate", N: 99, Before: "x"}))
		})
	}
	if err := w.try(func(tx *storage.Txn) error {
		return errors.Join(tx.Audit(storage.AuditEntry{Act: "lost"}), errors.New("rolled back"))
	}); err == nil {
		t.Error("kept")
	}
	w.view(func(tx *storage.Txn) error {
		var acts []string
		before := ""
		err := tx.AuditEntries(func(e storage.AuditEntry, raw []byte) error {
			if e.N != uint64(len(acts)) || e.Before != before || e.At.Location() != time.UTC {
				t.Errorf("entry %d: %+v", len(acts), e)
			}
			acts, before = append(acts, e.Act+e.About), storage.Digest(raw)
			return nil
		})
		same(t, acts, "person.addp0", "client.rotate", "person.addp1", "client.rotate", "person.addp2", "client.rotate", "person.addp3", "client.rotate", "person.addp4", "client.rotate")
		n, err2 := tx.VerifyAudit()
		if n != 10 {
			t.Errorf("%d entries in order", n)
		}
		return errors.Join(err, err2)
	})
}

// TestReserve: under a reserve nobody reads the public document, in no way, and
// when it is lifted everybody does again.
func TestReserve(t *testing.T) {
	w := newWorld(t, storage.WithIndexer(func(public []byte) ([]byte, error) { return []byte("row " + string(public[19:])), nil }))
	person := storage.Person{ID: "p1", RFC: "PUFE800229M93"}
	w.update(func(tx *storage.Txn) error {
		return errors.Join(tx.PutPerson(person), tx.PutPerson(storage.Person{ID: "p2", RFC: "XAXX010101000"}))
	})
	var ids []string
	for n := range 3 {
		ids = append(ids, w.file(n).ID)
	}
	other := filing(3)
	other.Person = "p2"
	w.update(func(tx *storage.Txn) error { return tx.File(other, full(other), public(other), "") })
	born := filing(4) // filed while the agreement was in force
	born.Reserved = true
	w.update(func(tx *storage.Txn) error { return tx.File(born, full(born), public(born), "") })
	if born.Seq != 0 {
		t.Errorf("a filing that is reserved has place %d in the publication log", born.Seq)
	}
	// index is what whoever follows the publication log has, from a place on.
	index := map[string]string{}
	var seq uint64
	follow := func() (changes int) {
		w.view(func(tx *storage.Txn) error {
			return tx.PublicSince(seq, func(p storage.Published) bool {
				if changes++; p.Gone {
					delete(index, p.ID)
				} else {
					index[p.ID] = string(p.Row)
				}
				seq = p.Seq
				return true
			})
		})
		return changes
	}
	readable := func(want ...string) {
		t.Helper()
		follow()
		same(t, slices.Sorted(maps.Keys(index)), want...)
		w.view(func(tx *storage.Txn) error {
			for _, id := range append(slices.Clone(ids), other.ID, born.ID) {
				should := slices.Contains(want, id)
				doc, err := tx.PublicDocument(id)
				if should && (err != nil || string(doc) != "public document of "+id) || !should && !errors.Is(err, storage.ErrNotFound) {
					t.Errorf("document: %q %v", doc, err)
				}
				row, err := tx.PublicRow(id)
				if should && (err != nil || string(row) != "row "+id) || !should && !errors.Is(err, storage.ErrNotFound) {
					t.Errorf("row: %q %v", row, err)
				}
				if _, err := tx.AppendPublic(nil, id); should != (err == nil) {
					t.Errorf("appended: %v", err)
				}
				if err := tx.PublicDocuments([]string{id}, func(_ int, doc []byte) error {
					if should != (doc != nil) {
						t.Errorf("among many: %q", doc)
					}
					return nil
				}); err != nil {
					return err
				}
				f, err := tx.Filing(id)
				if err != nil || f.Reserved == should {
					t.Errorf("filing %+v %v", f, err)
				}
				if _, err := tx.FullDocument(id); err != nil {
					t.Errorf("the full document is gone: %v", err)
				}
			}
			return nil
		})
		// Whoever begins now sees the same.
		was := maps.Clone(index)
		index, seq = map[string]string{}, 0
		follow()
		if !maps.Equal(was, index) {
			t.Errorf("followed %v, read anew %v", was, index)
		}
		w.sound()
	}
	readable(ids[0], ids[1], ids[2], other.ID)
	r := &storage.Reserve{Agreement: "CT-1/2026", Until: "2030-01-01"}
	w.update(func(tx *storage.Txn) error { return tx.SetReserve("p1", r) })
	readable(other.ID)
	if n := follow(); n != 0 {
		t.Errorf("%d changes where there are none", n)
	}
	w.view(func(tx *storage.Txn) error { // no row of hers is left in clear
		return tx.PublicSince(0, func(p storage.Published) bool {
			if p.ID != other.ID && (!p.Gone || p.Row != nil) {
				t.Errorf("change %d: %+v", p.Seq, p)
			}
			return true
		})
	})
	w.update(func(tx *storage.Txn) error { // a longer one changes nothing
		return tx.SetReserve("p1", &storage.Reserve{Agreement: "CT-1/2026", Until: "2031-01-01"})
	})
	if n := follow(); n != 0 {
		t.Errorf("%d changes by a longer agreement", n)
	}
	w.update(func(tx *storage.Txn) error { // the roster saves her as it read her
		p, err := tx.Person("p1")
		p.Unit = "Tesorería"
		return errors.Join(err, tx.PutPerson(p))
	})
	readable(other.ID)
	w.update(func(tx *storage.Txn) error { return tx.SetReserve("p1", nil) })
	readable(append(slices.Clone(ids), other.ID, born.ID)...)
	w.update(func(tx *storage.Txn) error { // and again, through the person
		p, err := tx.Person("p1")
		p.Reserve = r
		return errors.Join(err, tx.PutPerson(p))
	})
	readable(other.ID)
	if err := w.try(func(tx *storage.Txn) error { return tx.SetReserve("p9", r) }); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a reserve of nobody: %v", err)
	}
}

// TestOver: a transaction that is kept after its end does nothing.
func TestOver(t *testing.T) {
	w := newWorld(t)
	var kept *storage.Txn
	w.update(func(tx *storage.Txn) error { kept = tx; return nil })
	if err := kept.PutUser(storage.User{ID: "u1"}); !errors.Is(err, storage.ErrDone) {
		t.Errorf("put: %v", err)
	}
	if err := kept.Users(func(storage.User) error { return nil }); !errors.Is(err, storage.ErrDone) {
		t.Errorf("users: %v", err)
	}
	if kept.Tenant() != tenant {
		t.Error("tenant")
	}
	if err := w.db.View(context.Background(), tenant, func(tx *storage.Txn) error { return tx.PutClient(storage.Client{ID: "c1"}) }); !errors.Is(err, storage.ErrReadOnly) {
		t.Errorf("put in a view: %v", err)
	}
}
