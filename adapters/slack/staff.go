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

// staff knows who is in the staff channel.
type staff struct {
	channel string // nobody is staff if empty
	list    func(ctx context.Context, channel string) (map[string]bool, error)

	mu    sync.Mutex // held during a look-up, so that there is one at a time
	who   map[string]bool
	until time.Time
}

// has tells whether a user is in the staff channel. In doubt nobody is; the
// error then says why.
func (s *staff) has(ctx context.Context, user string, now time.Time) (bool, error) {
	if s.channel == "" {
		return false, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Before(s.until) {
		return s.who[user], nil
	}
	ctx, cancel := context.WithTimeout(ctx, staffLookup)
	defer cancel()
	who, err := s.list(ctx, s.channel)
	if err != nil {
		s.who, s.until = nil, now.Add(staffRetry)
		return false, err
	}
	s.who, s.until = who, now.Add(staffFresh)
	return s.who[user], nil
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

// actor is who asks, if they may change things: a person of this very workspace
// who is in the staff channel.
func (s *serving) actor(ctx context.Context, q ask) bot.Actor {
	me, err := s.whoami(ctx, false)
	if err != nil || q.user == "" || q.user == me.user || q.team != me.team {
		return bot.Actor{}
	}
	ok, err := s.staff.has(ctx, q.user, s.now())
	if err != nil {
		s.trouble("staff look-up failed", err)
	}
	if !ok {
		return bot.Actor{}
	}
	return bot.Actor{ID: "slack:" + q.user}
}
