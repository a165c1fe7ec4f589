package forms

import "slices"

// investments, bank accounts and other assets (Norma 16ª XIII). Account numbers
// and balances are private in every type; the change of the balance is published.
var investments = Section{
	Key: "inversiones", No: "13", Part: Patrimonial, In: FullOnly, Layout: Collection, Group: "patrimonio", List: "inversion",
	Fields: declarable(Field{Name: "inversion", Kind: List, Max: 100, Show: Public, ShowIf: onlyMine, Of: slices.Concat(
		[]Field{
			operation,
			{Name: "tipoInversion", Kind: Choice, From: InvestmentKind, Rules: "required", Show: Public, Help: true},
			{Name: "subTipoInversion", Kind: Choice, From: InvestmentSubkind, Rules: "required", Show: Public},
		},
		step(2, owners, thirdParties),
		[]Field{{Name: "numeroCuentaContrato", Kind: Text, Rules: "required,folio,max=50", When: Not(inHand), Help: true}},
		step(2, Field{Name: "localizacionInversion", Kind: Group, Show: Public, Keep: true, Of: []Field{
			{Name: "pais", Kind: Choice, From: Countries, Rules: "required", Show: Public, Help: true},
			{Name: "institucionRazonSocial", Kind: Text, Rules: "required", Show: Public, ShowIf: All(Not(toBorrower), identified), When: Not(inHand)},
			{Name: "rfc", Kind: Text, Rules: "rfc", Show: Public, When: All(Is("pais", "MX"), Not(inHand))},
		}}),
		[]Field{
			balance("saldoSituacionActual", InicialFull),
			balance("saldoDiciembreAnterior", ModificacionFull),
			balance("saldoFechaConclusion", ConclusionFull),
			change,
		},
	)}),
}

// inHand: coins, metals and cash have neither account nor institution.
var inHand = Is("subTipoInversion", "CENT", "DIVS", "MONN", "ONZT")

// toBorrower: money lent to somebody, who stands where the bank does in other rows
// and is as a rule a natural person, of whom nothing is published (header of the
// format). Nothing asks which kind it is, so the name is withheld from all; the RFC
// of a company is published as ever.
var toBorrower = Is("subTipoInversion", "PFTE")

// balance is private, and never the same as in the year before.
func balance(name string, in Types) Field {
	return Field{Name: name, Kind: Money, Rules: "required", In: in, Fresh: true, Help: true}
}
