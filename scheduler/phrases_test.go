package scheduler

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// What people write, what it is shown as, and what is refused with which words.
func TestPhrasesAreUnderstood(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Tuesdays and Thursdays 7:15pm":             "Tuesdays and Thursdays at 7:15 PM",
		"9am every Monday":                          "Mondays at 9:00 AM",
		"noon on Fridays":                           "Fridays at 12:00 PM",
		"Mon-Fri 8am":                               "every weekday at 8:00 AM",
		"Monday to Friday at 8":                     "every weekday at 8:00 AM",
		"each weekend at 10":                        "Saturdays and Sundays at 10:00 AM",
		"3rd Wednesday at 4pm":                      "the third Wednesday of each month at 4:00 PM",
		"every last Friday at 3 pm":                 "the last Friday of each month at 3:00 PM",
		"first and third Monday of each month, 6pm": "the first and third Monday of each month at 6:00 PM",
		"every fortnight on Tuesday at 9am":         "every 2 weeks on Tuesday at 9:00 AM, starting December 1, 2026",
		"every 6 weeks on Friday at noon":           "every 6 weeks on Friday at 12:00 PM, starting November 27, 2026",
		"twice a week on Monday and Friday at 9am":  "Mondays and Fridays at 9:00 AM",
		"every Monday at quarter to six pm":         "Mondays at 5:45 PM",
		"every Monday at nine thirty":               "Mondays at 9:30 AM",
		"Wednesdays 18h30":                          "Wednesdays at 6:30 PM",
		"every day except Saturday and Sunday, 9am": "every weekday at 9:00 AM",
		"the day after tomorrow at 9am":             "on Thursday, November 26, 2026 at 9:00 AM",
		"this Friday at 5pm":                        "on Friday, November 27, 2026 at 5:00 PM",
		"Thursday, December 24 at 10am":             "on Thursday, December 24, 2026 at 10:00 AM",
		"every December 24 at 10am":                 "every year on December 24 at 10:00 AM",
		"every Monday at 9am for 6 weeks":           "Mondays at 9:00 AM, until January 10, 2027",
		"two days before each session":              "2 days before each session",
		"when each session starts":                  "at the start of each session",
		"right after each session":                  "at the end of each session",
		"cada martes y jueves a las 7 de la noche":  "Tuesdays and Thursdays at 7:00 PM",
		"cada 15 días los lunes a las 9":            "every 2 weeks on Monday at 9:00 AM, starting November 30, 2026",
		"quincenal los lunes a las 9":               "every 2 weeks on Monday at 9:00 AM, starting November 30, 2026",
		"último viernes del mes a las 16:00":        "the last Friday of each month at 4:00 PM",
		"los fines de semana a las 10":              "Saturdays and Sundays at 10:00 AM",
		"de lunes a viernes a las 8 y cuarto":       "every weekday at 8:15 AM",
		"pasado mañana a las 9":                     "on Thursday, November 26, 2026 at 9:00 AM",
		"el próximo lunes a las 9":                  "on Monday, November 30, 2026 at 9:00 AM",
		"el 24 de diciembre a las 10":               "on Thursday, December 24, 2026 at 10:00 AM",
		"el 1.º de cada mes a las 9":                "the 1st of each month at 9:00 AM",
		"todos los días menos el domingo a las 9":   "every day except Sunday at 9:00 AM",
		"dos horas antes de cada sesión":            "2 hours before each session",
		"al terminar cada sesión":                   "at the end of each session",
	} {
		r, err := reader("en-US").Rule(text)
		if err != nil || r.String() != want {
			t.Errorf("%q: %q, %v; want %q", text, r, err, want)
		}
	}
	for text, says := range map[string]string{
		"every third Tuesday at 9am":              "every 3 weeks",
		"el lunes a las 9":                        "may mean two things",
		"on the 15th at 9am":                      "may mean two things",
		"the 31st of each month at 9am":           "last day",
		"twice a week at 9am":                     "on which days",
		"next week":                               "understood",
		"the day before each session at 6pm":      "time of day",
		"after each session":                      "how long",
		"every Friday at midnight":                "may mean two things",
		"every Monday not at 9am":                 "understood",
		"every mondya at 9am":                     "Monday",
		"yesterday at 9am":                        "understood",
		"every hour":                              "often",
		"bimonthly on Monday at 9am":              "two things",
		"every Monday at 9 and 5pm":               "may be",
		"every other Monday starting December 8":  "time",
		"every Monday at 9am except December 28":  "skip",
		"Mondays at 9am and 1 hour before group":  "one rule for each",
		"2025-01-01 at 9:00":                      "over",
		"Friday, December 24 at 9am":              "Thursday",
		"cada lunes a las 9:00 hora del Pacífico": "America/Los_Angeles",
		"in 2 hours, 90 minutes":                  `is not quite clear; if you mean this, write "on Tuesday, November 24, 2026 at 1:30 PM"`,
		// The unknown word is to blame, not the known one before it.
		"every second blarg":               `: "blarg" is not understood`,
		"first blarg of the month at 9am":  `: "blarg" is not understood`,
		"every 2 blargs at 9am":            `: "blargs" is not understood`,
		"every other blarg at 9am":         `: "blarg" is not understood`,
		"cada segundo blarg a las 9":       `: "blarg" is not understood`,
		"two blargs before each session":   `: "blargs" is not understood`,
		"30 blargs before each session":    `: "blargs" is not understood`,
		"every 5 o'clock":                  `: "5" is not understood`,
		"every 2 nights":                   `: "2" is not understood`,
		"cada 5 en punto":                  `: "5" is not understood`,
		"every second at 9am":              `: "second" is not understood`,
		"every second tuesdy":              "did you mean Tuesday?",
		"30 minuts before each session":    "did you mean minutes?",
		"every second flurb tuesdy at 9am": "did you mean Tuesday?",
	} {
		r, err := reader("en-US").Rule(text)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %q, %v; want %q", text, r, err, says)
		}
	}
}

