package complain_test

import (
	"strings"
	"testing"

	"declara/app/complain"
	"declara/storage"
)

// TestDeclare: who is in charge of an inquiry, and nobody else, puts a declaration into a
// case, while it lasts; and it is not turned to another authority.
func TestDeclare(t *testing.T) {
	w, o := desk(t)
	id := w.arrives()
	d := complain.Declaration{Title: "Zutano: inicial 2026", Folio: "2026-0001", Reason: "El relato habla de dos casas.", PDF: scan(t, 5).Bytes}
	try := func(user, want string) {
		t.Helper()
		err := o.Declare(t.Context(), w.hand(user), id, d)
		if want == "" {
			w.ok(err)
			return
		}
		refused(t, err, want)
	}
	try("ivan", "web.error.notfound") // he does not hold it
	w.ok(o.Assign(t.Context(), w.hand("rosa"), id, "ivan"))
	try("rosa", "cases.declaration.error.hers")
	try("ivan", "cases.declaration.error.inquiry")
	w.moves(o, "ivan", id, "R1", "I1")
	try("irma", "web.error.notfound")
	try("ivan", "")
	if _, file, err := o.MayDeclare(t.Context(), w.hand("ivan"), id); err != nil || file == "" {
		t.Errorf("file %q %v", file, err)
	}
	c := w.complaint(id)
	var parts []storage.ComplaintPart
	w.view(func(tx *storage.Txn) (err error) { parts, err = tx.Parts(id); return err })
	names, err := o.Whole(w.hand("ivan"), &c, parts)
	w.ok(err)
	if all := strings.Join(names, " "); strings.Contains(all, "declaracion") || !strings.Contains(all, "radicacion") {
		t.Errorf("it is turned with %s", all)
	}
	w.moves(o, "ivan", id, "I2", "I3", "P1")
	try("ivan", "cases.declaration.error.inquiry")
	w.ok(o.Assign(t.Context(), w.hand("ivan"), id, "saul"))
	try("saul", "cases.declaration.error.hers")
	got, err := o.Open(t.Context(), w.hand("saul"), id)
	w.ok(err)
	n := 0
	for _, a := range got.Acts {
		if a.Kind == complain.ActDeclaration {
			n++
		}
	}
	if n != 1 || got.MayDeclare {
		t.Errorf("who substantiates reads %d", n)
	}
}
