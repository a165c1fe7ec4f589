package payroll

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"declara/forms"
)

// Field is something that the roster wants to know of a person.
type Field string

// The fields, by the names that the roster's form has for them.
const (
	Given  Field = "nombre"
	First  Field = "primerApellido"
	Second Field = "segundoApellido"
	RFC    Field = "rfc"
	CURP   Field = "curp"
	Post   Field = "cargo"
	Grade  Field = "nivel"
	Unit   Field = "unidad"
	Entry  Field = "ingreso"
	Exit   Field = "egreso"
	Email  Field = "correo"
	Duties Field = "funcion"
	Phone  Field = "telefono"
)

// Fields are all fields, in the order in which people are asked about them.
var Fields = []Field{Given, First, Second, RFC, CURP, Post, Grade, Unit, Entry, Exit, Email, Duties, Phone}

// Needed are the fields without which nobody can be put on the roster.
var Needed = []Field{Given, First, RFC, CURP, Post, Grade, Unit, Entry}

// headings are what payroll systems write above the columns, folded. The first of a
// field is that of our template.
var headings = map[Field][]string{
	Given:  {"nombres", "nombre", "nombre s", "nombre de pila", "nombre del empleado", "nombre empleado", "nombre del trabajador", "given name", "first name"},
	First:  {"primer apellido", "apellido paterno", "ap paterno", "apellido 1", "apellido1", "paterno", "apellidop", "a paterno", "primerapellido", "apellidopaterno", "last name"},
	Second: {"segundo apellido", "apellido materno", "ap materno", "apellido 2", "apellido2", "materno", "apellidom", "a materno", "segundoapellido", "apellidomaterno"},
	RFC:    {"rfc", "r f c", "rfc con homoclave", "registro federal de contribuyentes", "clave rfc", "rfc del empleado", "rfc trabajador"},
	CURP:   {"curp", "c u r p", "clave unica de registro de poblacion", "clave curp", "curp del empleado"},
	Post:   {"puesto", "cargo", "empleo cargo o comision", "denominacion del puesto", "denominacion del cargo", "nombre del puesto", "descripcion del puesto", "desc puesto", "puesto nominal", "categoria", "empleo", "plaza", "position", "job title"},
	Grade:  {"nivel", "nivel del puesto", "clave o nivel del puesto", "nivel salarial", "nivel tabular", "nivel del empleo", "nivel jerarquico", "codigo de puesto", "clave del puesto", "tabulador", "grade"},
	Unit:   {"unidad de adscripcion", "area de adscripcion", "area", "unidad", "adscripcion", "unidad administrativa", "departamento", "dependencia", "direccion", "centro de trabajo", "nombre del area", "unidad responsable", "unit"},
	Entry:  {"fecha de ingreso", "fecha de alta", "fecha ingreso", "fecha alta", "ingreso", "alta", "f ingreso", "f alta", "fec ingreso", "fec alta", "fecha de inicio", "inicio", "fecha de toma de posesion", "fecha de nombramiento", "hire date"},
	Exit:   {"fecha de baja", "fecha baja", "baja", "f baja", "fec baja", "fecha de egreso", "fecha de termino", "fecha de conclusion", "egreso", "termination date"},
	Email:  {"correo institucional", "correo", "correo electronico", "email", "e mail", "mail", "correo electronico institucional"},
	Duties: {"funcion principal", "funciones", "funcion", "actividades"},
	Phone:  {"telefono de oficina", "telefono", "tel", "telefono oficina", "extension"},
}

// Fold is a heading or a name as it is compared: small letters and figures, without
// accents, one space between words.
func Fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(unicode.ToLower(r))
		default:
			gap = true
		}
	}
	return b.String()
}

// Columns says which column holds each field; one that is absent has none.
type Columns map[Field]int

// At is the column of a field, -1 for none.
func (c Columns) At(f Field) int {
	if n, ok := c[f]; ok {
		return n
	}
	return -1
}

// Missing are the needed fields that have no column.
func (c Columns) Missing() []Field {
	var out []Field
	for _, f := range Needed {
		if c.At(f) < 0 {
			out = append(out, f)
		}
	}
	return out
}

// Match finds the heading among the first rows, which may follow a title, and the
// columns by it. head is the place in Rows; -1 when none looks like one.
func Match(t Table) (head int, c Columns) {
	head = -1
	for i, row := range t.Rows[:min(15, len(t.Rows))] {
		if found := matchRow(row); len(found) > len(c) {
			head, c = i, found
		}
	}
	if len(c) < 3 {
		return -1, Columns{}
	}
	return head, c
}

func matchRow(row Row) Columns {
	c := Columns{}
	rank := map[Field]int{}
	for column, cell := range row.Cells {
		text := Fold(cell)
		for f, words := range headings {
			at := slices.Index(words, text)
			if at < 0 {
				continue
			}
			if was, taken := rank[f]; !taken || at < was {
				rank[f], c[f] = at, column
			}
		}
	}
	return c
}

// Heading is what the template writes above the column of a field.
func Heading(f Field) string { return templateHeadings[f] }

var templateHeadings = map[Field]string{
	Given: "Nombre(s)", First: "Primer apellido", Second: "Segundo apellido", RFC: "RFC", CURP: "CURP", Post: "Puesto", Grade: "Nivel",
	Unit: "Unidad de adscripción", Entry: "Fecha de ingreso", Exit: "Fecha de baja", Email: "Correo institucional",
	Duties: "Función principal", Phone: "Teléfono de oficina",
}

// Days of a spreadsheet that are numbers: from 1900 to 2100.
const (
	firstSerial = 1
	lastSerial  = 73_415
	since1904   = 1_462 // days between the two beginnings
)

// Day reads a day as payroll systems write it: as forms.ParseDate, with an hour
// after it that is passed over, as a number of a spreadsheet, or as eight digits.
func (t Table) Day(s string) (iso string, ok bool) {
	s = strings.TrimSpace(s)
	if v, err := strconv.ParseFloat(s, 64); err == nil {
		if len(s) == 8 && !strings.Contains(s, ".") {
			iso, err := forms.ParseDate(s[:4] + "-" + s[4:6] + "-" + s[6:])
			return iso, err == nil
		}
		n := int(v)
		if t.Since {
			n += since1904
		}
		if v != v || n < firstSerial || n > lastSerial {
			return "", false
		}
		return serial(n), true
	}
	for _, at := range []string{"T", " "} { // 2026-05-01T00:00:00, 01/05/2026 00:00
		if day, hour, cut := strings.Cut(s, at); cut && strings.Contains(hour, ":") && !strings.Contains(day, ":") {
			s = day
		}
	}
	iso, err := forms.ParseDate(s)
	return iso, err == nil
}
