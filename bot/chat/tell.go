package chat

import (
	"strings"

	"circlekeeper/bot"
)

// reason says why a delivery or a platform stands as it does. What is on record
// stays English; an adapter's words, at the end, are shown as they are.
func (b *Bot) reason(r bot.Request, recorded string) string {
	t := b.in(r)
	parts := strings.Split(recorded, ": ")
	for i, part := range parts {
		parts[i] = t.T(part)
		for _, format := range []string{bot.LateGap, notSetUp} {
			before, after, _ := strings.Cut(format, "%s")
			rest, begins := strings.CutPrefix(part, before)
			if name, ends := strings.CutSuffix(rest, after); begins && ends {
				parts[i] = t.T(format, name)
			}
		}
	}
	return strings.Join(parts, ": ")
}

// subject names what a trouble is about.
func (b *Bot) subject(r bot.Request, recorded string) string {
	kind, name, _ := strings.Cut(recorded, " ")
	return strings.TrimSpace(b.in(r).T(kind) + " " + name)
}

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
