package storage

// Institution is the public body itself; ErrNotFound before it was set up.
func (x *Txn) Institution() (Institution, error) { return get[Institution](x, kInstitution) }

// PutInstitution keeps it.
func (x *Txn) PutInstitution(i Institution) error { return put(x, i, kInstitution) }
