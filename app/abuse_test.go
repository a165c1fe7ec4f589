package app

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"declara/app/account"
	"declara/app/conflict"
	"declara/app/errs"
	"declara/app/table"
	"declara/forms/sample"
	"declara/i18n"
	"declara/storage"
)

// door is somewhere that lists come in: it takes a file as the office sends it, and tells
// in words what is wrong with it; nothing when it would be put in as it is.
type door struct {
	name string
	head []string
	rows func() [][]string // good ones
	id   int               // column of the RFC
	text int               // a column of free text
	take func(file []byte) []string
}

// doors are the lists of a municipality, over an installation that has nothing yet.
func doors(t *testing.T) []door {
	w := newWorld(t)
	words := i18n.Load().Printer(i18n.Spanish)
	head := storage.User{ID: "u1", Login: "eva", Name: "Eva", Roles: []storage.Role{storage.RoleComptroller}}
	w.update(t, func(tx *storage.Txn) error { return tx.PutUser(head) })
	say := func(err error) []string {
		e, ok := err.(*errs.Error)
		if !ok || e.Code != errs.Invalid {
			t.Errorf("no sentence: %v", err)
			return []string{"?"}
		}
		text := words.T(e.Key, anys(e.Args)...)
		if text == e.Key || text == "" {
			t.Errorf("%s has no words", e.Key)
		}
		return []string{text}
	}
	official := func(i int) []string {
		p := sample.Official(int64(900 + i))
		return []string{p.Given, p.First, p.Second, p.RFC, p.CURP, p.Post, p.Grade, p.Unit, "16/01/2020"}
	}
	return []door{
		{
			name: "roster", id: 3, text: 5,
			head: []string{"Nombre(s)", "Primer apellido", "Segundo apellido", "RFC", "CURP", "Puesto", "Nivel", "Unidad de adscripción", "Fecha de ingreso"},
			rows: func() [][]string { return [][]string{official(1), official(2), official(3)} },
			take: func(file []byte) (out []string) {
				ctx, a := t.Context(), w.app.accounts
				id, err := a.StageList(ctx, tenant, head.ID, file, false, "")
				if err != nil {
					return say(err)
				}
				defer func() {
					if err := a.ForgetList(ctx, tenant, head.ID, id); err != nil {
						t.Error(err)
					}
				}()
				l, err := a.List(ctx, tenant, id)
				if err != nil {
					t.Fatal(err)
				}
				if !l.Ready {
					return []string{"columns"}
				}
				for _, line := range l.Lines {
					for _, r := range line.Remarks {
						out = append(out, fmt.Sprintf("Renglón %d, columna %s: %s", line.Row, r.Column, words.T(r.Key, anys(r.Args)...)))
					}
					if line.Fate == account.FateWrong && line.In {
						t.Errorf("row %d is wrong and would be done", line.Row)
					}
				}
				return out
			},
		},
		{
			name: "suppliers", id: 0, text: 3,
			head: []string{"RFC", "Proveedor", "Número de contrato", "Objeto del contrato", "Monto", "Fecha de inicio", "Fecha de fin", "Área contratante"},
			rows: func() [][]string {
				return [][]string{
					{"COS980312AB1", "Constructora del Sureste SA de CV", "OP-1", "Bacheo", "100000", "2026-02-01", "2026-12-31", "Obras"},
					{"PAP010203AB7", "Papelería Ñandú SA de CV", "OP-2", "Papel", "5000", "2026-02-01", "2026-12-31", "Tesorería"},
					{"LIM040506CDA", "Limpieza Única SA de CV", "OP-3", "Limpieza", "7000", "2026-02-01", "2026-12-31", "Servicios"},
				}
			},
			take: func(file []byte) (out []string) {
				ctx, c := t.Context(), w.app.conflicts
				id, err := c.Stage(ctx, tenant, head, file, false)
				if err != nil {
					return say(err)
				}
				defer func() {
					if err := c.Forget(ctx, tenant, head, id); err != nil {
						t.Error(err)
					}
				}()
				l, err := c.Listed(ctx, tenant, head, id)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range append(l.Batch.Problems, l.Batch.Notes...) {
					out = append(out, words.T(p.Key, anys(p.Args)...))
				}
				if len(l.Batch.Problems) > 0 && l.Counts[conflict.FateNew] > 0 {
					t.Error("a list with faults would be put in")
				}
				return out
			},
		},
	}
}

func anys(list []string) (all []any) {
	for _, x := range list {
		all = append(all, x)
	}
	return all
}

