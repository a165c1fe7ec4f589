package forms

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// instructed are the questions of which the Normas, the instructions that go with them
// or the mistakes that are made every year say more than a hint can. Of each: where it
// says so, in the numbers of the Normas.
var instructed = map[string]string{
	"datosGenerales.situacionPersonalEstadoCivil":                                                         "16ª I",
	"datosGenerales.regimenMatrimonial":                                                                   "16ª I",
	"datosCurricularesDeclarante.escolaridad.documentoObtenido":                                           "16ª III",
	"datosEmpleoCargoComision.contratadoPorHonorarios":                                                    "16ª IV",
	"datosEmpleoCargoComision.fechaTomaPosesion":                                                          "16ª IV.9: as human resources has it",
	"datosEmpleoCargoComision.cuentaConOtroCargoPublico":                                                  "16ª IV",
	"datosPareja.esDependienteEconomico":                                                                  "16ª VI, VII",
	"datosPareja.actividadLaboralSectorPublico.salarioMensualNeto":                                        "16ª VI: a month, net",
	"datosDependienteEconomico.dependienteEconomico.actividadLaboralSectorPrivadoOtro.salarioMensualNeto": "16ª VII: a month, net",
	"ingresos.remuneracionMensualCargoPublico":                                                            "16ª VIII",
	"ingresos.remuneracionAnualCargoPublico":                                                              "16ª VIII",
	"ingresos.remuneracionConclusionCargoPublico":                                                         "16ª VIII",
	"ingresos.actividadIndustrialComercialEmpresarial.actividades.remuneracion":                           "16ª VIII",
	"ingresos.actividadFinanciera.actividades.remuneracion":                                               "16ª VIII",
	"ingresos.serviciosProfesionales.servicios.remuneracion":                                              "16ª VIII",
	"ingresos.enajenacionBienes.bienes.remuneracion":                                                      "16ª VIII.2.d",
	"ingresos.otrosIngresos.ingresos.remuneracion":                                                        "16ª VIII",
	"ingresos.ingresoMensualNetoParejaDependiente":                                                        "16ª VIII",
	"ingresos.ingresoAnualNetoParejaDependiente":                                                          "16ª VIII",
	"ingresos.ingresoConclusionNetoParejaDependiente":                                                     "16ª VIII",
	"actividadAnualAnterior.remuneracionNetaCargoPublico":                                                 "16ª IX: only the time served",
	"actividadAnualAnterior.ingresoNetoAnualParejaDependiente":                                            "16ª IX",
	"bienesInmuebles.bienInmueble.titular":                                                                "16ª X: whose it is decides what is public",
	"bienesInmuebles.bienInmueble.porcentajePropiedad":                                                    "16ª X.6",
	"bienesInmuebles.bienInmueble.superficieTerreno.valor":                                                "16ª X: the whole of the land",
	"bienesInmuebles.bienInmueble.superficieConstruccion.valor":                                           "16ª X",
	"bienesInmuebles.bienInmueble.tercero":                                                                "16ª X: co-owners",
	"bienesInmuebles.bienInmueble.transmisor":                                                             "16ª X",
	"bienesInmuebles.bienInmueble.formaAdquisicion":                                                       "16ª X",
	"bienesInmuebles.bienInmueble.formaPago":                                                              "16ª X.10",
	"bienesInmuebles.bienInmueble.valorAdquisicion":                                                       "16ª X: as the deed has it",
	"bienesInmuebles.bienInmueble.fechaAdquisicion":                                                       "16ª X: as the deed has it",
	"bienesInmuebles.bienInmueble.valorConformeA":                                                         "16ª X",
	"vehiculos.vehiculo.titular":                                                                          "16ª XI",
	"vehiculos.vehiculo.valorAdquisicion":                                                                 "16ª XI",
	"bienesMuebles.bienMueble.valorAdquisicion":                                                           "16ª XII: household goods as one set",
	"inversiones.inversion.tipoInversion":                                                                 "16ª XIII: which goes where",
	"inversiones.inversion.numeroCuentaContrato":                                                          "16ª XIII",
	"inversiones.inversion.localizacionInversion.pais":                                                    "16ª XIII: abroad",
	"inversiones.inversion.saldoSituacionActual":                                                          "16ª XIII",
	"inversiones.inversion.saldoDiciembreAnterior":                                                        "16ª XIII",
	"inversiones.inversion.saldoFechaConclusion":                                                          "16ª XIII",
	"adeudos.adeudo.titular":                                                                              "16ª XIV",
	"adeudos.adeudo.numeroCuentaContrato":                                                                 "16ª XIV",
	"adeudos.adeudo.fechaAdquisicion":                                                                     "16ª XIV",
	"adeudos.adeudo.montoOriginal":                                                                        "16ª XIV: the initial amount",
	"adeudos.adeudo.saldoInsolutoSituacionActual":                                                         "16ª XIV",
	"adeudos.adeudo.saldoInsolutoDiciembreAnterior":                                                       "16ª XIV",
	"adeudos.adeudo.saldoInsolutoFechaConclusion":                                                         "16ª XIV",
	"participacion.participacion.montoMensual":                                                            "17ª I: a month, net",
	"participacionTomaDecisiones.participacion.montoMensual":                                              "17ª II: a month, net",
	"apoyos.apoyo.montoApoyoMensual":                                                                      "17ª III: a month",
	"representacion.representacion.montoMensual":                                                          "17ª IV: a month, net",
	"clientesPrincipales.cliente.montoAproximadoGanancia":                                                 "17ª V: what is gained",
}

