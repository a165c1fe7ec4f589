package publish

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// Figures are the public amounts of one declaration: what the summary of its page
// and its line of the bulk file tell. They are sums of published items only, so
// that none of them has a private amount in it.
type Figures struct {
	Income   *Amount            // the declarant's own (A)
	Holdings map[string]Holding // by section key, of the sections that have a list
}

// Amount is a sum in whole units of one currency.
type Amount struct {
	Value    int64  `json:"valor"`
	Currency string `json:"moneda"` // ISO 4217
}

// Holding is what a section that collects items tells.
type Holding struct {
	None   bool     // the person declared nothing
	Count  int      // published items, without those that are gone
	Gone   int      // published items that are gone since the year before
	Value  []Amount // what the items cost, or what was first owed, by currency; pesos first
	Change []int    // percent that each balance moved
}

// Declared reports whether the section has an answer at all.
func (h Holding) Declared() bool { return h.None || h.Count > 0 || h.Gone > 0 }

// FiguresOf reads the figures of a public document ("declaracion"). It decodes
// only what it adds up, since the bulk file asks it of every declaration.
func FiguresOf(declaracion []byte) (Figures, error) {
	var doc halves
	if err := json.Unmarshal(declaracion, &doc); err != nil {
		return Figures{}, errors.Join(errShape, err)
	}
	return doc.figures(), nil
}

// figuresOfResult does the same with a whole result document.
func figuresOfResult(doc []byte) (Figures, error) {
	var r struct{ Declaracion halves }
	if err := json.Unmarshal(doc, &r); err != nil {
		return Figures{}, errors.Join(errShape, err)
	}
	return r.Declaracion.figures(), nil
}

// halves are the two halves of a document, by section key.
type halves struct{ SituacionPatrimonial, Interes map[string]section }

func (d halves) figures() Figures {
	out := Figures{Holdings: map[string]Holding{}}
	for _, half := range []map[string]section{d.SituacionPatrimonial, d.Interes} {
		for key, s := range half {
			if h := s.holding(); h.Declared() {
				out.Holdings[key] = h
			}
			if key == "ingresos" {
				out.Income = cmp.Or(s.IngresoMensualNetoDeclarante, s.IngresoAnualNetoDeclarante, s.IngresoConclusionNetoDeclarante)
			}
		}
	}
	return out
}

// section is what the figures need of any section of the standard: each has one of
// the lists, and the income one of the amounts.
type section struct {
	Ninguno bool

	IngresoMensualNetoDeclarante, IngresoAnualNetoDeclarante, IngresoConclusionNetoDeclarante *Amount

	BienInmueble, Vehiculo, BienMueble, Inversion, Adeudo, Prestamo       []item
	Participacion, Apoyo, Representacion, Cliente, Beneficio, Fideicomiso []item
}

type item struct {
	TipoOperacion                   string
	ValorAdquisicion, MontoOriginal *Amount
	PorcentajeIncrementoDecremento  *int
}

func (s section) holding() Holding {
	h := Holding{None: s.Ninguno}
	sums := map[string]int64{}
	for _, x := range slices.Concat(s.BienInmueble, s.Vehiculo, s.BienMueble, s.Inversion, s.Adeudo, s.Prestamo,
		s.Participacion, s.Apoyo, s.Representacion, s.Cliente, s.Beneficio, s.Fideicomiso) {
		if x.TipoOperacion == removed {
			h.Gone++
			continue
		}
		h.Count++
		if m := cmp.Or(x.ValorAdquisicion, x.MontoOriginal); m != nil {
			sums[m.Currency] += m.Value
		}
		if x.PorcentajeIncrementoDecremento != nil {
			h.Change = append(h.Change, *x.PorcentajeIncrementoDecremento)
		}
	}
	for currency, v := range sums {
		h.Value = append(h.Value, Amount{v, currency})
	}
	slices.SortFunc(h.Value, func(a, b Amount) int {
		return cmp.Or(cmp.Compare(rank(a.Currency), rank(b.Currency)), strings.Compare(a.Currency, b.Currency))
	})
	return h
}

const peso = "MXN"

func rank(currency string) int {
	if currency == peso {
		return 0
	}
	return 1
}
