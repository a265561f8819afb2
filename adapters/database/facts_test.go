package database

import (
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/delivery"
)

// eachOld runs a test on a database as the program wrote it that kept reasons and
// subjects as sentences.
func eachOld(t *testing.T, test func(t *testing.T, db *DB)) {
	t.Helper()
	schema, err := migrations.ReadFile("migrations/001_first.sql")
	must(t, err)
	rows, err := os.ReadFile(filepath.Join("testdata", "sentences.sql"))
	must(t, err)
	run := func(t *testing.T, driver, source, url string) {
		t.Parallel()
		old, err := sql.Open(driver, source)
		must(t, err)
		for _, script := range []string{string(schema), string(rows), `create table schema_version (version bigint not null)`, `insert into schema_version (version) values (1)`} {
			if _, err := old.Exec(script); err != nil {
				t.Fatal(err)
			}
		}
		must(t, old.Close())
		test(t, opener(t, url)())
	}
	t.Run("sqlite", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "old.db")
		run(t, "sqlite", file, "sqlite:"+file)
	})
	t.Run("postgres", func(t *testing.T) {
		url := ownDatabase(t)
		run(t, "pgx", url, url)
	})
}

const (
	missing = "missing Send Messages: open the channel's settings, Permissions, and allow it for the bot's role"
	automod = "AutoMod in that server blocks these words (code 200000)"
)

// Each reason on record becomes the value that it was made of.
func TestOldReasonsBecomeValues(t *testing.T) {
	t.Parallel()
	eachOld(t, func(t *testing.T, db *DB) {
		want := []bot.Reason{
			{Code: bot.Late}, {Code: bot.LateNewer}, {Code: bot.LateGap, Before: civil(t, "2028-11-30T09:00")}, {Code: bot.QuietHours}, {Code: bot.NotApproved},
			{Code: bot.Withdrawn}, {Code: bot.Paused}, {Code: bot.Removed}, {Code: bot.SkippedDate},
			{Code: bot.Unreachable}, bot.NotSetUp.With("discord"), bot.Unreachable.With("the channel is not in that server: copy both IDs again"),
			bot.Rejected.With("AutoMod blocks it: change the card (code 200000)"), {Code: bot.Rejected},
			{Code: bot.Unresolved}, {Code: bot.UnresolvedNo}, {Code: bot.NotServed}, {Code: bot.CutOff}, {Code: bot.Unamended},
			{Code: bot.Limited}, bot.Limited.For(90 * time.Minute), bot.Slowmode.For(2 * time.Hour),
			bot.NotDelivered.With("Slack refused the request (external_channel_migrating)"), {Code: bot.Stopped}, {Code: bot.HeldUp},
			bot.Recorded.With("a reason of a version long gone"),
		}
		found := 0
		for _, d := range deliveries(t, db) {
			switch {
			case d.Kind == bot.OfShare:
				var i int
				if _, err := fmt.Sscanf(d.Reminder, "share-%d", &i); err != nil || i >= len(want) {
					t.Fatalf("%s: %v", d.Reminder, err)
				}
				if found++; d.Reason != want[i] {
					t.Errorf("%s: %+v, want %+v", d.Reminder, d.Reason, want[i])
				}
			case d.Kind == bot.OfReminder && d.Attempts > 0 && d.State == bot.Due && d.Reason != bot.Unreachable.With(missing):
				t.Errorf("%s: %+v", d.Key, d.Reason)
			case d.State == bot.Sent && !d.Reason.IsZero():
				t.Errorf("%s is sent for %+v", d.Key, d.Reason)
			}
		}
		if found != len(want) {
			t.Errorf("%d deliveries, want %d", found, len(want))
		}
	})
}

// Why a reminder rests becomes a value.
func TestOldFaultsBecomeValues(t *testing.T) {
	t.Parallel()
	eachOld(t, func(t *testing.T, db *DB) {
		all, err := db.Reminders(t.Context(), "")
		must(t, err)
		got := make(map[string]bot.Reason)
		for _, r := range all {
			got[r.ID] = r.Fault
		}
		for id, want := range map[string]bot.Reason{
			"93v6wdxq": {}, "wn6syt4k": {Code: bot.NeverAgain}, "xq2restz": bot.RuleFault.With("the rule cannot be read: every blue moon"),
		} {
			if f, ok := got[id]; !ok || f != want {
				t.Errorf("%s rests for %+v, want %+v", id, f, want)
			}
		}
	})
}

