package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// page is a Ledger of one delivery, in memory.
type page struct {
	work  bot.Work
	now   func() time.Time
	far   bool // the next free moment is too far away
	holds int
	looks int
	lost  bool // another process has taken the delivery over
	ended bot.Settlement

	reported []bot.Subject
}

func (p *page) Load(context.Context) (bot.Work, error) { return p.work, nil }

func (p *page) Begin(_ context.Context, hash string, _ time.Duration) (time.Time, bool, error) {
	if p.far {
		return p.now().Add(time.Minute), false, nil
	}
	p.work.Delivery.State, p.work.Delivery.Begun, p.work.Delivery.Hash = bot.Sending, p.now(), hash
	p.work.Delivery.Attempts++
	return p.now(), true, nil
}

func (p *page) Mine(context.Context, time.Duration) (bool, error) { return !p.lost, nil }

func (p *page) Look(context.Context, time.Duration) (time.Time, bool, error) {
	p.looks++
	return p.now(), !p.far, nil
}

func (p *page) Return(_ context.Context, why bot.Reason) error {
	p.work.Delivery.State, p.work.Delivery.Reason = bot.Due, why
	return nil
}

func (p *page) Report(_ context.Context, t bot.Trouble) error {
	p.reported = append(p.reported, t.Subject)
	return nil
}

func (p *page) Settle(_ context.Context, s bot.Settlement) error {
	p.ended = s
	p.work.Delivery.State, p.work.Delivery.Reason = s.State, s.Reason
	return nil
}

func (p *page) Hold(context.Context, time.Duration, bool) error {
	p.holds++
	return nil
}

// channel is an Adapter that answers as told.
type channel struct {
	bot.Adapter
	sendErr, findErr error
	checkErr         error
	found            bool
	sent             []bot.Message
	finds, checks    int
	posted           []bot.Posted
	endless          bool // the channel has more messages than Posts reads
	lists            int
}

func (c *channel) Inspect(context.Context, bot.Place) (bot.Channel, error) {
	c.checks++
	return bot.Channel{}, c.checkErr
}

func (c *channel) Platform() bot.Platform { return bot.Discord }

func (c *channel) Send(_ context.Context, _ bot.Place, m bot.Message) (bot.Receipt, error) {
	c.sent = append(c.sent, m)
	return bot.Receipt{ID: "1"}, c.sendErr
}

func (c *channel) Find(_ context.Context, _ bot.Place, m bot.Message, _ time.Time) (bot.Receipt, bool, error) {
	c.finds++
	if m.Title == "" && len(m.Blocks) == 0 {
		return bot.Receipt{}, false, errors.New("an empty message cannot be looked for")
	}
	return bot.Receipt{ID: "1"}, c.found, c.findErr
}

func (c *channel) Posts(context.Context, bot.Place, time.Time) ([]bot.Posted, bool, error) {
	c.lists++
	return c.posted, !c.endless, c.findErr
}

var channel12 = bot.Place{Platform: bot.Discord, Space: "1", Channel: "2"}

// deck is the cards of a library, with no approvals.
func deck(t *testing.T, library *content.Library, now func() time.Time) *cards.Deck {
	t.Helper()
	books, err := words.Embedded()
	must(t, err)
	return cards.New(library, books, now, 1)
}

// due is Monday 9:00 in Los Angeles.
var due = time.Date(2026, 11, 30, 17, 0, 0, 0, time.UTC)

