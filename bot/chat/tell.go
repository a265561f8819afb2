package chat

import (
	"circlekeeper/bot"
)

// fault says why a reminder rests, or nothing.
func (b *Bot) fault(r bot.Request, rem bot.Reminder, g bot.Group) string {
	if rem.Fault == "" {
		return ""
	}
	if _, _, err := bot.Timing(rem, g); err != nil { // as on record, but with its parts apart
		return sentence(b.in(r).Error(err))
	}
	return sentence(b.in(r).T(rem.Fault))
}