// Troubles go by their subjects, and what heals after the migration follows up what was
// told before it.
func TestOldTroublesHealInTheirThreads(t *testing.T) {
	t.Parallel()
	eachOld(t, func(t *testing.T, db *DB) {
		all, err := db.Troubles(t.Context())
		must(t, err)
		got := make(map[bot.Subject]bot.OpenTrouble)
		reminder := bot.Subject{}
		for _, tr := range all {
			got[tr.Subject] = tr
			if tr.Subject.Kind == bot.AboutReminder {
				reminder = tr.Subject
			}
		}
		dead := bot.AboutPlace.At(place("discord:1/2"))
		for s, why := range map[bot.Subject]bot.Reason{
			dead: bot.Unreachable.With(missing),
			bot.AboutPlatform.Of(string(bot.Discord)):  bot.Down.With("Discord lets no request through (Discord answered 403, code 40333)"),
			bot.AccessTrouble(bot.Discord, "").Subject: bot.NoAccess.With("Discord refuses the token"),
			{Kind: bot.AboutLateness}:                  {Code: bot.Late},
			bot.AboutMessage.At(place("discord:1/20")): bot.Rejected.With(automod),
			reminder: {Code: bot.NotApproved},
		} {
			if got[s].Reason != why {
				t.Errorf("%s: %+v, want %+v", s, got[s].Reason, why)
			}
		}
		if len(all) != 9 || reminder.ID == "" || got[dead].Group != "evening" || got[dead].Since.UnixMilli() != 1796058001000 {
			t.Errorf("%d open troubles: %+v", len(all), all)
		}
		now := &clock{at: time.UnixMilli(1796670000000).Add(time.Hour)}
		db.now = now.now
		e := newEngine(db, EngineConfig{Staff: staffPlace})
		for _, tr := range all {
			must(t, e.Healed(t.Context(), tr.Trouble))
		}
		followed := 0
		told := make(map[string]bot.Delivery)
		for _, d := range deliveries(t, db) {
			told[d.Key] = d
		}
		for _, d := range told {
			if d.Follows == "" || !d.At.Equal(now.now()) {
				continue
			}
			first, ok := told[d.Follows]
			if followed++; !ok || first.Place != d.Place || first.News.Subject != d.News.Subject || !first.News.Since.Equal(d.News.Since) || d.News.Turn != bot.Healed {
				t.Errorf("%+v follows %+v", d.News, first)
			}
		}
		if followed < 9 {
			t.Errorf("%d notices follow up, want one for each that was told", followed)
		}
	})
}

// Notices keep their subjects, moments and turns; nothing is told twice, and those that
// were not posted yet are posted with the words that they had.
func TestOldNoticesGoOn(t *testing.T) {
	t.Parallel()
	eachOld(t, func(t *testing.T, db *DB) {
		now := &clock{at: time.UnixMilli(1796670000000)}
		db.now = now.now
		kinds := make(map[bot.SubjectKind]int)
		var concern bot.Delivery
		before := deliveries(t, db)
		for _, d := range before {
			if d.Kind != bot.OfNotice {
				continue
			}
			if d.News == nil {
				t.Fatalf("%s is about nothing", d.Key)
			}
			kinds[d.News.Subject.Kind]++
			if d.News.Key(d.Place) != d.Key {
				t.Errorf("%+v would be told again", d.News)
			}
			if d.News.Turn != bot.Began && d.Follows == "" || d.News.Turn == bot.Began && d.Follows != "" {
				t.Errorf("%+v follows %q", d.News, d.Follows)
			}
			if d.News.Subject.Kind == bot.AboutConcern && d.News.Turn == bot.Began {
				concern = d
			}
		}
		for kind, n := range map[bot.SubjectKind]int{
			bot.AboutPlace: 2, bot.AboutConcern: 2, bot.AboutPlatform: 1, bot.AboutConnection: 2, bot.AboutAccess: 1,
			bot.AboutLateness: 1, bot.AboutMessage: 4, bot.AboutMany: 2, bot.AboutDigest: 1,
		} {
			if kinds[kind] != n {
				t.Errorf("%d notices are about a %s, want %d", kinds[kind], kind, n)
			}
		}
		b := core(t, db)
		digest, err := bot.ParseDigest("every Monday at 8:00")
		must(t, err)
		e := newEngine(db, EngineConfig{Planner: delivery.NewPlanner(b.Deck()), Staff: staffPlace, Digest: digest})
		if err := e.notices.digest(t.Context()); err != nil || len(deliveries(t, db)) != len(before) {
			t.Errorf("the digest comes again: %v", err)
		}
		done := bot.NoticeTo(staffPlace, bot.ConcernNews(bot.Concern{ID: concern.News.Subject.ID}, bot.Done), now.now())
		if err := db.SetConcern(t.Context(), cli, concern.News.Subject.ID, bot.ConcernDone, done); err != nil || done.Follows != concern.Key {
			t.Errorf("done: %v, follows %q, want %q", err, done.Follows, concern.Key)
		}
		for _, d := range before {
			if d.News == nil || d.News.Subject.Kind != bot.AboutMessage {
				continue
			}
			m := delivery.NewCourier(b.Deck(), nil, slog.New(slog.DiscardHandler), db.now).Notice(bot.Work{Delivery: d})
			if text := words(m); !strings.Contains(text, "does not take what was to be posted there (refused: "+automod) {
				t.Errorf("posted as %q", text)
			}
		}
	})
}
