package complain_test

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"declara/app/complain"
	"declara/app/complain/figures"
	"declara/app/errs"
	"declara/storage"
)

// came puts complaints into the store as if they had come in on a day.
func (w *town) came(n int, day, category, channel string, moves ...storage.ComplaintMove) (ids []string) {
	w.Helper()
	w.update(func(tx *storage.Txn) error {
		for range n {
			id := storage.RandomID()
			ids = append(ids, id)
			if err := tx.PutComplaint(storage.Complaint{
				ID: id, Folio: "DEN-" + id[:8], Locator: id[8:14], Day: day, Category: category, Channel: channel,
				State: "R0", Moves: append([]storage.ComplaintMove{{To: "R0", Day: day}}, moves...),
			}, 0); err != nil {
				return err
			}
		}
		return nil
	})
	return ids
}

func (w *town) figures() *complain.Figures {
	return complain.NewFigures(w.db, func() time.Time { return w.at }, slog.New(slog.DiscardHandler), "test")
}

func (w *town) all() []complain.Published {
	w.Helper()
	all, err := w.figures().All(w.Context(), tenant)
	w.ok(err)
	return all
}

// look is what is published of a period's table.
func look(p complain.Published, table string) string {
	var b strings.Builder
	for _, s := range p.Shares {
		if s.Name == table {
			for _, c := range s.Cells {
				if c.Kept {
					fmt.Fprintf(&b, "%s=? ", c.Key)
				} else if c.N > 0 {
					fmt.Fprintf(&b, "%s=%d ", c.Key, c.N)
				}
				for _, p := range s.Parts {
					if p.Of == c.Key {
						fmt.Fprintf(&b, "%s(", p.Name)
						for _, x := range p.Cells {
							if x.Kept {
								fmt.Fprintf(&b, " %s=?", x.Key)
							} else if x.N > 0 {
								fmt.Fprintf(&b, " %s=%d", x.Key, x.N)
							}
						}
						b.WriteString(" ) ")
					}
				}
			}
		}
	}
	return strings.TrimSpace(b.String())
}

func TestFreeze(t *testing.T) {
	w := newTown(t)
	f := w.figures()
	w.came(40, "2026-06-01", complain.GroupMoney, complain.ChannelWeb, storage.ComplaintMove{To: "R1", Day: "2026-06-02"}, storage.ComplaintMove{To: "I5", Day: "2026-12-31"})
	w.came(25, "2026-07-01", complain.GroupAbuse, complain.ChannelDesk, storage.ComplaintMove{To: "I5", Day: "2027-01-01"})
	w.came(6, "2026-07-01", complain.GroupRecords, complain.ChannelDesk)
	w.came(2, "2026-07-01", complain.GroupInterest, complain.ChannelPaper)
	w.at = time.Date(2027, 1, 1, 5, 59, 0, 0, time.UTC) // still the last of December in the town
	w.ok(f.Freeze(w.Context(), tenant))
	if got := w.all(); len(got) != 0 {
		t.Fatalf("a period that is not over shows %+v", got)
	}
	w.at = time.Date(2027, 1, 1, 7, 0, 0, 0, time.UTC)
	w.ok(f.Freeze(w.Context(), tenant))
	got := w.all()
	if len(got) != 1 || got[0].ID != "2026" || got[0].Total != 73 || got[0].Day != "2027-01-01" || got[0].Version != 1 {
		t.Fatalf("frozen: %+v", got)
	}
	for table, want := range map[string]string{
		figures.ByGroup:   "TRATO_Y_SERVICIO=? COBROS_Y_SOBORNOS=40 DINERO_Y_BIENES_PUBLICOS=? CONTRATOS_Y_NOMBRAMIENTOS=? CONFLICTO_DE_INTERES=? ABUSO_Y_ENCUBRIMIENTO=25 DOCUMENTOS_E_INFORMACION=? NO_SE=?",
		figures.ByChannel: "web=40 ventanilla=? telefono=? papel=? buzon=?",
		figures.ByStage:   "EN_ANALISIS=33 CONCLUSION_Y_ARCHIVO=40 motivoCierre( OTRO=40 )",
	} {
		if look(got[0], table) != want {
			t.Errorf("%s: %s", table, look(got[0], table))
		}
	}

	// What comes afterwards changes nothing that was frozen, and the year after is cut finer.
	late := w.came(3, "2026-08-01", complain.GroupMoney, complain.ChannelWeb)
	w.came(30, "2027-02-01", complain.GroupMoney, complain.ChannelWeb)
	w.at = time.Date(2027, 7, 1, 12, 0, 0, 0, time.UTC)
	w.ok(f.Freeze(w.Context(), tenant))
	w.ok(f.Freeze(w.Context(), tenant))
	again := w.all()
	if len(again) != 2 || again[0].ID != "2027-S1" || again[0].Total != 30 || fmt.Sprint(again[1]) != fmt.Sprint(got[0]) {
		t.Fatalf("half a year later: %+v", again)
	}

	// A correction is another version, and never of a few.
	if err := f.Correct(w.Context(), tenant, "ana", "2026", "Tres llegaron en papel y se anotaron después."); keyOf(err) != "figures.error.small" {
		t.Errorf("a correction of three: %v", err)
	}
	if err := f.Correct(w.Context(), tenant, "ana", "2026", " "); keyOf(err) != "figures.error.note" {
		t.Errorf("without a note: %v", err)
	}
	if err := f.Correct(w.Context(), tenant, "ana", "2025", "x"); errs.CodeOf(err) != errs.NotFound {
		t.Errorf("of no period: %v", err)
	}
	w.came(4, "2026-08-01", complain.GroupMoney, complain.ChannelWeb)
	w.ok(f.Correct(w.Context(), tenant, "ana", "2026", "Siete llegaron en papel."))
	fixed := w.all()
	if len(fixed) != 3 || fixed[1].Version != 2 || fixed[1].Total != 80 || fixed[1].Note == "" || fmt.Sprint(fixed[2]) != fmt.Sprint(got[0]) {
		t.Errorf("corrected: %+v", fixed)
	}
	w.update(func(tx *storage.Txn) error {
		_, err := tx.DeleteComplaint(late[0])
		return err
	})
	if now := w.all(); fmt.Sprint(now) != fmt.Sprint(fixed) {
		t.Error("deleting a complaint changed what was frozen")
	}
}

