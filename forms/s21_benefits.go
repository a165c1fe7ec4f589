package forms

// benefits from private persons: raffles, contests, donations (Norma 17ª VI).
// Published when nobody but the declarant, or another who is a company, benefits.
var benefits = Section{
	Key: "beneficiosPrivados", No: "I6", Part: Interes, In: FullOnly, Layout: Collection, Group: "intereses", List: "beneficio",
	Fields: declarable(Field{Name: "beneficio", Kind: List, Max: 100, Show: Public,
		ShowIf: Any(Only("beneficiario", "DC"), All(Only("beneficiario", "DC", "OTRO"), moral)),
		Of: []Field{
			operation,
			{Name: "tipoBeneficio", Kind: Choice, From: BenefitKind, Rules: "required", Show: Public},
			{Name: "beneficiario", Kind: Choices, From: Beneficiary, Rules: "required", Show: Public},
			{Name: "tipoPersona", Kind: Choice, From: PersonKind, Rules: "required", Show: Public, When: Is("beneficiario", "OTRO")},
			{Name: "otorgante", Kind: Group, Show: Public, Keep: true, Of: party},
			{Name: "formaRecepcion", Kind: Choice, From: Reception, Rules: "required", Show: Public},
			{Name: "especifiqueBeneficio", Kind: Text, Rules: "required", Show: Public, When: Is("formaRecepcion", "ESPECIE")},
			{Name: "montoMensualAproximado", Kind: Money, Rules: "required", Show: Public, When: Is("formaRecepcion", "MONETARIO")},
			{Name: "sector", Kind: Choice, From: Sector, Rules: "required", Show: Public},
		}}),
}
