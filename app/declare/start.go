package declare

import (
	"context"

	"declara/forms"
	"declara/storage"
)

// Start begins the draft for a duty and returns its id; a duty whose draft is
// begun already gives that one, so that pressing twice begins one. Type, level,
// year and event are the roster's. What was filed last is copied, to be
// confirmed. It refuses duties that cannot be filed here or not yet.
func (s *Service) Start(ctx context.Context, who Who, key string) (id string, err error) {
	err = s.update(ctx, who, func(t *txn) error {
		o, err := t.all()
		if err != nil {
			return err
		}
		duty := o.duty(key)
		switch {
		case duty == nil, duty.Kind == Aviso:
			return errNotOwed
		case duty.Filing != "":
			id = duty.Filing
			return ErrFiled
		case duty.Draft != "":
			id = duty.Draft
			return nil
		case duty.Standing != Open && duty.Standing != Overdue && duty.Standing != Doubt:
			return errNotOwed
		}
		if _, err := nothing.after(begin); err != nil {
			return err
		}
		w := t.fresh(duty)
		if err := t.copyLast(o, &w); err != nil {
			return err
		}
		t.suggest(w.Form, &w.Kept.Draft)
		t.refresh(&w)
		id = w.Kept.ID
		return t.put(&w)
	})
	return id, err
}

// fresh is an empty draft for a duty.
func (t *txn) fresh(duty *Duty) Work {
	f := forms.Lookup(duty.Kind.Type(), duty.Level)
	d := storage.Draft{
		ID: storage.NewID(t.now), Person: t.person.ID, Due: duty.Due,
		Versions: map[string]int{}, Created: t.now, Saved: t.now,
		Draft: forms.Draft{
			Type: f.Type, Level: f.Level, Edition: f.Edition, Year: duty.Year, Event: duty.Event,
			Answers: forms.Answers{}, Confirmed: map[forms.Path]bool{},
			Baja: map[forms.Path]bool{}, Accepted: map[string]bool{},
		},
	}
	d.Draft.Today = t.today
	return Work{Kept: d, Form: f}
}

// copyLast copies what was filed last.
func (t *txn) copyLast(o own, w *Work) error {
	last, ok := o.latest()
	if !ok {
		return nil
	}
	doc, err := t.document(last.ID)
	if err != nil {
		return err
	}
	w.Kept.Previous = last.ID
	forms.Prefill(w.Form, doc, &w.Kept.Draft)
	return nil
}

// servedBefore is asked of a modificación alone, and only on screen: no document
// carries it, so it cannot be copied.
const servedBefore = general + ".servidorPublicoAnioAnterior"

// suggest answers, for the person to change, what the roster knows without being
// the authority on it.
func (t *txn) suggest(f *forms.Form, d *forms.Draft) {
	if at := employment.Join("telefonoOficina", "telefono"); d.Answers.Get(at) == "" {
		d.Answers.Set(at, t.person.Phone)
	}
	// The post is as a rule where the institution is. Without a script it saves two
	// pages: state and municipality need not be asked for one after the other.
	if at := employment.Join("lugar"); d.Answers.Get(at) == "" {
		d.Answers.Set(at, "MX")
		d.Answers.Set(employment.Join("domicilioMexico", "entidadFederativa"), t.inst.State)
		d.Answers.Set(employment.Join("domicilioMexico", "municipioAlcaldia"), t.inst.Town)
	}
	suggestServed(f, d)
}

// suggestServed: who owes a modificación worked the year before (LGRA 33-II).
func suggestServed(f *forms.Form, d *forms.Draft) {
	if _, asked := f.Field(servedBefore); asked {
		d.Answers.Set(servedBefore, forms.Yes)
	}
}
