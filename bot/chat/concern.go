package chat

import (
	"context"
	"errors"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/delivery"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

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

// concernHandler answers /concern, and the buttons that staff get with it.
type concernHandler struct {
	*kit
	on bool // the clinic has turned on the categories
}

// answer shows who to turn to. In a group's channel, if the clinic has turned it on, it also
// offers buttons that tell staff what a concern is about.
func (h *concernHandler) answer(ctx context.Context, r asked) (bot.Answer, error) {
	a := h.pages.Card(r.Request, "concern")
	if !h.on || h.staff == (bot.Place{}) || h.store == nil || r.Args["part"] != "" {
		return a, nil
	}
	more := func(said []content.Span) {
		a.Message.Blocks, a.Message.Page = append(slices.Clone(a.Message.Blocks), words.Paragraph(said)), ""
	}
	if r.Place.Channel == "" {
		more(r.w.Say("To tell staff about a concern, use this command in your group’s channel. Only you will see the answer."))
		return a, nil
	}
	g, err := h.groupHere(ctx, r)
	switch {
	case errors.Is(err, bot.ErrNotFound):
		more(r.w.Say("This channel does not belong to a group. Read above who to turn to. To let staff know what a concern is about, ask again in your group’s channel; only you see the answer."))
		return a, nil
	case err != nil: // the card with whom to turn to helps more than an apology
		h.log.Error("the group of a place could not be looked up", "fault", kindOf(err))
		return a, nil
	}
	category := slices.Index(bot.Categories(), r.Args["kind"])
	switch {
	case category < 0:
		more(r.w.Say("You can also let staff know about a concern. They see the topic, the group (%s), the day and about how many concerns came in. Your name is not sent. Still, staff may guess who sent it, from the time or because the group is small. It can take until the next day to reach them. It is kept for a while after they mark it done; %s says how long. They cannot answer you here. Choose a topic to see what would be sent.", g.Name, words.Command("privacy")))
		offered := bot.Each(bot.Categories(), func(kind string) bot.Action {
			return bot.Action{Label: r.w.Category(kind), Call: bot.NewCall("concern", "kind", kind)}
		})
		a.Message.Actions = append(offered, a.Message.Actions...)
		return a, nil
	case r.Args["send"] == "":
		a = words.Notice(r.w.Say("If anyone is in danger, use %s now. Nobody watches this bot.", words.Command("crisis")), r.w.Say("Staff would see: %s, the group %s, the day, and about how many concerns came in. Your name is not sent, but they may guess it, from the time or because the group is small. They cannot answer you here. To talk to someone, go to a facilitator or call the clinic.", r.w.Category(r.Args["kind"]), g.Name))
		a.Message.Title = r.w.Category(r.Args["kind"])
		a.Message.Actions = []bot.Action{
			{Label: r.w.T("Send it to staff"), Call: bot.NewCall("concern", "kind", r.Args["kind"], "send", "1"), Style: bot.Primary},
			{Label: r.w.T("Back"), Call: bot.NewCall("concern")},
		}
	default:
		now, zone := h.now(), groupZone(g)
		c := bot.Concern{Group: g.ID, Category: r.Args["kind"], Day: now.In(zone).Format(time.DateOnly)}
		if err := h.store.AddConcern(ctx, c, tellAt(now, zone)); err != nil {
			return bot.Answer{}, err
		}
		a = words.Notice(r.w.Say("Sent. It goes to the staff channel by tomorrow: the topic, the group, the day and about how many concerns came in. If it cannot wait, call the clinic."), r.w.Say("If anyone is in danger, use %s now. Nobody watches this bot.", words.Command("crisis")))
		a.Message.Actions = []bot.Action{{Label: r.w.T("Contact the clinic"), Call: bot.NewCall("contact")}}
	}
	a.Update = true
	return a, nil
}

// mark marks a concern as taken or done.
func (h *concernHandler) mark(state bot.ConcernState) answering {
	return func(ctx context.Context, r asked) (bot.Answer, error) {
		id, err := r.Args["id"], bot.ErrNotFound
		if r.Platform == h.staff.Platform { // only staff may see concerns
			news := bot.ConcernNews(bot.Concern{ID: id}, bot.Turn(state))
			err = h.store.SetConcern(ctx, r.Actor, id, state, bot.NoticeTo(h.staff, news, h.now().UTC()))
		}
		switch {
		case errors.Is(err, bot.ErrNotFound):
			return bot.Answer{}, bot.Wrong("You cannot change this concern here, or it is already done.")
		case errors.Is(err, bot.ErrChanged):
			return bot.Answer{}, bot.Wrong("Somebody else on staff has marked this concern already.")
		case err != nil:
			return bot.Answer{}, err
		}
		h.Touch()
		said := r.w.Say("The concern is marked as done. The staff channel shows it.")
		if state == bot.ConcernTaken {
			said = r.w.Say("The concern is marked as in progress. The staff channel shows it.")
		}
		return instead(said, delivery.ConcernActions(r.w, id, state)...), nil
	}
}
