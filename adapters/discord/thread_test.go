package discord

import (
	"strings"
	"sync"
	"testing"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
)

// Whoever asks in a channel, a thread or a forum's post, by whatever way in, is answered
// there and alone: an answer belongs to its interaction, and nothing is posted. The
// command in a message's menu gives the same menu as /help, and nothing of the message
// goes anywhere.
func TestWaysIn(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, http bool) {
		s := discordtest.New(t, discordtest.Options{Bucket: 1000, Global: 1000})
		b, _ := realCore(t, &shelf{})
		a, logs := newAdapter(t, s)
		if http {
			a = newEndpoint(t, s)
			serveEndpoint(t, a, s, b)
		} else {
			serve(t, a, s, b)
		}
		must(t, a.prepare(soon(t), b.Commands(), new(sync.WaitGroup)))
		if list, _ := s.Commands(); !strings.Contains(string(list), `"name":"Ask Circlekeeper"`) || !strings.Contains(string(list), "Preguntar a Circlekeeper") {
			t.Errorf("the command is not registered: %d bytes are", len(list))
		}
		forum := s.AddKind(15, "")
		for place, channel := range map[string]string{
			"a channel": discordtest.ChannelID, "a thread": s.AddKind(11, discordtest.ChannelID), "a private thread": s.AddKind(12, discordtest.ChannelID),
			"an announcement's thread": s.AddKind(10, s.AddKind(5, "")), "a forum's post": s.AddKind(11, forum),
		} {
			var menus []string
			for way, ask := range map[string]discordtest.Ask{
				"typed":             {Kind: discordtest.Command, Name: "help"},
				"of a message":      {Kind: discordtest.Command, Name: "Ask Circlekeeper", OfWords: "my name is canary"},
				"a button of ours":  {Kind: discordtest.Component, CustomID: bot.Call{Command: "help"}.Encode()},
				"in another server": {Kind: discordtest.Command, Name: "Ask Circlekeeper", OfWords: "canary", Guild: elsewhere},
			} {
				ask.Channel = channel
				sh := answer(t, s.Do(ask))
				if !sh.Ephemeral || len(sh.Menu) == 0 {
					t.Errorf("%s, %s: privately: %v, %q", place, way, sh.Ephemeral, sh.Content)
					continue
				}
				menus = append(menus, sh.Content)
				pick, err := sh.Pick(sh.Menu[0].Label)
				must(t, err)
				pick.Channel = channel
				if list := answer(t, s.Do(pick)); !list.Ephemeral || len(list.Menu) == 0 {
					t.Errorf("%s, %s: below the menu: %q", place, way, list.Content)
				}
			}
			for _, m := range menus[1:] {
				if m != menus[0] {
					t.Errorf("%s: %q, and by another way %q", place, menus[0], m)
				}
			}
			if all := s.Messages(channel); len(all) > 0 {
				t.Errorf("%s: everybody sees %d messages", place, len(all))
			}
		}
		if strings.Contains(logs.String(), "canary") {
			t.Errorf("the log holds the message: %s", logs)
		}
		refusedNothing(t, s)
	})
}
