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
		{"every day at 9:00", "every day at 09:00"},
		{"  Every   DAY at 9am ", "every day at 09:00"},
		{"daily at 9 pm", "every day at 21:00"},
		{"every day at 12am", "every day at 00:00"},
		{"every day at 12:30 p.m.", "every day at 12:30"},
		{"every day at noon", "every day at 12:00"},
		{"every weekday at 9:00", "every weekday at 09:00"},
		{"Monday to Friday at 9", "every weekday at 09:00"},
		{"fri-sun at 9", "every Friday, Saturday and Sunday at 09:00"},
		{"every weekend at 10:00", "every Saturday and Sunday at 10:00"},
		{"every Monday at 9:00", "every Monday at 09:00"},
		{"at 9:00 on Mondays", "every Monday at 09:00"},
		{"every Monday and Thursday at 18:30", "every Monday and Thursday at 18:30"},
		{"Mondays, Wednesdays and Fridays at 7:15", "every Monday, Wednesday and Friday at 07:15"},
		{"Mon, Tues, thurs at 7:15", "every Monday, Tuesday and Thursday at 07:15"},
		{"every day at 9:00 and 17:00", "every day at 09:00 and 17:00"},
		{"every 1st of the month at 10:00", "every 1st of the month at 10:00"},
		{"1st of the month at 10:00", "every 1st of the month at 10:00"},
		{"the 1st, 15th and 22nd at 10:00", "every 1st, 15th and 22nd of the month at 10:00"},
		{"30 minutes before each session", "30 minutes before each session"},
		{"1 hour before each session", "1 hour before each session"},
		{"an hour and 15 min before sessions", "1 hour and 15 minutes before each session"},
		{"90 minutes before every session", "1 hour and 30 minutes before each session"},
		{"48 hours before each session", "48 hours before each session"},

		{"todos los días a las 9:00", "every day at 09:00"},
		{"cada día laborable a las 9", "every weekday at 09:00"},
		{"de lunes a viernes a las 09:00", "every weekday at 09:00"},
		{"lunes y jueves a las 18:30", "every Monday and Thursday at 18:30"},
		{"los sábados a la 1:00", "every Saturday at 01:00"},
		{"el día 1 de cada mes a las 10:00", "every 1st of the month at 10:00"},
		{"30 minutos antes de cada sesión", "30 minutes before each session"},
		{"una hora antes de cada sesión", "1 hour before each session"},

		{"0 9 * * *", "every day at 09:00"},
		{"0 9 * * 1", "every Monday at 09:00"},
		{"0 9 * * MON-fri", "every weekday at 09:00"},
		{"30 7,19 * * 0", "every Sunday at 07:30 and 19:30"},
		{"0 10 1 * *", "every 1st of the month at 10:00"},
		{"0 9 1-31 * *", "every day at 09:00"},
		{"0 9 */1 1-12 0-6", "every day at 09:00"},
		{"0 9 1-31 * 1", "every day at 09:00"}, // either day field matches
		{"0 9 * * 0-6", "every day at 09:00"},
		{"0 9 1 * 1", "0 9 1 * 1"},
		{"0 */2 * * *", "0 0,2,4,6,8,10,12,14,16,18,20,22 * * *"},
		{"0 9-17 * * *", "0 9-17 * * *"},
		{"5 * * * *", "5 * * * *"},
		{"5 0-23 * * *", "5 * * * *"},
		{"0 9 * jan,jul *", "0 9 * 1,7 *"},
		{"0 0 31 2 *", "0 0 31 2 *"},
		{"*/30 9 * * *", "every day at 09:00 and 09:30"},
	} {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			r, err := ParseRule(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := r.String(); got != tt.canonical {
				t.Errorf("String() = %q, want %q", got, tt.canonical)
			}
			again, err := ParseRule(r.String())
			if err != nil || again != r {
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
		{strings.Repeat("monday ", 40), "longer"},
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
		{"0 9 * * 7", "0 (Sunday)"},
		{"0 9 L * *", "1 to 31"},
		{"0 9 * * 1#2", "0 (Sunday)"},
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
		{"every other Monday at 9:00", `"other"`},
		{"every first Monday at 9:00", `"first"`},
		{"1st Monday of the month at 9:00", "mixes"},
		{"every 2 days at 9:00", "mixes"},
		{"every 5 at 9:00", "which day of the month"},
		{"every month at 9:00", "which day of the month"},
		{"every day at 9:00 and 17:30", "same minutes"},
		{"every day at 25:00", `"25:00"`},
		{"every day at 13pm", `"13pm"`},
		{"every day at 9:5", `"9:5"`},
		{"every 2th of the month at 9:00", `"2th"`},
		{"before each session", "how long"},
		{"30 before each session", "how long"},
		{"30 minutes after each session", `"after"`},
		{"0 minutes before each session", `"0"`},
		{"1 day before each session", "24 hours before each session"},
		{"49 hours before each session", "48 hours"},
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
	for _, tt := range []struct{ rule, en, es string }{
		{"0 9 * * *", "every day at 09:00", "cada día a las 09:00"},
		{"0 1 * * 1-5", "every weekday at 01:00", "de lunes a viernes a la 01:00"},
		{"30 18 * * 1,4", "every Monday and Thursday at 18:30", "cada lunes y jueves a las 18:30"},
		{"0 10 1 * *", "every 1st of the month at 10:00", "el día 1 de cada mes a las 10:00"},
		{"0 10 1,15 * *", "every 1st and 15th of the month at 10:00", "los días 1 y 15 de cada mes a las 10:00"},
		{"0 9 1 * 1", "every Monday and every 1st of the month at 09:00", "cada lunes y el día 1 de cada mes a las 09:00"},
		{"0 9 * 1,7 *", "every day at 09:00 in January and July", "cada día a las 09:00 en enero y julio"},
		{"5 * * * *", "every day, every hour at minute 5", "cada día, cada hora en el minuto 5"},
		{"0 9-17 * * *", "every day, at minute 0 of the hours 9-17", "cada día, en el minuto 0 de las horas 9-17"},
		{"75 minutes before each session", "1 hour and 15 minutes before each session", "1 hora y 15 minutos antes de cada sesión"},
	} {
		r := rule(t, tt.rule)
		if got := r.Describe("en"); got != tt.en {
			t.Errorf("%s: en %q, want %q", tt.rule, got, tt.en)
		}
		if got := r.Describe("es"); got != tt.es {
			t.Errorf("%s: es %q, want %q", tt.rule, got, tt.es)
		}
		if got := r.Describe("de"); got != tt.en {
			t.Errorf("%s: an unknown language gives %q, want English", tt.rule, got)
		}
	}
}

func TestSpanishTextsAreRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := anyRule().Draw(t, "rule")
		again, err := ParseRule(r.Text("es"))
		if err != nil || again != r {
			t.Fatalf("ParseRule(%q) = %v, %v", r.Text("es"), again, err)
		}
	})
}

