package chat

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/content"
)

// The IDs of two reviewers. The tests themselves say who asks, instead of a platform.
const one, two = "111111111111111111", "222222222222222222"

// signer makes a request of the Discord user with an ID, who has the rights of a member.
func signer(id string, c bot.Call) bot.Request {
	r := ask(bot.Discord, bot.Actor{}, c)
	r.Is = func(_ context.Context, named string) bool { return id == named }
	return r
}

func newSigners(t *testing.T, change ...func(*Config)) setup {
	t.Helper()
	s := newSetup(t, append([]func(*Config){func(c *Config) { c.Approvals = 2 }}, change...)...)
	for id, name := range map[string]string{one: "One Reviewer, LMFT 1", two: "Two Reviewer, LCSW 2"} {
		v, err := bot.NewReviewer(name, "", id)
		must(t, err)
		must(t, s.store.AddReviewer(t.Context(), bot.Actor{}, v))
	}
	return s
}

// signs presses the button of a card that was shown, and fills in the form.
func signs(t *testing.T, s setup, id string, shown bot.Answer, until string) bot.Answer {
	t.Helper()
	r, opened := press(t, s, signer(id, bot.Call{}), shown, "Approve until")
	if opened.Form == nil {
		return opened
	}
	r.Call, r.Submit = opened.Form.Call.With("until", until), true
	return s.Handle(t.Context(), r)
}

// waits reports whether a card in English waits for the reviewer with an ID.
func waits(t *testing.T, s setup, id, card string) bool {
	t.Helper()
	for page := range 10 {
		a := s.Handle(t.Context(), signer(id, bot.NewCall("cards").OnPage(page)))
		if a.Message.Menu == nil {
			return false
		}
		for _, o := range a.Message.Menu.Options {
			if o.Call.Args["name"] == card && o.Call.Args["lang"] == "en" {
				return true
			}
		}
	}
	return false
}

// Two reviewers sign the words that they were shown. If one signs twice, that counts as one.
func TestReviewersSign(t *testing.T) {
	t.Parallel()
	s := newSigners(t)
	c, _ := s.deck.Library().Exact("agreement-pass", "en")
	call := bot.NewCall("cards", "name", c.ID, "lang", "en")
	for _, until := range []string{"2027-05-24", "2027-06-24"} {
		shown := s.Handle(t.Context(), signer(one, call))
		if text := plain(shown); !strings.Contains(text, c.Hash) || !strings.Contains(text, content.Plain(c.Answer)) || !strings.Contains(text, "all of it is new") == (until == "2027-05-24") {
			t.Fatalf("shown:\n%s", text)
		}
		if done := plain(signs(t, s, one, shown, until)); !strings.Contains(done, "1 more reviewer") || !strings.Contains(done, c.Hash) {
			t.Fatalf("signed by one: %s", done)
		}
		if s.deck.Approved(c) || waits(t, s, one, c.ID) || !waits(t, s, two, c.ID) {
			t.Fatal("one signature counts as two")
		}
	}
	if done := plain(signs(t, s, two, s.Handle(t.Context(), signer(two, call)), "2027-05-24")); strings.Contains(done, "more reviewer") {
		t.Fatalf("signed by two: %s", done)
	}
	if !s.deck.Approved(c) || waits(t, s, two, c.ID) {
		t.Fatal("two signatures are not enough")
	}
	if note := s.Handle(t.Context(), signer(two, call)).Message.Note; note != "Signed." {
		t.Errorf("a card that is signed for long reads %q", note)
	}
	if spanish, _ := s.deck.Library().Exact("agreement-pass", "es"); s.deck.Approved(spanish) {
		t.Fatal("a language was signed in passing")
	}
	last := s.store.audit[len(s.store.audit)-1]
	if last.Actor != "discord:"+two || last.Action != "content approve" || !strings.Contains(last.Detail, c.Hash) || !strings.Contains(last.Detail, "Two Reviewer, LCSW 2") {
		t.Errorf("on record: %+v", last)
	}
}

