package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
)

// On SQLite a machine whose clock is set wrong skips nothing as late and posts nothing too
// early: Discord and Slack tell the time. Once it is right, all is posted.
func TestTheClockIsWrongFromTheStart(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	w, err := newWorld(ctx, t.TempDir(), "")
	must(t, err)
	defer func() {
		if err := w.close(); err != nil {
			t.Error(err)
		}
	}()
	places := append(w.discordPlaces(2), w.slackPlaces(0, 2)...)
	if _, err := w.remind(ctx, "g", time.Hour, nil, places...); err != nil {
		t.Fatal(err)
	}
	w.goOn(10 * time.Second) // due in ten seconds
	for _, ahead := range []string{"-600s", "600s", "8000s"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		must(t, err)
		must(t, errors.Join(l.Close(), w.startOn(w.url, l.Addr().String(), bot.SendTimeout, "STORY_AHEAD="+ahead)))
		err = w.until(ctx, 50*time.Millisecond, func() (bool, error) {
			res, err := http.Get("http://" + l.Addr().String() + "/readyz")
			if err != nil {
				return false, nil // it does not listen yet
			}
			defer res.Body.Close()
			said, err := io.ReadAll(res.Body)
			return strings.Contains(string(said), "the platforms' clocks"), err
		})
		if err != nil {
			t.Errorf("%s: %v", ahead, err)
		}
		for place, keys := range w.standing(places) {
			if len(keys) > 0 {
				t.Errorf("%s: posts stand in %s", ahead, place)
			}
		}
		w.kill()
	}
	must(t, w.start(bot.SendTimeout))
	err = w.until(ctx, 100*time.Millisecond, func() (bool, error) { return len(w.news()) >= 2, nil })
	if news := w.news(); err != nil || len(news) != 2 || !strings.Contains(news[0], "10 minutes behind the platforms' clocks") || !strings.Contains(news[1], "Resolved") {
		t.Errorf("staff were told %q, %v", news, err)
	}
	must(t, w.settled(ctx, len(places)))
	for place, keys := range w.standing(places) {
		if len(keys) != 1 {
			t.Errorf("in %s stand %d posts", place, len(keys))
		}
	}
}
