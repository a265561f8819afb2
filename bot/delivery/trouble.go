package delivery

import (
	"circlekeeper/bot"
)

// troubleOf names the trouble, if any, in how a delivery ended.
func troubleOf(d bot.Delivery, place bot.Place, s bot.Settlement) *bot.Trouble {
	if d.Kind == bot.OfTest || s.State == bot.Sent {
		return nil
	}
	t := &bot.Trouble{Reason: s.Reason, Group: d.Group}
	switch code := s.Reason.Code; {
	case s.State == bot.Failed && code == bot.Rejected:
		t.Subject = bot.MessageSubject(place)
	case s.State == bot.Failed:
		t.Subject = bot.PlaceSubject(place)
	case code == bot.NotApproved, code == bot.Withdrawn, code == bot.PostedBefore:
		t.Subject = bot.ReminderSubject(d.Reminder)
	case code == bot.Late, code == bot.LateNewer, code == bot.LateGap, code == bot.QuietHours:
		t.Subject = bot.LateSubject()
	default:
		return nil // paused, removed, a skipped date: what people asked for
	}
	return t
}
