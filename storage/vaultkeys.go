package storage

import "encoding/json"

// VaultKey is the key pair of an official who reads complaints: a vault.Official, of
// which the server can open nothing without her password or her printed code.
type VaultKey struct {
	User     string   `json:"user"`
	Official []byte   `json:"official"`           // vault.Official.Bytes
	Public   []byte   `json:"public"`             // vault.Public.Bytes of it
	Post     string   `json:"post"`               // as citizens read it in the list of who can open: no name
	Day      string   `json:"day"`                // it was made
	Compared bool     `json:"compared,omitempty"` // the printed code was typed back
	Waiting  bool     `json:"waiting,omitempty"`  // nobody who had a key has vouched for it yet: nothing is wrapped to it
	Older    [][]byte `json:"older,omitempty"`    // public keys that she had before
	Version  int      `json:"version"`
}

// VaultKey reads the key of a user.
func (x *Txn) VaultKey(user string) (VaultKey, error) { return get[VaultKey](x, kVaultKey, user) }

// VaultKeys calls fn with every key. An error of fn ends it. fn must not write.
func (x *Txn) VaultKeys(fn func(VaultKey) error) error { return each(x, kVaultKey, fn) }

// PutVaultKey makes a key (version 0) or changes the one that was read with that
// version; ErrConflict when it changed in between.
func (x *Txn) PutVaultKey(k VaultKey, version int) error {
	old, err := x.VaultKey(k.User)
	if err != nil && !absent(err) {
		return err
	}
	if old.Version != version {
		return ErrConflict
	}
	k.Version = version + 1
	return put(x, k, kVaultKey, k.User)
}

// DeleteVaultKey removes a key; one that is not there is no error.
func (x *Txn) DeleteVaultKey(user string) error { return x.drop(kVaultKey, user) }

// Channel is how complaints are received, which the public may know: one record a
// tenant.
type Channel struct {
	Escrow    *EscrowKey         `json:"escrow,omitempty"`
	Escrows   []EscrowKey        `json:"escrows,omitempty"`  // of before, which open what was sealed to them
	Ceremony  *Ceremony          `json:"ceremony,omitempty"` // of an escrow that is being made
	External  *ExternalAuthority `json:"external,omitempty"`
	Proposed  *ExternalAuthority `json:"proposed,omitempty"` // waits for a second person
	Others    []Authority        `json:"others,omitempty"`   // to whom cases are turned
	HandOvers []HandOver         `json:"hand_overs,omitempty"`
	Persons   []KnownPerson      `json:"persons,omitempty"`   // whom cases could be sealed to, by every id and name that they had
	Deletions []Deletion         `json:"deletions,omitempty"` // wait for a second person
	Keep      int                `json:"keep,omitempty"`      // months that identities stay after the end; 0 is the default of app/complain
	Padded    string             `json:"padded,omitempty"`    // last day whose events were filled up to a step
	Shredded  bool               `json:"shredded,omitempty"`  // something was deleted for good, and the store not compacted since
	Erased    []string           `json:"erased,omitempty"`    // days on which that was so, the oldest first
	Settings  json.RawMessage    `json:"settings,omitempty"`  // of app/complain: terms
	Version   int                `json:"version"`
}

// erasedDays is how many days Channel.Erased has at most: copies look back a quarter.
const erasedDays = 400

// Shred notes that something was deleted for good on a day (yyyy-mm-dd): the store is to
// be compacted, and copies of before are to end.
func (c *Channel) Shred(day string) {
	c.Shredded = true
	if n := len(c.Erased); n == 0 || c.Erased[n-1] != day {
		c.Erased = append(c.Erased, day)
	}
	c.Erased = c.Erased[max(0, len(c.Erased)-erasedDays):]
}

// EscrowKey is the second way to the cases.
type EscrowKey struct {
	Record []byte   `json:"record"` // vault.Escrow.Bytes
	Posts  []string `json:"posts"`  // of the holders, in the order of the record
	Names  []string `json:"names,omitempty"`
	Day    string   `json:"day"`
	Drills []string `json:"drills,omitempty"` // days on which two holders opened the test text
}

// KnownPerson is somebody whom cases could be sealed to, as she was called.
type KnownPerson struct {
	ID     string `json:"id"` // of an account, or of a holder of an escrow
	Name   string `json:"name"`
	Post   string `json:"post,omitempty"`
	Holder bool   `json:"holder,omitempty"`
}

// Ceremony is an escrow that is being made: its holders print their keys one after the
// other, and type them back. What is printed is never here.
type Ceremony struct {
	Holders []Holder `json:"holders"` // three
	Day     string   `json:"day"`
}

// Holder is a holder of the escrow-to-be.
type Holder struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Post    string `json:"post"`
	Public  []byte `json:"public,omitempty"`  // once it was printed
	Checked bool   `json:"checked,omitempty"` // and typed back
}

