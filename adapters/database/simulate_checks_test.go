package database

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

// hindrance is a fault that the simulation has caused: a reason for which posts may be late or
// missing.
type hindrance struct {
	from, to time.Time
	slack    time.Duration // how much longer posts that waited may take
	platform bot.Platform  // empty: all
	place    bot.Place     // zero: all
}

func (h hindrance) about(p bot.Place) bool {
	return (h.platform == "" || h.platform == p.Platform) && (h.place == bot.Place{} || h.place == p)
}

func (w *world) hinder(h hindrance) { w.checks.hindrances = append(w.checks.hindrances, h) }

// ending is how a delivery ended, and when by the machine's clock of that moment.
type ending struct {
	state   bot.State
	settled time.Time
}

// checks is what the simulation remembers in order to check the program's promises.
type checks struct {
	hindrances []hindrance
	open       map[string]open           // deliveries of reminders that have not ended, by key
	touched    []string                  // keys that were settled since the last check
	ended      map[string]ending         // how each ended
	sent       map[bot.Subject]time.Time // when a message last arrived that heals the trouble
	tally      []arrived                 // posts that arrived, to check the digests
	early      map[string]arrived        // posts that a clock ahead has sent too early, by key
	ahead      [][2]time.Time            // from when to when the clock pointed while it was ahead
	behind     [][2]time.Time            // what a clock that was behind showed, and the true time
	stirred    time.Time                 // when something last happened
	clockWrong bool                      // the clock is wrong or was a moment ago
	clockRight time.Time                 // since when it has been right again
	restoredAt time.Time                 // what was due before this may have been posted by a lost database
	gaps       []span                    // each from a backup to its restore
	meant      map[string][]meaning      // what posts since the newest backup were for, by reminder and place
	lost       map[string][]meaning      // those of them that a restored database does not know
	onFile     map[string]bool           // keys of those that are on record again
	looked     time.Time                 // when the troubles were last checked
	whole      time.Time                 // when every delivery was last checked
}

type open struct {
	reminder string
	at       time.Time
}

type arrived struct {
	group       string
	at, settled time.Time
}

func newChecks() checks {
	return checks{open: make(map[string]open), early: make(map[string]arrived), ended: make(map[string]ending), sent: make(map[bot.Subject]time.Time), meant: make(map[string][]meaning), lost: make(map[string][]meaning), onFile: make(map[string]bool)}
}

func (c *checks) restored(w *world, backup time.Time) {
	c.gaps = append(c.gaps, span{backup, w.truth()})
	for of, all := range c.meant { // since the backup
		c.lost[of] = append(c.lost[of], all...)
	}
	clear(c.meant)
	clear(c.onFile)
	c.restoredAt = w.truth()
	c.open, c.ended, c.sent, c.touched, c.tally = make(map[string]open), make(map[string]ending), make(map[bot.Subject]time.Time), nil, nil
}

