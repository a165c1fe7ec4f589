package suppliers

import (
	"errors"
	"strconv"

	"declara/app/errs"
	"declara/app/table"
	"declara/forms"
	"declara/storage"
)

// What a row may say.
const (
	rfcOf    table.Field = "rfc"
	nameOf   table.Field = "proveedor"
	repsOf   table.Field = "representantes"
	ownersOf table.Field = "socios"
	number   table.Field = "contrato"
	title    table.Field = "objeto"
	amount   table.Field = "monto"
	currency table.Field = "moneda"
	signed   table.Field = "firma"
	begins   table.Field = "inicio"
	ends     table.Field = "fin"
	unit     table.Field = "area"
	official table.Field = "responsables"
	method   table.Field = "procedimiento"
)

var order = []table.Field{rfcOf, nameOf, repsOf, ownersOf, number, title, amount, currency, signed, begins, ends, unit, official, method}

// titles are what the template writes above the columns.
var titles = map[table.Field]string{
	rfcOf: "RFC", nameOf: "Proveedor", repsOf: "Representantes legales", ownersOf: "Socios", number: "Número de contrato", title: "Objeto del contrato",
	amount: "Monto", currency: "Moneda", signed: "Fecha de firma", begins: "Fecha de inicio", ends: "Fecha de fin", unit: "Área contratante",
	official: "Servidores públicos responsables", method: "Procedimiento",
}

// headings are what purchasing systems write above the columns, folded.
var headings = table.Headings{
	rfcOf:    {"rfc", "r f c", "rfc del proveedor", "rfc proveedor", "rfc del contratista", "clave rfc", "registro federal de contribuyentes", "rfc con homoclave", "rfc de la persona fisica o moral"},
	nameOf:   {"proveedor", "nombre o razon social", "razon social", "denominacion o razon social", "nombre del proveedor", "proveedor o contratista", "proveedor contratista", "contratista", "nombre o razon social del adjudicado", "razon social del adjudicado", "nombre", "supplier"},
	repsOf:   {"representantes legales", "representante legal", "representante", "representantes", "apoderado legal", "apoderado"},
	ownersOf: {"socios", "socio", "accionistas", "socios o accionistas", "beneficiario controlador", "beneficiarios controladores"},
	number:   {"numero de contrato", "no de contrato", "num de contrato", "num contrato", "no contrato", "contrato", "numero que identifique al contrato", "codigo del contrato", "folio del contrato", "numero de pedido", "pedido", "numero de contrato pedido"},
	title:    {"objeto del contrato", "objeto", "descripcion del contrato", "titulo del contrato", "descripcion", "concepto", "descripcion de las obras bienes o servicios"},
	amount:   {"monto", "importe", "monto del contrato", "importe del contrato", "monto total", "importe total", "monto total del contrato con impuestos incluidos", "monto del contrato con impuestos incluidos"},
	currency: {"moneda", "tipo de moneda"},
	signed:   {"fecha de firma", "fecha del contrato", "fecha de contrato", "fecha contrato", "fecha de formalizacion", "fecha"},
	begins:   {"fecha de inicio", "fecha inicio", "inicio", "inicio de vigencia", "fecha de inicio del contrato", "fecha de inicio de la vigencia del contrato", "vigencia inicio"},
	ends:     {"fecha de fin", "fecha de termino", "fecha fin", "fecha termino", "fin", "termino", "fin de vigencia", "fecha de termino del contrato", "fecha de termino de la vigencia del contrato", "vigencia fin"},
	unit:     {"area contratante", "unidad contratante", "area requirente", "area solicitante", "unidad compradora", "area", "unidad", "area s contratante s", "area s solicitante s"},
	official: {"servidores publicos responsables", "servidor publico responsable", "responsable", "responsables", "responsable del contrato", "administrador del contrato", "nombre del servidor publico responsable"},
	method:   {"procedimiento", "tipo de procedimiento", "procedimiento de contratacion", "tipo de contratacion", "modalidad"},
}

// table reads a CSV or XLSX: a row a contract.
func (b *builder) table(data []byte) error {
	t, err := table.Read(data)
	if err != nil {
		return err
	}
	b.kind = t.Kind
	head, columns := headings.Match(t, 1)
	if head < 0 || columns.At(nameOf) < 0 {
		return errs.New(errs.Invalid, "conflict.file.columns")
	}
	for _, row := range t.Rows[head+1:] {
		b.rows++
		r := reading{b: b, t: t, row: row, columns: columns}
		r.read()
	}
	return nil
}

