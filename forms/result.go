package forms

import (
	"encoding/json"
	"strconv"
	"time"
)

// Metadata is what the standard says about a declaration outside of it.
type Metadata struct {
	Actualizacion                 time.Time // when it was filed; whole seconds
	Institucion                   string    // body that runs the system in which it was filed
	Tipo                          Type
	DeclaracionCompleta           bool // full, not simplified
	ActualizacionConflictoInteres bool // Norma 8ª: interests updated outside of the periods
}

// Level is the level that the metadata tell of.
func (m Metadata) Level() Level {
	if m.DeclaracionCompleta {
		return Full
	}
	return Simplified
}

// Result is one declaration as the PDN sends it, {"id","metadata","declaracion"},
// in canonical bytes: what is hashed, stored and served. The time is in UTC.
func Result(id string, m Metadata, d Document) []byte {
	b := make([]byte, 0, len(d.JSON)+512)
	b = append(b, `{"id":`...)
	b = appendString(b, id)
	b = append(b, `,"metadata":{"actualizacion":`...)
	b = appendString(b, m.Actualizacion.UTC().Format(time.RFC3339))
	b = append(b, `,"institucion":`...)
	b = appendString(b, m.Institucion)
	b = append(b, `,"tipo":`...)
	b = appendString(b, m.Tipo.String())
	b = append(b, `,"declaracionCompleta":`...)
	b = strconv.AppendBool(b, m.DeclaracionCompleta)
	b = append(b, `,"actualizacionConflictoInteres":`...)
	b = strconv.AppendBool(b, m.ActualizacionConflictoInteres)
	b = append(b, `},"declaracion":`...)
	b = append(b, d.JSON...)
	return append(b, '}')
}

// ParseResult reads what Result wrote; the document keeps its bytes. It returns
// ErrDocument for anything else.
func ParseResult(b []byte) (id string, m Metadata, d Document, err error) {
	var r struct {
		ID       string `json:"id"`
		Metadata struct {
			Actualizacion time.Time `json:"actualizacion"`
			Institucion   string    `json:"institucion"`
			Tipo          string    `json:"tipo"`
			Completa      bool      `json:"declaracionCompleta"`
			Conflicto     bool      `json:"actualizacionConflictoInteres"`
		} `json:"metadata"`
		Declaracion json.RawMessage `json:"declaracion"`
	}
	if len(b) > MaxDocument || json.Unmarshal(b, &r) != nil || len(r.Declaracion) == 0 {
		return "", Metadata{}, Document{}, ErrDocument
	}
	t, ok := ParseType(r.Metadata.Tipo)
	if !ok {
		return "", Metadata{}, Document{}, ErrDocument
	}
	m = Metadata{r.Metadata.Actualizacion.UTC(), r.Metadata.Institucion, t, r.Metadata.Completa, r.Metadata.Conflicto}
	return r.ID, m, Document{Lookup(t, m.Level()), r.Declaracion}, nil
}
