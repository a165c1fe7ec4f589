package complain_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"declara/app/complain"
	"declara/app/complain/evidence"
	"declara/app/complain/vault"
	"declara/app/errs"
	"declara/storage"
)

// keyIs reports whether an error says what a key of the catalogue says.
func keyIs(err error, key string) bool {
	e, ok := errors.AsType[*errs.Error](err)
	return ok && e.Key == key
}

// TestSweepAll: on a day of many, drafts do not stay longer than what is promised, nor do
// events stay out of the log.
func TestSweepAll(t *testing.T) {
	w := newTown(t, "ana", "custodia")
	const many = 230
	for range many {
		w.begin()
	}
	last := w.begin()
	w.ok(w.AddFile(t.Context(), tenant, last, complain.Upload{Name: "a.jpg", Bytes: photo(t, 2)}))
	for range 105 {
		_, err := w.Receive(t.Context(), tenant, bribe, nil, complain.Way{Channel: complain.ChannelDesk})
		w.ok(err)
	}
	w.at = w.at.Add(24 * time.Hour)
	w.ok(w.Sweep(t.Context(), tenant))
	w.update(func(tx *storage.Txn) error {
		n, _, err := tx.SweepComplaintDrafts("9999", 1000)
		if n != 0 {
			t.Errorf("%d drafts are there after a day", n)
		}
		return err
	})
	if left, err := w.files.List(); err != nil || len(left) != 0 {
		t.Errorf("%d files of drafts: %v", len(left), err)
	}
	w.update(func(tx *storage.Txn) error {
		n, err := tx.LogEvents("9999", 1000)
		if n != 0 {
			t.Errorf("%d events of yesterday are not in the log", n)
		}
		return err
	})
}

// TestSweepOthers: the folder of files is one for all public bodies; what sweeps for one
// leaves those of another.
func TestSweepOthers(t *testing.T) {
	w := newTown(t, "ana", "custodia")
	w.ok(w.db.Update(t.Context(), "2", func(tx *storage.Txn) error {
		return tx.PutInstitution(storage.Institution{Name: "Otro", Zone: "UTC", SetUp: w.at})
	}))
	_, err := w.Receive(t.Context(), tenant, bribe, []complain.Upload{{Name: "a.jpg", Bytes: photo(t, 2)}}, complain.Way{Channel: complain.ChannelDesk})
	w.ok(err)
	before, err := w.files.List()
	w.ok(err)
	w.at = w.at.AddDate(0, 0, 5)
	w.ok(w.Sweep(t.Context(), "2"))
	if after, err := w.files.List(); err != nil || len(after) != len(before) || len(before) == 0 {
		t.Errorf("%d of %d files are left: %v", len(after), len(before), err)
	}
}

// TestPanicOfACleaner: a file that breaks its cleaner is refused like any that cannot be
// cleaned; the text stays, and the next file is taken.
func TestPanicOfACleaner(t *testing.T) {
	w := newTown(t, "ana", "custodia")
	ticket := w.begin()
	w.save(ticket, bribe)
	w.Cleaner(func(evidence.Kind, []byte) (evidence.Working, error) { panic("what the file says") })
	err := w.AddFile(t.Context(), tenant, ticket, complain.Upload{Name: "a.jpg", Bytes: photo(t, 2)})
	if !keyIs(err, "evidence.refuse.unclean") {
		t.Errorf("it said %v", err)
	}
	if _, err := w.Receive(t.Context(), tenant, bribe, []complain.Upload{{Name: "a.jpg", Bytes: photo(t, 2)}}, complain.Way{}); !keyIs(err, "evidence.refuse.unclean") {
		t.Errorf("at the desk it said %v", err)
	}
	w.Cleaner(evidence.Clean)
	w.ok(w.AddFile(t.Context(), tenant, ticket, complain.Upload{Name: "a.jpg", Bytes: photo(t, 2)}))
	if d, err := w.Draft(t.Context(), tenant, ticket); err != nil || d.Answers.What != bribe.What || len(d.Files) != 1 {
		t.Errorf("left %+v %v", d, err)
	}
}

// TestTooLong: what no envelope takes is refused in words, and what was there before
// stays.
func TestTooLong(t *testing.T) {
	w := newTown(t, "ana", "custodia")
	ticket := w.begin()
	w.save(ticket, bribe)
	huge := strings.Repeat("ñ", 700_000)
	for _, fill := range []func(*complain.Answers){
		func(a *complain.Answers) { a.What = huge }, func(a *complain.Answers) { a.Where = huge }, func(a *complain.Answers) { a.Contact = huge },
	} {
		if err := w.Save(t.Context(), tenant, ticket, fill); !keyIs(err, "complain.error.vast") {
			t.Errorf("it said %v", err)
		}
	}
	sent, err := w.Send(t.Context(), tenant, ticket)
	w.ok(err)
	token, err := w.Enter(t.Context(), tenant, sent.Key)
	w.ok(err)
	if err := w.Write(t.Context(), tenant, token, huge, "1"); !keyIs(err, "complain.error.message.long") {
		t.Errorf("a message: %v", err)
	}
	if err := w.Reveal(t.Context(), tenant, token, complain.Identity{Name: huge}, "1"); !keyIs(err, "complain.error.name.long") {
		t.Errorf("a name: %v", err)
	}
	w.ok(w.Write(t.Context(), tenant, token, strings.Repeat("<", complain.MaxText), "2"))
}

