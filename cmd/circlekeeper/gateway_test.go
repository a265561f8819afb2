package main

import (
	"errors"
	"testing"
	"time"

	"circlekeeper/adapters/database"
)

// The gateway is served without the database's word only where that cannot be asked
// for a while: sooner by a process that never knew of another.
func TestTheGatewayIsServedWhereNobodyCanBeAsked(t *testing.T) {
	t.Parallel()
	away, broken := &database.Fault{Cause: database.Unreachable}, errors.New("no such table")
	for name, c := range map[string]struct {
		before []error       // what asking came to, in a second each
		then   error         // again and again
		after  time.Duration // when it is served; 0: never
	}{
		"a new process":            {nil, away, assumeFirst},
		"one that stood by":        {[]error{database.ErrHeld}, away, assumeLater},
		"one that held it":         {[]error{nil}, away, assumeLater},
		"after a short outage":     {[]error{away, away, database.ErrHeld, away, nil}, away, assumeLater},
		"another process holds it": {nil, database.ErrHeld, 0},
		"no table yet":             {[]error{away}, broken, 0},
	} {
		u, at := unasked{patience: assumeFirst}, storyStart
		for _, err := range c.before {
			if u.now(err, at, at) {
				t.Errorf("%s: served at once", name)
			}
			at = at.Add(time.Second)
		}
		var served time.Duration
		for passed := time.Duration(0); passed < time.Hour && served == 0; passed += time.Second {
			if u.now(c.then, at.Add(passed), at.Add(passed)) {
				served = passed
			}
		}
		if served != c.after {
			t.Errorf("%s: served after %s, want %s", name, served, c.after)
		}
	}
}
