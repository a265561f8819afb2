package delivery

import (
	"cmp"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// maxMissed is how many missed occurrences of one reminder are recorded one by one after a
// long outage; the last record says until when all others were missed.
const maxMissed = 100

// Planner turns what has come due into deliveries.
type Planner struct{ deck *cards.Deck }

var _ bot.Planner = Planner{}

// NewPlanner makes a planner that posts the cards of a deck.
func NewPlanner(deck *cards.Deck) Planner { return Planner{deck} }

// Reviews implements bot.Planner.
func (p Planner) Reviews(groups []bot.Group, now time.Time) (unapproved, soon int) {
	return p.deck.Reviews(groups, now)
}

// Plan implements bot.Planner. If several occurrences are due together, such as after an outage, only
// the newest is posted; the others are recorded as skipped.
func (p Planner) Plan(due bot.DueReminder, signed content.SignOff, now time.Time) bot.Plan {
	r, g := due.Reminder, due.Group
	calendar, rule, err := bot.Timing(r, g)
	if err != nil {
		r.Next, r.Fault = scheduler.Occurrence{}, bot.RuleFault.With(err.Error())
		return bot.Plan{Reminder: r, Trouble: &bot.Trouble{Subject: bot.AboutReminder.Of(r.ID), Reason: r.Fault, Group: g.ID}}
	}
	plan := bot.Plan{}
	for missed := 0; !r.Next.At.IsZero() && !r.Next.At.After(now); missed++ {
		o := r.Next
		next, ok := calendar.Next(rule, o)
		folded := ok && missed == maxMissed && !next.At.After(now)
		if folded {
			next, ok = calendar.First(rule, now)
		}
		var why bot.Reason
		switch off := calendar.CalledOff(rule, o); {
		case off != 0:
			why = bot.OffReason(off)
		case folded:
			why = bot.Reason{Code: bot.LateGap, Before: next.Nominal}
		case now.After(calendar.Deadline(rule, o, r.Late)):
			why.Code = bot.Late
		case ok && !next.At.After(now) && calendar.CalledOff(rule, next) == 0:
			why.Code = bot.LateNewer
		}
		card := ""
		if why.IsZero() {
			card, why = p.deck.Choose(r.Topic, g, due.Used, signed, now)
			plan.Card, plan.Nominal = card, o.Nominal
		}
		made, trouble := deliveries(r, g, o, card, why, now)
		if !due.Restored.IsZero() && slices.Contains(firstAfter(calendar, rule, due.Restored), o) {
			doubt(made, due.Restored)
		}
		plan.Deliveries = append(plan.Deliveries, made...)
		plan.Trouble = cmp.Or(plan.Trouble, trouble)
		if !ok {
			r.Next, r.Fault = scheduler.Occurrence{}, bot.Reason{Code: bot.NeverAgain}
			break
		}
		r.Next = next
	}
	if r.Fault.IsZero() && bot.PausedUntil(r, g).After(now) {
		r = bot.Schedule(r, g, now) // what was due is recorded; from now on the reminder is paused
	}
	plan.Reminder = r
	return plan
}

// deliveries are those of one occurrence, one to each of the group's places: due, or
// skipped at once if there is a reason.
func deliveries(r bot.Reminder, g bot.Group, o scheduler.Occurrence, card string, why bot.Reason, now time.Time) (made []bot.Delivery, trouble *bot.Trouble) {
	for _, place := range g.Places {
		d := bot.Delivery{
			Key: bot.Key(r.ID, o.Nominal, place), Kind: bot.OfReminder,
			Reminder: r.ID, Group: g.ID, Place: place, Nominal: o.Nominal, At: o.At,
			Card: card, State: bot.Due,
		}
		if !why.IsZero() {
			d.State, d.Reason, d.Settled = bot.Skipped, why, now
			trouble = cmp.Or(trouble, troubleOf(d, bot.Settlement{State: d.State, Reason: d.Reason}))
		}
		made = append(made, d)
	}
	return made, trouble
}
