package storage

import (
	"encoding/json"
	"errors"
	"fmt"
)

// get reads the record of a kind. An id that could not be one is not found.
func get[T any](x *Txn, k kind, parts ...string) (v T, err error) {
	key := x.key(k, parts...)
	if key == "" {
		return v, ErrNotFound
	}
	raw, err := x.tx.Get(key)
	if err != nil {
		return v, err
	}
	return v, decode(x, k, key, raw, &v)
}

// decode opens a record; raw is spoilt.
func decode[T any](x *Txn, k kind, key string, raw []byte, v *T) (err error) {
	if layout[k].sealed {
		if raw, err = x.db.keys.open(string(k), key, raw); err != nil {
			return fmt.Errorf("%w: %s", err, k)
		}
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return errUnreadable(k)
	}
	return nil
}

// put writes the record of a kind.
func put[T any](x *Txn, v T, k kind, parts ...string) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("storage: a record of kind %s cannot be written", k)
	}
	return x.putBytes(raw, k, parts...)
}

// putBytes writes bytes under a kind, sealed when the kind is.
func (x *Txn) putBytes(raw []byte, k kind, parts ...string) error {
	key := x.key(k, parts...)
	if key == "" {
		return fmt.Errorf("%w: %s", ErrKey, k)
	}
	if layout[k].sealed {
		return x.give(key, x.db.keys.seal(string(k), key, raw))
	}
	return x.tx.Put(key, raw)
}

// give is Put of bytes that nobody else has.
func (x *Txn) give(key string, value []byte) error {
	if g, ok := x.tx.(Giver); ok {
		return g.Give(key, value)
	}
	return x.tx.Put(key, value)
}

// getBytes reads what putBytes wrote.
func (x *Txn) getBytes(k kind, parts ...string) ([]byte, error) {
	key := x.key(k, parts...)
	if key == "" {
		return nil, ErrNotFound
	}
	raw, err := x.tx.Get(key)
	if err == nil && layout[k].sealed {
		if raw, err = x.db.keys.open(string(k), key, raw); err != nil {
			err = fmt.Errorf("%w: %s", err, k)
		}
	}
	return raw, err
}

// drop deletes what is under a key, if anything.
func (x *Txn) drop(k kind, parts ...string) error {
	key := x.key(k, parts...)
	if key == "" {
		return fmt.Errorf("%w: %s", ErrKey, k)
	}
	return x.tx.Delete(key)
}

// has reports whether there is anything under a key.
func (x *Txn) has(k kind, parts ...string) (bool, error) {
	key := x.key(k, parts...)
	if key == "" {
		return false, nil
	}
	_, err := x.tx.Get(key)
	if absent(err) {
		return false, nil
	}
	return err == nil, err
}

// errStop, returned by fn of a scan, ends it without an error.
var errStop = errors.New("storage: enough")

// errUnreadable says of which kind a record is that cannot be read, and no more:
// what it holds is private.
func errUnreadable(k kind) error {
	return fmt.Errorf("storage: a record of kind %s cannot be read", k)
}

// each calls fn with every record of a kind in the order of their keys. An error of
// fn ends it and is returned. fn must not write.
func each[T any](x *Txn, k kind, fn func(v T) error, parts ...string) error {
	return x.scan(k, func(key string, raw []byte) error {
		var v T
		if err := decode(x, k, key, raw, &v); err != nil {
			return err
		}
		return fn(v)
	}, parts...)
}

// scan calls fn with the values of a kind whose keys begin with the parts.
func (x *Txn) scan(k kind, fn func(key string, raw []byte) error, parts ...string) error {
	from, to := below(x.tenant, k, parts...)
	return x.scanRange(from, to, fn)
}

// scanFrom calls fn with the values of a kind that is numbered, from n on.
func (x *Txn) scanFrom(k kind, n uint64, fn func(n uint64, raw []byte) error) error {
	return x.numbered(x.tx.Scan, k, n, fn)
}

// walkFrom is scanFrom of values that are valid only until fn returns.
func (x *Txn) walkFrom(k kind, n uint64, fn func(n uint64, raw []byte) error) error {
	if w, ok := x.tx.(Walker); ok {
		return x.numbered(w.Walk, k, n, fn)
	}
	return x.numbered(x.tx.Scan, k, n, fn)
}

func (x *Txn) numbered(scan scanner, k kind, n uint64, fn func(n uint64, raw []byte) error) error {
	_, to := below(x.tenant, k)
	return through(scan, x.key(k, number(n)), to, func(key string, raw []byte) error {
		n, ok := parseNumber(last(key))
		if !ok {
			return errUnreadable(k)
		}
		return fn(n, raw)
	})
}

func (x *Txn) scanRange(from, to string, fn func(key string, raw []byte) error) error {
	return through(x.tx.Scan, from, to, fn)
}

// scanner is Scan of a Tx, or Walk.
type scanner func(from, to string, fn func(key string, value []byte) bool) error

// through calls fn with what a scan gives, until it returns an error.
func through(scan scanner, from, to string, fn func(key string, raw []byte) error) error {
	if from == "" {
		return nil // an id that could not be one has nothing
	}
	var bad error
	if err := scan(from, to, func(key string, raw []byte) bool {
		bad = fn(key, raw)
		return bad == nil
	}); err != nil {
		return err
	}
	if bad == errStop {
		return nil
	}
	return bad
}

// sweep deletes at most limit records of a kind with one part that are stale, and
// tells how many.
func sweep[T any](x *Txn, k kind, limit int, stale func(T) bool, del func(id string) error) (int, error) {
	var ids []string
	if err := x.scan(k, func(key string, raw []byte) error {
		var v T
		if len(ids) == limit {
			return errStop
		}
		if err := decode(x, k, key, raw, &v); err != nil {
			return err
		}
		if stale(v) {
			ids = append(ids, last(key))
		}
		return nil
	}); err != nil {
		return 0, err
	}
	for _, id := range ids {
		if err := del(id); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

// lookup reads the id that an index has for a value.
func (x *Txn) lookup(k kind, parts ...string) (id string, err error) {
	raw, err := x.getBytes(k, parts...)
	return string(raw), err
}

// unique points an index at an id. Another id there is ErrConflict.
func (x *Txn) unique(id string, k kind, parts ...string) error {
	old, err := x.lookup(k, parts...)
	switch {
	case absent(err):
		return x.putBytes([]byte(id), k, parts...)
	case err != nil:
		return err
	case old != id:
		return ErrConflict
	}
	return nil
}

// reindex moves the entry of a record in a unique index from an old value to a new
// one; "" is not indexed.
func (x *Txn) reindex(id string, k kind, old, value string) error {
	if old == value {
		return nil
	}
	if value != "" {
		if err := x.unique(id, k, value); err != nil {
			return err
		}
	}
	if old == "" {
		return nil
	}
	return x.drop(k, old)
}

// blind is a private value as an index has it; "" stays "".
func (x *Txn) blind(k kind, value string) string {
	if value == "" {
		return ""
	}
	return x.db.keys.blind(x.tenant, string(k), value)
}
