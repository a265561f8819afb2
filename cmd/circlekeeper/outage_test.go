package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/slack/slacktest"
	"circlekeeper/bot"
)

// TestOutage takes Discord away across the time at which two reminders come due
// in the same places, and gives it back. OUTAGE sets for how long (6s if
// unset; 90s in the checks before landing).
func TestOutage(t *testing.T) {
	t.Parallel()
	length := 6 * time.Second
	if text := os.Getenv("OUTAGE"); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	for name, server := range map[string]string{"sqlite": "", "postgres": os.Getenv("TEST_DATABASE_URL")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "postgres" && server == "" {
				t.Skip("TEST_DATABASE_URL names no PostgreSQL server")
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*length+3*time.Minute)
			defer cancel()
			if err := outage(ctx, t.TempDir(), server, length); err != nil {
				t.Error(err)
			}
		})
	}
}

func outage(ctx context.Context, dir, server string, length time.Duration) (err error) {
	w, err := newWorld(ctx, dir, server)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, errors.New(tail(w.log.Name())))
		}
		err = errors.Join(err, w.close())
	}()
	down, up := w.discordPlaces(10), w.slackPlaces(0, 3)
	reminder, err := w.remind(ctx, "one", time.Hour, nil, slices.Concat(down, up)...)
	if err != nil {
		return err
	}
	second, _, err := w.bot.Changes.Reminders.Add(ctx, hand, bot.Reminder{Group: "one", Topic: "confidentiality", Rule: "every Monday at 10:00"})
	if err != nil {
		return err
	}
	w.goOn(15 * time.Second) // the first is due in five seconds
	if err := w.db.BringForward(ctx, second.ID, storyStart.Add(20*time.Second+length/2)); err != nil {
		return err
	}
	if err := w.start(bot.SendTimeout); err != nil {
		return err
	}
	if err := w.discord.AwaitReady(ctx, 1); err != nil {
		return err
	}
	w.discord.Down()
	over := time.After(length)
	// Slack goes on meanwhile; if it waited for Discord, this would wait for ever.
	err = w.until(ctx, 50*time.Millisecond, func() (bool, error) { return len(w.slack.Messages(up[0].Channel)) == 2, nil })
	if err != nil {
		return fmt.Errorf("Slack, while Discord is down: %w", err)
	}
	<-over
	if err := w.discord.Up(); err != nil {
		return err
	}
	// Both reminders everywhere, the beginning and the healing.
	if err := w.settled(ctx, 2*(len(down)+len(up))+2); err != nil {
		return errors.Join(err, errors.New(strings.Join(w.news(), "\n")))
	}
	if err := w.stop(); err != nil {
		return err
	}
	for _, place := range down {
		var keys []string
		for _, m := range w.discord.Messages(place.Channel) {
			keys = append(keys, m.Nonce)
		}
		if err := inOrder(ctx, w, place, keys, reminder.ID, second.ID); err != nil {
			return err
		}
	}
	for _, place := range up {
		var keys []string
		for _, m := range w.slack.Messages(place.Channel) {
			key, _ := m.Metadata.EventPayload["key"].(string)
			keys = append(keys, key)
		}
		if err := inOrder(ctx, w, place, keys, reminder.ID, second.ID); err != nil {
			return err
		}
	}
	news := w.news()
	if len(news) != 2 || !strings.Contains(news[0], "discord does not accept posts") || !strings.Contains(news[1], "Resolved: discord accepts posts again") {
		return errors.New("staff were told:\n" + strings.Join(news, "\n"))
	}
	return nil
}

// news is what staff were told, oldest first.
func (w *world) news() []string {
	var out []string
	for _, m := range w.slack.Messages(slacktest.StaffChannel) {
		out = append(out, slacktest.Words(m.Blocks))
	}
	return out
}

// inOrder checks that a place has one post of each reminder, in this order.
func inOrder(ctx context.Context, w *world, place bot.Place, keys []string, reminders ...string) error {
	var want []string
	for _, id := range reminders {
		all, err := w.db.Deliveries(ctx, bot.DeliveryFilter{Reminder: id})
		if err != nil {
			return err
		}
		for _, d := range all {
			if d.Place != place {
				continue
			}
			if d.State != bot.Sent {
				return errors.New(d.Place.String() + " was not sent: " + d.Reason.Detail)
			}
			want = append(want, d.Key)
		}
	}
	if !slices.Equal(keys, want) {
		return errors.New("in " + place.String() + " stand " + strings.Join(keys, ", ") + "; want " + strings.Join(want, ", "))
	}
	return nil
}
