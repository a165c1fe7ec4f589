package forms

import (
	"strings"
	"testing"
)

// TestSoleTradersAreNotNamed: where no question asks whether the other side is a
// person or a company, its RFC tells, and a natural person is not named to the
// public (header of the format; decision 0010). The declarant's own business is.
func TestSoleTradersAreNotNamed(t *testing.T) {
	const trader = "TALLER DE PERSONA AJENA"
	places := map[string]string{
		"experience": `"situacionPatrimonial":{%,"experienciaLaboral":{"ninguno":false,"experiencia":[{"tipoOperacion":"AGREGAR",` +
			`"ambitoSector":{"clave":"PRV","valor":"x"},"nombreEmpresaSociedadAsociacion":"NAME","rfc":"CODE","puesto":"y"}]}},"interes":{}`,
		"investments": `"situacionPatrimonial":{%,"inversiones":{"ninguno":false,"inversion":[{"tipoOperacion":"AGREGAR",` +
			`"subTipoInversion":{"clave":"CTES","valor":"x"},"titular":[{"clave":"DEC","valor":"DECLARANTE"}],` +
			`"localizacionInversion":{"pais":"MX","institucionRazonSocial":"NAME","rfc":"CODE"}}]}},"interes":{}`,
		"shares": `"situacionPatrimonial":{%},"interes":{"participacion":{"ninguno":false,"participacion":[{"tipoOperacion":"AGREGAR",` +
			`"tipoRelacion":"DECLARANTE","nombreEmpresaSociedadAsociacion":"NAME","rfc":"CODE"}]}}`,
		"clients": `"situacionPatrimonial":{%},"interes":{"clientesPrincipales":{"ninguno":false,"cliente":[{"tipoOperacion":"AGREGAR",` +
			`"realizaActividadLucrativa":true,"tipoRelacion":"DECLARANTE","empresa":{"nombreEmpresaServicio":"NAME","rfc":"CODE"}}]}}`,
		"trustees": `"situacionPatrimonial":{%},"interes":{"fideicomisos":{"ninguno":false,"fideicomiso":[{"tipoOperacion":"AGREGAR",` +
			`"tipoRelacion":"DECLARANTE","fiduciario":{"nombreRazonSocial":"NAME","rfc":"CODE"}}]}}`,
		// A company by its own answer, with the RFC of a person: the RFC is believed.
		"sellers": `"situacionPatrimonial":{%,"vehiculos":{"ninguno":false,"vehiculo":[{"tipoOperacion":"AGREGAR",` +
			`"titular":[{"clave":"DEC","valor":"DECLARANTE"}],"transmisor":[{"tipoPersona":"MORAL","nombreRazonSocial":"NAME","rfc":"CODE"}]}]}},"interes":{}`,
		"lenders": `"situacionPatrimonial":{%,"adeudos":{"ninguno":false,"adeudo":[{"tipoOperacion":"AGREGAR",` +
			`"titular":[{"clave":"DEC","valor":"DECLARANTE"}],"otorganteCredito":{"tipoPersona":"MORAL","nombreInstitucion":"NAME","rfc":"CODE"}}]}},"interes":{}`,
		"owners": `"situacionPatrimonial":{%,"prestamoOComodato":{"ninguno":false,"prestamo":[{"tipoOperacion":"AGREGAR",` +
			`"duenoTitular":{"tipoDuenoTitular":"MORAL","nombreTitular":"NAME","rfc":"CODE"}}]}},"interes":{}`,
	}
	declarant := `"datosGenerales":{"nombre":"N","primerApellido":"P","rfc":{"rfc":"PUFE800229","homoClave":"M93"}}`
	for place, doc := range places {
		for code, named := range map[string]bool{
			"NUPB800229J19":   false, // somebody else
			"PUFE800229M93":   true,  // the declarant
			"nupb-800229 j19": false, // the same somebody, as typed
			"SAT970701NN3":    true,  // a company
			"XEXX010101000":   true,  // whoever is abroad, companies too
			"":                true,  // not known: no identifier gives it away
		} {
			if place == "investments" && code == "PUFE800229M93" {
				continue
			}
			text := "{" + strings.NewReplacer("%", declarant, "NAME", trader, `,"rfc":"CODE"`, `,"rfc":"`+code+`"`).Replace(doc) + "}"
			text = strings.ReplaceAll(text, `,"rfc":""`, "")
			p, err := Document{Lookup(Inicial, Full), []byte(text)}.Public(PublicOptions{})
			if err != nil {
				t.Fatalf("%s: %v", place, err)
			}
			if got := strings.Contains(string(p.JSON), trader); got != named {
				t.Errorf("%s, RFC %q: named %v, want %v\n%s", place, code, got, named, p.JSON)
			}
			if strings.Contains(string(p.JSON), "800229") {
				t.Errorf("%s: the RFC of a person came out", place)
			}
			again, err := p.Public(PublicOptions{})
			if err != nil || string(again.JSON) != string(p.JSON) {
				t.Errorf("%s, RFC %q: publishing twice changes the document: %v", place, code, err)
			}
		}
	}
}
