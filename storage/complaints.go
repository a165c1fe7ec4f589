package storage

import (
	"crypto/rand"
	"errors"
	"slices"
)

// Complaint is what the office works with of a complaint (denuncia) before anybody
// opens it. What it tells lies in its parts, in envelopes that the server has no key
// for (app/complain/vault); this record is sealed at rest like any other, and is what
// whoever has the database and its keys can read. So it has a day and never an hour,
// a coarse category, and no word about who is accused or who complains. Nothing in
// it, nor in its id, counts complaints or orders those of a day.
type Complaint struct {
	ID       string `json:"id"`    // RandomID: tells no time
	Folio    string `json:"folio"` // "DEN-" and 8 random characters; opens nothing
	Day      string `json:"day"`   // that it came in, yyyy-mm-dd
	Channel  string `json:"channel"`
	Category string `json:"category"` // of a closed list, coarse
	Route    string `json:"route"`    // whom it is about, coarse
	Tray     string `json:"tray,omitempty"`

	State  string            `json:"state"` // code of app/complain
	Since  string            `json:"since"` // day of the last move
	Moves  []ComplaintMove   `json:"moves,omitempty"`
	Clocks map[string]string `json:"clocks,omitempty"` // name to day, yyyy-mm-dd

	Case     KeyPair `json:"case"`     // K_case
	Identity KeyPair `json:"identity"` // K_id: who sent it, and originals

	Locator string `json:"locator"` // first six digits of the follow-up key
	Mailbox []byte `json:"mailbox"` // public key of the mailbox
	Lock    []byte `json:"lock"`    // its private half under the follow-up key

	Assigned []string `json:"assigned,omitempty"` // users
	Excluded []string `json:"excluded,omitempty"` // users that were left out when it was sealed, or recused since
	Recused  []string `json:"recused,omitempty"`  // those of Excluded who had it and left it: they know of it, the others must not
	External string   `json:"external,omitempty"` // the authority that alone can read it, when the office is accused
	ToKey    string   `json:"to_key,omitempty"`   // her recipient (vault.Authority) when it was sent: what is added later is for the same

	Holds []ComplaintHold `json:"holds,omitempty"` // that keep it from being erased or deleted, oldest first
	Ack   *ComplaintAck   `json:"ack,omitempty"`   // with External: that the authority outside has it

	Orders []ComplaintOrder `json:"orders,omitempty"` // requirements that were made in it, oldest first

	Next    uint64 `json:"next"`    // sequence number of the next part
	Version int    `json:"version"` // of this record, without Next
}

// KeyPair is the public half of a pair, and the private half as it is wrapped for
// each person who may open it and for the escrow.
type KeyPair struct {
	Public   []byte `json:"public"`
	Wraps    []Wrap `json:"wraps,omitempty"`
	Escrow   []byte `json:"escrow,omitempty"`
	EscrowOf string `json:"escrow_of,omitempty"` // vault.KeyID in hex of the escrow that this was last sealed for, even when it has too few holders for it
}

// Wrap is the private half of a pair, sealed to one person's key.
type Wrap struct {
	User   string `json:"user"`
	Key    string `json:"key"` // vault.KeyID in hex
	Sealed []byte `json:"sealed"`
}

// Of is the wrap of a user, or nil.
func (p KeyPair) Of(user string) *Wrap {
	if i := slices.IndexFunc(p.Wraps, func(w Wrap) bool { return w.User == user }); i >= 0 {
		return &p.Wraps[i]
	}
	return nil
}

// ComplaintMove is a change of state. Its reason is in a part.
type ComplaintMove struct {
	From     string `json:"from,omitempty"`
	To       string `json:"to"`
	Day      string `json:"day"`
	By       string `json:"by,omitempty"`       // user; empty for the person who complained, or the system
	Document string `json:"document,omitempty"` // SHA-256 of the writ, hex
	Motive   string `json:"motive,omitempty"`   // of a closed list, coarse: why it ended, or how the fault was classified
	Part     uint64 `json:"part"`

	Notice *ComplaintNotice `json:"notice,omitempty"` // of who had to be notified of it, once she was
}

// ComplaintNotice is a notification with its three dates, each yyyy-mm-dd. They stay as
// they were told, whatever the calendar says later.
type ComplaintNotice struct {
	Way    string `json:"way"`              // how, of app/complain
	Served string `json:"served,omitempty"` // practicada
	Effect string `json:"effect,omitempty"` // surte efectos
	Starts string `json:"starts,omitempty"` // first day of the term
}

