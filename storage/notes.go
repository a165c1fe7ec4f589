package storage

// PutNote keeps a nota aclaratoria on a filing for ever, with its leaf in the
// log. It sets Hash and Leaf. A note is never changed: an id that is there is
// ErrConflict.
func (t *Txn) PutNote(n *Note) error {
	if !name(n.ID) {
		return ErrNotFound
	}
	if _, err := t.Filing(n.Filing); err != nil {
		return err
	}
	at := t.key(kindNote, n.Filing, n.ID)
	if free, err := t.absent(at); err != nil {
		return err
	} else if !free {
		return ErrConflict
	}
	n.Hash = digest([]byte(n.Section + "\n" + n.Text))
	leaf, err := t.appendLeaf(LeafNote, n.ID, n.Hash, n.Filed)
	if err != nil {
		return err
	}
	n.Leaf = leaf
	return t.putSealed(at, n)
}

// NotesOf are the notes on a filing, oldest first.
func (t *Txn) NotesOf(filing string) (all []Note, err error) {
	if !name(filing) {
		return nil, nil
	}
	prefix := t.key(kindNote, filing, "")
	err = t.scan(func(rest string, value []byte) error {
		b, err := t.db.keys.open(prefix+rest, value)
		if err != nil {
			return err
		}
		var n Note
		if err := decode(prefix, b, &n); err != nil {
			return err
		}
		all = append(all, n)
		return nil
	}, kindNote, filing)
	return all, err
}
