package forms

import "slices"

// Groups of questions that several sections share. Each is written once, private
// by default; public marks a copy of it where the Normas publish it.

// Gates of the public version (Norma 19ª).
var (
	// onlyMine: items of sections 10 to 14 are published only while the declarant
	// is the sole owner; co-owned ones are withheld whole.
	onlyMine = All(Only("titular", "DEC"), Empty("tercero"))
	// aboutMe: interests are published only while they are the declarant's own.
	aboutMe = Is("tipoRelacion", "DECLARANTE")
	// moral: who benefits is a company.
	moral = Is("tipoPersona", "MORAL")
	// identified: an RFC says whose name stands beside it, where nothing else does; that
	// of a natural person other than the declarant is not published (decision 0010).
	identified = Not(Stranger("rfc"))
	// company: of those of whom it is asked, only companies are named, and the RFC
	// is believed when it says otherwise.
	company = All(moral, identified)
)

// operation is worked out from the previous declaration and never asked.
var operation = Field{Name: operated, Kind: Choice, From: Operation, Show: Public, Derive: "operation"}

// clarifications close every section; they are private without exception.
var clarifications = Field{Name: remarks, Kind: Paragraph, Rules: "max=2000"}

// unlessNone: what follows "ninguno" is asked unless the answer to it is yes.
var unlessNone = Not(Is(none, Yes))

// declarable are the fields of a section that may hold nothing: it asks "ninguno"
// first, and the list is asked unless the answer is yes. Public readers get an
// empty list, not a missing one, when all its items are withheld.
func declarable(list Field) []Field {
	list.Keep = true
	list.When = unlessNone
	return []Field{{Name: none, Kind: YesNo, Rules: "required", Show: list.Show}, list, clarifications}
}

// public is a copy of the fields, and of all that is in them, marked as published.
func public(fields []Field) []Field {
	fields = slices.Clone(fields)
	for i := range fields {
		fields[i].Show = Public
		fields[i].Of = public(fields[i].Of)
	}
	return fields
}

// private is a copy of a field that other sections publish.
func private(f Field) Field {
	f.Show = Private
	return f
}

// obliged is a copy of a list that needs at least one item.
func obliged(list Field) Field {
	list.Rules = "required"
	return list
}

// step is a copy of the fields on a page of an item.
func step(n uint8, fields ...Field) []Field {
	fields = slices.Clone(fields)
	for i := range fields {
		fields[i].Step = n
	}
	return fields
}

// when is a copy of the fields, asked only while c holds besides their own condition.
func when(c Cond, fields ...Field) []Field {
	fields = slices.Clone(fields)
	for i := range fields {
		if own := fields[i].When; own.Op == OpTrue {
			fields[i].When = c
		} else {
			fields[i].When = All(c, own)
		}
	}
	return fields
}

// addressMexico asks state before municipality, because it narrows it.
var addressMexico = []Field{
	{Name: "calle", Kind: Text, Rules: "required"},
	{Name: "numeroExterior", Kind: Text, Rules: "required,max=30"},
	{Name: "numeroInterior", Kind: Text, Rules: "max=30"},
	{Name: "coloniaLocalidad", Kind: Text, Rules: "required"},
	{Name: "entidadFederativa", Kind: Choice, From: States, Rules: "required"},
	{Name: "municipioAlcaldia", Kind: Choice, From: Municipalities, Rules: "required"},
	{Name: "codigoPostal", Kind: Text, Rules: "required,cp"},
}

// addressAbroad obliges to nothing that some country does not have.
var addressAbroad = []Field{
	{Name: "calle", Kind: Text, Rules: "required"},
	{Name: "numeroExterior", Kind: Text, Rules: "max=30"},
	{Name: "numeroInterior", Kind: Text, Rules: "max=30"},
	{Name: "ciudadLocalidad", Kind: Text, Rules: "required"},
	{Name: "estadoProvincia", Kind: Text},
	{Name: "pais", Kind: Choice, From: Countries, Rules: "required,ne=MX"},
	{Name: "codigoPostal", Kind: Text, Rules: "max=20"},
}

