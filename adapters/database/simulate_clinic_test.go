package database

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

type signOff = content.SignOff

// clinic is what people have told the program. The simulation keeps it beside the program, and
// compares what the program does with it.
type clinic struct {
	w         *world
	ids       []string // of groups
	groups    map[string]*simGroup
	rids      []string // of reminders
	reminders map[string]*simReminder
	approvals []content.Approval
	channels  int
}

type simGroup struct {
	bot.Group
	gone   bool
	goneAt time.Time
}

type simReminder struct {
	bot.Reminder
	gone   bool
	goneAt time.Time
	expect scheduler.Occurrence // the next occurrence that must be put on record; zero if none
	must   []scheduler.Occurrence
}

// moderator changes groups. Only the audit trail may contain this name.
//
//nolint:gochecknoglobals // a constant
var moderator = bot.Actor{ID: "discord:canary-moderator"}

const (
	canary   = "canary"
	reviewer = "A. Reviewer, LMFT 1"
)

func newClinic(w *world) *clinic {
	return &clinic{w: w, groups: make(map[string]*simGroup), reminders: make(map[string]*simReminder)}
}

// clone copies the clinic as it is now. Slices in groups are never changed in place, so they
// are shared.
func (c *clinic) clone() *clinic {
	out := *c
	out.ids, out.rids, out.approvals = slices.Clone(c.ids), slices.Clone(c.rids), slices.Clone(c.approvals)
	out.groups, out.reminders = maps.Clone(c.groups), maps.Clone(c.reminders)
	for id, g := range out.groups {
		copied := *g
		out.groups[id] = &copied
	}
	for id, r := range out.reminders {
		copied := *r
		out.reminders[id] = &copied
	}
	return &out
}

var (
	//nolint:gochecknoglobals // lists of constants
	simZones = []string{"America/Los_Angeles", "America/New_York", "Europe/Berlin", "Australia/Sydney", "America/Santiago"}
	//nolint:gochecknoglobals // of all kinds
	simRules = []string{
		"every day at 9:00", "every Monday at 9:00", "every Tuesday and Thursday at 17:30", "30 9 * * 1-5", "0 12 1,15 * *",
		"every other Wednesday from 2026-01-07 at 10:00", "the first Monday of the month at 10:00", "the last Friday of the month at 16:00",
		"1 day before each session", "1 hour before each session", "30 minutes before each session and at the end of each session",
		"10 minutes after each session", "every Saturday and Sunday at 11:15", "every day at 9:00 and 15:00",
	}
	//nolint:gochecknoglobals // those of them that come on most days
	simDailyRules = []string{"every day at 9:00", "30 9 * * 1-5", "every day at 9:00 and 15:00"}
	//nolint:gochecknoglobals // for groups without quiet hours
	simNightRules = []string{"every day at 2:30", "every Sunday at 1:15", "every day at 0:05 and 12:05"}
	//nolint:gochecknoglobals // of sessions
	simSessions = []string{"every Monday at 18:00", "every Tuesday and Friday at 12:00", "every other Thursday from 2026-01-08 at 17:00", "every Saturday at 10:30"}
	//nolint:gochecknoglobals // of topics
	simTopics = []string{"agreements", "strategies", "confidentiality", "contact", "agreements+confidentiality"}
)

func pick[T any](c *rand.Rand, all []T) T { return all[c.IntN(len(all))] }

