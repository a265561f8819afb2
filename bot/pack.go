package bot

import (
	"math/big"
	"strings"
)

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
