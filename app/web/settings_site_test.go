package web

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"declara/app/account"
	"declara/storage"
)

var codeShape = regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// institutionForm are good answers about an institution, with changes.
func institutionForm(change ...string) []string {
	v := []string{"nombre", "Municipio de Valle Encinos", "oficina", "Órgano Interno de Control", "siglas", "ve", "orden", "MUNICIPAL_ALCALDIA",
		"ambito", "EJECUTIVO", "entidad", "20", "municipio", "067", "zona", "America/Mexico_City", "domicilio", "Portal Hidalgo 3",
		"telefono", "951 000 0000", "horario", "lunes a viernes de 9 a 15 h", "correo", "contraloria@valleencinos.example"}
	return append(v, change...)
}

func TestInstitutionPage(t *testing.T) {
	x := newSite(t)
	b := x.as(storage.RoleAdmin)
	structure(t, b.get("/ajustes").is(200).says(`value="067" selected`, "Configurado").body)
	b.get("/ajustes?entidad=02").is(200).says("Mexicali", `value="America/Tijuana" selected`).hides("Oaxaca de Juárez")
	b.post("/ajustes", append([]string{"municipio", "999", "correo", "nada"}, institutionForm()...)...).is(422).says(`id="f-municipio-e"`, `id="f-correo-e"`, "Hay 2 datos por corregir")
	b.post("/ajustes", append([]string{"nombre", "Municipio de Otro Valle", "totales", "declarado"}, institutionForm()...)...).leads("/ajustes")
	b.get("/ajustes").is(200).says("Guardamos los cambios", "Municipio de Otro Valle", `value="declarado" checked`)
	off := newSite(t, func(c *Config) { c.Mail = false })
	off.update(func(tx *storage.Txn) error {
		return tx.PutMail(storage.Mail{ID: storage.NewID(off.clock), To: "a@b.example", Kind: "recovery", Next: off.clock})
	})
	off.as(storage.RoleAdmin).get("/ajustes").is(200).says("Sin configurar", "<dt>Por enviar</dt><dd>1</dd>")
}

// TestStaffPages: an account is made, its code is shown once, its roles change, it
// is closed and opened; what may not be is refused in words.
func TestStaffPages(t *testing.T) {
	x := newSite(t)
	b := x.as(storage.RoleAdmin)
	structure(t, b.get("/ajustes/cuentas/nueva").is(200).body)
	a := b.post("/ajustes/cuentas/nueva", "nombre", "Ana Ruiz", "correo", "ana@valleencinos.example", "roles", "investigadora", "roles", "substanciadora").is(422)
	structure(t, a.says(`id="f-roles-e"`, "artículo 115", `value="Ana Ruiz"`).body)
	b.post("/ajustes/cuentas/nueva", "nombre", "Ana Ruiz", "correo", "ana@valleencinos.example", "roles", "declarante").is(422)
	b.post("/ajustes/cuentas/nueva", "nombre", "Ana Ruiz", "correo", "ana@valleencinos.example", "roles", "enlace").leads("/ajustes/cuentas/codigo")
	x.as(storage.RoleAdmin).get("/ajustes/cuentas/codigo").is(200).says("ya se mostró") // another browser, without the cookie
	shown := b.get("/ajustes/cuentas/codigo").is(200).says("Ana Ruiz", "ana@valleencinos.example", "/primera-vez", "951 000 0000")
	structure(t, shown.body)
	code := codeShape.FindString(shown.body)
	b.get("/ajustes/cuentas/codigo").is(200).says("ya se mostró").hides(code)
	id := regexp.MustCompile(`/ajustes/cuentas/([0-9A-Z]{26})">Ana Ruiz`).FindStringSubmatch(b.get("/ajustes/cuentas").is(200).body)[1]
	one := "/ajustes/cuentas/" + id
	structure(t, b.get(one).is(200).says(`value="enlace" checked`, "(espera: Enlace de recursos humanos)").body)
	head := x.as(storage.RoleComptroller)
	structure(t, head.get(accessPath).is(200).says("Padrón y códigos.", "Dar el permiso").body)
	head.post(accessPath + "/" + id + "/dar").leads(accessPath)
	ana := x.anybody()
	ana.post("/primera-vez", "usuario", "ana@valleencinos.example", "codigo", code, "correo", "ana@valleencinos.example", "correo2", "ana@valleencinos.example", "clave", testPassword).leads(enrolPath)
	ana.get("/contraloria/personas").leads(enrolPath + "?volver=%2Fcontraloria%2Fpersonas") // before that, nothing is hers
	ana.enrol().says(`href="/contraloria/personas"`)
	b.post(one, "roles", "contraloria", "roles", "enlace").leads("/ajustes/cuentas")
	head.post(accessPath + "/" + id + "/dar").leads(accessPath)
	ana.get("/contraloria/personas").leads("/entrar?volver=%2Fcontraloria%2Fpersonas")
	b.post(one).is(422).says(`id="f-roles-e"`)
	b.post(one + "/cerrar").leads("/ajustes/cuentas")
	b.get("/ajustes/cuentas").says("Cerrada", "Cerraste la cuenta")
	ana.post("/entrar", "usuario", "ana@valleencinos.example", "clave", testPassword).is(401)
	b.post(one + "/abrir").leads("/ajustes/cuentas")
	ana.enter("ana@valleencinos.example").leads("/contraloria")
	self := x.people[storage.RoleAdmin].ID
	b.get("/ajustes/cuentas/" + self).is(200).hides("/cerrar")
	b.post("/ajustes/cuentas/" + self + "/cerrar").is(422).says("al menos una cuenta activa")
	b.post("/ajustes/cuentas/"+self, "roles", "enlace").is(422).says("al menos una cuenta activa")
	b.post("/ajustes/cuentas/nadie/codigo").is(404)
}