// Only a reviewer can sign, or read what waits, and nobody else is told who the reviewers are.
func TestStrangersSignNothing(t *testing.T) {
	t.Parallel()
	for _, p := range platforms() {
		s := newSigners(t)
		for _, by := range []bot.Actor{{}, moderator(p)} {
			c, _ := s.deck.Library().Exact("agreement-pass", "en")
			sign := bot.NewCall("sign", "name", c.ID, "lang", "en", "until", "2027-05-24")
			sign.Flow.Seen = c.Hash[:seenDigits]
			for _, call := range []bot.Call{bot.NewCall("cards"), bot.NewCall("cards", "name", c.ID), sign} {
				for _, is := range []func(context.Context, string) bool{nil, func(context.Context, string) bool { return false }} {
					r := ask(p, by, call)
					r.Is, r.Submit = is, call.Command == "sign"
					a := s.Handle(t.Context(), r)
					text := plain(a)
					if !strings.Contains(text, "Only reviewers") || strings.Contains(text, "LMFT") || strings.Contains(text, c.Hash) || len(a.Message.Actions) > 0 || len(s.store.approvals) > 0 {
						t.Errorf("%s: %s of %v: %s", p, call.Command, by, text)
					}
				}
			}
			if board := s.Board(t.Context(), ask(p, by, bot.Call{}), 0); slices.ContainsFunc(board.Sections, func(m bot.Message) bool { return m.Title == "Cards to sign" }) {
				t.Errorf("%s: the board shows cards to sign", p)
			}
		}
	}
}

// If the words change between reading and signing, the new ones are shown and nothing is signed.
func TestChangedWordsAreNotSigned(t *testing.T) {
	t.Parallel()
	s := newSigners(t)
	old, _ := s.deck.Library().Exact("agreement-pass", "en")
	call := bot.NewCall("cards", "name", old.ID, "lang", "en")
	shown := s.Handle(t.Context(), signer(one, call))
	signs(t, s, one, shown, "2027-05-24")
	_, opened := press(t, s, signer(two, call), s.Handle(t.Context(), signer(two, call)), "Approve until")

	// The program is restarted with other words.
	changed := `---
id: agreement-pass
kind: agreement
title: "Passing is fine"
source: "The clinic's own agreement"
order: 1
---
**You may pass.** Say so and the group moves on.
`
	library, err := content.Load(content.Options{Dir: fstest.MapFS{"en/agreement-pass.md": {Data: []byte(changed)}}})
	must(t, err)
	later := newSigners(t, func(c *Config) { c.Library, c.Store = library, s.store })
	later.store = s.store
	now, _ := library.Exact("agreement-pass", "en")
	for step, a := range map[string]bot.Answer{"button": signs(t, later, two, shown, "2027-05-24"), "form": func() bot.Answer {
		r := signer(two, opened.Form.Call.With("until", "2027-05-24"))
		r.Submit = true
		return later.Handle(t.Context(), r)
	}()} {
		text := plain(a)
		if a.Form != nil || !strings.Contains(text, "nothing was signed") || !strings.Contains(text, now.Hash) || len(s.store.approvals) != 1 {
			t.Fatalf("%s: %d signatures, %s", step, len(s.store.approvals), text)
		}
		if !strings.Contains(text, "[added: Passing is fine]") || !strings.Contains(text, "[removed: "+old.Title+"]") {
			t.Errorf("%s: what changed is not told: %s", step, text)
		}
	}
	signs(t, later, one, later.Handle(t.Context(), signer(one, call)), "2027-05-24")
	if latest := s.store.approvals[len(s.store.approvals)-1]; latest.Hash != now.Hash || latest.Text != now.Text() {
		t.Errorf("signed %+v", latest)
	}
}

