package forms

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/public.golden anew")

// reference opens a file of the reference texts beside the repository, or skips.
func reference(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "shared", "reference", "s1", name))
	if err != nil {
		t.Skipf("the reference texts are not beside the repository: %v", err)
	}
	return raw
}

// leaf is one value of the document as the table makes it.
type leaf struct {
	path  string   // from declaracion, "[]" after lists
	kind  string   // type in the OAS
	from  string   // catalogue
	whole bool     // the leaf is a key of its catalogue
	field *Field   // the question it comes from
	above []*Field // the groups and lists around it, outermost first
}

// public tells from the table alone whether and when the leaf is published.
func (l leaf) public() string {
	gates := []string{}
	for _, f := range append(slices.Clone(l.above), l.field) {
		if f.Show != Public {
			return "private"
		}
		if f.ShowIf.Op != OpTrue {
			gates = append(gates, words(f.ShowIf))
		}
	}
	if len(gates) == 0 {
		return "public"
	}
	return strings.Join(gates, " + ")
}

// asked are the conditions of the question and of all above it.
func (l leaf) asked() string {
	var when []string
	for _, f := range append(slices.Clone(l.above), l.field) {
		if f.When.Op != OpTrue {
			when = append(when, words(f.When))
		}
	}
	return strings.Join(when, " + ")
}

// words writes a condition down.
func words(c Cond) string {
	of := make([]string, len(c.Of))
	for i, x := range c.Of {
		of[i] = words(x)
	}
	switch c.Op {
	case OpIs:
		return c.Name + "=" + strings.Join(c.Values, "|")
	case OpOnly:
		return "only " + c.Name + "=" + strings.Join(c.Values, "|")
	case OpEmpty:
		return "empty " + c.Name
	case OpStranger:
		return c.Name + " of a stranger"
	case OpNot:
		return "not (" + of[0] + ")"
	case OpAll:
		return "(" + strings.Join(of, " and ") + ")"
	case OpAny:
		return "(" + strings.Join(of, " or ") + ")"
	}
	return "always"
}

// leaves are all values that a document of the form may hold.
func leaves(f *Form) (all []leaf) {
	var walk func(at string, fields []Field, above []*Field)
	walk = func(at string, fields []Field, above []*Field) {
		for i := range fields {
			x := &fields[i]
			if x.Screen {
				continue
			}
			p := at + "." + x.Name
			one := func(suffix, kind, from string, whole bool) {
				all = append(all, leaf{p + suffix, kind, from, whole, x, slices.Clone(above)})
			}
			switch x.Kind {
			case Text, Paragraph, Date:
				one("", "string", "", false)
			case Integer, Percent:
				one("", "integer", "", false)
			case YesNo:
				one("", "boolean", "", false)
			case Money:
				one(".valor", "number", "", false)
				one(".moneda", "string", "monedas", false)
			case Choice, Choices:
				if x.Kind == Choices {
					p += "[]"
				}
				if x.From.Bare {
					one("", "string", x.From.Name, true)
				} else {
					one(".clave", "string", x.From.Name, true)
					one(".valor", "string", x.From.Name, false)
				}
			case Group:
				walk(p, x.Of, append(above, x))
			case List:
				walk(p+"[]", x.Of, append(above, x))
			}
		}
	}
	for i := range f.Sections {
		s := &f.Sections[i]
		half := "declaracion.situacionPatrimonial."
		if s.Part == Interes {
			half = "declaracion.interes."
		}
		walk(half+s.Key, s.Fields, nil)
	}
	return all
}

// row is one line of fields.csv.
type row map[string]string

