package main

import (
	"os"
	"slices"
	"testing"
	"time"

	"circlekeeper/bot"
)

// Two processes of one database whose cards differ for more than a minute are told of once,
// whichever of them sees it, and once more when they agree.
func TestProcessesThatDiffer(t *testing.T) {
	t.Parallel()
	one := newReloading(t)
	p := one.o.program
	p.now = one.o.now
	other, err := p.open(t.Context(), &Config{DatabaseURL: one.o.config.DatabaseURL, ContentDir: t.TempDir(), OverdoseCompanions: "off", Digest: "off"})
	must(t, err)
	t.Cleanup(other.close)
	first, second := newComparison(one.o, one.to), newComparison(other, one.to)
	rounds := func(n int) {
		t.Helper()
		for range n {
			for _, a := range []*comparison{first, second} {
				must(t, a.look(t.Context()))
			}
			one.clock = one.clock.Add(agreeEvery)
		}
	}
	told := func(want ...string) {
		t.Helper()
		open, err := one.o.db.Troubles(t.Context())
		var got []string
		for _, trouble := range open {
			if trouble.Subject.Kind == bot.AboutDiffering {
				got = append(got, trouble.Reason.Detail)
			}
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("open: %v, %v; want %v", got, err, want)
		}
	}
	rounds(10)
	told()

	// Cards are changed on one machine alone.
	one.write(t, agreement("Only here"))
	one.looks(t, 3)
	if one.title() != "Only here" {
		t.Fatal("the changed card is not in force")
	}
	fingerprints := []string{one.o.bot.Deck().Library().Fingerprint(), other.bot.Deck().Library().Fingerprint()}
	slices.Sort(fingerprints)
	rounds(int(agreeAfter / agreeEvery))
	told()
	rounds(10)
	told(fingerprints[0] + ", " + fingerprints[1])
	if one.to.reports != 2 { // once by each process: one trouble, one notice
		t.Errorf("reported %d times", one.to.reports)
	}

	// One that was told meanwhile starts again: still one.
	second = newComparison(other, one.to)
	rounds(int(10 * time.Second / agreeEvery))
	told(fingerprints[0] + ", " + fingerprints[1])

	// The folders are alike again.
	must(t, os.RemoveAll(one.folder+"/en/agreement-pass.md"))
	one.looks(t, 3)
	rounds(6)
	told()

	// One wants two reviewers: other words may be posted.
	other.config.Approvals = 2
	rounds(10)
	fingerprint := one.o.bot.Deck().Library().Fingerprint()
	told(fingerprint + ", " + fingerprint + " APPROVALS=2")
}
