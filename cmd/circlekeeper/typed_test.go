package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The cards that check counts as waiting are listed by themselves.
func TestWaitingCardsAreListedByThemselves(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "waiting.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	s.types("content", "approve", "agreement-pass", "--lang", "en", "--reviewer", "One Reviewer, LMFT 1")
	list := s.types("content", "status", "--waiting")
	n := strings.Count(list, "\n") - 1
	want := fmt.Sprintf("%d cards are not approved and will not be posted: circlekeeper content status --waiting lists them", n)
	if got := s.types("check", "--offline"); n < 100 || !strings.Contains(got, want) {
		t.Errorf("%d are listed, and check says %s", n, got)
	}
	if strings.Contains(list, "agreement-pass ") || strings.Contains(list, " es ") {
		t.Errorf("signed cards or drafts are among %s", list)
	}
	var all []string
	for _, line := range strings.Split(strings.TrimSpace(list), "\n")[2:] { // all but the head and the first card
		all = append(all, strings.Fields(line)[0])
	}
	s.types(append([]string{"content", "approve", "--reviewer", "One Reviewer, LMFT 1"}, all...)...)
	const one = "1 card is not approved and will not be posted: circlekeeper content status --waiting lists them"
	if got := s.types("check", "--offline"); !strings.Contains(got, one) {
		t.Errorf("one waits, and check says %s", got)
	}
	s.types("content", "approve", "--all", "--reviewer", "One Reviewer, LMFT 1")
	if got := s.types("content", "status", "--waiting"); got != "nothing to list\n" {
		t.Errorf("all are signed, and it lists %s", got)
	}
}

// A pause that would be over already is refused of a group as of a reminder.
func TestAPauseInThePastIsRefused(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "past.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	s.types("group", "add", "a", "--zone", "UTC", "--channel", "slack:C00000NEAR")
	id := s.added("a")
	const want = "circlekeeper: posts begin again when that day begins, so write a day after today, such as December 29, 2026\n"
	for _, day := range []string{"2026-11-29", "1999-01-01"} {
		for _, args := range [][]string{{"group", "set", "a", "--pause", day}, {"group", "add", "b", "--zone", "UTC", "--pause", day}, {"reminder", "pause", id, "--until", day}} {
			if got := s.types(args...); got != want {
				t.Errorf("%q: it says %q, want %q", args, got, want)
			}
		}
	}
	if got := s.types("group", "set", "a", "--pause", "off"); !strings.HasPrefix(got, "nothing changed") {
		t.Errorf("no pause is ended: %s", got)
	}
}

// Behind --pause, "next week" may be all of it; behind --until it is when the pause ends.
func TestAPauseNamesItsLastDay(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "week.db"), time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)}
	s.types("group", "add", "a", "--zone", "UTC", "--channel", "slack:C00000NEAR")
	id := s.added("a")
	for _, of := range []struct{ says, until string }{
		{`"next week" may mean two things: write "Monday, November 30, 2026" or "Monday, December 7, 2026"`, "next week"},
		{`"december" may mean two things: write "Tuesday, December 1, 2026" or "Friday, January 1, 2027"`, "december"},
		{`To pause until these days are over, write "Monday, December 7, 2026"`, "for next week"},
		{"until Monday, November 30, 2026", "until next week"},
	} {
		if got := s.types("group", "set", "a", "--pause", of.until); !strings.Contains(got, of.says) {
			t.Errorf("--pause %q: %s", of.until, got)
		}
	}
	if got := s.types("reminder", "pause", id, "--until", "next week"); !strings.Contains(got, "until Monday, November 30, 2026") {
		t.Errorf("--until next week: %s", got)
	}
}

// A flag that takes one value is refused when it is given twice: a name would be both.
func TestAFlagGivenTwiceIsRefused(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "twice.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	s.types("group", "add", "a", "--zone", "UTC", "--channel", "slack:C00000NEAR")
	for flag, args := range map[string][]string{
		"name":  {"group", "set", "a", "--name", "x", "--name", "y"},
		"zone":  {"group", "add", "b", "--zone", "UTC", "--zone", "UTC"},
		"topic": {"reminder", "add", "--group", "a", "--topic", "contact", "--topic", "agreements", "--at", "every day at 9:00"},
	} {
		if got, want := s.types(args...), "circlekeeper: --"+flag+" is given 2 times: write it once\n"; got != want {
			t.Errorf("%q: it says %q, want %q", args, got, want)
		}
	}
	if got := s.types("group", "set", "a", "--lang", "en", "--lang", "es"); !strings.Contains(got, "Languages: English, Spanish") {
		t.Errorf("languages one by one: %s", got)
	}
}

// A notice that waits for a signature says which command signs it.
func TestANoticeSaysWhatToSign(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "notice.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	s.types("group", "add", "a", "--zone", "UTC", "--channel", "slack:C00000NEAR", "--session", "every Monday at 18:00, 90m")
	if got := s.types("session", "tell", "a", "Monday"); strings.Contains(got, "content approve") {
		t.Errorf("a session as planned: %s", got)
	}
	s.types("session", "cancel", "a", "Monday")
	const sign = `content approve session-cancelled --reviewer "NAME, LICENCE NUMBER"`
	if got := s.types("session", "tell", "a", "Monday"); !strings.HasSuffix(got, "so the group cannot be told: circlekeeper "+sign+"\n") {
		t.Errorf("it says %s", got)
	}
	s.types("group", "set", "a", "--lang", "es") // a draft is signed only where its language is named
	const draft = `content approve session-cancelled --lang es --reviewer "NAME, LICENCE NUMBER"`
	if got := s.types("session", "tell", "a", "Monday"); !strings.HasSuffix(got, "so the group cannot be told: circlekeeper "+draft+"\n") {
		t.Errorf("of a draft it says %s", got)
	}
}
