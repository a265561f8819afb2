package delivery

import (
	"log/slog"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// After a restore, a post that the reminder made with settings which the backup does not have
// counts for the nearest occurrence: that one is recorded as skipped, every other is posted.
func TestPostedBeforeTheRestore(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	must(t, err)
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 12, day, hour, minute, 0, 0, time.UTC) }
	key := func(nominal string) string { return bot.Key("r", civil(nominal), channel12) }
	stands := func(nominal string, at time.Time) bot.Posted {
		return bot.Posted{Key: key(nominal), Receipt: bot.Receipt{ID: "7", At: at}}
	}
	weekly := []bot.Session{{Rule: "every Thursday at 18:00", Length: 90 * time.Minute}}
	for name, c := range map[string]struct {
		rule     string
		sessions []bot.Session
		from, to time.Time // the backup, and when it was restored
		nominal  string    // the occurrence that is due
		due      time.Time
		posted   []bot.Posted
		endless  bool
		known    []string // posted by this database
		skipped  []string // on record as not posted by it
		state    bot.State
		reason   bot.ReasonCode
	}{
		"nothing stands there": {rule: "every day at 9:00", from: at(7, 0, 0), to: at(8, 8, 30), nominal: "2026-12-08T09:00", due: at(8, 9, 0), state: bot.Sent},
		"an earlier hour": {
			rule: "every day at 9:00", from: at(7, 10, 0), to: at(8, 8, 30), nominal: "2026-12-08T09:00", due: at(8, 9, 0),
			posted: []bot.Posted{stands("2026-12-08T08:00", at(8, 8, 0))}, state: bot.Skipped, reason: bot.PostedBefore,
		},
		"an earlier hour, and the day is over": {
			rule: "every day at 9:00", from: at(7, 10, 0), to: at(8, 20, 0), nominal: "2026-12-09T09:00", due: at(9, 9, 0),
			posted: []bot.Posted{stands("2026-12-08T08:00", at(8, 8, 0))}, state: bot.Sent,
		},
		"another zone, the same name": {
			rule: "every day at 9:00", from: at(7, 10, 0), to: at(8, 8, 30), nominal: "2026-12-08T09:00", due: at(8, 9, 0),
			posted: []bot.Posted{stands("2026-12-08T09:00", at(8, 1, 0))}, state: bot.Sent,
		},
		"another zone, the name of the next": {
			rule: "every day at 9:00 and 15:00", from: at(7, 16, 0), to: at(8, 8, 30), nominal: "2026-12-08T09:00", due: at(8, 9, 0),
			posted: []bot.Posted{stands("2026-12-08T15:00", at(8, 5, 0))}, state: bot.Sent,
		},
		"another reminder's": {
			rule: "every day at 9:00", from: at(7, 10, 0), to: at(8, 8, 30), nominal: "2026-12-08T09:00", due: at(8, 9, 0),
			posted: []bot.Posted{{Key: bot.Key("s", civil("2026-12-08T08:00"), channel12), Receipt: bot.Receipt{At: at(8, 8, 0)}}}, state: bot.Sent,
		},
		"on record": {
			rule: "every day at 9:00", from: at(7, 10, 0), to: at(8, 8, 30), nominal: "2026-12-08T09:00", due: at(8, 9, 0),
			posted: []bot.Posted{stands("2026-12-07T10:05", at(7, 10, 5))}, known: []string{key("2026-12-07T10:05")}, state: bot.Sent,
		},
		// The zone was changed after the restore, and by the new one the gap begins later.
		"on record as missed, by a zone that was changed since": {
			rule: "every day at 9:00", from: at(7, 10, 0), to: at(7, 20, 0), nominal: "2026-12-08T09:00", due: at(8, 9, 0),
			posted: []bot.Posted{stands("2026-12-07T09:00", at(7, 17, 0))}, skipped: []string{key("2026-12-07T09:00")}, state: bot.Sent,
		},
		"the one before stands under its own name": {
			rule: "every day at 9:00", from: at(6, 10, 0), to: at(8, 8, 30), nominal: "2026-12-08T09:00", due: at(8, 9, 0),
			posted: []bot.Posted{stands("2026-12-07T09:00", at(7, 9, 0)), stands("2026-12-07T20:00", at(7, 20, 0))}, state: bot.Skipped, reason: bot.PostedBefore,
		},
		"a session that was moved to an earlier day": {
			rule: "1 hour before each session", sessions: weekly, from: at(6, 0, 0), to: at(7, 20, 0), nominal: "2026-12-10T18:00", due: at(10, 17, 0),
			posted: []bot.Posted{stands("2026-12-07T18:00", at(7, 17, 0))}, state: bot.Skipped, reason: bot.PostedBefore,
		},
		"both moments of a moved session": {
			rule: "30 minutes before each session and at the end of each session", sessions: weekly, from: at(9, 0, 0), to: at(10, 14, 0),
			nominal: "2026-12-10T18:00/+0e", due: at(10, 19, 30),
			posted: []bot.Posted{stands("2026-12-10T12:00/-30", at(10, 11, 30)), stands("2026-12-10T12:00/+0e", at(10, 13, 30))}, state: bot.Skipped, reason: bot.PostedBefore,
		},
		"one moment of a moved session": {
			rule: "30 minutes before each session and at the end of each session", sessions: weekly, from: at(9, 0, 0), to: at(10, 13, 0),
			nominal: "2026-12-10T18:00/+0e", due: at(10, 19, 30),
			posted: []bot.Posted{stands("2026-12-10T12:00/-30", at(10, 11, 30))}, state: bot.Sent,
		},
		"a rule by sessions before, by the clock now": {
			rule: "every day at 17:00", sessions: weekly, from: at(9, 20, 0), to: at(10, 12, 0), nominal: "2026-12-10T17:00", due: at(10, 17, 0),
			posted: []bot.Posted{stands("2026-12-10T18:00", at(10, 11, 0))}, state: bot.Skipped, reason: bot.PostedBefore,
		},
		"more than can be looked through": {rule: "every day at 9:00", from: at(7, 0, 0), to: at(8, 8, 30), nominal: "2026-12-08T09:00", due: at(8, 9, 0), endless: true, state: bot.Skipped, reason: bot.PostedBefore},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := func() time.Time { return latestOf(c.due, c.to.Add(time.Minute)) }
			known := make(map[string]bool)
			for _, k := range c.known {
				known[k] = true
			}
			for _, k := range c.skipped {
				known[k] = false
			}
			g := bot.Group{ID: "g", Zone: "UTC", Langs: []string{"en"}, Quiet: "none", Sessions: c.sessions, Places: []bot.Place{channel12}}
			r := bot.Reminder{ID: "r", Group: "g", Topic: "agreements", Rule: c.rule, Late: 2 * time.Hour}
			d := bot.Delivery{
				Key: key(c.nominal), Kind: bot.OfReminder, Reminder: "r", Group: "g", Place: channel12,
				Nominal: civil(c.nominal), At: c.due, Card: "contact", State: bot.Sending, Begun: c.to,
			}
			p := &page{now: now, work: bot.Work{Delivery: d, Group: g, Reminder: r, Gap: bot.Gap{From: c.from, To: c.to, Known: known}}}
			net := &channel{posted: c.posted, endless: c.endless}
			again, err := NewCourier(deck(t, library, now), []bot.Adapter{net}, slog.New(slog.DiscardHandler), now).Carry(t.Context(), p)
			if err != nil || again != 0 || p.ended.State != c.state || p.ended.Reason.Code != c.reason {
				t.Errorf("again %s, ended %+v, %v; want %s %s", again, p.ended, err, c.state, c.reason)
			}
			if (p.ended.Trouble != nil) != (c.state == bot.Skipped) {
				t.Errorf("staff are told %+v", p.ended.Trouble)
			}
			if same := len(c.posted) == 1 && c.posted[0].Key == d.Key; (len(net.sent) == 1) != (c.state == bot.Sent && !same) {
				t.Errorf("%d posts", len(net.sent))
			}
		})
	}
}

