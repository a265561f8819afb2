package discord

import (
	"strings"
	"sync"
	"testing"

	"circlekeeper/adapters/discord/discordtest"
)

// A channel is picked for a command's option, and its link may still be written where
// an older registration takes text. Discord's own list offers only what takes posts.
func TestChannelsArePickedForCommands(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, http bool) {
		s := discordtest.New(t, discordtest.Options{})
		b, _ := realCore(t, &shelf{})
		a, _ := newAdapter(t, s)
		if http {
			a = newEndpoint(t, s)
			serveEndpoint(t, a, s, b)
		} else {
			serve(t, a, s, b)
		}
		must(t, a.prepare(soon(t), b.Commands(), new(sync.WaitGroup)))
		list, _ := s.Commands()
		if n := strings.Count(string(list), `"channel_types":[0,2,5,10,11,12,13,15]`); n != 5 { // share, panel, group add, and two of group set
			t.Errorf("%d options of channels", n)
		}
		other := s.AddChannel()
		for _, place := range []string{"<#" + other + ">", "https://discord.com/channels/" + discordtest.GuildID + "/" + other} {
			sh := answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "share", Args: map[string]string{"card": "crisis", "place": place}, Rights: discordtest.ManageGuild}))
			if !strings.Contains(sh.Content, "<#"+other+">") || !sh.Ephemeral {
				t.Errorf("%s: %q", place, sh.Content)
			}
		}
		refusedNothing(t, s)
	})
}
