package forms

import "slices"

// realEstate (Norma 16ª X). Where it is and its registry data are private.
var realEstate = Section{
	Key: "bienesInmuebles", No: "10", Part: Patrimonial, In: FullOnly, Layout: Collection, Group: "patrimonio", List: "bienInmueble",
	Fields: declarable(Field{Name: "bienInmueble", Kind: List, Max: 100, Show: Public, ShowIf: onlyMine, Of: slices.Concat(
		[]Field{
			operation,
			{Name: "tipoInmueble", Kind: Choice, From: PropertyKind, Rules: "required", Show: Public},
		},
		step(2,
			owners,
			Field{Name: "porcentajePropiedad", Kind: Percent, Rules: "required,gte=0,lte=100", Show: Public, Derive: "ownershipAll", Help: true},
		),
		[]Field{
			{Name: "superficieTerreno", Kind: Group, Show: Public, Keep: true, Of: area},
			{Name: "superficieConstruccion", Kind: Group, Show: Public, When: Not(Is("tipoInmueble", "TERR")), Of: area},
		},
		step(2, thirdParties, obliged(sellers)),
		step(2, acquired...),
		step(2, Field{Name: "valorConformeA", Kind: Choice, From: ValueSource, Rules: "required", Show: Public, Help: true}),
		step(3, Field{Name: "datoIdentificacion", Kind: Text, Rules: "required,max=150"}),
		step(3, where...),
		[]Field{removal},
	)}),
}

// area is a surface in whole units.
var area = []Field{
	{Name: "valor", Kind: Integer, Rules: "required,gte=0", Show: Public, Help: true},
	{Name: "unidad", Kind: Choice, From: Unit, Rules: "required", Show: Public, Preset: "m2"},
}
