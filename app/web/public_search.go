package web

import (
	"net/http"
	"net/url"
	"strconv"

	"declara/app/publish"
	"declara/forms"
)

// searchPage is the data of the page "public-search".
type searchPage struct {
	Q       string
	Results publish.Results
	Hits    []hit
	Filter  bool // some filter is on
	Units   []choice
	Years   []choice
	Types   []choice
	Similar []namedLink
	Prev    string // addresses; "" when there is none
	Next    string
	Clear   string
	Empty   bool // nothing was published yet
}

// hit is one person of the results.
type hit struct {
	Name, Post, Unit string
	Newest           namedLink
	Others           []namedLink
}

// choice is one option of a filter.
type choice struct {
	Value, Words string
	On           bool
}

// namedLink is a link with its words.
type namedLink struct{ Path, Words string }

// searchQuery reads a query from an address. What it does not understand filters
// nothing, so an address never fails.
func searchQuery(v url.Values) publish.Query {
	q := publish.Query{Text: publish.CleanQuery(v.Get("q")), Unit: publish.CleanLine(v.Get("unidad")), Interest: v.Get("tipo") == interestSlug}
	if y, err := strconv.Atoi(v.Get("anio")); err == nil && y > 2000 && y < 2200 {
		q.Year = y
	}
	if t, ok := forms.ParseType(v.Get("tipo")); ok && v.Get("tipo") != "" {
		q.Type = t
	}
	if n, err := strconv.Atoi(v.Get("p")); err == nil && n > 1 {
		q.Page = n
	}
	return q
}

// searchValues is the inverse of searchQuery: the shortest address of a query.
func searchValues(q publish.Query) url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("q", q.Text)
	set("unidad", q.Unit)
	if q.Year > 0 {
		v.Set("anio", strconv.Itoa(q.Year))
	}
	if q.Interest {
		v.Set("tipo", interestSlug)
	} else if q.Type != 0 {
		v.Set("tipo", q.Type.Slug())
	}
	if q.Page > 1 {
		v.Set("p", strconv.Itoa(q.Page))
	}
	return v
}

// withQuery is a path with a query behind it, if it has anything.
func withQuery(path string, q publish.Query) string {
	if v := searchValues(q).Encode(); v != "" {
		return path + "?" + v
	}
	return path
}

func searchAddress(q publish.Query) string { return withQuery("/publico", q) }

// publicSearch is the one search box, with its filters in the address.
func (s *Server) publicSearch(c *Ctx) error {
	if good, err := c.fresh(); good || err != nil {
		return err
	}
	q := searchQuery(c.Queries())
	r, err := s.publish.Search(c.ctx, tenant, q)
	if err != nil {
		return err
	}
	p := searchPage{
		Q: q.Text, Results: r, Filter: q.Unit != "" || q.Year != 0 || q.Type != 0 || q.Interest,
		Clear: searchAddress(publish.Query{Text: q.Text}), Empty: len(r.Years) == 0,
	}
	q.Page = r.Page
	for _, h := range r.Hits {
		p.Hits = append(p.Hits, c.hit(h, q))
	}
	p.Units, p.Years, p.Types = c.choices(q, r)
	for _, text := range r.Similar {
		p.Similar = append(p.Similar, namedLink{searchAddress(publish.Query{Text: text}), text})
	}
	turn := func(page int) string { to := q; to.Page = page; return searchAddress(to) }
	if r.Page > 1 {
		p.Prev = turn(r.Page - 1)
	}
	if r.Page < r.Pages {
		p.Next = turn(r.Page + 1)
	}
	return c.Render(http.StatusOK, "public-search", p)
}

// hit draws a person. Links carry the query, so that the page can lead back.
func (c *Ctx) hit(h publish.Hit, q publish.Query) hit {
	to := func(e publish.Entry) namedLink {
		return namedLink{withQuery(publicAddress(e.ID), q), c.declared(e.Type, e.Interest, e.Year)}
	}
	out := hit{Name: h.Name, Post: h.Post, Unit: h.Place(), Newest: to(h.Entry)}
	for _, e := range h.Others {
		out.Others = append(out.Others, to(e))
	}
	return out
}

// choices are the options of the filters. The unit that is chosen is always one.
func (c *Ctx) choices(q publish.Query, r publish.Results) (units, years, types []choice) {
	there := q.Unit == ""
	for _, u := range r.Units {
		units = append(units, choice{u, u, u == q.Unit})
		there = there || u == q.Unit
	}
	if !there {
		units = append(units, choice{q.Unit, q.Unit, true})
	}
	for _, y := range r.Years {
		years = append(years, choice{strconv.Itoa(y), strconv.Itoa(y), y == q.Year})
	}
	for _, t := range forms.AllTypes {
		types = append(types, choice{t.Slug(), c.words.T("public.type." + t.Slug()), t == q.Type && !q.Interest})
	}
	types = append(types, choice{interestSlug, c.words.T("public.type." + interestSlug), q.Interest})
	return units, years, types
}
