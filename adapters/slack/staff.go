package slack

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
)

// How long a look-up of a staff or facilitators' channel is believed, and how long a failed one
// is not repeated.
const (
	staffFresh  = time.Minute
	staffRetry  = 5 * time.Second
	staffLookup = 2 * time.Second // longest time that a person waits for it
	staffPages  = 50
)

// members are those in a channel that gives a right, with the profiles of those who asked
// something. All of it is forgotten when the channel is looked up again.
type members struct {
	who      map[string]bool
	profiles lookups[profile]
}

// profile is what is remembered of a person in such a channel.
type profile struct {
	full  bool     // a full member of a workspace: no guest, stranger or bot
	teams []string // their workspaces: several in an Enterprise Grid
	zone  string   // IANA name
	lang  string   // BCP 47
}

// lookups are look-ups by ID. Each is believed for staffFresh.
type lookups[T any] struct {
	known bot.Recent[string, chan result[T]] // holds the last result, or nothing while somebody looks it up
}

// result is what a look-up brought.
type result[T any] struct {
	value T
	err   error
	until time.Time // when it must be repeated
}

func unasked[T any]() chan result[T] {
	none := make(chan result[T], 1)
	none <- result[T]{}
	return none
}

// get returns the remembered result or looks it up; those who want it at the same time share one
// look-up. A failure is remembered for a short time, too, so that failing look-ups are not
// repeated at once.
func (l *lookups[T]) get(ctx context.Context, id string, now time.Time, ask func(ctx context.Context, id string) (T, error)) (value T, err error) {
	shared := l.known.GetOr(id, unasked)
	var last result[T]
	select {
	case last = <-shared:
	case <-ctx.Done():
		return value, fault(ctx.Err())
	}
	defer func() { shared <- last }()
	if now.Before(last.until) {
		return last.value, last.err
	}
	last = result[T]{err: errors.New("the look-up failed"), until: now.Add(staffRetry)} // for a panic
	if last.value, last.err = ask(ctx, id); last.err == nil {
		last.until = now.Add(staffFresh)
	}
	return last.value, last.err
}

// people finds out who asks, as far as that gives them a right.
type people struct {
	*Adapter
	logOrStop func(message string, err error) // see serving.logOrStop
}

// profile asks Slack about a person in such a channel. Names and the like are not kept.
func (p people) profile(ctx context.Context, user string) (profile, error) {
	u, err := p.api.GetUserInfoContext(ctx, user)
	if err != nil {
		return profile{}, fault(err)
	}
	out := u.Deleted || u.IsBot || u.IsRestricted || u.IsUltraRestricted || u.IsStranger || u.IsConnectorBot || u.IsWorkflowBot
	// In an Enterprise Grid the first may be missing, or be the organization's ID.
	teams := append([]string{u.TeamID}, u.Enterprise.Teams...)
	return profile{full: !out, teams: teams, zone: u.TZ, lang: intake.Locale(u.Locale)}, nil
}

// list lists a channel's members.
func (p people) list(ctx context.Context, channel string) (*members, error) {
	who := make(map[string]bool)
	next := slack.GetUsersInConversationParameters{ChannelID: channel, Limit: 1000}
	for range staffPages {
		page, cursor, err := p.api.GetUsersInConversationContext(ctx, &next)
		if err != nil {
			return nil, fault(err)
		}
		for _, user := range page {
			who[user] = true
		}
		if cursor == "" {
			return &members{who: who}, nil
		}
		next.Cursor = cursor
	}
	return nil, errors.New("the channel has too many members")
}

// insiders lists the members of a channel that nobody can join without an invitation.
func (p people) insiders(ctx context.Context, channel string) (*members, error) {
	ch, err := p.Inspect(ctx, bot.Place{Platform: bot.Slack, Channel: channel})
	switch {
	case err != nil:
		return nil, err
	case ch.Shared:
		return nil, bot.Explained(bot.ErrUnreachable, bot.Wrong("other organizations are in that channel (Slack Connect): choose a private one that only the facilitators are in"))
	case ch.Open:
		return nil, bot.Explained(bot.ErrUnreachable, bot.Wrong("everybody in the workspace can join that channel: make it private, or choose another"))
	}
	return p.list(ctx, channel)
}

