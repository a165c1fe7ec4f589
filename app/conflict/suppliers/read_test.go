package suppliers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"declara/app/errs"
	"declara/app/table"
)

// said is a batch in a line a supplier.
func said(b Batch) string {
	var out []string
	for _, s := range b.Suppliers {
		line := s.RFC + " " + s.Name
		for _, r := range s.Related {
			line += " +" + r.Role[:1] + ":" + r.Name + r.RFC
		}
		for _, c := range s.Contracts {
			line += fmt.Sprintf(" [%s|%s|%d %s|%s|%s..%s|%s|%s|%s]", c.Number, c.Title, c.Amount, c.Currency, c.Signed, c.From, c.To, c.Unit, strings.Join(c.Officials, "+"), c.Method)
		}
		out = append(out, line)
	}
	for _, p := range b.Problems {
		out = append(out, "! "+strings.TrimPrefix(p.Key, "conflict.")+" "+strings.Join(p.Args, " "))
	}
	for _, p := range b.Notes {
		out = append(out, "? "+strings.TrimPrefix(p.Key, "conflict.")+" "+strings.Join(p.Args, " "))
	}
	return strings.Join(out, "\n")
}

func keyOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return strings.Join(append([]string{e.Key}, e.Args...), " ")
	}
	return ""
}

const head = "RFC,Proveedor,Representantes legales,Socios,Número de contrato,Objeto del contrato,Monto,Moneda,Fecha de firma,Fecha de inicio,Fecha de fin,Área contratante,Servidores públicos responsables,Procedimiento\n"

