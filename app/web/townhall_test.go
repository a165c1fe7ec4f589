package web

import (
	"net/http"
	"testing"

	"declara/storage"
)

// TestTownHall: the settings take ranges, say what is wrong with one, and a request is
// known to come from the institution's own network through a trusted proxy too.
func TestTownHall(t *testing.T) {
	x := newSite(t, func(c *Config) { c.TrustedProxies = []string{"0.0.0.0"} })
	var own bool
	x.with(Route{Method: "GET", Path: "/prueba", Do: func(c *Ctx) error {
		own = c.fromTownHall()
		return c.Send(http.StatusOK, "text/plain", nil)
	}})
	admin := x.as(storage.RoleAdmin)
	form := append([]string{"nombre", "Municipio de Valle Encinos"}, institutionForm()...)
	admin.post("/ajustes", append(form, "redes", "10.1.2.3/16 palacio")...).is(422).says("Escribe «palacio»", "10.1.2.3/16 palacio")
	admin.post("/ajustes", append(form, "redes", "10.1.2.3/16, 201.1.2.3")...).leads("/ajustes")
	admin.get("/ajustes").says("10.1.0.0/16\n201.1.2.3/32</textarea>")
	for from, want := range map[string]bool{"10.1.200.9": true, "201.1.2.3": true, "201.1.2.4": false, "::ffff:10.1.7.7": true, "": false} {
		b := x.anybody()
		if from != "" {
			b.header.Set("X-Forwarded-For", from)
		}
		b.get("/prueba").is(http.StatusOK)
		if own != want {
			t.Errorf("from %q: %v", from, own)
		}
	}
}