// TestClientPages: keys are shown once and are nowhere afterwards.
func TestClientPages(t *testing.T) {
	x := newSite(t)
	b := x.as(storage.RoleAdmin)
	structure(t, b.get("/ajustes/conexiones").is(200).says("Nadie se conecta aún", "/oauth/token").body)
	b.post("/ajustes/conexiones", "nombre", " ").is(422).says(`id="f-nombre-e"`)
	b.post("/ajustes/conexiones", "nombre", "Plataforma Digital Nacional").leads("/ajustes/conexiones/clave")
	shown := b.get("/ajustes/conexiones/clave").is(200).says("Plataforma Digital Nacional", "client_secret", "/v2/declaraciones")
	structure(t, shown.body)
	secrets := regexp.MustCompile(`>([A-Za-z0-9._~-]{40})<`).FindAllStringSubmatch(shown.body, -1)
	if len(secrets) != 2 {
		t.Fatalf("%d secrets", len(secrets))
	}
	b.get("/ajustes/conexiones/clave").is(200).says("ya se mostraron").hides(secrets[0][1], secrets[1][1])
	list := b.get("/ajustes/conexiones").is(200).says("Activa").hides(secrets[0][1], secrets[1][1])
	id := regexp.MustCompile(`/ajustes/conexiones/([0-9A-Z]{26})"`).FindStringSubmatch(list.body)[1]
	b.post("/ajustes/conexiones/" + id + "/suspender").leads("/ajustes/conexiones")
	b.get("/ajustes/conexiones").says("Suspendida", "Suspendiste la conexión")
	b.post("/ajustes/conexiones/" + id + "/reanudar").leads("/ajustes/conexiones")
	b.post("/ajustes/conexiones/" + id + "/rotar").leads("/ajustes/conexiones/clave")
	b.get("/ajustes/conexiones/clave").is(200).says("client_secret").hides(secrets[0][1], secrets[1][1])
	b.post("/ajustes/conexiones/nadie/rotar").is(404)
}

func personForm(change ...string) []string {
	return append(change, "nombre", "Bárbara", "primerApellido", "Núñez", "segundoApellido", "Peña", "curp", "NUPB800229MOCXXG06", "rfc", "NUPB800229J19",
		"cargo", "Directora de Obras", "unidad", "Obras Públicas", "nivel", "12", "correo", "barbara@valleencinos.example", "telefono", "951 000 0001",
		"formato", "completa", "ingreso", "16/03/2026")
}

