package forms

import "slices"

// post describes a public employment. The address of the office is published.
var post = slices.Concat(public([]Field{
	government, branch,
	{Name: "nombreEntePublico", Kind: Text, Rules: "required"},
	{Name: "areaAdscripcion", Kind: Text, Rules: "required"},
	{Name: "empleoCargoComision", Kind: Text, Rules: "required"},
	{Name: "contratadoPorHonorarios", Kind: YesNo, Rules: "required", Help: true},
	{Name: "nivelEmpleoCargoComision", Kind: Text, Rules: "required,max=100"},
	{Name: "funcionPrincipal", Kind: Text, Rules: "required"},
	{Name: "fechaTomaPosesion", Kind: Date, Rules: "required,notfuture", Help: true},
	{Name: "telefonoOficina", Kind: Group, Of: []Field{
		{Name: "telefono", Kind: Text, Rules: "phone"},
		{Name: "extension", Kind: Text, Rules: "digits,max=10"},
	}},
}), public(where))

// employment: the post that makes the declaration due (Norma 16ª IV). In a
// conclusión fechaTomaPosesion holds the day the post ended: the standard has no
// property of its own for it. Only a modificación asks for other public posts.
var employment = Section{
	Key: "datosEmpleoCargoComision", No: "4", Part: Patrimonial, Layout: Page, Group: "trabajo",
	Fields: slices.Concat([]Field{operation}, post, []Field{
		{Name: "cuentaConOtroCargoPublico", Kind: YesNo, Rules: "required", Show: Public, In: OnlyModificacion, Help: true},
		{Name: "otroEmpleoCargoComision", Kind: List, Max: 20, Rules: "required", Show: Public, Keep: true, In: OnlyModificacion,
			When: Is("cuentaConOtroCargoPublico", Yes), Of: append(slices.Clone(post), clarifications)},
		clarifications,
	}),
}
