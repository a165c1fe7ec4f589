package figures

import (
	"strconv"
)

// All is the value of a direction that a row does not tell apart.
const All = "TODOS"

// Method is how a figure was made safe.
const Method = "SUPRESION_5"

// Body is the institution, in the members of System 1.
type Body struct {
	Name  string `json:"nombre"`
	Level struct {
		Key string `json:"clave"`
	} `json:"ambitoGobierno"`
	State struct {
		Key string `json:"clave"`
	} `json:"entidadFederativa"`
	Town struct {
		Key string `json:"clave"`
	} `json:"municipio"`
}

// Row is one figure as programs read it. It is of a cell, never of a case.
type Row struct {
	ID      string `json:"id"`
	Frozen  string `json:"fechaActualizacion"` // yyyy-mm-dd
	Version int    `json:"version"`
	Note    string `json:"nota,omitempty"`
	Body    Body   `json:"entePublico"`
	Period  struct {
		From string `json:"inicio"`
		To   string `json:"fin"`
		Unit string `json:"granularidad"`
	} `json:"periodo"`
	Channel string `json:"canal"`
	Kind    struct {
		Fault string `json:"tipoFalta"`
		Group string `json:"grupoConducta"`
	} `json:"clasificacion"`
	Stage string `json:"etapa"`
	Count struct {
		N      *int   `json:"valor"`           // null when withheld, and of a band
		Band   string `json:"rango,omitempty"` // of a period too small for a figure
		Method string `json:"metodo"`
		Kept   bool   `json:"suprimido"`
	} `json:"conteo"`
}

// Rows are the figures of a version of a period: first that of all complaints.
func Rows(s Sheet, version int, frozen, note string, body Body) (all []Row) {
	row := func(name string) Row {
		r := Row{ID: s.ID + "-v" + strconv.Itoa(version) + "-" + name, Frozen: frozen, Version: version, Note: note, Body: body, Channel: All, Stage: All}
		r.Period.From, r.Period.To, r.Period.Unit = s.From, s.To, s.Unit
		r.Kind.Fault, r.Kind.Group, r.Count.Method = All, All, Method
		return r
	}
	total := row(All)
	if total.Count.Band = s.Band; s.Band == "" {
		total.Count.N = &s.Total
	}
	all = append(all, total)
	for _, share := range s.Shares {
		for _, c := range share.Cells {
			r := row(c.Key)
			switch share.Name {
			case ByGroup:
				r.Kind.Group = c.Key
			case ByChannel:
				r.Channel = c.Key
			case ByStage:
				r.Stage = c.Key
			}
			if r.Count.Kept = c.Kept; !c.Kept {
				n := c.N
				r.Count.N = &n
			}
			all = append(all, r)
		}
	}
	return all
}
