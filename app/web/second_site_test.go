package web

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"declara/app/account"
	"declara/storage"
)

// TestSecondStep: after the password comes the code, and nothing else is there before.
func TestSecondStep(t *testing.T) {
	x := newSite(t)
	b := x.anybody()
	for _, page := range []string{codePath, enrolPath} {
		b.get(page).leads("/entrar")
		b.post(page, "codigo", "123456").leads("/entrar")
	}
	login := x.people[storage.RoleComptroller].Login
	b.post("/entrar", "usuario", login, "clave", testPassword, "volver", "/contraloria/cumplimiento").leads(codePath + "?volver=%2Fcontraloria%2Fcumplimiento")
	for _, page := range []string{"/contraloria", "/cuenta", "/cuenta/segundo"} {
		b.get(page).leads(codePath + "?volver=" + strings.ReplaceAll(page, "/", "%2F"))
	}
	b.post("/cuenta/sesiones").is(401)
	b.get("/").is(200).hides("/contraloria", "/salir")
	b.get("/entrar").leads(codePath)
	b.get(enrolPath).leads(codePath)
	structure(t, b.get(codePath+"?volver=%2Fcontraloria%2Fcumplimiento").is(200).says("Falta el código", `name="volver" value="/contraloria/cumplimiento"`, `autocomplete="one-time-code"`, login).body)
	structure(t, b.post(codePath, "codigo", "000000", "volver", "/contraloria/cumplimiento").is(401).says("revisa la hora del teléfono", `name="volver" value="/contraloria/cumplimiento"`).body)
	b.post(codePath, "codigo", "", "volver", "https://otro.example").is(401).hides("otro.example")
	half := b.cookies["sesion"]
	b.post(codePath, "codigo", phoneCode(t, x.s, login), "volver", "/contraloria/cumplimiento").leads("/contraloria/cumplimiento")
	if b.cookies["sesion"] == half {
		t.Error("the session of the password goes on")
	}
	b.get("/contraloria/cumplimiento").is(200)
	b.get(codePath).leads("/contraloria")

	other := x.anybody()
	other.post("/entrar", "usuario", login, "clave", testPassword).leads(codePath)
	other.post("/salir").leads("/entrar?salida=1")
	other.get(codePath).leads("/entrar")
	other.post("/entrar", "usuario", login, "clave", testPassword).leads(codePath)
	x.clock = x.clock.Add(16 * time.Minute)
	other.post(codePath, "codigo", phoneCode(t, x.s, login)).leads("/entrar")
}

