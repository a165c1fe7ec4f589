package web

import (
	"regexp"
	"strings"
	"testing"

	"declara/app/complain"
	"declara/storage"
)

// TestMoveTellsAll: the form of a move shows all that is wrong with it at once, with what
// was typed; and one that comes while the key is closed keeps the text.
func TestMoveTellsAll(t *testing.T) {
	x := newSite(t)
	head, inquiry := x.officers()
	sent := x.arrives()
	at := casePath(sent.ID)
	head.post(at, "paso", "asignar", "a", x.people[storage.RoleInvestigator].ID).leads(at)
	version := func() string { return pick(t, moved, inquiry.get(at+"/mover?a=R1").is(200)) }
	inquiry.send(at+"/mover", nil, "a", "R1", "movidas", version()).leads(at)
	const typed = "Se turna porque <es> de la secretaría."
	bad := inquiry.send(at+"/mover", nil, "a", "R3", "movidas", "2", "razon", typed, "autoridad", "", "documento", "turno")
	structure(t, bad.is(422).says(`id="f-archivo-e"`, "Se turna porque &lt;es&gt;").body)
	head.post(at, "paso", "asignar", "a", x.people[storage.RoleInvestigator].ID)
	inquiry.send(at+"/mover", blankPDF(1), "a", "I1", "movidas", "2", "expediente", "OIC/1/2026", "documento", "radicacion").leads(at)
	inquiry.send(at+"/mover", nil, "a", "I2", "movidas", "3").leads(at)
	bad = inquiry.send(at+"/mover", []byte("no es un PDF"), "a", "I3", "movidas", "4", "razon", " ", "documento", "calificacion")
	structure(t, bad.is(422).says(`id="f-archivo-e"`, `id="f-razon-e"`, `id="f-motivo-e"`).body)

	structure(t, inquiry.get(at+"/mover?a=I3").is(200).says("No grave").body)
	structure(t, inquiry.get(at+"/escrito?tipo=calificacion").is(200).says("No grave").body)
	inquiry.post("/cuenta/llave/cerrar").leads("/cuenta/llave")
	kept := inquiry.send(at+"/mover", blankPDF(2), "a", "I3", "movidas", "4", "razon", typed, "motivo", complain.ClassMinor, "documento", "calificacion")
	structure(t, kept.is(409).says(`value="Se turna porque &lt;es&gt; de la secretaría."`, `type="file"`, `enctype="multipart/form-data"`).body)
	inquiry.post("/cuenta/llave/abrir", "abre", testPassword)
	inquiry.send(at+"/mover", blankPDF(2), "a", "I3", "movidas", "4", "razon", typed, "motivo", complain.ClassMinor, "documento", "calificacion").leads(at)
}

// TestFactsInMarch: who tells only a month is understood, in either language.
func TestFactsInMarch(t *testing.T) {
	x := newSite(t)
	head, _ := x.officers()
	at := casePath(x.arrives().ID)
	for _, said := range []string{"marzo de 2026", "Marzo 2026", "3/2026", "2026-03"} {
		head.post(at, "paso", "hechos", "fecha", "2025").leads(at)
		head.post(at, "paso", "hechos", "fecha", said).leads(at)
		head.get(at).is(200).says(`value="01/03/2026"`)
	}
	head.post(at, "paso", "hechos", "fecha", "marzo").is(422).says(`value="marzo"`)
}

// TestOthersCases: each address of a case, an identity, a file, a writ, an export and an
// annex, asked for by everybody whom it is not for, answers as if it were not there or
// not hers; and says nothing of the case.
func TestOthersCases(t *testing.T) {
	x := newSite(t)
	head, inquiry := x.officers()
	k := x.as(storage.RoleCustodian)
	k.keyed(t, head)
	sent := x.arrives()
	at := casePath(sent.ID)
	folio := sent.Folio
	seq := regexp.MustCompile(at + `/anexo/(\d+)`).FindString(head.get(at).body)
	addresses := []string{at, at + "/mover?a=R1", at + "/escrito?tipo=radicacion", seq, at + "/acto/1", at + "/envio/1", at + "/declaracion",
		"/contraloria/identidades/" + sent.ID, "/contraloria/casos/sellados/" + sent.ID + "/1", "/cuenta/llave/entrega/" + sent.ID}
	posts := [][]string{{at, "paso", "mensaje", "mensaje", "Hola."}, {at, "paso", "nota", "nota", "Hola."}, {at, "paso", "hechos", "fecha", "1/1/2026"},
		{at, "paso", "asignar", "a", x.people[storage.RoleInvestigator].ID}, {at, "paso", "recusar", "recusada", x.people[storage.RoleComptroller].ID, "motivo", "Porque sí."},
		{at, "paso", "parecidas"}, {at + "/declaracion", "ir", "buscar", "q", "persona"}, {at + "/declaracion", "ir", "agregar", "declaracion", "x", "motivo", "Porque hace falta."},
		{at + "/escrito", "tipo", "radicacion", "texto", "Hola.", "firma", "Yo", "expediente", "1"},
		{"/contraloria/identidades/" + sent.ID, "motivo", "notificar", "palabras", "Notificar el oficio 12 de 2026."},
		{"/contraloria/llaves/plazos/proponer", "caso", sent.ID}, {"/contraloria/llaves/plazos/eliminar", "caso", sent.ID}, {"/contraloria/llaves/plazos/retirar", "caso", sent.ID}}
	for _, role := range []storage.Role{storage.RoleInvestigator, storage.RoleSubstantiator, storage.RoleAdmin, storage.RoleHR, storage.RoleDeclarant} {
		b := x.as(role)
		if role == storage.RoleInvestigator {
			b = inquiry
		}
		for _, a := range addresses {
			if got := b.get(a); got.status == 200 || strings.Contains(got.body, folio) {
				t.Errorf("%s reads %s: %d", role, a, got.status)
			}
		}
		for _, p := range posts {
			if got := b.post(p[0], p[1:]...); got.status == 200 || strings.Contains(got.body, folio) {
				t.Errorf("%s does %v: %d", role, p, got.status)
			}
		}
	}
	var c storage.Complaint
	x.update(func(tx *storage.Txn) (err error) { c, err = tx.Complaint(sent.ID); return err })
	if len(c.Moves) != 1 || len(c.Excluded) != 0 || len(c.Case.Wraps) != 1 || len(c.Identity.Wraps) != 1 {
		t.Errorf("something was done: %+v", c.Moves)
	}
	// The head can recuse who keeps the identity, unless nobody could open it any more.
	custodian := x.people[storage.RoleCustodian].ID
	structure(t, head.get(at).is(200).says(`<option value="`+custodian+`"`).body)
	head.post(at, "paso", "recusar", "recusada", custodian, "motivo", "Es su hermana.").is(422).says("Es su hermana.")
	// The custodian keeps the identity and reads no word of the case.
	if got := k.get(at); got.status == 200 || strings.Contains(got.body, "mercado") {
		t.Errorf("who keeps the identity reads the case: %d", got.status)
	}
}
