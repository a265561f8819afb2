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
	// InView makes the deliveries that keep in view what groups agree on: first posts,
	// corrections, removals. record has the earlier deliveries of this kind, newest first:
	// at least each place's newest post and last attempt, and each post's newest revision.
	InView(groups []Group, record []Delivery, now time.Time) []Delivery
	// Reviews counts the cards, in the groups' languages, that have no approval at the
	// moment now, and those whose approval ends within ReviewSoon days.
	Reviews(groups []Group, now time.Time) (unapproved, soon int)
}

// DueReminder is a reminder that is due, with what is needed to plan its deliveries.
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
	Card       string          // the card that was chosen; empty if none
	Nominal    scheduler.Civil // the occurrence that Card was chosen for
	Trouble    *Trouble        // what staff should know; nil if nothing
}