// leaves checks a message at the moment when its request leaves the program.
func (w *world) leaves(r *replica, to bot.Place, m bot.Message) {
	if text := fmt.Sprintf("%+v", m); strings.Contains(text, canary) {
		w.fail("a message names somebody: %s", text)
	}
	found, err := list(context.Background(), r.db.sql, scanDelivery, `select `+deliveryColumns+` from deliveries d where d.key = $1`, m.Key)
	w.must(err)
	if len(found) != 1 {
		w.fail("a message without a record leaves: key %s", m.Key)
	}
	d, now := found[0], w.machine()
	if d.State != bot.Sending {
		w.fail("a message leaves whose record is %s", d.State)
	}
	if d.Kind == bot.OfNotice {
		w.count.Notices++
		w.digestTrue(d)
		return
	}
	if d.Kind == bot.OfView {
		w.viewLeaves(d, m)
		return
	}
	w.count.Posts++
	m2, g := w.clinic.reminders[d.Reminder], (*simGroup)(nil)
	if m2 != nil {
		g = w.clinic.groups[m2.Group]
	}
	switch {
	case m2 == nil || m2.gone || g.gone || !slices.Contains(g.Places, to):
		w.fail("posted after it was removed: %s", w.name(d))
	case m2.Paused.After(now) || g.Paused.After(now):
		w.fail("posted while paused: %s", w.name(d))
	case now.Before(d.At):
		w.fail("posted %s early: %s", d.At.Sub(now), w.name(d))
	}
	calendar, rule, err := bot.Timing(m2.Reminder, g.Group)
	w.must(err)
	o := scheduler.Occurrence{Nominal: d.Nominal, At: d.At}
	switch {
	case calendar.Quiet(now):
		w.fail("posted in quiet hours: %s", w.name(d))
	case calendar.CalledOff(rule, o) != 0:
		w.fail("posted although it is called off: %s", w.name(d))
	case now.After(calendar.Deadline(rule, o, m2.Late).Add(bot.Patience + bot.SendTimeout)):
		w.fail("posted too late: %s", w.name(d))
	}
	w.notAgain(r, d, calendar, rule, g.Group)
	if d.At.After(w.truth()) {
		w.checks.early[d.Key] = arrived{group: d.Group, at: d.At}
	}
	for _, hash := range strings.Fields(d.Hash) {
		if !w.clinic.approved(d.Card, hash, now) {
			w.fail("posted without approval: %s, card %s", w.name(d), d.Card)
		}
	}
}

// stands checks that a channel has no post twice.
func (w *world) stands(to bot.Place, key string) {
	if n := w.often(to, key); n > 1 {
		var at []string
		for _, i := range w.nets[to.Platform].in[to] {
			if p := w.nets[to.Platform].posts[i]; p.key == key {
				at = append(at, p.at.Format(time.DateTime))
			}
		}
		w.fail("posted %d times: key %s in %s, %s", n, key, to, strings.Join(at, " and "))
	}
}

// often counts the posts with a key in a place. If records may have been deleted or lost, it
// leaves out posts older than gapMost: the program does not look further back, so a wrong clock
// can have posted these once before.
func (w *world) often(to bot.Place, key string) (n int) {
	net := w.nets[to.Platform]
	if all := net.by[to.String()+" "+key]; all < 2 || w.script.keep == 0 && w.checks.restoredAt.IsZero() {
		return all
	}
	for _, i := range net.in[to] {
		if p := net.posts[i]; p.key == key && !p.gone && w.truth().Sub(p.at) <= gapMost {
			n++
		}
	}
	return n
}

// longAgo tells whether all posts with a key in a place were posted before the newest restore,
// and further back than the program looks.
func (w *world) longAgo(to bot.Place, key string) bool {
	net := w.nets[to.Platform]
	return !slices.ContainsFunc(net.in[to], func(i int) bool {
		p := net.posts[i]
		return p.key == key && !p.gone && (!p.at.Before(w.checks.restoredAt) || w.truth().Sub(p.at) <= gapMost)
	})
}

func (w *world) name(d bot.Delivery) string {
	return fmt.Sprintf("%s %s of %s (%s) to %s, due %s, %s %+v after %d attempts on %s", d.Kind, d.Reminder, d.Group, d.Nominal, d.Place, d.At.Format(time.RFC3339), d.State, d.Reason, d.Attempts, d.Settled.Format(time.RFC3339))
}

// settled notes how a delivery ended.
func (w *world) settled(key string, s bot.Settlement) {
	w.checks.touched = append(w.checks.touched, key)
	if s.State == bot.Sent && w.skew == 0 {
		for _, subject := range s.Healed {
			w.checks.sent[subject] = w.truth()
		}
	}
}

// wholeEvery is how often every delivery is looked at.
const wholeEvery = 7 * 24 * time.Hour

// remembered is how long a hindrance is kept after its end. A delivery that it has delayed is
// perhaps only checked when all deliveries are.
const remembered = wholeEvery + 72*time.Hour

