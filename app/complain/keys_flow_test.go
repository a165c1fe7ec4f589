package complain_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"declara/app/complain"
	"declara/app/errs"
	"declara/storage"
)

func (w *town) receive(a complain.Answers, files ...complain.Upload) complain.Sent {
	w.Helper()
	sent, err := w.Receive(w.Context(), tenant, a, files, complain.Way{Channel: complain.ChannelDesk})
	w.ok(err)
	return sent
}

// events are the kinds of what happened, as who complained reads them with her key.
func (w *town) events(sent complain.Sent) (all []complain.Event) {
	w.Helper()
	token, err := w.Enter(w.Context(), tenant, sent.Key)
	w.ok(err)
	st, err := w.Look(w.Context(), tenant, token)
	w.ok(err)
	return st.Events
}

func last(all []complain.Event) complain.Event { return all[len(all)-1] }

// TestVouch: who makes accounts cannot make one that reads what comes in. The first key
// waits for nobody; the others wait for somebody who has one, saw the fingerprint and
// is not their owner.
func TestVouch(t *testing.T) {
	w := newTown(t)
	w.keyed("ana", storage.RoleComptroller)
	w.keyed("intruso", storage.RoleComptroller)
	w.keyed("eva", storage.RoleCustodian)
	sent := w.receive(bribe)
	if w.holds(sent.ID, "intruso") || w.holds(sent.ID, "eva") || !w.holds(sent.ID, "ana") {
		t.Error("a key that nobody vouched for was given a complaint")
	}
	own, err := w.Key(w.Context(), tenant, "eva")
	w.ok(err)
	for _, c := range [][2]string{{"intruso", "intruso"}, {"eva", "eva"}, {"intruso", "eva"}} {
		refused(t, w.Vouch(w.Context(), w.hand(c[0]), c[1], own.Fingerprint), "keys.vouch.mine")
	}
	refused(t, w.Vouch(w.Context(), w.hand("ana"), "eva", "0000"), "keys.meanwhile")
	w.ok(w.Vouch(w.Context(), w.hand("ana"), "eva", own.Fingerprint))
	if sent := w.receive(bribe); !w.holds(sent.ID, "eva") {
		t.Error("a key that was vouched for was given nothing")
	}
	_, err = w.HandOver(w.Context(), tenant, "ana", w.keys["ana"], "intruso", false)
	refused(t, err, "keys.give.waiting")
}

// TestCeremony: mistakes on the way, the yearly exercise, and that no key is kept.
func TestCeremony(t *testing.T) {
	w := newTown(t, "ana")
	ctx := w.Context()
	none := [3]string{}
	refused(t, w.StartEscrow(ctx, w.hand("ana"), none, none), "keys.holder.bad")
	same := [3]string{"Sara Ruiz", "sara  ruiz", "Nora Paz"}
	refused(t, w.StartEscrow(ctx, w.hand("ana"), same, [3]string{"Una", "Dos", "Tres"}), "keys.holder.same")
	_, err := w.DrawHolder(ctx, w.hand("ana"), 0)
	refused(t, err, "keys.ceremony.none")
	papers := w.ceremony("ana")
	wrong := "2" + papers[0][1:]
	if papers[0][0] == '2' {
		wrong = "3" + papers[0][1:]
	}
	refused(t, w.Drill(ctx, tenant, "ana", wrong, papers[1]), "keys.holder.row")
	refused(t, w.Drill(ctx, tenant, "ana", "hola", papers[1]), "keys.holder.form")
	refused(t, w.Drill(ctx, tenant, "ana", papers[1], papers[1]), "keys.holders.wrong")
	for i := range papers {
		w.ok(w.Drill(ctx, tenant, "ana", papers[i], strings.ToLower(papers[(i+1)%3])))
	}
	before := papers
	papers = w.ceremony("ana")
	refused(t, w.Drill(ctx, tenant, "ana", before[0], before[1]), "keys.holders.wrong")
	refused(t, w.Drill(ctx, tenant, "ana", before[0], papers[1]), "keys.holders.wrong")
	w.view(func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		if len(ch.Escrows) != 0 || len(ch.Escrow.Drills) != 0 || ch.Ceremony != nil || ch.Escrow.Posts[0] != "Sindicatura" {
			t.Errorf("%+v", ch)
		}
		return err
	})
	w.ok(w.StartEscrow(ctx, w.hand("ana"), [3]string{"Una Persona", "Otra Persona", "Tercera"}, [3]string{"Uno", "Dos 2", "Tres"}))
	p, err := w.DrawHolder(ctx, w.hand("ana"), 1)
	w.ok(err)
	_, err = w.CheckHolder(ctx, w.hand("ana"), 0, strings.Join(p.Rows, " "))
	refused(t, err, "keys.holder.wrong")
	w.ok(w.StopEscrow(ctx, tenant, "ana"))
}

