package words

import (
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// The sentences that every chat adapter says itself when it has no answer of the core.

// Sorry says that a request failed.
func (r *Reader) Sorry() []content.Span {
	return r.Say("Something went wrong. Please try again. In a crisis, use %s, or call %s.", Command(bot.Crisis), r.Numbers())
}

// OutOfDate says that a button is out of date: an earlier version of the program made it.
func (r *Reader) OutOfDate() []content.Span {
	return r.Say("This button is out of date. Please use the command again. In a crisis, use %s, or call %s.", Command(bot.Crisis), r.Numbers())
}

// Busy says that more people are asking than can be answered at once.
func (r *Reader) Busy() string {
	return r.T("Many people are asking right now. Please try again in a moment. In a crisis, call %s.", r.Numbers())
}

// Numbers names the telephone numbers for a crisis, as every answer does: "911 or 988".
func (r *Reader) Numbers() string {
	all := r.numbers
	if len(all) == 0 {
		all = content.BuiltInNumbers()
	}
	said := all[0]
	for _, n := range all[1:] {
		said = r.C("telephone numbers", "%s or %s", said, n)
	}
	return said
}

// Pointer is the line at the end of every answer that says where help in a crisis is.
func Pointer(r *Reader) []content.Span {
	return r.Say("Need help now? Use %s, or call %s.", Command(bot.Crisis), r.Numbers())
}

// Notice is an answer of sentences, with a paragraph for each.
func Notice(said ...[]content.Span) bot.Answer {
	return bot.Answer{Message: bot.Message{Blocks: bot.Each(said, func(s []content.Span) content.Block { return Paragraph(s) })}}
}

// SetNumbers replaces the numbers that every answer names, and reports whether they changed.
func (b *Books) SetNumbers(all []string) (changed bool) {
	before := content.BuiltInNumbers()
	if old := b.numbers.Swap(&all); old != nil {
		before = *old
	}
	return !slices.Equal(before, all)
}

// Voice says the crisis card in every language, and moments by the clock of their own zone.
func (b *Books) Voice() content.Voice {
	return content.Voice{Say: b.Say, When: func(lang string, at time.Time) content.Span {
		return Join(b.Reader(lang).Moment(at, at.Location()))[0]
	}}
}
