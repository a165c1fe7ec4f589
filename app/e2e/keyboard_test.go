package e2e

import (
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"declara/forms"
)

// focus is what the keyboard is on.
type focus struct {
	Tag, Type, Name, Value string
	Checked                bool
	Index, Want            int  // of a select: the option chosen, and the one to choose
	Seen                   bool // it is in view, and nothing covers it
	Outline                bool // it shows that the keyboard is on it
}

const focused = `want => {
  const e = document.activeElement, r = e.getBoundingClientRect();
  const shown = e.matches('.op input') ? e.closest('.op') : e; // a radio is drawn by its label
  const b = shown.getBoundingClientRect();
  const top = document.elementFromPoint(b.left + Math.min(b.width / 2, 40), b.top + Math.min(b.height / 2, 20));
  const s = getComputedStyle(shown), own = getComputedStyle(e);
  return {
    Tag: e.tagName, Type: e.type || '', Name: e.name || '', Value: e.value || '', Checked: !!e.checked,
    Index: e.tagName === 'SELECT' ? e.selectedIndex : 0,
    Want: e.tagName === 'SELECT' ? [...e.options].findIndex(o => o.value === ((want[e.name] || [''])[0] || '')) : 0,
    Seen: r.width < 2 || !!top && (shown.contains(top) || top.contains(shown)),
    Outline: [s, own].some(x => x.outlineStyle !== 'none' && x.outlineWidth !== '0px' || x.boxShadow !== 'none'),
  };
}`

// TestKeyboardOnly answers a section and goes on to the next without a mouse. What
// the keyboard is on must be in view, uncovered by the bars that stay in place
// (WCAG 2.1.1, 2.4.7, 2.4.11).
func TestKeyboardOnly(t *testing.T) {
	for _, width := range []int64{1280, 360} {
		s := newSite(t, "2025-03-10")
		o := s.hire(91, forms.Simplified, "2025-02-17")
		v := newTab(s, width, true)
		signIn(v, o.login, password)
		w := begin(s, v, o, forms.Inicial, 0)
		v.open(w.path("s", "datosGenerales"))
		want := map[string][]string{}
		for _, c := range v.now().controls() {
			if values, ok := w.answers(c.attrs["name"]); ok {
				want[c.attrs["name"]] = values
			}
		}
		keys := func(k string) { v.do(chromedp.KeyEvent(k)) }
		done := false
		for range 200 {
			keys(kb.Tab)
			f := eval[focus](v, "("+focused+")("+show(want)+")")
			if f.Tag == "BODY" {
				break
			}
			if !f.Seen {
				t.Errorf("%d px: the keyboard is on %s %s, which cannot be seen", width, strings.ToLower(f.Tag), f.Name+f.Value)
			}
			if !f.Outline {
				t.Errorf("%d px: nothing shows that the keyboard is on %s %s", width, strings.ToLower(f.Tag), f.Name+f.Value)
			}
			values, asked := want[f.Name]
			one := ""
			if len(values) > 0 {
				one = values[0]
			}
			switch {
			case f.Tag == "BUTTON" && f.Name == "accion" && f.Value == "continuar":
				v.arrive(chromedp.KeyEvent(kb.Enter))
				done = true
			case !asked || one == "":
			case f.Tag == "SELECT":
				for range f.Want - f.Index {
					keys(kb.ArrowDown)
				}
			case f.Type == "radio":
				for range 12 {
					if f.Checked && f.Value == one {
						break
					}
					if f.Checked {
						keys(kb.ArrowDown)
					} else {
						keys(" ")
					}
					f = eval[focus](v, "("+focused+")("+show(want)+")")
				}
			case f.Type == "checkbox":
				if slices.Contains(values, f.Value) != f.Checked {
					keys(" ")
				}
			default:
				keys(one)
			}
			if done {
				break
			}
		}
		if p := v.now(); !done || p.url.Path == w.path("s", "datosGenerales") {
			t.Fatalf("%d px: the keyboard came to %s: %s", width, p, p.errors())
		}
		a := s.work(o, w.id).Kept.Draft.Answers
		for name, values := range want {
			typed := strings.Join(a[forms.Path(name)], " ")
			if len(values) > 0 && typed != strings.Join(values, " ") {
				t.Errorf("%d px: %s was typed as %q and is %q", width, name, values, typed)
			}
		}
	}
}
