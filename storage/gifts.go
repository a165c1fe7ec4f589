package storage

import "time"

// Gift is something that an official was given for nothing, which she reports and hands
// over (LGRA 40). Private; sealed at rest.
type Gift struct {
	ID        string    `json:"id"`
	Folio     string    `json:"folio"` // "VE-R-2026-0003"
	Person    string    `json:"person"`
	What      string    `json:"what"`
	Giver     string    `json:"giver"`
	Occasion  string    `json:"occasion,omitempty"`
	Value     int64     `json:"value"` // estimated, whole pesos
	Received  string    `json:"received"`
	Keeper    string    `json:"keeper"` // to whom it was delivered, or who has it
	Delivered string    `json:"delivered,omitempty"`
	By        string    `json:"by"` // user
	At        time.Time `json:"at"`
	Over      *Handover `json:"over,omitempty"`
}

// Handover is how a gift was put at the disposal of the authority that keeps such goods.
type Handover struct {
	Authority string    `json:"authority"`
	Number    string    `json:"number"` // of the official letter
	Day       string    `json:"day"`
	By        string    `json:"by"`
	Name      string    `json:"name"` // at that time
	At        time.Time `json:"at"`
}

// Gift reads one.
func (x *Txn) Gift(id string) (Gift, error) { return get[Gift](x, kGift, id) }

// Gifts calls fn with every one in order of ids, which is that of time. An error of fn
// ends it. fn must not write.
func (x *Txn) Gifts(fn func(Gift) error) error { return each(x, kGift, fn) }

// PutGift makes or changes one.
func (x *Txn) PutGift(g Gift) error { return put(x, g, kGift, g.ID) }
