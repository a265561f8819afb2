package intake

import (
	"net/http"
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	t.Parallel()
	var c Clock
	if _, known := c.Ahead(); known {
		t.Error("known before the first answer")
	}
	now := time.Now()
	said := func(at time.Time) http.Header { return http.Header{"Date": {at.UTC().Format(http.TimeFormat)}} }
	c.Learn(said(now.Add(2*time.Hour)), now, now)
	if by, known := c.Ahead(); !known || (by-2*time.Hour).Abs() > 2*time.Second {
		t.Errorf("ahead by %s, %v; want two hours", by, known)
	}
	c.Learn(http.Header{"Date": {"yesterday"}}, now, now)
	c.Learn(http.Header{}, now, now)
	c.Learn(said(now), now.Add(-time.Minute), now) // it took too long to tell anything
	if by, _ := c.Ahead(); by < time.Hour {
		t.Errorf("ahead by %s after answers that tell nothing", by)
	}
	if theirs, read := c.At(now); read != now || (theirs.Sub(now)-2*time.Hour).Abs() > 2*time.Second {
		t.Errorf("at %s theirs is %s, read %s", now, theirs, read)
	}
}
