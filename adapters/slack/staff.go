package slack

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
)

// How long a look-up of the staff channel is believed, and how long a failed one
// is not repeated.
const (
	staffFresh  = time.Minute
	staffRetry  = 5 * time.Second
	staffLookup = 2 * time.Second // what a person waits for it at most
	staffPages  = 50
)

// staff knows who is in the staff channel and belongs to the workspace.
type staff struct {
	channel string // nobody is staff if empty
	list    func(ctx context.Context, channel string) (map[string]bool, error)
	look    func(ctx context.Context, user string) (profile, error)

	mu    sync.Mutex // held during a look-up, so that there is one at a time
	who   map[string]bool
	known map[string]profile // of those in the channel who asked something
	until time.Time
}

// profile is what is kept of a person in the staff channel.
type profile struct {
	full  bool   // a full member of a workspace: no guest, stranger or bot
	team  string // which one
	zone  string // IANA name
	until time.Time
}

// of gives the profile of a user in the staff channel, the zero profile of
// anybody else. In doubt nobody is in it; the error then says why.
func (s *staff) of(ctx context.Context, user string, now time.Time) (profile, error) {
	if s.channel == "" {
		return profile{}, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, staffLookup)
	defer cancel()
	if !now.Before(s.until) {
		who, err := s.list(ctx, s.channel)
		s.who, s.known, s.until = who, make(map[string]profile), now.Add(staffFresh)
		if err != nil {
			s.who, s.until = nil, now.Add(staffRetry)
			return profile{}, err
		}
	}
	if !s.who[user] {
		return profile{}, nil
	}
	if p, ok := s.known[user]; ok && now.Before(p.until) {
		return p, nil
	}
	p, err := s.look(ctx, user)
	p.until = s.until
	if err != nil {
		p = profile{until: now.Add(staffRetry)}
	}
	s.known[user] = p
	return p, err
}

// profile asks Slack about somebody in the staff channel. Of names and the like
// nothing is kept.
func (a *Adapter) profile(ctx context.Context, user string) (profile, error) {
	u, err := a.api.GetUserInfoContext(ctx, user)
	if err != nil {
		return profile{}, fault(err)
	}
	out := u.Deleted || u.IsBot || u.IsRestricted || u.IsUltraRestricted || u.IsStranger || u.IsConnectorBot || u.IsWorkflowBot
	return profile{full: !out, team: u.TeamID, zone: u.TZ}, nil
}

// members lists a channel's members.
func (a *Adapter) members(ctx context.Context, channel string) (map[string]bool, error) {
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
	return nil, errors.New("the staff channel has too many members")
}

// actor is who asks, if they may change things: a full member of this very
// workspace who is in the staff channel. zone is where they say they are.
func (s *serving) actor(ctx context.Context, q ask) (actor bot.Actor, zone string) {
	me, err := s.whoami(ctx, false)
	switch {
	case err != nil:
		s.trouble("staff look-up failed", err)
		return bot.Actor{}, ""
	case q.user == "", q.outsider, q.user == me.user, q.team != me.team:
		return bot.Actor{}, ""
	case q.enterprise != "" && q.enterprise != me.enterprise:
		return bot.Actor{}, ""
	}
	p, err := s.staff.of(ctx, q.user, s.now())
	if err != nil {
		s.trouble("staff look-up failed", err)
	}
	if !p.full || p.team != me.team {
		return bot.Actor{}, ""
	}
	return bot.Actor{ID: "slack:" + q.user}, p.zone
}
