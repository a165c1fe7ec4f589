package forms

import "slices"

// income: net income, after taxes, in whole pesos (Norma 16ª VIII). The standard
// names the same four figures differently in each type: monthly at entry, the
// whole year before in a modificación, the year so far at the end. B is private,
// and C is published as A, since B = C - A would give it away (decision 9). The
// simplified declaration has no B (Norma 12ª).
var income = Section{
	Key: "ingresos", No: "8", Part: Patrimonial, Layout: Ledger, Group: "patrimonio",
	Fields: slices.Concat(
		[]Field{
			salary("remuneracionMensualCargoPublico", OnlyInicial),
			salary("remuneracionAnualCargoPublico", OnlyModificacion),
			salary("remuneracionConclusionCargoPublico", OnlyConclusion),
			{Name: "otrosIngresosMensualesTotal", Kind: Money, Show: Public, In: OnlyInicial, Derive: "otherIncome"},
			{Name: "otrosIngresosAnualesTotal", Kind: Money, Show: Public, In: OnlyModificacion, Derive: "otherIncome"},
			{Name: "otrosIngresosConclusionTotal", Kind: Money, Show: Public, In: OnlyConclusion, Derive: "otherIncome"},
		},
		earnings(OnlyModificacion|OnlyConclusion),
		totals(OnlyInicial, "ingresoMensualNetoDeclarante", "ingresoMensualNetoParejaDependiente", "totalIngresosMensualesNetos"),
		totals(OnlyModificacion, "ingresoAnualNetoDeclarante", "ingresoAnualNetoParejaDependiente", "totalIngresosAnualesNetos"),
		totals(OnlyConclusion, "ingresoConclusionNetoDeclarante", "ingresoConclusionNetoParejaDependiente", "totalIngresosConclusionNetos"),
		[]Field{clarifications},
	),
}

// salary is figure I: what the public post pays.
func salary(name string, in Types) Field {
	return Field{Name: name, Kind: Money, Rules: "required", Show: Public, In: in, Fresh: true, Help: true}
}

// totals are figures A (the declarant's), B (partner and dependents) and C = A + B.
func totals(in Types, a, b, c string) []Field {
	return []Field{
		{Name: a, Kind: Money, Show: Public, In: in, Derive: "incomeA"},
		{Name: b, Kind: Money, In: in & FullOnly, Fresh: true, Help: true},
		{Name: c, Kind: Money, Show: Public, ShowAs: a, In: in, Derive: "incomeC"},
	}
}

// earnings are figures II.1 to II.5. An inicial has no sale of goods. The national
// viewer reads each group and its list without looking whether they are there.
func earnings(sales Types) []Field {
	return []Field{
		earning("actividadIndustrialComercialEmpresarial", "actividades", 0,
			Field{Name: "nombreRazonSocial", Kind: Text, Rules: "required", Show: Public},
			Field{Name: "tipoNegocio", Kind: Text, Rules: "required", Show: Public}),
		earning("actividadFinanciera", "actividades", 0,
			Field{Name: "tipoInstrumento", Kind: Choice, From: Instrument, Rules: "required", Show: Public}),
		earning("serviciosProfesionales", "servicios", 0,
			Field{Name: "tipoServicio", Kind: Text, Rules: "required", Show: Public}),
		earning("enajenacionBienes", "bienes", sales,
			Field{Name: "tipoBienEnajenado", Kind: Choice, From: SoldKind, Rules: "required", Show: Public}),
		earning("otrosIngresos", "ingresos", 0,
			Field{Name: "tipoIngreso", Kind: Text, Rules: "required", Show: Public}),
	}
}

func earning(name, list string, in Types, what ...Field) Field {
	amount := Field{Name: "remuneracion", Kind: Money, Rules: "required", Show: Public, Fresh: true, Help: true}
	return Field{Name: name, Kind: Group, Show: Public, Keep: true, In: in, Of: []Field{
		{Name: "remuneracionTotal", Kind: Money, Show: Public, Derive: "groupTotal"},
		{Name: list, Kind: List, Max: 100, Show: Public, Keep: true, Of: append(what, amount)},
	}}
}
