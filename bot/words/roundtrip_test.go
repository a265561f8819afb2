package words

import (
	"testing"

	"circlekeeper/scheduler"
)

// What is said of quiet hours can be typed again.
func TestQuietHoursAreReadBack(t *testing.T) {
	t.Parallel()
	for _, reader := range []string{"en-US", "en-GB", "es", "es-ES"} {
		r := books(t, "").Reader(reader)
		for _, hours := range []string{"21:00-08:00", "22:30-07:15", "00:00-06:00", "12:00-13:00"} {
			said := SayQuiet(r, hours)
			if got, err := scheduler.ParseQuiet(said); err != nil || got.String() != hours {
				t.Errorf("%s: %q is read back as %v, %v", reader, said, got, err)
			}
		}
	}
}
