package e2e

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	devtools "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var (
	chromium = flag.String("chromium", "/usr/bin/chromium", "the browser")
	shots    = flag.String("shots", "", "folder for pictures of pages that a person wants to look at")
)

// browser is the one Chromium of a run of the tests.
var browser struct {
	once sync.Once
	ctx  context.Context
	stop func()
	err  error
}

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if browser.stop != nil {
		browser.stop()
	}
	os.Exit(code)
}

// chrome is the browser, started by the first test that needs it.
func chrome(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("-short leaves the browser out")
	}
	if _, err := os.Stat(*chromium); err != nil {
		t.Skipf("no browser: %v (give one with -chromium)", err)
	}
	browser.once.Do(func() {
		opts := slices.Clone(chromedp.DefaultExecAllocatorOptions[:])
		opts = append(opts, chromedp.ExecPath(*chromium), chromedp.NoSandbox, chromedp.DisableGPU,
			chromedp.Flag("disable-component-update", true), chromedp.Flag("accept-lang", "es-MX"))
		alloc, end := chromedp.NewExecAllocator(context.Background(), opts...)
		ctx, stop := chromedp.NewContext(alloc)
		browser.ctx, browser.stop = ctx, func() { stop(); end() }
		browser.err = chromedp.Do(ctx, chromedp.Navigate("about:blank"))
	})
	if browser.err != nil {
		t.Fatalf("the browser does not start: %v", browser.err)
	}
	return browser.ctx
}

// tab is a visitor with Chromium. Its cookies are its own, unless it was opened
// beside another.
type tab struct {
	t      *testing.T
	base   string
	ctx    context.Context
	script bool
	width  int64
	at     *page
	look   func() // runs on every page that is led to
	of     *site

	mu     sync.Mutex
	faults []string // of the console: errors, and what the content policy blocked
	expect []string // parts of the faults that the test provokes
}

// wait is the longest that a page may take, on a machine that does other things.
const wait = 30 * time.Second

// newTab opens a tab with cookies of its own.
func newTab(s *site, width int64, script bool) *tab {
	s.Helper()
	return openTab(s, chrome(s.T), width, script, chromedp.WithNewBrowserContext())
}

// beside opens another tab of the same person.
func (v *tab) beside(s *site) *tab {
	s.Helper()
	return openTab(s, v.ctx, v.width, v.script)
}

func openTab(s *site, parent context.Context, width int64, script bool, opts ...chromedp.ContextOption) *tab {
	s.Helper()
	v := &tab{t: s.T, of: s, base: s.base, script: script, width: width}
	ctx, stop := chromedp.NewContext(parent, append(opts, chromedp.WithListener(v.hear))...)
	v.ctx = ctx
	s.Cleanup(func() {
		stop()
		v.mu.Lock()
		defer v.mu.Unlock()
		for _, f := range v.faults {
			if !slices.ContainsFunc(v.expect, func(e string) bool { return strings.Contains(f, e) }) {
				s.Errorf("browser: %s", f)
			}
		}
	})
	// The tab lives as long as the context of its first step.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		s.Fatalf("browser: %v", err)
	}
	v.resize(width)
	v.scripts(script)
	return v
}

func (v *tab) site() *site { return v.of }

// hear notes what the browser complains of. It must not wait for anything.
func (v *tab) hear(ev any) {
	switch ev := ev.(type) {
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError || ev.Entry.Source == log.EntrySourceSecurity {
			v.fault("%s: %s (%s)", ev.Entry.Source, ev.Entry.Text, ev.Entry.URL)
		}
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError {
			v.fault("console.error: %s", show(ev.Args))
		}
	case *runtime.EventExceptionThrown:
		v.fault("exception: %s %s", ev.ExceptionDetails.Text, show(ev.ExceptionDetails.Exception))
	case *devtools.EventJavascriptDialogOpening:
		v.fault("dialog: %s %s", ev.Type, ev.Message)
		go func() {
			_, _ = chromedp.Call(v.ctx, devtools.HandleJavaScriptDialog, devtools.HandleJavaScriptDialogParams{Accept: true})
		}()
	}
}

func (v *tab) fault(format string, a ...any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.faults = append(v.faults, fmt.Sprintf(format, a...))
}

// provoke says which complaints the test is going to cause.
func (v *tab) provoke(parts ...string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.expect = append(v.expect, parts...)
}

func (v *tab) fail(format string, a ...any) { v.t.Helper(); v.t.Fatalf(format, a...) }

func (v *tab) now() *page { return v.at }

func (v *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, stop := context.WithTimeout(v.ctx, wait)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		v.fail("browser, at %s: %v", v.at, err)
	}
}

// eval runs an expression in the page and decodes what it gives, which may be a
// promise.
func eval[T any](v *tab, expression string) T {
	v.t.Helper()
	ctx, stop := context.WithTimeout(v.ctx, wait)
	defer stop()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		v.fail("browser, at %s: %v: %.120s", v.at, err, expression)
	}
	return out
}

// resize makes the window as wide as a desk's or a phone's.
func (v *tab) resize(width int64) {
	v.t.Helper()
	height := int64(900)
	if width < 600 {
		height = 740
	}
	call(v, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 600,
	})
}

