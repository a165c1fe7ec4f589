package web

import (
	"slices"
	"strings"
	"testing"

	"declara/storage"
)

// TestHelpDesk: whoever helps finds a person by name, sees what she must file, prints a code
// for who shows who she is, and receives and types her paper while she is there. She reaches
// neither the roster nor anything that was filed.
func TestHelpDesk(t *testing.T) {
	x := newSite(t)
	id := x.persons[storage.RoleDeclarant]
	m := x.as(storage.RoleHelp)
	structure(t, m.get(helpPath).is(200).says("Busca a la persona", `href="/contraloria/cumplimiento"`, `href="/contraloria/recepcion"`).hides(`href="/contraloria/personas"`, `href="/contraloria/casos"`).body)
	m.post(helpPath, "q", "nadie así").leads(helpPath)
	structure(t, m.get(helpPath).is(200).says("Ninguna persona coincide").body)
	m.post(helpPath, "q", "lopez").leads(helpPath)
	structure(t, m.get(helpPath).is(200).says("María López Ruiz", helpPath+"/"+id).hides("PUFE040229").body)
	one := helpPath + "/" + id
	page := m.get(one).is(200).says("Qué debe presentar", "Recibir en papel", "Con qué se identificó").hides("PUFE040229", "/contraloria/personas/"+id+`"`)
	structure(t, page.body)

	structure(t, m.post(one+"/codigo").is(422).says("Elige con qué se identificó", `id="f-identificacion-e"`).body)
	m.post(one+"/codigo", "identificacion", "confianza").is(422)
	m.post(one+"/codigo", "identificacion", "ine").leads(helpPath + "/codigo")
	m.get(helpPath+"/codigo").is(200).says("declarante@valleencinos.example", "/primera-vez")
	m.get(helpPath + "/nadie").is(404)
	m.post(helpPath+"/nadie/codigo", "identificacion", "ine").is(404)
	var shown []string
	x.view(func(tx *storage.Txn) error {
		return tx.AuditEntries(func(e storage.AuditEntry, _ []byte) error {
			if e.Act == "user.code" {
				shown = append(shown, e.Reason)
			}
			return nil
		})
	})
	if !slices.Equal(shown, []string{"ine"}) {
		t.Errorf("the audit trail tells %q", shown)
	}
	x.update(func(tx *storage.Txn) error { // somebody of the office has no code from the desk
		u := x.people[storage.RoleDeclarant]
		u.Roles = append(u.Roles, storage.RoleComptroller)
		return tx.PutUser(u)
	})
	m.get(one).is(200).says("permisos de la oficina").hides(`name="identificacion"`)
	m.post(one+"/codigo", "identificacion", "ine").is(403)
	x.update(func(tx *storage.Txn) error { return tx.PutUser(x.people[storage.RoleDeclarant]) })

	list := m.get("/contraloria/cumplimiento").is(200).says("López", `href="`+one+`"`).hides("cumplimiento.csv", "obligaciones", "/requerimiento", "/recordar")
	structure(t, list.body)
	for _, path := range []string{"/contraloria/personas", "/contraloria/personas/" + id, "/contraloria/personas/" + id + "/obligaciones", "/contraloria/personas/" + id + "/declaraciones", "/contraloria/cumplimiento.csv", "/contraloria/casos", "/contraloria/buzones", "/contraloria/verificacion", "/contraloria/reservas", "/ajustes"} {
		m.get(path).is(403)
	}

	at := "/contraloria/personas/" + id + "/papel"
	form := m.get(at).is(200).says(`href="` + one + `"`)
	paper := m.send(at, blankPDF(7), "obligacion", between(form.body, `<option value="`, `"`), "recibido", x.clock.Format("02/01/2006")).is(303).header.Get("Location")
	structure(t, m.get(paper).is(200).says("Captúrala con la persona a tu lado", "El escaneo se ve mientras se captura").hides(paper+"/escaneo", "/cerrar").body)
	m.get(paper + "/escaneo").is(409)
	structure(t, m.post(paper+"/tomar").is(422).says("Elige con qué se identificó").body)
	draft := m.post(paper+"/tomar", "identificacion", "pasaporte").is(303).header.Get("Location")
	m.get(draft).is(200).says("Capturas la declaración en papel de")
	section := draft + "/s/datosGenerales"
	m.get(section).is(200).says("<iframe")
	m.post(section, "datosGenerales.correoElectronico.personal", "persona@correo.example", "accion", "salir").is(303)
	m.get(section).is(200).says("persona@correo.example")
	m.get(paper + "/escaneo").is(200)
	m.get(paper).is(200).says("Se identificó con: Pasaporte.")
	m.get(draft + "/firmar").is(403)
	m.get(paper + "/cotejar").is(403)
	m.post(paper+"/cerrar", "motivo", "Se registró dos veces").is(403)
	m.get(papersPath).is(200).says("VE-P-")
	structure(t, m.get(one).is(200).says("VE-P-", "Papel").hides("persona@correo.example").body)
	x.clock = x.clock.AddDate(0, 0, 1)
	m = x.as(storage.RoleHelp)
	m.get(draft).is(404)
	m.get(section).is(404)
	m.get(paper + "/escaneo").is(409)
	m.get(paper).is(200).says("Captúrala con la persona a tu lado").hides(paper + "/escaneo")
}

// TestHelpDeskReadsNoComplaint: what was typed at the help desk is sealed to others; no page
// and no address leads back to it, and boxes are not its work.
func TestHelpDeskReadsNoComplaint(t *testing.T) {
	x := newSite(t)
	x.channel()
	m := x.as(storage.RoleHelp)
	structure(t, m.get(deskPath).is(200).says("Recibir una denuncia", "En papel").hides("/contraloria/buzones", `value="buzon"`).body)
	m.get(deskPath + "?buzon=nada&apertura=1").is(200).hides(`name="buzon"`)
	full := []string{"quien", "ayuntamiento", "falta", "52", "que", "El inspector Zutano pidió dinero ZQMARCA01X.", "modo", "confianza", "nombre", "Rosa ZQMARCA02X", "contacto", "951"}
	m.post(deskPath, append(slices.Clone(full), "canal", "buzon", "buzon", "nada", "apertura", "1")...).is(422).says("Elige cómo llegó.")
	sheet := m.post(deskPath, append(slices.Clone(full), "canal", "papel")...).is(200)
	if !strings.HasPrefix(sheet.body, "%PDF") {
		t.Fatalf("%.200s", sheet.body)
	}
	var c storage.Complaint
	x.view(func(tx *storage.Txn) error {
		return tx.Complaints(func(one storage.Complaint) error { c = one; return nil })
	})
	mine := x.people[storage.RoleHelp].ID
	if c.ID == "" || c.Case.Of(mine) != nil || c.Identity.Of(mine) != nil {
		t.Errorf("the desk has a wrap of %q", c.ID)
	}
	for _, r := range x.s.table {
		if r.Roles == nil || r.Method != "GET" || !r.allows([]storage.Role{storage.RoleHelp}) {
			continue
		}
		m.get(example(r.Path)).hides("ZQMARCA01X", "ZQMARCA02X", c.Folio)
	}
	for _, path := range []string{casesPath, casesPath + "/" + c.ID, "/contraloria/identidades/" + c.ID, "/contraloria/cifras", "/cuenta/llave"} {
		m.get(path).is(403)
	}
}
