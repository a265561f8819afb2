package slacktest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// User is what Slack knows of a person.
type User struct {
	ID       string
	Team     string   // default TeamID, OtherID for Outsider
	Teams    []string // the workspaces in an Enterprise Grid; then team_id is that of Team, or missing where it is "-"
	Zone     string   // IANA name
	Locale   string   // "es-MX"; default en-US
	Guest    bool
	Single   bool // a guest of a single channel
	Stranger bool
	Bot      bool
	Deleted  bool
}

// SetUser adds a person or replaces them.
func (s *Server) SetUser(u User) {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	s.people.users[u.ID] = u
}

func (s *Server) userInfo(c call) (answer, string) {
	id := c.text("user")
	u := s.people.users[id]
	if u.Team == "" {
		u.Team = TeamID
		if id == Outsider {
			u.Team, u.Stranger = OtherID, true
		}
	}
	user := map[string]any{
		"id": id, "name": "a-person", "real_name": "a-person", "team_id": u.Team, "tz": u.Zone, "deleted": u.Deleted,
		"is_bot": u.Bot || id == BotUser, "is_restricted": u.Guest || u.Single, "is_ultra_restricted": u.Single, "is_stranger": u.Stranger,
	}
	if u.Team == "-" {
		delete(user, "team_id")
	}
	if u.Teams != nil {
		user["enterprise_user"] = map[string]any{"id": id, "enterprise_id": EnterpriseID, "teams": u.Teams}
	}
	if c.truth("include_locale") {
		user["locale"] = cmp.Or(u.Locale, "en-US")
	}
	return answer{"user": user}, ""
}

// publishView shows somebody the bot's Home.
func (s *Server) publishView(c call) (answer, string) {
	v, fault, why := readView(c.args["view"])
	switch {
	case fault != "":
		return refused(why), fault
	case v.Type != "home":
		return refused([]string{"not a Home"}), "invalid_arguments"
	case c.text("user_id") == "":
		return nil, "user_not_found"
	}
	user := c.text("user_id")
	if hash := c.text("hash"); hash != "" && hash != s.homeHash(user) {
		return nil, "hash_conflict"
	}
	v.ID = "VHOME" + user
	s.people.homes[user] = append(s.people.homes[user], Shown{Ephemeral: true, View: v, Silent: silent(v.Blocks)})
	s.Tell()
	return answer{"view": map[string]any{"id": v.ID, "type": v.Type, "hash": s.homeHash(user)}}, ""
}

// homeHash names the present content of somebody's Home.
func (s *Server) homeHash(user string) string {
	return fmt.Sprintf("%s.%d", user, len(s.people.homes[user]))
}

// Homes lists what somebody's Home showed so far.
func (s *Server) Homes(user string) []Shown {
	s.Mu.Lock()
	defer s.Mu.Unlock()
	return slices.Clone(s.people.homes[user])
}

// Home waits until somebody's Home was published n times, and returns the last version.
func (s *Server) Home(ctx context.Context, user string, n int) (Shown, error) {
	err := s.Await(ctx, func() bool { return len(s.people.homes[user]) >= n })
	if err != nil {
		return Shown{}, err
	}
	all := s.Homes(user)
	return all[len(all)-1], nil
}

// openHome makes the payload of the event.
func (s *Server) openHome(a Ask) map[string]any {
	return map[string]any{"type": "app_home_opened", "user": a.User, "channel": Direct, "tab": "home", "event_ts": s.ts()}
}

// leave makes the payload of the event that the app was removed.
func leave(a Ask) map[string]any {
	if a.Kind == Revoked {
		return map[string]any{"type": "tokens_revoked", "tokens": map[string]any{"oauth": []string{}, "bot": []string{BotUser}}}
	}
	return map[string]any{"type": "app_uninstalled"}
}

// shortcut makes the payload of a shortcut: of a message if there is a channel.
func (s *Server) shortcut(a Ask, q *asked, user map[string]any, url string) map[string]any {
	p := map[string]any{"type": "shortcut", "token": "verification", "action_ts": "1.1", "team": map[string]string{"id": TeamID}, "user": user,
		"callback_id": a.ActionID, "trigger_id": q.trigger}
	if a.Kind == OnMessage {
		p["type"], p["message_ts"], p["response_url"] = "message_action", "1.1", url
		p["channel"] = map[string]string{"id": a.Channel, "name": "a-channel"}
		p["message"] = map[string]any{"type": "message", "user": Outsider, "text": a.Text, "ts": "1.1"}
		if a.Thread != "" {
			p["message"] = map[string]any{"type": "message", "user": Outsider, "text": a.Text, "ts": "1.2", "thread_ts": a.Thread}
		}
	}
	return p
}
