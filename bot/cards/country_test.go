package cards

import (
	"testing"
	"testing/fstest"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// A group that is spoken to in the Spanish of a country is posted the Spanish card where
// its own language has none, once that is signed. It counts as one that the group reads.
func TestTheSpanishCardStandsForACountrys(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	d := deckOf(t, fstest.MapFS{"es-MX/agreement-pass.md": {Data: []byte("---\nid: agreement-pass\nkind: agreement\ntitle: Nuestra\nsource: Us\norder: 1\n---\nPaso.\n")}}, func() time.Time { return now })
	sign := func(id, lang string) {
		t.Helper()
		c, ok := d.Library().Exact(id, lang)
		if !ok {
			t.Fatalf("no card %s in %s", id, lang)
		}
		a, err := content.NewApproval(c, "Full Name, LMFT 1", now, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		d.SetApprovals([]content.Approval{a})
	}
	post := func(id string, langs ...string) (title string, blocks int, why bot.ReasonCode) {
		m, _, reason := d.Post(id, bot.Discord, langs, d.Signed(), now)
		return m.Title, len(m.Blocks), reason.Code
	}
	sign("agreement-listen", "es")
	es, _ := d.Library().Exact("agreement-listen", "es")
	title, once, why := post("agreement-listen", "es-MX")
	if title != es.Title || why != "" {
		t.Errorf("signed in Spanish, the post is %q, skipped for %q", title, why)
	}
	if _, twice, _ := post("agreement-listen", "es", "es-MX"); twice != once {
		t.Errorf("in both it has %d blocks, in one %d", twice, once)
	}
	if _, _, why := post("agreement-respect", "es-MX"); why != bot.NotApproved {
		t.Errorf("a Spanish card that nobody signed is skipped for %q", why)
	}
	sign("agreement-pass", "es")
	if title, _, why := post("agreement-pass", "es-MX"); why != bot.NotApproved {
		t.Errorf("the Spanish card %q takes the place of one that the group's language has, skipped for %q", title, why)
	}
	read := make(map[string]string)
	for _, c := range d.Unapproved([]bot.Group{{Langs: []string{"es-MX"}}}) {
		read[c.ID] += c.Lang
	}
	if read["agreement-pass"] != "es-MX" || read["agreement-respect"] != "es" {
		t.Errorf("the group reads %q and %q", read["agreement-pass"], read["agreement-respect"])
	}
}
