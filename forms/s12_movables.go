package forms

import "slices"

// movables worth more than 1,200 daily UMA each, household goods as one set (Norma
// 16ª XII). Who sold them is not obligatory: a household comes from many shops.
var movables = Section{
	Key: "bienesMuebles", No: "12", Part: Patrimonial, In: FullOnly, Layout: Collection, Group: "patrimonio", List: "bienMueble",
	Fields: declarable(Field{Name: "bienMueble", Kind: List, Max: 100, Show: Public, ShowIf: onlyMine, Of: slices.Concat(
		[]Field{
			operation,
			{Name: "tipoBien", Kind: Choice, From: MovableKind, Rules: "required", Show: Public},
			{Name: "descripcionGeneralBien", Kind: Text, Rules: "required", Show: Public},
		},
		step(2, owners, thirdParties, sellers),
		step(2, acquired...),
		[]Field{removal},
	)}),
}
