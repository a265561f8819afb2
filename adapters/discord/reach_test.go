package discord

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/content"
)

// witness is a shelf that tells what was changed, and whose.
type witness struct {
	shelf

	changed []string
}

func (w *witness) saw(group string, by bot.Actor) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !by.May() {
		panic("a change by nobody")
	}
	w.changed = append(w.changed, group)
	return nil
}

func (w *witness) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.changed
	w.changed = nil
	return out
}

func (w *witness) SetGroup(_ context.Context, by bot.Actor, g bot.Group) error {
	return w.saw(g.ID, by)
}
func (w *witness) RemoveGroup(_ context.Context, by bot.Actor, id string) error {
	return w.saw(id, by)
}

func (w *witness) SetReminder(_ context.Context, by bot.Actor, r bot.Reminder) error {
	return w.saw(r.Group, by)
}

func (w *witness) RemoveReminder(ctx context.Context, by bot.Actor, id string) error {
	r, err := w.Reminder(ctx, id)
	if err != nil {
		return err
	}
	return w.saw(r.Group, by)
}

func (w *witness) Post(_ context.Context, by bot.Actor, all ...bot.Delivery) error {
	return w.saw(all[0].Group, by)
}

func (*witness) Audit(context.Context, time.Time, int) ([]bot.AuditEntry, error) { return nil, nil }

// target is a group in a server, with its reminder and its channel.
type target struct{ group, name, reminder, server, channel string }

// changesTo are all ways to change something of a group: typed, pressed, and sent as
// a form that was never opened.
func changesTo(g target) map[string]discordtest.Ask {
	place := "discord:" + g.server + "/" + g.channel
	typed := func(command, sub string, args ...string) discordtest.Ask {
		a := discordtest.Ask{Kind: discordtest.Command, Name: command, Sub: sub, Args: map[string]string{}}
		for i := 0; i < len(args); i += 2 {
			a.Args[args[i]] = args[i+1]
		}
		return a
	}
	sent := func(call bot.Call, fields map[string]string) discordtest.Ask {
		return discordtest.Ask{Kind: discordtest.Submit, CustomID: call.Encode(), Args: fields}
	}
	group := func(sub string) bot.Call {
		return bot.Call{Command: "group", Sub: sub, Args: map[string]string{"group": g.group}}
	}
	return map[string]discordtest.Ask{
		"share":               typed("share", "", "card", "contact", "place", place),
		"group set":           typed("group", "set", "group", g.group, "name", "New name"),
		"group edit":          typed("group", "edit", "group", g.group),
		"group meetings":      {Kind: discordtest.Component, CustomID: "1/group/meetings?group=" + g.group},
		"group pause":         typed("group", "pause", "group", g.group, "until", "2027-01-10"),
		"group resume":        typed("group", "resume", "group", g.group),
		"group remove":        typed("group", "remove", "group", g.group),
		"reminder pause":      typed("reminder", "pause", "id", g.reminder, "until", "2027-01-10"),
		"reminder resume":     typed("reminder", "resume", "id", g.reminder),
		"reminder edit":       typed("reminder", "edit", "id", g.reminder),
		"reminder test":       typed("reminder", "test", "id", g.reminder),
		"reminder remove":     typed("reminder", "remove", "id", g.reminder),
		"group edit sent":     sent(group("edit"), map[string]string{"name": "New name", "zone": "UTC", "quiet": "none", "langs": "en", "moderators": ""}),
		"group meetings sent": sent(group("meetings"), map[string]string{"place": place, "session": "every Monday at 18:00, 90m", "skip": ""}),
		"reminder edit sent": sent(bot.Call{Command: "reminder", Sub: "edit", Args: map[string]string{"id": g.reminder}},
			map[string]string{"topic": "confidentiality", "at": "every Monday at 10:00", "late": "2h"}),
	}
}

