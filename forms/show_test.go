package forms_test

import (
	"slices"
	"strings"
	"testing"

	"declara/forms"
)

func TestShow(t *testing.T) {
	f := forms.Lookup(forms.Modificacion, forms.Full)
	a := forms.Answers{
		"ingresos.remuneracionAnualCargoPublico": {"$ 240,000"},
		"datosPareja.ninguno":                    {forms.No}, "datosPareja.actividadLaboral": {"PRI"},
		"datosPareja.actividadLaboralSectorPrivadoOtro.salarioMensualNeto":        {"900"},
		"datosPareja.actividadLaboralSectorPrivadoOtro.salarioMensualNeto.moneda": {"USD"},
		"datosPareja.actividadLaboralSectorPrivadoOtro.sector":                    {"OTRO"},
		"datosPareja.actividadLaboralSectorPrivadoOtro.sector.otro":               {"Apicultura"},
		"datosPareja.fechaNacimiento":                                             {"3 de marzo de 1990"},
		"datosPareja.ciudadanoExtranjero":                                         {forms.No},
		"datosPareja.habitaDomicilioDeclarante":                                   {forms.No},
		"datosPareja.lugarDondeReside":                                            {"MEXICO"},
		"datosPareja.domicilioMexico.entidadFederativa":                           {"20"},
		"datosPareja.domicilioMexico.municipioAlcaldia":                           {"067"},
		"datosPareja.domicilioMexico.calle":                                       {"Hidalgo"},
		"vehiculos.ninguno":                                                       {forms.No}, "vehiculos.vehiculo": {"a"},
		"vehiculos.vehiculo.a.titular":          {"DEC", "CYG"},
		"vehiculos.vehiculo.a.anio":             {"2019"},
		"vehiculos.vehiculo.a.valorAdquisicion": {"mucho"},
		"bienesInmuebles.ninguno":               {forms.No}, "bienesInmuebles.bienInmueble": {"h"},
		"bienesInmuebles.bienInmueble.h.porcentajePropiedad":     {"40"},
		"bienesInmuebles.bienInmueble.h.superficieTerreno.valor": {"1200"},
		"bienesInmuebles.bienInmueble.h.fechaAdquisicion":        {"ayer"},
		"bienesInmuebles.bienInmueble.h.tipoInmueble":            {"PALACIO"},
	}
	said := map[forms.Path]string{}
	for i := range f.Sections {
		for _, l := range forms.Lines(f, a, f.Sections[i].Key) {
			if s := forms.Show(plain{}, a, l); s != "" {
				said[l.Path] = s
			}
			if l.Kind != forms.Answer && forms.Show(plain{}, a, l) != "" {
				t.Errorf("%s is no answer and says something", l.Path)
			}
		}
	}
	for p, want := range map[forms.Path]string{
		"ingresos.remuneracionAnualCargoPublico":                           "MXN 240000",
		"datosPareja.actividadLaboralSectorPrivadoOtro.salarioMensualNeto": "USD 900",
		"datosPareja.actividadLaboralSectorPrivadoOtro.sector":             "Apicultura",
		"datosPareja.actividadLaboral":                                     "PRIVADO",
		"datosPareja.fechaNacimiento":                                      "1990-03-03",
		"datosPareja.ciudadanoExtranjero":                                  "false",
		"datosPareja.domicilioMexico.entidadFederativa":                    forms.States.Text("20"),
		"datosPareja.domicilioMexico.municipioAlcaldia":                    municipality("20", "067"),
		"vehiculos.vehiculo.a.titular":                                     "DECLARANTE, CÓNYUGE",
		"vehiculos.vehiculo.a.anio":                                        "2019",
		"vehiculos.vehiculo.a.valorAdquisicion":                            "mucho",
		"bienesInmuebles.bienInmueble.h.porcentajePropiedad":               "40%",
		"bienesInmuebles.bienInmueble.h.superficieTerreno.valor":           "1200",
		"bienesInmuebles.bienInmueble.h.fechaAdquisicion":                  "ayer",
		"bienesInmuebles.bienInmueble.h.tipoInmueble":                      "PALACIO",
	} {
		if said[p] != want {
			t.Errorf("%s says %q, want %q", p, said[p], want)
		}
	}
}

