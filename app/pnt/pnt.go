// Package pnt fills in the template of the Plataforma Nacional de Transparencia for the
// public versions of declarations (LGTAIP 2015, article 70 XII, and its heirs in the law
// of 2025 and in those of the states). The template is the one that the public body
// downloads: its rows above the data, its hidden lists and its validations stay as they
// are, and columns are known by their heading, since their order and number changed over
// the years and differ between states.
//
// What goes in is what is public already: of the published documents, who, in which post,
// which declaration, and where it can be read. A declaration under reserve has none. The
// sex of a person, which newer templates ask, is not among what we publish, and is left to
// who knows it, as is every column that is not known; both are told.
package pnt

import (
	"context"
	"strconv"
	"strings"
	"time"

	"declara/app/errs"
	"declara/app/table"
	"declara/forms"
	"declara/storage"
)

// column is what a column of the template asks.
type column uint8

const (
	none column = iota
	year
	from
	to
	member
	grade
	post
	charge
	unit
	given
	first
	second
	kind
	link
	area
	checked
	updated
	note
)

// known are the headings, folded, in the order in which they are tried: the first that
// a heading has within it.
var known = []struct {
	words string
	is    column
}{
	{"tipo de integrante", member},
	{"clave o nivel", grade},
	{"denominacion del puesto", post},
	{"denominacion de puesto", post},
	{"denominacion del cargo", charge},
	{"area de adscripcion", unit},
	{"area o unidad administrativa de adscripcion", unit},
	{"primer apellido", first},
	{"segundo apellido", second},
	{"modalidad de la declaracion", kind},
	{"hipervinculo", link},
	{"responsable s que genera", area},
	{"areas responsables que generan", area},
	{"fecha de validacion", checked},
	{"fecha de actualizacion", updated},
	{"fecha de inicio del periodo", from},
	{"fecha de termino del periodo", to},
	{"nombre s", given},
	{"nombres", given},
	{"ejercicio", year},
	{"nota", note},
}

// read is what a heading asks. Newer templates write before it since when it is asked,
// with an arrow.
func read(heading string) column {
	if i := strings.LastIndex(heading, "->"); i >= 0 {
		heading = heading[i+2:]
	}
	text := table.Fold(heading)
	for _, k := range known {
		if text == k.words || len(k.words) > 9 && strings.Contains(text, k.words) || strings.HasPrefix(text, k.words+" ") {
			return k.is
		}
	}
	return none
}

// Ask is what the office wants.
type Ask struct {
	Template []byte
	From, To string // yyyy-mm-dd
	Area     string // that answers for what is published
	Member   string // tipo de integrante of everybody
	Base     string // address of the site
}

// Filled is the template with what was asked.
type Filled struct {
	File     []byte
	Kind     string   // table.CSV or table.XLSX
	Known    []string // headings that were filled in
	Unknown  []string // headings that were not
	Rows     int
	NoMember bool // the list of the template has no such tipo de integrante
}

// What can be wrong with a template.
var (
	errHeadings = errs.New(errs.Invalid, "pnt.error.headings")
	errNoLink   = errs.New(errs.Invalid, "pnt.error.link")
	errPeriod   = errs.New(errs.Invalid, "pnt.error.period")
)

// leastKnown is how many headings make a row that of the headings.
const leastKnown = 5

// Service fills templates in.
type Service struct{ db *storage.DB }

// New makes the service.
func New(db *storage.DB) *Service { return &Service{db} }

// Fill fills a template in.
func (s *Service) Fill(ctx context.Context, tenant string, a Ask) (Filled, error) {
	if a.From == "" || a.To < a.From {
		return Filled{}, errPeriod
	}
	t, err := table.ReadTemplate(a.Template)
	if err != nil {
		return Filled{}, err
	}
	head, columns := headings(t)
	if head < 0 {
		return Filled{}, errHeadings
	}
	out := Filled{Kind: t.Kind}
	asked := map[column]bool{}
	for i, c := range columns {
		if cell := t.Rows[head].Cell(i); c != none {
			out.Known = append(out.Known, cell)
			asked[c] = true
		} else if cell != "" {
			out.Unknown = append(out.Unknown, cell)
		}
	}
	if !asked[link] {
		return Filled{}, errNoLink
	}
	if head+1 < len(t.Rows) {
		return Filled{}, errs.New(errs.Invalid, "pnt.error.filled", strconv.Itoa(t.Rows[head+1].Number))
	}
	if a.Member != "" && asked[member] {
		var found bool
		if a.Member, found = spelled(t.Texts, a.Member); !found && len(t.Texts) > 0 {
			out.NoMember = true
		}
	}
	rows, err := s.rows(ctx, tenant, a, t.Texts, columns)
	if err != nil {
		return Filled{}, err
	}
	if out.Rows = len(rows); out.Rows == 0 {
		return out, nil
	}
	out.File, err = t.Fill(t.Rows[head].Number, rows)
	return out, err
}

