package chat

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// maxMissed bounds how many missed occurrences of one reminder are written down
// one by one after a long outage; the last one says how far the gap reaches.
const maxMissed = 100

// Plan turns every occurrence of a due reminder up to now into deliveries. Of
// several that are due together, as after an outage, only the newest is posted;
// the others are skipped on record.
func (b *Bot) Plan(due bot.DueReminder, signed content.SignOff, now time.Time) bot.Plan {
	r, g := due.Reminder, due.Group
	calendar, rule, err := bot.Timing(r, g)
	if err != nil {
		r.Next, r.Fault = scheduler.Occurrence{}, err.Error()
		return bot.Plan{Reminder: r, Trouble: &bot.Trouble{Subject: bot.ReminderSubject(r.ID), Reason: r.Fault, Group: g.ID}}
	}
	p := bot.Plan{}
	for missed := 0; !r.Next.At.IsZero() && !r.Next.At.After(now); missed++ {
		o := r.Next
		next, ok := calendar.Next(rule, o)
		gap := ""
		if ok && missed == maxMissed && !next.At.After(now) {
			next, ok = calendar.First(rule, now)
			gap = next.Nominal.String()
		}
		reason := ""
		switch off := calendar.CalledOff(rule, o); {
		case off != 0:
			reason = bot.OffReason(off)
		case gap != "":
			reason = fmt.Sprintf(bot.LateGap, gap)
		case now.After(calendar.Deadline(rule, o, r.Late)):
			reason = bot.Late
		case ok && !next.At.After(now) && calendar.CalledOff(rule, next) == 0:
			reason = bot.Late + ": a newer one is due"
		}
		card := ""
		if reason == "" {
			card, reason = b.choose(r.Topic, g, due.Used, signed, now)
			p.Card, p.Nominal = card, o.Nominal
		}
		for _, place := range g.Places {
			d := bot.Delivery{
				Key: bot.Key(r.ID, o.Nominal, place.String()), Kind: bot.OfReminder,
				Reminder: r.ID, Group: g.ID, Place: place.String(), Nominal: o.Nominal, At: o.At,
				Card: card, State: bot.Due,
			}
			if reason != "" {
				d.State, d.Reason, d.Settled = bot.Skipped, reason, now
				p.Trouble = cmp.Or(p.Trouble, troubleOf(d, place, bot.Settlement{State: d.State, Reason: d.Reason}))
			}
			p.Deliveries = append(p.Deliveries, d)
		}
		if !ok {
			r.Next, r.Fault = scheduler.Occurrence{}, bot.NeverAgain
			break
		}
		r.Next = next
	}
	if r.Fault == "" && (r.Paused.After(now) || g.Paused.After(now)) {
		r = bot.Schedule(r, g, now) // what was due is on record; the pause begins
	}
	p.Reminder = r
	return p
}

// choose picks the card of a rotation that was planned longest ago, among those
// that a clinician has approved: no card returns before all have been posted.
// Where none is approved it names the first, so that the record tells which
// words are missing their approval.
func (b *Bot) choose(topic string, g bot.Group, used map[string]time.Time, signed content.SignOff, now time.Time) (card, reason string) {
	ids, ok := b.library.Topic(topic)
	if !ok || len(ids) == 0 {
		return "", bot.Withdrawn
	}
	ready := slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		return len(b.approvedCards(id, g.Langs, allPlayground(g.Places), signed, now)) == 0
	})
	if len(ready) == 0 {
		ready = ids
	}
	return slices.MinFunc(ready, func(a, b string) int {
		return cmp.Or(used[a].Compare(used[b]), cmp.Compare(slices.Index(ids, a), slices.Index(ids, b)))
	}), ""
}

// AnyApproved tells whether a topic has a card that may be posted to a group now.
func (b *Bot) AnyApproved(topic string, g bot.Group) bool {
	ids, _ := b.library.Topic(topic)
	return slices.ContainsFunc(ids, func(id string) bool {
		return len(b.approvedCards(id, g.Langs, allPlayground(g.Places), *b.signed.Load(), b.now())) > 0
	})
}

// approvedCards gives a card in each of the languages in which it may be posted
// now; English if none are named. The playground shows all, marked.
func (b *Bot) approvedCards(id string, langs []string, playground bool, signed content.SignOff, now time.Time) []content.Card {
	if len(langs) == 0 {
		langs = []string{"en"}
	}
	var out []content.Card
	for _, lang := range langs {
		c, ok := b.library.Exact(id, lang)
		if ok && (c.Exempt || playground || signed.Approved(c, now)) {
			out = append(out, c)
		}
	}
	return out
}

func allPlayground(places []bot.Place) bool {
	return !slices.ContainsFunc(places, func(p bot.Place) bool { return p.Platform != bot.Playground })
}
