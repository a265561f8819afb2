package database

import (
	"slices"
	"testing"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/scheduler"
)

// postCards makes n posts of a card, each in a channel of its own, in words of before: an
// engine has settled them.
func postCards(t testing.TB, db *DB, n int, places ...bot.Place) (card string) {
	t.Helper()
	for i, p := range places {
		id := "g" + newID()
		must(t, db.AddGroup(t.Context(), cli, sampleGroup(id, p)))
		post := bot.Delivery{Key: bot.Key(id, scheduler.Civil{}, p), Kind: bot.OfShare, Reminder: "share-" + id, Group: id, Place: p, At: db.now(), Card: "contact", State: bot.Due}
		if err := db.Post(t.Context(), cli, post); err != nil {
			t.Fatal(i, err)
		}
	}
	settled(t, db, n)
	if _, err := db.sql.Exec(`update deliveries set hash = 'before'`); err != nil {
		t.Fatal(err)
	}
	return "contact"
}

func anywhere(bot.Delivery, bot.Group) bool { return true }

// revise plans and makes a revision, and waits until all of it is settled.
func revise(t testing.TB, db *DB, b *chat.Bot, kind bot.DeliveryKind, f bot.PostFilter) (bot.Revision, []bot.Delivery) {
	t.Helper()
	plan, err := b.PlanRevision(t.Context(), cli, kind, f, anywhere)
	must(t, err)
	id := chat.NewRevisionID()
	for range 2 { // the second press does nothing
		must(t, b.Revise(t.Context(), cli, id, plan))
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		made, err := db.Deliveries(t.Context(), bot.DeliveryFilter{Revision: id})
		must(t, err)
		if len(made) == len(plan.Posts) && !slices.ContainsFunc(made, func(d bot.Delivery) bool { return !d.State.Final() }) {
			return plan, made
		}
	}
	t.Fatal("the revision does not end")
	return plan, nil
}

func TestPostsAreCorrectedAndWithdrawnOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		b := core(t, db)
		discord, slack := newNetwork(bot.Discord), newNetwork(bot.Slack)
		start(t, db, b, discord, slack)
		there, limited, gone, fixed := place("discord:1/2"), place("discord:1/3"), place("discord:1/4"), place("slack:C0000001")
		card := postCards(t, db, 4, there, limited, gone, fixed)
		tries := 0
		discord.refuse = func(p post) error {
			switch {
			case p.place == gone:
				return bot.ErrGone
			case p.place == limited:
				if tries++; tries < 3 {
					return &bot.RateLimited{After: 20 * time.Millisecond}
				}
			}
			return nil
		}
		slack.refuse = func(post) error {
			return &bot.PlatformError{Kind: bot.ErrFixed, Detail: "the workspace lets nobody change messages that are so old (edit_window_closed)"}
		}
		plan, made := revise(t, db, b, bot.OfCorrection, bot.PostFilter{Card: card})
		if len(plan.Posts) != 4 || plan.Same+plan.Unsigned+plan.Forgotten != 0 {
			t.Errorf("planned %+v", plan)
		}
		want := map[bot.Place]bot.ReasonCode{there: "", limited: "", gone: bot.PostGone, fixed: bot.PostFixed}
		for _, d := range made {
			if code := want[d.Place]; code != d.Reason.Code || (d.State == bot.Sent) != (code == "") || d.Kind != bot.OfCorrection {
				t.Errorf("%s: %s %v", d.Place, d.State, d.Reason)
			}
		}
		for i, p := range discord.posts {
			if p.edits != map[bool]int{true: 1, false: 0}[p.place != gone] {
				t.Errorf("post %d in %s was edited %d times", i, p.place, p.edits)
			}
		}
		if open, err := db.Troubles(t.Context()); err != nil || len(open) > 0 {
			t.Errorf("troubles %v, %v", open, err)
		}

		// The two that could be reached have these words now; the others are asked for again.
		again, err := b.PlanRevision(t.Context(), cli, bot.OfCorrection, bot.PostFilter{Card: card}, anywhere)
		if err != nil || len(again.Posts) != 2 || again.Same != 2 {
			t.Errorf("planned again %+v, %v", again, err)
		}
		plan, made = revise(t, db, b, bot.OfWithdrawal, bot.PostFilter{Key: plan.Posts[slices.IndexFunc(plan.Posts, func(d bot.Delivery) bool { return d.Place == there })].Key})
		withdrawn := discord.posts[slices.IndexFunc(discord.posts, func(p post) bool { return p.place == there })]
		if len(made) != 1 || made[0].State != bot.Sent || plan.Card != card || withdrawn.edits != 2 || len(withdrawn.m.Blocks) != 1 {
			t.Errorf("withdrawn %+v: %d edits, %d blocks", made, withdrawn.edits, len(withdrawn.m.Blocks))
		}
		standing, err := db.Standing(t.Context(), bot.PostFilter{Card: card}, bot.OfWithdrawal)
		if err != nil || len(standing) != 3 {
			t.Errorf("%d posts stand, %v", len(standing), err)
		}
		var became []bot.DeliveryKind
		for _, d := range deliveries(t, db) {
			if d.Kind == bot.OfShare {
				became = append(became, d.Became)
				if (d.Became == bot.OfCorrection) != (d.Stands != "") {
					t.Errorf("%s: %q", d.Became, d.Stands)
				}
			}
		}
		slices.Sort(became)
		if !slices.Equal(became, []bot.DeliveryKind{"", "", bot.OfCorrection, bot.OfWithdrawal}) {
			t.Errorf("the posts became %q", became)
		}
		if _, err := b.PlanRevision(t.Context(), cli, bot.OfCorrection, bot.PostFilter{Card: "nosuchcard"}, anywhere); err == nil {
			t.Error("a card that never was")
		}
	})
}

