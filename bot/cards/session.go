package cards

import (
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// Notices about one session.
const (
	CancelledNotice = "session-cancelled"
	MovedNotice     = "session-moved"
	RestoredNotice  = "session-restored"
)

// SessionNotice is the ID of the card with the state of a session, which was planned for a local
// time: cancelled, moved, or, if it is held as planned, that it takes place after all. It is ""
// if there is no such session, or if it is on a date without group.
func SessionNotice(g bot.Group, planned scheduler.Civil) string {
	calendar, err := g.Calendar()
	if err != nil {
		return ""
	}
	switch became, changed := change(g, planned); {
	case changed && became.To.IsZero():
		return CancelledNotice
	case changed:
		return MovedNotice
	}
	at := calendar.Instant(planned)
	if slices.ContainsFunc(calendar.Meetings(at, at.Add(1), 2), func(m scheduler.Meeting) bool { return m.Planned == planned && !m.Skipped }) {
		return RestoredNotice
	}
	return ""
}

// change is what became of the session that was planned for a time, if it was changed.
func change(g bot.Group, planned scheduler.Civil) (scheduler.Change, bool) {
	return bot.Find(scheduler.Changes(g.Exceptions), func(e scheduler.Change) bool { return e.Start == planned })
}

// PostSession makes the message of a notice about a session, as Post does. Its times are the
// present ones, by the group's clock. If a session was moved and then cancelled, the notice names
// both days: some members may know only one of them. If the notice is no longer true, why is
// SessionChanged.
func (d *Deck) PostSession(card string, to bot.Platform, g bot.Group, planned scheduler.Civil, signed content.SignOff, now time.Time) (m bot.Message, hash string, why bot.Reason) {
	calendar, err := g.Calendar()
	if err != nil || card == "" || SessionNotice(g, planned) != card {
		return bot.Message{}, "", bot.Reason{Code: bot.SessionChanged}
	}
	became, _ := change(g, planned)
	return d.post(card, to, g.Langs, signed, now, func(lang string, blocks []content.Block) []content.Block {
		w := d.books.Reader(lang)
		at := func(c scheduler.Civil) words.Moment { return w.Moment(calendar.Instant(c), calendar.Zone()) }
		return content.Fill(blocks, func(slot string) []content.Span {
			switch {
			case slot == content.StartSlot:
				return words.Join(at(became.Moved))
			case card == CancelledNotice && !became.Moved.IsZero():
				return w.Say("%s and on %s", at(planned), at(became.Moved))
			}
			return words.Join(at(planned))
		})
	})
}
