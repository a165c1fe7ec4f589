package web

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"declara/app/complain"
	"declara/storage"
)

var (
	shownCode   = regexp.MustCompile(`folio-g num clave larga">([0-9A-Z-]{23})<`)
	shownRows   = regexp.MustCompile(`<li>([0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5})</li>`)
	shownPrint  = regexp.MustCompile(`name="huella" value="([0-9A-F ]{39})"`)
	shownAnnex  = regexp.MustCompile(`/cuenta/llave/entrega/([0-9A-Z]{26})`)
	shownFolios = regexp.MustCompile(`/contraloria/identidades/([0-9A-Z]{26})`)
)

func pick(t *testing.T, re *regexp.Regexp, a result) string {
	t.Helper()
	m := re.FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("%s: nothing like %s\n%.2000s", a.what, re, a.body)
	}
	return m[1]
}

// keyed makes the key of a role's person on the pages, has it vouched for when it must
// wait, and returns the printed code.
func (b *browser) keyed(t *testing.T, voucher *browser) string {
	t.Helper()
	a := b.post("/cuenta/llave", "puesto", "Titular de algo", "clave", testPassword).is(http.StatusOK)
	code := pick(t, shownCode, a)
	if voucher != nil {
		list := voucher.get("/contraloria/llaves").is(http.StatusOK)
		who := regexp.MustCompile(`name="quien" value="([0-9A-Z]{26})"`)
		voucher.post("/contraloria/llaves/reconocer", "quien", pick(t, who, list), "huella", pick(t, shownPrint, list)).leads("/contraloria/llaves")
	}
	return code
}

// TestOwnKeyPages follows an official: makes her key, copies the code back, closes and
// opens it, changes her password, comes in by a link and recovers, and loses everything.
func TestOwnKeyPages(t *testing.T) {
	x := newSite(t)
	b := x.as(storage.RoleComptroller)
	b.get("/cuenta/llave").is(http.StatusOK).says("Haz tu llave").hides("Abre tu llave")
	b.post("/cuenta/llave", "puesto", "Titular", "clave", "no es esta clave").is(422).says("msj-error", `value="Titular"`)
	b.post("/cuenta/llave", "puesto", "x", "clave", testPassword).is(422).says("de 3 a 80 letras")
	a := b.post("/cuenta/llave", "puesto", "Titular del órgano", "clave", testPassword).is(http.StatusOK)
	code := pick(t, shownCode, a)
	if a.header.Get("Content-Encoding") != "" || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("a code in %v", a.header)
	}
	b.get("/cuenta/llave").is(http.StatusOK).hides(code).says("Tu llave está abierta", "Comprueba tu código impreso")
	b.post("/cuenta/llave", "puesto", "Titular", "clave", testPassword).is(422).says("Ya tienes una llave")
	b.post("/cuenta/llave/comprobar", "codigo", "1234").is(422).says("20 letras y números")
	b.post("/cuenta/llave/comprobar", "codigo", strings.Repeat("0", 20)).is(422).says("no abre tu llave")
	b.post("/cuenta/llave/comprobar", "codigo", strings.ToLower(code)).leads("/cuenta/llave")
	b.get("/cuenta/llave").says("El código coincide").hides("Comprueba tu código impreso")
	b.post("/cuenta/llave/cerrar").leads("/cuenta/llave")
	b.get("/cuenta/llave?volver=/contraloria/llaves").hides("Tu llave está abierta").says(`name="volver" value="/contraloria/llaves"`)
	b.post("/cuenta/llave/abrir", "abre", "no es esta clave").is(422)
	b.post("/cuenta/llave/abrir", "abre", testPassword, "volver", "/contraloria/llaves").leads("/contraloria/llaves")
	b.post("/cuenta/llave/abrir", "abre", testPassword, "volver", "//malo.example").leads("/cuenta/llave")

	// Another browser of hers has not the key open: it is not in the account.
	other := x.as(storage.RoleComptroller)
	other.get("/cuenta/llave").hides("Tu llave está abierta")

	const next = "cuatro nubes lentas caminan"
	b.post("/cuenta/contrasena", "actual", testPassword, "clave", next).leads("/cuenta")
	b.get("/cuenta/llave").hides("Tu llave está abierta")
	b.post("/cuenta/llave/abrir", "abre", next).leads("/cuenta/llave")

	// A password that a link has set does not open the key; the code does, once.
	const third = "cinco nubes lentas caminan"
	x.update(func(tx *storage.Txn) error {
		u, err := tx.User(x.people[storage.RoleComptroller].ID)
		if err != nil {
			return err
		}
		if u.Password, err = x.s.accounts.Hash(t.Context(), third); err != nil {
			return err
		}
		return tx.PutUser(u)
	})
	b.post("/cuenta/llave/cerrar").leads("/cuenta/llave")
	b.post("/cuenta/llave/abrir", "abre", third).is(422).says("sigue cerrada con la anterior")
	a = b.post("/cuenta/llave/recuperar", "impreso", code, "recupera", third).is(http.StatusOK)
	fresh := pick(t, shownCode, a)
	b.post("/cuenta/llave/recuperar", "impreso", code, "recupera", third).is(422).says("no abre tu llave")
	a = b.post("/cuenta/llave/codigo", "reimprime", third).is(http.StatusOK)
	if again := pick(t, shownCode, a); again == fresh {
		t.Error("the same code")
	}
	b.post("/cuenta/llave/otra", "reemplaza", third).is(422).says("Marca que lo entiendes")
	b.post("/cuenta/llave/otra", "reemplaza", third, "entiendo", "1").is(http.StatusOK)
	b.get("/cuenta/llave").says("Llave anterior")
	for _, secret := range []string{code, fresh, third, next} {
		if strings.Contains(x.log.String(), secret) {
			t.Error("a secret is in the log")
		}
	}
}