// TestRevealOnce: a name that is sent twice is there once, with one event.
func TestRevealOnce(t *testing.T) {
	w := newTown(t, "ana", "custodia")
	sent, err := w.Receive(t.Context(), tenant, bribe, nil, complain.Way{})
	w.ok(err)
	token, err := w.Enter(t.Context(), tenant, sent.Key)
	w.ok(err)
	for _, envio := range []string{"1", "1", "2"} {
		w.ok(w.Reveal(t.Context(), tenant, token, complain.Identity{Name: "Rosa"}, envio))
	}
	names, events := 0, 0
	w.view(func(tx *storage.Txn) error {
		parts, err := tx.Parts(sent.ID)
		names = 0
		for _, p := range parts {
			if p.Kind == storage.PartIdentity {
				names++
			}
		}
		return err
	})
	st, err := w.Look(t.Context(), tenant, token)
	w.ok(err)
	for _, e := range st.Events {
		if e.Kind == complain.EventRevealed {
			events++
		}
	}
	if names != 3 || events != 2 { // one of the complaint itself
		t.Errorf("%d identities and %d events", names, events)
	}
}

// escrow gives a town an escrow of three holders, and returns their ids.
func (w *town) escrow(external string) (ids []string) {
	w.Helper()
	var people [3]vault.Person
	key := storage.EscrowKey{Day: "2026-05-01"}
	for i, post := range []string{"Sindicatura", "Auditoría del estado", "Secretaría"} {
		p, err := vault.NewPair()
		w.ok(err)
		ids = append(ids, "respaldo-"+storage.RandomID()[:10])
		people[i] = vault.Person{ID: ids[i], Key: p.Public()}
		key.Posts = append(key.Posts, post)
	}
	e, err := vault.NewEscrow(vault.Context{Tenant: tenant, Case: "escrow", Purpose: "escrow"}, people)
	w.ok(err)
	key.Record = e.Bytes()
	ch := storage.Channel{Escrow: &key}
	if external != "" {
		ch.External = &storage.ExternalAuthority{Name: "Auditoría", Recipient: external}
	}
	w.update(func(tx *storage.Txn) error { return tx.PutChannel(ch, 0) })
	return ids
}

// TestHolderAccused: who is accused and holds a key of the escrow can be left out by who
// complains: the complaint is sealed to the other two. That does not send it to the
// office when the office is accused, nor does a name that nobody has.
func TestHolderAccused(t *testing.T) {
	w := newTown(t, "ana", "eva", "custodia")
	outside, err := age.GenerateX25519Identity()
	w.ok(err)
	ids := w.escrow(outside.Recipient().String())
	posts := func(all []complain.Reader) (out []string) {
		for _, p := range all {
			out = append(out, p.Post)
		}
		return out
	}
	for _, c := range []struct {
		name, route      string
		out              []string
		office, external bool
		holders          []string
	}{
		{"nobody", complain.RouteTown, nil, true, false, []string{"Sindicatura", "Auditoría del estado", "Secretaría"}},
		{"a holder", complain.RouteTown, ids[:1], true, false, []string{"Auditoría del estado", "Secretaría"}},
		{"two holders", complain.RouteTown, ids[:2], true, false, nil},
		{"the office", complain.RouteOffice, nil, false, true, []string{"Sindicatura", "Auditoría del estado", "Secretaría"}},
		{"the office and a holder", complain.RouteOffice, ids[:1], false, true, []string{"Auditoría del estado", "Secretaría"}},
		{"one of the office", complain.RouteOffice, []string{"ana"}, true, false, []string{"Sindicatura", "Auditoría del estado", "Secretaría"}},
		{"somebody who is not", complain.RouteOffice, []string{"nadie", "", "../x", strings.Repeat("a", 4000)}, false, true, []string{"Sindicatura", "Auditoría del estado", "Secretaría"}},
	} {
		r, err := w.Readers(t.Context(), tenant, c.route, c.out)
		w.ok(err)
		if (len(r.Office) > 0) != c.office || (r.External != nil) != c.external || !slices.Equal(posts(r.Holders), c.holders) {
			t.Errorf("%s: office %v, outside %v, holders %v", c.name, posts(r.Office), r.External != nil, posts(r.Holders))
		}
		a := bribe
		a.Route, a.Exclude = c.route, c.out
		sent, err := w.Receive(t.Context(), tenant, a, nil, complain.Way{})
		w.ok(err)
		w.view(func(tx *storage.Txn) error {
			kept, err := tx.Complaint(sent.ID)
			if strings.Contains(strings.Join(kept.Excluded, " "), "nadie") || slices.Contains(kept.Excluded, "") || len(kept.Excluded) > 2 {
				t.Errorf("%s: the record keeps %.60q", c.name, kept.Excluded)
			}
			return err
		})
	}
}

