package sesna

import (
	"strings"

	"declara/forms"
)

// sections are the names that their model has for ours, where they differ.
var sections = map[string]string{
	"datosDependienteEconomico": "datosDependientesEconomicos",
	"inversiones":               "inversionesCuentasValores",
	"adeudos":                   "adeudosPasivos",
	"prestamoOComodato":         "prestamoComodato",
	"representacion":            "representaciones",
}

// names are other names of a field, tried in order where its own is not there.
var names = map[string][]string{
	"empleoCargo":         {"empleoCargoComision"},
	"empleoCargoComision": {"empleoCargo"},
	"extranjero":          {"ciudadanoExtranjero"},
	"ciudadanoExtranjero": {"extranjero"},
	"tipoBienEnajenado":   {"tipoBien"},
	"tipo":                {"tipoVehiculo"},
	"tipoVehiculo":        {"tipo"},
	"homoClave":           {"homoclave"},
}

// ofType are the names of figures that the standard has for each type and their model
// has once, with the words of an inicial.
func ofType(t forms.Type, name string) []string {
	if t == forms.Inicial {
		return nil
	}
	for _, word := range []string{"Anual", "Anuales", "Conclusion"} {
		for _, other := range []string{"Mensual", "Mensuales"} {
			if had := strings.Replace(name, word, other, 1); had != name && monthly[had] {
				return []string{had}
			}
		}
	}
	switch name {
	case "saldoDiciembreAnterior", "saldoFechaConclusion":
		return []string{"saldoSituacionActual"}
	case "saldoInsolutoDiciembreAnterior", "saldoInsolutoFechaConclusion":
		return []string{"saldoInsolutoSituacionActual"}
	}
	return nil
}

// monthly are the names of an inicial.
var monthly = map[string]bool{
	"remuneracionMensualCargoPublico": true, "otrosIngresosMensualesTotal": true, "ingresoMensualNetoDeclarante": true,
	"ingresoMensualNetoParejaDependiente": true, "totalIngresosMensualesNetos": true,
}

// spellings are keys of catalogues that their model has otherwise, folded.
var spellings = map[string][]string{
	"OTR": {"OTRO", "O"}, "OTRO": {"OTR", "O"}, "O": {"OTRO", "OTR"}, "PRI": {"PRV"}, "PRV": {"PRI"},
}

// theirs are members of a record that are no answers.
var theirs = map[string]bool{
	"_id": true, "__v": true, "createdAt": true, "updatedAt": true, "owner": true, "firmada": true, "tipoDeclaracion": true,
	"declaracionCompleta": true, "anioEjercicio": true, "autorizaPublica": true, "id": true, "actualizacionConflictoInteres": true,
}
