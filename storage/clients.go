package storage

// Client is the reader of the API with that client id.
func (t *Txn) Client(id string) (c Client, err error) {
	if !name(id) {
		return c, ErrNotFound
	}
	return c, t.getSealed(t.key(kindClient, id), &c)
}

// Clients calls fn with every one.
func (t *Txn) Clients(fn func(Client) error) error { return each(t, kindClient, fn) }

// PutClient keeps it.
func (t *Txn) PutClient(c Client) error {
	if !name(c.ID) {
		return ErrNotFound
	}
	return t.putSealed(t.key(kindClient, c.ID), c)
}
