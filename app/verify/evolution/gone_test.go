package evolution

import (
	"strings"
	"testing"
)

// TestGivenUp: what is given up leaves nothing, whatever balance stands in its row. The
// form asks for none, so an account that was closed without one is money that was there.
func TestGivenUp(t *testing.T) {
	const (
		twice = "inversiones.inversion: i1 i2\ninversiones.inversion.i1.tipoOperacion = SIN_CAMBIOS\n"
		other = "inversiones.inversion.i2."
		loan  = "adeudos.adeudo: i1\n"
	)
	before := pay + account + saved + "92000\n"
	for name, x := range map[string]struct {
		before, now, lines, notes string
		difference                int64
	}{
		"an account closed without a balance": {before, pay + "inversiones.inversion: i1\ninversiones.inversion.i1.tipoOperacion = BAJA\n",
			"from salary 602000 MXN, from withdrawal 92000 MXN", "settled", -694000},
		"in dollars": {before + "inversiones.inversion.i1.saldoDiciembreAnterior.moneda = USD", pay + "inversiones.inversion: i1\ninversiones.inversion.i1.tipoOperacion = BAJA\n",
			"from salary 602000 MXN, from withdrawal 92000 USD", "settled, unconverted", -602000},
		"a debt settled without a balance": {pay + loan + owed + "saldoInsolutoDiciembreAnterior = 61000", pay + loan + owed + "tipoOperacion = BAJA",
			"from salary 602000 MXN, to payment 61000 MXN", "settled", -541000},
		"an account opened and closed in the year": {before, pay + twice + saved + "92000\n" + other + "tipoOperacion = BAJA\n" + other + "saldoDiciembreAnterior = 500000\n",
			"from salary 602000 MXN", "settled", -602000},
		"a debt taken and settled in the year": {pay, pay + loan + owed + "tipoOperacion = BAJA\n" + owed + "montoOriginal = 200000\n" + owed + "saldoInsolutoDiciembreAnterior = 128000\n" + owed + "fechaAdquisicion = 2025-02-01",
			"from salary 602000 MXN, from credit 200000 MXN, to payment 200000 MXN", "settled", -602000},
	} {
		y := Over([]Statement{modification(2025, x.before), modification(2026, x.now)}, nil, nil)[1]
		if got := strings.Join(lines(y), ", "); got != x.lines {
			t.Errorf("%s: lines %s\nwant %s", name, got, x.lines)
		}
		if got := strings.Join(codes(y), ", "); got != x.notes {
			t.Errorf("%s: notes %s, want %s", name, got, x.notes)
		}
		if got := y.Sum(Peso).Difference; got != x.difference {
			t.Errorf("%s: difference %d, want %d", name, got, x.difference)
		}
	}
}

// TestYearOfEntry: the year of the entry has a modificación of its own, and its lack is
// said. Who left before May owed none.
func TestYearOfEntry(t *testing.T) {
	years := Over([]Statement{entry("2023-06-16", ""), modification(2025, pay)}, nil, nil)
	if len(years) != 2 || years[0].Name != 2023 || !years[0].Missing || years[1].Name != 2024 {
		t.Errorf("%+v", years)
	}
}