// ComplaintHold says that a complaint is not erased nor deleted while something is
// pending about it. Which authority, by what document, and why, is in a note.
type ComplaintHold struct {
	Kind   string `json:"kind"` // of a closed list of app/complain
	From   string `json:"from"` // yyyy-mm-dd
	By     string `json:"by"`   // user
	Part   uint64 `json:"part"`
	Lifted string `json:"lifted,omitempty"` // yyyy-mm-dd
	Lifter string `json:"lifter,omitempty"` // user
}

// ComplaintAck is that the authority outside acknowledged a complaint that she alone can
// read. It takes two persons of the office.
type ComplaintAck struct {
	Day    string `json:"day"`    // she received it, yyyy-mm-dd
	Number string `json:"number"` // of her acknowledgement
	By     string `json:"by"`     // user who told it
	Second string `json:"second,omitempty"`
}

// ComplaintOrder is a requirement of information (LGRA 96): how long whom it was sent to
// has. To whom, and what was asked, is in the writ.
type ComplaintOrder struct {
	Act      uint64          `json:"act"`  // part of the signed writ
	Days     int             `json:"days"` // business days
	Notice   ComplaintNotice `json:"notice"`
	More     int             `json:"more,omitempty"`     // business days that it was extended by, once
	Answered string          `json:"answered,omitempty"` // yyyy-mm-dd
}

// The kinds of parts. They are also the Purpose of their envelopes.
const (
	PartFacts    = "facts"    // the complaint
	PartIdentity = "identity" // who sent it; there is one, empty or not, in every complaint
	PartMessage  = "message"  // between the office and who complained
	PartFile     = "file"     // what a file is, with its content in Files
	PartNote     = "note"     // of the office, for itself
	PartEvent    = "event"    // what happened, which who complained may read and prove
	PartAct      = "act"      // writ of the office
	PartExport   = "export"   // age files that another authority opens, in Files
)

// From whom a part is.
const (
	FromCitizen = "citizen"
	FromOffice  = "office"
	FromSystem  = "system"
)

// ComplaintPart is one envelope of a complaint: a vault envelope with the tenant, the
// complaint, Kind and Seq as its Context. It is never changed.
type ComplaintPart struct {
	Complaint string         `json:"complaint"`
	Seq       uint64         `json:"seq"`
	Kind      string         `json:"kind"`
	From      string         `json:"from"`
	Day       string         `json:"day"`
	Sealed    []byte         `json:"sealed,omitempty"` // to the case; of an identity, to the identity's pair
	Mail      []byte         `json:"mail,omitempty"`   // the same text to the mailbox, of what who complained may read
	Files     []EvidenceFile `json:"files,omitempty"`
}

// EvidenceFile is a sealed file outside of the database (storage/files).
type EvidenceFile struct {
	Name     string `json:"name"`               // random, of the file
	Key      []byte `json:"key,omitempty"`      // envelope of the key that it was sealed with; none of an export
	Mail     []byte `json:"mail,omitempty"`     // the same to the mailbox, of the working copy of a file that its sender sent
	Size     int64  `json:"size,omitempty"`     // sealed, as it lies there
	Sum      []byte `json:"sum,omitempty"`      // SHA-256 of the same
	Original bool   `json:"original,omitempty"` // sealed to the identity's pair, with what it tells of its maker
}

// ComplaintDraft is a complaint that somebody is writing. What was answered and the
// private keys are sealed under a secret that only the browser holds, so that a draft
// whose cookie is lost can be opened by nobody. Once sent, it holds what the browser
// needs to show the follow-up key again until it was confirmed.
type ComplaintDraft struct {
	Hash     string         `json:"hash"`    // SHA-256 of a derivation of the secret
	Expires  string         `json:"expires"` // RFC 3339, on the hour
	Sent     bool           `json:"sent,omitempty"`
	ID       string         `json:"id"`                 // of the complaint to be
	Case     []byte         `json:"case,omitempty"`     // public key
	Identity []byte         `json:"identity,omitempty"` // public key
	Sealed   []byte         `json:"sealed"`             // what was answered, or the follow-up key
	Keys     [][]byte       `json:"keys,omitempty"`     // the private halves
	Files    []EvidenceFile `json:"files,omitempty"`    // sent so far, sealed to the two public keys
	Version  int            `json:"version"`
}

// RandomID is an id of 130 random bits, for what must not tell when it was made.
func RandomID() string {
	var b [26]byte
	rand.Read(b[:])
	for i := range b {
		b[i] = crockford[b[i]&31]
	}
	return string(b[:])
}

