package forms

// Kind is the shape of an answer: how it is typed, checked, printed and written
// in the standard's JSON. The zero Kind is invalid.
type Kind uint8

// The kinds of a field. What each one becomes in the document stands beside it.
const (
	Text      Kind = iota + 1 // "string"
	Paragraph                 // "string" of several lines
	Integer                   // number without decimals
	Money                     // {"valor": whole units, "moneda": "MXN"}
	Percent                   // integer; its bounds are in the rules
	Date                      // "yyyy-mm-dd"
	YesNo                     // true, false
	Choice                    // "CLAVE", or {"clave","valor"} as its catalogue says
	Choices                   // a list of the above
	Group                     // object
	List                      // array of objects, each an item that a person adds
)

// Visibility says whether an answer belongs in the public version (Norma 19ª).
// The zero value is Private: a field that nobody has classified is never published.
type Visibility uint8

// The two visibilities.
const (
	Private Visibility = iota
	Public
)

// Field is one question. The table of fields is the only definition of the
// declaration: input page, checks, signed document, public version, PDF, PDN
// description, comparison between years and prefill are all read from it.
type Field struct {
	Name   string     // property name in the national standard
	Kind   Kind       //
	Rules  string     // validator/v10 rules, applied while the field is live; "required" makes it obligatory
	From   *Catalogue // the closed list of a Choice or Choices
	When   Cond       // the field is live only while this holds
	In     Types      // declarations that ask it; zero is all
	Show   Visibility // zero is Private
	ShowIf Cond       // narrows Public; on a List it decides item by item
	ShowAs string     // public version carries the value of this sibling instead (decision 9)
	Of     []Field    // members of a Group or of each item of a List
	Max    int        // most items of a List; bounds a draft
	Step   uint8      // page of an item on which it is asked: 1, 2, 3; zero is 1
	Screen bool       // asked on screen, never part of the document
	Fresh  bool       // never copied from the previous declaration: it cannot be the same
	Keep   bool       // written even when empty: national readers fail without it (PDN viewer)
	Derive string     // name of a derivation (derive.go); the person never types it
	Preset string     // option that its control begins with; nothing rests on it
	Help   bool       // the instructions say more of it than a hint can: it has help to open
}

// Types is a set of declarations, by type and level. Zero means all of them.
type Types uint8

// The six declarations, and the sets that tables use.
const (
	InicialFull Types = 1 << iota
	ModificacionFull
	ConclusionFull
	InicialSimple
	ModificacionSimple
	ConclusionSimple

	FullOnly         = InicialFull | ModificacionFull | ConclusionFull
	OnlyInicial      = InicialFull | InicialSimple
	OnlyModificacion = ModificacionFull | ModificacionSimple
	OnlyConclusion   = ConclusionFull | ConclusionSimple
)

// Has reports whether the set holds the declaration; the zero set holds all.
func (t Types) Has(d Types) bool { return t == 0 || t&d != 0 }

// Type is why a declaration is due (LGRA 33).
type Type uint8

// The three types.
const (
	Inicial Type = iota + 1
	Modificacion
	Conclusion
)

var typeNames = [...]string{"", "INICIAL", "MODIFICACIÓN", "CONCLUSIÓN"}
var typeSlugs = [...]string{"", "inicial", "modificacion", "conclusion"}

// AllTypes lists the types in the order of the standard.
var AllTypes = []Type{Inicial, Modificacion, Conclusion}

// String is the exact value of metadata.tipo in the standard, accents included.
func (t Type) String() string { return typeNames[t] }

// Slug is the name used in addresses and catalogue keys.
func (t Type) Slug() string { return typeSlugs[t] }

// ParseType reads either spelling; ok is false for anything else.
func ParseType(s string) (t Type, ok bool) {
	for i := Inicial; i <= Conclusion; i++ {
		if s == typeNames[i] || s == typeSlugs[i] {
			return i, true
		}
	}
	return 0, false
}

// Level is how much a person declares; the post decides it, never the person
// (Normas 11ª, 12ª). The zero value is Full: doubt never hides a section.
type Level uint8

// The two levels.
const (
	Full Level = iota
	Simplified
)

// AllLevels lists both levels.
var AllLevels = []Level{Full, Simplified}

// Slug is the name used in addresses and catalogue keys.
func (l Level) Slug() string {
	if l == Simplified {
		return "simplificada"
	}
	return "completa"
}

// Set is the declaration as a member of Types.
func Set(t Type, l Level) Types {
	s := InicialFull << (t - Inicial)
	if l == Simplified {
		s <<= 3
	}
	return s
}
