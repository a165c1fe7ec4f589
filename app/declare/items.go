package declare

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"

	"declara/app/errs"
	"declara/forms"
)

var errItem = errs.New(errs.NotFound, "declare.error.item")

// NewItem is the id of an item that a page is about to add. It is made from the
// page's envio, so that sending the page three times adds one item.
func NewItem(envio string, list forms.Path) string {
	sum := sha256.Sum256([]byte(string(list) + "\x00" + envio))
	return "n" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:5]))
}

// AddItem adds an empty item to a list inside an item or a section, and is
// harmless when it is there already.
func (s *Service) AddItem(ctx context.Context, who Who, id, section string, item forms.Path) error {
	_, err := s.edit(ctx, who, id, section, func(w *Work, _ *forms.Section) error {
		if !w.has(Edit{Section: section, Item: item, New: true}) {
			return errItem
		}
		return nil
	})
	return err
}

// Removal is what removing an item means.
type Removal struct {
	Baja   bool             // it was in the previous declaration: it is kept, and told as gone
	Reason *forms.Catalogue // the reasons to choose from, or nil where none is asked
}

// Removing says what it means to remove an item, for the page that asks.
func (w *Work) Removing(item forms.Path) (Removal, error) {
	steps := w.steps(item)
	if len(steps) == 0 || steps[len(steps)-1].item() != item || !w.holds(item) {
		return Removal{}, errItem
	}
	r := Removal{Baja: w.Copied(item)}
	if x, ok := w.Form.Field(item.Join(motive)); ok && r.Baja {
		r.Reason = x.From
	}
	return r, nil
}

// motive is where an item says why it is gone (sections 10, 11 and 12).
const motive = "motivoBaja"

// Copied reports whether an item of a section's own list was in the previous
// declaration.
func (w *Work) Copied(item forms.Path) bool {
	s := w.Form.Section(item.Section())
	if s == nil || s.List == "" {
		return false
	}
	list := forms.Path(s.Key).Join(s.List)
	steps := w.steps(item)
	return len(steps) == 1 && steps[0].list == list && slices.Contains(w.Kept.Draft.Before.Items(list), steps[0].id)
}

// Remove takes an item away. One that the person added is deleted; one that was in
// the previous declaration stays and is told as gone (BAJA), with the reason and
// the text of "other" where the format asks for one. Removing twice is harmless.
func (s *Service) Remove(ctx context.Context, who Who, id string, item forms.Path, reason, other string) error {
	_, err := s.edit(ctx, who, id, item.Section(), func(w *Work, _ *forms.Section) error {
		r, err := w.Removing(item)
		if err != nil {
			return nil // it is gone already
		}
		d := &w.Kept.Draft
		if !r.Baja {
			w.drop(item)
			return nil
		}
		d.Baja[item] = true
		d.Confirmed[item] = true
		if r.Reason != nil {
			d.Answers.Set(item.Join(motive), reason)
			d.Answers.Set(item.Join(motive, forms.Other), other)
		}
		return nil
	})
	return err
}

// Restore takes a removal back: the person still has the item after all. It then
// has to be confirmed again.
func (s *Service) Restore(ctx context.Context, who Who, id string, item forms.Path) error {
	_, err := s.edit(ctx, who, id, item.Section(), func(w *Work, _ *forms.Section) error {
		if _, err := w.Removing(item); err != nil {
			return err
		}
		d := &w.Kept.Draft
		delete(d.Baja, item)
		delete(d.Confirmed, item)
		d.Answers.Set(item.Join(motive))
		d.Answers.Set(item.Join(motive, forms.Other))
		return nil
	})
	return err
}

// drop deletes an item with all that is in it.
func (w *Work) drop(item forms.Path) {
	d := &w.Kept.Draft
	steps := w.steps(item)
	last := steps[len(steps)-1]
	kept := slices.DeleteFunc(slices.Clone(d.Answers.Items(last.list)), func(id string) bool { return id == last.id })
	d.Answers.Set(last.list, kept...)
	for p := range d.Answers {
		if p.Under(item) {
			delete(d.Answers, p)
		}
	}
	delete(d.Confirmed, item)
	delete(d.Said, item)
	delete(d.Baja, item)
	if s := w.Form.Section(item.Section()); len(kept) == 0 && s.List != "" && last.list == forms.Path(s.Key).Join(s.List) {
		d.Answers.Set(none(s.Key)) // nothing is left, and the person has not said "none"
		delete(d.Confirmed, forms.Path(s.Key))
	}
}

// ItemOf is the outermost item that a path lies in, if it lies in one that is
// there.
func (w *Work) ItemOf(p forms.Path) (forms.Path, bool) {
	steps := w.steps(p)
	if len(steps) == 0 || !w.holds(steps[0].item()) {
		return "", false
	}
	return steps[0].item(), true
}
