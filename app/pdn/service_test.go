package pdn

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"declara/storage"
)

// The page has the documents as they were stored, byte by byte, and around them
// nothing but the pagination: a top-level code or error would be taken for a fault.
func TestSearchWritesStoredBytes(t *testing.T) {
	w := newWorld(t)
	ids := w.file(7, w.person(1))
	slices.Sort(ids)
	page, err := w.s.Search(context.Background(), tenant, "192.0.2.1", w.token(), []byte(`{"page":1,"pageSize":200}`), []byte("before"))
	if err != nil {
		t.Fatal(err)
	}
	want := []byte(`before{"pagination":{"pageSize":200,"page":1,"totalRows":7,"hasNextPage":false},"results":[`)
	err = w.db.View(context.Background(), tenant, func(tx *storage.Txn) error {
		for i, id := range ids {
			doc, err := tx.PublicDocument(id)
			if err != nil {
				return err
			}
			if i > 0 {
				want = append(want, ',')
			}
			want = append(want, doc...)
		}
		want = append(want, "]}"...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(page, want) {
		t.Errorf("got %.300s\nwant %.300s", page, want)
	}
	var top map[string]json.RawMessage
	if err := json.Unmarshal(page[len("before"):], &top); err != nil || len(top) != 2 {
		t.Errorf("top level: %v, %d members", err, len(top))
	}
}

func TestPagination(t *testing.T) {
	w := newWorld(t)
	w.file(25, w.person(1))
	for _, c := range []struct {
		body             string
		size, rows       int
		page             int64
		next, impossible bool
	}{
		{body: `{}`, page: 1, size: 10, rows: 10, next: true},
		{body: `{"page":1,"pageSize":10}`, page: 1, size: 10, rows: 10, next: true},
		{body: `{"pageSize":200,"page":1}`, page: 1, size: 200, rows: 25},
		{body: `{"page":3}`, page: 3, size: 10, rows: 5},
		{body: `{"page":2,"pageSize":15}`, page: 2, size: 15, rows: 10},
		{body: `{"page":5,"pageSize":5}`, page: 5, size: 5, rows: 5},
		{body: `{"page":4,"pageSize":6}`, page: 4, size: 6, rows: 6, next: true},
		{body: `{"page":100000}`, page: 100000, size: 10},
		{body: `{"page":9007199254740992,"pageSize":200}`, page: 9007199254740992, size: 200},
		{body: `{"page":"2","pageSize":"20"}`, page: 2, size: 20, rows: 5},
		{body: `{"page":" 2 "}`, page: 2, size: 10, rows: 10, next: true},
		{body: `{"page":1e0,"pageSize":1.0e1}`, page: 1, size: 10, rows: 10, next: true},
		{body: `{"page":null,"pageSize":null}`, page: 1, size: 10, rows: 10, next: true},
		{body: `{"pageSize":0}`, page: 1, size: 10, rows: 10, next: true},
		{body: `{"pageSize":-7}`, page: 1, size: 10, rows: 10, next: true},
		{body: `{"pageSize":201}`, page: 1, size: 200, rows: 25},
		{body: `{"pageSize":1e400}`, page: 1, size: 200, rows: 25},
		{body: `{"pageSize":-1e400}`, page: 1, size: 10, rows: 10, next: true},
		{body: `{"page":0}`, impossible: true},
		{body: `{"page":-1}`, impossible: true},
		{body: `{"page":1.5}`, impossible: true},
		{body: `{"page":"1.5"}`, impossible: true},
		{body: `{"page":""}`, impossible: true},
		{body: `{"page":"x"}`, impossible: true},
		{body: `{"page":"0x1p3"}`, impossible: true},
		{body: `{"page":"NaN"}`, impossible: true},
		{body: `{"page":"Infinity"}`, impossible: true},
		{body: `{"page":1e400}`, impossible: true},
		{body: `{"page":99999999999999999999}`, impossible: true},
		{body: `{"page":true}`, impossible: true},
		{body: `{"page":[1]}`, impossible: true},
		{body: `{"pageSize":1.5}`, impossible: true},
		{body: `{"pageSize":"ten"}`, impossible: true},
		{body: `{"pageSize":{}}`, impossible: true},
	} {
		r, err := w.search(c.body)
		if c.impossible {
			if e, ok := errors.AsType[*Error](err); !ok || e.Code != codeQuery {
				t.Errorf("%s: %v", c.body, err)
			}
			continue
		}
		p := r.Pagination
		if err != nil || p.Page != c.page || p.PageSize != c.size || p.TotalRows != 25 || p.HasNextPage != c.next || len(r.Results) != c.rows {
			t.Errorf("%s: %v %+v, %d rows", c.body, err, p, len(r.Results))
		}
	}
}

// What is filed is found at once, and what is reserved is gone at once, by this
// service and by another over the same store.
func TestFollowsPublications(t *testing.T) {
	w := newWorld(t)
	other := New(w.db, w.now, nil)
	person := w.person(1)
	total := func(s *Service) int {
		t.Helper()
		page, err := s.Search(context.Background(), tenant, "192.0.2.1", w.token(), []byte(`{"pageSize":200}`), nil)
		if err != nil {
			t.Fatal(err)
		}
		var r reply
		if err := json.Unmarshal(page, &r); err != nil {
			t.Fatal(err)
		}
		if len(r.Results) != r.Pagination.TotalRows {
			t.Fatalf("%d results of %d", len(r.Results), r.Pagination.TotalRows)
		}
		return r.Pagination.TotalRows
	}
	want := func(n int) {
		t.Helper()
		if a, b := total(w.s), total(other); a != n || b != n {
			t.Fatalf("%d and %d declarations, want %d", a, b, n)
		}
	}
	want(0)
	for n := 1; n <= mostLate+3; n++ {
		w.file(1, person)
		want(n)
	}
	kept := w.file(2, w.person(2))
	want(mostLate + 5)
	w.update(func(tx *storage.Txn) error {
		return tx.SetReserve(person, &storage.Reserve{Agreement: "CT/1/2026", Until: "2030-01-01"})
	})
	want(2)
	if r := w.find(`{}`); !slices.Equal(slices.Sorted(slices.Values(r.ids())), slices.Sorted(slices.Values(kept))) {
		t.Errorf("left are %v, want %v", r.ids(), kept)
	}
	w.update(func(tx *storage.Txn) error { return tx.SetReserve(person, nil) })
	want(mostLate + 5)
	third := New(w.db, w.now, nil) // one that reads the whole log at once
	if n := total(third); n != mostLate+5 {
		t.Errorf("a service that starts now finds %d", n)
	}
}

// Rows of another version are made again from the documents.
func TestRowsOfAnotherVersion(t *testing.T) {
	w := newWorld(t)
	for i, row := range [...]storage.Indexer{
		func([]byte) ([]byte, error) { return nil, nil },
		func([]byte) ([]byte, error) { return []byte{rowVersion + 1, 2, 3}, nil },
		func([]byte) ([]byte, error) { return []byte{rowVersion, 200, 1}, nil },
		Row,
	} {
		storage.WithIndexer(row)(w.db)
		w.file(i+1, w.person(1))
	}
	if r := w.find(`{"pageSize":200}`); r.Pagination.TotalRows != 10 || len(r.Results) != 10 {
		t.Errorf("%d of 10 are found", r.Pagination.TotalRows)
	}
	all := w.find(`{"pageSize":200,"query":{"datosEmpleoCargoComision":{"nombreEntePublico":"a"}}}`)
	if all.Pagination.TotalRows != 10 {
		t.Errorf("%d of 10 are found by the public body", all.Pagination.TotalRows)
	}
}

// Nothing of what was asked or answered is in the log; who asked is.
func TestLogHasNoContent(t *testing.T) {
	w := newWorld(t)
	w.file(3, w.person(1))
	w.find(`{"query":{"nombres":"Zanahoria","primerApellido":"a"}}`)
	_, err := w.s.Token(context.Background(), tenant, "192.0.2.77", formType, "", []byte(strings.Replace(tokenForm(), password, "wrong-password", 1)))
	if err == nil {
		t.Fatal("a wrong password got a token")
	}
	log := w.log.String()
	for _, secret := range []string{"Zanahoria", clientSecret, password, "wrong-password", "192.0.2.77", w.token()} {
		if strings.Contains(log, secret) {
			t.Errorf("the log has %q", secret)
		}
	}
	if !strings.Contains(log, clientID) || !strings.Contains(log, "rows=") {
		t.Errorf("the log does not tell who asked: %s", log)
	}
	if u := w.s.Usage(clientID); u.Tokens != 2 || u.Searches != 1 || u.Last.IsZero() {
		t.Errorf("usage %+v", u)
	}
	if u := w.s.Usage("nobody"); u != (Usage{}) {
		t.Errorf("usage of nobody %+v", u)
	}
}

// A search reads; it never writes.
func TestSearchWritesNothing(t *testing.T) {
	w := newWorld(t)
	w.file(3, w.person(1))
	reading := storage.Open(readOnly{w.store}, w.db.Keys())
	s := New(reading, w.now, nil)
	k, err := s.Token(context.Background(), tenant, "", formType, "", []byte(tokenForm()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Search(context.Background(), tenant, "192.0.2.1", "Bearer "+k.AccessToken, []byte(`{}`), nil); err != nil {
		t.Fatal(err)
	}
}

// readOnly is a store in which writing is a fault.
type readOnly struct{ storage.Store }

func (readOnly) Update(context.Context, func(storage.Tx) error) error {
	return errors.New("something was written")
}
