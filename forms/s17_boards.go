package forms

import "slices"

// boards: decisions taken in unions, parties, charities and the like (Norma 17ª
// II). Which institution it is stays private, since it may tell a belief.
var boards = Section{
	Key: "participacionTomaDecisiones", No: "I2", Part: Interes, In: FullOnly, Layout: Collection, Group: "intereses", List: "participacion",
	Fields: declarable(Field{Name: "participacion", Kind: List, Max: 100, Show: Public, ShowIf: aboutMe, Of: slices.Concat(
		[]Field{
			operation,
			{Name: "tipoRelacion", Kind: Choice, From: Relation, Rules: "required", Show: Public},
			{Name: "tipoInstitucion", Kind: Choice, From: BodyKind, Rules: "required", Show: Public},
			{Name: "nombreInstitucion", Kind: Text, Rules: "required"},
			anyRFC,
			{Name: "puestoRol", Kind: Text, Rules: "required", Show: Public},
			{Name: "fechaInicioParticipacion", Kind: Date, Rules: "required,notfuture", Show: Public},
		},
		paid,
		[]Field{location},
	)}),
}
