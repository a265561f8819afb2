package bot

import (
	"encoding/json"
	"testing"
	"time"

	"circlekeeper/scheduler"
)

// A reason comes back from its record as it was, also from a record of an older program. Text that
// cannot be read becomes the detail.
func TestReasonsOnRecord(t *testing.T) {
	t.Parallel()
	at, err := scheduler.ParseCivil("2026-12-08T18:00")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		why    Reason
		record string
	}{
		{Reason{}, ""},
		{Reason{Code: Late}, ""},
		{Reason{Code: Limited}, ""},
		{Limited.For(90 * time.Minute), "1h30m0s"},
		{Slowmode.For(2 * time.Hour), "2h0m0s"},
		{ClockMoved.For(-960*time.Hour - 2*time.Second), "-960h0m2s"},
		{NoDatabase.For(41 * time.Second), "41s"},
		{Reason{Code: LateGap, Before: at}, "2026-12-08T18:00"},
		{LateGap.With("last week"), "last week"},
		{ClockAhead.With("some days"), "some days"},
		{Unreachable.With("1h30m0s"), "1h30m0s"}, // an adapter's words are not read as a length
		{CardsDiffer.With("ab12, cd34"), "ab12, cd34"},
	} {
		if got := tc.why.Record(); got != tc.record {
			t.Errorf("%+v is on record as %q, want %q", tc.why, got, tc.record)
		}
		if got := tc.why.Code.OnRecord(tc.record); got != tc.why {
			t.Errorf("%q of %s is read as %+v, want %+v", tc.record, tc.why.Code, got, tc.why)
		}
		text, err := json.Marshal(tc.why)
		var got Reason
		if err == nil {
			err = json.Unmarshal(text, &got)
		}
		if err != nil || got != tc.why {
			t.Errorf("%s is read as %+v (%v), want %+v", text, got, err, tc.why)
		}
	}
	var old Reason
	if err := json.Unmarshal([]byte(`{"Code":"clock_moved","Detail":"1h0m0s"}`), &old); err != nil || old != ClockMoved.For(time.Hour) {
		t.Errorf("an older program's record is read as %+v (%v)", old, err)
	}
}
