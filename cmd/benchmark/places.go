package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"circlekeeper/bot"
)

// perSecond is the pace at which the program posts to Discord.
const perSecond = 45

type placesCommand struct {
	Places int `help:"How many places." default:"10000"`
}

// Run measures how long it takes to post to many places that come due at once.
func (c placesCommand) Run(ctx context.Context) error {
	return withHouse(ctx, func(h *house) error {
		const each = 100
		n := (c.Places + each - 1) / each
		due, late, err := h.burst(ctx, n, min(each, c.Places))
		if err != nil {
			return err
		}
		total := n * min(each, c.Places)
		took := late[len(late)-1]
		floor := time.Duration(total) * time.Second / perSecond
		_, limited := h.discord.Counts()
		fmt.Printf("%d places due at %s: all posted after %s; the pace's floor is %s; ratio %.3f (aim: at most 1.03); 429s: %d (aim: 0)\n",
			total, due.Format(time.TimeOnly), took.Round(10*time.Millisecond), floor.Round(10*time.Millisecond), took.Seconds()/floor.Seconds(), limited)
		return nil
	})
}

type latenessCommand struct {
	Places int `help:"How many places." default:"40"`
	Times  int `help:"How many times." default:"5"`
}

// Run measures how late each post is, without the time that the pace takes.
func (c latenessCommand) Run(ctx context.Context) error {
	var over []time.Duration
	for range c.Times {
		err := withHouse(ctx, func(h *house) error {
			_, late, err := h.burst(ctx, c.Places, 1)
			for i, d := range late {
				over = append(over, d-time.Duration(i)*time.Second/perSecond)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	slices.Sort(over)
	at := func(share float64) time.Duration {
		return over[min(int(share*float64(len(over))), len(over)-1)].Round(time.Millisecond)
	}
	fmt.Printf("%d times %d places due together, lateness after the pace's share: p50 %s, p99 %s, most %s (aim: p99 below 1.5s)\n",
		c.Times, c.Places, at(0.5), at(0.99), over[len(over)-1].Round(time.Millisecond))
	return nil
}

// burst runs the program, makes all reminders due at one instant, and waits until all are
// posted. It returns how long after that instant each was posted, in order.
func (h *house) burst(ctx context.Context, groups, places int) (due time.Time, late []time.Duration, err error) {
	reminders, err := h.groups(ctx, groups, places)
	if err != nil {
		return due, nil, err
	}
	p, err := serve(h.binary, h.url, h.discord, h.slack)
	if err != nil {
		return due, nil, err
	}
	defer p.abandon()
	if _, err := p.ready(ctx); err != nil {
		return due, nil, err
	}
	due = time.Now().Add(5 * time.Second).Truncate(time.Millisecond)
	for _, r := range reminders {
		if err := h.db.BringForward(ctx, r.ID, due); err != nil {
			return due, nil, err
		}
	}
	if time.Now().After(due) {
		return due, nil, fmt.Errorf("making %d reminders due took too long", len(reminders))
	}
	total := groups * places
	for {
		if err := rest(ctx, time.Second); err != nil {
			return due, nil, err
		}
		late = h.posted(due)
		if len(late) >= total {
			break
		}
		if time.Since(due) > time.Minute+2*time.Duration(total)*time.Second/perSecond {
			return due, nil, fmt.Errorf("only %d of %d posted: %s", len(late), total, p.log)
		}
	}
	if err := p.stop(); err != nil {
		return due, nil, fmt.Errorf("stopping: %w\n%s", err, p.log)
	}
	sent, err := h.db.Deliveries(ctx, bot.DeliveryFilter{State: bot.Sent, Limit: 2 * total})
	if err == nil && (len(sent) != total || len(late) != total) {
		err = fmt.Errorf("%d on record as sent and %d posted, of %d", len(sent), len(late), total)
	}
	return due, late, err
}

// posted returns how long after an instant each of the groups' messages arrived.
func (h *house) posted(due time.Time) []time.Duration {
	var out []time.Duration
	for _, p := range h.all {
		for _, m := range h.discord.Messages(p.Channel) {
			out = append(out, m.At.Sub(due))
		}
	}
	slices.Sort(out)
	return out
}
