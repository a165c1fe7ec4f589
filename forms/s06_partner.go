package forms

import "slices"

// partner: spouse or companion (Norma 16ª VI). Nothing of it is published, not
// even that there is none.
var partner = Section{
	Key: "datosPareja", No: "6", Part: Patrimonial, In: FullOnly, Layout: Page, Group: "familia",
	Fields: slices.Concat(
		[]Field{{Name: none, Kind: YesNo, Rules: "required"}},
		when(unlessNone, slices.Concat(
			[]Field{private(operation)}, names,
			[]Field{
				birth, personRFC,
				{Name: "relacionConDeclarante", Kind: Choice, From: PartnerRelation, Rules: "required"},
				{Name: "ciudadanoExtranjero", Kind: YesNo, Rules: "required"},
				{Name: "curp", Kind: Text, Rules: "curp", When: Is("ciudadanoExtranjero", No)},
				{Name: "esDependienteEconomico", Kind: YesNo, Rules: "required", Help: true},
			},
			resides, works("empleoCargoComision"),
		)...),
		[]Field{clarifications},
	),
}
