package scheduler

import "testing"

// ways are how people write one thing, by what it is shown as.
type ways map[string][]string

// What people write of days, of times and of ends means the same wherever it stands, and
// whatever stands beside it.
func TestDaysTimesAndEndsGoTogether(t *testing.T) {
	t.Parallel()
	for name, way := range map[string]struct{ days, times, ends ways }{
		"English": {
			ways{
				"Mondays":                        {"every Monday", "Mondays", "Mon", "weekly on Monday"},
				"Tuesdays and Thursdays":         {"Tue & Thu", "Tu/Th", "every Tuesday and Thursday", "T, Th"},
				"every weekday":                  {"weekdays", "Mon-Fri", "Monday through Friday"},
				"the first Monday of each month": {"first Monday of the month", "monthly on the first Monday"},
				"the 15th of each month":         {"the 15th of each month", "the fifteenth of each month"},
				"every day except Sunday":        {"daily except Sundays", "every day but Sunday", "Mon-Sat"},
			},
			ways{
				"9:35 AM":  {"9:35am", "935am", "nine thirty-five am", "09:35", "twenty-five to ten in the morning", "25 to 10 am"},
				"6:45 PM":  {"18:45", "1845", "6.45 pm", "quarter to seven pm", "6:45 in the evening", "18h45"},
				"12:00 PM": {"noon", "12pm", "at midday"},
				"10:05 PM": {"22:05", "ten oh five pm", "five past ten at night"},
			},
			ways{
				"":                            {""},
				", until December 31, 2026":   {"until Dec 31", "through December", "till the end of the year"},
				", starting December 7, 2026": {"starting Dec 7", "beginning 12/7", "starting 7.12."},
			},
		},
		"Spanish": {
			ways{
				"Mondays":                        {"cada lunes", "los lunes", "c/lunes", "lun"},
				"Tuesdays and Thursdays":         {"martes y jueves", "mar y jue", "ma, ju"},
				"every weekday":                  {"de lunes a viernes", "entre semana", "días laborables", "L-V"},
				"the first Monday of each month": {"el primer lunes de cada mes", "1er lunes del mes"},
				"the 15th of each month":         {"el 15 de cada mes", "el día quince de cada mes"},
				"every day except Sunday":        {"todos los días menos el domingo", "de lunes a sábado"},
			},
			ways{
				"9:35 AM":  {"a las 9:35", "a las nueve y treinta y cinco", "a las 9 y 35", "a las diez menos veinticinco"},
				"6:45 PM":  {"a las 18:45", "a las siete menos cuarto de la tarde", "a las 6:45 p. m.", "un cuarto para las siete de la tarde"},
				"12:00 PM": {"al mediodía", "a las 12 del día"},
				"10:05 PM": {"a las diez y cinco de la noche", "a las 10 y 5 de la noche"},
			},
			ways{
				"":                            {""},
				", until December 31, 2026":   {"hasta el 31 de diciembre", "hasta fin de año"},
				", starting December 7, 2026": {"desde el 7 de diciembre", "a partir del 7 de dic"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(way.days, func(days, writtenDays string) {
				each(way.times, func(times, writtenTimes string) {
					each(way.ends, func(ends, writtenEnds string) {
						want := days + " at " + times + ends
						orders := []string{writtenDays + " " + writtenTimes + " " + writtenEnds, writtenTimes + " " + writtenDays + " " + writtenEnds}
						if writtenEnds != "" {
							orders = append(orders, writtenEnds+", "+writtenDays+" "+writtenTimes)
						}
						for _, text := range orders {
							if rule, err := reader("en-US").Rule(text); err != nil || rule.String() != want {
								t.Errorf("%q: %q, %v; want %q", text, rule, err, want)
							}
						}
					})
				})
			})
		})
	}
}

func each(w ways, yield func(shown, written string)) {
	for shown, all := range w {
		for _, written := range all {
			yield(shown, written)
		}
	}
}
