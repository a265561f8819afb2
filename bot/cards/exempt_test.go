package cards

import (
	"testing"
	"testing/fstest"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// Without an approval only the crisis card and the compiled-in contact card are
// posted: no other card of their kinds, and no contact card with other words.
func TestOnlyTwoCardsArePostedUnapproved(t *testing.T) {
	t.Parallel()
	card := func(id, text string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\nid: " + id + "\nkind: contact\ntitle: Ours\nsource: Us\norder: 3\n---\n" + text + "\n\n## More {#more}\nMore.\n")}
	}
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	shipped := deckOf(t, nil, time.Now)
	other := deckOf(t, fstest.MapFS{"en/contact.md": card("contact", "Call us."), "en/our-contact.md": card("our-contact", "Call us.")}, time.Now)
	for _, test := range []struct {
		b    *Deck
		id   string
		skip bot.ReasonCode
	}{
		{shipped, "crisis", ""}, {shipped, "contact", ""}, {shipped, "concern", bot.NotApproved},
		{other, "crisis", ""}, {other, "contact", bot.NotApproved}, {other, "our-contact", bot.NotApproved},
	} {
		if _, _, skip := test.b.Post(test.id, bot.Discord, nil, content.SignOff{}, now); skip.Code != test.skip {
			t.Errorf("%s: skipped for %v, want %q", test.id, skip, test.skip)
		}
	}
	c, _ := other.Library().Exact("contact", "en")
	a, err := content.NewApproval(c, "Full Name, LMFT 1", now, time.Time{})
	must(t, err)
	if _, _, skip := other.Post("contact", bot.Discord, nil, content.NewSignOff([]content.Approval{a}, 1), now); !skip.IsZero() {
		t.Errorf("approved, the contact card is skipped for %v", skip)
	}
}
