package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
)

// TestNeverStaff asks as people who are in the staff channel and may change
// nothing all the same.
func TestNeverStaff(t *testing.T) {
	t.Parallel()
	grid := []string{slacktest.OtherID, slacktest.TeamID}
	tests := map[string]slacktest.User{
		"in a Grid, of others":   {Team: "-", Teams: []string{slacktest.OtherID}},
		"in a Grid, a guest":     {Teams: grid, Guest: true},
		"of no workspace":        {Team: "-"},
		"in a Grid, may":         {Team: slacktest.EnterpriseID, Teams: grid},
		"in a Grid, also may":    {Team: "-", Teams: grid},
		"guest":                  {Guest: true},
		"guest of one channel":   {Single: true},
		"stranger":               {Stranger: true},
		"another bot":            {Bot: true},
		"gone":                   {Deleted: true},
		"of another workspace":   {Team: slacktest.OtherID},
		"a full member, for one": {},
	}
	for name, u := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake, c := ready(t, echo)
			u.ID = slacktest.Staff
			fake.SetUser(u)
			see(t, fake, slacktest.Ask{Text: "why", User: slacktest.Staff})
			want := bot.Actor{}
			if strings.HasSuffix(name, " may") || strings.HasSuffix(name, "for one") {
				want.ID = "slack:" + slacktest.Staff
			}
			if got := c.requests()[0].Actor; got.ID != want.ID {
				t.Errorf("the actor is %q, want %q", got.ID, want.ID)
			}
			// Nobody else is vouched for as a reviewer either.
			is := c.requests()[0].Is
			if is(t.Context(), slacktest.Staff) != want.May() || is(t.Context(), slacktest.Member) || is(t.Context(), "") {
				t.Errorf("vouched for: %t, want %t, and for nobody else", is(t.Context(), slacktest.Staff), want.May())
			}
		})
	}
}

// TestNeverStaffByPayload reads what Slack says of people in the request itself,
// which is enough to refuse them.
func TestNeverStaffByPayload(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{})
	a := newAdapter(t, fake, staffChannel)
	s := newServing(a, &core{}, func(error) {}).people
	user := func(more string) string {
		return fmt.Sprintf(`{"type":"block_actions","team":{"id":%q},"user":{"id":%q%s},"actions":[{"action_id":"call.0","value":"1/why/?"}]}`,
			slacktest.TeamID, slacktest.Staff, more)
	}
	tests := map[string]struct {
		payload string
		may     bool
	}{
		"nothing more":       {user(""), true},
		"full member":        {user(`,"team_id":"` + slacktest.TeamID + `","is_restricted":false`), true},
		"guest":              {user(`,"is_restricted":true`), false},
		"single channel":     {user(`,"is_ultra_restricted":true`), false},
		"stranger":           {user(`,"is_stranger":true`), false},
		"bot":                {user(`,"is_bot":true`), false},
		"another workspace":  {user(`,"team_id":"` + slacktest.OtherID + `"`), false},
		"another enterprise": {user(`,"enterprise_id":"E0000000009"`), false},
	}
	for name, tt := range tests {
		q, err := decode("interactive", []byte(tt.payload))
		must(t, err)
		r, err := s.reader(t.Context(), q)
		if err != nil || r.Actor.May() != tt.may {
			t.Errorf("%s: may %v, %v", name, r.Actor.May(), err)
		}
		if r.Is(t.Context(), slacktest.Staff) != tt.may || r.Is(t.Context(), slacktest.Member) {
			t.Errorf("%s: vouched for: %v", name, !tt.may)
		}
	}
	// In doubt nobody: Slack does not say who it is.
	forgetStaff(a)
	fake.Fail(slacktest.Fault{Method: "users.info", Status: 500})
	q, err := decode("interactive", []byte(user("")))
	must(t, err)
	r, err := s.reader(t.Context(), q)
	if err == nil || r.Actor.May() {
		t.Errorf("staff without a look-up: %v", err)
	}
	fake.Fail(slacktest.Fault{Method: "users.info", Status: 500})
	if r.Is(t.Context(), slacktest.Staff) {
		t.Error("vouched for without a look-up")
	}
}

// TestLookUpsWaitForNobody looks many people up at once while Slack is slow: each
// once, and nobody waits for somebody else.
func TestLookUpsWaitForNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var known lookups[profile]
		var looks atomic.Int32
		look := func(ctx context.Context, user string) (profile, error) {
			looks.Add(1)
			if user == "U0" { // Slack never says
				<-ctx.Done()
				return profile{}, ctx.Err()
			}
			time.Sleep(time.Second)
			return profile{full: true, teams: []string{slacktest.TeamID}}, nil
		}
		began := time.Now()
		s := people{Adapter: &Adapter{me: identity{team: slacktest.TeamID, bot: "B0"}}}
		var wait sync.WaitGroup
		for i := range 60 {
			wait.Go(func() {
				user := fmt.Sprint("U", i%3)
				p, err := s.member(t.Context(), request{user: user, team: slacktest.TeamID}, func(ctx context.Context, user string) (profile, error) {
					return known.get(ctx, user, began, look)
				})
				took, good := time.Since(began), user != "U0"
				if p.full != good || (err == nil) != good || good && took != time.Second || !good && took != staffLookup {
					t.Errorf("%s: full %v, %v, after %s", user, p.full, err, took)
				}
			})
		}
		wait.Wait()
		if looks.Load() != 3 {
			t.Errorf("%d look-ups", looks.Load())
		}
	})
}

// TestMissingScope lets a look-up's right be missing: nobody is staff, the log says
// what to add, and people are still answered.
func TestMissingScope(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{})
	fake.Grant("chat:write", "commands", "channels:read", "groups:read", "connections:write")
	log := &adaptertest.Log{}
	a, err := New(Config{BotToken: slacktest.BotToken, AppToken: slacktest.AppToken, APIURL: fake.URL, StaffChannel: staffChannel, Log: slog.New(slog.NewTextHandler(log, nil))})
	must(t, err)
	c := &core{answer: echo}
	_, ended := start(t, a, c)
	must(t, fake.AwaitConnections(within(t), 1))
	for range 3 {
		see(t, fake, slacktest.Ask{Text: "why", User: slacktest.Staff})
	}
	for _, r := range c.requests() {
		if r.Actor.May() {
			t.Error("staff without a look-up")
		}
	}
	select {
	case err := <-ended:
		t.Errorf("serving ended: %v", err)
	default:
	}
	said := log.String()
	for _, want := range []string{"the app lacks scopes", "scopes=app_mentions:read,channels:history,groups:history,im:history,users:read", "missing_scope: users:read", "the command manifest slack"} {
		if !strings.Contains(said, want) {
			t.Errorf("the log does not say %q: %s", want, said)
		}
	}
	if n := strings.Count(said, "the rights of somebody who asks could not be looked up"); n != 1 {
		t.Errorf("logged %d times", n)
	}
	if strings.Contains(said, slacktest.Staff) {
		t.Error("the log names somebody")
	}
	fake.Revoke("token_revoked")
	forgetStaff(a)
	see(t, fake, slacktest.Ask{Text: "crisis", User: slacktest.Staff})
	do(t, fake, slacktest.Ask{Text: "why", User: slacktest.Staff})
	if err := <-ended; !errors.Is(err, ErrRefused) {
		t.Errorf("got %v", err)
	}
}