// helps reads the words of help in a language.
func helps(t *testing.T, lang string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "i18n", lang, "more.json"))
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	if err := json.Unmarshal(raw, &words); err != nil {
		t.Fatal(err)
	}
	return words
}

// helped calls fn for each section and question with help of a form, with the key
// under which it has words.
func helped(f *Form, fn func(at string)) {
	var walk func(at string, fields []Field)
	walk = func(at string, fields []Field) {
		for _, x := range fields {
			if p := at + "." + x.Name; x.Help {
				fn(p)
			}
			walk(at+"."+x.Name, x.Of)
		}
	}
	for _, s := range f.Sections {
		fn(s.Key)
		walk(s.Key, s.Fields)
	}
}

// TestInstructedHasHelp: what the instructions say more about has help.
func TestInstructedHasHelp(t *testing.T) {
	has := map[string]bool{}
	everyForm(t, func(_ *testing.T, f *Form) { helped(f, func(at string) { has[at] = true }) })
	for p, rule := range instructed {
		if !has[p] {
			t.Errorf("%s has no help: %s", p, rule)
		}
	}
}

// TestHelpHasWords: each section, and each question that the table says has help, has
// it in Spanish and in English: the question that opens it, what goes there, and either
// what does not or an example. No help is left that nobody asks for.
func TestHelpHasWords(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		words, used := helps(t, lang), map[string]bool{}
		everyForm(t, func(t *testing.T, f *Form) {
			helped(f, func(at string) {
				key := find(words, "more.", at, f.Type.Slug())
				if key == "" {
					t.Errorf("%s: no help for %s", lang, at)
					return
				}
				used[key] = true
				for _, part := range []string{".yes", ".no", ".case"} {
					used[key+part] = words[key+part] != ""
				}
				if !used[key+".yes"] || !used[key+".no"] && !used[key+".case"] {
					t.Errorf("%s: %s says too little", lang, key)
				}
			})
		})
		for key := range words {
			if !used[key] {
				t.Errorf("%s: nobody asks for %q", lang, key)
			}
		}
	}
}

// TestSectionsHaveTheirOwnHelp: the help of a section is not that of a question that
// happens to have its name.
func TestSectionsHaveTheirOwnHelp(t *testing.T) {
	words := helps(t, "es")
	everyForm(t, func(t *testing.T, f *Form) {
		for _, s := range f.Sections {
			if words["more."+s.Key] == "" {
				t.Errorf("section %s has no help", s.Key)
			}
		}
	})
}

// TestHelpAddsToTheHint: nothing of what a hint, or the lines at the head of a section,
// say already is said again, and every help is as plain as the rest of the form.
func TestHelpAddsToTheHint(t *testing.T) {
	sentence := regexp.MustCompile(`[.?!] |[.?!]$`)
	hints, words := glossary(t, "es"), helps(t, "es")
	everyForm(t, func(t *testing.T, f *Form) {
		helped(f, func(at string) {
			key := find(words, "more.", at, f.Type.Slug())
			said := hints[find(hints, "hint.", at, f.Type.Slug())]
			if !strings.Contains(at, ".") {
				said = hints["section."+at+".hint"] + " " + hints["section."+at+".help"]
			}
			for _, part := range []string{".yes", ".no", ".case"} {
				for _, s := range sentence.Split(words[key+part], -1) {
					if s != "" && slices.Contains(sentence.Split(said, -1), s) {
						t.Errorf("%s repeats %q", key+part, s)
					}
				}
			}
		})
	})
	readsPlainly(t, words)
}

// TestHelpNamesSectionsThatThereAre: whoever declares less is not sent to a section
// that her declaration does not ask.
func TestHelpNamesSectionsThatThereAre(t *testing.T) {
	titles, words := glossary(t, "es"), helps(t, "es")
	everyForm(t, func(t *testing.T, f *Form) {
		full := Lookup(f.Type, Full)
		helped(f, func(at string) {
			key := find(words, "more.", at, f.Type.Slug())
			for _, s := range full.Sections {
				title := titles["section."+s.Key]
				for _, part := range []string{".yes", ".no", ".case"} {
					if f.Section(s.Key) == nil && strings.Contains(words[key+part], title) {
						t.Errorf("%s sends to %q, which this declaration does not ask", key+part, title)
					}
				}
			}
		})
	})
}