// TestRecovery: the only official is gone. Two holders open what she alone could, for her
// successor, and who complained reads it. What somebody can open is not touched, and a
// successor who is accused gets nothing.
func TestRecovery(t *testing.T) {
	w := newTown(t)
	ctx := w.Context()
	w.keyed("ana", storage.RoleComptroller)
	papers := w.ceremony("ana")
	gone := w.receive(bribe)
	about := bribe
	about.Exclude = []string{"nueva"}
	w.account("nueva", storage.RoleComptroller)
	accused := w.receive(about)
	before := papers
	papers = w.ceremony("ana") // another one since: the papers of before open no case any more
	w.update(func(tx *storage.Txn) error {
		u, err := tx.User("ana")
		u.Disabled = true
		return errors.Join(err, tx.PutUser(u))
	})
	_, err := w.Recover(ctx, tenant, "nueva", papers[0], papers[2], "nueva", "")
	refused(t, err, "keys.give.nokey")
	w.keyed("nueva", storage.RoleComptroller)
	_, err = w.Recover(ctx, tenant, "nueva", before[0], before[2], "nueva", "") // they still open identities that nobody keeps, and name nobody
	refused(t, err, "keys.give.waiting")
	_, err = w.Recover(ctx, tenant, "nueva", papers[0], papers[0], "nueva", "")
	refused(t, err, "keys.holders.wrong")
	_, err = w.Recover(ctx, tenant, "nueva", papers[0], papers[2], "nueva", "nueva")
	refused(t, err, "keys.give.role")
	done, err := w.Recover(ctx, tenant, "nueva", papers[2], papers[0], "nueva", "")
	w.ok(err)
	if done != (complain.Recovered{Cases: 1, Refused: 1}) {
		t.Errorf("%+v", done)
	}
	facts, _, _, err := w.read(gone, "nueva")
	if err != nil || facts.What != bribe.What {
		t.Errorf("%+v %v", facts, err)
	}
	if w.holds(accused.ID, "nueva") || w.holds(gone.ID, "ana") {
		t.Error("the accused was given the case, or a dead wrap is left")
	}
	if e := last(w.events(gone)); e.Kind != complain.EventRecovered || e.Data["post"] != "Puesto de nueva" {
		t.Errorf("who complained is told %+v", e)
	}
	if e := last(w.events(accused)); e.Kind == complain.EventRecovered {
		t.Error("a case that was not opened says that it was")
	}
	if done, err = w.Recover(ctx, tenant, "nueva", papers[0], papers[1], "nueva", ""); err != nil || done.Cases != 0 {
		t.Errorf("a case that somebody reads was opened again: %+v %v", done, err)
	}
}

