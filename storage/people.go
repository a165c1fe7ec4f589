package storage

// Institution is the public body itself: ErrNotFound before set-up.
func (t *Txn) Institution() (i Institution, err error) {
	return i, t.get(t.key(kindInstitution), &i)
}

// PutInstitution keeps it.
func (t *Txn) PutInstitution(i Institution) error { return t.put(t.key(kindInstitution), i) }

// Person is the official with that id: ErrNotFound when there is none.
func (t *Txn) Person(id string) (p Person, err error) {
	if !name(id) {
		return p, ErrNotFound
	}
	return p, t.getSealed(t.key(kindPerson, id), &p)
}

// PersonByRFC is the official with that RFC.
func (t *Txn) PersonByRFC(rfc string) (Person, error) {
	id, err := t.tx.Get(t.key(kindRFC, t.db.keys.index(kindRFC, rfc)))
	if err != nil {
		return Person{}, err
	}
	return t.Person(string(id))
}

// People calls fn with every official of the roster.
func (t *Txn) People(fn func(Person) error) error { return each(t, kindPerson, fn) }

// PutPerson keeps an official. An RFC that another one has is ErrConflict.
func (t *Txn) PutPerson(p Person) error {
	return t.putUnique(kindPerson, p.ID, kindRFC, p.RFC, p, func() (string, error) {
		old, err := t.Person(p.ID)
		return old.RFC, err
	})
}