// check compares the records with the promises, as far as possible at this moment.
func (w *world) check() {
	if w.said.bad != "" {
		w.fail("the program said: %s", w.said.bad)
	}
	c := &w.checks
	r := w.up()
	if r == nil || w.skew != 0 || r.engine.clock.doubtful() || !r.engine.moments.fresh.Load() || r.rounding || r.life.beat.Before(w.truth()) {
		return
	}
	if c.clockWrong {
		if w.truth().Sub(c.clockRight) < 5*time.Minute {
			return
		}
		c.clockWrong = false
		c.touched, c.whole = nil, time.Time{}
	}
	w.onRecord(r)
	w.verify(r, c.touched...)
	c.touched = nil
	if w.truth().Sub(c.looked) >= idle {
		c.looked = w.truth()
		w.troubles(r)
		w.views(r)
		for key, o := range c.open {
			if w.truth().Sub(o.at) > 40*time.Hour {
				w.verify(r, key) // it may have ended while the clock was wrong and nothing was checked
			}
			if _, still := c.open[key]; still && w.truth().Sub(o.at) > 40*time.Hour {
				w.fail("has not ended: key %s of reminder %s, due %s", key, o.reminder, o.at)
			}
		}
		c.hindrances = slices.DeleteFunc(c.hindrances, func(h hindrance) bool { return w.truth().Sub(h.to) > remembered })
	}
	if w.truth().Sub(c.whole) >= wholeEvery {
		c.whole = w.truth()
		w.everything(r, w.truth().Add(-gapMost)) // older ones at the end
	}
}

// onRecord checks that everything that has come due is on record.
func (w *world) onRecord(r *replica) {
	now := w.truth()
	for _, id := range w.clinic.rids {
		m := w.clinic.reminders[id]
		if m.gone {
			continue
		}
		g := w.clinic.groups[m.Group]
		for _, o := range m.must {
			w.oneOnRecord(r, m, g, o)
		}
		m.must = nil
		for !m.expect.At.IsZero() && !m.expect.At.After(now) {
			o := m.expect
			w.oneOnRecord(r, m, g, o)
			calendar, rule, err := bot.Timing(m.Reminder, g.Group)
			w.must(err)
			next, ok := calendar.Next(rule, o)
			if latest(m.Paused, g.Paused).After(now) {
				from := latest(m.Paused, g.Paused)
				if next, ok = calendar.First(rule, from); from.Equal(bot.Forever) {
					ok = false
				}
			}
			if m.expect = next; !ok {
				m.expect = scheduler.Occurrence{}
			}
		}
	}
}

func (w *world) oneOnRecord(r *replica, m *simReminder, g *simGroup, o scheduler.Occurrence) {
	rows, err := list(context.Background(), r.db.sql, scanDelivery, `select `+deliveryColumns+` from deliveries d where d.reminder_id = $1 and d.nominal = $2`, m.ID, o.Nominal.String())
	w.must(err)
	for _, p := range g.Places {
		i := slices.IndexFunc(rows, func(d bot.Delivery) bool { return d.Place == p })
		switch {
		case i < 0 && w.script.keep > 0 && w.truth().Sub(o.At) > w.script.keep-bot.ZoneReach: // of an old backup, deleted at once, perhaps by an earlier zone's moment
			continue
		case i < 0 && w.folded(r, m.ID, o, p):
			continue
		case i < 0:
			w.fail("lost: reminder %s (%s) of %s, %s, due %s, is not on record for %s", m.ID, m.Rule, g.ID, o.Nominal, o.At.Format(time.RFC3339), p)
		}
		if d := rows[i]; d.State.Final() {
			w.checks.touched = append(w.checks.touched, d.Key)
		} else {
			w.checks.open[d.Key] = open{m.ID, d.At}
		}
	}
}

