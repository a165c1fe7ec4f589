package web

import (
	"context"
	"net/http"
	"testing"
)

// TestTurns: two of a network are in, whoever else of it comes waits, and who comes from
// elsewhere does not; when all are gone nothing is left of them.
func TestTurns(t *testing.T) {
	q := newTurns()
	over, cancel := context.WithCancel(t.Context())
	cancel()
	var ends []func()
	for range turnsAtOnce {
		end, ok := q.wait(t.Context(), "10.0.0.1")
		if !ok {
			t.Fatal("no turn")
		}
		ends = append(ends, end)
	}
	if _, ok := q.wait(over, "10.0.0.1"); ok {
		t.Error("a third is in")
	}
	other, ok := q.wait(t.Context(), "10.0.0.2")
	if !ok {
		t.Fatal("another network waits")
	}
	in := make(chan func())
	go func() {
		end, _ := q.wait(context.Background(), "10.0.0.1")
		in <- end
	}()
	ends[0]()
	(<-in)() // who waited has the turn that was given back
	ends[1]()
	other()
	if len(q.of) != 0 {
		t.Errorf("%d lines are left", len(q.of))
	}
}

// TestSendInLine: who cannot be served in time reads that her text is kept, and sends it
// when there is a turn.
func TestSendInLine(t *testing.T) {
	x := newSite(t)
	x.channel()
	x.s.patience = 1
	b := x.anybody()
	tb, _ := b.written()
	var ends []func()
	for range turnsAtOnce {
		end, ok := x.s.turns.wait(t.Context(), "0.0.0.0") // as the test's requests come
		if !ok {
			t.Fatal("no turn")
		}
		ends = append(ends, end)
	}
	tb.step("revisar", "ir", "enviar").is(http.StatusUnprocessableEntity).says("Está guardada", narrative)
	for _, end := range ends {
		end()
	}
	x.s.patience = turnPatience
	tb.step("revisar", "ir", "enviar").is(200).says("Guárdala ahora")
}
