package scheduler

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseRule(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, canonical string }{
		{"every day at 9:00", "every day at 9:00 AM"},
		{"  Every   DAY at 9am ", "every day at 9:00 AM"},
		{"daily at 9 pm", "every day at 9:00 PM"},
		{"every day at 12am", "every day at 12:00 AM"},
		{"every day at 12:30 p.m.", "every day at 12:30 PM"},
		{"every day at noon", "every day at 12:00 PM"},
		{"every weekday at 9:00", "every weekday at 9:00 AM"},
		{"Monday to Friday at 9", "every weekday at 9:00 AM"},
		{"fri-sun at 9", "Fridays, Saturdays and Sundays at 9:00 AM"},
		{"every weekend at 10:00", "Saturdays and Sundays at 10:00 AM"},
		{"every Monday at 9:00", "Mondays at 9:00 AM"},
		{"at 9:00 on Mondays", "Mondays at 9:00 AM"},
		{"every Monday and Thursday at 18:30", "Mondays and Thursdays at 6:30 PM"},
		{"Mondays, Wednesdays and Fridays at 7:15", "Mondays, Wednesdays and Fridays at 7:15 AM"},
		{"Mon, Tues, thurs at 7:15", "Mondays, Tuesdays and Thursdays at 7:15 AM"},
		{"every day at 9:00 and 17:00", "every day at 9:00 AM and 5:00 PM"},
		{"every 1st of the month at 10:00", "the 1st of each month at 10:00 AM"},
		{"1st of the month at 10:00", "the 1st of each month at 10:00 AM"},
		{"the 1st, 15th and 22nd at 10:00", "the 1st, 15th and 22nd of each month at 10:00 AM"},
		{"30 minutes before each session", "30 minutes before each session"},
		{"1 hour before each session", "1 hour before each session"},
		{"an hour and 15 min before sessions", "1 hour and 15 minutes before each session"},
		{"90 minutes before every session", "1 hour and 30 minutes before each session"},
		{"48 hours before each session", "2 days before each session"},

		{"todos los días a las 9:00", "every day at 9:00 AM"},
		{"cada día laborable a las 9", "every weekday at 9:00 AM"},
		{"de lunes a viernes a las 09:00", "every weekday at 9:00 AM"},
		{"lunes y jueves a las 18:30", "Mondays and Thursdays at 6:30 PM"},
		{"los sábados a la 1:00", "Saturdays at 1:00 AM"},
		{"el día 1 de cada mes a las 10:00", "the 1st of each month at 10:00 AM"},
		{"30 minutos antes de cada sesión", "30 minutes before each session"},
		{"una hora antes de cada sesión", "1 hour before each session"},

		{"0 9 * * *", "every day at 9:00 AM"},
		{"0 9 * * 1", "Mondays at 9:00 AM"},
		{"0 9 * * MON-fri", "every weekday at 9:00 AM"},
		{"30 7,19 * * 0", "Sundays at 7:30 AM and 7:30 PM"},
		{"0 10 1 * *", "the 1st of each month at 10:00 AM"},
		{"0 9 1-31 * *", "every day at 9:00 AM"},
		{"0 9 */1 1-12 0-6", "every day at 9:00 AM"},
		{"0 9 1-31 * 1", "every day at 9:00 AM"}, // either day field matches
		{"0 9 * * 0-6", "every day at 9:00 AM"},
		{"0 9 1 * 1", "Mondays at 9:00 AM and the 1st of each month at 9:00 AM"},
		{"0 */2 * * *", "every day at 12:00 AM, 2:00 AM, 4:00 AM, 6:00 AM, 8:00 AM, 10:00 AM, 12:00 PM, 2:00 PM, 4:00 PM, 6:00 PM, 8:00 PM and 10:00 PM"},
		{"0 9-17 * * *", "every day at 9:00 AM, 10:00 AM, 11:00 AM, 12:00 PM, 1:00 PM, 2:00 PM, 3:00 PM, 4:00 PM and 5:00 PM"},
		{"5 * * * *", "every day, every hour at minute 5"},
		{"5 0-23 * * *", "every day, every hour at minute 5"},
		{"0 9 * jan,jul *", "every day in January and July at 9:00 AM"},
		{"0 0 31 2 *", "0 0 31 2 *"},
		{"0 9 * * 7", "Sundays at 9:00 AM"},
		{"0 9 * * 5-7", "Fridays, Saturdays and Sundays at 9:00 AM"},
		{"every day at 9:00 and 17:30", "every day at 9:00 AM and 5:30 PM"},
		{"every Monday at 5", "Mondays at 5:00 AM"}, // as it was stored
		{"every Monday at 5:00", "Mondays at 5:00 AM"},
		{"every Sunday at midnight", "Sundays at 12:00 AM"},
		{"el lunes a las 6", "Mondays at 6:00 AM"},
		{"every 31st of the month at 9:00", "the 31st of each month that has one at 9:00 AM"},
		{"1 day before each session", "1 day before each session"},
		{"30 minutes after each session", "30 minutes after each session"},
		{"*/30 9 * * *", "every day at 9:00 AM and 9:30 AM"},
	} {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			r, err := ParseRule(tt.text)
			must(t, err)
			if got := r.String(); got != tt.canonical {
				t.Errorf("String() = %q, want %q", got, tt.canonical)
			}
			again, err := ParseRule(r.String())
			if err != nil || !again.Equal(r) {
				t.Errorf("ParseRule(String()) = %v, %v", again, err)
			}
		})
	}
}

func TestParseRuleRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, says string }{
		{"", "every Monday at 9:00"},
		{"   ", "empty"},
		{strings.Repeat("monday ", 400), "longer"},
		{"TZ=UTC", "zone does not belong here"},
		{"TZ=UTC 0 9 * * *", "zone does not belong here"},
		{"CRON_TZ=Asia/Tokyo 0 9 * * *", "zone does not belong here"},
		{"@daily", "every day at 9:00"},
		{"@every 1s", "every day at 9:00"},
		{"0 9 * *", "five fields"},
		{"0 0 9 * * *", "five fields"},
		{"*", "five fields"},
		{"0 9 ? * *", "day of the month"},
		{"*/90 * * * *", "does not mean every 90"},
		{"0 */24 * * *", "does not mean every 24"},
		{"0 9 L * *", "the last day of each month"},
		{"0 9 * * 1#2", "the first Monday"},
		{"60 9 * * *", "0 to 59"},
		{"-1 9 * * *", "0 to 59"},
		{"0 9 * 13 *", "1 to 12"},
		{"0 17-9 * * *", "hour"},
		{", 9 * * *", "empty part"},
		{"0,,5 9 * * *", "empty part"},
		{"*/0 9 * * *", "minute"},
		{"0/99999999999999999999 9 * * *", "minute"},
		{"0 9 * * *; drop", "five fields"},
		{"every Monday", "at what time"},
		{"at 9:00", "on which days"},
		{"every Monday not at 9:00", `"not"`},
		{"every other Monday at 9:00", "its first day"},
		{"every Monday and the 1st at 9:00", "mixes"},
		{"tomorrow at 9:00", "write the date"},
		{"December 24 at 9:00", "no year"},
		{"every 2 days at 9:00", "its first day"},
		{"every 5 at 9:00", `"5"`},
		{"every month at 9:00", "which day of the month"},
		{"every day at 25:00", `"25:00"`},
		{"every day at 13pm", `"13pm"`},
		{"every day at 9:5", `"9:5"`},
		{"every 2th of the month at 9:00", `"2th"`},
		{"before each session", "how long"},
		{"30 before each session", "how long"},
		{"after each session", "at the end"},
		{"0 minutes before each session", "at the start"},
		{"15 days before each session", "14 days"},
		{"\xff\xfe", "understood"},
	} {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			r, err := ParseRule(tt.text)
			if err == nil {
				t.Fatalf("accepted as %q", r)
			}
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %q does not say %q", err, tt.says)
			}
			if strings.Contains(err.Error(), "failed to parse") {
				t.Errorf("error %q is not for people", err)
			}
		})
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ rule, en, es, british string }{
		{"0 9 * * *", "every day at 9:00 AM", "todos los días a las 9:00 a. m.", "every day at 09:00"},
		{"0 1 * * 1-5", "every weekday at 1:00 AM", "de lunes a viernes a la 1:00 a. m.", "every weekday at 01:00"},
		{"45 18 * * 2,5", "Tuesdays and Fridays at 6:45 PM", "los martes y viernes a las 6:45 p. m.", "Tuesdays and Fridays at 18:45"},
		{"0 10 * * 1-6", "every day except Sunday at 10:00 AM", "todos los días excepto el domingo a las 10:00 a. m.", "every day except Sunday at 10:00"},
		{"0 10 * * 0,6", "Saturdays and Sundays at 10:00 AM", "los sábados y domingos a las 10:00 a. m.", "Saturdays and Sundays at 10:00"},
		{"0 10 1 * *", "the 1st of each month at 10:00 AM", "el día 1 de cada mes a las 10:00 a. m.", "the 1st of each month at 10:00"},
		{"0 10 1,15 * *", "the 1st and 15th of each month at 10:00 AM", "los días 1 y 15 de cada mes a las 10:00 a. m.", "the 1st and 15th of each month at 10:00"},
		{"0 9 1 * 1", "Mondays at 9:00 AM and the 1st of each month at 9:00 AM", "los lunes a las 9:00 a. m. y el día 1 de cada mes a las 9:00 a. m.", "Mondays at 09:00 and the 1st of each month at 09:00"},
		{"0 9 * 1,7 *", "every day in January and July at 9:00 AM", "todos los días en enero y julio a las 9:00 a. m.", "every day in January and July at 09:00"},
		{"0 12 1 1 *", "every year on January 1 at 12:00 PM", "cada año el 1 de enero a las 12:00 p. m.", "every year on January 1 at 12:00"},
		{"5 * * * *", "every day, every hour at minute 5", "todos los días, cada hora en el minuto 5", "every day, every hour at minute 5"},
		{"0 9,13 * * *", "every day at 9:00 AM and 1:00 PM", "todos los días a las 9:00 a. m. y a la 1:00 p. m.", "every day at 09:00 and 13:00"},
		{"first Monday of the month at 9am", "the first Monday of each month at 9:00 AM", "el primer lunes de cada mes a las 9:00 a. m.", "the first Monday of each month at 09:00"},
		{"second and fourth Friday at 16:00", "the second and fourth Friday of each month at 4:00 PM", "el segundo y el cuarto viernes de cada mes a las 4:00 p. m.", "the second and fourth Friday of each month at 16:00"},
		{"last day of the month at 9am", "the last day of each month at 9:00 AM", "el último día de cada mes a las 9:00 a. m.", "the last day of each month at 09:00"},
		{"the 15th and the last day of the month at 9am", "the 15th and the last day of each month at 9:00 AM", "el día 15 y el último día de cada mes a las 9:00 a. m.", "the 15th and the last day of each month at 09:00"},
		{"every 2 weeks on Monday at 9am starting December 7, 2026", "every 2 weeks on Monday at 9:00 AM, starting December 7, 2026", "cada 2 semanas el lunes a las 9:00 a. m., desde el 7 de diciembre de 2026", "every 2 weeks on Monday at 09:00, starting 7 December 2026"},
		{"every 3 months on the 1st at 10am starting 2027-01-01", "every 3 months on the 1st at 10:00 AM, starting January 1, 2027", "cada 3 meses el día 1 a las 10:00 a. m., desde el 1 de enero de 2027", "every 3 months on the 1st at 10:00, starting 1 January 2027"},
		{"every Monday at 9am until December 31, 2027", "Mondays at 9:00 AM, until December 31, 2027", "los lunes a las 9:00 a. m., hasta el 31 de diciembre de 2027", "Mondays at 09:00, until 31 December 2027"},
		{"2026-12-24 at 10am", "on Thursday, December 24, 2026 at 10:00 AM", "el jueves, 24 de diciembre de 2026 a las 10:00 a. m.", "on Thursday 24 December 2026 at 10:00"},
		{"Mondays at 9am, Thursdays at 5pm", "Mondays at 9:00 AM and Thursdays at 5:00 PM", "los lunes a las 9:00 a. m. y los jueves a las 5:00 p. m.", "Mondays at 09:00 and Thursdays at 17:00"},
		{"75 minutes before each session", "1 hour and 15 minutes before each session", "1 hora y 15 minutos antes de cada sesión", "1 hour and 15 minutes before each session"},
		{"24 hours and 1 hour before each session", "1 day before and 1 hour before each session", "1 día antes y 1 hora antes de cada sesión", "1 day before and 1 hour before each session"},
		{"at the start of each session", "at the start of each session", "al inicio de cada sesión", "at the start of each session"},
		{"right after each session", "at the end of each session", "al final de cada sesión", "at the end of each session"},
		{"10 minutes after each session", "10 minutes after each session", "10 minutos después de cada sesión", "10 minutes after each session"},
	} {
		r := rule(t, tt.rule)
		if got := r.Describe("en"); got != tt.en {
			t.Errorf("%s: en %q, want %q", tt.rule, got, tt.en)
		}
		if got := r.Describe("es-US"); got != tt.es {
			t.Errorf("%s: es %q, want %q", tt.rule, got, tt.es)
		}
		if got := r.Describe("en-GB"); got != tt.british {
			t.Errorf("%s: en-GB %q, want %q", tt.rule, got, tt.british)
		}
		if got := r.Describe("de"); got != tt.en {
			t.Errorf("%s: an unknown language gives %q, want English", tt.rule, got)
		}
	}
}

