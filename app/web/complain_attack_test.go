package web

import (
	"html"
	"strings"
	"testing"

	"declara/app/complain/vault"
	"declara/storage"
)

// holders give the site an escrow of three, and return their ids.
func (x *site) holders() (ids []string) {
	x.t.Helper()
	var people [3]vault.Person
	key := storage.EscrowKey{Day: "2026-05-01", Posts: []string{"Sindicatura", "Auditoría del estado", "Secretaría del ayuntamiento"}}
	for i := range people {
		p, err := vault.NewPair()
		if err != nil {
			x.t.Fatal(err)
		}
		ids = append(ids, "respaldo-"+storage.RandomID()[:10])
		people[i] = vault.Person{ID: ids[i], Key: p.Public()}
	}
	e, err := vault.NewEscrow(vault.Context{Tenant: tenant, Case: "escrow", Purpose: "escrow"}, people)
	if err != nil {
		x.t.Fatal(err)
	}
	key.Record = e.Bytes()
	x.update(func(tx *storage.Txn) error { return tx.PutChannel(storage.Channel{Escrow: &key}, 0) })
	return ids
}

// TestReadersAreAll: the list on the review names all who could open the complaint, those
// who keep names and the holders of the escrow as well, and each can be left out from
// there.
func TestReadersAreAll(t *testing.T) {
	x := newSite(t)
	x.channel()
	ids := x.holders()
	tb, review := x.anybody().written()
	keeper := x.people[storage.RoleCustodian].ID
	all := []string{"Puesto de contraloria", "Puesto de custodia", "Sindicatura", "Auditoría del estado", "Secretaría del ayuntamiento", "le encargue el caso"}
	review.says(all...)
	page := tb.step("revisar", "ir", "fuera").is(200).says(all[:5]...)
	if strings.Count(page.body, `name="ofrecido"`) != 5 {
		t.Errorf("%.2000s", page.body)
	}
	// The síndico is accused, and the custodian.
	tb.step("fuera", "ofrecido", ids[0], "ofrecido", ids[1], "ofrecido", keeper, "fuera", ids[0], "fuera", keeper).is(200).says("Así la leerá", "Auditoría del estado").hides("Sindicatura", "Puesto de custodia")
	// It stays so when she changes of whom it is about, and back.
	tb.step("quien", "quien", "nose").is(200)
	tb.step("revisar", "ir", "revisar").is(200).hides("Sindicatura", "Puesto de custodia")
	tb.step("revisar", "ir", "fuera").is(200).says(`value="`+ids[0]+`" checked`, `value="`+keeper+`" checked`)
	tb.step("revisar", "ir", "enviar").is(200)
	x.view(func(tx *storage.Txn) error {
		return tx.Complaints(func(c storage.Complaint) error {
			if len(c.Identity.Wraps) != 0 || len(c.Case.Wraps) != 1 || len(c.Excluded) != 2 {
				t.Errorf("identity for %d, case for %d, without %q", len(c.Identity.Wraps), len(c.Case.Wraps), c.Excluded)
			}
			return nil
		})
	})
}

// TestNameNotTaken: who says that she gives her name and writes none is told so; and when
// nobody is left to keep it, the review says that it goes without.
func TestNameNotTaken(t *testing.T) {
	x := newSite(t)
	x.channel()
	tb, _ := x.anybody().written()
	tb.step("nombre", "modo", "confianza").is(422).says("Escribe tu nombre", `value="confianza" checked`, `<details class="mas" open>`)
	tb.step("nombre", "ir", "atras", "modo", "confianza").is(200)
	tb.step("nombre", "modo", "confianza", "contacto", "951").is(200).says("Así la leerá", "951")
	keeper := x.people[storage.RoleCustodian].ID
	tb.step("fuera", "ofrecido", keeper, "fuera", keeper).is(200).says("Nadie puede guardar tu nombre").hides("951")
}

// TestNoCookies: a browser that keeps no cookies is told that this is why, and loses
// nothing of what it sent.
func TestNoCookies(t *testing.T) {
	x := newSite(t)
	x.channel()
	b := x.anybody()
	tb := b.complaint()
	clear(b.cookies)
	page := tb.step("que", "que", "lo que escribí").is(200).says("cookie", "Lo que escribiste sigue aquí")
	m := hoja.FindStringSubmatch(page.body)
	tab{b, m[1]}.step("quien", "quien", "nose").is(200).says("lo que escribí")
	sent := func() result { tb, _ := b.written(); return tb.step("revisar", "ir", "enviar").is(200) }()
	key := keyOn(sent.body)
	b.post("/denuncia/clave", "paso", "entrar", "hoja", pick(t, hoja, b.get("/denuncia/clave")), "clave", key).is(200)
	clear(b.cookies)
	b.post("/denuncia/clave", "paso", "escribir", "mensaje", "otra cosa").is(422).says("no acepta cookies", "otra cosa")
}

// TestQuietPanic: what a handler of these pages panics with is in no log, and the page
// says nothing of it.
func TestQuietPanic(t *testing.T) {
	x := newSite(t)
	x.s.complain = nil // whatever asks it panics
	b := x.anybody()
	page := b.get("/denuncia").is(500)
	x.log.Reset()
	c := &Ctx{route: &Route{Quiet: true, Path: "/denuncia"}, method: "POST", began: x.clock}
	x.s.faulty(c, &panicError{value: "lo que escribió Rosa", stack: []byte("goroutine 1:\nmain.f(0xc000, 0x5)\n\t/src/app/web/complain.go:12 +0x1\n")})
	log := x.log.String()
	if strings.Contains(log, "Rosa") || !strings.Contains(log, "complain.go:12") || strings.Contains(log, "0xc000") || strings.Contains(log, "16:42") {
		t.Errorf("the log: %s", log)
	}
	if strings.Contains(page.body, "nil pointer") {
		t.Error("the page tells of it")
	}
}

// TestVast: a text that no envelope takes is said to be too long, on its page with all
// that was typed, and not with a fault of ours.
func TestVast(t *testing.T) {
	x := newSite(t)
	x.channel()
	tb, _ := x.anybody().written()
	huge := strings.Repeat("palabra ", 200_000)
	tb.step("que", "que", huge, "donde", "en la calle").is(422).says("no cabe", huge, "en la calle")
	tb.step("que", "que", "corto", "donde", huge).is(422).says("no cabe", "corto")
	tb.step("pruebas", "ir", "que").is(200).says(html.EscapeString(narrative))
	other := tab{x.anybody(), "x"} // and with a draft that is over
	other.step("que", "que", huge).is(422).says("no cabe", huge)
	sent := tb.step("revisar", "ir", "enviar").is(200)
	b := x.anybody()
	b.post("/denuncia/clave", "paso", "entrar", "clave", keyOn(sent.body)).is(200)
	b.post("/denuncia/clave", "paso", "escribir", "mensaje", huge, "envio", "1").is(422).says("muy largo", huge)
	b.post("/denuncia/clave", "paso", "nombre", "nombre", "Rosa", "contacto", strings.Repeat("9", 3000), "envio", "1").is(422).says("Es muy largo", `value="Rosa"`)
	b.post("/denuncia/clave", "paso", "nombre", "nombre", "Rosa", "envio", "1").is(200).says("Diste tu nombre")
	if page := b.post("/denuncia/clave", "paso", "nombre", "nombre", "Rosa", "envio", "1").is(200); strings.Count(page.body, "Diste tu nombre") != 1 {
		t.Error("it is told twice")
	}
}
