package bot

import (
	"strings"
	"testing"
	"time"
)

func TestParseDigest(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 17, 30, 0, 0, time.UTC) // Monday, 9:30 in Los Angeles
	for text, want := range map[string]string{
		"every Monday at 9:00":                      "2026-11-30T17:00:00Z",
		"every Monday at 9:00 America/Los_Angeles":  "2026-11-30T17:00:00Z",
		"every Monday at 9:00 Europe/Berlin":        "2026-11-30T08:00:00Z",
		"0 9 * * 1 America/New_York":                "2026-11-30T14:00:00Z",
		"every 1st of the month at 8:00":            "", // it was long ago
		"every Monday at 10:00 America/Los_Angeles": "", // not yet
		"off": "",
	} {
		d, err := ParseDigest(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		last, before, ok := d.Last("America/Los_Angeles", now)
		if ok != (want != "") || ok && last.At.Format(time.RFC3339) != want {
			t.Errorf("%q was last due %v, %t; want %s", text, last.At, ok, want)
		}
		if ok && last.At.Sub(before.At) != 7*24*time.Hour {
			t.Errorf("%q was due before at %v", text, before.At)
		}
		if _, _, ok := d.Last("", now); ok {
			t.Errorf("%q is due without any group", text)
		}
	}
	for _, text := range []string{"", "on", "weekly", "every Monday at 9:00 Nowhere/Land", "* * * * *", "Monday Europe/Berlin"} {
		if _, err := ParseDigest(text); err == nil {
			t.Errorf("%q is taken", text)
		} else if _, ok := ForPerson(err); !ok {
			t.Errorf("%q: %v is no sentence", text, err)
		}
	}
	for text, names := range map[string]string{
		"every second tuesdy at 9":             "tuesdy",
		"every second tuesdy":                  "tuesdy",
		"every Monday at 9:00 Europe/Berln":    "Europe/Berlin?",
		"every Mondy at 9:00 Europe/Berlin":    "Mondy",
		"sometimes":                            "you can add a time zone after",
		"every Monday at noone Europe/Nowhere": "noone",
	} {
		if _, err := ParseDigest(text); err == nil || !strings.Contains(err.Error(), names) || strings.Count(err.Error(), `"`+text) > 1 {
			t.Errorf("%q: %v, want %s to be named", text, err, names)
		}
	}
}