func TestCarry(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	must(t, err)
	ids, _ := library.Topic("agreements")
	card, _ := library.Exact(ids[0], "en")
	given := []content.Approval{{Card: card.ID, Lang: "en", Hash: card.Hash, Reviewer: "A. Reviewer, LMFT 1", At: due.AddDate(0, -1, 0), ReviewBy: due.AddDate(0, 6, 0)}}
	approved := content.NewSignOff(given, 1)
	start := func() *page {
		nominal, _ := scheduler.ParseCivil("2026-11-30T09:00")
		return &page{work: bot.Work{
			Delivery: bot.Delivery{
				Key: bot.Key("r", nominal, channel12), Kind: bot.OfReminder, Reminder: "r", Group: "g",
				Place: channel12, Nominal: nominal, At: due, Card: card.ID, State: bot.Due,
			},
			Group:    bot.Group{ID: "g", Zone: "America/Los_Angeles", Langs: []string{"en"}, Quiet: "21:00-08:00", Places: []bot.Place{{Platform: bot.Discord, Space: "1", Channel: "2"}}},
			Reminder: bot.Reminder{ID: "r", Group: "g", Topic: "agreements", Rule: "every Monday at 9:00", Late: 2 * time.Hour},
			Signed:   approved,
		}}
	}
	const rest = bot.State("") // not ended
	for name, c := range map[string]struct {
		after  time.Duration // how long after it was due
		change func(p *page, c *channel)
		state  bot.State
		reason bot.ReasonCode
		sends  int
		finds  int
		again  bool
		holds  int         // how often Hold is called: 429s of look-ups
		now    bot.State   // the state on record, if the delivery has not ended
		told   bot.Subject // the trouble that staff are told of before the delivery has ended
	}{
		"on time":               {state: bot.Sent, sends: 1},
		"late but allowed":      {after: 2 * time.Hour, state: bot.Sent, sends: 1},
		"too late":              {after: 2*time.Hour + 1, state: bot.Skipped, reason: bot.Late},
		"late into quiet hours": {after: 13 * time.Hour, change: func(p *page, _ *channel) { p.work.Reminder.Late = 24 * time.Hour }, state: bot.Skipped, reason: bot.QuietHours},
		"reminder removed":      {change: func(p *page, _ *channel) { p.work.Gone = true }, state: bot.Skipped, reason: bot.Removed},
		"reminder paused":       {change: func(p *page, _ *channel) { p.work.Reminder.Paused = bot.Forever }, state: bot.Skipped, reason: bot.Paused},
		"group paused":          {change: func(p *page, _ *channel) { p.work.Group.Paused = due.Add(time.Hour) }, state: bot.Skipped, reason: bot.Paused},
		"skipped date":          {change: func(p *page, _ *channel) { p.work.Group.Skips = []string{"2026-11-30"} }, state: bot.Skipped, reason: bot.SkippedDate},
		"session cancelled":     {change: ofSession(scheduler.Exception{Start: civil("2026-11-30T10:00")}), state: bot.Skipped, reason: bot.SessionCancelled},
		"session moved":         {change: ofSession(scheduler.Exception{Start: civil("2026-11-30T10:00"), To: civil("2026-12-01T10:00")}), state: bot.Skipped, reason: bot.SessionMoved},
		"moved to this time":    {change: ofSession(scheduler.Exception{Start: civil("2026-12-07T10:00"), To: civil("2026-11-30T10:00")}), state: bot.Sent, sends: 1},
		"another cancelled":     {change: ofSession(scheduler.Exception{Start: civil("2026-12-07T10:00")}), state: bot.Sent, sends: 1},
		"never approved":        {change: func(p *page, _ *channel) { p.work.Signed = content.NewSignOff(nil, 1) }, state: bot.Skipped, reason: bot.NotApproved},
		"one of two signatures": {change: func(p *page, _ *channel) { p.work.Signed = content.NewSignOff(given, 2) }, state: bot.Skipped, reason: bot.NotApproved},
		"withdrawn":             {change: func(p *page, _ *channel) { p.work.Delivery.Card = "agreement-gone" }, state: bot.Skipped, reason: bot.Withdrawn},
		"contact needs no approval": {change: func(p *page, _ *channel) {
			p.work.Signed = content.NewSignOff(nil, 1)
			p.work.Delivery.Card = "contact"
		}, state: bot.Sent, sends: 1},
		"an earlier one first":  {change: func(p *page, _ *channel) { p.work.Blocked = true }, again: true, now: bot.Due},
		"no free moment yet":    {change: func(p *page, _ *channel) { p.far = true }, again: true, now: bot.Due},
		"rate limited":          {change: func(_ *page, c *channel) { c.sendErr = &bot.RateLimited{After: time.Minute} }, sends: 1, again: true, now: bot.Due},
		"rate limited for long": {change: func(_ *page, c *channel) { c.sendErr = &bot.RateLimited{After: 90 * time.Minute} }, sends: 1, again: true, now: bot.Due, told: bot.AboutPlace.At(channel12)},
		"slowmode for long": {change: func(_ *page, c *channel) {
			c.sendErr = &bot.RateLimited{After: 90 * time.Minute, Slowmode: true}
		}, sends: 1, again: true, now: bot.Due, told: bot.AboutPlace.At(channel12)},
		"all rate limited for long": {change: func(_ *page, c *channel) { c.sendErr = &bot.RateLimited{After: 90 * time.Minute, Global: true} }, sends: 1, again: true, now: bot.Due, told: bot.AboutPlatform.Of(string(bot.Discord))},
		"refused words": {change: func(_ *page, c *channel) {
			c.sendErr = &bot.PlatformError{Kind: bot.ErrRejected, Detail: "AutoMod blocks them"}
		}, sends: 1, state: bot.Failed, reason: bot.Rejected},
		"refused once": {change: func(_ *page, c *channel) {
			c.sendErr = &bot.PlatformError{Kind: bot.ErrDeclined, Detail: "Slack refused the request (x)"}
		}, sends: 1, again: true, now: bot.Due},
		"refused again and again": {change: func(p *page, c *channel) {
			p.work.Delivery.Attempts, c.sendErr = 2, &bot.PlatformError{Kind: bot.ErrDeclined, Detail: "Slack refused the request (x)"}
		}, sends: 1, again: true, now: bot.Due, told: bot.AboutPlace.At(channel12)},
		"refused, perhaps posted": {change: func(p *page, c *channel) {
			c.sendErr = fmt.Errorf("%w: %w", bot.ErrUnknown, &bot.PlatformError{Kind: bot.ErrDeclined, Detail: "Slack refused the request (internal_error)"})
		}, sends: 1, again: true, now: bot.Sending},
		"cut off, look-up refused": {after: time.Minute, change: func(p *page, c *channel) {
			cutOff(p, c)
			c.findErr = &bot.PlatformError{Kind: bot.ErrDeclined, Detail: "x"}
		}, finds: 1, again: true, now: bot.Sending},
		"outage":             {change: func(_ *page, c *channel) { c.sendErr = &bot.PlatformError{Kind: bot.ErrOutage, Detail: "down"} }, sends: 1, again: true, now: bot.Due},
		"outcome unknown":    {change: func(_ *page, c *channel) { c.sendErr = bot.ErrUnknown }, sends: 1, again: true, now: bot.Sending},
		"refused connection": {change: func(_ *page, c *channel) { c.sendErr = errors.New("refused") }, sends: 1, again: true, now: bot.Due},
		"troubled, and still so": {change: func(p *page, c *channel) {
			p.work.Troubled, c.checkErr = due.Add(-time.Hour), bot.ErrUnreachable
		}, state: bot.Failed, reason: bot.Unreachable},
		"troubled, but it may post again": {change: func(p *page, _ *channel) { p.work.Troubled = due.Add(-time.Hour) }, state: bot.Sent, sends: 1},
		"troubled, and nobody can tell":   {change: func(p *page, c *channel) { p.work.Troubled, c.checkErr = due.Add(-time.Hour), errors.New("timed out") }, state: bot.Sent, sends: 1},
		"troubled, but posts arrive":      {change: func(p *page, c *channel) { p.work.Troubled, c.checkErr = due.Add(-time.Hour), bot.ErrImpaired }, state: bot.Sent, sends: 1},
		"troubled since it was due":       {after: time.Minute, change: func(p *page, c *channel) { p.work.Troubled, c.checkErr = due, bot.ErrUnreachable }, state: bot.Sent, sends: 1},
		"unreachable":                     {change: func(_ *page, c *channel) { c.sendErr = bot.ErrUnreachable }, sends: 1, again: true, now: bot.Due},
		"unreachable at the deadline":     {after: 2 * time.Hour, change: func(_ *page, c *channel) { c.sendErr = bot.ErrUnreachable }, sends: 1, state: bot.Failed, reason: bot.Unreachable},
		"tried in vain until too late": {after: 3 * time.Hour, change: func(p *page, _ *channel) {
			p.work.Delivery.Attempts, p.work.Delivery.Reason = 3, bot.NotDelivered.With("x")
		}, state: bot.Failed, reason: bot.NotDelivered},
		"cut off a moment ago":           {change: cutOff, again: true, now: bot.Sending},
		"cut off and posted":             {after: time.Minute, change: func(p *page, c *channel) { cutOff(p, c); c.found = true }, finds: 1, state: bot.Sent},
		"cut off and not posted":         {after: time.Minute, change: cutOff, finds: 1, sends: 1, state: bot.Sent},
		"cut off, posted, now too late":  {after: 5 * time.Hour, change: func(p *page, c *channel) { cutOff(p, c); c.found = true }, finds: 1, state: bot.Sent},
		"cut off, not posted, too late":  {after: 5 * time.Hour, change: cutOff, finds: 1, state: bot.Failed},
		"cut off, posted, withdrawn":     {after: time.Minute, change: func(p *page, c *channel) { cutOff(p, c); c.found = true; p.work.Signed = content.NewSignOff(nil, 1) }, finds: 1, state: bot.Sent},
		"cut off, look-up fails":         {after: time.Minute, change: func(p *page, c *channel) { cutOff(p, c); c.findErr = errors.New("down") }, finds: 1, again: true, now: bot.Sending},
		"cut off, look-up limited":       {after: time.Minute, change: func(p *page, c *channel) { cutOff(p, c); c.findErr = &bot.RateLimited{After: time.Second} }, finds: 1, again: true, now: bot.Sending, holds: 1},
		"cut off, place unreachable":     {after: time.Minute, change: func(p *page, c *channel) { cutOff(p, c); c.findErr = bot.ErrUnreachable }, finds: 1, again: true, now: bot.Sending},
		"cut off, unreachable, too late": {after: 3 * time.Hour, change: func(p *page, c *channel) { cutOff(p, c); c.findErr = bot.ErrUnreachable }, finds: 1, state: bot.Failed, reason: bot.Unresolved},
		"cut off, look-ups wait":         {after: time.Minute, change: func(p *page, c *channel) { cutOff(p, c); p.far = true }, again: true, now: bot.Sending},
		"cut off, never found out":       {after: 4 * time.Hour, change: func(p *page, c *channel) { cutOff(p, c); c.findErr = errors.New("down") }, finds: 1, state: bot.Failed, reason: bot.Unresolved},
		"no such platform here":          {change: func(p *page, _ *channel) { p.work.Delivery.Place = bot.Place{Platform: bot.Slack, Channel: "C0000001"} }, again: true, now: bot.Due},
		"no such platform, too late":     {after: 3 * time.Hour, change: func(p *page, _ *channel) { p.work.Delivery.Place = bot.Place{Platform: bot.Slack, Channel: "C0000001"} }, state: bot.Failed, reason: bot.NotSetUp},
		"ended already":                  {change: func(p *page, _ *channel) { p.work.Delivery.State = bot.Sent }, now: bot.Sent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := func() time.Time { return due.Add(c.after) }
			p, net := start(), &channel{}
			p.now = now
			if c.change != nil {
				c.change(p, net)
			}
			key := p.work.Delivery.Key
			again, err := NewCourier(deck(t, library, now), []bot.Adapter{net}, slog.New(slog.DiscardHandler), now).Carry(t.Context(), p)
			must(t, err)
			if (again > 0) != c.again || p.ended.State != c.state || c.reason != "" && p.ended.Reason.Code != c.reason {
				t.Errorf("again %v, ended %+v; want again %v, %s %s", again, p.ended, c.again, c.state, c.reason)
			}
			var told bot.Subject
			if len(p.reported) > 0 {
				told = p.reported[0]
			}
			if (told != c.told || len(p.reported) > 1) && !errors.Is(net.sendErr, bot.ErrUnreachable) && !errors.Is(net.findErr, bot.ErrUnreachable) {
				t.Errorf("staff are told of %v, want %v", p.reported, c.told)
			}
			if c.state == rest && p.work.Delivery.State != c.now {
				t.Errorf("the row is %s, want %s", p.work.Delivery.State, c.now)
			}
			if p.ended.State == bot.Skipped && p.ended.Reason.IsZero() || p.ended.State == bot.Failed && p.ended.Reason.IsZero() {
				t.Error("ended without a reason")
			}
			if len(net.sent) != c.sends || net.finds != c.finds {
				t.Errorf("%d sends, %d look-ups; want %d, %d", len(net.sent), net.finds, c.sends, c.finds)
			}
			if c.holds > 0 && p.holds != c.holds {
				t.Errorf("the pace was held %d times, want %d", p.holds, c.holds)
			}
			if p.looks < net.finds && c.after < 3*time.Hour {
				t.Error("looked without asking the pace")
			}
			for _, m := range net.sent {
				if m.Key != key {
					t.Errorf("sent with key %q, want %q", m.Key, key)
				}
			}
		})
	}
}

