package bolt_test

import (
	"path/filepath"
	"testing"

	"declara/storage"
	"declara/storage/bolt"
	"declara/storage/storagetest"
)

func place(t *testing.T) storagetest.Place {
	path := filepath.Join(t.TempDir(), "declara.db")
	return func() (storage.Store, error) { return bolt.Open(path) }
}

func TestStore(t *testing.T) { storagetest.Run(t, place) }
