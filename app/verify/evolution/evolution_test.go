package evolution

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"declara/forms"
)

// says makes answers of lines "path = value"; a line "list: id id" is a list.
func says(text string) forms.Answers {
	a := forms.Answers{}
	for _, l := range strings.Split(text, "\n") {
		if list, ids, ok := strings.Cut(strings.TrimSpace(l), ": "); ok {
			a[forms.Path(list)] = strings.Fields(ids)
		} else if p, v, ok := strings.Cut(strings.TrimSpace(l), " = "); ok {
			a[forms.Path(p)] = strings.Split(v, "|")
		}
	}
	return a
}

func modification(year int, text string) Statement {
	return Statement{ID: fmt.Sprint("m", year), Type: forms.Modificacion, Year: year, Form: forms.Lookup(forms.Modificacion, forms.Full), Answers: says(text)}
}

func entry(day, text string) Statement {
	y, _ := strconv.Atoi(day[:4])
	return Statement{ID: "i", Type: forms.Inicial, Year: y, Event: day, Form: forms.Lookup(forms.Inicial, forms.Full), Answers: says(text)}
}

const account = `
inversiones.inversion: i1
inversiones.inversion.i1.tipoOperacion = SIN_CAMBIOS
inversiones.inversion.i1.titular = DEC
`

const (
	pay   = "ingresos.remuneracionAnualCargoPublico = 602000\n"
	land  = "bienesInmuebles.bienInmueble.i1."
	owed  = "adeudos.adeudo.i1."
	saved = "inversiones.inversion.i1.saldoDiciembreAnterior = "
)

// lines are the lines of a year in words: "use purchase 740000 MXN path".
func lines(y Year) (out []string) {
	for _, l := range y.Lines {
		side := "from"
		if l.Use {
			side = "to"
		}
		out = append(out, fmt.Sprintf("%s %s %d %s", side, l.Kind, l.Value, l.Currency))
	}
	return out
}

func codes(y Year) (out []string) {
	for _, n := range y.Notes {
		out = append(out, string(n.Code))
	}
	return out
}

