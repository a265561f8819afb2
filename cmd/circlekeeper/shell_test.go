package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// shell types commands one after the other, on one database, at one moment.
type shell struct {
	t    *testing.T
	file string
	now  time.Time
}

// types gives what a command prints, to stdout and to stderr, without the line that tells of a new
// database.
func (s shell) types(args ...string) string {
	s.t.Helper()
	var out bytes.Buffer
	now := func() time.Time { return s.now }
	p := program{called: howCalled("circlekeeper"), out: &out, err: &out, now: now, machine: now}
	p.run(s.t.Context(), append(args, "--database-url", "sqlite:"+s.file, "--log-level", "error"))
	if first, rest, _ := strings.Cut(out.String(), "\n"); strings.HasPrefix(first, "circlekeeper: there was no database") {
		return rest
	}
	return out.String()
}

// added types what adds a reminder and gives its ID.
func (s shell) added(group string) string {
	s.t.Helper()
	out := s.types("reminder", "add", "--group", group, "--topic", "agreements", "--at", "every day at 9:00")
	id, _, _ := strings.Cut(strings.TrimPrefix(out, "added reminder "), "\n")
	return id
}

// Who names what was removed, or anything after all was removed, reads how it is brought
// back; the first is added only where there was none.
func TestWhatWasRemovedIsBroughtBack(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "removed.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	says := func(want string, args ...string) {
		t.Helper()
		if got := s.types(args...); got != "circlekeeper: "+want+"\n" {
			t.Errorf("%q says %q, want %q", args, got, want)
		}
	}
	const addGroup = "the first is added with: circlekeeper group add ID --zone ZONE --channel CHANNEL"
	says("there is no group a, and no other yet; "+addGroup, "group", "remove", "a")
	says("there is no reminder x, and no group yet; "+addGroup, "reminder", "pause", "x")

	s.types("group", "add", "a", "--zone", "America/Denver", "--channel", "slack:C00000NEAR")
	says("there is no reminder x, and no other yet; the first is added with: circlekeeper reminder add --group GROUP --topic TOPIC --at RULE", "reminder", "pause", "x")
	id := s.added("a")
	s.types("reminder", "remove", id)
	says("reminder "+id+" was removed; it is brought back with: circlekeeper reminder restore "+id, "reminder", "pause", id)
	says("there is no reminder x; what was removed is brought back with: circlekeeper reminder restore "+id, "reminder", "pause", "x")
	other := s.added("a")
	says("reminder "+id+" was removed; it is brought back with: circlekeeper reminder restore "+id, "reminder", "pause", id)

	s.types("group", "remove", "a")
	says("group a was removed; it is brought back with: circlekeeper group restore a", "group", "remove", "a")
	says("there is no group b; what was removed is brought back with: circlekeeper group restore a", "group", "remove", "b")
	says("there is no reminder "+other+", and no group; what was removed is brought back with: circlekeeper group restore a", "reminder", "pause", other)
}

// A last day is one of the groups that are shown: west of UTC it goes on when the next has
// begun there, and each group's posts end with its own.
func TestTheLastDayIsThatOfTheGroups(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "until.db"), time.Date(2026, 11, 29, 6, 0, 0, 0, time.UTC)} // November 28, 10 PM in Los Angeles
	const refused = "does not name a day in the future"
	for _, until := range []string{"2026-11-27", "2026-11-28"} {
		if got := s.types("reminder", "calendar", "--until", until); strings.Contains(got, refused) != (until == "2026-11-27") {
			t.Errorf("without a group, until %s: %s", until, got)
		}
	}
	s.types("group", "add", "west", "--zone", "America/Los_Angeles", "--channel", "slack:C00000WEST", "--quiet", "none")
	s.types("reminder", "add", "--group", "west", "--topic", "agreements", "--at", "every day at 23:00")
	for _, cmd := range []string{"calendar", "next"} {
		for until, want := range map[string]bool{"2026-11-27": false, "2026-11-28": true} {
			got := s.types("reminder", cmd, "--until", until)
			if strings.Contains(got, refused) == want || want != (strings.Contains(got, "20261128T230000") || strings.Contains(got, "November 28, 2026 at 11:00 PM")) {
				t.Errorf("reminder %s --until %s: %s", cmd, until, got)
			}
		}
	}
	s.types("group", "add", "east", "--zone", "Asia/Tokyo", "--channel", "slack:C00000EAST", "--quiet", "none")
	s.types("reminder", "add", "--group", "east", "--topic", "agreements", "--at", "every day at 15:30")
	for _, cmd := range []string{"calendar", "next"} {
		got := s.types("reminder", cmd, "--until", "2026-11-28")
		if strings.Contains(got, refused) || strings.Contains(got, "Tokyo") || strings.Contains(got, "east") {
			t.Errorf("reminder %s shows of a day that is past in Tokyo: %s", cmd, got)
		}
		if got := s.types("reminder", cmd, "--until", "2026-11-28", "--group", "east"); !strings.Contains(got, refused) {
			t.Errorf("reminder %s takes a day that is past in Tokyo: %s", cmd, got)
		}
	}
}

