package delivery

import (
	"fmt"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/scheduler"
)

// viewAgain is how long the program waits after it could not post, correct or remove what is
// kept in view. It tries earlier if the group or the words change.
const viewAgain = 24 * time.Hour

// viewRest is how long words stay in view before other words replace them. Without it,
// processes with different cards would correct each other without end; within this time the
// program notices that their cards differ.
const viewRest = 2 * time.Minute

// spot is one place of a group where its agreements are kept in view.
type spot struct {
	group string
	place bot.Place
}

// viewed is what was delivered to one spot.
type viewed struct {
	post      bot.Delivery   // the newest that was posted; zero if there is none
	revisions []bot.Delivery // revisions of post, newest first
	tries     []bot.Delivery // newer deliveries than post, none of them sent, newest first
}

// stands reports whether the post is still in its channel, by what is on record.
func (v viewed) stands() bool {
	gone := len(v.revisions) > 0 && v.revisions[0].Reason.Code == bot.PostGone
	return v.post.Revisable() && !gone
}

// busy reports whether a post or a revision of it is under way.
func (v viewed) busy() bool {
	open := func(all []bot.Delivery) bool { return len(all) > 0 && !all[0].State.Final() }
	return open(v.tries) || open(v.revisions)
}

// signedWords has the words that may be in view at one moment, by platform and languages. They
// are worked out once for all groups with the same platform and languages.
type signedWords struct {
	deck *cards.Deck
	now  time.Time
	of   map[string]viewWords
}

// viewWords are words that may be put in view.
type viewWords struct {
	hash      string
	why       bot.Reason // why there are none; zero if there are
	unsettled bool       // an agreement that was signed before waits for a new signature
}

func (s signedWords) in(g bot.Group, place bot.Place) viewWords {
	key := string(place.Platform) + " " + strings.Join(g.Langs, ",")
	words, ok := s.of[key]
	if ok {
		return words
	}
	_, words.hash, words.why = s.deck.PostOf(bot.Delivery{Kind: bot.OfView, Place: place}, g, s.deck.Signed(), s.now)
	words.unsettled = cards.Unsettled(s.deck, g.Langs, s.now)
	s.of[key] = words
	return words
}

// InView implements bot.Planner. From the same record every process makes deliveries with the
// same keys, so nothing is posted twice.
func (p Planner) InView(groups []bot.Group, record []bot.Delivery, now time.Time) []bot.Delivery {
	seen := look(record)
	signed := signedWords{p.deck, now, make(map[string]viewWords)}
	var out []bot.Delivery
	add := func(d bot.Delivery, due bool) {
		if due {
			out = append(out, d)
		}
	}
	for _, g := range groups {
		for _, place := range g.Places {
			if !g.InView {
				continue
			}
			at := spot{g.ID, place}
			if v := seen[at]; !v.busy() {
				add(view(g, place, v, signed.in(g, place), now))
			}
			delete(seen, at)
		}
	}
	for _, d := range record { // in order
		at := spot{d.Group, d.Place}
		if v, ok := seen[at]; ok && !v.busy() && v.stands() {
			add(revise(v, bot.OfRemoval, "", 0, now))
		}
		delete(seen, at)
	}
	return out
}

// look sorts the deliveries on record by spot.
func look(record []bot.Delivery) map[spot]viewed {
	revisions := make(map[string][]bot.Delivery)
	seen := make(map[spot]viewed)
	for _, d := range record {
		at := spot{d.Group, d.Place}
		v := seen[at]
		switch {
		case d.Kind.Revises():
			revisions[d.Follows] = append(revisions[d.Follows], d)
		case v.post.Key != "": // an older one
		case d.State == bot.Sent:
			v.post = d
		default:
			v.tries = append(v.tries, d)
		}
		seen[at] = v
	}
	for at, v := range seen {
		v.revisions = revisions[v.post.Key]
		seen[at] = v
	}
	return seen
}

// view is the delivery that brings a group's agreements into view in a place, or up to date
// there; due is false if nothing is to be done. While the group is paused or has quiet hours,
// it makes no new post, but it still corrects one that is there.
func view(g bot.Group, place bot.Place, v viewed, signed viewWords, now time.Time) (d bot.Delivery, due bool) {
	made := bot.Delivery{Kind: bot.OfView, Group: g.ID, Place: place, At: now.UTC(), Card: bot.Agreements, State: bot.Due, Version: g.Version}
	if !signed.why.IsZero() {
		return made, false
	}
	if v.stands() {
		behind := signed.hash != v.post.Words() || unpinned(v.post)
		if !behind || signed.unsettled {
			return made, false
		}
		return revise(v, bot.OfCorrection, signed.hash, g.Version, now)
	}
	if v.post.Became == bot.OfWithdrawal && signed.hash == v.post.Words() || !heldBack(g, now).IsZero() {
		return made, false
	}
	before := v.post.Key
	if len(v.tries) > 0 {
		last := v.tries[0]
		held := last.Reason.Code == bot.Paused || last.Reason.Code == bot.QuietHours
		if !held && last.Version == g.Version && now.Before(last.At.Add(viewAgain)) {
			return made, false
		}
		before = last.Key
	}
	made.Reminder = fmt.Sprintf("view-%s-%d-%s", g.ID, g.Version, before)
	made.Key = bot.Key(made.Reminder, scheduler.Civil{}, place)
	return made, true
}

// heldBack says why nothing new may be posted to a group at this moment; zero if it may.
func heldBack(g bot.Group, now time.Time) bot.Reason {
	if g.Paused.After(now) {
		return bot.Reason{Code: bot.Paused}
	}
	calendar, err := g.Calendar()
	if err != nil {
		return bot.NotDelivered.With(err.Error())
	}
	if calendar.Quiet(now) {
		return bot.Reason{Code: bot.QuietHours}
	}
	return bot.Reason{}
}

// revise makes the correction or removal of a post. due is false if the last revision of the
// kind is too recent: the same words failed less than viewAgain ago, or other words were put
// there less than viewRest ago. The name of a revision has its words, the group's version and
// the revision before it, so no name comes twice.
func revise(v viewed, kind bot.DeliveryKind, hash string, version int64, now time.Time) (d bot.Delivery, due bool) {
	before := v.post.Key
	if len(v.revisions) > 0 {
		last := v.revisions[0]
		var rest time.Duration
		switch {
		case last.Kind != kind:
		case last.Asked != hash:
			rest = viewRest
		case last.Version == version:
			rest = viewAgain
		}
		if now.Before(last.At.Add(rest)) {
			return d, false
		}
		before = last.Key
	}
	d = bot.Revise(v.post, kind, fmt.Sprintf("view-%s-%d-%s", hash, version, before), now.UTC())
	d.Version, d.Asked = version, hash
	return d, true
}
