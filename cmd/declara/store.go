package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"declara/app/pdn"
	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/files"
	"declara/storage/postgres"
)

// place says where an installation keeps its data and its key.
type place struct {
	data  string
	store string
	key   string
}

// flags declares the flags of a command that works on an installation.
func (p *place) flags(fs *flag.FlagSet) {
	fs.StringVar(&p.data, "data", "./data", "`folder` of the data")
	fs.StringVar(&p.store, "store", "", "address of a PostgreSQL store, postgres://…; without it, the file declara.db in the folder of the data")
	fs.StringVar(&p.key, "key-file", "", "`file` of the key that seals private records; without it, declara.key in the folder of the data")
}

func (p place) file() string { return filepath.Join(p.data, "declara.db") }

// evidence is the folder of the sealed files of complaints, beside the store.
func (p place) evidence() *files.Store {
	return files.Open(filepath.Join(p.data, "evidence"), time.Now)
}

func (p place) keyFile() string {
	if p.key != "" {
		return p.key
	}
	return filepath.Join(p.data, "declara.key")
}

// open opens the store with its key and brings it up to date. With create it
// makes what is not there; without it, an installation that is not there is an
// error that says so.
func (p place) open(ctx context.Context, create bool) (*storage.DB, error) {
	s, fresh, err := p.engine(ctx, create)
	if err != nil {
		return nil, err
	}
	keys, err := storage.LoadKeys(p.keyFile(), create && fresh)
	if errors.Is(err, os.ErrNotExist) {
		err = fmt.Errorf("the key file %s is not there: without it private records cannot be read; put it back from where you keep it", p.keyFile())
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	db := storage.Open(s, keys, storage.WithIndexer(pdn.Row))
	if err := db.Prepare(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// engine opens the engine; fresh says that there is no data in it yet, so that a
// key may be made.
func (p place) engine(ctx context.Context, create bool) (s storage.Store, fresh bool, err error) {
	if p.store != "" {
		if !strings.HasPrefix(p.store, "postgres://") && !strings.HasPrefix(p.store, "postgresql://") {
			return nil, false, errors.New("--store takes an address that begins with postgres://")
		}
		if create {
			if err := os.MkdirAll(p.data, 0o700); err != nil {
				return nil, false, err
			}
		}
		pg, err := postgres.Open(ctx, p.store)
		if err != nil {
			return nil, false, err
		}
		fresh, err := empty(ctx, pg)
		return pg, fresh, err
	}
	if _, err := os.Stat(p.file()); errors.Is(err, os.ErrNotExist) {
		if !create {
			return nil, false, fmt.Errorf("there is no installation in %s", p.data)
		}
		if err := os.MkdirAll(p.data, 0o700); err != nil {
			return nil, false, err
		}
	}
	b, err := bolt.Open(p.file())
	if err != nil {
		return nil, false, err
	}
	fresh, err = empty(ctx, b)
	return b, fresh, err
}

// empty reports whether a store holds nothing.
func empty(ctx context.Context, s storage.Store) (bool, error) {
	nothing := true
	err := s.View(ctx, func(tx storage.Tx) error {
		return tx.Scan("\x01", "\x7f", func(string, []byte) bool {
			nothing = false
			return false
		})
	})
	return nothing, err
}
