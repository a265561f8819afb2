package bot

import (
	"fmt"
	"strings"
	"time"
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

// LateSubject is the subject of reminders whose time had passed.
const LateSubject = "late"

// PlatformTrouble is the trouble of a whole platform.
func PlatformTrouble(p Platform, reason string) Trouble {
	return Trouble{Subject: PlatformSubject(p), Reason: reason}
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

// AudienceTrouble is that others read what is told to staff or moderators in a channel.
// reason is a sentence without its end.
func AudienceTrouble(p Place, reason, group string) Trouble {
	return Trouble{Subject: "audience " + p.String(), Reason: reason, Group: group}
}

// Audience tells whether the trouble is that others read a channel.
func (t Trouble) Audience() bool { return strings.HasPrefix(t.Subject, "audience ") }

// Platform is the platform that the trouble is about as a whole, if it is about one.
func (t Trouble) Platform() (Platform, bool) {
	kind, name, _ := strings.Cut(t.Subject, " ")
	return Platform(name), kind == "platform" || kind == "connection" || kind == "access"
}

func PlaceSubject(p Place) string       { return "place " + p.String() }
func PlatformSubject(p Platform) string { return "platform " + string(p) }
func ReminderSubject(id string) string  { return "reminder " + id }

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
		case "audience":
			return "Healed: " + name + " is no longer open to others."
		case "reminder":
			return "Healed: reminder " + name + " is posted again."
		case ClockSubject:
			return "Healed: reminders go by the machine's clock again."
		case RetentionSubject:
			return "Healed: old records are deleted again when their time is over."
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
	case "audience":
		return fmt.Sprintf("Trouble: %s is open to others: %s.", name, t.Reason)
	case ClockSubject:
		return fmt.Sprintf("Trouble: the clock of a machine that runs this bot is in doubt (%s). That program posts no reminders until it is clear. Next: whoever runs the machine looks at its clock.", t.Reason)
	case RetentionSubject:
		return fmt.Sprintf("Trouble: old records are not deleted for now, because the clock is in doubt (%s). Either the program was off for that long, or the clock is wrong. Next: whoever runs the machine looks at its clock. If it is right, nothing else has to be done: in ten days records are deleted again.", t.Reason)
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
