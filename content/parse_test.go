package content

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

const head = "---\nid: a-card\nkind: agreement\ntitle: A title\nsource: Somewhere\norder: 1\n---\n"

func TestParseReadsACard(t *testing.T) {
	t.Parallel()
	src := strings.Replace(head, "order: 1\n", "order: 1\ndraft: true\nlimits: true\noption: outside-contact=allowed\n", 1) + `
**Bold** and *italic*, both
in ***one*** [line](https://example.org/a?b=c).

- first [(323) 488-4114](tel:+13234884114)
- second \*star\*

## More here {#more}
More.

## For facilitators {#facilitators}

* do

* this
`
	d, err := parse("en/a-card.md", "en", []byte(src))
	must(t, err)
	want := Card{
		ID: "a-card", Lang: "en", Kind: Agreement, Title: "A title", Source: "Somewhere", Order: 1, Draft: true, File: "en/a-card.md",
		Answer: []Block{
			{Kind: Paragraph, Items: [][]Span{{
				{Text: "Bold", Bold: true}, {Text: " and "}, {Text: "italic", Italic: true}, {Text: ", both in "},
				{Text: "one", Bold: true, Italic: true}, {Text: " "}, {Text: "line", Link: "https://example.org/a?b=c"}, {Text: "."},
			}}},
			{Kind: List, Items: [][]Span{
				{{Text: "first "}, {Text: "(323) 488-4114", Link: "tel:+13234884114"}},
				{{Text: "second *star*"}},
			}},
		},
		Sections: []Section{
			{ID: "more", Title: "More here", Blocks: []Block{Text("More.")}},
			{ID: "facilitators", Title: "For facilitators", Blocks: []Block{Bullets("do", "this")}},
		},
	}
	if !reflect.DeepEqual(d.card, want) {
		t.Errorf("got  %+v\nwant %+v", d.card, want)
	}
	if !d.limits || d.option != "outside-contact=allowed" {
		t.Errorf("limits %v, option %q", d.limits, d.option)
	}
	if want := []int{12, 15, 19, 23}; !reflect.DeepEqual(d.lines, want) {
		t.Errorf("blocks stand on lines %v, want %v", d.lines, want)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	body := func(s string) string { return head + s }
	front := func(old, new string) string { return strings.Replace(head, old, new, 1) + "Text.\n" }
	tests := []struct {
		name, src string
		line      int
		reason    string
	}{
		{"empty file", "", 1, "no front matter"},
		{"no front matter", "Text.\n", 1, "no front matter"},
		{"open front matter", "---\nid: x\n", 1, "no closing line"},
		{"unknown key", front("order: 1", "order: 1\ncolour: red"), 7, `unknown key "colour": known are id, kind, title,`},
		{"key twice", front("order: 1", "order: 1\nid: b"), 7, "stands twice"},
		{"missing title", front("title: A title\n", ""), 1, `lacks "title"`},
		{"missing source", front("source: Somewhere\n", ""), 1, `lacks "source"`},
		{"bad YAML", front("title: A title", "title: [A"), 4, "not closed"},
		{"bad indent in YAML", front("title: A title", "title: A: b"), 4, "front matter"},
		{"not a mapping", "---\n- a\n---\nText.\n", 1, "key: value"},
		{"alias", front("title: A title", "title: &a A\nsource: *a\nx: y"), 4, "takes text"},
		{"nested value", front("title: A title", "title: {a: b}"), 4, "takes text"},
		{"number as title", front("title: A title", "title: 12"), 4, "takes text"},
		{"null title", front("title: A title", "title:"), 4, "takes text"},
		{"empty title", front("title: A title", `title: ""`), 4, "1 to 100"},
		{"long title", front("A title", strings.Repeat("a", 101)), 4, "1 to 100"},
		{"upper-case id", front("a-card", "A-Card"), 2, "lower-case"},
		{"long id", front("a-card", strings.Repeat("a", 41)), 2, "at most 40"},
		{"unknown kind", front("agreement", "poem"), 3, `unknown kind "poem": known are foundation, strategy, challenge, agreement, confidentiality, contact, concern, privacy, panel, limits, session`},
		{"order is text", front("order: 1", "order: first"), 6, "takes a number"},
		{"negative order", front("order: 1", "order: -1"), 6, "0 to 9999"},
		{"draft is text", front("order: 1", "order: 1\ndraft: maybe"), 7, "true or false"},
		{"long names", front("order: 1", "order: 1\nalso: "+strings.Repeat("x", 201)), 7, "at most 200 characters"},
		{"unknown option", front("order: 1", "order: 1\noption: colour=red"), 7, "unknown option"},
		{"unknown value", front("order: 1", "order: 1\noption: outside-contact=perhaps"), 7, "unknown option"},
		{"no text", body(""), 8, "no text"},
		{"no text before a heading", body("## More {#more}\nText.\n"), 8, "no text"},
		{"raw HTML block", body("Text.\n\n<div>\n"), 10, "HTML"},
		{"raw HTML inline", body("Text <b>x</b>.\n"), 8, "HTML"},
		{"comment", body("Text.\n\n<!-- x -->\n"), 10, "HTML"},
		{"image", body("![x](https://example.org/x.png)\n"), 8, "an image"},
		{"code span", body("Use `this`.\n"), 8, "code"},
		{"code block", body("Text.\n\n    code\n"), 10, "code"},
		{"fenced code", body("Text.\n\n```\ncode\n```\n"), 10, "code"},
		{"quotation", body("Text.\n\n> said\n"), 10, "quotation"},
		{"rule", body("Text.\n\n***\n"), 10, "a rule"},
		{"numbered list", body("Text.\n\n1. one\n"), 10, "numbered"},
		{"nested list", body("- a\n  - b\n"), 8, "one paragraph"},
		{"list in an empty bullet", body("- - b\n"), 8, "a list in a list"},
		{"two paragraphs in a bullet", body("- a\n\n  b\n"), 8, "one paragraph"},
		{"first-level heading", body("Text.\n\n# More {#more}\n"), 10, "second level"},
		{"heading without id", body("Text.\n\n## More\n\nText.\n"), 10, "end in {#more}"},
		{"heading with unknown id", body("Text.\n\n## More {#less}\nText.\n"), 10, "end in {#more}"},
		{"heading with a class", body("Text.\n\n## More {#more .x}\nText.\n"), 10, "only {#more}"},
		{"section twice", body("T.\n\n## A {#more}\nT.\n\n## B {#more}\nT.\n"), 13, "is there twice"},
		{"empty section", body("Text.\n\n## More {#more}\n"), 10, "is empty"},
		{"bold heading", body("Text.\n\n## **More** {#more}\nText.\n"), 10, "plain text"},
		{"long heading", body("Text.\n\n## " + strings.Repeat("a", 41) + " {#more}\nText.\n"), 10, "1 to 40"},
		{"http link", body("A [b](http://example.org).\n"), 8, "only https"},
		{"mail link", body("A [b](mailto:a@example.org).\n"), 8, "only https"},
		{"script link", body("A\n[b](javascript:alert(1)).\n"), 9, "only https"},
		{"relative link", body("A [b](/c).\n"), 8, "only https"},
		{"link with a login", body("A [b](https://u:p@example.org).\n"), 8, "site's name"},
		{"link without a site", body("A [b](https:///x).\n"), 8, "site's name"},
		{"tel with spaces", body("A [b](<tel:+1 323>).\n"), 8, "not an address"},
		{"tel without country", body("A [b](tel:3234884114).\n"), 8, "country code"},
		{"titled link", body("A [b](https://example.org \"c\").\n"), 8, "no title"},
		{"reference link", body("A [b][c].\n\n[c]: https://example.org\n"), 10, "right after its text"},
		{"entity", body("A &amp; b.\n"), 8, "&amp;"},
		{"forced line break", body("A  \nb.\n"), 8, "line break"},
		{"link without text", body("[](https://example.org)\n"), 8, "empty text"},
		{"invalid UTF-8", body("A \xff.\n"), 8, "UTF-8"},
		{"NUL", body("A \x00.\n"), 8, "U+0000"},
		{"direction override", body("T.\n\nA \u202e.\n"), 10, "U+202E"},
		{"zero-width space", body("A \u200b.\n"), 8, "U+200B"},
		{"escaped control character in YAML", front("A title", `"A \u202e"`), 4, "invisible"},
		{"too large", body(strings.Repeat("Text. ", 11000)), 1, "64 KiB"},
		{"text in a withdrawn card", "---\nid: a-card\nwithdrawn: true\n---\nText.\n", 5, "no text"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := parse("x.md", "en", []byte(test.src))
			if err == nil {
				t.Fatal("accepted")
			}
			var p *Problem
			if !errors.As(err, &p) {
				t.Fatalf("got %v, not a Problem", err)
			}
			if p.File != "x.md" || p.Line != test.line || !strings.Contains(p.Reason, test.reason) {
				t.Errorf("got %q, want line %d with %q", err, test.line, test.reason)
			}
		})
	}
}

