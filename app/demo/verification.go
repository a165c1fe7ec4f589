package demo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"declara/app/declare"
	"declara/app/verify"
	"declara/app/verify/draw"
	"declara/forms"
	"declara/storage"
)

// told is the official whose declarations tell of a life: wages, an account, a car. In
// one year he buys land and a pick-up, and the money for it has to be explained.
const told = 4

// toldYear is the year in which he declares that.
func toldYear(today time.Time) int {
	if today.Month() < time.July {
		return today.Year() - 1
	}
	return today.Year()
}

// tells reports whether somebody is him.
func (f *filler) tells(who declare.Who) bool { return len(f.ids) > told && who.Person == f.ids[told] }

const yes, no = forms.Yes, forms.No

// life is what he declares in a year: all that the sections of money ask, but for what
// anybody may invent.
func (f *filler) life(d *forms.Draft, entry time.Time) forms.Answers {
	const (
		account = "inversiones.inversion."
		car     = "vehiculos.vehiculo."
		land    = "bienesInmuebles.bienInmueble."
		debt    = "adeudos.adeudo."
	)
	a := forms.Answers{
		"bienesMuebles.ninguno": {yes}, "bienesInmuebles.ninguno": {yes}, "adeudos.ninguno": {yes}, "vehiculos.ninguno": {no}, "inversiones.ninguno": {no},
		"vehiculos.vehiculo": {"i1"}, "inversiones.inversion": {"i1"},
		account + "i1.tipoInversion": {"BANC"}, account + "i1.subTipoInversion": {"CNOM"}, account + "i1.titular": {"DEC"},
		car + "i1.titular": {"DEC"}, car + "i1.tipoVehiculo": {"AUMOT"}, car + "i1.marca": {"Ahuehuete"}, car + "i1.modelo": {"Sedán"}, car + "i1.anio": {strconv.Itoa(entry.Year() - 4)},
		car + "i1.formaAdquisicion": {"CPV"}, car + "i1.formaPago": {"CONTADO"}, car + "i1.valorAdquisicion": {"140000"}, car + "i1.fechaAdquisicion": {entry.AddDate(-3, 0, 0).Format(time.DateOnly)},
	}
	if d.Type == forms.Inicial {
		maps.Copy(a, forms.Answers{account + "i1.saldoSituacionActual": {"85000"}, "ingresos.remuneracionMensualCargoPublico": {"36400"}, "ingresos.ingresoMensualNetoParejaDependiente": {"8000"}})
		return a
	}
	n := max(0, d.Year-entry.Year()-1)
	maps.Copy(a, forms.Answers{
		account + "i1.saldoDiciembreAnterior":        {strconv.Itoa(85000 + 4000*n)},
		"ingresos.remuneracionAnualCargoPublico":     {strconv.Itoa(437000 + 41000*n)},
		"ingresos.ingresoAnualNetoParejaDependiente": {"96000"},
	})
	if d.Year < toldYear(f.o.Today.In(f.zone)) {
		return a
	}
	year := strconv.Itoa(d.Year - 1)
	maps.Copy(a, forms.Answers{
		account + "i1.saldoDiciembreAnterior": {"88000"},
		"vehiculos.vehiculo":                  {"i1", "n1"}, car + "i1.motivoBaja": {"VNT"},
		car + "n1.titular": {"DEC"}, car + "n1.tipoVehiculo": {"AUMOT"}, car + "n1.marca": {"Mezquite"}, car + "n1.modelo": {"Camioneta"}, car + "n1.anio": {year},
		car + "n1.formaAdquisicion": {"CPV"}, car + "n1.formaPago": {"CRÉDITO"}, car + "n1.valorAdquisicion": {"310000"}, car + "n1.fechaAdquisicion": {year + "-02-18"},
		"bienesInmuebles.ninguno": {no}, "bienesInmuebles.bienInmueble": {"n1"},
		land + "n1.tipoInmueble": {"TERR"}, land + "n1.superficieTerreno.valor": {"240"}, land + "n1.superficieTerreno.unidad": {"m2"}, land + "n1.valorConformeA": {"ESCRITURA PÚBLICA"},
		land + "n1.transmisor": {"t1"}, land + "n1.transmisor.t1.relacion": {"NIN"}, land + "n1.titular": {"DEC"}, land + "n1.porcentajePropiedad": {"100"},
		land + "n1.formaAdquisicion": {"CPV"}, land + "n1.formaPago": {"CONTADO"}, land + "n1.valorAdquisicion": {"740000"}, land + "n1.fechaAdquisicion": {year + "-09-04"},
		"adeudos.ninguno": {no}, "adeudos.adeudo": {"n1"}, debt + "n1.titular": {"DEC"}, debt + "n1.tipoAdeudo": {"CAUT"},
		debt + "n1.montoOriginal": {"200000"}, debt + "n1.saldoInsolutoDiciembreAnterior": {"128000"}, debt + "n1.fechaAdquisicion": {year + "-02-18"},
	})
	return a
}

