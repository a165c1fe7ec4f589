package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Published is one change of what the public may read: a document that appeared,
// or one that is gone because it was reserved (Norma 20ª).
type Published struct {
	Seq  uint64
	ID   string
	Gone bool
	Row  []byte // what the Indexer made of the document; nil when it is gone
}

// PublicDocument is the public result document, as it is sent. It is ErrNotFound
// while the declaration is reserved.
func (t *Txn) PublicDocument(id string) ([]byte, error) {
	if !name(id) {
		return nil, ErrNotFound
	}
	return t.tx.Get(t.key(kindPublic, id))
}

// AppendPublic appends the public result document to b, with one copy only.
func (t *Txn) AppendPublic(b []byte, id string) ([]byte, error) {
	if !name(id) {
		return b, ErrNotFound
	}
	if r, ok := t.tx.(Reader); ok {
		err := r.Read(t.key(kindPublic, id), func(v []byte) { b = append(b, v...) })
		return b, err
	}
	v, err := t.PublicDocument(id)
	return append(b, v...), err
}

// publish makes a document public, or keeps it sealed while it is reserved, and
// writes the change to the log that the indexes in memory follow.
func (t *Txn) publish(f *Filing, public []byte) error {
	if f.Reserved {
		at := t.key(kindHeld, f.ID)
		return t.tx.Put(at, t.db.keys.seal(at, public))
	}
	row, err := t.db.row(public)
	if err != nil {
		return fmt.Errorf("storage: index row: %w", err)
	}
	if err := t.tx.Put(t.key(kindPublic, f.ID), public); err != nil {
		return err
	}
	f.Seq, err = t.announce(f.ID, row, false)
	return err
}

func (t *Txn) announce(id string, row []byte, gone bool) (uint64, error) {
	seq, err := t.next(countPub)
	if err != nil {
		return 0, err
	}
	b := []byte{0}
	if gone {
		b[0] = 1
	}
	b = binary.AppendUvarint(b, uint64(len(id)))
	b = append(append(b, id...), row...)
	return seq, t.tx.Put(t.key(kindPub, number(seq)), b)
}

// PublicSeq is the number of the last change of what is public. Indexes compare
// it with theirs before a query; it costs one Get.
func (t *Txn) PublicSeq() (uint64, error) { return t.count(countPub) }

// PublicSince calls fn with each change after seq, in order, until fn returns
// false. Rows are fn's to keep.
func (t *Txn) PublicSince(seq uint64, fn func(Published) bool) error {
	prefix := t.key(kindPub, "")
	var inner error
	err := t.tx.Scan(t.key(kindPub, number(seq+1)), end(prefix), func(key string, value []byte) bool {
		p := Published{}
		if _, inner = fmt.Sscanf(key[len(prefix):], "%x", &p.Seq); inner != nil {
			return false
		}
		if inner = p.read(value); inner != nil {
			return false
		}
		return fn(p)
	})
	return errors.Join(err, inner)
}

func (p *Published) read(b []byte) error {
	if len(b) < 2 {
		return errors.New("storage: publication log is damaged")
	}
	n, size := binary.Uvarint(b[1:])
	if size <= 0 || n > uint64(len(b)-1-size) {
		return errors.New("storage: publication log is damaged")
	}
	p.Gone = b[0] == 1
	p.ID = string(b[1+size : 1+size+int(n)])
	if !p.Gone {
		p.Row = b[1+size+int(n):]
	}
	return nil
}

// Reserve keeps the declarations of a person from the public, or, with nil,
// publishes them again. The agreement of the transparency committee is the
// caller's to check (Norma 20ª).
func (t *Txn) Reserve(person string, r *Reserve) error {
	p, err := t.Person(person)
	if err != nil {
		return err
	}
	p.Reserve = r
	if err := t.PutPerson(p); err != nil {
		return err
	}
	filings, err := t.FilingsOf(person)
	if err != nil {
		return err
	}
	for _, f := range filings {
		if f.Reserved == (r != nil) {
			continue
		}
		if err := t.reserve(&f, r != nil); err != nil {
			return err
		}
	}
	return nil
}

func (t *Txn) reserve(f *Filing, hide bool) (err error) {
	open, held := t.key(kindPublic, f.ID), t.key(kindHeld, f.ID)
	from := open
	var doc []byte
	if hide {
		doc, err = t.tx.Get(open)
	} else {
		from = held
		doc, err = t.openAt(held)
	}
	if err != nil {
		return err
	}
	if err := t.tx.Delete(from); err != nil {
		return err
	}
	f.Reserved = hide
	if hide {
		if f.Seq, err = t.announce(f.ID, nil, true); err != nil {
			return err
		}
	}
	if err := t.publish(f, doc); err != nil {
		return err
	}
	return t.put(t.key(kindFiling, f.ID), f)
}