// Whoever signs reads what changed since they signed, though another has signed the new
// words before them.
func TestTheSecondReviewerReadsWhatChanged(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	dir := t.TempDir()
	s := shell{t, filepath.Join(t.TempDir(), "signed.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	writes := func(text string) {
		t.Helper()
		card := "---\nid: agreement-ours\nkind: agreement\ntitle: \"Our own agreement\"\nsource: \"The clinic\"\norder: 9\n---\n" + text + "\n"
		must(t, os.MkdirAll(filepath.Join(dir, "en"), 0o700))
		must(t, os.WriteFile(filepath.Join(dir, "en", "agreement-ours.md"), []byte(card), 0o600))
	}
	signs := func(reviewer string) string {
		t.Helper()
		s.now = s.now.Add(time.Hour)
		out := s.types("content", "approve", "agreement-ours", "--lang", "en", "--reviewer", reviewer, "--content-dir", dir, "--approvals", "2")
		if !strings.Contains(out, "approved agreement-ours") {
			t.Errorf("%s does not sign: %s", reviewer, out)
		}
		return out
	}
	const one, two, three = "One Reviewer, LMFT 1", "Two Reviewer, LCSW 2", "Three Reviewer, PSY 3"
	writes("We begin on time.")
	for _, r := range []string{one, two} {
		if out := signs(r); strings.Contains(out, "changed since") {
			t.Errorf("nothing changed for %s: %s", r, out)
		}
	}
	writes("We begin and end on time.")
	for _, r := range []string{one, "two reviewer, LCSW 2"} {
		if out := signs(r); !strings.Contains(out, "changed since it was last signed by "+map[bool]string{true: one, false: two}[r == one]+":\n") || !strings.Contains(out, "and end") {
			t.Errorf("%s does not read what changed: %s", r, out)
		}
	}
	for _, r := range []string{two, three} {
		if out := signs(r); strings.Contains(out, "changed since") {
			t.Errorf("nothing changed for %s: %s", r, out)
		}
	}
}

// check says once of a group that its reminders will be skipped, names the first of them,
// and writes moments as the lists do.
func TestCheckSaysOnceWhatAGroupLacks(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "once.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	s.types("group", "add", "a", "--zone", "America/Denver", "--channel", "slack:C00000NEAR")
	var ids []string
	for range 7 {
		ids = append(ids, s.added("a"))
	}
	said := s.types("check", "--offline")
	want := "7 reminders will be skipped, as no card of agreements is approved in the group's languages (English): "
	if n := strings.Count(said, "will be skipped"); n != 1 || !strings.Contains(said, want) {
		t.Errorf("it is said %d times, or not as %q: %s", n, want, said)
	}
	named := 0
	for _, id := range ids {
		named += strings.Count(said, id)
	}
	if named != namedReminders || !strings.Contains(said, " and 2 more. circlekeeper content status lists the cards") {
		t.Errorf("%d reminders are named: %s", named, said)
	}

	s.types("group", "set", "a", "--quiet", "none")
	for _, at := range []string{"10:00", "11:00", "12:00", "13:00"} {
		s.types("reminder", "add", "--group", "a", "--topic", "contact", "--at", "on December 1, 2026 at "+at)
	}
	if said := s.types("check", "--offline"); !strings.Contains(said, "more than 3 posts on Tuesday, December 1, 2026: spread them over more days") {
		t.Errorf("the day is not said as lists say days: %s", said)
	}
}

// What chat calls a field is taken as its flag, too.
func TestFlagsAreTakenByTheNamesOfChat(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "names.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	s.types("group", "add", "a", "--zone", "America/Denver", "--place", "slack:C00000NEAR", "--langs", "en,es")
	s.types("group", "set", "a", "--view", "yes")
	got := s.types("group", "list", "--format", "json")
	for _, want := range []string{`"slack:C00000NEAR"`, `"es"`, `"in_view": true`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing: %s", want, got)
		}
	}
}

