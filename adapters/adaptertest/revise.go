package adaptertest

import (
	"errors"
	"testing"

	"circlekeeper/bot"
)

// revised edits a post twice. Another post must stay as it is, and the key must still find the
// post.
func revised(t testing.TB, h Harness) {
	ctx, done := patient(t)
	defer done()
	other := send(t, h, note("key-of-the-other-message", "Stays"))
	first := send(t, h, note("key-of-a-message", "Wrong words"))
	fresh := note("key-of-a-message", "Right words")
	for range 2 {
		if err := h.Adapter().Edit(ctx, h.Place(), first.ID, fresh); err != nil {
			t.Fatalf("edit: %v", err)
		}
		all := posts(t, h, 2)
		if !holds(all[1].Text, "Right words") || holds(all[1].Text, "Wrong words") || !holds(all[0].Text, "Stays") {
			t.Errorf("after the edit stand %q and %q", all[0].Text, all[1].Text)
		}
		if all[1].Pings {
			t.Errorf("the edit notifies somebody")
		}
	}
	if got, ok := find(t, h, fresh); !ok || got.ID != first.ID {
		t.Errorf("after the edit it is found %v as %q, want %q", ok, got.ID, first.ID)
	}
	err := h.Adapter().Edit(ctx, h.Place(), absent(first.ID, other.ID), fresh)
	if !errors.Is(err, bot.ErrGone) {
		t.Errorf("edit of a message that is gone: %v, want bot.ErrGone", err)
	}
	harmless(t, h, err)
	err = h.Adapter().Edit(ctx, h.Gone(), other.ID, fresh)
	if kind(err) != "unreachable" {
		t.Errorf("edit in a channel that is gone: the error says %s, want unreachable: %v", kind(err), err)
	}
	harmless(t, h, err)
	posts(t, h, 2)
}

// takenAway deletes a post. Another post must stay, and deleting a post that is already gone
// must return an error of its own.
func takenAway(t testing.TB, h Harness) {
	ctx, done := patient(t)
	defer done()
	send(t, h, note("key-of-the-other-message", "Stays"))
	old := note("key-of-a-message", "Goes")
	first := send(t, h, old)
	if err := h.Adapter().Delete(ctx, h.Place(), first.ID); err != nil {
		t.Fatalf("delete: %v", err)
	}
	if all := posts(t, h, 1); !holds(all[0].Text, "Stays") {
		t.Errorf("after the deletion stands %q", all[0].Text)
	}
	if _, ok := find(t, h, old); ok {
		t.Errorf("what was deleted is found")
	}
	err := h.Adapter().Delete(ctx, h.Place(), first.ID)
	if !errors.Is(err, bot.ErrGone) {
		t.Errorf("deletion of a message that is gone: %v, want bot.ErrGone", err)
	}
	harmless(t, h, err)
	err = h.Adapter().Delete(ctx, h.Gone(), first.ID)
	if kind(err) != "unreachable" {
		t.Errorf("deletion in a channel that is gone: the error says %s, want unreachable: %v", kind(err), err)
	}
	harmless(t, h, err)
	posts(t, h, 1)
}

// absent is an ID of the same form as those of two messages, but of neither: its last digit
// differs.
func absent(a, b string) string {
	for _, digit := range "987" {
		if id := a[:len(a)-1] + string(digit); id != a && id != b {
			return id
		}
	}
	return ""
}