// TestTable: rows become suppliers, each once, and what is wrong is told by row and
// column, all of it at once.
func TestTable(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"whole", head + `COS980312AB1,"Constructora del Sureste, S.A. de C.V.",Ana Soto Ríos; Eva Paz,Raúl Ñandú,OP-1,Bacheo,"$1,234,567.89",,01/02/2026,2026-02-05,31/12/2026,Obras Públicas,Juan Pérez López,Licitación pública` + "\n",
			"COS980312AB1 Constructora del Sureste, S.A. de C.V. +r:Ana Soto Ríos +r:Eva Paz +s:Raúl Ñandú [OP-1|Bacheo|1234567 MXN|2026-02-01|2026-02-05..2026-12-31|Obras Públicas|Juan Pérez López|Licitación pública]"},
		{"two contracts of one", head + "COS980312AB3,Constructora,,,1,,,,,,,,,\nCOS980312AB3,CONSTRUCTORA SA DE CV,,,2,,,,,,,,,\n,Constructora,,,3,,,,,,,,,\n",
			"COS980312AB3 Constructora [1||0 MXN||..|||] [2||0 MXN||..|||] [3||0 MXN||..|||]\n? row.digit 2 A\n? row.digit 3 A"},
		{"the same row twice", head + ",Luna Nueva,,,1,x,5,,,,,,,\n,Luna Nueva,,,1,x,5,,,,,,,\n", " Luna Nueva [1|x|5 MXN||..|||]"},
		{"only names", "Nombre o razón social\nLuna Nueva\nSol Viejo\n", " Luna Nueva\n Sol Viejo"},
		{"generic RFC", head + "XAXX010101000,Luna Nueva,,,,,,,,,,,,\n", " Luna Nueva\n? row.generic 2 A"},
		{"dollars", head + ",Luna Nueva,,,1,,10,dólares,,,,,,\n", " Luna Nueva [1||10 USD||..|||]"},
		{"all that is wrong", head +
			"COS98,Luna,,,1,,mucho,pesetillas,31/02/2026,01/03/2026,01/02/2026,,,\n" +
			"COS980312AB1,,,,2,,,,,,,,,\n" +
			",=HYPERLINK(1),,,3,=1+1,-5,,,,,,,\n",
			"! row.rfc 2 A\n! row.amount 2 G\n! row.coin 2 H\n! row.day 2 I\n! row.order 2 K\n! row.noname 3 B\n! row.formula 4 B\n! row.formula 4 F\n! row.amount 4 G"},
		{"one RFC, two names", head + "COS980312AB1,Luna Nueva,,,1,,,,,,,,,\nCOS980312AB1,Ferretería El Clavo,,,2,,,,,,,,,\n",
			"! row.twice 3 A 2"},
		{"one number, two contents", head + ",Luna Nueva,,,1,a,5,,,,,,,\n,Luna Nueva,,,1,b,5,,,,,,,\n", "! row.contract 3 E 2"},
		{"letters that are not seen", head + ",Luna \u202eNueva,,,1,,,,,,,,,\n", "! row.letters 2 B 300"},
		{"a column of no name", "RFC,Monto\nCOS980312AB1,5\n", "conflict.file.columns"},
		{"another list", "a,b\n1,2\n", "conflict.file.columns"},
		{"open quote", head + ",\"Luna\n", "table.quote 2 B"},
	} {
		got, err := Read([]byte(c.in))
		text := said(got)
		if err != nil {
			text = keyOf(err)
		}
		if text != c.want {
			t.Errorf("%s:\n%s\nnot\n%s", c.name, text, c.want)
		}
	}
	latin, err := charmap.Windows1252.NewEncoder().String(head + ",Piñatas Ñandú,,,,,,,,,,,,\n")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Read([]byte(latin)); err != nil || got.Suppliers[0].Name != "Piñatas Ñandú" {
		t.Errorf("%+v %v", got, err)
	}
	book, err := table.WriteXLSX("x", [][]string{Template()[0], {"", "Luna Nueva", "", "", "1", "", "12.50", "", "46054"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Read(book); err != nil || said(got) != " Luna Nueva [1||12 MXN|2026-02-01|..|||]" {
		t.Errorf("%q %v", said(got), err)
	}
	many := strings.Repeat(",=1\n", 400)
	if got, err := Read([]byte("RFC,Proveedor\n" + many)); err != nil || len(got.Problems) != maxTold || got.More != 200 {
		t.Errorf("%d told and %d more, %v", len(got.Problems), got.More, err)
	}
}

const oneRelease = `{"ocid":"ocds-x-1","id":"1","date":"2026-02-01T10:00:00-06:00","tag":["contract"],
"buyer":{"id":"B","name":"Municipio de Valle Encinos"},
"parties":[{"id":"P1","name":"Constructora","identifier":{"scheme":"MX-RFC","id":"COS980312AB3","legalName":"Constructora del Sureste SA de CV"},"roles":["supplier"],"contactPoint":{"name":"Ana Soto Ríos"},"beneficialOwners":[{"name":"Raúl Ñandú"}]},
{"id":"U","name":"Obras Públicas","roles":["requestingUnit"],"contactPoint":{"name":"Juan Pérez López"}}],
"tender":{"title":"Calles","procurementMethod":"open","procurementMethodDetails":"Licitación pública"},
"awards":[{"id":"A1","title":"Bacheo","status":"active","date":"2026-01-20T00:00:00Z","suppliers":[{"id":"P1","name":"Constructora"}],"value":{"amount":100.75,"currency":"MXN"}}],
"contracts":[{"id":"OP-2026-1","awardID":"A1","status":"active","value":{"amount":"1234567.89","currency":"MXN"},"period":{"startDate":"2026-02-05T00:00:00Z","endDate":"2026-12-31T23:59:59Z"},"dateSigned":"2026-02-01T00:00:00-06:00"}]}`

const oneSaid = "COS980312AB3 Constructora del Sureste SA de CV +r:Ana Soto Ríos +s:Raúl Ñandú [OP-2026-1|Bacheo|1234567 MXN|2026-02-01|2026-02-05..2026-12-31|Obras Públicas|Juan Pérez López|Licitación pública]\n? release.digit 1 contracts[0].suppliers[0].id"

// TestOCDS: the same release comes out of a package, a record package, a list and a
// stream; later releases are later news; and what is wrong is told by release and field.
func TestOCDS(t *testing.T) {
	flat := func(s string) string {
		var b bytes.Buffer
		if err := json.Compact(&b, []byte(s)); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	one := flat(oneRelease)
	later := strings.Replace(strings.Replace(one, "2026-02-01T10", "2026-03-01T10", 1), "1234567.89", "5", 1)
	for _, c := range []struct{ name, in, want string }{
		{"a release", oneRelease, oneSaid},
		{"with a mark", "\xEF\xBB\xBF" + oneRelease, oneSaid},
		{"release package", `{"uri":"x","releases":[` + one + `],"publisher":{"name":"y"}}`, oneSaid},
		{"record package", `{"records":[{"ocid":"ocds-x-1","compiledRelease":` + one + `,"releases":[{"url":"x"}]}]}`, oneSaid},
		{"record without compiled release", `{"records":[{"ocid":"ocds-x-1","releases":[` + one + `]}]}`, oneSaid},
		{"list of packages", `[{"releases":[` + one + `]}]`, oneSaid},
		{"stream", "\n" + one + "\n" + `{"ocid":"ocds-x-2","tag":["planning"]}` + "\n", oneSaid},
		{"later release", `{"releases":[` + later + "," + one + `]}`, strings.Replace(oneSaid, "1234567 MXN", "5 MXN", 1) + "\n? release.digit 2 contracts[0].suppliers[0].id"},
		{"award alone", `{"ocid":"ocds-x-1","awards":[{"id":"1","status":"active","date":"2026-01-20","suppliers":[{"name":"Luna Nueva"}],"value":{"amount":7}}]}`,
			" Luna Nueva [ocds-x-1 1||7 MXN|2026-01-20|..|||]"},
		{"what was not awarded", `{"releases":[{"ocid":"o","awards":[{"id":"1","status":"cancelled","suppliers":[{"name":"Luna Nueva"}]}]},{"ocid":"p","awards":[{"id":"1","suppliers":[{"name":"Sol Viejo"}]}]}]}`,
			" Sol Viejo [p 1||0 ||..|||]"},
		{"all that is wrong", `{"releases":[{"ocid":"o","awards":[{"id":"1","date":"ayer","suppliers":[{"name":"Luna Nueva"}],"value":{"amount":-1,"currency":"moneditas"},"contractPeriod":{"startDate":"2026-03-01","endDate":"2026-02-01"}}]},
{"ocid":"p","awards":{"id":1}},{"ocid":"q","awards":[{"id":"2","suppliers":[{"id":"7"}]}]},{"ocid":"r","awards":[{"id":"3"}]}]}`,
			"! release.day 1 awards[0].date\n! release.amount 1 awards[0].value.amount\n! release.coin 1 awards[0].value.currency\n! release.order 1 awards[0].period.endDate\n! release.shape 2 awards\n! release.noname 3 awards[0].suppliers[0].name\n? release.nosupplier 4 awards[0]"},
		{"nothing contracted", `{"releases":[{"ocid":"o"}]}`, "conflict.file.none"},
		{"other JSON", `{"a":1}`, "conflict.file.standard"},
		{"numbers", `[1,2]`, "! release.shape 1 ?\n! release.shape 2 ?"},
		{"cut short", "{\"releases\":[\n" + one[:200], "conflict.file.broken 2"},
		{"broken", "{\"releases\":[\n\n{]}", "conflict.file.broken 3"},
		{"Latin letters", "{\"ocid\":\"\xf1\"}", "conflict.file.encoding"},
		{"a release too big", `{"releases":[{"ocid":"` + strings.Repeat("x", maxRelease) + `"}]}`, "conflict.file.release 1 2"},
		{"too many", `[` + strings.Repeat(`{"ocid":"o"},`, maxReleases) + `{}]`, "conflict.file.many 50000"},
		{"deep", strings.Repeat("[", 20_000), "conflict.file.broken 1"},
		{"deep within", `{"releases":[{"ocid":` + strings.Repeat(`{"a":`, 20_000), "conflict.file.broken 1"},
		{"big", string(make([]byte, MaxFile+1)), "conflict.file.big 11"},
	} {
		got, err := Read([]byte(c.in))
		text := said(got)
		if err != nil {
			text = keyOf(err)
		}
		if text != c.want {
			t.Errorf("%s:\n%.900s\nnot\n%s", c.name, text, c.want)
		}
	}
}

// sound holds a batch to its bounds.
func sound(t *testing.T, b Batch, err error) {
	t.Helper()
	if err != nil {
		if keyOf(err) == "" {
			t.Errorf("no sentence: %v", err)
		}
		return
	}
	if len(b.Problems) > maxTold || len(b.Notes) > maxTold || len(b.Problems) > 0 == (len(b.Suppliers) > 0) {
		t.Errorf("%d problems, %d notes, %d suppliers", len(b.Problems), len(b.Notes), len(b.Suppliers))
	}
	seen := map[string]bool{}
	for _, s := range b.Suppliers {
		if seen[Mark(s)] || s.Name == "" || !utf8.ValidString(s.Name) || utf8.RuneCountInString(s.Name) > maxName || len(s.Related) > maxPeople {
			t.Errorf("%+v", s)
		}
		seen[Mark(s)] = true
		of := map[string]bool{}
		for _, c := range s.Contracts {
			if of[ContractMark(c)] || c.Amount < 0 {
				t.Errorf("%+v", c)
			}
			of[ContractMark(c)] = true
		}
	}
	for _, p := range append(b.Problems, b.Notes...) {
		if len(p.Args) < 2 || p.Args[0] == "" {
			t.Errorf("%+v has no place", p)
		}
	}
}

func FuzzOCDS(f *testing.F) {
	f.Add([]byte(oneRelease))
	f.Add([]byte(`{"records":[{"compiledRelease":{"ocid":"a","awards":[{"suppliers":[{"name":"x y"}]}]}}]}`))
	f.Add([]byte(`[{"ocid":1,"parties":[{"id":"1","identifier":{"id":"COS980312AB1"}}],"contracts":[{"id":2,"suppliers":[{"id":1}]}]}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Read(append([]byte("{"), data...))
		sound(t, b, err)
		b, err = Read(data)
		sound(t, b, err)
	})
}

func FuzzTable(f *testing.F) {
	f.Add("COS980312AB1,Luna Nueva,a;b,c,1,o,5,,01/02/2026,,,u,r,m")
	f.Add("XAXX010101000,\"=1\",,,,,,-1")
	f.Fuzz(func(t *testing.T, rows string) {
		b, err := Read([]byte(head + rows))
		sound(t, b, err)
	})
}
