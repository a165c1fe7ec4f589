package storage

// WithMigrations gives a DB a history, as a later version would have.
func WithMigrations(run ...func(*Txn) error) Option {
	return func(db *DB) {
		db.history = nil
		for _, fn := range run {
			db.history = append(db.history, migration{"of a test", fn})
		}
	}
}

// SealAt and OpenAt are what the package does with a record of a kind at a key.
func (k *Keys) SealAt(kind, key string, b []byte) []byte          { return k.seal(kind, key, b) }
func (k *Keys) OpenAt(kind, key string, b []byte) ([]byte, error) { return k.open(kind, key, b) }

// KindOf is the kind of a key, and whether its values are sealed.
func KindOf(key string) (name string, sealed bool) {
	_, k, _, _ := parse(key)
	return string(k), layout[k].sealed
}
