package forms

// support: public programmes and subsidies received (Norma 17ª III). Published
// when the beneficiary is the declarant, or another who is a company. The printed
// form has no tipoPersona; it is asked only where it decides.
var support = Section{
	Key: "apoyos", No: "I3", Part: Interes, In: FullOnly, Layout: Collection, Group: "intereses", List: "apoyo",
	Fields: declarable(Field{Name: "apoyo", Kind: List, Max: 100, Show: Public,
		ShowIf: Any(Is("beneficiarioPrograma", "DC"), All(Is("beneficiarioPrograma", "OTRO"), moral)),
		Of: public([]Field{
			operation,
			{Name: "beneficiarioPrograma", Kind: Choice, From: Beneficiary, Rules: "required"},
			{Name: "tipoPersona", Kind: Choice, From: PersonKind, Rules: "required", When: Is("beneficiarioPrograma", "OTRO")},
			{Name: "nombrePrograma", Kind: Text, Rules: "required"},
			{Name: "institucionOtorgante", Kind: Text, Rules: "required"},
			government,
			{Name: "tipoApoyo", Kind: Choice, From: SupportKind, Rules: "required"},
			{Name: "formaRecepcion", Kind: Choice, From: Reception, Rules: "required"},
			{Name: "montoApoyoMensual", Kind: Money, Rules: "required", When: Is("formaRecepcion", "MONETARIO"), Help: true},
			{Name: "especifiqueApoyo", Kind: Text, Rules: "required", When: Is("formaRecepcion", "ESPECIE")},
		})}),
}