// TestEnrolPage: the first sign-in, the telephone, the recovery codes, and one of them.
func TestEnrolPage(t *testing.T) {
	x := newSite(t)
	login := x.people[storage.RoleHR].Login
	x.update(func(tx *storage.Txn) error {
		u, err := tx.UserByLogin(login)
		u.Second = nil
		if err != nil {
			return err
		}
		return tx.PutUser(u)
	})
	b := x.anybody()
	b.post("/entrar", "usuario", login, "clave", testPassword, "volver", "/contraloria/cumplimiento").leads(enrolPath + "?volver=%2Fcontraloria%2Fcumplimiento")
	b.get("/contraloria/personas").leads(enrolPath + "?volver=%2Fcontraloria%2Fpersonas")
	page := b.get(enrolPath+"?volver=%2Fcontraloria%2Fcumplimiento").is(200).says(`src="data:image/png;base64,`, `href="otpauth://totp/Municipio%20de%20Valle%20Encinos:enlace%40`)
	structure(t, page.body)
	if page.header.Get("Cache-Control") != "no-store" {
		t.Error("a secret is kept by the browser")
	}
	typed := between(page.body, "data-clave>", "<")
	secret, err := account.ReadSecret(typed)
	if err != nil {
		t.Fatal(err)
	}
	a := b.post(enrolPath, "codigo", "111111", "volver", "/contraloria/cumplimiento").is(422).says(typed, `name="volver" value="/contraloria/cumplimiento"`, "no es el de esta clave")
	structure(t, a.body)
	b.post(enrolPath, "codigo", account.CodeOf(secret, x.clock.Add(9*time.Minute))).is(422).says("difiere 9 min", "Revisa la hora del teléfono")
	b.post(enrolPath, "codigo", account.CodeOf(secret, x.clock), "volver", "/contraloria/cumplimiento").leads(sparesPath)
	shown := b.get(sparesPath).is(200).says(`href="/contraloria/cumplimiento"`, login)
	structure(t, shown.body)
	codes := codeShape.FindAllString(shown.body, -1)
	if len(codes) != 10 {
		t.Fatalf("%d recovery codes", len(codes))
	}
	b.get(sparesPath).is(200).says("ya se mostraron").hides(codes[0])
	b.get("/cuenta/segundo").is(200).says("No comprobaste")
	structure(t, b.post(keptPath, "codigo", "AAAA-AAAA-AAAA", "volver", "/contraloria/cumplimiento").is(422).says(`id="f-codigo-e"`, `value="/contraloria/cumplimiento"`).hides(codes[0]).body)
	b.post(keptPath, "codigo", codes[2], "volver", "//otro.example").leads("/cuenta/segundo")
	b.post(keptPath, "codigo", strings.ToLower(codes[2]), "volver", "/contraloria/cumplimiento").leads("/contraloria/cumplimiento")
	b.get("/cuenta/segundo").is(200).hides("No comprobaste")
	b.get("/contraloria/cumplimiento").is(200)

	other := x.anybody()
	other.post("/entrar", "usuario", login, "clave", testPassword).leads(codePath)
	other.post(codePath, "codigo", codes[2]).leads("/contraloria/personas")
	other.get("/contraloria/personas").says("Códigos que quedan: 9")
	structure(t, other.get("/cuenta/segundo").is(200).says("<dd>9</dd>").body)
	other.get("/cuenta").says("/cuenta/segundo")
	x.as(storage.RoleDeclarant).get("/cuenta").hides("/cuenta/segundo")
	structure(t, other.post(sparesPath, "clave", "no es esta").is(422).says(`id="f-clave-e"`).body)
	other.post(sparesPath, "clave", testPassword).leads(sparesPath)
	if again := codeShape.FindAllString(other.get(sparesPath).is(200).body, -1); len(again) != 10 || again[0] == codes[0] {
		t.Errorf("renewed codes: %v", again)
	}

	other.get("/cuenta/segundo/telefono").leads("/cuenta/segundo") // before it was begun
	other.post("/cuenta/segundo/otro").leads("/cuenta/segundo/telefono")
	page = other.get("/cuenta/segundo/telefono").is(200).says("Otro teléfono").hides(typed)
	structure(t, page.body)
	fresh, err := account.ReadSecret(between(page.body, "data-clave>", "<"))
	if err != nil {
		t.Fatal(err)
	}
	other.post("/cuenta/segundo/telefono", "codigo", "123123", "clave", testPassword).is(422).says(`id="f-codigo-e"`)
	other.post("/cuenta/segundo/telefono", "codigo", account.CodeOf(fresh, x.clock), "clave", "mala").is(422).says(`id="f-clave-e"`)
	other.post("/cuenta/segundo/telefono", "codigo", account.CodeOf(fresh, x.clock), "clave", testPassword).leads(sparesPath)
	b.get("/contraloria/personas").leads("/entrar?volver=%2Fcontraloria%2Fpersonas")
}

