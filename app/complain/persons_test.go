package complain_test

import (
	"testing"

	"declara/app/complain"
	"declara/storage"
)

// three makes an escrow of holders with these names and posts.
func (w *town) three(actor string, names, posts [3]string) (papers [3]string) {
	w.Helper()
	w.ok(w.StartEscrow(w.Context(), w.hand(actor), names, posts))
	for i := range papers {
		p, err := w.DrawHolder(w.Context(), w.hand(actor), i)
		w.ok(err)
		papers[i] = p.Rows[0] + p.Rows[1] + p.Rows[2] + p.Rows[3]
		_, err = w.CheckHolder(w.Context(), w.hand(actor), i, papers[i])
		w.ok(err)
	}
	return papers
}

// holderIDs are the ids of the holders of the escrow of today.
func (w *town) holderIDs() (ids []string) {
	w.Helper()
	r, err := w.Readers(w.Context(), tenant, complain.RouteTown, nil)
	w.ok(err)
	for _, h := range r.Holders {
		ids = append(ids, h.User)
	}
	return ids
}

// TestExcludedHolderStaysOut: who complained left out a holder of the backup. A new
// ceremony gives the same person another id and another paper, and still she opens
// nothing of it, whatever her name is typed like; nor does who has her post now.
func TestExcludedHolderStaysOut(t *testing.T) {
	posts := [3]string{"Sindicatura", "Secretaría estatal", "Secretaría del ayuntamiento"}
	for name, next := range map[string]struct{ names, posts [3]string }{
		"the same":      {[3]string{"Sara Sol Ruiz", "Eloy Paz", "Nora Luz"}, posts},
		"moved":         {[3]string{"SARA SOL", "Eloy Paz", "Nora Luz"}, [3]string{"Regiduría primera", posts[1], posts[2]}},
		"mistyped":      {[3]string{"Sol Ruis, Zara", "Eloy Paz", "Nora Luz"}, [3]string{"Regiduría primera", posts[1], posts[2]}},
		"with a title":  {[3]string{"Lic. Sara de Sol", "Eloy Paz", "Nora Luz"}, [3]string{"Regiduría primera", posts[1], posts[2]}},
		"her successor": {[3]string{"Ana Rey Gil", "Eloy Paz", "Nora Luz"}, [3]string{"SINDICATURA", posts[1], posts[2]}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown(t)
			ctx := w.Context()
			w.keyed("ana", storage.RoleComptroller)
			w.three("ana", [3]string{"Sara Sol Ruiz", "Eloy Paz", "Nora Luz"}, posts)
			about := bribe
			about.Exclude = w.holderIDs()[:1]
			sent := w.receive(about)
			other := w.receive(bribe)
			papers := w.three("ana", next.names, next.posts)
			papers = w.three("ana", next.names, next.posts) // and once more: by then the first escrow is forgotten
			w.set("ana", func(u *storage.User) { u.Disabled = true })
			w.keyed("nueva", storage.RoleComptroller)
			done, err := w.Recover(ctx, tenant, "nueva", papers[0], papers[1], "nueva", "")
			if err != nil || done.Cases != 1 || done.Closed != 1 || w.holds(sent.ID, "nueva") || !w.holds(other.ID, "nueva") {
				t.Errorf("who was left out opens it with her new paper: %+v %v", done, err)
			}
			if done, err = w.Recover(ctx, tenant, "nueva", papers[1], papers[2], "nueva", ""); err != nil || done.Cases != 1 || !w.holds(sent.ID, "nueva") {
				t.Errorf("the two others do not: %+v %v", done, err)
			}
		})
	}
}

// TestExcludedGetsAnotherAccount: who is excluded as an official is excluded under her
// other account, and as a holder of the backup.
func TestExcludedGetsAnotherAccount(t *testing.T) {
	w := newTown(t)
	ctx := w.Context()
	w.keyed("ana", storage.RoleComptroller)
	w.keyed("mala", storage.RoleComptroller)
	w.vouch("mala")
	w.set("mala", func(u *storage.User) { u.Name = "Marta Mala Cruz" })
	about := bribe
	about.Exclude = []string{"mala"}
	sent := w.receive(about)
	w.keyed("otra", storage.RoleComptroller)
	w.vouch("otra")
	w.set("otra", func(u *storage.User) { u.Name = "Mala Cruz Marta" })
	if h, err := w.HandOver(ctx, tenant, "ana", w.keys["ana"], "otra", true); err != nil || h.Left == 0 || w.holds(sent.ID, "otra") {
		t.Errorf("handed to her other account: %+v %v", h, err)
	}
	papers := w.three("ana", [3]string{"Marta Mala", "Eloy Paz", "Nora Luz"}, [3]string{"Uno mismo", "Dos mismo", "Tres mismo"})
	if again := w.receive(about); w.holds(again.ID, "otra") {
		t.Error("a new complaint is given to her other account")
	}
	w.set("ana", func(u *storage.User) { u.Disabled = true })
	w.keyed("nueva", storage.RoleComptroller)
	done, err := w.Recover(ctx, tenant, "nueva", papers[0], papers[1], "nueva", "")
	if err != nil || done.Cases != 0 || done.Closed != 2 {
		t.Errorf("she opens it as a holder: %+v %v", done, err)
	}
}

// TestWhoIsNotKnownKeepsTheOldBackup: when nobody can tell any more who was left out, the
// case is sealed to nobody of the new escrow and keeps the old one, and the office reads
// how many do.
func TestWhoIsNotKnownKeepsTheOldBackup(t *testing.T) {
	w := newTown(t)
	ctx := w.Context()
	w.keyed("ana", storage.RoleComptroller)
	before := w.ceremony("ana")
	sent := w.receive(bribe)
	w.update(func(tx *storage.Txn) error {
		c, err := tx.Complaint(sent.ID)
		c.Excluded = []string{"alguien"}
		if err == nil {
			err = tx.PutComplaint(c, c.Version)
		}
		return err
	})
	papers := w.ceremony("ana")
	if n, err := w.Apart(ctx, tenant, "ana"); err != nil || n != 1 {
		t.Errorf("%d cases with another backup are told: %v", n, err)
	}
	w.keyed("otra", storage.RoleComptroller)
	w.vouch("otra")
	if h, err := w.HandOver(ctx, tenant, "ana", w.keys["ana"], "otra", false); err != nil || h.Apart != 1 {
		t.Errorf("the annex says %+v %v", h, err)
	}
	w.set("otra", func(u *storage.User) { u.Disabled = true })
	w.keyed("nueva", storage.RoleComptroller)
	done, err := w.Recover(ctx, tenant, "nueva", papers[0], papers[1], "nueva", "")
	if err != nil || done.Closed != 1 || done.Cases != 0 {
		t.Errorf("%+v %v", done, err)
	}
	if done, err = w.Recover(ctx, tenant, "nueva", before[0], before[1], "nueva", ""); err != nil || done.Cases != 1 {
		t.Errorf("the backup of before: %+v %v", done, err)
	}
}
