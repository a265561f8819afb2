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
)

// How long a look-up of the staff channel, or of a channel of facilitators, is believed, and how long a failed one
// is not repeated.
const (
	staffFresh  = time.Minute
	staffRetry  = 5 * time.Second
	staffLookup = 2 * time.Second // what a person waits for it at most
	staffPages  = 50
)

// rights knows who is in the channels that give a right, that of staff and those of
// facilitators, and belongs to the workspace.
type rights struct {
	channel string // nobody is staff if empty
	list    func(ctx context.Context, channel string) (map[string]bool, error)
	closed  func(ctx context.Context, channel string) (map[string]bool, error) // as list, of a channel that others cannot join
	look    func(ctx context.Context, user string) (profile, error)

	staff shared[*membership]

	mu    sync.Mutex
	roles map[string]*shared[*membership] // of the channels whose members are facilitators, by channel
}

// mostRoles bounds the channels whose members are known at once.
const mostRoles = 100

// role is where a channel's members are looked up.
func (s *rights) role(channel string) *shared[*membership] {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.roles[channel]
	if !ok {
		if s.roles == nil {
			s.roles = make(map[string]*shared[*membership])
		}
		for old := range s.roles {
			if len(s.roles) < mostRoles {
				break
			}
			delete(s.roles, old) // any: it is looked up again
		}
		r = new(shared[*membership])
		s.roles[channel] = r
	}
	return r
}

// membership is who is in the channel, and what is known of those who asked something.
type membership struct {
	who   map[string]bool
	until time.Time

	mu    sync.Mutex
	known map[string]*shared[profile]
}

// profile is what is kept of a person in the staff channel.
type profile struct {
	full  bool     // a full member of a workspace: no guest, stranger or bot
	teams []string // which ones: several in an Enterprise Grid
	zone  string   // IANA name
	lang  string   // BCP 47
}

// of gives the profile of a user in the staff channel, the zero profile of
// anybody else. In doubt nobody is in it; the error then says why. Nobody waits
// for a look-up of somebody else.
func (s *rights) of(ctx context.Context, user string, now time.Time) (profile, error) {
	if s.channel == "" {
		return profile{}, nil
	}
	return s.among(ctx, &s.staff, s.channel, s.list, user, now)
}

// facilitator looks a user up as of does, in a channel whose members change one group.
func (s *rights) facilitator(ctx context.Context, channel, user string, now time.Time) (profile, error) {
	return s.among(ctx, s.role(channel), channel, s.closed, user, now)
}

// among gives the profile of a user in a channel, whose members list tells.
func (s *rights) among(ctx context.Context, all *shared[*membership], channel string, list func(context.Context, string) (map[string]bool, error), user string, now time.Time) (profile, error) {
	ctx, cancel := context.WithTimeout(ctx, staffLookup)
	defer cancel()
	r, err := all.get(ctx, now, now.Add(staffFresh), func(ctx context.Context) (*membership, error) {
		who, err := list(ctx, channel)
		return &membership{who: who, until: now.Add(staffFresh), known: make(map[string]*shared[profile])}, err
	})
	if err != nil || !r.who[user] {
		return profile{}, err
	}
	return r.of(user).get(ctx, now, r.until, func(ctx context.Context) (profile, error) { return s.look(ctx, user) })
}

// of is where a person in the channel is looked up.
func (r *membership) of(user string) *shared[profile] {
	r.mu.Lock()
	defer r.mu.Unlock()
	p, ok := r.known[user]
	if !ok {
		p = new(shared[profile])
		r.known[user] = p
	}
	return p
}

// shared is a look-up that whoever wants to know the same at the same time makes
// once.
type shared[T any] struct {
	mu   sync.Mutex
	last *lookup[T]
}

type lookup[T any] struct {
	done  chan struct{} // closed once it is over
	value T
	err   error
	until time.Time // when it has to be made again
}

func (l *lookup[T]) over() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