// ceremony walks through the pages of the escrow and returns the three printed keys.
func (b *browser) ceremony(t *testing.T) (papers []string) {
	t.Helper()
	b.post("/contraloria/llaves/respaldo", "nombre1", "Sara Ríos", "puesto1", "Sindicatura", "nombre2", "Eloy Paz", "puesto2", "Auditoría", "nombre3", "Nora Luz", "puesto3", "Secretaría").leads("/contraloria/llaves/respaldo")
	for _, n := range []string{"1", "2", "3"} {
		b.get("/contraloria/llaves/respaldo").is(http.StatusOK).says("Hacer e imprimir su llave")
		a := b.post("/contraloria/llaves/respaldo/imprimir", "quien", n).is(http.StatusOK)
		var rows []string
		for _, m := range shownRows.FindAllStringSubmatch(a.body, -1) {
			rows = append(rows, m[1])
		}
		if len(rows) != 4 {
			t.Fatalf("%d rows\n%s", len(rows), a.body)
		}
		papers = append(papers, strings.Join(rows, "\r\n"))
		b.get("/contraloria/llaves/respaldo").hides(rows[0])
		b.post("/contraloria/llaves/respaldo/comprobar", "quien", n, "llave", "hola").is(422).says("no está completa")
		b.post("/contraloria/llaves/respaldo/comprobar", "quien", n, "llave", papers[len(papers)-1]).leads("/contraloria/llaves/respaldo")
	}
	return papers
}