// HandOver is what the annex of a hand-over says. One that was stopped midway has no Day
// yet, and goes on where it was.
type HandOver struct {
	ID         string `json:"id"`
	Day        string `json:"day"`
	From       string `json:"from"` // user
	To         string `json:"to"`
	FromPost   string `json:"from_post"`
	ToPost     string `json:"to_post"`
	FromKey    string `json:"from_key"` // fingerprints
	ToKey      string `json:"to_key"`
	Cases      int    `json:"cases"`           // given
	Identities int    `json:"identities"`      // given
	Left       int    `json:"left"`            // not given, since the successor may not read them
	Apart      int    `json:"apart,omitempty"` // whose backup is not the escrow of that day
	Held       int    `json:"held,omitempty"`  // that must not be deleted: amparo, challenge, order
	Kept       bool   `json:"kept,omitempty"`  // who gave can still open them
	LogSize    uint64 `json:"log_size,omitempty"`
	LogRoot    string `json:"log_root,omitempty"` // hex
	Drill      string `json:"drill,omitempty"`    // day of the last exercise of the escrow
}

// Deletion is what one person has proposed to delete.
type Deletion struct {
	Complaint string `json:"complaint"`
	By        string `json:"by"`
	Day       string `json:"day"`
}

// ExternalAuthority reads complaints about the comptroller's own office.
type ExternalAuthority struct {
	Name      string `json:"name"`
	Recipient string `json:"recipient"` // vault.Authority: "age1…"
	Contact   string `json:"contact"`   // address and telephone, for who complains
	Day       string `json:"day"`
	By        string `json:"by,omitempty"`    // who proposed it
	Keyed     bool   `json:"keyed,omitempty"` // with her key to complaints open
}

// Authority is one that cases are turned to when they are not ours to investigate.
type Authority struct {
	Name      string `json:"name"`
	Recipient string `json:"recipient,omitempty"` // vault.Authority; empty: she is sent paper
	Contact   string `json:"contact,omitempty"`
}

// Channel reads the record; the zero value when nothing was decided yet.
func (x *Txn) Channel() (Channel, error) {
	c, err := get[Channel](x, kChannel)
	if absent(err) {
		err = nil
	}
	return c, err
}

// PutChannel changes the record that was read with that version; ErrConflict when it
// changed in between.
func (x *Txn) PutChannel(c Channel, version int) error {
	old, err := x.Channel()
	if err != nil {
		return err
	}
	if old.Version != version {
		return ErrConflict
	}
	c.Version = version + 1
	return put(x, c, kChannel)
}

// Calendar is the days of a year on which no term runs, with their source.
type Calendar struct {
	Year string    `json:"year"` // yyyy
	Off  []Holiday `json:"off"`  // in order
}

// Holiday is a day, or a period, on which no term runs.
type Holiday struct {
	From   string `json:"from"` // yyyy-mm-dd
	To     string `json:"to"`   // yyyy-mm-dd, the same for one day
	Name   string `json:"name"`
	Source string `json:"source"` // the document that says so
	Kind   string `json:"kind"`   // why: complain.HolidayKinds
}

// Calendar reads that of a year; ErrNotFound when nobody has made one.
func (x *Txn) Calendar(year string) (Calendar, error) { return get[Calendar](x, kCalendar, year) }

// Calendars calls fn with each, in order of years. fn must not write.
func (x *Txn) Calendars(fn func(Calendar) error) error { return each(x, kCalendar, fn) }

// PutCalendar keeps that of a year.
func (x *Txn) PutCalendar(c Calendar) error { return put(x, c, kCalendar, c.Year) }

// Figure is a period of public figures about complaints as it was frozen. It is never
// changed: what was wrong is corrected by another version.
type Figure struct {
	Period  string          `json:"period"`  // "2026-S1"
	Version int             `json:"version"` // from 1
	Day     string          `json:"day"`     // it was frozen
	Note    string          `json:"note,omitempty"`
	Body    json.RawMessage `json:"body"`
}

// Figures calls fn with each, in order of periods and versions. fn must not write.
func (x *Txn) Figures(fn func(Figure) error) error { return each(x, kFigure, fn) }

// Figure reads a version of a period.
func (x *Txn) Figure(period string, version int) (Figure, error) {
	return get[Figure](x, kFigure, period, number(uint64(version)))
}

// PutFigure freezes a period; one that is there is ErrConflict.
func (x *Txn) PutFigure(f Figure) error {
	at := number(uint64(f.Version))
	if taken, err := x.has(kFigure, f.Period, at); err != nil {
		return err
	} else if taken {
		return ErrConflict
	}
	return put(x, f, kFigure, f.Period, at)
}
