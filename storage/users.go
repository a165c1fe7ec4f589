package storage

// User reads an account.
func (x *Txn) User(id string) (User, error) { return get[User](x, kUser, id) }

// UserByLogin reads the account with a login, folded as PutUser was given it.
func (x *Txn) UserByLogin(login string) (User, error) {
	return x.userBy(kUserLogin, x.blind(kUserLogin, login))
}

// UserByPerson reads the account of an official.
func (x *Txn) UserByPerson(person string) (User, error) { return x.userBy(kUserPerson, person) }

func (x *Txn) userBy(k kind, value string) (User, error) {
	id, err := x.lookup(k, value)
	if err != nil {
		return User{}, err
	}
	return x.User(id)
}

// Users calls fn with every account in order of ids. An error of fn ends it. fn must
// not write.
func (x *Txn) Users(fn func(User) error) error { return each(x, kUser, fn) }

// PutUser makes or changes an account. A login, and an official's account, is
// there once in a tenant: ErrConflict when another account has it. ErrRoles: its roles
// exclude each other.
func (x *Txn) PutUser(u User) error {
	if ClashOf(u.Roles) != nil {
		return ErrRoles
	}
	old, err := x.User(u.ID)
	if err != nil && !absent(err) {
		return err
	}
	if err := x.reindex(u.ID, kUserLogin, x.blind(kUserLogin, old.Login), x.blind(kUserLogin, u.Login)); err != nil {
		return err
	}
	if err := x.reindex(u.ID, kUserPerson, old.Person, u.Person); err != nil {
		return err
	}
	return put(x, u, kUser, u.ID)
}
