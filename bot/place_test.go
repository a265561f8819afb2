package bot

import "testing"

// A link to a channel, or to a message in one, is as good as the long form; any other
// address is none.
func TestLinksToChannels(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://discord.com/channels/1111/2222":                        "discord:1111/2222",
		"https://discord.com/channels/1111/2222/3333":                   "discord:1111/2222",
		"https://ptb.discord.com/channels/1111/2222":                    "discord:1111/2222",
		"https://discordapp.com/channels/1111/2222/":                    "discord:1111/2222",
		"https://clinic.slack.com/archives/C0123456789":                 "slack:C0123456789",
		"https://clinic.slack.com/archives/C0123456789/p1700000000?a=b": "slack:C0123456789",
		"https://clinic.enterprise.slack.com/archives/G0123456789":      "slack:G0123456789",
		"https://app.slack.com/client/T0123456789/C0123456789":          "slack:C0123456789",
		"https://discord.com/channels/@me/2222":                         "",
		"https://discord.com/channels/1111":                             "",
		"https://discord.com.example.org/channels/1111/2222":            "",
		"https://notslack.com/archives/C0123456789":                     "",
		"http://clinic.slack.com/archives/C0123456789":                  "",
		"https://app.slack.com/client/T0123456789":                      "",
		"https://example.org/":                                          "",
	} {
		p, err := ParsePlace(text)
		if (err == nil) != (want != "") || err == nil && p.String() != want {
			t.Errorf("%s: %s, %v; want %q", text, p, err, want)
		}
	}
}
