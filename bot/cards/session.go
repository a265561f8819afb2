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

// SessionNotice is the card that tells what became of the session that was planned for a
// moment; "" if there is no such session, or it falls on a date without group. Of one that
// is held as planned it tells that it takes place after all.
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

// PostSession makes the message that tells a group what became of a session, as Post
// does. Its moments are those that stand now, by the group's clock; a notice that is no
// longer true is not posted.
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