// TestHandOver: the one who leaves gives what she can open, while another one works on
// the same cases.
func TestHandOver(t *testing.T) {
	w := newTown(t)
	ctx := w.Context()
	w.keyed("ana", storage.RoleComptroller)
	w.keyed("ines", storage.RoleInvestigator)
	own, err := w.Key(ctx, tenant, "ines")
	w.ok(err)
	w.ok(w.Vouch(ctx, w.hand("ana"), "ines", own.Fingerprint))
	w.ceremony("ana")
	var all []complain.Sent
	for range 60 { // more than one transaction
		all = append(all, w.receive(bribe))
	}
	about := bribe
	about.Exclude = []string{"ines"}
	secret := w.receive(about)
	w.update(func(tx *storage.Txn) error {
		c, err := tx.Complaint(all[0].ID)
		c.Assigned = []string{"ana"}
		return errors.Join(err, tx.PutComplaint(c, c.Version))
	})
	_, err = w.HandOver(ctx, tenant, "ana", w.keys["ana"], "ana", false)
	refused(t, err, "keys.hand.self")
	_, err = w.HandOver(ctx, tenant, "ana", w.keys["ana"], "nadie", false)
	refused(t, err, "keys.give.role")

	var work sync.WaitGroup
	work.Go(func() {
		for _, sent := range all {
			if err := w.db.Update(context.Background(), tenant, func(tx *storage.Txn) error {
				_, err := w.Append(tx, sent.ID, complain.NewPart{Kind: storage.PartNote, From: storage.FromOffice, Text: []byte(`{"text":"a la vez"}`)})
				return err
			}); err != nil {
				t.Error(err)
			}
		}
	})
	h, err := w.HandOver(ctx, tenant, "ana", w.keys["ana"], "ines", false)
	work.Wait()
	w.ok(err)
	if h.Cases != 60 || h.Left != 1 || h.Identities != 0 || h.FromKey != w.keys["ana"].Public().Fingerprint() || h.ToKey != own.Fingerprint || h.Day != "2026-05-14" || len(h.LogRoot) != 64 {
		t.Errorf("%+v", h)
	}
	for _, sent := range all {
		if w.holds(sent.ID, "ana") || !w.holds(sent.ID, "ines") {
			t.Fatal("a case was not handed over")
		}
	}
	if !w.holds(secret.ID, "ana") || w.holds(secret.ID, "ines") {
		t.Error("the accused was handed her case, or it was taken from the only one who reads it")
	}
	w.view(func(tx *storage.Txn) error {
		c, err := tx.Complaint(all[0].ID)
		if len(c.Assigned) != 1 || c.Assigned[0] != "ines" {
			t.Errorf("assigned to %v", c.Assigned)
		}
		return err
	})
	if facts, _, _, err := w.read(all[7], "ines"); err != nil || facts.What != bribe.What {
		t.Errorf("%+v %v", facts, err)
	}
	if list, err := w.HandOvers(ctx, tenant, "ines"); err != nil || len(list) != 1 || list[0].ID != h.ID {
		t.Errorf("%v %v", list, err)
	}
}