// TestSameAuthority: what is added to a complaint later goes to the authority that it was
// sealed to, whoever was put in her place since; and is not lost when there is none any
// more.
func TestSameAuthority(t *testing.T) {
	w := newTown(t, "ana", "custodia")
	first, err := age.GenerateX25519Identity()
	w.ok(err)
	second, err := age.GenerateX25519Identity()
	w.ok(err)
	w.escrow(first.Recipient().String())
	a := bribe
	a.Route = complain.RouteOffice
	sent, err := w.Receive(t.Context(), tenant, a, nil, complain.Way{})
	w.ok(err)
	for n, external := range []*storage.ExternalAuthority{{Name: "Otra", Recipient: second.Recipient().String()}, nil} {
		w.update(func(tx *storage.Txn) error {
			ch, err := tx.Channel()
			if err != nil {
				return err
			}
			ch.External = external
			return tx.PutChannel(ch, ch.Version)
		})
		token, err := w.Enter(t.Context(), tenant, sent.Key)
		w.ok(err)
		w.ok(w.Write(t.Context(), tenant, token, "otra cosa", string(rune('a'+n))))
	}
	n := 0
	w.view(func(tx *storage.Txn) error {
		parts, err := tx.Parts(sent.ID)
		n = 0
		for _, p := range parts {
			for _, f := range p.Files {
				sealed, err := w.files.Get(f.Name)
				w.ok(err)
				r, err := age.Decrypt(bytes.NewReader(sealed), first)
				if err != nil {
					t.Errorf("she cannot open it: %v", err)
					continue
				}
				if _, err := io.Copy(io.Discard, r); err != nil {
					t.Error(err)
				}
				n++
			}
		}
		return err
	})
	if n != 3 {
		t.Errorf("%d files for the authority", n)
	}
}

// TestCover: once in every ten minutes something is written, however often it is asked and
// whatever else happens; it is in the time of the file, and changes nothing in it.
func TestCover(t *testing.T) {
	w := newTown(t, "ana", "custodia")
	file := filepath.Join(w.dir, "declara.db")
	long := time.Now().Add(-time.Hour).Truncate(time.Second)
	w.at = w.at.Truncate(10 * time.Minute)
	for minute := range 30 {
		w.ok(os.Chtimes(file, long, long))
		w.ok(w.Cover(t.Context()))
		info, err := os.Stat(file)
		w.ok(err)
		if wrote := !info.ModTime().Equal(long); wrote != (minute%10 == 0) {
			t.Errorf("minute %d: written %v", minute, wrote)
		}
		w.at = w.at.Add(time.Minute)
	}
	sent, err := w.Receive(t.Context(), tenant, bribe, nil, complain.Way{})
	w.ok(err)
	token, err := w.Enter(t.Context(), tenant, sent.Key)
	w.ok(err)
	w.ok(os.Chtimes(file, long, long))
	_, err = w.Look(t.Context(), tenant, token)
	w.ok(err)
	if info, err := os.Stat(file); err != nil || !info.ModTime().Equal(long) {
		t.Error("entering and looking writes")
	}
}

// TestOrphans: a file that was written when the process stopped is sealed, and is swept.
func TestOrphans(t *testing.T) {
	w := newTown(t, "ana", "custodia")
	ticket := w.begin()
	text := []byte("un texto que se reconoce si queda en claro")
	w.ok(w.AddFile(t.Context(), tenant, ticket, complain.Upload{Name: "a.txt", Bytes: text}))
	w.update(func(tx *storage.Txn) error { // the record is not there: the process stopped before it
		n, _, err := tx.SweepComplaintDrafts("9999", 10)
		if n != 1 {
			t.Errorf("%d drafts", n)
		}
		return err
	})
	entries, err := os.ReadDir(filepath.Join(w.dir, "evidence"))
	w.ok(err)
	if len(entries) != 2 {
		t.Fatalf("%d files", len(entries))
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(w.dir, "evidence", e.Name()))
		w.ok(err)
		if bytes.Contains(b, text[:12]) || len(b) < 64<<10 {
			t.Errorf("%d bytes, in clear %v", len(b), bytes.Contains(b, text[:12]))
		}
	}
	w.at = w.at.AddDate(0, 0, 3)
	w.ok(w.Sweep(t.Context(), tenant))
	if left, err := w.files.List(); err != nil || len(left) != 0 {
		t.Errorf("%d left: %v", len(left), err)
	}
}