// The file of a playground is nobody's to know of; another that was not there is told of,
// since a wrong name may be the reason.
func TestANewDatabaseIsTold(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	for _, playground := range []bool{false, true} {
		var said bytes.Buffer
		p := program{called: howCalled("circlekeeper"), out: &said, err: &said, now: time.Now, machine: time.Now}
		c := Config{DatabaseURL: "sqlite:" + filepath.Join(t.TempDir(), "new.db"), playground: playground, OverdoseCompanions: "off", Digest: "off", LogLevel: "info", Approvals: 1}
		must(t, p.withOpen(t.Context(), &c, func(*opened) error { return nil }))
		if got := said.String(); strings.Contains(got, "circlekeeper: there was no database: a new one was made: sqlite:") == playground || strings.Contains(got, "level=") {
			t.Errorf("playground %t: it says %q", playground, got)
		}
	}
}

// What comes next is what is posted next: a reminder of a session that was cancelled is none,
// in the list, on the board and when the reminder comes back.
func TestNextIsWhatIsPosted(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "next.db"), time.Date(2026, 11, 29, 20, 0, 0, 0, time.UTC)}
	s.types("group", "add", "a", "--zone", "America/Los_Angeles", "--channel", "slack:C00000NEAR", "--session", "every Monday at 18:00, 90m")
	out := s.types("reminder", "add", "--group", "a", "--topic", "agreements", "--at", "2 hours before each session")
	id, _, _ := strings.Cut(strings.TrimPrefix(out, "added reminder "), "\n")
	s.types("session", "cancel", "a", "Monday")
	list, asJSON := s.types("reminder", "list"), s.types("reminder", "list", "--format", "json")
	s.types("reminder", "remove", id)
	for what, got := range map[string]string{"list": list, "restore": s.types("reminder", "restore", id)} {
		if strings.Contains(got, "November 30") || !strings.Contains(got, "Monday, December 7, 2026 at 4:00 PM PST") {
			t.Errorf("%s shows %s", what, got)
		}
	}
	if !strings.Contains(asJSON, `"next_local": "2026-12-07T16:00:00-08:00"`) || strings.Contains(asJSON, "2026-11-30") {
		t.Errorf("as JSON: %s", asJSON)
	}
}

// Rules are listed by the clock of the clinic's locale, as sessions are.
func TestRulesAreListedByTheLocalesClock(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "locale.db"), time.Date(2026, 11, 29, 20, 0, 0, 0, time.UTC)}
	s.types("group", "add", "a", "--zone", "Europe/London", "--channel", "slack:C00000NEAR")
	s.added("a")
	if got := s.types("reminder", "list", "--locale", "en-GB"); !strings.Contains(got, "daily at 09:00") && !strings.Contains(got, "every day at 09:00") {
		t.Errorf("it shows %s", got)
	}
}

// A removed reminder is listed, so that it can be restored; an unknown ID is told where.
func TestRemovedRemindersAreListed(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "removed.db"), time.Date(2026, 11, 29, 20, 0, 0, 0, time.UTC)}
	if got := s.types("group", "add", "a", "--zone", "America/Denver", "--channel", "slack:C00000NEAR"); !strings.Contains(got, "  quiet hours: 9:00 PM to 8:00 AM\n") {
		t.Errorf("a new group: %s", got)
	}
	gone, stays := s.added("a"), s.added("a")
	s.types("reminder", "remove", gone)
	if got := s.types("reminder", "list", "--removed"); !strings.Contains(got, gone) || !strings.Contains(got, "removed\n") || strings.Contains(got, stays) {
		t.Errorf("removed are %s", got)
	}
	if got := s.types("reminder", "list"); strings.Contains(got, gone) {
		t.Errorf("the others are %s", got)
	}
	if got, want := s.types("reminder", "restore", "zzzzzzzz"), "there is no removed reminder zzzzzzzz: circlekeeper reminder list --removed shows them all\n"; !strings.HasSuffix(got, want) {
		t.Errorf("it says %q, want %q", got, want)
	}
}

