package complain_test

import (
	"testing"

	"declara/app/complain"
	"declara/storage"
)

// TestReadersChanged: who complained is told each time that who can read her complaint
// changes, by posts and not by names.
func TestReadersChanged(t *testing.T) {
	w, o := desk(t)
	sent, err := w.Receive(t.Context(), tenant, bribe, nil, complain.Way{Channel: complain.ChannelDesk})
	w.ok(err)
	rosa := w.hand("rosa")
	last := func(n int, in, out string) {
		t.Helper()
		token, err := w.Enter(t.Context(), tenant, sent.Key)
		w.ok(err)
		st, err := w.Look(t.Context(), tenant, token)
		w.ok(err)
		var got []complain.Event
		for _, e := range st.Events {
			if e.Kind == complain.EventReaders {
				got = append(got, e)
			}
		}
		if len(got) != n || n > 0 && (got[n-1].Data["in"] != in || got[n-1].Data["out"] != out) {
			t.Errorf("she reads %+v", got)
		}
	}
	w.ok(o.Say(t.Context(), rosa, sent.ID, "Hola.", "e"))
	last(0, "", "")
	w.ok(o.Assign(t.Context(), rosa, sent.ID, "ivan"))
	last(1, "Puesto de ivan", "")
	w.ok(o.Assign(t.Context(), rosa, sent.ID, "ivan")) // she has it already
	last(1, "Puesto de ivan", "")
	w.ok(o.Excuse(t.Context(), w.hand("ivan"), sent.ID, "Es mi primo.", "irma"))
	last(2, "Puesto de irma", "Puesto de ivan")
	w.ok(o.Recuse(t.Context(), rosa, sent.ID, "irma", "Lo pidió una parte."))
	last(3, "", "Puesto de irma")
	w.vouched("rita", storage.RoleComptroller)
	_, err = w.HandOver(t.Context(), tenant, "rosa", w.keys["rosa"], "rita", false)
	w.ok(err)
	last(4, "Puesto de rita", "Puesto de rosa")
}
