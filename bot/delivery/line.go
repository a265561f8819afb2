package delivery

import (
	"time"

	"circlekeeper/bot"
)

// lines remembers when the first delivery of each line takes its next step. The deliveries
// behind it can only follow it: without this they would ask the database every two seconds,
// even in an outage of hours. The deliveries to one place are one line; the revisions of one
// post are another.
type lines struct{ rests bot.Recent[line, time.Time] }

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
// settled its first delivery. The deliveries of one that is forgotten only look more often.
const linesMost = 10_000

// rest notes that d, the first of its line, takes its next step after again; 0 if d has ended.
// It ignores deliveries that somebody awaits: they are in no line.
func (l *lines) rest(d bot.Delivery, now time.Time, again time.Duration) {
	if d.Kind.Awaited() {
		return
	}
	if again > retryFirst {
		l.rests.Set(lineOf(d), now.Add(again))
	} else if _, rests := l.rests.Get(lineOf(d)); rests {
		l.rests.Set(lineOf(d), time.Time{})
	}
}

// behind is how long a delivery that is not the first of its line waits.
func (l *lines) behind(d bot.Delivery, now time.Time) time.Duration {
	until, _ := l.rests.Get(lineOf(d))
	return min(max(until.Sub(now), 0)+retryFirst, behindMost)
}
