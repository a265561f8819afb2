package bot

import (
	"cmp"
	"strings"
	"time"

	"circlekeeper/scheduler"
)

// Tally counts how many of a group's posts were sent, skipped and failed.
type Tally struct {
	Group                 string // its ID
	Name                  string // as it was called then; may be empty
	Sent, Skipped, Failed int
}

// Digest is what staff read of the time since the last one.
type Digest struct {
	Since      time.Time // from when on posts are counted
	Tallies    []Tally
	Troubles   []OpenTrouble // all that are open
	Unapproved int           // cards in the groups' languages that are not approved
	Soon       int           // those whose approval ends within ReviewSoon days
}

// ReviewSoon is how many days before a review staff hear of it.
const ReviewSoon = 30

// DigestTime is when staff get the digest. The zero value means never.
type DigestTime struct {
	rule string
	zone string // the first group's if empty
}

// NoticeLate is how late news may still be posted.
const NoticeLate = 24 * time.Hour

const digestMost = 62 // days that a digest looks back at most

// ParseDigest reads "every Monday at 9:00 America/Los_Angeles", the same without
// a zone for that of the first group, or "off". Its error is a *UserError.
func ParseDigest(s string) (DigestTime, error) {
	s = strings.TrimSpace(s)
	if s == "off" {
		return DigestTime{}, nil
	}
	d := DigestTime{rule: s}
	if _, wrong := scheduler.ParseRule(s); wrong != nil {
		i := strings.LastIndex(s, " ")
		if i < 0 {
			return DigestTime{}, Wrong("digest %q: write a rule, such as every Monday at 9:00, or off; you can add a time zone after the rule, such as America/Los_Angeles", Short(s, 60))
		}
		d = DigestTime{rule: strings.TrimSpace(s[:i]), zone: s[i+1:]}
		if _, err := scheduler.ParseZone(d.zone); err != nil {
			if _, other := scheduler.ParseRule(d.rule); other == nil { // so the zone is the fault
				wrong = err
			}
			return DigestTime{}, AsUser("", wrong)
		}
	}
	calendar, rule, err := d.timing("UTC")
	if err == nil {
		err = calendar.Accept(rule, time.Unix(0, 0))
	}
	if err != nil {
		return DigestTime{}, AsUser("", err)
	}
	return d, nil
}

// timing reads the rule, and the calendar of the digest's zone or else of the given one.
func (d DigestTime) timing(zone string) (scheduler.Calendar, scheduler.Rule, error) {
	return Timing(Reminder{Rule: d.rule}, Group{Zone: cmp.Or(d.zone, zone), Quiet: "none"})
}

// Last returns when the digest was last due and when it was due before that. ok is false if
// it was never due, or more than NoticeLate ago. zone, an IANA name, is used if the
// DigestTime names none; it is empty while there is no group.
func (d DigestTime) Last(zone string, now time.Time) (last, before scheduler.Occurrence, ok bool) {
	if d.rule == "" || zone == "" {
		return last, before, false
	}
	calendar, rule, err := d.timing(zone)
	if err != nil {
		return last, before, false
	}
	for o, more := calendar.First(rule, now.AddDate(0, 0, -digestMost)); more && !o.At.After(now); o, more = calendar.Next(rule, o) {
		before, last = last, o
	}
	return last, before, !last.At.IsZero() && now.Sub(last.At) < NoticeLate
}

// Name is what a group was called; empty if the digest does not know it.
func (d *Digest) Name(group string) string {
	t, _ := Find(d.Tallies, func(t Tally) bool { return t.Group == group })
	return t.Name
}
