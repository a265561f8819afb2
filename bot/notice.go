package bot

import (
	"fmt"
	"time"

	"circlekeeper/scheduler"
)

// News is what a notice tells staff. It becomes words when it is posted.
type News struct {
	Subject Subject
	Since   time.Time // when the trouble began, or the first of several in one notice; zero for other news
	Turn    Turn

	Reason  Reason // of a trouble
	Group   string // the group of a trouble, by its ID; may be empty
	Concern *Concern
	Digest  *Digest
}

// Turn says what changed since a first notice, such as that the trouble is over. The second
// notice is posted in the first one's thread, and the first one is edited to say so too.
type Turn string

// The turns. Began is the first notice itself.
const (
	Began  Turn = ""
	Healed Turn = "healed"
	Taken  Turn = Turn(ConcernTaken)
	Done   Turn = Turn(ConcernDone)
)

// Key names the notice in one place. The same news has the same key, so it is posted once.
func (n News) Key(to Place) string {
	var name string
	switch n.Subject.Kind {
	case AboutConcern, AboutDigest:
		name = n.Subject.String()
	case AboutMany:
		name = fmt.Sprint("notice many ", n.Since.UnixMilli())
	default:
		name = "notice " + n.Subject.String() + " " + n.Since.UTC().Format("20060102T150405.000")
	}
	if n.Turn != Began {
		name += " then " + string(n.Turn)
	}
	return Key(name, scheduler.Civil{}, to)
}

// News is what staff are told when a trouble begins, or that it has healed.
func (t OpenTrouble) News(turn Turn) News {
	return News{Subject: t.Subject, Since: t.Since, Turn: turn, Reason: t.Reason, Group: t.Group}
}

// ConcernNews is what staff are told of a concern.
func ConcernNews(c Concern, turn Turn) News {
	return News{Subject: AboutConcern.Of(c.ID), Turn: turn, Group: c.Group, Concern: &c}
}

// NoticeTo makes the delivery of a notice.
func NoticeTo(to Place, n News, at time.Time) Delivery {
	d := Delivery{Key: n.Key(to), Kind: OfNotice, Place: to, At: at, State: Due, News: &n}
	d.Reminder = d.Key
	if n.Turn != Began {
		first := n
		first.Turn = Began
		d.Follows = first.Key(to)
	}
	return d
}
