package delivery

import (
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// A post is corrected or withdrawn once, or the record says why not.
func TestRevise(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	must(t, err)
	card, _ := library.Exact("agreement-passing", "en")
	if card.ID == "" {
		card = library.All()[0]
	}
	signed := content.NewSignOff([]content.Approval{{Card: card.ID, Lang: "en", Hash: card.Hash, Reviewer: "A. Reviewer, LMFT 1", At: due.AddDate(0, -1, 0), ReviewBy: due.AddDate(0, 6, 0)}}, 1)
	kind := func(k bot.DeliveryKind) func(*page, *editor) {
		return func(p *page, _ *editor) { p.work.Delivery.Kind = k }
	}
	fails := func(err error) func(*page, *editor) { return func(_ *page, e *editor) { e.err = err } }
	const rest = bot.State("") // not ended
	for name, c := range map[string]struct {
		after  time.Duration // how long after it was asked for
		change []func(p *page, e *editor)
		state  bot.State
		reason bot.ReasonCode
		edits  int
		again  bool
		now    bot.State // the state on record, if the revision has not ended
		holds  int
		told   bool // staff are told
	}{
		"corrected":             {state: bot.Sent, edits: 1},
		"withdrawn":             {change: []func(*page, *editor){kind(bot.OfWithdrawal)}, state: bot.Sent, edits: 1},
		"in quiet hours":        {after: 13 * time.Hour, state: bot.Sent, edits: 1},
		"the group is paused":   {change: []func(*page, *editor){func(p *page, _ *editor) { p.work.Group.Paused = bot.Forever }}, state: bot.Sent, edits: 1},
		"too late":              {after: bot.RevisionLate + 1, state: bot.Skipped, reason: bot.Late},
		"unsigned words":        {change: []func(*page, *editor){func(p *page, _ *editor) { p.work.Signed = content.NewSignOff(nil, 1) }}, state: bot.Skipped, reason: bot.NotApproved},
		"withdrawn, unsigned":   {change: []func(*page, *editor){kind(bot.OfWithdrawal), func(p *page, _ *editor) { p.work.Signed = content.NewSignOff(nil, 1) }}, state: bot.Sent, edits: 1},
		"the card is gone":      {change: []func(*page, *editor){func(p *page, _ *editor) { p.work.First.Card = "gone" }}, state: bot.Skipped, reason: bot.Withdrawn},
		"the same words":        {change: []func(*page, *editor){func(p *page, _ *editor) { p.work.First.Hash = card.Hash }}, state: bot.Skipped, reason: bot.SameWords},
		"corrected before":      {change: []func(*page, *editor){func(p *page, _ *editor) { p.work.First.Stands = card.Hash }}, state: bot.Skipped, reason: bot.SameWords},
		"withdrawn before":      {change: []func(*page, *editor){func(p *page, _ *editor) { p.work.First.Became = bot.OfWithdrawal }}, state: bot.Skipped, reason: bot.PostWithdrawn},
		"no longer on record":   {change: []func(*page, *editor){func(p *page, _ *editor) { p.work.First = bot.Delivery{} }}, state: bot.Skipped, reason: bot.PostForgotten},
		"an earlier one first":  {change: []func(*page, *editor){func(p *page, _ *editor) { p.work.Blocked = true }}, again: true, now: bot.Due},
		"no free moment yet":    {change: []func(*page, *editor){func(p *page, _ *editor) { p.far = true }}, again: true, now: bot.Due},
		"rate limited":          {change: []func(*page, *editor){fails(&bot.RateLimited{After: time.Minute})}, edits: 1, again: true, now: bot.Due, holds: 1},
		"rate limited for long": {change: []func(*page, *editor){fails(&bot.RateLimited{After: time.Hour})}, edits: 1, again: true, now: bot.Due, holds: 1},
		"the post is gone":      {change: []func(*page, *editor){fails(bot.ErrGone)}, state: bot.Failed, reason: bot.PostGone, edits: 1},
		"the post is fixed":     {change: []func(*page, *editor){fails(bot.ErrFixed)}, state: bot.Failed, reason: bot.PostFixed, edits: 1},
		"the place is gone":     {change: []func(*page, *editor){fails(bot.ErrUnreachable)}, state: bot.Failed, reason: bot.Unreachable, edits: 1},
		"refused words":         {change: []func(*page, *editor){fails(&bot.PlatformError{Kind: bot.ErrRejected})}, state: bot.Failed, reason: bot.Rejected, edits: 1},
		"refused for now":       {change: []func(*page, *editor){fails(&bot.PlatformError{Kind: bot.ErrDeclined, Detail: "x"})}, edits: 1, again: true, now: bot.Due},
		"outage":                {change: []func(*page, *editor){fails(&bot.PlatformError{Kind: bot.ErrOutage, Detail: "down"})}, edits: 1, again: true, now: bot.Due},
		"outcome unknown":       {change: []func(*page, *editor){fails(bot.ErrUnknown)}, edits: 1, again: true, now: bot.Sending},
		"perhaps refused":       {change: []func(*page, *editor){fails(fmt.Errorf("%w: %w", bot.ErrUnknown, &bot.PlatformError{Kind: bot.ErrDeclined}))}, edits: 1, again: true, now: bot.Sending},
		"tried in vain": {after: bot.RevisionLate + 1, change: []func(*page, *editor){func(p *page, _ *editor) {
			p.work.Delivery.Attempts, p.work.Delivery.Reason = 3, bot.NotDelivered.With("x")
		}}, state: bot.Failed, reason: bot.NotDelivered},
		"cut off a moment ago": {change: []func(*page, *editor){reviseCutOff}, again: true, now: bot.Sending},
		"cut off":              {after: time.Minute, change: []func(*page, *editor){reviseCutOff}, state: bot.Sent, edits: 1},
		"cut off too late":     {after: bot.RevisionLate + 1, change: []func(*page, *editor){reviseCutOff}, state: bot.Failed, reason: bot.CutOff},
		"cut off ahead":        {change: []func(*page, *editor){reviseCutOff, func(p *page, _ *editor) { p.work.Delivery.Begun = due.Add(time.Hour) }}, state: bot.Sent, edits: 1},
		"taken over":           {change: []func(*page, *editor){func(p *page, _ *editor) { p.lost = true }}, again: true, now: bot.Due},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := func() time.Time { return due.Add(c.after) }
			post := bot.Delivery{
				Key: "thepost", Kind: bot.OfReminder, Reminder: "r", Group: "g", Place: channel12, Nominal: civil("2026-11-23T09:00"),
				At: due.AddDate(0, 0, -7), Card: card.ID, State: bot.Sent, Message: "17.1", Hash: "0123",
			}
			p := &page{now: now, work: bot.Work{
				Delivery: bot.Revise(post, bot.OfCorrection, "x", due), First: post, Signed: signed,
				Group: bot.Group{ID: "g", Zone: "America/Los_Angeles", Langs: []string{"en"}, Quiet: "21:00-08:00"},
			}}
			e := &editor{}
			for _, change := range c.change {
				change(p, e)
			}
			again, err := NewCourier(deck(t, library, now), []bot.Adapter{e}, slog.New(slog.DiscardHandler), now).Carry(t.Context(), p)
			must(t, err)
			if (again > 0) != c.again || p.ended.State != c.state || p.ended.Reason.Code != c.reason {
				t.Errorf("again %v, ended %+v; want again %v, %s %s", again, p.ended, c.again, c.state, c.reason)
			}
			if c.state == rest && p.work.Delivery.State != c.now {
				t.Errorf("the row is %s, want %s", p.work.Delivery.State, c.now)
			}
			if len(e.edits) != c.edits || len(e.sent) != 0 || p.holds != c.holds {
				t.Errorf("%d edits, %d sent, held %d times", len(e.edits), len(e.sent), p.holds)
			}
			if p.ended.Trouble != nil || len(p.reported) > 0 {
				t.Errorf("staff are told of a trouble: %v %v", p.ended.Trouble, p.reported)
			}
			for _, m := range e.edits {
				if m.Key != post.Key {
					t.Errorf("the post bears the key %q now", m.Key)
				}
			}
		})
	}
}

