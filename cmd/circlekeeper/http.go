package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	vm "github.com/VictoriaMetrics/metrics"

	"circlekeeper/adapters/database"
	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/words"
)

// port is where the program listens. It stays open from one HTTP server to the next: requests that
// come between the two wait.
type port struct{ *net.TCPListener }

// listen opens the port, unless it is open, and returns it for the next server. That comes first, so
// that a port in use stops the start.
func (p *port) listen(address string, log *slog.Logger) (net.Listener, error) {
	if p.TCPListener != nil {
		return turn(*p), p.SetDeadline(time.Time{})
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("LISTEN_ADDR: %w, such as LISTEN_ADDR=127.0.0.1:8643", bot.ListenFault(address, err))
	}
	p.TCPListener = l.(*net.TCPListener)
	log.Info("listening", "address", l.Addr().String())
	return turn(*p), nil
}

func (p *port) close() {
	if p.TCPListener != nil {
		p.Close()
	}
}

// turn is a port while one server accepts from it. Close ends only that.
type turn port

// Close makes Accept return.
func (t turn) Close() error { return t.SetDeadline(time.Unix(1, 0)) }

// writeTimeout bounds how long a client may take to read an answer. The playground has no
// bound, because its event streams stay open.
const writeTimeout = 15 * time.Second

// serveOn serves on a listener until ctx ends. write bounds how long a response may take; 0
// means no bound.
func serveOn(ctx context.Context, l net.Listener, h http.Handler, write time.Duration) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: write,
		IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // its lines would contain addresses of clients
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	select {
	case err := <-done:
		return fmt.Errorf("HTTP server: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		server.Close()
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// helpOf says of each metric what it counts.
func helpOf(metric string) string {
	switch metric {
	case deliveriesMetric:
		return "Posts that were settled, by what they are, the platform, and whether they were sent, skipped or failed."
	case lateMetric:
		return "By how many seconds the last post came later than planned."
	case tickMetric:
		return "How many seconds ago the planner ended a round."
	}
	return ""
}

// Names of the metrics.
const (
	deliveriesMetric = "circlekeeper_deliveries_total"
	lateMetric       = "circlekeeper_last_delivery_late_seconds"
	tickMetric       = "circlekeeper_planner_last_tick_seconds"
)

// metrics are numbers about the program, in the text that Prometheus reads. None of them names
// a person or a channel.
type metrics struct{ set *vm.Set }

// newMetrics begins each number at 0 for these platforms: increase() of Prometheus does not
// count the first failure of a series that begins at 1.
func newMetrics(platforms []bot.Platform) *metrics {
	vm.ExposeMetadata(true) // # TYPE lines
	m := &metrics{vm.NewSet()}
	for _, p := range platforms {
		m.late(p).Set(0)
		for _, kind := range bot.DeliveryKinds() {
			for _, state := range []bot.State{bot.Sent, bot.Skipped, bot.Failed} {
				m.deliveries(p, kind, state).Set(0)
			}
		}
	}
	return m
}

// ticked shows when the planner last ended a round.
func (m *metrics) ticked(now, at func() time.Time) {
	m.set.NewGauge(tickMetric, func() float64 { return now().Sub(at()).Seconds() })
}

// ServeHTTP answers Prometheus. The library leaves the text of each # HELP line empty.
func (m *metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	var text bytes.Buffer
	m.set.WritePrometheus(&text)
	for line := range strings.Lines(text.String()) {
		if metric, ok := strings.CutPrefix(line, "# HELP "); ok {
			metric = strings.TrimSpace(metric)
			line = "# HELP " + metric + " " + helpOf(metric) + "\n"
		}
		if _, err := io.WriteString(w, line); err != nil {
			return // whoever asked is gone
		}
	}
}

// deliveries counts the deliveries that were settled.
func (m *metrics) deliveries(p bot.Platform, kind bot.DeliveryKind, state bot.State) *vm.Counter {
	return m.set.GetOrCreateCounter(fmt.Sprintf(deliveriesMetric+`{kind=%q,platform=%q,state=%q}`, kind, p, state))
}

// late is by how many seconds the last delivery was posted late; 0 before the first.
func (m *metrics) late(p bot.Platform) *vm.Gauge {
	return m.set.GetOrCreateGauge(fmt.Sprintf(lateMetric+`{platform=%q}`, p), nil)
}

// settled counts a delivery that has ended.
func (m *metrics) settled(place bot.Place, kind bot.DeliveryKind, state bot.State, late time.Duration) {
	m.deliveries(place.Platform, kind, state).Inc()
	if state == bot.Sent {
		m.late(place.Platform).Set(late.Seconds())
	}
}

// health answers the questions of a supervisor, such as /healthz.
type health struct {
	deck     *cards.Deck
	gateway  *gateway
	begun    begun
	db       *database.DB
	engine   *database.Engine
	now      func() time.Time
	metrics  *metrics
	adapters []bot.Adapter

	endpoints map[string]http.Handler // what platforms post to, by path
}

// newerWords say that nothing is posted because a newer program has taken over.
const newerWords = "a newer circlekeeper has changed the database: this one posts nothing any more; stop it, and run the newer one"

// tickLimit is how long the planner may take for a round until it counts as stuck.
const tickLimit = 15 * time.Second

func (h *health) routes() http.Handler {
	h.metrics.ticked(h.now, h.engine.Ticked)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		// A database that cannot be used is no reason to restart the program: it still answers
		// what needs no database.
		if h.now().Sub(h.engine.Went()) > tickLimit {
			http.Error(w, "the planner has not ticked", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if err := h.db.Ping(ctx); err != nil {
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
			return
		}
		if !h.begun.yes() {
			http.Error(w, "the database is not set up yet", http.StatusServiceUnavailable)
			return
		}
		if h.engine.Superseded() {
			http.Error(w, newerWords, http.StatusServiceUnavailable)
			return
		}
		if doubt := h.engine.Doubt(); !doubt.IsZero() {
			http.Error(w, "the clock is in doubt: "+h.deck.Reader(words.English).Reason(doubt), http.StatusServiceUnavailable)
			return
		}
		for _, a := range h.adapters {
			if standby, nobody := h.gateway.state(); a.Platform() == bot.Discord && standby {
				if nobody {
					http.Error(w, "another process holds the Discord gateway, but nobody has served it for a minute", http.StatusServiceUnavailable)
					return
				}
				continue
			}
			if c, ok := a.(interface{ Connected() bool }); ok && !c.Connected() {
				http.Error(w, string(a.Platform())+" is not connected", http.StatusServiceUnavailable)
				return
			}
		}
		fmt.Fprintf(w, "ready\ncards %s\n", h.deck.Library().Fingerprint())
	})
	for path, endpoint := range h.endpoints {
		mux.Handle("POST "+path, endpoint)
	}
	mux.Handle("GET /metrics", h.metrics)
	return mux
}
