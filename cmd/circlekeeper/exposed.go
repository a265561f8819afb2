package main

import (
	"context"
	"fmt"

	"circlekeeper/bot"
)

// watchedPlace is a channel that the program posts to, and what it is to it.
type watchedPlace struct {
	place bot.Place
	staff bool   // the staff channel
	group string // whose moderators hear of trouble there; empty for a group's own channel
}

// exposure says what is wrong with who can read a channel, or nothing: what is told to
// staff and moderators, concerns among it, is not for everybody.
func (p watchedPlace) exposure(ch bot.Channel) string {
	if !p.staff && p.group == "" || !ch.Open && !ch.Shared {
		return ""
	}
	next := "make it private, or set SLACK_STAFF_CHANNEL to another channel"
	if !p.staff {
		next = fmt.Sprintf("make it private, or name another: circlekeeper group set %s --moderators PLACE", p.group)
	}
	switch {
	case ch.Shared:
		return "other organizations read it (Slack Connect), and with it notices and concerns: end the sharing, or take another channel"
	case p.place.Platform == bot.Discord:
		return "everybody in the server can read it, and with it notices and concerns: take View Channel from @everyone there, or name another: circlekeeper group set " + p.group + " --moderators PLACE"
	case p.staff:
		return "everybody in the workspace can join it, would then have staff's rights, and reads notices and concerns: " + next
	}
	return "everybody in the workspace can read it, and with it notices and concerns: " + next
}

// watched are the channels of staff and moderators.
func (o *opened) watched(ctx context.Context) ([]watchedPlace, error) {
	groups, err := o.db.Groups(ctx)
	if err != nil {
		return nil, err
	}
	all := []watchedPlace{{place: o.staff, staff: true}}
	for _, g := range groups {
		all = append(all, watchedPlace{place: g.Moderators, group: g.ID})
	}
	return all, nil
}
