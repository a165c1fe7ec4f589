package storage

import (
	"time"

	"declara/forms"
)

// Institution is the public body that runs this system: one record a tenant.
type Institution struct {
	Name            string    `json:"name"`                      // "Municipio de Valle Encinos"
	Office          string    `json:"office"`                    // "Órgano Interno de Control"
	Initials        string    `json:"initials"`                  // two or three letters for the seal in the header
	Order           string    `json:"order"`                     // nivelOrdenGobierno of the standard
	Branch          string    `json:"branch"`                    // ambitoPublico of the standard
	State           string    `json:"state"`                     // INEGI, two digits
	Town            string    `json:"town"`                      // INEGI, three digits
	Zone            string    `json:"zone"`                      // IANA name; every deadline is computed in it
	Address         string    `json:"address"`                   // of the office that helps people
	Phone           string    `json:"phone"`                     //
	Hours           string    `json:"hours"`                     //
	Email           string    `json:"email"`                     //
	TotalAsDeclared bool      `json:"totalAsDeclared,omitempty"` // decision 9: publish C as declared
	Networks        string    `json:"networks,omitempty"`        // address ranges of the institution itself, one a line
	Accent          string    `json:"accent,omitempty"`          // colour of its pages, six figures of base 16; "" is ours
	Logo            string    `json:"logo,omitempty"`            // SHA-256 of its picture, hex
	SetUp           time.Time `json:"setUp"`
}

// Role is what a user may do (legal.md section 6). A user can have several.
type Role string

// The roles.
const (
	RoleAdmin         Role = "admin"         // runs the system; reads no declaration
	RoleComptroller   Role = "contraloria"   // head and staff of the internal control body
	RoleVerifier      Role = "verificadora"  // verifies the declarations that are assigned to her
	RoleInvestigator  Role = "investigadora" //
	RoleSubstantiator Role = "substanciadora"
	RoleHelp          Role = "mesa"          // helps whoever comes; types what she brings, and reads nothing
	RoleTransparency  Role = "transparencia" // decides what is kept from the public; reads what is public
	RoleHR            Role = "enlace"        // keeps the roster; reads no declaration
	RoleDeclarant     Role = "declarante"
	RoleCustodian     Role = "custodia" // keeps the identities of who complained in confidence
)

// User is an account. Private fields are sealed at rest.
type User struct {
	ID       string    `json:"id"`
	Login    string    `json:"login"` // CURP or e-mail, folded; unique in the tenant
	Name     string    `json:"name"`  // as shown in the header
	Email    string    `json:"email"` // where recovery goes (Norma 16ª.I.5)
	Roles    []Role    `json:"roles"`
	Person   string    `json:"person,omitempty"`   // the official that this account belongs to
	Password string    `json:"password,omitempty"` // PHC string of argon2id; empty until first sign-in
	Code     *Code     `json:"code,omitempty"`     // one-time code for first sign-in or recovery
	Disabled bool      `json:"disabled,omitempty"`
	Lang     string    `json:"lang,omitempty"`
	Created  time.Time `json:"created"`
	Changed  time.Time `json:"changed"` // last change of password; older sessions end
	Second   *Second   `json:"second,omitempty"`
	Lost     *Lost     `json:"lost,omitempty"`
	Waiting  *Waiting  `json:"waiting,omitempty"`
}

// Waiting are roles that somebody of the control body has to grant.
type Waiting struct {
	Roles []Role    `json:"roles"`
	By    string    `json:"by"` // user who asked
	At    time.Time `json:"at"`
}

// Second is what an account shows besides its password.
type Second struct {
	Secret []byte    `json:"secret"`          // of the codes of a telephone (RFC 6238)
	Step   int64     `json:"step"`            // of the last code that was used: none before it is good
	Spare  []string  `json:"spare,omitempty"` // keyed hashes of the recovery codes that are left
	Kept   bool      `json:"kept,omitempty"`  // she showed that she has them
	Since  time.Time `json:"since"`
}