// A right reaches as far as the server that it comes from, whatever is named, and by
// whatever way it is asked.
func TestReachOfEveryChange(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	must(t, err)
	targets := []target{
		{"monday", "Monday circle", "rem001", here.Space, here.Channel},
		{"other", "Other circle", "rem002", elsewhere, "400000000000000009"},
	}
	both(t, func(t *testing.T, http bool) {
		now := time.Date(2026, 11, 30, 18, 0, 0, 0, time.UTC)
		store := &witness{shelf: shelf{paused: now.Add(time.Hour)}} // so that each can be resumed
		for _, g := range targets {
			store.reminders = append(store.reminders, bot.Reminder{ID: g.reminder, Group: g.group, Topic: "contact", Rule: "every Monday at 9:00", Late: 2 * time.Hour, Paused: bot.Forever})
		}
		core, err := chat.New(chat.Config{Library: library, Store: store, Now: func() time.Time { return now }, Staff: bot.Place{Platform: bot.Slack, Channel: "C0123456789"}})
		must(t, err)
		s := discordtest.New(t, discordtest.Options{Bucket: 1000, Global: 1000})
		if http {
			serveEndpoint(t, newEndpoint(t, s), s, core)
		} else {
			a, _ := newAdapter(t, s)
			serve(t, a, s, core)
		}
		for _, p := range []struct {
			name string
			ask  discordtest.Ask
			may  bool
		}{
			{"member", discordtest.Ask{}, false},
			{"member with another role", discordtest.Ask{Roles: []string{"700000000000000002"}, Rights: discordtest.SendMessages}, false},
			{"moderator by right", discordtest.Ask{Rights: discordtest.ManageGuild}, true},
			{"moderator by role", discordtest.Ask{Roles: []string{"700000000000000001"}}, true},
			{"administrator", discordtest.Ask{Rights: discordtest.Administrator}, true},
			{"moderator of the other server", discordtest.Ask{Guild: elsewhere, Channel: "400000000000000009", Rights: discordtest.ManageGuild}, true},
			{"moderator of a third server", discordtest.Ask{Guild: "300000000000000005", Channel: "400000000000000005", Rights: discordtest.ManageGuild}, true},
			{"moderator in a direct message", discordtest.Ask{Direct: true, Rights: discordtest.Administrator}, false},
		} {
			server := p.ask.Guild
			if server == "" {
				server = here.Space
			}
			for _, g := range targets {
				for name, a := range changesTo(g) {
					a.Guild, a.Channel, a.Rights, a.Roles, a.Direct = p.ask.Guild, p.ask.Channel, p.ask.Rights, p.ask.Roles, p.ask.Direct
					got := answer(t, s.Do(a))
					changed := store.take()
					at := p.name + ": " + name + " " + g.group
					if got.Form == nil && !got.Ephemeral {
						t.Errorf("%s: answered in public", at)
					}
					if !p.may || server != g.server {
						if len(changed) > 0 || got.Form != nil || strings.Contains(got.Words(), g.name) {
							t.Errorf("%s: changed %v, form %v, said %q", at, changed, got.Form != nil, got.Words())
						}
						continue
					}
					opens := name == "group edit" || name == "group meetings" || name == "reminder edit"
					if opens != (got.Form != nil) {
						t.Errorf("%s: form %v, said %q", at, got.Form != nil, got.Words())
					}
					if name == "share" { // shown first, then posted by its button
						press, err := got.Press("Post it")
						if err != nil {
							t.Errorf("%s: %v: %s", at, err, got.Words())
							continue
						}
						press.Guild, press.Channel, press.Rights, press.Roles = p.ask.Guild, p.ask.Channel, p.ask.Rights, p.ask.Roles
						others := press
						others.Guild, others.Channel, others.Rights = "300000000000000005", "400000000000000005", discordtest.ManageGuild
						if answer(t, s.Do(others)); len(store.take()) > 0 {
							t.Errorf("%s: posted from a third server", at)
						}
						answer(t, s.Do(press))
						changed = store.take()
					}
					if !opens && !slices.Equal(changed, []string{g.group}) {
						t.Errorf("%s: changed %v, said %q", at, changed, got.Words())
					}
				}
			}
		}
		refusedNothing(t, s)
	})
}
