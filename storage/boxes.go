package storage

// Box is a box on a wall into which people put complaints on paper (buzón físico).
type Box struct {
	ID      string `json:"id"`
	Number  string `json:"number"` // as it is painted on it
	Place   string `json:"place"`
	Since   string `json:"since"`             // yyyy-mm-dd
	Removed string `json:"removed,omitempty"` // yyyy-mm-dd; it stays for its record
	Next    uint64 `json:"next"`              // number of its next opening
	Version int    `json:"version"`
}

// BoxOpening is one time that a box was opened. What was in it is in complaints; here is
// how many papers there were, and of how many a complaint was made, so that none is lost
// between the box and the office.
type BoxOpening struct {
	Box       string    `json:"box"`
	Seq       uint64    `json:"seq"`
	Day       string    `json:"day"` // yyyy-mm-dd
	Witnesses []Witness `json:"witnesses"`
	Papers    int       `json:"papers"`
	Typed     int       `json:"typed"`          // of Papers
	Scan      string    `json:"scan,omitempty"` // SHA-256 of what was scanned, hex; the scan is not kept
	Record    string    `json:"record"`         // SHA-256 of the record, hex
	By        string    `json:"by"`             // user
}

// Witness is somebody who saw it.
type Witness struct {
	Name string `json:"name"`
	Post string `json:"post"`
}

// Box reads a box.
func (x *Txn) Box(id string) (Box, error) { return get[Box](x, kBox, id) }

// Boxes calls fn with each, also those that were removed. fn must not write.
func (x *Txn) Boxes(fn func(Box) error) error { return each(x, kBox, fn) }

// PutBox makes a box (version 0) or changes the one that was read with that version;
// ErrConflict when it changed in between.
func (x *Txn) PutBox(b Box, version int) error {
	old, err := x.Box(b.ID)
	if err != nil && !absent(err) {
		return err
	}
	if old.Version != version {
		return ErrConflict
	}
	b.Version = version + 1
	return put(x, b, kBox, b.ID)
}

// BoxOpening reads one opening.
func (x *Txn) BoxOpening(box string, seq uint64) (BoxOpening, error) {
	return get[BoxOpening](x, kBoxOpening, box, number(seq))
}

// BoxOpenings calls fn with those of a box, the oldest first. fn must not write.
func (x *Txn) BoxOpenings(box string, fn func(BoxOpening) error) error {
	return each(x, kBoxOpening, fn, box)
}

// PutBoxOpening keeps one.
func (x *Txn) PutBoxOpening(o BoxOpening) error {
	return put(x, o, kBoxOpening, o.Box, number(o.Seq))
}