// TestEscrowPages: ceremony, exercise, and recovery for who follows.
func TestEscrowPages(t *testing.T) {
	x := newSite(t)
	b := x.as(storage.RoleComptroller)
	b.get("/contraloria/llaves").is(http.StatusOK).says("Nadie puede abrir denuncias todavía")
	b.keyed(t, nil)
	b.get("/contraloria/llaves").is(http.StatusOK).hides("Nadie puede abrir").says("Recibe denuncias", "No hay respaldo")
	b.get("/contraloria/llaves/simulacro").is(http.StatusOK).says("Todavía no hay respaldo")
	b.post("/contraloria/llaves/respaldo", "nombre1", "Sara").is(422).says("tres personas", `value="Sara"`)
	papers := b.ceremony(t)
	b.get("/contraloria/llaves").says("Toca hacer el simulacro", "Sindicatura")
	b.post("/contraloria/llaves/simulacro", "uno", papers[0], "dos", papers[0]).is(422).hides(papers[0][:17]).says("no abren este respaldo")
	b.post("/contraloria/llaves/simulacro", "uno", papers[0], "dos", papers[2]).leads("/contraloria/llaves")
	b.get("/contraloria/llaves").says("El respaldo funciona", "4 de mayo de 2026").hides("Toca hacer")

	sent, err := x.s.complain.Receive(t.Context(), tenant, complain.Answers{Route: complain.RouteTown, What: "Pidieron dinero."}, nil, complain.Way{Channel: complain.ChannelDesk})
	if err != nil {
		t.Fatal(err)
	}
	i := x.as(storage.RoleInvestigator)
	i.keyed(t, b)
	i.get("/contraloria/llaves/recuperar").is(http.StatusForbidden)
	me := x.people[storage.RoleInvestigator].ID
	b.post("/contraloria/llaves/recuperar", "uno", papers[0], "dos", papers[1]).is(422).says("Elige quién recibe")
	b.post("/contraloria/llaves/recuperar", "uno", papers[0], "dos", papers[1], "persona", me).is(http.StatusOK).says("Esto se hizo", "<dd>0</dd>")
	b.post("/cuenta/llave/otra", "reemplaza", testPassword, "entiendo", "1").is(http.StatusOK)
	b.post("/contraloria/llaves/recuperar", "uno", papers[2], "dos", papers[1], "persona", me).is(http.StatusOK).says("Esto se hizo", "<dd>1</dd>")
	x.update(func(tx *storage.Txn) error {
		c, err := tx.Complaint(sent.ID)
		if c.Case.Of(me) == nil || len(c.Case.Wraps) != 1 {
			t.Errorf("wraps of %d", len(c.Case.Wraps))
		}
		return err
	})
	for _, p := range papers {
		if strings.Contains(x.log.String(), p[:17]) {
			t.Error("a key is in the log")
		}
	}
}

// TestHandOverPages: the one who leaves gives, both see it, a third has no annex.
func TestHandOverPages(t *testing.T) {
	x := newSite(t)
	b, i := x.as(storage.RoleComptroller), x.as(storage.RoleInvestigator)
	b.keyed(t, nil)
	b.get("/cuenta/llave/entrega").is(http.StatusOK).says("Nadie más tiene una llave reconocida")
	i.keyed(t, b)
	i.get("/cuenta/llave").hides("espera que la contraloría")
	if _, err := x.s.complain.Receive(t.Context(), tenant, complain.Answers{Route: complain.RouteTown, What: "Pidieron dinero."}, nil, complain.Way{Channel: complain.ChannelDesk}); err != nil {
		t.Fatal(err)
	}
	b.post("/cuenta/llave/entrega").is(422).says("Elige quién recibe")
	b.post("/cuenta/llave/cerrar").leads("/cuenta/llave")
	b.get("/cuenta/llave/entrega").says("Abre primero tu llave")
	b.post("/cuenta/llave/entrega", "quien", x.people[storage.RoleInvestigator].ID).leads("/cuenta/llave?volver=%2Fcuenta%2Fllave%2Fentrega")
	b.post("/cuenta/llave/abrir", "abre", testPassword, "volver", "/cuenta/llave/entrega").leads("/cuenta/llave/entrega")
	b.post("/cuenta/llave/entrega", "quien", x.people[storage.RoleInvestigator].ID).leads("/cuenta/llave/entrega")
	id := pick(t, shownAnnex, b.get("/cuenta/llave/entrega").says("1 caso"))
	for _, who := range []*browser{b, i} {
		if a := who.get("/cuenta/llave/entrega/" + id).is(http.StatusOK); !strings.HasPrefix(a.body, "%PDF") {
			t.Error("no PDF")
		}
	}
	x.as(storage.RoleCustodian).get("/cuenta/llave/entrega/" + id).is(http.StatusNotFound)
}

