package bot

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"circlekeeper/scheduler"
)

// Trouble is something that a human should know of. Staff are told once when
// it begins and once when it has healed.
type Trouble struct {
	Subject string // what it is about: "place slack:C1", "message slack:C1", "platform discord", "reminder k7f2", "late"
	Reason  string
	Group   string // whose moderators are told too; may be empty
}

// OpenTrouble is a trouble on record.
type OpenTrouble struct {
	Trouble
	Since time.Time
	Count int // how often it was met
}

// Subjects of trouble.
const lateSubject = "late"

// PlatformTrouble is the trouble of a whole platform.
func PlatformTrouble(p Platform, reason string) Trouble {
	return Trouble{Subject: platformSubject(p), Reason: reason}
}

// ConnectionTrouble is that people on a platform are not answered, because the
// program is not connected to it.
func ConnectionTrouble(p Platform) Trouble {
	return Trouble{Subject: "connection " + string(p), Reason: "the program is not connected"}
}

// AccessTrouble is that a platform does not let the program in any more.
func AccessTrouble(p Platform, reason string) Trouble {
	return Trouble{Subject: "access " + string(p), Reason: reason}
}

// Platform is the platform that the trouble is about as a whole, if it is about one.
func (t Trouble) Platform() (Platform, bool) {
	kind, name, _ := strings.Cut(t.Subject, " ")
	return Platform(name), kind == "platform" || kind == "connection" || kind == "access"
}

func placeSubject(p Place) string       { return "place " + p.String() }
func platformSubject(p Platform) string { return "platform " + string(p) }
func messageSubject(p Place) string     { return "message " + p.String() } // one that the place does not take
func reminderSubject(id string) string  { return "reminder " + id }

// Notice is what staff read when a trouble begins or has healed. Like all that
// goes to a channel's many readers, it is English: the groups of one trouble may
// speak several languages. Commands stand as on Discord; see notice.
// called is how people know the reminder or the place: its topic, its group's name; may
// be empty.
func (t OpenTrouble) Notice(healed bool, called string) string {
	kind, name, _ := strings.Cut(t.Subject, " ")
	if called != "" && (kind == "place" || kind == "message" || kind == "reminder") {
		name += " (" + called + ")"
	}
	if healed {
		switch kind {
		case "place":
			return "Healed: posts reach " + name + " again."
		case "message":
			return "Healed: " + name + " takes what is posted again."
		case "platform":
			return "Healed: " + name + " takes posts again."
		case "connection":
			return "Healed: people on " + name + " are answered again."
		case "access":
			return "Healed: " + name + " lets the program in again."
		case "reminder":
			return "Healed: reminder " + name + " is posted again."
		}
		return "Healed: reminders are on time again."
	}
	switch kind {
	case "place":
		return fmt.Sprintf("Trouble: a post to %s could not be delivered (%s). It is tried again slowly; nothing is deleted. Next: let the bot post there, or choose another channel under /group list.", name, t.Reason)
	case "message":
		return fmt.Sprintf("Trouble: %s does not take what was to be posted there (%s). This post is not tried again; the next one is.", name, t.Reason)
	case "platform":
		return fmt.Sprintf("Trouble: %s does not take posts (%s). Posts wait; those that become too late are skipped on record.", name, t.Reason)
	case "connection":
		return fmt.Sprintf("Trouble: people on %s are not answered (%s). It goes on trying; reminders are posted as far as %[1]s takes them.", name, t.Reason)
	case "access":
		return fmt.Sprintf("Trouble: %s does not let the program in (%s). People there are not answered, and posts wait; those that become too late are skipped on record. It is tried again, at least once an hour; a restart tries at once.", name, t.Reason)
	case "reminder":
		return fmt.Sprintf("Trouble: reminder %s was not posted (%s). Next: /reminder history shows more. Words that lack a clinician's approval get it from whoever runs this bot.", name, t.Reason)
	}
	return fmt.Sprintf("Trouble: reminders were skipped because their time had passed (%s). Next: /reminder history shows which.", t.Reason)
}

// Place is the place that the trouble is about, if it is about one.
func (t Trouble) Place() (Place, bool) {
	name, ok := strings.CutPrefix(t.Subject, "place ")
	if !ok {
		return Place{}, false
	}
	p, err := ParsePlace(name)
	return p, err == nil
}

// troubleOf names the trouble, if any, in how a delivery ended.
func troubleOf(d scheduler.Delivery, place Place, s Settlement) *Trouble {
	if d.Kind == scheduler.OfTest || s.State == scheduler.Sent {
		return nil
	}
	reason, _, _ := strings.Cut(s.Reason, ":")
	switch {
	case s.State == scheduler.Failed && reason == scheduler.Rejected:
		return &Trouble{Subject: messageSubject(place), Reason: s.Reason, Group: d.Group}
	case s.State == scheduler.Failed:
		return &Trouble{Subject: placeSubject(place), Reason: s.Reason, Group: d.Group}
	case reason == scheduler.NotApproved, reason == scheduler.Withdrawn:
		return &Trouble{Subject: reminderSubject(d.Reminder), Reason: s.Reason, Group: d.Group}
	case reason == scheduler.Late, reason == scheduler.QuietHours:
		return &Trouble{Subject: lateSubject, Reason: s.Reason, Group: d.Group}
	}
	return nil // paused, removed, a skipped date: what people asked for
}

// Pausing a platform.
const (
	pauseAfter   = 3 // failures in a row, whatever the place
	pauseFirst   = 5 * time.Second
	pauseMost    = time.Minute
	refusedLimit = 500 // refusals in refusedWindow; Discord bans an address at 10,000
	refusedSpan  = 10 * time.Minute
)

// breaker pauses a platform that is down, so that its queue waits instead of
// knocking, and lets one delivery at a time try whether it is up again.
type breaker struct {
	mu       sync.Mutex
	failures int
	pauses   int  // in a row; each is longer
	trying   bool // one delivery tries whether the platform is up again
	until    time.Time
	refused  int
	since    time.Time // of the window in which refusals are counted
}

// wait says how long to leave the platform alone. After a pause one caller may
// pass; the others wait for what it finds.
func (b *breaker) wait(now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if left := b.until.Sub(now); left > 0 {
		return left
	}
	if b.failures >= pauseAfter {
		b.trying, b.until = true, now.Add(SendTimeout)
	}
	return 0
}

// failed counts a failure of the platform; down reports that it is paused now.
func (b *breaker) failed(now time.Time) (down bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures++
	if b.failures < pauseAfter {
		return false
	}
	if b.until.After(now) && !b.trying {
		return true // it was on its way when the pause began: no reason for a longer one
	}
	b.trying, b.until = false, now.Add(min(pauseFirst<<min(b.pauses, 10), pauseMost))
	b.pauses++
	return true
}

// refusal counts an answer that the platform calls invalid and pauses before
// they are too many. It shows that the platform is up.
func (b *breaker) refusal(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rest()
	if now.Sub(b.since) > refusedSpan {
		b.since, b.refused = now, 0
	}
	if b.refused++; b.refused >= refusedLimit {
		b.until = b.since.Add(refusedSpan)
	}
}

// worked notes that the platform took a post.
func (b *breaker) worked() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rest()
}

func (b *breaker) rest() { b.failures, b.pauses, b.trying, b.until = 0, 0, false, time.Time{} }
