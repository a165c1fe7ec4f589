package storage

import "time"

// Conflict is what an official declared and a supplier have in common, and what the
// office decided about it. It has no declared value: only where in which declaration it
// stands. Sealed at rest.
type Conflict struct {
	ID        string             `json:"id"` // follows from person and supplier
	Person    string             `json:"person"`
	Supplier  string             `json:"supplier"`
	Points    []Coincidence      `json:"points,omitempty"` // none: there is nothing in common any more
	Print     string             `json:"print"`            // digest of the facts of both sides
	Overlaps  bool               `json:"overlaps,omitempty"`
	Found     time.Time          `json:"found"`
	Changed   time.Time          `json:"changed"` // when the facts last changed
	Decisions []ConflictDecision `json:"decisions,omitempty"`
}

// Coincidence is one thing in common. Its values are words of package conflict.
type Coincidence struct {
	Filing  string   `json:"filing,omitempty"` // "" for what the roster says
	Kind    string   `json:"kind"`             // of what was declared
	Path    string   `json:"path,omitempty"`   // of the item in the declaration
	Part    string   `json:"part,omitempty"`   // which of the parties of the item
	With    int      `json:"with"`             // place among who is behind the supplier; -1 is the supplier itself
	How     string   `json:"how"`
	Reasons []string `json:"reasons,omitempty"`
}

// ConflictDecision is what somebody of the office decided, on the facts with that print.
type ConflictDecision struct {
	Outcome string    `json:"outcome"`
	Reason  string    `json:"reason"`
	User    string    `json:"user"`
	Name    string    `json:"name"` // at that time
	At      time.Time `json:"at"`
	Print   string    `json:"print"`
}

// ConflictID is the id of what a person and a supplier have in common.
func (x *Txn) ConflictID(person, supplier string) string {
	return x.blind(kConflict, person+" "+supplier)
}

// Conflict reads one.
func (x *Txn) Conflict(id string) (Conflict, error) { return get[Conflict](x, kConflict, id) }

// Conflicts calls fn with every one in order of ids. An error of fn ends it. fn must not
// write.
func (x *Txn) Conflicts(fn func(Conflict) error) error { return each(x, kConflict, fn) }

// ConflictsFor is Conflicts by way of a Memo. fn must change nothing of what it is given.
func (x *Txn) ConflictsFor(m *Memo[Conflict], fn func(v Conflict, fresh bool) error) error {
	return remember(x, kConflict, m, nil, fn)
}

// ConflictsOf reads those of an official.
func (x *Txn) ConflictsOf(person string) (all []Conflict, err error) {
	err = x.scan(kConflictPerson, func(key string, _ []byte) error {
		c, err := x.Conflict(last(key))
		if err == nil {
			all = append(all, c)
		}
		return err
	}, person)
	return all, err
}

// PutConflict makes or changes one.
func (x *Txn) PutConflict(c Conflict) error {
	if err := put(x, c, kConflict, c.ID); err != nil {
		return err
	}
	return x.putBytes([]byte(c.ID), kConflictPerson, c.Person, c.ID)
}

// DropConflict forgets one that nobody decided about.
func (x *Txn) DropConflict(c Conflict) error {
	if len(c.Decisions) > 0 {
		return ErrConflict
	}
	if err := x.drop(kConflictPerson, c.Person, c.ID); err != nil {
		return err
	}
	return x.drop(kConflict, c.ID)
}

// Compared is the state in which an official was last compared with the suppliers.
type Compared struct {
	Person string `json:"person"`
	Mark   string `json:"mark"` // digest of what was compared
}

// Compared calls fn with the state of every official. fn must not write.
func (x *Txn) Compared(fn func(Compared) error) error { return each(x, kCompared, fn) }

// PutCompared keeps that of one.
func (x *Txn) PutCompared(c Compared) error { return put(x, c, kCompared, c.Person) }

// Comparing is the state of the comparison of everybody.
type Comparing struct {
	Suppliers uint64    `json:"suppliers"` // counts changes of suppliers
	Log       uint64    `json:"log"`       // leaves when it was last complete
	With      uint64    `json:"with"`      // Suppliers then
	Day       string    `json:"day"`       // then
	At        time.Time `json:"at,omitzero"`
	People    int       `json:"people"` // compared then
}

// Comparing reads it; the zero one before the first comparison.
func (x *Txn) Comparing() (c Comparing, err error) {
	if c, err = get[Comparing](x, kComparing); absent(err) {
		err = nil
	}
	return c, err
}

// PutComparing keeps it.
func (x *Txn) PutComparing(c Comparing) error { return put(x, c, kComparing) }