// TestFreezeParts: how faults were classified, why cases ended and how long it took, as
// the last day of the period found them.
func TestFreezeParts(t *testing.T) {
	w := newTown(t)
	way := func(steps ...string) (moves []storage.ComplaintMove) {
		from := "R0"
		for _, s := range steps {
			f := strings.Split(s, " ") // state, day, motive
			m := storage.ComplaintMove{From: from, To: f[0], Day: f[1]}
			if len(f) > 2 {
				m.Motive = f[2]
			}
			moves, from = append(moves, m), f[0]
		}
		return moves
	}
	in := func(n int, steps ...string) {
		w.came(n, "2026-06-01", complain.GroupMoney, complain.ChannelWeb, way(steps...)...)
	}
	in(12, "R1 2026-06-03", "I1 2026-06-10", "I2 2026-06-11", "I3 2026-09-01 no_grave", "P1 2026-10-01")
	in(9, "R1 2026-06-03", "I1 2026-06-10", "I2 2026-06-11", "I3 2026-09-01 no_grave", "I4 2026-09-05", "I3 2026-12-31 grave", "I4 2027-01-02", "I3 2027-01-03 particulares")
	in(20, "R1 2026-06-05", "I1 2026-06-12", "I2 2026-06-13", "I5 2026-09-09 sin_elementos")
	in(6, "R1 2026-06-05", "I1 2026-06-12", "I2 2026-06-13", "I5 2026-09-09 sin_falta")
	in(7, "R1 2026-06-05", "I1 2026-06-12", "I2 2026-06-13", "I5 2027-01-09 prescrita")
	in(11, "R1 2026-06-08", "R3 2026-06-15 incompetencia")
	in(8, "X1 2026-06-02 saturacion")
	in(3, "R1 2026-06-08", "I1 2026-06-20", "I2 2026-06-13", "P1 2026-07-01")
	w.at = time.Date(2027, 1, 1, 7, 0, 0, 0, time.UTC)
	w.ok(w.figures().Freeze(w.Context(), tenant))
	got := w.all()[0]
	want := "TURNADA_A_OTRA_AUTORIDAD=11 motivoCierre( INCOMPETENCIA=11 ) EN_INVESTIGACION=10 CALIFICADA_O_EN_PROCEDIMIENTO=21 tipoFalta( NO_GRAVE=12 GRAVE=9 ) " +
		"CONCLUSION_Y_ARCHIVO=26 motivoCierre( FALTA_DE_ELEMENTOS=20 SIN_FALTA=6 ) IMPROCEDENTE=8"
	if s := look(got, figures.ByStage); s != want {
		t.Errorf("stages: %s", s)
	}
	if s := fmt.Sprint(got.Times); s != "[{diasMedianaLectura 4} {diasMedianaRadicacion 11} {diasMedianaConclusion 100}]" {
		t.Errorf("times: %s", s)
	}
}

// TestFrozenOnce is two programs over one store at the turn of the year.
func TestFrozenOnce(t *testing.T) {
	w := newTown(t)
	w.at = time.Date(2028, 1, 1, 12, 0, 0, 0, time.UTC)
	other := complain.NewFigures(w.db, func() time.Time { return w.at }, slog.New(slog.DiscardHandler), "other")
	done := make(chan error, 2)
	for _, f := range []*complain.Figures{w.figures(), other} {
		go func() { done <- f.Freeze(w.Context(), tenant) }()
	}
	w.ok(<-done)
	w.ok(<-done)
	var ids []string
	for _, p := range w.all() {
		ids = append(ids, p.ID+p.Band)
	}
	if !slices.Equal(ids, []string{"20270–9", "20260–9"}) {
		t.Errorf("frozen: %v", ids)
	}
}

// keyOf is the sentence of an error that a person is told.
func keyOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Key
	}
	return ""
}
