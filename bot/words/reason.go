package words

import (
	"time"

	"circlekeeper/bot"
)

// reason has the sentence of a reason, which an adapter's words may follow, and the one with the reason's
// argument, if it has any: a length, a moment or a name.
type reason struct{ said, of string }

func reasons() sayings[bot.ReasonCode, reason] {
	return sayings[bot.ReasonCode, reason]{
		bot.Late:             {said: "late"},
		bot.LateNewer:        {said: "late: a newer one is due"},
		bot.QuietHours:       {said: "quiet hours"},
		bot.NotApproved:      {said: "not approved"},
		bot.Withdrawn:        {said: "withdrawn"},
		bot.Paused:           {said: "paused"},
		bot.Removed:          {said: "removed"},
		bot.SkippedDate:      {said: "skipped date"},
		bot.PostedBefore:     {said: "posted already, by settings that the restored backup does not know"},
		bot.SessionCancelled: {said: "session cancelled"},
		bot.SessionMoved:     {said: "session moved"},
		bot.SessionChanged:   {said: "the session has changed since then"},

		bot.SameWords:     {said: "it has these words already"},
		bot.PostWithdrawn: {said: "it was withdrawn before"},
		bot.PostGone:      {said: "somebody deleted it"},
		bot.PostFixed:     {said: "it may not be changed"},
		bot.PostStays:     {said: "it may not be deleted"},
		bot.PostKept:      {said: "older posts of this reminder may stay now"},
		bot.NotPinned:     {said: "it could not be pinned"},
		bot.PostForgotten: {said: "it is no longer on record"},

		bot.Unreachable:  {said: "unreachable"},
		bot.Rejected:     {said: "refused"},
		bot.Unresolved:   {said: "unknown"},
		bot.UnresolvedNo: {said: "unknown: no program serves this platform"},
		bot.NotDelivered: {said: "not delivered"},
		bot.NotServed:    {said: "not delivered: no program serves this platform"},
		bot.CutOff:       {said: "not delivered: an attempt was cut off"},
		bot.Stopped:      {said: "stopped before sending"},
		bot.HeldUp:       {said: "held up before sending"},
		bot.Unamended:    {said: "not delivered: the notice before it could not be changed"},
		bot.Limited:      {"not delivered: rate limited", "not delivered: rate limited for %s"},

		bot.LateGap:      {"late", "late, and all others before %s"},
		bot.NotSetUp:     {"unreachable", "unreachable: %s is not set up in this program"},
		bot.Slowmode:     {"not delivered: the channel has slowmode", "not delivered: the channel has slowmode, and the bot has to wait %s: let its role bypass slowmode there, or turn slowmode off"},
		bot.ClockDiffers: {"it differs from the database's clock", "it differs from the database's clock by %s"},
		bot.ClockWrong:   {"it differs from the platforms' clocks", "it is %s ahead of the platforms' clocks"},
		bot.ClockMoved:   {"it was set, or the machine slept", "it was set forward by %s, or the machine slept for that long"},
		bot.ClockBehind:  {"it is behind the newest record", "the newest record is %s ahead of it"},
		bot.ClockAhead:   {"it is ahead of the newest record", "it is %s ahead of the newest record"},
		bot.NoDatabase:   {"it could not be reached", "it could not be reached for %s"},
		bot.CardsDiffer:  {"the cards in use are not the same", "cards in use: %s"},

		bot.NotConnected: {said: "the program is not connected"},
		bot.NeverAgain:   {said: "the rule has no more dates"},
	}
}

// Reason says why something did not happen. For a code without a sentence it says the
// detail. It is never empty for a code, even without a detail. Nothing reads the text back.
func (r *Reader) Reason(why bot.Reason) string {
	in := reasons()[why.Code]
	switch of := factOf(r, why); {
	case of == "":
	case why.Code == bot.ClockWrong && why.Length < 0:
		return r.T("it is %s behind the platforms' clocks", of)
	case why.Code == bot.ClockMoved && why.Length < 0:
		return r.T("it was set back by %s", of)
	case in.of != "":
		return r.T(in.of, of)
	}
	said := r.word(in.said)
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
