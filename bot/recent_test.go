package bot

import "testing"

// TestRecent sets more values than are kept: the last ones stay, old ones go.
func TestRecent(t *testing.T) {
	t.Parallel()
	r := Recent[int, string]{Most: 3}
	for i := range 10 {
		r.Set(i, "first")
		for _, before := range []int{i, i - 1, i - 2} {
			if _, ok := r.Get(before); !ok && before >= 0 {
				t.Errorf("after %d, %d is forgotten", i, before)
			}
		}
		if n := len(r.newer) + len(r.older); n > 6 {
			t.Errorf("%d values are kept", n)
		}
	}
	r.Set(9, "again")
	if got, ok := r.Get(9); got != "again" || !ok {
		t.Errorf("got %q, %t", got, ok)
	}
	if got, ok := r.Get(0); got != "" || ok {
		t.Errorf("got %q, %t", got, ok)
	}
	if got := r.GetOr(9, func() string { return "new" }); got != "again" {
		t.Errorf("got %q", got)
	}
	if got := r.GetOr(11, func() string { return "new" }); got != "new" || r.newer[11] != "new" {
		t.Errorf("got %q, kept %q", got, r.newer[11])
	}
}
