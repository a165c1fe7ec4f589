package storage

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Filing reads what was filed under an id.
func (x *Txn) Filing(id string) (Filing, error) { return get[Filing](x, kFiling, id) }

// FilingBySent reads the filing that a form post made, by its envio: a replay of
// the post finds the first one.
func (x *Txn) FilingBySent(sent string) (Filing, error) {
	return x.filingBy(kFilingSent, x.blind(kFilingSent, sent))
}

// FilingByFolio reads the filing with a folio, whose initials may be any.
func (x *Txn) FilingByFolio(folio string) (Filing, error) {
	year, n, ok := parseFolio(folio)
	if !ok {
		return Filing{}, ErrNotFound
	}
	return x.filingBy(kFilingFolio, number(year), number(n))
}

func (x *Txn) filingBy(k kind, parts ...string) (Filing, error) {
	id, err := x.lookup(k, parts...)
	if err != nil {
		return Filing{}, err
	}
	return x.Filing(id)
}

// FilingsOf reads the filings of an official, newest first.
func (x *Txn) FilingsOf(person string) ([]Filing, error) {
	var ids []string
	if err := x.scan(kFilingPerson, func(key string, _ []byte) error {
		ids = append(ids, last(key))
		return nil
	}, person); err != nil {
		return nil, err
	}
	all := make([]Filing, 0, len(ids))
	for _, id := range ids {
		f, err := x.Filing(id)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b Filing) int {
		return cmp.Or(b.Filed.Compare(a.Filed), cmp.Compare(b.Leaf, a.Leaf))
	})
	return all, nil
}

// Filings calls fn with every filing in order of ids. An error of fn ends it. fn must
// not write.
func (x *Txn) Filings(fn func(Filing) error) error { return each(x, kFiling, fn) }

// FullDocument is the whole document of a filing, exactly as it was hashed. Only
// the declarant and the authorities of LGRA 29-31 may read it; the caller checks.
func (x *Txn) FullDocument(id string) ([]byte, error) { return x.getBytes(kFull, id) }

// Papers are the documents of one declaration, hashed and sealed.
type Papers struct {
	key    string // of the full document
	hash   string // SHA-256 of the full document, hex
	sealed []byte // the full document
	public []byte
	digest string // SHA-256 of the public document, hex
}

// Papers hashes and seals the documents of the filing with that id. That is most of
// the work of a filing, and none of it needs the transaction, which on an engine
// with one writer keeps all others waiting. The documents must not change until the
// filing is kept.
func (db *DB) Papers(tenant, id string, full, public []byte) *Papers {
	at := key(tenant, kFull, id)
	return &Papers{
		key: at, hash: Digest(full), sealed: db.keys.seal(string(kFull), at, full),
		public: public, digest: Digest(public),
	}
}

// File is FilePapers with documents that are hashed and sealed within the
// transaction.
func (x *Txn) File(f *Filing, full, public []byte, draft string) error {
	return x.FilePapers(f, x.db.Papers(x.tenant, f.ID, full, public), draft)
}

// FilePapers seals a declaration, all in this transaction: both documents, the next
// folio of the year, a leaf of the log of filings, the place in the publication
// log with its index row, and the end of the draft that it was made from ("": there
// was none). What follows a filing, such as the row of the receipt mail, goes in
// the same Txn.
//
// The caller fills f but Folio, Seq, Leaf and Salt, which are set here, and Hash and
// Public, which are set or, when they are there, held to be those of the documents.
// With f.Reserved the public document is kept from the public, and Seq is 0.
//
// A replay of f.Sent, which must not be empty, changes nothing: f becomes the first
// filing. A filing with the same id is ErrConflict: what is filed is never written
// again.
func (x *Txn) FilePapers(f *Filing, p *Papers, draft string) error {
	if f.Sent == "" || !validID(f.ID) || !validID(f.Person) || p.key != x.key(kFull, f.ID) {
		return fmt.Errorf("%w: a filing without envio, id, person or papers of its own", ErrKey)
	}
	switch first, err := x.FilingBySent(f.Sent); {
	case err == nil && first.Person != f.Person:
		return ErrConflict
	case err == nil:
		*f = first
		return nil
	case !absent(err):
		return err
	}
	if taken, err := x.has(kFiling, f.ID); err != nil {
		return err
	} else if taken {
		return ErrConflict
	}
	if f.Hash != "" && f.Hash != p.hash || f.Public != "" && f.Public != p.digest {
		return errors.New("storage: the hash of a filing is not that of its document")
	}
	f.Hash, f.Public = p.hash, p.digest
	if err := x.endDraft(f, draft); err != nil {
		return err
	}
	if err := x.register(f); err != nil {
		return err
	}
	if err := x.give(p.key, p.sealed); err != nil {
		return err
	}
	if f.Reserved {
		if err := x.putBytes(p.public, kHidden, f.ID); err != nil {
			return err
		}
		return put(x, f, kFiling, f.ID)
	}
	if err := x.give(x.key(kPublic, f.ID), p.public); err != nil {
		return err
	}
	return x.publish(f, p.public)
}

