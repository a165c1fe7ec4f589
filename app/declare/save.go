package declare

import (
	"context"
	"errors"
	"slices"

	"declara/forms"
)

// Saved is how a save ended.
type Saved struct {
	Work    Work
	Version int // of the section, for the next save of the same page
}

// Save keeps what a page says, right or wrong: an answer that is wrong is a
// problem of the section, never a reason not to keep it. confirm tells that the
// person pressed the button, and so vouches for the section, or for the item that
// the page is about; saves that the script makes on its own do not. The error is a
// *Clash when another tab changed the same answers, or removed the item.
func (s *Service) Save(ctx context.Context, who Who, id string, e Edit, confirm bool) (Saved, error) {
	var out Saved
	var clash *Clash
	err := s.update(ctx, who, func(t *txn) error {
		clash = nil
		w, err := t.change(id, e.Section)
		if err != nil {
			return err
		}
		if e.Item != "" && !w.has(e) {
			clash = w.gone(e)
			out = Saved{w, w.Kept.Versions[e.Section]}
			return nil
		}
		if fields := w.apply(e); len(fields) > 0 {
			clash = &Clash{Section: e.Section, Item: e.Item, Fields: fields}
		} else if confirm {
			w.Kept.Draft.Confirmed[e.about()] = true
		}
		if err := w.bounded(); err != nil {
			return err
		}
		if err := t.put(&w, e.Section); err != nil {
			return err
		}
		out = Saved{w, w.Kept.Versions[e.Section]}
		return nil
	})
	if err == nil && clash != nil {
		clash.Version = out.Version
		return out, clash
	}
	return out, err
}

// about is what a page vouches for: its item, or the section.
func (e Edit) about() forms.Path {
	if e.Item != "" {
		return e.Item
	}
	return forms.Path(e.Section)
}

// has reports whether the item of an edit is there, adding it when the edit may.
func (w *Work) has(e Edit) bool {
	steps := w.steps(e.Item)
	if len(steps) == 0 {
		return false
	}
	last := steps[len(steps)-1]
	x, ok := w.Form.Field(last.list)
	if last.item() != e.Item || !ok || e.Item.Section() != e.Section {
		return false
	}
	ids := w.Kept.Draft.Answers.Items(last.list)
	if slices.Contains(ids, last.id) {
		return w.holds(e.Item)
	}
	if !e.New || !validID(last.id) || !w.holds(last.list) || x.Max > 0 && len(ids) >= x.Max {
		return false
	}
	w.Kept.Draft.Answers.Set(last.list, append(slices.Clone(ids), last.id)...)
	w.takeBackNone(e.Section)
	return true
}

// takeBackNone undoes "ninguno": there is something after all.
func (w *Work) takeBackNone(section string) {
	if p := none(section); w.asksNone(section) {
		w.Kept.Draft.Answers.Set(p, forms.No)
	}
}

// none is where a section says that there is nothing to declare.
func none(section string) forms.Path { return forms.Path(section).Join("ninguno") }

func (w *Work) asksNone(section string) bool {
	_, ok := w.Form.Field(none(section))
	return ok
}

// gone tells all that was typed on the page of an item that is no longer there.
func (w *Work) gone(e Edit) *Clash {
	c := &Clash{Section: e.Section, Item: e.Item, Gone: true}
	for p, v := range w.admit(e, e.Now) {
		if len(v) > 0 && !w.isList(p) {
			c.Fields = append(c.Fields, Clashed{Path: p, Typed: v})
		}
	}
	slices.SortFunc(c.Fields, func(a, b Clashed) int { return compare(a.Path, b.Path) })
	return c
}

func compare(a, b forms.Path) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// AsClash is the clash in an error's chain.
func AsClash(err error) (*Clash, bool) { return errors.AsType[*Clash](err) }

// change opens a draft to change one section of it.
func (t *txn) change(id, section string) (Work, error) {
	w, err := t.open(id, change)
	if err != nil {
		return Work{}, err
	}
	switch sec := w.Form.Section(section); {
	case sec == nil:
		return Work{}, errSection
	case w.Locked(sec):
		return Work{}, errLocked
	}
	return w, nil
}

// edit runs fn over one section of a draft and saves it.
func (s *Service) edit(ctx context.Context, who Who, id, section string, fn func(*Work, *forms.Section) error) (Work, error) {
	var out Work
	err := s.update(ctx, who, func(t *txn) error {
		w, err := t.change(id, section)
		if err != nil {
			return err
		}
		if err := fn(&w, w.Form.Section(section)); err != nil {
			return err
		}
		if err := w.bounded(); err != nil {
			return err
		}
		out = w
		return t.put(&w, section)
	})
	return out, err
}
