package delivery

import (
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

// What a group agrees on is posted once, corrected when other words are signed, and taken
// away when the group no longer wants it there; what failed is left alone for a day.
func TestInView(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	if err != nil {
		t.Fatal(err)
	}
	at := due
	d := deck(t, library, func() time.Time { return at })
	p := NewPlanner(d)
	g := bot.Group{ID: "g", Name: "G", Langs: []string{"en"}, Places: []bot.Place{channel12}, InView: true, Version: 1}
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
			done.Hash = "" // it leaves no words
		}
		if done.Kind.Revises() && became == bot.Sent {
			for i := range record {
				if record[i].Key == done.Follows {
					record[i].Became, record[i].Stands = done.Kind, done.Hash
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
