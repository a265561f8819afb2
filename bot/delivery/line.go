package delivery

import (
	"sync"
	"time"

	"circlekeeper/bot"
)

// lines remembers when the first delivery of each line takes its next step. The deliveries
// behind it can only follow it: without this they would ask the database every two seconds,
// even in an outage of hours. The deliveries to one place are one line; the revisions of one
// post are another.
type lines struct {
	mu    sync.Mutex
	rests map[line]time.Time
}

type line struct {
	place bot.Place
	post  string // the key of the post to revise; empty for a line of posts
}

func lineOf(d bot.Delivery) line {
	if d.Kind.Revises() {
		return line{d.Place, d.Follows}
	}
	return line{place: d.Place}
}

// behindMost is the longest time that a delivery waits behind others before it looks again:
// meanwhile another process may have settled the first one.
const behindMost = retryMost

// linesMost bounds how many lines are remembered: a line stays in memory if another process
// settled its first delivery. When the bound is reached, all are forgotten; their deliveries
// then only look more often.
const linesMost = 10_000

// rest notes that d, the first of its line, takes its next step after again; 0 if d has ended.
// It ignores deliveries that somebody awaits: they are in no line.
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

// behind is how long a delivery that is not the first of its line waits.
func (l *lines) behind(d bot.Delivery, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return min(max(l.rests[lineOf(d)].Sub(now), 0)+retryFirst, behindMost)
}
