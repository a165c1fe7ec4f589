package complain_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"declara/app/complain"
	"declara/storage"
)

// drafts is how much drafts take.
func (w *town) drafts() (size storage.DraftSize) {
	w.Helper()
	w.view(func(tx *storage.Txn) (err error) { size, err = tx.DraftBytes(); return err })
	return size
}

// carrying is a ticket of a form that can have its draft.
func carrying() complain.Ticket {
	return complain.Ticket{Cookie: complain.NewCookie(), Tab: storage.RandomID(), Carried: &complain.Carried{}}
}

// TestCarriedDraft: when drafts fill their room, one that comes lies in its form. It is
// written, sent, sent again and confirmed like any other, its files wait until it was
// sent, and nothing of it is kept.
func TestCarriedDraft(t *testing.T) {
	w := newTown(t, "ana", "custodia")
	ctx := w.Context()
	w.Texts(200 << 10)
	var first complain.Ticket
	for n := range 200 { // from wherever
		ticket := carrying()
		w.ok(w.Begin(ctx, tenant, ticket))
		w.save(ticket, complain.Answers{What: strings.Repeat("x ", 10_000)})
		if n == 0 {
			first = ticket
		}
	}
	full := w.drafts()
	if full.Texts > 200<<10 || full.Texts < 100<<10 {
		t.Fatalf("drafts take %d", full.Texts)
	}
	hers := carrying()
	w.ok(w.Begin(ctx, tenant, hers))
	w.save(hers, bribe)
	if hers.Carried.Sealed == "" || strings.Contains(hers.Carried.Sealed, bribe.What[:8]) {
		t.Fatalf("the form has %.40q", hers.Carried.Sealed)
	}
	if d, err := w.Draft(ctx, tenant, hers); err != nil || d.Answers.What != bribe.What {
		t.Errorf("%+v %v", d, err)
	}
	refused(t, w.AddFile(ctx, tenant, hers, complain.Upload{Name: "foto.jpg", Bytes: photo(t, 1)}), "complain.error.room")
	if d, err := w.Draft(ctx, tenant, hers); err != nil || d.Answers.What != bribe.What || len(d.Files) != 0 {
		t.Errorf("after a file: %+v %v", d, err)
	}
	// Only with her cookie, and in her form.
	other := hers
	other.Cookie = complain.NewCookie()
	if _, err := w.Draft(ctx, tenant, other); err == nil {
		t.Error("another browser reads it")
	}
	bare := hers
	bare.Carried = &complain.Carried{}
	if _, err := w.Draft(ctx, tenant, bare); err == nil {
		t.Error("it is kept all the same")
	}
	// One that is kept may not grow there.
	w.save(first, complain.Answers{What: strings.Repeat("y ", 25_000)})
	if d, err := w.Draft(ctx, tenant, first); err != nil || !strings.HasPrefix(d.Answers.What, "y ") {
		t.Errorf("%.20q %v", d.Answers.What, err)
	}
	if now := w.drafts(); now.Texts != full.Texts {
		t.Errorf("drafts grew from %d to %d", full.Texts, now.Texts)
	}
	sent, err := w.Send(ctx, tenant, hers)
	w.ok(err)
	again, err := w.Send(ctx, tenant, hers)
	w.ok(err)
	if again.Key != sent.Key || sent.Key == "" {
		t.Errorf("%q and %q", sent.Key, again.Key)
	}
	w.ok(w.Confirm(ctx, tenant, hers, sent.Key[len(sent.Key)-4:]))
	token, err := w.Enter(ctx, tenant, sent.Key)
	w.ok(err)
	w.ok(w.AddEvidence(ctx, tenant, token, complain.Upload{Name: "foto.jpg", Bytes: photo(t, 1)}))
	if c := w.complaint(sent.ID); len(c.Case.Wraps) != 1 {
		t.Errorf("%+v", c)
	}
	// A day later there is room, and the next step keeps what the form has.
	late := carrying()
	w.ok(w.Begin(ctx, tenant, late))
	w.save(late, bribe)
	w.at = w.at.Add(25 * time.Hour)
	w.ok(w.Sweep(ctx, tenant))
	w.ok(w.Save(ctx, tenant, late, func(a *complain.Answers) { a.Where = "en el mercado" }))
	if late.Carried.Sealed != "" {
		t.Error("there is room and it stays in the form")
	}
	if d, err := w.Draft(ctx, tenant, late); err != nil || d.Answers.What != bribe.What || d.Answers.Where != "en el mercado" {
		t.Errorf("%+v %v", d, err)
	}
	w.ok(w.AddFile(ctx, tenant, late, complain.Upload{Name: "foto.jpg", Bytes: photo(t, 1)}))
}

