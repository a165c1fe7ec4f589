package forms

import "slices"

// previousYear: income of the year before, for the time served as a public
// official (Norma 16ª IX). Not asked in a modificación, whose section 8 is that
// year. Without such time nothing else is asked. The words of its totals are in
// another order than in section 8; that is the standard's.
var previousYear = Section{
	Key: "actividadAnualAnterior", No: "9", Part: Patrimonial, In: OnlyInicial | OnlyConclusion, Layout: Ledger, Group: "patrimonio",
	Fields: slices.Concat(
		[]Field{{Name: "servidorPublicoAnioAnterior", Kind: YesNo, Rules: "required", Show: Public, Fresh: true}},
		when(Is("servidorPublicoAnioAnterior", Yes), slices.Concat(
			[]Field{
				{Name: "fechaIngreso", Kind: Date, Rules: "required,pastyear", Show: Public, Fresh: true},
				{Name: "fechaConclusion", Kind: Date, Rules: "required,pastyear", Show: Public, Fresh: true},
				salary("remuneracionNetaCargoPublico", 0),
				{Name: "otrosIngresosTotal", Kind: Money, Show: Public, Derive: "otherIncome"},
			},
			earnings(0),
			totals(OnlyInicial|OnlyConclusion, "ingresoNetoAnualDeclarante", "ingresoNetoAnualParejaDependiente", "totalIngresosNetosAnuales"),
		)...),
		[]Field{clarifications},
	),
}
