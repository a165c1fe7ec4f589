package web

import (
	"testing"

	"declara/app/complain"
	"declara/storage"
)

// TestWhyIsReadInWords: who complained reads which post opened her name and why, in words
// of a closed list in her language, and not what the office wrote about it; an original
// likewise.
func TestWhyIsReadInWords(t *testing.T) {
	x := newSite(t)
	b, k := x.as(storage.RoleComptroller), x.as(storage.RoleCustodian)
	b.keyed(t, nil)
	k.keyed(t, b)
	for kind, words := range map[string]string{
		complain.GroundProtection: "Darle medidas de protección", complain.GroundOrder: "Lo ordena una autoridad", complain.GroundNotice: "Notificarle algo",
		complain.GroundTestimony: "Pedirle que amplíe o ratifique", complain.GroundEvidence: "Revisar la autenticidad de una prueba",
	} {
		sent, err := x.s.complain.Receive(t.Context(), tenant, complain.Answers{Route: complain.RouteTown, What: "Pidieron dinero.", Mode: complain.Confidential, Name: "Rosa Díaz", Contact: "55 1234 5678"}, nil, complain.Way{Channel: complain.ChannelDesk})
		if err != nil {
			t.Fatal(err)
		}
		k.post("/contraloria/identidades/"+sent.ID, "motivo", kind, "palabras", "Por amenazas de su jefe, oficio 12.").is(200)
		a := x.anybody().post("/denuncia/clave", "paso", "entrar", "clave", sent.Key).is(200)
		a.says("Abrieron tu nombre", "Motivo: "+words).hides("amenazas", "oficio 12", "keys.ground", "Rosa Díaz")
	}
}
