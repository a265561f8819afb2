package chat

import (
	"circlekeeper/bot"
)

// fault says why a reminder rests, or nothing.
func (k *kit) fault(r bot.Request, rem bot.Reminder, g bot.Group) string {
	if rem.Fault == "" {
		return ""
	}
	if _, _, err := bot.Timing(rem, g); err != nil { // as on record, but with its parts apart
		return sentence(k.in(r).Error(err))
	}
	return sentence(k.in(r).T(rem.Fault))
}