func languageOf(phrase string) string {
	if strings.HasPrefix(phrase, "every ") || strings.Contains(phrase, "before each") {
		return "en"
	}
	return "es"
}

func TestPhrases(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ lang, typed, want string }{
		{"en", "", "every day at 09:00"},
		{"en", "", "30 minutes before each session"},
		{"en", "mon", "every Monday at 09:00"},
		{"en", "every mon", "every Monday at 18:00"},
		{"en", "tuesday and fri", "every Tuesday and Friday at 09:00"},
		{"en", "every Tuesday and Friday at", "every Tuesday and Friday at 18:00"},
		{"en", "monday 18", "every Monday at 18:30"},
		{"en", "mon 9", "every Monday at 09:30"},
		{"en", "day 9am", "every day at 09:00"},
		{"en", "sess", "1 hour before each session"},
		{"en", "30", "30 minutes before each session"},
		{"en", "month", "every 1st of the month at 09:00"},
		{"en", "0 9 * * 1", "every Monday at 09:00"},
		{"es", "", "cada día a las 09:00"},
		{"es", "", "30 minutos antes de cada sesión"},
		{"es", "0 9 * * 1", "cada lunes a las 09:00"},
		{"es", "30", "30 minutos antes de cada sesión"},
		{"es", "lun", "cada lunes a las 09:00"},
		{"es", "every mon", "every Monday at 09:00"},
		{"es", "every Monday and Friday", "every Monday and Friday at 09:00"},
		{"es", "cada sábado a las 18:45", "cada sábado a las 18:45"},
		{"en", "lunes y jueves", "cada lunes y jueves a las 09:00"},
		{"en", "cada", "cada día a las 09:00"},
		{"en", "cada m", "cada miércoles a las 09:00"},
		{"en", "tod", "cada lunes a las 12:00"},
		{"en", "todos l", "cada lunes a las 09:00"},
		{"en", "todos los", "cada día a las 09:00"},
		{"en", "todos los domingos", "cada domingo a las 09:00"},
		{"en", "todos los vie 9", "cada viernes a las 09:30"},
		{"en", "30 minutos antes", "30 minutos antes de cada sesión"},
		{"en", "de lunes", "de lunes a viernes a las 09:00"},
		{"en", "el día 15", "el día 15 de cada mes a las 12:00"},
		{"en", "cada día a la 1:00", "cada día a la 01:00"},
	} {
		got := Phrases(tt.typed, tt.lang)
		if len(got) > 25 {
			t.Errorf("%q: %d phrases", tt.typed, len(got))
		}
		found := false
		for _, p := range got {
			found = found || p == tt.want
			offered := languageOf(p)
			if r, err := ParseRule(p); err != nil || r.Text(offered) != p {
				t.Errorf("%q offers %q, which is read as %q, %v", tt.typed, p, r, err)
			}
			if offered != languageOf(tt.want) {
				t.Errorf("%q mixes languages: %q", tt.typed, got)
			}
		}
		if !found {
			t.Errorf("%q: %q is not among %q", tt.typed, tt.want, got)
		}
	}
	if got := Phrases("zebra", "en"); len(got) != 0 {
		t.Errorf("nonsense offers %q", got)
	}
	if got := Phrases("every monday at 18:45", "en"); len(got) == 0 || got[0] != "every Monday at 18:45" {
		t.Errorf("a whole rule does not come first: %q", got)
	}
}

