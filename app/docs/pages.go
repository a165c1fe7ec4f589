package docs

// Who a page is for.
type Reader string

// Readers, in the order of the table of contents.
const (
	Everybody Reader = "everybody" // whoever has an account
	Declarant Reader = "declarant"
	Desk      Reader = "desk" // of the control body and of human resources
	Complaint Reader = "complaint"
	Systems   Reader = "systems"
)

// Readers are all of them.
var Readers = []Reader{Everybody, Declarant, Desk, Complaint, Systems}

// Page is one of the manual: the names of its two files, and who it is for.
type Page struct {
	Spanish, English string
	For              Reader
}

// Pages are the manual, in the order in which it is read.
var Pages = []Page{
	{"cuenta", "account", Everybody},
	{"declarar", "declare", Declarant},
	{"cumplimiento", "compliance", Desk},
	{"padron", "roster", Desk},
	{"papel", "paper", Desk},
	{"mesa", "desk", Desk},
	{"lectura", "reading", Desk},
	{"verificacion", "verification", Desk},
	{"conflictos", "conflicts", Desk},
	{"casos", "cases", Complaint},
	{"llaves", "keys", Complaint},
	{"ajustes", "settings", Systems},
	{"operacion", "operations", Systems},
	{"conexion", "connection", Systems},
	{"accesos", "access", Systems},
}

// In is the name of the page in a language; Spanish for any that the manual lacks.
func (p Page) In(lang string) string {
	if lang == "en" {
		return p.English
	}
	return p.Spanish
}

// Find is the page that has a file of this name, and the language of that file.
func Find(name string) (p Page, lang string, ok bool) {
	for _, p := range Pages {
		switch name {
		case p.Spanish:
			return p, "es", true
		case p.English:
			return p, "en", true
		}
	}
	return Page{}, "", false
}
