package declare

import (
	"context"
	"fmt"

	"declara/forms"
)

// Review is what stands between a draft and its filing, and what to look at.
type Review struct {
	Work     Work
	Problems []forms.Problem // what stops filing, in the order of the form
	Warnings []forms.Problem // what to look at; never stops
	Changes  []forms.Change  // against the declaration it was copied from; nil for a first one
}

// Review reads a draft for the page before signing.
func (s *Service) Review(ctx context.Context, who Who, id string) (Review, error) {
	w, err := s.Draft(ctx, who, id)
	if err != nil {
		return Review{}, err
	}
	d := &w.Kept.Draft
	r := Review{Work: w, Problems: forms.Ready(w.Form, d)}
	for i := range w.Form.Sections {
		r.Warnings = append(r.Warnings, forms.Warnings(w.Form, d, w.Form.Sections[i].Key)...)
	}
	if len(d.Before) > 0 {
		r.Changes = forms.Diff(w.Form, d.Before, d.Answers)
	}
	return r, nil
}

// Progress is how far a draft is: the state of each section, and how many are
// ready of how many there are.
type Progress struct {
	Of       map[string]forms.Status
	Waiting  map[string]int // copied items that the person has said nothing of
	Problems map[string]int // answers to correct or to give
	Ready    int
	All      int
}

// Progress counts what is done. It is never a constant: an empty section is not
// begun, and a copied one is not ready.
func (w *Work) Progress() Progress {
	p := Progress{Of: map[string]forms.Status{}, Waiting: map[string]int{}, Problems: map[string]int{}, All: len(w.Form.Sections)}
	for i := range w.Form.Sections {
		key := w.Form.Sections[i].Key
		st := forms.StatusOf(w.Form, &w.Kept.Draft, key)
		if p.Of[key] = st; st == forms.Done {
			p.Ready++
		}
	}
	for _, x := range forms.Ready(w.Form, &w.Kept.Draft) {
		switch key := x.Path.Section(); {
		case x.Code != forms.CodeUnconfirmed:
			p.Problems[key]++
		case string(x.Path) != key:
			p.Waiting[key]++
		}
	}
	return p
}

// Next is the section to go on with: the first that is not ready after a given one
// in the order of the form, going round; nil when all are.
func (w *Work) Next(after string) *forms.Section {
	n := len(w.Form.Sections)
	start := 0
	for i := range w.Form.Sections {
		if w.Form.Sections[i].Key == after {
			start = i + 1
		}
	}
	for i := range n {
		sec := &w.Form.Sections[(start+i)%n]
		if forms.StatusOf(w.Form, &w.Kept.Draft, sec.Key) != forms.Done {
			return sec
		}
	}
	return nil
}

// Preview is the exact document that citizens will read. The error is "not ready"
// while anything stops filing.
func (s *Service) Preview(ctx context.Context, who Who, id string) (Work, forms.Document, error) {
	w, err := s.Draft(ctx, who, id)
	if err != nil {
		return Work{}, forms.Document{}, err
	}
	doc, err := w.public()
	return w, doc, err
}

func (w *Work) public() (forms.Document, error) {
	full, err := forms.Compile(w.Form, &w.Kept.Draft)
	if err != nil {
		return forms.Document{}, ErrNotReady
	}
	return w.publicOf(full)
}

// publicOf is what is published of the full document.
func (w *Work) publicOf(full forms.Document) (forms.Document, error) {
	doc, err := full.Public(forms.PublicOptions{TotalAsDeclared: w.Institution.TotalAsDeclared})
	if err != nil {
		return forms.Document{}, fmt.Errorf("declare: public version: %w", err)
	}
	return doc, nil
}

// Late reports whether a declaration filed today would be late.
func (w *Work) Late() bool { return w.Kept.Due != "" && w.Kept.Draft.Today > w.Kept.Due }

// Left is how many days there are to the last one; negative when it is late.
func (w *Work) Left() int {
	due, _ := readDay(w.Kept.Due)
	today, _ := readDay(w.Kept.Draft.Today)
	return int(due - today)
}

// DutyKey is the key of the duty that the draft answers.
func (w *Work) DutyKey() string { return keyOf(w.Kept.Draft) }
