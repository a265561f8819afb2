package content

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func mapDir(file string, f *fstest.MapFile) fstest.MapFS { return fstest.MapFS{file: f} }

// sayEnglish is used instead of a catalogue; package words tests the real ones.
func sayEnglish(_, english string) string { return english }

func TestCrisisCard(t *testing.T) {
	t.Parallel()
	figures := []string{"911", "988", "AYUDA", "838255", "1-800-662-4357", "1-800-487-4889", "HOME", "741741", "800-854-7771"}
	companions := []string{"Never Use Alone", "800-484-3731", "SafeSpot", "800-972-0590"}
	plainly := map[string][]string{
		"en": {"automated", "fixed text", "not a person", "nobody watches", "naloxone", "press 2", "press 1", "English and Spanish", "substance use"},
	}
	for lang, words := range plainly {
		for _, on := range []bool{false, true} {
			var options map[string]string
			if on {
				options = map[string]string{"overdose-companions": "on"}
			}
			c := CrisisCard(lang, options, nil)
			text := Plain(c.Answer)
			for _, want := range append(slices.Clone(figures), words...) {
				if !strings.Contains(text, want) {
					t.Errorf("%s: lacks %q", lang, want)
				}
			}
			for _, want := range companions {
				if strings.Contains(text, want) != on {
					t.Errorf("%s, companions %v: %q", lang, on, want)
				}
			}
			first, _, _ := strings.Cut(text, "\n")
			if !strings.Contains(first, "911") || !strings.Contains(first, "988") {
				t.Errorf("%s: the first line is %q", lang, first)
			}
			if len(c.Sections) > 0 {
				t.Errorf("%s: hides something behind a button", lang)
			}
			// Discord's message, the shortest, has 2000 characters.
			if n := len([]rune(c.Title + text)); n > 1800 {
				t.Errorf("%s: %d characters", lang, n)
			}
			if c.Lang != lang || c.Hash != hash(c) || c.Draft {
				t.Errorf("got %+v", c)
			}
			for _, number := range []string{"press 3", "oprima 3", "CalHOPE"} {
				if strings.Contains(text, number) {
					t.Errorf("%s: lists %q", lang, number)
				}
			}
		}
	}
	if c := CrisisCard("fr", nil, nil); c.Lang != "en" {
		t.Errorf("an unknown language gets %q", c.Lang)
	}
}

// A sentence is translated if the translation has all of its numbers; else it stays English.
func TestCrisisCardInOtherLanguages(t *testing.T) {
	t.Parallel()
	english := CrisisCard("en", nil, nil)
	upper := func(_, english string) string { return strings.ToUpper(english) }
	c := CrisisCard("xx", nil, upper)
	if c.Lang != "xx" || !c.Draft || !strings.HasPrefix(Plain(c.Answer), "CALL 911 IF") || c.Hash == english.Hash {
		t.Errorf("%+v", c)
	}
	if strings.Contains(Plain(c.Answer), "988LIFELINE.ORG") || !strings.Contains(Plain(c.Answer), "988 Suicide") {
		t.Errorf("a sentence without one of its addresses is shown: %s", Plain(c.Answer))
	}
	for name, say := range map[string]Say{
		"nothing": func(string, string) string { return "" },
		"no 988":  func(_, english string) string { return strings.ReplaceAll(english, "988", "") },
	} {
		if c := CrisisCard("xx", nil, say); c.Hash != english.Hash {
			t.Errorf("%s: %s", name, Plain(c.Answer))
		}
	}
}

func TestCrisisEntriesAreComplete(t *testing.T) {
	t.Parallel()
	for _, e := range BuiltInLines().Entries() {
		if e.Name == "" || e.Source == "" || len(e.Ways) == 0 || len(e.Languages) == 0 {
			t.Errorf("incomplete: %+v", e)
		}
	}
	c := CrisisCard("en", map[string]string{"overdose-companions": "on"}, nil)
	for _, e := range BuiltInLines().Entries() {
		if !strings.Contains(c.Source, e.Source) {
			t.Errorf("the card's source lacks %q", e.Source)
		}
	}
}

// In the language of a country, a sentence is the pack's, else the voice's; if neither has one, the
// same in the wider language, and last English.
func TestCrisisInTheLanguageOfACountry(t *testing.T) {
	t.Parallel()
	said := map[[2]string]string{{"en", "Call a."}: "No.", {"en-GB", "Call a."}: "Ring a.", {"es-MX", "Call b."}: "Márcale a b.", {"es", "Call b."}: "Llame a b.", {"es", "Call d."}: "Llame a d."}
	say := func(lang, english string) string { return said[[2]string{lang, english}] }
	phrases := []phrase{
		{"en": "Call a.", "es": "De es: a.", "es-MX": "De es-MX: a."},
		{"en": "Call b.", "es": "De es: b."},
		{"en": "Call c.", "es": "De es: c."},
		{"en": "Call d."},
		{"en": "Call e."},
	}
	for lang, want := range map[string]string{
		"en":    "Call a. Call b. Call c. Call d. Call e.",
		"en-GB": "Ring a. Call b. Call c. Call d. Call e.",
		"es":    "De es: a. De es: b. De es: c. Llame a d. Call e.",
		"es-MX": "De es-MX: a. Márcale a b. De es: c. Llame a d. Call e.",
	} {
		var got []string
		for _, p := range phrases {
			got = append(got, speaker{lang: lang, voice: Voice{Say: say}}.say(p))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: it says %q, want %q", lang, strings.Join(got, " "), want)
		}
	}
}

func TestCrisisIsTheSameInALibrary(t *testing.T) {
	t.Parallel()
	l, err := Load(Options{Set: map[string]string{"overdose-companions": "on"}, Dir: mapDir("en/limits.md", cardFile("limits", Limits)), Voice: Voice{Say: sayEnglish}})
	must(t, err)
	for _, lang := range l.Langs() {
		c, _ := l.Card("crisis", lang)
		if c.Hash != CrisisCard(lang, map[string]string{"overdose-companions": "on"}, sayEnglish).Hash {
			t.Errorf("%s: the library has another card", lang)
		}
	}
}
