package complain

import (
	"encoding/json"
	"slices"
	"strings"

	"declara/app/complain/evidence"
)

// Whom a complaint is about, as its sender sees it.
const (
	RouteTown   = "ayuntamiento"
	RouteOffice = "contraloria"
	RouteOther  = "otro"
	RouteUnsure = "nose"
)

// Routes are all of them, in the order of the page.
var Routes = []string{RouteTown, RouteOffice, RouteOther, RouteUnsure}

// How a complaint came in.
const (
	ChannelWeb   = "web"
	ChannelDesk  = "ventanilla"
	ChannelPhone = "telefono"
	ChannelPaper = "papel"
	ChannelBox   = "buzon"
)

// Channels are all of them.
var Channels = []string{ChannelWeb, ChannelDesk, ChannelPhone, ChannelPaper, ChannelBox}

// How much of herself the sender gives.
const (
	Anonymous    = "anonima"
	Confidential = "confianza" // to who keeps identities
	Named        = "nombre"    // and to the parties of the case, when the law asks
)

// Fault is something that the law forbids, which the page names in plain words
// (complain.fault.<article>). The investigator classifies later.
type Fault struct {
	Article string // of the LGRA, as in the key of its words: "49-I"
	Group   string // coarse, in clear: for figures and for who reads first
}

// The coarse categories of a complaint. The value is stored and published.
const (
	GroupTreatment = "TRATO_Y_SERVICIO"
	GroupMoney     = "COBROS_Y_SOBORNOS"
	GroupAssets    = "DINERO_Y_BIENES_PUBLICOS"
	GroupContracts = "CONTRATOS_Y_NOMBRAMIENTOS"
	GroupInterest  = "CONFLICTO_DE_INTERES"
	GroupAbuse     = "ABUSO_Y_ENCUBRIMIENTO"
	GroupRecords   = "DOCUMENTOS_E_INFORMACION"
	GroupUnsure    = "NO_SE"
)

// Groups are all of them.
var Groups = []string{GroupTreatment, GroupMoney, GroupAssets, GroupContracts, GroupInterest, GroupAbuse, GroupRecords, GroupUnsure}

// Faults are those that the page offers, in its order (legal.md 8).
var Faults = []Fault{
	{"49-I", GroupTreatment}, {"49-III", GroupTreatment}, {"49-VI", GroupTreatment}, {"49-VII", GroupTreatment},
	{"52", GroupMoney}, {"66", GroupMoney}, {"68", GroupMoney}, {"73", GroupMoney},
	{"53", GroupAssets}, {"54", GroupAssets}, {"50", GroupAssets}, {"71", GroupAssets},
	{"59", GroupContracts}, {"63-bis", GroupContracts}, {"67", GroupContracts}, {"70", GroupContracts}, {"49-IX", GroupContracts},
	{"58", GroupInterest}, {"60", GroupInterest}, {"60-bis", GroupInterest}, {"49-IV", GroupInterest}, {"72", GroupInterest},
	{"57", GroupAbuse}, {"61", GroupAbuse}, {"62", GroupAbuse}, {"64", GroupAbuse}, {"49-II", GroupAbuse},
	{"49-V", GroupRecords}, {"55", GroupRecords}, {"63", GroupRecords}, {"69", GroupRecords}, {"49-VIII", GroupRecords},
}

// Answers is what a complaint tells, as its sender gave it.
type Answers struct {
	Route   string   `json:"route,omitempty"`
	Anyway  bool     `json:"anyway,omitempty"`  // told that it belongs to others, she sends it
	Exclude []string `json:"exclude,omitempty"` // users who must not read it
	Faults  []string `json:"faults,omitempty"`  // articles
	What    string   `json:"what,omitempty"`
	When    string   `json:"when,omitempty"`
	Where   string   `json:"where,omitempty"`
	Mode    string   `json:"mode,omitempty"`
	Name    string   `json:"name,omitempty"`    // not when Anonymous
	Contact string   `json:"contact,omitempty"` // telephone or e-mail; likewise
	Fears   bool     `json:"fears,omitempty"`   // reprisals
	Protect bool     `json:"protect,omitempty"` // she serves the public and asks for protection
}

// group is the coarse category: that of the first fault that was picked.
func (a *Answers) group() string {
	for _, f := range Faults {
		if slices.Contains(a.Faults, f.Article) {
			return f.Group
		}
	}
	return GroupUnsure
}

// Facts is what a complaint tells, without who sent it: the sealed content of its
// part.
type Facts struct {
	Version int      `json:"version"` // 1
	Route   string   `json:"route"`
	Anyway  bool     `json:"anyway,omitempty"`
	Faults  []string `json:"faults,omitempty"`
	What    string   `json:"what"`
	When    string   `json:"when,omitempty"`
	Where   string   `json:"where,omitempty"`
	Mode    string   `json:"mode"`
	Fears   bool     `json:"fears,omitempty"`
}

