package bot

import "testing"

// A link to a channel, or to a message in it, is read as a place; any other address is not.
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

// A role that somebody types must have IDs of the right length too.
func TestTypedRole(t *testing.T) {
	t.Parallel()
	for text, fine := range map[string]bool{
		"discord:123456789012345678/@123456789012345678": true,
		"discord:123456789012345678/@1":                  false,
		"discord:1/@123456789012345678":                  false,
		"discord:1/@2":                                   false,
		"slack:C0123456789":                              true,
		"slack:C1":                                       false,
		"playground:a":                                   true,
		"https://clinic.slack.com/archives/C1":           false,
	} {
		_, err := TypedRole(text)
		if _, said := ForPerson(err); (err == nil) != fine || err != nil && !said {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := ParseRole("discord:1/@2"); err != nil {
		t.Errorf("what is stored is refused: %v", err)
	}
}

// IDs in typed places and links must have the right length; stored places are read in any case.
func TestTypedPlace(t *testing.T) {
	t.Parallel()
	for text, fine := range map[string]bool{
		"discord:123456789012345678/81384788765712384":                       true, // one of Discord's first
		"discord:123456789012345678/1234567890123456":                        false,
		"discord:12/123456789012345678":                                      false,
		"discord:123456789012345678/012345678901234567":                      false,
		"discord:123456789012345678/123456789012345678901":                   false,
		"slack:C0123456789":                                                  true,
		"slack:C024BE91L":                                                    true,
		"slack:G0123456789":                                                  true,
		"slack:C0123":                                                        false,
		"slack:general":                                                      false,
		"playground:a":                                                       true,
		"Slack: C0123456789":                                                 true,
		" discord:123456789012345678/81384788765712384 ":                     true,
		"https://discord.com/channels/1/2":                                   false,
		"https://clinic.slack.com/archives/C1":                               false,
		"https://app.slack.com/client/T1/C1":                                 false,
		"https://clinic.slack.com/archives/C0123456789":                      true,
		"https://discord.com/channels/123456789012345678/123456789012345679": true,
	} {
		_, err := TypedPlace(text)
		if _, said := ForPerson(err); (err == nil) != fine || err != nil && !said {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := ParsePlace("discord:1/2"); err != nil {
		t.Errorf("what is stored is refused: %v", err)
	}
}
