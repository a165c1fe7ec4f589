package forms

import "slices"

// vehicles (Norma 16ª XI). Serial number and place of registration are private.
var vehicles = Section{
	Key: "vehiculos", No: "11", Part: Patrimonial, In: FullOnly, Layout: Collection, Group: "patrimonio", List: "vehiculo",
	Fields: declarable(Field{Name: "vehiculo", Kind: List, Max: 100, Show: Public, ShowIf: onlyMine, Of: slices.Concat(
		[]Field{operation}, vehicle("tipoVehiculo"),
		step(2, owners, thirdParties, obliged(sellers)),
		step(2, acquired...),
		step(3, registered),
		[]Field{removal},
	)}),
}
