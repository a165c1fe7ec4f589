package forms

import "slices"

// general: who declares (Norma 16ª I). Published: names and the office's e-mail.
var general = Section{
	Key: "datosGenerales", No: "1", Part: Patrimonial, Layout: Page, Group: "trabajo",
	Fields: slices.Concat(public(names), []Field{
		{Name: "curp", Kind: Text, Rules: "required,curp"},
		{Name: "rfc", Kind: Group, Of: []Field{
			{Name: "rfc", Kind: Text, Rules: "required,rfcbody"},
			{Name: "homoClave", Kind: Text, Rules: "required,homoclave"},
		}},
		{Name: "correoElectronico", Kind: Group, Show: Public, Of: []Field{
			{Name: "institucional", Kind: Text, Rules: "email", Show: Public},
			{Name: "personal", Kind: Text, Rules: "required,email"},
		}},
		{Name: "telefono", Kind: Group, Of: []Field{
			{Name: "casa", Kind: Text, Rules: "phone"},
			{Name: "celularPersonal", Kind: Text, Rules: "phone"},
		}},
		{Name: "situacionPersonalEstadoCivil", Kind: Choice, From: CivilStatus, Rules: "required", Help: true},
		{Name: "regimenMatrimonial", Kind: Choice, From: MarriageRegime, Rules: "required", When: Is("situacionPersonalEstadoCivil", "CAS"), Help: true},
		{Name: "paisNacimiento", Kind: Choice, From: Countries, Rules: "required"},
		{Name: "nacionalidad", Kind: Choice, From: Countries, Rules: "required"},
		// Asked by the text of Norma 16ª I.12 alone: no document of the standard carries it.
		{Name: "servidorPublicoAnioAnterior", Kind: YesNo, Rules: "required", In: OnlyModificacion, Screen: true, Show: Public},
		clarifications,
	}),
}
