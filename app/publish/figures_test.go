package publish

import (
	"fmt"
	"testing"
)

// TestFiguresOfCurrencies: each currency has a sum of its own, pesos first; what is
// gone is counted apart and adds nothing.
func TestFiguresOfCurrencies(t *testing.T) {
	f, err := FiguresOf([]byte(`{"situacionPatrimonial":{
		"ingresos":{"ingresoAnualNetoDeclarante":{"valor":602000,"moneda":"MXN"},"ingresoAnualNetoParejaDependiente":{"valor":1,"moneda":"MXN"}},
		"vehiculos":{"ninguno":false,"vehiculo":[
			{"tipoOperacion":"AGREGAR","valorAdquisicion":{"valor":9000,"moneda":"USD"}},
			{"tipoOperacion":"SIN_CAMBIOS","valorAdquisicion":{"valor":310000,"moneda":"MXN"}},
			{"tipoOperacion":"SIN_CAMBIOS","valorAdquisicion":{"valor":500,"moneda":"EUR"}},
			{"tipoOperacion":"BAJA","valorAdquisicion":{"valor":80000,"moneda":"MXN"}},
			{"tipoOperacion":"AGREGAR","valorAdquisicion":{"valor":1000,"moneda":"USD"}}]},
		"adeudos":{"ninguno":false,"adeudo":[
			{"tipoOperacion":"MODIFICAR","montoOriginal":{"valor":128000,"moneda":"MXN"},"porcentajeIncrementoDecremento":100},
			{"tipoOperacion":"SIN_CAMBIOS","montoOriginal":{"valor":1000,"moneda":"MXN"},"porcentajeIncrementoDecremento":-4}]},
		"bienesMuebles":{"ninguno":true,"bienMueble":[]}},"interes":{"participacion":{"ninguno":false,"participacion":[]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if *f.Income != (Amount{602000, "MXN"}) {
		t.Errorf("income %v", *f.Income)
	}
	for key, want := range map[string]string{
		"vehiculos":     "{false 4 1 [{310000 MXN} {500 EUR} {10000 USD}] []}",
		"adeudos":       "{false 2 0 [{129000 MXN}] [100 -4]}",
		"bienesMuebles": "{true 0 0 [] []}",
		"participacion": "{false 0 0 [] []}",
	} {
		if got := fmt.Sprint(f.Holdings[key]); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
	v := f.Holdings["vehiculos"].Value
	if sums(v, true) != "310000" || sums(v, false) != "500 EUR + 10000 USD" {
		t.Errorf("in the table: %q and %q", sums(v, true), sums(v, false))
	}
	r := reading{w: plain{}, figures: f}
	if got, _ := (reading{w: plain{}, figures: f, update: true}).holds("adeudos", f.Holdings["adeudos"]); got != "2" {
		t.Errorf("an update of interests tells of balances: %q", got)
	}
	for key, want := range map[string]string{
		"vehiculos":     "public.summary.bought 4 310000 MXN + 500 EUR + 10000 USD",
		"adeudos":       "public.summary.balance 2 public.summary.moved public.balance.most, public.balance.down 4",
		"bienesMuebles": "public.summary.none",
		"participacion": "public.summary.hidden",
	} {
		if got, _ := r.holds(key, f.Holdings[key]); got != want {
			t.Errorf("%s is told as %q, want %q", key, got, want)
		}
	}
}

func TestBalances(t *testing.T) {
	r := reading{w: plain{}}
	for _, c := range []struct {
		moves []int
		want  string
	}{
		{[]int{-4}, "public.summary.moved public.balance.down 4"},
		{[]int{0}, "public.summary.moved public.balance.same"},
		{[]int{7, 100}, "public.summary.moved public.balance.up 7, public.balance.most"},
		{[]int{1, 2, -3, 0}, "public.summary.counted 2 1"},
	} {
		if got := r.balances(c.moves); got != c.want {
			t.Errorf("%v: %q, want %q", c.moves, got, c.want)
		}
	}
}

func TestFiguresOfNoise(t *testing.T) {
	for _, no := range []string{"", "[", "[]", `{"situacionPatrimonial":[]}`, `{"situacionPatrimonial":{"ingresos":{"ingresoAnualNetoDeclarante":"x"}}}`} {
		if _, err := FiguresOf([]byte(no)); err == nil {
			t.Errorf("%q has figures", no)
		}
	}
}

func TestPlace(t *testing.T) {
	for _, c := range []struct{ post, unit, want string }{
		{"Director de Obras Públicas", "Obras Públicas", ""},
		{"DIRECTOR DE OBRAS PUBLICAS", "Obras Públicas", ""},
		{"Jefa de Departamento", "Tesorería", "Tesorería"},
		{"Analista de Obras", "Obras Públicas", "Obras Públicas"},
		{"Cajera", "", ""},
	} {
		if got := (Entry{Post: c.post, Unit: c.unit}).Place(); got != c.want {
			t.Errorf("%q in %q: %q, want %q", c.post, c.unit, got, c.want)
		}
	}
}

func TestWarm(t *testing.T) {
	w := newWorld(t)
	id := w.file(w.person(1), 1, 1, false)
	w.must(w.s.Warm(t.Context(), "1"))
	town := w.s.town("1")
	if _, ok := town.index.byID[id]; !ok || len(town.leaves.ids) != 2 {
		t.Errorf("index %v, %d hashes", town.index.byID, len(town.leaves.ids))
	}
}
