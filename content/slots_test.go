package content

import (
	"strings"
	"testing"
	"testing/fstest"
)

// A notice about a session must have exactly its slots, and no other card may have any. The signed
// words are those with the slots.
func TestSlots(t *testing.T) {
	t.Parallel()
	const head = "title: \"x\"\nsource: \"The clinic\"\norder: 1\n---\n"
	for name, c := range map[string]struct{ id, kind, body, says string }{
		"right":            {"session-moved", "session", "From **{planned}** to {start}.", ""},
		"one is missing":   {"session-moved", "session", "To {start}.", "has {planned} and {start}"},
		"one too many":     {"session-cancelled", "session", "From {planned} to {start}.", "has {planned} and no other braces"},
		"free text":        {"session-cancelled", "session", "{planned}, because {reason}.", "no other braces"},
		"a stray brace":    {"session-cancelled", "session", "{planned} and {.", "no other braces"},
		"a section":        {"session-cancelled", "session", "{planned}.\n\n## More {#more}\nx", "no sections"},
		"another card":     {"agreement-away", "agreement", "We meet on {planned}.", "only a notice"},
		"another notice":   {"session-late", "session", "{planned}.", "are session-cancelled, session-moved and session-restored"},
		"braces elsewhere": {"agreement-away", "agreement", "We meet {often}.", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := fstest.MapFS{"en/" + c.id + ".md": {Data: []byte("---\nid: " + c.id + "\nkind: " + c.kind + "\n" + head + c.body + "\n")}}
			_, err := Load(Options{Dir: folder, DirName: "own"})
			if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("%v; want %q", err, c.says)
			}
		})
	}
	l := load(t)
	for _, lang := range []string{"en", "es"} {
		for _, id := range []string{"session-cancelled", "session-moved", "session-restored"} {
			card, ok := l.Exact(id, lang)
			if !ok {
				t.Fatalf("no %s in %s", id, lang)
			}
			if _, posted := l.Topic(id); posted {
				t.Errorf("%s is a topic", id)
			}
			filled := Plain(Fill(card.Answer, func(slot string) []Span { return []Span{{Text: "<" + slot + ">"}} }))
			if strings.ContainsAny(filled, "{}") || !strings.Contains(filled, "<planned>") {
				t.Errorf("%s in %s reads %q", id, lang, filled)
			}
		}
	}
}
