package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// Concern is what staff learn of a concern: what it is about, whose group's
// place it came from and on which day. Of whoever pressed the button, and of the
// time, nothing is kept anywhere.
//
// What comes of one group and category on one day is one concern. Staff are told
// at fixed hours of the day, at least an hour later, so that the moment of a
// notice says only in which part of the day it was; see tellAt.
type Concern struct {
	ID       string // made by the store, of chance alone
	Group    string // a group's ID
	Category string // one of Categories
	Day      string // in the group's zone: "2026-11-24"
	Count    int    // at most MaxConcerns: "that many or more"
	State    ConcernState
}

// ConcernState is how far staff are with a concern.
type ConcernState string

// The states of a concern.
const (
	ConcernOpen  ConcernState = "open"
	ConcernTaken ConcernState = "taken" // somebody looks after it
	ConcernDone  ConcernState = "done"
)

// MaxConcerns is where counting ends: exact numbers say too much.
const MaxConcerns = 5

// Categories is what a concern can be about.
func Categories() []string { return []string{"confidentiality", "respect", "conflict", "other"} }

// countRange is how many came, no closer than it helps.
func countRange(n int) string {
	switch {
	case n <= 1:
		return "1"
	case n < MaxConcerns:
		return "2–4"
	}
	return "5 or more"
}

// tellAt is when staff are told of a concern that comes now: at the next of four
// hours of the group's day that is at least an hour away.
func tellAt(now time.Time, zone *time.Location) time.Time {
	local := now.In(zone)
	for day := local.Day(); ; day++ {
		for _, hour := range []int{8, 12, 16, 20} {
			at := time.Date(local.Year(), local.Month(), day, hour, 0, 0, 0, zone)
			if !at.Before(now.Add(time.Hour)) {
				return at.UTC()
			}
		}
	}
}

// concern shows who to turn to. Where the clinic has turned it on it also offers
// to tell staff what a concern is about, in the channel of a group alone.
func (b *Bot) concern(ctx context.Context, r Request) (Answer, error) {
	a, err := b.card(r, "concern")
	if err != nil || !b.concerns || b.staff == (Place{}) || b.store == nil || r.Args["part"] != "" {
		return a, err
	}
	w := b.in(r)
	more := func(text string) {
		a.Message.Blocks, a.Message.Page = append(slices.Clone(a.Message.Blocks), content.Text(text)), false
	}
	if r.Place.Channel == "" {
		more(w.concernDirect)
		return a, nil
	}
	g, err := b.groupHere(ctx, r)
	switch {
	case errors.Is(err, ErrNotFound):
		more(w.concernNowhere)
		return a, nil
	case err != nil: // who to turn to is worth more than an apology
		b.log.Error("the group of a place could not be looked up", "fault", kindOf(err))
		return a, nil
	}
	category := slices.Index(Categories(), r.Args["kind"])
	switch {
	case category < 0:
		more(fmt.Sprintf(w.concernOffer, g.Name))
		var offered []Action
		for i, kind := range Categories() {
			offered = append(offered, Action{Label: w.categories[i], Call: call("concern", "kind", kind)})
		}
		a.Message.Actions = append(offered, a.Message.Actions...)
		return a, nil
	case r.Args["send"] == "":
		a = b.say(r, fmt.Sprintf(w.concernFirst, command(r.Platform, "crisis")), fmt.Sprintf(w.concernConfirm, w.categories[category], g.Name))
		a.Message.Title = w.categories[category]
		a.Message.Actions = []Action{
			{Label: w.concernSend, Call: call("concern", "kind", r.Args["kind"], "send", "1"), Style: Primary},
			{Label: w.back, Call: call("concern")},
		}
	default:
		calendar, err := g.Calendar()
		if err != nil {
			return Answer{}, err
		}
		now := b.now()
		c := Concern{Group: g.ID, Category: r.Args["kind"], Day: now.In(calendar.Zone()).Format(time.DateOnly)}
		if err := b.store.AddConcern(ctx, c, tellAt(now, calendar.Zone())); err != nil {
			return Answer{}, err
		}
		a = b.say(r, w.concernSent, fmt.Sprintf(w.concernFirst, command(r.Platform, "crisis")))
		a.Message.Actions = []Action{{Label: w.contact, Call: call("contact")}}
	}
	a.Update = true
	return a, nil
}

// Notice is what staff read of a concern.
func (c Concern) Notice(group string) string {
	return fmt.Sprintf("A concern was sent from the group %s: %s. Day: %s. How many: %s. Nothing else is known, and nobody can be answered here.",
		group, english().category(c.Category), c.Day, countRange(c.Count))
}

// ConcernNotice makes the news of a concern for staff; at is when it is told.
func ConcernNotice(c Concern, group string, to Place, at time.Time) scheduler.Delivery {
	return NoticeTo(to, concernSubject+c.ID, c.Notice(group), at)
}

func (p *phrasebook) category(name string) string {
	if i := slices.Index(Categories(), name); i >= 0 {
		return p.categories[i]
	}
	return name
}

// concernActions are what staff can do about a concern.
func concernActions(w *phrasebook, id string, state ConcernState) []Action {
	done := Action{Label: w.concernIsDone, Call: sub("concerns", "done", "id", id)}
	switch state {
	case ConcernOpen:
		return []Action{{Label: w.concernIsTaken, Call: sub("concerns", "take", "id", id)}, done}
	case ConcernTaken:
		return []Action{done}
	}
	return nil
}

func (b *Bot) concernTake(ctx context.Context, r Request) (Answer, error) {
	return b.setConcern(ctx, r, ConcernTaken, b.in(r).concernNowTaken)
}

func (b *Bot) concernDone(ctx context.Context, r Request) (Answer, error) {
	return b.setConcern(ctx, r, ConcernDone, b.in(r).concernNowDone)
}

func (b *Bot) setConcern(ctx context.Context, r Request, state ConcernState, said string) (Answer, error) {
	if err := b.ready(r.Actor); err != nil {
		return Answer{}, err
	}
	w, id := b.in(r), r.Args["id"]
	if r.Platform != b.staff.Platform { // concerns are the staff's alone
		return Answer{}, wrong("%s", w.concernGone)
	}
	text := map[ConcernState]string{ConcernTaken: "Taken: somebody on staff looks after this concern.", ConcernDone: "Done: staff have looked after this concern."}[state]
	notice := NoticeTo(b.staff, FollowUp(concernSubject+id, string(state)), text, b.now().UTC())
	err := b.store.SetConcern(ctx, r.Actor, id, state, notice)
	switch {
	case errors.Is(err, ErrNotFound):
		return Answer{}, wrong("%s", w.concernGone)
	case errors.Is(err, ErrChanged):
		return Answer{}, wrong("%s", w.concernAlready)
	case err != nil:
		return Answer{}, err
	}
	b.Touch()
	a := b.say(r, said)
	a.Message.Actions = concernActions(w, id, state)
	a.Update = true
	return a, nil
}