// folded tells whether an occurrence is on record as one of many that were missed: one record
// stands for them all.
func (w *world) folded(r *replica, reminder string, o scheduler.Occurrence, p bot.Place) bool {
	var n int
	err := r.db.sql.QueryRow(`select count(*) from deliveries
		where reminder_id = $1 and place = $2 and reason = $3 and nominal < $4 and reason_detail > $4`, reminder, placeColumn(p), string(bot.LateGap), o.Nominal.String()).Scan(&n)
	w.must(err)
	return n > 0
}

// verify checks how deliveries ended.
func (w *world) verify(r *replica, keys ...string) {
	for some := range slices.Chunk(keys, planBatch) {
		rows := make([][]any, len(some))
		for i, key := range some {
			rows[i] = []any{key}
		}
		found, err := list(context.Background(), r.db.sql, scanDelivery, `
			select `+deliveryColumns+` from deliveries d where d.kind = 'reminder' and `+batch{db: r.db.handle}.among("d.key", "$1"), rowsText(rows))
		w.must(err)
		for _, d := range found {
			w.verifyOne(r, d)
		}
	}
}

func (w *world) verifyOne(r *replica, d bot.Delivery) {
	if !d.State.Final() {
		return
	}
	key := d.Key
	before, known := w.checks.ended[key]
	if known && (before.state == d.State || !w.doubted(d.At, before.settled)) {
		return
	}
	w.agrees(d)
	w.checks.ended[key] = ending{d.State, d.Settled}
	delete(w.checks.open, key)
	w.count.Deliveries++
	switch d.State {
	case bot.Sent:
		w.count.Sent++
		w.checks.tally = append(w.checks.tally, arrived{d.Group, d.At, w.truth()})
	case bot.Skipped:
		w.count.Skipped++
	case bot.Failed:
		w.count.Failed++
	}
	w.reasoned(r, d)
}

// agrees checks that a delivery's record agrees with what is in the channel.
func (w *world) agrees(d bot.Delivery) {
	stands := w.often(d.Place, d.Key)
	switch {
	case d.State == bot.Sent && stands != 1 && w.truth().Sub(d.Settled) < gapMost:
		w.fail("on record as sent, but stands there %d times: %s", stands, w.name(d))
	case d.State == bot.Sent, d.At.Before(w.checks.restoredAt):
	case stands > 0 && d.State == bot.Skipped && d.At.Before(w.checks.restoredAt.Add(26*time.Hour)):
		// The lost database posted it earlier, in another zone; it was late by this one.
	case stands > 0 && w.longAgo(d.Place, d.Key):
		// A clock that was far ahead posted it, and a restored database does not know of that.
	case stands > 0 && d.Reason.Code != bot.Unresolved && d.Reason.Code != bot.UnresolvedNo:
		w.fail("stands there, but on record it does not: %s", w.name(d))
	case d.Reason.IsZero():
		w.fail("ended without a reason: %s", w.name(d))
	}
}

// reasoned checks that a reminder that was not sent has a true reason.
func (w *world) reasoned(r *replica, d bot.Delivery) {
	m := w.clinic.reminders[d.Reminder]
	if m == nil || d.State == bot.Sent || d.At.Before(w.checks.restoredAt) {
		return
	}
	g := w.clinic.groups[m.Group]
	to := d.Place
	calendar, rule, err := bot.Timing(m.Reminder, g.Group)
	w.must(err)
	o := scheduler.Occurrence{Nominal: d.Nominal, At: d.At}
	deadline := calendar.Deadline(rule, o, m.Late)
	ok := true
	switch d.Reason.Code {
	case bot.Removed:
		ok = m.gone || g.gone || !slices.Contains(g.Places, to)
	case bot.Paused:
		ok = m.Paused.After(d.Settled) || g.Paused.After(d.Settled)
	case bot.SkippedDate, bot.SessionCancelled, bot.SessionMoved:
		ok = calendar.CalledOff(rule, o) != 0
	case bot.QuietHours:
		ok = calendar.Quiet(d.Settled)
	case bot.NotApproved:
		for _, card := range w.shared.library.All() {
			if card.ID == d.Card && slices.Contains(g.Langs, card.Lang) {
				ok = ok && !w.clinic.approved(card.ID, card.Hash, d.Settled)
			}
		}
	case bot.PostedBefore:
		ok = len(w.strays(r, d, calendar, rule, time.Time{})) > 0
	case bot.Late: // a clock far behind may plan by a newer rule, whose moments are past
		ok = w.hindered(to, deadline, deadline) || w.doubted(d.At, d.At)
	case bot.LateNewer, bot.LateGap:
		ok = w.hindered(to, d.At, d.Settled)
	default:
		ok = w.hindered(to, d.At, d.Settled)
	}
	if !ok {
		w.fail("not sent, without a cause: %s", w.name(d))
	}
}

