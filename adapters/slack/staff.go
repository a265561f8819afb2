package slack

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
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

// rights knows who is in the channels that give a right, which are those of staff and of
// facilitators, and who belongs to the workspace.
type rights struct {
	channel string // of staff; empty if nobody is staff
	list    func(ctx context.Context, channel string) (map[string]bool, error)
	closed  func(ctx context.Context, channel string) (map[string]bool, error) // lists the members, of a channel that others cannot join
	look    func(ctx context.Context, user string) (profile, error)

	channels lookups[*membership]
}

// membership is who is in the channel, and the profiles of those who asked something.
type membership struct {
	who   map[string]bool
	until time.Time
	known lookups[profile]
}

// profile is what is remembered of a person in such a channel.
type profile struct {
	full  bool     // a full member of a workspace: no guest, stranger or bot
	teams []string // their workspaces: several in an Enterprise Grid
	zone  string   // IANA name
	lang  string   // BCP 47
}

// of returns the profile of a user in the staff channel, and the zero profile of anybody else.
// If a look-up fails, nobody counts as in it, and the error says why. Nobody waits for the
// look-up of another person.
func (s *rights) of(ctx context.Context, user string, now time.Time) (profile, error) {
	if s.channel == "" {
		return profile{}, nil
	}
	return s.among(ctx, "staff", s.channel, s.list, user, now)
}

// facilitator does what of does, for a channel whose members may change one group.
func (s *rights) facilitator(ctx context.Context, channel, user string, now time.Time) (profile, error) {
	return s.among(ctx, channel, channel, s.closed, user, now)
}

// among returns the profile of a user in a channel. list returns the channel's members, which are
// remembered as id.
func (s *rights) among(ctx context.Context, id, channel string, list func(context.Context, string) (map[string]bool, error), user string, now time.Time) (profile, error) {
	ctx, cancel := context.WithTimeout(ctx, staffLookup)
	defer cancel()
	r, err := s.channels.of(id).get(ctx, now, now.Add(staffFresh), func(ctx context.Context) (*membership, error) {
		who, err := list(ctx, channel)
		return &membership{who: who, until: now.Add(staffFresh)}, err
	})
	if err != nil || !r.who[user] {
		return profile{}, err
	}
	return r.known.of(user).get(ctx, now, r.until, func(ctx context.Context) (profile, error) { return s.look(ctx, user) })
}

// mostKnown bounds how many channels are remembered, and how many people of each.
const mostKnown = 100

// lookups are look-ups by ID.
type lookups[T any] struct {
	mu    sync.Mutex
	known map[string]shared[T]
}

func (l *lookups[T]) of(id string) shared[T] {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, ok := l.known[id]
	if !ok {
		if l.known == nil {
			l.known = make(map[string]shared[T])
		}
		for old := range l.known {
			if len(l.known) < mostKnown {
				break
			}
			delete(l.known, old) // any of them: it will be looked up again
		}
		s = make(shared[T], 1)
		s <- result[T]{}
		l.known[id] = s
	}
	return s
}

// shared is a look-up, which those who want it at the same time share. It holds its last result,
// or nothing while somebody looks it up.
type shared[T any] chan result[T]

// result is what a look-up brought.
type result[T any] struct {
	value T
	err   error
	until time.Time // when it must be repeated
}

// get returns the remembered result or looks it up. A failure is remembered for a short time,
// too, so that failing look-ups are not repeated at once.
func (s shared[T]) get(ctx context.Context, now, until time.Time, ask func(context.Context) (T, error)) (value T, err error) {
	var last result[T]
	select {
	case last = <-s:
	case <-ctx.Done():
		return value, fault(ctx.Err())
	}
	defer func() { s <- last }()
	if now.Before(last.until) {
		return last.value, last.err
	}
	last = result[T]{err: errors.New("the look-up failed"), until: now.Add(staffRetry)} // for a panic
	if value, err = ask(ctx); err == nil {
		last = result[T]{value, nil, until}
	}
	last.err = err
	return last.value, last.err
}

// workspace answers questions about people.
type workspace struct{ *Adapter }

// profile asks Slack about a person in such a channel. Names and the like are not kept.
func (a workspace) profile(ctx context.Context, user string) (profile, error) {
	u, err := a.api.GetUserInfoContext(ctx, user)
	if err != nil {
		return profile{}, fault(err)
	}
	out := u.Deleted || u.IsBot || u.IsRestricted || u.IsUltraRestricted || u.IsStranger || u.IsConnectorBot || u.IsWorkflowBot
	// In an Enterprise Grid the first may be missing, or be the organization's ID.
	teams := append([]string{u.TeamID}, u.Enterprise.Teams...)
	return profile{full: !out, teams: teams, zone: u.TZ, lang: intake.Locale(u.Locale)}, nil
}