// TestIdentityIsOpened: only who keeps it, for a reason, and who complained reads which
// post did and what for. A failed try opens nothing and leaves nothing.
func TestIdentityIsOpened(t *testing.T) {
	w := newTown(t, "ana", "custodia", "custodia2")
	ctx := w.Context()
	w.account("dana", storage.RoleSubstantiator)
	a := bribe
	a.Mode, a.Name, a.Contact, a.Exclude = complain.Confidential, "Rosa Díaz", "55 1234 5678", []string{"custodia2"}
	sent := w.receive(a, complain.Upload{Name: "foto.jpg", Bytes: photo(t, 0)})
	good := complain.Ground{Kind: complain.GroundProtection, Words: "Pide protección por amenazas."}
	for _, g := range []complain.Ground{{}, {Kind: "porque sí", Words: good.Words}, {Kind: good.Kind, Words: "corto"}, {Kind: good.Kind, Words: strings.Repeat("x", 1001)}} {
		if _, err := w.RevealIdentity(ctx, tenant, "custodia", w.keys["custodia"], sent.ID, g); errs.CodeOf(err) != errs.Invalid {
			t.Errorf("%q: %v", g.Kind, err)
		}
	}
	for _, user := range []string{"ana", "custodia2"} {
		if _, err := w.RevealIdentity(ctx, tenant, user, w.keys[user], sent.ID, good); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("%s: %v", user, err)
		}
		if _, err := w.KeptOne(ctx, tenant, user, sent.ID); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("%s: %v", user, err)
		}
	}
	if _, err := w.RevealIdentity(ctx, tenant, "dana", w.keys["custodia"], sent.ID, good); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("who substantiates, with another's key: %v", err)
	}
	if n := len(w.events(sent)); n != 1 {
		t.Errorf("%d events after nothing was opened", n)
	}
	who, err := w.RevealIdentity(ctx, tenant, "custodia", w.keys["custodia"], sent.ID, good)
	if err != nil || who.Name != "Rosa Díaz" {
		t.Errorf("%+v %v", who, err)
	}
	if e := last(w.events(sent)); e.Kind != complain.EventIdentity || e.Data["post"] != "Puesto de custodia" || e.Data["reason"] != complain.GroundProtection || e.Day != "2026-05-14" {
		t.Errorf("who complained is told %+v", e)
	}
	kept, err := w.KeptOne(ctx, tenant, "custodia", sent.ID)
	if err != nil || len(kept.Originals) != 1 {
		t.Fatalf("%+v %v", kept, err)
	}
	b, err := w.RevealOriginal(ctx, tenant, "custodia", w.keys["custodia"], sent.ID, kept.Originals[0].Part, good)
	if err != nil || !bytes.Equal(b, photo(t, 0)) {
		t.Errorf("%d bytes: %v", len(b), err)
	}
	if _, err := w.RevealOriginal(ctx, tenant, "custodia", w.keys["custodia"], sent.ID, 0, good); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("a part without an original: %v", err)
	}
	if e := last(w.events(sent)); e.Kind != complain.EventOriginal || len(w.events(sent)) != 3 {
		t.Errorf("%+v", e)
	}
	acts := ""
	w.view(func(tx *storage.Txn) error {
		return tx.AuditEntries(func(e storage.AuditEntry, _ []byte) error { acts += e.Act + " " + e.Reason + ";"; return nil })
	})
	if !strings.Contains(acts, complain.EventIdentity+" proteccion") || strings.Contains(acts, "amenazas") {
		t.Errorf("the trail has %s", acts)
	}
}

