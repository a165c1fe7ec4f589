package forms

import "strings"

// Path names an answer: section key, then names joined by dots; each item of a
// list has its own stable id between the list's name and the item's field:
//
//	bienesInmuebles.bienInmueble.k3f9.valorAdquisicion
//
// Companions of an answer hang below it: the currency of a Money at ".moneda"
// (no answer means MXN), and the text typed for the "other" entry of a Choice at
// ".otro".
type Path string

// Join adds names to a path.
func (p Path) Join(names ...string) Path {
	for _, n := range names {
		if p == "" {
			p = Path(n)
		} else {
			p += Path("." + n)
		}
	}
	return p
}

// Section is the key of the section that the path is in.
func (p Path) Section() string {
	key, _, _ := strings.Cut(string(p), ".")
	return key
}

// Under reports whether p is at or below the path top.
func (p Path) Under(top Path) bool {
	return p == top || strings.HasPrefix(string(p), string(top)+".")
}

// Companions of an answer, joined to its path.
const (
	Currency = "moneda"
	Other    = "otro"
)

// Answers are what was typed, by path, exactly as typed; they survive being
// wrong, so a draft can always be saved and shown again with its problems. The
// answer of a List is the ids of its items in order. Choices hold several values.
type Answers map[Path][]string

// Get is the single answer at p, or "".
func (a Answers) Get(p Path) string {
	if v := a[p]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Set puts the answer; without values, or with one empty value, it removes it.
func (a Answers) Set(p Path, values ...string) {
	if len(values) == 0 || len(values) == 1 && values[0] == "" {
		delete(a, p)
		return
	}
	a[p] = values
}

// Items are the ids of the items of the list at p.
func (a Answers) Items(p Path) []string { return a[p] }

// Draft is a declaration that is being filled in.
type Draft struct {
	Type      Type            `json:"type"`
	Level     Level           `json:"level"`
	Edition   string          `json:"edition"`
	Year      int             `json:"year"`            // year in which it is due; a modificación tells of the year before
	Event     string          `json:"event,omitempty"` // day of taking or leaving office, yyyy-mm-dd, as human resources has it
	Today     string          `json:"-"`               // day in the institution's zone; set by whoever checks
	UMA       int64           `json:"-"`               // daily UMA in cents of a peso for the year; zero switches threshold warnings off
	Answers   Answers         `json:"answers"`
	Given     Answers         `json:"given,omitempty"`     // from human resources: shown, not typed over
	Before    Answers         `json:"before,omitempty"`    // the previous declaration, items under the same ids
	Confirmed map[Path]bool   `json:"confirmed,omitempty"` // sections saved by the person, and copied items she confirmed
	Baja      map[Path]bool   `json:"baja,omitempty"`      // items that she no longer has
	Said      map[Path]string `json:"said,omitempty"`      // operations of items and sections as a paper says them, where it is typed
	Accepted  map[string]bool `json:"accepted,omitempty"`  // soft warnings answered "es correcto", by Problem.Key
}

// Problem is one thing wrong with one answer. Code is the failed rule
// ("required", "rfc", "lte"), Arg its parameter; i18n turns both into words.
type Problem struct {
	Path Path
	Code string
	Arg  string
}

// Key identifies a soft warning, so that accepting it can be remembered.
func (p Problem) Key() string { return string(p.Path) + " " + p.Code }
