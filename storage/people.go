package storage

// Person reads an official.
func (x *Txn) Person(id string) (Person, error) { return get[Person](x, kPerson, id) }

// PersonByRFC reads the official with an RFC of 13 characters, as PutPerson was
// given it.
func (x *Txn) PersonByRFC(rfc string) (Person, error) {
	id, err := x.lookup(kPersonRFC, x.blind(kPersonRFC, rfc))
	if err != nil {
		return Person{}, err
	}
	return x.Person(id)
}

// People calls fn with every official in order of ids. An error of fn ends it. fn
// must not write.
func (x *Txn) People(fn func(Person) error) error { return each(x, kPerson, fn) }

// PutPerson makes or changes an official. An RFC is there once in a tenant:
// ErrConflict when another official has it. Giving or lifting the reserve takes
// her declarations from the public or gives them back (see SetReserve).
func (x *Txn) PutPerson(p Person) error {
	old, err := x.Person(p.ID)
	if err != nil && !absent(err) {
		return err
	}
	if err := x.reindex(p.ID, kPersonRFC, x.blind(kPersonRFC, old.RFC), x.blind(kPersonRFC, p.RFC)); err != nil {
		return err
	}
	if err := put(x, p, kPerson, p.ID); err != nil {
		return err
	}
	return x.reserve(p.ID, old.Reserve, p.Reserve)
}
