package slack

import (
	"testing"
	"time"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
)

// Whoever asks in a thread is answered there, privately, by every way in that a thread
// has: slash commands are none of them.
func TestQuestionsInThreads(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{Pace: -1})
	serve(t, newAdapter(t, fake, staffChannel), realCore(t, nothingYet{}))
	must(t, fake.AwaitConnections(within(t), 1))
	begun := fake.Say(slacktest.GroupChannel, slacktest.Member, "a question")
	fake.Reply(slacktest.GroupChannel, begun, slacktest.Staff, "an answer")
	alone := fake.Say(slacktest.GroupChannel, slacktest.Member, "nobody has answered this")
	ask := bot.Call{Command: "help"}.Encode()
	ways := map[string]slacktest.Ask{
		"a mention":        {Kind: slacktest.Mention},
		"a shortcut":       {Kind: slacktest.OnMessage, ActionID: fromMessage + ask},
		"a button of ours": {Kind: slacktest.Press, ActionID: buttonID + "0", Value: ask},
	}
	for name, way := range ways {
		for thread, want := range map[string]string{"": "", begun: begun, alone: ""} {
			way.Thread = thread
			w := see(t, fake, way)
			if !w.Ephemeral || w.Thread != want || len(w.Menu()) == 0 {
				t.Errorf("%s in thread %q: answered in %q, privately: %v, %q", name, thread, w.Thread, w.Ephemeral, w.Words())
			}
		}
		// What is pressed below goes on in the same place.
		way.Thread = begun
		w := see(t, fake, way)
		list := see(t, fake, slacktest.Ask{Kind: slacktest.Pick, On: &w, ActionID: w.Menu()[0].ActionID, Value: w.Menu()[0].Value})
		card := see(t, fake, slacktest.Ask{Kind: slacktest.Pick, On: &list, ActionID: list.Menu()[0].ActionID, Value: list.Menu()[0].Value})
		if !card.Ephemeral || card.Thread != begun || list.Thread != begun {
			t.Errorf("%s: the list stands in %q, the card in %q", name, list.Thread, card.Thread)
		}
	}
	if all := fake.Public(slacktest.GroupChannel); len(all) > 0 {
		t.Errorf("everybody sees %d answers", len(all))
	}
	// Where the bot is not in the channel, the response URL still reaches the person.
	fake.SetChannel(slacktest.Channel{ID: slacktest.GroupChannel, Members: []string{slacktest.Member}})
	w := see(t, fake, slacktest.Ask{Kind: slacktest.OnMessage, ActionID: fromMessage + ask, Thread: begun})
	if !w.Ephemeral || len(w.Menu()) == 0 {
		t.Errorf("without the bot in the channel: %q", w.Words())
	}
}

// Slack delivers some events hours late: nobody waits for their answer any more.
func TestOldMentionsAreNotAnswered(t *testing.T) {
	t.Parallel()
	fake, c := ready(t, echo)
	for _, kind := range []slacktest.Kind{slacktest.Mention, slacktest.Write} {
		for ago, answered := range map[time.Duration]bool{0: true, 5 * time.Minute: true, 11 * time.Minute: false, 3 * time.Hour: false} {
			before := len(c.requests())
			p := do(t, fake, slacktest.Ask{Kind: kind, Ago: ago})
			if _, err := p.AwaitAck(within(t)); err != nil {
				t.Fatal(err)
			}
			if answered {
				if _, err := p.Shown(within(t), 1); err != nil {
					t.Fatalf("%s ago: %v", ago, err)
				}
			}
			must(t, fake.AwaitIdle(within(t)))
			if now := len(c.requests()) > before; now != answered {
				t.Errorf("%s ago: answered %v", ago, now)
			}
		}
	}
}
