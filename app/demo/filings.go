package demo

import (
	"context"
	"fmt"
	"maps"
	"time"

	"declara/app/declare"
	"declara/forms"
	"declara/forms/sample"
	"declara/storage"
)

// filings lives through the story, one act after the other.
func (f *filler) filings(ctx context.Context) error {
	for n, a := range story(f.people, f.o.Seed, f.o.Today.In(f.zone), f.zone) {
		f.clock.now = a.at
		if err := f.file(ctx, a, int64(n)); err != nil {
			return fmt.Errorf("demo: filing %d of official %d (%s, %s): %w", n+1, a.who+1, a.what, a.at.Format(time.DateOnly), err)
		}
	}
	f.clock.now = f.o.Today
	return nil
}

// file begins, fills in and files what an official owes of one type, if she owes
// it on that day.
func (f *filler) file(ctx context.Context, a act, n int64) error {
	who := declare.Who{Tenant: tenant, Person: f.ids[a.who]}
	id, err := f.begin(ctx, who, a.what)
	if err != nil || id == "" {
		return err
	}
	if err := f.fill(ctx, who, id, f.people[a.who], f.people[a.who].seed+n*31); err != nil {
		return err
	}
	w, err := f.Declare.Draft(ctx, who, id)
	if err != nil {
		return err
	}
	_, err = f.Declare.File(ctx, who, id, declare.Seal{Stamp: w.Stamp(), Verify: func() error { return nil }})
	return err
}

// begin starts the draft of the first open duty of a type; "" when there is none.
func (f *filler) begin(ctx context.Context, who declare.Who, what forms.Type) (string, error) {
	duties, err := f.Declare.Duties(ctx, tenant, who.Person)
	if err != nil {
		return "", err
	}
	for _, d := range duties {
		if d.Kind.Type() == what && d.Filing == "" && (d.Standing == declare.Open || d.Standing == declare.Overdue) {
			return f.Declare.Start(ctx, who, d.Key)
		}
	}
	return "", nil
}

// fill answers a draft whole, as an invented person would.
func (f *filler) fill(ctx context.Context, who declare.Who, id string, o official, seed int64) error {
	w, err := f.Declare.Draft(ctx, who, id)
	if err != nil {
		return err
	}
	opts := sample.Options{
		Person: o.Person, Year: w.Kept.Draft.Year, Event: w.Kept.Draft.Event, Wealth: o.wealth,
		Today: f.clock.now.In(f.zone).Format(time.DateOnly), Given: w.Kept.Draft.Given, Known: office,
	}
	return f.update(ctx, func(tx *storage.Txn) error {
		kept, err := tx.Draft(id)
		if err != nil {
			return err
		}
		if kept.Previous != "" {
			raw, err := tx.FullDocument(kept.Previous)
			if err != nil {
				return err
			}
			_, _, doc, err := forms.ParseResult(raw)
			if err != nil {
				return err
			}
			opts.Previous = &doc
		}
		if f.tells(who) {
			opts.Known = f.life(&w.Kept.Draft, o.entry)
			maps.Copy(opts.Known, office)
		}
		d, err := sample.Draft(w.Form, seed, opts)
		if err != nil {
			return err
		}
		if f.tells(who) {
			if err := f.lived(w.Form, d); err != nil {
				return err
			}
		}
		f.invest(o, d)
		kept.Draft = *d
		_, err = tx.PutDraft(kept, "", 0)
		return err
	})
}

// drafts leaves some declarations half done: of the officials whose accounts the
// report tells, the one who owes a modificación has begun it.
func (f *filler) drafts(ctx context.Context) error {
	who := declare.Who{Tenant: tenant, Person: f.ids[1]}
	_, err := f.begin(ctx, who, forms.Modificacion)
	return err
}

// office is where everybody works.
var office = forms.Answers{
	"datosEmpleoCargoComision.lugar":                             {"MX"},
	"datosEmpleoCargoComision.domicilioMexico.calle":             {"Portal Hidalgo"},
	"datosEmpleoCargoComision.domicilioMexico.numeroExterior":    {"3"},
	"datosEmpleoCargoComision.domicilioMexico.coloniaLocalidad":  {"Centro"},
	"datosEmpleoCargoComision.domicilioMexico.entidadFederativa": {"20"},
	"datosEmpleoCargoComision.domicilioMexico.municipioAlcaldia": {"067"},
	"datosEmpleoCargoComision.domicilioMexico.codigoPostal":      {"68000"},
}
