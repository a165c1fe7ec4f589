package sign

import (
	"maps"
	"slices"
)

// graft copies the page of a small file into an update, as a drawing: its
// contents as they are and all that they use, with new numbers.
func (u *update) graft(box []byte) (ref, error) {
	d, err := open(box)
	if err != nil {
		return ref{}, &Error{Why: BadBox, Err: err}
	}
	g := graft{d, u, map[int]ref{}}
	r, err := g.page()
	if err != nil {
		return ref{}, &Error{Why: BadBox, Err: err}
	}
	return r, nil
}

type graft struct {
	from  *document
	to    *update
	moved map[int]ref
}

func (g *graft) page() (ref, error) {
	_, root, err := g.from.root()
	if err != nil {
		return ref{}, err
	}
	pages, err := g.from.pages(root)
	if err != nil {
		return ref{}, err
	}
	if len(pages) != 1 {
		return ref{}, fail(NotOurs)
	}
	page, err := g.from.dict(pages[0])
	if err != nil {
		return ref{}, err
	}
	tree, err := g.from.dict(root["Pages"]) // gofpdf leaves the size of most pages to it
	if err != nil {
		return ref{}, err
	}
	size := page["MediaBox"]
	if size == nil {
		size = tree["MediaBox"]
	}
	box, ok := size.(array)
	if !ok || len(box) != 4 {
		return ref{}, fail(NotOurs)
	}
	v, err := g.from.get(page["Contents"])
	if err != nil {
		return ref{}, err
	}
	content, ok := v.(stream)
	if !ok {
		return ref{}, fail(NotOurs)
	}
	uses, err := g.from.dict(page["Resources"])
	if err != nil {
		return ref{}, err
	}
	moved, err := g.copy(uses, 0)
	if err != nil {
		return ref{}, err
	}
	out := form(box)
	out["Resources"] = moved
	if filter := content.dict["Filter"]; filter != nil {
		out["Filter"] = filter
	}
	return g.to.add(stream{out, content.raw}), nil
}

// copy gives a value with its references led to copies.
func (g *graft) copy(v any, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fail(TooLarge)
	}
	var err error
	switch v := v.(type) {
	case ref:
		return g.object(v, depth)
	case array:
		out := make(array, len(v))
		for i, e := range v {
			if out[i], err = g.copy(e, depth+1); err != nil {
				return nil, err
			}
		}
		return out, nil
	case dict:
		out := dict{}
		for _, k := range slices.Sorted(maps.Keys(v)) { // in order: each copy takes a number
			if out[k], err = g.copy(v[k], depth+1); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}

func (g *graft) object(r ref, depth int) (any, error) {
	if to, ok := g.moved[r.num]; ok {
		return to, nil
	}
	v, err := g.from.load(r)
	if err != nil || v == nil {
		return nil, err
	}
	to := ref{g.to.next, 0}
	g.to.next++
	g.moved[r.num] = to
	if s, ok := v.(stream); ok {
		delete(s.dict, "Length")
		head, err := g.copy(s.dict, depth+1)
		if err != nil {
			return nil, err
		}
		g.to.set(to, stream{head.(dict), s.raw})
		return to, nil
	}
	if v, err = g.copy(v, depth+1); err != nil {
		return nil, err
	}
	g.to.set(to, v)
	return to, nil
}
