package content

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func mapDir(file string, f *fstest.MapFile) fstest.MapFS { return fstest.MapFS{file: f} }

func TestCrisisCard(t *testing.T) {
	t.Parallel()
	figures := []string{"911", "988", "AYUDA", "838255", "1-800-662-4357", "1-800-487-4889", "HOME", "741741", "800-854-7771"}
	companions := []string{"Never Use Alone", "800-484-3731", "SafeSpot", "800-972-0590"}
	plainly := map[string][]string{
		"en": {"automated", "fixed text", "not a person", "nobody watches", "naloxone", "press 2", "press 1", "English and Spanish", "substance use"},
		"es": {"automático", "texto fijo", "No es una persona", "nadie lo supervisa", "naloxona", "oprima 2", "oprima 1", "inglés y español", "sustancias"},
	}
	for lang, words := range plainly {
		for _, on := range []bool{false, true} {
			var options map[string]string
			if on {
				options = map[string]string{"overdose-companions": "on"}
			}
			c := CrisisCard(lang, options)
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
			if c.Lang != lang || c.Hash != hash(c) || c.Draft != (lang == "es") {
				t.Errorf("got %+v", c)
			}
			for _, number := range []string{"press 3", "oprima 3", "CalHOPE"} {
				if strings.Contains(text, number) {
					t.Errorf("%s: lists %q", lang, number)
				}
			}
		}
	}
	if c := CrisisCard("fr", nil); c.Lang != "en" {
		t.Errorf("an unknown language gets %q", c.Lang)
	}
}

func TestCrisisEntriesAreComplete(t *testing.T) {
	t.Parallel()
	for _, e := range CrisisEntries() {
		if e.Name == "" || e.Source == "" || len(e.Ways) == 0 || len(e.Languages) == 0 {
			t.Errorf("incomplete: %+v", e)
		}
		for _, lang := range languages() {
			for _, w := range e.Ways {
				if !strings.Contains(e.What[lang], w.Shown) {
					t.Errorf("%s in %s does not say %q", e.Name, lang, w.Shown)
				}
			}
		}
		for _, w := range e.Ways {
			digits := strings.Map(func(r rune) rune {
				if r >= '0' && r <= '9' {
					return r
				}
				return -1
			}, w.Shown)
			if number, ok := strings.CutPrefix(w.Link, "tel:"); ok && number != digits && strings.TrimPrefix(number, "+") != digits && number != "+1"+digits {
				t.Errorf("%s: %s dials %s", e.Name, w.Shown, number)
			}
		}
	}
	c := CrisisCard("en", map[string]string{"overdose-companions": "on"})
	for _, e := range CrisisEntries() {
		if !strings.Contains(c.Source, e.Source) {
			t.Errorf("the card's source lacks %q", e.Source)
		}
	}
}

func TestCrisisIsTheSameInALibrary(t *testing.T) {
	t.Parallel()
	l, err := Load(Options{Set: map[string]string{"overdose-companions": "on"}, Dir: mapDir("en/limits.md", cardFile("limits", Limits))})
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range l.Langs() {
		c, _ := l.Exact("crisis", lang)
		if c.Hash != CrisisCard(lang, map[string]string{"overdose-companions": "on"}).Hash {
			t.Errorf("%s: the library has another card", lang)
		}
	}
}