// TestPeoplePages: the roster, as human resources and the control body keep it.
func TestPeoplePages(t *testing.T) {
	x := newSite(t)
	b := x.as(storage.RoleHR)
	structure(t, b.get("/contraloria/personas").is(200).says("1 persona", "López", "Ya entró").body)
	search := func(words string) result {
		b.post("/contraloria/personas", "q", words).leads("/contraloria/personas")
		return b.get("/contraloria/personas").is(200)
	}
	structure(t, search("nadie").says("Ninguna persona coincide con “nadie”", "Ver todo el padrón").body)
	search(`"><script>alert(1)</script>`).hides("<script>alert")
	search(strings.Repeat("a", 5000)).hides(strings.Repeat("a", 500))
	search("").says("López").hides("Ver todo el padrón")
	b.get("/contraloria/personas?q=nadie").is(200).says("López") // an address does not search
	structure(t, b.get("/contraloria/personas/nueva").is(200).body)
	a := b.post("/contraloria/personas/nueva", personForm("curp", "NUPB", "ingreso", "ayer")...).is(422)
	structure(t, a.says(`id="f-curp-e"`, `id="f-ingreso-e"`, `value="Directora de Obras"`, "Hay 2 datos por corregir").body)
	b.post("/contraloria/personas/nueva", personForm("rfc", "PUFE040229AB1")...).is(422).says("Ya hay una cuenta con este dato")
	b.post("/contraloria/personas/nueva", personForm()...).leads("/contraloria/personas/codigo")
	b.get("/contraloria/personas/codigo").is(200).says("Bárbara Núñez Peña", "NUPB800229MOCXXG06", "3 de junio de 2026")
	list := search("nunez").says("1 persona", "Código sin usar").hides("López")
	id := regexp.MustCompile(`/contraloria/personas/([0-9A-Z]{26})"`).FindStringSubmatch(list.body)[1]
	one := "/contraloria/personas/" + id
	structure(t, b.get(one).is(200).says(`value="16/03/2026"`, `value="completa" checked`).hides("/reserva", "Reserva").body)
	b.post(one, personForm("egreso", "01/02/2026")...).is(422).says(`id="f-egreso-e"`)
	b.post(one, personForm("formato", "simplificada", "honorarios", "1")...).leads(one)
	b.get(one).is(200).says("Guardamos los cambios", `value="simplificada" checked`, `name="honorarios" value="1" checked`)
	b.get("/contraloria/personas/nadie").is(404)

	c, tr := x.as(storage.RoleComptroller), x.as(storage.RoleTransparency)
	structure(t, c.get(one).is(200).says("La registra quien atiende transparencia").body)
	structure(t, c.get(one+"/reserva").is(200).says("Nada todavía").hides("/publicar", "<form method=\"post\" action=\"/contraloria").body)
	structure(t, tr.get("/contraloria/reservas").is(200).says("No hay reservas").hides("NUPB800229MOCXXG06").body)
	tr.post("/contraloria/reservas", "q", "nunez").leads("/contraloria/reservas")
	structure(t, tr.get("/contraloria/reservas").is(200).says("Bárbara Núñez Peña", one+"/reserva").hides("NUPB800229", "López").body)
	structure(t, tr.get(one+"/reserva").is(200).says("Nada todavía").hides("/publicar", "NUPB800229", `href="`+one+`"`).body)
	tr.get(one).is(403)
	c.post(one+"/reserva", "acuerdo", "CT/12/2026").is(403)
	tr.post(one+"/reserva", "acuerdo", "", "hasta", "mañana").is(422).says(`id="f-acuerdo-e"`, `id="f-hasta-e"`, `id="f-fundamento-e"`)
	tr.post(one+"/reserva", "acuerdo", "CT/12/2026", "fundamento", "LGTAIP, artículo 113, fracción V", "hasta", "04/05/2028").leads(one + "/reserva")
	c.get(one).is(200).says("Acuerdo CT/12/2026, hasta el 4 de mayo de 2028")
	structure(t, tr.get(one+"/reserva").is(200).says("CT/12/2026", "fracción V", "Vigente", "/publicar", "Se reservó").body)
	structure(t, c.get("/contraloria/reservas").is(200).says("CT/12/2026", "Vigente").hides(`type="search"`).body)
	tr.post("/contraloria/reservas", "q", "").leads("/contraloria/reservas")
	structure(t, tr.get("/contraloria/reservas").is(200).says("CT/12/2026", "Vigente").body)
	tr.post(one+"/reserva", "acuerdo", "CT/2/2028", "fundamento", "LGTAIP, artículo 113, fracción V", "hasta", "04/05/2029").leads(one + "/reserva")
	c.get(one+"/reserva").is(200).says("CT/2/2028", "Se renovó", "Se reservó").hides("/publicar")
	c.get("/contraloria/personas").says("Reservada")
	b.post(one + "/publicar").is(403)
	c.post(one + "/publicar").is(403)
	c.get("/contraloria/personas").is(200).says("/contraloria/reservas").hides("Venció")
	tr.post(one+"/publicar", "motivo", "ya").is(422).says(`id="f-motivo-e"`)
	tr.post(one+"/publicar", "motivo", "Terminó el riesgo, acuerdo CT/9/2026").leads(one + "/reserva")
	c.get(one).is(200).hides("CT/12/2026")
	tr.get(one+"/reserva").is(200).says("Se levantó", "Terminó el riesgo")
	c.get("/contraloria/reservas").is(200).says("No hay reservas")
	tr.post("/contraloria/reservas", "q", "nadie así").leads("/contraloria/reservas")
	structure(t, tr.get("/contraloria/reservas").is(200).says("Ninguna persona coincide").body)
	tr.get("/contraloria/personas/nadie/reserva").is(404)
}

