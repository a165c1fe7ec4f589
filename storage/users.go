package storage

import (
	"errors"
)

// User is the account with that id: ErrNotFound when there is none.
func (t *Txn) User(id string) (u User, err error) {
	if !name(id) {
		return u, ErrNotFound
	}
	return u, t.getSealed(t.key(kindUser, id), &u)
}

// UserByLogin is the account with that folded login.
func (t *Txn) UserByLogin(login string) (User, error) {
	id, err := t.tx.Get(t.key(kindLogin, t.db.keys.index(kindLogin, login)))
	if err != nil {
		return User{}, err
	}
	return t.User(string(id))
}

// Users calls fn with every account.
func (t *Txn) Users(fn func(User) error) error { return each(t, kindUser, fn) }

// PutUser keeps an account. A login that another account has is ErrConflict.
func (t *Txn) PutUser(u User) error {
	return t.putUnique(kindUser, u.ID, kindLogin, u.Login, u, func() (string, error) {
		old, err := t.User(u.ID)
		return old.Login, err
	})
}

// putUnique keeps a sealed record that can be found by one private value, which
// no two records of the kind share. old tells the value of the record as it was.
func (t *Txn) putUnique(kind, id, by, value string, record any, old func() (string, error)) error {
	if !name(id) {
		return ErrNotFound
	}
	was, err := old()
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	at := t.key(by, t.db.keys.index(by, value))
	holder, err := t.tx.Get(at)
	switch {
	case err == nil && string(holder) != id:
		return ErrConflict
	case err != nil && !errors.Is(err, ErrNotFound):
		return err
	}
	if was != "" && was != value {
		if err := t.tx.Delete(t.key(by, t.db.keys.index(by, was))); err != nil {
			return err
		}
	}
	if err := t.tx.Put(at, []byte(id)); err != nil {
		return err
	}
	return t.putSealed(t.key(kind, id), record)
}
