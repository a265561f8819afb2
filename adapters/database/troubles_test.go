package database

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"circlekeeper/bot"
	speech "circlekeeper/bot/words"
	"circlekeeper/content"
)

// notices are the texts of all news for staff, oldest first.
func notices(t *testing.T, db *DB) []string {
	t.Helper()
	var out []string
	all := deliveries(t, db)
	for i := range all {
		if d := all[len(all)-1-i]; d.Kind == bot.OfNotice {
			out = append(out, d.Place.String()+" "+said(d))
		}
	}
	return out
}

// said is what a notice tells, without the names that only its posting looks up.
func said(d bot.Delivery) string {
	return content.Plain(speech.News(speech.InEnglish(), speech.Names{}, *d.News))
}

func late(why bot.Reason) bool {
	return why.Code == bot.Late || why.Code == bot.LateNewer || why.Code == bot.LateGap
}

func TestTroubleIsToldOnceAndItsHealingOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		now := &clock{at: monday}
		db.now = now.now
		b := core(t, db)
		discord, slack := newNetwork(bot.Discord), newNetwork(bot.Slack)
		discord.outcome = func(bot.Message, int) error { return fmt.Errorf("no right to post: %w", bot.ErrUnreachable) }
		g := sampleGroup("g", place("discord:1/2"))
		g.Moderators = place("slack:C0000005")
		must(t, db.AddGroup(t.Context(), cli, g))
		r := addReminder(t, db, "g", "every Monday at 9:00")
		e, _ := start(t, db, b, discord, slack)
		now.set(r.Next.At.Add(time.Second))
		settled(t, db, 2) // the two notices
		for i := range 3 {
			must(t, db.inTx(t.Context(), func(tx *sql.Tx) error {
				return e.notices.open(t.Context(), tx, bot.Trouble{Subject: bot.AboutPlace.At(place("discord:1/2")), Reason: bot.Unreachable.With(fmt.Sprint("again ", i)), Group: "g"})
			}))
		}
		told := notices(t, db)
		if len(told) != 2 || !strings.HasPrefix(told[0], "slack:C000000") || !strings.Contains(told[0], " discord:1/2 ") {
			t.Fatalf("told %q, want staff and the group's moderators once each", told)
		}
		troubles, err := db.Troubles(t.Context())
		if err != nil || len(troubles) != 1 || troubles[0].Count < 4 {
			t.Errorf("troubles %+v, %v; want one, met at least four times", troubles, err)
		}
		mend := func(met error) {
			t.Helper()
			discord.mu.Lock()
			discord.check = met
			discord.mu.Unlock()
			must(t, e.housekeeping.mend(t.Context()))
		}
		// A check that never saw the trouble cannot tell that it is over.
		mend(nil)
		if told := notices(t, db); len(told) != 2 {
			t.Fatalf("told %q by a check that sees nothing", told)
		}
		// Posts get through again: mending notices, without any reminder being due.
		mend(bot.ErrUnreachable)
		mend(nil)
		must(t, e.housekeeping.mend(t.Context()))
		told = notices(t, db)
		if len(told) != 4 || !strings.Contains(strings.Join(told, "\n"), "Resolved: posts reach discord:1/2 again") {
			t.Errorf("told %q, want the healing once each", told)
		}
		if troubles, err := db.Troubles(t.Context()); err != nil || len(troubles) != 0 {
			t.Errorf("still open: %+v, %v", troubles, err)
		}
		must(t, e.Report(t.Context(), bot.Trouble{Subject: bot.AboutReminder.Of(r.ID), Reason: bot.Reason{Code: bot.NotApproved}, Group: "g"}))
		if told := strings.Join(notices(t, db), "\n"); !strings.Contains(told, "reminder "+r.ID+" was not posted") {
			t.Errorf("told %q, want the reminder by its topic and group", told)
		}
	})
}

func TestALongOutageIsSkippedOnRecordAndToldOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		now := &clock{at: monday}
		db.now = now.now
		b := core(t, db)
		for i := range 20 {
			id := fmt.Sprint("g", i)
			must(t, db.AddGroup(t.Context(), cli, sampleGroup(id, place(fmt.Sprint("discord:1/", 100+i)))))
			addReminder(t, db, id, "every day at 9:00")
		}
		now.set(monday.Add(10*24*time.Hour + time.Hour)) // back after ten days, an hour past nine
		if _, err := plan(t, db, b); err != nil {
			t.Fatal(err)
		}
		states := make(map[bot.State]int)
		for _, d := range deliveries(t, db) {
			if d.Kind == bot.OfNotice {
				continue
			}
			states[d.State]++
			if d.State == bot.Skipped && !late(d.Reason) {
				t.Errorf("skipped without saying late: %+v", d)
			}
		}
		if states[bot.Due] != 20 || states[bot.Skipped] != 200 {
			t.Errorf("states %v, want the newest of each due and ten of each skipped", states)
		}
		if told := notices(t, db); len(told) != 1 {
			t.Errorf("told %q, want one notice for all", told)
		}
	})
}

