package delivery

import (
	"sync"
	"time"

	"circlekeeper/bot"
)

// lines remember until when the first delivery of each line rests, so that those behind
// it, which can only follow it, need not look every two seconds through an outage of hours.
// Deliveries to one place stand in one line, revisions of one post in another.
type lines struct {
	mu    sync.Mutex
	rests map[line]time.Time
}

type line struct {
	place bot.Place
	post  string // the one that is revised; empty for posts
}

func lineOf(d bot.Delivery) line {
	if d.Kind.Revises() {
		return line{d.Place, d.Follows}
	}
	return line{place: d.Place}
}

// behindMost bounds how long one that stands behind others waits before it looks again:
// the first may have been settled by another process, or withdrawn, meanwhile.
const behindMost = retryMost

// linesMost bounds the lines remembered: those whose first another process has settled stay.
// One that is forgotten is only looked at more often.
const linesMost = 10_000

// rest notes how long the first of a line waits for its next step; 0 if it has ended. What
// stands in no line leaves nothing.
func (l *lines) rest(d bot.Delivery, now time.Time, again time.Duration) {
	if d.Kind.Awaited() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if again <= retryFirst {
		delete(l.rests, lineOf(d))
		return
	}
	if l.rests == nil || len(l.rests) >= linesMost {
		l.rests = make(map[line]time.Time)
	}
	l.rests[lineOf(d)] = now.Add(again)
}

// behind is how long one that is not the first of its line waits.
func (l *lines) behind(d bot.Delivery, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return min(max(l.rests[lineOf(d)].Sub(now), 0)+retryFirst, behindMost)
}

// behind is how long a delivery that is not the first of its line waits: at most to its
// deadline.
func (c *carrying) behind() time.Duration {
	now := c.now()
	return min(c.lines.behind(c.Delivery, now), c.deadline().Sub(now)+time.Millisecond)
}
