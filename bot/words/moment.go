package words

import (
	"strings"
	"sync"
	"time"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/en_US"

	"circlekeeper/bot"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// Moment is a point in time as a sentence tells it. In a text it is said by the
// group's clock; Say and Join keep it as a fact, so that a platform can show it by the
// reader's clock.
type Moment struct {
	content.Moment
	text string
}

// String is the moment by the group's clock.
func (m Moment) String() string { return m.text }

// Moment says a moment by the clock of a zone: "Monday, November 30, 2026 at 9:00 AM
// PST".
func (r *Reader) Moment(t time.Time, zone *time.Location) Moment {
	t = t.In(zone)
	clock := r.clock(t) + " " + abbreviation(t)
	return Moment{
		Moment: content.Moment{At: t, Clock: r.cldr().WeekdayAbbreviated(t.Weekday()) + " " + clock},
		text:   r.C("moment", "%[1]s at %[2]s", r.Date(t), clock),
	}
}

// Clock is the time of day in a zone, with the zone: "9:00 AM PST".
func (r *Reader) Clock(t time.Time, zone *time.Location) string {
	t = t.In(zone)
	return r.clock(t) + " " + abbreviation(t)
}

// Date is a day: "Monday, November 30, 2026".
func (r *Reader) Date(day time.Time) string { return spaced(r.cldr().FmtDateFull(day)) }

// Day is a day without its name: "November 30, 2026".
func (r *Reader) Day(day time.Time) string { return spaced(r.cldr().FmtDateLong(day)) }

// Month is a month and its year: "November 2026".
func (r *Reader) Month(day time.Time) string {
	return r.C("month", "%[1]s %[2]d", r.cldr().MonthWide(day.Month()), day.Year())
}

// Dates says a day or several, as a group’s skipped dates are on record: "Thursday,
// December 24, 2026 to Saturday, January 2, 2027". What is not on record like this stays.
func (r *Reader) Dates(s string) string { return r.days(s, r.Date) }

// DatesToType says them without their weekdays, as a field of a form has them.
func (r *Reader) DatesToType(s string) string { return r.days(s, r.Day) }

func (r *Reader) days(s string, say func(time.Time) string) string {
	d, err := scheduler.ParseDates(s)
	switch {
	case err != nil:
		return s
	case d.From() == d.Until():
		return say(d.From().Time())
	}
	return r.C("dates", "%s to %s", say(d.From().Time()), say(d.Until().Time()))
}

// TimeOfDay is a time of day without its zone: "9:00 AM".
func (r *Reader) TimeOfDay(t time.Time) string { return r.clock(t) }

// ToTheSecond is a time of day without its zone, with seconds: "9:00:05 AM".
func (r *Reader) ToTheSecond(t time.Time) string { return r.upper(spaced(r.cldr().FmtTimeMedium(t))) }

// clock is a time of day without its zone: "9:00 AM".
func (r *Reader) clock(t time.Time) string {
	return r.upper(spaced(r.cldr().FmtTimeShort(t)))
}

// upper writes "AM" as people who read English do; the data write "am".
func (r *Reader) upper(said string) string {
	if strings.HasPrefix(r.locale, English) {
		return strings.ToUpper(said)
	}
	return said
}

// spaced puts plain spaces for those that do not break, which the data have in "a. m.":
// people search and copy what they read.
func spaced(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)
}

// abbreviation names the offset of a moment: "PST", or "UTC-03" where the zone's data
// have no letters.
func abbreviation(t time.Time) string {
	name, _ := t.Zone()
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		return "UTC" + name
	}
	return name
}

// cldr are the data of the reader's locale.
func (r *Reader) cldr() locales.Translator {
	if r.calendar == nil {
		r.locale, r.calendar = DefaultLocale, sync.OnceValue(en_US.New)
	}
	return r.calendar()
}

// Say says a sentence as T does, and keeps the moments and channels in it as facts.
func (r *Reader) Say(english string, args ...any) []content.Span {
	return r.spans(r.word(english), args)
}

// Join puts texts, moments, channels and spans one after the other. Plain texts that
// meet become one.
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
			add(content.Span{Text: p.text, Moment: p.Moment})
		case bot.Place:
			add(content.Span{Text: p.String(), Link: bot.PlaceLink + p.String()})
		case string:
			if p != "" {
				add(content.Span{Text: p})
			}
		}
	}
	return out
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
	list := content.Block{Kind: content.List}
	for _, o := range next {
		list.Items = append(list.Items, Join(r.Moment(o.At, zone)))
	}
	return []content.Block{content.Text(r.T("Next times (%s):", zone)), list}
}

// Resting says that something is paused at the moment now, or nothing.
func (r *Reader) Resting(until, now time.Time, zone *time.Location) []content.Span {
	switch {
	case !until.After(now):
		return nil
	case until.Equal(bot.Forever):
		return r.Say("Paused until somebody resumes it.")
	}
	return r.Say("Paused until %s.", r.Moment(until, zone))
}

// Paragraph is a paragraph of what Join takes.
func Paragraph(parts ...any) content.Block {
	return content.Block{Kind: content.Paragraph, Items: [][]content.Span{Join(parts...)}}
}

// Bullets is a list of what Join made.
func Bullets(items ...[]content.Span) content.Block {
	return content.Block{Kind: content.List, Items: items}
}
