package words

import (
	"time"

	"circlekeeper/bot"
)

// reasons are the sentences of reasons without an argument. An adapter's words may follow.
func reasons() sayings[bot.ReasonCode, string] {
	return sayings[bot.ReasonCode, string]{
		bot.Late:             "late",
		bot.LateNewer:        "late: a newer one is due",
		bot.QuietHours:       "quiet hours",
		bot.NotApproved:      "not approved",
		bot.Withdrawn:        "withdrawn",
		bot.Paused:           "paused",
		bot.Removed:          "removed",
		bot.SkippedDate:      "skipped date",
		bot.PostedBefore:     "posted already, by settings that the restored backup does not know",
		bot.SessionCancelled: "session cancelled",
		bot.SessionMoved:     "session moved",
		bot.SessionChanged:   "the session has changed since then",

		bot.SameWords:     "it has these words already",
		bot.PostWithdrawn: "it was withdrawn before",
		bot.PostGone:      "somebody deleted it",
		bot.PostFixed:     "it may not be changed",
		bot.PostStays:     "it may not be deleted",
		bot.PostKept:      "older posts of this reminder may stay now",
		bot.NotPinned:     "it could not be pinned",
		bot.PostForgotten: "it is no longer on record",

		bot.Unreachable:  "unreachable",
		bot.Rejected:     "refused",
		bot.Unresolved:   "unknown",
		bot.UnresolvedNo: "unknown: no program serves this platform",
		bot.NotDelivered: "not delivered",
		bot.NotServed:    "not delivered: no program serves this platform",
		bot.CutOff:       "not delivered: an attempt was cut off",
		bot.Stopped:      "stopped before sending",
		bot.HeldUp:       "held up before sending",
		bot.Unamended:    "not delivered: the notice before it could not be changed",
		bot.Limited:      "not delivered: rate limited",

		// These have an argument in reasonsOf; here is what to say if it is not on record.
		bot.LateGap:      "late",
		bot.NotSetUp:     "unreachable",
		bot.Slowmode:     "not delivered: the channel has slowmode",
		bot.ClockDiffers: "it differs from the database's clock",
		bot.ClockWrong:   "it differs from the platforms' clocks",
		bot.ClockMoved:   "it was set, or the machine slept",
		bot.ClockBehind:  "it is behind the newest record",
		bot.ClockAhead:   "it is ahead of the newest record",
		bot.NoDatabase:   "it could not be reached",
		bot.CardsDiffer:  "the cards in use are not the same",

		bot.NotConnected: "the program is not connected",
		bot.NeverAgain:   "the rule has no more dates",
	}
}

// reasonsOf are the sentences of reasons with an argument: a length, a moment or a name.
func reasonsOf() sayings[bot.ReasonCode, string] {
	return sayings[bot.ReasonCode, string]{
		bot.LateGap:      "late, and all others before %s",
		bot.NotSetUp:     "unreachable: %s is not set up in this program",
		bot.Limited:      "not delivered: rate limited for %s",
		bot.Slowmode:     "not delivered: the channel has slowmode, and the bot has to wait %s: let its role bypass slowmode there, or turn slowmode off",
		bot.ClockDiffers: "it differs from the database's clock by %s",
		bot.ClockWrong:   "it is %s ahead of the platforms' clocks",
		bot.ClockMoved:   "it was set forward by %s, or the machine slept for that long",
		bot.ClockBehind:  "the newest record is %s ahead of it",
		bot.ClockAhead:   "it is %s ahead of the newest record",
		bot.NoDatabase:   "it could not be reached for %s",
		bot.CardsDiffer:  "cards in use: %s",
	}
}

// Reason says why something did not happen. For a code that is in neither table it says the
// detail. It is never empty for a code, even without a detail. Nothing reads the text back.
func (r *Reader) Reason(why bot.Reason) string {
	switch of := factOf(r, why); {
	case of == "":
	case why.Code == bot.ClockWrong && why.Length < 0:
		return r.T("it is %s behind the platforms' clocks", of)
	case why.Code == bot.ClockMoved && why.Length < 0:
		return r.T("it was set back by %s", of)
	case reasonsOf()[why.Code] != "":
		return r.T(reasonsOf()[why.Code], of)
	}
	said := r.word(reasons()[why.Code])
	switch {
	case why.Detail == "" && said == "" && why.Code != "":
		return r.T("no details are on record")
	case why.Detail == "":
		return said
	case said == "":
		return fromPlatform(r, why.Detail)
	}
	return said + ": " + fromPlatform(r, why.Detail)
}

// factOf is the argument of a reason's sentence: a rounded length, a local time, or the detail.
func factOf(r *Reader, why bot.Reason) string {
	if why.Length != 0 {
		d := why.Length.Abs()
		switch {
		case d >= 3*24*time.Hour:
			d = d.Round(24 * time.Hour)
		case d >= 3*time.Minute:
			d = d.Round(time.Minute)
		}
		return r.Length(max(d, time.Second))
	}
	if at := why.Before.Time(); !why.Before.IsZero() {
		return r.C("moment", "%[1]s at %[2]s", r.Calendar.Date(at), r.Calendar.TimeOfDay(at))
	}
	return why.Detail
}
