package declare

import (
	"context"

	"declara/app/errs"
	"declara/forms"
	"declara/storage"
)

var (
	errNoForm   = errs.New(errs.Conflict, "declare.error.interests.none")
	errNoRubros = errs.New(errs.Conflict, "declare.error.interests.simplified")
	errLeft     = errs.New(errs.Conflict, "declare.error.interests.left")
)

// updatable says why the person cannot update her interests now, or nil. There
// must be a filing to start from, of an official in office, in a format that has
// interests.
func (o own) updatable() error {
	last, ok := o.latest()
	switch {
	case !ok:
		return errNoForm
	case last.Type == forms.Conclusion:
		return errLeft
	case last.Level == forms.Simplified:
		return errNoRubros
	}
	return nil
}

// UpdateInterests begins an update of interests, which a person may make at any
// time (LGRA 48, Norma 8ª), and returns the id of its draft: the last declaration
// as it was filed, in which only the interests are open. It is filed as any other,
// with metadata.actualizacionConflictoInteres. See app/docs/decisions/0008.
func (s *Service) UpdateInterests(ctx context.Context, who Who) (id string, err error) {
	err = s.update(ctx, who, func(t *txn) error {
		o, err := t.all()
		if err != nil {
			return err
		}
		for _, d := range o.drafts {
			if d.Interest {
				id = d.ID
				return nil
			}
		}
		if err := o.updatable(); err != nil {
			return err
		}
		last, _ := o.latest()
		doc, err := t.document(last.ID)
		if err != nil {
			return err
		}
		w := Work{Form: doc.Form, Kept: storage.Draft{
			ID: storage.NewID(t.now), Person: t.person.ID, Interest: true, Previous: last.ID,
			Versions: map[string]int{}, Created: t.now, Saved: t.now,
			Draft: forms.Draft{Type: last.Type, Level: last.Level, Edition: last.Edition, Year: last.Year, Event: last.Event, Today: t.today},
		}}
		forms.Prefill(w.Form, doc, &w.Kept.Draft)
		complete(&w.Kept)
		w.keepWealth()
		suggestServed(w.Form, &w.Kept.Draft)
		t.refresh(&w)
		id = w.Kept.ID
		return t.put(&w)
	})
	return id, err
}

// keepWealth answers the sections of situación patrimonial as they were filed,
// what is asked afresh each year included: they are not what is being declared.
func (w *Work) keepWealth() {
	d := &w.Kept.Draft
	for i := range w.Form.Sections {
		sec := &w.Form.Sections[i]
		if sec.Part != forms.Patrimonial {
			continue
		}
		key := forms.Path(sec.Key)
		for p, v := range d.Before {
			if p.Under(key) {
				d.Answers[p] = v
			}
		}
		d.Confirmed[key] = true
		for _, item := range w.Items(sec) {
			d.Confirmed[item] = true
		}
	}
}

// Locked reports whether a section cannot be changed: in an update of interests,
// those that are not interests, unless something in them stops the filing.
func (w *Work) Locked(sec *forms.Section) bool {
	return w.Kept.Interest && sec.Part == forms.Patrimonial &&
		forms.StatusOf(w.Form, &w.Kept.Draft, sec.Key) == forms.Done
}

// Discard throws an update of interests away before it is filed. Declarations that
// are owed cannot be thrown away.
func (s *Service) Discard(ctx context.Context, who Who, id string) error {
	return s.update(ctx, who, func(t *txn) error {
		w, err := t.open(id, discard)
		if err != nil {
			return err
		}
		if !w.Kept.Interest {
			return errNotOwed
		}
		return t.DeleteDraft(id)
	})
}
