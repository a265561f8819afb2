package main

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"circlekeeper/adapters/database/postgrestest"
	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
)

// Places of a broadcast.
const (
	replicaDiscord = 40
	replicaSlack   = 15
)

// replica is one of several processes.
type replica struct {
	*exec.Cmd
	way     *postgrestest.Wire // to the database
	address string
}

// replicas are three processes that serve one PostgreSQL, the first of which holds
// Discord's gateway. Two reminders come due in all places: one before the fault and
// one, if it lasts, within it.
type replicas struct {
	*crowd
	all    []replica
	places []bot.Place
}

func newReplicas(t *testing.T, third ...string) *replicas {
	t.Helper()
	r := &replicas{crowd: newCrowd(t)}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(strings.Join(slices.DeleteFunc(strings.Split(logged(t, r.log.Name()), "\n"), func(line string) bool { return strings.Contains(line, "delivery settled") }), "\n"))
		}
	})
	r.goOn(time.Hour) // what comes is called forward
	r.places = append(r.discordPlaces(replicaDiscord), r.slackPlaces(0, replicaSlack)...)
	for i := range len(r.places) / 5 {
		if _, err := r.remind(t.Context(), fmt.Sprint("g", i), time.Hour, nil, r.places[5*i:5*i+5]...); err != nil {
			t.Fatal(err)
		}
	}
	r.add()
	must(t, r.discord.AwaitReady(t.Context(), 1))
	r.add()
	r.add(third...)
	r.await("a round of each process", time.Minute, func() bool { // a start makes its own plan of what comes
		for i, n := range r.all {
			if (i < 2 || len(third) == 0) && n.says("/healthz") != http.StatusOK {
				return false
			}
		}
		return true
	})
	if len(third) > 0 {
		time.Sleep(3 * time.Second) // the one with the wrong clock may never be well
	}
	// An occurrence is named by its minute: this one is not that of the broadcast to come.
	r.forward(-time.Minute)
	return r
}

// forward has every group's reminder come in so long.
func (r *replicas) forward(in time.Duration) {
	r.t.Helper()
	for i := range len(r.places) / 5 {
		own, err := r.db.Reminders(r.t.Context(), fmt.Sprint("g", i))
		if err != nil {
			r.t.Fatal(err)
		}
		if err := r.db.BringForward(r.t.Context(), own[0].ID, r.now().Add(in).Truncate(time.Millisecond)); err != nil {
			r.t.Fatal(err)
		}
	}
}

// add starts one more process.
func (r *replicas) add(more ...string) replica {
	r.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		r.t.Fatal(err)
	}
	n := replica{way: newWire(r.t, r.url), address: l.Addr().String()}
	l.Close()
	n.Cmd = r.member(n.way.URL, n.address, more...)
	r.all = append(r.all, n)
	return n
}

