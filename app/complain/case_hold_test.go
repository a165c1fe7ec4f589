package complain_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"declara/app/complain"
	"declara/storage"
)

var amparo = complain.HoldNote{Kind: complain.HoldAmparo, Authority: "Juzgado Segundo de Distrito", Document: "Amparo 12/2026", Day: "2026-05-10"}

// TestHold: what a hold lacks is said; who works in a case sets it and who may lifts it,
// each for a reason; meanwhile nothing of the case is erased or deleted, nor proposed; and
// then its terms go on from where they were.
func TestHold(t *testing.T) {
	w, o := desk(t)
	ctx := w.Context()
	w.vouched("eva", storage.RoleCustodian)
	id := w.arrives()
	w.ok(o.Assign(ctx, w.hand("rosa"), id, "ivan"))
	for key, n := range map[string]complain.HoldNote{
		"cases.hold.error.kind":      {Kind: "porque sí", Authority: amparo.Authority, Document: amparo.Document, Day: amparo.Day},
		"cases.hold.error.authority": {Kind: amparo.Kind, Document: amparo.Document, Day: amparo.Day},
		"cases.hold.error.document":  {Kind: amparo.Kind, Authority: amparo.Authority, Document: strings.Repeat("x", 161), Day: amparo.Day},
		"cases.hold.error.day":       {Kind: amparo.Kind, Authority: amparo.Authority, Document: amparo.Document, Day: "2027-01-01"},
	} {
		refused(t, o.Hold(ctx, w.hand("ivan"), id, n, "Lo notificó el juzgado."), key)
	}
	refused(t, o.Hold(ctx, w.hand("ivan"), id, amparo, ""), "cases.error.reason")
	if err := o.Hold(ctx, w.hand("irma"), id, amparo, "No es mi caso."); err == nil {
		t.Error("who does not hold the case holds it back")
	}
	w.ended(id, complain.StateArchived, "2026-05-14", "")
	w.at = w.at.AddDate(0, 11, 0) // a month is left of the identity's twelve
	w.ok(o.Hold(ctx, w.hand("ivan"), id, amparo, "Lo notificó el juzgado."))
	w.at = w.at.AddDate(10, 0, 0)
	w.update(func(tx *storage.Txn) error {
		if _, erased, err := w.EraseIdentity(tx, id); erased || err != nil {
			t.Errorf("it was erased: %v", err)
		}
		return nil
	})
	if n, err := w.EraseIdentities(ctx, tenant); n != 0 || err != nil {
		t.Errorf("%d erased: %v", n, err)
	}
	if due, err := w.Dues(ctx, tenant, "rosa"); err != nil || len(due) != 0 {
		t.Errorf("it may be deleted: %+v %v", due, err)
	}
	refused(t, w.Propose(ctx, w.hand("rosa"), id), "keys.delete.held")
	got, err := o.Open(ctx, w.hand("rosa"), id)
	if err != nil || len(got.Held) != 1 || got.Held[0].On.Authority != amparo.Authority || got.Held[0].From != "2027-04-14" || !got.MayLift {
		t.Errorf("the page says %+v %v", got.Held, err)
	}
	w.vouched("nueva", storage.RoleComptroller)
	h, err := w.HandOver(ctx, tenant, "rosa", w.keys["rosa"], "nueva", true)
	if err != nil || h.Held != 1 {
		t.Errorf("the annex says %+v %v", h, err)
	}
	refused(t, o.Lift(ctx, w.hand("ivan"), id, 0, "Ya terminó."), "cases.hold.error.lift")
	refused(t, o.Lift(ctx, w.hand("rosa"), id, 0, ""), "cases.error.reason")
	refused(t, o.Lift(ctx, w.hand("rosa"), id, 7, "Ya terminó."), "cases.hold.error.gone")
	w.ok(o.Lift(ctx, w.hand("rosa"), id, 0, "Se negó el amparo y quedó firme."))
	refused(t, o.Lift(ctx, w.hand("rosa"), id, 0, "Otra vez."), "cases.hold.error.gone")
	w.at = w.at.AddDate(0, 0, 25)
	if n, err := w.EraseIdentities(ctx, tenant); n != 0 || err != nil {
		t.Errorf("the days of the hold were counted: %d %v", n, err)
	}
	w.at = w.at.AddDate(0, 0, 10)
	if n, err := w.EraseIdentities(ctx, tenant); n != 1 || err != nil {
		t.Errorf("its clock does not go on: %d %v", n, err)
	}
}

// TestErasingLooksAgain: a case that was opened again after it was found to be due keeps
// its identity.
func TestErasingLooksAgain(t *testing.T) {
	w, _ := desk(t)
	w.vouched("eva", storage.RoleCustodian)
	id := w.arrives()
	w.ended(id, complain.StateArchived, "2024-05-14", "")
	w.ended(id, complain.StateInquiry, "2026-05-14", "") // meanwhile
	w.update(func(tx *storage.Txn) error {
		gone, erased, err := w.EraseIdentity(tx, id)
		if erased || len(gone) != 0 {
			t.Errorf("%v are gone", gone)
		}
		return err
	})
	if c := w.complaint(id); len(c.Identity.Public) == 0 || c.Identity.Of("eva") == nil {
		t.Error("the identity of an open case is gone")
	}
	w.ended(id, complain.StateArchived, "2024-05-14", "")
	if n, err := w.EraseIdentities(w.Context(), tenant); n != 1 || err != nil {
		t.Errorf("this proves nothing: %d %v", n, err)
	}
}

// TestHoldsOnlyDelay: however holds come, overlap and go, no day of deletion is earlier
// than without them, and none is told while one lasts.
func TestHoldsOnlyDelay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		day := rapid.Custom(func(rt *rapid.T) string {
			return rapid.SampledFrom([]string{"2026-01-05", "2026-05-14", "2026-06-01", "2026-09-30", "2027-02-28", "2028-02-29", "2031-12-31"}).Draw(rt, "day")
		})
		c := storage.Complaint{State: complain.StateArchived, Since: "2026-05-14"}
		file, identity := complain.Terms(&c)
		open := false
		for range rapid.IntRange(0, 4).Draw(rt, "holds") {
			h := storage.ComplaintHold{From: day.Draw(rt, "from"), Lifted: day.Draw(rt, "to")}
			if rapid.IntRange(0, 4).Draw(rt, "lasts") == 0 {
				h.Lifted, open = "", true
			}
			c.Holds = append(c.Holds, h)
		}
		f, i := complain.Terms(&c)
		if open != (f == "") || open != (i == "") {
			rt.Errorf("%q %q while one lasts: %v", f, i, open)
		}
		if !open && (f < file || i < identity || f > "2051" || i > "2051") {
			rt.Errorf("%s and %s become %s and %s", file, identity, f, i)
		}
	})
}
