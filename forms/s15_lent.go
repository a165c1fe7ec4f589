package forms

import "slices"

// lent: what the declarant uses and others own (Norma 16ª XV). Published whoever
// it is lent by, but for the owner's name when a natural person, the address, and
// what identifies a vehicle.
var lent = Section{
	Key: "prestamoOComodato", No: "15", Part: Patrimonial, In: FullOnly, Layout: Collection, Group: "patrimonio", List: "prestamo",
	Fields: declarable(Field{Name: "prestamo", Kind: List, Max: 100, Show: Public, Of: []Field{
		operation,
		{Name: "tipoBien", Kind: Group, Show: Public, Keep: true, Of: []Field{
			{Name: "bien", Kind: Choice, From: Lent, Rules: "required", Screen: true, Show: Public},
			{Name: "inmueble", Kind: Group, Show: Public, When: Is("bien", "INMUEBLE"), Of: slices.Concat(
				[]Field{{Name: "tipoInmueble", Kind: Choice, From: PropertyKind, Rules: "required", Show: Public}}, where,
			)},
			{Name: "vehiculo", Kind: Group, Show: Public, When: Is("bien", "VEHICULO"), Of: append(vehicle("tipo"), registered)},
		}},
		{Name: "duenoTitular", Kind: Group, Show: Public, Keep: true, Step: 2, Of: []Field{
			{Name: "tipoDuenoTitular", Kind: Choice, From: PersonKind, Rules: "required", Show: Public},
			{Name: "nombreTitular", Kind: Text, Rules: "required", Show: Public, ShowIf: ownedByCompany},
			{Name: "rfc", Kind: Text, Rules: "rfc", Show: Public, ShowIf: ownerMoral},
			{Name: "relacionConTitular", Kind: Text, Rules: "required", Show: Public, ShowIf: ownedByCompany},
		}},
	}}),
}

var (
	ownerMoral     = Is("tipoDuenoTitular", "MORAL")
	ownedByCompany = All(ownerMoral, identified)
)