// says is the status of a page of a process's own; 0 if it does not answer.
func (n replica) says(page string) int {
	client := http.Client{Timeout: 3 * time.Second}
	res, err := client.Get("http://" + n.address + page)
	if err != nil {
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}

// asker asks one platform once a second and minds when it was answered.
type asker struct {
	mu       sync.Mutex
	asked    int
	answered []time.Time // when what was answered was asked
	ended    time.Time
}

func (a *asker) run(ctx context.Context, ask func(ctx context.Context) error) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var all sync.WaitGroup
	for ctx.Err() == nil {
		at := time.Now()
		all.Go(func() {
			soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
			defer cancel()
			err := ask(soon)
			a.mu.Lock()
			defer a.mu.Unlock()
			if a.asked++; err == nil {
				a.answered = append(a.answered, at)
			}
		})
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	all.Wait()
	a.ended = time.Now()
}

// longest is the longest time without an answer.
func (a *asker) longest(began time.Time) (most time.Duration) {
	last := began
	for _, at := range append(a.answered, a.ended) {
		most = max(most, at.Sub(last))
		if at.After(last) {
			last = at
		}
	}
	return most
}

// TestReplicas takes something from three processes in the middle of a broadcast, in
// every way: nothing is lost and nothing doubled, and people are answered on both
// platforms within 20 seconds.
func TestReplicas(t *testing.T) {
	t.Parallel()
	signal := func(s syscall.Signal) func(*replicas) {
		return func(r *replicas) {
			if err := r.all[0].Process.Signal(s); err != nil {
				r.t.Fatal(err)
			}
		}
	}
	first := func(silent bool) func(*replicas) {
		return func(r *replicas) { r.all[0].way.Set(silent, false) }
	}
	all := func(silent, refuse bool) func(*replicas) {
		return func(r *replicas) {
			for _, n := range r.all {
				n.way.Set(silent, refuse)
			}
		}
	}
	for name, c := range map[string]struct {
		take, back func(*replicas)
		length     time.Duration
		down       bool // nobody reaches the database meanwhile
		third      []string
	}{
		"holder killed":          {take: signal(syscall.SIGKILL), length: 40 * time.Second},
		"holder stopped":         {take: signal(syscall.SIGSTOP), back: signal(syscall.SIGCONT), length: 90 * time.Second},
		"holder partitioned":     {take: first(true), back: first(false), length: 60 * time.Second},
		"database down":          {take: all(false, true), back: all(false, false), length: 60 * time.Second, down: true},
		"database silent":        {take: all(true, false), back: all(false, false), length: 60 * time.Second, down: true},
		"a clock 8000 s ahead":   {take: func(*replicas) {}, length: 20 * time.Second, third: []string{"STORY_AHEAD=8000s"}},
		"a clock 90 s behind":    {take: func(*replicas) {}, length: 20 * time.Second, third: []string{"STORY_AHEAD=-90s"}},
		"holder ended by itself": {take: signal(syscall.SIGTERM), length: 20 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReplicas(t, c.third...)
			r.run(c.length, c.down, c.take, c.back)
		})
	}
}

// run makes a fault and holds what comes of it against what must.
func (r *replicas) run(length time.Duration, down bool, take, back func(*replicas)) {
	t, ctx := r.t, r.t.Context()
	r.await("the broadcast", 2*time.Minute, func() bool { // all of it is planned, and it has begun
		all, err := r.deliveries(ctx, "", 10*len(r.places))
		return err == nil && len(all) >= len(r.places) && r.posted() >= len(r.places)/4
	})
	r.forward(15 * time.Second)
	asking, stop := context.WithCancel(ctx)
	defer stop()
	var discord, slack asker
	var askers sync.WaitGroup
	began := time.Now()
	askers.Go(func() {
		discord.run(asking, func(ctx context.Context) error {
			_, err := r.discord.Do(discordtest.Ask{Kind: discordtest.Command, Name: "crisis"}).Acked(ctx)
			return err
		})
	})
	askers.Go(func() {
		slack.run(asking, func(ctx context.Context) error {
			p, err := r.slack.Do(slacktest.Ask{User: slacktest.Member, Text: "crisis"})
			if err == nil {
				_, err = p.Shown(ctx, 1)
			}
			return err
		})
	})
	take(r)
	var standing sync.WaitGroup
	var went time.Duration // until both reminders stand everywhere, also before the fault is over
	var lacks error
	standing.Go(func() { lacks = r.stand(ctx, length+2*time.Minute); went = time.Since(began) })
	time.Sleep(length / 2)
	if down {
		r.healthy("in the outage", http.StatusServiceUnavailable)
	}
	time.Sleep(length - time.Since(began))
	if down {
		r.healthy("at the end of the outage", http.StatusServiceUnavailable)
	}
	healed := time.Now()
	if back != nil {
		back(r)
	}
	if standing.Wait(); lacks != nil {
		t.Fatal(lacks)
	}
	if down {
		r.await("the news", time.Minute, func() bool { return strings.Contains(strings.Join(r.news(), "\n"), "could not be reached for") })
		r.healthy("after the outage", http.StatusOK)
	} else if back != nil {
		time.Sleep(10 * time.Second) // what the one that came back still had in hand
	}
	stop()
	askers.Wait()
	lost, doubled := 0, 0
	for place, keys := range r.standing(r.places) {
		lost += 2 - min(len(keys), 2)
		for _, n := range keys {
			doubled += n - 1
		}
		if len(keys) > 2 {
			t.Errorf("in %s stand %d posts", place, len(keys))
		}
	}
	slowDiscord, slowSlack := discord.longest(began), slack.longest(began)
	t.Logf("%d posts: %d lost, %d doubled; all stand %s after the fault began, which lasted %s; longest without an answer: Discord %s (%d of %d answered), Slack %s (%d of %d)",
		2*len(r.places), lost, doubled, went.Round(time.Second), healed.Sub(began).Round(time.Second),
		slowDiscord.Round(100*time.Millisecond), len(discord.answered), discord.asked, slowSlack.Round(100*time.Millisecond), len(slack.answered), slack.asked)
	if lost+doubled > 0 {
		t.Errorf("%d lost, %d doubled", lost, doubled)
	}
	if slowDiscord > takeOverMost || slowSlack > takeOverMost {
		t.Errorf("nobody was answered for %s on Discord, %s on Slack", slowDiscord, slowSlack)
	}
}

