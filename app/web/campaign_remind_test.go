package web

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"declara/forms"
	"declara/storage"
)

// TestRemindThousand: of 1,000 people that a filter shows, page by page, as many are
// written to as the page said, and who is not is in a list with why.
func TestRemindThousand(t *testing.T) {
	x := newSite(t)
	x.enlist(1000, func(i int, p *storage.Person) {
		p.Given, p.Unit = fmt.Sprintf("Persona%04d", i), "Obras Públicas"
		if i%4 == 3 {
			p.Unit = "Tesorería"
		}
		if i%100 == 0 {
			p.Email = ""
		}
	})
	file := func(i int) {
		x.update(func(tx *storage.Txn) error {
			f := storage.Filing{ID: fmt.Sprint("f", i), Person: fmt.Sprint("persona", i), Type: forms.Modificacion, Year: 2026, Due: "2026-05-31", Filed: x.clock, Zone: "America/Mexico_City", Sent: fmt.Sprint("s", i)}
			return tx.File(&f, []byte("{}"), []byte("{}"), "")
		})
	}
	for i := range 5 {
		file(4 * i)
	}
	const unit = "unidad=Obras+P%C3%BAblicas"
	b := x.as(storage.RoleComptroller)
	page := b.get(remindPath+"?"+unit).is(200).says("Recordar 745 declaraciones", "Enviar 745 recordatorios", "Página 1 de 15", "Presentada en plazo: 5 declaraciones", "pagina=2")
	structure(t, page.body)
	b.get(remindPath + "?" + unit + "&pagina=99").is(200).says("Página 15 de 15")
	b.get(remindPath+"?unidad=Tesorer%C3%ADa&estado=pendiente").is(200).says("Recordar 251 declaraciones", "Página 1 de 6")

	// Who is left out on a page stays so on the others, and is not counted.
	boxes := regexp.MustCompile(`type="checkbox" name="sin" value="([^"]+)"`)
	first := boxes.FindAllStringSubmatch(page.body, -1)
	if len(first) != 50 {
		t.Fatalf("%d people on the page", len(first))
	}
	form := func(page result, more ...string) []string {
		return append([]string{"unidad", "Obras Públicas", "envio", hiddenValue(t, page.body, "envio"), "visto", hiddenValue(t, page.body, "visto")}, more...)
	}
	left := []string{"sin", html.UnescapeString(first[0][1]), "sin", html.UnescapeString(first[1][1])}
	second := b.post(remindPath+"?"+unit+"&pagina=2", form(page, append(left, "ver", "1")...)...).is(200).says("Página 2 de 15", "Enviar 743 recordatorios", "Dejas fuera", `type="hidden" name="sin" value="`+first[0][1])
	structure(t, second.body)
	more := append(left, "sin", html.UnescapeString(boxes.FindStringSubmatch(second.body)[1]))
	counted := b.post(remindPath+"?"+unit, form(second, more...)...).is(422).says("Revisa cuántos salen", "Enviar 742 recordatorios")
	if len(x.mailsOf("reminder")) != 0 {
		t.Fatal("another number went than was shown")
	}
	for range 2 {
		b.post(remindPath+"?"+unit, form(counted, more...)...).is(303)
	}
	at := sendingsPath + "/m-" + hiddenValue(t, counted.body, "envio") + ".2026-05-04"
	rows := cells(t, b.get(at+"/lista.csv"))
	states := map[string]int{}
	for _, r := range rows[1:] {
		states[r[3]]++
	}
	mails := len(x.mailsOf("reminder"))
	if states["En espera"] != mails || states["En espera"]+states["En papel"] != 742 || states["Se dejó fuera al enviar"] != 3 || len(rows) != 746 {
		t.Errorf("%d letters, %v", mails, states)
	}
	b.get(at).is(200).says("no salieron", "Se dejó fuera al enviar")
	b.get(sendingsPath).is(200).says("No salieron")

	// What narrows the list by words does here too, and says so.
	b.post(compliancePath, "q", "persona0003")
	b.get(remindPath).is(200).says("Recordar 1 declaración", "Sólo lo que coincide con tu búsqueda", "persona0003")
	if strings.Contains(x.log.String(), "ersona0") {
		t.Error("the log names people")
	}
}
