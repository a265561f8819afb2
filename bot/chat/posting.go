package chat

import (
	"context"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// post posts a card by hand: it makes one delivery for each place, in one transaction. d has its kind,
// group and card, and as Reminder a name: what has the same name and Nominal is posted once. The words
// are looked up, and must be approved, at the moment when a delivery is sent.
func (k *kit) post(ctx context.Context, by bot.Actor, d bot.Delivery, places ...bot.Place) error {
	d.At, d.State = k.now().UTC(), bot.Due
	return k.store.Post(ctx, by, bot.Each(places, func(p bot.Place) bot.Delivery {
		one := d
		one.Key, one.Place = bot.Key(d.Reminder, d.Nominal, p), p
		return one
	})...)
}

// takeBack is the button with which somebody corrects or withdraws what they posted by hand: by the
// history of its group, or, in a channel of no group, by the post's own key.
func takeBack(w *words.Reader, group, key string) bot.Action {
	back := bot.Action{Label: w.T("Correct or withdraw it"), Call: bot.NewSub("post", "show", "key", key)}
	if group != "" {
		back.Call = bot.NewSub("reminder", "history", "group", group)
	}
	return back
}

// once is the call of a button under a preview. It carries a random name, so that a second
// press, or a press that is delivered twice, does nothing more. It also carries seen, which
// says what the person saw: the beginning of the words' hash, or a check sum.
func once(call bot.Call, seen string) bot.Call {
	call.Flow.Seen = NewRevisionID() + seen
	return call
}

// pressed returns what a button made by once carries; empty if none was pressed.
func pressed(r asked) (name, seen string) {
	carried := r.Flow.Seen
	if len(carried) <= nameLength || !bot.IsWord(carried) {
		return "", ""
	}
	return carried[:nameLength], carried[nameLength:]
}

// TestReminder posts a reminder's card, marked as a test, to a channel that the group does not
// see, at most once a minute. It returns that channel. from is the platform of the request;
// empty for none.
func (k *kit) TestReminder(ctx context.Context, by bot.Actor, id string, from bot.Platform) (bot.Place, error) {
	r, g, err := k.Changes.Reminders.Find(ctx, by, id)
	if err != nil {
		return bot.Place{}, err
	}
	place := k.testPlace(g, from)
	if place == (bot.Place{}) {
		return bot.Place{}, bot.Wrong("there is no channel to test in: name one where the group's moderators are told of problems, or set a staff channel")
	}
	signed := k.deck.Signed()
	card, withdrawn := k.deck.Choose(r.Topic, g, nil, signed, k.now())
	if !withdrawn.IsZero() {
		return bot.Place{}, bot.Wrong("the topic %s is no longer in the content", r.Topic)
	}
	if _, _, skip := k.deck.Post(card, place.Platform, g.Langs, signed, k.now()); !skip.IsZero() {
		return bot.Place{}, bot.Wrong("a clinician has not approved the words of %s yet, so there is nothing to test", r.Topic)
	}
	minute := scheduler.CivilOf(k.now().UTC())
	return place, k.post(ctx, by, bot.Delivery{Kind: bot.OfTest, Reminder: "test-" + r.ID, Nominal: minute, Group: g.ID, Card: card}, place)
}

// testPlace is the channel for a group's tests: the staff's, or, for people who cannot see that,
// the group's channel for moderators; the zero Place if there is neither.
func (k *kit) testPlace(g bot.Group, from bot.Platform) bot.Place {
	if slices.Contains(g.Places, g.Moderators) { // saved by an older program, which did not refuse it
		g.Moderators = bot.Place{}
	}
	if k.staff == (bot.Place{}) || from != "" && from != k.staff.Platform && g.Moderators.Platform == from {
		return g.Moderators
	}
	return k.staff
}

// AllTheSame says in a preview that the group is paused, or that these are its quiet hours: only
// reminders are held back then, not what somebody posts by hand. It is empty at other times.
func AllTheSame(w *words.Reader, g bot.Group, now time.Time) []content.Block {
	if g.Paused.After(now) {
		said := w.Say("This group is paused until %s, but this will still be posted.", w.Moment(g.Paused, groupZone(g)))
		if g.Paused.Equal(bot.Forever) {
			said = w.Say("This group is paused, but this will still be posted.")
		}
		return []content.Block{words.Paragraph(said)}
	}
	if calendar, err := g.Calendar(); err != nil || !calendar.Quiet(now) {
		return nil
	}
	return []content.Block{words.Paragraph(w.Say("These are quiet hours in this group (%s), but this will still be posted.", words.SayQuiet(w, g.Quiet)))}
}
