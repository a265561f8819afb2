package scheduler

import (
	"testing"
	"time"
)

// Whatever zone, rule and sessions an occurrence came due by, its name is among those
// that a reminder with another rule tries for it.
func TestNames(t *testing.T) {
	t.Parallel()
	other, err := ParseRule("every day at 9:00")
	must(t, err)
	from := time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC)
	for _, zone := range []string{"Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Los_Angeles", "Europe/Berlin"} {
		for _, text := range []string{
			"every day at 9:00", "7 3 * * *", "0 * * * *", "1 hour before each session", "14 days before each session",
			"30 minutes before each session and at the end of each session", "1 day before each session and 2 hours before each session",
			"10 minutes after each session",
		} {
			r, err := ParseRule(text)
			must(t, err)
			c, err := NewCalendar(zone, "none", []SessionText{{Rule: "every Saturday at 18:15", Length: 23 * time.Hour}}, nil)
			must(t, err)
			o, ok := c.First(r, from)
			for n := 0; n < 8; n++ {
				if !ok {
					t.Fatalf("%s in %s: nothing is due", text, zone)
				}
				for late, spread := range map[time.Duration]time.Duration{0: 0, 24 * time.Hour: 0, 72 * time.Hour: 48 * time.Hour} {
					found := false
					for name := range other.Names(o.At.Add(late-spread), o.At.Add(late)) {
						if found = string(name) == o.Nominal.String(); found {
							break
						}
					}
					if !found {
						t.Errorf("%s in %s: %s, due %s, is not among its names %s later", text, zone, o.Nominal, o.At, late)
					}
				}
				o, ok = c.Next(r, o)
			}
		}
	}
}