// TestMostOfOne: what one key may leave behind is bounded, each time with a sentence; an
// answer of the office makes room.
func TestMostOfOne(t *testing.T) {
	w := newTown(t, "ana", "custodia")
	ctx := w.Context()
	for _, a := range []complain.Answers{
		{What: strings.Repeat("ñ", complain.MaxText+1)}, {What: "x", When: strings.Repeat("ñ", 4001)}, {What: "x", Where: strings.Repeat("ñ", 4001)},
	} {
		ticket := w.begin()
		w.save(ticket, a)
		_, err := w.Send(ctx, tenant, ticket)
		refused(t, err, "complain.error.long")
		if d, err := w.Draft(ctx, tenant, ticket); err != nil || d.Answers.What != a.What || d.Answers.When != a.When {
			t.Errorf("the text is not kept: %v", err)
		}
	}
	ticket := w.begin()
	w.save(ticket, complain.Answers{What: "x", Mode: complain.Confidential, Contact: strings.Repeat("ñ", 2001)})
	_, err := w.Send(ctx, tenant, ticket)
	refused(t, err, "complain.error.name.long")

	sent := w.receive(bribe)
	token, err := w.Enter(ctx, tenant, sent.Key)
	w.ok(err)
	write := func(n int, text string) error { return w.Write(ctx, tenant, token, text, fmt.Sprint("e", n)) }
	for n := range 50 {
		w.ok(write(n, "Falta algo"))
	}
	w.ok(write(49, "Falta algo")) // the same again
	refused(t, write(50, "Y otra cosa"), "complain.error.posts")
	w.update(func(tx *storage.Txn) error {
		_, err := w.Append(tx, sent.ID, complain.NewPart{Kind: storage.PartMessage, From: storage.FromOffice, Text: []byte(`{"text":"Gracias"}`), Mail: true})
		return err
	})
	w.ok(write(51, "De nada"))
	huge := strings.Repeat("ñ", complain.MaxText)
	n := 100
	for ; n < 120; n++ {
		if err := write(n, huge); err != nil {
			refused(t, err, "complain.error.posts")
			break
		}
	}
	if n == 120 || n < 104 {
		t.Errorf("%d long messages", n-100)
	}
	for n := range 12 {
		w.ok(w.Reveal(ctx, tenant, token, complain.Identity{Name: "Rosa"}, fmt.Sprint("n", n)))
	}
	refused(t, w.Reveal(ctx, tenant, token, complain.Identity{Name: "Rosa"}, "n12"), "complain.error.names")
}

// TestDiskSpared: with a disk that is nearly full no file is taken, and every text is.
func TestDiskSpared(t *testing.T) {
	w := newTown(t, "ana", "custodia")
	ctx := w.Context()
	w.Disk(900<<20, 100<<30)
	ticket := w.begin()
	w.save(ticket, bribe)
	refused(t, w.AddFile(ctx, tenant, ticket, complain.Upload{Name: "foto.jpg", Bytes: photo(t, 1)}), "complain.error.disk")
	sent, err := w.Send(ctx, tenant, ticket)
	w.ok(err)
	token, err := w.Enter(ctx, tenant, sent.Key)
	w.ok(err)
	refused(t, w.AddEvidence(ctx, tenant, token, complain.Upload{Name: "foto.jpg", Bytes: photo(t, 1)}), "complain.error.disk")
	w.ok(w.Write(ctx, tenant, token, "La foto no cupo", "e1"))
	if left, err := w.files.List(); err != nil || len(left) != 0 {
		t.Errorf("%d files %v", len(left), err)
	}
	w.Disk(900<<20, 4<<30) // a small one, of which much is free
	w.ok(w.AddEvidence(ctx, tenant, token, complain.Upload{Name: "foto.jpg", Bytes: photo(t, 1)}))
}