// A channel that refuses posts, however often, does not mean that the platform is down. An outage
// of the platform is told once, and not for each channel.
func TestWhatStaffAreToldOfARefusal(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	must(t, err)
	for name, c := range map[string]struct {
		err  error
		want bot.Subject
	}{
		"refusal":          {&bot.PlatformError{Kind: bot.ErrDeclined, Detail: "Slack refused the request (external_channel_migrating)"}, bot.AboutPlace.At(channel12)},
		"perhaps posted":   {fmt.Errorf("%w: %w", bot.ErrUnknown, &bot.PlatformError{Kind: bot.ErrDeclined, Detail: "Slack refused the request (internal_error)"}), bot.AboutPlace.At(channel12)},
		"outage":           {&bot.PlatformError{Kind: bot.ErrOutage, Detail: "Discord answered 403, code 40333"}, bot.AboutPlatform.Of(string(bot.Discord))},
		"something else":   {errors.New("no route"), bot.AboutPlatform.Of(string(bot.Discord))},
		"cannot be posted": {bot.ErrUnreachable, bot.AboutPlace.At(channel12)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := due
			now := func() time.Time { return at }
			p := &page{now: now, work: bot.Work{Delivery: bot.NoticeTo(channel12, bot.News{Subject: bot.Subject{Kind: bot.AboutLateness}, Since: due}, due)}}
			courier := NewCourier(deck(t, library, now), []bot.Adapter{&channel{sendErr: c.err}}, slog.New(slog.DiscardHandler), now)
			for range 20 {
				again, err := courier.Carry(t.Context(), p)
				if err != nil || again <= 0 {
					t.Fatal(again, err)
				}
				at = at.Add(again)
			}
			for _, told := range p.reported {
				if told != c.want {
					t.Errorf("staff are told of %s, want %s", told, c.want)
				}
			}
			if len(p.reported) == 0 {
				t.Error("nobody is told")
			}
		})
	}
}

