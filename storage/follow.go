package storage

import (
	"strconv"
	"strings"
	"time"

	"declara/forms"
)

// Follow is what the office did about what a person owes: what she was told and
// what was required of her. It stands apart from her record, which human resources
// write and take back whole. Sealed at rest.
type Follow struct {
	Person       string        `json:"person"`
	Notices      []Notice      `json:"notices,omitempty"`      // oldest first
	Skips        []Skip        `json:"skips,omitempty"`        // oldest first
	Requirements []Requirement `json:"requirements,omitempty"` // oldest first
	Handed       []Handed      `json:"handed,omitempty"`       // what she brought to the office on paper
	Papers       []OnPaper     `json:"papers,omitempty"`       // declarations among it, oldest first
}

// Notice is a reminder of one duty.
type Notice struct {
	Duty     string    `json:"duty"`           // declare.Duty.Key
	Occasion string    `json:"occasion"`       // "d30", "after"; of one by hand, its campaign
	Due      string    `json:"due,omitempty"`  // last day that it told
	Mail     string    `json:"mail,omitempty"` // id of the message; "" is a printed letter
	By       string    `json:"by,omitempty"`   // user; "" is the system
	At       time.Time `json:"at"`
}

// Skip is a duty that a sending by hand showed and reminded nobody of.
type Skip struct {
	Duty     string    `json:"duty"`
	Occasion string    `json:"occasion"`
	Why      string    `json:"why"` // a word of package campaign
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

// Requirement is the written demand of LGRA 33, with the three dates of its
// notification. Those not yet known are empty.
type Requirement struct {
	ID       string    `json:"id"`
	Duty     string    `json:"duty"`
	Number   string    `json:"number"`             // of the official letter, as the office numbers it
	Day      string    `json:"day"`                // of the letter, yyyy-mm-dd
	Served   string    `json:"served,omitempty"`   // practicada
	Effect   string    `json:"effect,omitempty"`   // surte efectos
	Starts   string    `json:"starts,omitempty"`   // inicia cómputo
	Referred string    `json:"referred,omitempty"` // day on which the investigating authority was told
	Letter   string    `json:"letter,omitempty"`   // number of the letter to it
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

// Handed is a notice that the standard has no format for, as the office received it
// on paper (aviso, Norma 4ª).
type Handed struct {
	Duty string    `json:"duty"`
	Day  string    `json:"day"` // on which it was received
	By   string    `json:"by"`
	At   time.Time `json:"at"`
}

// Follow reads what was done about a person; nothing when there is nothing.
func (x *Txn) Follow(person string) (Follow, error) {
	f, err := get[Follow](x, kFollow, person)
	if absent(err) {
		return Follow{Person: person}, nil
	}
	return f, err
}

// PutFollow keeps it.
func (x *Txn) PutFollow(f Follow) error { return put(x, f, kFollow, f.Person) }

// Begun is a draft as a list may tell of it: for what it is, and nothing of what is
// in it.
type Begun struct {
	Person string
	ID     string
	Type   forms.Type
	Year   int
	Event  string
}

// Begun calls fn with every draft of a duty, from the index alone: no draft is
// opened for a list.
func (x *Txn) Begun(fn func(Begun) error) error {
	return x.scan(kDraftSlot, func(key string, id []byte) error {
		_, _, parts, ok := parse(key)
		if !ok {
			return errUnreadable(kDraftSlot)
		}
		b := Begun{Person: parts[0], ID: string(id)}
		of := strings.SplitN(parts[1], ".", 3)
		if len(of) < 2 || strings.HasPrefix(parts[1], paperSlot) {
			return nil // an update of interests, which nobody owes, or what the office types
		}
		if b.Type, ok = forms.ParseType(of[0]); !ok {
			return errUnreadable(kDraftSlot)
		}
		b.Year, _ = strconv.Atoi(of[1])
		if len(of) == 3 {
			b.Event = of[2]
		}
		return fn(b)
	})
}
