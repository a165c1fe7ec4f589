package web

import (
	"regexp"
	"strings"
	"testing"

	"declara/storage"
)

var clientAt = regexp.MustCompile(`/ajustes/conexiones/([0-9A-Z]{26})"`)

// TestClientLife: a reader has terms, secrets that overlap, a trial that tells each step
// in words, a log, a sheet to print without secrets, and an end for good.
func TestClientLife(t *testing.T) {
	x := newSite(t)
	b := x.as(storage.RoleAdmin)
	b.post("/ajustes/conexiones", "nombre", "Plataforma Digital Nacional").leads(secretPath)
	shown := b.get(secretPath)
	secrets := regexp.MustCompile(`>([A-Za-z0-9._~-]{40})<`).FindAllStringSubmatch(shown.body, -1)
	at := "/ajustes/conexiones/" + clientAt.FindStringSubmatch(b.get("/ajustes/conexiones").body)[1]
	structure(t, b.get(at).is(200).says("Probar", "Aún no hay solicitudes", "Cambiar las claves").body)

	// Terms: everything that is wrong at once, and what was typed stays.
	b.post(at, "nombre", "", "vence", "nunca", "redes", "1.2.3.4, x").is(422).says(`id="f-nombre-e"`, `id="f-vence-e"`, `id="f-redes-e"`, "nunca", "1.2.3.4, x")
	b.post(at, "nombre", "PDN", "vence", "31/12/2031", "redes", "203.0.113.0/24").leads(at)
	b.get(at).says("31/12/2031", "203.0.113.0/24")

	// The trial, with the secrets and without.
	tried := b.post(at+"/probar", "secreto", secrets[0][1], "contrasena", secrets[1][1]).is(200).says("Se dio un permiso por 60 minutos", "Consulta del monitor", "Sin declaraciones").hides(secrets[0][1], secrets[1][1])
	structure(t, tried.body)
	b.post(at+"/probar", "secreto", "no", "contrasena", "no").is(200).says("Se rechazó con el código 401")
	b.post(at + "/probar").is(200).says("No probamos las claves")
	log := b.get(at).says("Claves equivocadas o conexión suspendida", "Pidió todas, sin condiciones", "Página 1 de 10 por página").body
	day := regexp.MustCompile(`\?dia=([0-9-]{10})`).FindStringSubmatch(log)[1]
	structure(t, b.get(at+"?dia="+day).is(200).says("Por hora").body)
	if csv := b.get(at + "/bitacora.csv").is(200).body; strings.Count(csv, "\n") != 2 {
		t.Errorf("%q", csv)
	}

	// Secrets overlap until a day that is shown, or until they are ended.
	b.post(at+"/rotar", "dias", "91").is(422).says(`id="f-dias-e"`)
	b.post(at+"/rotar", "dias", "5").leads(secretPath)
	b.get(secretPath).says("Las claves anteriores también valen hasta").hides(secrets[0][1])
	b.post(at+"/probar", "secreto", secrets[0][1], "contrasena", secrets[1][1]).says("Se dio un permiso")
	b.get(at).says("Terminarlas ya")
	b.post(at + "/anterior").leads(at)
	b.post(at+"/probar", "secreto", secrets[0][1], "contrasena", secrets[1][1]).says("Se rechazó con el código 401")

	sheet := b.get(at+"/datos").is(200).says("/oauth/token", "client_id", "Se entrega aparte", "203.0.113.0/24").hides(secrets[0][1])
	structure(t, sheet.body)

	b.post(at + "/suspender").leads("/ajustes/conexiones")
	b.post(at + "/probar").is(200).says("La conexión está suspendida")
	b.post(at + "/revocar").is(422).says("Marca la casilla")
	b.post(at+"/revocar", "seguro", "si").leads("/ajustes/conexiones")
	b.get("/ajustes/conexiones").says("Revocada")
	structure(t, b.get(at).is(200).says("Revocada", "Bitácora").hides("Cambiar las claves").body)
	b.post(at + "/reanudar").is(409)
	for _, path := range []string{"", "/datos", "/bitacora.csv"} {
		b.get("/ajustes/conexiones/nadie" + path).is(404)
	}
}
