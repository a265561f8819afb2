package database

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// calmPerMinute is how many lines with one cause may be written in a minute.
const calmPerMinute = 2

// Calm keeps an outage of the database from filling the log. Of the lines whose "error" has the
// same known cause it lets two a minute pass, and the next one says how many were left out. All
// other lines pass.
func Calm(next slog.Handler) slog.Handler {
	counts := newCounts()
	return calm{next, counts, func(r slog.Record) string {
		key := ""
		r.Attrs(func(a slog.Attr) bool {
			if err, ok := a.Value.Any().(error); ok && a.Key == "error" {
				key = string(CauseOf(err))
			}
			return key == ""
		})
		counts.saw(key, r.Time)
		return key
	}}
}

// calmQueue is Calm for the log of River's queue, whose errors are only text. While an outage
// lasts, its lines count under the outage's cause, otherwise under one key of their own.
func calmQueue(next slog.Handler) slog.Handler {
	counts := newCounts()
	if c, ok := next.(calm); ok {
		next, counts = c.Handler, c.counts
	}
	return calm{next, counts, func(r slog.Record) string {
		if cause := counts.known(r.Time); cause != "" {
			return cause
		}
		return "the queue"
	}}
}

type calm struct {
	slog.Handler
	counts *counts
	key    func(slog.Record) string // lines with the same key are counted together; those with none pass
}

func (h calm) Handle(ctx context.Context, r slog.Record) error {
	if key := h.key(r); key != "" && r.Level >= slog.LevelWarn {
		pass, left := h.counts.pass(key, r.Time)
		if !pass {
			return nil
		}
		if left > 0 {
			r = r.Clone()
			r.AddAttrs(slog.Int("left_out", left))
		}
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h calm) WithAttrs(attrs []slog.Attr) slog.Handler {
	h.Handler = h.Handler.WithAttrs(attrs)
	return h
}

// WithGroup implements slog.Handler.
func (h calm) WithGroup(name string) slog.Handler {
	h.Handler = h.Handler.WithGroup(name)
	return h
}

// counts counts the lines of the current minute by their key: a cause, or the queue.
type counts struct {
	mu    sync.Mutex
	of    map[string]*minute
	cause string // of the last known outage
	at    time.Time
}

func newCounts() *counts { return &counts{of: make(map[string]*minute)} }

// saw notes the cause of an outage.
func (c *counts) saw(cause string, now time.Time) {
	if cause != "" {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.cause, c.at = cause, now
	}
}

// known is the cause of an outage that was met lately; empty if there was none.
func (c *counts) known(now time.Time) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Sub(c.at) > 2*time.Minute {
		return ""
	}
	return c.cause
}

type minute struct {
	since      time.Time
	seen, left int
}

// pass reports whether one more line may be written, and how many were left out
// since the last one.
func (c *counts) pass(key string, now time.Time) (pass bool, left int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.of[key]
	if n == nil {
		n = &minute{since: now}
		c.of[key] = n
	}
	if passed := now.Sub(n.since); passed >= time.Minute || passed < 0 {
		n.since, n.seen = now, 0
	}
	if n.seen++; n.seen > calmPerMinute {
		n.left++
		return false, 0
	}
	left, n.left = n.left, 0
	return true, left
}
