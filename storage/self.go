package storage

import "strings"

// Self reports whether an account is of an official: it is hers, it signs in with her
// CURP, it has the address that she has on the roster or in the account with which she
// declares, or it is of another record of her on the roster (the same CURP, or an RFC with
// another homoclave). Who works in the
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
	if u.writesTo(p.Email) || p.CURP != "" && strings.EqualFold(u.Login, p.CURP) {
		return true, nil
	}
	if u.Person != "" {
		if mine, err := x.Person(u.Person); err == nil && mine.is(p) {
			return true, nil
		} else if err != nil && !absent(err) {
			return false, err
		}
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

// is reports whether two records of the roster are of one person, by what the State calls
// her.
func (p *Person) is(other Person) bool {
	const born = len("PUFE800229") // of an RFC, before the homoclave
	return p.CURP != "" && p.CURP == other.CURP || len(p.RFC) > born && len(other.RFC) > born && p.RFC[:born] == other.RFC[:born]
}