// What may mean two things is refused with both written out, for a session also where its
// length is missing; what is wrong in each meaning is said instead.
func TestSessionsThatMayMeanTwoThings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Monday at 6, 90 minutes": `"at 6" may be 6:00 AM (06:00) or 6:00 PM (18:00): write "Mondays at 6:00 AM, 1 hour and 30 minutes" or "Mondays at 6:00 PM, 1 hour and 30 minutes"`,
		"Monday at 6":             `"Monday at 6" may mean two things, and it does not say how long the session takes: write "Mondays at 6:00 AM, 1 hour" or "Mondays at 6:00 PM, 1 hour", with the right length`,
		"every third Tuesday 6pm": `"every third Tuesday 6pm" may mean two things, and it does not say how long the session takes: write "every 3 weeks on Tuesday at 6:00 PM, starting November 24, 2026, 1 hour" or "the third Tuesday of each month at 6:00 PM, 1 hour", with the right length`,
		"Monday 18h":              `session "Monday 18h": it does not say how long the session takes; write its length, such as "every Monday at 6:00 PM, 90 minutes"`,
		"Monday 90m":              `session "Monday 90m": it does not say at what time; write for example "every Monday at 9:00 AM"`,
		"Monday at 6, 30 hours":   `session "Monday at 6, 30 hours": a session cannot last 30 hours; write a length between 1 minute and 24 hours, such as 90m`,
		"every Monday at 6 until 2020-01-01, 90 minutes": `session "every Monday at 6 until 2020-01-01, 90 minutes": This rule is over: all its dates are past. Write a later day, or leave out the last day.`,
	} {
		if _, _, err := reader("en-US").Session(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v\nwant %s", text, err, want)
		}
	}
}

// TestPhraseTable reads testdata/phrases.tsv; see its first lines.
func TestPhraseTable(t *testing.T) {
	t.Parallel()
	table, err := os.ReadFile("testdata/phrases.tsv")
	must(t, err)
	lines := 0
	for line := range strings.Lines(string(table)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if len(fields) != 3 {
			t.Fatalf("%q has not three fields", line)
		}
		lines++
		field, locale, _ := strings.Cut(fields[0], " ")
		got, err := readField(reader(cmp.Or(locale, "en-US")), field, fields[1])
		says, refuse := strings.CutPrefix(fields[2], "refuse: ")
		switch {
		case refuse && (err == nil || !strings.Contains(err.Error(), says)):
			t.Errorf("%s %q: %q, %v; want an error with %q", fields[0], fields[1], got, err, says)
		case !refuse && (err != nil || got != fields[2]):
			t.Errorf("%s %q: %q, %v; want %q", fields[0], fields[1], got, err, fields[2])
		}
	}
	if lines < 500 {
		t.Errorf("the table has %d lines", lines)
	}
}