// open makes the clinic's groups, reminders and approvals.
func (c *clinic) open() {
	r := rand.New(rand.NewPCG(c.w.script.seed, 2)) //nolint:gosec // to be seen again
	c.sign(r)
	for n := range c.w.script.groups {
		g := bot.Group{
			ID: fmt.Sprintf("group-%d", n+1), Name: fmt.Sprintf("Group %d", n+1), Zone: simZones[(n+r.IntN(2))%len(simZones)], Langs: []string{"en"}, Quiet: "21:00-08:00",
			Sessions: []bot.Session{{Rule: pick(r, simSessions), Length: 90 * time.Minute}},
		}
		g.InView = c.wantsView(n)
		if r.IntN(3) == 0 {
			g.Langs = []string{"en", "es"}
		}
		if r.IntN(5) == 0 {
			g.Quiet = "none"
		}
		for range 2 + r.IntN(5) { // four on average
			g.Places = append(g.Places, c.channel(r))
		}
		if r.IntN(2) == 0 {
			g.Moderators = bot.Place{Platform: bot.Discord, Space: "1", Channel: fmt.Sprint(9000 + n)}
		}
		c.w.open(func(db *DB) { c.w.must(db.AddGroup(context.Background(), moderator, g)) })
		c.ids = append(c.ids, g.ID)
		c.groups[g.ID] = &simGroup{Group: g}
		for range 2 + r.IntN(2) {
			c.add(r, g)
		}
	}
}

// channel is a new place.
func (c *clinic) channel(r *rand.Rand) bot.Place {
	c.channels++
	if r.IntN(2) == 0 {
		return bot.Place{Platform: bot.Discord, Space: "1", Channel: fmt.Sprint(1000 + c.channels)}
	}
	return bot.Place{Platform: bot.Slack, Channel: fmt.Sprintf("C%07d", c.channels)}
}

func (c *clinic) rule(r *rand.Rand, g bot.Group) string {
	if g.Quiet == "none" && r.IntN(3) == 0 {
		return pick(r, simNightRules)
	}
	rule := pick(r, simRules)
	// Most groups meet once or twice a week and are reminded as often. In long worlds daily
	// reminders are rarer: each seed meets more by more weeks of few groups.
	for c.w.script.length > simShort && slices.Contains(simDailyRules, rule) && r.IntN(5) > 0 {
		rule = pick(r, simRules)
	}
	return rule
}

// simShort is the longest world in which daily reminders are as frequent as others.
const simShort = 8 * 7 * 24 * time.Hour

// add adds a reminder. Its ID must follow from the seed, because keys are made of it, and so is
// the order of deliveries that are due together.
func (c *clinic) add(r *rand.Rand, g bot.Group) {
	c.w.serial++
	id := fmt.Sprintf("r%05d", c.w.serial)
	m := bot.Reminder{Group: g.ID, Topic: pick(r, simTopics), Rule: c.rule(r, g), Late: pick(r, []time.Duration{30 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour})}
	c.w.open(func(db *DB) {
		made, err := db.AddReminder(context.Background(), moderator, m)
		c.w.must(err)
		_, err = db.sql.ExecContext(context.Background(), `update reminders set id = $1 where id = $2`, id, made.ID)
		c.w.must(err)
	})
	m.ID = id
	c.rids = append(c.rids, id)
	c.reminders[id] = &simReminder{Reminder: m}
	c.expectAnew(id)
}

// sign approves most cards, each for its own length of time.
func (c *clinic) sign(r *rand.Rand) {
	now := c.w.machine()
	var given []content.Approval
	for _, card := range c.w.shared.library.All() {
		if card.Lang == "es" && r.IntN(3) == 0 || r.IntN(20) == 0 {
			continue
		}
		given = append(given, content.Approval{
			Card: card.ID, Lang: card.Lang, Hash: card.Hash, Reviewer: reviewer,
			At: now, ReviewBy: now.Add(time.Duration(r.IntN(200)+1) * 24 * time.Hour),
		})
	}
	c.approve(given)
}

func (c *clinic) approve(given []content.Approval) {
	c.w.open(func(db *DB) { c.w.must(db.Approve(context.Background(), moderator, given...)) })
	for _, a := range given {
		c.approvals = slices.DeleteFunc(c.approvals, func(o content.Approval) bool { return o.Card == a.Card && o.Lang == a.Lang })
		c.approvals = append(c.approvals, a)
	}
	c.w.deck.SetApprovals(c.approvals)
}

