package complain_test

import (
	"bytes"
	"strings"
	"testing"

	"declara/app/complain"
	"declara/app/errs"
	"declara/storage"
)

var witnesses = [2]storage.Witness{{Name: "Ana Paz Ruiz", Post: "Regidora"}, {Name: "Beto Luna Gil", Post: "Contralor ciudadano"}}

// TestBoxes: boxes are opened before two, in time; each paper becomes a complaint of the
// day of the opening, and none is typed twice or left.
func TestBoxes(t *testing.T) {
	w, o := desk(t)
	wrong, err := o.AddBox(t.Context(), tenant, "rosa", "", "a")
	w.ok(err)
	if len(wrong) != 2 || wrong[0].Field != "numero" || wrong[1].Field != "lugar" {
		t.Errorf("%+v", wrong)
	}
	wrong, err = o.AddBox(t.Context(), tenant, "rosa", "7", "Mercado, puerta norte")
	if err != nil || wrong != nil {
		t.Fatal(wrong, err)
	}
	if wrong, _ = o.AddBox(t.Context(), tenant, "rosa", "7", "Palacio"); len(wrong) != 1 {
		t.Error("two boxes with one number")
	}
	list := func() complain.BoxLine {
		t.Helper()
		all, err := o.Boxes(t.Context(), tenant)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		return all[0]
	}
	id := list().ID
	if l := list(); l.Last != nil || l.Due != "2026-05-21" || l.Late {
		t.Errorf("%+v", l)
	}
	w.at = w.at.AddDate(0, 0, 8)
	if n, err := o.LateBoxes(t.Context(), tenant); err != nil || n != 1 {
		t.Errorf("%d late %v", n, err)
	}
	for _, x := range []complain.Opening{
		{Day: "2026-05-13", Papers: "1", Witnesses: witnesses}, // before there was one
		{Day: "2026-05-23", Papers: "1", Witnesses: witnesses}, // to come
		{Day: "2026-05-20", Papers: "-1", Witnesses: witnesses},
		{Day: "2026-05-20", Papers: "", Witnesses: witnesses},
		{Day: "2026-05-20", Papers: "1", Witnesses: [2]storage.Witness{witnesses[0], {Name: "ana paz ruiz", Post: "Otro"}}},
		{Day: "2026-05-20", Papers: "1", Witnesses: [2]storage.Witness{witnesses[0], {Name: "Beto Luna", Post: ""}}},
	} {
		if _, wrong, err := o.OpenBox(t.Context(), tenant, "ivan", id, x); err != nil || len(wrong) != 1 {
			t.Errorf("%+v: %v %v", x, wrong, err)
		}
	}
	if _, wrong, err := o.OpenBox(t.Context(), tenant, "ivan", id, complain.Opening{}); err != nil || len(wrong) != 6 {
		t.Errorf("of nothing: %v %v", wrong, err)
	}
	if _, _, err := o.OpenBox(t.Context(), tenant, "ivan", "nada", complain.Opening{}); errs.CodeOf(err) != errs.NotFound {
		t.Error(err)
	}
	seq, wrong, err := o.OpenBox(t.Context(), tenant, "ivan", id, complain.Opening{Day: "2026-05-20", Papers: "2", Witnesses: witnesses, Scan: []byte("dos papeles")})
	if err != nil || wrong != nil || seq != 0 {
		t.Fatal(wrong, err)
	}
	seq, _, err = o.OpenBox(t.Context(), tenant, "ivan", id, complain.Opening{Day: "2026-05-22", Papers: "0", Witnesses: witnesses})
	if err != nil || seq != 1 {
		t.Fatal(seq, err)
	}
	if l := list(); l.Last.Day != "2026-05-22" || l.Due != "2026-05-29" || l.Late || l.Untyped != 2 {
		t.Errorf("%+v", l)
	}
	r, err := o.Box(t.Context(), tenant, id)
	w.ok(err)
	if len(r.Openings) != 2 || r.Openings[1].Scan != storage.Digest([]byte("dos papeles")) || r.Openings[0].Scan != "" || len(r.Openings[0].Record) != 64 || r.Openings[0].Record == r.Openings[1].Record {
		t.Errorf("%+v", r.Openings)
	}
	paper := complain.Way{Channel: complain.ChannelBox, Box: id, Opening: 0}
	for range 2 {
		sent, err := w.Receive(t.Context(), tenant, bribe, nil, paper)
		w.ok(err)
		c := w.complaint(sent.ID)
		if sent.Day != "2026-05-20" || c.Day != "2026-05-20" || c.Since != "2026-05-20" || c.Clocks[complain.ClockNext] != "2026-05-27" {
			t.Errorf("it came in on %s: %v", c.Day, c.Clocks)
		}
	}
	_, err = w.Receive(t.Context(), tenant, bribe, nil, paper)
	refused(t, err, "boxes.error.full")
	paper.Opening = 1
	_, err = w.Receive(t.Context(), tenant, bribe, nil, paper)
	refused(t, err, "boxes.error.full")
	paper.Opening = 9
	if _, err = w.Receive(t.Context(), tenant, bribe, nil, paper); errs.CodeOf(err) != errs.NotFound {
		t.Error(err)
	}
	if l := list(); l.Untyped != 0 {
		t.Errorf("%+v", l)
	}
	w.ok(o.RemoveBox(t.Context(), tenant, "rosa", id))
	if l := list(); l.Due != "" || l.Late || l.Removed != "2026-05-22" {
		t.Errorf("%+v", l)
	}
	for seq, says := range map[uint64]string{0: "Se encontraron 2 papeles", 1: "No se encontró ningún papel"} {
		var b bytes.Buffer
		w.ok(o.PrintOpening(t.Context(), tenant, id, seq, &b))
		if got := sheetText(t, b.Bytes()); !strings.Contains(got, says) || !strings.Contains(got, "Beto Luna Gil") || !strings.Contains(got, "Contralor ciudadano") {
			t.Errorf("%s", got)
		}
	}
}