// TestYear: each kind of row counts once, on its side, and what is not known is said.
func TestYear(t *testing.T) {
	before := pay + account + saved + "92000"
	now := func(more string) string { return pay + account + saved + "92000\n" + more }
	plot := "bienesInmuebles.bienInmueble: i1\n" + land + "tipoOperacion = AGREGAR\n" + land + "titular = DEC\n"
	debt := "adeudos.adeudo: i1\n" + owed + "tipoOperacion = AGREGAR\n" + owed + "titular = DEC\n"
	for name, x := range map[string]struct {
		before, now string
		lines       string
		notes       string
		difference  int64
		unknown     bool
	}{
		"nothing moved": {before, now(""), "from salary 602000 MXN", "", -602000, false},
		"land for cash": {before, now(plot + land + "valorAdquisicion = 740000\n" + land + "fechaAdquisicion = 2025-03-01\n" + land + "formaPago = CONTADO\n" + land + "formaAdquisicion = CPV"),
			"from salary 602000 MXN, to purchase 740000 MXN", "", 138000, false},
		"land by inheritance is on both sides": {before, now(plot + land + "valorAdquisicion = 740000\n" + land + "fechaAdquisicion = 2025-03-01\n" + land + "formaPago = NO APLICA\n" + land + "formaAdquisicion = HRN"),
			"from salary 602000 MXN, to purchase 740000 MXN, from gift 740000 MXN", "", -602000, false},
		"a swap": {before, now(plot + land + "valorAdquisicion = 740000\n" + land + "fechaAdquisicion = 2025-03-01\n" + land + "formaPago = NO APLICA\n" + land + "formaAdquisicion = PRM"),
			"from salary 602000 MXN, to purchase 740000 MXN, from unpaid 740000 MXN", "", -602000, false},
		"land in half counts whole": {before, now("bienesInmuebles.bienInmueble: i1\n" + land + "tipoOperacion = AGREGAR\n" + land + "titular = DEC|CYG\n" + land + "porcentajePropiedad = 50\n" + land + "valorAdquisicion = 740000\n" + land + "fechaAdquisicion = 2025-03-01"),
			"from salary 602000 MXN, to purchase 740000 MXN", "shared", 138000, false},
		"land that appears late":  {before, now(plot + land + "valorAdquisicion = 740000\n" + land + "fechaAdquisicion = 2019-03-01"), "from salary 602000 MXN", "oldrow", -602000, false},
		"land of the year after":  {before, now(plot + land + "valorAdquisicion = 740000\n" + land + "fechaAdquisicion = 2026-01-02"), "from salary 602000 MXN", "laterrow", -602000, false},
		"land without a price":    {before, now(plot + land + "fechaAdquisicion = 2025-03-01"), "from salary 602000 MXN", "novalue", -602000, false},
		"land without a day":      {before, now(plot + land + "valorAdquisicion = 740000"), "from salary 602000 MXN", "nodate", -602000, false},
		"land in dollars":         {before, now(plot + land + "valorAdquisicion = 10000\n" + land + "valorAdquisicion.moneda = USD\n" + land + "fechaAdquisicion = 2025-03-01"), "from salary 602000 MXN, to purchase 10000 USD", "unconverted", -602000, false},
		"a new debt, partly paid": {before, now(debt + owed + "montoOriginal = 200000\n" + owed + "saldoInsolutoDiciembreAnterior = 128000\n" + owed + "fechaAdquisicion = 2025-02-01"), "from salary 602000 MXN, from credit 200000 MXN, to payment 72000 MXN", "", -730000, false},
		"an old debt that appears": {before, now(debt + owed + "montoOriginal = 200000\n" + owed + "saldoInsolutoDiciembreAnterior = 128000\n" + owed + "fechaAdquisicion = 2024-02-01"),
			"from salary 602000 MXN", "oldrow", -602000, false},
		"a debt that is paid off": {before + "\n" + debt + owed + "saldoInsolutoDiciembreAnterior = 61000", now("adeudos.adeudo: i1\n" + owed + "tipoOperacion = BAJA\n" + owed + "saldoInsolutoDiciembreAnterior = 61000"),
			"from salary 602000 MXN, to payment 61000 MXN", "settled", -541000, false},
		"a debt that vanished": {before + "\n" + debt + owed + "saldoInsolutoDiciembreAnterior = 61000", now(""), "from salary 602000 MXN", "vanished", -602000, false},
		"a debt that grew": {before + "\n" + debt + owed + "saldoInsolutoDiciembreAnterior = 61000", now("adeudos.adeudo: i1\n" + owed + "tipoOperacion = MODIFICAR\n" + owed + "saldoInsolutoDiciembreAnterior = 189000"),
			"from salary 602000 MXN, from owed 128000 MXN", "", -730000, false},
		"money withdrawn": {before, pay + account + saved + "88000", "from salary 602000 MXN, from withdrawal 4000 MXN", "", -606000, false},
		"money saved":     {before, pay + account + saved + "192000", "from salary 602000 MXN, to saving 100000 MXN", "", -502000, false},
		"an account in another currency now": {before, pay + account + saved + "5000\ninversiones.inversion.i1.saldoDiciembreAnterior.moneda = USD",
			"from salary 602000 MXN", "mixed", -602000, false},
		"income of all kinds": {before, now("ingresos.enajenacionBienes.bienes: i1\ningresos.enajenacionBienes.bienes.i1.remuneracion = 90000\ningresos.actividadFinanciera.remuneracionTotal = 700\ningresos.ingresoAnualNetoParejaDependiente = 120000\ningresos.ingresoAnualNetoDeclarante = 999999\n"),
			"from salary 602000 MXN, from financial 700 MXN, from sale 90000 MXN, from family 120000 MXN", "", -812700, false},
		"no salary": {before, account + saved + "92000", "", "novalue", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			years := Over([]Statement{modification(2025, x.before), modification(2026, x.now)}, nil, nil)
			y := years[len(years)-1]
			if got := strings.Join(lines(y), ", "); got != x.lines {
				t.Errorf("lines %s\nwant  %s", got, x.lines)
			}
			if got := strings.Join(codes(y), ", "); got != x.notes {
				t.Errorf("notes %s, want %s", got, x.notes)
			}
			if y.Name != 2025 || !y.Computed || y.Sum(Peso).Difference != x.difference {
				t.Errorf("%d %v %+v", y.Name, y.Computed, y.Sums)
			}
		})
	}
}

