package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
)

// The named points of a delivery's way at which the process is killed.
const (
	afterPlan   = "after plan"                      // rows and jobs are there, nothing was sent
	beforeSend  = "before send"                     // the request arrived, nothing was posted
	afterSend   = "after send before record"        // posted, not answered
	afterRecord = "after record"                    // some settled, others on their way
	anywhere    = "random moment"                   // of the first three seconds
	noPoint     = "none: all was settled by then"   // the point never came
	crashPlaces = 200                               // due at once in a round
	crashSends  = crashPlaces - gonePlaces - awayed // that must be posted
	gonePlaces  = 5                                 // that cannot be reached
	awayed      = 5                                 // of a group that does not meet
	crashSlack  = 8                                 // of these are on Slack
	crashCut    = 0.03                              // of requests, cut at each side
	crashLimit  = 2 * time.Second                   // for a request that posts
)

// TestCrash kills the program and starts it again until all is settled.
//
// A round is a database and two platforms of its own: 200 places come due at
// once; the process is killed with SIGKILL at the round's named point (the five
// take turns), started again and killed at a random moment, started again and
// killed at a named point chosen by chance, and started for the last time. Of
// all posts three in a hundred are cut before they are done and as many after.
// Then every delivery must be settled; sent ones stand once in their channel,
// the others nowhere and have a reason.
//
// CRASH_ROUNDS sets how many rounds there are (5 if unset; a tenth of it on
// PostgreSQL), CRASH_LANES how many run side by side (5 if unset).
func TestCrash(t *testing.T) {
	t.Parallel()
	rounds, lanes := number(t, "CRASH_ROUNDS", 5), number(t, "CRASH_LANES", 5)
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		crash(t, "", rounds, lanes, 3*time.Minute)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		server := os.Getenv("TEST_DATABASE_URL")
		if server == "" {
			t.Skip("TEST_DATABASE_URL names no PostgreSQL server")
		}
		// Fewer: jobs of a dead process come back when River rescues them, after a
		// minute, as another replica may be alive.
		crash(t, server, max(rounds/10, 1), lanes, 6*time.Minute)
	})
}

func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is no number above 0", name)
	}
	return n
}

// tally counts what the rounds came to.
type tally struct {
	mu     sync.Mutex
	kills  map[string]int
	states map[bot.State]int
	cuts   int
	spent  time.Duration
}

