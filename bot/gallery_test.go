package bot

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"circlekeeper/content"
)

// picture has a value in every field that people see.
func picture() Message {
	return Message{
		Page: true, Key: "k", Title: "Title", Note: "Note", Footer: []content.Span{{Text: "Footer"}}, Thread: "t",
		Blocks: []content.Block{content.Text("One."), content.Bullets("two", "three")},
		Menu:   &Menu{Label: "Choose", Options: []Action{{Label: "a", Hint: "h", Call: NewCall("why")}}},
		Actions: []Action{
			{Label: "More", Call: NewCall("why", "part", "more", "name", "x")},
			{Label: "Map", Link: "https://example.org"},
		},
	}
}

// TestGalleryKnowsEveryField changes one thing at a time. A message that looks different must be
// drawn again.
func TestGalleryKnowsEveryField(t *testing.T) {
	t.Parallel()
	for _, shape := range []struct {
		of   any
		want int // if you add a field that people see, add it to likeness
	}{{Message{}, 11}, {Menu{}, 2}, {Action{}, 5}, {Call{}, 4}, {Flow{}, 6}, {content.Block{}, 2}, {content.Span{}, 5}, {content.Moment{}, 2}} {
		if n := reflect.TypeOf(shape.of).NumField(); n != shape.want {
			t.Errorf("%T has %d fields, likeness knows %d", shape.of, n, shape.want)
		}
	}
	seen := map[likeness]string{new(scribe).likeness(picture()): "nothing"}
	if _, ok := seen[new(scribe).likeness(picture())]; !ok {
		t.Error("the same message has two prints")
	}
	for name, change := range map[string]func(*Message){
		"key": func(m *Message) { m.Key += "x" }, "thread": func(m *Message) { m.Thread = "" }, "quiet": func(m *Message) { m.Silent = true },
		"title": func(m *Message) { m.Title += "x" }, "note": func(m *Message) { m.Note += "x" }, "footer": func(m *Message) { m.Footer[0].Text += "x" },
		"moved":     func(m *Message) { m.Title, m.Note = m.Title+m.Note, "" },
		"block":     func(m *Message) { m.Blocks = m.Blocks[1:] },
		"kind":      func(m *Message) { m.Blocks[0].Kind = content.Heading },
		"text":      func(m *Message) { m.Blocks[0].Items[0][0].Text += "x" },
		"bold":      func(m *Message) { m.Blocks[0].Items[0][0].Bold = true },
		"italic":    func(m *Message) { m.Blocks[0].Items[0][0].Italic = true },
		"link":      func(m *Message) { m.Blocks[0].Items[0][0].Link = "https://example.org" },
		"item":      func(m *Message) { m.Blocks[1].Items = m.Blocks[1].Items[:1] },
		"moment":    func(m *Message) { m.Blocks[0].Items[0][0].Fact = content.Moment{At: time.Unix(1, 0)} },
		"clock":     func(m *Message) { m.Blocks[0].Items[0][0].Fact = content.Moment{Clock: "9:00 AM"} },
		"typed":     func(m *Message) { m.Blocks[0].Items[0][0].Fact = content.Command("x") },
		"place":     func(m *Message) { m.Blocks[0].Items[0][0].Fact = Place{Platform: Slack, Channel: "C1"} },
		"role":      func(m *Message) { m.Blocks[0].Items[0][0].Fact = Role{Platform: Discord, Space: "1", ID: "1"} },
		"elsewhere": func(m *Message) { m.Blocks[0].Items[0][0].Fact = Place{Platform: Discord, Space: "1", Channel: "1"} },
		"menu":      func(m *Message) { m.Menu = nil },
		"label":     func(m *Message) { m.Menu.Label += "x" },
		"options":   func(m *Message) { m.Menu.Options = nil },
		"hint":      func(m *Message) { m.Menu.Options[0].Hint += "x" },
		"command":   func(m *Message) { m.Actions[0].Call.Command += "x" },
		"sub":       func(m *Message) { m.Actions[0].Call.Sub += "x" },
		"argument":  func(m *Message) { m.Actions[0].Call.Args["part"] = "less" },
		"arguments": func(m *Message) { m.Actions[0].Call.Args["name"] = "1" },
		"page":      func(m *Message) { m.Actions[0].Call.Flow.Page = 1 },
		"version":   func(m *Message) { m.Actions[0].Call.Flow.Version = 1 },
		"seen":      func(m *Message) { m.Actions[0].Call.Flow.Seen = "1" },
		"again":     func(m *Message) { m.Actions[0].Call.Flow.Again = true },
		"new":       func(m *Message) { m.Actions[0].Call.Flow.New = true },
		"pin":       func(m *Message) { m.Actions[0].Call.Flow.Pin = true },
		"address":   func(m *Message) { m.Actions[1].Link += "x" },
		"style":     func(m *Message) { m.Actions[0].Style = Danger },
		"order":     func(m *Message) { m.Actions[0], m.Actions[1] = m.Actions[1], m.Actions[0] },
	} {
		m := picture()
		change(&m)
		if other, ok := seen[new(scribe).likeness(m)]; ok {
			t.Errorf("%s looks like %s", name, other)
		}
		seen[new(scribe).likeness(m)] = name
	}
}

func TestGalleryDrawsOnceWithinBounds(t *testing.T) {
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
		if got, err := g.Of(picture(), draw); got != "Title" || err != nil {
			t.Errorf("%q %v", got, err)
		}
	}
	if drawn != 1 {
		t.Errorf("drawn %d times", drawn)
	}
	for range 2 {
		if _, err := g.Of(Message{Page: true}, draw); err == nil {
			t.Error("what was refused is remembered")
		}
	}
	for i := range 3 * maxKept {
		if _, err := g.Of(Message{Page: true, Title: strings.Repeat("x", i+1)}, draw); err != nil {
			t.Fatal(err)
		}
	}
	if len(g.kept) > maxKept {
		t.Errorf("%d are kept", len(g.kept))
	}
}

func BenchmarkGallery(b *testing.B) {
	var g Gallery[string]
	m := picture()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := g.Of(m, func(m Message) (string, error) { return m.Title, nil }); err != nil {
			b.Fatal(err)
		}
	}
}
