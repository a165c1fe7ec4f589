package forms

import "slices"

// dependents (Norma 16ª VII). Nothing of it is published, not even that there are
// none; many of them are minors.
var dependents = Section{
	Key: "datosDependienteEconomico", No: "7", Part: Patrimonial, In: FullOnly, Layout: Collection, Group: "familia", List: "dependienteEconomico",
	Fields: declarable(Field{Name: "dependienteEconomico", Kind: List, Max: 100, Of: slices.Concat(
		[]Field{private(operation)}, names,
		[]Field{
			birth, personRFC,
			{Name: "parentescoRelacion", Kind: Choice, From: DependentKinship, Rules: "required"},
			{Name: "extranjero", Kind: YesNo, Rules: "required"},
			{Name: "curp", Kind: Text, Rules: "curp", When: Is("extranjero", No)},
		},
		step(2, resides...),
		step(3, works("empleoCargo")...),
	)}),
}