// stand waits until both reminders stand in all places.
func (r *replicas) stand(ctx context.Context, most time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for r.posted() < 2*len(r.places) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("only %d of %d posts stand", r.posted(), 2*len(r.places))
		case <-time.After(100 * time.Millisecond):
		}
	}
	return nil
}

// inDatabase does something there.
func inDatabase(t *testing.T, url, query string) {
	t.Helper()
	db, err := sql.Open("pgx", url)
	must(t, err)
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), query); err != nil {
		t.Fatal(err)
	}
}

// logged is all that processes wrote.
func logged(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	must(t, err)
	return string(b)
}

func (r *replicas) posted() (n int) {
	for _, keys := range r.standing(r.places) {
		n += len(keys)
	}
	return n
}

func (r *replicas) await(what string, most time.Duration, holds func() bool) {
	r.t.Helper()
	for deadline := time.Now().Add(most); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.t.Fatalf("%s does not come", what)
		}
	}
}

// healthy checks that no process would be killed by a probe, and what readiness is.
func (r *replicas) healthy(when string, ready int) {
	r.t.Helper()
	for i, n := range r.all {
		if got := n.says("/healthz"); got != http.StatusOK {
			r.t.Errorf("%s process %d says %d on /healthz", when, i, got)
		}
		got := 0
		for deadline := time.Now().Add(20 * time.Second); got != ready && time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
			got = n.says("/readyz")
		}
		if got != ready {
			r.t.Errorf("%s process %d says %d on /readyz, want %d", when, i, got, ready)
		}
	}
}

// A new process whose database cannot be reached answers what needs none, and posts
// once it can.
func TestANewRunWaitsForItsDatabase(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]struct{ silent, refuse bool }{"refused": {false, true}, "silent": {true, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &replicas{crowd: newCrowd(t)}
			r.places = append(r.discordPlaces(2), r.slackPlaces(0, 2)...)
			if _, err := r.remind(t.Context(), "one", time.Hour, nil, r.places...); err != nil {
				t.Fatal(err)
			}
			l, err := net.Listen("tcp", "127.0.0.1:0")
			must(t, err)
			n := replica{way: newWire(t, r.url), address: l.Addr().String()}
			l.Close()
			n.way.Set(how.silent, how.refuse)
			began := time.Now()
			n.Cmd = r.member(n.way.URL, n.address)
			r.all = append(r.all, n)
			t.Logf("answered on Discord after %s", r.answered(takeOverMost).Round(100*time.Millisecond))
			r.await("Slack", takeOverMost, func() bool {
				p, err := r.slack.Do(slacktest.Ask{User: slacktest.Member, Text: "crisis"})
				if err != nil {
					return false
				}
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				_, err = p.Shown(ctx, 1)
				return err == nil
			})
			time.Sleep(30*time.Second - time.Since(began))
			r.healthy("while it waits", http.StatusServiceUnavailable)
			r.answered(3 * time.Second)
			n.way.Set(false, false)
			r.await("the posts", time.Minute, func() bool { return r.posted() == len(r.places) })
			r.await("the news", time.Minute, func() bool { return strings.Contains(strings.Join(r.news(), "\n"), "could not be reached for") })
			r.healthy("afterwards", http.StatusOK)
			r.answered(3 * time.Second)
			if lines := strings.Count(logged(t, r.log.Name()), "level=ERROR"); lines > 12 {
				t.Errorf("%d lines of errors in the log", lines)
			}
		})
	}
}

