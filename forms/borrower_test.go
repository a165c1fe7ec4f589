package forms

import (
	"strings"
	"testing"
)

// TestBorrowerIsNotPublished: an official who lent money to a neighbour declares it,
// and the neighbour is not named to the public; a bank is.
func TestBorrowerIsNotPublished(t *testing.T) {
	const name = "PERSONA QUE DEBE"
	for sub, public := range map[string]bool{"PFTE": false, "CTES": true} {
		doc := `{"situacionPatrimonial":{"inversiones":{"ninguno":false,"inversion":[{"tipoOperacion":"AGREGAR",` +
			`"tipoInversion":{"clave":"AFOT","valor":"x"},"subTipoInversion":{"clave":"` + sub + `","valor":"x"},` +
			`"titular":[{"clave":"DEC","valor":"DECLARANTE"}],` +
			`"localizacionInversion":{"pais":"MX","institucionRazonSocial":"` + name + `","rfc":"XEXX010101000"}}]}},"interes":{}}`
		p, err := Document{Lookup(Modificacion, Full), []byte(doc)}.Public(PublicOptions{})
		if err != nil {
			t.Fatal(err)
		}
		text := string(p.JSON)
		if !strings.Contains(text, `"clave":"`+sub+`"`) || strings.Contains(text, name) != public || strings.Contains(text, "XEXX010101000") {
			t.Errorf("%s: %s", sub, text)
		}
	}
}