// Lost is a request that the second factor of an account be taken off, which somebody of
// another role has to grant.
type Lost struct {
	By     string    `json:"by"`   // user
	Role   Role      `json:"role"` // with which she asked
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// Code is a one-time code. Only its hash is kept.
type Code struct {
	Hash    string    `json:"hash"`
	Expires time.Time `json:"expires"`
	Tries   int       `json:"tries"` // wrong tries so far; the code dies at a bound
}

// Person is an official on the roster, as human resources has her. Sealed at rest.
type Person struct {
	ID      string      `json:"id"`
	Given   string      `json:"given"` // nombre(s)
	First   string      `json:"first"` // primer apellido
	Second  string      `json:"second,omitempty"`
	RFC     string      `json:"rfc"`              // 13 characters
	CURP    string      `json:"curp"`             // 18 characters
	Email   string      `json:"email,omitempty"`  // institutional
	Unit    string      `json:"unit"`             // área de adscripción
	Post    string      `json:"post"`             // empleo, cargo o comisión
	Grade   string      `json:"grade"`            // nivel del empleo, as the body's own table names it
	Duties  string      `json:"duties,omitempty"` // función principal
	Phone   string      `json:"phone,omitempty"`  // of the office
	Fees    bool        `json:"fees,omitempty"`   // contratado por honorarios
	Level   forms.Level `json:"level"`
	Entry   string      `json:"entry"`          // yyyy-mm-dd
	Exit    string      `json:"exit,omitempty"` // yyyy-mm-dd
	Reserve *Reserve    `json:"reserve,omitempty"`
	Others  []Spell     `json:"others,omitempty"`  // other service that decides on what is due (Norma 4ª)
	Rulings []Ruling    `json:"rulings,omitempty"` // what the office decided on a duty
	Leave   bool        `json:"leave,omitempty"`   // Exit is a licence or a suspension, not the end of the post
	Created time.Time   `json:"created"`

	Lowered *Lowered `json:"lowered,omitempty"` // from the full to the simplified format, and the control body has not seen it

	Secrecy []ReserveAct `json:"secrecy,omitempty"` // what was done about Reserve, the oldest first
}

// Spell is a time in public service other than the present post: earlier ones
// here, a second post here at the same time, and those in other bodies right before,
// after or meanwhile.
type Spell struct {
	Body  string      `json:"body,omitempty"`  // empty: this institution
	Order string      `json:"order,omitempty"` // nivelOrdenGobierno of another body
	Entry string      `json:"entry"`           // yyyy-mm-dd
	Exit  string      `json:"exit,omitempty"`  // yyyy-mm-dd, last day in office
	Leave bool        `json:"leave,omitempty"` // it ended in a licence or a suspension
	Post  string      `json:"post,omitempty"`  // here, as the roster writes posts
	Level forms.Level `json:"level,omitempty"` // of Post
}

// Lowered is how an official came to the simplified format by another post.
type Lowered struct {
	Was string    `json:"was"` // post that she had
	By  string    `json:"by"`  // user
	At  time.Time `json:"at"`
}

// Ruling is what the office decided about one duty of a person, and why.
type Ruling struct {
	Duty   string    `json:"duty"`             // declare.Duty.Key: "modificacion-2027"
	Lifted bool      `json:"lifted,omitempty"` // not owed; otherwise it is
	Due    string    `json:"due,omitempty"`    // another last day, yyyy-mm-dd
	Reason string    `json:"reason"`           // words for the person
	By     string    `json:"by"`               // user
	At     time.Time `json:"at"`
}

// Reserve is an agreement of the transparency committee that keeps all of a
// person's declarations from the public (Norma 20ª).
type Reserve struct {
	Agreement string `json:"agreement"`
	Ground    string `json:"ground,omitempty"` // legal ground, in words
	From      string `json:"from,omitempty"`   // yyyy-mm-dd
	Until     string `json:"until"`            // yyyy-mm-dd, at most five years
}

// ReserveAct is something that was done about a reserve. None is taken back.
type ReserveAct struct {
	Act string `json:"act"` // "reserva", "renueva", "levanta"
	Reserve
	Reason string    `json:"reason,omitempty"` // of lifting it
	By     string    `json:"by"`               // user
	At     time.Time `json:"at"`
}

// Filing is a declaration once filed: what lists and receipts need. It is never
// edited or deleted (decision 8). The documents lie beside it: the full one
// sealed, the public one in clear.
type Filing struct {
	ID       string      `json:"id"`    // the public id: letters and digits, stable for ever
	Folio    string      `json:"folio"` // "VE-2026-000123", without gaps in a tenant and year
	Person   string      `json:"person"`
	Type     forms.Type  `json:"type"`
	Level    forms.Level `json:"level"`
	Edition  string      `json:"edition"`
	Year     int         `json:"year"`
	Event    string      `json:"event,omitempty"` // day of taking or leaving office
	Due      string      `json:"due,omitempty"`   // yyyy-mm-dd; empty for an update of interests
	Late     bool        `json:"late,omitempty"`
	Filed    time.Time   `json:"filed"`              // UTC
	Zone     string      `json:"zone"`               // institution's zone at that time
	Interest bool        `json:"interest,omitempty"` // update of interests, at any time (Norma 8ª)
	Hash     string      `json:"hash"`               // SHA-256 of the full result document, hex
	Public   string      `json:"publicHash"`         // SHA-256 of the public result document, hex
	Method   string      `json:"method"`             // "password", "efirma" or "paper"
	Received string      `json:"received,omitempty"` // day on which it was received on paper, which is when it was filed
	Scan     string      `json:"scan,omitempty"`     // SHA-256 of the scan of that paper, hex
	Reserved bool        `json:"reserved,omitempty"` // kept from the public (Norma 20ª)
	Seq      uint64      `json:"seq"`                // place in the publication log of the tenant
	Leaf     uint64      `json:"leaf"`               // place in the log of filings
	Salt     string      `json:"salt"`               // of its commitments there, hex
	Sent     string      `json:"sent"`               // envio id of the form post, so that a replay finds this filing
	Imported *Imported   `json:"imported,omitempty"` // it was filed in another system
}

// Draft is a declaration that a person is filling in. Sealed at rest.
type Draft struct {
	ID       string         `json:"id"`
	Person   string         `json:"person"`
	Due      string         `json:"due,omitempty"`
	Interest bool           `json:"interest,omitempty"`
	Previous string         `json:"previous,omitempty"` // filing that it was copied from
	Paper    string         `json:"paper,omitempty"`    // OnPaper.ID that it is typed from: it is the office's, not the person's
	Received string         `json:"received,omitempty"` // day of that paper
	Draft    forms.Draft    `json:"draft"`
	Versions map[string]int `json:"versions"` // by section key; a stale one is a conflict
	Created  time.Time      `json:"created"`
	Saved    time.Time      `json:"saved"`
}

// Note is a nota aclaratoria on a filing. Sealed at rest; never public.
type Note struct {
	ID      string    `json:"id"`
	Filing  string    `json:"filing"`
	Section string    `json:"section"` // section key, or "" for the whole
	Text    string    `json:"text"`
	Filed   time.Time `json:"filed"`
	Hash    string    `json:"hash"`
	Salt    string    `json:"salt"` // of its commitment in the log, hex
	Leaf    uint64    `json:"leaf"`
	By      string    `json:"by,omitempty"` // name of the official who compared a paper; "" is the declarant
}

// Session is a signed-in browser. Its key is the SHA-256 of the cookie's value.
type Session struct {
	User    string    `json:"user"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"` // written at most every five minutes
	Flash   *Flash    `json:"flash,omitempty"`
	Search  string    `json:"search,omitempty"` // last search of the roster: names stay out of addresses
	Vault   []byte    `json:"vault,omitempty"`  // an official's opened key, under what only the cookie gives
	Half    bool      `json:"half,omitempty"`   // only the password was given: it opens nothing but the page of the second factor
	Secret  []byte    `json:"secret,omitempty"` // of a telephone that is being set up
}

// Flash is what the next page is to show once: a sentence, by catalogue key, and
// which of its questions are new.
type Flash struct {
	Key  string   `json:"key,omitempty"`
	Args []string `json:"args,omitempty"`
	New  []string `json:"new,omitempty"` // paths
}

// Mail is a rendered message that waits to be sent, kept in the transaction
// that caused it. Sealed at rest.
type Mail struct {
	ID      string    `json:"id"`
	To      string    `json:"to"`
	Kind    string    `json:"kind"`             // "recovery", "receipt", "invitation"
	Person  string    `json:"person,omitempty"` // on the roster, of a reminder
	Duty    string    `json:"duty,omitempty"`   // what it reminds of
	Message []byte    `json:"message"`          // the whole message with its Message-ID
	Created time.Time `json:"created"`
	Next    time.Time `json:"next"` // not before
	Tries   int       `json:"tries"`
	Sent    time.Time `json:"sent,omitzero"`
	Failed  string    `json:"failed,omitempty"` // last answer of the server, without addresses
	Begun   time.Time `json:"begun,omitzero"`   // the try that is under way, or was when its process ended
	Again   int       `json:"again,omitempty"`  // tries of which nobody knows how they ended
	Dead    bool      `json:"dead,omitempty"`
}

// Location is the institution's zone.
func (i Institution) Location() (*time.Location, error) { return time.LoadLocation(i.Zone) }
