package bot

import (
	"strings"
	"testing"
)

// The same reminder twice is seen before it is saved, and after.
func TestTheSameReminderTwiceIsSaid(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, Slack)
	const said = "the same reminder already (rem001)"
	for at, same := range map[string]bool{"0 9 * * 1": true, "every Monday at 9:00": true, "every Monday at 10:00": false} {
		r := ask(Slack, moderator(Slack), sub("reminder", "add", "topic", "confidentiality", "at", at, "group", "evening-circle"))
		r.Submit, r.Preview = true, true
		a := s.Handle(t.Context(), r)
		if a.Form == nil || strings.Contains(flat(a.Form.Preview), said) != same {
			t.Errorf("%q is previewed as:\n%s", at, flat(a.Form.Preview))
		}
		r.Preview = false
		if a := s.Handle(t.Context(), r); strings.Contains(plain(a), said) != same {
			t.Errorf("%q is saved as:\n%s", at, plain(a))
		}
		delete(s.store.reminders, "rem002")
	}
}

// What is paused is said where people look for what comes next.
func TestNextSaysWhatIsPaused(t *testing.T) {
	t.Parallel()
	s := newSetup(t)
	s.sample(t, Slack)
	r := ask(Slack, moderator(Slack), Call{})
	for _, tc := range []struct {
		call Call
		want string
	}{
		{sub("reminder", "pause", "id", "rem001"), "- Evening circle, Confidentiality, in turn: Paused, with no end set."},
		{sub("reminder", "pause", "id", "rem001", "until", "2026-12-24"), "- Evening circle, Confidentiality, in turn: Paused until Thursday, 24 December 2026"},
		{sub("group", "pause"), "- Evening circle: Paused, with no end set."},
	} {
		r.Call = tc.call
		s.Handle(t.Context(), r)
		r.Call = sub("reminder", "next")
		if a := s.Handle(t.Context(), r); !strings.Contains(plain(a), tc.want) {
			t.Errorf("after %s %s %v:\n%s", tc.call.Command, tc.call.Sub, tc.call.Args, plain(a))
		}
	}
}