// Complaint reads a complaint.
func (x *Txn) Complaint(id string) (Complaint, error) { return get[Complaint](x, kComplaint, id) }

// ComplaintByFolio reads the complaint with a folio.
func (x *Txn) ComplaintByFolio(folio string) (Complaint, error) {
	return x.complaintBy(kComplaintFolio, folio)
}

// ComplaintByLocator reads the complaint whose follow-up key begins so.
func (x *Txn) ComplaintByLocator(locator string) (Complaint, error) {
	return x.complaintBy(kComplaintLocator, locator)
}

func (x *Txn) complaintBy(k kind, value string) (Complaint, error) {
	id, err := x.lookup(k, x.blind(k, value))
	if err != nil {
		return Complaint{}, err
	}
	return x.Complaint(id)
}

// Complaints calls fn with every complaint, in no order that means anything. An error
// of fn ends it. fn must not write. It is for counting: who reads cases begins at
// ComplaintsOf.
func (x *Txn) Complaints(fn func(Complaint) error) error { return each(x, kComplaint, fn) }

// ComplaintsOf calls fn with every complaint that a user holds a wrap of, which are
// those that she can read. An error of fn ends it. fn must not write.
func (x *Txn) ComplaintsOf(user string, fn func(Complaint) error) error {
	var ids []string
	if err := x.scan(kComplaintWrap, func(_ string, id []byte) error {
		ids = append(ids, string(id))
		return nil
	}, user); err != nil {
		return err
	}
	for _, id := range ids {
		c, err := x.Complaint(id)
		if err == nil {
			err = fn(c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// PutComplaint makes a complaint (version 0) or changes the one that the caller read
// with that version. ErrConflict: somebody changed it in between, or its folio or
// locator belongs to another. Next is AddPart's and is kept as it is.
func (x *Txn) PutComplaint(c Complaint, version int) error {
	old, err := x.Complaint(c.ID)
	switch {
	case absent(err) && version != 0:
		return ErrConflict
	case absent(err):
	case err != nil:
		return err
	case old.Version != version:
		return ErrConflict
	}
	c.Version, c.Next = version+1, old.Next
	for _, u := range []struct {
		k        kind
		old, new string
	}{{kComplaintFolio, old.Folio, c.Folio}, {kComplaintLocator, old.Locator, c.Locator}} {
		if err := x.reindex(c.ID, u.k, x.blind(u.k, u.old), x.blind(u.k, u.new)); err != nil {
			return err
		}
	}
	has := c.readers()
	for _, user := range old.readers() {
		if !slices.Contains(has, user) {
			if err := x.drop(kComplaintWrap, user, c.ID); err != nil {
				return err
			}
		}
	}
	for _, user := range has {
		if err := x.putBytes([]byte(c.ID), kComplaintWrap, user, c.ID); err != nil {
			return err
		}
	}
	return put(x, c, kComplaint, c.ID)
}

// readers are the users who hold a wrap of either pair, each once.
func (c *Complaint) readers() (all []string) {
	for _, p := range []KeyPair{c.Case, c.Identity} {
		for _, w := range p.Wraps {
			if !slices.Contains(all, w.User) {
				all = append(all, w.User)
			}
		}
	}
	return all
}

// AddPart adds a part to its complaint. Seq is bound into its envelopes, so the caller
// has sealed them for the Next that she read; ErrConflict says that another part
// came in between, and to seal again.
func (x *Txn) AddPart(p ComplaintPart) error {
	c, err := x.Complaint(p.Complaint)
	if err != nil {
		return err
	}
	if p.Seq != c.Next {
		return ErrConflict
	}
	c.Next++
	return errors.Join(put(x, p, kComplaintPart, p.Complaint, number(p.Seq)), put(x, c, kComplaint, c.ID))
}

// Part reads one part.
func (x *Txn) Part(complaint string, seq uint64) (ComplaintPart, error) {
	return get[ComplaintPart](x, kComplaintPart, complaint, number(seq))
}

// Parts reads all parts of a complaint, in order.
func (x *Txn) Parts(complaint string) (all []ComplaintPart, err error) {
	err = each(x, kComplaintPart, func(p ComplaintPart) error { all = append(all, p); return nil }, complaint)
	return all, err
}

// DropFiles takes the files out of a part that stays, and returns their names: the
// caller removes them when the transaction is kept.
func (x *Txn) DropFiles(complaint string, seq uint64, drop func(EvidenceFile) bool) (names []string, err error) {
	p, err := x.Part(complaint, seq)
	if err != nil {
		return nil, err
	}
	var left []EvidenceFile
	for _, f := range p.Files {
		if drop(f) {
			names = append(names, f.Name)
		} else {
			left = append(left, f)
		}
	}
	p.Files = left
	return names, put(x, p, kComplaintPart, complaint, number(seq))
}

// DeletePart removes a part, and returns the names of its files. What it proves stays
// in the log.
func (x *Txn) DeletePart(complaint string, seq uint64) (names []string, err error) {
	p, err := x.Part(complaint, seq)
	if err != nil {
		return nil, err
	}
	for _, f := range p.Files {
		names = append(names, f.Name)
	}
	return names, x.drop(kComplaintPart, complaint, number(seq))
}

// DeleteComplaint removes a complaint with its parts, and returns the names of its
// files. The commitments of its events stay in the log.
func (x *Txn) DeleteComplaint(id string) (names []string, err error) {
	c, err := x.Complaint(id)
	if err != nil {
		return nil, err
	}
	parts, err := x.Parts(id)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		more, err := x.DeletePart(id, p.Seq)
		if err != nil {
			return nil, err
		}
		names = append(names, more...)
	}
	for _, user := range c.readers() {
		if err := x.drop(kComplaintWrap, user, id); err != nil {
			return nil, err
		}
	}
	return names, errors.Join(
		x.drop(kComplaintFolio, x.blind(kComplaintFolio, c.Folio)),
		x.drop(kComplaintLocator, x.blind(kComplaintLocator, c.Locator)),
		x.drop(kComplaint, id))
}

// ComplaintDraft reads a draft by the hash of its secret.
func (x *Txn) ComplaintDraft(hash string) (ComplaintDraft, error) {
	return get[ComplaintDraft](x, kComplaintDraft, hash)
}

// PutComplaintDraft makes a draft (version 0) or changes the one that the caller read
// with that version; ErrConflict when it changed in between.
func (x *Txn) PutComplaintDraft(d ComplaintDraft, version int) error {
	old, err := x.ComplaintDraft(d.Hash)
	if err != nil && !absent(err) {
		return err
	}
	if old.Version != version {
		return ErrConflict
	}
	d.Version = version + 1
	return put(x, d, kComplaintDraft, d.Hash)
}

// DeleteComplaintDraft throws a draft away; one that is not there is no error. Its
// files are the caller's to remove.
func (x *Txn) DeleteComplaintDraft(hash string) error { return x.drop(kComplaintDraft, hash) }

// SweepComplaintDrafts forgets at most limit drafts that ended before an hour, and
// returns the names of the files of those that were never sent.
func (x *Txn) SweepComplaintDrafts(hour string, limit int) (n int, names []string, err error) {
	n, err = sweep(x, kComplaintDraft, limit, func(d ComplaintDraft) bool {
		if d.Expires > hour {
			return false
		}
		names = append(names, d.files()...)
		return true
	}, func(hash string) error { return x.drop(kComplaintDraft, hash) })
	return n, names, err
}

func (d *ComplaintDraft) files() (names []string) {
	for _, f := range d.Files {
		names = append(names, f.Name)
	}
	return names
}

// Bytes is about how much a draft takes without its files: what is sealed is written in
// base64.
func (d *ComplaintDraft) Bytes() int64 {
	const rest = 1 << 10
	n := len(d.Case) + len(d.Identity) + len(d.Sealed)
	for _, k := range d.Keys {
		n += len(k)
	}
	return int64(n)*4/3 + rest
}

// DraftSize is how much drafts that were not sent take.
type DraftSize struct {
	Files int64
	Texts int64 // and keys, about as they lie there
}

// DraftBytes is that of a public body.
func (x *Txn) DraftBytes() (n DraftSize, err error) {
	err = each(x, kComplaintDraft, func(d ComplaintDraft) error {
		if d.Sent {
			return nil
		}
		n.Texts += d.Bytes()
		for _, f := range d.Files {
			n.Files += f.Size
		}
		return nil
	})
	return n, err
}

// Evidence calls fn with every file that a complaint or a draft has. fn must not write.
func (x *Txn) Evidence(fn func(EvidenceFile) error) error {
	some := func(all []EvidenceFile) error {
		for _, f := range all {
			if err := fn(f); err != nil {
				return err
			}
		}
		return nil
	}
	if err := each(x, kComplaintDraft, func(d ComplaintDraft) error { return some(d.Files) }); err != nil {
		return err
	}
	return each(x, kComplaintPart, func(p ComplaintPart) error { return some(p.Files) })
}
