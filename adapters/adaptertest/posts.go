package adaptertest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// sending lists the checks of what is posted to channels.
func sending() []check {
	out := []check{
		{"a message is posted and found by its key", nil, postedAndFound},
		{"the same key shows one message", []Case{SameKey}, sameKey},
		{"mentions in posts are only words", nil, postsPingNobody},
		{"the longest post is read in full", nil, longestPost},
		{"quiet posts notify nobody", []Case{Hushed}, quiet},
		{"places that are gone", nil, func(t testing.TB, h Harness) { unreachable(t, h, h.Gone()) }},
		{"places that are closed", []Case{Forbidden}, func(t testing.TB, h Harness) { unreachable(t, h, h.Closed()) }},
		{"a post is changed", nil, revised},
		{"a post is taken away", []Case{Deletion}, takenAway},
		{"an ended context sends nothing", nil, endedContext},
		{"answers do not wait for posts", []Case{Slow}, answersDoNotWait},
	}
	for _, f := range []struct {
		fault  Case
		want   string
		posted bool
	}{
		{TooMany, "rate limited", false},
		{TooManyBare, "rate limited", false},
		{ServerError, "unknown", false},
		{LostAnswer, "unknown", true},
		{Refused, "try again", false},
		{Slow, "unknown", false},
	} {
		out = append(out, check{"fault " + string(f.fault), []Case{f.fault}, func(t testing.TB, h Harness) {
			fault(t, h, f.fault, f.want, f.posted)
		}})
	}
	return out
}

// note is a plain message.
func note(key, text string) bot.Message {
	return bot.Message{Key: key, Title: "Reminder", Blocks: []content.Block{content.Text(text)}, Footer: []content.Span{{Text: "Help now is one command away"}}}
}

// longAgo is before everything that a check posts, whatever the fake's clock shows.
func longAgo() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

func find(t testing.TB, h Harness, m bot.Message) (bot.Receipt, bool) {
	t.Helper()
	return findSince(t, h, m, longAgo())
}

func findSince(t testing.TB, h Harness, m bot.Message, since time.Time) (bot.Receipt, bool) {
	t.Helper()
	ctx, done := patient(t)
	defer done()
	r, ok, err := h.Adapter().Find(ctx, h.Place(), m, since)
	if err != nil {
		t.Errorf("find %s: %v", m.Key, err)
	}
	harmless(t, h, err)
	return r, ok
}

func send(t testing.TB, h Harness, m bot.Message) bot.Receipt {
	t.Helper()
	ctx, done := patient(t)
	defer done()
	r, err := h.Adapter().Send(ctx, h.Place(), m)
	if err != nil {
		t.Fatalf("send %s: %v", m.Key, err)
	}
	return r
}

// posts returns the channel's posts, and fails unless there are n.
func posts(t testing.TB, h Harness, n int) []Post {
	t.Helper()
	all := h.Posted(h.Place())
	if len(all) != n {
		t.Fatalf("%d messages stand in the channel, want %d", len(all), n)
	}
	return all
}

func postedAndFound(t testing.TB, h Harness) {
	first, other := note("key-of-the-first-message1", "The same words"), note("key-of-the-other-message2", "The same words")
	if _, err := h.Adapter().Inspect(t.Context(), h.Place()); err != nil {
		t.Errorf("inspect: %v", err)
	}
	if _, ok := find(t, h, first); ok {
		t.Errorf("found before it was sent")
	}
	sent := send(t, h, first)
	if sent.ID == "" || sent.At.IsZero() || sent.At.Location() != time.UTC {
		t.Errorf("the receipt is %+v, want an ID and a time in UTC", sent)
	}
	p := posts(t, h, 1)[0]
	if !holds(p.Text, "Reminder") || !holds(p.Text, "The same words") || !holds(p.Text, first.Footer[0].Text) {
		t.Errorf("posted %q", p.Text)
	}
	if strings.Contains(p.Text, first.Key) {
		t.Errorf("people read the key in %q", p.Text)
	}
	if p.Silent {
		t.Errorf("posted without a notification")
	}
	if got, ok := find(t, h, first); !ok || got.ID != sent.ID {
		t.Errorf("found %v as %q, want %q", ok, got.ID, sent.ID)
	}
	ctx, done := patient(t)
	defer done()
	for since, want := range map[time.Time]int{longAgo(): 1, sent.At.Add(-time.Second): 1, sent.At.AddDate(0, 1, 0): 0} {
		list, whole, err := h.Adapter().Posts(ctx, h.Place(), since)
		if err != nil || !whole || len(list) != want || want > 0 && (list[0].Key != first.Key || list[0].Receipt != sent) {
			t.Errorf("posted since %s: %+v, whole %t, %v", since, list, whole, err)
		}
	}
	if _, ok := findSince(t, h, first, sent.At.Add(-time.Second)); !ok {
		t.Errorf("not found among what was posted since the second before")
	}
	if _, ok := findSince(t, h, first, sent.At.AddDate(0, 1, 0)); !ok {
		t.Errorf("not found by a clock that is a month ahead")
	}
	if _, ok := find(t, h, other); ok {
		t.Errorf("found under another key")
	}
	again := send(t, h, other)
	if got, ok := find(t, h, other); !ok || got.ID != again.ID || got.ID == sent.ID {
		t.Errorf("the other is found %v as %q, want %q", ok, got.ID, again.ID)
	}
	posts(t, h, 2)
}