func TestParseNamesEveryProblem(t *testing.T) {
	t.Parallel()
	_, err := parse("x.md", "en", []byte(strings.Replace(head, "agreement", "poem", 1)+"`a` b\n\n<hr>\n"))
	for _, want := range []string{`x.md:3: unknown kind "poem"`, "x.md:8: code is not allowed", "x.md:10: HTML is not allowed"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %q", err, want)
		}
	}
}

// FuzzParse: no input panics, and what is accepted means the same however its
// lines end.
func FuzzParse(f *testing.F) {
	f.Add([]byte(head + "Text.\n"))
	f.Add([]byte(head + "**A** *b* [c](https://example.org).\n\n- d\n- e\n\n## F {#more}\ng\n"))
	f.Add([]byte("---\nid: a\nwithdrawn: true\n---\n"))
	f.Add([]byte("\ufeff---\r\nid: a\r\n---\r\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		d, err := parse("x.md", "en", src)
		if err != nil {
			return
		}
		again, err := parse("y.md", "en", []byte("\ufeff"+strings.ReplaceAll(strings.TrimPrefix(
			strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(src)), "\ufeff"), "\n", "\r\n")))
		if err != nil {
			if len(src) > maxFile/2 {
				return // with the longer line endings it is too large
			}
			t.Fatalf("with other line endings: %v", err)
		}
		if hash(d.card) != hash(again.card) {
			t.Errorf("hashes differ: %+v and %+v", d.card, again.card)
		}
		for _, b := range d.card.Answer {
			for _, item := range b.Items {
				if len(item) == 0 {
					t.Error("an item without text")
				}
				for _, s := range item {
					if s.Text == "" || strings.ContainsFunc(s.Text, Invisible) || s.Link != "" && badLink(s.Link) != "" {
						t.Errorf("accepted the span %+v", s)
					}
				}
			}
		}
	})
}
