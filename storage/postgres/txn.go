package postgres

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"declara/storage"
)

const (
	firstPage  = 16      // rows of the first page of a scan; each is twice the one before
	mostRows   = 1024    // rows of the largest
	mostBytes  = 4 << 20 // a page that is larger is not doubled, and writes beyond it are sent
	mostKeys   = 256     // keys of one GetMany statement
	rollbackIn = 5 * time.Second
)

// txn is one transaction. It begins with its first operation, which tells whose it
// is.
type txn struct {
	ctx      context.Context
	s        *Store
	writable bool
	turn     *turn // of the tenant, when there is a queue for it; Update passes it on

	tx       pgx.Tx
	tenant   string
	fence    storage.Fence
	broken   error // first failure of a statement: all is lost
	over     bool
	scanning int

	pending map[string][]byte // writes that are not sent; nil is a deletion
	size    int               // bytes of pending
}

// ready admits an operation on keys that check admits, and begins the transaction.
func (t *txn) ready(key string, check func(*storage.Fence) error) error {
	if t.over {
		return storage.ErrDone
	}
	if t.broken != nil {
		return t.broken
	}
	if err := t.ctx.Err(); err != nil {
		return err
	}
	fence := &t.fence
	if !t.writable {
		fence = &storage.Fence{} // a view may read of several
	}
	if err := check(fence); err != nil {
		return err
	}
	if t.tx != nil {
		return nil
	}
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	if t.writable {
		options = pgx.TxOptions{IsoLevel: pgx.Serializable}
		t.tenant = storage.TenantOf(key)
		if t.turn == nil {
			var err error
			if t.turn, err = t.s.turns.queue(t.ctx, t.tenant); err != nil {
				return err
			}
		}
	}
	tx, err := t.s.pool.BeginTx(t.ctx, options)
	if err != nil {
		return t.lost(err)
	}
	t.tx = tx
	return nil
}

func (t *txn) key(key string) error {
	return t.ready(key, func(f *storage.Fence) error { return f.Key(key) })
}

// lost notes the failure of a statement.
func (t *txn) lost(err error) error {
	if err != nil && t.broken == nil {
		t.broken = plain(err)
	}
	return t.broken
}

// commit sends what is pending and ends the transaction well.
func (t *txn) commit() error {
	if err := t.ctx.Err(); err != nil {
		return err
	}
	if t.tx == nil {
		if t.writable {
			return nil
		}
		return t.s.pool.Ping(t.ctx) // a view of nothing: the store must be open all the same
	}
	if err := t.flush(); err != nil {
		return err
	}
	err := t.tx.Commit(t.ctx)
	t.tx = nil
	return plain(err)
}

// end gives up what was not committed.
func (t *txn) end() {
	t.over = true
	if t.tx == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), rollbackIn)
	defer cancel()
	t.tx.Rollback(ctx) // a connection that cannot be rolled back is closed by the pool
	t.tx = nil
}

func (t *txn) Get(key string) ([]byte, error) {
	if err := t.key(key); err != nil {
		return nil, err
	}
	if v, ok := t.pending[key]; ok {
		if v == nil {
			return nil, storage.ErrNotFound
		}
		return append([]byte{}, v...), nil
	}
	var v []byte
	err := t.tx.QueryRow(t.ctx, `SELECT value FROM declara_kv WHERE key = $1`, key).Scan(&v)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, storage.ErrNotFound
	}
	if err != nil {
		return nil, t.lost(err)
	}
	return present(v), nil
}

// present is never nil.
func present(v []byte) []byte {
	if v == nil {
		v = []byte{}
	}
	return v
}