// approved tells whether a card's words, named by their hash, may be posted now.
func (c *clinic) approved(card, hash string, now time.Time) bool {
	if card == "contact" || card == "crisis" {
		return true
	}
	return slices.ContainsFunc(c.approvals, func(a content.Approval) bool { return a.Card == card && a.Hash == hash && now.Before(a.ReviewBy) })
}

// expectAnew works out what a reminder must do from now on. An occurrence that was due before
// now stays due, as it was planned.
func (c *clinic) expectAnew(id string) {
	r := c.reminders[id]
	now := c.w.truth()
	if !r.expect.At.IsZero() && !r.expect.At.After(now) {
		r.must = append(r.must, r.expect)
	}
	was := r.expect
	r.expect = scheduler.Occurrence{}
	g := c.groups[r.Group]
	if r.gone || g.gone {
		r.must = nil
		return
	}
	from := latest(latest(now, r.Paused), g.Paused)
	if from.Equal(bot.Forever) {
		return
	}
	calendar, rule, err := bot.Timing(r.Reminder, g.Group)
	c.w.must(err)
	r.expect, _ = calendar.First(rule, from)
	// An occurrence that was due a moment ago keeps its local time, which may come later in the
	// new zone.
	for o, ok := r.expect, true; ok && o.At.Before(now.Add(26*time.Hour)); o, ok = calendar.Next(rule, o) {
		if o.Nominal == was.Nominal && !was.At.IsZero() && !was.At.After(now) {
			r.must = slices.DeleteFunc(r.must, func(m scheduler.Occurrence) bool { return m.Nominal == was.Nominal })
		}
	}
}

// anyPlace picks a place of the platform from those that groups have.
func (c *clinic) anyPlace(r *rand.Rand, p bot.Platform) bot.Place {
	var all []bot.Place
	for _, id := range c.ids {
		for _, place := range c.groups[id].Places {
			if place.Platform == p {
				all = append(all, place)
			}
		}
	}
	if len(all) == 0 || p == simStaff.Platform && r.IntN(8) == 0 {
		return simStaff
	}
	return pick(r, all)
}

// change makes one change that people could make.
func (c *clinic) change(kind string, r *rand.Rand) {
	g := c.groups[pick(r, c.ids)]
	m := c.reminders[pick(r, c.rids)]
	now := c.w.machine()
	switch kind {
	case "signed again":
		c.sign(r)
	case "reminder paused":
		if c.removed(m) {
			return
		}
		m.Paused = pick(r, []time.Time{bot.Forever, now.Add(30 * time.Hour).Truncate(time.Millisecond), now.Add(100 * time.Hour).Truncate(time.Millisecond)})
		c.setReminder(m)
	case "reminder resumed":
		for _, id := range c.rids {
			if x := c.reminders[id]; !x.Paused.IsZero() && !c.removed(x) {
				x.Paused = time.Time{}
				c.setReminder(x)
			}
		}
	case "rule changed":
		if c.removed(m) {
			return
		}
		m.Rule = c.rule(r, c.groups[m.Group].Group)
		c.setReminder(m)
	case "reminder added":
		if !g.gone {
			c.add(r, g.Group)
		}
	case "reminder removed":
		if !c.removed(m) {
			c.w.open(func(db *DB) { c.w.must(db.RemoveReminder(context.Background(), moderator, m.ID)) })
			m.gone, m.goneAt = true, now
			c.expectAnew(m.ID)
		}
	case "reminder restored":
		if m.gone && !c.groups[m.Group].gone {
			m.gone = !c.restored(m.goneAt, func(db *DB) error {
				return db.RestoreReminder(context.Background(), moderator, m.ID, func(bot.Group) error { return nil })
			})
			c.expectAnew(m.ID)
		}
	case "group removed":
		if !g.gone && len(c.ids) > 1 {
			c.w.open(func(db *DB) { c.w.must(db.RemoveGroup(context.Background(), moderator, g.ID)) })
			g.gone, g.goneAt = true, now
			c.expectGroup(g)
		}
	case "group restored":
		for _, id := range c.ids {
			if x := c.groups[id]; x.gone {
				x.gone = !c.restored(x.goneAt, func(db *DB) error {
					return db.RestoreGroup(context.Background(), moderator, x.ID, func(bot.Group) error { return nil })
				})
				c.expectGroup(x)
			}
		}
	default:
		c.changeGroup(kind, r, g, now)
	}
}