// A card waits again some days before its signature ends.
func TestSignaturesRunOut(t *testing.T) {
	t.Parallel()
	now := monday()
	s := newSigners(t, func(c *Config) { c.Approvals, c.Now = 1, func() time.Time { return now } })
	c, _ := s.deck.Library().Exact("agreement-pass", "en")
	call := bot.NewCall("cards", "name", c.ID, "lang", "en")
	for _, until := range []string{"yesterday", "2026-11-23", "2027-11-24", "2026-01-01", "soon", ""} {
		a := signs(t, s, one, s.Handle(t.Context(), signer(one, call)), until)
		if a.Form == nil || a.Form.Fields[0].Error == nil || len(s.store.approvals) > 0 {
			t.Fatalf("until %q: %s", until, plain(a))
		}
	}
	if done := signs(t, s, one, s.Handle(t.Context(), signer(one, call)), "May 24, 2027"); done.Form != nil {
		t.Fatalf("in words: %s", plain(done))
	}
	for _, tc := range []struct {
		day             string
		approved, waits bool
	}{{"2026-11-24", true, false}, {"2027-05-20", true, true}, {"2027-05-25", false, true}} {
		day, err := time.Parse(time.DateOnly, tc.day)
		must(t, err)
		now = day
		if got, left := s.deck.Approved(c), waits(t, s, one, c.ID); got != tc.approved || left != tc.waits {
			t.Errorf("%s: approved %t, waits %t", tc.day, got, left)
		}
	}
}

// A reviewer who leaves a card reads each of the others before it comes again.
func TestReviewersLeaveCards(t *testing.T) {
	t.Parallel()
	s := newSigners(t)
	r := signer(one, bot.NewCall("cards"))
	a := s.Handle(t.Context(), r)
	r, a = press(t, s, r, a, "Read the first")
	seen := map[string]bool{}
	for first := a.Message.Title; ; {
		name := r.Args["name"] + " " + r.Args["lang"]
		if seen[name] {
			t.Fatalf("%s comes twice, after %d", name, len(seen))
		}
		seen[name] = true
		if err := cards.Fits(a.Message); err != nil {
			t.Error(err)
		}
		r, a = press(t, s, r, a, "Leave it")
		if a.Message.Title == first && r.Args["lang"] == "en" {
			break
		}
	}
	want := 0
	for _, c := range s.deck.Library().All() {
		if !c.Exempt {
			want++
		}
	}
	if len(seen) != want {
		t.Errorf("%d cards were shown, want %d", len(seen), want)
	}
}

// Reviewers see in their Home what waits, whether they are staff or not.
func TestHomeOfReviewers(t *testing.T) {
	t.Parallel()
	s := newSigners(t)
	for _, by := range []bot.Actor{{}, moderator(bot.Discord)} {
		r := signer(two, bot.Call{})
		r.Actor = by
		if board := s.Board(t.Context(), r, 0); board.Sections[0].Title != "Cards to sign" || len(board.Sections) < 2 {
			t.Errorf("%v sees %+v", by, board.Sections[0])
		}
	}
}

// While typing, a reviewer is offered cards by title and ID, those that wait first; nobody else is
// offered any. A name with a typing mistake shows the card.
func TestReviewersFindCardsByName(t *testing.T) {
	t.Parallel()
	s := newSigners(t)
	r := signer(one, bot.NewCall("cards", "name", ""))
	all := s.Complete(t.Context(), r, "name")
	if len(all) == 0 || len(all) > 25 || all[0].Value != s.deck.Waiting("One Reviewer, LMFT 1", nil, s.deck.Signed(), s.now())[0].ID {
		t.Fatalf("offered: %v", all)
	}
	for typed, want := range map[string]string{"goodb": "agreement-goodbye", "session-mo": "session-moved", "pass-2": "agreement-pass-2"} {
		r.Args["name"] = typed
		got := s.Complete(t.Context(), r, "name")
		if len(got) == 0 || got[0].Value != want || !strings.Contains(got[0].Name, "("+want+")") {
			t.Errorf("%q offers %v", typed, got)
		}
	}
	r.Args["name"] = "crisis"
	if got := s.Complete(t.Context(), r, "name"); slices.ContainsFunc(got, func(c bot.Choice) bool { return c.Value == "crisis" }) {
		t.Errorf("the crisis card is signed elsewhere: %v", got)
	}
	r.Args["name"] = "pass"
	r.Is = func(context.Context, string) bool { return false }
	if got := s.Complete(t.Context(), r, "name"); got != nil {
		t.Errorf("a stranger is offered %v", got)
	}

	if a := s.Handle(t.Context(), signer(one, bot.NewCall("cards", "name", "goodby"))); !strings.Contains(plain(a), "agreement-goodbye") || !strings.Contains(plain(a), "Hash: ") {
		t.Errorf("nearly right: %s", plain(a))
	}
	a := s.Handle(t.Context(), signer(one, bot.NewCall("cards", "name", "group")))
	if a.Message.Menu == nil {
		t.Fatalf("several may be meant: %s", plain(a))
	}
	if shown := s.Handle(t.Context(), signer(one, a.Message.Menu.Options[0].Call)); !strings.Contains(plain(shown), "Hash: ") {
		t.Errorf("chosen: %s", plain(shown))
	}
}

