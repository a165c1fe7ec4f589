package storage

import (
	"strings"
	"time"
)

// Extension is a day that the body gave to everybody for one kind of declaration of
// one year (prórroga general), by an agreement that was published. The last one of a
// kind and year is the one that holds. Sealed at rest.
type Extension struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind"` // declare.Kind
	Year      int       `json:"year"`
	Due       string    `json:"due"`            // the new last day, yyyy-mm-dd
	Agreement string    `json:"agreement"`      // number or name of the agreement
	Hash      string    `json:"hash,omitempty"` // SHA-256 of its scan, hex
	By        string    `json:"by"`             // user
	At        time.Time `json:"at"`
}

// Extensions calls fn with every extension, the oldest first. An error of fn ends it.
// fn must not write.
func (x *Txn) Extensions(fn func(Extension) error) error { return each(x, kExtension, fn) }

// PutExtension keeps one.
func (x *Txn) PutExtension(e Extension) error { return put(x, e, kExtension, e.ID) }

// Bounce is an address that a mail server refused for good. It says with which code
// and nothing of what the server said. Sealed at rest.
type Bounce struct {
	Address string    `json:"address"`
	Code    string    `json:"code"` // "550 5.1.1"
	Kind    string    `json:"kind"` // of the message that came back, as in Mail
	At      time.Time `json:"at"`
}

// mailbox is an address as it is compared.
func mailbox(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// Bounce reads what came back from an address. ErrNotFound when nothing did.
func (x *Txn) Bounce(address string) (Bounce, error) {
	return get[Bounce](x, kBounce, x.blind(kBounce, mailbox(address)))
}

// Bounces calls fn with every address that is refused. An error of fn ends it. fn
// must not write.
func (x *Txn) Bounces(fn func(Bounce) error) error { return each(x, kBounce, fn) }

// PutBounce writes down that an address is refused.
func (x *Txn) PutBounce(b Bounce) error {
	return put(x, b, kBounce, x.blind(kBounce, mailbox(b.Address)))
}

// DropBounce forgets it; one that is not there is no error.
func (x *Txn) DropBounce(address string) error {
	return x.drop(kBounce, x.blind(kBounce, mailbox(address)))
}

// Morning is the last working morning on which the office was told how things are.
type Morning struct {
	Day string    `json:"day"` // yyyy-mm-dd in the institution's zone
	At  time.Time `json:"at"`
}

// Morning reads it; zero when there was none.
func (x *Txn) Morning() (Morning, error) {
	m, err := get[Morning](x, kMorning)
	if absent(err) {
		return Morning{}, nil
	}
	return m, err
}

// PutMorning keeps it.
func (x *Txn) PutMorning(m Morning) error { return put(x, m, kMorning) }

// Backup tells when a copy of the whole store was last made from here; zero when none was.
func (x *Txn) Backup() (time.Time, error) {
	at, err := get[time.Time](x, kBackup)
	if absent(err) {
		return time.Time{}, nil
	}
	return at, err
}

// NoteBackup writes down that one was made.
func (x *Txn) NoteBackup(at time.Time) error { return put(x, at.UTC(), kBackup) }
