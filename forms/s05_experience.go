package forms

// experience: the last five jobs (Norma 16ª V). All published, but for the name and
// the RFC of an employer who is a natural person.
var experience = Section{
	Key: "experienciaLaboral", No: "5", Part: Patrimonial, Layout: Collection, Group: "trabajo", List: "experiencia",
	Fields: declarable(Field{Name: "experiencia", Kind: List, Max: lastFive, Show: Public, Of: public([]Field{
		operation,
		{Name: "ambitoSector", Kind: Choice, From: EmployerKind, Rules: "required"},
		{Name: "nivelOrdenGobierno", Kind: Choice, From: Government, Rules: "required", When: inPublicSector},
		{Name: "ambitoPublico", Kind: Choice, From: Branch, Rules: "required", When: inPublicSector},
		{Name: "nombreEntePublico", Kind: Text, Rules: "required", When: inPublicSector},
		{Name: "areaAdscripcion", Kind: Text, Rules: "required", When: inPublicSector},
		{Name: "empleoCargoComision", Kind: Text, Rules: "required", When: inPublicSector},
		{Name: "funcionPrincipal", Kind: Text, Rules: "required", When: inPublicSector},
		{Name: "nombreEmpresaSociedadAsociacion", Kind: Text, Rules: "required", When: inPrivateSector, ShowIf: identified},
		{Name: "rfc", Kind: Text, Rules: "rfc", When: inPrivateSector},
		{Name: "area", Kind: Text, When: inPrivateSector},
		{Name: "puesto", Kind: Text, Rules: "required", When: inPrivateSector},
		{Name: "sector", Kind: Choice, From: Sector, Rules: "required", When: inPrivateSector},
		{Name: "fechaIngreso", Kind: Date, Rules: "required,notfuture"},
		{Name: "fechaEgreso", Kind: Date, Rules: "notfuture"},
		{Name: "ubicacion", Kind: Choice, From: Place, Rules: "required"},
	})}),
}

var (
	inPublicSector  = Is("ambitoSector", "PUB")
	inPrivateSector = Is("ambitoSector", "PRV", "OTR")
)
