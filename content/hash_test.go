package content

import (
	"strings"
	"testing"
	"testing/fstest"
)

const hashCard = "---\nid: a-card\nkind: agreement\ntitle: A title\nsource: Somewhere\norder: 1\nlimits: true\n---\n" +
	"Some *words* [here](https://example.org) in\ntwo lines.\n\n- one\n- two\n\n## More {#more}\nMore words.\n"

const hashLimits = "---\nid: limits\nkind: limits\ntitle: Limits\nsource: Us\norder: 1\n---\nThe limits.\n"

// hashed loads the card, among the shipped ones, and gives its hash.
func hashed(t *testing.T, card, limits string) string {
	t.Helper()
	l, err := Load(Options{Dir: fstest.MapFS{
		"en/a-card.md": {Data: []byte(card)},
		"en/limits.md": {Data: []byte(limits)},
	}})
	must(t, err)
	c, ok := l.Exact("a-card", "en")
	if !ok || len(c.Hash) != 64 {
		t.Fatalf("got %+v", c)
	}
	return c.Hash
}

func TestEqualMeaningHasEqualHash(t *testing.T) {
	t.Parallel()
	want := hashed(t, hashCard, hashLimits)
	for name, card := range map[string]string{
		"CRLF":               strings.ReplaceAll(hashCard, "\n", "\r\n"),
		"CR":                 strings.ReplaceAll(hashCard, "\n", "\r"),
		"byte order mark":    "\ufeff" + hashCard,
		"order":              strings.Replace(hashCard, "order: 1", "order: 7", 1),
		"draft":              strings.Replace(hashCard, "order: 1", "order: 1\ndraft: true", 1),
		"lines joined":       strings.Replace(hashCard, "in\ntwo", "in  two", 1),
		"other bullets":      strings.ReplaceAll(hashCard, "\n- ", "\n* "),
		"other emphasis":     strings.Replace(hashCard, "*words*", "_words_", 1),
		"quoted title":       strings.Replace(hashCard, "A title", `"A title"`, 1),
		"order of the front": strings.Replace(strings.Replace(hashCard, "source: Somewhere\n", "", 1), "order: 1", "order: 1\nsource: Somewhere", 1),
		"blank lines":        strings.Replace(hashCard, "\n\n- one", "\n\n\n\n- one", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if card == hashCard {
				t.Fatal("nothing was changed")
			}
			if got := hashed(t, card, hashLimits); got != want {
				t.Error("the hash changed")
			}
		})
	}
}

func TestVisibleChangeChangesHash(t *testing.T) {
	t.Parallel()
	was := hashed(t, hashCard, hashLimits)
	for _, change := range [][2]string{
		{"A title", "B title"},
		{"Somewhere", "Elsewhere"},
		{"Some ", "some "},
		{"*words*", "words"},
		{"*words*", "**words**"},
		{"https://example.org", "https://example.com"},
		{"[here](https://example.org)", "here"},
		{"- one\n- two", "- one two"},
		{"- one\n- two", "one two"},
		{"- one\n- two", "- two\n- one"},
		{"## More {", "## Others {"},
		{"{#more}", "{#facilitators}"},
		{"More words.", "More words!"},
		{"two lines.\n\n", "two lines. "},
		{"limits: true\n", ""},
	} {
		t.Run(change[0]+" to "+change[1], func(t *testing.T) {
			t.Parallel()
			card := strings.Replace(hashCard, change[0], change[1], 1)
			if card == hashCard {
				t.Fatal("nothing was changed")
			}
			if hashed(t, card, hashLimits) == was {
				t.Error("the hash stayed")
			}
		})
	}
	if hashed(t, hashCard, strings.Replace(hashLimits, "The limits.", "Other limits.", 1)) == was {
		t.Error("the hash stayed when the limits text changed")
	}
	unlimited := strings.Replace(hashCard, "limits: true\n", "", 1)
	if hashed(t, unlimited, hashLimits) != hashed(t, unlimited, strings.Replace(hashLimits, "The limits.", "Other limits.", 1)) {
		t.Error("a card without limits changed with them")
	}
}

func TestEveryCardHasItsOwnHash(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, c := range load(t).All() {
		if other := seen[c.Hash]; other != "" {
			t.Errorf("%s and %s share a hash", other, c.File)
		}
		seen[c.Hash] = c.File + " " + c.Lang
	}
}
