package web

import (
	"regexp"
	"strings"
	"testing"

	"declara/app/table"
	"declara/storage"
)

const (
	payHead = "Nombre(s),Primer apellido,Segundo apellido,RFC,CURP,Puesto,Nivel,Área,Fecha de ingreso,Fecha de baja,Correo\n"
	payRaul = "Raúl,Ñandú,Ruiz,PUFE800229M93,PUFE800229HDFRCJ08,Analista,7,Obras,2026-03-16,,\n"
	payBego = "Begoña,Núñez,Paz,NUPB800229J19,NUPB800229MOCXXG06,Directora,2,Obras,16/03/2026,,b@valle.example\n"
)

// pay sends a list as the form does.
func (b *browser) pay(list string, pairs ...string) result {
	b.x.t.Helper()
	kind, body := multipartOf(b.x.t, append([]string{"@archivo", list}, pairs...)...)
	return b.do("POST", "/contraloria/padron", kind, body)
}

var (
	listVersion = regexp.MustCompile(`name="version" value="([0-9a-f]+)"`)
	postField   = regexp.MustCompile(`name="(p-[0-9a-f]+)"`)
)

// TestListJourney: from the file to the roster, to the letters, and back.
func TestListJourney(t *testing.T) {
	x := newSite(t)
	b := x.as(storage.RoleHR)
	structure(t, b.get("/contraloria/padron").is(200).says("Actualizar con la nómina", "plantilla.xlsx").body)
	b.pay("", "alcance", "parte").is(422).says("Elige el archivo")
	b.pay("%PDF-1.4", "alcance", "parte").is(422).says("Este archivo no es una lista")
	b.pay(payHead+"a,\"b\n", "alcance", "parte").is(422).says("Renglón 2, columna B")
	b.pay(payHead+payRaul, "alcance", "todo", "egreso", "ayer").is(422).says("último día")
	at := b.pay(payHead+payRaul+payBego, "alcance", "todo", "egreso", "30/04/2026").is(303).header.Get("Location")
	page := b.get(at).is(200).says("Raúl Ñandú Ruiz", "Nuevas", "Ya no vienen", "María López Ruiz", "2 puestos por decidir", "de verdad a todo el personal")
	structure(t, page.body)
	b.get(at+"?ver=sale").is(200).says("María López Ruiz", "30 de abril de 2026").hides("Raúl Ñandú")
	b.get(at + "?ver=nada&pagina=99").is(200).says("Raúl")
	b.post(at+"/filas", "fila", "g"+x.persons[storage.RoleDeclarant], "ver", "sale", "pagina", "1").leads(at + "?ver=sale")
	b.get(at).hides("de verdad a todo el personal")
	id := strings.TrimPrefix(at, "/contraloria/padron/")
	posts := b.get("/contraloria/puestos?lista="+id).is(200).says("Analista", "Directora", "Por decidir")
	structure(t, posts.body)
	form := []string{"lista", id}
	for _, m := range postField.FindAllStringSubmatch(posts.body, -1) {
		form = append(form, m[1], "completa")
	}
	b.post("/contraloria/puestos", form...).is(422).says("Escribe el acuerdo")
	b.post("/contraloria/puestos", append(form, "acuerdo", "Catálogo 2026")...).leads(at)
	version := listVersion.FindStringSubmatch(b.get(at).is(200).says("Aplicar 2 cambios").body)[1]
	b.post(at+"/aplicar", "version", "0").leads(at)
	b.get(at).says("No se aplicó nada")
	b.post(at+"/aplicar", "version", version).leads(at)
	structure(t, b.get(at).is(200).says("Lista aplicada", "2 personas volverán").body)
	b.get("/contraloria/personas").says("Raúl Ñandú Ruiz", "Begoña Núñez Paz")

	structure(t, b.get("/contraloria/invitaciones").is(200).says("Por correo", "En papel").body)
	b.post("/contraloria/invitaciones/correo").leads("/contraloria/invitaciones")
	if len(x.letters) != 1 || x.letters[0].To != "b@valle.example" || x.letters[0].Code == "" {
		t.Errorf("%+v", x.letters)
	}
	letters := b.post("/contraloria/invitaciones/cartas").is(200)
	if !strings.HasPrefix(letters.body, "%PDF-") || letters.header.Get("Cache-Control") != "no-store" {
		t.Error("no letters")
	}
	b.post("/contraloria/invitaciones/cartas").is(422).says("No hay a quién invitar")
	b.post("/contraloria/invitaciones/cartas", "otra", "1").is(200)

	b.post(at + "/deshacer").leads("/contraloria/padron")
	b.get("/contraloria/personas").hides("Raúl Ñandú Ruiz", "Begoña")
	b.get(at).is(200).says("ya se deshizo")
	b.post(at + "/deshacer").is(410)
	if log := x.log.String(); strings.Contains(log, "Declaraci") || strings.Contains(log, "PUFE") || strings.Contains(log, "Ñandú") {
		t.Error("the log tells of the list")
	}
}

// TestListColumns: headings that nobody knows are asked about, and nothing is lost.
func TestListColumns(t *testing.T) {
	x := newSite(t)
	b := x.as(storage.RoleComptroller)
	at := b.pay(strings.Replace(payHead, "Puesto", "SIGA 7", 1)+payRaul, "alcance", "parte").is(303).header.Get("Location")
	b.get(at).leads(at + "/columnas")
	structure(t, b.get(at+"/columnas").is(200).says("F · SIGA 7", "Di qué es cada columna").body)
	form := []string{"nombre", "0", "primerApellido", "1", "rfc", "3", "curp", "4", "nivel", "6", "unidad", "7", "ingreso", "8"}
	b.post(at+"/columnas", form...).is(422).says("Di en qué columna está", `value="7" selected`)
	b.post(at+"/columnas", append(form, "cargo", "x")...).is(422)
	b.post(at+"/columnas", append(form, "cargo", "5")...).leads(at)
	b.get(at).is(200).says("Raúl")
	b.post(at + "/olvidar").leads("/contraloria/padron")
	b.get(at).is(404)
}

// TestListErrors: the file of errors names row and column, and holds no formula.
func TestListErrors(t *testing.T) {
	x := newSite(t)
	b := x.as(storage.RoleHR)
	at := b.pay(payHead+"\"=cmd|' /C calc'!A0\",López,,PUFE,PUFE800229HDFRCJ08,Analista,7,Obras,31/02/2026,,\n", "alcance", "parte").is(303).header.Get("Location")
	b.get(at).says("Columna D, RFC con homoclave:", "Con errores").hides("Aplicar 1")
	raw := b.get(at + "/errores.csv").is(200).body
	got, err := table.Read([]byte(raw))
	if err != nil || len(got.Rows) != 3 || !strings.HasPrefix(got.Rows[1].Cells[2], "'=cmd") || got.Rows[1].Cells[0] != "2" {
		t.Errorf("%q %v", raw, err)
	}
	for _, name := range []string{"csv", "xlsx"} {
		got, err := table.Read([]byte(b.get("/contraloria/padron/plantilla."+name).is(200).body + "\nx"))
		if name == "csv" && (err != nil || len(got.Rows) != 2) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
