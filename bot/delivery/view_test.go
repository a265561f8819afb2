package delivery

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/content"
)

func sign(t *testing.T, d *cards.Deck, now time.Time, kinds ...content.Kind) []content.Approval {
	t.Helper()
	var all []content.Approval
	for _, c := range d.Library().All() {
		if slices.Contains(kinds, c.Kind) {
			all = append(all, content.Approval{Card: c.ID, Lang: c.Lang, Hash: c.Hash, Reviewer: "A. Reviewer, LMFT 1", At: now, ReviewBy: now.AddDate(0, 6, 0)})
		}
	}
	d.SetApprovals(all)
	return slices.Clone(all)
}

// A group's agreements are posted once, corrected when other words are signed, and removed when the
// group no longer wants them in view. After a failure the program waits for a day.
func TestInView(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	must(t, err)
	at := due
	d := deck(t, library, func() time.Time { return at })
	p := NewPlanner(d)
	g := bot.Group{ID: "g", Name: "G", Zone: "America/Los_Angeles", Quiet: "21:00-08:00", Langs: []string{"en"}, Places: []bot.Place{channel12}, InView: true, Version: 1}
	var record []bot.Delivery // newest first
	step := func(what string, want bot.DeliveryKind, became bot.State, why bot.ReasonCode) {
		t.Helper()
		at = at.Add(time.Minute)
		made := p.InView([]bot.Group{g}, record, at)
		if want == "" {
			if len(made) != 0 {
				t.Fatalf("%s: made %+v", what, made)
			}
			return
		}
		if len(made) != 1 || made[0].Kind != want || made[0].State != bot.Due || made[0].Card != bot.Agreements || made[0].Place != channel12 {
			t.Fatalf("%s: made %+v", what, made)
		}
		if again := p.InView([]bot.Group{g}, record, at); again[0].Key != made[0].Key {
			t.Errorf("%s: two processes make two", what)
		}
		if slices.ContainsFunc(record, func(d bot.Delivery) bool { return d.Key == made[0].Key }) {
			t.Fatalf("%s: that key is on record", what)
		}
		for _, busy := range []bot.State{bot.Due, bot.Sending} {
			open := made[0]
			open.State = busy
			if more := p.InView([]bot.Group{g}, append([]bot.Delivery{open}, record...), at); len(more) != 0 {
				t.Errorf("%s: made %+v while it is %s", what, more, busy)
			}
		}
		done := made[0]
		done.State, done.Reason.Code = became, why
		_, done.Hash, _ = d.PostOf(bot.Delivery{Kind: bot.OfView, Place: channel12}, g, d.Signed(), at)
		if done.Kind == bot.OfRemoval {
			done.Hash = "" // a removal has no words
		}
		if done.Kind.Revises() && became == bot.Sent {
			for i := range record {
				if record[i].Key == done.Follows {
					record[i].Became, record[i].Stands, record[i].Reason = done.Kind, done.Hash, done.Reason
				}
			}
		} else if became == bot.Sent {
			done.Message = "1"
		}
		record = append([]bot.Delivery{done}, record...)
	}
	step("nothing is signed", "", "", "")
	sign(t, d, at, content.Agreement)
	step("first", bot.OfView, bot.Failed, bot.Rejected)
	step("it failed a minute ago", "", "", "")
	g.Version++
	step("the group was changed", bot.OfView, bot.Failed, bot.Rejected)
	at = at.Add(24 * time.Hour)
	step("a day later", bot.OfView, bot.Sent, "")
	g.Version++
	step("it stands", "", "", "")
	record[0].Reason.Code = bot.NotPinned
	step("it could not be pinned", bot.OfCorrection, bot.Sent, bot.NotPinned)
	step("still not pinned", "", "", "")
	g.Version++
	step("unpinned, and the group was changed", bot.OfCorrection, bot.Sent, bot.NotPinned)
	step("unpinned as before", "", "", "")
	at = at.Add(24 * time.Hour)
	step("unpinned for a day", bot.OfCorrection, bot.Sent, "")
	step("pinned", "", "", "")
	signed := sign(t, d, at, content.Agreement, content.Confidentiality)
	step("more is signed", bot.OfCorrection, bot.Sent, "")
	step("corrected", "", "", "")
	stale := signed
	stale[0].Hash = "another"
	d.SetApprovals(stale)
	step("one waits for a signature again", "", "", "")
	sign(t, d, at, content.Agreement)
	step("as before", bot.OfCorrection, bot.Failed, bot.NotDelivered)
	step("that failed", "", "", "")
	at = at.Add(24 * time.Hour)
	step("a day after that", bot.OfCorrection, bot.Failed, bot.PostGone)
	step("somebody deleted it", bot.OfView, bot.Sent, "")
	record[0].Became = bot.OfWithdrawal // by staff
	step("withdrawn", "", "", "")
	sign(t, d, at, content.Confidentiality)
	step("other words after a withdrawal", bot.OfView, bot.Sent, "")
	g.InView = false
	step("not wanted", bot.OfRemoval, bot.Sent, "")
	step("taken away", "", "", "")
	g.InView = true
	step("wanted again", bot.OfView, bot.Sent, "")
	g.Places = nil
	step("the channel is no longer the group's", bot.OfRemoval, bot.Failed, bot.PostStays)
	step("it stays", "", "", "")
	d.SetApprovals(nil)
	g.Places = []bot.Place{channel12}
	step("nothing is signed any more: what stands stays", "", "", "")
}

