package e2e

import (
	_ "embed"
	"fmt"
	"strings"
	"testing"
)

// axe.min.js is axe-core 4.14.1 by Deque Systems, MPL-2.0 (testdata/axe.LICENSE).
//
//go:embed testdata/axe.min.js
var axeSource string

// violation is one element that breaks one rule.
type violation struct{ Rule, Node, Why string }

const axeRun = `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']})
  .then(r => r.violations.flatMap(v => v.nodes.map(n => ({Rule: v.id, Node: n.target.join(' ') + ' ' + n.html.slice(0, 160), Why: n.failureSummary}))))`

// axe looks for barriers on the page, by every rule of WCAG 2.0 to 2.2, A and AA,
// and by the good practice that axe knows.
func axe(v *tab) {
	v.t.Helper()
	if !v.script {
		v.scripts(true) // axe is one; those of the page have had their chance
		defer v.scripts(false)
	}
	for _, x := range barriers(v) {
		v.t.Errorf("%s: %s: %s: %s", v.at, x.Rule, x.Node, strings.ReplaceAll(x.Why, "\n", " "))
	}
}

func barriers(v *tab) []violation {
	v.t.Helper()
	eval[bool](v, axeSource+"\n;true")
	return eval[[]violation](v, axeRun)
}

// TestBarriersAreFound plants what axe and the browser have to complain of.
func TestBarriersAreFound(t *testing.T) {
	v := newTab(newSite(t, today), 1280, true)
	v.open("/entrar")
	v.provoke("Content Security Policy", "planted")
	eval[bool](v, `(m => { m.innerHTML = '<img src="/none"><input><p style="color:#ccc;background:#fff">gris</p>'; console.error('planted'); return true })(document.querySelector('main'))`)
	rules := map[string]bool{}
	for _, x := range barriers(v) {
		rules[x.Rule] = true
	}
	if !rules["image-alt"] || !rules["label"] || !rules["page-has-heading-one"] {
		t.Errorf("found %v", rules)
	}
	v.until(`true`)
	v.mu.Lock()
	defer v.mu.Unlock()
	heard := strings.Join(v.faults, "\n")
	for _, part := range v.expect {
		if !strings.Contains(heard, part) {
			t.Errorf("%q was not heard", part)
		}
	}
	v.expect = append(v.expect, "/none")
}

// narrow looks for sideways scrolling at the width of a small phone, which is also
// a desk at 400 % (WCAG 1.4.10).
func narrow(v *tab) {
	v.t.Helper()
	for _, width := range []int64{320, 360} {
		v.resize(width)
		const sideways = `(w => {
  if (document.documentElement.scrollWidth <= w) return [];
  const wide = [...document.querySelectorAll('body *')].filter(e => {
    if (e.getBoundingClientRect().right <= w + 1 || e.closest('svg, .oculto') || getComputedStyle(e).display === 'inline') return false;
    const was = e.style.width;
    e.style.width = 'min-content';
    const least = e.getBoundingClientRect().width;
    e.style.width = was;
    return least > w - 32;
  });
  const deepest = wide.filter(e => !wide.some(o => o !== e && e.contains(o)));
  return ['the page is ' + document.documentElement.scrollWidth + ' px wide', ...deepest.map(e => e.outerHTML.replace(/\s+/g, ' ').slice(0, 160))];
})`
		if out := eval[[]string](v, fmt.Sprintf("%s(%d)", sideways, width)); len(out) > 0 {
			v.t.Errorf("%s scrolls sideways at %d px: %s", v.at, width, strings.Join(out[:min(len(out), 6)], "; "))
		}
	}
	v.resize(v.width)
}

// seen looks at the page: it says these words, has no barriers, and stands on a narrow
// telephone. Its picture has a name.
func (v *tab) seen(name string, says ...string) {
	v.t.Helper()
	for _, text := range says {
		if !v.at.says(text) {
			v.t.Errorf("%s lacks %q", v.at, text)
		}
	}
	axe(v)
	narrow(v)
	v.shot(name)
}
