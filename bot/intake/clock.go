package intake

import (
	"cmp"
	"errors"
	"net/http"
	"sync"
	"time"
)

// Clock is how far a platform's clock is ahead of ours, by the Date header of its answers.
// The zero value knows nothing yet.
type Clock struct {
	mu    sync.Mutex
	read  time.Time // when it was seen last; zero for never
	ahead time.Duration
}

// ClockOff is how far a machine's clock may differ from a platform's: 36 seconds. That is 30,
// and 6 by which a reading may be wrong: 1 because Date has whole seconds, and 5 because the
// answer may have taken slowMost.
const ClockOff = 30*time.Second + slowMost + time.Second

// errNoClock reports an answer without a Date, or one that took longer than slowMost.
var errNoClock = errors.New("the answer does not tell the time")

// slowMost is how long an answer may take; the Date of a slower one is not used.
const slowMost = 5 * time.Second

// Learn reads the Date of an answer to a request that was made at asked and whose header
// arrived at came. Date was written between the two, so Learn ignores slow answers.
func (c *Clock) Learn(h http.Header, asked, came time.Time) {
	at, err := http.ParseTime(h.Get("Date"))
	if err != nil || came.Sub(asked) > slowMost {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read, c.ahead = came, at.Sub(came.Round(0))
}

// At is the platform's time at an instant of our clock, and when Learn last read its clock.
func (c *Clock) At(now time.Time) (theirs, read time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return now.Round(0).Add(c.ahead), c.read
}

// Ask makes a request and returns the platform's time now, by the Date of the answer, even if
// that is a refusal. It may be a few seconds off. If our clock is so wrong that the platform's
// certificate is not valid by it, theirs is the nearest moment at which it is valid.
func (c *Clock) Ask(request func() error) (theirs time.Time, err error) {
	asked := time.Now()
	err = request()
	theirs, read := c.At(time.Now())
	if !read.Before(asked) {
		return theirs, nil
	}
	if none, ok := errors.AsType[*NoAnswerError](err); ok && !none.Valid.IsZero() {
		return none.Valid, nil
	}
	return time.Time{}, cmp.Or(err, errNoClock)
}