// While a group is paused or has quiet hours, there is no first post; it is made when that is over.
// A post that is there already is corrected meanwhile.
func TestInViewHoldsBack(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	must(t, err)
	at := due // 9:00 where the group is
	d := deck(t, library, func() time.Time { return at })
	sign(t, d, at, content.Agreement)
	p := NewPlanner(d)
	g := bot.Group{ID: "g", Zone: "America/Los_Angeles", Quiet: "21:00-08:00", Langs: []string{"en"}, Places: []bot.Place{channel12}, InView: true, Version: 1}
	paused := g
	paused.Paused = due.Add(2 * time.Hour)
	night := due.Add(13 * time.Hour)
	for name, c := range map[string]struct {
		group bot.Group
		at    time.Time
		held  bot.ReasonCode
	}{
		"paused":                 {paused, due, bot.Paused},
		"the pause is over":      {paused, paused.Paused, ""},
		"in quiet hours":         {g, night, bot.QuietHours},
		"quiet hours are over":   {g, due.Add(23 * time.Hour), ""},
		"neither, as is mostly":  {g, due, ""},
		"paused and quiet hours": {bot.Group{ID: "g", Zone: g.Zone, Quiet: g.Quiet, Paused: bot.Forever, Places: g.Places, InView: true}, night, bot.Paused},
	} {
		made := p.InView([]bot.Group{c.group}, nil, c.at)
		if (len(made) == 1) != (c.held == "") {
			t.Errorf("%s: made %+v", name, made)
		}
		if got := heldBack(c.group, c.at).Code; got != c.held {
			t.Errorf("%s: held back by %q, want %q", name, got, c.held)
		}
		stands := bot.Delivery{Key: "k", Kind: bot.OfView, Group: "g", Place: channel12, Card: bot.Agreements, State: bot.Sent, Message: "1", Hash: "other"}
		if made := p.InView([]bot.Group{c.group}, []bot.Delivery{stands}, c.at); len(made) != 1 || made[0].Kind != bot.OfCorrection {
			t.Errorf("%s: to what stands: %+v", name, made)
		}
	}

	// A pause that began after it was planned holds it back without losing a day.
	tried := p.InView([]bot.Group{g}, nil, due)[0]
	work := bot.Work{Delivery: tried, Group: paused, Signed: d.Signed()}
	courier := NewCourier(d, []bot.Adapter{&channel{}}, slog.New(slog.DiscardHandler), func() time.Time { return at })
	for name, c := range map[string]struct {
		change func(*bot.Work)
		state  bot.State
		reason bot.ReasonCode
	}{
		"paused":                  {func(*bot.Work) {}, bot.Skipped, bot.Paused},
		"no longer to be in view": {func(w *bot.Work) { w.Group = g; w.Group.InView = false }, bot.Skipped, bot.Removed},
		"no longer its channel":   {func(w *bot.Work) { w.Group = g; w.Group.Places = nil }, bot.Skipped, bot.Removed},
		"posted":                  {func(w *bot.Work) { w.Group = g }, bot.Sent, ""},
	} {
		l := &page{now: func() time.Time { return at }, work: work}
		c.change(&l.work)
		if _, err := courier.Carry(t.Context(), l); err != nil || l.ended.State != c.state || l.ended.Reason.Code != c.reason || l.ended.Trouble != nil {
			t.Errorf("%s: ended %+v, %v", name, l.ended, err)
		}
	}
	tried.State, tried.Reason.Code = bot.Skipped, bot.Paused
	if again := p.InView([]bot.Group{g}, []bot.Delivery{tried}, due.Add(time.Minute)); len(again) != 1 || again[0].Key == tried.Key {
		t.Errorf("once it is over: %+v", again)
	}
}

