package storage

import "time"

// Standard is how far public documents were compared with the standard, and what was
// found. Public documents never change, so each is looked at once for an edition of the
// comparison.
type Standard struct {
	Edition string          `json:"edition"` // of what they are compared with
	Seq     uint64          `json:"seq"`     // place in the publication log up to which it was done
	Seen    int             `json:"seen"`    // documents
	At      time.Time       `json:"at"`      // when it last went on
	Rows    []StandardFault `json:"rows"`    // those with something wrong, in order of filing
}

// StandardFault is a public document with something wrong. It has places and rules, and
// nothing of what stands there.
type StandardFault struct {
	Filing string          `json:"filing"`
	Faults []StandardPlace `json:"faults"`
}

// StandardPlace is one thing wrong with a document.
type StandardPlace struct {
	Path string `json:"path"` // without ids: "bienesInmuebles.bienInmueble[2].titular"
	Code string `json:"code"`
}

// Standard reads how far it was done; the zero one when it never was.
func (x *Txn) Standard() (Standard, error) {
	v, err := get[Standard](x, kStandard)
	if absent(err) {
		err = nil
	}
	return v, err
}

// PutStandard keeps it.
func (x *Txn) PutStandard(v Standard) error { return put(x, v, kStandard) }
