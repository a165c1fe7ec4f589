package e2e

import (
	"testing"

	"declara/forms"
)

// TestFileWithoutScript lives through the three declarations of an official of
// each level: what is filed first is copied into the next and confirmed there. It
// posts forms as a browser without scripts does.
func TestFileWithoutScript(t *testing.T) {
	for i, level := range forms.AllLevels {
		t.Run(level.Slug(), func(t *testing.T) {
			s := newSite(t, "2025-03-10")
			o := s.hire(int64(41+i), level, "2025-02-17")
			for _, act := range []struct {
				day  string
				kind forms.Type
			}{{"2025-03-10", forms.Inicial}, {"2026-05-12", forms.Modificacion}, {"2026-07-06", forms.Conclusion}} {
				s.setDay(act.day)
				if act.kind == forms.Conclusion {
					s.leave(o, "2026-06-30")
				}
				v := newPlain(s)
				signIn(v, o.login, password)
				w := begin(s, v, o, act.kind, 0.6)
				no := w.file()
				t.Logf("%s %s: %s after %d presses of \"Guardar\"", act.kind, level.Slug(), no, w.pages)
			}
			if n := s.filings(o); n != 3 {
				t.Errorf("%d filings", n)
			}
		})
	}
}
