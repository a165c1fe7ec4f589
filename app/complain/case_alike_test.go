package complain_test

import (
	"errors"
	"fmt"
	"testing"

	"declara/app/complain"
	"declara/storage"
)

// TestAlike: cases that tell of the same are found whoever wrote them how; one that the
// reader does not hold is not, and nothing is written down.
func TestAlike(t *testing.T) {
	w, o := desk(t)
	tell := func(what string, files ...complain.Upload) string {
		t.Helper()
		return w.receive(complain.Answers{Route: complain.RouteTown, What: what}, files...).ID
	}
	for n := range 12 {
		tell([]string{
			"En la caja de la tesorería me pidieron una copia de más y me trataron mal.",
			"El camión de la basura no pasa por la colonia desde hace un mes.",
			"El director de obras contrató a su cuñado sin concurso para pavimentar.",
		}[n%3] + fmt.Sprint(" Fue la vez ", n*7919))
	}
	one := tell("El inspector Zutano Méndez me pidió quinientos pesos en el mercado Hidalgo para no clausurar mi puesto de tamales.", complain.Upload{Name: "a.jpg", Bytes: photo(t, 3), NoOriginal: true})
	other := tell("Vendo tamales. Un tal Zutano Mendez, inspector, cobra a los puestos del mercado hidalgo o los clausura.")
	file := tell("Les mando una foto.", complain.Upload{Name: "b.jpg", Bytes: photo(t, 3), NoOriginal: true})
	got, err := o.Alike(t.Context(), w.hand("rosa"), one)
	w.ok(err)
	ids := []string{}
	for _, a := range got {
		ids = append(ids, a.ID)
	}
	if len(got) != 2 || got[0].ID != file || !got[0].File || got[1].ID != other || got[1].File {
		t.Errorf("like %s: %q, not %s %s", one, ids, file, other)
	}
	// Ivan holds one and not the other.
	w.ok(o.Assign(t.Context(), w.hand("rosa"), one, "ivan"))
	if got, err := o.Alike(t.Context(), w.hand("ivan"), one); err != nil || len(got) != 0 {
		t.Errorf("he is told of %+v %v", got, err)
	}
	if _, err := o.Alike(t.Context(), w.hand("ivan"), other); !errors.Is(err, complain.ErrNoCase) {
		t.Errorf("of one that is not his: %v", err)
	}
	if got, err := o.Alike(t.Context(), w.hand("rosa"), tell("   x")); err != nil || len(got) != 0 {
		t.Errorf("of nothing: %+v %v", got, err)
	}
	trail := func() (n int) {
		w.view(func(tx *storage.Txn) error {
			return tx.AuditEntries(func(storage.AuditEntry, []byte) error { n++; return nil })
		})
		return n
	}
	before, entries := w.complaint(one), trail()
	_, err = o.Alike(t.Context(), w.hand("rosa"), one)
	w.ok(err)
	if after := w.complaint(one); after.Version != before.Version || trail() != entries {
		t.Error("it is written down")
	}
}
