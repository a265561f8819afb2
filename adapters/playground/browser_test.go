package playground

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"circlekeeper/bot"
	"circlekeeper/content"
)

func TestInABrowser(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	p := serve(t, Config{Previews: looks(), Home: asHome, Next: atNine}, &fakeCore{})
	a := open(ctx, t, p.url+"/")
	second, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	other := open(second, t, p.url+"/")
	a.look(1280, 860)
	a.axe("at first")
	a.shot("first")
	a.look(320, 640)
	a.shot("first-phone")
	a.look(1280, 860)

	// A switch holds what other languages call its sides.
	const third = `document.querySelectorAll('.switch span')[2].textContent`
	was := a.eval(third)
	a.eval(third + ` = 'Moderadoramoderador'`)
	if got := a.eval(`[...document.querySelectorAll('.switch')].every(s => s.scrollWidth <= s.clientWidth)`); got != "true" {
		t.Error("what is in a switch stands out of it")
	}
	a.eval(third + ` = '` + was + `'`)

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
		a.look(width, 844)
		a.shot("suggestions-" + strconv.FormatInt(width, 10))
		if got := a.eval(inside); got != "true" {
			t.Errorf("%d px: the suggestions stand out: %s", width, a.eval(`JSON.stringify(document.getElementById('offers').getBoundingClientRect())`))
		}
	}
	a.look(1280, 860)
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
		Footer: []content.Span{{Text: "If you need help now: /crisis"}},
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
	if got := a.eval(`document.getElementById('modal').open`); got != "true" {
		t.Errorf("a form stands in front of the channel: %s", got)
	}
	for _, s := range states("form") {
		a.looks(s)
	}
	a.look(1280, 860)
	a.key(kb.Escape)
	a.until(`!document.getElementById('modal').open && ` + focused("text"))

	// The arrow up brings back what was asked, and the form is filled in.
	a.key(kb.ArrowUp)
	if got := a.eval(`document.getElementById('text').value`); got != "/reminder add" {
		t.Errorf("the arrow up brings back %q", got)
	}
	a.key(kb.Enter)
	a.until(`document.activeElement.getAttribute('aria-invalid') === 'true'`)
	a.eval(`document.querySelector('form.panel select').value = 'agreements'`)
	a.eval(`document.querySelector('form.panel input[value=en]').click()`) // beside es, which is checked
	a.key(kb.Enter)
	a.until(`!document.querySelector('form.panel') && document.getElementById('log').innerText.includes('"langs":"es,en","topic":"agreements"')`)

	// The commands are one stop before the field, with arrows between them.
	a.until(focused("text"))
	a.do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
	a.key(kb.ArrowRight, kb.Enter)
	a.until(`document.getElementById('log').innerText.includes('"Command":"why"') && document.activeElement.textContent.includes('why')`)

	// Pointer: a command's button; then its menu stands open for the pictures.
	a.do(chromedp.Click(`.shortcuts button[data-text="/strategies"]`))
	a.until(private + ` === 5`)
	a.eval(`document.querySelectorAll('article:last-of-type details.menu').forEach(d => { d.open = true })`)
	for _, s := range states("channel") {
		a.looks(s)
	}

	// Slack's look: its command, and Home, whose buttons open in front.
	a.look(1280, 860)
	a.eval(`document.querySelector('input[value=slack]').click()`)
	if got := a.eval(`document.querySelector('.shortcuts button').innerText + document.getElementById('text').placeholder`); got != "/circle strategiesTry /circle strategies" {
		t.Errorf("in Slack one types %q", got)
	}
	a.do(chromedp.Click(`a[href="#home"]`))
	a.until(`document.getElementById('board').innerText.includes('page 0, may change: true') && ` + focused("home"))
	for _, s := range states("home") {
		a.looks(s)
	}
	a.look(1280, 860)
	a.do(chromedp.Click(`#board [data-at]`))
	a.until(`document.getElementById('board').innerText.includes('page 1')`)
	a.do(chromedp.Click(`#board [data-call]`))
	a.until(`document.getElementById('modal').open && document.activeElement.getAttribute('aria-invalid') === 'true'`)
	a.eval(`document.querySelector('form.panel select').value = 'agreements'`)
	a.key(kb.Enter)
	a.until(`document.getElementById('modal').innerText.includes('"topic":"agreements"')`)
	a.key(kb.Escape)
	a.until(`document.getElementById('board').innerText.includes('page 0')`)

	// Another channel: the role and the look stay, and Home is left.
	a.do(chromedp.Navigate(a.eval(`document.querySelector('a[href="/?channel=staff"]').href`)))
	a.until(`document.body.dataset.as === 'moderator' && document.body.dataset.view === 'slack' && document.getElementById('line').dataset.state === 'live'`)
	if got := a.eval(`document.querySelector('input[value=moderator]').checked && document.getElementById('home').hidden`); got != "true" {
		t.Error("the role does not stay")
	}
	if got := a.eval(`[...document.querySelectorAll('.side nav a[aria-current]')].map(l => l.innerText).join()`); got != "# staff" {
		t.Errorf("marked as the present place: %q", got)
	}
	for _, b := range []*tab{a, other} {
		b.noFaults()
	}
}

// A visitor's first look, in their language and by their clock: on a phone the welcome
// stands above what was posted before.
func TestVisitorsInABrowser(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	next := time.Date(2026, 12, 1, 20, 41, 15, 0, time.UTC)
	p := serve(t, Config{Previews: looks(), Home: asHome, Next: func() time.Time { return next }}, &fakeCore{})
	for range 5 {
		if _, err := p.Send(t.Context(), evening, bot.Message{Title: "Posted before", Blocks: []content.Block{content.Text(strings.Repeat("Words. ", 60))}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range []struct{ languages, locale, zone, arrives, button string }{
		{"es-MX,es", "es-MX", "America/Mexico_City", "El próximo recordatorio de ejemplo llega a las 2:41:15 p.m.", "/estrategias"},
		{"en-GB,en", "en-GB", "Europe/London", "The next sample reminder arrives at 20:41:15", "/strategies"},
		{"en-US,en", "en-US", "America/New_York", "The next sample reminder arrives at 3:41:15 PM", "/strategies"},
	} {
		b := visit(ctx, t, p.url+"/", v.languages, v.locale, v.zone, 390, 844)
		if got := b.eval(`document.getElementById('next').innerText`); got != v.arrives {
			t.Errorf("%s: %q", v.locale, got)
		}
		if got := b.eval(`document.querySelector('.shortcuts button').innerText`); got != v.button {
			t.Errorf("%s: the first command is %q", v.locale, got)
		}
		if got := b.eval(`(box => box.top >= 0 && box.bottom < document.getElementById('composer').getBoundingClientRect().top)(document.querySelector('.welcome h3').getBoundingClientRect())`); got != "true" {
			t.Errorf("%s: the welcome is not what is seen first", v.locale)
		}
		b.shot("visitor-" + v.locale)
		b.noFaults()
	}
}