// get gives what was looked up and is believed until a moment, or looks it up. A
// failure is believed for a little too, so that there is no storm of look-ups.
func (s *shared[T]) get(ctx context.Context, now, until time.Time, ask func(context.Context) (T, error)) (value T, err error) {
	s.mu.Lock()
	l := s.last
	if l != nil && !(l.over() && !now.Before(l.until)) {
		s.mu.Unlock()
		select {
		case <-l.done:
		case <-ctx.Done():
			return value, fault(ctx.Err())
		}
	} else {
		l = &lookup[T]{done: make(chan struct{}), err: errors.New("the look-up failed"), until: now.Add(staffRetry)}
		s.last = l
		s.mu.Unlock()
		func() {
			defer close(l.done)
			if l.value, l.err = ask(ctx); l.err == nil {
				l.until = until
			}
		}()
	}
	if l.err != nil {
		return value, l.err
	}
	return l.value, nil
}

// workspace is asked about people.
type workspace struct{ *Adapter }

// profile asks Slack about somebody in the staff channel. Of names and the like
// nothing is kept.
func (a workspace) profile(ctx context.Context, user string) (profile, error) {
	u, err := a.api.GetUserInfoContext(ctx, user)
	if err != nil {
		return profile{}, fault(err)
	}
	out := u.Deleted || u.IsBot || u.IsRestricted || u.IsUltraRestricted || u.IsStranger || u.IsConnectorBot || u.IsWorkflowBot
	// In an Enterprise Grid the first may be missing, or be the organization's.
	teams := append([]string{u.TeamID}, u.Enterprise.Teams...)
	return profile{full: !out, teams: teams, zone: u.TZ, lang: language(u.Locale)}, nil
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

// insiders lists the members of a channel that nobody can join by themselves.
func (a workspace) insiders(ctx context.Context, channel string) (map[string]bool, error) {
	ch, err := a.Inspect(ctx, bot.Place{Platform: bot.Slack, Channel: channel})
	switch {
	case err != nil:
		return nil, err
	case ch.Shared:
		return nil, bot.AtPlace(bot.ErrUnreachable, bot.Wrong("other organizations are in that channel (Slack Connect): choose a private one that only the facilitators are in"))
	case ch.Open:
		return nil, bot.AtPlace(bot.ErrUnreachable, bot.Wrong("everybody in the workspace can join that channel: make it private, or choose another"))
	}
	return a.members(ctx, channel)
}

// CheckRole asks Slack about the channel, as bot.Doorkeeper says.
func (a *Adapter) CheckRole(ctx context.Context, r bot.Role) error {
	_, err := workspace{a}.insiders(ctx, r.ID)
	return err
}

// errWorkspace reports somebody in the staff channel who would be staff, were it not
// for their workspace.
var errWorkspace = errors.New("somebody in the staff channel is a full member of another workspace than the one the app is installed in, and no staff for that reason; in an Enterprise Grid, install the app in the workspace that staff belong to")

// reader is who asks. Of members nothing is known.
type reader struct {
	is         func(ctx context.Context, id string) bool          // tells whether it is the user with an ID
	has        func(ctx context.Context, role bot.Role) bot.Actor // tells whether they are a facilitator
	actor      bot.Actor
	zone, lang string // where they say they are, and the language they read Slack in
}

// people tells who asks, as far as that gives them a right.
type people struct {
	*Adapter
	logOrStop func(message string, err error) // as serving's
}

// reader finds out who asks, if they may change things: a full member of this very
// workspace who is in the staff channel. In doubt it is a member; the error then
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

// ours tells whether a request came, by what it says itself, from a person of this very
// workspace.
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

// is tells whether whoever asks is the user with an ID, and a full member of this very
// workspace. Slack is asked about nobody who was not named.
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

// has is whoever asks, if they are a full member of this very workspace in the channel
// whose members are facilitators. In doubt they are not.
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
			p.log.Warn("facilitators could not be looked up", slog.Any("error", err))
		}
		return bot.Actor{}
	}
	if !who.full || !who.within(me) {
		return bot.Actor{}
	}
	return bot.Actor{ID: "slack:" + q.user, Roles: []bot.Role{role}}
}

// doubt logs why somebody counts as a member for now, not at every request.
func (p people) doubt(err error) {
	if errors.Is(err, errWorkspace) {
		if p.strangers.wait(p.now()) == 0 {
			p.log.Warn(err.Error())
		}
		return
	}
	if err != nil && (ends(err) || p.doubts.wait(p.now()) == 0) {
		p.logOrStop("who is staff could not be looked up", err)
	}
}
