package database

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/delivery"
	"circlekeeper/scheduler"
)

// atRest makes an engine that does nothing by itself.
func atRest(t *testing.T, db *DB) *Engine {
	t.Helper()
	b := core(t, db)
	given, err := db.Approvals(t.Context())
	must(t, err)
	b.Deck().SetApprovals(given)
	e, err := db.NewEngine(EngineConfig{
		Planner: delivery.NewPlanner(b.Deck()), Changed: b.Touch, Platforms: []bot.Platform{bot.Discord},
		Courier: delivery.NewCourier(b.Deck(), nil, slog.New(slog.DiscardHandler), db.now),
	})
	must(t, err)
	return e
}

func inViewGroup(t *testing.T, db *DB, id string) bot.Group {
	t.Helper()
	g := sampleGroup(id, place("discord:1/2"))
	g.InView, g.Quiet = true, "none"
	must(t, db.AddGroup(t.Context(), cli, g))
	return g
}

// For which version of the group something was made, and which words a revision was to put
// there, is on record: by that it is not tried again at once.
func TestWhatWasAskedForIsOnRecord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		e := atRest(t, db)
		g := inViewGroup(t, db, "g")
		must(t, e.housekeeping.view(t.Context()))
		made := deliveries(t, db)
		if len(made) != 1 || made[0].Version != 1 || made[0].Asked != "" {
			t.Fatalf("%+v", made)
		}
		made[0].Message, made[0].State = "1", bot.Sent
		fix := bot.Revise(made[0], bot.OfCorrection, "fix", db.now())
		fix.Version, fix.Asked = 7, "words"
		must(t, db.Post(t.Context(), cli, fix))
		got, err := db.Deliveries(t.Context(), bot.DeliveryFilter{Revision: "fix"})
		if err != nil || len(got) != 1 || got[0].Version != 7 || got[0].Asked != "words" || got[0].Group != g.ID {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// Two processes make the same post to be kept in view: it is on record once, in the audit
// trail too. While their cards differ, nothing is posted or corrected.
func TestInViewOfTwoProcesses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		one, other := atRest(t, db), atRest(t, db)
		inViewGroup(t, db, "g")
		must(t, one.Report(t.Context(), bot.DifferTrouble("a, b")))
		view := func(want int) {
			t.Helper()
			for _, e := range []*Engine{one, other} {
				must(t, e.housekeeping.view(t.Context()))
			}
			if n := len(deliveries(t, db)); n != want {
				t.Fatalf("%d deliveries, want %d", n, want)
			}
		}
		view(0)
		must(t, one.Healed(t.Context(), bot.DifferTrouble("")))
		view(1)
		made := deliveries(t, db)[0]
		for range 2 { // as processes that looked in the same moment do
			must(t, db.Post(t.Context(), bot.Actor{}, made))
		}
		entries, err := db.Audit(t.Context(), time.Time{}, 100)
		must(t, err)
		n := 0
		for _, a := range entries {
			if a.Action == string(bot.OfView) {
				n++
			}
		}
		if n != 1 {
			t.Errorf("the audit trail has it %d times", n)
		}
	})
}

// What is put in view soon after a restore may stand there already, and is looked up.
func TestInViewAfterARestore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		e := atRest(t, db)
		inViewGroup(t, db, "g")
		backup := db.now().Add(-24 * time.Hour).Truncate(time.Millisecond)
		if _, err := db.sql.Exec(`insert into marks (name, at) values ('restored', $1), ('backup', $2)`, millis(db.now().Add(-time.Minute)), millis(backup)); err != nil {
			t.Fatal(err)
		}
		must(t, e.housekeeping.view(t.Context()))
		all := deliveries(t, db)
		if len(all) != 1 || all[0].State != bot.Sending || !all[0].Begun.Equal(backup) {
			t.Errorf("on record is %+v", all)
		}
	})
}

// Records of a clock that was ahead keep nothing from being corrected once it is right, and
// the newest of them stays the newest.
func TestInViewAfterAClockAhead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		e := atRest(t, db)
		right := db.now().Truncate(time.Millisecond)
		at := right.AddDate(0, 0, 40)
		db.now = func() time.Time { return at }
		inViewGroup(t, db, "g")
		view := func(want int) []bot.Delivery {
			t.Helper()
			must(t, e.housekeeping.view(t.Context()))
			all := deliveries(t, db)
			if len(all) != want {
				t.Fatalf("%d deliveries, want %d", len(all), want)
			}
			return all
		}
		settle := func(kind bot.DeliveryKind, state bot.State) {
			t.Helper()
			_, err := db.sql.Exec(`update deliveries set state = $1, message = '1', hash = 'other words', settled_at = at where kind = $2`, string(state), string(kind))
			must(t, err)
		}
		view(1)
		settle(bot.OfView, bot.Sent)
		at = at.Add(time.Hour)
		view(2)
		settle(bot.OfCorrection, bot.Failed)

		at, e.moments.future = right, true
		must(t, e.moments.mendRecords(t.Context()))
		at = right.Add(25 * time.Hour)
		all := view(3)
		slices.SortFunc(all, func(a, b bot.Delivery) int { return a.At.Compare(b.At) })
		if all[0].Kind != bot.OfView || !all[0].At.Equal(right.Add(-time.Millisecond)) || all[1].State != bot.Failed || all[2].Kind != bot.OfCorrection {
			t.Errorf("on record are %+v", all)
		}
	})
}