func rows(t *testing.T) (all []row) {
	t.Helper()
	lines, err := csv.NewReader(strings.NewReader(string(reference(t, "fields.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		r := row{}
		for i, name := range lines[0] {
			r[name] = line[i]
		}
		all = append(all, r)
	}
	return all
}

// in reports whether the row belongs to the declaration of a form.
func (r row) in(f *Form) bool {
	return r["in_"+f.Type.Slug()] == "y" && (f.Level == Full || r["in_simplificada"] == "y")
}

func everyForm(t *testing.T, test func(t *testing.T, f *Form)) {
	for _, typ := range AllTypes {
		for _, level := range AllLevels {
			t.Run(typ.Slug()+" "+level.Slug(), func(t *testing.T) { test(t, Lookup(typ, level)) })
		}
	}
}

// gates says how the table writes the conditions of publicity that fields.csv
// writes in prose. An RFC of 13 characters is withheld wherever it stands (see
// Public), so the condition on its length needs nothing in the table.
var gates = map[string]string{
	"public":  "public",
	"private": "private",
	"conditional: item published only if titular is exactly [DEC] and tercero is empty":                                                                                                          mine,
	"conditional: item published only if titular is exactly [DEC] and tercero is empty AND transmisor[].tipoPersona == MORAL":                                                                    mine + " + tipoPersona=MORAL",
	"conditional: item published only if titular is exactly [DEC] and tercero is empty AND otorganteCredito.tipoPersona == MORAL":                                                                mine + " + tipoPersona=MORAL",
	"conditional: duenoTitular.tipoDuenoTitular == MORAL":                                                                                                                                        "tipoDuenoTitular=MORAL",
	"conditional: item published only if tipoRelacion == DECLARANTE":                                                                                                                             "tipoRelacion=DECLARANTE",
	"conditional: item published only if tipoRelacion == DECLARANTE AND tipoPersona == MORAL":                                                                                                    "tipoRelacion=DECLARANTE + tipoPersona=MORAL",
	"conditional: item published only if tipoRelacion == DECLARANTE AND clientePrincipal.tipoPersona == MORAL":                                                                                   "tipoRelacion=DECLARANTE + tipoPersona=MORAL",
	"conditional: item published only if tipoRelacion == DECLARANTE AND fideicomitente.tipoPersona == MORAL":                                                                                     "tipoRelacion=DECLARANTE + tipoPersona=MORAL",
	"conditional: item published only if tipoRelacion == DECLARANTE AND fideicomisario.tipoPersona == MORAL":                                                                                     "tipoRelacion=DECLARANTE + tipoPersona=MORAL",
	"conditional: item published only if tipoRelacion == DECLARANTE AND the RFC has 12 characters (persona moral)":                                                                               "tipoRelacion=DECLARANTE",
	"conditional: item published only if beneficiarioPrograma.clave == DC, or clave == OTRO and tipoPersona == MORAL":                                                                            "(beneficiarioPrograma=DC or (beneficiarioPrograma=OTRO and tipoPersona=MORAL))",
	"conditional: item published only if (every beneficiario[].clave is DC, or OTRO with tipoPersona == MORAL)":                                                                                  benefit,
	"conditional: item published only if (every beneficiario[].clave is DC, or OTRO with tipoPersona == MORAL) AND otorgante.tipoPersona == MORAL":                                               benefit + " + tipoPersona=MORAL",
	"conditional: item published only if tipoRelacion == DECLARANTE AND (fideicomitente.tipoPersona == MORAL OR tipoParticipacion == FIDEICOMITENTE, i.e. the declarante is the fideicomitente)": "tipoRelacion=DECLARANTE + (tipoPersona=MORAL or tipoParticipacion=FIDEICOMITENTE)",
	"conditional: item published only if tipoRelacion == DECLARANTE AND (fideicomisario.tipoPersona == MORAL OR tipoParticipacion == FIDEICOMISARIO, i.e. the declarante is the fideicomisario)": "tipoRelacion=DECLARANTE + (tipoPersona=MORAL or tipoParticipacion=FIDEICOMISARIO)",
}

// stricter are conditions that the table adds to those of fields.csv: nothing of a
// third party who is a natural person is public (rules of the standard, 10.1), and
// who stands in such a place is told by the RFC (decision 0010). Who borrowed money
// from the declarant is named where the bank is in other rows.
var stricter = map[string]func(string) string{
	"experienciaLaboral.experiencia[].nombreEmpresaSociedadAsociacion":     identifiedBesides,
	"inversiones.inversion[].localizacionInversion.institucionRazonSocial": func(p string) string { return p + " + (not (subTipoInversion=PFTE) and " + known + ")" },
	"participacion.participacion[].nombreEmpresaSociedadAsociacion":        identifiedBesides,
	"clientesPrincipales.cliente[].empresa.nombreEmpresaServicio":          identifiedBesides,
	"fideicomisos.fideicomiso[].fiduciario.nombreRazonSocial":              identifiedBesides,
	"bienesInmuebles.bienInmueble[].transmisor[].nombreRazonSocial":        notMoralAlone,
	"vehiculos.vehiculo[].transmisor[].nombreRazonSocial":                  notMoralAlone,
	"bienesMuebles.bienMueble[].transmisor[].nombreRazonSocial":            notMoralAlone,
	"adeudos.adeudo[].otorganteCredito.nombreInstitucion":                  notMoralAlone,
	"prestamoOComodato.prestamo[].duenoTitular.nombreTitular":              notMoralAlone,
	"prestamoOComodato.prestamo[].duenoTitular.relacionConTitular":         notMoralAlone,
	"representacion.representacion[].nombreRazonSocial":                    notMoralAlone,
	"clientesPrincipales.cliente[].clientePrincipal.nombreRazonSocial":     notMoralAlone,
	"beneficiosPrivados.beneficio[].otorgante.nombreRazonSocial":           notMoralAlone,
	"fideicomisos.fideicomiso[].fideicomitente.nombreRazonSocial":          notMoralAlone,
	"fideicomisos.fideicomiso[].fideicomisario.nombreRazonSocial":          notMoralAlone,
}

const known = "not (rfc of a stranger)"

// identifiedBesides adds the condition on the RFC to whatever fields.csv says.
func identifiedBesides(public string) string {
	if public == "public" {
		return known
	}
	return public + " + " + known
}

// notMoralAlone adds it to the last answer that calls the other side a company.
func notMoralAlone(public string) string {
	i := max(strings.LastIndex(public, "tipoPersona=MORAL"), strings.LastIndex(public, "tipoDuenoTitular=MORAL"))
	end := i + strings.Index(public[i:], "MORAL") + len("MORAL")
	return public[:i] + "(" + public[i:end] + " and " + known + ")" + public[end:]
}

const (
	mine    = "(only titular=DEC and empty tercero)"
	benefit = "(only beneficiario=DC or (only beneficiario=DC|OTRO and tipoPersona=MORAL))"
)

var catalogueOf = regexp.MustCompile(`^cat:(\w+)(?: \([^)]*\))?(?: \((clave|valor)\))?(?: enum=(.*))?`)

// TestTableIsTheStandard compares the table with the 626 fields of the standard,
// row by row, for each of the six declarations: nothing is missing, nothing is
// more, and type, catalogue and publicity are the same.
func TestTableIsTheStandard(t *testing.T) {
	all := rows(t)
	everyForm(t, func(t *testing.T, f *Form) {
		made := map[string]leaf{}
		for _, l := range leaves(f) {
			if _, twice := made[l.path]; twice {
				t.Errorf("%s is in the table twice", l.path)
			}
			made[l.path] = l
		}
		expected := 0
		for _, r := range all {
			p := r["field_path"]
			if !r.in(f) || !strings.HasPrefix(p, "declaracion.") {
				continue
			}
			expected++
			l, ok := made[p]
			if !ok {
				t.Errorf("%s is missing", p)
				continue
			}
			delete(made, p)
			if kind := r["type"]; kind != l.kind && !(l.field.Kind == Percent && kind == "number") {
				t.Errorf("%s is %s, not %s", p, l.kind, kind)
			}
			public := gates[r["public"]]
			_, within, _ := strings.Cut(strings.TrimPrefix(p, "declaracion."), ".")
			if more := stricter[within]; more != nil {
				public = more(public)
			}
			if public != l.public() {
				t.Errorf("%s is published %q, not %q", p, l.public(), public)
			}
			sameCatalogue(t, r, l)
		}
		for p := range made {
			t.Errorf("%s is not in the standard, or not in this declaration", p)
		}
		if expected < 120 {
			t.Fatalf("only %d rows compared", expected)
		}
	})
}

func sameCatalogue(t *testing.T, r row, l leaf) {
	t.Helper()
	m := catalogueOf.FindStringSubmatch(r["enum_or_catalogue"])
	if m == nil {
		if l.from != "" {
			t.Errorf("%s has the catalogue %s, the standard none", l.path, l.from)
		}
		return
	}
	if m[1] != l.from {
		t.Errorf("%s has the catalogue %q, not %q", l.path, l.from, m[1])
		return
	}
	if !l.whole || m[3] == "" {
		return
	}
	for _, key := range strings.Split(m[3], "|") {
		if !CatalogueByName(l.from).Has(key) {
			t.Errorf("%s lacks the option %q", l.path, key)
		}
	}
	for _, e := range l.field.From.Entries {
		if !slices.Contains(strings.Split(m[3], "|"), e.Key) {
			t.Errorf("%s has the option %q, which the standard lacks", l.path, e.Key)
		}
	}
}

// conditions says how the table writes what fields.csv writes in prose about when
// a field is asked. Empty: a remark that is no condition of the table.
var conditions = map[string]string{
	"blank when the person has one surname":       "",
	"if the institution assigned one (si aplica)": "",
	"si aplica": "",
	"modificación only (Norma Decimosexta I.12)":                             "",
	"client counts only if the direct monthly gain > 250 UMA (daily value)":  "",
	"situacionPersonalEstadoCivil.clave == CAS":                              "situacionPersonalEstadoCivil=CAS",
	"address in Mexico chosen (mutually exclusive with domicilioExtranjero)": "lugar=MX",
	"address abroad chosen (mutually exclusive with domicilioMexico)":        "lugar=EX",
	"cuentaConOtroCargoPublico == true":                                      "cuentaConOtroCargoPublico=true",
	"ninguno == false":                                                       "not (ninguno=true)",
	"ambitoSector.clave == PUB":                                              "ambitoSector=PUB",
	"ambitoSector.clave in {PRV, OTR}":                                       "ambitoSector=PRV|OTR",
	"ciudadanoExtranjero == false":                                           "ciudadanoExtranjero=false",
	"extranjero == false":                                                    "extranjero=false",
	"habitaDomicilioDeclarante == false":                                     "", // lugarDondeReside is asked only then
	"lugarDondeReside == MEXICO":                                             "lugarDondeReside=MEXICO",
	"lugarDondeReside == EXTRANJERO":                                         "lugarDondeReside=EXTRANJERO",
	"actividadLaboral.clave == PUB":                                          "actividadLaboral=PUB",
	"actividadLaboral.clave in {PRI, OTRO}":                                  "actividadLaboral=PRI|OTRO",
	"servidorPublicoAnioAnterior == true":                                    "servidorPublicoAnioAnterior=true",
	"titular contains CTER (co-owner / codeudor)":                            "titular=CTER",
	"tipoOperacion == BAJA":                                                  "tipoOperacion=BAJA",
	"lugarRegistro.pais == MX":                                               "pais=MX",
	"ubicacion.pais == MX":                                                   "pais=MX",
	"localizacionInversion.pais == MX (si aplica)":                           "pais=MX",
	"lent item is real estate":                                               "bien=INMUEBLE",
	"lent item is a vehicle":                                                 "bien=VEHICULO",
	"recibeRemuneracion == true":                                             "recibeRemuneracion=true",
	"formaRecepcion == ESPECIE":                                              "formaRecepcion=ESPECIE",
	"realizaActividadLucrativa == true":                                      "realizaActividadLucrativa=true",
}

// TestConditionsAreTheStandard: every condition of the standard is in the table.
func TestConditionsAreTheStandard(t *testing.T) {
	all := rows(t)
	everyForm(t, func(t *testing.T, f *Form) {
		made := map[string]leaf{}
		for _, l := range leaves(f) {
			made[l.path] = l
		}
		for _, r := range all {
			l, ok := made[r["field_path"]]
			if !ok || r["condition"] == "" {
				continue
			}
			for _, said := range strings.Split(strings.ReplaceAll(r["condition"], " and ", "; "), "; ") {
				want, known := conditions[said]
				if !known {
					t.Fatalf("unknown condition %q", said)
				}
				if !strings.Contains(l.asked(), want) {
					t.Errorf("%s is asked if %q, without %q", l.path, l.asked(), want)
				}
			}
		}
	})
	own, ok := Lookup(Modificacion, Full).Field("datosPareja.lugarDondeReside")
	if !ok || !strings.Contains(words(own.When), "habitaDomicilioDeclarante=false") {
		t.Error("where a partner lives is asked although it is the declarant's home")
	}
}

// TestRequiredByTheStandard: what the OAS obliges to is obligatory or computed.
func TestRequiredByTheStandard(t *testing.T) {
	all := rows(t)
	everyForm(t, func(t *testing.T, f *Form) {
		made := map[string]leaf{}
		for _, l := range leaves(f) {
			made[l.path] = l
		}
		n := 0
		for _, r := range all {
			l, ok := made[r["field_path"]]
			if !ok || r["required_in_oas"] != "yes" || strings.Contains(r["notes"], "only when its parent object is sent") {
				continue
			}
			n++
			if !ruled(l.field.Rules, "required") && l.field.Derive == "" {
				t.Errorf("%s may be left empty", l.path)
			}
		}
		if n < 8 {
			t.Fatalf("only %d obligatory rows", n)
		}
	})
}

var bounds = regexp.MustCompile(`OAS constraints: min=(-?\d+), max=(\d+)`)

// TestBoundsOfTheStandard: whole numbers that the OAS bounds on both sides are
// bounded the same in the table.
func TestBoundsOfTheStandard(t *testing.T) {
	made := map[string]leaf{}
	for _, l := range leaves(Lookup(Modificacion, Full)) {
		made[l.path] = l
	}
	n := 0
	for _, r := range rows(t) {
		m := bounds.FindStringSubmatch(r["notes"])
		l, ok := made[r["field_path"]]
		if m == nil || !ok {
			continue
		}
		n++
		if !ruled(l.field.Rules, "gte="+m[1]) || !ruled(l.field.Rules, "lte="+m[2]) {
			t.Errorf("%s has the rules %q, not %s to %s", l.path, l.field.Rules, m[1], m[2])
		}
	}
	if n != 4 {
		t.Errorf("%d bounded fields, not 4", n)
	}
}

// TestPaperOnly: the one question that only the Normas ask is asked on screen, in
// the modificación, and never reaches a document.
func TestPaperOnly(t *testing.T) {
	everyForm(t, func(t *testing.T, f *Form) {
		x, ok := f.Field("datosGenerales.servidorPublicoAnioAnterior")
		if ok != (f.Type == Modificacion) {
			t.Fatalf("asked: %v", ok)
		}
		if ok && (!x.Screen || x.Kind != YesNo) {
			t.Error("not a yes or no that stays on screen")
		}
	})
}

// TestSectionsOfEachDeclaration: 22 sections, 21 in a modificación, 7 and 6 of
// them in the simplified one, in the order and with the numbers of the Normas.
func TestSectionsOfEachDeclaration(t *testing.T) {
	whole := strings.Fields("1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 I1 I2 I3 I4 I5 I6 I7")
	simple := strings.Fields("1 2 3 4 5 8 9")
	everyForm(t, func(t *testing.T, f *Form) {
		want := slices.Clone(whole)
		if f.Level == Simplified {
			want = slices.Clone(simple)
		}
		if f.Type == Modificacion {
			want = slices.DeleteFunc(want, func(no string) bool { return no == "9" })
		}
		var got []string
		for _, s := range f.Sections {
			got = append(got, s.No)
		}
		if !slices.Equal(got, want) {
			t.Errorf("sections %v, not %v", got, want)
		}
	})
}

// TestPublicFields lists every published field of every declaration with the
// conditions of its publication. The list is a reviewed file: a change of it is a
// change of what the public sees. Write it anew with -update.
func TestPublicFields(t *testing.T) {
	var out strings.Builder
	fmt.Fprintln(&out, "# Every value of the public version: path, [declarations, when not all six], condition, what is published instead.")
	where := map[string][]string{}
	when := map[string]string{}
	var order []string
	for _, typ := range AllTypes {
		for _, level := range AllLevels {
			for _, l := range leaves(Lookup(typ, level)) {
				if l.public() == "private" {
					continue
				}
				if where[l.path] == nil {
					order = append(order, l.path)
				}
				where[l.path] = append(where[l.path], typ.Slug()+" "+level.Slug())
				when[l.path] = ""
				if l.public() != "public" {
					when[l.path] = " if " + l.public()
				}
				if l.field.ShowAs != "" {
					when[l.path] += " as " + l.field.ShowAs
				}
			}
		}
	}
	section := func(p string) int {
		key := strings.Split(p, ".")[2]
		return slices.IndexFunc(sections, func(s Section) bool { return s.Key == key })
	}
	slices.SortStableFunc(order, func(a, b string) int { return section(a) - section(b) })
	for _, p := range order {
		fmt.Fprintf(&out, "%s", strings.TrimPrefix(p, "declaracion."))
		if in := strings.Join(where[p], ", "); in == "inicial completa, modificacion completa, conclusion completa" {
			out.WriteString(" [completa]")
		} else if len(where[p]) < 6 {
			fmt.Fprintf(&out, " [%s]", in)
		}
		fmt.Fprintln(&out, when[p])
	}
	golden := filepath.Join("testdata", "public.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != out.String() {
		t.Errorf("what is published has changed; review it and run with -update\n%s", firstDifference(string(want), out.String()))
	}
}

func firstDifference(a, b string) string {
	was, is := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range max(len(was), len(is)) {
		line := func(of []string) string {
			if i < len(of) {
				return of[i]
			}
			return ""
		}
		if line(was) != line(is) {
			return fmt.Sprintf("line %d\nwas %s\nis  %s", i+1, line(was), line(is))
		}
	}
	return ""
}