// hindered tells whether a hindrance, with its slack, overlaps the time from one moment to
// another.
func (w *world) hindered(p bot.Place, from, to time.Time) bool {
	return slices.ContainsFunc(w.checks.hindrances, func(h hindrance) bool {
		return h.about(p) && !h.from.After(to.Add(time.Minute)) && !h.to.Add(h.slack).Before(from.Add(-time.Minute))
	})
}

// everything checks every delivery on record that was due since a moment.
func (w *world) everything(r *replica, since time.Time) {
	all, err := list(context.Background(), r.db.sql, scanDelivery, `select `+deliveryColumns+` from deliveries d where d.kind = 'reminder' and d.at > $1 and d.at <= $2`,
		millis(since), millis(w.machine()))
	w.must(err)
	for _, d := range all {
		before, known := w.checks.ended[d.Key]
		switch {
		case w.forgotten(d):
		case known && before.state == bot.Skipped && d.At.Before(w.checks.restoredAt) && (d.State == bot.Sent || d.Reason.Code == bot.Unresolved):
			w.agrees(d) // the lost database had posted it, which a look-up has found or could not tell
		case known && before.state != bot.Sent && before.state != d.State && w.doubted(d.At, before.settled):
			w.verifyOne(r, d)
		case known && before.state != d.State:
			w.fail("ended as %s, and is now another: %s", before.state, w.name(d))
		case !d.State.Final():
		default:
			w.agrees(d)
			if !known && !w.unreal(d) {
				w.verifyOne(r, d)
			}
		}
	}
}

// forgotten tells whether a delivery's first record was deleted by age, and a clock that had
// been far behind has then recorded it again, as too late.
func (w *world) forgotten(d bot.Delivery) bool {
	return w.script.keep > 0 && d.State == bot.Skipped && d.Reason.Code == bot.Late && d.Settled.Sub(d.At) > w.script.keep
}

// doubted tells whether a delivery was due or settled while the clock was behind, at a moment
// in that clock's future. Its true record, if there is no post, then looks like one that a
// clock ahead has made. So the reminder comes due again: by that clock, or too late once the
// clock is right.
func (w *world) doubted(due, settled time.Time) bool {
	return slices.ContainsFunc(w.checks.behind, func(s [2]time.Time) bool {
		within := func(t time.Time) bool { return !t.Before(s[0]) && !t.After(s[1]) }
		return within(due) || within(settled)
	})
}

// unreal tells whether a clock that was ahead has recorded a delivery. If the occurrence still
// comes, a true record replaces this one, which onRecord checks. If it does not, because its
// group was paused meanwhile, this one stays.
func (w *world) unreal(d bot.Delivery) bool {
	return slices.ContainsFunc(w.checks.ahead, func(s [2]time.Time) bool { return !d.Settled.Before(s[0]) && !d.Settled.After(s[1]) })
}

