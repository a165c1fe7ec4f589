package forms

import "slices"

// home: where the declarant lives (Norma 16ª II). Nothing of it is published.
var home = Section{
	Key: "domicilioDeclarante", No: "2", Part: Patrimonial, Layout: Page, Group: "trabajo",
	Fields: append(slices.Clone(where), clarifications),
}
