package bot

import (
	"slices"
	"strings"
)

// Role is a set of people: those who have a role in a Discord server, written
// "discord:SERVER/@ROLE", or the members of a Slack channel, written "slack:CHANNEL". The
// program asks the platform at each request whether somebody is one of them, and stores
// nobody's name.
type Role struct {
	Platform Platform
	Space    string // the Discord server; empty elsewhere
	ID       string // of the role, or of the channel
}

const roleMark = "/@"

// ParseRole reads a role as String writes it, or a link to a Slack channel. Its error is a
// *UserError.
func ParseRole(s string) (Role, error) {
	wrong := Wrong("facilitators %q: write discord:SERVER/@ROLE with the role's number, which Discord shows under Copy Role ID, or slack:CHANNEL", s)
	if space, id, ok := strings.Cut(strings.TrimPrefix(s, string(Discord)+":"), roleMark); ok {
		r := Role{Platform: Discord, Space: space, ID: id}
		if r.String() != s || !digits(space) || !digits(id) {
			return Role{}, wrong
		}
		return r, nil
	}
	p, err := ParsePlace(s)
	if err != nil || p.Platform == Discord {
		return Role{}, wrong
	}
	return RoleIn(p), nil
}

// TypedRole is ParseRole for what somebody types: it refuses IDs that are too short, as
// TypedPlace does.
func TypedRole(s string) (Role, error) {
	r, err := ParseRole(s)
	switch {
	case err != nil:
		return r, err
	case r.Platform != Discord:
		_, err = TypedPlace(s)
	case !snowflake(r.Space) || !snowflake(r.ID):
		err = Wrong("facilitators %q: Discord's IDs are numbers of 17 to 20 digits; write discord:SERVER/@ROLE with those that Copy Server ID and Copy Role ID give", s)
	}
	return r, err
}

// RoleIn is the role of the members of a channel.
func RoleIn(p Place) Role { return Role{Platform: p.Platform, Space: p.Space, ID: p.Channel} }

// Channel is the channel whose members have the role; ok is false for a role of Discord.
func (r Role) Channel() (p Place, ok bool) {
	return Place{Platform: r.Platform, Channel: r.ID}, r.Platform != Discord && r != Role{}
}

// Everyone reports whether everybody in the Discord server has the role.
func (r Role) Everyone() bool { return r.Platform == Discord && r.ID == r.Space }

// String is the form that ParseRole reads; empty for the zero Role.
func (r Role) String() string {
	switch {
	case r == Role{}:
		return ""
	case r.Platform == Discord:
		return string(r.Platform) + ":" + r.Space + roleMark + r.ID
	}
	return string(r.Platform) + ":" + r.ID
}

// MarshalText writes the role as ParseRole reads it.
func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (r *Role) UnmarshalText(text []byte) (err error) {
	*r = Role{}
	if len(text) > 0 {
		*r, err = ParseRole(string(text))
	}
	return err
}

// IsFacilitator reports whether the actor may change only the groups that name one of their
// roles.
func (a Actor) IsFacilitator() bool { return len(a.Roles) > 0 }

// Reaches reports whether the actor's roles let them change a group. The platform of the
// request may set further limits.
func (a Actor) Reaches(g Group) bool {
	return a.May() && (!a.IsFacilitator() || g.Facilitators != (Role{}) && slices.Contains(a.Roles, g.Facilitators))
}
