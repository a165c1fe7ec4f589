package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"declara/storage"
	"declara/storage/postgres"
	"declara/storage/postgres/pgtest"
	"declara/storage/storagetest"
)

// server is that of the tests, or nil, and then none says why.
var (
	server *pgtest.Server
	none   error
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	server, none = pgtest.Start(os.Getenv(pgtest.Variable), "fsync=off", "max_connections=60")
	if none != nil && !errors.Is(none, pgtest.ErrNone) {
		fmt.Println(none)
		return 1
	}
	if server != nil {
		defer server.Stop()
	}
	return m.Run()
}

var databases int

// database makes an empty one and removes it after the test.
func database(t testing.TB) string {
	t.Helper()
	if none != nil {
		t.Skip(none)
	}
	databases++
	name := fmt.Sprintf("declara_test_%d_%d", os.Getpid(), databases)
	sql := func(q string) {
		t.Helper()
		c, err := pgx.Connect(context.Background(), server.Main())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(context.Background())
		if _, err := c.Exec(context.Background(), q); err != nil {
			t.Error(err)
		}
	}
	sql("CREATE DATABASE " + name)
	t.Cleanup(func() { sql("DROP DATABASE " + name + " WITH (FORCE)") })
	return server.Address(name)
}

func place(t *testing.T) storagetest.Place {
	at := database(t)
	return func() (storage.Store, error) { return postgres.Open(context.Background(), at) }
}

func TestStore(t *testing.T) { storagetest.Run(t, place) }

func TestAddressStaysSecret(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for _, dsn := range []string{
		"postgres://declara:s3cret@[bad", "postgres://declara:s3cret@127.0.0.1:1/declara", "host=127.0.0.1 port=1 password=s3cret user=u sslmode=nonsense",
	} {
		if _, err := postgres.Open(ctx, dsn); err == nil || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("got %v", err)
		}
	}
}