// Digest is the SHA-256 of a document, in hex.
func Digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// endDraft deletes the draft that becomes the filing.
func (x *Txn) endDraft(f *Filing, draft string) error {
	d, err := x.Draft(draft)
	switch {
	case absent(err):
		return nil
	case err != nil:
		return err
	case d.Person != f.Person:
		return ErrConflict
	}
	return x.DeleteDraft(draft)
}

// register gives the filing its folio, its leaf and its indexes. The year of a
// folio is that of the filing, in the institution's zone.
func (x *Txn) register(f *Filing) error {
	inst, err := x.Institution()
	if err != nil {
		return fmt.Errorf("storage: filing before the institution was set up: %w", err)
	}
	zone, err := x.db.zone(f.Zone)
	if err != nil {
		return err
	}
	h, err := x.head()
	if err != nil {
		return err
	}
	year := f.Filed.In(zone).Year()
	if year < 1 || year > 9999 {
		return fmt.Errorf("storage: a filing in the year %d", year)
	}
	n := h.Folios[year] + 1
	h.Folios[year] = n
	f.Folio = fmt.Sprintf("%s-%04d-%06d", inst.Initials, year, n)
	if f.Imported != nil {
		f.Folio = fmt.Sprintf("%s-%s-%04d-%06d", inst.Initials, importedMark, year, n)
	}
	f.Salt = x.salt(LeafFiling, f.ID)
	if f.Leaf, err = x.appendLeaf(h, f.leaf(f.Reserved)); err != nil {
		return err
	}
	if err := x.putBytes([]byte(f.ID), kPaperDue, number(f.Leaf)); err != nil {
		return err
	}
	if err := x.putBytes([]byte(f.ID), kFilingFolio, number(uint64(year)), number(n)); err != nil {
		return err
	}
	if err := x.putBytes([]byte(f.ID), kFilingSent, x.blind(kFilingSent, f.Sent)); err != nil {
		return err
	}
	return x.putBytes([]byte(f.ID), kFilingPerson, f.Person, f.ID)
}

// leaf is what the log says of a filing that was or was not reserved when it was
// filed. A reserve that came later does not change it.
func (f *Filing) leaf(reserved bool) Leaf {
	l := Leaf{
		N: f.Leaf, Kind: LeafFiling, About: f.Folio, At: f.Filed,
		Full: Commitment(f.Salt, f.Hash), Public: veil(reserved, f.Salt, f.Public),
	}
	if f.Imported != nil { // the log says when it was kept here, and not that it was there before
		l.Kind, l.At = LeafImported, f.Imported.At
	}
	return l
}

// parseFolio reads year and number off a folio.
func parseFolio(s string) (year, n uint64, ok bool) {
	rest, tail, ok := cutLast(s)
	if !ok {
		return 0, 0, false
	}
	_, middle, ok := cutLast(rest)
	if !ok || len(middle) != 4 {
		return 0, 0, false
	}
	year, ok = decimal(middle)
	if !ok {
		return 0, 0, false
	}
	n, ok = decimal(tail)
	return year, n, ok && len(tail) >= 6
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '-')
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

// decimal reads up to 15 digits.
func decimal(s string) (n uint64, ok bool) {
	if s == "" || len(s) > 15 {
		return 0, false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, true
}
