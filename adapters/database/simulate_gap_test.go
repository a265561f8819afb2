package database

import (
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

// meaning is what a post was for when it left: people recognise it by that, not by the key that
// the program gives it.
type meaning struct {
	at, due time.Time
	key     string
	session scheduler.Civil // its planned start; zero for a rule that does not go by sessions
	lead    time.Duration   // from the session's start to the post
}

// meant tells what a post is for, by the settings at this moment.
func meant(now time.Time, d bot.Delivery, calendar scheduler.Calendar, rule scheduler.Rule, g bot.Group) meaning {
	m := meaning{at: now, due: d.At, key: d.Key}
	if !rule.BySession() {
		return m
	}
	start := scheduler.CivilOf(d.Nominal.Time()) // without the mark that tells which moment of the session it is
	m.session, m.lead = start, d.At.Sub(calendar.Instant(start))
	for _, e := range g.Exceptions {
		if e.To == start {
			m.session = e.Start
		}
	}
	return m
}

// strays lists posts that a lost database has made since a moment, that the restored one does
// not know, and whose key it cannot work out: no occurrence of the present rule has it, and no
// record.
func (w *world) strays(r *replica, d bot.Delivery, calendar scheduler.Calendar, rule scheduler.Rule, since time.Time) (list []meaning) {
	for _, m := range w.checks.lost[d.Reminder+" "+d.Place.String()] {
		if !m.at.Before(since) && w.nets[d.Place.Platform].by[d.Place.String()+" "+m.key] > 0 && !w.onFile(r, m.key) {
			list = append(list, m)
		}
	}
	if len(list) == 0 {
		return nil
	}
	own := make(map[string]bool)
	for _, g := range w.checks.gaps {
		from, to := g.from.Add(-48*time.Hour), g.to.Add(15*24*time.Hour)
		const zones = 27 * time.Hour // how far a change of zone moves an occurrence
		if !slices.ContainsFunc(list, func(m meaning) bool { return m.due.After(from.Add(-zones)) && m.due.Before(to.Add(zones)) }) {
			continue
		}
		o, ok := calendar.First(rule, from)
		for ; ok && o.At.Before(to); o, ok = calendar.Next(rule, o) {
			own[bot.Key(d.Reminder, o.Nominal, d.Place)] = true
		}
	}
	return slices.DeleteFunc(list, func(m meaning) bool { return own[m.key] })
}

// onFile tells whether a delivery is, or was, on record since the last restore.
func (w *world) onFile(r *replica, key string) bool {
	if w.checks.onFile[key] {
		return true
	}
	var there bool
	w.must(r.db.sql.QueryRow(`select exists (select 1 from deliveries where key = $1)`, key).Scan(&there))
	w.checks.onFile[key] = there
	return there
}

type span struct{ from, to time.Time }

// inGap tells whether a moment lies between a backup and its restore.
func (w *world) inGap(at time.Time) bool {
	return slices.ContainsFunc(w.checks.gaps, func(g span) bool { return !at.Before(g.from) && at.Before(g.to) })
}

// notAgain checks, when a post leaves, that a lost database has not posted the same before,
// perhaps by settings that the restored backup does not have.
func (w *world) notAgain(r *replica, d bot.Delivery, calendar scheduler.Calendar, rule scheduler.Rule, g bot.Group) {
	this := meant(w.truth(), d, calendar, rule, g)
	// A post stands for the occurrence that is nearest to it.
	before, after := 12*time.Hour, 12*time.Hour
	for o, ok := calendar.First(rule, d.At.Add(-24*time.Hour)); ok && o.At.Before(d.At); o, ok = calendar.Next(rule, o) {
		before = d.At.Sub(o.At) / 2
	}
	if o, ok := calendar.Next(rule, scheduler.Occurrence{Nominal: d.Nominal, At: d.At}); ok {
		after = min(after, o.At.Sub(d.At)/2)
	}
	// An older post was sent by a clock ahead, long before its time.
	for _, m := range w.strays(r, d, calendar, rule, this.at.Add(-gapMost)) {
		off := m.due.Sub(this.due)
		again := -before < off && off < after
		if rule.BySession() && !m.session.IsZero() {
			again = m.session == this.session && m.lead == this.lead
		}
		if again {
			w.fail("posted again after a restore, first on %s as %s: %s", m.at.Format(time.RFC3339), m.key, w.name(d))
		}
	}
	of := d.Reminder + " " + d.Place.String()
	w.checks.meant[of] = append(w.checks.meant[of], this)
}
