package scheduler_test

import (
	"fmt"
	"time"

	"circlekeeper/scheduler"
)

func Example() {
	group, err := scheduler.NewCalendar("America/Los_Angeles", "21:00-08:00",
		[]scheduler.SessionText{{Rule: "every Thursday at 18:00", Length: 90 * time.Minute}},
		[]string{"2026-12-24"})
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, 12, 10, 12, 0, 0, 0, time.UTC)
	for _, text := range []string{"30 minutes before each session", "every Monday at 22:00"} {
		rule, err := scheduler.ParseRule(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := group.Accept(rule, now); err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(rule.Describe("es-US"))
		for _, o := range group.Upcoming(rule, now, 3) {
			fmt.Println(o.At.In(group.Zone()).Format("Monday 2 January 15:04"))
		}
	}
	// Output:
	// 30 minutos antes de cada sesión
	// Thursday 10 December 17:30
	// Thursday 17 December 17:30
	// Thursday 31 December 17:30
	// 10:00 PM is within this group's quiet hours, 9:00 PM to 8:00 AM. The nearest time allowed is 8:45 PM: write "Mondays at 8:45 PM".
}
