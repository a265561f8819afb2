package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// countRange is how many came, no closer than it helps.
func countRange(n int) string {
	switch {
	case n <= 1:
		return "1"
	case n < bot.MaxConcerns:
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
func (b *Bot) concern(ctx context.Context, r bot.Request) (bot.Answer, error) {
	a, err := b.card(r, "concern")
	if err != nil || !b.concerns || b.staff == (bot.Place{}) || b.store == nil || r.Args["part"] != "" {
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
	case errors.Is(err, bot.ErrNotFound):
		more(w.concernNowhere)
		return a, nil
	case err != nil: // who to turn to is worth more than an apology
		b.log.Error("the group of a place could not be looked up", "fault", kindOf(err))
		return a, nil
	}
	category := slices.Index(bot.Categories(), r.Args["kind"])
	switch {
	case category < 0:
		more(fmt.Sprintf(w.concernOffer, g.Name))
		var offered []bot.Action
		for i, kind := range bot.Categories() {
			offered = append(offered, bot.Action{Label: w.categories[i], Call: bot.NewCall("concern", "kind", kind)})
		}
		a.Message.Actions = append(offered, a.Message.Actions...)
		return a, nil
	case r.Args["send"] == "":
		a = b.say(r, fmt.Sprintf(w.concernFirst, command(r.Platform, "crisis")), fmt.Sprintf(w.concernConfirm, w.categories[category], g.Name))
		a.Message.Title = w.categories[category]
		a.Message.Actions = []bot.Action{
			{Label: w.concernSend, Call: bot.NewCall("concern", "kind", r.Args["kind"], "send", "1"), Style: bot.Primary},
			{Label: w.back, Call: bot.NewCall("concern")},
		}
	default:
		calendar, err := g.Calendar()
		if err != nil {
			return bot.Answer{}, err
		}
		now := b.now()
		c := bot.Concern{Group: g.ID, Category: r.Args["kind"], Day: now.In(calendar.Zone()).Format(time.DateOnly)}
		if err := b.store.AddConcern(ctx, c, tellAt(now, calendar.Zone())); err != nil {
			return bot.Answer{}, err
		}
		a = b.say(r, w.concernSent, fmt.Sprintf(w.concernFirst, command(r.Platform, "crisis")))
		a.Message.Actions = []bot.Action{{Label: w.contact, Call: bot.NewCall("contact")}}
	}
	a.Update = true
	return a, nil
}

// concernText is what staff read of a concern.
func concernText(c bot.Concern, group string) string {
	return fmt.Sprintf("A concern was sent from the group %s: %s. Day: %s. How many: %s. Nothing else is known, and nobody can be answered here.",
		group, english().category(c.Category), c.Day, countRange(c.Count))
}

// ConcernNotice makes the news of a concern for staff; at is when it is told.
func ConcernNotice(c bot.Concern, group string, to bot.Place, at time.Time) scheduler.Delivery {
	return bot.NoticeTo(to, bot.ConcernSubject+c.ID, concernText(c, group), at)
}

func (p *phrasebook) category(name string) string {
	if i := slices.Index(bot.Categories(), name); i >= 0 {
		return p.categories[i]
	}
	return name
}

// concernActions are what staff can do about a concern.
func concernActions(w *phrasebook, id string, state bot.ConcernState) []bot.Action {
	done := bot.Action{Label: w.concernIsDone, Call: sub("concerns", "done", "id", id)}
	switch state {
	case bot.ConcernOpen:
		return []bot.Action{{Label: w.concernIsTaken, Call: sub("concerns", "take", "id", id)}, done}
	case bot.ConcernTaken:
		return []bot.Action{done}
	}
	return nil
}

func (b *Bot) concernTake(ctx context.Context, r bot.Request) (bot.Answer, error) {
	return b.setConcern(ctx, r, bot.ConcernTaken, b.in(r).concernNowTaken)
}

func (b *Bot) concernDone(ctx context.Context, r bot.Request) (bot.Answer, error) {
	return b.setConcern(ctx, r, bot.ConcernDone, b.in(r).concernNowDone)
}

func (b *Bot) setConcern(ctx context.Context, r bot.Request, state bot.ConcernState, said string) (bot.Answer, error) {
	if err := b.ready(r.Actor); err != nil {
		return bot.Answer{}, err
	}
	w, id := b.in(r), r.Args["id"]
	if r.Platform != b.staff.Platform { // concerns are the staff's alone
		return bot.Answer{}, bot.Wrong("%s", w.concernGone)
	}
	text := map[bot.ConcernState]string{bot.ConcernTaken: "Taken: somebody on staff looks after this concern.", bot.ConcernDone: "Done: staff have looked after this concern."}[state]
	notice := bot.NoticeTo(b.staff, bot.FollowUp(bot.ConcernSubject+id, string(state)), text, b.now().UTC())
	err := b.store.SetConcern(ctx, r.Actor, id, state, notice)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return bot.Answer{}, bot.Wrong("%s", w.concernGone)
	case errors.Is(err, bot.ErrChanged):
		return bot.Answer{}, bot.Wrong("%s", w.concernAlready)
	case err != nil:
		return bot.Answer{}, err
	}
	b.Touch()
	a := b.say(r, said)
	a.Message.Actions = concernActions(w, id, state)
	a.Update = true
	return a, nil
}
