package campaign_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"declara/app/campaign"
	"declara/app/declare"
	"declara/app/errs"
	"declara/app/outbox"
	"declara/app/wiring"
	"declara/i18n"
)

func (d *desk) extend(due string) {
	d.Helper()
	if err := d.duties.Extend(d.Context(), tenant, "oic", declare.Extension{Kind: declare.Modificacion, Year: 2026, Due: due, Agreement: "A/1"}, ""); err != nil {
		d.Fatal(err)
	}
}

// TestLettersWithoutAddress: where nobody told the address of the site, what is printed
// names the system instead of half an address.
func TestLettersWithoutAddress(t *testing.T) {
	d := newDesk(t, "America/Mexico_City", "2026-06-05 12:00:00")
	words, clock := i18n.Load(), func() time.Time { return d.now }
	d.Service = wiring.Campaign(d.db, words, clock, nil, "a", "", d.duties, outbox.NewWriter(words, clock, "", ""))
	d.hire("a", "")
	roll, err := d.duties.Roll(t.Context(), tenant)
	if err != nil {
		t.Fatal(err)
	}
	p, err := d.Plan(t.Context(), tenant, wiring.Owed(roll.Pick(declare.Ask{State: declare.Missing})), nil, true)
	if err != nil {
		t.Fatal(err)
	}
	if said := strings.Join(p.Text, "\n"); strings.Contains(said, "/declaraciones") || !strings.Contains(said, "sistema de declaraciones de Municipio de Valle Encinos") || !strings.Contains(said, "(hora del centro)") {
		t.Errorf("%s", said)
	}
	id, err := d.Require(t.Context(), tenant, "oic", "a", "modificacion-2026", "OIC/1/2026", "05/06/2026")
	if err != nil {
		t.Fatal(err)
	}
	file, err := d.Requirement(t.Context(), tenant, "a", id)
	if said := strings.Join(strings.Fields(pdfText(t, file)), " "); err != nil || strings.Contains(said, "/declaraciones") {
		t.Errorf("%v %s", err, said)
	}
}

func (d *desk) state() declare.State {
	d.Helper()
	roll, err := d.duties.Roll(d.Context(), tenant)
	if err != nil {
		d.Fatal(err)
	}
	return roll.Pick(declare.Ask{})[0].State
}

// TestRemindedOfTheNewDay: who was reminded of the day of the law is reminded of the day
// that everybody was given instead, once each.
func TestRemindedOfTheNewDay(t *testing.T) {
	d := newDesk(t, "America/Mexico_City", "2026-05-24 09:00:00")
	d.hire("a", "a@valle.example")
	d.once()
	d.set("2026-05-30 09:00:00")
	d.once()
	d.extend("2026-06-30")
	for _, at := range []string{"2026-06-23 09:00:00", "2026-06-24 09:00:00", "2026-06-29 09:00:00", "2026-06-30 10:00:00"} {
		d.set(at)
		d.once()
		d.once()
	}
	if got, _ := d.told(); got != "a d1 mail · a d1 mail · a d7 mail · a d7 mail" {
		t.Errorf("%s", got)
	}
}

// TestRequiredBeforeTheNewDay: a requirement of before the day that everybody was given
// says nothing about that day: who misses it is required anew, and nothing is referred, nor
// drawn, before.
func TestRequiredBeforeTheNewDay(t *testing.T) {
	d := newDesk(t, "America/Mexico_City", "2026-06-05 12:00:00")
	d.hire("a", "a@valle.example")
	ctx := t.Context()
	id, err := d.Require(ctx, tenant, "oic", "a", "modificacion-2026", "OIC/12/2026", "05/06/2026")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Referral(ctx, tenant, "a", id); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("drawn before it was served: %v", err)
	}
	if err := d.Serve(ctx, tenant, "oic", "a", id, campaign.Dates{Served: "05/06/2026"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Referral(ctx, tenant, "a", id); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("drawn while the term runs: %v", err)
	}
	d.extend("2026-08-31")
	d.set("2026-08-01 12:00:00")
	if d.state() != declare.Excused {
		t.Error(d.state())
	}
	if _, err := d.Requirement(ctx, tenant, "a", id); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("required though she has time: %v", err)
	}
	d.set("2026-09-01 12:00:00")
	if d.state() != declare.Omitted {
		t.Errorf("on the day after the new one: %s", d.state())
	}
	if err := d.Refer(ctx, tenant, "oic", "a", id, "OIC/40/2026", "01/09/2026"); !errors.Is(err, campaign.ErrTooEarly) {
		t.Errorf("referred by the requirement of before: %v", err)
	}
	if _, err := d.Referral(ctx, tenant, "a", id); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("drawn by the requirement of before: %v", err)
	}
}

// TestReferredStays: the dates of a requirement that was referred are evidence of another
// authority, and so is the letter: neither is written over.
func TestReferredStays(t *testing.T) {
	d := newDesk(t, "America/Mexico_City", "2026-06-05 12:00:00")
	d.hire("a", "a@valle.example")
	ctx := t.Context()
	id, err := d.Require(ctx, tenant, "oic", "a", "modificacion-2026", "OIC/12/2026", "05/06/2026")
	if err == nil {
		err = d.Serve(ctx, tenant, "oic", "a", id, campaign.Dates{Served: "05/06/2026"})
	}
	if err != nil {
		t.Fatal(err)
	}
	d.set("2026-08-01 12:00:00")
	if err := d.Refer(ctx, tenant, "oic", "a", id, "OIC/40/2026", "01/08/2026"); err != nil {
		t.Fatal(err)
	}
	if err := d.Refer(ctx, tenant, "oic", "a", id, "OIC/40/2026", "01/08/2026"); err != nil {
		t.Errorf("the same press again: %v", err)
	}
	if err := d.Refer(ctx, tenant, "oic", "a", id, "OIC/41/2026", "31/07/2026"); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("another letter over it: %v", err)
	}
	if err := d.Serve(ctx, tenant, "oic", "a", id, campaign.Dates{Served: "31/07/2026"}); errs.CodeOf(err) != errs.Conflict {
		t.Errorf("other dates under it: %v", err)
	}
}
