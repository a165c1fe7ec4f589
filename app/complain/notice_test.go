package complain_test

import (
	"testing"
	"time"

	"declara/app/complain"
	"declara/app/errs"
	"declara/storage"
)

// classified is a case that ivan has classified as not grave, on 2026-05-14, with the key
// that follows it.
func classified(w *town, o *complain.Office) (id, key string) {
	w.Helper()
	sent, err := w.Receive(w.Context(), tenant, bribe, nil, complain.Way{Channel: complain.ChannelDesk})
	w.ok(err)
	w.moves(o, "rosa", sent.ID, "R1")
	w.ok(o.Assign(w.Context(), w.hand("rosa"), sent.ID, "ivan"))
	w.moves(o, "ivan", sent.ID, "I1", "I2")
	s := w.step(sent.ID, "I3")
	s.Motive = complain.ClassMinor
	w.ok(o.Move(w.Context(), w.hand("ivan"), sent.ID, s))
	return sent.ID, sent.Key
}

// TestNotify: a classification is notified once, on a business day that is neither before
// it nor to come; the case shows its dates, and who complained the one that matters.
func TestNotify(t *testing.T) {
	w, o := desk(t)
	id, key := classified(w, o)
	c := w.complaint(id)
	last := len(c.Moves) - 1
	w.at = w.at.AddDate(0, 0, 6)
	for _, x := range []struct {
		who, way, day string
		move          int
		want          string
	}{
		{"ivan", "correo", "2026-05-15", last, "cases.notice.error.way"},
		{"ivan", complain.NoticePersonal, "2026-05-13", last, "cases.notice.error.day"},
		{"ivan", complain.NoticePersonal, "2027-05-13", last, "cases.notice.error.day"},
		{"ivan", complain.NoticePersonal, "mañana", last, "cases.notice.error.day"},
		{"ivan", complain.NoticePersonal, "2026-05-16", last, "cases.notice.error.off"}, // Saturday
		{"ivan", complain.NoticePersonal, "2026-05-15", 1, "cases.notice.error.move"},   // nobody is notified of that
		{"ivan", complain.NoticePersonal, "2026-05-15", 99, "cases.notice.error.move"},
		{"ivan", complain.NoticePersonal, "2026-05-15", -1, "cases.notice.error.move"},
		{"rosa", complain.NoticePersonal, "2026-05-15", last, "cases.error.way"}, // who investigates notifies
	} {
		refused(t, o.Notify(t.Context(), w.hand(x.who), id, x.move, x.way, x.day), x.want)
	}
	if err := o.Notify(t.Context(), w.hand("irma"), id, last, complain.NoticePersonal, "2026-05-15"); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("who holds nothing: %v", err)
	}
	got, err := o.Open(t.Context(), w.hand("ivan"), id)
	w.ok(err)
	if len(got.Pending) != 1 || got.Pending[0].Move != last {
		t.Errorf("pending %+v", got.Pending)
	}
	w.ok(o.Notify(t.Context(), w.hand("ivan"), id, last, complain.NoticePersonal, "2026-05-15"))
	refused(t, o.Notify(t.Context(), w.hand("ivan"), id, last, complain.NoticePersonal, "2026-05-15"), "cases.notice.error.move")
	got, err = o.Open(t.Context(), w.hand("ivan"), id)
	w.ok(err)
	m := got.Moves[last]
	if m.Notice == nil || *m.Notice != (storage.ComplaintNotice{Way: "personal", Served: "2026-05-15", Effect: "2026-05-18", Starts: "2026-05-19"}) || m.Until != "2026-05-25" || len(got.Pending) != 0 {
		t.Errorf("%+v %+v", m.Notice, m)
	}
	token, err := w.Enter(t.Context(), tenant, key)
	w.ok(err)
	st, err := w.Look(t.Context(), tenant, token)
	w.ok(err)
	e := st.Events[len(st.Events)-1]
	if e.Kind != complain.EventNotified || e.Data["until"] != "2026-05-25" || e.Data["starts"] != "2026-05-19" {
		t.Errorf("she reads %+v", e)
	}
}

// TestNobodyNotified: of who complained nothing is known; the term for it is over.
func TestNobodyNotified(t *testing.T) {
	w, o := desk(t)
	id, _ := classified(w, o)
	last := len(w.complaint(id).Moves) - 1
	w.ok(o.Notify(t.Context(), w.hand("ivan"), id, last, complain.NoticeNobody, ""))
	c := w.complaint(id)
	for _, clock := range complain.NewCalendar().Clocks(&c, "2026-05-14") {
		if clock.Name == complain.ClockNotice || clock.Name == complain.ClockChallenge {
			t.Errorf("%s runs", clock.Name)
		}
	}
}

