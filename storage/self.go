package storage

import "strings"

// Self reports whether an account is of an official: it is hers, or it has the address
// that she has on the roster or in the account with which she declares. Who works in the
// office often has two accounts, and what she may not do about herself she may not do
// with either.
func (x *Txn) Self(u User, person string) (bool, error) {
	if u.Person == person {
		return true, nil
	}
	p, err := x.Person(person)
	if absent(err) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	if u.writesTo(p.Email) {
		return true, nil
	}
	other, err := x.UserByPerson(person)
	if absent(err) {
		return false, nil
	}
	return err == nil && (u.writesTo(other.Email) || u.writesTo(other.Login)), err
}

// writesTo reports whether an address is one of the account.
func (u *User) writesTo(address string) bool {
	return strings.Contains(address, "@") && (strings.EqualFold(u.Email, address) || strings.EqualFold(u.Login, address))
}