func sameKey(t testing.TB, h Harness) {
	m := note("key-of-a-message", "Once")
	first, second := send(t, h, m), send(t, h, m)
	posts(t, h, 1)
	if first.ID != second.ID {
		t.Errorf("two receipts name %q and %q", first.ID, second.ID)
	}
}

func postsPingNobody(t testing.TB, h Harness) {
	send(t, h, loud("key-of-a-message"))
	p := posts(t, h, 1)[0]
	if p.Pings {
		t.Errorf("the post %q notifies somebody", p.Text)
	}
	mentionsRead(t, p.Text)
}

// longestPost sends a card in three languages, which every platform must show whole, and the
// same card with its sections. If the second is more than a message holds, it must be refused
// and nothing posted, because a part would be worse than nothing.
func longestPost(t testing.TB, h Harness) {
	w := newWorst("key-of-a-message", 0, 0)
	send(t, h, w.message)
	whole(t, h, w, 0)
	before := len(h.Posted(h.Place()))
	w = newWorst("key-of-another", 2, 0)
	ctx, done := patient(t)
	defer done()
	_, err := h.Adapter().Send(ctx, h.Place(), w.message)
	switch {
	case err == nil:
		whole(t, h, w, before)
	case !errors.Is(err, bot.ErrRejected):
		t.Errorf("the error says %s, want rejected: %v", kind(err), err)
	default:
		harmless(t, h, err)
		posts(t, h, before)
	}
}

// whole compares what was posted, without the first messages, with what was sent.
func whole(t testing.TB, h Harness, w *worst, from int) {
	var text string
	var labels []string
	for _, p := range h.Posted(h.Place())[from:] {
		text += p.Text + "\n"
		labels = append(labels, p.Labels...)
	}
	if lost := w.lost(text, labels); lost != "" {
		t.Error(lost)
	}
}

func quiet(t testing.TB, h Harness) {
	m := note("key-of-a-message", "At night")
	m.Silent = true
	send(t, h, m)
	if p := posts(t, h, 1)[0]; !p.Silent {
		t.Errorf("posted with a notification")
	}
}

func unreachable(t testing.TB, h Harness, p bot.Place) {
	ctx, done := patient(t)
	defer done()
	_, err := h.Adapter().Send(ctx, p, note("key-of-a-message", "Anybody there"))
	if kind(err) != "unreachable" {
		t.Errorf("send: the error says %s, want unreachable: %v", kind(err), err)
	}
	harmless(t, h, err)
	_, err = h.Adapter().Inspect(ctx, p)
	if kind(err) != "unreachable" {
		t.Errorf("inspect: the error says %s, want unreachable: %v", kind(err), err)
	}
	harmless(t, h, err)
	_, found, err := h.Adapter().Find(ctx, p, note("key-of-a-message", "Anybody there"), longAgo())
	if found {
		t.Errorf("found what was never sent")
	}
	harmless(t, h, err)
	if n := len(h.Posted(p)); n != 0 {
		t.Errorf("%d messages stand there", n)
	}
}

func endedContext(t testing.TB, h Harness) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Adapter().Send(ctx, h.Place(), note("key-of-a-message", "Too late")); err == nil {
		t.Errorf("sent although the context had ended")
	}
	posts(t, h, 0)
}

func fault(t testing.TB, h Harness, f Case, want string, posted bool) {
	const after = 7 * time.Second
	m := note("key-of-a-message", "Perhaps")
	h.Fail(f, after)
	ctx, done := patient(t)
	defer done()
	if f == Slow {
		ctx, done = context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer done()
	}
	returned := make(chan struct{})
	var err error
	go func() {
		defer close(returned)
		_, err = h.Adapter().Send(ctx, h.Place(), m)
	}()
	if f == Slow {
		<-ctx.Done()
		select {
		case <-returned:
		case <-time.After(honoured):
			t.Fatalf("Send goes on long after its context ended")
		}
	}
	await(t, returned, "Send to return")
	if kind(err) != want {
		t.Errorf("the error says %s, want %s: %v", kind(err), want, err)
	}
	harmless(t, h, err)
	var limited *bot.RateLimited
	if errors.As(err, &limited) && (limited.After <= 0 || f == TooMany && limited.After != after) {
		t.Errorf("try again after %s, asked for %s", limited.After, after)
	}
	if _, ok := find(t, h, m); ok != posted {
		t.Errorf("found after it: %v, want %v", ok, posted)
	}
	n := 0
	if posted {
		n = 1
	}
	posts(t, h, n)
	if want != "rate limited" && !posted {
		send(t, h, m) // the fault was for the one before only
		posts(t, h, 1)
	}
}

// honoured is much shorter than the timeout of an adapter's own client. A call that ends within
// it was ended by its context.
const honoured = 3 * time.Second

func answersDoNotWait(t testing.TB, h Harness) {
	s := serve(t, h, desk)
	defer s.stop()
	h.Fail(Slow, 0)
	ctx, cancel := context.WithCancel(t.Context())
	sent := make(chan error, 1)
	go func() {
		_, err := h.Adapter().Send(ctx, h.Place(), note("key-of-a-message", "Slowly"))
		sent <- err
	}()
	s.see(Ask{Call: call("help", "")})
	cancel()
	harmless(t, h, <-sent)
}