// headings finds the row of the headings and what its columns ask. Each is asked once:
// where two could be the same, the later stays unknown, unless it is the same heading
// for another time.
func headings(t table.Template) (head int, columns []column) {
	head, most := -1, leastKnown-1
	for i, row := range t.Rows[:min(20, len(t.Rows))] {
		all := make([]column, len(row.Cells))
		seen := map[column]bool{}
		n := 0
		for j, cell := range row.Cells {
			c := read(cell)
			if c == none || seen[c] && c != member {
				continue
			}
			all[j], seen[c] = c, true
			n++
		}
		if n > most {
			head, columns, most = i, all, n
		}
	}
	return head, columns
}

// spelled is a text as a list of the template has it.
func spelled(texts []string, s string) (string, bool) {
	want := table.Fold(s)
	for _, x := range texts {
		if table.Fold(x) == want {
			return x, true
		}
	}
	return s, false
}

// kinds are the names of the types in the lists of templates, by the commonest first.
var kinds = map[forms.Type][]string{
	forms.Inicial: {"Inicio", "Inicial"}, forms.Modificacion: {"Modificación"}, forms.Conclusion: {"Conclusión"},
}

func kindOf(texts []string, t forms.Type) string {
	for _, k := range kinds[t] {
		if s, ok := spelled(texts, k); ok {
			return s
		}
	}
	return kinds[t][0]
}

func (s *Service) rows(ctx context.Context, tenant string, a Ask, texts []string, columns []column) (rows [][]string, err error) {
	err = s.db.View(ctx, tenant, func(tx *storage.Txn) error {
		rows = nil
		inst, err := tx.Institution()
		if err != nil {
			return err
		}
		zone, err := inst.Location()
		if err != nil {
			return err
		}
		filings := map[string]storage.Filing{}
		var ids []string
		if err := tx.Filings(func(f storage.Filing) error {
			if day := f.Filed.In(zone).Format(time.DateOnly); !f.Reserved && a.From <= day && day <= a.To {
				filings[f.ID] = f
				ids = append(ids, f.ID)
			}
			return nil
		}); err != nil {
			return err
		}
		return tx.PublicDocuments(ids, func(i int, doc []byte) error {
			if doc == nil {
				return nil
			}
			_, _, d, err := forms.ParseResult(doc)
			if err != nil {
				return err
			}
			answers, err := forms.Parse(d.Form, d.JSON)
			if err != nil {
				return err
			}
			f := filings[ids[i]]
			row := make([]string, len(columns))
			for j, c := range columns {
				row[j] = cellOf(c, a, texts, f, answers, zone)
			}
			rows = append(rows, row)
			return nil
		})
	})
	return rows, err
}

// day as the templates have it.
func day(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return t.Format("02/01/2006")
}

func cellOf(c column, a Ask, texts []string, f storage.Filing, answers forms.Answers, zone *time.Location) string {
	get := func(p forms.Path) string { return strings.Join(strings.Fields(answers.Get(p)), " ") }
	switch c {
	case year:
		return a.From[:4]
	case from:
		return day(a.From)
	case to, updated:
		return day(a.To)
	case checked:
		return f.Filed.In(zone).Format("02/01/2006")
	case member:
		return a.Member
	case grade:
		return get("datosEmpleoCargoComision.nivelEmpleoCargoComision")
	case post, charge:
		return get("datosEmpleoCargoComision.empleoCargoComision")
	case unit:
		return get("datosEmpleoCargoComision.areaAdscripcion")
	case given:
		return get("datosGenerales.nombre")
	case first:
		return get("datosGenerales.primerApellido")
	case second:
		return get("datosGenerales.segundoApellido")
	case kind:
		return kindOf(texts, f.Type)
	case link:
		return a.Base + "/publico/declaraciones/" + f.ID
	case area:
		return a.Area
	}
	return ""
}