// A pause says until when, and the way back; what was not paused is not said to be resumed,
// and of what is resumed it is said what keeps it back.
func TestAPauseSaysUntilWhen(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "pause.db"), time.Date(2026, 11, 29, 20, 0, 0, 0, time.UTC)}
	s.types("group", "add", "a", "--zone", "America/Los_Angeles", "--channel", "slack:C00000NEAR")
	id := s.added("a")
	says := func(want string, args ...string) {
		t.Helper()
		if got := s.types(args...); !strings.Contains(got, want) {
			t.Errorf("%q says %q, want %q", args, got, want)
		}
	}
	says("paused reminder "+id+" until Sunday, December 13, 2026 at 12:00 AM PST\n", "reminder", "pause", id, "--until", "2 weeks")
	says("paused reminder "+id+" until resumed\nundo: circlekeeper reminder resume "+id+"\n", "reminder", "pause", id)
	says("resumed reminder "+id+"\n  next: ", "reminder", "resume", id)
	says("nothing changed: reminder "+id+" was not paused\n", "reminder", "resume", id)
	s.types("group", "set", "a", "--pause", "on")
	says("group a is paused, so nothing is posted: circlekeeper group set a --pause off\n", "reminder", "resume", id)
}

// Cards are listed of one language, too; one that there is not is no empty list.
func TestCardsAreListedByLanguage(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "cards.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	for _, cmd := range []string{"list", "status"} {
		got := s.types("content", cmd, "--lang", "es")
		if !strings.Contains(got, "agreement-pass  ") || strings.Contains(got, " en  ") {
			t.Errorf("content %s in Spanish: %s", cmd, got)
		}
		if got, want := s.types("content", cmd, "--lang", "fr"), "circlekeeper: there is no language \"fr\": there are cards in en, es\n"; got != want {
			t.Errorf("content %s in French: %q, want %q", cmd, got, want)
		}
	}
}

// A command's help has its own flags; the settings, which would fill the screen, are in that
// of the program and of run, and are named.
func TestHelpOfACommandIsItsOwn(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	for _, tc := range []struct {
		args  string
		whole bool
	}{{"--help", true}, {"run --help", true}, {"group set --help", false}, {"help group", false}, {"check --help", false}} {
		var out bytes.Buffer
		program{called: howCalled("circlekeeper"), out: &out, err: &out, now: time.Now}.run(t.Context(), strings.Fields(tc.args))
		has := strings.Contains(out.String(), "--slack-bot-token")
		named := strings.HasSuffix(out.String(), "\nSettings are taken as flags too: \"circlekeeper --help\" lists them.\n")
		if has != tc.whole || named == tc.whole {
			t.Errorf("%s: %s", tc.args, out.String())
		}
	}
}

// A state that there is not is answered with those that there are; the trail says lengths as
// people do.
func TestWhatIsOnRecordIsNamedInWords(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "record.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	if got, want := s.types("reminder", "history", "--state", "posted"), "circlekeeper: --state \"posted\": write due, sending, sent, skipped or failed\n"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
	s.types("group", "add", "a", "--zone", "America/Denver", "--channel", "slack:C00000NEAR", "--session", "every Monday at 18:00, 90m")
	s.added("a")
	if got := s.types("audit"); !strings.Contains(got, "Late by at most: 2 hours\n") || !strings.Contains(got, "Mondays at 6:00 PM, 90 minutes\n") {
		t.Errorf("the trail says %s", got)
	}
	s.now = s.now.AddDate(0, 0, 2)
	s.types("group", "set", "a", "--name", "A circle")
	for _, args := range [][]string{{"audit", "--since", "1d"}, {"audit", "--limit", "1"}} { // beside entries that are not listed
		got := s.types(args...)
		if list, told := strings.CutSuffix(got, "circlekeeper: 2 older changes are left out: --all lists every one\n"); !told || strings.Count(list, "\n") != 2 || !strings.Contains(list, "group set  a       Name: A circle\n") {
			t.Errorf("%q says %s", args, got)
		}
	}
}

