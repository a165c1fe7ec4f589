package ledger_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"declara/storage"
)

// TestTellsNothing: whatever is filed, corrected, sealed and read, nothing that is
// private is in what anybody may ask of the log: no text of it, no id of a person or a
// reader, no hash that could be tried out and no salt.
func TestTellsNothing(t *testing.T) {
	w := newWorld(t)
	marks := 0
	rapid.Check(t, func(rt *rapid.T) {
		var private []string
		mark := func() string {
			marks++
			m := fmt.Sprintf("MARCA%dX", marks)
			private = append(private, m)
			return m
		}
		var first uint64
		w.view(func(tx *storage.Txn) error {
			tree, err := tx.Tree()
			first = tree.Size
			return err
		})
		var folios []string
		w.update(func(tx *storage.Txn) error {
			private, folios = nil, nil
			for range rapid.IntRange(1, 3).Draw(rt, "filings") {
				person, reserved := "P"+mark(), rapid.Bool().Draw(rt, "reserved")
				f := w.filing(func(f *storage.Filing) { f.Person, f.Reserved, f.Event = person, reserved, mark() })
				if err := tx.File(&f, []byte("full "+f.ID), []byte("public "+f.ID), ""); err != nil {
					return err
				}
				folios = append(folios, f.Folio)
				private = append(private, f.ID, f.Hash, f.Salt)
				if reserved {
					private = append(private, f.Public)
				}
				for _, kind := range rapid.SliceOfNDistinct(rapid.SampledFrom(storage.PaperKinds), 0, 3, rapid.ID).Draw(rt, "papers") {
					p, err := tx.KeepPaper(f.ID, kind, []byte(mark()), w.clock())
					if err != nil {
						return err
					}
					private = append(private, p.Salt)
					if kind != storage.PaperPublic || reserved {
						private = append(private, p.Hash)
					}
				}
				for range rapid.IntRange(0, 2).Draw(rt, "notes") {
					n := storage.Note{ID: "N" + mark(), Filing: f.ID, Text: mark(), Filed: w.clock()}
					if err := tx.PutNote(&n); err != nil {
						return err
					}
					private = append(private, n.Hash, n.Salt)
				}
				for range rapid.IntRange(0, 2).Draw(rt, "readings") {
					r := storage.Read{ID: "R" + mark(), Filing: f.ID, User: mark(), Name: mark(), File: mark(), Reason: mark(), At: w.clock()}
					if err := tx.LogRead(&r); err != nil {
						return err
					}
					private = append(private, storage.ReadHash(&r), r.Salt)
				}
			}
			return nil
		})
		var said strings.Builder
		say := func(v any, err error) {
			if err != nil {
				rt.Fatal(err)
			}
			b, err := json.Marshal(v)
			if err != nil {
				rt.Fatal(err)
			}
			said.Write(b)
		}
		say(w.s.Entries(t.Context(), tenant, first, 256))
		for _, folio := range folios {
			say(w.s.Prove(t.Context(), tenant, folio, ""))
		}
		for _, p := range private {
			if p == "" || strings.Contains(said.String(), p) {
				rt.Fatalf("the log tells %q: %s", p, said.String())
			}
		}
	})
}
