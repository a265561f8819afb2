package bot

import (
	"strings"
	"time"

	"circlekeeper/scheduler"
)

// Notices are deliveries to staff, named after what they are about. One that
// follows another up goes into its thread, and the first is kept up to date.

const (
	ConcernSubject = "concern "
	DigestSubject  = "digest "
	NoticeSubject  = "notice "
	Then           = " then "
)

// NoticeID names the news that a trouble began, or that it has healed: however
// often it is told, it is told once.
func (t OpenTrouble) NoticeID(healed bool) string {
	id := NoticeSubject + t.Subject + " " + t.Since.UTC().Format("20060102T150405.000")
	if healed {
		return FollowUp(id, "healed")
	}
	return id
}

// FollowUp names the notice that follows another one up.
func FollowUp(id, state string) string { return id + Then + state }

// Opening is the name of the notice that this one follows up.
func Opening(id string) (opening string, ok bool) {
	opening, _, ok = strings.Cut(id, Then)
	return opening, ok
}

// NoticePlace is the place whose trouble a notice tells of, if it is about one.
func NoticePlace(id string) (Place, bool) {
	subject, ok := strings.CutPrefix(id, NoticeSubject)
	if !ok {
		return Place{}, false
	}
	fields := strings.Fields(subject)
	if len(fields) < 2 || fields[0] != "place" && fields[0] != "message" {
		return Place{}, false
	}
	p, err := ParsePlace(fields[1])
	return p, err == nil
}

// NoticeTo makes the delivery of a notice; id names it, whichever place it goes to.
func NoticeTo(to Place, id, text string, at time.Time) Delivery {
	return Delivery{
		Key: Key(id, scheduler.Civil{}, to.String()), Kind: OfNotice,
		Reminder: id, Place: to.String(), At: at, Text: text, State: Due,
	}
}