// sold is what he sold the car for, in the year of the land.
const sold = "90000"

// lived takes out of a draft what was invented besides his life.
func (f *filler) lived(form *forms.Form, d *forms.Draft) error {
	for _, g := range [][2]string{{"actividadIndustrialComercialEmpresarial", "actividades"}, {"actividadFinanciera", "actividades"}, {"serviciosProfesionales", "servicios"}, {"otrosIngresos", "ingresos"}, {"enajenacionBienes", "bienes"}} {
		list := forms.Path("ingresos").Join(g[0], g[1])
		ids := d.Answers.Items(list)
		if g[1] == "bienes" && len(ids) > 0 && d.Year == toldYear(f.o.Today.In(f.zone)) {
			d.Answers.Set(list, ids[0])
			d.Answers.Set(list.Join(ids[0], "remuneracion"), sold)
			d.Answers.Set(list.Join(ids[0], "tipoBienEnajenado"), "VEHICULO")
			continue
		}
		d.Answers.Set(list)
	}
	for p := range d.Baja {
		delete(d.Baja, p)
	}
	if slices.Contains(d.Answers.Items("vehiculos.vehiculo"), "n1") {
		d.Baja["vehiculos.vehiculo.i1"] = true
	} else {
		d.Answers.Set("vehiculos.vehiculo.i1.motivoBaja")
	}
	for _, list := range []forms.Path{"vehiculos.vehiculo", "inversiones.inversion", "bienesInmuebles.bienInmueble", "adeudos.adeudo"} {
		for _, id := range d.Answers.Items(list) {
			d.Confirmed[list.Join(id)] = true
		}
	}
	forms.Derive(form, d)
	if problems := forms.Ready(form, d); len(problems) > 0 {
		return fmt.Errorf("demo: the life of official %d: %s %s", told+1, problems[0].Path, problems[0].Code)
	}
	return nil
}

// verification draws declarations of the year of the land until his is among them, and
// works on two: his is asked about and answered, the other has its certificate.
func (f *filler) verification(ctx context.Context) error {
	if f.Verify == nil || len(f.people) <= told {
		return nil
	}
	today := f.o.Today.In(f.zone)
	folio, count, err := f.toldFolio(ctx, toldYear(today))
	if err != nil || folio == "" || count < 2 {
		return err
	}
	head, err := f.head(ctx)
	if err != nil {
		return err
	}
	var eva storage.User // who verifies
	if err := f.DB.View(ctx, tenant, func(tx *storage.Txn) (err error) {
		eva, err = tx.UserByLogin(string(storage.RoleVerifier) + "@valleencinos.example")
		return err
	}); err != nil {
		return fmt.Errorf("demo: verifier: %w", err)
	}
	at := func(days int) { f.clock.now = f.o.Today.AddDate(0, 0, -days) }
	number, err := f.draw(ctx, head, today, min(3, count), folio)
	if err != nil {
		return err
	}
	tasks, err := f.Verify.Tasks(ctx, tenant, number)
	if err != nil {
		return err
	}
	other := ""
	for _, x := range slices.Sorted(maps.Keys(tasks)) {
		if x != folio && other == "" {
			other = x
		}
	}
	at(16)
	for _, x := range []string{folio, other} {
		if err := f.Verify.Assign(ctx, tenant, head, number, x, eva.ID, ""); err != nil {
			return fmt.Errorf("demo: assignment: %w", err)
		}
		if err := f.Verify.Open(ctx, tenant, eva, number, x, "Verificación de evolución patrimonial por sorteo "+number+" (LGRA 30)", ""); err != nil {
			return fmt.Errorf("demo: reading: %w", err)
		}
	}
	if err := f.Verify.Close(ctx, tenant, eva, number, other, storage.Certified, "Los ingresos declarados cubren lo adquirido y los saldos coinciden con los documentos."); err != nil {
		return fmt.Errorf("demo: certificate: %w", err)
	}
	return f.clarification(ctx, eva, number, folio, at)
}

