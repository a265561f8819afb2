package bot

import (
	"strings"
	"testing"
)

// A channel that is not known by its name: what is advised is taken there.
func TestUnknownChannelsAreToldWhatIsTaken(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	for _, tc := range []struct {
		platform Platform
		text     string
		want     string
		take     string // as advised; empty: picked from a list
	}{
		{Slack, "#general", `no channel "#general": write its ID, such as C0123456789,`, "C0123456789"},
		{Slack, "slack:#general", `no channel "slack:#general": write its ID, such as C0123456789,`, "C0123456789"},
		{Slack, "discord:x", "discord:SERVER/CHANNEL", "discord:1/2"},
		{Discord, "#general", `no channel "#general": type # and choose it`, "<#2222222222222222222>"},
		{Discord, "discord:general", `no channel "discord:general": type # and choose it`, "2222222222222222222"},
		{Playground, "#general", "letters, digits and hyphens", "general"},
	} {
		r := ask(tc.platform, moderator(tc.platform), sub("group", "add", "group", "g", "zone", "America/Denver", "place", tc.text))
		a := s.Handle(t.Context(), r)
		if !strings.Contains(plain(a), tc.want) {
			t.Errorf("%s %q: %s", tc.platform, tc.text, plain(a))
		}
		for _, span := range a.Message.Blocks[0].Items[0] {
			if strings.HasPrefix(span.Link, PlaceLink) {
				t.Errorf("%s %q: the example %s is shown as a channel", tc.platform, tc.text, span.Link)
			}
		}
		if p, err := s.placeNamed(r, tc.take); err != nil {
			t.Errorf("%s: the advised %q is not taken: %v, %v", tc.platform, tc.take, p, err)
		}
	}
}
