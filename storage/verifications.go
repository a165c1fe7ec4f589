package storage

import (
	"errors"
	"time"
)

// Verification is the work on one declaration that was drawn: who is on it, her work
// sheet, what the declarant was asked and answered, and how it ended. All of it is
// private. Sealed at rest.
type Verification struct {
	Draw     string            `json:"draw"`
	Filing   string            `json:"filing"` // id
	Folio    string            `json:"folio"`
	Person   string            `json:"person"`
	State    VerificationState `json:"state"`
	Verifier string            `json:"verifier,omitempty"` // user
	Hands    []Hand            `json:"hands,omitempty"`    // each time that it was given to somebody, or given up
	Changed  time.Time         `json:"changed"`

	Checks  map[string]SectionCheck `json:"checks,omitempty"` // by key of the section
	Papers  []AskedPaper            `json:"papers,omitempty"`
	Entries []SheetEntry            `json:"entries,omitempty"`
	Rates   []SheetRate             `json:"rates,omitempty"`
	Rounds  []Round                 `json:"rounds,omitempty"`

	Outcome     VerificationOutcome `json:"outcome,omitempty"`
	Finding     string              `json:"finding,omitempty"`     // words of who closed it
	Certificate string              `json:"certificate,omitempty"` // number
	Closed      time.Time           `json:"closed,omitzero"`
}

// VerificationState is how far it is.
type VerificationState string

// The states.
const (
	ToVerify  VerificationState = "por_revisar"
	Verifying VerificationState = "en_revision"
	Verified  VerificationState = "cerrada"
)

// VerificationOutcome is how it ended.
type VerificationOutcome string

// The outcomes.
const (
	Certified VerificationOutcome = "certificada" // without anomalies (LGRA 30)
	Referred  VerificationOutcome = "turnada"     // to the investigating authority
	Ended     VerificationOutcome = "concluida"   // otherwise, for the reason that is told
)

// Hand is one step of who has a verification.
type Hand struct {
	User    string    `json:"user"`              // who got it, or who gave it up
	Excused bool      `json:"excused,omitempty"` // she may not have it: her own, her unit, her family
	Why     string    `json:"why,omitempty"`
	By      string    `json:"by"` // user
	At      time.Time `json:"at"`
}

// SectionCheck is what the verifier found in a section.
type SectionCheck struct {
	Mark string    `json:"mark"` // "ok", "diferencia", "aclarar"
	Note string    `json:"note,omitempty"`
	At   time.Time `json:"at"`
}

// AskedPaper is a document that the verifier asked for.
type AskedPaper struct {
	ID    string    `json:"id"`
	What  string    `json:"what"`
	State string    `json:"state"` // "pedido", "coincide", "no_coincide", "sin_respuesta"
	Note  string    `json:"note,omitempty"`
	At    time.Time `json:"at"`
}

// SheetEntry is a figure that the verifier entered, in pesos, with its source.
type SheetEntry struct {
	ID     string `json:"id"`
	Year   int    `json:"year"`
	Use    bool   `json:"use,omitempty"`
	Amount int64  `json:"amount"`
	Words  string `json:"words"`
	Source string `json:"source"`
}

// SheetRate is what a unit of a currency was worth in a year, with its source.
type SheetRate struct {
	Year     int    `json:"year"`
	Currency string `json:"currency"`
	Rate     int64  `json:"rate"` // pesos, in ten-thousandths
	Source   string `json:"source"`
}

// Round is a question to the declarant and her answer.
type Round struct {
	Question string    `json:"question"`
	By       string    `json:"by"`
	Asked    time.Time `json:"asked"`
	Days     int       `json:"days"` // business days of the term
	Due      string    `json:"due"`  // yyyy-mm-dd
	Answer   string    `json:"answer,omitempty"`
	Answered time.Time `json:"answered,omitzero"`
	Late     bool      `json:"late,omitempty"`
}

// PutVerification makes or changes the work on a declaration.
func (x *Txn) PutVerification(v Verification) error {
	return errors.Join(put(x, v, kVerification, v.Draw, v.Filing), x.putBytes([]byte(v.Draw), kVerificationOf, v.Person, v.Draw, v.Filing))
}

// Verification reads the work on a declaration of a draw.
func (x *Txn) Verification(draw, filing string) (Verification, error) {
	return get[Verification](x, kVerification, draw, filing)
}

// VerificationsIn calls fn with the work on every declaration of a draw. fn must not
// write.
func (x *Txn) VerificationsIn(draw string, fn func(Verification) error) error {
	return each(x, kVerification, fn, draw)
}

// VerificationsOf reads the work on the declarations of an official.
func (x *Txn) VerificationsOf(person string) (all []Verification, err error) {
	err = x.scan(kVerificationOf, func(key string, draw []byte) error {
		v, err := x.Verification(string(draw), last(key))
		if err == nil {
			all = append(all, v)
		}
		return err
	}, person)
	return all, err
}
