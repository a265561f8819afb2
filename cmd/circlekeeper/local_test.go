package main

import (
	"testing"
	"time"

	"circlekeeper/bot"
)

func TestLengthsInISO8601(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "PT0S", 2 * time.Hour: "PT2H", 90 * time.Minute: "PT1H30M", 45 * time.Minute: "PT45M", 24 * time.Hour: "PT24H", time.Hour + 5*time.Second: "PT1H5S",
	} {
		if got := iso8601(d); got != want {
			t.Errorf("%s is %s, want %s", d, got, want)
		}
	}
}

func TestLocalMoments(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/Los_Angeles")
	must(t, err)
	for _, tt := range []struct {
		at   time.Time
		zone *time.Location
		want string
	}{
		{time.Date(2026, 12, 9, 2, 0, 0, 0, time.UTC), zone, "2026-12-08T18:00:00-08:00"},
		{time.Date(2026, 7, 9, 2, 0, 0, 0, time.UTC), zone, "2026-07-08T19:00:00-07:00"},
		{time.Date(2026, 12, 9, 2, 0, 0, 0, time.UTC), nil, "2026-12-09T02:00:00Z"},
		{time.Time{}, zone, ""},
		{bot.Forever, zone, ""},
	} {
		if got := local(tt.at, tt.zone); got != tt.want {
			t.Errorf("%s is %s, want %s", tt.at, got, tt.want)
		}
	}
}
