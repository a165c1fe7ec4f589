package declare

import (
	"context"
	"maps"
	"slices"

	"declara/app/errs"
	"declara/forms"
)

var errCopied = errs.New(errs.Conflict, "declare.error.copied")

// Confirm says that copied items are still so. fresh carries what was typed beside
// the button: amounts of the item that are asked anew each time.
func (s *Service) Confirm(ctx context.Context, who Who, id, section string, items ...forms.Path) error {
	_, err := s.edit(ctx, who, id, section, func(w *Work, _ *forms.Section) error {
		for _, item := range items {
			if !w.Copied(item) || !w.holds(item) {
				return errItem
			}
			w.Kept.Draft.Confirmed[item] = true
		}
		return nil
	})
	return err
}

// ConfirmAll says that every copied item of a section is still so. Its button
// stands below the list, once all the rows have been shown.
func (s *Service) ConfirmAll(ctx context.Context, who Who, id, section string) error {
	_, err := s.edit(ctx, who, id, section, func(w *Work, sec *forms.Section) error {
		for _, item := range w.Items(sec) {
			if w.Copied(item) && !w.Kept.Draft.Baja[item] {
				w.Kept.Draft.Confirmed[item] = true
			}
		}
		return nil
	})
	return err
}

// Vouch says that a section is as the person wants it: the button at the end of a
// list, and "no change" of a page that was copied.
func (s *Service) Vouch(ctx context.Context, who Who, id, section string) (Work, error) {
	return s.edit(ctx, who, id, section, func(w *Work, sec *forms.Section) error {
		w.Kept.Draft.Confirmed[forms.Path(sec.Key)] = true
		return nil
	})
}

// SayNone declares that there is nothing in a section, and vouches for it. It is
// refused while there are copied items that are not told as gone: what was
// declared last year cannot end in silence.
func (s *Service) SayNone(ctx context.Context, who Who, id, section string) error {
	_, err := s.edit(ctx, who, id, section, func(w *Work, sec *forms.Section) error { return w.sayNone(sec) })
	return err
}

func (w *Work) sayNone(sec *forms.Section) error {
	if !w.asksNone(sec.Key) {
		return errSection
	}
	if len(w.Items(sec)) > 0 {
		return errCopied
	}
	w.Kept.Draft.Answers.Set(none(sec.Key), forms.Yes)
	w.Kept.Draft.Confirmed[forms.Path(sec.Key)] = true
	return nil
}

// Items are the items of a section's own list, in order.
func (w *Work) Items(sec *forms.Section) []forms.Path {
	if sec.List == "" {
		return nil
	}
	list := forms.Path(sec.Key).Join(sec.List)
	var out []forms.Path
	for _, id := range w.Kept.Draft.Answers.Items(list) {
		out = append(out, list.Join(id))
	}
	return out
}

// Propose takes the answers to "¿Qué te aplica?": a section that does not apply is
// proposed as "ninguno", to be confirmed with the rest; one that does is opened
// again. Sections already saved, and those with items, stay as they are.
func (s *Service) Propose(ctx context.Context, who Who, id string, applies map[string]bool) error {
	return s.update(ctx, who, func(t *txn) error {
		w, err := t.open(id, change)
		if err != nil {
			return err
		}
		forms.Propose(w.Form, &w.Kept.Draft, applies)
		return t.put(&w, known(w.Form, slices.Sorted(maps.Keys(applies)))...)
	})
}

// known keeps the keys of sections that a form has.
func known(f *forms.Form, keys []string) []string {
	return slices.DeleteFunc(keys, func(key string) bool { return f.Section(key) == nil })
}

// Interests are the sections of interests that can be answered together: those
// that hold nothing and are not yet vouched for.
func (w *Work) Interests() []*forms.Section {
	var out []*forms.Section
	for i := range w.Form.Sections {
		sec := &w.Form.Sections[i]
		if sec.Part == forms.Interes && len(w.Items(sec)) == 0 {
			out = append(out, sec)
		}
	}
	return out
}

// AnswerInterests takes the page that confirms the interests together: for each
// section, true means "none" and false "I have something to declare", which opens
// it. Sections without an answer stay as they are.
func (s *Service) AnswerInterests(ctx context.Context, who Who, id string, nothing map[string]bool) error {
	return s.update(ctx, who, func(t *txn) error {
		w, err := t.open(id, change)
		if err != nil {
			return err
		}
		var changed []string
		for _, sec := range w.Interests() {
			says, said := nothing[sec.Key]
			if said {
				changed = append(changed, sec.Key)
			}
			switch {
			case !said:
			case says:
				if err := w.sayNone(sec); err != nil {
					return err
				}
			default:
				w.Kept.Draft.Answers.Set(none(sec.Key), forms.No)
				delete(w.Kept.Draft.Confirmed, forms.Path(sec.Key))
			}
		}
		return t.put(&w, changed...)
	})
}

// Accept remembers that the person said "es correcto" to soft warnings, by
// forms.Problem.Key. Keys that no warning has are left out.
func (s *Service) Accept(ctx context.Context, who Who, id string, keys ...string) error {
	return s.update(ctx, who, func(t *txn) error {
		w, err := t.open(id, change)
		if err != nil {
			return err
		}
		for i := range w.Form.Sections {
			for _, p := range forms.Warnings(w.Form, &w.Kept.Draft, w.Form.Sections[i].Key) {
				if slices.Contains(keys, p.Key()) {
					w.Kept.Draft.Accepted[p.Key()] = true
				}
			}
		}
		return t.put(&w)
	})
}
