package playground

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"circlekeeper/bot"
	"circlekeeper/content"
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
		b.t.Fatalf("%s: %v\n%s", js, err, b.eval(`document.getElementById('log').innerText`))
	}
}

func (b *tab) key(keys ...string) {
	b.t.Helper()
	for _, k := range keys {
		b.do(chromedp.KeyEvent(k))
	}
}

func (b *tab) look(scheme string, width, height int64) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
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
	b.do(chromedp.Evaluate[chromedp.Void](string(script) + ";0"))
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`axe.run().then(r => JSON.stringify(r.violations))`, chromedp.EvalAwaitPromise))
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
			report := b.t.Logf
			if v.Impact == "serious" || v.Impact == "critical" {
				report = b.t.Errorf
			}
			report("%s: %s (%s): %s\n%s\n%s", when, v.ID, v.Impact, v.Help, n.HTML, n.FailureSummary)
		}
	}
}

const private = `document.querySelectorAll('article.private').length`

func focused(id string) string { return `document.activeElement.id === '` + id + `'` }

func TestInABrowser(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	p := serve(t, Config{Previews: looks(), Next: atNine}, &fakeCore{})
	a := open(ctx, t, p.url+"/")
	second, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	other := open(second, t, p.url+"/")
	a.look("light", 1280, 860)
	a.axe("at first")
	a.shot("first")
	a.look("light", 320, 640)
	a.shot("first-phone")
	a.look("light", 1280, 860)

	// By keyboard alone: the skip link, a suggestion, a question.
	a.key(kb.Tab)
	if got := a.eval(`document.activeElement.className`); got != "skip" {
		t.Errorf("the first stop is %q", got)
	}
	a.key(kb.Enter)
	a.until(focused("text"))
	a.key("/", "s", "t", "r")
	a.until(`document.querySelectorAll('#offers li').length === 1`)
	a.axe("with suggestions")
	a.key(kb.ArrowDown)
	a.shot("suggestions")
	const inside = `(({left, right, top}, box) => left >= box.left && right <= box.right && top >= 0)(document.getElementById('offers').getBoundingClientRect(), document.getElementById('composer').getBoundingClientRect()) && document.documentElement.scrollWidth <= innerWidth`
	for _, width := range []int64{1280, 390, 320} {
		a.look("light", width, 844)
		a.shot("suggestions-" + strconv.FormatInt(width, 10))
		if got := a.eval(inside); got != "true" {
			t.Errorf("%d px: the suggestions stand out: %s", width, a.eval(`JSON.stringify(document.getElementById('offers').getBoundingClientRect())`))
		}
	}
	a.look("light", 1280, 860)
	if got := a.eval(`document.getElementById(document.getElementById('text').getAttribute('aria-activedescendant')).ariaSelected`); got != "true" {
		t.Errorf("the suggestion is selected: %s", got)
	}
	a.key(kb.Enter)
	a.until(private + ` === 1 && ` + focused("text") + ` && document.getElementById('text').value === ''`)
	a.key("w", "h", "y", kb.Enter)
	a.until(private + ` === 2`)

	// The menu, as Discord shows it: opened, walked and chosen by keyboard.
	a.eval(`document.querySelector('.look.discord .menu summary').focus()`)
	a.key(kb.Enter, kb.Tab, kb.Enter)
	a.until(`document.querySelector('article.private').innerText.includes('Say back what you heard')`)
	if got := a.eval(private + ` + document.activeElement.tagName`); got != "2ARTICLE" {
		t.Errorf("the answer takes the message's place and the focus: %s", got)
	}

	// A reminder reaches both tabs; what was asked stays in one.
	if _, err := p.Send(t.Context(), evening, bot.Message{
		Key: "k1", Title: "What is shared here stays here",
		Blocks: []content.Block{content.Text("Tell your own story. Leave other people's stories with them: it lets everyone speak without fear.")},
		Footer: "If you need help now: /crisis",
	}); err != nil {
		t.Fatal(err)
	}
	for _, b := range []*tab{a, other} {
		b.until(`document.querySelectorAll('#log article:not(.private)').length === 1`)
		if !strings.Contains(b.eval(`document.getElementById('log').innerText`), "stays here") {
			t.Error("the reminder is not readable")
		}
	}
	if got := other.eval(private); got != "0" {
		t.Errorf("another tab has %s private answers", got)
	}
	if got := a.eval(`document.getElementById('log').ariaLive + document.getElementById('log').role`); got != "politelog" {
		t.Errorf("the log is %s", got)
	}

	// A moderator's form: the field with the mistake has the focus.
	a.eval(`document.querySelector('input[value=moderator]').click()`)
	a.eval(`document.getElementById('text').focus()`)
	for _, c := range "/reminder add" {
		a.key(string(c))
	}
	a.key(kb.Enter)
	a.until(`document.activeElement.getAttribute('aria-invalid') === 'true'`)
	a.axe("with a form")
	a.shot("form")
	a.eval(`document.querySelector('form.panel select').value = 'agreements'`)
	a.key(kb.Enter)
	a.until(`!document.querySelector('form.panel') && document.getElementById('log').innerText.includes('"topic":"agreements"')`)

	// Pointer: a command's button; then its menu stands open for the pictures.
	a.do(chromedp.Click(`.shortcuts button[data-text="/strategies"]`))
	a.until(private + ` === 4`)
	a.eval(`document.querySelectorAll('article:last-of-type details.menu').forEach(d => { d.open = true })`)

	for _, s := range []struct {
		name, scheme, view string
		width, height      int64
	}{
		{"light", "light", "discord", 1280, 860},
		{"light-slack", "light", "slack", 1280, 860},
		{"light-both", "light", "all", 1440, 900},
		{"dark", "dark", "discord", 1280, 860},
		{"dark-both", "dark", "all", 1440, 900},
		{"phone", "light", "discord", 320, 640},
		{"phone-dark", "dark", "slack", 320, 640},
	} {
		a.look(s.scheme, s.width, s.height)
		a.eval(`document.querySelector('input[value=` + s.view + `]').click()`)
		a.eval(`toEnd()`)
		a.axe(s.name)
		a.shot(s.name)
		if got := a.eval(`document.documentElement.scrollWidth <= innerWidth`); got != "true" {
			t.Errorf("%s: the page is wider than the screen: %s", s.name, a.eval(`[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 120)).join('\n')`))
		}
	}
	for _, b := range []*tab{a, other} {
		b.mu.Lock()
		for _, f := range b.fault {
			t.Error(f)
		}
		b.mu.Unlock()
	}
}
