package storage

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"
)

// Read is one reading of a private declaration by the office, or of what a verification
// of it found, which its declarant is told of. It is never edited or deleted. Sealed at
// rest.
type Read struct {
	ID      string    `json:"id"`
	Filing  string    `json:"filing"`
	Finding string    `json:"finding,omitempty"` // draw of the verification, when what it found was read
	Person  string    `json:"person"`            // whose declaration
	User    string    `json:"user"`              // who read
	Name    string    `json:"name"`              // of who read, at that time
	Role    Role      `json:"role"`              // as which she read
	File    string    `json:"file"`              // expediente
	Reason  string    `json:"reason"`
	At      time.Time `json:"at"`
	Salt    string    `json:"salt"` // of its commitment in the log, hex
	Leaf    uint64    `json:"leaf"`

	Delivery *Delivery `json:"delivery,omitempty"` // when it went to an authority, whose document is File
}

// Delivery is what the letter of a delivery to an authority says (LGRA 28). The hash of
// the reading covers it by its reason, which tells the same.
type Delivery struct {
	Opening   string `json:"opening"` // id of the reading that opened the declaration
	Authority string `json:"authority"`
	Day       string `json:"day"` // of its document
	Ground    string `json:"ground"`
}

// ReadHash is the SHA-256, in hex, of what a reading is: the lines id, filing, draw whose
// finding was read, user, name, role, expediente, reason and time, each but the last ended
// by a newline.
func ReadHash(r *Read) string {
	return Digest([]byte(strings.Join([]string{
		r.ID, r.Filing, r.Finding, r.User, r.Name, string(r.Role), r.File, r.Reason, r.At.UTC().Format(time.RFC3339Nano),
	}, "\n")))
}

// LogRead writes down that somebody reads a private declaration, with a leaf in the
// log, in the transaction that hands it out. It sets Person, Salt and Leaf. The leaf
// tells neither which declaration was read nor by whom.
func (x *Txn) LogRead(r *Read) error {
	f, err := x.Filing(r.Filing)
	if err != nil {
		return err
	}
	if r.User == "" || r.File == "" || r.Reason == "" {
		return errors.New("storage: a reading without reader, expediente or reason")
	}
	r.Person, r.At = f.Person, r.At.UTC()
	if taken, err := x.has(kRead, r.Person, r.ID); err != nil {
		return err
	} else if taken {
		return ErrConflict
	}
	r.Salt = x.salt(LeafRead, r.Person, r.ID)
	if r.Leaf, err = x.logLeaf(r.leaf()); err != nil {
		return err
	}
	return put(x, r, kRead, r.Person, r.ID)
}

// leaf is what the log says of a reading.
func (r *Read) leaf() Leaf {
	return Leaf{N: r.Leaf, Kind: LeafRead, Full: Commitment(r.Salt, ReadHash(r)), At: r.At}
}

// ReadsOf reads who read the declarations of an official, newest first.
func (x *Txn) ReadsOf(person string) (all []Read, err error) {
	err = each(x, kRead, func(r Read) error { all = append(all, r); return nil }, person)
	slices.SortFunc(all, func(a, b Read) int { return cmp.Compare(b.Leaf, a.Leaf) })
	return all, err
}
