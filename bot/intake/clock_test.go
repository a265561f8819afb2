package intake

import (
	"net/http"
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	t.Parallel()
	var c Clock
	now := time.Now()
	if _, seen := c.Since(now.Add(-time.Hour)); seen {
		t.Error("known before the first answer")
	}
	said := func(at time.Time) http.Header { return http.Header{"Date": {at.UTC().Format(http.TimeFormat)}} }
	c.Learn(said(now.Add(2*time.Hour)), now, now)
	if theirs, seen := c.Since(now); !seen || (time.Until(theirs)-2*time.Hour).Abs() > 2*time.Second {
		t.Errorf("it shows %s, seen: %v; want two hours from now", theirs, seen)
	}
	if _, seen := c.Since(now.Add(time.Millisecond)); seen {
		t.Error("seen since a later moment")
	}
	c.Learn(http.Header{"Date": {"yesterday"}}, now, now)
	c.Learn(http.Header{}, now, now)
	c.Learn(said(now), now.Add(-time.Minute), now) // it took too long to tell anything
	if theirs, _ := c.Since(now); time.Until(theirs) < time.Hour {
		t.Errorf("it shows %s after answers that tell nothing", theirs)
	}
	if theirs, read := c.At(now); read != now || (theirs.Sub(now)-2*time.Hour).Abs() > 2*time.Second {
		t.Errorf("at %s theirs is %s, read %s", now, theirs, read)
	}
}
