package slack

import (
	"fmt"
	"testing"
	"time"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
)

// TestNeverStaff asks as people who are in the staff channel and may change
// nothing all the same.
func TestNeverStaff(t *testing.T) {
	t.Parallel()
	tests := map[string]slacktest.User{
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
			fake, c := ready(t, slacktest.Options{}, echo)
			u.ID = slacktest.Staff
			fake.SetUser(u)
			see(t, fake, slacktest.Ask{Text: "why", User: slacktest.Staff})
			want := bot.Actor{}
			if (u == slacktest.User{ID: slacktest.Staff}) {
				want.ID = "slack:" + slacktest.Staff
			}
			if got := c.requests()[0].Actor; got.ID != want.ID {
				t.Errorf("the actor is %q, want %q", got.ID, want.ID)
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
	s := &serving{Adapter: a, stop: func(error) {}}
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
		if err != nil {
			t.Fatal(err)
		}
		if actor, _ := s.actor(t.Context(), q); actor.May() != tt.may {
			t.Errorf("%s: may %v", name, actor.May())
		}
	}
	// In doubt nobody: Slack does not say who it is.
	a.staff.until = time.Time{}
	fake.Fail(slacktest.Fault{Method: "users.info", Status: 500})
	q, err := decode("interactive", []byte(user("")))
	if err != nil {
		t.Fatal(err)
	}
	if actor, _ := s.actor(t.Context(), q); actor.May() {
		t.Error("staff without a look-up")
	}
}
