package web

import (
	"strings"
	"testing"

	"declara/forms"
)

// declareOccasions are the six declarations: the day, and the dates of the roster.
var declareOccasions = []struct {
	t                forms.Type
	key              string
	today, in, leave string
}{
	{forms.Inicial, "inicial-2026-03-03", "2026-04-01", "2026-03-03", ""},
	{forms.Modificacion, "modificacion-2026", "2026-05-14", "2020-01-16", ""},
	{forms.Conclusion, "conclusion-2026-08-15", "2026-09-02", "2020-01-16", "2026-08-15"},
}

// TestDeclareWithoutScript types each of the six declarations through the pages,
// as a browser without a script does, signs it and reads its acuse.
func TestDeclareWithoutScript(t *testing.T) {
	for _, c := range declareOccasions {
		for _, level := range forms.AllLevels {
			t.Run(c.t.Slug()+"-"+level.Slug(), func(t *testing.T) {
				s := newDeclareSite(t, c.today)
				o := s.official(7, level, c.in, c.leave)
				home := o.open("/declaraciones")
				if home.status != 200 || !strings.Contains(home.body, c.key) {
					t.Fatalf("%d\n%s", home.status, home.body)
				}
				id := o.begin(c.key)
				d := o.sample(id, 11, false)
				o.fill(id, d)
				for _, page := range []string{"", "/revisar", "/vista-publica", "/firmar"} {
					if a := o.open(draftPath(id) + page); a.status != 200 || a.path != draftPath(id)+page {
						t.Fatalf("%s: %d %s\n%s", page, a.status, a.path, summaryOf(a.body))
					}
				}
				acuse := o.sign(id)
				if acuse.status != 200 || acuse.path != draftPath(id, "acuse") || !strings.Contains(acuse.body, "VE-2026-000001") {
					t.Fatalf("%d %s\n%s", acuse.status, acuse.path, acuse.body)
				}
			})
		}
	}
}
