package intake

import (
	"cmp"
	"errors"
	"net/http"
	"sync"
	"time"
)

// Clock is how far a platform's clock is ahead of ours, by the Date of its answers. The
// zero value knows nothing yet.
type Clock struct {
	mu    sync.Mutex
	read  time.Time // when it was seen last; zero for never
	ahead time.Duration
}

// ClockOff is how far a machine's clock may differ from a platform's: 36 seconds. That is 30,
// and 6 more by which a reading may be wrong: it has whole seconds, and may have taken
// slowMost to arrive.
const ClockOff = 30*time.Second + slowMost + time.Second

// errNoClock reports an answer that does not tell the time, or came too late to.
var errNoClock = errors.New("the answer does not tell the time")

// slowMost is how long an answer may take whose Date still tells something.
const slowMost = 5 * time.Second

// Learn reads the Date of an answer, which has whole seconds and was written between
// the request and the arrival of the header. Where that took long, it tells little.
func (c *Clock) Learn(h http.Header, asked, came time.Time) {
	at, err := http.ParseTime(h.Get("Date"))
	if err != nil || came.Sub(asked) > slowMost {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read, c.ahead = came, at.Sub(came.Round(0))
}

// At is the platform's time at an instant of ours, and when its clock was seen last.
func (c *Clock) At(now time.Time) (theirs, read time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return now.Round(0).Add(c.ahead), c.read
}

// Ask makes a request and gives the platform's time now, right to some seconds, by the Date
// of the answer; a refusal has one too. Our clock may be so far off that the platform's
// certificate is not valid by it. Then theirs is the nearest moment at which it is valid.
func (c *Clock) Ask(request func() error) (theirs time.Time, err error) {
	asked := time.Now()
	err = request()
	theirs, read := c.At(time.Now())
	if !read.Before(asked) {
		return theirs, nil
	}
	var none *NoAnswerError
	if errors.As(err, &none) && !none.Valid.IsZero() {
		return none.Valid, nil
	}
	return time.Time{}, cmp.Or(err, errNoClock)
}
