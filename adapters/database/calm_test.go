package database

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// TestAnOutageWritesTwoLinesAMinute fails each second in several ways for ten minutes.
// What the queue says counts as the last known cause's.
func TestAnOutageWritesTwoLinesAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		log := slog.New(Calm(slog.NewTextHandler(&out, nil)))
		queue := slog.New(calmQueue(log.Handler()))
		gone := fmt.Errorf("planning: %w", &pgconn.PgError{Code: "57P01"})
		full := &Fault{Cause: Full, words: "no space"}
		for range 600 {
			log.Error("planning failed", "error", gone)
			log.With("part", "x").Error("a delivery could not be brought a step further", "error", gone)
			log.Error("planning failed", "error", full)
			queue.Error("fetching failed", "error", "text")
			queue.Error("electing failed", "error", "text")
			log.Warn("something else", "error", errors.New("else"))
			time.Sleep(time.Second)
		}
		text := out.String()
		for what, want := range map[string]int{"57P01": 20, "no space": 10, "fetching": 10, "electing": 0, "something else": 600, "left_out=": 18, "\n": 640} {
			if n := strings.Count(text, what); n != want {
				t.Errorf("%d lines with %q, want %d", n, what, want)
			}
		}
	})
}
