package complain

import (
	"regexp"
	"strings"
)

// What a complaint is asked for, in the order of the page. None is required.
const (
	AskWhat  = "que"
	AskWho   = "quien"
	AskWhen  = "cuando"
	AskWhere = "donde"
	AskHow   = "como"
)

// Point is one of the five things that help an investigation, and whether it seems to
// be told. It is a guess by words, and never keeps anybody from going on.
type Point struct {
	Ask  string
	Told bool
}

// Coach looks for the five things.
func Coach(a *Answers) []Point {
	text := strings.ToLower(a.What)
	return []Point{
		{AskWhat, len(strings.Fields(text)) >= 8},
		{AskWho, someone.MatchString(text) || fullName.MatchString(a.What)},
		{AskWhen, strings.TrimSpace(a.When) != "" || sometime.MatchString(text)},
		{AskWhere, strings.TrimSpace(a.Where) != "" || somewhere.MatchString(text)},
		{AskHow, somehow.MatchString(text)},
	}
}

// Words that stand for an answer, in Spanish as people write it. Word boundaries are
// written out, since those of regexp know no accents.
var (
	someone   = words(`presidente?a?|alcalde(?:sa)?|síndic[oa]|regidora?|tesorer[oa]|directora?|secretari[oa]|policías?|comandante|oficial|inspectora?|supervisora?|jef[ea]|encargad[oa]|titular|coordinadora?|contralora?|contador[a]?|cajer[oa]|emplead[oa]s?|funcionari[oa]s?|servidora? públic[oa]|licenciad[oa]|ingenier[oa]|arquitect[oa]|doctora?|señora?|tránsito|delegad[oa]|auxiliar|chofer|médic[oa]`)
	fullName  = regexp.MustCompile(`\p{Lu}\p{Ll}+ (?:de (?:la |los )?)?\p{Lu}\p{Ll}+`)
	sometime  = words(`ayer|hoy|anoche|antier|lunes|martes|miércoles|jueves|viernes|sábado|domingo|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|semanas?|mes(?:es)?|año(?:s)?|días?|(?:19|20)\d\d|\d{1,2}[/-]\d{1,2}|\d{1,2}:\d\d`)
	somewhere = words(`calle|avenida|av\.|colonia|col\.|oficinas?|ventanilla|palacio|presidencia|mercado|plaza|escuela|hospital|clínica|centro de salud|carretera|ejido|rancho|comunidad|barrio|kilómetro|km|edificio|módulo|caseta|parque|panteón|rastro|juzgado|comandancia|casa|local|banco`)
	somehow   = words(`vi|vimos|escuché|oí|oímos|leí|estuve|estaba|me (?:dij[eo]|dijeron|pidió|pidieron|consta|contaron|contó|cobró|cobraron|quitó|amenazó)|nos (?:dijeron|pidió|pidieron|cobró|cobraron)|testig[oa]s?|fotos?|fotografías?|videos?|audios?|grab[aé]\w*|recibos?|facturas?|documentos?|mensajes?|papel(?:es)?|capturas?|copia`)
)

func words(list string) *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^\p{L}\d])(?:` + list + `)(?:$|[^\p{L}\d])`)
}

// Phrase is a piece of a text by which its author may be known.
type Phrase struct {
	Text string // as she wrote it
	Why  string // "unica", "puesto", "familia", "dato"
}

// telling are the phrases by which people give themselves away without meaning to.
var telling = []struct {
	why string
	re  *regexp.Regexp
}{
	{"unica", regexp.MustCompile(`(?i)(?:soy|fui|era|yo era) (?:el|la) únic[oa]\b[^.\n]{0,60}|(?:solo|sólo|solamente|únicamente|nada más) yo\b[^.\n]{0,60}|nadie más (?:lo )?(?:sabe|sabía|estaba|vio)[^.\n]{0,40}`)},
	{"puesto", regexp.MustCompile(`(?i)\b(?:trabajo|trabajaba|laboro|laboraba) (?:en|como|de|para)\b[^.\n]{0,60}|\bsoy (?:secretari[oa]|policía|maestr[oa]|emplead[oa]|auxiliar|contador[a]?|directora?|enfermer[oa]|médic[oa]|chofer|cajer[oa]|inspectora?|regidora?|proveedora?|contratista|vecin[oa])\b[^.\n]{0,60}|\bmi (?:jef[ea]|puesto|oficina|área|turno|compañer[oa])\b[^.\n]{0,40}`)},
	{"familia", regexp.MustCompile(`(?i)\bmi (?:espos[oa]|marido|mujer|hij[oa]|herman[oa]|mamá|papá|madre|padre|cuñad[oa]|prim[oa]|ti[oa]|tí[oa]|suegr[oa]|abuel[oa])\b[^.\n]{0,40}`)},
	{"dato", regexp.MustCompile(`(?i)\bme llamo\b[^.\n]{0,60}|\bmi nombre es\b[^.\n]{0,60}|\bmi (?:teléfono|celular|correo|domicilio|dirección|expediente|folio|número)\b[^.\n]{0,60}|\b\d{2}[ -]?\d{4}[ -]?\d{4}\b|[\w.+-]+@[\w-]+\.[\w.]+|\b[A-ZÑ]{4}\d{6}[A-Z0-9]{3,8}\b`)},
}

// maxPhrases is the most that are pointed out: more is not read.
const maxPhrases = 5

// Telling finds phrases by which the author may be known, kind by kind. It
// runs here and asks nobody.
func Telling(text string) (all []Phrase) {
	for _, t := range telling {
		for _, found := range t.re.FindAllString(text, maxPhrases) {
			if len(all) < maxPhrases {
				all = append(all, Phrase{strings.TrimSpace(found), t.why})
			}
		}
	}
	return all
}
