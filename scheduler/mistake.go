package scheduler

import (
	"fmt"
	"time"
)

// Mistake says what is wrong with what somebody wrote, and what to write
// instead. The sentence and what goes into it are kept apart, so that whoever
// shows it can say it in another language: an argument with Text(lang) says
// itself in the reader's.
type Mistake struct {
	Format string // in English; it names the sentence
	Args   []any  // a *Mistake or a Term is a part of the sentence
	// Offers are texts that the reader may have meant, ready to be written
	// instead, in the reader's language; often none.
	Offers []string
}

// Term is a word in a Mistake that has its own in every language.
type Term string

func (e *Mistake) Error() string { return fmt.Sprintf(e.Format, e.Args...) }

func mistake(format string, args ...any) error { return &Mistake{Format: format, Args: args} }

// offering adds what may be written instead.
func offering(err error, offers ...string) error {
	m, ok := err.(*Mistake) //nolint:errorlint // made by mistake in the same line
	if ok {
		m.Offers = append(m.Offers, offers...)
	}
	return err
}

// timeOfDay is minutes after midnight in a sentence.
type timeOfDay int

func (t timeOfDay) String() string { return t.Text("en-US") }

// Text says the time as readers of the locale write it.
func (t timeOfDay) Text(locale string) string { return speechOf(locale).clock(int(t)) }

// dateText is a day, as dayNumber counts, in a sentence.
type dateText int32

func (d dateText) String() string { return d.Text("en-US") }

// Text says the day with its weekday, as readers of the locale write it.
func (d dateText) Text(locale string) string { return speechOf(locale).longDate(int32(d)) }

func (l Lead) String() string { return l.Text("en-US") }

// Text says how long before or after, without the session.
func (l Lead) Text(locale string) string { return speechOf(locale).lead(l, false) }

// lengthText is how long something takes, in a sentence.
type lengthText time.Duration

func (l lengthText) String() string { return l.Text("en-US") }

// Text says the length in words.
func (l lengthText) Text(locale string) string { return speechOf(locale).length(time.Duration(l)) }

// DayText is the day of a civil moment in a sentence.
type DayText Civil

func (d DayText) String() string { return d.Text("en-US") }

// Text says the day without its weekday: "December 8, 2026".
func (d DayText) Text(locale string) string { return speechOf(locale).date(Civil(d).day()) }

// MomentText is a civil moment in a sentence.
type MomentText Civil

func (m MomentText) String() string { return m.Text("en-US") }

// Text says the day, with its weekday, and the time: "Tuesday, December 8, 2026 at 6:00
// PM".
func (m MomentText) Text(locale string) string {
	say := speechOf(locale)
	minute := int(m.minutes % dayMinutes)
	at := say.either(" at ", " a las ")
	if say.spanish && (minute/60 == 1 || minute/60 == 13 && !say.hours24) {
		at = " a la "
	}
	return say.longDate(Civil(m).day()) + at + say.clock(minute)
}
