package bot

import (
	"strings"

	"circlekeeper/content"
)

// Reviewer is a clinician whom the administrator named to sign cards.
type Reviewer struct {
	Name    string `json:"name"`              // "Name, licence"
	Slack   string `json:"slack,omitempty"`   // the user's ID there; empty for none
	Discord string `json:"discord,omitempty"` // the user's ID there; empty for none
}

// NewReviewer checks a reviewer's name and IDs. Its error is a *UserError.
func NewReviewer(name, slack, discord string) (Reviewer, error) {
	name, err := content.ParseReviewer(name)
	switch {
	case err != nil:
		return Reviewer{}, AsUser("name", err)
	case slack != "" && !slackUser(slack):
		return Reviewer{}, About("slack", Wrong("%q is not a Slack user: write the member ID that Slack shows in a profile, such as U0123456789", slack))
	case discord != "" && !snowflake(discord):
		return Reviewer{}, About("discord", Wrong("%q is not a Discord user: write the number of 17 to 20 digits that Discord gives under Copy User ID", discord))
	}
	return Reviewer{Name: name, Slack: slack, Discord: discord}, nil
}

// ID is the reviewer's ID on a platform; empty for none.
func (r Reviewer) ID(p Platform) string {
	switch p {
	case Slack:
		return r.Slack
	case Discord:
		return r.Discord
	}
	return ""
}

// Clashes reports whether two reviewers have a name or an ID in common: they would be one
// person, who could then sign a card twice.
func (r Reviewer) Clashes(other Reviewer) bool {
	return content.SameReviewer(r.Name, other.Name) || r.Slack != "" && r.Slack == other.Slack || r.Discord != "" && r.Discord == other.Discord
}

func slackUser(s string) bool {
	return len(s) >= shortestSlackID && len(s) <= 20 && strings.ContainsRune("UW", rune(s[0])) &&
		strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}
