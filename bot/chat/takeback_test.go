package chat

import (
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

// posted puts posts of a card on record, one in each of the group's channels.
func (s setup) posted(g bot.Group, card, hash string) []bot.Delivery {
	var out []bot.Delivery
	for i, p := range g.Places {
		d := bot.Delivery{
			Key: bot.Key("share-"+card, scheduler.Civil{}, p), Kind: bot.OfShare, Reminder: "share-" + card, Group: g.ID, Place: p,
			At: s.now().Add(-time.Duration(i+1) * time.Hour), Card: card, State: bot.Sent, Message: "17.1", Hash: hash,
		}
		s.store.deliveries = append(s.store.deliveries, d)
		out = append(out, d)
	}
	return out
}

// From the history, people correct or withdraw a post, alone or with all others of its card. It is
// shown first, done once, and only as it was shown.
func TestTakingBackFromTheHistory(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		g, _ := s.sample(t, p)
		posts := s.posted(g, "agreement-pass", "0123")
		r := ask(p, moderator(p), bot.NewSub("reminder", "history", "group", g.ID))
		history := s.Handle(t.Context(), r)
		if history.Message.Menu == nil || len(history.Message.Menu.Options) != len(posts) {
			t.Fatalf("%s: the history offers %+v", p, history.Message.Menu)
		}
		r, shown := press(t, s, r, history, history.Message.Menu.Options[0].Label)
		if !strings.Contains(plain(shown), "[Withdraw this post]") || !strings.Contains(plain(shown), "You may pass") {
			t.Fatalf("%s: one post: %s", p, plain(shown))
		}
		// A correction to unsigned words is not offered.
		if p != bot.Playground {
			if _, a := press(t, s, r, shown, "Correct this post"); !strings.Contains(plain(a), "1 post stays as it is") || strings.Contains(plain(a), "[Correct 1 post]") {
				t.Errorf("%s: unsigned: %s", p, plain(a))
			}
		}
		s.approveAll(t)
		next, preview := press(t, s, r, shown, "Correct this post")
		if !strings.Contains(plain(preview), "1 post would get") || !strings.Contains(plain(preview), "[Correct 1 post]") || len(s.store.deliveries) != len(posts) {
			t.Fatalf("%s: shown: %s", p, plain(preview))
		}
		for range 2 {
			if _, a := press(t, s, next, preview, "Correct 1 post"); !strings.Contains(plain(a), "In progress: 1") {
				t.Errorf("%s: pressed: %s", p, plain(a))
			}
		}
		made := s.store.deliveries[len(posts):]
		if len(made) != 1 || made[0].Kind != bot.OfCorrection || made[0].Follows != posts[0].Key || made[0].Place != posts[0].Place || made[0].Revision == "" {
			t.Fatalf("%s: two presses made %+v", p, made)
		}
		s.store.deliveries[len(posts)].State, s.store.deliveries[len(posts)].Reason = bot.Failed, bot.Reason{Code: bot.PostGone}
		state := ask(p, moderator(p), bot.NewSub("post", "state", "id", made[0].Revision))
		if a := s.Handle(t.Context(), state); !strings.Contains(plain(a), "Not done: 1") || !strings.Contains(plain(a), "somebody deleted it") {
			t.Errorf("%s: how it went: %s", p, plain(a))
		}

		// A forged button does nothing.
		for _, seen := range []string{"abcdefgh00000000", "abc", "../../../../..//"} {
			made := ask(p, moderator(p), bot.NewSub("post", "withdraw", "card", "agreement-pass"))
			made.Flow.Seen = seen
			if s.Handle(t.Context(), made); len(s.store.deliveries) != len(posts)+1 {
				t.Errorf("%s: %q withdraws", p, seen)
			}
		}
		for _, c := range []bot.Call{bot.NewSub("post", "show", "key", posts[0].Key), bot.NewSub("post", "withdraw", "card", "agreement-pass"), state.Call} {
			if a := s.Handle(t.Context(), ask(p, bot.Actor{}, c)); strings.Contains(plain(a), "Withdraw") || strings.Contains(plain(a), "Not done") {
				t.Errorf("%s: a member reads %s", p, plain(a))
			}
		}
		all := ask(p, moderator(p), bot.NewSub("post", "withdraw", "card", "agreement-pass"))
		if _, a := press(t, s, all, s.Handle(t.Context(), all), "Withdraw 1 post"); !strings.Contains(plain(a), "In progress: 1") || len(s.store.deliveries) != 2*len(posts)+1 {
			t.Errorf("%s: all: %s", p, plain(a))
		}
	}
}