// The lines of the trail have one clock: that of the groups if they agree, else the machine's. What a
// group was given is said by its own.
func TestTheTrailHasOneClock(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "zones.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	s.types("reviewer", "add", "One Reviewer, LMFT 1")
	add := func(id, zone string) {
		s.types("group", "add", id, "--zone", zone, "--channel", "slack:C00000"+strings.ToUpper(id))
	}
	add("west", "America/Denver")
	if got := s.types("audit"); strings.Count(got, " at 3:00 AM MST  cli ") != 2 {
		t.Errorf("one zone: %s", got)
	}
	add("east", "America/New_York")
	s.types("group", "set", "east", "--pause", "2 weeks")
	if got := s.types("audit"); strings.Count(got, " at 10:00 AM UTC  cli ") != 4 || !strings.Contains(got, "paused until Sunday, December 13, 2026 at 12:00 AM EST") {
		t.Errorf("two zones: %s", got)
	}
	s.types("group", "remove", "east")
	if got := s.types("audit"); strings.Count(got, " at 3:00 AM MST  cli ") != 5 {
		t.Errorf("a removed group: %s", got)
	}
}

// An entry with a wrong time neither brings others into the trail nor hides them: each is held
// against its own time.
func TestTheTrailHoldsEachEntryAgainstItsOwnTime(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "clock.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	db, err := sql.Open("sqlite", s.file)
	must(t, err)
	defer db.Close()
	for i, entry := range []struct {
		id    string
		years int // by how many years its clock is ahead
	}{{"ahead", 73}, {"behind", -7}, {"right", 0}, {"late", -7}} {
		s.now = s.now.Add(time.Duration(i) * time.Second) // one after the other
		s.types("group", "add", entry.id, "--zone", "America/Denver", "--channel", "slack:C00000"+strings.ToUpper(entry.id))
		if _, err := db.ExecContext(t.Context(), `update audit set at = $1 where target = $2`, s.now.AddDate(entry.years, 0, 0).UnixMilli(), entry.id); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		limit string
		want  []string
	}{{"9", []string{"right", "ahead"}}, {"1", []string{"right"}}} {
		var targets []string
		for line := range strings.Lines(s.types("audit", "--since", "1d", "--limit", tt.limit)) {
			if _, target, added := strings.Cut(line, "group add  "); added {
				targets = append(targets, strings.Fields(target)[0])
			}
		}
		if !slices.Equal(targets, tt.want) {
			t.Errorf("--limit %s lists %q, want %q", tt.limit, targets, tt.want)
		}
	}
}

// A pause that outlasts the one date of a reminder says that the reminder no longer comes; one
// without an end says so of all by itself.
func TestAPauseSaysWhatItEnds(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "ends.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	s.types("group", "add", "a", "--zone", "America/Denver", "--channel", "slack:C00000NEAR")
	s.types("reminder", "add", "--group", "a", "--topic", "agreements", "--at", "December 8 at 9:00 AM")
	const over = "\n  next: none; before this change: Tuesday, December 8, 2026 at 9:00 AM MST\n"
	if got := s.types("group", "set", "a", "--pause", "2 weeks"); !strings.Contains(got, over) {
		t.Errorf("a pause until after it: %s", got)
	}
	if got := s.types("reminder", "list"); !strings.Contains(got, "no date after the pause\n") {
		t.Errorf("the list says %s", got)
	}
	if got := s.types("check", "--offline"); !strings.Contains(got, "  its dates are over when the pause ends, so it is not posted; to end the pause: circlekeeper group set a --pause off\n") || strings.Contains(got, "rests:") {
		t.Errorf("check says %s", got)
	}
	if got := s.types("reminder", "next", "--until", "2026-12-20"); !strings.Contains(got, "Tuesday, December 8, 2026 at 9:00 AM MST  skipped: paused") {
		t.Errorf("what comes is %s", got)
	}
	if got := s.types("reminder", "add", "--group", "a", "--topic", "confidentiality", "--at", "December 9 at 9:00 AM"); !strings.Contains(got, "  note: its dates are over when the pause ends, so it is not posted\n") {
		t.Errorf("one that is added meanwhile: %s", got)
	}
	if got := s.types("group", "set", "a", "--pause", "none"); !strings.Contains(got, "\n  next: Tuesday, December 8, 2026 at 9:00 AM MST\n") {
		t.Errorf("the pause ends: %s", got)
	}
	if got := s.types("group", "set", "a", "--pause", "on"); strings.Contains(got, "reminder ") {
		t.Errorf("a pause without an end: %s", got)
	}
	if got := s.types("reminder", "list"); !strings.Contains(got, "group paused\n") || strings.Contains(got, "skipped") {
		t.Errorf("the list says %s", got)
	}
	s.types("group", "set", "a", "--pause", "off", "--skip", "2026-12-08")
	if got := s.types("reminder", "list"); !strings.Contains(got, "nothing will be posted: all its remaining dates are skipped\n") {
		t.Errorf("the list says %s", got)
	}
}

