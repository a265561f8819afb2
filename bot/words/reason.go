package words

import (
	"time"

	"circlekeeper/bot"
)

// Reason says why something did not happen. Nothing reads these sentences back.
func (r *Reader) Reason(why bot.Reason) string { return reason{r}.of(why) }

// reason says reasons.
type reason struct{ *Reader }

func (r reason) of(why bot.Reason) string {
	detail := why.Detail
	switch why.Code {
	case bot.Late:
		return r.T("late")
	case bot.LateNewer:
		return r.T("late: a newer one is due")
	case bot.LateGap:
		return r.T("late, and all others before %s", r.civil(why))
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
	case bot.SameWords, bot.PostWithdrawn, bot.PostGone, bot.PostFixed, bot.PostStays, bot.PostKept, bot.NotPinned, bot.PostForgotten:
		return r.ofRevision(why)
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
	return r.ofProgram(why)
}

// ofProgram says what kept the program from posting, and what keeps a platform
// from it.
func (r reason) ofProgram(why bot.Reason) string {
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
		if why.Record() == "" {
			return r.T("not delivered: rate limited")
		}
		return r.T("not delivered: rate limited for %s", r.about(why))
	case bot.Slowmode:
		return r.T("not delivered: the channel has slowmode, and the bot has to wait %s: let its role bypass slowmode there, or turn slowmode off", r.about(why))
	case bot.ClockDiffers:
		return r.T("it differs from the database's clock by %s", r.about(why))
	case bot.ClockMoved:
		if why.Length < 0 {
			return r.T("it was set back by %s", r.about(why))
		}
		return r.T("it was set forward by %s, or the machine slept for that long", r.about(why))
	case bot.ClockBehind:
		return r.T("the newest record is %s ahead of it", r.about(why))
	case bot.ClockAhead:
		return r.T("it is %s ahead of the newest record", r.about(why))
	case bot.NeverAgain:
		return r.T("the rule has no more dates")
	case bot.NoDatabase:
		return r.T("it could not be reached for %s", r.about(why))
	case bot.CardsDiffer:
		return r.T("the cards in force go by %s", detail)
	case bot.NotConnected:
		return r.T("the program is not connected")
	}
	return r.word(detail) // Down, NoAccess, Exposed, BadContent, RuleFault and Recorded are their details
}

// about says a reason's length as exactly as a reader needs it.
func (r reason) about(why bot.Reason) string {
	if why.Detail != "" { // as an older program kept it
		return why.Detail
	}
	d := why.Length.Abs()
	switch {
	case d >= 3*24*time.Hour:
		d = d.Round(24 * time.Hour)
	case d >= 3*time.Minute:
		d = d.Round(time.Minute)
	default:
		d = max(d, time.Second)
	}
	return r.Length(d)
}

// civil says a reason's local time.
func (r reason) civil(why bot.Reason) string {
	if why.Detail != "" { // as an older program kept it
		return why.Detail
	}
	at := why.Before.Time()
	return r.C("moment", "%[1]s at %[2]s", r.Calendar.Date(at), r.Calendar.TimeOfDay(at))
}

// with puts an adapter's words behind what they explain. Those that a catalogue has are
// said in the reader's language.
func (r reason) with(detail, said string) string {
	if detail == "" {
		return said
	}
	return said + ": " + r.word(detail)
}

// ofRevision says why a post was not corrected, withdrawn, taken away or pinned.
func (r reason) ofRevision(why bot.Reason) string {
	switch why.Code {
	case bot.SameWords:
		return r.T("these words stand there already")
	case bot.PostWithdrawn:
		return r.T("it was withdrawn before")
	case bot.PostGone:
		return r.T("somebody deleted it")
	case bot.PostFixed:
		return r.with(why.Detail, r.T("it may not be changed"))
	case bot.PostStays:
		return r.with(why.Detail, r.T("it may not be deleted"))
	case bot.PostKept:
		return r.T("older posts of this reminder may stay now")
	case bot.NotPinned:
		return r.with(why.Detail, r.T("it could not be pinned"))
	}
	return r.T("it is no longer on record")
}
