package pdn

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"declara/forms"
	"declara/forms/formstest"
	"declara/storage"
	"declara/storage/bolt"
)

const tenant = "1"

// Credentials of the client of the tests.
const (
	clientID     = "pdn-test"
	clientSecret = "S3cret.of~the-client_"
	username     = "plataforma"
	password     = "P4ssword.of~the-user_"
)

// world is a service over a store of its own, with one client.
type world struct {
	t     testing.TB
	store storage.Store
	db    *storage.DB
	s     *Service
	log   *strings.Builder
	mu    sync.Mutex
	clock time.Time
	filed int
}

func newWorld(t testing.TB) *world {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "declara.db"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, store: store, log: &strings.Builder{}, clock: time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)}
	w.db = storage.Open(store, storage.NewKeys(), storage.WithIndexer(Row))
	t.Cleanup(func() { w.db.Close() })
	w.s = New(w.db, w.now, slog.New(slog.NewTextHandler(w.log, nil)))
	w.update(func(tx *storage.Txn) error {
		if err := tx.PutInstitution(storage.Institution{Name: "Municipio de Valle Encinos", Initials: "VE", Zone: "America/Mexico_City", SetUp: w.clock}); err != nil {
			return err
		}
		return tx.PutClient(storage.Client{
			ID: clientID, Name: "PDN", Username: username, Gen: 1,
			Secret: hex.EncodeToString(digest(clientSecret)), Password: hex.EncodeToString(digest(password)),
		})
	})
	return w
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

func (w *world) update(fn func(*storage.Txn) error) {
	w.t.Helper()
	if err := w.db.Update(context.Background(), tenant, fn); err != nil {
		w.t.Fatal(err)
	}
}

// sampled are documents of every type and level, made once.
var sampled = sync.OnceValue(func() []forms.Document {
	var all []forms.Document
	for seed := range int64(4) {
		for _, t := range forms.AllTypes {
			for _, l := range forms.AllLevels {
				f := forms.Lookup(t, l)
				full, err := forms.Compile(f, formstest.Example(f, seed*17+int64(t)))
				if err != nil {
					panic(err)
				}
				public, err := full.Public(forms.PublicOptions{})
				if err != nil {
					panic(err)
				}
				all = append(all, public)
			}
		}
	}
	return all
})

// person is whose declarations the tests publish.
func (w *world) person(n int) string {
	id := fmt.Sprintf("PERSON%02d", n)
	w.update(func(tx *storage.Txn) error {
		if _, err := tx.Person(id); err == nil {
			return nil
		}
		return tx.PutPerson(storage.Person{ID: id, Given: "Ana", First: "López", RFC: fmt.Sprintf("LOAA8001%02dAB1", 10+n), CURP: fmt.Sprintf("LOAA8001%02dMOCPNN01", 10+n), Entry: "2020-01-01"})
	})
	return id
}

// file publishes n declarations of a person in one transaction and tells their ids.
func (w *world) file(n int, person string) (ids []string) {
	w.t.Helper()
	docs := sampled()
	w.update(func(tx *storage.Txn) error {
		ids = nil
		for i := range n {
			id, err := fileOne(tx, w.now(), person, docs[(w.filed+i)%len(docs)])
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	w.filed += n
	return ids
}

// fileOne files a public document, as if there were a full one.
func fileOne(tx *storage.Txn, now time.Time, person string, d forms.Document) (string, error) {
	id := storage.NewID(now)
	m := forms.Metadata{Actualizacion: now, Institucion: "Municipio de Valle Encinos", Tipo: d.Form.Type, DeclaracionCompleta: d.Form.Level == forms.Full}
	f := storage.Filing{ID: id, Person: person, Type: d.Form.Type, Level: d.Form.Level, Filed: now, Zone: "America/Mexico_City", Sent: storage.NewID(now)}
	p, err := tx.Person(person)
	if err != nil {
		return "", err
	}
	f.Reserved = p.Reserve != nil
	return id, tx.File(&f, []byte(`{}`), forms.Result(id, m, d), "")
}

const formType = "application/x-www-form-urlencoded"

// tokenForm is the body that the published clients send.
func tokenForm() string {
	return "grant_type=password&username=" + username + "&password=" + password + "&client_id=" + clientID + "&client_secret=" + clientSecret
}

func (w *world) token() string {
	w.t.Helper()
	k, err := w.s.Token(context.Background(), tenant, "192.0.2.1", formType, "", []byte(tokenForm()))
	if err != nil {
		w.t.Fatal(err)
	}
	return k.TokenType + " " + k.AccessToken
}

// reply is a page as clients read it.
type reply struct {
	Pagination struct {
		PageSize    int   `json:"pageSize"`
		Page        int64 `json:"page"`
		TotalRows   int   `json:"totalRows"`
		HasNextPage bool  `json:"hasNextPage"`
	} `json:"pagination"`
	Results []json.RawMessage `json:"results"`
}

func (r reply) ids() (ids []string) {
	for _, raw := range r.Results {
		var v struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(raw, &v); err != nil {
			panic(err)
		}
		ids = append(ids, v.ID)
	}
	return ids
}

func (w *world) search(body string) (reply, error) {
	var r reply
	page, err := w.s.Search(context.Background(), tenant, "192.0.2.1", w.token(), []byte(body), nil)
	if err == nil {
		err = json.Unmarshal(page, &r)
	}
	return r, err
}

func (w *world) find(body string) reply {
	w.t.Helper()
	r, err := w.search(body)
	if err != nil {
		w.t.Fatalf("%s: %v", body, err)
	}
	return r
}
