package forms

import "slices"

// debts (Norma 16ª XIV). The lender is published only when it is a company;
// account numbers and balances never.
var debts = Section{
	Key: "adeudos", No: "14", Part: Patrimonial, In: FullOnly, Layout: Collection, Group: "patrimonio", List: "adeudo",
	Fields: declarable(Field{Name: "adeudo", Kind: List, Max: 100, Show: Public, ShowIf: onlyMine, Of: slices.Concat(
		[]Field{operation}, step(2, owners),
		[]Field{
			{Name: "tipoAdeudo", Kind: Choice, From: DebtKind, Rules: "required", Show: Public},
			{Name: "numeroCuentaContrato", Kind: Text, Rules: "required,folio,max=50", Derive: "notApplicable", Help: true},
			{Name: "fechaAdquisicion", Kind: Date, Rules: "required,notfuture", Show: Public, Help: true},
			{Name: "montoOriginal", Kind: Money, Rules: "required", Show: Public, Help: true},
			balance("saldoInsolutoSituacionActual", InicialFull),
			balance("saldoInsolutoDiciembreAnterior", ModificacionFull),
			balance("saldoInsolutoFechaConclusion", ConclusionFull),
			change,
		},
		step(2,
			thirdParties,
			Field{Name: "otorganteCredito", Kind: Group, Show: Public, Keep: true, Of: []Field{
				{Name: "tipoPersona", Kind: Choice, From: PersonKind, Rules: "required", Show: Public},
				{Name: "nombreInstitucion", Kind: Text, Rules: "required", Show: Public, ShowIf: company},
				{Name: "rfc", Kind: Text, Rules: "rfc", Show: Public, ShowIf: moral},
			}},
			Field{Name: "localizacionAdeudo", Kind: Group, Show: Public, Keep: true, Of: []Field{
				{Name: "pais", Kind: Choice, From: Countries, Rules: "required", Show: Public},
			}},
		),
	)}),
}
