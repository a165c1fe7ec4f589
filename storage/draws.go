package storage

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// LeafDraw is a draw of declarations for verification: its universe when it was frozen,
// and its list when it was drawn. Its leaves have no About.
const LeafDraw = "draw"

// Draw is a draw of declarations for verification (LGRA 30). First its universe is
// frozen, with its size and with where its seed will come from; later, when the seed is
// known, it is drawn. Nothing of a part is changed once it is in the log. Sealed at rest.
type Draw struct {
	Number     string    `json:"number"` // "VER-2027-001", which is its id
	Type       string    `json:"type"`   // of the declarations
	Year       int       `json:"year"`
	Early      bool      `json:"early,omitempty"` // declarations could still be filed in time
	Strata     string    `json:"strata"`
	Confidence string    `json:"confidence,omitempty"` // row of the table, or "" for a size of the office's own
	Size       int       `json:"size"`
	Count      int       `json:"count"`    // declarations in the universe
	Universe   string    `json:"universe"` // SHA-256 of its file, hex
	Source     string    `json:"source"`   // where the seed comes from, in words
	Known      string    `json:"known"`    // day that the seed is known, yyyy-mm-dd, after that of Frozen
	Frozen     time.Time `json:"frozen"`
	FrozenBy   string    `json:"frozenBy"` // user
	Salt       string    `json:"salt"`     // of its commitment in the log, hex
	Leaf       uint64    `json:"leaf"`

	Seed      string    `json:"seed,omitempty"`
	Algorithm string    `json:"algorithm,omitempty"`
	Folios    []string  `json:"folios,omitempty"` // drawn, in their order
	Drawn     time.Time `json:"drawn,omitzero"`
	DrawnBy   string    `json:"drawnBy,omitempty"`
	DrawnSalt string    `json:"drawnSalt,omitempty"`
	DrawnLeaf uint64    `json:"drawnLeaf,omitempty"`

	Void   string    `json:"void,omitempty"` // why it does not count
	Voided time.Time `json:"voided,omitzero"`
}

// FrozenHash is the SHA-256, in hex, of what was frozen: the lines number, type, year,
// strata, confidence, size, count, SHA-256 of the universe, source of the seed, day that
// it is known, user and time, each but the last ended by a newline.
func (d *Draw) FrozenHash() string {
	return Digest([]byte(strings.Join([]string{
		d.Number, d.Type, strconv.Itoa(d.Year), d.Strata, d.Confidence, strconv.Itoa(d.Size), strconv.Itoa(d.Count),
		d.Universe, d.Source, d.Known, d.FrozenBy, d.Frozen.UTC().Format(time.RFC3339Nano),
	}, "\n")))
}

// DrawnHash is the SHA-256, in hex, of what was drawn: the lines number, hash of what
// was frozen, algorithm, seed, user, time, and a line for each folio.
func (d *Draw) DrawnHash() string {
	lines := []string{d.Number, d.FrozenHash(), d.Algorithm, d.Seed, d.DrawnBy, d.Drawn.UTC().Format(time.RFC3339Nano)}
	return Digest([]byte(strings.Join(append(lines, d.Folios...), "\n")))
}

// leaves are what the log says of a draw: one, or two when it is drawn.
func (d *Draw) leaves() []Leaf {
	all := []Leaf{{N: d.Leaf, Kind: LeafDraw, Full: Commitment(d.Salt, d.FrozenHash()), At: d.Frozen}}
	if !d.Drawn.IsZero() {
		all = append(all, Leaf{N: d.DrawnLeaf, Kind: LeafDraw, Full: Commitment(d.DrawnSalt, d.DrawnHash()), At: d.Drawn})
	}
	return all
}

// Draw reads a draw.
func (x *Txn) Draw(number string) (Draw, error) { return get[Draw](x, kDraw, number) }

// Draws reads all draws, newest first.
func (x *Txn) Draws() (all []Draw, err error) {
	err = each(x, kDraw, func(d Draw) error { all = append(all, d); return nil })
	slices.SortFunc(all, func(a, b Draw) int { return cmp.Compare(b.Leaf, a.Leaf) })
	return all, err
}

// NextDraw is the number that the next draw of a year has.
func (x *Txn) NextDraw(year int) (string, error) {
	n := 1
	prefix := fmt.Sprintf("VER-%04d-", year)
	err := each(x, kDraw, func(d Draw) error {
		if strings.HasPrefix(d.Number, prefix) {
			n++
		}
		return nil
	})
	return fmt.Sprintf("%s%03d", prefix, n), err
}

// FreezeDraw keeps a draw with the file of its universe, and a leaf in the log. It sets
// Universe, Salt and Leaf.
func (x *Txn) FreezeDraw(d *Draw, universe []byte) error {
	if taken, err := x.has(kDraw, d.Number); err != nil {
		return err
	} else if taken {
		return ErrConflict
	}
	if d.Source == "" || d.Known == "" || !d.Drawn.IsZero() {
		return errors.New("storage: a draw without the source of its seed")
	}
	d.Frozen, d.Universe, d.Salt = d.Frozen.UTC(), Digest(universe), x.salt(LeafDraw, d.Number, "frozen")
	var err error
	if d.Leaf, err = x.logLeaf(d.leaves()[0]); err != nil {
		return err
	}
	return errors.Join(x.putBytes(universe, kUniverse, d.Number), put(x, d, kDraw, d.Number))
}

// Universe is the file of the universe of a draw, as it was frozen.
func (x *Txn) Universe(number string) ([]byte, error) { return x.getBytes(kUniverse, number) }

// EndDraw keeps what was drawn, with a leaf in the log; what was frozen must be as it
// was. It sets DrawnSalt and DrawnLeaf.
func (x *Txn) EndDraw(d *Draw) error {
	old, err := x.Draw(d.Number)
	if err != nil {
		return err
	}
	if !old.Drawn.IsZero() || old.Void != "" || old.FrozenHash() != d.FrozenHash() || d.Drawn.IsZero() || d.Seed == "" {
		return ErrConflict
	}
	d.Drawn, d.DrawnSalt = d.Drawn.UTC(), x.salt(LeafDraw, d.Number, "drawn")
	if d.DrawnLeaf, err = x.logLeaf(d.leaves()[1]); err != nil {
		return err
	}
	return put(x, d, kDraw, d.Number)
}

// VoidDraw writes down that a draw does not count, and why. It stays.
func (x *Txn) VoidDraw(number, why string, at time.Time) error {
	d, err := x.Draw(number)
	if err != nil {
		return err
	}
	if d.Void != "" || why == "" {
		return ErrConflict
	}
	d.Void, d.Voided = why, at.UTC()
	return put(x, d, kDraw, number)
}
