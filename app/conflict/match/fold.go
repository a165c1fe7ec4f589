package match

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"declara/forms"
)

// Party is somebody to compare: as she was written, folded. Make it with New.
type Party struct {
	rfc    string   // clean, well formed and not generic; or ""
	born   string   // yymmdd of a person, from RFC or CURP; or ""
	words  []string // of the name, folded, without the legal form
	form   string   // legal form, "" for none
	person bool     // surely a natural person
	loose  []string // words without connecting ones, long form of abbreviations, sorted
}

// generic RFCs stand for whoever has none.
var generic = []string{"XAXX010101000", "XEXX010101000"}

// New folds a party. What is not a well-formed RFC or CURP is as if it were not there.
func New(rfc, curp, name string) Party {
	p := Party{}
	rfc = forms.CleanRFC(rfc)
	if forms.IsRFC(rfc) && !slices.Contains(generic, rfc) {
		p.rfc = rfc
	}
	if forms.IsPersonRFC(p.rfc) {
		r := []rune(p.rfc)
		p.person, p.born = true, string(r[4:10])
	}
	if curp = forms.CleanCURP(curp); forms.IsCURP(curp) {
		p.person = true
		if p.born == "" {
			p.born = curp[4:10]
		}
	}
	p.words, p.form = cutForm(split(name))
	for _, w := range p.words {
		if !connecting[w] {
			p.loose = append(p.loose, long(w))
		}
	}
	slices.Sort(p.loose)
	return p
}

// Name is the folded name, without the legal form.
func (p Party) Name() string { return strings.Join(p.words, " ") }

// RFC is the clean RFC, "" for none or a generic one.
func (p Party) RFC() string { return p.rfc }

// company reports whether the party is surely no natural person.
func (p Party) company() bool { return !p.person && (p.form != "" || p.rfc != "") }

// named reports whether the name says enough to be compared.
func (p Party) named() bool {
	letters := 0
	for _, w := range p.loose {
		letters += len(w)
	}
	return len(p.loose) >= 2 && letters >= 5
}

// connecting are words that people leave out.
var connecting = map[string]bool{"DE": true, "DEL": true, "LA": true, "LAS": true, "LOS": true, "EL": true, "Y": true, "E": true, "EN": true}

// longs are abbreviations that everybody uses.
var longs = map[string]string{
	"HNOS": "HERMANOS", "CIA": "COMPANIA", "CONST": "CONSTRUCTORA", "COM": "COMERCIALIZADORA", "SERV": "SERVICIOS", "DIST": "DISTRIBUIDORA",
	"MA": "MARIA", "GPE": "GUADALUPE", "FCO": "FRANCISCO", "FCA": "FRANCISCA", "ALEJ": "ALEJANDRO", "HDEZ": "HERNANDEZ", "GLEZ": "GONZALEZ",
	"RDZ": "RODRIGUEZ", "MTZ": "MARTINEZ", "FDEZ": "FERNANDEZ", "DGUEZ": "DOMINGUEZ",
}

func long(word string) string {
	if l, ok := longs[word]; ok {
		return l
	}
	return word
}

// split is the words of a name: letters and figures in capitals without accents, and
// runs of single letters as one word.
func split(name string) (words []string) {
	var all []string
	var b strings.Builder
	end := func() {
		if b.Len() > 0 {
			all = append(all, b.String())
			b.Reset()
		}
	}
	for _, r := range norm.NFKD.String(strings.ToUpper(norm.NFKD.String(name))) {
		switch {
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’' || r == '´':
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case r == '&':
			end()
			all = append(all, "Y")
		default:
			end()
		}
	}
	end()
	for i := 0; i < len(all); i++ {
		run := i
		for run < len(all) && single(all[run]) {
			run++
		}
		if run-i > 1 {
			words = append(words, strings.Join(all[i:run], ""))
			i = run - 1
			continue
		}
		words = append(words, all[i])
	}
	return words
}

// single reports whether a word is a letter that stands alone, as those of "S.A."; "Y"
// and "E" join words and never do.
func single(w string) bool { return len(w) == 1 && w[0] >= 'A' && w[0] <= 'Z' && w != "Y" && w != "E" }