// What says how often, or on which day, but not when, is refused with what may be meant.
func TestWhatIsOfferedForNoTime(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"every 4 hours":                    {"every day at 8:00 AM, 12:00 PM, 4:00 PM and 8:00 PM"},
		"every other hour":                 {"every day at 8:00 AM, 10:00 AM, 12:00 PM, 2:00 PM, 4:00 PM, 6:00 PM and 8:00 PM"},
		"every 4 hours on Mondays":         nil,
		"every 90 minutes":                 nil,
		"the day before the meeting":       {"1 day before each session"},
		"1 hour before and the day before": nil,
		"la víspera de cada sesión":        {"1 day before each session"},
		"evenings at 7":                    {"every day at 7:00 PM"},
		"por las mañanas a las 8":          {"every day at 8:00 AM"},
	} {
		_, err := reader("en-US").Rule(text)
		var m *Mistake
		if !errors.As(err, &m) || !slices.Equal(m.Offers, want) {
			t.Errorf("%q: %v, offers %q; want %q", text, err, m.Offers, want)
		}
	}
}

// readField reads one of the fields that take times, and shows what was read.
func readField(r Reader, field, text string) (string, error) {
	switch field {
	case "session":
		rule, length, err := r.Session(text)
		return fmt.Sprintf("%s / %s", rule, length), err
	case "quiet":
		q, err := r.Quiet(text)
		return q.String(), err
	case "until":
		day, err := r.Until(text)
		return day.String(), err
	case "move", "moved": // the one moment to which a session of the evening is moved: of Monday, December 21
		r.OneDay, r.Later = true, true
		if field == "moved" {
			r.Near = civilAt(time.Date(2026, 12, 21, 18, 0, 0, 0, time.UTC))
		}
		d, badDay := r.Skip(text)
		if badDay == nil {
			return d.String(), nil
		}
		var wrong *Mistake
		rule, err := r.Rule(text)
		if errors.As(badDay, &wrong) && len(wrong.Offers) > 0 {
			err = badDay
		}
		return rule.String(), err
	case "skip":
		d, err := r.Skip(text)
		return d.String(), err
	}
	rule, err := r.Rule(text)
	return rule.String(), err
}

// A length in months ends on the last day of a month that has no such date.
func TestMonthsAfterTheEndOfALongerMonth(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-11-30 until in 3 months":                  "2027-02-28T00:00",
		"2026-11-30 until 3 months":                     "2027-02-28T00:00",
		"2026-11-30 until three months":                 "2027-02-28T00:00",
		"2026-11-30 until en 3 meses":                   "2027-02-28T00:00",
		"2026-11-30 until 4 months":                     "2027-03-30T00:00",
		"2026-11-29 until 3 months":                     "2027-02-28T00:00",
		"2026-11-28 until 3 months":                     "2027-02-28T00:00",
		"2027-01-31 until a month":                      "2027-02-28T00:00",
		"2027-11-30 until 3 months":                     "2028-02-29T00:00",
		"2026-11-30 skip in 3 months":                   "2027-02-28",
		"2026-11-30 skip Jan 31 for 1 month":            "2027-01-31..2027-02-28",
		"2026-11-30 skip Jan 28 for 1 month":            "2027-01-28..2027-02-27",
		"2026-11-30 rule in 3 months at 9am":            "on Sunday, February 28, 2027 at 9:00 AM",
		"2026-11-24 rule Mondays at 9am for 3 months":   "Mondays at 9:00 AM, until February 28, 2027",
		"2026-11-24 rule Tuesdays at 11am for 3 months": "Tuesdays at 11:00 AM, until February 23, 2027",
	} {
		day, said, _ := strings.Cut(text, " ")
		field, said, _ := strings.Cut(said, " ")
		r := reader("en-US")
		today, err := time.Parse(time.DateOnly, day)
		must(t, err)
		r.Now = today.Add(18 * time.Hour)
		if got, err := readField(r, field, said); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", text, got, err, want)
		}
	}
}

// What is accepted is shown in words that mean the same; nothing that is typed breaks
// the reader or keeps it busy.
func FuzzReader(f *testing.F) {
	table, err := os.ReadFile("testdata/phrases.tsv")
	if err != nil {
		f.Fatal(err)
	}
	for i, line := range strings.Split(string(table), "\n") {
		if fields := strings.Split(line, "\t"); len(fields) == 3 && i%8 == 0 { // a few are enough to begin with
			f.Add(fields[1])
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := reader("en-US")
		if rule, err := r.Rule(s); err == nil {
			if again, err := ParseRule(rule.String()); err != nil || !again.Equal(rule) {
				t.Fatalf("%q: %q is read as %q, %v", s, rule, again, err)
			}
		}
		if rule, length, err := r.Session(s); err == nil {
			if again, err := ParseRule(rule.String()); err != nil || !again.Equal(rule) || length <= 0 {
				t.Fatalf("%q: %q for %s is read as %q, %v", s, rule, length, again, err)
			}
		}
		for _, field := range []string{"skip", "until", "quiet", "moved"} {
			_, _ = readField(r, field, s)
		}
	})
}
