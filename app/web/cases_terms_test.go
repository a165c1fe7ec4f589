package web

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"declara/storage"
)

// TestCaseTerms: a classification is notified and a requirement delivered through the
// page of their case; what is wrong is told at its box; who complained reads until when.
func TestCaseTerms(t *testing.T) {
	x := newSite(t)
	head, inquiry := x.officers()
	sent := x.arrives()
	at := "/contraloria/casos/" + sent.ID
	n := 0
	move := func(b *browser, to string, pairs ...string) {
		t.Helper()
		n++
		b.send(at+"/mover", blankPDF(n), append([]string{"a", to, "movidas", strconv.Itoa(n), "razon", "Porque sí consta"}, pairs...)...).leads(at)
	}
	head.post(at, "paso", "asignar", "a", x.people[storage.RoleInvestigator].ID).leads(at)
	move(head, "R1")
	move(inquiry, "I1", "expediente", "OIC/7")
	move(inquiry, "I2")
	inquiry.get(at).hides("Anotar una notificación")
	move(inquiry, "I3", "motivo", "no_grave")
	structure(t, inquiry.get(at).is(200).says("Anotar una notificación", "Calificada, del").body)
	structure(t, inquiry.post(at, "paso", "notificar", "movimiento", "4").is(422).says(`id="f-forma-e"`).body)
	structure(t, inquiry.post(at, "paso", "notificar", "movimiento", "4", "forma", "personal", "notificada", "ayer").is(422).says(`id="f-notificada-e"`, `value="ayer"`).body)
	inquiry.post(at, "paso", "notificar", "movimiento", "x", "forma", "personal", "notificada", "ayer").is(422)
	today := x.clock.Format("02/01/2006")
	inquiry.post(at, "paso", "notificar", "movimiento", "4", "forma", "personal", "notificada", today).leads(at)
	inquiry.get(at).says("Surte efectos el", "Puede inconformarse hasta el").hides("Anotar una notificación")
	x.anybody().post("/denuncia/clave", "paso", "entrar", "clave", sent.Key).is(200).says("Te notificaron", "Puedes pelear la decisión hasta el")

	inquiry.send(at+"/acto", blankPDF(50), "tipo", "requerimiento").leads(at)
	writ := regexp.MustCompile(`<option value="(\d+)">Oficio de requerimiento`).FindStringSubmatch(inquiry.get(at).says("Anotar que se entregó").body)[1]
	structure(t, inquiry.post(at, "paso", "requerir", "oficio", writ, "dias", "99", "practicada", today).is(422).says(`id="f-dias-e"`).body)
	inquiry.post(at, "paso", "requerir", "oficio", writ, "dias", "5", "practicada", today).leads(at)
	structure(t, inquiry.get(at).is(200).says("Tiene 5 días hábiles", "Requerimiento 1: 2 días más").body)
	structure(t, inquiry.post(at, "paso", "ampliar", "requerimiento", "0").is(422).says(`id="f-ampliacion-e"`).body)
	inquiry.post(at, "paso", "ampliar", "requerimiento", "0", "ampliacion", "Son muchas cajas").leads(at)
	inquiry.get(at).says("Tiene 5 días hábiles y 2 más", "Son muchas cajas")
	inquiry.post(at, "paso", "ampliar", "requerimiento", "0", "ampliacion", "Otra vez").is(422).says("Solo se puede una vez")
	inquiry.post(at, "paso", "contestado", "requerimiento", "0").leads(at)
	inquiry.get(at).says("Contestado").hides("Ya contestaron</")

	// The record of a notification is a writ.
	structure(t, inquiry.get(at+"/escrito?tipo=notificacion").is(200).says("Por estrados").hides("no se sabe quién").body)
	w := []string{"tipo", "notificacion", "expediente", "OIC/7", "forma", "personal", "texto", "Se entregó copia.", "firma", "Iván", "practicada"}
	structure(t, inquiry.post(at+"/escrito", append(w, "mayo")...).is(422).says(`id="f-practicada-e"`).body)
	if got := inquiry.post(at+"/escrito", append(w, today)...).is(200); !strings.HasPrefix(got.body, "%PDF-") {
		t.Errorf("%.30q", got.body)
	}
	const rules = "/contraloria/casos/calendario"
	structure(t, head.get(rules).is(200).says("Cómo se cuenta", `name="inicia" type="text" class="w-s"`).body)
	structure(t, head.post(rules, "paso", "reglas", "inicia", "9", "buzones", "7").is(422).says(`id="f-inicia-e"`).body)
	head.post(rules, "paso", "reglas", "inicia", "2", "buzones", "0").is(422).says(`id="f-buzones-e"`)
	head.post(rules, "paso", "reglas", "inicia", "2", "buzones", "14").leads(rules)
	head.get(rules).says(`value="14"`)
	inquiry.get(rules).hides("Cómo se cuenta")
}
