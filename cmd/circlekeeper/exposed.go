package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"circlekeeper/bot"
)

// watchedPlace is a channel that the program posts to, and what the channel is for.
type watchedPlace struct {
	place bot.Place
	staff bool   // the staff channel
	group string // the group whose moderators are told of trouble here; empty for a group's own channel
}

// exposure says what is wrong with who can read a channel; empty if nothing is. What staff and
// moderators are told, such as concerns, is not for everybody.
func (p watchedPlace) exposure(ch bot.Channel) string {
	if !p.staff && p.group == "" || !ch.Open && !ch.Shared {
		return ""
	}
	next := "make it private, or set SLACK_STAFF_CHANNEL to another channel"
	if !p.staff {
		next = fmt.Sprintf("make it private, or name another with the command group set %s --moderators CHANNEL", p.group)
	}
	switch {
	case ch.Shared:
		return "other organizations read it (Slack Connect), and with it notices and concerns: end the sharing, or take another channel"
	case p.place.Platform == bot.Discord:
		return "everybody in the server can read it, and with it notices and concerns: take View Channel from @everyone there, or name another with the command group set " + p.group + " --moderators CHANNEL"
	case p.staff:
		return "everybody in the workspace can join it, would then have staff's rights, and reads notices and concerns: " + next
	}
	return "everybody in the workspace can read it, and with it notices and concerns: " + next
}

// audienceEvery is how often the program checks who can read the channels of staff and
// moderators. Anybody who manages a channel may open it at any time.
const audienceEvery = time.Hour

// watchAudience checks, from the start on, who can read the channels of staff and moderators,
// and tells staff when others can.
func (w watcher) watchAudience(ctx context.Context) error {
	for told := make(map[bot.Subject]bot.Reason); ; {
		if err := w.lookAtAudience(ctx, told); err != nil && ctx.Err() == nil {
			w.log.Error("who reads the channels of staff and moderators could not be looked at", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(audienceEvery):
		}
	}
}

// lookAtAudience reports the channels that others can read, and heals the trouble of those that
// they no longer can. A channel that cannot be checked is left as it is. told is what this
// process has reported, by the trouble's subject.
func (w watcher) lookAtAudience(ctx context.Context, told map[bot.Subject]bot.Reason) error {
	groups, err := w.db.Groups(ctx)
	if err != nil {
		return err
	}
	all := []watchedPlace{{place: w.staff, staff: true}}
	for _, g := range groups {
		all = append(all, watchedPlace{place: g.Moderators, group: g.ID})
	}
	kept := make(map[bot.Subject]bool) // subjects that are still in trouble, or could not be checked
	for _, p := range all {
		a := adapterOf(w.adapters, p.place.Platform)
		if a == nil {
			continue
		}
		ask, cancel := context.WithTimeout(ctx, checkTimeout)
		ch, err := a.Inspect(ask, p.place)
		cancel()
		t := bot.Trouble{Subject: bot.AboutAudience.At(p.place), Reason: bot.Exposed.With(p.exposure(ch)), Group: p.group}
		kept[t.Subject] = kept[t.Subject] || err != nil || t.Reason.Detail != ""
		if err != nil || t.Reason.Detail == "" || told[t.Subject] == t.Reason {
			continue
		}
		w.log.Error("a channel of staff or moderators is open to others", "place", p.place, "detail", t.Reason.Detail)
		if err := w.to.Report(ctx, t); err != nil {
			return err
		}
		told[t.Subject] = t.Reason
	}
	open, err := w.db.Troubles(ctx)
	if err != nil {
		return err
	}
	for _, t := range open {
		if t.Subject.Kind == bot.AboutAudience && !kept[t.Subject] {
			delete(told, t.Subject)
			if err := w.to.Healed(ctx, t.Trouble); err != nil {
				return err
			}
		}
	}
	return nil
}

// inspectTime bounds a question about a channel while a person waits for an answer.
const inspectTime = 5 * time.Second

// pinning returns a function that asks the adapters whether the bot may pin in a channel, or
// keep something in view there.
func pinning(adapters []bot.Adapter) func(ctx context.Context, p bot.Place, view bool) error {
	return func(ctx context.Context, p bot.Place, view bool) error {
		ctx, cancel := context.WithTimeout(ctx, inspectTime)
		defer cancel()
		if pinner, ok := adapterOf(adapters, p.Platform).(bot.Pinner); ok {
			return pinner.MayPin(ctx, p, view)
		}
		return nil
	}
}

// adapterOf is the adapter of a platform, or nil.
func adapterOf(adapters []bot.Adapter, p bot.Platform) bot.Adapter {
	for _, a := range adapters {
		if a.Platform() == p {
			return a
		}
	}
	return nil
}

// inspecting returns a function that asks the adapters about a channel. Without an
// adapter it reports nothing.
func inspecting(adapters []bot.Adapter) func(ctx context.Context, p bot.Place) (bot.Channel, error) {
	return func(ctx context.Context, p bot.Place) (bot.Channel, error) {
		a := adapterOf(adapters, p.Platform)
		if a == nil {
			return bot.Channel{}, nil
		}
		ctx, cancel := context.WithTimeout(ctx, inspectTime)
		defer cancel()
		return a.Inspect(ctx, p)
	}
}

// checkingRoles returns a function that asks the adapters about a role. A role that no adapter
// can check is refused.
func checkingRoles(adapters []bot.Adapter) func(ctx context.Context, r bot.Role) error {
	return func(ctx context.Context, r bot.Role) error {
		door, ok := adapterOf(adapters, r.Platform).(bot.Doorkeeper)
		if !ok {
			return bot.ErrNotSetUp
		}
		ctx, cancel := context.WithTimeout(ctx, inspectTime)
		defer cancel()
		return door.CheckRole(ctx, r)
	}
}

// role asks the platform whether a group's facilitators can be told from other members.
func (cmd checkCommand) role(ctx context.Context, o *opened, a bot.Adapter, g bot.Group, l *checklist) {
	door, ok := a.(bot.Doorkeeper)
	if !ok {
		return
	}
	ask, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	about := g.Facilitators.String()
	if err := door.CheckRole(ask, g.Facilitators); err != nil {
		why := cmp.Or(bot.Detail(err), unanswered(a.Platform(), err))
		l.add(problem, about, "nobody can change group %s as its facilitator: %s (%s group set %s --facilitators ROLE)", g.ID, why, o.called, g.ID)
		return
	}
	l.add(fine, about, "its members can change group %s", g.ID)
}