func crash(t *testing.T, server string, rounds, lanes int, limit time.Duration) {
	t.Helper()
	total := tally{kills: make(map[string]int), states: make(map[bot.State]int)}
	lane := make(chan struct{}, lanes)
	var wg sync.WaitGroup
	began := time.Now()
	for i := range rounds {
		lane <- struct{}{}
		dir := filepath.Join(t.TempDir(), strconv.Itoa(i))
		must(t, os.Mkdir(dir, 0o700))
		wg.Go(func() {
			defer func() { <-lane }()
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			r := &crashRound{}
			if err := r.run(ctx, dir, server, i); err != nil {
				t.Errorf("round %d (killed %q): %v\n%s", i, r.kills, err, tail(filepath.Join(dir, "log")))
			}
			total.add(r)
			if err := os.RemoveAll(dir); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if !t.Failed() && total.states[bot.Sent] < rounds*crashSends {
		t.Errorf("only %d sent", total.states[bot.Sent])
	}
	t.Logf("%d rounds of %d places in %s, %s each: killed %v; %d requests cut; deliveries %v; 0 lost, 0 doubled unless said above",
		rounds, crashPlaces, time.Since(began).Round(time.Second), (total.spent / time.Duration(rounds)).Round(100*time.Millisecond),
		total.kills, total.cuts, total.states)
}

func (sum *tally) add(r *crashRound) {
	sum.mu.Lock()
	defer sum.mu.Unlock()
	for _, k := range r.kills {
		sum.kills[k]++
	}
	for s, n := range r.states {
		sum.states[s] += n
	}
	sum.cuts += r.cuts
	sum.spent += r.spent
}

// tail is the end of a log.
func tail(file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	return string(b[max(0, len(b)-3000):])
}

type crashRound struct {
	*world
	places []bot.Place
	kills  []string
	states map[bot.State]int
	spent  time.Duration
}

func (r *crashRound) run(ctx context.Context, dir, server string, i int) (err error) {
	began := time.Now()
	defer func() { r.spent = time.Since(began) }()
	if r.world, err = newWorld(ctx, dir, server); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	if err := r.setUp(ctx); err != nil {
		return err
	}
	r.goOn(19500 * time.Millisecond) // due in half a second
	r.cut = crashCut
	points := []string{afterPlan, beforeSend, afterSend, afterRecord, anywhere}
	for n, point := range []string{points[i%5], anywhere, points[1+rand.N(4)], ""} {
		if err := r.start(crashLimit); err != nil {
			return err
		}
		if point == "" {
			break
		}
		if err := r.killAt(ctx, point); err != nil {
			return fmt.Errorf("kill %d, %s: %w", n, point, err)
		}
	}
	if err := r.world.settled(ctx, crashPlaces); err != nil {
		return fmt.Errorf("not settled: %w; %s", err, r.left())
	}
	if err := r.stop(); err != nil {
		return fmt.Errorf("stopping: %w", err)
	}
	return r.check(ctx)
}

// setUp makes 19 groups of ten places, one of which cannot be reached and one
// which does not meet that day.
func (r *crashRound) setUp(ctx context.Context) error {
	add := func(id string, late time.Duration, skips []string, places []bot.Place) error {
		r.places = append(r.places, places...)
		_, err := r.remind(ctx, id, late, skips, places...)
		return err
	}
	for g := range crashSends / 10 {
		places := r.discordPlaces(10)
		if g < crashSlack {
			places = append(places[1:], r.slackPlaces(g, 1)...)
		}
		if err := add(fmt.Sprint("g", g), time.Hour, nil, places); err != nil {
			return err
		}
	}
	gone := append(r.discordPlaces(gonePlaces-1), bot.Place{Platform: bot.Slack, Channel: "C9999999"})
	for _, p := range gone[:gonePlaces-1] {
		r.discord.DeleteChannel(p.Channel)
	}
	if err := add("gone", 5*time.Second, nil, gone); err != nil {
		return err
	}
	return add("away", time.Hour, []string{"2026-11-30"}, r.discordPlaces(awayed))
}

// killAt kills the process at a point, or lets it live if all is settled first.
func (r *crashRound) killAt(ctx context.Context, point string) error {
	limit, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var err error
	switch point {
	case afterPlan:
		r.set(&trap{hold: true})
		err = r.until(limit, 2*time.Millisecond, func() (bool, error) {
			some, err := r.world.deliveries(ctx, bot.Due, 1)
			return len(some) > 0, err
		})
		r.kill()
	case beforeSend, afterSend:
		r.set(&trap{done: point == afterSend, left: rand.N(40)})
		err = r.world.settled(limit, crashPlaces)
	case afterRecord:
		had, failed := r.world.deliveries(ctx, bot.Sent, crashPlaces)
		if failed != nil {
			return failed
		}
		want := len(had) + 1 + rand.N(40)
		err = r.until(limit, 5*time.Millisecond, func() (bool, error) {
			some, err := r.world.deliveries(ctx, bot.Sent, crashPlaces)
			return len(some) >= min(want, crashSends), err
		})
		r.kill()
	case anywhere:
		select {
		case <-time.After(rand.N(3 * time.Second)):
		case <-r.ended():
			return r.world.exit
		}
		r.kill()
	}
	r.set(nil)
	select {
	case <-r.ended():
	default:
		point = noPoint
		r.kill()
	}
	r.kills = append(r.kills, point)
	if errors.Is(err, errEnded) && (point == beforeSend || point == afterSend) || errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		err = nil
	}
	return err
}

// left describes what is not settled.
func (r *crashRound) left() string {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	text := ""
	for _, open := range []bot.State{bot.Due, bot.Sending} {
		some, err := r.world.deliveries(ctx, open, 5)
		text += fmt.Sprintf("%s %+v %v; ", open, some, err)
	}
	return text
}

// check holds the record against what stands in the channels.
func (r *crashRound) check(ctx context.Context) error {
	all, err := r.world.deliveries(ctx, "", 10*crashPlaces)
	if err != nil {
		return err
	}
	var wrong []error
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	staff := bot.Place{Platform: bot.Slack, Channel: slacktest.StaffChannel}
	standing := r.standing(append(slices.Clone(r.places), staff))
	r.states = make(map[bot.State]int)
	notices := 0
	for _, d := range all {
		place := d.Place
		times := standing[place][d.Key]
		delete(standing[place], d.Key)
		switch {
		case d.State == bot.Sent && times == 0:
			say("lost: %+v", d)
		case times > 1, d.State != bot.Sent && times > 0:
			say("doubled: stands %d times: %+v", times, d)
		case d.State != bot.Sent && d.Reason.IsZero():
			say("no reason: %+v", d)
		}
		if d.Kind == bot.OfNotice {
			notices++
			continue
		}
		r.states[d.State]++
		want := bot.Sent
		switch d.Group {
		case "gone":
			want = bot.Failed
			if d.State == bot.Skipped { // it was down until the time was over
				want = bot.Skipped
			}
		case "away":
			want = bot.Skipped
		}
		if d.State != want {
			say("%s, want %s: %+v", d.State, want, d)
		}
	}
	if n := len(all) - notices; n != crashPlaces {
		say("%d deliveries, want %d", n, crashPlaces)
	}
	for place, keys := range standing {
		for key := range maps.Keys(keys) {
			say("in %s stands what is not on record: %s", place, key)
		}
	}
	return errors.Join(wrong...)
}
