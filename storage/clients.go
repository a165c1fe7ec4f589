package storage

import (
	"time"
)

// Client is a reader of the API: the PDN, or another authority.
type Client struct {
	ID       string    `json:"id"` // client_id
	Name     string    `json:"name"`
	Secret   string    `json:"secret"`   // SHA-256 of a random secret, hex
	Username string    `json:"username"` //
	Password string    `json:"password"` // SHA-256 of a random password, hex
	Gen      int       `json:"gen"`      // tokens of an older generation are dead
	Rev      int       `json:"rev"`      // counts changes
	Disabled bool      `json:"disabled,omitempty"`
	Revoked  time.Time `json:"revoked,omitzero"`   // for good
	Created  time.Time `json:"created"`            //
	Expires  string    `json:"expires,omitempty"`  // yyyy-mm-dd, last day on which it may ask
	Until    time.Time `json:"until,omitzero"`     // its end, in the institution's zone when it was set
	Networks string    `json:"networks,omitempty"` // address ranges that it may ask from, one a line; "" is any
	Former   *Former   `json:"former,omitempty"`   // secrets of before the last change, while they hold
	Renewed  time.Time `json:"renewed,omitzero"`   // when its secrets were last changed
	Warned   *Warned   `json:"warned,omitempty"`   // the last letter about its end
}

// Warned is a letter that told that a reader ends.
type Warned struct {
	Expires string `json:"expires"` // the last day that it was about
	At      int    `json:"at"`      // how many days before; 0 is after it
}

// Former are secrets that another pair took the place of, and that hold for a while yet.
type Former struct {
	Secret   string    `json:"secret"`   // SHA-256, hex
	Password string    `json:"password"` // SHA-256, hex
	Until    time.Time `json:"until"`
}

// Client reads a reader of the API by its client_id.
func (x *Txn) Client(id string) (Client, error) { return get[Client](x, kClient, id) }

// Clients calls fn with every client in order of ids. An error of fn ends it. fn must
// not write.
func (x *Txn) Clients(fn func(Client) error) error { return each(x, kClient, fn) }

// PutClient makes or changes a client.
func (x *Txn) PutClient(c Client) error { return put(x, c, kClient, c.ID) }

// ClientDay is what a reader of the API did on a day. It has nothing of what was asked
// for or answered: of a search, which questions it put conditions on, not which.
type ClientDay struct {
	Client string         `json:"client"`           // "none": requests that named no reader that is there
	Day    string         `json:"day"`              // yyyy-mm-dd, in the institution's zone
	Hours  [24]ClientHour `json:"hours"`            //
	Last   *ClientAsk     `json:"last,omitempty"`   // the last search that was answered
	Faults map[string]int `json:"faults,omitempty"` // by code of the API
	Failed time.Time      `json:"failed,omitzero"`  // the last time that something was refused
	Code   string         `json:"code,omitempty"`   // of that
}

// NoClient stands in ClientDay for who named no reader that is there.
const NoClient = "none"

// ClientHour counts what was done in an hour.
type ClientHour struct {
	Tokens   uint32 `json:"t,omitempty"`
	Searches uint32 `json:"s,omitempty"`
	Rows     uint64 `json:"r,omitempty"`
	Faults   uint32 `json:"f,omitempty"`
}

// ClientAsk is a search without what was searched for.
type ClientAsk struct {
	At   time.Time `json:"at"`
	Page int64     `json:"page"`
	Size int       `json:"size"`
	Rows int       `json:"rows"`
	By   []string  `json:"by,omitempty"` // members of the query, in order
}

// ClientDay reads what a reader did on a day; ErrNotFound when it did nothing.
func (x *Txn) ClientDay(client, day string) (ClientDay, error) {
	return get[ClientDay](x, kClientDay, client, day)
}

// ClientDays calls fn with the days of a reader, oldest first. fn must not write.
func (x *Txn) ClientDays(client string, fn func(ClientDay) error) error {
	return each(x, kClientDay, fn, client)
}

// PutClientDay keeps what a reader did on a day.
func (x *Txn) PutClientDay(d ClientDay) error { return put(x, d, kClientDay, d.Client, d.Day) }

// DropClientDay forgets it.
func (x *Txn) DropClientDay(client, day string) error { return x.drop(kClientDay, client, day) }
