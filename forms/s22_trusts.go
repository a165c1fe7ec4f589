package forms

// trusts (Norma 17ª VII). The form asks for all three parties. A natural person is
// named in public only when the declarant, in which case the item is his own.
var trusts = Section{
	Key: "fideicomisos", No: "I7", Part: Interes, In: FullOnly, Layout: Collection, Group: "intereses", List: "fideicomiso",
	Fields: declarable(Field{Name: "fideicomiso", Kind: List, Max: 100, Show: Public, ShowIf: aboutMe, Of: []Field{
		operation,
		{Name: "tipoRelacion", Kind: Choice, From: Relation, Rules: "required", Show: Public},
		{Name: "tipoFideicomiso", Kind: Choice, From: TrustKind, Rules: "required", Show: Public},
		{Name: "tipoParticipacion", Kind: Choice, From: TrustRole, Rules: "required", Show: Public},
		{Name: "rfcFideicomiso", Kind: Text, Rules: "rfc", Show: Public},
		trustParty("fideicomitente", "FIDEICOMITENTE"),
		{Name: "fiduciario", Kind: Group, Show: Public, Keep: true, Step: 2, Of: []Field{
			{Name: "nombreRazonSocial", Kind: Text, Rules: "required", Show: Public, ShowIf: identified},
			{Name: "rfc", Kind: Text, Rules: "rfc", Show: Public},
		}},
		trustParty("fideicomisario", "FIDEICOMISARIO"),
		{Name: "sector", Kind: Choice, From: Sector, Rules: "required", Show: Public},
		{Name: "extranjero", Kind: Choice, From: Place, Rules: "required", Show: Public},
	}}),
}

// trustParty is a party whose name is published when it is a company or when the
// declarant takes part in that role. The RFC of a natural person never is.
func trustParty(name, role string) Field {
	return Field{Name: name, Kind: Group, Show: Public, Keep: true, Step: 2, Of: []Field{
		{Name: "tipoPersona", Kind: Choice, From: PersonKind, Rules: "required", Show: Public},
		{Name: "nombreRazonSocial", Kind: Text, Rules: "required", Show: Public, ShowIf: Any(company, Is("tipoParticipacion", role))},
		{Name: "rfc", Kind: Text, Rules: "rfc", Show: Public, ShowIf: moral},
	}}
}
