package e2e

import (
	_ "embed"
	"fmt"
	"strings"
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
	eval[bool](v, axeSource+"\n;true")
	for _, x := range eval[[]violation](v, axeRun) {
		v.t.Errorf("%s: %s: %s: %s", v.at, x.Rule, x.Node, strings.ReplaceAll(x.Why, "\n", " "))
	}
}

// narrow looks for sideways scrolling at the width of a small phone, which is also
// a desk at 400 % (WCAG 1.4.10).
func narrow(v *tab) {
	v.t.Helper()
	for _, width := range []int64{320, 360} {
		v.resize(width)
		const sideways = `(w => {
  const out = [];
  if (document.documentElement.scrollWidth <= w) return out;
  for (const e of document.querySelectorAll('body *')) {
    const r = e.getBoundingClientRect();
    if (r.right > w + 1 && r.width > 0) out.push(e.tagName.toLowerCase() + '.' + e.className + ' ' + Math.round(r.right) + ' ' + e.textContent.trim().slice(0, 50));
  }
  return out.concat('the page is ' + document.documentElement.scrollWidth + ' px wide');
})`
		if out := eval[[]string](v, fmt.Sprintf("%s(%d)", sideways, width)); len(out) > 0 {
			v.t.Errorf("%s scrolls sideways at %d px: %s", v.at, width, strings.Join(out[:min(len(out), 6)], "; "))
		}
	}
	v.resize(v.width)
}
