package bot

import (
	"encoding/json"
	"time"

	"circlekeeper/scheduler"
)

// Reason says why something did not happen. It is a value that the program compares, stores
// and counts. Package words turns it into a sentence for a reader. The comment of each code
// says which other fields are set.
type Reason struct {
	Code   ReasonCode
	Detail string
	Length time.Duration
	Before scheduler.Civil
}

// ReasonCode names a reason.
type ReasonCode string

// The reasons why a delivery was skipped, failed or waits, or what is wrong with a post that was
// sent; at the end those of clocks and of reminders. "The adapter's words" are one English sentence
// that says what to do about it.
const (
	Late        ReasonCode = "late"         // past the reminder's late limit, or its session began
	LateNewer   ReasonCode = "late_newer"   // several were due together, and a newer one is posted
	LateGap     ReasonCode = "late_gap"     // late, like all other occurrences before the one in Before
	QuietHours  ReasonCode = "quiet_hours"  // the group's quiet hours
	NotApproved ReasonCode = "not_approved" // no clinician's approval for the words of that moment
	Withdrawn   ReasonCode = "withdrawn"    // the card is no longer in the content
	Paused      ReasonCode = "paused"       // the reminder or the group is paused
	Removed     ReasonCode = "removed"      // the reminder, group or place was removed
	SkippedDate ReasonCode = "skipped_date" // the group does not meet

	PostedBefore ReasonCode = "posted_before" // the lost database posted it, with settings that the restored backup does not have

	SessionCancelled ReasonCode = "session_cancelled" // the session was cancelled
	SessionMoved     ReasonCode = "session_moved"     // the session is at another time now
	SessionChanged   ReasonCode = "session_changed"   // a notice about a session is no longer true

	SameWords     ReasonCode = "same_words"     // these words stand in the post already
	PostWithdrawn ReasonCode = "post_withdrawn" // the post was withdrawn meanwhile
	PostGone      ReasonCode = "post_gone"      // somebody deleted the post
	PostFixed     ReasonCode = "post_fixed"     // the platform does not let the post be changed; Detail: the adapter's words
	PostStays     ReasonCode = "post_stays"     // the platform does not let the post be deleted; Detail: the adapter's words
	PostKept      ReasonCode = "post_kept"      // the reminder was changed to keep its older posts
	NotPinned     ReasonCode = "not_pinned"     // the post was sent, but not pinned; Detail: the adapter's words
	PostForgotten ReasonCode = "post_forgotten" // the post is no longer on record

	Unreachable  ReasonCode = "unreachable"   // the place is gone or does not let the bot post; Detail: the adapter's words
	NotSetUp     ReasonCode = "not_set_up"    // this program has no adapter for the platform in Detail
	Rejected     ReasonCode = "refused"       // the platform never takes this message as it is; Detail: the adapter's words
	Unresolved   ReasonCode = "unknown"       // whether it was posted could not be found out; Detail: the adapter's words
	UnresolvedNo ReasonCode = "unknown_alone" // the same, because no program serves the platform any more
	NotDelivered ReasonCode = "not_delivered" // Detail: the adapter's words
	NotServed    ReasonCode = "not_served"    // no program serves the platform any more
	CutOff       ReasonCode = "cut_off"       // an attempt was cut off
	Stopped      ReasonCode = "stopped"       // the program stopped before the request left
	HeldUp       ReasonCode = "held_up"       // the program was held up before the request left
	Unamended    ReasonCode = "unamended"     // the notice before this one could not be changed
	Limited      ReasonCode = "rate_limited"  // Length: for how long; may be 0
	Slowmode     ReasonCode = "slowmode"      // the channel's slowmode; Length: how long it takes no post

	Down         ReasonCode = "down"          // the platform takes nothing at the moment; Detail: the adapter's words
	NotConnected ReasonCode = "not_connected" // the program is not connected to the platform
	NoAccess     ReasonCode = "no_access"     // the platform does not let the program in; Detail: the adapter's words

	// The machine's clock may be wrong; Length: by how much.
	ClockDiffers ReasonCode = "clock_differs" // it differs from the database's clock
	ClockWrong   ReasonCode = "clock_wrong"   // it differs from all platforms' clocks; less than 0: it is behind
	ClockMoved   ReasonCode = "clock_moved"   // somebody set it, or the machine slept; less than 0: it was set back
	ClockBehind  ReasonCode = "clock_behind"  // it is behind the newest record
	ClockAhead   ReasonCode = "clock_ahead"   // it is far ahead of the newest record

	NoDatabase ReasonCode = "no_database" // the database could not be reached; Length: for how long

	Exposed     ReasonCode = "exposed"      // people outside staff or moderators can read the channel; Detail: who, and what to do
	BadContent  ReasonCode = "bad_content"  // a card cannot be used; Detail: "FILE:LINE: what is wrong", in English
	CardsDiffer ReasonCode = "cards_differ" // processes have different cards; Detail: the fingerprints of all
	RuleFault   ReasonCode = "rule_fault"   // the rule, zone or hours cannot be read; Detail: what is wrong, in English

	NeverAgain ReasonCode = "never_again" // the rule has no more dates

	Recorded ReasonCode = "recorded" // Detail: a sentence that an older program stored in the place of a code
)

// IsZero reports whether there is no reason.
func (r Reason) IsZero() bool { return r == Reason{} }

// With adds the detail.
func (c ReasonCode) With(detail string) Reason { return Reason{Code: c, Detail: detail} }

// For adds the length.
func (c ReasonCode) For(d time.Duration) Reason { return Reason{Code: c, Length: d} }

// Record is the text that is stored beside the code, and that JSON has: the detail itself, a
// length such as "1h30m0s", or a local time such as "2026-12-08T18:00".
func (r Reason) Record() string {
	switch {
	case r.Length != 0:
		return r.Length.String()
	case !r.Before.IsZero():
		return r.Before.String()
	}
	return r.Detail
}

// OnRecord makes a reason from a code and the text that Record wrote. Text in another form,
// from an older program, becomes the detail.
func (c ReasonCode) OnRecord(kept string) Reason {
	switch c {
	case Limited, Slowmode, ClockDiffers, ClockWrong, ClockMoved, ClockBehind, ClockAhead, NoDatabase:
		if d, err := time.ParseDuration(kept); err == nil {
			return c.For(d)
		}
	case LateGap:
		if at, err := scheduler.ParseCivil(kept); err == nil {
			return Reason{Code: c, Before: at}
		}
	}
	return c.With(kept)
}

// reasonRecord is a reason as JSON has it.
type reasonRecord struct {
	Code   ReasonCode
	Detail string
}

// MarshalJSON writes the code, and what goes with it as Record has it.
func (r Reason) MarshalJSON() ([]byte, error) {
	return json.Marshal(reasonRecord{r.Code, r.Record()})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *Reason) UnmarshalJSON(text []byte) error {
	var kept reasonRecord
	err := json.Unmarshal(text, &kept)
	*r = kept.Code.OnRecord(kept.Detail)
	return err
}

// OffReason is the reason for an occurrence that the group's calendar calls off; zero if the
// calendar does not.
func OffReason(off scheduler.Off) Reason {
	switch off {
	case scheduler.SkippedDay:
		return Reason{Code: SkippedDate}
	case scheduler.CancelledSession:
		return Reason{Code: SessionCancelled}
	case scheduler.MovedSession:
		return Reason{Code: SessionMoved}
	}
	return Reason{}
}
