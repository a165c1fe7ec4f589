package forms

// Cond is a condition over answers. It is data, not a func, so that the browser
// (as data attributes), the tests and the documentation can read it too. The
// zero Cond always holds.
//
// A name is looked up in the innermost group that has it, then outwards to its
// section, so that each item of a list sees its own answers. A dotted name goes
// down into groups: "clientePrincipal.tipoPersona". On Choices, Is means "has".
type Cond struct {
	Op     CondOp
	Name   string
	Values []string
	Of     []Cond
}

// CondOp is what a Cond asks.
type CondOp uint8

// The operations of Cond.
const (
	OpTrue     CondOp = iota // holds always
	OpIs                     // the answer is, or has, one of Values
	OpOnly                   // there are answers and each of them is one of Values
	OpEmpty                  // no answer, or a list without items
	OpStranger               // the answer is the RFC of a natural person who is not the declarant
	OpNot                    // the first of Of does not hold
	OpAll                    // all of Of hold
	OpAny                    // at least one of Of holds
)

// Is holds when the named answer is (or, for Choices, has) one of the values.
func Is(name string, values ...string) Cond { return Cond{Op: OpIs, Name: name, Values: values} }

// Only holds when the named answer has something and nothing but these values.
func Only(name string, values ...string) Cond { return Cond{Op: OpOnly, Name: name, Values: values} }

// Empty holds when the named field has no answer and, being a list, no items.
func Empty(name string) Cond { return Cond{Op: OpEmpty, Name: name} }

// Stranger holds when the named answer is the RFC of a natural person other than
// the declarant: whose name stands beside it is not published (decision 0010).
func Stranger(name string) Cond { return Cond{Op: OpStranger, Name: name} }

// Not holds when c does not.
func Not(c Cond) Cond { return Cond{Op: OpNot, Of: []Cond{c}} }

// All holds when each of the conditions does.
func All(of ...Cond) Cond { return Cond{Op: OpAll, Of: of} }

// Any holds when one of the conditions does.
func Any(of ...Cond) Cond { return Cond{Op: OpAny, Of: of} }

// The answers of a YesNo, as Answers holds them.
const (
	Yes = "true"
	No  = "false"
)
