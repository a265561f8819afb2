package slack

import (
	"errors"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
	"circlekeeper/content"
)

func inView(text string) bot.Message {
	return bot.Message{
		Key: "k", Title: "What this group agrees on", InView: true,
		Blocks:  []content.Block{{Kind: content.List, Items: [][]content.Span{{{Text: text}}, {{Text: "Leave *names* out", Bold: true}}}}, content.HeadingText("Limits")},
		Actions: []bot.Action{{Label: "Help now", Call: bot.NewCall("crisis")}},
		Footer:  []content.Span{{Text: "Need help now? Use /circle crisis."}},
	}
}

// What is always in view stands in the channel's one canvas, is corrected and taken away
// there, and a canvas of other people is left alone.
func TestCanvas(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{Pace: -1})
	a := newAdapter(t, fake, "")
	lacks := func(what string, err, kind error, want string) {
		t.Helper()
		if !errors.Is(err, kind) || !strings.Contains(bot.Detail(err), want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := a.Send(t.Context(), group, inView("You may pass"))
	lacks("without the scope", err, bot.ErrRejected, "add canvases:write")
	err = a.MayPin(t.Context(), group, true)
	lacks("asked without the scope", err, bot.ErrFixed, "add canvases:write")
	if _, ok := bot.ForPerson(err); !ok {
		t.Errorf("%v is not for people", err)
	}
	fake.Grant(append(botScopes(), extraScopes()...)...)
	if err := a.MayPin(t.Context(), group, true); err != nil {
		t.Errorf("with the scope: %v", err)
	}
	r, err := a.Send(t.Context(), group, inView("You may pass"))
	must(t, err)
	if err := a.Pin(t.Context(), group, r.ID); err != nil {
		t.Errorf("it is in view by itself: %v", err)
	}
	c := slacktest.CanvasOf(fake, group.Channel)
	want := "* You may pass\n* **Leave \\*names\\* out**\n\n## Limits\n\nNeed help now? Use /circle crisis."
	if c.ID != r.ID || c.Title != "What this group agrees on" || c.Markdown != want || len(fake.Messages(group.Channel)) != 0 {
		t.Errorf("it is %+v, want %q", c, want)
	}
	for range 2 {
		must(t, a.Edit(t.Context(), group, r.ID, inView("Arrive on time")))
	}
	if c := slacktest.CanvasOf(fake, group.Channel); !strings.Contains(c.Markdown, "Arrive on time") || strings.Contains(c.Markdown, "You may pass") {
		t.Errorf("corrected it is %+v", c)
	}
	if err := a.Delete(t.Context(), group, r.ID); err != nil || slacktest.CanvasOf(fake, group.Channel).ID != "" {
		t.Errorf("taken away: %v", err)
	}
	lacks("deleted twice", a.Delete(t.Context(), group, r.ID), bot.ErrGone, "gone")
	lacks("corrected when gone", a.Edit(t.Context(), group, r.ID, inView("x")), bot.ErrGone, "gone")

	theirs := slacktest.Canvas{ID: "F9", Markdown: "Ours."}
	slacktest.SetCanvas(fake, group.Channel, theirs)
	_, err = a.Send(t.Context(), group, inView("You may pass"))
	lacks("people have one", err, bot.ErrRejected, "does not touch")
	if c := slacktest.CanvasOf(fake, group.Channel); c != theirs {
		t.Errorf("theirs became %+v", c)
	}
}

// After an answer that was lost nobody can tell whose the canvas is: it is left alone.
func TestCanvasOutcomeUnknown(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{Pace: -1})
	fake.Grant(append(botScopes(), extraScopes()...)...)
	a := newAdapter(t, fake, "")
	m := inView("You may pass")
	if _, found, err := a.Find(t.Context(), group, m, time.Now()); found || err != nil {
		t.Errorf("before: %v %v", found, err)
	}
	fake.Fail(slacktest.Fault{Method: "conversations.canvases.create", Status: 500, Done: true})
	if _, err := a.Send(t.Context(), group, m); !errors.Is(err, bot.ErrUnknown) {
		t.Errorf("lost answer: %v", err)
	}
	if _, found, err := a.Find(t.Context(), group, m, time.Now()); found || !errors.Is(err, bot.ErrUnreachable) {
		t.Errorf("after: %v %v", found, err)
	}
}

// Words stay words in a canvas: no line becomes a list, and no name of a role a link.
func TestCanvasWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"- Arrive":  `\- Arrive`,
		"+ one":     `\+ one`,
		"1. First":  `1\. First`,
		"12) Last":  `12\) Last`,
		"--- rules": `\--- rules`,
		"at 9:30":   "at 9:30",
		"2026 - 27": "2026 - 27",
		"# Title":   `\# Title`,
	} {
		m := bot.Message{Blocks: []content.Block{content.Text(text)}, Footer: []content.Span{{Text: text}}}
		if got := markdown(m).Markdown; got != want+"\n\n"+want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
		m = bot.Message{Blocks: []content.Block{{Kind: content.List, Items: [][]content.Span{{{Text: text}}}}}}
		if got := markdown(m).Markdown; got != "* "+want {
			t.Errorf("%q in a list becomes %q", text, got)
		}
	}
	for _, fact := range []any{bot.Place{Platform: bot.Slack, Channel: "C1"}, bot.Role{Platform: bot.Discord, Space: "1", ID: "2"}} {
		m := bot.Message{Blocks: []content.Block{{Items: [][]content.Span{{{Text: "the name", Fact: fact}}}}}}
		if got := markdown(m).Markdown; got != "the name" {
			t.Errorf("%s becomes %q", fact, got)
		}
	}
}
