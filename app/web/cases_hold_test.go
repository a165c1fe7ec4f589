package web

import "testing"

// TestCaseHold: what is pending elsewhere keeps a case, by its page; what is wrong is told
// at its box with all that was typed, and it is lifted for a reason by who may.
func TestCaseHold(t *testing.T) {
	x := newSite(t)
	head, inquiry := x.officers()
	sent := x.arrives()
	at := "/contraloria/casos/" + sent.ID
	hold := func(b *browser, pairs ...string) result {
		t.Helper()
		return b.post(at, append([]string{"paso", "suspender"}, pairs...)...)
	}
	structure(t, hold(head, "causa", "amparo", "documento", "Amparo 12/2026", "fechada", "1/5/2026", "suspende", "Lo pidió el juzgado.").is(422).
		says(`id="f-autoridad-e"`, `value="Amparo 12/2026"`, "Lo pidió el juzgado.").body)
	structure(t, hold(head, "causa", "amparo").is(422).says(`id="f-autoridad-e"`, `id="f-documento-e"`, `id="f-fechada-e"`, `id="f-suspende-e"`).body)
	structure(t, hold(head, "causa", "amparo", "autoridad", "Juzgado Segundo", "documento", "Amparo 12/2026", "fechada", "mañana", "suspende", "Lo pidió el juzgado.").is(422).says(`id="f-fechada-e"`).body)
	hold(head, "causa", "amparo", "autoridad", "Juzgado Segundo", "documento", "Amparo 12/2026", "fechada", "1/5/2026", "suspende", "Lo pidió el juzgado.").leads(at)
	structure(t, head.get(at).is(200).says("Juzgado Segundo, Amparo 12/2026", "Nada de este caso se borra", "Lo pidió el juzgado.", "Suspensión de la baja").body)
	head.post("/contraloria/llaves/plazos/proponer", "caso", sent.ID).is(422).says("suspendida la baja")
	inquiry.get(at).is(404)
	structure(t, head.post(at, "paso", "levantar", "suspension", "0").is(422).says(`id="f-levanta-e"`).body)
	head.post(at, "paso", "levantar", "suspension", "x", "levanta", "Ya terminó.").is(422)
	head.post(at, "paso", "levantar", "suspension", "0", "levanta", "Se negó el amparo.").leads(at)
	head.get(at).says("Suspendida del", "Fin de la suspensión").hides("Nada de este caso se borra")
}
