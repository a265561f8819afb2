package delivery

import (
	"fmt"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/scheduler"
)

// viewAgain is how long what could not be put in view, corrected or taken away is left
// alone, unless the group or the words change.
const viewAgain = 24 * time.Hour

// viewRest is how long new words stand before others take their place. Processes whose cards
// differ would correct each other; within this time it is seen that they do.
const viewRest = 2 * time.Minute

// spot is where something of a group is kept in view.
type spot struct {
	group string
	place bot.Place
}

// viewed is what became of it there.
type viewed struct {
	post      bot.Delivery   // the last one that was posted; zero if there is none
	revisions []bot.Delivery // of that one, newest first
	tries     []bot.Delivery // that were not posted since, newest first
}

// stands reports whether the post still stands, as far as is known.
func (v viewed) stands() bool {
	gone := len(v.revisions) > 0 && v.revisions[0].Reason.Code == bot.PostGone
	return v.post.Revisable() && !gone
}

// busy reports whether something is under way.
func (v viewed) busy() bool {
	open := func(all []bot.Delivery) bool { return len(all) > 0 && !all[0].State.Final() }
	return open(v.tries) || open(v.revisions)
}

// signedWords are what is to stand in view at one moment, by platform and languages: most
// groups read the same, and each platform is asked for what it may show.
type signedWords struct {
	deck *cards.Deck
	now  time.Time
	of   map[string]viewWords
}

// viewWords are words that may be put in view.
type viewWords struct {
	hash      string
	why       bot.Reason // none are signed
	unsettled bool       // some of those that were wait for a signature again
}

func (s signedWords) in(g bot.Group, place bot.Place) viewWords {
	key := string(place.Platform) + " " + strings.Join(g.Langs, ",")
	words, ok := s.of[key]
	if !ok {
		_, words.hash, words.why = s.deck.PostOf(bot.Delivery{Kind: bot.OfView, Place: place}, g, s.deck.Signed(), s.now)
		words.unsettled = cards.Unsettled(s.deck, g.Langs, s.now)
		s.of[key] = words
	}
	return words
}

// InView implements bot.Planner. Every process makes the same of the same record, so that
// nothing is posted twice.
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

// look sorts a record by where it was posted.
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

// view is what has to be done so that a group's agreements are in view in a place; due is
// false if nothing has. Nothing is posted while the group is paused or has quiet hours:
// what stands there already is corrected all the same.
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

// heldBack says why nothing new is posted to a group at this moment, or nothing.
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

// revise corrects a post or takes it away, unless the same was asked for a short while
// ago: it did not work, or another process put other words there. Each revision is named
// for its words, the group's version and the one before it, so that no name comes twice.
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
