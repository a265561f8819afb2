package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/delivery"
	"circlekeeper/bot/words"
)

// listedNext is one post to come, as JSON lists it.
type listedNext struct {
	Reminder string    `json:"reminder"`
	Group    string    `json:"group"`
	Topic    string    `json:"topic"`
	At       time.Time `json:"at"`
	Local    string    `json:"local"`
	AtLocal  string    `json:"at_local"` // by the group's clock, with its offset from UTC

	Skipped string `json:"skipped,omitempty"`      // why it will be skipped, in words
	Code    string `json:"skipped_code,omitempty"` // the same as a value

	// Only with --until.
	Near    bool           `json:"within_an_hour,omitempty"`  // of another post to the same group
	Crowded bool           `json:"more_than_three,omitempty"` // to the same group on that day
	Ends    []listedEnding `json:"approvals_ended,omitempty"` // ended by then, but not yet at this reminder's post before
}

// listedEnding is a card whose approval will have ended.
type listedEnding struct {
	Card string    `json:"card"`
	Lang string    `json:"lang"`
	At   time.Time `json:"at"`

	AtLocal string `json:"at_local"`
}

// ahead lists all posts to come, and those that will be skipped, up to the end of a day.
func (cmd reminderNext) ahead(ctx context.Context, o *opened) error {
	groups, reminders, err := remindersOf(ctx, o, cmd.Group)
	if err != nil {
		return err
	}
	ends, last, err := cmd.ends(o.asker(), groups)
	if err != nil {
		return err
	}
	o.sayUnreadable(groups...)
	zones := zonesOf(groups)
	all, more := delivery.Ahead(o.bot.Deck(), bot.GroupsByID(groups), reminders, o.now(), last)
	all = slices.DeleteFunc(all, func(c delivery.Coming) bool { return !c.At.Before(ends[c.Group.ID]) })
	listed := make([]listedNext, len(all))
	for i, c := range all {
		listed[i] = lister{o}.next(c, zones[c.Group.ID])
	}
	err = lister{o}.allNext(cmd.Format, listed, zones)
	if err == nil && more {
		fmt.Fprintln(o.err, "there is more than fits here: name a --group, or an earlier day")
	}
	return err
}

// next is a post to come as it is listed.
func (o lister) next(c delivery.Coming, zone *time.Location) listedNext {
	n := listedNext{
		Reminder: c.Reminder.ID, Group: c.Group.ID, Topic: c.Reminder.Topic, At: c.At, Local: when(c.Occurrence, zone), AtLocal: local(c.At, zone),
		Code: string(c.Skipped.Code), Near: c.Near, Crowded: c.Crowded,
	}
	if !c.Skipped.IsZero() {
		n.Skipped = o.say.Reason(c.Skipped)
	}
	for _, e := range c.Ends {
		n.Ends = append(n.Ends, listedEnding{e.Card.ID, e.Card.Lang, e.At, local(e.At, zone)})
	}
	return n
}

// allNext prints posts to come by the clocks of their groups.
func (o lister) allNext(f Format, all []listedNext, zones map[string]*time.Location) error {
	rows := make([][]string, len(all))
	for i, n := range all {
		rows[i] = []string{n.Reminder, n.Group, n.Topic, o.say.Moment(n.At, zones[n.Group]).String(), n.notes(o.say)}
	}
	return o.list(f, all, "REMINDER GROUP TOPIC WHEN NOTES", rows)
}

// notes says in words why a post may not come as planned.
func (n listedNext) notes(w *words.Reader) string {
	var out []string
	if n.Skipped != "" {
		out = append(out, "skipped: "+n.Skipped)
	}
	if n.Near {
		out = append(out, "within an hour of another")
	}
	if n.Crowded {
		out = append(out, "more than three that day")
	}
	for _, e := range n.Ends {
		out = append(out, fmt.Sprintf("approval of %s (%s) ends %s", e.Card, e.Lang, w.Calendar.Day(e.At)))
	}
	return strings.Join(out, "; ")
}

// ends returns the end of the last day to list by each group's clock, and the latest of these.
func (cmd reminderNext) ends(by changes.Asker, groups []bot.Group) (ends map[string]time.Time, last time.Time, err error) {
	ends, err = lastDays(cmd.Until, by, groups)
	for _, end := range ends {
		if end.After(last) {
			last = end
		}
	}
	if err == nil && last.After(delivery.AheadMost(by.Now).AddDate(0, 0, 1)) {
		err = &bot.UserError{Message: fmt.Sprintf("--until takes a day from today to a year from now, such as %s", by.Now.AddDate(0, 1, 0).Format(time.DateOnly))}
	}
	return ends, last, err
}