// TestRequirement: a requirement gives 5 to 15 business days, and half as many more,
// once, before they are over (LGRA 96).
func TestRequirement(t *testing.T) {
	w, o := desk(t)
	id, _ := classified(w, o)
	ivan := w.hand("ivan")
	refused(t, o.Order(t.Context(), ivan, id, 999, 5, "2026-05-14"), "cases.order.error.act")
	w.ok(o.File(t.Context(), ivan, id, complain.Sheet{Kind: complain.ActOrder, Bytes: scan(t, 77).Bytes}))
	got, err := o.Open(t.Context(), ivan, id)
	w.ok(err)
	act := uint64(got.Acts[len(got.Acts)-1].Seq)
	refused(t, o.Order(t.Context(), ivan, id, act, 4, "2026-05-14"), "cases.order.error.days")
	refused(t, o.Order(t.Context(), ivan, id, act, 16, "2026-05-14"), "cases.order.error.days")
	refused(t, o.Order(t.Context(), ivan, id, act, 5, "2026-05-17"), "cases.notice.error.day")
	w.ok(o.Order(t.Context(), ivan, id, act, 5, "2026-05-14"))
	refused(t, o.Order(t.Context(), ivan, id, act, 5, "2026-05-14"), "cases.order.error.act")
	refused(t, o.Extend(t.Context(), ivan, id, 0, " "), "cases.error.reason")
	refused(t, o.Extend(t.Context(), ivan, id, 1, "Son muchas cajas."), "cases.order.error.act")
	ends := func() complain.OpenedOrder {
		t.Helper()
		got, err := o.Open(t.Context(), ivan, id)
		w.ok(err)
		return got.Orders[0]
	}
	if x := ends(); x.Ends != "2026-05-22" || x.Half != 2 || x.Late {
		t.Errorf("%+v", x)
	}
	w.at = time.Date(2026, 5, 22, 18, 0, 0, 0, time.UTC) // its last day
	w.ok(o.Extend(t.Context(), ivan, id, 0, "Son muchas cajas."))
	refused(t, o.Extend(t.Context(), ivan, id, 0, "Son muchas cajas."), "cases.order.error.twice")
	if x := ends(); x.Ends != "2026-05-26" || x.Half != 0 {
		t.Errorf("%+v", x)
	}
	w.at = w.at.AddDate(0, 0, 7)
	if x := ends(); !x.Late {
		t.Errorf("%+v", x)
	}
	w.ok(o.Answered(t.Context(), ivan, id, 0))
	refused(t, o.Answered(t.Context(), ivan, id, 0), "cases.order.error.answered")
	if x := ends(); x.Late || x.Answered != "2026-05-29" {
		t.Errorf("%+v", x)
	}
	w.ok(o.File(t.Context(), ivan, id, complain.Sheet{Kind: complain.ActOrder, Bytes: scan(t, 78).Bytes}))
	got, err = o.Open(t.Context(), ivan, id)
	w.ok(err)
	w.ok(o.Order(t.Context(), ivan, id, uint64(got.Acts[len(got.Acts)-1].Seq), 15, "2026-05-14"))
	w.at = time.Date(2026, 6, 10, 18, 0, 0, 0, time.UTC)
	refused(t, o.Extend(t.Context(), ivan, id, 1, "Ya se acabó."), "cases.order.error.over")
}

// TestRules: the office decides from when a term runs, and how often boxes are opened.
func TestRules(t *testing.T) {
	w, o := desk(t)
	if r, err := o.Rules(t.Context(), tenant); err != nil || r != complain.DefaultRules {
		t.Errorf("%+v %v", r, err)
	}
	refused(t, o.SetRules(t.Context(), tenant, "rosa", complain.Rules{Starts: 4, Boxes: 7}), "cases.rules.error.starts")
	refused(t, o.SetRules(t.Context(), tenant, "rosa", complain.Rules{Starts: 1}), "cases.rules.error.boxes")
	w.ok(o.SetRules(t.Context(), tenant, "rosa", complain.Rules{Starts: 2, Boxes: 14}))
	id, _ := classified(w, o)
	last := len(w.complaint(id).Moves) - 1
	w.ok(o.Notify(t.Context(), w.hand("ivan"), id, last, complain.NoticePersonal, "2026-05-14"))
	if n := w.complaint(id).Moves[last].Notice; n.Starts != "2026-05-19" {
		t.Errorf("%+v", n)
	}
}