func (a *Answers) facts() Facts {
	f := Facts{
		Version: 1, Route: a.Route, Anyway: a.Anyway, What: plain(a.What), When: plain(a.When), Where: plain(a.Where),
		Mode: a.mode(), Fears: a.Fears,
	}
	for _, known := range Faults {
		if slices.Contains(a.Faults, known.Article) {
			f.Faults = append(f.Faults, known.Article)
		}
	}
	return f
}

func (a *Answers) mode() string {
	if a.Mode == Confidential || a.Mode == Named {
		return a.Mode
	}
	return Anonymous
}

// Canonical is the text that the receipt proves: what its sender can keep as a file
// and hash herself. Lines end in a newline.
func (f *Facts) Canonical() []byte {
	var b strings.Builder
	line := func(label, value string) {
		if value != "" {
			b.WriteString(label + ": " + strings.ReplaceAll(value, "\n", " ") + "\n")
		}
	}
	b.WriteString("DENUNCIA\n")
	line("Sobre", f.Route)
	line("Faltas", strings.Join(f.Faults, ", "))
	line("Cuándo", f.When)
	line("Dónde", f.Where)
	b.WriteString("\n" + f.What + "\n")
	return []byte(b.String())
}

// Identity is who sent a complaint: the sealed content of its part. It is there in
// every complaint, and empty in an anonymous one, so that nobody who reads the
// database can tell them apart.
type Identity struct {
	Mode    string `json:"mode,omitempty"`
	Name    string `json:"name,omitempty"`
	Contact string `json:"contact,omitempty"`

	// Protect asks for measures of protection (LGRA 64), which only who serves the public
	// may do. So it stands here and not among the facts, which the office reads.
	Protect bool `json:"protect,omitempty"`
}

func (a *Answers) identity() Identity {
	if a.mode() == Anonymous {
		return Identity{}
	}
	return Identity{Mode: a.Mode, Name: plain(a.Name), Contact: plain(a.Contact), Protect: a.Protect}
}

// File is what is known of a file: the sealed content of its part.
type File struct {
	Name     string          `json:"name"` // as its sender calls it
	Kind     evidence.Kind   `json:"kind"`
	Size     int             `json:"size"`               // of the original
	Original string          `json:"original"`           // SHA-256, hex
	Working  string          `json:"working"`            // SHA-256 of the working copy, hex
	Lost     []evidence.Loss `json:"lost,omitempty"`     // what the working copy has not
	Kept     bool            `json:"kept,omitempty"`     // the original is kept, sealed to who keeps identities
	Sealed   string          `json:"sealed"`             // name of the working copy among the part's Files
	Apart    string          `json:"apart,omitempty"`    // name of the original among them
	Exported string          `json:"exported,omitempty"` // name of the age file, when another authority reads
}

// Message is the sealed content of a message, and of a note.
type Message struct {
	Text  string `json:"text"`
	Envio string `json:"envio,omitempty"` // of the form, so that what is sent twice is there once
}

// What happened to a complaint.
const (
	EventReceived     = "recibida"
	EventMoved        = "movida"              // Data: from, to, and motive, authority, number (of the file), document, next
	EventIdentity     = "identidad_abierta"   // Data: post, reason
	EventOriginal     = "original_abierto"    // Data: post, reason, file
	EventRecovered    = "clave_de_respaldo"   // the escrow was opened
	EventDeleted      = "identidad_eliminada" // Data: what
	EventRevealed     = "identidad_dada"      // its sender gave her name later
	EventNotified     = "notificada"          // Data: to, way, served, effect, starts, until
	EventAcknowledged = "acuse_de_autoridad"  // the authority outside has it. Data: authority, on, receipt
	EventReaders      = "lectores"            // who can read it changed. Data: in, out (posts), why
)

// Event is what happened, which the sender reads and can prove: the hash of its JSON
// is committed to in the log of the institution.
type Event struct {
	ID      string            `json:"id"` // of storage.Event
	Kind    string            `json:"kind"`
	Folio   string            `json:"folio"`
	Day     string            `json:"day"`
	Data    map[string]string `json:"data,omitempty"`
	Receipt *Receipt          `json:"receipt,omitempty"` // of EventReceived
}

// Receipt is what was received, by its hashes.
type Receipt struct {
	Text  string      `json:"text"` // SHA-256 of Facts.Canonical, hex
	Files []FileProof `json:"files,omitempty"`
}

// FileProof is the hashes of a file, SHA-256 in hex.
type FileProof struct {
	Original string `json:"original"`
	Working  string `json:"working"`
}

// encode is the JSON of a sealed content. These types can always be written.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

// plain is a text with lines that end in a newline and nothing around it.
func plain(s string) string {
	return strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s))
}