func TestAVeryLongGapIsFolded(t *testing.T) {
	t.Parallel()
	db := opener(t, "sqlite:"+t.TempDir()+"/x.db")()
	now := &clock{at: monday}
	db.now = now.now
	b := core(t, db)
	must(t, db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))))
	r := addReminder(t, db, "g", "every day at 9:00")
	now.set(monday.AddDate(2, 0, 0).Add(-time.Hour))
	if _, err := plan(t, db, b); err != nil {
		t.Fatal(err)
	}
	all := deliveries(t, db)
	rows, folded := 0, 0
	for _, d := range all {
		if d.Kind == bot.OfReminder {
			rows++
			if d.Reason.Code == bot.LateGap && strings.HasPrefix(d.Reason.Before.String(), "2028-11-30") {
				folded++
			}
		}
	}
	if rows > 110 || folded != 1 {
		t.Errorf("%d rows, %d of them folded; want about a hundred and one", rows, folded)
	}
	got, err := db.Reminder(t.Context(), r.ID)
	if err != nil || got.Next.Nominal.String() != "2028-11-30T09:00" {
		t.Errorf("next %v, %v", got.Next, err)
	}
}

func TestManyTroublesAreFolded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		e := newEngine(db, EngineConfig{Staff: staffPlace})
		for i := range 50 {
			must(t, db.inTx(t.Context(), func(tx *sql.Tx) error {
				return e.notices.open(t.Context(), tx, bot.Trouble{Subject: bot.AboutPlace.At(place(fmt.Sprint("discord:1/", i+1))), Reason: bot.Unreachable.With("gone")})
			}))
		}
		told := len(notices(t, db))
		if told < foldAfter+1 || told > foldAfter+2 {
			t.Errorf("%d notices, want %d and one for the rest", told, foldAfter)
		}
		// Those that were told alone heal alone, the rest together and once all are over.
		for i := range 50 {
			must(t, e.Healed(t.Context(), bot.Trouble{Subject: bot.AboutPlace.At(place(fmt.Sprint("discord:1/", i+1)))}))
			if i == 48 && len(notices(t, db)) > 2*told-1 {
				t.Errorf("%d notices before all are over", len(notices(t, db)))
			}
		}
		if healed := notices(t, db); len(healed) != 2*told || !strings.Contains(strings.Join(healed, "\n"), "the problems reported here together are over") {
			t.Errorf("%d notices in the end, want %d", len(healed), 2*told)
		}
	})
}

// Whichever of many troubles is the last to heal, and whoever was told of them: the
// notice of the many is followed up where it stands.
func TestTheNoticeOfTheManyHeals(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		const n = foldAfter + 3
		for i := range n {
			g := sampleGroup(fmt.Sprint("g", i), place(fmt.Sprint("discord:1/", i+1)))
			g.Moderators = place(fmt.Sprint("discord:1/", 100+i))
			must(t, db.AddGroup(t.Context(), cli, g))
		}
		e := newEngine(db, EngineConfig{Staff: staffPlace})
		trouble := func(i int) bot.Trouble {
			return bot.Trouble{Subject: bot.AboutPlace.At(place(fmt.Sprint("discord:1/", i+1))), Reason: bot.Unreachable.With("gone"), Group: fmt.Sprint("g", i)}
		}
		for i := range n {
			must(t, e.Report(t.Context(), trouble(i)))
		}
		for i := n - 1; i >= 0; i-- { // those that were told alone come last
			must(t, e.Healed(t.Context(), trouble(i)))
		}
		told, healed := map[string]bool{}, map[string]bool{}
		for _, d := range deliveries(t, db) {
			if strings.HasPrefix(said(d), "Trouble: there are too many problems") {
				told[d.Place.String()] = true
			}
			if strings.HasPrefix(said(d), "Resolved: the problems reported here together") {
				healed[d.Place.String()] = true
			}
		}
		if len(told) < 2 || !maps.Equal(told, healed) {
			t.Errorf("told to %v, healed at %v", told, healed)
		}
	})
}

func TestACarrierThatIsTooLateIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db, now, b, r := withReminder(t, open, monday, "every Monday at 9:00")
		now.set(r.Next.At)
		if _, err := plan(t, db, b); err != nil {
			t.Fatal(err)
		}
		key := deliveries(t, db)[0].Key
		carrier := func() *ledger {
			l := &ledger{engine: newEngine(db, EngineConfig{}), db: db, job: &river.Job[job]{Args: job{Key: key}}}
			if _, err := l.Load(t.Context()); err != nil {
				t.Fatal(err)
			}
			return l
		}
		slow, quick := carrier(), carrier()
		if _, ok, err := quick.Begin(t.Context(), "h", time.Minute); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if _, _, err := slow.Begin(t.Context(), "h", time.Minute); !errors.Is(err, bot.ErrChanged) {
			t.Errorf("a second carrier begins too: %v", err)
		}
		if err := slow.Return(t.Context(), bot.Reason{Code: bot.Stopped}); !errors.Is(err, bot.ErrChanged) {
			t.Errorf("a late carrier gives the delivery back while it is being sent: %v", err)
		}
	})
}

