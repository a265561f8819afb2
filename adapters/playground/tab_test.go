package playground

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser starts a headless Chromium with a fresh profile. Without one the test
// is skipped, unless REQUIRE_BROWSER=1.
func browser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		if os.Getenv("REQUIRE_BROWSER") == "1" {
			t.Fatal("no Chromium found, and REQUIRE_BROWSER=1")
		}
		t.Skip("no Chromium found: install Debian's package chromium to run this test")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// tab is one page in the browser.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu    sync.Mutex
	fault []string // errors in the console and requests to elsewhere
}

func open(ctx context.Context, t *testing.T, url string) *tab {
	t.Helper()
	b := &tab{t: t, ctx: ctx}
	b.do(chromedp.EmulateViewport(1280, 860))
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	b.no(err)
	b.no(chromedp.Listen(ctx, func(ev any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch e := ev.(type) {
		case *runtime.EventExceptionThrown:
			b.fault = append(b.fault, e.ExceptionDetails.Text+" "+e.ExceptionDetails.URL)
		case *cdplog.EventEntryAdded:
			if e.Entry.Level == cdplog.EntryLevelError {
				b.fault = append(b.fault, e.Entry.Text+" "+e.Entry.URL)
			}
		case *network.EventRequestWillBeSent:
			if !strings.HasPrefix(e.Request.URL, url) {
				b.fault = append(b.fault, "request to "+e.Request.URL)
			}
		}
	}))
	// Only one tab of a headless browser has the focus: give it to each.
	_, err = chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	b.no(err)
	b.do(chromedp.Navigate(url))
	b.until(`document.getElementById('line').dataset.state === 'live'`)
	return b
}

func (b *tab) no(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	b.no(chromedp.Do(b.ctx, actions...))
}

// eval gives a JavaScript expression's value as text.
func (b *tab) eval(js string) string {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`String(`+js+`)`))
	if err != nil {
		b.t.Fatalf("%s: %v", js, err)
	}
	return v
}

// until waits for a condition of the page.
func (b *tab) until(js string) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.Poll[chromedp.Void](js, chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(20*time.Second))); err != nil {
		b.t.Fatalf("%s: %v\n%s", js, err, b.eval(`document.body.innerText`))
	}
}

func (b *tab) key(keys ...string) {
	b.t.Helper()
	for _, k := range keys {
		b.do(chromedp.KeyEvent(k))
	}
}

func (b *tab) look(width, height int64) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: "light"}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	b.no(err)
	b.do(chromedp.EmulateViewport(width, height))
}

// shot draws the page and keeps the picture in the folder that SHOTS names.
func (b *tab) shot(name string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	b.no(err)
	if len(png) == 0 {
		b.t.Errorf("%s: no picture", name)
	}
	if dir := os.Getenv("SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
			b.t.Error(err)
		}
	}
}

// axe runs axe-core (https://github.com/dequelabs/axe-core) from the file that
// AXE names.
func (b *tab) axe(when string) {
	b.t.Helper()
	path := os.Getenv("AXE")
	if path == "" {
		b.t.Log("AXE is not set: no accessibility check; it names axe-core's axe.min.js")
		return
	}
	script, err := os.ReadFile(path)
	if err != nil {
		b.t.Fatal(err)
	}
	if b.eval(`'axe' in window`) == "false" {
		b.do(chromedp.Evaluate[chromedp.Void](string(script) + ";0"))
	}
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`axe.run({resultTypes: ['violations']}).then(r => JSON.stringify(r.violations))`, chromedp.EvalAwaitPromise))
	b.no(err)
	var violations []struct {
		ID, Impact, Help string
		Nodes            []struct {
			HTML           string
			FailureSummary string
		}
	}
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		b.t.Fatal(err)
	}
	for _, v := range violations {
		for _, n := range v.Nodes {
			b.t.Errorf("%s: %s (%s): %s\n%s\n%s", when, v.ID, v.Impact, v.Help, n.HTML, n.FailureSummary)
		}
	}
}

// appearance is one way in which a visitor sees the page.
type appearance struct {
	name, scheme  string
	forced        string // "active" where the system chooses the colours
	width, height int64
	zoom          float64
}

// states are the ways in which each state of the page is looked at: a phone, a desk in the
// light and in the dark, a page at 200 %, and colours that the system chooses.
func states(of string) []appearance {
	return []appearance{
		{of + "-390", "light", "none", 390, 844, 1},
		{of + "-1280", "light", "none", 1280, 860, 1},
		{of + "-200", "light", "none", 640, 430, 2},
		{of + "-dark", "dark", "none", 1280, 860, 1},
		{of + "-forced", "light", "active", 1280, 860, 1},
	}
}

// looks shows the page so, and looks whether it is whole and axe-core finds nothing.
func (b *tab) looks(s appearance) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: s.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}, {Name: "forced-colors", Value: s.forced},
	}})
	b.no(err)
	b.do(chromedp.EmulateViewport(s.width, s.height, chromedp.EmulateScale(s.zoom)))
	b.eval(`toEnd()`)
	b.axe(s.name)
	b.shot(s.name)
	if got := b.eval(`document.documentElement.scrollWidth <= innerWidth`); got != "true" {
		b.t.Errorf("%s: the page is wider than the screen: %s", s.name, b.eval(`[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 120)).join('\n')`))
	}
}

// noFaults tells of errors in the console and of requests to elsewhere.
func (b *tab) noFaults() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.fault {
		b.t.Error(f)
	}
}

const private = `document.querySelectorAll('article.private').length`

func focused(id string) string { return `document.activeElement.id === '` + id + `'` }

// visit opens the page with the browser of a visitor from elsewhere.
func visit(ctx context.Context, t *testing.T, url, languages, locale, zone string, width, height int64) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	_, err := chromedp.Call(ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: "a browser", AcceptLanguage: languages})
	if err == nil {
		_, err = chromedp.Call(ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: zone})
	}
	if err == nil {
		_, err = chromedp.Call(ctx, emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: locale})
	}
	must(t, err)
	b := open(ctx, t, url)
	b.look(width, height)
	return b
}
