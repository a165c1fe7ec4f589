package forms

import "slices"

// clients who bring more than 250 daily UMA a month (Norma 17ª V). They are named
// in public only when they are companies.
var clients = Section{
	Key: "clientesPrincipales", No: "I5", Part: Interes, In: FullOnly, Layout: Collection, Group: "intereses", List: "cliente",
	Fields: declarable(Field{Name: "cliente", Kind: List, Max: 100, Show: Public, ShowIf: aboutMe, Of: slices.Concat(
		[]Field{
			operation,
			{Name: "realizaActividadLucrativa", Kind: YesNo, Rules: "required", Show: Public},
		},
		when(Is("realizaActividadLucrativa", Yes),
			Field{Name: "tipoRelacion", Kind: Choice, From: Relation, Rules: "required", Show: Public},
			Field{Name: "empresa", Kind: Group, Show: Public, Keep: true, Of: []Field{
				{Name: "nombreEmpresaServicio", Kind: Text, Rules: "required", Show: Public, ShowIf: identified},
				{Name: "rfc", Kind: Text, Rules: "rfc", Show: Public},
			}},
			Field{Name: "clientePrincipal", Kind: Group, Show: Public, Keep: true, Of: party},
			Field{Name: "sector", Kind: Choice, From: Sector, Rules: "required", Show: Public},
			Field{Name: "montoAproximadoGanancia", Kind: Money, Rules: "required", Show: Public, Help: true},
			location,
		),
	)}),
}
