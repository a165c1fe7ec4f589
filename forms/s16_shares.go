package forms

import "slices"

// shares: companies and associations with a share of the declarant, partner or
// dependents, up to two years back (Norma 17ª I). Only the declarant's are published.
var shares = Section{
	Key: "participacion", No: "I1", Part: Interes, In: FullOnly, Layout: Collection, Group: "intereses", List: "participacion",
	Fields: declarable(Field{Name: "participacion", Kind: List, Max: 100, Show: Public, ShowIf: aboutMe, Of: public(slices.Concat(
		[]Field{
			operation,
			{Name: "tipoRelacion", Kind: Choice, From: Relation, Rules: "required"},
			{Name: "nombreEmpresaSociedadAsociacion", Kind: Text, Rules: "required", ShowIf: identified},
			anyRFC,
			{Name: "porcentajeParticipacion", Kind: Percent, Rules: "required,gte=1,lte=100"},
			{Name: "tipoParticipacion", Kind: Choice, From: Participation, Rules: "required"},
		},
		paid,
		[]Field{location, sector},
	))}),
}