// rule reads a rule that the test knows to be right.
func rule(t testing.TB, s string) Rule {
	t.Helper()
	r, err := ParseRule(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// anyRule draws rules of every kind, from bits, so that no field is spared.
func anyRule() *rapid.Generator[Rule] {
	field := func(t *rapid.T, f cronField) uint64 {
		set := uint64(0)
		for _, v := range rapid.SliceOfN(rapid.IntRange(f.min, f.max), 1, 8).Draw(t, string(f.name)) {
			set |= 1 << v
		}
		if rapid.IntRange(0, 2).Draw(t, "star") == 0 {
			set = f.all()
		}
		return set
	}
	return rapid.Custom(func(t *rapid.T) Rule {
		if rapid.IntRange(0, 5).Draw(t, "kind") == 0 {
			return Rule{before: time.Duration(rapid.IntRange(1, 48*60).Draw(t, "minutes")) * time.Minute}
		}
		f := cronFields()
		spec := cronAll()
		spec.Minute = 1 << rapid.IntRange(0, 59).Draw(t, "minute")
		spec.Hour, spec.Dom, spec.Month, spec.Dow = field(t, f[1]), field(t, f[2]), field(t, f[3]), field(t, f[4])
		return Rule{spec: normal(spec)}
	})
}

func TestRuleRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := anyRule().Draw(t, "rule")
		again, err := ParseRule(r.String())
		if err != nil || again != r {
			t.Fatalf("ParseRule(%q) = %v, %v", r, again, err)
		}
	})
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
		if again, err := ParseRule(r.String()); err != nil || again != r {
			t.Fatalf("%q: String() = %q is read as %v, %v", s, r, again, err)
		}
		if r.Describe("en") == "" || r.Describe("es") == "" {
			t.Fatalf("%q has no description", s)
		}
		o, ok := c.First(r, now)
		if !ok && c.Accept(r, now) == nil {
			t.Fatalf("%q never falls due and is accepted", s)
		}
		if ok && o.At.Before(now) {
			t.Fatalf("%q: first at %v is past", s, o.At)
		}
	})
}
