// Package postgres keeps the records in one table of PostgreSQL, or of a database
// that speaks its protocol: the engine of a state that outgrows one machine, or
// wants a second one. It alone imports pgx.
//
//	CREATE TABLE declara_kv (key text COLLATE "C" PRIMARY KEY, value bytea NOT NULL)
//
// # Rules that the package holds
//
//   - The order of keys is that of their bytes, hence the collation "C"; an empty
//     value is an empty bytea and never NULL.
//   - An Update is SERIALIZABLE. Of two that no order can explain the database
//     refuses one (40001, or 40P01 for a deadlock), and it runs again, which is why
//     fn of a storage.Store may run more than once. A View is REPEATABLE READ: one
//     snapshot, which nothing can refuse.
//   - The first try is optimistic. One that was refused takes the turn of its
//     tenant in this process, and while anybody has that turn or waits for it, all
//     who come for that tenant queue before they read. So transactions that touch
//     the same records, as filings do, run one after the other instead of refusing
//     each other (with 8 writers 15 filings/s without the queue), and others run at
//     once. No connection is held while waiting.
//   - Writes are kept back and sent as one statement, before a scan and before the
//     commit: a filing is a dozen writes, and each would be a journey of its own.
//   - An Update touches the keys of one tenant. Citus does not serialize across
//     shards, so this is refused here as anywhere (storage.Fence).
//   - Pages of a scan are fetched by key within the snapshot, and no cursor is open
//     while fn works, so fn may read.
//   - Values lie outside of the row, uncompressed: sealed ones do not compress.
//
// The address is a URL or a list of settings, as libpq has them. Several hosts
// with target_session_attrs=read-write follow a standby that is promoted. Behind
// PgBouncer before 1.21 in transaction mode add default_query_exec_mode=exec.
// A server with synchronous_commit off is refused: it would lose what it
// acknowledged. Backups are pg_dump's or those of the server.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"declara/storage"
)

// mostTries bounds how often one transaction is run again; with the waits between
// them, some ten seconds.
const mostTries = 60

// longestWait is the most that a transaction waits before it is run again.
const longestWait = 250 * time.Millisecond

// Store is a storage.Store in a database. It is safe for concurrent use, and
// several processes may share the database.
type Store struct {
	pool  *pgxpool.Pool
	turns turns
}

var _ storage.Store = (*Store)(nil)

// Open connects and makes the table when it is not there. Its errors never hold
// the address, which may have a password.
func Open(ctx context.Context, dsn string) (*Store, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("postgres: the address of the database cannot be read")
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, errors.New("postgres: the address of the database cannot be used")
	}
	s := &Store{pool: pool}
	if err := s.prepare(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return s, nil
}

// prepare checks the server and makes the table. Only one process makes it.
func (s *Store) prepare(ctx context.Context) error {
	var commit string
	if err := s.pool.QueryRow(ctx, `SHOW synchronous_commit`).Scan(&commit); err != nil {
		return fmt.Errorf("postgres: the database does not answer: %w", plain(err))
	}
	if commit == "off" {
		return errors.New("postgres: synchronous_commit is off on this server, so it may lose what it acknowledged; set it on")
	}
	var there bool
	if err := s.pool.QueryRow(ctx, `SELECT to_regclass('declara_kv') IS NOT NULL`).Scan(&there); err != nil || there {
		return plain(err)
	}
	return plain(pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		for _, q := range []string{
			`SELECT pg_advisory_xact_lock(hashtext('declara_kv'))`,
			`CREATE TABLE IF NOT EXISTS declara_kv (key text COLLATE "C" PRIMARY KEY, value bytea NOT NULL)`,
			`ALTER TABLE declara_kv ALTER COLUMN value SET STORAGE EXTERNAL`,
		} {
			if _, err := tx.Exec(ctx, q); err != nil {
				return err
			}
		}
		return nil
	}))
}

// plain keeps of a failure to connect what does not tell the address.
func plain(err error) error {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); !ok {
		return err
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return fmt.Errorf("postgres: %s (%s)", pg.Message, pg.Code)
	}
	for _, stopped := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, stopped) {
			return stopped
		}
	}
	return errors.New("postgres: no connection to the database")
}

// Close closes the connections when nobody uses them any more.
func (s *Store) Close() error {
	s.pool.Close()
	return nil
}

// View runs fn over one snapshot.
func (s *Store) View(ctx context.Context, fn func(storage.Tx) error) error {
	return s.once(ctx, fn, &txn{})
}

// Update runs fn serializably, as often as it takes.
func (s *Store) Update(ctx context.Context, fn func(storage.Tx) error) error {
	wait := time.Millisecond
	t := &txn{}
	defer func() { t.turn.pass() }()
	for try := 1; ; try++ {
		t = &txn{writable: true, turn: t.turn}
		err := s.once(ctx, fn, t)
		if !refused(err) {
			return err
		}
		if try == mostTries {
			return fmt.Errorf("postgres: gave up after %d tries: %w", try, err)
		}
		if t.turn == nil {
			if t.turn, err = s.turns.take(ctx, t.tenant); err != nil {
				return err
			}
			continue
		}
		select { // for whoever began before the turn was taken, or another process
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait/2 + rand.N(wait)):
		}
		wait = min(wait*2, longestWait)
	}
}

// refused reports whether a transaction failed only because of another one.
func refused(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01")
}

// once runs fn in one transaction.
func (s *Store) once(ctx context.Context, fn func(storage.Tx) error, t *txn) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	t.ctx, t.s = ctx, s
	defer t.end() // also when fn panics
	err := fn(t)
	if t.broken != nil {
		return t.broken // fn may hide it, but nothing after it counted
	}
	if err == nil {
		err = t.commit()
	}
	return err
}