// A day in a problem is said in words, everything else as it is.
func TestShowArg(t *testing.T) {
	for arg, want := range map[string]string{"2020-03-02": "day 2020-03-02", "2020": "2020", "1,234": "1,234", "": "", "2020-02-30": "2020-02-30", "NO APLICA!": "NO APLICA!"} {
		if got := forms.ShowArg(days{}, forms.Problem{Arg: arg}); got != want {
			t.Errorf("%q reads %q, want %q", arg, got, want)
		}
	}
}

// days says days apart from the rest.
type days struct{ plain }

func (days) Day(iso string) string { return "day " + iso }

func municipality(state, key string) string {
	e, _ := forms.Municipalities.Under(state, key)
	return e.Text
}

// A reading has headings over what is there, items with their numbers, what was
// denied and what is withheld, and tells of each line whether it is private.
func TestLines(t *testing.T) {
	f := forms.Lookup(forms.Modificacion, forms.Full)
	read := func(a forms.Answers, key string) []string {
		var lines []string
		for _, l := range forms.Lines(f, a, key) {
			kind := map[forms.LineKind]string{forms.Heading: "heading", forms.Item: "item", forms.Answer: "answer", forms.NoneDeclared: "none", forms.Withheld: "withheld"}[l.Kind]
			if l.Private {
				kind += " private"
			}
			lines = append(lines, strings.Repeat("·", l.Depth)+kind+" "+string(f.Key(l.Path))+strings.Repeat("#", l.Index))
		}
		return lines
	}
	for _, c := range []struct {
		name string
		a    forms.Answers
		key  string
		want []string
	}{
		{"nothing", nil, "vehiculos", nil},
		{"no such section", nil, "nowhere", nil},
		{"denied", forms.Answers{"vehiculos.ninguno": {forms.Yes}, "vehiculos.vehiculo": {"a"}}, "vehiculos", []string{"none vehiculos.ninguno"}},
		{"denied in private", forms.Answers{"datosPareja.ninguno": {forms.Yes}}, "datosPareja", []string{"none private datosPareja.ninguno"}},
		{"withheld", forms.Answers{"vehiculos.ninguno": {forms.No}}, "vehiculos", []string{"withheld vehiculos.vehiculo"}},
		{"two cars", forms.Answers{
			"vehiculos.ninguno": {forms.No}, "vehiculos.vehiculo": {"a", "b"},
			"vehiculos.vehiculo.a.titular": {"DEC"}, "vehiculos.vehiculo.a.numeroSerieRegistro": {"1"}, "vehiculos.vehiculo.a.transmisor": {"x"},
			"vehiculos.vehiculo.a.transmisor.x.tipoPersona": {"FISICA"}, "vehiculos.vehiculo.a.transmisor.x.nombreRazonSocial": {"Ana"},
			"vehiculos.vehiculo.b.titular": {"DEC", "CYG"}, "vehiculos.vehiculo.b.lugarRegistro.pais": {"MX"},
			"vehiculos.aclaracionesObservaciones": {"x"},
		}, "vehiculos", []string{
			"item vehiculos.vehiculo#", "·answer private vehiculos.vehiculo.numeroSerieRegistro", "·answer vehiculos.vehiculo.titular",
			"·item vehiculos.vehiculo.transmisor#", "··answer vehiculos.vehiculo.transmisor.tipoPersona", "··answer private vehiculos.vehiculo.transmisor.nombreRazonSocial",
			"item private vehiculos.vehiculo##", "·answer private vehiculos.vehiculo.titular",
			"·heading private vehiculos.vehiculo.lugarRegistro", "··answer private vehiculos.vehiculo.lugarRegistro.pais",
			"answer private vehiculos.aclaracionesObservaciones",
		}},
		{"the RFC of a person in business", forms.Answers{
			"experienciaLaboral.ninguno": {forms.No}, "experienciaLaboral.experiencia": {"a", "b"},
			"experienciaLaboral.experiencia.a.ambitoSector": {"PRV"}, "experienciaLaboral.experiencia.a.rfc": {"gode561231gr8"},
			"experienciaLaboral.experiencia.b.ambitoSector": {"PRV"}, "experienciaLaboral.experiencia.b.rfc": {"SAT970701NN3"},
		}, "experienciaLaboral", []string{
			"item experienciaLaboral.experiencia#", "·answer experienciaLaboral.experiencia.ambitoSector", "·answer private experienciaLaboral.experiencia.rfc",
			"item experienciaLaboral.experiencia##", "·answer experienciaLaboral.experiencia.ambitoSector", "·answer experienciaLaboral.experiencia.rfc",
		}},
	} {
		if got := read(c.a, c.key); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}