// The first occurrence after a restore is looked up before it is sent; if a rule has several moments
// for each session, all moments of the first one.
func TestFirstAfterARestore(t *testing.T) {
	t.Parallel()
	library, err := content.Load(content.Options{})
	must(t, err)
	restored := time.Date(2026, 12, 9, 12, 0, 0, 0, time.UTC)
	g := bot.Group{ID: "g", Zone: "UTC", Quiet: "none", Sessions: []bot.Session{{Rule: "every Thursday at 18:00", Length: time.Hour}}, Places: []bot.Place{channel12}}
	for rule, want := range map[string][]bot.State{
		"every day at 9:00": {bot.Sending, bot.Due, bot.Due},
		"30 minutes before each session and at the end of each session": {bot.Sending, bot.Sending, bot.Due},
	} {
		for _, after := range []time.Time{restored, {}} {
			r := bot.Schedule(bot.Reminder{ID: "r", Group: "g", Topic: "contact", Rule: rule, Late: time.Hour}, g, restored)
			for i, state := range want {
				if after.IsZero() {
					state = bot.Due
				}
				p := NewPlanner(deck(t, library, time.Now)).Plan(bot.DueReminder{Reminder: r, Group: g, Restored: after}, content.SignOff{}, r.Next.At)
				if d := p.Deliveries[0]; d.State != state || (state == bot.Sending) != d.Begun.Equal(restored) {
					t.Errorf("%s, restored %s: number %d is %s, begun %s; want %s", rule, after, i+1, d.State, d.Begun, state)
				}
				r = p.Reminder
			}
		}
	}
}

func latestOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
