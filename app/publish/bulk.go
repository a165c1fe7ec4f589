package publish

import (
	"cmp"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"declara/app/table"
	"declara/forms"
)

// Column is one column of the bulk file.
type Column struct {
	Name string
	of   func(line) string
}

// line is what the columns are read from.
type line struct {
	Published
	head
	Figures
	page string
}

// Columns of the bulk file, in order; the page that explains it has a sentence for
// each name. Amounts have neither separators nor decimals; days are yyyy-mm-dd in
// the institution's zone; an empty cell means that nothing was published.
func Columns() []Column { return columns }

var columns = append([]Column{
	{"id", func(l line) string { return l.ID }},
	{"persona", func(l line) string { return l.Person }},
	{"nombre", func(l line) string { return l.Given }},
	{"primerApellido", func(l line) string { return l.First }},
	{"segundoApellido", func(l line) string { return l.Second }},
	{"empleoCargoComision", func(l line) string { return l.Post }},
	{"areaAdscripcion", func(l line) string { return l.Unit }},
	{"nombreEntePublico", func(l line) string { return l.Body }},
	{"tipo", func(l line) string { return l.Type.String() }},
	{"formato", func(l line) string { return strings.ToUpper(l.Level.Slug()) }},
	{"anio", func(l line) string { return strconv.Itoa(l.Year) }},
	{"fechaPresentacion", func(l line) string { return Day(l.Filed, l.Zone) }},
	{"actualizacionIntereses", func(l line) string { return yes(l.Interest) }},
	{"ingresoNeto", func(l line) string { return l.income(func(a Amount) string { return strconv.FormatInt(a.Value, 10) }) }},
	{"ingresoNetoMoneda", func(l line) string { return l.income(func(a Amount) string { return a.Currency }) }},
	{"ingresoNetoPeriodo", func(l line) string { return l.income(func(Amount) string { return periods[l.Type] }) }},
}, holdings()...)

// periods are what the income of each type is of.
var periods = map[forms.Type]string{forms.Inicial: "MENSUAL", forms.Modificacion: "ANUAL", forms.Conclusion: "AÑO EN CURSO"}

// counted are the sections with a count of items, and whether these have a value.
var counted = []struct {
	key   string
	value string
}{
	{"bienesInmuebles", "valorAdquisicion"}, {"vehiculos", "valorAdquisicion"}, {"bienesMuebles", "valorAdquisicion"},
	{"inversiones", ""}, {"adeudos", "montoOriginal"}, {"prestamoOComodato", ""},
	{"participacion", ""}, {"participacionTomaDecisiones", ""}, {"apoyos", ""}, {"representacion", ""},
	{"clientesPrincipales", ""}, {"beneficiosPrivados", ""}, {"fideicomisos", ""},
}

func holdings() []Column {
	var out []Column
	for _, c := range counted {
		out = append(out, Column{c.key, func(l line) string {
			if h := l.Holdings[c.key]; h.Declared() {
				return strconv.Itoa(h.Count)
			}
			return ""
		}})
		if c.value == "" {
			continue
		}
		out = append(out,
			Column{c.key + "." + c.value, func(l line) string { return sums(l.Holdings[c.key].Value, true) }},
			Column{c.key + ".otrasMonedas", func(l line) string { return sums(l.Holdings[c.key].Value, false) }})
	}
	return append(out,
		Column{"sha256", func(l line) string { return l.Hash }},
		Column{"pagina", func(l line) string { return l.page }})
}

// sums writes the sum in pesos as a bare number, or those in other currencies with
// their code.
func sums(all []Amount, pesos bool) string {
	var out []string
	for _, v := range all {
		switch s := strconv.FormatInt(v.Value, 10); {
		case pesos && v.Currency == peso:
			return s
		case !pesos && v.Currency != peso:
			out = append(out, s+" "+v.Currency)
		}
	}
	return strings.Join(out, " + ")
}

func (l line) income(of func(Amount) string) string {
	if l.Income == nil {
		return ""
	}
	return of(*l.Income)
}

func yes(b bool) string {
	if b {
		return "SI"
	}
	return "NO"
}

// Day is the calendar day of an instant in a zone, yyyy-mm-dd; in UTC when the
// zone is not known.
func Day(t time.Time, zone string) string {
	loc, err := time.LoadLocation(cmp.Or(zone, "UTC"))
	if err != nil {
		loc = time.UTC
	}
	return t.In(loc).Format(time.DateOnly)
}

// Table writes published declarations as CSV: UTF-8 with a byte order mark, so that
// spreadsheets read the accents; commas; one line a declaration.
type Table struct {
	w    *csv.Writer
	base string
	row  []string
}

// NewTable begins a table. base is the address of the installation, without a
// slash at the end.
func NewTable(w io.Writer, base string) (*Table, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	t := &Table{w: csv.NewWriter(w), base: base, row: make([]string, len(columns))}
	t.w.UseCRLF = true
	for i, c := range columns {
		t.row[i] = c.Name
	}
	return t, t.w.Write(t.row)
}

// Add writes one declaration. A document that cannot be read is an error: what was
// published once must stay readable.
func (t *Table) Add(p Published) error {
	l := line{Published: p, page: t.base + "/publico/declaraciones/" + p.ID}
	var err error
	if l.head, err = readHead(p.Doc); err != nil {
		return err
	}
	if l.Figures, err = figuresOfResult(p.Doc); err != nil {
		return err
	}
	for i, c := range columns {
		t.row[i] = cell(c.of(l))
	}
	return t.w.Write(t.row)
}

// Flush sends what is buffered.
func (t *Table) Flush() error {
	t.w.Flush()
	return t.w.Error()
}

// cell makes a text safe to open in a spreadsheet: one line, and nothing that would be
// run as a formula (CWE-1236).
func cell(s string) string { return table.Safe(strings.Join(strings.Fields(s), " ")) }
