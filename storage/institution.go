package storage

import (
	"bytes"
	"encoding/json"
)

// institution is a record of that kind and what was read of it.
type institution struct {
	raw []byte
	Institution
}

// Institution is the public body itself; ErrNotFound before it was set up. Every page
// and every filing reads it and it hardly ever changes, so what was last made of its
// bytes is kept, for as long as the bytes are the same.
func (x *Txn) Institution() (Institution, error) {
	raw, err := x.getBytes(kInstitution)
	if err != nil {
		return Institution{}, err
	}
	if known, ok := x.db.institutions.Load(x.tenant); ok {
		if i := known.(*institution); bytes.Equal(i.raw, raw) {
			return i.Institution, nil
		}
	}
	i := &institution{raw: raw}
	if err := json.Unmarshal(raw, &i.Institution); err != nil {
		return Institution{}, errUnreadable(kInstitution)
	}
	x.db.institutions.Store(x.tenant, i)
	return i.Institution, nil
}

// PutInstitution keeps it.
func (x *Txn) PutInstitution(i Institution) error { return put(x, i, kInstitution) }
