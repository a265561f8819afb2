package adaptertest

import (
	"bytes"
	"log/slog"
	"sync"
)

// Log collects log lines. It can be read while it is written.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Logger writes to the log, at level debug.
func (l *Log) Logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
