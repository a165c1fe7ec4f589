package storage

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// PutNote adds a nota aclaratoria to a filing, with a leaf in the log. Like a
// filing it is never edited or deleted: an id that is there already is ErrConflict,
// and a filing that is not is ErrNotFound. It sets n.Leaf and n.Salt, and n.Hash when it is
// empty; otherwise that must be NoteHash.
func (x *Txn) PutNote(n *Note) error {
	if ok, err := x.has(kFiling, n.Filing); err != nil {
		return err
	} else if !ok {
		return ErrNotFound
	}
	if taken, err := x.has(kNote, n.Filing, n.ID); err != nil {
		return err
	} else if taken {
		return ErrConflict
	}
	hash := NoteHash(n)
	if n.Hash != "" && n.Hash != hash {
		return fmt.Errorf("storage: the hash of a note is not that of its text")
	}
	n.Hash = hash
	n.Salt = x.salt(LeafNote, n.Filing, n.ID)
	var err error
	if n.Leaf, err = x.logLeaf(n.leaf()); err != nil {
		return err
	}
	return put(x, n, kNote, n.Filing, n.ID)
}

// leaf is what the log says of a note: nobody but its author learns that there is one.
func (n *Note) leaf() Leaf {
	return Leaf{N: n.Leaf, Kind: LeafNote, Full: Commitment(n.Salt, n.Hash), At: n.Filed}
}

// NoteHash is the SHA-256, in hex, of filing, section and text, each but the last
// ended by a newline.
func NoteHash(n *Note) string { return Digest([]byte(n.Filing + "\n" + n.Section + "\n" + n.Text)) }

// Notes calls fn with every note of every filing. An error of fn ends it. fn must not
// write.
func (x *Txn) Notes(fn func(Note) error) error { return each(x, kNote, fn) }

// NotesOf reads the notes on a filing, oldest first.
func (x *Txn) NotesOf(filing string) ([]Note, error) {
	var all []Note
	if err := each(x, kNote, func(n Note) error {
		all = append(all, n)
		return nil
	}, filing); err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b Note) int { return cmp.Compare(a.Leaf, b.Leaf) })
	return all, nil
}

// Noted calls fn with the filing and the time of every nota aclaratoria, for lists that
// tell that there are some; nothing of what they say. An error of fn ends it. fn must
// not write.
func (x *Txn) Noted(fn func(filing string, at time.Time) error) error {
	return each(x, kNote, func(n Note) error { return fn(n.Filing, n.Filed) })
}
