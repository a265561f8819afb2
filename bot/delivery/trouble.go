package delivery

import (
	"circlekeeper/bot"
)

// troubleOf is the trouble that staff are told of after a delivery ended so; nil if none.
func troubleOf(d bot.Delivery, s bot.Settlement) *bot.Trouble {
	if d.Kind == bot.OfTest || d.Kind.Revises() && d.Kind != bot.OfRemoval || s.State == bot.Sent { // the person who asked reads how it went
		return nil
	}
	t := &bot.Trouble{Reason: s.Reason, Group: d.Group}
	switch code := s.Reason.Code; {
	case d.Kind == bot.OfView && s.State == bot.Skipped:
		return nil // nobody waits for it at a certain time: it is made again
	case d.Kind == bot.OfView:
		t.Subject = bot.AboutView.At(d.Place)
	case d.Kind == bot.OfRemoval && s.State == bot.Failed && d.Card != bot.Agreements:
		t.Subject = bot.AboutOlder.At(d.Place)
	case d.Kind == bot.OfRemoval:
		return nil
	case s.State == bot.Failed && code == bot.Rejected:
		t.Subject = bot.AboutMessage.At(d.Place)
	case s.State == bot.Failed:
		t.Subject = bot.AboutPlace.At(d.Place)
	case code == bot.NotApproved, code == bot.Withdrawn, code == bot.PostedBefore:
		t.Subject = bot.AboutReminder.Of(d.Reminder)
	case code == bot.Late, code == bot.LateNewer, code == bot.LateGap, code == bot.QuietHours:
		t.Subject = bot.Subject{Kind: bot.AboutLateness}
	default:
		return nil // paused, removed, a skipped date: what people asked for
	}
	return t
}

// undelivered is the subject of the trouble of a delivery that cannot reach its place. OfView
// deliveries have their own subject: they may need other rights than posts.
func undelivered(d bot.Delivery) bot.Subject {
	if d.Kind == bot.OfView {
		return bot.AboutView.At(d.Place)
	}
	return bot.AboutPlace.At(d.Place)
}

// healedBy are the subjects of the troubles that are over once a delivery was sent.
func healedBy(d bot.Delivery) []bot.Subject {
	platform := bot.AboutPlatform.Of(string(d.Place.Platform))
	switch {
	case d.Kind == bot.OfView:
		return []bot.Subject{platform, bot.AboutView.At(d.Place)}
	case d.Kind == bot.OfRemoval:
		return []bot.Subject{platform, bot.AboutOlder.At(d.Place)}
	case d.Kind.Revises(): // it does not show that posts get through
		return []bot.Subject{platform}
	}
	healed := []bot.Subject{bot.AboutPlace.At(d.Place), bot.AboutMessage.At(d.Place), platform, bot.AboutReminder.Of(d.Reminder)}
	if d.Kind == bot.OfReminder {
		healed = append(healed, bot.Subject{Kind: bot.AboutLateness})
	}
	return healed
}
