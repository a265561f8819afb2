package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
	"circlekeeper/content"
)

// world is a database, a fake Discord, a fake Slack and the program that serves
// them as a process of its own. The world only watches: it looks at requests as
// they pass the fakes, reads the database, and kills.
type world struct {
	*opened // the test's own view of the database
	url     string
	discord *discordtest.Server
	slack   *slacktest.Server
	log     *os.File
	cleanup []func() error

	mu      sync.Mutex
	began   time.Time // when the story's clock began; zero while it stands still
	process *exec.Cmd
	gone    chan struct{} // closed when the process has ended
	exit    error
	trap    *trap
	cut     float64 // how often a request is cut, at either side
	cuts    int     // answers lost, beside those of killed processes
}

// act is what a request does to a channel.
type act string

const (
	posting  act = "posting"
	editing  act = "editing"
	deleting act = "deleting"
)

// actOf tells what a route of Discord's or a method of Slack's does; empty for others.
func actOf(route string) act {
	switch route {
	case "POST /channels/{channel_id}/messages", "chat.postMessage":
		return posting
	case "PATCH /channels/{channel_id}/messages/{message_id}", "chat.update":
		return editing
	case "DELETE /channels/{channel_id}/messages/{message_id}", "chat.delete":
		return deleting
	}
	return ""
}

// trap kills the process at a request: when it has arrived, or once it was done
// but is not answered.
type trap struct {
	of   act // posting if empty
	done bool
	left int  // such requests to let pass
	hold bool // let none pass and kill at none: the process is killed otherwise
}

// newWorld makes a world in a folder. server names a PostgreSQL server; empty
// means SQLite.
func newWorld(ctx context.Context, dir, server string) (w *world, err error) {
	w = &world{url: "sqlite:" + filepath.Join(dir, "world.db"), gone: make(chan struct{})}
	close(w.gone)
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	if server != "" {
		if err := w.ownDatabase(ctx, server); err != nil {
			return w, err
		}
	}
	if w.log, err = os.Create(filepath.Join(dir, "log")); err != nil {
		return w, err
	}
	w.discord, err = discordtest.Start(discordtest.Options{Now: w.now, Around: func(route string, done bool) bool {
		return w.around(actOf(route), done)
	}})
	if err != nil {
		return w, err
	}
	w.slack, err = slacktest.Start(slacktest.Options{Now: w.now, Around: func(method string, done bool) bool {
		return w.around(actOf(method), done)
	}})
	if err != nil {
		return w, err
	}
	p := program{out: io.Discard, err: io.Discard, now: w.now}
	if w.opened, err = p.open(ctx, &Config{DatabaseURL: w.url, OverdoseCompanions: "off", Digest: "off"}); err != nil {
		return w, err
	}
	return w, w.approve(ctx)
}

func (w *world) ownDatabase(ctx context.Context, server string) error {
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("ck_world_%d_%d", os.Getpid(), rand.Uint64())
	w.cleanup = append(w.cleanup, admin.Close, func() error {
		_, err := admin.Exec(`drop database if exists ` + name + ` with (force)`)
		return err
	})
	if _, err := admin.ExecContext(ctx, `create database `+name); err != nil {
		return err
	}
	u, err := url.Parse(server)
	if err != nil {
		return err
	}
	u.Path = "/" + name
	w.url = u.String()
	return nil
}

// approve signs every card off.
func (w *world) approve(ctx context.Context) error {
	var given []content.Approval
	for _, c := range w.library.All() {
		given = append(given, content.Approval{
			Card: c.ID, Lang: c.Lang, Hash: c.Hash, Reviewer: "A. Reviewer, LMFT 1",
			At: storyStart, ReviewBy: storyStart.AddDate(0, 10, 0),
		})
	}
	return w.db.Approve(ctx, hand, given...)
}

// close ends everything in the world.
func (w *world) close() error {
	w.kill()
	if w.opened != nil {
		w.opened.close()
	}
	if w.discord != nil {
		w.discord.Close()
	}
	if w.slack != nil {
		w.slack.Close()
	}
	var all []error
	if w.log != nil {
		all = append(all, w.log.Close())
	}
	for i := range w.cleanup {
		all = append(all, w.cleanup[len(w.cleanup)-1-i]())
	}
	return errors.Join(all...)
}

// now is the story's clock. It stands at its start until the first process runs.
func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.began.IsZero() {
		return storyStart
	}
	return storyStart.Add(time.Since(w.began))
}

// goOn lets the story's clock run from its start plus a step.
func (w *world) goOn(step time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.began = time.Now().Add(-step)
}

// start runs the program. timeout is that of requests that post.
func (w *world) start(timeout time.Duration) error { return w.startOn(w.url, "127.0.0.1:0", timeout) }

// startOn is start with another way to the database and an address of the program's own.
func (w *world) startOn(database, listen string, timeout time.Duration, more ...string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	cmd := exec.Command("circlekeeper", "run")
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir(), "LISTEN_ADDR=" + listen, "DATABASE_URL=" + database,
		"DIGEST=off", "STORY_BEGAN=" + strconv.FormatInt(w.began.UnixMilli(), 10), "STORY_TIMEOUT=" + timeout.String(),
		"DISCORD_TOKEN=" + discordtest.Token, "DISCORD_API_URL=" + w.discord.URL,
		"SLACK_BOT_TOKEN=" + slacktest.BotToken, "SLACK_APP_TOKEN=" + slacktest.AppToken,
		"SLACK_API_URL=" + w.slack.URL, "SLACK_STAFF_CHANNEL=" + slacktest.StaffChannel,
	}
	cmd.Env = append(cmd.Env, more...)
	cmd.Stdout, cmd.Stderr = w.log, w.log
	if err := cmd.Start(); err != nil {
		return err
	}
	gone := make(chan struct{})
	w.process, w.gone = cmd, gone
	go func() {
		err := cmd.Wait()
		w.mu.Lock()
		defer w.mu.Unlock()
		w.exit = err
		close(gone)
	}()
	return nil
}