// TestExternalPages: it takes two, of whom neither is both.
func TestExternalPages(t *testing.T) {
	x := newSite(t)
	b, a := x.as(storage.RoleComptroller), x.as(storage.RoleAdmin)
	const key = "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z"
	b.post("/contraloria/llaves/autoridad", "nombre", "Auditoría del Estado", "contacto", "Calle 5, 951 000 0000", "clave", "age1no").is(422).says("no es una llave pública", "Auditoría del Estado")
	b.post("/contraloria/llaves/autoridad", "nombre", "Auditoría del Estado", "contacto", "Calle 5, 951 000 0000", "clave", key).leads("/contraloria/llaves/autoridad")
	b.get("/contraloria/llaves/autoridad").says("La propusiste tú").hides("coincide: confirmar")
	page := a.get("/contraloria/llaves/autoridad").is(http.StatusOK).says("no resiste una computadora cuántica")
	huella := pick(t, shownPrint, page)
	b.post("/contraloria/llaves/autoridad/confirmar", "huella", huella).is(422).says("debe confirmarla otra persona")
	a.post("/contraloria/llaves/autoridad/confirmar", "huella", "0000").is(422)
	a.post("/contraloria/llaves/autoridad/confirmar", "huella", huella).leads("/contraloria/llaves/autoridad")
	a.get("/contraloria/llaves").is(http.StatusForbidden)
	b.get("/contraloria/llaves").says("Auditoría del Estado")
	if r, err := x.s.complain.Readers(t.Context(), tenant, complain.RouteOffice, nil); err != nil || r.External == nil || r.External.Name != "Auditoría del Estado" {
		t.Errorf("%+v %v", r.External, err)
	}
	a.post("/contraloria/llaves/autoridad", "ninguna", "1").leads("/contraloria/llaves/autoridad")
	a.post("/contraloria/llaves/autoridad/retirar").leads("/contraloria/llaves/autoridad")
	a.post("/contraloria/llaves/autoridad", "ninguna", "1").leads("/contraloria/llaves/autoridad")
	b.post("/contraloria/llaves/autoridad/confirmar", "huella", "").leads("/contraloria/llaves/autoridad")
	if r, err := x.s.complain.Readers(t.Context(), tenant, complain.RouteOffice, nil); err != nil || r.External != nil {
		t.Errorf("%+v %v", r.External, err)
	}
}

// TestIdentityPages: who keeps identities opens one for a reason; the page that shows it
// is not kept, and nobody else comes near.
func TestIdentityPages(t *testing.T) {
	x := newSite(t)
	b, k := x.as(storage.RoleComptroller), x.as(storage.RoleCustodian)
	b.keyed(t, nil)
	k.get("/contraloria/identidades").is(http.StatusOK).says("No guardas ninguna identidad")
	k.keyed(t, b)
	sent, err := x.s.complain.Receive(t.Context(), tenant, complain.Answers{Route: complain.RouteTown, What: "Pidieron dinero.", Mode: complain.Confidential, Name: "Rosa <Díaz>", Contact: "55 1234 5678"}, nil, complain.Way{Channel: complain.ChannelDesk})
	if err != nil {
		t.Fatal(err)
	}
	id := pick(t, shownFolios, k.get("/contraloria/identidades").says(sent.Folio).hides("Rosa"))
	page := "/contraloria/identidades/" + id
	k.get(page).is(http.StatusOK).hides("Rosa")
	k.post(page, "motivo", "notificar", "palabras", "corto").is(422).hides("Rosa").says("15 a 1,000 letras", ">corto<")
	a := k.post(page, "motivo", "notificar", "palabras", "Notificar el oficio 12 de 2026.").is(http.StatusOK)
	if !strings.Contains(html.UnescapeString(a.body), "Rosa <Díaz>") || strings.Contains(a.body, "Rosa <Díaz>") {
		t.Errorf("%s", a.body)
	}
	k.get(page).hides("Rosa")
	k.post(page+"/original", "motivo", "notificar", "palabras", "Notificar el oficio 12 de 2026.", "parte", "nada").is(http.StatusNotFound)
	k.post("/cuenta/llave/cerrar").leads("/cuenta/llave")
	k.post(page, "motivo", "notificar", "palabras", "Notificar el oficio 12 de 2026.").is(http.StatusConflict).says(`value="Notificar el oficio 12 de 2026."`) // nothing typed is lost
	for _, role := range []storage.Role{storage.RoleComptroller, storage.RoleAdmin, storage.RoleSubstantiator} {
		x.as(role).get(page).is(http.StatusForbidden)
	}
	if log := x.log.String(); strings.Contains(log, "Rosa") || strings.Contains(log, id) || strings.Contains(log, "oficio 12") {
		t.Error("the log tells of it")
	}
}

