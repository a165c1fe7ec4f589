package web

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// Who has the telephone of who complained goes back in its history. What a browser keeps
// of an answer to a form is the form; it asks whether to send it again, and she says yes.

// TestKeyStaysInNoForm: the browser of who enters ends at an address and not at the answer
// to the form with the key, so that there is nothing to send again.
func TestKeyStaysInNoForm(t *testing.T) {
	x := newSite(t)
	x.channel()
	tb, _ := x.anybody().written()
	key := keyOn(tb.step("revisar", "ir", "enviar").is(200).body)
	b := x.anybody()
	b.still = true
	const at = "/denuncia/clave"
	b.get(at).is(200)
	b.post(at, "paso", "entrar", "clave", "1234").is(http.StatusSeeOther).leads(at)
	b.get(at).is(200).says("La clave tiene 24 números", `aria-invalid="true"`)
	b.get(at).is(200).hides("La clave tiene 24 números") // said once
	b.post(at, "paso", "entrar", "clave", key).leads(at)
	b.get(at).is(200).says("DEN-")
	b.post(at, "paso", "escribir", "mensaje", "Lo vi yo", "envio", "e1").leads(at)
	b.get(at).is(200).says("Ya recibimos tu mensaje", "Lo vi yo")
	b.get(at).is(200).says("Lo vi yo").hides("Ya recibimos tu mensaje")
	b.upload(at, "foto.jpg", picture(t, 4000), "paso", "archivo").leads(at)
	b.get(at).is(200).says("Ya recibimos el archivo", "foto.jpg")
	b.post(at, "paso", "nombre", "nombre", "Rosa", "envio", "e2").leads(at)
	b.get(at).is(200).says("Ya guardamos tu nombre")
	// What a cookie says is one of our sentences, or nothing.
	b.cookies[x.s.visitCookie()] += ".<b>web.error.internal"
	b.get(at).is(200).says("Lo vi yo").hides("web.error", "Algo falló")
	for name := range b.cookies {
		b.cookies[name] = "-.cases.h1"
	}
	b.get(at).is(200).says("Escribe tu clave").hides("Casos", "cases.h1")
	if log := x.log.String(); log != "" {
		t.Errorf("the log tells of it: %s", log)
	}
}

// TestSentAgainAfterLeaving: each form of hers, sent again after she pressed the way out,
// shows nothing of what it says, and begins no complaint of it.
func TestSentAgainAfterLeaving(t *testing.T) {
	const told, place, name = "Me pegó el comandante Zutano", "callejón Ocho", "Rosa Inventada"
	for _, leave := range []string{"the way out", "forget", "sent", "sent and begun again"} {
		x := newSite(t)
		x.channel()
		b := x.anybody()
		tb := b.complaint()
		again := []func() result{
			func() result { return tb.step("que", "que", told, "donde", place) },
			func() result {
				return tb.upload("/denuncia", "recibo de Rosa.txt", []byte("recibo "+told), "hoja", tb.id, "paso", "pruebas", "ir", "subir")
			},
			func() result { return tb.step("nombre", "modo", "confianza", "nombre", name) },
			func() result { return tb.step("revisar", "ir", "que") },
		}
		tb.step("quien", "quien", "ayuntamiento").is(200)
		for _, send := range again {
			send().is(200)
		}
		switch leave {
		case "the way out":
			b.get("/denuncia/salir").leads(plainSite)
		case "forget":
			b.post("/denuncia/clave", "paso", "borrar").is(200)
		default:
			key := keyOn(tb.step("revisar", "ir", "enviar").is(200).body)
			tb.step("clave", "ult", key[len(key)-4:]).is(200)
			x.clock = x.clock.Add(4 * time.Hour)
			if err := x.s.complain.Sweep(t.Context(), tenant); err != nil {
				t.Fatal(err)
			}
			if leave == "sent and begun again" {
				b.complaint()
			}
		}
		for i, send := range again {
			page := send()
			if page.status == 200 {
				t.Errorf("%s: form %d sent again is %d", leave, i, page.status)
			}
			page.hides(told, place, name, "recibo de Rosa")
		}
		// Who really begins again loses nothing.
		other := b.complaint()
		x.forget(t)
		other.step("que", "que", "otra cosa que escribí").is(200).says("Lo que escribiste sigue aquí")
	}
}

// forget ends all drafts, as a day does.
func (x *site) forget(t *testing.T) {
	t.Helper()
	x.clock = x.clock.Add(25 * time.Hour)
	if err := x.s.complain.Sweep(t.Context(), tenant); err != nil {
		t.Fatal(err)
	}
}

// TestTypedAgainAfterLeaving: a message that waited for the key is not shown to who sends
// the form again after she left.
func TestTypedAgainAfterLeaving(t *testing.T) {
	x := newSite(t)
	x.channel()
	tb, _ := x.anybody().written()
	key := keyOn(tb.step("revisar", "ir", "enviar").is(200).body)
	b := x.anybody()
	const at = "/denuncia/clave"
	b.get(at)
	b.post(at, "paso", "entrar", "clave", key).is(200)
	x.clock = x.clock.Add(16 * time.Minute)
	b.post(at, "paso", "escribir", "mensaje", "Se me olvidaba algo", "envio", "e2").is(422).says("Se me olvidaba algo")
	b.post(at, "paso", "entrar", "clave", key, "mensaje", "Se me olvidaba algo").is(200).says("Se me olvidaba algo", "DEN-")
	b.get("/denuncia/salir").leads(plainSite)
	b.post(at, "paso", "escribir", "mensaje", "Se me olvidaba algo", "envio", "e2").hides("olvidaba")
	b.post(at, "paso", "entrar", "clave", key, "mensaje", "Se me olvidaba algo").hides("olvidaba", "DEN-").says("Escribe tu clave")
	// And she comes back.
	page := b.get(at).is(200)
	b.post(at, "paso", "entrar", "hoja", pick(t, hoja, page), "clave", key).is(200).says("DEN-")
}

// TestTitlesTellNothing: what a browser lists of the pages it has open, and of those it
// showed, does not say that somebody complains.
func TestTitlesTellNothing(t *testing.T) {
	x := newSite(t)
	x.channel()
	for name, p := range x.complaintPages() {
		title := p.body[strings.Index(p.body, "<title>"):strings.Index(p.body, "</title>")]
		for _, tells := range []string{"enuncia", "clave", "pruebas", "nombre", "pasó", "ontraloría", "abierta", "leerá", "pued", "Recib"} {
			if strings.Contains(title, tells) {
				t.Errorf("%s is called %q", name, title)
			}
		}
	}
}

// keeps reports whether a browser still has what opens something: a mark is short.
func (b *browser) keeps() bool {
	for _, value := range b.cookies {
		if len(value) > len(".")+8 {
			return true
		}
	}
	return false
}
