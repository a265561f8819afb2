package content

import (
	"slices"
	"testing"
	"testing/fstest"
)

// A command that is a separate word in a card is a fact from the moment the card is read. The hash is
// that of the text as it was written.
func TestACardNamesCommands(t *testing.T) {
	t.Parallel()
	const head = "---\nid: a-card\nkind: agreement\ntitle: Ours\nsource: Us\norder: 99\n---\n"
	for text, want := range map[string][]Span{
		"Use /crisis.":                 {{Text: "Use "}, {Text: "/crisis", Fact: Named("crisis")}, {Text: "."}},
		"/contact":                     {{Text: "/contact", Fact: Named("contact")}},
		"See /next":                    {{Text: "See "}, {Text: "/next", Fact: Named("next")}},
		"**Use /crisis** or /contact!": {{Text: "Use ", Bold: true}, {Text: "/crisis", Bold: true, Fact: Named("crisis")}, {Text: " or "}, {Text: "/contact", Fact: Named("contact")}, {Text: "!"}},
		"Fill in the e-mail/contact form of clinic.example/contact, not /contacts, /next-door or /crisis-line.": {{Text: "Fill in the e-mail/contact form of clinic.example/contact, not /contacts, /next-door or /crisis-line."}},
		"**email**/contact":                    {{Text: "email", Bold: true}, {Text: "/contact"}},
		"[/contact](https://example.org/a)":    {{Text: "/contact", Link: "https://example.org/a"}},
		"(/crisis), «/crisis»: /crisis/crisis": {{Text: "("}, {Text: "/crisis", Fact: Named("crisis")}, {Text: "), «"}, {Text: "/crisis", Fact: Named("crisis")}, {Text: "»: /crisis/crisis"}},
	} {
		l, err := Load(Options{Dir: fstest.MapFS{"en/a-card.md": {Data: []byte(head + text + "\n")}}})
		must(t, err)
		c, _ := l.Exact("a-card", English)
		if got := c.Answer[0].Items[0]; !slices.Equal(got, want) {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
		whole := c
		whole.Answer = EachItem(c.Answer, func(item []Span) (out []Span) { // as it was before
			for _, s := range item {
				if n := len(out); n > 0 && sameStyle(out[n-1], s) {
					out[n-1].Text += s.Text
					continue
				}
				out = append(out, Span{Text: s.Text, Bold: s.Bold, Italic: s.Italic, Link: s.Link})
			}
			return out
		})
		if hash(whole) != c.Hash {
			t.Errorf("%s: the hash depends on the commands", text)
		}
	}
}
