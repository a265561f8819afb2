package delivery

import (
	"fmt"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/scheduler"
)

// viewAgain is how long what could not be put in view, corrected or taken away is left
// alone, unless the group or the words change.
const viewAgain = 24 * time.Hour

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

// InView implements bot.Planner. Every process makes the same of the same record, so that
// nothing is posted twice.
func (p Planner) InView(groups []bot.Group, record []bot.Delivery, now time.Time) []bot.Delivery {
	seen := look(record)
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
				add(p.view(g, place, v, now))
			}
			delete(seen, at)
		}
	}
	for _, d := range record { // in order
		at := spot{d.Group, d.Place}
		if v, ok := seen[at]; ok && !v.busy() && v.stands() {
			add(revise(v, bot.OfRemoval, "", now))
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
// false if nothing has.
func (p Planner) view(g bot.Group, place bot.Place, v viewed, now time.Time) (d bot.Delivery, due bool) {
	made := bot.Delivery{Kind: bot.OfView, Group: g.ID, Place: place, At: now.UTC(), Card: bot.Agreements, State: bot.Due}
	_, hash, why := p.deck.PostOf(made, g, p.deck.Signed(), now)
	switch {
	case !why.IsZero():
		return made, false
	case v.stands() && hash != v.post.Words() && !cards.Unsettled(p.deck, g.Langs, now):
		return revise(v, bot.OfCorrection, hash, now)
	case v.stands(), v.post.Became == bot.OfWithdrawal && hash == v.post.Words():
		return made, false
	}
	name := func(tries int) string { return fmt.Sprintf("view-%s-%d-%d-%s", g.ID, g.Version, tries, v.post.Key) }
	n := len(v.tries)
	if n > 0 && v.tries[0].Reminder == name(n-1) && now.Before(v.tries[0].At.Add(viewAgain)) {
		return made, false
	}
	made.Reminder = name(n)
	made.Key = bot.Key(made.Reminder, scheduler.Civil{}, place)
	return made, true
}

// revise corrects a post or takes it away, unless that did not work a short while ago.
func revise(v viewed, kind bot.DeliveryKind, hash string, now time.Time) (d bot.Delivery, due bool) {
	n := len(v.revisions)
	if n > 0 {
		last := v.revisions[0]
		if last.Kind == kind && last.State != bot.Sent && last.Hash == hash && now.Before(last.At.Add(viewAgain)) {
			return d, false
		}
	}
	return bot.Revise(v.post, kind, fmt.Sprintf("view-%s-%d", hash, n), now.UTC()), true
}
