package intake

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	m := NewMemory(3, time.Minute)
	for i, step := range []struct {
		id    string
		after time.Duration
		want  bool
	}{
		{"a", 0, true}, {"a", 59 * time.Second, false}, {"a", 2 * time.Second, false}, // known for a minute at least
		{"a", 2 * time.Minute, true},
		{"b", 0, true}, {"c", 0, true}, {"d", 0, true}, {"a", 0, false}, // full: the older half is still known
		{"e", 0, true}, {"f", 0, true}, {"g", 0, true}, {"a", 0, true}, {"g", 0, false},
	} {
		now = now.Add(step.after)
		if got := m.First(step.id, now); got != step.want {
			t.Errorf("step %d: first(%s) is %v", i, step.id, got)
		}
	}
	m = NewMemory(3000, time.Minute)
	for i := range 100_000 {
		m.First(fmt.Sprint(i), now)
	}
	if n := len(m.newer.keys) + len(m.old.keys); n != 2*8192 {
		t.Errorf("it has room for %d", n)
	}
}

// TestMemoryLikeMaps compares the tables with two Go maps.
func TestMemoryLikeMaps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.SampledFrom([]int{16, 3000}).Draw(t, "most")
		m := NewMemory(most, time.Minute)
		now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		newer, older, began := map[string]bool{}, map[string]bool{}, time.Time{}
		ids := rapid.SampledFrom([]int{60, 5000}).Draw(t, "ids")
		for range rapid.IntRange(1, 3000).Draw(t, "steps") {
			id := fmt.Sprint(rapid.IntRange(0, ids).Draw(t, "id"))
			now = now.Add(time.Duration(rapid.IntRange(0, 8).Draw(t, "seconds")) * time.Second / time.Duration(most/16))
			if age := now.Sub(began); len(newer) >= most || age > time.Minute {
				newer, older, began = map[string]bool{}, newer, now
				if age > 2*time.Minute {
					older = map[string]bool{}
				}
			}
			want := !newer[id] && !older[id]
			if want {
				newer[id] = true
			}
			if got := m.First(id, now); got != want {
				t.Fatalf("first(%s) is %v, want %v", id, got, want)
			}
		}
	})
}

// TestMemoryOutlivesSignatures replays a request for as long as a platform's signature is accepted:
// twice the allowed skew, from as much too early to as much too late.
func TestMemoryOutlivesSignatures(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	m := NewMemory(remembered, rememberOf)
	m.First("before", now.Add(-11*time.Minute)) // the newer half began some time ago
	m.First("one", now)
	for after := time.Duration(0); after <= 15*time.Minute; after += 30 * time.Second {
		if m.First("one", now.Add(after)) {
			t.Fatalf("forgotten after %s", after)
		}
	}
}
