package words

import (
	"circlekeeper/bot"
	"circlekeeper/content"
)

// Reason says why something did not happen. Nothing reads these sentences back.
func (r *Reader) Reason(why bot.Reason) string {
	detail := why.Detail
	switch why.Code {
	case bot.Late:
		return r.T("late")
	case bot.LateNewer:
		return r.T("late: a newer one is due")
	case bot.LateGap:
		return r.T("late, and all others before %s", detail)
	case bot.QuietHours:
		return r.T("quiet hours")
	case bot.NotApproved:
		return r.T("not approved")
	case bot.Withdrawn:
		return r.T("withdrawn")
	case bot.Paused:
		return r.T("paused")
	case bot.Removed:
		return r.T("removed")
	case bot.SkippedDate:
		return r.T("skipped date")
	case bot.PostedBefore:
		return r.T("posted already, by settings that the restored backup does not know")
	case bot.SessionCancelled:
		return r.T("session cancelled")
	case bot.SessionMoved:
		return r.T("session moved")
	case bot.SessionChanged:
		return r.T("the session was changed since")
	case bot.SameWords, bot.PostWithdrawn, bot.PostGone, bot.PostFixed, bot.PostStays, bot.PostKept, bot.PostForgotten:
		return reasonOfRevision(r, why)
	case bot.Unreachable:
		return r.with(detail, r.T("unreachable"))
	case bot.NotSetUp:
		return r.T("unreachable: %s is not set up in this program", detail)
	case bot.Rejected:
		return r.with(detail, r.T("refused"))
	case bot.Unresolved:
		return r.with(detail, r.T("unknown"))
	case bot.UnresolvedNo:
		return r.T("unknown: no program serves this platform")
	case bot.NotDelivered:
		return r.with(detail, r.T("not delivered"))
	}
	return r.reasonOfProgram(why)
}

// reasonOfProgram says what kept the program from posting, and what keeps a platform
// from it.
func (r *Reader) reasonOfProgram(why bot.Reason) string {
	detail := why.Detail
	switch why.Code {
	case bot.NotServed:
		return r.T("not delivered: no program serves this platform")
	case bot.CutOff:
		return r.T("not delivered: an attempt was cut off")
	case bot.Stopped:
		return r.T("stopped before sending")
	case bot.HeldUp:
		return r.T("held up before sending")
	case bot.Unamended:
		return r.T("not delivered: the notice before it could not be changed")
	case bot.Limited:
		if detail == "" {
			return r.T("not delivered: rate limited")
		}
		return r.T("not delivered: rate limited for %s", detail)
	case bot.Slowmode:
		return r.T("not delivered: the channel has slowmode, and the bot has to wait %s: let its role bypass slowmode there, or turn slowmode off", detail)
	case bot.ClockDiffers:
		return r.T("it differs from the database's clock by %s", detail)
	case bot.ClockMoved:
		return r.T("it was set by %s, or the machine slept for that long", detail)
	case bot.ClockBehind:
		return r.T("the newest record is %s ahead of it", detail)
	case bot.ClockAhead:
		return r.T("it is %s ahead of the newest record", detail)
	case bot.NeverAgain:
		return r.T("the rule has no more dates")
	case bot.NoDatabase:
		return r.T("it could not be reached for %s", detail)
	case bot.CardsDiffer:
		return r.T("the cards in force go by %s", detail)
	case bot.NotConnected:
		return r.T("the program is not connected")
	}
	return r.word(detail) // Down, NoAccess, Exposed, BadContent, RuleFault and Recorded are their details
}

// with puts an adapter's words behind what they explain. Those that a catalogue has are
// said in the reader's language.
func (r *Reader) with(detail, said string) string {
	if detail == "" {
		return said
	}
	return said + ": " + r.word(detail)
}

// Names are what people call a subject: by a reminder's topic and a group's name. Either
// may be empty.
type Names struct{ Topic, Group string }

// named puts names behind something.
func (r *Reader) named(spans []content.Span, n Names) []content.Span {
	name := n.Topic
	if name != "" && n.Group != "" {
		name += ", "
	}
	if name += n.Group; name == "" {
		return spans
	}
	return append(spans, content.Span{Text: " (" + name + ")"})
}

// Subject names what a trouble is about.
func (r *Reader) Subject(s bot.Subject, n Names) []content.Span {
	switch s.Kind {
	case bot.AboutPlace:
		return r.named(r.Say("place %s", s.Place), n)
	case bot.AboutMessage:
		return r.named(r.Say("message %s", s.Place), n)
	case bot.AboutOlder:
		return r.named(r.Say("older posts in %s", s.Place), n)
	case bot.AboutAudience:
		return r.Say("audience %s", s.Place)
	case bot.AboutPlatform:
		return r.Say("platform %s", s.ID)
	case bot.AboutConnection:
		return r.Say("connection %s", s.ID)
	case bot.AboutAccess:
		return r.Say("access %s", s.ID)
	case bot.AboutReminder:
		return r.named(r.Say("reminder %s", s.ID), n)
	case bot.AboutClock:
		return r.Say("clock")
	case bot.AboutRetention:
		return r.Say("deletion")
	case bot.AboutContent:
		return r.Say("card file %s", s.ID)
	case bot.AboutDiffering:
		return r.Say("different cards")
	case bot.AboutLateness:
		return r.Say("late")
	case bot.AboutDatabase:
		return r.Say("database")
	}
	return []content.Span{{Text: s.String()}}
}
