package forms

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
)

// The closed lists, one file each. Keys and texts are those of the standard
// (PDN System 1, edition 2019-09-23), of INEGI's Marco Geoestadístico and of ISO
// 3166-1 and 4217. An entry is [key, text] or [key, text, parent].
//
//go:embed catalogue/*.json
var catalogueFiles embed.FS

// catalogues holds each list under its name; load fills it before anything runs.
var catalogues = map[string]*Catalogue{}

// CatalogueByName is the whole catalogue of that name in the standard, or nil.
func CatalogueByName(name string) *Catalogue { return catalogues[name] }

// load reads an embedded catalogue. A fault in one is a defect of the build, so
// it panics at start, where every test sees it.
func load(name string) *Catalogue {
	raw, err := catalogueFiles.ReadFile("catalogue/" + name + ".json")
	if err != nil {
		panic(err)
	}
	var file struct {
		Bare    bool
		By      string
		Other   string
		Entries [][]string
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		panic(fmt.Errorf("catalogue %s: %w", name, err))
	}
	c := &Catalogue{Name: name, Bare: file.Bare, By: file.By, Other: file.Other, Entries: make([]Entry, len(file.Entries))}
	for i, e := range file.Entries {
		c.Entries[i] = Entry{Key: e[0], Text: e[1]}
		if file.By != "" {
			c.Entries[i].By = e[2]
		}
	}
	catalogues[name] = c.indexed()
	return c
}

// Lists of INEGI and ISO. The document carries state and municipality as pairs,
// country and currency as bare codes.
var (
	States         = load("entidades")
	Municipalities = load("municipios")
	Countries      = load("paises")  // Mexico first
	Currencies     = load("monedas") // the peso first
)

// Lists of the standard, by what they answer.
var (
	DeclarationType   = load("tipoDeclaracion")
	Operation         = load("tipoOperacion")
	CivilStatus       = load("situacionPersonalEstadoCivil")
	MarriageRegime    = load("regimenMatrimonial")
	SchoolLevel       = load("nivel")
	SchoolStatus      = load("estatus")
	SchoolDocument    = load("documentoObtenido")
	Place             = load("ubicacionMxEx")
	Government        = load("nivelOrdenGobierno")
	Branch            = load("ambitoPublico")
	EmployerKind      = load("ambitoSector")
	Sector            = load("sector")
	PartnerRelation   = load("relacionConDeclarante")
	Kinship           = load("parentescoRelacion")
	Residence         = load("lugarDondeReside")
	Work              = load("actividadLaboral")
	Instrument        = load("tipoInstrumento")
	SoldKind          = load("tipoBienEnajenado")
	PropertyKind      = load("tipoInmueble")
	Owner             = load("titularBien")
	PersonKind        = load("tipoPersona")
	Acquisition       = load("formaAdquisicion")
	Payment           = load("formaPago")
	ValueSource       = load("valorConformeA")
	Removal           = load("motivoBaja")
	Unit              = load("unidadMedida")
	VehicleKind       = load("tipoVehiculo")
	MovableKind       = load("tipoBienMueble")
	InvestmentKind    = load("tipoInversion")
	InvestmentSubkind = load("subTipoInversion")
	DebtKind          = load("tipoAdeudo")
	Relation          = load("tipoRelacion")
	Participation     = load("tipoParticipacion")
	BodyKind          = load("tipoInstitucion")
	Beneficiary       = load("beneficiariosPrograma")
	SupportKind       = load("tipoApoyo")
	Reception         = load("formaRecepcion")
	Representation    = load("tipoRepresentacion")
	BenefitKind       = load("tipoBeneficio")
	TrustKind         = load("tipoFideicomiso")
	TrustRole         = load("tipoParticipacionFideicomiso")
)

// Lent is what was lent, a house or a vehicle (section 15). It is ours: the
// standard only has the two objects, and the screen has to ask which.
var Lent = load("bienPrestado")

// The printed form offers one part of the kinship list for dependents (section 7)
// and another for who handed over an asset (10-12), where "none" is an answer.
var (
	DependentKinship = Kinship.only(func(e Entry) bool {
		return !slices.Contains([]string{"BISA", "BISN", "CONB", "CONC", "CONY", "TATA", "TATN", "NIN"}, e.Key)
	})
	SellerKinship = Kinship.only(func(e Entry) bool {
		return !slices.Contains([]string{"AHI", "NUE", "YER"}, e.Key)
	})
)
