package complain_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"

	"declara/app/complain"
	"declara/storage"
)

// TestComplaintAboutTheOfficeEnds: two persons say that the authority outside has it; who
// complained reads it; then the terms run, and what names her goes, with what was carried.
func TestComplaintAboutTheOfficeEnds(t *testing.T) {
	w, o := desk(t)
	ctx := w.Context()
	key, err := age.GenerateX25519Identity()
	w.ok(err)
	w.update(func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		ch.External = &storage.ExternalAuthority{Name: "Auditoría Superior", Recipient: key.Recipient().String(), Contact: "Calle 5", Day: "2026-05-04"}
		return errors.Join(err, tx.PutChannel(ch, ch.Version))
	})
	about := bribe
	about.Route, about.Mode, about.Name = complain.RouteOffice, complain.Named, "Rosa Díaz"
	sent := w.receive(about)
	own := w.arrives()
	refused(t, o.Acknowledge(ctx, w.byPassword("rosa"), sent.ID, "2026-05-14", "AS/1"), "keys.shut")
	if err := o.Acknowledge(ctx, w.hand("rosa"), own, "2026-05-14", "AS/1"); !errors.Is(err, complain.ErrNoCase) {
		t.Errorf("a case of the office: %v", err)
	}
	refused(t, o.Acknowledge(ctx, w.hand("rosa"), sent.ID, "2026-05-15", "AS/1"), "cases.ack.error.day")
	refused(t, o.Acknowledge(ctx, w.hand("rosa"), sent.ID, "2026-05-13", "AS/1"), "cases.ack.error.day")
	refused(t, o.Acknowledge(ctx, w.hand("rosa"), sent.ID, "2026-05-14", ""), "cases.ack.error.number")
	refused(t, o.Confirm(ctx, w.hand("ivan"), sent.ID, "AS/1"), "cases.ack.error.gone")
	w.at = w.at.AddDate(0, 0, 6)
	w.ok(o.Acknowledge(ctx, w.hand("rosa"), sent.ID, "2026-05-15", "AS/1"))
	refused(t, o.Confirm(ctx, w.hand("rosa"), sent.ID, "AS/1"), "cases.ack.error.other")
	refused(t, o.Confirm(ctx, w.hand("ivan"), sent.ID, "AS/2"), "cases.ack.error.gone")
	if c := w.complaint(sent.ID); complain.Ended(&c) {
		t.Error("one person ends it")
	}
	w.ok(o.Confirm(ctx, w.hand("ivan"), sent.ID, "AS/1"))
	refused(t, o.Acknowledge(ctx, w.hand("rosa"), sent.ID, "2026-05-15", "AS/9"), "cases.ack.error.gone")
	e := last(w.events(sent))
	if e.Kind != complain.EventAcknowledged || e.Data["authority"] != "Auditoría Superior" || e.Data["on"] != "2026-05-15" || e.Data["receipt"] != "AS/1" {
		t.Errorf("who complained reads %+v", e)
	}
	all, err := o.Sealed(ctx, tenant)
	if err != nil || len(all) != 1 || !all[0].Over || len(all[0].Files) != 1 {
		t.Errorf("%+v %v", all, err)
	}

	var carried string
	w.view(func(tx *storage.Txn) error {
		parts, err := tx.Parts(sent.ID)
		for _, p := range parts {
			if p.Kind == storage.PartExport {
				carried = p.Files[0].Name
			}
		}
		return err
	})
	w.at = w.at.AddDate(0, 12, -1) // a year after it was confirmed, and not after the day that was told
	if n, err := w.EraseIdentities(ctx, tenant); n != 0 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	w.at = w.at.AddDate(0, 0, 1)
	if n, err := w.EraseIdentities(ctx, tenant); n != 1 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	if _, err := os.Stat(filepath.Join(w.dir, "evidence", carried)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what was carried is there: %v", err)
	}
	token, err := w.Enter(ctx, tenant, sent.Key)
	w.ok(err)
	if st, err := w.Look(ctx, tenant, token); err != nil || st.Names {
		t.Errorf("she is asked for a name that nobody could read: %v", err)
	}
	if err := w.Reveal(ctx, tenant, token, complain.Identity{Name: "Rosa Díaz"}, "e"); err == nil {
		t.Error("a name was taken that nobody reads")
	}
	w.ok(w.Write(ctx, tenant, token, "¿Qué pasó?", "e2")) // it is carried to the same authority

	w.at = w.at.AddDate(8, 0, 0)
	if due, err := w.Dues(ctx, tenant, "ivan"); err != nil || len(due) != 0 {
		t.Errorf("who investigates deletes what she never had: %+v %v", due, err)
	}
	w.vouched("otra", storage.RoleComptroller)
	w.ok(w.Propose(ctx, w.hand("rosa"), sent.ID))
	refused(t, w.Delete(ctx, w.hand("rosa"), sent.ID), "keys.delete.second")
	w.ok(w.Delete(ctx, w.hand("otra"), sent.ID))
}
