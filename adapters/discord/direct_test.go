package discord

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/bot"
)

// A direct message is answered with what can be asked and where help is, whatever
// it says, and nothing it says is kept.
func TestDirectMessages(t *testing.T) {
	t.Parallel()
	s := discordtest.New(t, discordtest.Options{})
	a, logs := newAdapter(t, s)
	b, _ := realCore(t, &shelf{})
	asked := make(chan bot.Request, 100)
	stop := serve(t, a, s, core{handle: func(ctx context.Context, r bot.Request) bot.Answer {
		asked <- r
		return b.Handle(ctx, r)
	}})
	const canary, anna, ben, route = "my name is canary", "500000000000000071", "500000000000000072", "POST /channels/{channel_id}/messages"
	s.Fail(discordtest.Fault{Route: route, Status: 502, HTML: true})
	s.Fail(discordtest.Fault{Route: route, Lost: true}) // it stands there all the same
	channel := s.Write(anna, canary)
	must(t, s.AwaitRequest(soon(t), route, 3))
	s.Write(anna, canary+" again")
	other := s.Write(ben, canary)
	must(t, s.AwaitRequest(soon(t), route, 4))
	// Nothing else is answered: bots, servers, what only looks like a message.
	var silent []string
	for i, m := range []string{`"author":{"id":"9","bot":true}`, `"author":{"id":"9"},"guild_id":"300000000000000001"`, `"author":{"id":"9"},"type":6`, `"author":"canary"`, `"author":{"id":"9"}`} {
		silent = append(silent, s.AddChannel())
		id := snowflake(time.Now().Add(time.Duration(i) * time.Millisecond))
		if i == 4 { // delivered again, hours after it was written
			id = snowflake(time.Now().Add(-3 * time.Hour))
		}
		s.Dispatch("MESSAGE_CREATE", json.RawMessage(fmt.Sprintf(`{"id":%q,"channel_id":%q,"content":"canary",%s}`, id, silent[i], m)))
	}
	s.Dispatch("MESSAGE_CREATE", json.RawMessage(`{"id":"1","channel_id":"../x","author":{"id":"9"}}`))
	answer(t, s.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"})) // events come in order
	for id, said := range map[string]int{channel: 2, other: 1} {
		all := s.Messages(id)
		if len(all) != said+1 {
			t.Errorf("%d messages, want %d", len(all), said+1)
			continue
		}
		for _, m := range all {
			if m.Author != discordtest.BotID {
				continue
			}
			for i, first := range []string{"Is anyone in danger? Use /crisis", "¿Alguien está en peligro? Use /crisis"} {
				if lines := strings.Split(discordtest.Plain(m.Content), "\n"); len(lines) < 3 || !strings.HasPrefix(lines[2*i], first) {
					t.Errorf("in place of %q: %q", first, lines)
				}
			}
			if m.Pings || !strings.Contains(m.Content, "/crisis") || len(m.Shown().Menu) == 0 || strings.Contains(m.Content, "canary") {
				t.Errorf("%+v", m)
			}
		}
	}
	if g := s.Gate(); g.Intents != 1<<12 {
		t.Errorf("intents %b", g.Intents)
	}
	for _, bad := range []string{"canary", anna, ben, channel, other, discordtest.Token} {
		if strings.Contains(logs.String(), bad) {
			t.Errorf("the log holds %q:\n%s", bad, logs)
		}
	}
	// The menu in the answer works like any other.
	sh := s.Messages(other)[1].Shown()
	pick, err := sh.Pick(sh.Menu[0].Label)
	must(t, err)
	press, err := sh.Press("Help now · Ayuda inmediata")
	must(t, err)
	press.Direct, press.On, press.Locale = true, nil, "es-ES" // as on any message that is not for one alone
	if got := answer(t, s.Do(press)); !got.Ephemeral || got.Updated || !strings.Contains(got.Words(), "Llame al 911") {
		t.Errorf("pressed %+v", got)
	}
	pick.Direct, pick.On = true, nil
	if got := answer(t, s.Do(pick)); !got.Ephemeral || got.Updated || !strings.Contains(got.Words(), "/crisis") {
		t.Errorf("picked %+v", got)
	}
	var calls []string
	for len(asked) > 0 {
		r := <-asked
		calls = append(calls, r.Command)
		if r.Place.Channel != "" && r.Command == "help" || r.Actor.May() || len(r.Args) > 1 {
			t.Errorf("asked %+v at %v", r.Call, r.Place)
		}
	}
	if got := strings.Join(calls, " "); !strings.HasPrefix(got, "help help help help crisis ") {
		t.Errorf("asked %s", got)
	}
	if err := stop(); err != nil { // whatever was begun has been answered
		t.Fatal(err)
	}
	for i, id := range silent {
		if all := s.Messages(id); len(all) > 0 {
			t.Errorf("message %d was answered: %+v", i, all)
		}
	}
	refusedNothing(t, s)
}

// Who goes on writing is answered again within a minute: the answer says where help is.
func TestWhoGoesOnWritingIsAnsweredAgain(t *testing.T) {
	t.Parallel()
	for _, every := range []time.Duration{time.Second, 7 * time.Second, 19 * time.Second, 59 * time.Second} {
		a, _ := newAdapter(t, discordtest.New(t, discordtest.Options{}))
		last, began := time.Duration(0), time.Now()
		for after := time.Duration(0); after < 10*time.Minute; after += every {
			if !a.pointed.First("500000000000000073", began.Add(after)) {
				continue
			}
			if apart := after - last; after > 0 && (apart < 20*time.Second || apart > time.Minute+every) {
				t.Errorf("written every %s: answered after %s and then after %s", every, last, after)
			}
			last = after
		}
		if last == 0 {
			t.Errorf("written every %s: answered once", every)
		}
	}
}
