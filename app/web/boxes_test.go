package web

import (
	"regexp"
	"strings"
	"testing"

	"declara/storage"
)

// TestBoxPages: the register of boxes through its pages, from the box to the complaint.
func TestBoxPages(t *testing.T) {
	x := newSite(t)
	head, inquiry := x.officers()
	const at = "/contraloria/buzones"
	structure(t, head.get(at).is(200).says("No hay buzones", "Agregar un buzón").body)
	inquiry.get(at).is(200).hides("Agregar un buzón")
	structure(t, head.post(at, "paso", "agregar", "numero", "", "lugar", "x").is(422).says(`id="f-numero-e"`, `id="f-lugar-e"`).body)
	head.post(at, "paso", "agregar", "numero", "7", "lugar", "Mercado, puerta norte").leads(at)
	head.post(at, "paso", "agregar", "numero", "7", "lugar", "Palacio").is(422).says("Ya hay un buzón", "Palacio")
	head.post(at, "paso", "nada").is(400)
	page := head.get(at).is(200).says("Buzón 7", "Nunca se ha abierto")
	structure(t, page.body)
	one := regexp.MustCompile(at + `/\w{26}`).FindString(page.body)
	structure(t, inquiry.get(one).is(200).says("Anotar que se abrió").hides("Retirar este buzón").body)
	structure(t, inquiry.send(one, nil, "dia", "x", "papeles", "muchos").is(422).says(`id="f-dia-e"`, `id="f-papeles-e"`, `id="f-testigo1-e"`, `id="f-puesto2-e"`, `value="muchos"`).body)
	opening := []string{"dia", x.clock.Format("02/01/2006"), "papeles", "2", "testigo1", "Ana Paz", "puesto1", "Regidora", "testigo2", "Beto Luna", "puesto2", "Ciudadano"}
	inquiry.send(one, []byte("lo digitalizado"), opening...).leads(one)
	page = inquiry.get(one).is(200).says("2 papeles", "Ana Paz, Regidora", "Capturar papeles (0 de 2)")
	structure(t, page.body)
	if got := inquiry.get(one + "/0").is(200); !strings.HasPrefix(got.body, "%PDF-") {
		t.Errorf("%.20q", got.body)
	}
	inquiry.get(one + "/9").is(404)
	inquiry.get(one + "/x").is(404)
	inquiry.get(at + "/nada").is(404)
	file := inquiry.get(at+".csv").is(200).says("Beto Luna", "Mercado, puerta norte", storage.Digest([]byte("lo digitalizado")))
	if strings.Contains(file.body, "lo digitalizado") {
		t.Error("the scan is kept")
	}
	// Its papers are typed at the desk, and no more than there were.
	desk := "/contraloria/recepcion?buzon=" + strings.TrimPrefix(one, at+"/") + "&apertura=0"
	structure(t, inquiry.get(desk).is(200).says("Faltan capturar 2 papeles", `name="buzon"`).body)
	inquiry.get("/contraloria/recepcion?buzon=nada&apertura=0").is(404)
	form := []string{"canal", "buzon", "buzon", strings.TrimPrefix(one, at+"/"), "apertura", "0", "quien", "ayuntamiento", "que", "El inspector pidió dinero.", "modo", "anonima"}
	for range 2 {
		if got := inquiry.post("/contraloria/recepcion", form...).is(200); !strings.HasPrefix(got.body, "%PDF-") {
			t.Fatalf("%.80q", got.body)
		}
	}
	inquiry.get(one).says("Todos capturados")
	inquiry.post("/contraloria/recepcion", form...).is(422).says("Ya se capturaron todos", "El inspector pidió dinero.")
	head.get("/contraloria/casos").hides("buzón está atrasado")
	x.clock = x.clock.AddDate(0, 0, 8)
	head = x.as(storage.RoleComptroller)
	head.post("/cuenta/llave/abrir", "abre", testPassword)
	head.get("/contraloria/casos").is(200).says("1 buzón está atrasado")
	head.get(at).says("Atrasado")
	head.post(at, "paso", "retirar", "buzon", strings.TrimPrefix(one, at+"/")).leads(at)
	head.get(at).says("Retirado").hides("Atrasado")
	for _, mark := range []string{"Ana Paz", "Mercado, puerta"} {
		if strings.Contains(x.log.String(), mark) {
			t.Errorf("the log has %q", mark)
		}
	}
}
