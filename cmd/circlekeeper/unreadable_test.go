package main

import (
	"bytes"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A group whose time zone is not known is shown in UTC, which is said, and hides no other
// group's times. Naming a zone mends it.
func TestAGroupWithAnUnknownZoneHidesNoOther(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	file := filepath.Join(t.TempDir(), "zone.db")
	run := func(args ...string) (out, said string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		now := func() time.Time { return time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC) }
		p := program{called: howCalled("circlekeeper"), out: &stdout, err: &stderr, now: now, machine: now}
		if code := p.run(t.Context(), append(args, "--database-url", "sqlite:"+file, "--log-level", "error")); code != exitFine {
			t.Errorf("%q ends with %d: %s", args, code, stderr.String())
		}
		return stdout.String(), stderr.String()
	}
	for _, g := range []string{"far", "near"} {
		run("group", "add", g, "--zone", "America/Denver", "--channel", "slack:C00000"+strings.ToUpper(g), "--pause", "2026-12-02")
		run("reminder", "add", "--group", g, "--topic", "agreements", "--at", "every Monday at 9:00")
	}
	db, err := sql.Open("sqlite", file)
	must(t, err)
	defer db.Close()
	if _, err := db.Exec("update groups set zone = 'Nowhere/Land' where id = 'far'"); err != nil {
		t.Fatal(err)
	}
	const says = `circlekeeper: group far: there is no time zone "Nowhere/Land"; write the zone of a place, such as America/Los_Angeles. Until then its reminders are not posted, and its times are shown in UTC: circlekeeper group set far --zone ZONE` + "\n"
	for args, want := range map[string][]string{
		"group list":                       {"until Wednesday, December 2, 2026 at 7:00 AM UTC", "until Wednesday, December 2, 2026 at 12:00 AM MST"},
		"reminder list":                    {"Monday, December 7, 2026 at 4:00 PM UTC", "Monday, December 7, 2026 at 9:00 AM MST"},
		"reminder next":                    {"near   agreements  Monday, December 7, 2026 at 9:00 AM MST"},
		"reminder next --until 2026-12-10": {"near   agreements  Monday, December 7, 2026 at 9:00 AM MST"},
		"reminder next --until 2026-12-10 --group far": {"nothing to list"},
		"reminder calendar":                            {"DTSTART;TZID=America/Denver:20261207T090000"},
	} {
		out, said := run(strings.Fields(args)...)
		if said != says {
			t.Errorf("%s says %q", args, said)
		}
		for _, w := range want {
			if !strings.Contains(out, w) {
				t.Errorf("%s shows\n%swant %q", args, out, w)
			}
		}
	}
	if _, said := run("reminder", "next", "--group", "near"); said != "" {
		t.Errorf("of another group it says %q", said)
	}
	run("group", "set", "far", "--zone", "America/Denver")
	if out, said := run("reminder", "next"); said != "" || strings.Count(out, "far ") != 3 {
		t.Errorf("once it is mended: %s%s", said, out)
	}
}