// A removal deletes the older post of a reminder that keeps only the newest. A post that is gone
// already counts as deleted. If a post cannot be deleted, staff are told.
func TestRemoval(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		after   time.Duration
		change  func(p *page)
		err     error
		state   bot.State // empty if it is tried again
		reason  bot.ReasonCode
		deletes int
		told    bool
	}{
		"deleted":            {state: bot.Sent, deletes: 1},
		"gone already":       {err: bot.ErrGone, state: bot.Sent, deletes: 1},
		"not allowed":        {err: bot.ErrFixed, state: bot.Failed, reason: bot.PostStays, deletes: 1, told: true},
		"the place is gone":  {err: bot.ErrUnreachable, state: bot.Failed, reason: bot.Unreachable, deletes: 1, told: true},
		"rate limited":       {err: &bot.RateLimited{After: time.Minute}, deletes: 1},
		"outcome unknown":    {err: bot.ErrUnknown, deletes: 1},
		"cut off":            {after: time.Minute, change: func(p *page) { reviseCutOff(p, nil) }, state: bot.Sent, deletes: 1},
		"all may stay now":   {change: func(p *page) { p.work.Reminder.KeepNewest = false }, state: bot.Skipped, reason: bot.PostKept},
		"withdrawn before":   {change: func(p *page) { p.work.First.Became = bot.OfWithdrawal }, state: bot.Skipped, reason: bot.PostWithdrawn},
		"taken away before":  {change: func(p *page) { p.work.First.Became = bot.OfRemoval }, state: bot.Skipped, reason: bot.PostGone},
		"not on record":      {change: func(p *page) { p.work.First = bot.Delivery{} }, state: bot.Skipped, reason: bot.PostForgotten},
		"too late":           {after: bot.RevisionLate + 1, state: bot.Skipped, reason: bot.Late},
		"corrected just now": {change: func(p *page) { p.work.Blocked = true }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := func() time.Time { return due.Add(c.after) }
			post := bot.Delivery{Key: "thepost", Kind: bot.OfReminder, Reminder: "r", Group: "g", Place: channel12, Card: "gone", State: bot.Sent, Message: "17.1"}
			p := &page{now: now, work: bot.Work{Delivery: bot.Revise(post, bot.OfRemoval, "x", due), First: post, Reminder: bot.Reminder{ID: "r", KeepNewest: true}}}
			if c.change != nil {
				c.change(p)
			}
			e := &editor{err: c.err}
			again, err := NewCourier(deck(t, &content.Library{}, now), []bot.Adapter{e}, slog.New(slog.DiscardHandler), now).Carry(t.Context(), p)
			must(t, err)
			if (again > 0) != (c.state == "") || p.ended.State != c.state || p.ended.Reason.Code != c.reason {
				t.Errorf("again %v, ended %+v; want %s %s", again, p.ended, c.state, c.reason)
			}
			if len(e.gone) != c.deletes || len(e.edits) != 0 || len(e.sent) != 0 {
				t.Errorf("deleted %q, changed %d, sent %d", e.gone, len(e.edits), len(e.sent))
			}
			if told := p.ended.Trouble != nil && p.ended.Trouble.Subject == bot.AboutOlder.At(channel12); told != c.told {
				t.Errorf("staff are told: %+v", p.ended.Trouble)
			}
		})
	}
}