// members lists a channel's members.
func (a workspace) members(ctx context.Context, channel string) (map[string]bool, error) {
	who := make(map[string]bool)
	p := slack.GetUsersInConversationParameters{ChannelID: channel, Limit: 1000}
	for range staffPages {
		page, next, err := a.api.GetUsersInConversationContext(ctx, &p)
		if err != nil {
			return nil, fault(err)
		}
		for _, user := range page {
			who[user] = true
		}
		if next == "" {
			return who, nil
		}
		p.Cursor = next
	}
	return nil, errors.New("the channel has too many members")
}

// insiders lists the members of a channel that nobody can join without an invitation.
func (a workspace) insiders(ctx context.Context, channel string) (map[string]bool, error) {
	ch, err := a.Inspect(ctx, bot.Place{Platform: bot.Slack, Channel: channel})
	switch {
	case err != nil:
		return nil, err
	case ch.Shared:
		return nil, bot.Explained(bot.ErrUnreachable, bot.Wrong("other organizations are in that channel (Slack Connect): choose a private one that only the facilitators are in"))
	case ch.Open:
		return nil, bot.Explained(bot.ErrUnreachable, bot.Wrong("everybody in the workspace can join that channel: make it private, or choose another"))
	}
	return a.members(ctx, channel)
}

// CheckRole asks Slack about the channel; see bot.Doorkeeper.
func (a *Adapter) CheckRole(ctx context.Context, r bot.Role) error {
	_, err := workspace{a}.insiders(ctx, r.ID)
	return err
}

// errWorkspace reports a person in the staff channel who would be staff, but belongs to another
// workspace.
var errWorkspace = errors.New("somebody in the staff channel belongs to another workspace than the app, so they do not count as staff; in an Enterprise Grid, install the app in the workspace that staff belong to")

// reader is whoever asks. Of members it holds nothing.
type reader struct {
	is         func(ctx context.Context, id string) bool          // tells whether they are the user with an ID
	has        func(ctx context.Context, role bot.Role) bot.Actor // returns them as an actor if they are a facilitator
	actor      bot.Actor
	zone, lang string // their time zone, and the language of their Slack
}

// people finds out who asks, as far as that gives them a right.
type people struct {
	*Adapter
	logOrStop func(message string, err error) // see serving.logOrStop
}

// reader finds out who asks, if they may change things: they must be a full member of this
// workspace and in the staff channel. If a look-up fails, they count as a member, and the error
// says why.
func (p people) reader(ctx context.Context, q request) (reader, error) {
	member := reader{
		is:  func(ctx context.Context, id string) bool { return p.is(ctx, q, id) },
		has: func(ctx context.Context, role bot.Role) bot.Actor { return p.has(ctx, q, role) },
	}
	me, ours, err := p.ours(ctx, q)
	if !ours {
		return member, err
	}
	who, err := p.rights.of(ctx, q.user, p.now())
	switch {
	case err != nil:
		return member, err
	case who.full && !who.within(me):
		return member, errWorkspace
	case !who.full:
		return member, nil
	}
	return reader{member.is, member.has, bot.Actor{ID: "slack:" + q.user}, who.zone, who.lang}, nil
}

// ours tells whether a request says of itself that it comes from a person of this workspace.
func (p people) ours(ctx context.Context, q request) (me identity, ours bool, err error) {
	me, err = p.whoami(ctx, false)
	if err != nil {
		return identity{}, false, err
	}
	ours = q.user != "" && !q.outsider && q.user != me.user && q.team == me.team && (q.enterprise == "" || q.enterprise == me.enterprise)
	return me, ours, nil
}

// within tells whether somebody belongs to the workspace that the bot is installed in.
func (p profile) within(me identity) bool { return !me.wide && slices.Contains(p.teams, me.team) }

// is tells whether whoever asks is the user with an ID, and a full member of this workspace.
// Slack is asked only about a user who was named.
func (p people) is(ctx context.Context, q request, id string) bool {
	if id == "" || q.user != id {
		return false
	}
	me, ours, err := p.ours(ctx, q)
	if !ours {
		p.doubt(err)
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, staffLookup)
	defer cancel()
	who, err := p.rights.look(ctx, id)
	p.doubt(err)
	return err == nil && who.full && who.within(me)
}

// has returns whoever asks as an actor, if they are a full member of this workspace and in the
// channel of facilitators. If a look-up fails, they count as a member.
func (p people) has(ctx context.Context, q request, role bot.Role) bot.Actor {
	if role.Platform != bot.Slack {
		return bot.Actor{}
	}
	me, ours, err := p.ours(ctx, q)
	if !ours {
		p.doubt(err)
		return bot.Actor{}
	}
	who, err := p.rights.facilitator(ctx, role.ID, q.user, p.now())
	if err != nil {
		if p.doubts.wait(p.now()) == 0 {
			p.c.Log.Warn("facilitators could not be looked up", slog.Any("error", err))
		}
		return bot.Actor{}
	}
	if !who.full || !who.within(me) {
		return bot.Actor{}
	}
	return bot.Actor{ID: "slack:" + q.user, Roles: []bot.Role{role}}
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
		p.logOrStop("who is staff could not be looked up", err)
	}
}