// sheet is a workbook of one sheet, of rows as they are.
func sheet(t *testing.T, rows [][]string) []byte {
	b, err := table.WriteXLSX("Lista", rows)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// remade is a workbook with one part changed.
func remade(t *testing.T, book []byte, part string, change func([]byte) []byte) []byte {
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(in); err != nil {
			t.Fatal(err)
		}
		body := b.Bytes()
		if f.Name == part {
			body = change(body)
		}
		to, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// claims is a workbook whose directory says of every part that it has two gigabytes.
func claims(book []byte) []byte {
	out := bytes.Clone(book)
	for at := 0; ; {
		i := bytes.Index(out[at:], []byte("PK\x01\x02"))
		if i < 0 {
			return out
		}
		at += i
		binary.LittleEndian.PutUint32(out[at+24:], 2<<30)
		at += 4
	}
}

// TestAbuse sends each door what breaks, lies, swells or is written otherwise. What cannot
// be read is told in a sentence; what can but should not go in names row and column.
func TestAbuse(t *testing.T) {
	const part = "xl/worksheets/sheet1.xml"
	for _, d := range doors(t) {
		t.Run(d.name, func(t *testing.T) {
			good := append([][]string{d.head}, d.rows()...)
			csv := func(rows [][]string) []byte {
				var b strings.Builder
				for _, r := range rows {
					b.WriteString(strings.Join(r, ",") + "\r\n")
				}
				return []byte(b.String())
			}
			with := func(row, column int, text string) [][]string {
				out := [][]string{}
				for _, r := range good {
					out = append(out, append([]string{}, r...))
				}
				out[row][column] = text
				return out
			}
			coded := func(m *charmap.Charmap) []byte {
				b, err := m.NewEncoder().Bytes(csv(good))
				if err != nil {
					t.Fatal(err)
				}
				return b
			}
			var wide []byte
			for _, u := range utf16.Encode([]rune(string(csv(good)))) {
				wide = binary.LittleEndian.AppendUint16(wide, u)
			}
			book := sheet(t, good)
			broken := func(change func([]byte) []byte) []byte { return remade(t, book, part, change) }
			at := func(row, column int) string {
				return fmt.Sprintf("Renglón %d, columna %s", row, table.ColumnName(column))
			}
			second := good[2]
			for _, c := range []struct {
				name string
				file []byte
				want string // in what is told; "" is nothing to tell
			}{
				{"as it should be", csv(good), ""},
				{"a workbook as it should be", book, ""},
				{"UTF-16", append([]byte("\xFF\xFE"), wide...), ""},
				{"UTF-16 without a mark", wide, ""},
				{"Latin-1", coded(charmap.ISO8859_1), ""},
				{"Mac", coded(charmap.Macintosh), ""},
				{"DOS", coded(charmap.CodePage850), ""},
				{"semicolons and a title", []byte("Lista de la quincena;;;\n" + strings.ReplaceAll(string(csv(good)), ",", ";")), ""},

				{"nothing", nil, "no tiene renglones"},
				{"noise", bytes.Repeat([]byte{0xA7, 0x00, 0x13, 0x91}, 100), "No se entienden las letras"},
				{"half a workbook", book[:len(book)/2], "dañado"},
				{"a picture", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "no es una lista"},
				{"a page", []byte("%PDF-1.7\n%âãÏÓ"), "no es una lista"},
				{"an old workbook", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), ""}, // checked below
				{"a sheet that is cut", broken(func(b []byte) []byte { return b[:len(b)-40] }), "dañado"},
				{"entities", broken(func(b []byte) []byte {
					return []byte(`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><worksheet><sheetData><row r="1"><c r="A1"><v>&b;</v></c></row></sheetData></worksheet>`)
				}), "dañado"},
				{"a bomb", broken(func([]byte) []byte {
					return []byte("<worksheet><sheetData>" + strings.Repeat(" ", 60<<20) + "</sheetData></worksheet>")
				}), "crece demasiado"},
				{"a bomb of cells", broken(func([]byte) []byte {
					return []byte("<worksheet><sheetData>" + strings.Repeat("<row>"+strings.Repeat("<c><v>1</v></c>", 100)+"</row>", 30_000) + "</sheetData></worksheet>")
				}), "crece demasiado"},
				{"deep", broken(func([]byte) []byte { return []byte("<worksheet>" + strings.Repeat("<a>", 100_000)) }), "dañado"},
				{"two gigabytes, it says", claims(book), "crece demasiado"},
				{"a formula that failed", broken(func(b []byte) []byte {
					return bytes.Replace(b, []byte(`<c r="B3" t="inlineStr">`), []byte(`<c r="B3" t="e"><v>#REF!</v></c><c r="C3" t="inlineStr">`), 1)
				}), "Renglón 3, columna B"},
				{"quotes that do not close", []byte(strings.Replace(string(csv(good)), second[1], `"`+second[1], 1)), "Renglón 3, columna B"},
				{"a cell without end", csv(with(2, d.text, strings.Repeat("x", 5_000))), at(3, d.text)},
				{"too many columns", csv(with(2, d.text, strings.Repeat("x,", 300))), "renglón 3"},
				{"too many rows", bytes.Repeat(csv(good[1:2]), 21_000), "renglones"},
				{"no RFC", csv(with(2, d.id, "NO ES UN RFC")), at(3, d.id)},
				{"the same RFC twice", csv(with(2, d.id, good[1][d.id])), "columna " + table.ColumnName(d.id)},
				{"a letter that was lost", csv(with(2, 1, "Mu\uFFFDoz")), at(3, 1)},
			} {
				told := strings.Join(d.take(c.file), "\n")
				if c.name == "an old workbook" {
					c.want = ".xls"
				}
				if c.want == "" && told != "" || !strings.Contains(told, c.want) {
					t.Errorf("%s: %q is not told: %.400q", c.name, c.want, told)
				}
			}
			for _, formula := range []string{"=HYPERLINK(\"http://x\";\"a\")", "+1+1", "-2", "@SUM(A1)", "\t=1"} {
				told := strings.Join(d.take(sheet(t, with(2, d.text, formula))), "\n")
				if strings.Contains(told, "?") {
					t.Errorf("%q stops the list: %s", formula, told)
				}
			}
		})
	}
}