// ended is closed when the process that runs now has ended.
func (w *world) ended() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.gone
}

// kill ends the process as a power cut would, and waits until it is gone.
func (w *world) kill() {
	w.mu.Lock()
	p, gone := w.process, w.gone
	w.mu.Unlock()
	if p == nil {
		return
	}
	if err := p.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		panic(err)
	}
	<-gone
}

// stop ends the process gently.
func (w *world) stop() error {
	w.mu.Lock()
	p, gone := w.process, w.gone
	w.mu.Unlock()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case <-gone:
	case <-time.After(patience):
		return errors.New("the program does not stop")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.exit
}

// around sees every request pass the fakes.
func (w *world) around(does act, done bool) bool {
	if does == "" {
		return true
	}
	w.mu.Lock()
	gone := w.gone
	select {
	case <-gone: // nobody reads the answer any more; whether it was done is chance
		w.mu.Unlock()
		return rand.N(2) == 0
	default:
	}
	if w.trap != nil && w.trap.hold && does == posting {
		w.mu.Unlock()
		<-gone
		return false
	}
	sprung := false
	if w.trap != nil && w.trap.done == done && does == cmp.Or(w.trap.of, posting) {
		w.trap.left--
		sprung = w.trap.left < 0
	}
	if sprung {
		w.trap = nil
		w.mu.Unlock()
		w.kill()
		return false
	}
	cut := does == posting && rand.Float64() < w.cut
	if cut {
		w.cuts++
	}
	w.mu.Unlock()
	return !cut
}

func (w *world) set(t *trap) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trap = t
}

// deliveries lists all that are in a state; every state if empty.
func (w *world) deliveries(ctx context.Context, state bot.State, limit int) ([]bot.Delivery, error) {
	return w.db.Deliveries(ctx, bot.DeliveryFilter{State: state, Limit: limit})
}

// until looks until something holds, or the process ends, or ctx does.
func (w *world) until(ctx context.Context, every time.Duration, holds func() (bool, error)) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		ok, err := holds()
		if ok || err != nil {
			return err
		}
		select {
		case <-w.ended():
			return errEnded
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

var errEnded = errors.New("the program has ended")

// settled looks until at least n deliveries are there and none is under way.
func (w *world) settled(ctx context.Context, n int) error {
	return w.until(ctx, 100*time.Millisecond, func() (bool, error) {
		all, err := w.deliveries(ctx, "", 10*n)
		open := slices.ContainsFunc(all, func(d bot.Delivery) bool { return !d.State.Final() })
		return len(all) >= n && !open, err
	})
}

// standing counts the messages of each delivery's key in each place.
func (w *world) standing(places []bot.Place) map[bot.Place]map[string]int {
	out := make(map[bot.Place]map[string]int)
	for _, p := range places {
		keys := make(map[string]int)
		if p.Platform == bot.Discord {
			for _, m := range w.discord.Messages(p.Channel) {
				keys[m.Nonce]++
			}
		} else {
			for _, m := range w.slack.Messages(p.Channel) {
				key, _ := m.Metadata.EventPayload["key"].(string)
				keys[key]++
			}
		}
		out[p] = keys
	}
	return out
}

// discordPlaces and slackPlaces make channels at the fakes.
func (w *world) discordPlaces(n int) []bot.Place {
	var out []bot.Place
	for range n {
		out = append(out, bot.Place{Platform: bot.Discord, Space: discordtest.GuildID, Channel: w.discord.AddChannel()})
	}
	return out
}

func (w *world) slackPlaces(first, n int) []bot.Place {
	var out []bot.Place
	for i := range n {
		id := fmt.Sprintf("C%07d", first+i)
		w.slack.SetChannel(slacktest.Channel{ID: id, Members: []string{slacktest.BotUser}})
		out = append(out, bot.Place{Platform: bot.Slack, Channel: id})
	}
	return out
}

// remind adds a group with a reminder that is due 20 seconds after the story's
// start and returns the reminder.
func (w *world) remind(ctx context.Context, id string, late time.Duration, skips []string, places ...bot.Place) (bot.Reminder, error) {
	err := w.bot.Changes.Groups.Add(ctx, hand, bot.Group{
		ID: id, Name: "Group " + id, Zone: "America/Los_Angeles", Quiet: "21:00-08:00", Langs: []string{"en"},
		Skips: skips, Places: places,
	})
	if err != nil {
		return bot.Reminder{}, err
	}
	r, _, err := w.bot.Changes.Reminders.Add(ctx, hand, bot.Reminder{Group: id, Topic: "agreements", Rule: "every Monday at 9:00"})
	if err != nil {
		return r, err
	}
	r.Late = late // shorter than people may choose
	return r, w.db.SetReminder(ctx, hand, r)
}

// hand is who changes things in a world.
var hand = bot.Actor{ID: "cli"} //nolint:gochecknoglobals // a constant of its kind