// toldFolio is his declaration of a year, and how many there are of that year.
func (f *filler) toldFolio(ctx context.Context, year int) (folio string, n int, err error) {
	err = f.DB.View(ctx, tenant, func(tx *storage.Txn) error {
		return tx.Filings(func(x storage.Filing) error {
			if x.Type == forms.Modificacion && x.Year == year && !x.Interest {
				if n++; x.Person == f.ids[told] {
					folio = x.Folio
				}
			}
			return nil
		})
	})
	return folio, n, err
}

// draw draws with a seed that has him on the list: this is a demonstration, and nobody's
// luck.
func (f *filler) draw(ctx context.Context, head storage.User, today time.Time, size int, folio string) (string, error) {
	f.clock.now = f.o.Today.AddDate(0, 0, -20)
	d, err := f.Verify.Freeze(ctx, tenant, head, verify.Plan{
		Type: forms.Modificacion.Slug(), Year: toldYear(today), Strata: "ninguno", Size: size,
		Source: "Sorteo Mayor de la Lotería Nacional, primer premio", Known: today.AddDate(0, 0, -18).Format(time.DateOnly),
	})
	if err != nil {
		return "", fmt.Errorf("demo: draw: %w", err)
	}
	f.clock.now = f.o.Today.AddDate(0, 0, -18)
	look, err := f.Verify.Look(ctx, tenant, d.Number)
	if err != nil {
		return "", fmt.Errorf("demo: draw: %w", err)
	}
	u, err := draw.Read(look.File)
	if err != nil {
		return "", fmt.Errorf("demo: universe: %w", err)
	}
	for n := 53817; n < 63817; n++ {
		seed := strconv.Itoa(n)
		list, err := draw.Draw(u, seed, size)
		if err != nil {
			return "", fmt.Errorf("demo: draw: %w", err)
		}
		if slices.Contains(list.Folios, folio) {
			return d.Number, f.Verify.Draw(ctx, tenant, head, d.Number, seed)
		}
	}
	return "", fmt.Errorf("demo: no seed draws %s", folio)
}

// clarification is the work on his declaration.
func (f *filler) clarification(ctx context.Context, eva storage.User, number, folio string, at func(int)) error {
	at(14)
	v := f.Verify
	for _, step := range []func() error{
		func() error {
			return v.Check(ctx, tenant, eva, number, folio, "ingresos", verify.MarkOK, "")
		},
		func() error {
			return v.Check(ctx, tenant, eva, number, folio, "bienesInmuebles", verify.MarkAsk, "El terreno se pagó de contado. Falta el origen del dinero.")
		},
		func() error { return v.AskPaper(ctx, tenant, eva, number, folio, "Recibos de nómina del año") },
		func() error { return v.MarkPaper(ctx, tenant, eva, number, folio, "n1", verify.PaperAgrees) },
		func() error {
			return v.AskPaper(ctx, tenant, eva, number, folio, "Registro Público: escritura del terreno")
		},
		func() error {
			return v.AddFigure(ctx, tenant, eva, number, folio, verify.Figure{
				Kind: verify.FigureExpense, Year: strconv.Itoa(toldYear(f.o.Today.In(f.zone)) - 1), Amount: "180000", Words: "Gasto de la casa", Source: "Encuesta de ingresos y gastos de los hogares, promedio del estado",
			})
		},
		func() error {
			return v.Ask(ctx, tenant, eva, number, folio, "Explica de dónde salió el dinero con el que pagaste el terreno. Di qué documentos tienes.", "5")
		},
		func() error {
			at(11)
			return v.Answer(ctx, tenant, f.ids[told], number, folio, "Mi madre me prestó 300,000 pesos en septiembre, sin intereses. Tengo el contrato y la transferencia; los entregué en la ventanilla de la contraloría.")
		},
	} {
		if err := step(); err != nil {
			return fmt.Errorf("demo: sheet: %w", err)
		}
	}
	f.clock.now = f.o.Today
	return nil
}
