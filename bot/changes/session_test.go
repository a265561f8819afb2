package changes

import (
	"slices"
	"testing"
	"time"

	"circlekeeper/scheduler"
)

// A session that was moved and then cancelled is forgotten as one, or it would take place
// again: first planned long ago, it was moved to a day not so long ago.
func TestACancelledMoveIsForgottenAsOne(t *testing.T) {
	t.Parallel()
	s := New(Config{Now: func() time.Time { return time.Date(2027, 3, 10, 12, 0, 0, 0, time.UTC) }}).Sessions
	civil := func(text string) (c scheduler.Civil) {
		if err := c.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		return c
	}
	moved := []scheduler.Exception{{Start: civil("2027-01-01T18:00"), To: civil("2027-03-15T18:00")}, {Start: civil("2027-01-01T18:00")}}
	past := []scheduler.Exception{{Start: civil("2027-01-02T18:00"), To: civil("2027-01-03T18:00")}, {Start: civil("2027-01-02T18:00")}}
	next := []scheduler.Exception{{Start: civil("2027-03-16T18:00")}}
	got := s.withExceptions(slices.Concat(past, moved), next[0].Start, next)
	if want := slices.Concat(moved, next); !slices.Equal(got, want) {
		t.Errorf("kept %v, want %v", got, want)
	}
}
