package chat

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/scheduler"
)

// A sentence with the name of the program or of a setting is for the command line.
var commandLine = regexp.MustCompile(`\bcirclekeeper [a-z]|\b[A-Z]+_[A-Z_]+\b`)

// Spanish sentences for chat do not send people elsewhere, fit a form, and have no harmful word.
func TestSpanishIsPlain(t *testing.T) {
	t.Parallel()
	quoted := regexp.MustCompile(`"([^"%]+)"`)
	template, err := words.Template()
	must(t, err)
	b := newSetup(t).books
	for _, e := range template {
		text := b.Say("es", e.Key)
		lower := strings.ToLower(text)
		for _, never := range []string{"!", "adict", "junkie", "limpi", "abus", "viola", "víctima", "victima", " tú ", " te ", "lo siento"} {
			if strings.Contains(lower, never) {
				t.Errorf("%q says %q", text, never)
			}
		}
		if commandLine.MatchString(text) {
			t.Errorf("%q is of no use in chat", text)
		}
		if first, _ := utf8.DecodeRuneInString(e.Key); unicode.IsLower(first) && len([]rune(text)) > 300 { // an error
			t.Errorf("%q is too long for a field", text)
		}
		for _, m := range quoted.FindAllStringSubmatch(text, -1) {
			reader := scheduler.Reader{Locale: "es", Now: time.Now()}
			if _, _, err := reader.Session(m[1]); err == nil {
				continue
			}
			r, err := reader.Rule(m[1])
			if err != nil {
				t.Errorf("%q: %v", text, err)
			} else if strings.Contains(m[1], "every") || r.Text("es") == r.String() {
				t.Errorf("%q has an English rule", text)
			}
		}
	}
}

// A pause without an end is typed in Spanish, too.
func TestPauseWithoutEndInSpanish(t *testing.T) {
	t.Parallel()
	w := newSetup(t).books.Reader("es")
	for _, text := range []string{"sin fin", "siempre", "para siempre", "indefinidamente", "hasta nuevo aviso", "Hasta que se reanude", "until resumed"} {
		asker := changes.Asker{Words: w, Now: time.Date(2026, 11, 28, 5, 0, 0, 0, time.UTC)}
		if got, err := asker.Pause(text, bot.Group{Zone: "UTC"}); err != nil || got.String() != bot.Forever.String() {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

// The examples in the descriptions of options can be read in their language.
func TestExamplesInDescriptionsAreRead(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	w := s.books.Reader("es")
	read := map[string]func(string) error{
		"at":    func(v string) error { _, err := scheduler.Reader{Locale: "es"}.Rule(v); return err },
		"quiet": func(v string) error { _, err := scheduler.ParseQuiet(v); return err },
		"late":  func(v string) error { _, err := changes.ParseLate(v); return err },
		"until": func(v string) error {
			_, err := changes.Asker{Words: w, Now: time.Date(2026, 11, 28, 5, 0, 0, 0, time.UTC)}.Pause(v, bot.Group{Zone: "UTC"})
			return err
		},
		"session": func(v string) error {
			if words.IsNone(w, v) {
				return nil
			}
			_, _, err := scheduler.Reader{Locale: "es"}.Session(v)
			return err
		},
		"skip": func(v string) error {
			if words.IsNone(w, v) {
				return nil
			}
			_, err := scheduler.Reader{Zone: "UTC", Now: time.Date(2026, 11, 28, 5, 0, 0, 0, time.UTC)}.Skip(v)
			return err
		},
		"moderators": func(v string) error {
			if words.IsNone(w, v) {
				return nil
			}
			return fmt.Errorf("%q is not none", v)
		},
	}
	seen := 0
	for _, c := range s.Commands() {
		for _, sub := range c.Subs {
			for _, a := range sub.Args {
				parse, ok := read[a.Name]
				if !ok {
					continue
				}
				for lang, text := range a.Summary {
					if len([]rune(text)) > 100 {
						t.Errorf("%s %s: Discord cuts %q", sub.Name, a.Name, text)
					}
					_, examples, _ := cutAny(text, ": ", ", such as ", ", como ", "; or ", "; o ")
					for _, v := range regexp.MustCompile(`; |, or |, o |, y `).Split(examples, -1) {
						v = strings.TrimPrefix(strings.TrimPrefix(v, "or "), "o ")
						if strings.HasPrefix(v, "leave ") || strings.HasPrefix(v, "sin ") {
							continue
						}
						seen++
						if err := parse(v); err != nil {
							t.Errorf("%s %s in %s: %v", sub.Name, a.Name, lang, err)
						}
						if lang == "es" && (strings.Contains(v, "every") || strings.Contains(v, "none")) {
							t.Errorf("%s %s: %q is English", sub.Name, a.Name, v)
						}
					}
				}
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d examples are read", seen)
	}
}

// cutAny cuts at the first of the marks, in their order, that is in the text.
func cutAny(s string, marks ...string) (before, after string, ok bool) {
	for _, m := range marks {
		if before, after, ok = strings.Cut(s, m); ok {
			return before, after, ok
		}
	}
	return s, "", false
}