// where asks for an address in Mexico or abroad: exactly one of the two groups is
// live. The choice itself is never in the document; whoever reads one back infers
// it from the group that is there.
var where = []Field{
	{Name: "lugar", Kind: Choice, From: Place, Rules: "required", Screen: true},
	{Name: "domicilioMexico", Kind: Group, When: Is("lugar", "MX"), Of: addressMexico},
	{Name: "domicilioExtranjero", Kind: Group, When: Is("lugar", "EX"), Of: addressAbroad},
}

// resides is the same for a partner or dependent who lives elsewhere; there the
// document carries the choice.
var resides = []Field{
	{Name: "habitaDomicilioDeclarante", Kind: YesNo, Rules: "required"},
	{Name: "lugarDondeReside", Kind: Choice, From: Residence, Rules: "required", When: Is("habitaDomicilioDeclarante", No)},
	{Name: "domicilioMexico", Kind: Group, When: Is("lugarDondeReside", "MEXICO"), Of: addressMexico},
	{Name: "domicilioExtranjero", Kind: Group, When: Is("lugarDondeReside", "EXTRANJERO"), Of: addressAbroad},
}

// located is a country and, in Mexico, a state (ubicacion, lugarRegistro).
var located = []Field{
	{Name: "pais", Kind: Choice, From: Countries, Rules: "required"},
	{Name: "entidadFederativa", Kind: Choice, From: States, Rules: "required", When: Is("pais", "MX")},
}

// names of a person; many have one surname.
var names = []Field{
	{Name: "nombre", Kind: Text, Rules: "required,max=100"},
	{Name: "primerApellido", Kind: Text, Rules: "required,max=100"},
	{Name: "segundoApellido", Kind: Text, Rules: "max=100"},
}

var birth = Field{Name: "fechaNacimiento", Kind: Date, Rules: "required,notfuture,notbefore=1900-01-01"}

// personRFC is of somebody who may have none: a child, a foreigner.
var personRFC = Field{Name: "rfc", Kind: Text, Rules: "rfcperson"}

// anyRFC is of a company or of a person in business. It is optional because
// neither foreign companies nor private sellers have one at hand.
var anyRFC = Field{Name: "rfc", Kind: Text, Rules: "rfc"}

var (
	sector     = Field{Name: "sector", Kind: Choice, From: Sector, Rules: "required"}
	government = Field{Name: "nivelOrdenGobierno", Kind: Choice, From: Government, Rules: "required"}
	branch     = Field{Name: "ambitoPublico", Kind: Choice, From: Branch, Rules: "required"}
	person     = Field{Name: "tipoPersona", Kind: Choice, From: PersonKind, Rules: "required"}
	title      = Field{Name: "nombreRazonSocial", Kind: Text, Rules: "required"}
)

// party is the other side of a contract: its kind is public, its name and RFC only
// while it is a company.
var party = []Field{
	{Name: "tipoPersona", Kind: Choice, From: PersonKind, Rules: "required", Show: Public},
	{Name: "nombreRazonSocial", Kind: Text, Rules: "required", Show: Public, ShowIf: company},
	{Name: "rfc", Kind: Text, Rules: "rfc", Show: Public, ShowIf: moral},
}