// scripts switches scripts on or off from the next page on.
func (v *tab) scripts(on bool) {
	v.t.Helper()
	call(v, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

// dark asks for the dark colours.
func (v *tab) dark(on bool) {
	v.t.Helper()
	scheme := "light"
	if on {
		scheme = "dark"
	}
	call(v, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

// call sends a command of the protocol.
func call[P, R any](v *tab, cmd cdp.Command[P, R], params P) R {
	v.t.Helper()
	ctx, stop := context.WithTimeout(v.ctx, wait)
	defer stop()
	r, err := chromedp.Call(ctx, cmd, params)
	if err != nil {
		v.fail("browser: %s: %v", cmd.Method, err)
	}
	return r
}

func (v *tab) open(path string) *page {
	v.t.Helper()
	return v.arrive(chromedp.Navigate(v.base + path))
}

// arrive does what leads to a page, waits until it is there, and reads it.
func (v *tab) arrive(step chromedp.Action[chromedp.Void]) *page {
	v.t.Helper()
	ctx, stop := context.WithTimeout(v.ctx, wait)
	defer stop()
	resp, err := chromedp.RunResponse(ctx, step)
	if err != nil {
		v.fail("browser, leaving %s: %v", v.at, err)
	}
	status := 0
	if resp != nil {
		status = int(resp.Status)
	}
	return v.read(status)
}

// read takes the page as it is now.
func (v *tab) read(status int) *page {
	v.t.Helper()
	got := eval[[2]string](v, `[location.href, document.documentElement.outerHTML]`)
	at, err := url.Parse(got[0])
	if err != nil {
		v.fail("%v", err)
	}
	v.at = &page{status: status, url: at, raw: got[1]}
	if v.at.root, err = parse(got[1]); err != nil {
		v.fail("%s: %v", at.Path, err)
	}
	if v.look != nil {
		v.look()
	}
	return v.at
}

// fill answers what is asked, control by control, as long as answering brings up
// more.
func (v *tab) fill(want typed) {
	v.t.Helper()
	all := map[string][]string{}
	for _, c := range v.at.controls() {
		if values, ok := want(c.attrs["name"]); ok {
			all[c.attrs["name"]] = values
		}
	}
	if len(all) == 0 {
		return
	}
	text, err := json.Marshal(all)
	if err != nil {
		v.fail("%v", err)
	}
	for end := time.Now().Add(wait); ; {
		got := eval[filled](v, "("+answer+")("+string(text)+")")
		if got.Changed == 0 && (len(got.Waiting) == 0 || !v.script) {
			return
		}
		if time.Now().After(end) {
			v.fail("%s: filling in does not end: %+v", v.at, got)
		}
		if got.Changed == 0 {
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// filled is how answering went: how many controls changed, and which lists have
// not got the option that is to be chosen.
type filled struct {
	Changed int      `json:"changed"`
	Waiting []string `json:"waiting"`
}

// answer gives the shown controls their values, and the events that a person's
// typing causes.
const answer = `want => {
  let changed = 0; const waiting = [];
  const tell = (e, ...names) => names.forEach(n => e.dispatchEvent(new Event(n, {bubbles: true})));
  for (const e of document.querySelectorAll('main [name]')) {
    const w = want[e.name];
    if (!w || e.type === 'hidden' || e.closest('[hidden]') || e.tagName === 'BUTTON') continue;
    const fold = e.closest('details:not([open])');
    if (e.type === 'radio' || e.type === 'checkbox') {
      const on = w.includes(e.value);
      if (on !== e.checked && (on || e.type === 'checkbox')) { e.click(); changed++; }
    } else if (e.tagName === 'SELECT') {
      const one = w[0] || '';
      if (e.value === one) continue;
      if (![...e.options].some(o => o.value === one)) { waiting.push(e.name); continue; }
      if (fold) fold.open = true;
      e.value = one; tell(e, 'input', 'change'); changed++;
    } else if (e.value !== (w[0] || '').replace(/\r\n/g, '\n')) {
      if (fold) fold.open = true;
      e.focus(); e.value = w[0] || ''; tell(e, 'input', 'change'); changed++;
    }
  }
  return {changed, waiting};
}`

// mark tells which button is to be pressed: as page.button does.
const marked = `(name, value) => {
  document.querySelectorAll('[data-e2e]').forEach(e => e.removeAttribute('data-e2e'));
  const all = [...document.querySelectorAll('main button')].filter(b => b.type !== 'button' && !b.closest('[hidden]'));
  const b = name === '' ? all.find(b => !b.name) : all.filter(b => b.name === name && b.value === value && !b.classList.contains('oculto')).pop();
  if (b) { b.setAttribute('data-e2e', ''); b.closest('details') && (b.closest('details').open = true); }
  return !!b;
}`

func (v *tab) find(name, value string) {
	v.t.Helper()
	args, err := json.Marshal([]string{name, value})
	if err != nil {
		v.fail("%v", err)
	}
	if !eval[bool](v, "("+marked+")(..."+string(args)+")") {
		v.fail("%s has no button %s=%s", v.at, name, value)
	}
}

// press clicks with the mouse, so that a button that something covers is found
// out.
func (v *tab) press(name, value string) {
	v.t.Helper()
	v.find(name, value)
	v.arrive(chromedp.Click(chromedp.CSS("[data-e2e]")))
}

// again clicks what may change the page without leaving it, and waits until it is
// another page or has another number of controls.
func (v *tab) again(name, value string) {
	v.t.Helper()
	v.find(name, value)
	const state = `performance.timeOrigin + ' ' + document.querySelectorAll('main [name]').length`
	before := eval[string](v, state)
	v.do(chromedp.Click(chromedp.CSS("[data-e2e]")))
	v.until(`document.readyState === "complete" && ` + state + ` !== "` + before + `"`)
	v.read(v.at.status)
}

// until waits for a condition of the page, which may be another by then.
func (v *tab) until(condition string) {
	v.t.Helper()
	ctx, stop := context.WithTimeout(v.ctx, wait)
	defer stop()
	for ctx.Err() == nil {
		if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](condition)); ok && err == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	v.fail("%s: never %s", v.at, condition)
}
