package storage

import "time"

// Session is the session whose cookie has that hash: ErrNotFound when it ended.
func (t *Txn) Session(hash string) (s Session, err error) {
	if !name(hash) {
		return s, ErrNotFound
	}
	return s, t.getSealed(t.key(kindSession, hash), &s)
}

// PutSession keeps it.
func (t *Txn) PutSession(hash string, s Session) error {
	if !name(hash) {
		return ErrNotFound
	}
	return t.putSealed(t.key(kindSession, hash), s)
}

// DeleteSession ends it, with what was set aside for it.
func (t *Txn) DeleteSession(hash string) error {
	if !name(hash) {
		return nil
	}
	return t.tx.Delete(t.key(kindSession, hash))
}

// EndSessions ends every session that doomed says.
func (t *Txn) EndSessions(doomed func(hash string, s Session) bool) error {
	var gone []string
	prefix := t.key(kindSession, "")
	if err := t.scan(func(hash string, value []byte) error {
		b, err := t.db.keys.open(prefix+hash, value)
		if err != nil {
			return err
		}
		var s Session
		if err := decode(prefix, b, &s); err != nil {
			return err
		}
		if doomed(hash, s) {
			gone = append(gone, hash)
		}
		return nil
	}, kindSession); err != nil {
		return err
	}
	for _, hash := range gone {
		if err := t.DeleteSession(hash); err != nil {
			return err
		}
	}
	return nil
}

// Aside is a form post that came after its session had ended. It waits, sealed,
// for its person to sign in again.
type Aside struct {
	User    string    `json:"user"`
	Path    string    `json:"path"`
	Form    []byte    `json:"form"` // urlencoded
	Expires time.Time `json:"expires"`
}

// PutAside keeps a post under the hash of a cookie made for it.
func (t *Txn) PutAside(hash string, a Aside) error {
	if !name(hash) {
		return ErrNotFound
	}
	return t.putSealed(t.key(kindAside, hash), a)
}

// TakeAside reads it once: it is gone afterwards.
func (t *Txn) TakeAside(hash string) (a Aside, err error) {
	if !name(hash) {
		return a, ErrNotFound
	}
	at := t.key(kindAside, hash)
	if err := t.getSealed(at, &a); err != nil {
		return a, err
	}
	return a, t.tx.Delete(at)
}
