package content

import "testing"

func TestNumber(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, link, want string }{
		{"(323) 488-4114", "tel:+13234884114", "+1 (323) 488-4114"},
		{"1-800-662-4357", "tel:+18006624357", "+1-800-662-4357"},
		{"+1 800 662 4357", "tel:+18006624357", "+1 800 662 4357"},
		{"911", "tel:911", "911"},
		{"the clinic", "tel:+13234884114", ""},
		{"number 2", "tel:+13234884114", ""},
		{"Call 988", "tel:988", ""},
		{"(323) 488-4114", "tel:+18006624357", ""},
		{"911", "https://example.org/911", ""},
		{"911", "", ""},
	} {
		if got := (Span{Text: c.text, Link: c.link}).Number(); got != c.want {
			t.Errorf("%q to %s is the number %q, not %q", c.text, c.link, got, c.want)
		}
	}
}
