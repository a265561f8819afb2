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
	for _, e := range slices.Backward(g.Exceptions) {
		switch {
		case e.Start != planned:
		case e.To.IsZero():
			return CancelledNotice
		default:
			return MovedNotice
		}
	}
	at := calendar.Instant(planned)
	if slices.ContainsFunc(calendar.Meetings(at, at.Add(1), 2), func(m scheduler.Meeting) bool { return m.Planned == planned && !m.Skipped }) {
		return RestoredNotice
	}
	return ""
}

// PostSession makes the message of a notice about a session, as Post does. Its times are the
// present ones, by the group's clock. If the notice is no longer true, why is SessionChanged.
func (d *Deck) PostSession(card string, to bot.Platform, g bot.Group, planned scheduler.Civil, signed content.SignOff, now time.Time) (m bot.Message, hash string, why bot.Reason) {
	calendar, err := g.Calendar()
	if err != nil || card == "" || SessionNotice(g, planned) != card {
		return bot.Message{}, "", bot.Reason{Code: bot.SessionChanged}
	}
	moments := map[string]time.Time{content.PlannedSlot: calendar.Instant(planned)}
	for _, e := range g.Exceptions {
		if e.Start == planned {
			moments[content.StartSlot] = calendar.Instant(e.To)
		}
	}
	return d.post(card, to, g.Langs, signed, now, func(lang string, blocks []content.Block) []content.Block {
		w := d.books.Reader(lang)
		return content.Fill(blocks, func(slot string) []content.Span {
			return words.Join(w.Moment(moments[slot], calendar.Zone()))
		})
	})
}
