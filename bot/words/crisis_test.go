package words

import (
	"strings"
	"testing"
	"testing/fstest"

	"circlekeeper/content"
)

// In every language of the program, the crisis card has each number and says that nobody watches.
func TestCrisisCard(t *testing.T) {
	t.Parallel()
	b := books(t, "")
	for _, lang := range b.Langs() {
		for _, on := range []string{"off", "on"} {
			c := content.CrisisCard(lang, map[string]string{"overdose-companions": on}, b.Say)
			text := content.Plain(c.Answer)
			for _, want := range []string{"911", "988", "AYUDA", "838255", "1-800-662-4357", "1-800-487-4889", "HOME", "741741", "800-854-7771"} {
				if !strings.Contains(text, want) {
					t.Errorf("%s: lacks %q", lang, want)
				}
			}
			if strings.Contains(text, "SafeSpot") != (on == "on") || c.Lang != lang || c.Draft != (lang != English) || len([]rune(c.Title+text)) > 1900 {
				t.Errorf("%s, companions %s: %+v", lang, on, c)
			}
			for _, never := range []string{"press 3", "oprima 3", "CalHOPE"} {
				if strings.Contains(text, never) {
					t.Errorf("%s: lists %q", lang, never)
				}
			}
		}
	}
	es := content.Plain(content.CrisisCard("es", nil, b.Say).Answer)
	for _, want := range []string{"automático", "texto fijo", "No es una persona", "nadie lo supervisa", "naloxona", "oprima 2", "oprima 1", "inglés y español", "sustancias", "mensaje de texto", "hable con una persona"} {
		if !strings.Contains(es, want) {
			t.Errorf("the Spanish lacks %q", want)
		}
	}
	for _, english := range []string{"someone", "Open 24 hours", "For Spanish"} {
		if strings.Contains(es, english) {
			t.Errorf("the Spanish says %q", english)
		}
	}
}

// The crisis card has the clinic's own sentences in the language of a country; the others are those
// of the wider language.
func TestCrisisInTheClinicsWords(t *testing.T) {
	t.Parallel()
	const first = "Call or text 988 if you are in crisis or thinking of suicide."
	b, err := Open(Options{Dir: fstest.MapFS{
		"en-GB/words.po": {Data: []byte("msgid \"Help now\"\nmsgstr \"Help straight away\"\n\nmsgid \"" + first + "\"\nmsgstr \"Ring or text 988.\"\n")},
		"es-MX/words.po": {Data: []byte("msgid \"Help now\"\nmsgstr \"Ayuda de volada\"\n")},
	}})
	must(t, err)
	for lang, want := range map[string][2]string{"en-GB": {"Help straight away", "Ring or text 988."}, "es-MX": {"Ayuda de volada", b.Say("es", first)}} {
		if c := content.CrisisCard(lang, nil, b.Say); c.Title != want[0] || !strings.Contains(content.Plain(c.Answer), want[1]) || c.Lang != lang {
			t.Errorf("%s: %s (%s)\n%s", lang, c.Title, c.Lang, content.Plain(c.Answer))
		}
	}
}