// TestNothingIsLeft: after its term, nothing of an identity is left in the store or in the
// folder of files, nor after the file was deleted by two; and a wrong person deletes
// nothing. The marks are what stands on the disk: sealed bytes, and names of files.
func TestNothingIsLeft(t *testing.T) {
	w := newTown(t, "ana", "eva", "custodia")
	ctx := w.Context()
	a := bribe
	a.Mode, a.Name = complain.Named, "Rosa Díaz"
	sent := w.receive(a, complain.Upload{Name: "foto.jpg", Bytes: photo(t, 0)})
	stays := w.receive(bribe)
	original, working, identity := "", "", ""
	w.view(func(tx *storage.Txn) error {
		parts, err := tx.Parts(sent.ID)
		for _, p := range parts {
			if p.Kind == storage.PartIdentity {
				identity = fmt.Sprintf("%s/%016x", sent.ID, p.Seq)
			}
			for _, f := range p.Files {
				if f.Original {
					original = f.Name
				} else {
					working = f.Name
				}
			}
		}
		return err
	})
	end := func(id, state string) {
		w.update(func(tx *storage.Txn) error {
			c, err := tx.Complaint(id)
			c.State, c.Since = state, "2026-05-20"
			return errors.Join(err, tx.PutComplaint(c, c.Version))
		})
	}
	if n, err := w.EraseIdentities(ctx, tenant); n != 0 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	end(sent.ID, "I5")
	refused(t, w.SetKeep(ctx, w.hand("ana"), 0), "keys.keep.bad")
	w.ok(w.SetKeep(ctx, w.hand("ana"), 6))
	w.at = w.at.AddDate(0, 6, 5)
	if n, err := w.EraseIdentities(ctx, tenant); n != 0 || err != nil {
		t.Errorf("a day early: %d %v", n, err)
	}
	w.at = w.at.AddDate(0, 0, 1)
	for _, want := range []int{1, 0} {
		if n, err := w.EraseIdentities(ctx, tenant); n != want || err != nil {
			t.Errorf("%d, not %d: %v", n, want, err)
		}
	}
	if e := last(w.events(sent)); e.Kind != complain.EventDeleted {
		t.Errorf("who complained is told %+v", e)
	}
	good := complain.Ground{Kind: complain.GroundOrder, Words: "Lo ordena el juzgado segundo."}
	if _, err := w.RevealIdentity(ctx, tenant, "custodia", w.keys["custodia"], sent.ID, good); errs.CodeOf(err) != errs.Gone {
		t.Errorf("what was erased is opened: %v", err)
	}
	if _, err := os.Stat(filepath.Join(w.dir, "evidence", original)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the original is there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(w.dir, "evidence", working)); err != nil {
		t.Errorf("the working copy is gone: %v", err)
	}
	w.gone(identity)
	if w.marks(sent.ID) == 0 {
		t.Error("the file itself is gone too")
	}

	// The file itself, by two.
	refused(t, w.Propose(ctx, w.hand("ana"), sent.ID), "keys.delete.early")
	refused(t, w.Propose(ctx, w.hand("ana"), stays.ID), "keys.delete.early")
	w.at = w.at.AddDate(8, 0, 0)
	if due, err := w.Dues(ctx, tenant, "ana"); err != nil || len(due) != 1 || due[0].Folio != sent.Folio || due[0].By != "" {
		t.Errorf("%+v %v", due, err)
	}
	refused(t, w.Delete(ctx, w.hand("eva"), sent.ID), "keys.delete.none")
	w.ok(w.Propose(ctx, w.hand("ana"), sent.ID))
	refused(t, w.Delete(ctx, w.hand("ana"), sent.ID), "keys.delete.second")
	w.ok(w.Withdraw(ctx, tenant, "eva", sent.ID))
	refused(t, w.Delete(ctx, w.hand("eva"), sent.ID), "keys.delete.none")
	w.ok(w.Propose(ctx, w.hand("ana"), sent.ID))
	w.ok(w.Delete(ctx, w.hand("eva"), sent.ID))
	w.gone(sent.ID)
	if _, err := os.Stat(filepath.Join(w.dir, "evidence", working)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the working copy is there: %v", err)
	}
	w.view(func(tx *storage.Txn) error {
		if _, err := tx.Complaint(sent.ID); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("the complaint is there: %v", err)
		}
		_, err := tx.Complaint(stays.ID)
		return err
	})
	if _, err := w.Enter(ctx, tenant, sent.Key); errs.CodeOf(err) == errs.Internal || err == nil {
		t.Errorf("its key: %v", err)
	}
}

// marks counts what stands in clear in the store: ids, which are keys.
func (w *town) marks(mark string) int {
	w.Helper()
	b, err := os.ReadFile(filepath.Join(w.dir, "declara.db"))
	w.ok(err)
	return bytes.Count(b, []byte(mark))
}

// gone shreds, and says so if the store has a mark left: there was one before, in pages
// that are not used any more.
func (w *town) gone(mark string) {
	w.Helper()
	if w.marks(mark) == 0 {
		w.Errorf("%s left no trace before: this proves nothing", mark)
	}
	w.ok(w.db.View(w.Context(), tenant, func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		if len(ch.Erased) == 0 {
			w.Error("copies of before are not told to end")
		}
		return err
	}))
	w.ok(w.Shred(w.Context(), tenant))
	if n := w.marks(mark); n != 0 {
		w.Errorf("%d traces of %s are left", n, mark)
	}
	w.ok(w.Shred(w.Context(), tenant)) // nothing is due
}
