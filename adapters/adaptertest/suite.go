package adaptertest

import "testing"

// Run holds an adapter to bot.Adapter. open makes a new adapter and its fake
// for one check and ends them through t.Cleanup. Checks run in parallel.
func Run(t *testing.T, open func(t *testing.T) Harness) {
	for _, c := range checks() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			for _, needed := range c.needs {
				if why := h.Excuse(needed); why != "" {
					t.Skipf("%s: cannot occur here: %s", needed, why)
				}
			}
			c.run(t, h)
		})
	}
}

// check is one thing that every adapter does.
type check struct {
	name  string
	needs []Case
	run   func(testing.TB, Harness)
}

func checks() []check { return nil }