// troubles checks that staff are told once that a trouble is over.
func (w *world) troubles(r *replica) {
	if w.truth().Sub(w.checks.clockRight) < time.Hour {
		return
	}
	type state struct {
		bot.OpenTrouble
		last, healed time.Time
		told, over   int
	}
	all, err := list(context.Background(), r.db.sql, func(x row) (s state, err error) {
		var place string
		var since, last, healed int64
		err = x.Scan(&s.Subject.Kind, &place, &s.Subject.ID, &since, &last, &healed, &s.told, &s.over)
		if err == nil {
			err = s.Subject.Place.UnmarshalText([]byte(place))
		}
		s.Since, s.last, s.healed = instant(since), instant(last), instant(healed)
		return s, err
	}, `select t.kind, t.place, t.id, t.since, t.last_at, t.healed_at,
			(select count(*) from deliveries d where d.kind = 'notice' and d.about_kind = t.kind and d.about_place = t.place and d.about_id = t.id and d.about_since = t.since and d.turn = ''),
			(select count(*) from deliveries d where d.kind = 'notice' and d.about_kind = t.kind and d.about_place = t.place and d.about_id = t.id and d.about_since = t.since and d.turn = 'healed')
		from troubles t`)
	w.must(err)
	for _, t := range all {
		rest := time.Minute
		if t.Subject.Kind == bot.AboutLateness {
			rest += restSpan
		}
		switch at := w.checks.sent[t.Subject]; {
		case t.healed.IsZero() && at.Sub(t.last) > rest:
			w.fail("not told as over: %s, met %s, while posts arrived %s", t.Subject, t.last, at)
		case t.healed.IsZero() && t.Subject.Kind == bot.AboutClock && w.truth().Sub(w.checks.clockRight) > time.Hour && w.truth().Sub(t.last) > time.Hour:
			w.fail("the clock has been right since %s, and staff were not told", w.checks.clockRight)
		case t.over > 0 && t.healed.IsZero():
			w.fail("told as over, but it is not: %s", t.Subject)
		}
	}
}

// digestTrue compares a digest with what arrived.
func (w *world) digestTrue(d bot.Delivery) {
	if d.News == nil || d.News.Digest == nil || w.checks.clockWrong || w.skew != 0 || d.News.Digest.Since.Before(w.checks.restoredAt) {
		return
	}
	for _, t := range d.News.Digest.Tallies {
		counts := func(a arrived) bool {
			return a.group == t.Group && !a.at.Before(d.News.Digest.Since) && a.at.Before(d.At)
		}
		least, most := 0, 0
		for _, a := range w.checks.tally {
			if counts(a) {
				most++
				if a.settled.Before(d.At) {
					least++
				}
			}
		}
		for key, a := range w.checks.early { // at their true time, nothing may have been due any more
			if _, ended := w.checks.ended[key]; !ended && counts(a) {
				most++
			}
		}
		if t.Sent < least || t.Sent > most {
			w.fail("the digest of %s counts %d posts of %s, and %d to %d arrived", d.At, t.Sent, t.Group, least, most)
		}
	}
}

// final ends the calm last part of a world, and checks everything.
func (w *world) final() {
	r := w.up()
	if r == nil {
		w.fail("nothing runs at the end")
	}
	w.everything(r, time.Time{})
	w.troubles(r)
	w.views(r)
	for key, o := range w.checks.open {
		if w.truth().Sub(o.at) > 5*time.Hour {
			w.fail("has not ended: key %s of reminder %s, due %s", key, o.reminder, o.at)
		}
	}
}

// logged fails the simulation when the program logs an error that no fault explains.
type logged struct {
	bad   string
	lines []string
	tell  bool
}

func (l *logged) Enabled(context.Context, slog.Level) bool { return true }
func (l *logged) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l *logged) WithGroup(string) slog.Handler            { return l }

func (l *logged) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	r.Attrs(func(a slog.Attr) bool {
		text += " " + a.String()
		return true
	})
	expected := r.Message == "the clock is in doubt" || r.Message == "the platform takes no such message" ||
		strings.HasSuffix(text, context.DeadlineExceeded.Error()) // the process stood still
	if r.Level >= slog.LevelError && !expected || strings.Contains(text, canary) {
		l.bad = text
	}
	if l.tell {
		l.lines = append(l.lines, r.Time.UTC().Format("01-02 15:04:05 ")+text)
	}
	return nil
}
