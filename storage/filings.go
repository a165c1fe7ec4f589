package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// The names of counters.
const (
	countPub   = "pub"
	countLeaf  = "leaf"
	countAudit = "audit"
)

// ErrFiled means that a filing of that id, or of that form post, is there
// already; FilingBySent finds it.
var ErrFiled = errors.New("storage: filed already")

// File keeps a declaration for ever, in the one transaction that it is called
// in: folio without gaps, leaf in the log, full document sealed, public document
// and index row, publication. It sets Folio, Hash, Public, Seq and Leaf of f.
// The draft of that id, when there is one, is gone with it. A form post that was
// filed before is ErrFiled, and nothing is written.
func (t *Txn) File(f *Filing, full, public []byte, draft string) error {
	if !name(f.ID) || !name(f.Person) || !name(f.Sent) {
		return ErrNotFound
	}
	for _, at := range []string{t.key(kindFiling, f.ID), t.key(kindSent, f.Sent)} {
		if free, err := t.absent(at); err != nil {
			return err
		} else if !free {
			return ErrFiled
		}
	}
	f.Hash, f.Public = digest(full), digest(public)
	if err := t.number(f); err != nil {
		return err
	}
	leaf, err := t.appendLeaf(LeafFiling, f.ID, f.Hash, f.Filed)
	if err != nil {
		return err
	}
	f.Leaf = leaf
	if err := t.publish(f, public); err != nil {
		return err
	}
	at := t.key(kindFull, f.ID)
	if err := t.tx.Put(at, t.db.keys.seal(at, full)); err != nil {
		return err
	}
	for _, link := range []string{t.key(kindSent, f.Sent), t.key(kindFolio, f.Folio)} {
		if err := t.tx.Put(link, []byte(f.ID)); err != nil {
			return err
		}
	}
	if err := t.tx.Put(t.key(kindFilingOf, f.Person, f.ID), []byte{}); err != nil {
		return err
	}
	if draft != "" {
		if err := t.DeleteDraft(draft); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	return t.put(t.key(kindFiling, f.ID), f)
}

// number gives the next folio of the tenant and year: "VE-2026-000123".
func (t *Txn) number(f *Filing) error {
	inst, err := t.Institution()
	if err != nil {
		return fmt.Errorf("storage: institution: %w", err)
	}
	year := f.Filed.Year()
	if zone, err := inst.Location(); err == nil {
		year = f.Filed.In(zone).Year()
	}
	n, err := t.next(fmt.Sprintf("folio-%d", year))
	if err != nil {
		return err
	}
	f.Folio = fmt.Sprintf("%s-%d-%06d", inst.Initials, year, n)
	return nil
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Filing is the filing with that id. Whose it is, the caller checks.
func (t *Txn) Filing(id string) (f Filing, err error) {
	if !name(id) {
		return f, ErrNotFound
	}
	return f, t.get(t.key(kindFiling, id), &f)
}

// FilingBySent is the filing that a form post made.
func (t *Txn) FilingBySent(envio string) (Filing, error) { return t.filingAt(kindSent, envio) }

// FilingByFolio is the filing with that folio.
func (t *Txn) FilingByFolio(folio string) (Filing, error) { return t.filingAt(kindFolio, folio) }

func (t *Txn) filingAt(kind, by string) (Filing, error) {
	if !name(by) {
		return Filing{}, ErrNotFound
	}
	id, err := t.tx.Get(t.key(kind, by))
	if err != nil {
		return Filing{}, err
	}
	return t.Filing(string(id))
}

// FilingsOf are the filings of a person, oldest first.
func (t *Txn) FilingsOf(person string) (all []Filing, err error) {
	if !name(person) {
		return nil, nil
	}
	var ids []string
	if err := t.scan(func(id string, _ []byte) error {
		ids = append(ids, id)
		return nil
	}, kindFilingOf, person); err != nil {
		return nil, err
	}
	for _, id := range ids {
		f, err := t.Filing(id)
		if err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

// FullDocument is the whole result document as it was filed. Only the declarant
// and whom the law names may read it; the caller has checked that.
func (t *Txn) FullDocument(id string) ([]byte, error) {
	if !name(id) {
		return nil, ErrNotFound
	}
	return t.openAt(t.key(kindFull, id))
}