// One group's record far ahead does not put another's, which is less so, before what is
// older.
func TestRecordsInViewKeepTheirOrderAfterAClockAhead(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		e := atRest(t, db)
		right := db.now().Truncate(time.Millisecond)
		db.now = func() time.Time { return right }
		var want []string
		for key, at := range map[string]time.Time{"a-old": right.Add(-time.Hour), "b-near": right.Add(time.Hour), "c-near": right.Add(time.Hour + time.Second), "d-far": right.AddDate(0, 0, 40)} {
			want = append(want, key)
			d := bot.Delivery{Key: key, Reminder: key, Kind: bot.OfView, Group: "g", Place: place("slack:C0123456789"), At: at, Card: bot.Agreements, State: bot.Skipped}
			must(t, db.Post(t.Context(), cli, d))
		}
		e.moments.future = true
		must(t, e.moments.mendRecords(t.Context()))
		all := deliveries(t, db)
		slices.SortFunc(all, func(a, b bot.Delivery) int { return a.At.Compare(b.At) })
		slices.Sort(want)
		for i, d := range all {
			if d.Key != want[i] || d.At.After(right) || d.Key != "a-old" && d.At.Before(right.Add(-time.Second)) {
				t.Errorf("%d. is %s at %s", i+1, d.Key, d.At)
			}
		}
	})
}

// Of what is kept in view, what stands is never forgotten, with its newest revision; all
// else is deleted when its time is over, as other deliveries are. The planner reads no
// more than the newest rows.
func TestWhatStandsInViewIsNotForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		e := atRest(t, db)
		here := inViewGroup(t, db, "here").Places[0]
		long := db.now().Add(-1000 * time.Hour)
		write := func(group, name string, hours int, kind bot.DeliveryKind, follows string, state bot.State, became bot.DeliveryKind) {
			t.Helper()
			d := bot.Delivery{Key: group + " " + name, Kind: kind, Reminder: group + " " + name, Group: group, Place: here, At: long.Add(time.Duration(hours) * time.Hour), Card: bot.Agreements, Follows: follows, State: bot.Due}
			must(t, db.Post(t.Context(), cli, d))
			message := ""
			if state == bot.Sent {
				message = "1"
			}
			if _, err := db.sql.Exec(`update deliveries set state = $1, message = $2, became = $3, settled_at = at where key = $4`, string(state), message, string(became), d.Key); err != nil {
				t.Fatal(err)
			}
		}
		for _, group := range []string{"here", "deleted long ago"} {
			write(group, "older", 0, bot.OfView, "", bot.Sent, "")
			write(group, "older gone", 1, bot.OfCorrection, group+" older", bot.Failed, "")
			for i := range 30 {
				write(group, fmt.Sprint("try ", i), 2+i, bot.OfView, "", bot.Failed, "")
			}
			write(group, "stands", 40, bot.OfView, "", bot.Sent, bot.OfCorrection)
			for i := range 30 {
				write(group, fmt.Sprint("correction ", i), 41+i, bot.OfCorrection, group+" stands", bot.Failed, "")
			}
		}
		record, err := list(t.Context(), db.sql, scanDelivery, `select `+deliveryColumns+` from (`+lastOfView+`) d order by d.at desc, d.key`)
		if err != nil || len(record) != 8 { // of each group two posts' newest revisions, the post, and a try
			t.Errorf("%d rows are read, %v", len(record), err)
		}
		left := func(want ...string) {
			t.Helper()
			for range 2 { // the first finds what it may delete
				if _, err := forget(t.Context(), db, db.now().Add(-time.Hour)); err != nil {
					t.Fatal(err)
				}
			}
			var keys []string
			for _, d := range deliveries(t, db) {
				keys = append(keys, d.Key)
			}
			slices.Sort(keys)
			if !slices.Equal(keys, want) {
				t.Errorf("left are %q, want %q", keys, want)
			}
		}
		left("here correction 29", "here stands")

		// What is made afterwards has a name of its own.
		if _, err := db.sql.Exec(`update deliveries set became = 'removal' where key = 'here stands'`); err != nil {
			t.Fatal(err)
		}
		must(t, e.housekeeping.view(t.Context()))
		made := deliveries(t, db)
		if len(made) != 3 || made[0].Kind != bot.OfView || made[0].Key != bot.Key("view-here-1-here stands", scheduler.Civil{}, here) {
			t.Errorf("made %+v", made[0])
		}
		left(made[0].Key)
	})
}

// TestLookingThroughManyGroupsIsDoneMoreRarely holds a look that takes long against one that
// does not.
func TestLookingThroughManyGroupsIsDoneMoreRarely(t *testing.T) {
	t.Parallel()
	for takes, want := range map[time.Duration]int{time.Millisecond: 30, 200 * time.Millisecond: 6, 5 * time.Second: 2} {
		synctest.Test(t, func(t *testing.T) {
			looks := 0
			look := sparing(func(context.Context) error {
				looks++
				time.Sleep(takes)
				return nil
			})
			for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(viewEvery) {
				must(t, look(t.Context()))
			}
			if looks != want {
				t.Errorf("a look of %s was taken %d times in a minute, not %d", takes, looks, want)
			}
		})
	}
}