// Processes with different cards do not correct each other's words without end, whichever of them
// sends what one has planned.
func TestInViewOfTwoDecks(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	must(t, err)
	g := bot.Group{ID: "g", Zone: "UTC", Quiet: "none", Langs: []string{"en"}, Places: []bot.Place{channel12}, InView: true, Version: 1}
	for name, own := range map[string]bool{"each carries its own": true, "the other one carries": false} {
		at := due
		now := func() time.Time { return at }
		decks := []*cards.Deck{deck(t, library, now), deck(t, library, now)}
		sign(t, decks[0], at, content.Agreement)
		sign(t, decks[1], at, content.Agreement, content.Confidentiality)
		var record []bot.Delivery // newest first
		for ; at.Before(due.Add(10 * time.Minute)); at = at.Add(2 * time.Second) {
			for i := range decks {
				for _, made := range NewPlanner(decks[i]).InView([]bot.Group{g}, record, at) {
					carrier := i
					if !own {
						carrier = 1 - i
					}
					made.State, made.Message = bot.Sent, "1"
					_, hash, _ := decks[carrier].PostOf(bot.Delivery{Kind: bot.OfView, Place: channel12}, g, decks[carrier].Signed(), at)
					for j := range record {
						if p := &record[j]; p.Key == made.Follows && hash == p.Words() {
							made.State, made.Reason.Code = bot.Skipped, bot.SameWords
						} else if p.Key == made.Follows {
							p.Became, p.Stands, made.Hash = made.Kind, hash, hash
						}
					}
					if !made.Kind.Revises() {
						made.Hash = hash
					}
					record = append([]bot.Delivery{made}, record...)
				}
			}
		}
		if n := len(record); n < 2 || n > 7 { // at most one in two minutes
			t.Errorf("%s: %d deliveries in ten minutes", name, n)
		}
	}
}

// If agreements cannot be put in view, that is a separate trouble: a reminder that was posted does
// not end it, and a delivery that was skipped on purpose does not begin it. After an outage of hours
// the post is still made.
func TestInViewTroubles(t *testing.T) {
	t.Parallel()
	view, reminder := bot.Delivery{Kind: bot.OfView, Place: channel12, At: due, Group: "g"}, bot.Delivery{Kind: bot.OfReminder, Place: channel12, Reminder: "r"}
	own := bot.AboutView.At(channel12)
	for _, c := range []struct {
		state  bot.State
		reason bot.ReasonCode
		told   bool
	}{
		{bot.Failed, bot.Rejected, true},
		{bot.Failed, bot.Unreachable, true},
		{bot.Failed, bot.NotDelivered, true},
		{bot.Skipped, bot.Late, false},
		{bot.Skipped, bot.QuietHours, false},
		{bot.Skipped, bot.NotApproved, false},
		{bot.Sent, bot.NotPinned, false},
	} {
		told := troubleOf(view, bot.Settlement{State: c.state, Reason: bot.Reason{Code: c.reason}})
		if (told != nil) != c.told || told != nil && told.Subject != own {
			t.Errorf("%s %s: told %+v", c.state, c.reason, told)
		}
	}
	if healed := healedBy(view); !slices.Contains(healed, own) || slices.Contains(healed, bot.AboutMessage.At(channel12)) {
		t.Errorf("what stands in view heals %v", healed)
	}
	if healed := healedBy(reminder); slices.Contains(healed, own) {
		t.Errorf("a reminder heals %v", healed)
	}
	library, err := content.Load(content.Options{})
	must(t, err)
	later := func() time.Time { return due.Add(5 * time.Hour) }
	d := deck(t, library, later)
	sign(t, d, due, content.Agreement)
	view.Card, view.State = bot.Agreements, bot.Due
	g := bot.Group{ID: "g", Zone: "UTC", Quiet: "none", InView: true, Places: []bot.Place{channel12}}
	l := &page{now: later, work: bot.Work{Delivery: view, Group: g, Signed: d.Signed()}}
	c := NewCourier(d, []bot.Adapter{&channel{sendErr: bot.ErrUnreachable}}, slog.New(slog.DiscardHandler), later)
	if again, err := c.Carry(t.Context(), l); err != nil || again == 0 || !slices.Equal(l.reported, []bot.Subject{own}) {
		t.Errorf("again in %v, %v; told of %v", again, err, l.reported)
	}
}