// restored restores a removed group or reminder. It returns false if that was deleted by age,
// perhaps by a clock that was ahead.
func (c *clinic) restored(removed time.Time, do func(*DB) error) bool {
	var err error
	c.w.open(func(db *DB) { err = do(db) })
	if keep := c.w.script.keep; errors.Is(err, bot.ErrNotFound) && keep > 0 && c.w.machine().Sub(removed) > keep-clockLeap {
		return false
	}
	c.w.must(err)
	return true
}

func (c *clinic) changeGroup(kind string, r *rand.Rand, g *simGroup, now time.Time) {
	if g.gone {
		return
	}
	calendar, err := g.Calendar()
	c.w.must(err)
	meeting, ok := calendar.NextSession(now.Add(time.Duration(r.IntN(6*24)) * time.Hour))
	switch kind {
	case "session cancelled", "session moved":
		if !ok {
			return
		}
		e := scheduler.Exception{Start: meeting.Planned}
		if kind == "session moved" {
			e.To = scheduler.CivilOf(meeting.At.In(calendar.Zone()).Add(time.Duration(1+r.IntN(40)) * time.Hour).Truncate(15 * time.Minute))
		}
		g.Exceptions = append(slices.DeleteFunc(slices.Clone(g.Exceptions), func(o scheduler.Exception) bool { return o.Start == e.Start }), e)
	case "date skipped":
		g.Skips = append(slices.Clone(g.Skips), now.In(calendar.Zone()).AddDate(0, 0, r.IntN(8)).Format(time.DateOnly))
	case "group paused":
		g.Paused = now.Add(time.Duration(2+r.IntN(90)) * time.Hour).Truncate(time.Millisecond)
	case "group resumed":
		g.Paused = time.Time{}
	case "zone changed":
		g.Zone = pick(r, simZones)
	case "quiet hours changed":
		g.Quiet = pick(r, []string{"21:00-08:00", "20:00-10:00", "none", "22:00-07:00"})
	case "place taken away":
		if len(g.Places) < 2 {
			return
		}
		i := r.IntN(len(g.Places))
		g.Places = slices.Delete(slices.Clone(g.Places), i, i+1)
	case "place added":
		g.Places = append(slices.Clone(g.Places), c.channel(r))
	default:
		c.w.fail("no such change: %s", kind)
	}
	c.w.open(func(db *DB) { c.w.must(db.SetGroup(context.Background(), moderator, g.Group)) })
	c.expectGroup(g)
}

// removed tells whether a reminder or its group is removed, so that it cannot be changed.
func (c *clinic) removed(m *simReminder) bool { return m.gone || c.groups[m.Group].gone }

func (c *clinic) setReminder(m *simReminder) {
	c.w.open(func(db *DB) { c.w.must(db.SetReminder(context.Background(), moderator, m.Reminder)) })
	c.expectAnew(m.ID)
}

// pauseOne pauses the reminder whose delivery with this key is about to be carried.
func (c *clinic) pauseOne(key string) bool {
	var id string
	c.w.open(func(db *DB) {
		c.w.must(db.sql.QueryRowContext(context.Background(), `select coalesce(max(reminder_id), '') from deliveries where key = $1`, key).Scan(&id))
	})
	m := c.reminders[id]
	if m == nil || c.removed(m) || !m.Paused.IsZero() || c.w.skew != 0 {
		return false
	}
	m.Paused = c.w.machine().Add(30 * time.Hour).Truncate(time.Millisecond)
	c.setReminder(m)
	return true
}

func (c *clinic) expectGroup(g *simGroup) {
	for _, id := range c.rids {
		if c.reminders[id].Group == g.ID {
			c.expectAnew(id)
		}
	}
}
