package storage

import (
	"encoding/binary"
	"fmt"
)

// Published is one change of what the public may read: a document that appeared,
// or one that is gone because it was reserved (Norma 20ª).
type Published struct {
	Seq  uint64
	ID   string
	Gone bool   // not public at this point, or no longer: whoever has it drops it
	Row  []byte // what the Indexer made of the document; nil when it is gone
}

// A change is kept as '+' or '-', the length of the id, the id, and the row.
func (p Published) bytes() []byte {
	b := make([]byte, 0, 2+len(p.ID)+len(p.Row))
	b = append(b, '+', byte(len(p.ID)))
	if p.Gone {
		b[0] = '-'
	}
	b = append(b, p.ID...)
	return append(b, p.Row...)
}

// readPublished takes apart what bytes made; the row shares the memory of b.
func readPublished(seq uint64, b []byte) (Published, error) {
	if len(b) < 2 || b[0] != '+' && b[0] != '-' || len(b) < 2+int(b[1]) {
		return Published{}, errUnreadable(kPub)
	}
	n := 2 + int(b[1])
	p := Published{Seq: seq, ID: string(b[2:n]), Gone: b[0] == '-'}
	if !p.Gone {
		p.Row = b[n:]
	}
	return p, nil
}

func (x *Txn) putEntry(p Published) error { return x.putBytes(p.bytes(), kPub, number(p.Seq)) }

// publish gives a filing the next place in the publication log, with the row of
// its public document, or as gone when public is nil, and writes the filing.
func (x *Txn) publish(f *Filing, public []byte) (err error) {
	p := Published{ID: f.ID, Gone: public == nil}
	if !p.Gone {
		if p.Row, err = x.db.index(public); err != nil {
			return fmt.Errorf("storage: index row: %w", err)
		}
	}
	if p.Seq, err = x.PublicSeq(); err != nil {
		return err
	}
	p.Seq++
	if err := x.putEntry(p); err != nil {
		return err
	}
	if err := x.putBytes(binary.BigEndian.AppendUint64(nil, p.Seq), kHeadPub); err != nil {
		return err
	}
	f.Seq = p.Seq
	return put(x, f, kFiling, f.ID)
}

// PublicSeq is the number of the last change of what is public, 0 before the first:
// while it stays the same, so does all that is public. It costs one Get.
func (x *Txn) PublicSeq() (uint64, error) {
	b, err := x.getBytes(kHeadPub)
	switch {
	case absent(err):
		return 0, nil
	case err != nil:
		return 0, err
	case len(b) != 8:
		return 0, errUnreadable(kHeadPub)
	}
	return binary.BigEndian.Uint64(b), nil
}

// PublicSince calls fn with each change after seq, in order, until fn returns
// false. One id may come several times, and its last change counts; a change that a
// later reserve took back comes as gone. Rows are valid only until fn returns. fn
// must not write.
// When there is no change it costs one Get.
func (x *Txn) PublicSince(seq uint64, fn func(Published) bool) error {
	if end, err := x.PublicSeq(); err != nil || end <= seq {
		return err
	}
	return x.walkFrom(kPub, seq+1, func(n uint64, raw []byte) error {
		p, err := readPublished(n, raw)
		if err == nil && !fn(p) {
			err = errStop
		}
		return err
	})
}

// PublicRow is the index row of a public declaration; ErrNotFound when there is
// none or it is reserved.
func (x *Txn) PublicRow(id string) ([]byte, error) {
	f, err := x.Filing(id)
	if err != nil {
		return nil, err
	}
	raw, err := x.getBytes(kPub, number(f.Seq))
	if err != nil {
		return nil, err
	}
	p, err := readPublished(f.Seq, raw)
	if err == nil && p.Gone {
		err = ErrNotFound
	}
	return p.Row, err
}

// PublicDocument is the public document of a filing, exactly as it was hashed;
// ErrNotFound when there is none or it is reserved.
func (x *Txn) PublicDocument(id string) ([]byte, error) { return x.getBytes(kPublic, id) }

// PublicVersion is the public document of a filing also while a reserve keeps it from
// the public: for its paper, which the reserve keeps as well. What comes of it is as
// private as the filing then is.
func (x *Txn) PublicVersion(id string) ([]byte, error) {
	b, err := x.getBytes(kPublic, id)
	if absent(err) {
		b, err = x.getBytes(kHidden, id)
	}
	return b, err
}

// AppendPublic appends the public document of a filing to b, copying it once.
func (x *Txn) AppendPublic(b []byte, id string) ([]byte, error) {
	err := x.PublicDocuments([]string{id}, func(_ int, doc []byte) error {
		if doc == nil {
			return ErrNotFound
		}
		b = append(b, doc...)
		return nil
	})
	return b, err
}

// PublicDocuments calls fn with the public document of each id in turn, as one
// read where the engine can, and without copying where it can: doc is valid only
// until fn returns, must not be changed, and is nil where PublicDocument would be
// ErrNotFound. It ends with the first error of fn.
func (x *Txn) PublicDocuments(ids []string, fn func(i int, doc []byte) error) error {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = x.key(kPublic, id)
	}
	if many, ok := x.tx.(ManyGetter); ok {
		return many.GetMany(keys, fn)
	}
	for i, key := range keys {
		var doc []byte
		if key != "" {
			var err error
			if doc, err = x.tx.Get(key); err != nil && !absent(err) {
				return err
			}
		}
		if err := fn(i, doc); err != nil {
			return err
		}
	}
	return nil
}
