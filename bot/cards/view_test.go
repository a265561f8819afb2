package cards

import (
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// In view are the titles of the signed agreements, in each language that has some, the limits of
// confidentiality, and help.
func TestInView(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC)
	d := deckOf(t, nil, func() time.Time { return now })
	post := func(langs ...string) (string, bot.Message, string) {
		t.Helper()
		m, hash, why := d.PostOf(bot.Delivery{Kind: bot.OfView, Place: bot.Place{Platform: bot.Discord}}, bot.Group{Langs: langs}, d.Signed(), now)
		if !why.IsZero() {
			return string(why.Code), m, hash
		}
		return m.Title + "\n" + content.Plain(m.Blocks) + "\n" + words.Plain(m.Footer), m, hash
	}
	if said, _, _ := post("en"); said != string(bot.NotApproved) {
		t.Errorf("nothing is signed: %s", said)
	}
	var all []content.Approval
	for _, c := range d.Library().All() {
		if c.Kind == content.Agreement || c.Kind == content.Confidentiality {
			all = append(all, content.Approval{Card: c.ID, Lang: c.Lang, Hash: c.Hash, Reviewer: "A. Reviewer, LMFT 1", At: now, ReviewBy: now.AddDate(0, 6, 0)})
		}
	}
	d.SetApprovals(all)
	said, m, hash := post("en")
	for _, want := range []string{"What this group agrees on\n", "You may pass", "Leave names out", "Limits: ", "/crisis"} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q: %s", want, said)
		}
	}
	if len(m.Actions) != 3 || !m.InView {
		t.Errorf("buttons %+v", m.Actions)
	}
	both, m, other := post("en", "es")
	if !strings.Contains(both, "You may pass") || !strings.Contains(both, "Límites: ") || hash == other || len(m.Actions) != 3 {
		t.Errorf("in both languages: %s", both)
	}
	if n := len([]rune(both)); n > 4000 {
		t.Errorf("%d characters are too many for Discord", n)
	}
	d.SetApprovals(all[1:])
	if _, _, now := post("en", "es"); now == other {
		t.Error("what is signed changed, and the hash did not")
	}
}

// In lists of posts it has its own name, not that of the rotation of agreements.
func TestPostTitle(t *testing.T) {
	t.Parallel()
	d := deckOf(t, nil, time.Now)
	for _, kind := range []bot.DeliveryKind{bot.OfView, bot.OfCorrection, bot.OfRemoval} {
		if got := PostTitle(d, bot.Delivery{Kind: kind, Card: bot.Agreements}, "en"); got != "What this group agrees on" {
			t.Errorf("%s is called %q", kind, got)
		}
	}
	if got, want := PostTitle(d, bot.Delivery{Kind: bot.OfShare, Card: "limits"}, "en"), d.TopicTitle("limits", "en"); got != want {
		t.Errorf("a card is called %q, want %q", got, want)
	}
}