// TestCodeOfStaff: the roster gives no code to somebody who may do more than
// declare.
func TestCodeOfStaff(t *testing.T) {
	x := newSite(t)
	id := x.persons[storage.RoleDeclarant]
	x.update(func(tx *storage.Txn) error {
		u, err := tx.UserByPerson(id)
		if err != nil {
			return err
		}
		u.Roles = append(u.Roles, storage.RoleAdmin)
		return tx.PutUser(u)
	})
	b := x.as(storage.RoleHR)
	b.get("/contraloria/personas/" + id).is(200).says("permisos de administración").hides("/codigo")
	b.post("/contraloria/personas/" + id + "/codigo").is(403).says("permisos de administración")
}

// TestShownOnce: what is shown once is for who caused it, and for the page it was
// caused on.
func TestShownOnce(t *testing.T) {
	x := newSite(t)
	b, other := x.as(storage.RoleAdmin), x.as(storage.RoleHR)
	b.post("/ajustes/conexiones", "nombre", "Plataforma").leads(secretPath)
	other.cookies["unavez"] = b.cookies["unavez"]
	other.get("/contraloria/personas/codigo").is(200).says("ya se mostró").hides("client_secret")
	b.get("/ajustes/cuentas/codigo").is(200).says("ya se mostró").hides("client_secret")
	b.get(secretPath).is(200).says("ya se mostraron") // used up by whoever tried
}

// TestEnglishPages: every page of ours has no Spanish in it but names.
func TestEnglishPages(t *testing.T) {
	x := newSite(t)
	for role, pages := range map[storage.Role][]string{
		storage.RoleAdmin:       {"/ajustes", "/ajustes/cuentas", "/ajustes/cuentas/nueva", "/ajustes/conexiones", "/cuenta", "/ajustes/cuentas/codigo", "/ajustes/conexiones/clave"},
		storage.RoleComptroller: {"/contraloria/personas", "/contraloria/personas/nueva", "/contraloria/personas/" + x.persons[storage.RoleDeclarant], "/contraloria/personas?q=x"},
	} {
		b := x.as(role)
		b.cookies["idioma"] = "en"
		for _, page := range pages {
			structure(t, b.get(page).is(200).says(`<html lang="en"`).hides(`<span lang="es-MX">`, "contraseña", "Contraseña", "Guardar", "Elige", "Correo").body)
		}
	}
	b := x.anybody()
	b.cookies["idioma"] = "en"
	for _, page := range []string{"/entrar", "/primera-vez", "/recuperar", "/recuperar?enviada=1", "/recuperar/x", "/nada"} {
		structure(t, b.get(page).says(`<html lang="en"`).hides(`<span lang="es-MX">`, "contraseña", "Contraseña", "Elige", "Correo").body)
	}
}

// TestClosedLists: every option of the lists that pages put keys together for has
// its words.
func TestClosedLists(t *testing.T) {
	words := newSite(t).s.words
	for _, name := range words.Languages() {
		p := words.Printer(name)
		var d institutionData
		d.Form.Values = url.Values{"entidad": {"20"}}
		institutionChoices(p, &d)
		all := append(append(d.Orders, d.Offices...), d.Zones...)
		for _, r := range roleChoices(p, account.StaffRoles) {
			all = append(all, option{r.Key, r.Text}, option{r.Key, r.Hint})
		}
		for _, r := range signedIn {
			all = append(all, option{string(r), p.T("account.role." + string(r))})
		}
		for code := range statuses {
			all = append(all, option{string(code), p.T("web.error.head." + string(code))})
		}
		for _, o := range all {
			if strings.HasPrefix(o.Text, "account.") || strings.HasPrefix(o.Text, "web.") || o.Text == "" {
				t.Errorf("%s: %s has no words", name, o.Key)
			}
		}
		if len(d.Towns) != 570 || len(d.Zones) != len(account.Zones) {
			t.Errorf("%d towns, %d zones", len(d.Towns), len(d.Zones))
		}
	}
}
