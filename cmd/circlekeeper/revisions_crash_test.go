package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/discord/discordtest"
	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
)

// rightWords is the card agreement-pass, put right.
const rightWords = `---
id: agreement-pass
kind: agreement
title: "Passing"
source: "University of Minnesota, Common Concerns about Group Counseling, counseling.umn.edu"
order: 1
---
**You may always pass.** You can just say pass today.
`

// TestRevisionsOutliveKills corrects a post in forty places on both platforms, where one was
// deleted and one is rate limited, and kills the program in the middle, before a platform
// made a correction and after. Then a reminder that keeps only its newest post comes
// again, and the program is killed as it takes the older one away. Each is made once.
func TestRevisionsOutliveKills(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	dir := t.TempDir()
	w, err := newWorld(ctx, dir, "")
	must(t, err)
	r := &revisedWorld{world: w, dir: dir}
	err = r.run(ctx)
	if err := errors.Join(err, w.close()); err != nil {
		t.Errorf("%v\n%s", err, tail(filepath.Join(dir, "log")))
	}
}

const revisedPlaces = 40

type revisedWorld struct {
	*world
	dir    string
	newest bot.Reminder // keeps only its newest post
	gone   bot.Delivery // whose post somebody deleted
}

func (r *revisedWorld) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{r.post, r.correct, r.corrected, r.comeAgain, r.onlyNewest} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// post has the card posted everywhere.
func (r *revisedWorld) post(ctx context.Context) (err error) {
	for g := range revisedPlaces/10 - 1 {
		if _, err := r.remind(ctx, fmt.Sprint("g", g), time.Hour, nil, append(r.discordPlaces(9), r.slackPlaces(g, 1)...)...); err != nil {
			return err
		}
	}
	r.newest, err = r.remind(ctx, "newest", time.Hour, nil, append(r.discordPlaces(9), r.slackPlaces(9, 1)...)...)
	if err != nil {
		return err
	}
	r.newest.Version, r.newest.KeepNewest = 0, true
	if err := r.db.SetReminder(ctx, hand, r.newest); err != nil {
		return err
	}
	r.goOn(19500 * time.Millisecond) // due in half a second
	if err := r.start(crashLimit); err != nil {
		return err
	}
	if err := r.world.settled(ctx, revisedPlaces); err != nil {
		return err
	}
	return r.stop()
}

// correct asks for the correction and kills the program twice while it makes it.
func (r *revisedWorld) correct(ctx context.Context) error {
	posts, err := r.world.deliveries(ctx, bot.Sent, revisedPlaces+1)
	if err != nil || len(posts) != revisedPlaces {
		return fmt.Errorf("%d were posted: %w", len(posts), err)
	}
	for _, d := range posts {
		if d.Card != "agreement-pass" {
			return fmt.Errorf("%s was posted", d.Card)
		}
		if d.Place.Platform == bot.Discord && d.Reminder != r.newest.ID {
			r.gone = d
		}
	}
	discordtest.Unpost(r.discord, r.gone.Place.Channel, r.gone.Message)
	r.discord.Fail(discordtest.Fault{Route: "PATCH /channels/{channel_id}/messages/{message_id}", Status: 429, After: time.Second})
	words := filepath.Join(r.dir, "clinic", "en")
	if err := os.MkdirAll(words, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(words, "agreement-pass.md"), []byte(rightWords), 0o600); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"content", "approve", "agreement-pass", "--lang", "en", "--reviewer", "A. Reviewer, LMFT 1"},
		{"post", "correct", "--card", "agreement-pass", "--yes"},
	} {
		if err := r.command(ctx, args...); err != nil {
			return err
		}
	}
	return r.through(ctx, 2*revisedPlaces, trap{of: editing, left: 10}, trap{of: editing, done: true, left: 8})
}

// command runs the program beside the one that serves.
func (r *revisedWorld) command(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "circlekeeper", args...)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir(), "DATABASE_URL=" + r.url, r.contentDir(),
		"STORY_BEGAN=" + strconv.FormatInt(r.began.UnixMilli(), 10),
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%q: %w: %s", args, err, out)
	}
	return nil
}

func (r *revisedWorld) contentDir() string { return "CONTENT_DIR=" + filepath.Join(r.dir, "clinic") }