// If the platform refuses a post's words, the notice says why and that it is not tried again.
func TestNoticeOfRefusedWords(t *testing.T) {
	t.Parallel()
	d := bot.Delivery{Kind: bot.OfReminder, Reminder: "r", Group: "g", Place: channel12}
	err := &bot.PlatformError{Kind: bot.ErrRejected, Detail: "AutoMod in that server blocks these words: let the bot's role past the rule"}
	got := troubleOf(d, bot.Settlement{State: bot.Failed, Reason: bot.Rejected.With(bot.Detail(err))})
	if got == nil {
		t.Fatal("nobody is told")
	}
	c := NewCourier(deck(t, &content.Library{}, time.Now), nil, slog.New(slog.DiscardHandler), time.Now)
	w := bot.Work{Delivery: bot.NoticeTo(channel12, bot.OpenTrouble{Trouble: *got}.News(bot.Began), due), Group: bot.Group{ID: "monday", Name: "Monday circle"}}
	text := content.Plain(c.Notice(w).Blocks)
	if !strings.Contains(text, "discord:1/2 (Monday circle)") || !strings.Contains(text, "AutoMod in that server") || !strings.Contains(text, "does not try it again") || strings.Contains(text, "slowly") || strings.Contains(text, "let the bot post there") {
		t.Error(text)
	}
	if p, ok := got.Subject.Unreached(); ok {
		t.Errorf("%s counts as a place that posts do not reach", p)
	}
	if a := c.Notice(w).Actions; len(a) == 0 || a[0].Call.Args["group"] != "monday" {
		t.Errorf("the notice leads to %+v", a)
	}
}

// civil parses a local time; the test fails by a panic if it cannot.
func civil(s string) scheduler.Civil {
	c, err := scheduler.ParseCivil(s)
	if err != nil {
		panic(err)
	}
	return c
}

// ofSession makes the delivery one of a reminder an hour before a session.
func ofSession(all ...scheduler.Exception) func(*page, *channel) {
	return func(p *page, _ *channel) {
		p.work.Group.Sessions = []bot.Session{{Rule: "every Monday at 10:00", Length: time.Hour}}
		p.work.Group.Exceptions = all
		p.work.Reminder.Rule = "1 hour before each session"
		p.work.Delivery.Nominal = civil("2026-11-30T10:00")
	}
}

func cutOff(p *page, _ *channel) {
	p.work.Delivery.State, p.work.Delivery.Begun, p.work.Delivery.Attempts = bot.Sending, due, 1
}

// must ends the test at an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