// GetMany reads up to mostKeys at a time.
func (t *txn) GetMany(keys []string, fn func(i int, value []byte) error) error {
	for from := 0; from < len(keys); from += mostKeys {
		part := keys[from:min(from+mostKeys, len(keys))]
		got, err := t.getAll(part)
		if err != nil {
			return err
		}
		for i, key := range part {
			if err := fn(from+i, got[key]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *txn) getAll(keys []string) (map[string][]byte, error) {
	got := make(map[string][]byte, len(keys))
	var ask []string
	for _, key := range keys {
		switch err := t.key(key); {
		case errors.Is(err, storage.ErrKey):
			continue
		case err != nil:
			return nil, err
		}
		if v, ok := t.pending[key]; ok {
			got[key] = bytes.Clone(v)
		} else {
			ask = append(ask, key)
		}
	}
	if len(ask) == 0 {
		return got, nil
	}
	rows, err := t.tx.Query(t.ctx, `SELECT key, value FROM declara_kv WHERE key = ANY($1)`, ask)
	if err != nil {
		return nil, t.lost(err)
	}
	var key string
	var v []byte
	if _, err := pgx.ForEachRow(rows, []any{&key, &v}, func() error {
		got[key], v = present(v), nil
		return nil
	}); err != nil {
		return nil, t.lost(err)
	}
	return got, nil
}

func (t *txn) Put(key string, value []byte) error {
	return t.write(key, append([]byte{}, value...))
}

func (t *txn) Delete(key string) error { return t.write(key, nil) }

// write keeps a change back; nil deletes.
func (t *txn) write(key string, value []byte) error {
	if err := t.key(key); err != nil {
		return err
	}
	if !t.writable || t.scanning > 0 {
		return storage.ErrReadOnly
	}
	if t.pending == nil {
		t.pending = map[string][]byte{}
	}
	t.size += len(value) - len(t.pending[key])
	t.pending[key] = value
	if t.size > mostBytes {
		return t.flush()
	}
	return nil
}

// flush sends what was kept back.
func (t *txn) flush() error {
	var put, del []string
	var values [][]byte
	for key, v := range t.pending {
		if v == nil {
			del = append(del, key)
		} else {
			put, values = append(put, key), append(values, v)
		}
	}
	t.pending, t.size = nil, 0
	if len(del) > 0 {
		if _, err := t.tx.Exec(t.ctx, `DELETE FROM declara_kv WHERE key = ANY($1)`, del); err != nil {
			return t.lost(err)
		}
	}
	if len(put) > 0 {
		if _, err := t.tx.Exec(t.ctx, `INSERT INTO declara_kv (key, value) SELECT * FROM unnest($1::text[], $2::bytea[])
			ON CONFLICT (key) DO UPDATE SET value = excluded.value`, put, values); err != nil {
			return t.lost(err)
		}
	}
	return nil
}

// row is one of a scan.
type row struct {
	key   string
	value []byte
}

func (t *txn) Scan(from, to string, fn func(key string, value []byte) bool) error {
	if err := t.ready(from, func(f *storage.Fence) error {
		if t.writable {
			return f.Range(from, to)
		}
		return errors.Join(storage.CheckKey(from), storage.CheckKey(to))
	}); err != nil {
		return err
	}
	if err := t.flush(); err != nil {
		return err
	}
	t.scanning++
	defer func() { t.scanning-- }()
	compare := ">="
	for limit := firstPage; ; {
		page, size, err := t.page(compare, from, to, limit)
		if err != nil {
			return err
		}
		for _, r := range page {
			if err := t.ctx.Err(); err != nil {
				return err
			}
			if !fn(r.key, r.value) {
				return nil
			}
		}
		if len(page) < limit {
			return nil
		}
		from, compare = page[len(page)-1].key, ">"
		if size < mostBytes {
			limit = min(limit*2, mostRows)
		}
	}
}

// page reads the next rows of a scan.
func (t *txn) page(compare, from, to string, limit int) (page []row, size int, err error) {
	rows, err := t.tx.Query(t.ctx, `SELECT key, value FROM declara_kv WHERE key `+compare+` $1 AND key < $2 ORDER BY key LIMIT $3`, from, to, limit)
	if err != nil {
		return nil, 0, t.lost(err)
	}
	var r row
	if _, err := pgx.ForEachRow(rows, []any{&r.key, &r.value}, func() error {
		r.value = present(r.value)
		size += len(r.value)
		page = append(page, r)
		r.value = nil
		return nil
	}); err != nil {
		return nil, 0, t.lost(err)
	}
	return page, size, nil
}
