package words

import (
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// Moment is a point in time in a sentence. As text it is written by the group's clock. Say and
// Join keep it as a fact, so that a platform can show it by the reader's clock.
type Moment struct {
	content.Moment
	text string
}

// String is the moment by the group's clock.
func (m Moment) String() string { return m.text }

// Moment writes a moment in a zone: "Monday, November 30, 2026 at 9:00 AM PST".
func (r *Reader) Moment(t time.Time, zone *time.Location) Moment {
	t = t.In(zone)
	clock := r.Clock(t, zone)
	return Moment{
		Moment: content.Moment{At: t, Clock: r.Calendar.data().WeekdayAbbreviated(t.Weekday()) + " " + clock},
		text:   r.C("moment", "%[1]s at %[2]s", r.Calendar.Date(t), clock),
	}
}

// Clock is the time of day in a zone, with the zone: "9:00 AM PST".
func (r *Reader) Clock(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	return r.Calendar.TimeOfDay(t) + " " + abbreviation(t)
}

// Month is a month and its year: "November 2026".
func (r *Reader) Month(day time.Time) string {
	return r.C("month", "%[1]s %[2]d", r.Calendar.MonthName(day.Month()), day.Year())
}

// abbreviation names a moment's offset from UTC: "PST", or "UTC-03" if the zone has no letters.
func abbreviation(t time.Time) string {
	name, _ := t.Zone()
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		return "UTC" + name
	}
	return name
}

// Say says a sentence as T does, and keeps the moments, channels, roles and commands in it
// as facts.
func (r *Reader) Say(english string, args ...any) []content.Span {
	return filling{r, r.word(english)}.spans(args)
}

// Join puts texts, facts and spans one after the other. Plain texts that meet become one.
func Join(parts ...any) []content.Span {
	var out []content.Span
	add := func(s content.Span) {
		last := len(out) - 1
		if plain := (content.Span{Text: s.Text}); last >= 0 && s == plain && out[last] == (content.Span{Text: out[last].Text}) {
			out[last].Text += s.Text
			return
		}
		out = append(out, s)
	}
	for _, p := range parts {
		switch p := p.(type) {
		case []content.Span:
			for _, s := range p {
				add(s)
			}
		case Moment:
			add(content.Span{Text: p.text, Fact: p.Moment})
		case content.Command:
			add(content.Span{Text: p.String(), Fact: p})
		case bot.Place:
			add(content.Span{Text: p.String(), Fact: p})
		case bot.Role:
			if channel, ok := p.Channel(); ok {
				out = Join(out, channel)
			} else {
				add(content.Span{Text: p.String(), Fact: p})
			}
		case string:
			if p != "" {
				add(content.Span{Text: p})
			}
		}
	}
	return out
}

// Places names channels, which each platform shows in its own way.
func Places(all []bot.Place) []content.Span {
	return Beside(bot.Each(all, func(p bot.Place) []content.Span { return Join(p) }), ", ")
}

// Beside puts several things into one line, with a mark between them.
func Beside(items [][]content.Span, mark string) []content.Span {
	var out []content.Span
	for i, item := range items {
		if i > 0 {
			out = Join(out, mark)
		}
		out = Join(out, item)
	}
	return out
}

// Times lists occurrences in a group's zone.
func (r *Reader) Times(next []scheduler.Occurrence, zone *time.Location) []content.Block {
	if len(next) == 0 {
		return []content.Block{content.Text(r.T("Nothing is planned."))}
	}
	list := Bullets(bot.Each(next, func(o scheduler.Occurrence) []content.Span { return Join(r.Moment(o.At, zone)) })...)
	return []content.Block{content.Text(r.T("Next times (%s):", zone)), list}
}

// Resting says that something is paused at the moment now; nil if it is not.
func (r *Reader) Resting(until, now time.Time, zone *time.Location) []content.Span {
	switch {
	case !until.After(now):
		return nil
	case until.Equal(bot.Forever):
		return r.Say("Paused until somebody resumes it.")
	}
	return r.Say("Paused until %s.", r.Moment(until, zone))
}

// Paragraph is a paragraph of the parts that Join takes.
func Paragraph(parts ...any) content.Block {
	return content.Block{Kind: content.Paragraph, Items: [][]content.Span{Join(parts...)}}
}

// Bullets is a list with one bullet for each item.
func Bullets(items ...[]content.Span) content.Block {
	return content.Block{Kind: content.List, Items: items}
}

// AtMost is the first most lines, and a line that says how many more there are.
func AtMost(r *Reader, most int, lines [][]content.Span) [][]content.Span {
	if more := len(lines) - most; more > 0 {
		return append(lines[:most:most], r.Say("And %d more.", more))
	}
	return lines
}

// Plain is the text of spans, for readers who see no more than text.
func Plain(spans []content.Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}
