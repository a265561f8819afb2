package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
	"circlekeeper/content"
)

// TestCommandsAreAnsweredInTheAcknowledgement asks over both ways: no second
// request is made, except for what does not fit.
func TestCommandsAreAnsweredInTheAcknowledgement(t *testing.T) {
	t.Parallel()
	long := func(r bot.Request) bot.Answer {
		if r.Command != "strategies" {
			return echo(r)
		}
		var m bot.Message
		for i := range 70 {
			m.Blocks = append(m.Blocks, content.Block{Items: [][]content.Span{{{Text: fmt.Sprint("call ", i, strings.Repeat(" and more", 60)), Link: "tel:988"}}}})
		}
		return bot.Answer{Message: m}
	}
	socket, _ := ready(t, long)
	for name, c := range map[string]struct {
		fake  *slacktest.Server
		posts int // of the long answer, beside the acknowledgement
	}{"socket": {socket, 2}, "http": {newFront(t, long).fake, 1}} {
		if w := see(t, c.fake, slacktest.Ask{Text: "why"}); w.Words() == "" || !strings.Contains(w.Words(), "Heard why") {
			t.Errorf("%s: %q", name, w.Words())
		}
		if n := c.fake.Count("response_url"); n != 0 {
			t.Errorf("%s: %d further requests", name, n)
		}
		p := do(t, c.fake, slacktest.Ask{Text: "strategies"})
		if _, err := p.Shown(within(t), 2); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		must(t, c.fake.AwaitIdle(within(t)))
		if n := c.fake.Count("response_url"); n != c.posts {
			t.Errorf("%s: %d further requests, want %d", name, n, c.posts)
		}
		for _, r := range c.fake.Requests() {
			if r.Error != "" || r.Method == "ack" && !json.Valid(r.Body) {
				t.Errorf("%s: %s: %s", name, r.Method, r.Error)
			}
		}
	}
}
