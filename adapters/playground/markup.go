package playground

import (
	"html"
	"html/template"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// markup writes HTML. Every text and attribute value goes through its methods,
// which escape; tags are constants of this package.
type markup struct {
	b     strings.Builder
	w     *words.Reader     // for the page's own texts
	calls map[string]string // encoded calls by label; see labels
}

func (m *markup) html() template.HTML { return template.HTML(m.b.String()) } //nolint:gosec // escaped piece by piece below

// open writes a start tag with attribute pairs; an empty tag writes nothing.
func (m *markup) open(tag string, attrs ...string) {
	if tag == "" {
		return
	}
	m.b.WriteString("<" + tag)
	for i := 0; i+1 < len(attrs); i += 2 {
		m.b.WriteString(" " + attrs[i] + `="` + html.EscapeString(attrs[i+1]) + `"`)
	}
	m.b.WriteString(">")
}

func (m *markup) close(tag string) {
	if tag != "" {
		m.b.WriteString("</" + tag + ">")
	}
}

func (m *markup) text(s string) { m.b.WriteString(html.EscapeString(s)) }

func (m *markup) el(tag, text string, attrs ...string) {
	m.open(tag, attrs...)
	m.text(text)
	m.close(tag)
}

func (m *markup) span(text string, bold, italic bool, link string) {
	href := safe(link)
	strong, em := "", ""
	if bold {
		strong = "strong"
	}
	if italic {
		em = "em"
	}
	if href != "" {
		m.anchor(href)
	}
	m.open(strong)
	m.open(em)
	m.text(text)
	m.close(em)
	m.close(strong)
	if href != "" {
		m.close("a")
	}
}

func (m *markup) anchor(href string, attrs ...string) {
	m.open("a", append([]string{"href", href, "rel", "noopener noreferrer", "target", "_blank"}, attrs...)...)
}

// safe returns web and telephone addresses unchanged, and nothing for all others.
func safe(link string) string {
	for _, scheme := range []string{"https://", "http://", "tel:", "sms:", "mailto:"} {
		if len(link) > len(scheme) && strings.EqualFold(link[:len(scheme)], scheme) {
			return link
		}
	}
	return ""
}

// undrawn marks a part of a message that the page cannot draw.
func (m *markup) undrawn(tag string) {
	m.el(tag, m.w.T("(a part that this page does not draw)"), "class", "subtext")
}

// button is a control that can be pressed, in any look.
type button struct {
	label, hint string
	style       string // "", "primary" or "danger"
	link        string
	call        string   // an encoded call, if it is known
	ids         []string // IDs of the payload that may hold a call
	at          string   // the page of Slack's Home that it opens
}

// target returns the call of a button; empty if there is none.
func (m *markup) target(b button) string {
	for _, id := range append([]string{b.call}, b.ids...) {
		if _, err := bot.DecodeCall(id); err == nil {
			return id
		}
	}
	return m.calls[b.label]
}

func (m *markup) button(b button) {
	tag := m.control(b, "press "+b.style)
	m.text(b.label)
	m.close(tag)
}

// control opens the element of a button, and returns its tag.
func (m *markup) control(b button, class string) (tag string) {
	if href := safe(b.link); href != "" {
		m.anchor(href, "class", class)
		return "a"
	}
	does, what := "disabled", ""
	if call := m.target(b); b.at != "" {
		does, what = "data-at", b.at
	} else if call != "" {
		does, what = "data-call", call
	}
	m.open("button", "type", "button", "class", class, does, what)
	return "button"
}

// menu begins a drop-down, option adds to it, endMenu ends it. It opens within the page, so
// that it works the same with keyboard, pointer and screen reader.
func (m *markup) menu(label string) {
	m.open("details", "class", "menu")
	m.el("summary", label)
	m.open("ul")
}

func (m *markup) option(b button) {
	m.open("li")
	tag := m.control(b, "option")
	m.el("span", b.label)
	if b.hint != "" {
		m.text(" ")
		m.el("small", b.hint)
	}
	m.close(tag)
	m.close("li")
}

func (m *markup) endMenu() {
	m.close("ul")
	m.close("details")
}