// works is what a partner or dependent does for a living (sections 6 and 7); the
// two sections name the private post differently.
func works(post string) []Field {
	salary := Field{Name: "salarioMensualNeto", Kind: Money, Rules: "required", Help: true}
	since := Field{Name: "fechaIngreso", Kind: Date, Rules: "required,notfuture"}
	return []Field{
		{Name: "actividadLaboral", Kind: Choice, From: Work, Rules: "required"},
		{Name: "actividadLaboralSectorPublico", Kind: Group, When: Is("actividadLaboral", "PUB"), Of: []Field{
			government, branch,
			{Name: "nombreEntePublico", Kind: Text, Rules: "required"},
			{Name: "areaAdscripcion", Kind: Text, Rules: "required"},
			{Name: "empleoCargoComision", Kind: Text, Rules: "required"},
			{Name: "funcionPrincipal", Kind: Text, Rules: "required"},
			salary, since,
		}},
		{Name: "actividadLaboralSectorPrivadoOtro", Kind: Group, When: Is("actividadLaboral", "PRI", "OTRO"), Of: []Field{
			{Name: "nombreEmpresaSociedadAsociacion", Kind: Text, Rules: "required"},
			{Name: post, Kind: Text, Rules: "required"},
			anyRFC, since, sector, salary,
			{Name: "proveedorContratistaGobierno", Kind: YesNo, Rules: "required"},
		}},
	}
}

// owners of an asset or debt. Whose it is decides whether the item is public, so
// it is asked before its price.
var owners = Field{Name: "titular", Kind: Choices, From: Owner, Rules: "required", Show: Public, Help: true}

// thirdParties are the co-owners that titular announces.
var thirdParties = Field{
	Name: "tercero", Kind: List, Max: 20, Rules: "required", When: Is("titular", "CTER"), Help: true,
	Of: []Field{person, title, anyRFC},
}

// sellers handed the asset over.
var sellers = Field{
	Name: "transmisor", Kind: List, Max: 20, Show: Public, Help: true,
	Of: append(slices.Clone(party), Field{Name: "relacion", Kind: Choice, From: SellerKinship, Rules: "required"}),
}

// acquired is how, for how much and when an asset was obtained.
var acquired = []Field{
	{Name: "formaAdquisicion", Kind: Choice, From: Acquisition, Rules: "required", Show: Public, Help: true},
	{Name: "formaPago", Kind: Choice, From: Payment, Rules: "required", Show: Public, Help: true},
	{Name: "valorAdquisicion", Kind: Money, Rules: "required", Show: Public, Help: true},
	{Name: "fechaAdquisicion", Kind: Date, Rules: "required,notfuture", Show: Public, Help: true},
}

// removal is why an asset of the previous declaration is gone.
var removal = Field{Name: "motivoBaja", Kind: Choice, From: Removal, Rules: "required", Show: Public, When: Is(operated, "BAJA")}

// vehicle describes one, owned or lent. What identifies it and where it is
// registered are private.
func vehicle(kind string) []Field {
	return []Field{
		{Name: kind, Kind: Choice, From: VehicleKind, Rules: "required", Show: Public},
		{Name: "marca", Kind: Text, Rules: "required,max=100", Show: Public},
		{Name: "modelo", Kind: Text, Rules: "required,max=100", Show: Public},
		{Name: "anio", Kind: Integer, Rules: "required,gte=1900,lte=2100", Show: Public},
		{Name: "numeroSerieRegistro", Kind: Text, Rules: "required,folio,max=50"},
	}
}

// registered is where a vehicle is registered.
var registered = Field{Name: "lugarRegistro", Kind: Group, Of: located}

// change is computed against the previous declaration, so the first one lacks it.
var change = Field{
	Name: "porcentajeIncrementoDecremento", Kind: Percent, Rules: "gte=-100,lte=100", Show: Public,
	In: ModificacionFull | ConclusionFull, Derive: "percentChange",
}

// paid asks whether an interest is remunerated and, then, how much a month.
var paid = []Field{
	{Name: "recibeRemuneracion", Kind: YesNo, Rules: "required", Show: Public},
	{Name: "montoMensual", Kind: Money, Rules: "required", Show: Public, When: Is("recibeRemuneracion", Yes), Help: true},
}

// location is that of an interest, which is published.
var location = Field{Name: "ubicacion", Kind: Group, Show: Public, Of: public(located)}
