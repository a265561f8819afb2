package bot

import (
	"time"

	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// Planner turns what has come due into deliveries.
type Planner interface {
	// Plan makes the deliveries of every occurrence of a due reminder up to now.
	Plan(due DueReminder, signed content.SignOff, now time.Time) Plan
	// InView makes the deliveries that keep what groups agree on in view: first posts,
	// corrections, removals. record is what was delivered of it, newest first: at least
	// each place's newest post, what was tried last, and each post's newest revision.
	InView(groups []Group, record []Delivery, now time.Time) []Delivery
	// Reviews counts the cards, in the groups' languages, that no approval stands
	// under at the moment now, and those whose approval ends within ReviewSoon days.
	Reviews(groups []Group, now time.Time) (unapproved, soon int)
}

// DueReminder is a reminder whose time has come, with what planning needs to know.
type DueReminder struct {
	Reminder Reminder
	Group    Group
	Used     map[string]time.Time // when each card of the rotation was last planned
	Restored time.Time            // when the database was restored from a backup; zero if never
}

// Plan is what comes of a due reminder.
type Plan struct {
	Deliveries []Delivery      // due, or skipped at once with a reason
	Reminder   Reminder        // with its next occurrence
	Card       string          // the card that was chosen; empty if none is due
	Nominal    scheduler.Civil // the occurrence it was chosen for
	Trouble    *Trouble        // what a human should know; nil if nothing
}