// What a change of a group does to its reminders is told with that change alone; that it has
// no channel left is told with each.
func TestWhatAChangeMeansIsToldOnce(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "foreseen.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	s.types("group", "add", "a", "--zone", "America/Denver", "--channel", "slack:C00000NEAR")
	s.added("a")
	const noGroup, noChannel = "The group does not meet on Thursday, December %d, 2026", "nothing is posted to it until it has a channel"
	says := func(args []string, want ...string) {
		t.Helper()
		got := s.types(append([]string{"group", "set", "a"}, args...)...)
		for _, said := range []string{fmt.Sprintf(noGroup, 24), fmt.Sprintf(noGroup, 31), noChannel} {
			if strings.Contains(got, said) != slices.Contains(want, said) {
				t.Errorf("%q: whether it says %q: %s", args, said, got)
			}
		}
	}
	says([]string{"--skip", "2026-12-24"}, fmt.Sprintf(noGroup, 24))
	says([]string{"--name", "Evening"})
	says([]string{"--skip", "2026-12-24", "--skip", "2026-12-31"}, fmt.Sprintf(noGroup, 31))
	says([]string{"--channel", "none"}, noChannel)
	says([]string{"--name", "Night"}, noChannel)
}

// A shipped card that a file of the clinic withdraws is said to be withdrawn.
func TestAWithdrawnCardIsSaid(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "en"), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, "en", "agreement-pass.md"), []byte("---\nid: agreement-pass\nwithdrawn: true\n---\n"), 0o600))
	s := shell{t, filepath.Join(t.TempDir(), "withdrawn.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	if got, want := s.types("content", "show", "agreement-pass", "--content-dir", dir), "circlekeeper: the card agreement-pass is withdrawn by a file in CONTENT_DIR\n"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
}

// What changed in a card since it was signed is shown without signing it again.
// content status shows single cards, too, in all of their languages.
func TestContentStatusOfSingleCards(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "status.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	lines := func(args ...string) []string {
		return strings.Split(strings.TrimSpace(s.types(append([]string{"content", "status"}, args...)...)), "\n")
	}
	if got := lines("strategy-listening"); len(got) != 3 || !strings.HasPrefix(got[1], "strategy-listening ") || !strings.HasPrefix(got[2], "strategy-listening ") {
		t.Errorf("a card in two languages: %q", got)
	}
	if got := lines("strategy-listening", "agreement-pass", "--lang", "en"); len(got) != 3 {
		t.Errorf("two cards in one language: %q", got)
	}
	if got := lines("strategy-listenin"); !strings.Contains(got[0], "did you mean strategy-listening?") {
		t.Errorf("a slip: %q", got)
	}
}