// TestSales: a thing sold is in the income or is asked about, and a price that changed is
// said.
func TestSales(t *testing.T) {
	car := "vehiculos.vehiculo: i1\nvehiculos.vehiculo.i1.valorAdquisicion = 90000\nvehiculos.vehiculo.i1.tipoOperacion = "
	gone := pay + account + saved + "1\n" + car + "BAJA\nvehiculos.vehiculo.i1.motivoBaja = VNT\n"
	for name, x := range map[string]struct{ now, notes string }{
		"sold for nothing": {gone, "soldfor"},
		"sold":             {gone + "ingresos.enajenacionBienes.bienes: i1\ningresos.enajenacionBienes.bienes.i1.remuneracion = 70000", ""},
		"repriced":         {strings.ReplaceAll(pay+account+saved+"1\n"+car+"MODIFICAR", "90000", "95000"), "repriced"},
		"vanished":         {pay + account + saved + "1", "vanished"},
	} {
		y := Over([]Statement{modification(2025, pay+account+saved+"1\n"+car+"AGREGAR"), modification(2026, x.now)}, nil, nil)[1]
		if got := strings.Join(codes(y), ", "); got != x.notes {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestPeriods: what a year begins with is known or the year has no difference.
func TestPeriods(t *testing.T) {
	full := pay + account + saved + "1"
	simple := modification(2025, pay)
	simple.Level, simple.Form = forms.Simplified, forms.Lookup(forms.Modificacion, forms.Simplified)
	simpler := simple
	simpler.Year = 2026
	end := Statement{Type: forms.Conclusion, Year: 2026, Event: "2026-04-15", Form: forms.Lookup(forms.Conclusion, forms.Full), Answers: says("ingresos.remuneracionConclusionCargoPublico = 100")}
	noday := end
	noday.Event = ""
	start := entry("2024-06-16", account+"inversiones.inversion.i1.saldoSituacionActual = 1")
	for name, x := range map[string]struct {
		all  []Statement
		want string
	}{
		"only an inicial":        {[]Statement{start}, ""},
		"nothing before":         {[]Statement{modification(2026, full)}, "2025 no noopening"},
		"an inicial in the year": {[]Statement{start, modification(2025, full)}, "2024 yes midyear"},
		"years running":          {[]Statement{start, modification(2025, full), modification(2026, full)}, "2024 yes midyear; 2025 yes"},
		"a year missing":         {[]Statement{modification(2024, full), modification(2026, full)}, "2023 no noopening; 2024 missing; 2025 no gap"},
		"simplified":             {[]Statement{modification(2024, full), simple}, "2023 no noopening; 2024 no simplified"},
		"full after simplified":  {[]Statement{simple, modification(2026, full)}, "2024 no noopening,simplified; 2025 no simpleopen"},
		"two simplified":         {[]Statement{simple, simpler}, "2024 no noopening,simplified; 2025 no simpleopen,simplified"},
		"a conclusión":           {[]Statement{modification(2026, full), end}, "2025 no noopening; 2026 to 2026-04-15 yes vanished"},
		"without its day":        {[]Statement{modification(2026, full), noday}, "2025 no noopening; 0 no gap,noperiod"},
		"back again":             {[]Statement{modification(2024, full), entry("2025-09-01", ""), modification(2026, full)}, "2023 no noopening; 2025 yes midyear"},
	} {
		var got []string
		for _, y := range Over(x.all, nil, nil) {
			s := strconv.Itoa(y.Name)
			if y.Until != "" {
				s += " to " + y.Until
			}
			switch {
			case y.Missing:
				s += " missing"
			case y.Computed:
				s += " yes"
			default:
				s += " no"
			}
			got = append(got, strings.TrimSpace(s+" "+strings.Join(codes(y), ",")))
		}
		if strings.Join(got, "; ") != x.want {
			t.Errorf("%s: %s\nwant %s", name, strings.Join(got, "; "), x.want)
		}
		for _, y := range Over(x.all, nil, nil) {
			if !y.Computed && y.Sums != nil {
				t.Errorf("%s: a difference of %d", name, y.Name)
			}
		}
	}
}

// TestEntries: what the verifier enters counts in its year, with its source, and a rate
// joins a currency to the pesos.
func TestEntries(t *testing.T) {
	all := []Statement{modification(2025, pay+account+saved+"1"), modification(2026, pay+account+saved+"1\nadeudos.adeudo: i1\n"+owed+"tipoOperacion = AGREGAR\n"+owed+"montoOriginal = 1001\n"+owed+"montoOriginal.moneda = USD\n"+owed+"saldoInsolutoDiciembreAnterior = 1001\n"+owed+"saldoInsolutoDiciembreAnterior.moneda = USD\n"+owed+"fechaAdquisicion = 2025-05-05")}
	entries := []Entry{{"e1", 2025, true, 180000, "Gasto de la casa", "ENIGH 2024"}, {"e2", 2025, false, 50000, "Aguinaldo de su madre", "respuesta"}, {"e3", 2024, true, 9, "otro año", "x"}}
	rates := []Rate{{2025, "USD", 19_1234, "DOF"}, {2024, "USD", 1, "otro año"}, {2025, "EUR", 20_0000, "DOF"}}
	y := Over(all, entries, rates)[1]
	if s := y.Sum(Peso); len(y.Sums) != 1 || s.Uses != 180000 || s.Resources != 602000+19143+50000 || s.Difference != 180000-671143 {
		t.Errorf("%+v", y.Sums)
	}
	at := slices.IndexFunc(y.Lines, func(l Line) bool { return l.Kind == Credit })
	if l := y.Lines[at]; l.Was != (Amount{1001, "USD"}) || l.Amount != (Amount{19143, Peso}) {
		t.Errorf("%+v", l)
	}
	apart := Over(all, nil, nil)[1]
	if s := apart.Sum("USD"); len(apart.Sums) != 2 || apart.Sums[0].Currency != Peso || s.Resources != 1001 || s.Difference != -1001 {
		t.Errorf("%+v", apart.Sums)
	}
	if s := apart.Sum("JPY"); s != (Sum{Currency: "JPY"}) {
		t.Errorf("%+v", s)
	}
	if got := times(forms.MaxMoney, MaxRate); got != forms.MaxMoney*1000 {
		t.Errorf("the most: %d", got)
	}
}

// drawn invents a year: a statement, the one before it, and what it comes to.
type drawn struct {
	before, now Statement
	difference  int64
	change      int64 // of what is there less what is owed
	paid, free  int64 // acquired; and of that, without paying
	income      int64
}

func draw(rt *rapid.T) drawn {
	amount := rapid.Int64Range(0, forms.MaxMoney)
	d := drawn{income: amount.Draw(rt, "income")}
	was, now := forms.Answers{}, forms.Answers{}
	now.Set("ingresos.remuneracionAnualCargoPublico", strconv.FormatInt(d.income, 10))
	d.difference = -d.income
	put := func(a forms.Answers, p forms.Path, v int64) { a.Set(p, strconv.FormatInt(v, 10)) }
	for _, list := range []forms.Path{accounts, debts} {
		name := balances[forms.Modificacion]
		sign := int64(1)
		if list == debts {
			name, sign = unpaid[forms.Modificacion], -1
		}
		for n := range rapid.IntRange(0, 5).Draw(rt, "rows") {
			id := "i" + strconv.Itoa(n+1)
			p := list.Join(id)
			a, b := amount.Draw(rt, "from"), amount.Draw(rt, "to")
			was[list], now[list] = append(was[list], id), append(now[list], id)
			put(was, p.Join(name), a)
			put(now, p.Join(name), b)
			d.change += sign * (b - a)
		}
	}
	d.difference += d.change
	for _, list := range goods {
		for n := range rapid.IntRange(0, 4).Draw(rt, "bought") {
			id := "n" + strconv.Itoa(n)
			p := list.Join(id)
			now[list] = append(now[list], id)
			v := amount.Draw(rt, "value")
			put(now, p.Join("valorAdquisicion"), v)
			now.Set(p.Join("tipoOperacion"), "AGREGAR")
			now.Set(p.Join("fechaAdquisicion"), rapid.SampledFrom([]string{"2025-01-01", "2025-12-31"}).Draw(rt, "day"))
			d.paid += v
			if rapid.Bool().Draw(rt, "gift") {
				now.Set(p.Join("formaAdquisicion"), rapid.SampledFrom([]string{"HRN", "DNC", "RST"}).Draw(rt, "how"))
				d.free += v
			}
		}
	}
	d.difference += d.paid - d.free
	d.before, d.now = modification(2025, ""), modification(2026, "")
	d.before.Answers, d.now.Answers = was, now
	return d
}

// TestBalance: the difference is what the net balances changed by, and what was paid for
// what was acquired, less the income, whatever the rows are; in any order of the rows;
// and an entry moves it by its amount.
func TestBalance(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := draw(rt)
		all := []Statement{d.before, d.now}
		y := Over(all, nil, nil)[1]
		s := y.Sum(Peso)
		if s.Difference != d.difference {
			rt.Fatalf("difference %d, want %d\n%v", s.Difference, d.difference, lines(y))
		}
		var uses, resources int64
		for _, l := range y.Lines {
			if l.Value <= 0 || l.Path == "" || l.Path != "" && d.now.Answers[l.Path] == nil && !row(d.now.Answers, l.Path) {
				rt.Fatalf("a line of no row: %+v", l)
			}
			if l.Use {
				uses += l.Value
			} else {
				resources += l.Value
			}
		}
		if s.Uses != uses || s.Resources != resources {
			rt.Fatalf("%+v, the lines come to %d and %d", s, uses, resources)
		}
		for _, list := range append(slices.Clone(goods), accounts, debts) {
			slices.Reverse(d.now.Answers[list])
			slices.Reverse(d.before.Answers[list])
		}
		if again := Over(all, nil, nil)[1].Sum(Peso); again != s {
			rt.Fatalf("in another order: %+v, was %+v", again, s)
		}
		more := rapid.Int64Range(1, forms.MaxMoney).Draw(rt, "entry")
		use := rapid.Bool().Draw(rt, "use")
		after := Over(all, []Entry{{"e", 2025, use, more, "w", "s"}}, nil)[1].Sum(Peso).Difference
		if want := map[bool]int64{true: s.Difference + more, false: s.Difference - more}[use]; after != want {
			rt.Fatalf("with an entry: %d, want %d", after, want)
		}
	})
}

// row reports whether a path is of an item that was declared.
func row(a forms.Answers, p forms.Path) bool {
	for q := range a {
		if q.Under(p) {
			return true
		}
	}
	return false
}

// FuzzOver: whatever documents hold, nothing panics and sums are those of the lines.
func FuzzOver(f *testing.F) {
	f.Add([]byte(`{"situacionPatrimonial":{"inversiones":{"ninguno":false,"inversion":[{"saldoDiciembreAnterior":{"valor":9,"moneda":"USD"}}]}}}`), []byte(`{}`), 2026, uint8(1), "2026-04-01")
	f.Add([]byte(`{"situacionPatrimonial":{"vehiculos":{"vehiculo":[{"tipoOperacion":"BAJA","valorAdquisicion":{"valor":-1}}]}}}`), []byte(`[]`), -4, uint8(2), "x")
	f.Fuzz(func(t *testing.T, a, b []byte, year int, kind uint8, event string) {
		typ := forms.Inicial + forms.Type(kind%3)
		if year < 1900 || year > 2200 {
			return
		}
		first, second := forms.Lookup(typ, forms.Full), forms.Lookup(forms.Modificacion, forms.Full)
		was, err := forms.Parse(first, a)
		now, err2 := forms.Parse(second, b)
		if err != nil || err2 != nil {
			return
		}
		for _, y := range Over([]Statement{
			{Type: typ, Year: year, Event: event, Form: first, Answers: was},
			{Type: forms.Modificacion, Year: year + 1, Form: second, Answers: now},
		}, nil, []Rate{{year, "USD", MaxRate, "s"}}) {
			for _, s := range y.Sums {
				if s.Difference != s.Uses-s.Resources {
					t.Error(y.Name, s)
				}
			}
		}
	})
}
