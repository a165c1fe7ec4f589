package forms

// Layout is how a section is asked on screen.
type Layout uint8

// The layouts. Every section has exactly one.
const (
	Page       Layout = iota + 1 // one page of questions
	Collection                   // a list of items, "add another" and "none"
	Ledger                       // amounts with running totals (sections 8 and 9)
)

// Part is the half of the declaration that holds a section.
type Part uint8

// The two halves.
const (
	Patrimonial Part = iota + 1 // declaracion.situacionPatrimonial
	Interes                     // declaracion.interes
)

// Section is one of the 22 rubros of the format (Normas 11ª, 16ª, 17ª).
type Section struct {
	Key    string  // property name in the standard: "bienesInmuebles"
	No     string  // number in the Normas: "1" … "15", "I1" … "I7"
	Part   Part    //
	In     Types   // declarations that have it; zero is all
	Layout Layout  //
	Group  string  // heading in the hub: "trabajo", "familia", "patrimonio", "intereses"
	List   string  // name of the list that a Collection collects
	Fields []Field // properties, in the standard's order
	Checks []Check // rules between fields that block filing
	Warns  []Check // soft rules: shown, confirmed with one tap, never block
}

// Check is a named rule between fields of one section. It gets the draft, so
// that it can look at other sections and at the previous year.
type Check struct {
	Name string
	Func func(*Form, *Draft, func(Problem))
}

// Form is one declaration of one type and level in one edition of the format,
// with only the sections and fields that it asks.
type Form struct {
	Edition  string // "2019-09-23"
	Type     Type
	Level    Level
	Sections []Section
}

// Section returns the section with that key, or nil.
func (f *Form) Section(key string) *Section {
	for i := range f.Sections {
		if f.Sections[i].Key == key {
			return &f.Sections[i]
		}
	}
	return nil
}
