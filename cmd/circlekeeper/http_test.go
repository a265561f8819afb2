package main

import (
	"fmt"
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
