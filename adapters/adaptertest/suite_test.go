package adaptertest

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"circlekeeper/bot"
)

// recorder is a testing.TB that keeps what a check says instead of failing.
type recorder struct {
	testing.TB
	ctx context.Context

	mu      sync.Mutex
	failed  []string
	skipped string
}

func (r *recorder) Helper()                  {}
func (r *recorder) Context() context.Context { return r.ctx }

func (r *recorder) Error(args ...any) { r.Errorf("%s", fmt.Sprint(args...)) }

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = append(r.failed, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

func (r *recorder) Skipf(format string, args ...any) {
	r.skipped = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// try runs one check as Run does and says what came of it.
func try(t *testing.T, name string, h Harness, atMost time.Duration) *recorder {
	t.Helper()
	all := checks()
	i := slices.IndexFunc(all, func(c check) bool { return c.name == name })
	if i < 0 {
		t.Fatalf("no check %q", name)
	}
	return record(t, atMost, func(t testing.TB) { all[i].hold(t, h) })
}

// soon is when a variant that leaves somebody waiting is caught.
const soon = 2 * time.Second

// record runs what is told to a recorder.
func record(t *testing.T, atMost time.Duration, run func(testing.TB)) *recorder {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), atMost)
	defer cancel()
	r := &recorder{TB: t, ctx: ctx}
	done := make(chan struct{})
	go func() {
		defer close(done)
		run(r)
	}()
	<-done
	return r
}

func TestSuiteCatches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ broken, check, says string }{
		{"loses arguments", "commands arrive as typed", "arrived as"},
		{"trims quotes", "commands arrive as typed", "arrived as"},
		{"never submits", "buttons menus and forms arrive as made", "Submit is false"},
		{"never updates", "buttons menus and forms arrive as made", "took the place"},
		{"opens no form", "buttons menus and forms arrive as made", "no form opened"},
		{"answers in public", "answers are private", "everybody in the channel sees"},
		{"shows everybody", "answers are private", "others can see"},
		{"acknowledges late", "slow answers are acknowledged in time", "not acknowledged"},
		{"handles twice", "a repeated request is handled once", "handled 4 requests"},
		{"handles twice", "a request repeated while in flight is handled once", "handled 3 requests"},
		{"mixes answers", "concurrent requests keep apart", "got"},
		{"returns at once", "cancel waits for what is in flight", "returned while"},
		{"fails at the end", "cancel waits for what is in flight", "want nil"},
		{"logs panics", "a panic is one lost answer", "must stay secret"},
		{"pings in answers", "mentions in answers are only words", "notifies somebody"},
		{"drops mentions", "mentions in answers are only words", "some is lost"},
		{"cuts", "the longest answer is read in full", "words are lost"},
		{"disorder", "the longest answer is read in full", "stands before"},
		{"few buttons", "the longest answer is read in full", "cannot be pressed"},
		{"trusts all", "only moderators may change", "may change things: true"},
		{"trusts strangers", "strangers may not change", "may change things: true"},
		{"vouches for all", "a role is vouched for", "has the role: true"},
		{"sets no bounds", "a role is vouched for", "is bound to"},
		{"trusts roles of strangers", "a stranger’s role is not vouched for", "has the role: true"},
		{"answers bots", "what is not for us is left alone", "handled 1 requests"},
		{"logs tokens", "a lost answer leaks nothing", "must stay secret"},
		{"logs requests", "commands arrive as typed", "must stay secret"},
		{"logs people", "answers are private", "must stay secret"},
		{"complained about", "commands arrive as typed", "too many blocks"},

		{"finds nothing", "a message is posted and found by its key", "found false"},
		{"looks too late", "a message is posted and found by its key", "since the second before"},
		{"lists nothing", "a message is posted and found by its key", "posted since"},
		{"finds by words", "a message is posted and found by its key", "under another key"},
		{"edits nothing", "a post is changed", "Wrong words"},
		{"edits another", "a post is changed", "after the edit stand"},
		{"pings at an edit", "a post is changed", "the edit notifies somebody"},
		{"never says gone", "a post is changed", "want bot.ErrGone"},
		{"deletes nothing", "a post is taken away", "2 messages"},
		{"deletes another", "a post is taken away", "after the deletion stands"},
		{"deletes what is gone", "a post is taken away", "want bot.ErrGone"},
		{"posts twice", "the same key shows one message", "2 messages"},
		{"pings in posts", "mentions in posts are only words", "notifies somebody"},
		{"cuts", "the longest post is read in full", "words are lost"},
		{"loud at night", "quiet posts notify nobody", "with a notification"},
		{"wrong errors", "places that are gone", "try again, want unreachable"},
		{"leaks in errors", "places that are gone", "must stay secret"},
		{"checks nothing", "places that are closed", "none, want unreachable"},
		{"ignores the context", "an ended context sends nothing", "although the context"},
		{"forgets how long", "fault too many", "asked for 7s"},
		{"no time", "fault too many, no time", "try again after 0s"},
		{"retries", "fault server error", "says none, want unknown"},
		{"finds nothing", "fault lost answer", "found after it: false"},
		{"all unknown", "fault refused", "says unknown"},
		{"slow is known", "fault slow", "says try again"},
	} {
		t.Run(c.broken+" "+c.check, func(t *testing.T) {
			t.Parallel()
			if r := try(t, c.check, newMemory(""), patience); len(r.failed) > 0 {
				t.Fatalf("fails what is right: %q", r.failed)
			}
			r := try(t, c.check, newMemory(c.broken), soon)
			if !slices.ContainsFunc(r.failed, func(s string) bool { return strings.Contains(s, c.says) }) {
				t.Errorf("said %q, want one with %q", r.failed, c.says)
			}
		})
	}
}

