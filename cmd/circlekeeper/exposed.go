package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

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

// audienceEvery is how often it is looked at who reads the channels of staff and
// moderators: anybody who runs a channel may open it at any time.
const audienceEvery = time.Hour

// watchAudience looks, from the start on, at who reads the channels of staff and
// moderators, and tells when others do.
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

// lookAtAudience reports the channels that are open to others and heals what was told of
// the rest. A channel that cannot be looked at stays as it was told. told is what this
// process has told, by the trouble's subject.
func (w watcher) lookAtAudience(ctx context.Context, told map[bot.Subject]bot.Reason) error {
	groups, err := w.db.Groups(ctx)
	if err != nil {
		return err
	}
	all := []watchedPlace{{place: w.staff, staff: true}}
	for _, g := range groups {
		all = append(all, watchedPlace{place: g.Moderators, group: g.ID})
	}
	kept := make(map[bot.Subject]bool) // what is still so, or not known
	for _, p := range all {
		inspector, ok := adapterOf(w.adapters, p.place.Platform).(bot.Inspector)
		if !ok {
			continue
		}
		ask, cancel := context.WithTimeout(ctx, checkTimeout)
		ch, err := inspector.Inspect(ask, p.place)
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

// inspectTime bounds a question about a channel while somebody waits for an answer.
const inspectTime = 5 * time.Second

// pinning asks the adapters whether the bot may pin in a channel, or keep something in view.
func pinning(adapters []bot.Adapter) func(ctx context.Context, p bot.Place, view bool) error {
	return func(ctx context.Context, p bot.Place, view bool) error {
		ctx, cancel := context.WithTimeout(ctx, inspectTime)
		defer cancel()
		a := adapterOf(adapters, p.Platform)
		if viewer, ok := a.(bot.Viewer); ok && view {
			return viewer.MayView(ctx, p)
		}
		if pinner, ok := a.(bot.Pinner); ok {
			return pinner.MayPin(ctx, p)
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

// inspecting asks the adapters about a channel. Of one that no adapter can look at,
// nothing is said.
func inspecting(adapters []bot.Adapter) func(ctx context.Context, p bot.Place) (bot.Channel, error) {
	return func(ctx context.Context, p bot.Place) (bot.Channel, error) {
		inspector, ok := adapterOf(adapters, p.Platform).(bot.Inspector)
		if !ok {
			return bot.Channel{}, nil
		}
		ctx, cancel := context.WithTimeout(ctx, inspectTime)
		defer cancel()
		return inspector.Inspect(ctx, p)
	}
}

// checkingRoles asks the adapters about a role. One that no adapter can look at gives no
// right: it is not taken.
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

// role asks the platform whether a group's facilitators can be told from others.
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
