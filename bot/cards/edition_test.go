package cards

import (
	"fmt"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// Adapters keep what they drew by the name of a page. So what differs in anything that people see
// must have another name: another page, language or note, a line that is out of service, other
// cards. What is the same keeps its name.
func TestOnlyTheSamePageHasTheSameName(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	deck, pages := pagesOf(t, func() time.Time { return now })
	named := make(map[string]string)
	read := func() (fresh int) {
		t.Helper()
		for id := range pages.now.Load().pages {
			a, _ := pages.Show(bot.Request{Lang: id.lang}, id.name, id.part)
			name := a.Message.Page
			a.Message.Page = ""
			shown := fmt.Sprintf("%+v", a.Message)
			before, known := named[name]
			switch {
			case name == "":
				t.Errorf("%+v has no name", id)
			case known && before != shown:
				t.Errorf("%+v has the name of another page, %s", id, name)
			case !known:
				fresh++
			}
			named[name] = shown
		}
		return fresh
	}
	all := len(pages.now.Load().pages)
	if n := read(); n != all {
		t.Errorf("%d pages have %d names", all, n)
	}
	if n := read(); n != 0 {
		t.Errorf("%d names are new, though nothing changed", n)
	}
	var given []content.Approval
	for _, c := range deck.Library().All()[:20] {
		a, err := content.NewApproval(c, "Clinician, licence", now.Add(-time.Hour), now.AddDate(0, 1, 0))
		must(t, err)
		given = append(given, a)
	}
	deck.SetApprovals(given)
	if n := read(); n == 0 || n == all {
		t.Errorf("%d of %d pages have other names after some cards were approved", n, all)
	}
	deck.Help.SetDown([]content.DownLine{{Line: "988", Until: now.Add(time.Hour), Instead: "crisis-text-line"}})
	if n := read(); n == 0 || n == all {
		t.Errorf("%d of %d pages have other names while a line is out of service", n, all)
	}
	must(t, pages.Use(deck.Library()))
	if n := read(); n != all { // the sentences around the cards may be others
		t.Errorf("%d of %d pages have other names after they were written anew", n, all)
	}
	now = now.Add(2 * time.Hour)
	if n := read(); n == 0 || n == all {
		t.Errorf("%d of %d pages have other names once the line is back", n, all)
	}
}
