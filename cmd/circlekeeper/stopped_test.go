package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"circlekeeper/bot"
)

// TestAStoppedProcessDoesNotPostAgain stops the program in the middle of a broadcast,
// as a machine that is suspended would, lets a second one carry on, and wakes the
// first: nothing may stand twice. STOPPED sets for how many seconds it stands still
// (35 if unset, longer than a process keeps its deliveries; on SQLite there is no
// second one, and the first carries on itself after a shorter time).
func TestAStoppedProcessDoesNotPostAgain(t *testing.T) {
	t.Parallel()
	for name, server := range map[string]string{"sqlite": "", "postgres": os.Getenv("TEST_DATABASE_URL")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			length := 12
			if name == "postgres" {
				if server == "" {
					t.Skip("TEST_DATABASE_URL names no PostgreSQL server")
				}
				length = 35
			}
			if text := os.Getenv("STOPPED"); text != "" {
				var err error
				if length, err = strconv.Atoi(text); err != nil {
					t.Fatal(err)
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(length)*time.Second+4*time.Minute)
			defer cancel()
			if err := standstill(ctx, t, server, time.Duration(length)*time.Second); err != nil {
				t.Error(err)
			}
		})
	}
}

func standstill(ctx context.Context, t *testing.T, server string, length time.Duration) (err error) {
	t.Helper()
	w, err := newWorld(ctx, t.TempDir(), server)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, errors.New(tail(w.log.Name())))
		}
		err = errors.Join(err, w.close())
	}()
	const each = 60
	places := append(w.discordPlaces(each), w.slackPlaces(0, each)...)
	for i := range len(places) / 10 {
		if _, err := w.remind(ctx, fmt.Sprint("g", i), time.Hour, nil, places[10*i:10*i+10]...); err != nil {
			return err
		}
	}
	w.goOn(15 * time.Second) // due in five seconds
	if err := w.start(bot.SendTimeout); err != nil {
		return err
	}
	posted := func() (n int) {
		for _, keys := range w.standing(places) {
			n += len(keys)
		}
		return n
	}
	err = w.until(ctx, 5*time.Millisecond, func() (bool, error) { return posted() >= each/2, nil })
	if err != nil {
		return err
	}
	first, gone := w.process, w.gone
	if err := first.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	began := time.Now()
	if server != "" {
		if err := w.start(bot.SendTimeout); err != nil { // a second one, which the world minds from now on
			return err
		}
		// The second goes on with what the first had begun.
		err := w.until(ctx, 100*time.Millisecond, func() (bool, error) { return posted() == len(places), nil })
		if err != nil {
			return fmt.Errorf("the second process does not carry on: %w", err)
		}
		t.Logf("all %d are posted %s after the first process stood still", len(places), time.Since(began).Round(100*time.Millisecond))
	}
	if left := length - time.Since(began); left > 0 {
		time.Sleep(left)
	}
	if err := first.Process.Signal(syscall.SIGCONT); err != nil {
		return err
	}
	if err := w.settled(ctx, len(places)); err != nil {
		return err
	}
	time.Sleep(3 * time.Second) // what the woken process still had in hand
	for place, keys := range w.standing(places) {
		if len(keys) != 1 {
			t.Errorf("in %s stand %d posts", place, len(keys))
		}
		for _, n := range keys {
			if n != 1 {
				t.Errorf("in %s the post stands %d times", place, n)
			}
		}
	}
	if server != "" {
		if err := first.Process.Kill(); err != nil {
			return err
		}
		<-gone
	}
	return nil
}
