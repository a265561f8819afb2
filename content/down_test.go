package content

import (
	"strings"
	"testing"
	"time"
)

// The card says that a line is out of service and which other to use. When the time is over, the card
// is as before, without anybody's action.
func TestALineIsOutOfService(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	l := BuiltInLines()
	d, err := l.NewDownLine("988", now.Add(24*time.Hour), "text HOME to 741741", "One, LMFT 1", nil, now)
	if err != nil || d.Instead != "crisis-text-line" {
		t.Fatalf("%+v, %v", d, err)
	}
	all := []DownLine{d}
	when := func(_ string, at time.Time) Span { return Span{Text: "the day after", Fact: Moment{At: at}} }
	shown := func(lang string, at time.Time) (string, Card) {
		c := l.Card(lang, nil, Voice{Say: sayEnglish, When: when}, all, at)
		return Plain(c.Answer), c
	}
	text, card := shown("en", now)
	first, rest, _ := strings.Cut(text, "\n")
	if first != "Call 911 if someone is in danger now or may have overdosed. 988 Suicide & Crisis Lifeline is out of service until the day after. Until then use this: Crisis Text Line: text HOME to 741741. Spanish: text AYUDA." ||
		strings.Contains(rest, "988lifeline.org") || !strings.Contains(rest, "988 Suicide & Crisis Lifeline is out of service until the day after.") {
		t.Errorf("%s", text)
	}
	if spanish, _ := shown("es", now); !strings.Contains(spanish, "out of service until the day after") {
		t.Errorf("%s", spanish)
	}
	moments := 0
	for _, b := range card.Answer {
		for _, item := range b.Items {
			for _, s := range item {
				if s.Fact == (Moment{At: d.Until}) {
					moments++
				}
			}
		}
	}
	if moments != 2 {
		t.Errorf("the end is told as a moment %d times", moments)
	}
	if got := l.Numbers(all, now); strings.Join(got, " ") != "911" {
		t.Errorf("numbers %v", got)
	}
	over := d.Until
	if _, c := shown("en", over); c.Hash != CrisisCard("en", nil, nil).Hash || len(l.Numbers(all, over)) != 2 {
		t.Error("the time is over, and the line is still out of service")
	}
	// Impossible entries on record change nothing.
	for _, bad := range []DownLine{{Line: "911", Until: over, Instead: "988"}, {Line: "gone", Until: over, Instead: "988"}} {
		if c := l.Card("en", nil, Voice{}, []DownLine{bad}, now); c.Hash != CrisisCard("en", nil, nil).Hash || len(l.Numbers([]DownLine{bad}, now)) == 0 {
			t.Errorf("%+v changes the card", bad)
		}
	}
}

// Outages has a paragraph for a card whose text has the line's number as a separate number, and none
// for other cards.
func TestCardsThatNameALineThatIsDown(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	l := BuiltInLines()
	d, err := l.NewDownLine("988", now.Add(24*time.Hour), "741741", "One, LMFT 1", nil, now)
	must(t, err)
	for _, tt := range []struct {
		card Card
		says bool
	}{
		{Card{Lang: "en", Answer: []Block{Text("Call 988 now.")}}, true},
		{Card{Lang: "he", Answer: []Block{Text("988")}}, true},
		{Card{Lang: "en", Answer: []Block{Text("Hello.")}, Sections: []Section{{Blocks: []Block{Text("(988)")}}}}, true},
		{Card{Lang: "en", Answer: []Block{Text("Call 1988 or 9881, or 911.")}}, false},
		{Card{Lang: "en", Answer: []Block{Text("Room 9880, then 988.")}}, true},
		{Card{Lang: "en"}, false},
	} {
		said := l.Outages(tt.card, Voice{}, []DownLine{d}, now)
		if text := Plain(said); strings.Contains(text, "is out of service until") != tt.says || tt.says && !strings.Contains(text, "741741") {
			t.Errorf("%q: %q", Plain(tt.card.Answer), text)
		}
		if over := l.Outages(tt.card, Voice{}, []DownLine{d}, d.Until); len(over) > 0 {
			t.Errorf("the time is over, and still: %q", Plain(over))
		}
	}
}

// NewDownLine refuses the floor's first line, an entry without an end or without another line, and two
// lines that replace each other.
func TestLinesThatStay(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	l := BuiltInLines().Chosen(map[string]string{"overdose-companions": "off"})
	known := []DownLine{{Line: "988", Until: now.Add(time.Hour), Instead: "crisis-text-line"}}
	for name, c := range map[string]struct {
		line, instead, by string
		length            time.Duration
		known             []DownLine
		want              string
	}{
		"first line":        {"911", "988", "One, A 1", time.Hour, nil, "cannot be put out of service"},
		"unknown":           {"119", "988", "One, A 1", time.Hour, nil, "there is no line"},
		"too long":          {"988", "samhsa", "One, A 1", MaxDown + time.Second, nil, "from now up to 7 days"},
		"over":              {"988", "samhsa", "One, A 1", 0, nil, "from now up to 7 days"},
		"itself":            {"988", "988", "One, A 1", time.Hour, nil, "name the line to use instead"},
		"no line":           {"988", "pray", "One, A 1", time.Hour, nil, "name the line to use instead"},
		"not chosen":        {"988", "never-use-alone", "One, A 1", time.Hour, nil, "name the line to use instead"},
		"down itself":       {"samhsa", "988", "One, A 1", time.Hour, known, "out of service itself"},
		"stands for others": {"crisis-text-line", "samhsa", "One, A 1", time.Hour, known, "name another one there first"},
		"nobody":            {"988", "samhsa", "One", time.Hour, nil, "Name, licence"},
	} {
		if d, err := l.NewDownLine(c.line, now.Add(c.length), c.instead, c.by, c.known, now); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
}
