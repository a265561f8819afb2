package bot

import (
	"math/big"
	"net/url"
	"strings"
)

// Platform names a chat network.
type Platform string

// The platforms the bot speaks on.
const (
	Discord    Platform = "discord"
	Slack      Platform = "slack"
	Playground Platform = "playground"
)

// Name is what the platform calls itself.
func (p Platform) Name() string {
	switch p {
	case Discord:
		return "Discord"
	case Slack:
		return "Slack"
	case Playground:
		return "Playground"
	}
	return string(p)
}

// Place is a Discord or Slack channel, written "discord:SERVER/CHANNEL",
// "slack:CHANNEL" or "playground:CHANNEL".
type Place struct {
	Platform Platform
	Space    string // the Discord server; empty elsewhere
	Channel  string
}

// ParsePlace reads a place as people write it on the command line, or a link to a channel
// as Discord and Slack copy it. Its error is a *UserError.
func ParsePlace(s string) (Place, error) {
	if p, ok := linked(s); ok {
		return p, nil
	}
	platform, rest, ok := strings.Cut(s, ":")
	if !ok {
		return Place{}, Wrong("channel %q: paste a link to the channel, or write discord:SERVER/CHANNEL or slack:CHANNEL with their IDs", s)
	}
	p := Place{Platform: Platform(platform), Channel: rest}
	switch p.Platform {
	case Discord:
		p.Space, p.Channel, ok = strings.Cut(rest, "/")
		if !ok || !digits(p.Space) || !digits(p.Channel) {
			return Place{}, Wrong("channel %q: paste a link to the channel, or write discord:SERVER/CHANNEL with the two numbers that Copy Server ID and Copy Channel ID give", s)
		}
	case Slack:
		if !slackID(p.Channel) {
			return Place{}, Wrong("channel %q: paste a link to the channel, or write slack:CHANNEL with its ID, such as slack:C0123456789", s)
		}
	case Playground:
		if !IsWord(p.Channel) {
			return Place{}, Wrong("channel %q: a playground channel is letters, digits and hyphens", s)
		}
	default:
		return Place{}, Wrong("channel %q: %q is not a platform; write discord:SERVER/CHANNEL or slack:CHANNEL", s, platform)
	}
	return p, nil
}

// TypedPlace is ParsePlace for what somebody types: it refuses IDs that are too short for
// their platform, also in a link, and says where the right ones are.
func TypedPlace(s string) (Place, error) {
	typed := strings.TrimSpace(s)
	if platform, rest, ok := strings.Cut(typed, ":"); ok && !strings.HasPrefix(rest, "//") { // Slack: C0123456789
		typed = strings.ToLower(strings.TrimSpace(platform)) + ":" + strings.TrimSpace(rest)
	}
	p, err := ParsePlace(typed)
	if err != nil {
		return p, err
	}
	switch {
	case p.Platform == Discord && (!snowflake(p.Space) || !snowflake(p.Channel)):
		return Place{}, Wrong("channel %q: Discord's IDs are numbers of 17 to 20 digits; write discord:SERVER/CHANNEL with those that Copy Server ID and Copy Channel ID give, or paste a link to the channel", s)
	case p.Platform == Slack && len(p.Channel) < shortestSlackID:
		return Place{}, Wrong("channel %q: a channel's ID has at least %d characters, such as C0123456789; Slack shows it at the end of the channel's details, or paste a link to the channel", s, shortestSlackID)
	}
	return p, nil
}

// shortestSlackID is the length of Slack's oldest IDs, such as C024BE91L; newer ones have 11
// characters.
const shortestSlackID = 9

// snowflake reports whether s can be a Discord ID. These are numbers: the milliseconds since
// 2015, times 2^22. https://docs.discord.com/developers/reference#snowflakes
func snowflake(s string) bool { return digits(s) && len(s) >= 17 && s[0] != '0' }

// linked reads a link to a channel, or to a message in one.
func linked(s string) (p Place, ok bool) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" {
		return Place{}, false
	}
	host, parts := u.Hostname(), strings.Split(strings.Trim(u.Path, "/"), "/")
	at := func(i int) string {
		if i < len(parts) {
			return parts[i]
		}
		return ""
	}
	under := func(domain string) bool { return host == domain || strings.HasSuffix(host, "."+domain) }
	switch {
	case (under("discord.com") || under("discordapp.com")) && at(0) == "channels":
		p = Place{Platform: Discord, Space: at(1), Channel: at(2)}
		return p, digits(p.Space) && digits(p.Channel)
	case under("slack.com") && at(0) == "archives":
		p = Place{Platform: Slack, Channel: at(1)}
	case host == "app.slack.com" && at(0) == "client":
		p = Place{Platform: Slack, Channel: at(2)}
	}
	return p, slackID(p.Channel)
}

// Direct reports whether the place is a direct message on Slack, which no group reads.
func (p Place) Direct() bool { return p.Platform == Slack && strings.HasPrefix(p.Channel, "D") }

// String is the form that ParsePlace reads.
func (p Place) String() string {
	if p.Space != "" {
		return string(p.Platform) + ":" + p.Space + "/" + p.Channel
	}
	return string(p.Platform) + ":" + p.Channel
}

// MarshalText writes the place as ParsePlace reads it; the zero Place is empty.
func (p Place) MarshalText() ([]byte, error) {
	if p == (Place{}) {
		return nil, nil
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (p *Place) UnmarshalText(text []byte) (err error) {
	*p = Place{}
	if len(text) > 0 {
		*p, err = ParsePlace(string(text))
	}
	return err
}

func digits(s string) bool {
	return len(s) >= 1 && len(s) <= 20 && strings.Trim(s, "0123456789") == ""
}

func slackID(s string) bool {
	return len(s) >= 2 && len(s) <= 20 && strings.ContainsRune("CGD", rune(s[0])) &&
		strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// IsWord reports whether s can be an ID or the name of a command: 1 to 40 characters, each a
// to z, 0 to 9 or a hyphen.
func IsWord(s string) bool {
	return len(s) >= 1 && len(s) <= 40 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// Pack writes a place in as few characters as a button needs; Unpack reads it.
func Pack(p Place) string {
	if p.Platform == Discord {
		return "d" + shrink(p.Space) + "." + shrink(p.Channel)
	}
	return string(p.Platform[:1]) + p.Channel
}

// Unpack reads what Pack wrote. Its input comes from outside and is not trusted.
func Unpack(s string) (Place, error) {
	if s == "" {
		return Place{}, ErrCall
	}
	p := Place{Platform: Slack, Channel: s[1:]}
	switch s[0] {
	case 'd':
		space, channel, _ := strings.Cut(s[1:], ".")
		p = Place{Platform: Discord, Space: grow(space), Channel: grow(channel)}
	case 'p':
		p.Platform = Playground
	}
	return ParsePlace(p.String())
}

// shrink writes a number in base 36; grow reads it.
func shrink(s string) string {
	if n, ok := new(big.Int).SetString(s, 10); ok {
		return n.Text(36)
	}
	return s
}

func grow(s string) string {
	if n, ok := new(big.Int).SetString(s, 36); ok {
		return n.String()
	}
	return s
}

// Named is a channel with its name. The program asks the platform for the name when it shows
// it, and does not store it.
type Named struct {
	Place Place
	Name  string // without the # in front
}
