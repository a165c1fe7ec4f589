// Package payroll knows the lists of people that payroll systems write: what their
// columns are called and which the roster needs. Package table reads them; package
// account compares.
package payroll

import "declara/app/table"

// Field is something that the roster wants to know of a person.
type Field = table.Field

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
var headings = table.Headings{
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

// Missing are the needed fields that have no column.
func Missing(c table.Columns) []Field { return c.Lacking(Needed) }

// Match finds the heading of a list and its columns; -1 when nothing looks like one.
func Match(t table.Table) (head int, c table.Columns) { return headings.Match(t, 3) }

// Heading is what the template writes above the column of a field.
func Heading(f Field) string { return templateHeadings[f] }

var templateHeadings = map[Field]string{
	Given: "Nombre(s)", First: "Primer apellido", Second: "Segundo apellido", RFC: "RFC", CURP: "CURP", Post: "Puesto", Grade: "Nivel",
	Unit: "Unidad de adscripción", Entry: "Fecha de ingreso", Exit: "Fecha de baja", Email: "Correo institucional",
	Duties: "Función principal", Phone: "Teléfono de oficina",
}

// Template is the heading that is read without asking. It has no example: one that
// somebody forgets to delete would be put on the roster.
func Template() [][]string {
	head := make([]string, len(Fields))
	for i, f := range Fields {
		head[i] = Heading(f)
	}
	return [][]string{head}
}