func TestADeliveryWithoutAJobIsAdopted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db, now, b, r := withReminder(t, open, monday, "every Monday at 9:00")
		now.set(r.Next.At)
		if _, err := plan(t, db, b); err != nil {
			t.Fatal(err)
		}
		if _, err := db.sql.Exec(`delete from river_job`); err != nil {
			t.Fatal(err)
		}
		now.set(r.Next.At.Add(orphanAfter + time.Minute))
		e := newEngine(db, EngineConfig{})
		for range 2 { // the second round finds nothing to do
			must(t, e.housekeeping.adopt(t.Context()))
		}
		var jobs int
		if err := db.sql.QueryRow(`select count(*) from river_job`).Scan(&jobs); err != nil || jobs != 1 {
			t.Errorf("%d jobs, %v; want 1", jobs, err)
		}
	})
}

func TestWhatIsPastItsRetentionGoes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		now := &clock{at: monday}
		db.now = now.now
		b := core(t, db)
		for i, id := range []string{"settled", "open"} {
			must(t, db.AddGroup(t.Context(), cli, sampleGroup(id, place(fmt.Sprint("discord:1/", i+1)))))
			r := addReminder(t, db, id, "every Monday at 9:00")
			now.set(r.Next.At)
		}
		if _, err := plan(t, db, b); err != nil {
			t.Fatal(err)
		}
		if _, err := db.sql.Exec(`update deliveries set state = 'sent' where group_id = 'settled'`); err != nil {
			t.Fatal(err)
		}
		audits := func() int {
			all, err := db.Audit(t.Context(), time.Time{}, 1000)
			must(t, err)
			return len(all)
		}
		e := newEngine(db, EngineConfig{KeepDeliveries: 400 * 24 * time.Hour})
		before := audits()
		now.set(monday.AddDate(0, 0, 399))
		if err := e.housekeeping.clean(t.Context()); err != nil || len(deliveries(t, db)) != 2 {
			t.Fatalf("too early: %v, %d left", err, len(deliveries(t, db)))
		}
		now.set(monday.AddDate(0, 0, 402))
		must(t, e.housekeeping.clean(t.Context()))
		if left := deliveries(t, db); len(left) != 1 || left[0].Group != "open" {
			t.Errorf("left %+v, want what is not settled", left)
		}
		if audits() != before {
			t.Error("the audit trail went although it is kept for ever")
		}
		if groups, err := db.Groups(t.Context()); err != nil || len(groups) != 2 {
			t.Errorf("groups that are used went: %d, %v", len(groups), err)
		}
		e.KeepAudit = 24 * time.Hour
		if err := e.housekeeping.clean(t.Context()); err != nil || audits() != 0 {
			t.Errorf("audit rows left: %d, %v", audits(), err)
		}
	})
}

// What was removed can be restored for as long as its history is kept, and then goes
// with all that belongs to it.
func TestRemovedSettingsGoWithTheirHistory(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		now := &clock{at: monday}
		db.now = now.now
		b := core(t, db)
		var removed bot.Reminder
		for i, id := range []string{"removed", "kept"} {
			must(t, db.AddGroup(t.Context(), cli, sampleGroup(id, place(fmt.Sprint("discord:1/", i+1)))))
			r := addReminder(t, db, id, "every Monday at 9:00")
			if now.set(r.Next.At); id == "kept" {
				removed = r
			}
		}
		if _, err := plan(t, db, b); err != nil { // and with it, rotations
			t.Fatal(err)
		}
		must(t, db.RemoveGroup(t.Context(), cli, "removed"))
		must(t, db.RemoveReminder(t.Context(), cli, removed.ID))
		count := func() (n [4]int) {
			t.Helper()
			err := db.sql.QueryRow(`select (select count(*) from groups), (select count(*) from places), (select count(*) from reminders), (select count(*) from rotations)`).
				Scan(&n[0], &n[1], &n[2], &n[3])
			must(t, err)
			return n
		}
		before := count()
		if before[3] == 0 {
			t.Fatal("nothing was planned")
		}
		e := newEngine(db, EngineConfig{})
		gone := now.now()
		for _, step := range []struct {
			keep time.Duration
			at   time.Time
			want [4]int
		}{
			{0, gone.AddDate(10, 0, 0), before}, // for ever
			{400 * 24 * time.Hour, gone.AddDate(0, 0, 399), before},
			{400 * 24 * time.Hour, gone.AddDate(0, 0, 401), [4]int{1, 1, 0, 0}},
		} {
			now.set(step.at)
			e.KeepDeliveries = step.keep
			must(t, e.housekeeping.clean(t.Context()))
			if got := count(); got != step.want {
				t.Errorf("kept %s, after %s: groups, places, reminders, rotations %v, want %v", step.keep, step.at.Sub(gone), got, step.want)
			}
		}
		if _, err := db.Group(t.Context(), "kept"); err != nil {
			t.Error(err)
		}
		if err := db.AddGroup(t.Context(), cli, sampleGroup("removed", place("discord:1/1"))); err != nil {
			t.Errorf("the name is not free again: %v", err)
		}
	})
}
