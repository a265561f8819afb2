package scheduler

import "fmt"

// Mistake says what is wrong with what somebody wrote, and what to write
// instead. The sentence and what goes into it are kept apart, so that whoever
// shows it can say it in another language; see Rule.Text for the rules in it.
type Mistake struct {
	Format string // in English; it names the sentence
	Args   []any  // a *Mistake or a Term is a part of the sentence
}

// Term is a word in a Mistake that has its own in every language.
type Term string

func (e *Mistake) Error() string { return fmt.Sprintf(e.Format, e.Args...) }

func mistake(format string, args ...any) error { return &Mistake{format, args} }