func TestExcusesAreSaid(t *testing.T) {
	t.Parallel()
	r := try(t, "places that are closed", newMemory("has an excuse"), patience)
	if len(r.failed) > 0 || !strings.Contains(r.skipped, "forbidden: cannot be here: every channel is open") {
		t.Errorf("failed %q, skipped %q", r.failed, r.skipped)
	}
}

func TestWorstIsWorst(t *testing.T) {
	t.Parallel()
	w := newWorst("", 2, 0)
	m := w.message
	if n := len(m.Title); n < 90 || n > 100 {
		t.Errorf("the title has %d characters", n)
	}
	if len(m.Actions) != 10 || len(m.Menu.Options) != 25 {
		t.Errorf("%d buttons and %d options", len(m.Actions), len(m.Menu.Options))
	}
	for _, a := range append(m.Menu.Options, m.Actions...) {
		if len(a.Label) != 75 || len(a.Call.Encode()) != 100 {
			t.Errorf("%q is called by %d characters", a.Label, len(a.Call.Encode()))
		}
	}
}

// walker is a core with a command that answers with buttons.
type walker struct{ core }

func (w *walker) Handle(ctx context.Context, r bot.Request) bot.Answer {
	a := w.core.Handle(ctx, r)
	if r.Command == "strategies" {
		return menu()
	}
	return a
}

func TestWalk(t *testing.T) {
	t.Parallel()
	for broken, says := range map[string]string{
		"":                  "",
		"loses arguments":   "arrived as",
		"answers in public": "everybody in the channel sees",
		"shows everybody":   "others can see",
		"complained about":  "too many blocks",
		"cuts to nothing":   "says nothing",
		"logs people":       "must stay secret",
	} {
		t.Run(broken, func(t *testing.T) {
			t.Parallel()
			r := record(t, patience, func(t testing.TB) { walk(t, newMemory(broken), &walker{core{answer: desk}}) })
			if says == "" && len(r.failed) > 0 || says != "" && !slices.ContainsFunc(r.failed, func(s string) bool { return strings.Contains(s, says) }) {
				t.Errorf("said %q, want one with %q", r.failed, says)
			}
		})
	}
	w := &walker{core{answer: desk}}
	Walk(t, newMemory(""), w)
	pressed := map[string]bool{}
	for _, r := range w.requests() {
		pressed[r.Command+" "+r.Sub+" "+r.Args["name"]] = true
	}
	for _, want := range []string{"help  ", "reminder add ", "reminder list ", "strategies  ", "strategies  a&b=c?d/e"} {
		if !pressed[want] {
			t.Errorf("%q was not asked; asked were %v", want, pressed)
		}
	}
}
