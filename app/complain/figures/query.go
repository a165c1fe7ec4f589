package figures

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Bounds of a page, which are those of System 1.
const (
	defaultSize = 10
	largestSize = 200
)

// QueryError names the member of a search that cannot be read; "" is the whole.
type QueryError struct{ Member string }

func (e *QueryError) Error() string { return "figures: cannot read " + e.Member }

// Query is a search in the envelope of System 1. The zero value is not one: ParseQuery
// makes it.
type Query struct {
	page, size int
	asc        bool
	want       map[string]string // by the path of the member
}

// conditions are the members that are searched for, with what a row has of them.
var conditions = map[string]func(*Row) string{
	"id":                            func(r *Row) string { return r.ID },
	"ejercicio":                     func(r *Row) string { return r.Period.From[:4] },
	"periodo.inicio":                func(r *Row) string { return r.Period.From },
	"periodo.fin":                   func(r *Row) string { return r.Period.To },
	"periodo.granularidad":          func(r *Row) string { return r.Period.Unit },
	"canal":                         func(r *Row) string { return r.Channel },
	"tipoFalta":                     func(r *Row) string { return r.Kind.Fault },
	"grupoConducta":                 func(r *Row) string { return r.Kind.Group },
	"clasificacion.tipoFalta":       func(r *Row) string { return r.Kind.Fault },
	"clasificacion.grupoConducta":   func(r *Row) string { return r.Kind.Group },
	"etapa":                         func(r *Row) string { return r.Stage },
	"entePublico.nombre":            func(r *Row) string { return r.Body.Name },
	"entePublico.clave":             func(r *Row) string { return r.Body.State.Key + r.Body.Town.Key },
	"entePublico.entidadFederativa": func(r *Row) string { return r.Body.State.Key },
	"entePublico.municipio":         func(r *Row) string { return r.Body.Town.Key },
}

// groups are the members of a query that have conditions within.
var groups = []string{"periodo", "clasificacion", "entePublico"}

// Conditions are the names of all conditions, sorted; a dot parts those within others.
func Conditions() []string { return slices.Sorted(maps.Keys(conditions)) }

// ParseParams reads the same search from an address: limit, offset and conditions by
// their name. The error is a *QueryError.
func ParseParams(params map[string][]string) (q Query, offset int, err error) {
	q = Query{page: 1, size: defaultSize, want: map[string]string{}}
	for name, values := range params {
		v := strings.TrimSpace(values[len(values)-1])
		switch n, err := strconv.Atoi(v); {
		case v == "":
		case name == "limit" && err == nil && n >= 1:
			q.size = min(n, largestSize)
		case name == "offset" && err == nil && n >= 0:
			offset = n
		case conditions[name] != nil:
			q.want[name] = v
		default:
			return q, 0, &QueryError{name}
		}
	}
	return q, offset, nil
}

// Limit is the most rows that a page of the query has.
func (q Query) Limit() int { return q.size }

// ParseQuery reads the body of a search: page, pageSize, sort and query, each of which
// may be absent; an empty text asks for nothing. A condition that it does not know is an
// error, so that nobody takes all figures for those that she meant. The error is a
// *QueryError.
func ParseQuery(body []byte) (Query, error) {
	q := Query{page: 1, size: defaultSize, want: map[string]string{}}
	var top struct {
		Page, PageSize json.RawMessage
		Sort, Query    json.RawMessage
	}
	if body = bytes.TrimSpace(body); len(body) == 0 || body[0] != '{' || json.Unmarshal(body, &top) != nil {
		return q, &QueryError{}
	}
	if n, ok := whole(top.Page); !ok || n < 1 {
		if top.Page != nil {
			return q, &QueryError{"page"}
		}
	} else {
		q.page = n
	}
	if top.PageSize != nil {
		n, ok := whole(top.PageSize)
		if !ok {
			return q, &QueryError{"pageSize"}
		}
		if q.size = min(n, largestSize); n < 1 {
			q.size = defaultSize
		}
	}
	sort, ok := members(top.Sort)
	if !ok {
		return q, &QueryError{"sort"}
	}
	if raw, there := sort["periodo"]; there {
		var way string
		if json.Unmarshal(raw, &way) != nil || way != "asc" && way != "desc" && way != "" {
			return q, &QueryError{"sort.periodo"}
		}
		q.asc = way == "asc"
	}
	return q, q.read(top.Query, "")
}

// read takes the conditions of an object, those of objects within it too.
func (q *Query) read(raw json.RawMessage, path string) error {
	m, ok := members(raw)
	if !ok {
		return &QueryError{strings.TrimSuffix("query."+path, ".")}
	}
	for name, v := range m {
		at := path + name
		if conditions[at] == nil {
			if path != "" || !slices.Contains(groups, name) {
				return &QueryError{"query." + at}
			}
			if err := q.read(v, name+"."); err != nil {
				return err
			}
			continue
		}
		var text string
		if n, ok := whole(v); ok {
			text = strconv.Itoa(n)
		} else if json.Unmarshal(v, &text) != nil {
			return &QueryError{"query." + at}
		}
		if text = strings.TrimSpace(text); text != "" {
			q.want[at] = text
		}
	}
	return nil
}

// members is an object; absent, null and "" are an empty one.
func members(raw json.RawMessage) (m map[string]json.RawMessage, ok bool) {
	switch string(raw) {
	case "", "null", `""`:
		return nil, true
	}
	return m, json.Unmarshal(raw, &m) == nil
}

func whole(raw json.RawMessage) (int, bool) {
	n, err := strconv.Atoi(string(raw))
	return n, err == nil
}

// Answer is a page of figures in the envelope of System 1.
type Answer struct {
	Pagination struct {
		PageSize    int  `json:"pageSize"`
		Page        int  `json:"page"`
		TotalRows   int  `json:"totalRows"`
		HasNextPage bool `json:"hasNextPage"`
	} `json:"pagination"`
	Results []Row `json:"results"`
}

// Find is all rows that a query asks for. They are in order of periods, the newest first
// unless the query says otherwise; what is of one period keeps the order that it has.
func (q Query) Find(rows []Row) []Row {
	found := []Row{}
	for i := range rows {
		ok := true
		for path, want := range q.want {
			ok = ok && strings.EqualFold(conditions[path](&rows[i]), want)
		}
		if ok {
			found = append(found, rows[i])
		}
	}
	slices.SortStableFunc(found, func(a, b Row) int {
		if q.asc {
			return strings.Compare(a.Period.From, b.Period.From)
		}
		return strings.Compare(b.Period.From, a.Period.From)
	})
	return found
}

// Search is the page of what a query asks for.
func (q Query) Search(rows []Row) Answer {
	found := q.Find(rows)
	a := Answer{Results: []Row{}}
	a.Pagination.PageSize, a.Pagination.Page, a.Pagination.TotalRows = q.size, q.page, len(found)
	if q.page-1 <= len(found)/q.size {
		from := (q.page - 1) * q.size
		to := min(from+q.size, len(found))
		a.Results = append(a.Results, found[min(from, to):to]...)
		a.Pagination.HasNextPage = to < len(found)
	}
	return a
}