// TestKeepPages: the term, and a deletion that takes two.
func TestKeepPages(t *testing.T) {
	x := newSite(t)
	b, i := x.as(storage.RoleComptroller), x.as(storage.RoleInvestigator)
	b.keyed(t, nil)
	sent, err := x.s.complain.Receive(t.Context(), tenant, complain.Answers{Route: complain.RouteTown, What: "Pidieron dinero."}, nil, complain.Way{Channel: complain.ChannelDesk})
	if err != nil {
		t.Fatal(err)
	}
	i.keyed(t, b)
	b.post("/contraloria/casos/"+sent.ID, "paso", "asignar", "a", x.people[storage.RoleInvestigator].ID).leads("/contraloria/casos/" + sent.ID)
	b.post("/contraloria/llaves/plazos", "meses", "cien").is(422).says("de 1 a 60", `value="cien"`)
	b.post("/contraloria/llaves/plazos", "meses", "6").leads("/contraloria/llaves/plazos")
	b.get("/contraloria/llaves").says("6 meses después")
	i.get("/contraloria/llaves/plazos").is(http.StatusOK).says("Ninguno por ahora").hides(`name="meses"`)
	x.update(func(tx *storage.Txn) error {
		c, err := tx.Complaint(sent.ID)
		if err != nil {
			return err
		}
		c.State, c.Since = complain.StateArchived, "2017-01-09"
		return tx.PutComplaint(c, c.Version)
	})
	b.get("/contraloria/llaves/plazos").says(sent.Folio, "Proponer eliminar")
	b.post("/contraloria/llaves/plazos/proponer", "caso", sent.ID).leads("/contraloria/llaves/plazos")
	b.get("/contraloria/llaves/plazos").says("Lo propusiste tú").hides("Eliminar para siempre")
	b.post("/contraloria/llaves/plazos/eliminar", "caso", sent.ID).is(422).says("otra persona")
	i.get("/contraloria/llaves/plazos").says("Eliminar para siempre")
	i.post("/contraloria/llaves/plazos/eliminar", "caso", sent.ID).leads("/contraloria/llaves/plazos")
	i.get("/contraloria/llaves/plazos").says("Se eliminó").hides(sent.Folio)
	i.post("/contraloria/llaves/plazos/eliminar", "caso", sent.ID).leads("/contraloria/llaves/plazos")
}

// TestGroundWords: what the pages put together has words.
func TestGroundWords(t *testing.T) {
	words := newSite(t).s.words
	for _, lang := range words.Languages() {
		p := words.Printer(lang)
		for _, key := range slices.Concat(prefixed("keys.ground.", complain.Grounds), prefixed("account.clash.", []string{storage.ClashJudge, storage.ClashVerify, storage.ClashAdmin, storage.ClashCustody, storage.ClashDesk})) {
			if p.T(key) == key {
				t.Errorf("%s: %s has no words", lang, key)
			}
		}
	}
}

func prefixed(prefix string, list []string) (out []string) {
	for _, x := range list {
		out = append(out, prefix+x)
	}
	return out
}
