package scheduler

import (
	"errors"
	"fmt"
	"time"
)

// Mistake says what is wrong with a text, and what to write instead. The sentence and its
// arguments are kept apart, so that it can be said in another language: an argument with a
// method Say(Voice) says itself in the reader's language.
type Mistake struct {
	Format string // in English; also the key of the sentence
	Args   []any  // a *Mistake or a Term is a part of the sentence
	// Offers are texts that the person may have meant, in the reader's language, which can be
	// written instead; often there are none.
	Offers []string
}

// Term is a word in a Mistake that is translated.
type Term string

func (e *Mistake) Error() string { return fmt.Sprintf(e.Format, e.Args...) }

func mistake(format string, args ...any) error { return &Mistake{Format: format, Args: args} }

// offering adds texts that may be written instead.
func offering(err error, offers ...string) error {
	m, ok := err.(*Mistake) //nolint:errorlint // made by mistake in the same line
	if ok {
		m.Offers = append(m.Offers, offers...)
	}
	return err
}

// OffersOf are the texts that an error says were probably meant; none if it is no *Mistake.
func OffersOf(err error) []string {
	var m *Mistake
	if errors.As(err, &m) {
		return m.Offers
	}
	return nil
}

// timeOfDay is minutes after midnight in a sentence.
type timeOfDay int

func (t timeOfDay) String() string { return t.Say(VoiceOf("en-US")) }

// Say says the time as readers of the locale write it.
func (t timeOfDay) Say(v Voice) string { return speech{v}.clock(int(t)) }

// dateText is a day, as dayNumber counts, in a sentence.
type dateText int32

func (d dateText) String() string { return d.Say(VoiceOf("en-US")) }

// Say says the day with its weekday.
func (d dateText) Say(v Voice) string { return speech{v}.longDate(int32(d)) }

func (l Lead) String() string { return l.Say(VoiceOf("en-US")) }

// Say says how long before or after, without the session.
func (l Lead) Say(v Voice) string { return speech{v}.lead(l) }

// lengthText is how long something takes, in a sentence.
type lengthText time.Duration

func (l lengthText) String() string { return l.Say(VoiceOf("en-US")) }

// Say says the length in words.
func (l lengthText) Say(v Voice) string { return speech{v}.length(time.Duration(l)) }

// DayText is the day of a civil moment in a sentence.
type DayText Civil

func (d DayText) String() string { return d.Say(VoiceOf("en-US")) }

// Say says the day without its weekday: "December 8, 2026".
func (d DayText) Say(v Voice) string { return speech{v}.date(Civil(d).day()) }

// MomentText is a civil moment in a sentence.
type MomentText Civil

func (m MomentText) String() string { return m.Say(VoiceOf("en-US")) }

// Say says the day, with its weekday, and the time: "Tuesday, December 8, 2026 at 6:00
// PM".
func (m MomentText) Say(v Voice) string {
	say, day := speech{v}, Civil(m).day()
	return say.C("rule", "%[1]s at %[2]s", say.longDate(day), say.time(int(m.minutes%dayMinutes)))
}
