package pdn

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// rowVersion begins every row. A row of another version, or an empty one, is made
// again from its document when it is read.
const rowVersion = 1

// entry is what can be searched of one published declaration, and nothing else.
type entry struct {
	texts   [textCount]string // nombres … nivelEmpleoCargoComision, as published
	keys    [keyCount]string
	studies []string // keys of escolaridad, each once, sorted
	income  number   // figure A
	estates []estate
}

// estate is what can be searched of one published real estate.
type estate struct {
	built, land, price number
	how                string // formaAdquisicion
}

// number is an amount or a surface that may be missing.
type number struct {
	is bool
	n  int64
}

// published is the part of a public result document that is searched. Its paths
// are those of the standard; a test holds them to the table of fields.
type published struct {
	Declaracion struct {
		Situacion struct {
			General struct {
				Nombre          string `json:"nombre"`
				PrimerApellido  string `json:"primerApellido"`
				SegundoApellido string `json:"segundoApellido"`
			} `json:"datosGenerales"`
			Curriculum struct {
				Escolaridad []struct {
					Nivel key `json:"nivel"`
				} `json:"escolaridad"`
			} `json:"datosCurricularesDeclarante"`
			Empleo struct {
				Ente      string `json:"nombreEntePublico"`
				Empleo    string `json:"empleoCargoComision"`
				Nivel     string `json:"nivelEmpleoCargoComision"`
				Orden     string `json:"nivelOrdenGobierno"`
				Domicilio struct {
					Entidad   key `json:"entidadFederativa"`
					Municipio key `json:"municipioAlcaldia"`
				} `json:"domicilioMexico"`
			} `json:"datosEmpleoCargoComision"`
			Ingresos struct {
				Mensual    valued `json:"ingresoMensualNetoDeclarante"`
				Anual      valued `json:"ingresoAnualNetoDeclarante"`
				Conclusion valued `json:"ingresoConclusionNetoDeclarante"`
			} `json:"ingresos"`
			Inmuebles struct {
				Inmueble []struct {
					Construccion valued `json:"superficieConstruccion"`
					Terreno      valued `json:"superficieTerreno"`
					Valor        valued `json:"valorAdquisicion"`
					Forma        key    `json:"formaAdquisicion"`
				} `json:"bienInmueble"`
			} `json:"bienesInmuebles"`
		} `json:"situacionPatrimonial"`
	} `json:"declaracion"`
}

type key struct {
	Clave string `json:"clave"`
}

type valued struct {
	Valor *float64 `json:"valor"`
}

func (v valued) number() number {
	if v.Valor == nil || math.Abs(*v.Valor) > 1<<53 {
		return number{}
	}
	return number{true, int64(math.Floor(*v.Valor))}
}

// Row makes the compact row of a public result document: it is the
// storage.Indexer of this system, called once when a document is published. The
// row holds only what the document publishes.
func Row(public []byte) ([]byte, error) {
	var p published
	if err := json.Unmarshal(public, &p); err != nil {
		return nil, errors.New("pdn: a public document cannot be read") // never its content
	}
	s := &p.Declaracion.Situacion
	e := entry{
		texts: [textCount]string{
			s.General.Nombre, s.General.PrimerApellido, s.General.SegundoApellido,
			s.Empleo.Ente, s.Empleo.Empleo, s.Empleo.Nivel,
		},
		keys: [keyCount]string{s.Empleo.Orden, s.Empleo.Domicilio.Entidad.Clave, s.Empleo.Domicilio.Municipio.Clave},
	}
	for i := range e.texts {
		e.texts[i] = tidy(e.texts[i])
	}
	for _, x := range s.Curriculum.Escolaridad {
		if c := x.Nivel.Clave; c != "" && !slices.Contains(e.studies, c) {
			e.studies = append(e.studies, c)
		}
	}
	slices.Sort(e.studies)
	for _, a := range []valued{s.Ingresos.Mensual, s.Ingresos.Anual, s.Ingresos.Conclusion} {
		if n := a.number(); n.is {
			e.income = n
		}
	}
	for _, x := range s.Inmuebles.Inmueble {
		e.estates = append(e.estates, estate{x.Construccion.number(), x.Terreno.number(), x.Valor.number(), x.Forma.Clave})
	}
	return e.append(nil), nil
}

// append writes the entry behind b.
func (e *entry) append(b []byte) []byte {
	b = append(b, rowVersion)
	for _, s := range e.texts {
		b = appendText(b, s)
	}
	for _, s := range e.keys {
		b = appendText(b, s)
	}
	b = appendText(b, strings.Join(e.studies, setSep))
	b = appendNumber(b, e.income)
	b = binary.AppendUvarint(b, uint64(len(e.estates)))
	for _, x := range e.estates {
		b = appendNumber(b, x.built)
		b = appendNumber(b, x.land)
		b = appendNumber(b, x.price)
		b = appendText(b, x.how)
	}
	return b
}

// setSep stands between the keys of a set kept as one text.
const setSep = ","

func appendText(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// appendNumber writes 0 for a number that is missing, and else one more than the
// zigzag of it; what cannot be told apart from missing does not occur, since
// numbers stay below 2^53.
func appendNumber(b []byte, x number) []byte {
	if !x.is {
		return append(b, 0)
	}
	return binary.AppendUvarint(b, uint64(x.n)<<1^uint64(x.n>>63)+1)
}

// errRow means that a row is cut short or was never one.
var errRow = errors.New("pdn: an index row cannot be read")

// reader reads a row field by field. After a fault everything is empty and err
// tells.
type reader struct {
	b   []byte
	bad bool
}

// open starts reading a row of this version; it reports false for any other.
func open(row []byte) (reader, bool) {
	if len(row) == 0 || row[0] != rowVersion {
		return reader{}, false
	}
	return reader{b: row[1:]}, true
}

func (r *reader) uvarint() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 {
		r.b, r.bad = nil, true
		return 0
	}
	r.b = r.b[size:]
	return n
}

// text is the next text; it is valid while the row is.
func (r *reader) text() []byte {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.b, r.bad = nil, true
		return nil
	}
	s := r.b[:n]
	r.b = r.b[n:]
	return s
}

func (r *reader) number() number {
	z := r.uvarint()
	if z == 0 {
		return number{}
	}
	z--
	return number{true, int64(z>>1) ^ -int64(z&1)}
}

// count is how many items follow: no more than there are bytes left for.
func (r *reader) count() int {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.b, r.bad = nil, true
		return 0
	}
	return int(n)
}

// end reports what went wrong, if anything did or something is left over.
func (r *reader) end() error {
	if r.bad {
		return errRow
	}
	if len(r.b) > 0 {
		return fmt.Errorf("%w: %d bytes too many", errRow, len(r.b))
	}
	return nil
}
