package declare

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"declara/forms"
	"declara/storage"
)

// Mine is what a person sees first: what she owes and what she has filed.
type Mine struct {
	Person      storage.Person
	Institution storage.Institution
	Today       string            // in the institution's zone
	Duties      []Duty            // most pressing first; met ones included
	Drafts      []storage.Draft   // begun and not filed, oldest first
	Filings     []storage.Filing  // newest first
	Papers      []storage.OnPaper // handed in on paper, oldest first
	Interests   bool              // an update of interests can be begun now (Norma 8ª)
}

// Mine reads the duties, drafts and filings of a person.
func (s *Service) Mine(ctx context.Context, who Who) (Mine, error) {
	var m Mine
	err := s.view(ctx, who, func(t *txn) error {
		own, err := t.all()
		if err != nil {
			return err
		}
		slices.SortStableFunc(own.filings, func(a, b storage.Filing) int { return b.Filed.Compare(a.Filed) })
		m = Mine{
			Person: t.person, Institution: t.inst, Today: t.today,
			Duties: own.duties, Drafts: own.drafts, Filings: own.filings, Papers: own.papers,
			Interests: own.updatable() == nil,
		}
		return nil
	})
	return m, err
}

// Duties is what a person owes, most pressing first. It is what lists and
// reminders of the office read: it carries no content.
func (s *Service) Duties(ctx context.Context, tenant, personID string) ([]Duty, error) {
	m, err := s.Mine(ctx, Who{Tenant: tenant, Person: personID})
	return m.Duties, err
}

// own is what a person has, as one transaction sees it.
type own struct {
	duties  []Duty
	drafts  []storage.Draft
	filings []storage.Filing
	papers  []storage.OnPaper
}

func (t *txn) all() (own, error) {
	filings, err := t.FilingsOf(t.person.ID)
	if err != nil {
		return own{}, fmt.Errorf("declare: filings: %w", err)
	}
	drafts, err := t.DraftsOf(t.person.ID)
	if err != nil {
		return own{}, fmt.Errorf("declare: drafts: %w", err)
	}
	drafts = slices.DeleteFunc(drafts, func(d storage.Draft) bool { return d.Paper != "" }) // the office's
	follow, err := t.Follow(t.person.ID)
	if err != nil {
		return own{}, fmt.Errorf("declare: follow: %w", err)
	}
	given, err := extensions(t.Txn)
	if err != nil {
		return own{}, err
	}
	o := own{Reckon(t.record(filings, follow, given), t.today), drafts, filings, follow.Papers}
	for i := range o.duties {
		d := &o.duties[i]
		for j := range drafts {
			if !drafts[j].Interest && dutyOf(drafts[j].Draft, o.duties) == d.Key {
				d.Draft = drafts[j].ID
			}
		}
	}
	return o, nil
}

// duty is the one with a key, or nil.
func (o own) duty(key string) *Duty {
	for i := range o.duties {
		if o.duties[i].Key == key {
			return &o.duties[i]
		}
	}
	return nil
}

// record gathers what decides on the person's duties.
func (t *txn) record(filings []storage.Filing, follow storage.Follow, given []storage.Extension) Record {
	p := t.person
	r := Record{Order: t.inst.Order, Level: p.Level}
	for _, e := range given {
		r.Extensions = append(r.Extensions, Extension{Kind(e.Kind), e.Year, e.Due, e.Agreement})
	}
	for _, h := range follow.Handed {
		r.Handed = append(r.Handed, Handed{h.Duty, h.Day})
	}
	for _, p := range follow.Papers {
		if p.Open() {
			r.Papers = append(r.Papers, Handed{p.Duty, p.Received})
		}
	}
	if !t.inst.SetUp.IsZero() {
		r.Since = dayIn(t.inst.SetUp, t.zone).String()
	}
	r.Spells = append(r.Spells, Spell{Entry: p.Entry, Exit: p.Exit, Leave: p.Leave, Post: p.Post, Level: p.Level})
	for _, s := range p.Others {
		r.Spells = append(r.Spells, Spell(s))
	}
	for _, f := range filings {
		if !f.Interest {
			r.Filed = append(r.Filed, Met{f.ID, f.Type, f.Event, f.Year, filedOn(f, t.zone)})
		}
	}
	for _, g := range p.Rulings {
		r.Rulings = append(r.Rulings, Ruling{g.Duty, g.Lifted, g.Due, g.Reason, g.By, dayIn(g.At, t.zone).String()})
	}
	return r
}

// filedOn is the day on which a declaration counts as filed: one on paper, when the
// office received it.
func filedOn(f storage.Filing, zone *time.Location) string {
	if f.Received != "" {
		return f.Received
	}
	return dayIn(f.Filed, zone).String()
}

// dutyOf is the key of the duty that a draft answers: the one of its own event,
// or, when human resources moved that day since, the only one of its kind that is
// not yet met. It is "" when there is none.
func dutyOf(d forms.Draft, duties []Duty) string {
	key := keyOf(d)
	moved, found := "", 0
	for _, duty := range duties {
		if duty.Key == key {
			return key
		}
		if duty.Kind.Type() == d.Type && duty.Standing != Filed && d.Type != forms.Modificacion {
			moved, found = duty.Key, found+1
		}
	}
	if found == 1 {
		return moved
	}
	return ""
}

// keyOf is the key of the duty that a draft was begun for.
func keyOf(d forms.Draft) string {
	if d.Type == forms.Modificacion {
		return d.Type.Slug() + "-" + strconv.Itoa(d.Year)
	}
	return d.Type.Slug() + "-" + d.Event
}

// latest is the filing that the next declaration is copied from.
func (o own) latest() (storage.Filing, bool) {
	var last storage.Filing
	for _, f := range o.filings {
		if f.Filed.After(last.Filed) {
			last = f
		}
	}
	return last, last.ID != ""
}

// document reads a filed declaration of the person in full.
func (t *txn) document(id string) (forms.Document, error) {
	raw, err := t.FullDocument(id)
	if err != nil {
		return forms.Document{}, fmt.Errorf("declare: document: %w", err)
	}
	_, _, doc, err := forms.ParseResult(raw)
	if err != nil {
		return forms.Document{}, fmt.Errorf("declare: document: %w", err)
	}
	return doc, nil
}

// missing reports whether an error of storage means that there is none.
func missing(err error) bool { return errors.Is(err, storage.ErrNotFound) }