// A setting that is wrong, or a newer schema, ends a run at once, also after it has
// waited.
func TestARunDoesNotWaitInVain(t *testing.T) {
	t.Parallel()
	for name, late := range map[string]bool{"at once": false, "after it has waited": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &replicas{crowd: newCrowd(t)}
			way := newWire(t, r.url)
			way.Set(false, late)
			inDatabase(t, r.url, `insert into schema_version (version) select max(version) + 1 from schema_version`)
			r.member(way.URL, "127.0.0.1:0")
			if late {
				r.answered(takeOverMost)
				way.Set(false, false)
			}
			select {
			case <-r.ended():
			case <-time.After(time.Minute):
				t.Fatal("it goes on")
			}
			if code := r.process.ProcessState.ExitCode(); code != exitFault || !strings.Contains(logged(t, r.log.Name()), "written by a newer circlekeeper") {
				t.Errorf("exit code %d: %s", code, tail(r.log.Name()))
			}
		})
	}
}

// While nothing is due, a process asks PostgreSQL at most ten statements a second.
func TestReplicasAtRest(t *testing.T) {
	t.Parallel()
	r := newReplicas(t)
	r.await("the broadcast", 2*time.Minute, func() bool { return r.posted() == len(r.places) })
	time.Sleep(10 * time.Second) // what a start and the posts bring is over
	before := make([]int64, len(r.all))
	for i, n := range r.all {
		before[i] = n.way.Statements()
	}
	began := time.Now()
	time.Sleep(20 * time.Second)
	for i, n := range r.all {
		a := float64(n.way.Statements()-before[i]) / time.Since(began).Seconds()
		t.Logf("replica %d: %.1f statements a second", i+1, a)
		if a > 10 || a == 0 {
			t.Errorf("replica %d of %d asks %.1f statements a second", i+1, len(r.all), a)
		}
	}
}

// SIGTERM ends a process within 30 seconds, with posts on their way, while its
// database hangs.
func TestTheEndComesWhileTheDatabaseHangs(t *testing.T) {
	t.Parallel()
	r := &replicas{crowd: newCrowd(t)}
	r.places = r.discordPlaces(60)
	for i := range len(r.places) / 10 {
		if _, err := r.remind(t.Context(), fmt.Sprint("g", i), time.Hour, nil, r.places[10*i:10*i+10]...); err != nil {
			t.Fatal(err)
		}
	}
	r.goOn(0)
	n := r.add()
	r.await("the broadcast", 2*time.Minute, func() bool { return r.posted() >= len(r.places)/4 })
	n.way.Set(true, false)
	began := time.Now()
	must(t, n.Process.Signal(syscall.SIGTERM))
	select {
	case <-r.ended():
	case <-time.After(45 * time.Second):
		t.Fatal("it does not end")
	}
	t.Logf("ended after %s", time.Since(began).Round(100*time.Millisecond))
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("ended after %s", took)
	}
}

// A newer program migrates the database while this one serves: it posts nothing any
// more, says so, and answers.
func TestARunThatMeetsANewerSchema(t *testing.T) {
	t.Parallel()
	r := &replicas{crowd: newCrowd(t)}
	r.goOn(time.Hour) // nothing is due, or late, before it is called forward
	r.places = r.discordPlaces(2)
	if _, err := r.remind(t.Context(), "one", time.Hour, nil, r.places...); err != nil {
		t.Fatal(err)
	}
	n := r.add()
	r.await("a ready process", time.Minute, func() bool { return n.says("/readyz") == http.StatusOK })
	inDatabase(t, r.url, `insert into schema_version (version) select max(version) + 1 from schema_version`)
	own, err := r.db.Reminders(t.Context(), "one")
	must(t, err)
	must(t, r.db.BringForward(t.Context(), own[0].ID, r.now().Add(time.Second).Truncate(time.Millisecond)))
	r.await("the news", time.Minute, func() bool {
		return strings.Contains(strings.Join(r.news(), "\n"), "older version of this bot is still running")
	})
	r.healthy("afterwards", http.StatusServiceUnavailable)
	r.answered(5 * time.Second)
	if r.posted() != 0 {
		t.Errorf("%d posts", r.posted())
	}
	must(t, n.Process.Signal(syscall.SIGTERM))
	select {
	case <-r.ended():
	case <-time.After(30 * time.Second):
		t.Error("it does not end")
	}
}