// CheckRole asks Slack about the channel; see bot.Doorkeeper.
func (a *Adapter) CheckRole(ctx context.Context, r bot.Role) error {
	_, err := people{Adapter: a}.insiders(ctx, r.ID)
	return err
}

// errWorkspace reports a person in the staff channel who would be staff, but belongs to another
// workspace.
var errWorkspace = errors.New("somebody in the staff channel belongs to another workspace than the app, so they do not count as staff; in an Enterprise Grid, install the app in the workspace that staff belong to")

// reader begins the question of whoever asks. They may change things if they are a full member of
// this workspace and in the staff channel. If a look-up fails, they count as a member, and the
// error says why. Of members the question holds nothing.
func (p people) reader(ctx context.Context, q request) (bot.Request, error) {
	r := bot.Request{
		Platform: bot.Slack, Place: bot.Place{Platform: bot.Slack},
		Is: func(ctx context.Context, id string) bool { // Slack is asked only about a user who was named
			return id != "" && q.user == id && p.confirms(ctx, q, p.profile)
		},
		In: func(ctx context.Context, role bot.Role) (by bot.Actor) {
			look := func(ctx context.Context, user string) (profile, error) {
				return p.among(ctx, &p.facilitators, role.ID, p.insiders, user)
			}
			if role.Platform == bot.Slack && p.confirms(ctx, q, look) {
				by = bot.Actor{ID: "slack:" + q.user, Roles: []bot.Role{role}}
			}
			return by
		},
	}
	who, err := p.member(ctx, q, func(ctx context.Context, user string) (profile, error) {
		if p.c.StaffChannel == "" {
			return profile{}, nil
		}
		return p.among(ctx, &p.staff, p.c.StaffChannel, p.list, user)
	})
	if who.full {
		r.Actor, r.Zone, r.Lang = bot.Actor{ID: "slack:" + q.user}, who.zone, who.lang
	}
	return r, err
}

// member returns the profile that look finds of whoever asks, if they are a full member of this
// workspace; else the zero profile. Whoever is none by their request is not looked up.
func (p people) member(ctx context.Context, q request, look func(ctx context.Context, user string) (profile, error)) (profile, error) {
	me, err := p.whoami(ctx, false)
	if err != nil || q.user == "" || q.outsider || q.user == me.user || q.team != me.team || q.enterprise != "" && q.enterprise != me.enterprise {
		return profile{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, staffLookup)
	defer cancel()
	who, err := look(ctx, q.user)
	switch {
	case err != nil || !who.full:
		return profile{}, err
	case me.wide || !slices.Contains(who.teams, me.team):
		return profile{}, errWorkspace
	}
	return who, nil
}

// among returns the profile of a user who is in a channel, and the zero profile of anybody else. list
// looks up who is in it. If a look-up fails, nobody counts as in it, and the error says why. Nobody
// waits for the look-up of another person.
func (p people) among(ctx context.Context, known *lookups[*members], channel string, list func(ctx context.Context, channel string) (*members, error), user string) (profile, error) {
	in, err := known.get(ctx, channel, p.now(), list)
	if err != nil || !in.who[user] {
		return profile{}, err
	}
	return in.profiles.get(ctx, user, p.now(), p.profile)
}

// confirms tells whether member finds whoever asks. If a look-up fails, it does not.
func (p people) confirms(ctx context.Context, q request, look func(ctx context.Context, user string) (profile, error)) bool {
	who, err := p.member(ctx, q, look)
	if !errors.Is(err, errWorkspace) { // concerns staff only
		p.doubt(err)
	}
	return who.full
}

// doubt logs why somebody counts as a member for now, but not at every request.
func (p people) doubt(err error) {
	if errors.Is(err, errWorkspace) {
		if p.strangers.wait(p.now()) == 0 {
			p.c.Log.Warn(err.Error())
		}
		return
	}
	if err != nil && (ends(err) || p.doubts.wait(p.now()) == 0) {
		p.logOrStop("the rights of somebody who asks could not be looked up", err)
	}
}
