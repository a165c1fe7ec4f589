package forms

// lastFive bounds studies and jobs: the five that the Normas ask for, and as many
// of the previous declaration that make room for newer ones and are marked BAJA.
const lastFive = 10

// studies: the last five degrees, newest first (Norma 16ª III). All published. No
// item is obligatory, since the format has no key for somebody who never studied.
var studies = Section{
	Key: "datosCurricularesDeclarante", No: "3", Part: Patrimonial, Layout: Collection, Group: "trabajo", List: "escolaridad",
	Fields: []Field{
		{Name: "escolaridad", Kind: List, Max: lastFive, Show: Public, Keep: true, Of: []Field{
			operation,
			{Name: "nivel", Kind: Choice, From: SchoolLevel, Rules: "required", Show: Public},
			{Name: "institucionEducativa", Kind: Group, Show: Public, Keep: true, Of: []Field{
				{Name: "nombre", Kind: Text, Rules: "required", Show: Public},
				{Name: "ubicacion", Kind: Choice, From: Place, Rules: "required", Show: Public},
			}},
			{Name: "carreraAreaConocimiento", Kind: Text, Show: Public, When: Not(Is("nivel", "PRI", "SEC"))},
			{Name: "estatus", Kind: Choice, From: SchoolStatus, Rules: "required", Show: Public},
			{Name: "documentoObtenido", Kind: Choice, From: SchoolDocument, Show: Public, When: Not(Is("estatus", "CURSANDO")), Help: true},
			{Name: "fechaObtencion", Kind: Date, Rules: "notfuture", Show: Public, When: Not(Is("estatus", "CURSANDO"))},
		}},
		clarifications,
	},
}
