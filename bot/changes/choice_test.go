package changes

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// A choice can be typed in the writer's language, with or without accents, in English, and in every
// other language that the bot speaks. A catalogue file adds the words of a language.
func TestChoicesAreTakenInEachLanguage(t *testing.T) {
	t.Parallel()
	typed := "msgctxt \"typed\"\nmsgid \"yes\"\nmsgstr \"כן, בטח\"\n\nmsgctxt \"typed\"\nmsgid \"none\"\nmsgstr \"אין\"\n"
	books, err := words.Open(words.Options{Dir: fstest.MapFS{"he/words.po": {Data: []byte(typed)}}})
	if err != nil {
		t.Fatal(err)
	}
	s := New(Config{Library: func() *content.Library { return &content.Library{} }, Books: books})
	written := map[string][]string{
		"view yes":    {"yes", "Yes", "sí", "SÍ", "si", "כן", "בטח"},
		"view no":     {"no", "No"},
		"keep newest": {"newest", "solo el más reciente", "Solo el mas reciente"},
		"keep all":    {"all", "todos", "Todas"},
	}
	for _, locale := range []string{"en-US", "es-MX", "he"} {
		a := Asker{Words: books.Reader(locale)}
		for meant, texts := range written {
			for _, text := range texts {
				g, r := bot.Group{InView: meant == "view no"}, bot.Reminder{KeepNewest: meant == "keep all"}
				var err error
				if meant[:4] == "view" {
					err = s.Groups.Fields.Add(t.Context(), a, &g, map[string]string{"view": text})
				} else {
					err = s.Reminders.Fields.Add(t.Context(), a, &r, map[string]string{"keep": text})
				}
				if err != nil || g.InView != (meant == "view yes") || r.KeepNewest != (meant == "keep newest") {
					t.Errorf("%s, %q for %s: %v, %v, %v", locale, text, meant, g.InView, r.KeepNewest, err)
				}
			}
		}
		if err := s.Groups.Fields.Add(t.Context(), a, &bot.Group{}, map[string]string{"view": "maybe"}); err == nil {
			t.Errorf("%s: a text that is no choice is taken", locale)
		}
		for text, want := range map[string]time.Time{"on": bot.Forever, "sí": bot.Forever, "כן": bot.Forever, "no end": bot.Forever, "sin fin": bot.Forever, "off": {}, "No": {}} {
			if got, err := a.Pause(text, bot.Group{Zone: "UTC"}); err != nil || !got.Equal(want) {
				t.Errorf("%s: a pause %q: %v, %v", locale, text, got, err)
			}
		}
		for _, text := range []string{"none", "ninguna", "אין"} { // it may mean no end, or no pause
			if _, err := a.Pause(text, bot.Group{Zone: "UTC"}); bot.FieldOf(err) != "until" || !strings.Contains(err.Error(), `write “no end” for the first, “off” for the second`) {
				t.Errorf("%s: a pause %q: %v", locale, text, err)
			}
		}
		if offered := s.Groups.Fields.Only("view")[0].Offer(t.Context(), a, "si"); len(offered) != 1 || offered[0].Value != "yes" {
			t.Errorf("%s: %q offers %v", locale, "si", offered)
		}
	}
}
