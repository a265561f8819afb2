package content

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestNumbersInOrder reads a card in Hebrew. The digits of every number are shown in the order in
// which they are dialled, and the hash is that of the translator's text.
func TestNumbersInOrder(t *testing.T) {
	t.Parallel()
	head := func(id, kind string) string {
		return "---\nid: " + id + "\nkind: " + kind + "\ntitle: A title\nsource: Somewhere\norder: 1\n"
	}
	text := "---\nשלום (323) 488-4114 [שלום](tel:+13234884114)\n\n- [(323) 488-4114](tel:+13234884114)\n\n## עוד {#more}\nשלום 800-854-7771 שלום.\n"
	limits := "---\nשלום 1-800-662-4357.\n"
	l, err := Load(Options{Dir: fstest.MapFS{
		"en/a-card.md": {Data: []byte(head("a-card", "agreement") + "limits: true\n" + text)},
		"he/a-card.md": {Data: []byte(head("a-card", "agreement") + "limits: true\n" + text)},
		"he/limits.md": {Data: []byte(head("limits", "limits") + limits)},
	}, Voice: Voice{Say: sayEnglish}})
	must(t, err)
	number := func(s string) string { return leftToRight + s + endOfPart }
	he, _ := l.Exact("a-card", "he")
	shown := everything(he)
	for s, times := range map[string]int{"(323) 488-4114": 2, "800-854-7771": 1, "1-800-662-4357": 1} {
		if strings.Count(shown, s) != times || strings.Count(shown, number(s)) != times {
			t.Errorf("in Hebrew %s does not stand %d times as it is dialled: %q", s, times, shown)
		}
	}
	if n := strings.Count(shown, leftToRight); n != 4 {
		t.Errorf("%d parts are marked, want 4: %q", n, shown)
	}
	written := l.drafts[name{"he", "a-card"}].card
	written.Limits = l.drafts[name{"he", "limits"}].card.Answer
	if hash(written) != he.Hash {
		t.Error("the hash is not over what the translator wrote")
	}
	if en, _ := l.Exact("a-card", "en"); strings.Contains(everything(en), leftToRight) {
		t.Error("an English card is marked too")
	}
	crisis, _ := l.Exact("crisis", "he")
	if alone := CrisisCard("he", nil, sayEnglish); everything(alone) != everything(crisis) || strings.Count(everything(crisis), "988lifeline") != strings.Count(everything(crisis), number("988lifeline.org")) {
		t.Errorf("the crisis card is not the one that stands alone: %q", everything(crisis))
	}
}