// reviseCutOff makes a revision look as a killed process leaves it.
func reviseCutOff(p *page, _ *editor) {
	p.work.Delivery.State, p.work.Delivery.Begun, p.work.Delivery.Attempts = bot.Sending, due, 1
}

// Staff are told once of a platform that is down, and not for each channel. A revision that fails
// again and again is tried less often.
func TestRevisionsWaitForAPlatform(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		told bool
	}{
		"outage":  {&bot.PlatformError{Kind: bot.ErrOutage, Detail: "down", Err: errors.New("down")}, true},
		"refusal": {&bot.PlatformError{Kind: bot.ErrDeclined, Detail: "x"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := due
			now := func() time.Time { return at }
			post := bot.Delivery{Key: "thepost", Place: channel12, State: bot.Sent, Message: "17.1"}
			p := &page{now: now, work: bot.Work{Delivery: bot.Revise(post, bot.OfWithdrawal, "x", due), First: post}}
			e := &editor{err: c.err}
			courier := NewCourier(deck(t, &content.Library{}, now), []bot.Adapter{e}, slog.New(slog.DiscardHandler), now)
			for p.ended.State == "" {
				again, err := courier.Carry(t.Context(), p)
				must(t, err)
				at = at.Add(again)
			}
			if p.ended.State != bot.Failed || p.ended.Reason.Code != bot.NotDelivered || at.Sub(due) < bot.RevisionLate {
				t.Errorf("ended %+v after %s", p.ended, at.Sub(due))
			}
			if n := len(e.edits); n < 100 || n > 300 {
				t.Errorf("tried %d times", n)
			}
			for _, s := range p.reported {
				if s != bot.AboutPlatform.Of(string(bot.Discord)) {
					t.Errorf("staff are told of %s", s)
				}
			}
			if (len(p.reported) > 0) != c.told {
				t.Errorf("staff are told %v", p.reported)
			}
		})
	}
}
