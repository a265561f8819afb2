package main

import (
	"testing"
	"time"

	"circlekeeper/bot/changes"
)

// The day that is said when somebody signs is the day that is read back from the database later,
// also where the machine's clock shows another date than UTC.
func TestAReviewDayIsSaidAsItIsKept(t *testing.T) {
	t.Parallel()
	evening := time.Date(2026, 11, 29, 22, 55, 0, 0, time.FixedZone("PST", -8*60*60))
	by, err := reviewDay(nil, changes.Asker{Now: evening})
	if got, want := by.Format(time.DateOnly), by.UTC().Format(time.DateOnly); err != nil || got != want {
		t.Errorf("it is said as %s and kept as %s: %v", got, want, err)
	}
}
