package web

import (
	"testing"

	"declara/app/account"
	"declara/forms"
	"declara/storage"
)

// TestLoweringPage: what human resources make simplified stands first on the page of posts
// and on the panel of the control body, which confirms it or leaves it.
func TestLoweringPage(t *testing.T) {
	x := newSite(t)
	hr, oic := x.as(storage.RoleHR), x.as(storage.RoleComptroller)
	id := account.PostID("Directora de prueba")
	x.update(func(tx *storage.Txn) error {
		return tx.PutPost(storage.Post{ID: id, Name: "Directora de prueba", Level: forms.Full, Agreement: "Catálogo"})
	})
	hr.post("/contraloria/puestos", "p-"+id, "simplificada", "acuerdo", "Acuerdo 9").leads("/contraloria/puestos")
	hr.get("/contraloria/puestos").is(200).says("espera a la contraloría", "Acuerdo 9").hides("Confirmar simplificado")
	oic.get("/contraloria").is(200).says("1 cambio a formato simplificado")
	structure(t, oic.get("/contraloria/puestos").is(200).says("Confirmar simplificado", "Dejar completo").body)
	oic.post("/contraloria/puestos/confirmar", "puesto", id, "decision", "si").leads("/contraloria/puestos")
	oic.get("/contraloria/puestos").is(200).hides("Confirmar simplificado")
	x.view(func(tx *storage.Txn) error {
		p, err := tx.Post(id)
		if err == nil && (p.Level != forms.Simplified || p.Asked != nil) {
			t.Errorf("%+v", p)
		}
		return err
	})
}
