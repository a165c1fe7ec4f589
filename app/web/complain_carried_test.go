package web

import (
	"regexp"
	"strings"
	"testing"

	"declara/app/complain"
	"declara/app/complain/vault"
	"declara/storage"
	"declara/storage/files"
)

var carriedIn = regexp.MustCompile(`name="borrador" value="([^"]*)"`)

// form sends a step as a browser does, with all that is hidden on the page before.
func (t tab) form(page result, pairs ...string) result {
	t.x.t.Helper()
	if m := carriedIn.FindStringSubmatch(page.body); m != nil {
		pairs = append(pairs, "borrador", m[1])
	}
	return t.step(pairs...)
}

// TestCarriedThroughPages: with no room for drafts at all a complaint goes from the door
// to its key, through the page that a flood brings too; nothing of it is kept before it is
// sent, what a form carries is hers alone, and no page has it when there is room.
func TestCarriedThroughPages(t *testing.T) {
	x := newSite(t)
	x.channel()
	roomy := x.s.complain
	x.fullOfDrafts(t)
	b := x.anybody()
	page := b.post("/denuncia", "paso", "inicio").is(200)
	tb := tab{b, pick(t, hoja, page)}
	page = tb.form(page, "quien", "quien", "ayuntamiento").is(200).says("¿Qué pasó?")
	page = tb.form(page, "que", "que", narrative, "donde", "en el mercado").is(200).says("¿Tienes pruebas?")
	if strings.Contains(page.body, "mercado") {
		t.Error("the form has it in clear")
	}
	if carried := carriedIn.FindStringSubmatch(page.body); carried == nil || len(carried[1]) > 6<<10 {
		t.Errorf("the form has %d", len(page.body))
	}
	late := tb.upload("/denuncia", "foto.jpg", picture(t, 4000), "hoja", tb.id, "borrador", pick(t, carriedIn, page), "paso", "pruebas", "ir", "subir")
	page = late.is(422).says("Ahora no caben más archivos")
	page = tb.form(page, "pruebas").is(200)
	page = tb.form(page, "nombre", "modo", "confianza", "nombre", "Rosa").is(200).says("Así la leerá", narrative, "en el mercado", "Rosa")
	old := page
	page = tb.form(page, "revisar", "ir", "que").is(200).says("en el mercado")
	page = tb.form(page, "que", "que", narrative+" Y otra vez.").is(200)
	page = tb.form(page, "pruebas", "ir", "revisar").is(200).says("Y otra vez.", "Rosa")
	x.view(func(tx *storage.Txn) error {
		n, err := tx.DraftBytes()
		if n.Texts != 0 {
			t.Errorf("drafts take %+v", n)
		}
		return err
	})
	// Another browser, and whoever changes it, has a draft that is over.
	other := tab{x.anybody(), tb.id}
	other.form(page, "revisar", "ir", "que").is(200).hides(narrative)
	tb.step("revisar", "ir", "que", "borrador", strings.Repeat("A", 3000)).is(200).hides(narrative)
	x.saturate("10.9.9.9")
	page = tb.form(page, "revisar", "ir", "enviar").is(200).says("Hoy llegan muchas")
	sent := tb.form(page, "saturacion", "ir", "sin").is(200).says("Guárdala ahora")
	if again := tb.form(old, "revisar", "ir", "enviar").is(200); keyOn(again.body) != keyOn(sent.body) || keyOn(sent.body) == "" {
		t.Error("sent twice")
	}
	c := x.anybody()
	c.get("/denuncia/clave")
	c.post("/denuncia/clave", "paso", "entrar", "clave", keyOn(sent.body)).is(200).says("DEN-")

	x.s.complain = roomy
	tb, review := x.anybody().written()
	review.hides("borrador")
	tb.step("revisar", "ir", "que").is(200).hides("borrador")
}

// fullOfDrafts leaves no room for another draft.
func (x *site) fullOfDrafts(t *testing.T) {
	t.Helper()
	now := x.s.now
	full, err := complain.New(complain.Config{DB: x.db, Files: files.Open(x.dir, now), Clock: now, Cost: vault.Params{Memory: 64, Time: 1, Threads: 1}, DraftTexts: 1})
	if err != nil {
		t.Fatal(err)
	}
	x.s.complain = full
}