// legal are the legal forms as they end a name, the longest first, with what each is.
var legal = func() (all []legalForm) {
	for spelt, is := range map[string]string{
		"SA DE CV": "SA", "SA": "SA", "SAB DE CV": "SAB", "SAB": "SAB", "SAPI DE CV": "SAPI", "SAPI": "SAPI", "SAPIB DE CV": "SAPI",
		"SOCIEDAD ANONIMA DE CAPITAL VARIABLE": "SA", "SOCIEDAD ANONIMA": "SA",
		"SOCIEDAD ANONIMA PROMOTORA DE INVERSION DE CAPITAL VARIABLE": "SAPI", "SOCIEDAD ANONIMA PROMOTORA DE INVERSION": "SAPI",
		"S DE RL DE CV": "SRL", "S DE RL": "SRL", "S DE RL MI": "SRL", "SRL DE CV": "SRL", "SRL": "SRL", "S RL DE CV": "SRL",
		"SOCIEDAD DE RESPONSABILIDAD LIMITADA DE CAPITAL VARIABLE": "SRL", "SOCIEDAD DE RESPONSABILIDAD LIMITADA": "SRL",
		"SC": "SC", "SOCIEDAD CIVIL": "SC", "AC": "AC", "ASOCIACION CIVIL": "AC", "ABP": "ABP", "IAP": "IAP", "IBP": "IBP",
		"SAS": "SAS", "SAS DE CV": "SAS", "SOCIEDAD POR ACCIONES SIMPLIFICADA": "SAS",
		"SC DE RL": "COOP", "SC DE RL DE CV": "COOP", "SCL": "COOP", "SC DE P DE RL DE CV": "COOP", "SC DE P DE RL": "COOP",
		"SOCIEDAD COOPERATIVA DE RESPONSABILIDAD LIMITADA DE CAPITAL VARIABLE": "COOP", "SOCIEDAD COOPERATIVA": "COOP",
		"SPR DE RL": "SPR", "SPR DE RL DE CV": "SPR", "SPR": "SPR", "SPR DE RI": "SPR", "SSS": "SSS",
		"S EN C": "SENC", "S EN C DE CV": "SENC", "S EN C POR A": "SENC", "S EN NC": "SNC", "SNC": "SNC",
		"SA DE CV SOFOM ENR": "SOFOM", "SA DE CV SOFOM ER": "SOFOM", "SAPI DE CV SOFOM ENR": "SOFOM", "SOFOM ENR": "SOFOM", "SOFOM ER": "SOFOM",
	} {
		all = append(all, legalForm{strings.Fields(spelt), is})
	}
	slices.SortFunc(all, func(a, b legalForm) int {
		if n := len(b.words) - len(a.words); n != 0 {
			return n
		}
		return slices.Compare(a.words, b.words)
	})
	return all
}()

type legalForm struct {
	words []string
	is    string
}

// cutForm sets the legal form at the end of a name apart. A name that is nothing but a
// legal form keeps it.
func cutForm(words []string) (rest []string, form string) {
	for rest = words; ; {
		cut := false
		for _, l := range legal {
			at := len(rest) - len(l.words)
			if at > 0 && slices.Equal(rest[at:], l.words) {
				rest, cut = rest[:at], true
				if form == "" {
					form = l.is
				}
				break
			}
		}
		if !cut {
			return rest, form
		}
	}
}

// offices are words that say what kind of office one is, and not which.
var offices = map[string]bool{
	"DIRECCION": true, "SUBDIRECCION": true, "DEPARTAMENTO": true, "COORDINACION": true, "SECRETARIA": true, "SUBSECRETARIA": true, "JEFATURA": true,
	"UNIDAD": true, "AREA": true, "OFICINA": true, "GENERAL": true, "MUNICIPAL": true, "ADMINISTRATIVA": true,
}

// SameUnit reports whether two names are of the same office, whatever its rank.
func SameUnit(a, b string) bool {
	x, y := unitWords(a), unitWords(b)
	return len(x) > 0 && slices.Equal(x, y)
}

func unitWords(s string) (words []string) {
	for _, w := range split(s) {
		if !connecting[w] && !offices[w] {
			words = append(words, w)
		}
	}
	slices.Sort(words)
	return words
}
