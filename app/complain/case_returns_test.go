package complain_test

import (
	"testing"

	"declara/app/complain"
)

// TestReturns: figures of the office tell who came back by what was sent, whether a
// question was answered, and how long the first message took.
func TestReturns(t *testing.T) {
	w, o := desk(t)
	rosa := w.hand("rosa")
	anonymous := bribe
	anonymous.Mode = complain.Anonymous
	var keys, ids []string
	for range 3 {
		sent, err := w.Receive(t.Context(), tenant, anonymous, []complain.Upload{{Name: "foto.jpg", Bytes: photo(t, 0), NoOriginal: true}}, complain.Way{Channel: complain.ChannelDesk})
		w.ok(err)
		keys, ids = append(keys, sent.Key), append(ids, sent.ID)
	}
	w.at = w.at.AddDate(0, 0, 2)
	for _, id := range ids[:2] {
		w.moves(o, "rosa", id, "R1", "R2") // asks a question
	}
	if r, err := o.Returns(t.Context(), rosa); err != nil || r != (complain.Returns{Anonymous: 3}) {
		t.Errorf("%+v %v", r, err)
	}
	token, err := w.Enter(t.Context(), tenant, keys[0])
	w.ok(err)
	w.ok(w.Write(t.Context(), tenant, token, "Fue el lunes.", "e"))
	w.moves(o, "rosa", ids[0], "R1")
	w.moves(o, "rosa", ids[1], "R1")
	token, err = w.Enter(t.Context(), tenant, keys[1])
	w.ok(err)
	w.ok(w.Write(t.Context(), tenant, token, "Perdón por tardar.", "e")) // too late for the question
	if r, err := o.Returns(t.Context(), rosa); err != nil || r != (complain.Returns{Anonymous: 3, Back: 2}) {
		t.Errorf("%+v %v", r, err)
	}
	f, err := o.Pace(t.Context(), tenant, "rosa")
	if err != nil || f.Asked != 2 || f.Answered != 1 || f.Word != (complain.Spread{N: 2, Median: 2, Ninth: 2}) {
		t.Errorf("%+v %v", f, err)
	}
}
