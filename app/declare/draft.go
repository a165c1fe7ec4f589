package declare

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"declara/forms"
	"declara/storage"
)

// Draft is a draft of the person as it stands now. For one that is filed the
// error is ErrFiled; for anything else, of hers or not, "not found".
func (s *Service) Draft(ctx context.Context, who Who, id string) (Work, error) {
	var w Work
	err := s.view(ctx, who, func(t *txn) (err error) {
		w, err = t.open(id, read)
		return err
	})
	return w, err
}

// open reads the draft with an id, if the person may do that act to it now.
func (t *txn) open(id string, a act) (Work, error) {
	d, err := t.Txn.Draft(id)
	at := drafted
	switch {
	case missing(err):
		if at, err = t.filedState(id); err != nil {
			return Work{}, err
		}
	case err != nil:
		return Work{}, fmt.Errorf("declare: draft: %w", err)
	case d.Person != t.person.ID:
		return Work{}, errNotFound
	}
	if at == drafted {
		if may, err := t.may(d, a); err != nil {
			return Work{}, err
		} else if !may {
			return Work{}, errNotFound
		}
	}
	if _, err := at.after(a); err != nil {
		return Work{}, err
	}
	return t.work(d)
}

// may reports whether who asks may do an act to a draft: what the person began is hers
// alone, and what is typed from paper is of who types it, who never signs it.
func (t *txn) may(d storage.Draft, a act) (bool, error) {
	if d.Paper == "" {
		return t.by == "", nil
	}
	if t.by == "" || a == sign || a == discard {
		return false, nil
	}
	_, p, err := t.paper(d.Paper)
	if err != nil {
		return false, err
	}
	return t.types(p, t.by), nil
}

// work is a draft as it stands now.
func (t *txn) work(d storage.Draft) (Work, error) {
	f, ok := forms.Edition(d.Draft.Edition, d.Draft.Type, d.Draft.Level)
	if !ok {
		return Work{}, fmt.Errorf("declare: edition %q is not known", d.Draft.Edition)
	}
	complete(&d)
	w := Work{Kept: d, Form: f, had: size(d.Draft.Answers)}
	if err := t.align(&w); err != nil {
		return Work{}, err
	}
	t.refresh(&w)
	return w, nil
}

// complete gives a draft the maps that an empty one is stored without.
func complete(d *storage.Draft) {
	if d.Versions == nil {
		d.Versions = map[string]int{}
	}
	if d.Draft.Answers == nil {
		d.Draft.Answers = forms.Answers{}
	}
	if d.Draft.Confirmed == nil {
		d.Draft.Confirmed = map[forms.Path]bool{}
	}
	if d.Draft.Baja == nil {
		d.Draft.Baja = map[forms.Path]bool{}
	}
	if d.Draft.Accepted == nil {
		d.Draft.Accepted = map[string]bool{}
	}
}

// filedState is presented when the id is a filing of the person.
func (t *txn) filedState(id string) (state, error) {
	f, err := t.Txn.Filing(id)
	switch {
	case missing(err):
		return nothing, nil
	case err != nil:
		return nothing, fmt.Errorf("declare: filing: %w", err)
	case f.Person != t.person.ID:
		return nothing, nil
	}
	return presented, nil
}

// align moves a draft with its duty when human resources moved the day of it.
func (t *txn) align(w *Work) error {
	if w.Kept.Interest {
		return nil
	}
	o, err := t.all()
	if err != nil {
		return err
	}
	if duty := o.duty(dutyOf(w.Kept.Draft, o.duties)); duty != nil {
		w.Kept.Due, w.Kept.Draft.Event, w.Kept.Draft.Year = duty.Due, duty.Event, duty.Year
	}
	return nil
}

// refresh brings a draft up to the roster and the day of today.
func (t *txn) refresh(w *Work) {
	d := &w.Kept.Draft
	w.Person, w.Institution, w.Zone = t.person, t.inst, t.zone
	if !w.Kept.Interest { // an update of interests keeps what was filed of the post
		old := d.Given
		d.Given = given(w.Form, t.inst, t.person, eventDay(d.Type, d.Event, t.person))
		for at := range old { // the roster no longer says it: the person is asked
			if _, still := d.Given[at]; !still {
				d.Answers.Set(at)
			}
		}
	}
	if d.Today = t.today; w.Kept.Paper != "" {
		d.Today = w.Kept.Received
	}
	d.UMA = umaOn(reference(d))
	forms.Derive(w.Form, d)
}

// reference is the day of which a declaration tells: the event, or the last day of
// the year before in a modificación.
func reference(d *forms.Draft) string {
	if d.Type == forms.Modificacion {
		return fmt.Sprintf("%04d-12-31", d.Year-1)
	}
	return d.Event
}

// put saves a draft and counts up the version of each section that changed, so
// that another tab that read the old one is told.
func (t *txn) put(w *Work, sections ...string) error {
	forms.Derive(w.Form, &w.Kept.Draft)
	w.Kept.Saved = t.now
	if len(sections) == 0 {
		_, err := t.PutDraft(w.Kept, "", 0)
		return wrapDraft(err)
	}
	for _, section := range sections {
		v, err := t.PutDraft(w.Kept, section, w.Kept.Versions[section])
		if err != nil {
			return wrapDraft(err)
		}
		w.Kept.Versions[section] = v
	}
	return nil
}

func wrapDraft(err error) error {
	if err != nil {
		return fmt.Errorf("declare: draft: %w", err)
	}
	return nil
}

// Stamp stands for a draft exactly as it is now, roster included: what a person
// saw when she signed.
func (w *Work) Stamp() string {
	h := sha256.New()
	for _, section := range slices.Sorted(maps.Keys(w.Kept.Versions)) {
		fmt.Fprintf(h, "%q %d\n", section, w.Kept.Versions[section])
	}
	for _, p := range slices.Sorted(maps.Keys(w.Kept.Draft.Given)) {
		fmt.Fprintf(h, "%q %q\n", p, w.Kept.Draft.Given[p])
	}
	fmt.Fprintf(h, "%q %q", w.Kept.Draft.Event, w.Kept.Due)
	return hex.EncodeToString(h.Sum(nil)[:12])
}
