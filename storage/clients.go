package storage

// Client reads a reader of the API by its client_id.
func (x *Txn) Client(id string) (Client, error) { return get[Client](x, kClient, id) }

// Clients calls fn with every client in order of ids. An error of fn ends it. fn must
// not write.
func (x *Txn) Clients(fn func(Client) error) error { return each(x, kClient, fn) }

// PutClient makes or changes a client.
func (x *Txn) PutClient(c Client) error { return put(x, c, kClient, c.ID) }
