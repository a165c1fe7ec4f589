package storage

import "time"

// Trust is what the administrator decided to trust and whom to tell, beyond this
// server: one record a tenant. Whoever changes a part reads it, changes that part and
// puts it back in one transaction.
type Trust struct {
	Roots     []Certificate `json:"roots,omitempty"`   // of the e.firma
	Issuers   []Certificate `json:"issuers,omitempty"` // authorities below them, old ones too
	OCSP      OCSP          `json:"ocsp"`
	Stamps    Stamps        `json:"stamps"`
	Witnesses Witnesses     `json:"witnesses"`
}

// Certificate is one that the administrator installed.
type Certificate struct {
	DER   []byte    `json:"der"`
	Added time.Time `json:"added"`
	By    string    `json:"by"` // user
}

// OCSP is where revocation is asked, and what happens without an answer.
type OCSP struct {
	URL        string        `json:"url,omitempty"`
	Strict     bool          `json:"strict,omitempty"` // no answer refuses the signature; otherwise it is marked
	Responders []Certificate `json:"responders,omitempty"`
}

// Stamps is the time stamp authority (RFC 3161).
type Stamps struct {
	URL      string        `json:"url,omitempty"`
	User     string        `json:"user,omitempty"`
	Password string        `json:"password,omitempty"`
	Roots    []Certificate `json:"roots,omitempty"`
}

// Witnesses are told the state of the log once a day.
type Witnesses struct {
	Mail   []string `json:"mail,omitempty"`   // addresses
	Folder string   `json:"folder,omitempty"` // directory of the server; each day is appended to a file in it
}

// Trust reads the record; the zero value when nothing was decided yet.
func (x *Txn) Trust() (Trust, error) {
	t, err := get[Trust](x, kTrust)
	if absent(err) {
		err = nil
	}
	return t, err
}

// PutTrust keeps it.
func (x *Txn) PutTrust(t Trust) error { return put(x, t, kTrust) }
