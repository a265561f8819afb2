package words

import (
	"time"

	"circlekeeper/scheduler"
)

// What is stored of groups and reminders as text: rules, quiet hours, dates. Text that cannot be read is
// said unchanged. The functions with ToType write a value for a field of a form, so that it can be read
// again in this language.

// SayRule says a rule in words.
func SayRule(r *Reader, rule string) string { return Rule(rule).Say(r.voice()) }

// RuleToType writes a rule as people type it, in Spanish for a Spanish reader, else in English.
func RuleToType(r *Reader, rule string) string {
	return Rule(rule).Say(scheduler.VoiceOf(r.Locale()))
}

// SayQuiet says quiet hours: "9:00 PM to 8:00 AM".
func SayQuiet(r *Reader, hours string) string {
	quiet, err := scheduler.ParseQuiet(hours)
	if err != nil {
		return hours
	}
	if quiet == (scheduler.Quiet{}) {
		return r.T("none")
	}
	clock := func(sinceMidnight time.Duration) string {
		return whole(r.Calendar.TimeOfDay(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Add(sinceMidnight)))
	}
	return r.C("hours", "%s to %s", clock(quiet.From()), clock(quiet.To()))
}

// QuietToType writes quiet hours in the reader's language if that can be read again, else as they
// are stored.
func QuietToType(r *Reader, hours string) string {
	said := SayQuiet(r, hours)
	if again, err := scheduler.ParseQuiet(said); err != nil || again.String() != hours {
		return hours
	}
	return said
}

// whole writes the hour of a 24-hour clock with two digits, because "1:00" may mean the
// afternoon when it is typed again.
func whole(clock string) string {
	if len(clock) == len("1:00") && clock[1] == ':' {
		return "0" + clock
	}
	return clock
}

// SayDates says a day or several: "Thursday, December 24, 2026 to Saturday, January 2, 2027".
func SayDates(r *Reader, s string) string { return dates(r, s, r.Calendar.Date) }

// DatesToType writes dates without weekdays, in the reader's language if that can be read again,
// else as they are stored.
func DatesToType(r *Reader, s string) string {
	said := dates(r, s, r.Calendar.Day)
	if again, err := (scheduler.Reader{Locale: r.Locale()}).Skip(said); err != nil || again.String() != s {
		return s
	}
	return said
}

func dates(r *Reader, s string, say func(time.Time) string) string {
	d, err := scheduler.ParseDates(s)
	switch {
	case err != nil:
		return s
	case d.From() == d.Until():
		return say(d.From().Time())
	}
	return r.C("dates", "%s to %s", say(d.From().Time()), say(d.Until().Time()))
}

// Rule is the stored rule of a reminder or session, as an argument of a sentence: the sentence
// has it in the reader's language.
type Rule string

// Say describes the rule.
func (s Rule) Say(v scheduler.Voice) string {
	rule, err := scheduler.ParseRule(string(s))
	if err != nil {
		return string(s)
	}
	return rule.Say(v)
}

// voice says rules and local times: with the scheduler's own words in English and Spanish, else
// with the catalogue's, else in English.
func (r *Reader) voice() scheduler.Voice {
	if own := Base(r.lang); own != English && own != "es" && r.book.label("rule", "%[1]s at %[2]s") != "" {
		return struct {
			*Reader
			Calendar
		}{r, r.Calendar}
	}
	return scheduler.VoiceOf(r.Locale())
}