// reading is a row that is being read.
type reading struct {
	b       *builder
	t       table.Table
	row     table.Row
	columns table.Columns
	bad     bool
}

func (r *reading) cell(f table.Field) string { return r.row.Cell(r.columns.At(f)) }

func (r *reading) at(f table.Field) place {
	column := max(r.columns.At(f), 0)
	return place{strconv.Itoa(r.row.Number), table.ColumnName(column)}
}

func (r *reading) wrong(key string, f table.Field, args ...string) {
	r.bad = true
	r.b.problem(key, r.at(f), args...)
}

// text is a cell as it is kept.
func (r *reading) text(f table.Field, most int) string {
	s, clean := tidy(r.cell(f), most)
	switch {
	case formula(s):
		r.wrong("formula", f)
	case !clean:
		r.wrong("letters", f, strconv.Itoa(most))
	}
	return s
}

func (r *reading) day(f table.Field) string {
	s := r.cell(f)
	if s == "" {
		return ""
	}
	iso, ok := r.t.Day(s)
	if !ok {
		r.wrong("day", f)
	}
	return iso
}

func (r *reading) money() int64 {
	s := r.cell(amount)
	if s == "" {
		return 0
	}
	n, ok := pesos(s)
	if !ok {
		r.wrong("amount", amount)
	}
	return n
}

// pesos is an amount without its cents.
func pesos(s string) (int64, bool) {
	n, err := forms.ParseMoney(s)
	if v, is := errors.AsType[*forms.ValueError](err); is && v.Code == forms.CodeMoneyCents {
		n, err = forms.ParseMoney(v.Arg)
	}
	return n, err == nil
}

func (r *reading) read() {
	i, ok := r.b.supplier(r.cell(rfcOf), r.cell(nameOf), r.at(rfcOf), r.at(nameOf))
	c := storage.Contract{
		Number: r.text(number, maxShort), Title: r.text(title, maxTitle), Amount: r.money(), Currency: r.coin(), Signed: r.day(signed), From: r.day(begins), To: r.day(ends),
		Unit: r.text(unit, maxShort), Method: r.text(method, maxShort),
	}
	if c.From != "" && c.To != "" && c.To < c.From {
		r.wrong("order", ends)
	}
	for _, name := range several(r.cell(official)) {
		if name, clean := tidy(name, maxName); clean && name != "" && !formula(name) && len(c.Officials) < maxPeople {
			c.Officials = append(c.Officials, name)
		} else if name != "" {
			r.wrong("letters", official, strconv.Itoa(maxName))
		}
	}
	if !ok || r.bad {
		return
	}
	for _, name := range several(r.cell(repsOf)) {
		r.b.related(i, storage.Representative, name, "", r.at(repsOf))
	}
	for _, name := range several(r.cell(ownersOf)) {
		r.b.related(i, storage.Partner, name, "", r.at(ownersOf))
	}
	if c.Number != "" || c.Title != "" || c.Amount > 0 || c.Signed != "" || c.From != "" {
		r.b.contract(i, c, r.at(number))
	}
}

// coin is the currency, pesos where none is said.
func (r *reading) coin() string {
	s := r.text(currency, 40)
	if code, ok := coin(s); ok {
		return code
	}
	r.wrong("coin", currency)
	return ""
}

// coin is a currency as people write it.
func coin(s string) (string, bool) {
	switch table.Fold(s) {
	case "", "mxn", "pesos", "peso", "peso mexicano", "pesos mexicanos", "mn", "m n", "moneda nacional", "mxp":
		return "MXN", true
	case "usd", "dolares", "dolar", "dolar americano", "dolares americanos", "dls":
		return "USD", true
	case "eur", "euro", "euros":
		return "EUR", true
	}
	if len(s) != 3 {
		return "", false
	}
	out := []byte(s)
	for i, c := range out {
		if c >= 'a' && c <= 'z' {
			out[i] = c - 'a' + 'A'
		} else if c < 'A' || c > 'Z' {
			return "", false
		}
	}
	return string(out), true
}
