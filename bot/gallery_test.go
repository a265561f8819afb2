package bot

import (
	"errors"
	"fmt"
	"testing"
)

func TestGalleryDrawsOnce(t *testing.T) {
	t.Parallel()
	var g Gallery[string]
	drawn := 0
	draw := func(m Message) (string, error) {
		drawn++
		if m.Title == "" {
			return "", errors.New("refused")
		}
		return m.Title, nil
	}
	for range 3 {
		for _, lang := range []string{"en", "es"} {
			for _, m := range []Message{{Page: "a", Title: "One"}, {Page: "b", Title: "Two"}} {
				if got, err := g.Of(m, lang, draw); got != m.Title || err != nil {
					t.Errorf("%q %v", got, err)
				}
			}
		}
	}
	if drawn != 4 {
		t.Errorf("two pages in two languages are drawn %d times", drawn)
	}
	for range 2 {
		if _, err := g.Of(Message{Page: "c"}, "", draw); err == nil {
			t.Error("what was refused is remembered")
		}
		if got, err := g.Of(Message{Title: fmt.Sprint(drawn)}, "", draw); got != fmt.Sprint(drawn-1) || err != nil {
			t.Errorf("an answer that is no page is remembered: %q %v", got, err)
		}
	}
}

func BenchmarkGallery(b *testing.B) {
	var g Gallery[string]
	m := Message{Page: "edition/en/strategies/", Title: "Title"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := g.Of(m, "en", func(m Message) (string, error) { return m.Title, nil }); err != nil {
			b.Fatal(err)
		}
	}
}