// rule reads a rule that the test knows to be right.
func rule(t testing.TB, s string) Rule {
	t.Helper()
	r, err := ParseRule(s)
	must(t, err)
	return r
}

// anyRule draws rules of every kind.
func anyRule() *rapid.Generator[Rule] {
	return rapid.Custom(func(t *rapid.T) Rule {
		if rapid.IntRange(0, 5).Draw(t, "kind") == 0 {
			var leads []Lead
			for range rapid.IntRange(1, 3).Draw(t, "leads") {
				leads = append(leads, Lead{rapid.IntRange(-48*60, 300).Draw(t, "minutes"), rapid.Bool().Draw(t, "end")})
			}
			return leadsOf(leads...)
		}
		if rapid.IntRange(0, 9).Draw(t, "hourly") == 0 {
			return ruleOf(part{days: anyDays(t, rapid.IntRange(0, 3).Draw(t, "days")), times: []int{rapid.IntRange(0, 59).Draw(t, "minute")}, hourly: true})
		}
		var parts []part
		for range rapid.IntRange(1, 3).Draw(t, "parts") {
			times := rapid.SliceOfNDistinct(rapid.IntRange(0, dayMinutes-1), 1, 3, func(m int) int { return m }).Draw(t, "times")
			parts = append(parts, part{days: anyDays(t, rapid.IntRange(0, 9).Draw(t, "days")), times: times})
		}
		return ruleOf(parts...)
	})
}

