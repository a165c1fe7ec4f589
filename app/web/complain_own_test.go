package web

import (
	"strings"
	"testing"
	"time"

	"declara/storage"
)

// TestBuriedPage: when nothing was done, the page says so and offers what she sent, sealed
// to the authority outside; without one, what can be proved, and where to go.
func TestBuriedPage(t *testing.T) {
	x := newSite(t)
	x.officers()
	sent := x.arrives()
	enter := func() *browser {
		b := x.anybody()
		b.post("/denuncia/clave", "paso", "entrar", "clave", sent.Key).is(200).says(sent.Folio)
		return b
	}
	her := enter()
	her.get("/denuncia/clave").is(200).hides("Nadie ha hecho nada")
	her.post("/denuncia/clave", "paso", "estado").is(422).says("Ya hubo un avance")
	x.clock = x.clock.AddDate(0, 0, 100)
	her.post("/denuncia/clave", "paso", "estado").is(422).says("Escribe tu clave")
	her = enter()
	structure(t, her.get("/denuncia/clave").is(200).says("Nadie ha hecho nada", "Bajar la historia", "no podemos darte").hides("Bajar el archivo cerrado").body)
	her.post("/denuncia/clave", "paso", "estado").is(422).says("no hay otra autoridad")
	history := her.post("/denuncia/clave", "paso", "historia").is(200)
	if !strings.Contains(history.body, `"kind":"recibida"`) || !strings.Contains(history.body, sent.Folio) || strings.Contains(history.body, "Juan") || !strings.Contains(history.header.Get("Content-Disposition"), "documento.txt") {
		t.Errorf("%v\n%s", history.header, history.body)
	}
	x.anybody().post("/denuncia/clave", "paso", "historia").is(422).says("Escribe tu clave")
	x.anybody().post("/denuncia/clave", "paso", "estado").is(422).says("Escribe tu clave")
	x.update(func(tx *storage.Txn) error {
		ch, err := tx.Channel()
		if err != nil {
			return err
		}
		ch.External = &storage.ExternalAuthority{Name: "Auditoría Superior", Recipient: "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z", Contact: "Calle 5, centro", Day: "2026-05-04"}
		return tx.PutChannel(ch, ch.Version)
	})
	page := her.get("/denuncia/clave").is(200).says("Auditoría Superior", "Calle 5, centro", "Bajar el archivo cerrado", "tu clave no los abre")
	structure(t, page.body)
	if len(page.body) > 15<<10 {
		t.Errorf("%d bytes", len(page.body))
	}
	file := her.post("/denuncia/clave", "paso", "estado").is(200)
	if !strings.HasPrefix(file.body, "age-encryption.org/v1") || strings.Contains(file.body, "Juan") || !strings.Contains(file.header.Get("Content-Disposition"), "documento.age") || file.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v %.40q", file.header, file.body)
	}
}

// TestAskDay: a weekday that she can ask on, after what she was promised.
func TestAskDay(t *testing.T) {
	now := time.Date(2026, 5, 14, 10, 0, 0, 0, time.UTC) // Thursday
	for _, c := range []struct{ weekday, promised, want string }{
		{"4", "", "2026-05-21"}, {"5", "", "2026-05-15"}, {"1", "2026-05-21", "2026-05-25"}, {"2", "2026-05-26", "2026-06-02"},
		{"2", "2026-01-01", "2026-05-19"}, {"6", "", ""}, {"0", "", ""}, {"11", "", ""}, {"", "", ""},
	} {
		if got := askDay(c.weekday, now, c.promised); got != c.want {
			t.Errorf("%s after %q: %s, not %s", c.weekday, c.promised, got, c.want)
		}
	}
	if a := firstAsk("2026-05-22"); a.Weekday != "1" || a.Day != "2026-05-25" {
		t.Errorf("%+v", a)
	}
	if firstAsk("") != nil {
		t.Error("a day of none")
	}
	x := newSite(t)
	x.channel()
	sent := x.arrives()
	her := x.anybody()
	her.post("/denuncia/clave", "paso", "entrar", "clave", sent.Key).is(200).says("¿Qué día puedes preguntar?")
	structure(t, her.post("/denuncia/clave", "paso", "dia", "dia", "2").is(200).says("Pregunta el martes").body)
	her.post("/denuncia/clave", "paso", "dia", "dia", "9").is(200).hides("Pregunta el")
}