// The days of a signature are those of the clinic's clock, the first group's, also while it is another day
// in UTC. The last day that the form proposes can be saved, and is said back.
func TestASignaturesDaysAreTheClinics(t *testing.T) {
	t.Parallel()
	for _, of := range []struct{ zone, now, lang, until, says, last string }{
		{"America/Los_Angeles", "2026-11-25T04:00:00Z", "en-US", "tomorrow", "until November 25, 2026.", "November 24, 2027"}, // there it is November 24
		{"America/Los_Angeles", "2026-11-25T04:00:00Z", "es-MX", "mañana", "hasta el 25 de noviembre de 2026.", "24 de noviembre de 2027"},
		{"America/Los_Angeles", "2026-11-25T04:00:00Z", "en-US", "in 6 months", "until May 24, 2027.", "November 24, 2027"},
		{"Asia/Tokyo", "2026-11-24T23:00:00Z", "en-US", "tomorrow", "until November 26, 2026.", "November 24, 2027"}, // there it is November 25
		{"Asia/Tokyo", "2026-11-24T23:00:00Z", "es-MX", "mañana", "hasta el 26 de noviembre de 2026.", "24 de noviembre de 2027"},
		{"", "2026-11-24T23:00:00Z", "en-US", "tomorrow", "until November 25, 2026.", "November 24, 2027"},
	} {
		now, err := time.Parse(time.RFC3339, of.now)
		must(t, err)
		s := newSigners(t, func(c *Config) { c.Approvals, c.Now = 1, func() time.Time { return now } })
		if of.zone != "" {
			must(t, s.Changes.Groups.Add(t.Context(), moderator(bot.Discord), bot.Group{ID: "circle", Name: "Circle", Zone: of.zone, Places: []bot.Place{here(bot.Discord)}}))
		}
		c, _ := s.deck.Library().Exact("agreement-pass", "en")
		r := signer(one, bot.NewCall("cards", "name", c.ID, "lang", "en"))
		r.Lang = of.lang
		label := "Approve until"
		if of.lang != "en-US" {
			label = "Aprobar hasta"
		}
		r, opened := press(t, s, r, s.Handle(t.Context(), r), label)
		if opened.Form == nil || opened.Form.Fields[0].Value != of.last {
			t.Fatalf("%s, %s: the form has\n%s", of.zone, of.lang, plain(opened))
		}
		for until, says := range map[string]string{of.until: of.says, of.last: of.last + "."} {
			r.Call, r.Submit = opened.Form.Call.With("until", until), true
			if got := plain(s.Handle(t.Context(), r)); !strings.Contains(got, says) {
				t.Errorf("%s, %s, until %q:\n%s", of.zone, of.now, until, got)
			}
		}
		today := now.UTC()
		if zone, err := time.LoadLocation(of.zone); err == nil {
			today = now.In(zone)
		}
		r.Call = opened.Form.Call.With("until", today.Format(time.DateOnly))
		if a := s.Handle(t.Context(), r); a.Form == nil || a.Form.Fields[0].Error == nil {
			t.Errorf("%s: signed until today:\n%s", of.zone, plain(a))
		}
	}
}