// anyDays draws days of a kind: with and without intervals and bounds.
func anyDays(t *rapid.T, kind int) days {
	day := rapid.Int32Range(dayNumber(2025, 1, 1), dayNumber(2032, 1, 1)).Draw(t, "day")
	every := uint16(rapid.IntRange(2, 9).Draw(t, "every"))
	dow := uint8(rapid.IntRange(1, everyDow).Draw(t, "dow"))
	nth := func() (out [7]uint8) {
		for range rapid.IntRange(1, 3).Draw(t, "weekdays") {
			out[rapid.IntRange(0, 6).Draw(t, "weekday")] |= 1 << rapid.IntRange(0, 6).Draw(t, "nth")
		}
		return out
	}
	dom := func(most int) (out uint32) {
		for range rapid.IntRange(1, 4).Draw(t, "dates") {
			out |= 1 << rapid.IntRange(0, most).Draw(t, "date")
		}
		return out
	}
	months := uint16(rapid.IntRange(1, 1<<12-2).Draw(t, "months")) << 1
	begin := func(d days) days { // an interval counts from one of its days
		plain := d
		plain.unit, plain.every = noUnit, 0
		d.from, _ = plain.next(day)
		return d
	}
	var d days
	switch kind {
	case 0:
		d = days{dow: dow}
	case 1:
		d = days{dow: everyDow}
	case 2:
		d = days{dom: dom(31)}
	case 3:
		d = days{dow: dow, months: months}
	case 4:
		d = days{nth: nth()}
	case 5:
		return days{dow: everyDow, from: day, until: day}
	case 6:
		d = begin(days{dow: dow, unit: weekUnit, every: every})
	case 7:
		d = begin(days{dom: dom(28), unit: monthUnit, every: every})
	case 8:
		d = begin(days{dow: everyDow, unit: dayUnit, every: every})
	default:
		d = days{dom: dom(28), months: months}
		if rapid.Bool().Draw(t, "weekdays of months") {
			d = days{nth: nth(), months: months}
		}
	}
	if d.from == 0 && rapid.Bool().Draw(t, "from") {
		d.from = day
	}
	if rapid.Bool().Draw(t, "until") {
		d.until = max(d.from, day) + rapid.Int32Range(40, 800).Draw(t, "lasts")
	}
	return d
}

