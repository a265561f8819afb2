package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/database"
	"circlekeeper/adapters/discord"
	"circlekeeper/adapters/slack"
	"circlekeeper/bot"
)

// Every metric that the pages name is there from the start, and each count begins at 0:
// Prometheus does not see an increase in a series whose first value is 1.
func TestMetricsBeginAtZero(t *testing.T) {
	t.Parallel()
	served := []bot.Platform{bot.Slack}
	m := newMetrics(measured([]bot.Platform{bot.Discord, bot.Slack, bot.Playground}, served))
	h := &health{metrics: m, engine: new(database.Engine), now: time.Now}
	routes := h.routes()
	shown := func() string {
		answer := httptest.NewRecorder()
		routes.ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
		return answer.Body.String()
	}
	first := shown()
	for _, name := range regexp.MustCompile(`circlekeeper_[a-z_]+`).FindAllString(page(t, "docs/running.md"), -1) {
		if !strings.Contains(first, "\n"+name) {
			t.Errorf("/metrics lacks %s before the first delivery", name)
		}
	}
	if n := strings.Count(first, "\ncirclekeeper_deliveries_total{"); n != 2*9*3 {
		t.Errorf("there are %d series of deliveries for two platforms", n)
	}
	for _, name := range []string{"deliveries_total", "last_delivery_late_seconds", "planner_last_tick_seconds"} {
		if !regexp.MustCompile(`(?m)^# HELP circlekeeper_` + name + ` [A-Z].*\.\n# TYPE circlekeeper_` + name + ` `).MatchString(first) {
			t.Errorf("nothing says what %s counts", name)
		}
	}
	of := func(n int) string {
		return fmt.Sprintf("circlekeeper_deliveries_total{kind=\"reminder\",platform=\"discord\",state=\"failed\"} %d\n", n)
	}
	m.settled(bot.Place{Platform: bot.Discord}, bot.OfReminder, bot.Failed, 0)
	if then := shown(); !strings.Contains(first, of(0)) || !strings.Contains(then, of(1)) {
		t.Errorf("the first failure went from\n%s\nto\n%s", first, then)
	}
}

// Platforms post to their endpoints. Other methods are refused before an endpoint sees them.
func TestEndpointsTakePostsOnly(t *testing.T) {
	t.Parallel()
	served := []bot.Platform{bot.Discord, bot.Slack}
	reached := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	h := &health{
		metrics: newMetrics(measured(served, served)), engine: new(database.Engine), now: time.Now,
		endpoints: map[string]http.Handler{discord.EndpointPath: reached, slack.EndpointPath: reached},
	}
	routes := h.routes()
	for path := range h.endpoints {
		for method, want := range map[string]int{http.MethodPost: http.StatusNoContent, http.MethodGet: http.StatusMethodNotAllowed, http.MethodPut: http.StatusMethodNotAllowed} {
			answer := httptest.NewRecorder()
			routes.ServeHTTP(answer, httptest.NewRequest(method, path, nil))
			if allow := answer.Header().Get("Allow"); answer.Code != want || want == http.StatusMethodNotAllowed && allow != http.MethodPost {
				t.Errorf("%s %s: status %d, allowed %q", method, path, answer.Code, allow)
			}
		}
	}
}

// One server follows another on a port: a request that comes between the two waits and is answered.
func TestThePortStaysOpen(t *testing.T) {
	t.Parallel()
	var p port
	defer p.close()
	log := slog.New(slog.DiscardHandler)
	serve := func(says string) (address string, end func()) {
		t.Helper()
		l, err := p.listen("127.0.0.1:0", log)
		must(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			done <- serveOn(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, says) }), time.Second)
		}()
		return l.Addr().String(), func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	}
	ask := func(address string) <-chan string {
		answer := make(chan string, 1)
		go func() {
			client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
			res, err := client.Get("http://" + address)
			if err != nil {
				answer <- err.Error()
				return
			}
			defer res.Body.Close()
			text, _ := io.ReadAll(res.Body) // compared below
			answer <- string(text)
		}()
		return answer
	}
	address, end := serve("first")
	if got := <-ask(address); got != "first" {
		t.Errorf("the first server answers %q", got)
	}
	end()
	between := ask(address)
	select {
	case got := <-between:
		t.Errorf("between the servers: %q", got)
	case <-time.After(100 * time.Millisecond):
	}
	_, end = serve("second")
	defer end()
	if got := <-between; got != "second" {
		t.Errorf("a request that came between the servers got %q", got)
	}
}
