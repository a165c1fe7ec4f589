package web

import (
	"net/http"
	"net/url"
	"slices"

	"declara/app/errs"
	"declara/app/publish"
)

// comparePage is the data of the page "public-compare".
type comparePage struct {
	Name          string
	Before, After string // names of the two
	From, To      []choice
	Back          namedLink
	Single        bool // there is nothing to compare with
	Comparison    publish.Comparison
}

// compareAddress compares two declarations, the earlier one first.
func compareAddress(a, b string) string {
	return "/publico/comparar?" + url.Values{"a": {a}, "b": {b}}.Encode()
}

// publicCompare puts two public declarations of one person side by side.
func (s *Server) publicCompare(c *Ctx) error {
	if good, err := c.fresh(); good || err != nil {
		return err
	}
	a, b := c.Query("a"), c.Query("b")
	theirs, err := s.publish.Theirs(c.ctx, tenant, a)
	if err != nil {
		return err
	}
	find := func(id string) int {
		return slices.IndexFunc(theirs, func(e publish.Entry) bool { return e.ID == id })
	}
	i, j := find(a), find(b)
	if i < 0 || b != "" && j < 0 { // another person's, reserved, or none
		return c.gone()
	}
	page := comparePage{Name: theirs[i].Name, Back: namedLink{publicAddress(a), c.declared(theirs[i].Type, theirs[i].Interest, theirs[i].Year)}}
	if len(theirs) == 1 {
		page.Single = true
		return c.Render(http.StatusOK, "public-compare", page)
	}
	if j < 0 || j == i {
		if j = i - 1; i == 0 {
			j = 1
		}
	}
	if i < j { // theirs is newest first
		i, j = j, i
	}
	before, after := theirs[i], theirs[j]
	page.Back = namedLink{publicAddress(after.ID), c.declared(after.Type, after.Interest, after.Year)}
	page.Before, page.After = c.declared(before.Type, before.Interest, before.Year), c.declared(after.Type, after.Interest, after.Year)
	for _, e := range theirs {
		words := c.declared(e.Type, e.Interest, e.Year)
		page.From = append(page.From, choice{e.ID, words, e.ID == before.ID})
		page.To = append(page.To, choice{e.ID, words, e.ID == after.ID})
	}
	_, was, err := s.publicDocument(c, before.ID)
	if err == nil {
		_, now, e := s.publicDocument(c, after.ID)
		if err = e; err == nil {
			page.Comparison, err = publish.Compare(c.words, publish.Source{Document: was, Year: before.Year}, publish.Source{Document: now, Year: after.Year})
		}
	}
	if errs.CodeOf(err) == errs.NotFound {
		return c.gone()
	}
	if err != nil {
		return err
	}
	return c.Render(http.StatusOK, "public-compare", page)
}
