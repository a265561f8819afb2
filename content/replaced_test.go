package content

import (
	"strings"
	"testing"
	"testing/fstest"
)

// A card of the clinic's that takes away further reasons, or leaves another language as it
// was, is noted; these notes are no findings of lint.
func TestReplacedCardsAreNoted(t *testing.T) {
	t.Parallel()
	card := func(more string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\nid: agreement-on-time\nkind: agreement\ntitle: \"On time\"\nsource: \"Us\"\norder: 5\n---\n**We start on time.**\n" + more)}
	}
	reasons := "\n## Two {#reason-2}\nSecond.\n\n## Three {#reason-3}\nThird.\n"
	gone := "it replaces 3 cards, as the built-in file has the further reasons agreement-on-time-2, agreement-on-time-3: these are "
	for name, test := range map[string]struct {
		dir  fstest.MapFS
		want string
	}{
		"English":              {fstest.MapFS{"en/agreement-on-time.md": card("")}, "en " + gone + "gone in all languages; to keep further reasons, write them into this file too ({#reason-2}); other languages keep the built-in words: es"},
		"Spanish":              {fstest.MapFS{"es/agreement-on-time.md": card("")}, "es " + gone + "shown in English; to keep further reasons, write them into this file too ({#reason-2})"},
		"English, all reasons": {fstest.MapFS{"en/agreement-on-time.md": card(reasons)}, "en other languages keep the built-in words: es"},
		"both":                 {fstest.MapFS{"en/agreement-on-time.md": card(""), "es/agreement-on-time.md": card("")}, "en " + gone + "gone in all languages; to keep further reasons, write them into this file too ({#reason-2})"},
		"both, all reasons":    {fstest.MapFS{"en/agreement-on-time.md": card(reasons), "es/agreement-on-time.md": card(reasons)}, ""},
		"a country's Spanish":  {fstest.MapFS{"es-MX/agreement-on-time.md": card("")}, ""},
		"none":                 {nil, ""},
	} {
		l, err := Load(Options{Dir: test.dir})
		must(t, err)
		var said []string
		for _, f := range l.Notes() {
			said = append(said, f.Lang+" "+f.Message)
		}
		if got := strings.Join(said, "\n"); got != test.want {
			t.Errorf("%s: notes %q, want %q", name, got, test.want)
		}
		for _, f := range l.Lint() {
			if f.Rule == "replaces" {
				t.Errorf("%s: a note is a finding: %s", name, f)
			}
		}
	}
}