// TestLostPages: one asks, the other grants, and the person sets up another telephone.
func TestLostPages(t *testing.T) {
	x := newSite(t)
	admin, head := x.as(storage.RoleAdmin), x.as(storage.RoleComptroller)
	hr := x.people[storage.RoleHR]
	structure(t, admin.get(accessPath).is(200).says(hr.Name, "Con segundo factor").body)
	structure(t, admin.post(accessPath, "cuenta", hr.ID, "motivo", "corto").is(422).says(`id="f-motivo-e"`, `value="corto"`, `value="`+hr.ID+`" selected`).body)
	admin.post(accessPath, "cuenta", x.people[storage.RoleAdmin].ID, "motivo", "Perdí mi teléfono ayer").is(422).says("Tu propio segundo factor")
	admin.post(accessPath, "cuenta", hr.ID, "motivo", "Perdió su teléfono; la vi en persona").leads(accessPath)
	structure(t, admin.get(accessPath).says("Perdió su teléfono; la vi en persona", "Falta que acepte").hides("/quitar").body)
	admin.post(accessPath + "/" + hr.ID + "/quitar").is(422).says("Lo acepta otra persona")
	structure(t, head.get(accessPath).is(200).says("/quitar", "Persona admin").body)
	head.post(accessPath + "/" + hr.ID + "/quitar").leads(accessPath)
	head.post(accessPath + "/" + hr.ID + "/quitar").is(410).says("ya no está abierta")
	head.post(accessPath + "/nadie/quitar").is(404)
	b := x.anybody()
	b.post("/entrar", "usuario", hr.Login, "clave", testPassword).leads(enrolPath)
	if n := len(regexp.MustCompile(`Sin configurar`).FindAllString(head.get(accessPath).body, -1)); n != 1 {
		t.Errorf("%d without a second factor", n)
	}
	head.post(accessPath, "cuenta", x.people[storage.RoleCustodian].ID, "motivo", "Dice que lo perdió en el camión").leads(accessPath)
	admin.post(accessPath + "/" + x.people[storage.RoleCustodian].ID + "/dejar").leads(accessPath)
	admin.get(accessPath).hides("camión")

	// The help desk asks, takes back what it asked, and decides nothing.
	desk, hers := x.as(storage.RoleHelp), x.people[storage.RoleVerifier].ID
	structure(t, desk.get(accessPath).is(200).says("Pedir que se quite").hides("/dar", "/quitar").body)
	desk.post(accessPath, "cuenta", hers, "motivo", "Vino a la mesa y trae su credencial").leads(accessPath)
	desk.post(accessPath + "/" + hers + "/quitar").is(403)
	structure(t, admin.get(accessPath).is(200).says("Vino a la mesa", "Falta que acepte otra persona").hides(hers+"/quitar").body)
	admin.post(accessPath + "/" + hers + "/quitar").is(422).says("Lo acepta otra persona")
	head.get(accessPath).says(hers + "/quitar")
	desk.post(accessPath + "/" + hers + "/dejar").leads(accessPath)
	admin.post(accessPath, "cuenta", hers, "motivo", "Vino con quien administra el sistema").leads(accessPath)
	desk.get(accessPath).says("Vino con quien").hides(hers + "/dejar")
	desk.post(accessPath + "/" + hers + "/dejar").is(403)
	admin.post(accessPath + "/" + hers + "/dejar").leads(accessPath)
	desk.post(accessPath, "cuenta", hers, "motivo", "Vino a la mesa y trae su credencial").leads(accessPath)
	head.post(accessPath + "/" + hers + "/quitar").leads(accessPath)
}

// TestRoleTakesTwo: the role that opens declarations is asked for by who administers and
// given by somebody of the control body; until then the account has none of it.
func TestRoleTakesTwo(t *testing.T) {
	x := newSite(t)
	admin, head := x.as(storage.RoleAdmin), x.as(storage.RoleComptroller)
	admin.post("/ajustes/cuentas/nueva", "nombre", "Ana Ruiz", "correo", "ana@valleencinos.example", "roles", "contraloria").leads("/ajustes/cuentas/codigo")
	id := regexp.MustCompile(`/ajustes/cuentas/([0-9A-Z]{26})">Ana Ruiz`).FindStringSubmatch(structureOf(t, admin.get("/ajustes/cuentas").is(200).says("(espera: Contraloría)").body))[1]
	structure(t, admin.get("/ajustes/cuentas/"+id).is(200).says("Falta que acepte alguien de la contraloría").body)
	structure(t, admin.get(accessPath).is(200).says("Ana Ruiz", "/negar").hides("/dar").body)
	admin.post(accessPath + "/" + id + "/dar").is(403)
	structure(t, head.get(accessPath).is(200).says("/dar", "con expediente y motivo, declaraciones completas", "Confirma en persona").body)
	head.post(accessPath + "/" + id + "/dar").leads(accessPath)
	head.get(accessPath).says("Diste el permiso").hides("/dar")
	head.post(accessPath + "/" + id + "/dar").is(410).says("Nadie espera")
	mine := x.people[storage.RoleComptroller].ID
	admin.post("/ajustes/cuentas/" + mine + "/cerrar").is(422).says("Deja al menos una cuenta activa de la contraloría")
	admin.post("/ajustes/cuentas/nueva", "nombre", "Luz Paz", "correo", "luz@valleencinos.example", "roles", "contraloria").leads("/ajustes/cuentas/codigo")
	id = regexp.MustCompile(`/ajustes/cuentas/([0-9A-Z]{26})">Luz Paz`).FindStringSubmatch(admin.get("/ajustes/cuentas").body)[1]
	admin.post(accessPath + "/" + id + "/negar").leads(accessPath)
	head.get(accessPath).hides("/dar")
}

func structureOf(t *testing.T, body string) string {
	t.Helper()
	structure(t, body)
	return body
}