// A removed group's posts stand, and are revised in its languages.
func TestPostsOfARemovedGroupAreRevised(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		b := core(t, db)
		net := newNetwork(bot.Discord)
		start(t, db, b, net)
		card := postCards(t, db, 1, place("discord:1/2"))
		groups, err := db.Groups(t.Context())
		must(t, err)
		groups[0].Langs = []string{"es", "en"}
		must(t, db.SetGroup(t.Context(), cli, groups[0]))
		must(t, db.RemoveGroup(t.Context(), cli, groups[0].ID))
		_, made := revise(t, db, b, bot.OfWithdrawal, bot.PostFilter{Card: card})
		if len(made) != 1 || made[0].State != bot.Sent || len(net.posts[0].m.Blocks) != 2 {
			t.Errorf("%+v: %d blocks", made, len(net.posts[0].m.Blocks))
		}
	})
}

// What the record no longer reaches back to is counted, if it still stood.
func TestForgottenPostsAreCounted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		b := core(t, db)
		net := newNetwork(bot.Discord)
		e, stop := start(t, db, b, net)
		card := postCards(t, db, 3, place("discord:1/2"), place("discord:1/3"), place("discord:1/4"))
		revise(t, db, b, bot.OfWithdrawal, bot.PostFilter{Key: deliveries(t, db)[0].Key})
		stop()
		e.KeepDeliveries = time.Hour
		old := millis(db.now().Add(-2 * time.Hour))
		if _, err := db.sql.Exec(`update deliveries set at = $1 where kind = 'share'`, old); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			for n := cleanBatch; n == cleanBatch; {
				var err error
				if n, err = forget(t.Context(), db, db.now().Add(-time.Hour)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if n, err := db.Forgotten(t.Context(), card); n != 2 || err != nil {
			t.Errorf("forgotten %d, %v; want 2", n, err)
		}
		if left := deliveries(t, db); len(left) != 1 || left[0].Kind != bot.OfWithdrawal {
			t.Errorf("left %+v", left)
		}
		plan, err := b.PlanRevision(t.Context(), cli, bot.OfWithdrawal, bot.PostFilter{Card: card}, anywhere)
		if err != nil || len(plan.Posts) != 0 || plan.Forgotten != 2 {
			t.Errorf("planned %+v, %v", plan, err)
		}
	})
}
