package adaptertest

import "testing"

// Run checks that an adapter does what bot.Adapter promises. open makes a new adapter and its
// fake for one check, and ends them by t.Cleanup. Checks run in parallel.
func Run(t *testing.T, open func(t *testing.T) Harness) { run(t, checks(), open) }

// RunPosts runs only the checks of what is posted. It is for another kind of place, in which
// nobody can ask.
func RunPosts(t *testing.T, open func(t *testing.T) Harness) { run(t, sending(), open) }

func run(t *testing.T, all []check, open func(t *testing.T) Harness) {
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			c.hold(t, h)
		})
	}
}

// check is one thing that every adapter does.
type check struct {
	name  string
	needs []Case
	run   func(testing.TB, Harness)
}

func checks() []check { return append(asking(), sending()...) }

// hold runs the check, unless the platform has an excuse.
func (c check) hold(t testing.TB, h Harness) {
	for _, needed := range c.needs {
		if why := h.Excuse(needed); why != "" {
			t.Skipf("%s: cannot be here: %s", needed, why)
		}
	}
	defer inspect(t, h)
	c.run(t, h)
}
