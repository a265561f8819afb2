package slack

import (
	"errors"
	"testing"
	"time"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
)

// TestThreads follows a notice up below it, finds what was posted there, and goes
// to the channel where the first message is gone.
func TestThreads(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{Pace: -1})
	a := newAdapter(t, fake, "")
	began := time.Now()
	first, err := a.Send(t.Context(), group, note("first"))
	must(t, err)
	below := note("below")
	below.Thread = first.ID
	r, err := a.Send(t.Context(), group, below)
	must(t, err)
	there := fake.Messages(group.Channel)
	if len(there) != 2 || there[1].Thread != first.ID {
		t.Fatalf("it stands in thread %q", there[1].Thread)
	}
	if found, ok, err := a.Find(t.Context(), group, below, began); err != nil || !ok || found.ID != r.ID {
		t.Errorf("found %v, %v, %v", found, ok, err)
	}
	if _, ok, err := a.Find(t.Context(), group, bot.Message{Key: "other", Thread: first.ID}, began); ok || err != nil {
		t.Errorf("found what is not there: %v, %v", ok, err)
	}
	orphan := note("orphan")
	orphan.Thread = "1.000001"
	r, err = a.Send(t.Context(), group, orphan)
	must(t, err)
	if there := fake.Messages(group.Channel); len(there) != 3 || there[2].Thread != "" {
		t.Errorf("%d messages", len(there))
	}
	if found, ok, err := a.Find(t.Context(), group, orphan, began); err != nil || !ok || found.ID != r.ID {
		t.Errorf("found %v, %v, %v", found, ok, err)
	}
	// An answer that is lost: it may be there, and is found in its thread.
	fake.Fail(slacktest.Fault{Method: "chat.postMessage", Status: 500, Done: true})
	lost := note("lost")
	lost.Thread = first.ID
	if _, err := a.Send(t.Context(), group, lost); !errors.Is(err, bot.ErrUnknown) {
		t.Errorf("got %v", err)
	}
	if _, ok, err := a.Find(t.Context(), group, lost, began); !ok || err != nil {
		t.Errorf("not found: %v", err)
	}
}

func TestEdit(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{Pace: -1})
	a := newAdapter(t, fake, "")
	r, err := a.Send(t.Context(), group, note("k"))
	must(t, err)
	healed := note("k")
	healed.Title = "Healed"
	for range 2 {
		must(t, a.Edit(t.Context(), group, r.ID, healed))
	}
	there := fake.Messages(group.Channel)
	if len(there) != 1 || there[0].Edits != 2 || slacktest.Words(there[0].Blocks) != "Healed\nA quiet word.\n" {
		t.Errorf("there stand %d, edited %d times: %q", len(there), there[0].Edits, slacktest.Words(there[0].Blocks))
	}
	tests := map[string]struct {
		fault slacktest.Fault
		want  error
	}{
		"gone":       {slacktest.Fault{Error: "message_not_found"}, bot.ErrUnreachable},
		"too late":   {slacktest.Fault{Error: "edit_window_closed"}, bot.ErrUnreachable},
		"may not":    {slacktest.Fault{Error: "cant_update_message"}, bot.ErrUnreachable},
		"lost":       {slacktest.Fault{Lost: true}, bot.ErrUnknown},
		"down":       {slacktest.Fault{Status: 503, HTML: true}, bot.ErrUnknown},
		"revoked":    {slacktest.Fault{Error: "token_revoked"}, ErrRefused},
		"ratelimits": {slacktest.Fault{Status: 429, RetryAfter: 3}, nil},
	}
	for name, tt := range tests {
		tt.fault.Method = "chat.update"
		fake.Fail(tt.fault)
		err := a.Edit(t.Context(), group, r.ID, healed)
		var limited *bot.RateLimited
		if tt.want != nil && !errors.Is(err, tt.want) || tt.want == nil && (!errors.As(err, &limited) || limited.After != 3*time.Second) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := a.Edit(t.Context(), group, "1.000001", healed); !errors.Is(err, bot.ErrUnreachable) {
		t.Errorf("got %v", err)
	}
}

// TestDelete takes a message away; what is gone already and what may not be deleted are
// told apart.
func TestDelete(t *testing.T) {
	t.Parallel()
	fake := slacktest.New(t, slacktest.Options{Pace: -1})
	a := newAdapter(t, fake, "")
	r, err := a.Send(t.Context(), group, note("k"))
	must(t, err)
	for name, tt := range map[string]struct {
		fault slacktest.Fault
		want  error
	}{
		"gone":      {slacktest.Fault{Error: "message_not_found"}, bot.ErrGone},
		"may not":   {slacktest.Fault{Error: "cant_delete_message"}, bot.ErrFixed},
		"kept":      {slacktest.Fault{Error: "compliance_exports_prevent_deletion"}, bot.ErrFixed},
		"revoked":   {slacktest.Fault{Error: "token_revoked"}, ErrRefused},
		"no rights": {slacktest.Fault{Error: "missing_scope"}, ErrRefused},
	} {
		tt.fault.Method = "chat.delete"
		fake.Fail(tt.fault)
		if err := a.Delete(t.Context(), group, r.ID); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	fake.Fail(slacktest.Fault{Method: "chat.delete", Lost: true})
	for _, want := range []error{bot.ErrUnknown, bot.ErrGone} { // the answer was lost, and it was done
		if err := a.Delete(t.Context(), group, r.ID); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	if there := fake.Messages(group.Channel); len(there) != 0 {
		t.Errorf("there stand %d", len(there))
	}
}
