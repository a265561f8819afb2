package scheduler

import (
	"testing"
	"time"
)

func BenchmarkParseRule(b *testing.B) {
	for _, text := range []string{"0 9 * * 1-5", "every Monday and Thursday at 18:30", "30 minutes before each session", "every 2 weeks on Monday at 9:00 AM, starting December 7, 2020", "the first Monday of each month at 9:00 AM"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseRule(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNext(b *testing.B) {
	c := calendar(b, "America/Los_Angeles", "21:00-08:00", []string{"every Monday at 18:00", "every Thursday at 18:00"}, nil)
	for _, text := range []string{"every day at 9:00", "0 9 29 2 *", "0 * * * *", "30 minutes before each session", "every 2 weeks on Monday at 9:00 AM, starting December 7, 2020", "the last Friday of each month at 9:00 AM"} {
		r := rule(b, text)
		o, _ := c.First(r, time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC))
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := c.Next(r, o); !ok {
					b.Fatal("none")
				}
			}
		})
	}
	b.Run("never", func(b *testing.B) {
		r := rule(b, "0 0 31 2 *")
		for b.Loop() {
			if _, ok := c.First(r, time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)); ok {
				b.Fatal("31 February")
			}
		}
	})
}

// BenchmarkPlan is the scheduler's share of planning one due reminder: read its
// rule, build its group's calendar, find what follows.
func BenchmarkPlan(b *testing.B) {
	sessions := []SessionText{{"every Monday at 18:00", time.Hour}, {"every Thursday at 18:00", time.Hour}}
	skips := []string{"2026-12-24", "2026-12-31..2027-01-02"}
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for b.Loop() {
		c, err := NewCalendar("America/Los_Angeles", "21:00-08:00", sessions, skips)
		if err != nil {
			b.Fatal(err)
		}
		r, err := ParseRule("every weekday at 9:00")
		if err != nil {
			b.Fatal(err)
		}
		o, _ := c.First(r, now)
		if _, ok := c.Next(r, o); !ok || c.Skipped(o) {
			b.Fatal("none")
		}
	}
}

func BenchmarkSuggest(b *testing.B) {
	for _, typed := range []string{"", "every mon", "first", "30 m", "cada lu", "tomorrow at 8", "every other Monday at 9am", "xyzzy"} {
		b.Run(typed, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				reader("en-US").Suggest(typed)
			}
		})
	}
}
