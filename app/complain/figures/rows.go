package figures

import "strconv"

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
	Times  map[string]any  `json:"tiempos,omitempty"`      // of a whole period: medians, and of how many at least
	Motive map[string]*int `json:"motivoCierre,omitempty"` // of a stage: null when withheld
}

// overBase is of how many complaints a median is, at least.
const overBase = "≥10"

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
	for _, t := range s.Times {
		if total.Times == nil {
			total.Times = map[string]any{"base": overBase}
		}
		total.Times[t.Name] = t.Median
	}
	all = append(all, total)
	for _, share := range s.Shares {
		for _, c := range share.Cells {
			r := row(c.Key)
			r.Count.N, r.Count.Kept = c.figure(), c.Kept
			switch share.Name {
			case ByGroup:
				r.Kind.Group = c.Key
			case ByChannel:
				r.Channel = c.Key
			case ByStage:
				r.Stage = c.Key
			}
			var within []Row
			for _, part := range share.Parts {
				if part.Of != c.Key {
					continue
				}
				for _, x := range part.Cells {
					if part.Name == ByMotive {
						if r.Motive == nil {
							r.Motive = map[string]*int{}
						}
						r.Motive[x.Key] = x.figure()
						continue
					}
					f := row(x.Key)
					f.Stage, f.Kind.Fault, f.Count.N, f.Count.Kept = c.Key, x.Key, x.figure(), x.Kept
					within = append(within, f)
				}
			}
			all = append(append(all, r), within...)
		}
	}
	return all
}

// figure is what a cell shows, nil when it is withheld.
func (c Cell) figure() *int {
	if c.Kept {
		return nil
	}
	return &c.N
}