func TestContentDiffShowsWhatChanged(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	dir := t.TempDir()
	s := shell{t, filepath.Join(t.TempDir(), "diff.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	diff := func(args ...string) string {
		return s.types(append([]string{"content", "diff", "--content-dir", dir}, args...)...)
	}
	writes := func(text string) {
		t.Helper()
		card := "---\nid: agreement-ours\nkind: agreement\ntitle: Ours\nsource: The clinic\norder: 9\n---\n" + text + "\n"
		must(t, os.MkdirAll(filepath.Join(dir, "en"), 0o700))
		must(t, os.WriteFile(filepath.Join(dir, "en", "agreement-ours.md"), []byte(card), 0o600))
	}
	const none = "no card changed since it was signed; circlekeeper content status shows which were never signed\n"
	writes("We begin on time.")
	if got := diff(); got != none {
		t.Errorf("nothing was signed: %s", got)
	}
	if got := diff("agreement-ours"); got != "1 card was never signed, so there is nothing to compare\n" {
		t.Errorf("it was not signed: %s", got)
	}
	if got := diff("--format", "json"); got != "[]\n" {
		t.Errorf("nothing was signed: %s", got)
	}
	s.types("content", "approve", "agreement-ours", "agreement-pass", "--lang", "en", "--reviewer", "One Reviewer, LMFT 1", "--content-dir", dir)
	writes("We begin and end on time.")
	for _, got := range []string{diff(), diff("agreement-ours"), diff("--lang", "en")} {
		if !strings.HasPrefix(got, "agreement-ours (en) changed since it was last signed by One Reviewer, LMFT 1:\n") || !strings.Contains(got, "We begin [added: and end] on time.") || strings.Contains(got, "agreement-pass") {
			t.Errorf("it shows %s", got)
		}
	}
	for _, args := range [][]string{{"agreement-pass"}, {"--lang", "es"}} {
		if got := diff(args...); got != none {
			t.Errorf("%q: %s", args, got)
		}
	}
	if got := diff("agreement-our"); !strings.Contains(got, "did you mean agreement-ours?") {
		t.Errorf("a slip: %s", got)
	}
	got := diff("--format", "json")
	for _, want := range []string{`"id": "agreement-ours"`, `"signed_at": "2026-11-29T10:00:00Z"`, `"change": "added"`, `"text": "and end"`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing: %s", want, got)
		}
	}
}

// A list of nothing is a list as JSON too.
func TestAListOfNothingIsAListAsJSON(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "nothing.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	for _, cmd := range []string{"group list", "reminder list", "reminder next", "reminder history", "reviewer list", "post list", "audit", "content lint", "content diff"} {
		if got := s.types(append(strings.Fields(cmd), "--format", "json")...); got != "[]\n" {
			t.Errorf("%s: %q", cmd, got)
		}
	}
}

// A pause without an end says what it became; "none" may mean two things and is asked back.
func TestAPauseWithoutAnEnd(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "none.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	s.types("group", "add", "circle", "--zone", "UTC", "--channel", "slack:C0000CIRCLE")
	id := s.added("circle")
	if got := s.types("reminder", "pause", id, "--until", "none"); !strings.Contains(got, "may mean a pause without an end, or no pause") {
		t.Errorf("--until none says %q", got)
	}
	for _, until := range []string{"no end", "until further notice"} {
		if got := s.types("reminder", "pause", id, "--until", until); !strings.HasPrefix(got, "paused reminder "+id+" until resumed\n") {
			t.Errorf("--until %s says %q", until, got)
		}
	}
}

// A day in figures is read as in the clinic's country, wherever a day is asked for.
func TestTheLastDayIsReadByTheLocale(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "figures.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	s.types("group", "add", "a", "--zone", "Europe/London", "--channel", "slack:C00000NEAR", "--session", "every Monday at 18:00, 90m")
	s.added("a")
	for locale, last := range map[string]string{"en-GB": "8 December 2026", "en-US": "August 12, 2027"} {
		for _, cmd := range []string{"reminder next", "session list a"} {
			got := s.types(append(strings.Fields(cmd), "--until", "8/12", "--locale", locale)...)
			if many := strings.Count(got, "\n") > 15; many != (locale == "en-US") {
				t.Errorf("%s: %s up to %s: %s", locale, cmd, last, got)
			}
		}
	}
}

// A flag that would do nothing is refused.
func TestFlagsThatDoNothingAreRefused(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	s := shell{t, filepath.Join(t.TempDir(), "flags.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	for line, want := range map[string]string{
		"content line 988 --instead samhsa":          "--instead goes with --down: say how long the line is out of service, such as --down 24h",
		"content line 988 --reviewer A":              "--reviewer signs a change: say which, with --down or --up",
		"reminder next --count 3 --until 2026-12-31": "--until shows all up to a day: leave --count out, or --until",
		"reminder next --count 101":                  "--count takes a whole number from 1 to 100, such as 3",
		"content line 988 --up --instead samhsa":     "--instead goes with --down: say how long the line is out of service, such as --down 24h",
	} {
		if got := s.types(strings.Fields(line)...); got != "circlekeeper: "+want+"\n" {
			t.Errorf("%s: it says %q, want %q", line, got, want)
		}
	}
}
