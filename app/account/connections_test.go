package account

import (
	"slices"
	"testing"
	"time"

	"declara/app/errs"
)

// TestRotateOverlap: secrets of before hold for the days that were chosen, or until
// somebody ends them; with none they end at once, with the tokens made with them.
func TestRotateOverlap(t *testing.T) {
	o := newOffice(t)
	c, first, err := o.AddClient(t.Context(), tenant, "actor", "PDN")
	if err != nil {
		t.Fatal(err)
	}
	c, second, err := o.RotateClient(t.Context(), tenant, "actor", c.ID, 7)
	if err != nil || c.Former == nil || c.Former.Secret != secretHash(first.Secret) || c.Secret != secretHash(second.Secret) || !c.Former.Until.Equal(o.now.AddDate(0, 0, 7)) || c.Gen != 1 {
		t.Fatalf("%+v %v", c, err)
	}
	if err := o.EndFormer(t.Context(), tenant, "actor", c.ID); err != nil {
		t.Fatal(err)
	}
	if c, _ = o.Client(t.Context(), tenant, c.ID); c.Former != nil || c.Gen != 2 {
		t.Errorf("ended early: %+v", c)
	}
	if c, _, err = o.RotateClient(t.Context(), tenant, "actor", c.ID, 0); err != nil || c.Former != nil || c.Gen != 3 {
		t.Errorf("at once: %+v %v", c, err)
	}
	for _, days := range []int{-1, MostOverlap + 1} {
		if _, _, err := o.RotateClient(t.Context(), tenant, "actor", c.ID, days); !slices.Equal(fieldsOf(err), []string{"dias"}) {
			t.Errorf("%d days: %v", days, err)
		}
	}
	if err := o.RevokeClient(t.Context(), tenant, "actor", c.ID); err != nil {
		t.Fatal(err)
	}
	for name, act := range map[string]func() error{
		"resumed": func() error { return o.SuspendClient(t.Context(), tenant, "actor", c.ID, false) },
		"rotated": func() error { _, _, err := o.RotateClient(t.Context(), tenant, "actor", c.ID, 1); return err },
		"changed": func() error { return o.SetTerms(t.Context(), tenant, "actor", c.ID, Terms{Name: "x"}) },
	} {
		if err := act(); errs.CodeOf(err) != errs.Conflict {
			t.Errorf("a revoked reader was %s: %v", name, err)
		}
	}
	if c, _ = o.Client(t.Context(), tenant, c.ID); c.Secret != "" || !c.Disabled {
		t.Errorf("revoked: %+v", c)
	}
	if acts := o.audit(); !slices.Equal(acts, []string{"client.add", "client.rotate.overlap", "client.former.end", "client.rotate", "client.revoke"}) {
		t.Errorf("%v", acts)
	}
}

// TestClientTerms: a last day is a whole day in the institution's zone, ranges are kept
// in one form, and all that is wrong is told at once.
func TestClientTerms(t *testing.T) {
	o := newOffice(t)
	c, _, err := o.AddClient(t.Context(), tenant, "actor", "PDN")
	if err != nil {
		t.Fatal(err)
	}
	day := o.now.AddDate(0, 0, 10).Format(time.DateOnly)
	if err := o.SetTerms(t.Context(), tenant, "actor", c.ID, Terms{Name: " Plataforma ", Expires: day, Networks: "203.0.113.7, 2001:db8::/32\n203.0.113.7/32"}); err != nil {
		t.Fatal(err)
	}
	c, _ = o.Client(t.Context(), tenant, c.ID)
	zone, err := time.LoadLocation(Zones[0])
	if err != nil {
		t.Fatal(err)
	}
	if c.Name != "Plataforma" || c.Expires != day || c.Until.In(zone).Format("2006-01-02 15:04") != o.now.AddDate(0, 0, 11).Format(time.DateOnly)+" 00:00" || c.Networks != "203.0.113.7/32\n2001:db8::/32" {
		t.Errorf("%+v", c)
	}
	if a, ok := OneOf(c.Networks); !ok || a != "203.0.113.7" {
		t.Errorf("%q", a)
	}
	if err := o.SetTerms(t.Context(), tenant, "actor", c.ID, Terms{Expires: "mañana", Networks: "300.1.1.1"}); !slices.Equal(fieldsOf(err), []string{"nombre", "redes", "vence"}) {
		t.Errorf("%v", err)
	}
	if err := o.SetTerms(t.Context(), tenant, "actor", c.ID, Terms{Name: "x", Expires: "2020-01-01"}); !slices.Equal(fieldsOf(err), []string{"vence"}) {
		t.Errorf("%v", err)
	}
	if err := o.SetTerms(t.Context(), tenant, "actor", c.ID, Terms{Name: "x"}); err != nil {
		t.Error(err)
	}
	if c, _ = o.Client(t.Context(), tenant, c.ID); c.Expires != "" || !c.Until.IsZero() || c.Networks != "" {
		t.Errorf("%+v", c)
	}
}
