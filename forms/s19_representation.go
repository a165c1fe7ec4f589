package forms

import "slices"

// representation: of whom, or by whom, in the last two years (Norma 17ª IV). The
// other side is named in public only when it is a company.
var representation = Section{
	Key: "representacion", No: "I4", Part: Interes, In: FullOnly, Layout: Collection, Group: "intereses", List: "representacion",
	Fields: declarable(Field{Name: "representacion", Kind: List, Max: 100, Show: Public, ShowIf: aboutMe, Of: slices.Concat(
		public([]Field{
			operation,
			{Name: "tipoRelacion", Kind: Choice, From: Relation, Rules: "required"},
			{Name: "tipoRepresentacion", Kind: Choice, From: Representation, Rules: "required"},
			{Name: "fechaInicioRepresentacion", Kind: Date, Rules: "required,notfuture"},
		}),
		party, paid,
		public([]Field{location, sector}),
	)}),
}