// People can take back only posts of groups that they may change.
func TestTakingBackStaysWithinTheRight(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.approveAll(t)
	other := bot.Group{ID: "other", Name: "Other", Zone: "UTC", Langs: []string{"en"}, Quiet: "none", Places: []bot.Place{{Platform: bot.Discord, Space: "999", Channel: "9"}}}
	s.store.groups[other.ID] = other
	d := s.posted(other, "agreement-pass", "0123")[0]
	for _, c := range []bot.Call{bot.NewSub("post", "show", "key", d.Key), bot.NewSub("post", "correct", "key", d.Key), bot.NewSub("post", "withdraw", "card", "agreement-pass")} {
		a := s.Handle(t.Context(), ask(bot.Discord, moderator(bot.Discord), c))
		if strings.Contains(plain(a), "[Correct 1") || strings.Contains(plain(a), "[Withdraw") {
			t.Errorf("%v: a moderator of another server reads %s", c, plain(a))
		}
		if a := s.Handle(t.Context(), ask(bot.Slack, moderator(bot.Slack), c)); !strings.Contains(plain(a), "[Correct") && !strings.Contains(plain(a), "[Withdraw") {
			t.Errorf("%v: staff read %s", c, plain(a))
		}
	}
	s.store.deliveries = append(s.store.deliveries, bot.Revise(d, bot.OfWithdrawal, "abcdefgh", s.now()))
	if a := s.Handle(t.Context(), ask(bot.Discord, moderator(bot.Discord), bot.NewSub("post", "state", "id", "abcdefgh"))); strings.Contains(plain(a), "In progress") {
		t.Errorf("a moderator of another server reads %s", plain(a))
	}
}

// Whoever posted by hand finds the way back in the answer: in a group's channel by its history, in
// a channel of no group by the post itself, once it is there.
func TestAPostByHandCanBeTakenBackFromItsAnswer(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		for _, inGroup := range []bool{true, false} {
			s := newSetup(t)
			s.approveAll(t)
			if inGroup {
				s.sample(t, p)
			}
			r := ask(p, moderator(p), bot.NewCall("share", "card", "strategy-listening"))
			_, posted := press(t, s, r, s.Handle(t.Context(), r), "Post it")
			_, early := press(t, s, r, posted, "Correct or withdraw it")
			if want := map[bool]string{true: "What was posted", false: "it is not there yet"}[inGroup]; !strings.Contains(plain(early), want) {
				t.Errorf("%s: before it is sent: %s", p, plain(early))
			}
			s.store.deliveries[0].State, s.store.deliveries[0].Message = bot.Sent, "m1"
			r, shown := press(t, s, r, posted, "Correct or withdraw it")
			if inGroup {
				r, shown = press(t, s, r, shown, shown.Message.Menu.Options[0].Label)
			}
			if _, a := press(t, s, r, shown, "Withdraw this post"); !strings.Contains(plain(a), "[Withdraw 1 post]") {
				t.Errorf("%s: %s", p, plain(a))
			}
		}
	}
}

// Two people pause a group, or a reminder, one after the other: the second can give back the end
// that the first chose, and so can whoever ends a pause. A pause that is over is not ended again.
func TestAPauseThatWasChangedCanBeGivenBack(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSetup(t)
		g, rem := s.sample(t, p)
		for sub, named := range map[string][]string{"group": {"group", g.ID}, "reminder": {"id", rem.ID}} {
			do := func(name string, args ...string) (bot.Request, bot.Answer) {
				r := ask(p, moderator(p), bot.NewSub(sub, name, append(named, args...)...))
				return r, s.Handle(t.Context(), r)
			}
			undone := func(r bot.Request, a bot.Answer, want string) {
				t.Helper()
				if _, a := press(t, s, r, a, "Undo"); !strings.Contains(plain(a), want) {
					t.Errorf("%s on %s is given back: %s\nwant %s", sub, p, plain(a), want)
				}
			}
			const first = "Paused until Thursday, December 24, 2026 at 12:00 AM PST."
			if _, a := do("pause"); strings.Contains(plain(a), "Paused") {
				t.Errorf("%s on %s: nothing is paused yet: %s", sub, p, plain(a))
			}
			if _, a := do("pause", "until", "December 24"); strings.Contains(plain(a), "[Undo]") {
				t.Errorf("%s on %s: a first pause has Resume: %s", sub, p, plain(a))
			}
			if _, a := do("pause"); !strings.Contains(plain(a), first+"\nFor how long do you want to pause this "+sub+"?") {
				t.Errorf("%s on %s is paused already: %s", sub, p, plain(a))
			}
			r, a := do("pause", "until", "December 1")
			undone(r, a, first)
			r, a = do("resume")
			undone(r, a, first)
			do("pause", "until", "no end")
			r, a = do("resume")
			undone(r, a, "Paused until somebody resumes it.")
			do("resume")
			before := s.store.dump()
			if _, a := do("resume"); !strings.Contains(plain(a), "This "+sub+" is not paused.") || s.store.dump() != before {
				t.Errorf("%s on %s is resumed twice: %s", sub, p, plain(a))
			}
		}
		s.Handle(t.Context(), ask(p, moderator(p), bot.NewSub("group", "pause", "group", g.ID, "until", "no end")))
		if a := s.Handle(t.Context(), ask(p, moderator(p), bot.NewSub("reminder", "resume", "id", rem.ID))); !strings.Contains(plain(a), "This reminder is not paused, but its group is.") {
			t.Errorf("a reminder of a paused group on %s: %s", p, plain(a))
		}
	}
}
