package complain_test

import (
	"testing"
	"time"

	"declara/app/complain"
)

// TestDraftRoom: when the files of complaints that nobody sent fill their room, the next
// file is refused in words and the text is kept and sent; the file comes later with the
// key. What was sent, or thrown away, takes no room.
func TestDraftRoom(t *testing.T) {
	w := newTown(t, "ana")
	ctx := w.Context()
	w.Room(1 << 20)
	add := func(n int) (complain.Ticket, error) {
		ticket := w.begin()
		w.save(ticket, bribe)
		return ticket, w.AddFile(ctx, tenant, ticket, complain.Upload{Name: "foto.jpg", Bytes: photo(t, n)})
	}
	var all []complain.Ticket
	var last complain.Ticket
	for n := range 100 {
		w.at = w.at.Add(time.Minute)
		ticket, err := add(n)
		if err != nil {
			refused(t, err, "complain.error.room")
			last = ticket
			break
		}
		all = append(all, ticket)
	}
	if len(all) < 3 || len(all) == 100 {
		t.Fatalf("%d drafts have a file", len(all))
	}
	if d, err := w.Draft(ctx, tenant, last); err != nil || d.Answers.What != bribe.What || len(d.Files) != 0 {
		t.Errorf("%+v %v", d, err)
	}
	sent, err := w.Send(ctx, tenant, last)
	w.ok(err)
	token, err := w.Enter(ctx, tenant, sent.Key)
	w.ok(err)
	w.ok(w.AddEvidence(ctx, tenant, token, complain.Upload{Name: "foto.jpg", Bytes: photo(t, 7)}))
	w.at = w.at.Add(time.Minute)
	if _, err := add(500); err == nil {
		t.Error("what another sent makes room")
	}
	w.ok(w.Discard(ctx, tenant, all[0]))
	_, err = w.Send(ctx, tenant, all[1])
	w.ok(err)
	w.at = w.at.Add(time.Minute)
	if _, err := add(501); err != nil {
		t.Errorf("the room of what was sent and thrown away is not free: %v", err)
	}
	// Many at once, within the time for which nothing is counted again.
	n := 0
	for ; n < 100; n++ {
		if _, err := add(600 + n); err != nil {
			break
		}
	}
	if n == 100 {
		t.Error("many at once are not counted")
	}
}
