package forms

import (
	"context"
	"strings"
	"testing"
)

// The engine's own reading of rules (ruled) knows neither alternatives nor quoted
// commas, so no table may use them; and a list has no rule but that it is needed.
func TestRulesAreReadable(t *testing.T) {
	everyForm(t, func(t *testing.T, f *Form) {
		visit(f, func(s *Section, x *Field, _ [][]Field) {
			if strings.ContainsAny(x.Rules, "|' ") || strings.Contains(x.Rules, "0x2C") {
				t.Errorf("%s: %s has rules %q", s.Key, x.Name, x.Rules)
			}
			if x.Kind == List && x.Rules != "" && x.Rules != "required" || x.Kind == Group && x.Rules != "" {
				t.Errorf("%s: %s has rules %q", s.Key, x.Name, x.Rules)
			}
		})
	})
	if ruled("required,max=5", "max") != true || ruled("maximum=5", "max") || ruled("rfcperson", "rfc") || ruled("", "x") {
		t.Error("ruled reads rules wrongly")
	}
}

func TestOwnRules(t *testing.T) {
	ctx := at(&Draft{Type: Inicial, Today: "2026-05-20", Year: 2026, Event: "2026-03-02"})
	for rule, c := range map[string]struct{ good, bad []string }{
		"rfc":                  {[]string{"GODE561231GR8", "SAT970701NN3"}, []string{"GODE561231", "x"}},
		"rfcperson":            {[]string{"GODE561231GR8"}, []string{"SAT970701NN3"}},
		"rfccompany":           {[]string{"SAT970701NN3"}, []string{"GODE561231GR8"}},
		"rfcbody":              {[]string{"GODE561231"}, []string{"GODE561231GR8"}},
		"homoclave":            {[]string{"GR8"}, []string{"G", "GR88"}},
		"curp":                 {[]string{"PUFE040229MVZRCJA9", "TOMA880125HMNRRN02"}, []string{"TOMA880125HMNRRNO2", "x"}},
		"cp":                   {[]string{"01000"}, []string{"1000", "0100A", "010000"}},
		"phone":                {[]string{"9511234567"}, []string{"951123456", "95112345678", "95112345AB"}},
		"digits":               {[]string{"123", ""}, []string{"12a"}},
		"folio":                {[]string{"FR-001/2 Ñ.#", ""}, []string{"a\nb", "<x>", "🏠"}},
		"notfuture":            {[]string{"2026-05-20", "1950-01-01"}, []string{"2026-05-21"}},
		"notbefore=1900-01-01": {[]string{"1900-01-01"}, []string{"1899-12-31"}},
		"pastyear":             {[]string{"2025-12-31", "2001-01-01"}, []string{"2026-01-01"}},
	} {
		for _, s := range c.good {
			if err := validate.VarCtx(ctx, s, rule); err != nil {
				t.Errorf("%s refuses %q: %v", rule, s, err)
			}
		}
		for _, s := range c.bad {
			if validate.VarCtx(ctx, s, rule) == nil {
				t.Errorf("%s takes %q", rule, s)
			}
		}
	}
	for _, rule := range []string{"notfuture", "pastyear"} {
		if err := validate.VarCtx(context.Background(), "2999-01-01", rule); err != nil {
			t.Errorf("%s without a day to compare with: %v", rule, err)
		}
	}
}

func TestStruct(t *testing.T) {
	type inner struct {
		Page int `validate:"gte=1"`
	}
	type query struct {
		Name  string `validate:"required,max=5"`
		RFC   string `validate:"omitempty,rfc"`
		Inner inner
	}
	if got := Struct(query{Name: "x", Inner: inner{1}}); got != nil {
		t.Errorf("a good struct has problems: %v", got)
	}
	got := Struct(query{Name: "larger", RFC: "x"})
	want := []Problem{{"Name", "max", "5"}, {"RFC", "rfc", ""}, {"Inner.Page", "gte", "1"}}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("problem %d is %v, want %v", i, got[i], want[i])
		}
	}
	if got := Struct(nil); len(got) != 1 {
		t.Errorf("nothing has %v", got)
	}
}