// TestShownTextIsTheRule types what is shown of any rule, in all locales, again.
func TestShownTextIsTheRule(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := anyRule().Draw(t, "rule")
		if again, err := ParseRule(r.String()); err != nil || !again.Equal(r) {
			t.Fatalf("ParseRule(%q) = %v, %v", r, again, err)
		}
		for _, locale := range shownLocales() {
			shown := r.Describe(locale)
			if again, err := ParseRule(shown); err != nil || !again.Equal(r) {
				t.Fatalf("%s: ParseRule(%q) = %v, %v", locale, shown, again, err)
			}
			typist := Reader{Locale: locale, Zone: "America/Los_Angeles", Now: time.Date(2024, 11, 24, 18, 0, 0, 0, time.UTC)}
			_, due := r.nextCivil(typist.now().minutes)
			if len(shown) > maxTyped || r.crowded() || !r.BySession() && !due {
				continue
			}
			if again, err := typist.Rule(shown); err != nil || !again.Equal(r) {
				t.Fatalf("%s: Rule(%q) = %v, %v", locale, shown, again, err)
			}
		}
	})
}

// TestShownDayIsTheDay types what is shown of any days and moments, in all locales,
// again.
func TestShownDayIsTheDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.Int32Range(dayNumber(2026, 11, 25), dayNumber(2040, 1, 1)).Draw(t, "first")
		last := first + rapid.Int32Range(0, 500).Draw(t, "days")
		moment := Civil{minutes: int64(first)*dayMinutes + rapid.Int64Range(0, dayMinutes-1).Draw(t, "minute")}
		dates := DatesBetween(Civil{minutes: int64(first) * dayMinutes}, Civil{minutes: int64(last) * dayMinutes})
		for _, locale := range shownLocales() {
			typist := reader(locale)
			for _, shown := range []string{dates.offer(locale), dates.String()} {
				if again, err := typist.Skip(shown); err != nil || again != dates {
					t.Fatalf("%s: Skip(%q) = %v, %v; want %v", locale, shown, again, err, dates)
				}
			}
			for _, shown := range []string{dateText(first).Say(VoiceOf(locale)), dates.From().Time().Format(time.DateOnly)} {
				if again, err := typist.Until(shown); err != nil || again.day() != first {
					t.Fatalf("%s: Until(%q) = %v, %v", locale, shown, again, err)
				}
			}
			shown := MomentText(moment).Say(VoiceOf(locale))
			if again, err := typist.Rule(shown); err != nil || !again.Equal(OnDates(moment)) {
				t.Fatalf("%s: Rule(%q) = %v, %v; want %v", locale, shown, again, err, moment)
			}
		}
	})
}

// shownLocales are readers of both languages with every way to write dates and clocks.
func shownLocales() []string {
	return []string{"en-US", "en-GB", "es-US", "es-MX", "es-ES", "en", "es", "en-AU"}
}

func FuzzParseRule(f *testing.F) {
	for _, s := range []string{"TZ=UTC", "@every 1s", "0 9 * * 1", "*/90 * * * *", "every Monday and Thursday at 18:30",
		"30 minutes before each session", "1st of the month at 10:00", "de lunes a viernes a las 9", "0 0 31 2 *", "mon-fri at 9am"} {
		f.Add(s)
	}
	c, err := NewCalendar("America/Los_Angeles", "none", []SessionText{{"every Monday at 18:00", time.Hour}}, nil)
	if err != nil {
		f.Fatal(err)
	}
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRule(s)
		if err != nil {
			if err.Error() == "" {
				t.Fatal("silent error")
			}
			return
		}
		if again, err := ParseRule(r.String()); err != nil || !again.Equal(r) {
			t.Fatalf("%q: String() = %q is read as %v, %v", s, r, again, err)
		}
		if r.Describe("en") == "" || r.Describe("es") == "" {
			t.Fatalf("%q has no description", s)
		}
		o, ok := c.First(r, now)
		if !ok && c.Accept(r, now) == nil {
			t.Fatalf("%q would never apply and is accepted", s)
		}
		if ok && o.At.Before(now) {
			t.Fatalf("%q: first at %v is past", s, o.At)
		}
	})
}
