package chat

import (
	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// fault says why a reminder rests, or nothing. What cannot be read is read once more:
// the record has it in English, the reader's own words come from what is wrong with it.
func (k *kit) fault(r bot.Request, rem bot.Reminder, g bot.Group) []content.Span {
	if rem.Fault.IsZero() {
		return nil
	}
	w := k.in(r)
	if _, _, err := bot.Timing(rem, g); err != nil {
		return words.Sentence(w.Fault(err))
	}
	return words.Sentence(words.Join(w.Reason(rem.Fault)))
}