// through runs the program into each trap, and then until n deliveries are settled.
func (r *revisedWorld) through(ctx context.Context, n int, traps ...trap) error {
	for _, t := range append(traps, trap{}) {
		if t.of == "" {
			r.set(nil)
		} else {
			r.set(&t)
		}
		if err := r.startOn(r.url, "127.0.0.1:0", crashLimit, r.contentDir()); err != nil {
			return err
		}
		err := r.world.settled(ctx, n)
		switch {
		case t.of != "" && errors.Is(err, errEnded):
			continue
		case t.of != "" && err == nil:
			err = fmt.Errorf("all was settled before the program was killed at a request of %s", t.of)
		}
		if err != nil {
			return err
		}
	}
	return r.stop()
}

// corrected checks that each post is corrected once, on record and in its channel.
func (r *revisedWorld) corrected(ctx context.Context) error {
	all, err := r.world.deliveries(ctx, "", 10*revisedPlaces)
	if err != nil {
		return err
	}
	made := make(map[string]int)
	for _, d := range all {
		switch {
		case d.Kind != bot.OfCorrection:
			continue
		case d.Follows == r.gone.Key && (d.State != bot.Failed || d.Reason.Code != bot.PostGone):
			return fmt.Errorf("the post that is gone: %+v", d)
		case d.Follows != r.gone.Key && d.State != bot.Sent:
			return fmt.Errorf("not corrected: %+v", d)
		}
		made[d.Follows]++
	}
	for _, d := range all {
		if d.Kind != bot.OfReminder {
			continue
		}
		if made[d.Key] != 1 || (d.Became == bot.OfCorrection) != (d.Key != r.gone.Key) {
			return fmt.Errorf("corrected %d times: %+v", made[d.Key], d)
		}
		there := r.read(d.Place)
		if d.Key == r.gone.Key && len(there) != 0 {
			return fmt.Errorf("what was deleted stands again: %q", there)
		}
		if d.Key != r.gone.Key && (len(there) != 1 || !strings.Contains(there[0], "You can just say pass today.")) {
			return fmt.Errorf("in %s stand %q", d.Place, there)
		}
	}
	return nil
}

// read is what stands in a place.
func (r *revisedWorld) read(p bot.Place) (out []string) {
	if p.Platform == bot.Slack {
		for _, m := range r.slack.Messages(p.Channel) {
			out = append(out, slacktest.Words(m.Blocks))
		}
		return out
	}
	for _, m := range r.discord.Messages(p.Channel) {
		out = append(out, m.Content)
	}
	return out
}

// comeAgain has the reminder posted again and kills the program as it takes the older posts
// away.
func (r *revisedWorld) comeAgain(ctx context.Context) error {
	if err := r.db.BringForward(ctx, r.newest.ID, r.now()); err != nil {
		return err
	}
	return r.through(ctx, 2*revisedPlaces+20, trap{of: deleting, left: 2}, trap{of: deleting, done: true, left: 1})
}

// onlyNewest checks that only the newer posts of that reminder stand, and all of the others.
func (r *revisedWorld) onlyNewest(ctx context.Context) error {
	all, err := r.world.deliveries(ctx, "", 10*revisedPlaces)
	if err != nil {
		return err
	}
	var places []bot.Place
	for _, d := range all {
		places = append(places, d.Place)
	}
	standing, newer, removed := r.standing(places), 0, 0
	for _, d := range all {
		switch {
		case d.Kind == bot.OfRemoval && d.State == bot.Sent:
			removed++
		case d.Kind == bot.OfRemoval:
			return fmt.Errorf("not taken away: %+v", d)
		case d.Reminder == r.newest.ID && d.Became == "":
			if newer++; standing[d.Place][d.Key] != 1 || len(standing[d.Place]) != 1 {
				return fmt.Errorf("in %s stand %v beside the newest: %+v", d.Place, standing[d.Place], d)
			}
		case d.Reminder == r.newest.ID && d.Became != bot.OfRemoval:
			return fmt.Errorf("an older post became %q", d.Became)
		case d.Kind == bot.OfReminder && d.Reminder != r.newest.ID && d.Key != r.gone.Key && standing[d.Place][d.Key] != 1:
			return fmt.Errorf("another reminder's post is gone: %+v", d)
		}
	}
	if newer != 10 || removed != 10 {
		return fmt.Errorf("%d newer posts, %d taken away; want 10 of each", newer, removed)
	}
	return nil
}
