package database

import (
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestALockedFileIsSaidInWords locks the file as other programs do.
func TestALockedFileIsSaidInWords(t *testing.T) {
	t.Parallel()
	for name, lock := range map[string][]string{
		"for writing": {`begin immediate`},
		"altogether":  {`pragma locking_mode = exclusive`, `begin exclusive`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "x.db")
			open := opener(t, "sqlite:"+file)
			must(t, open().Close())
			other, err := sql.Open("sqlite", address(file, ""))
			must(t, err)
			defer other.Close()
			conn, err := other.Conn(t.Context())
			must(t, err)
			defer conn.Close()
			for _, q := range lock {
				if _, err := conn.ExecContext(t.Context(), q); err != nil {
					t.Fatal(err)
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			db, err := Open(ctx, "sqlite:"+file, time.Now, slog.New(slog.DiscardHandler))
			if err == nil {
				defer db.Close()
				err = Explain(db.AddGroup(ctx, cli, sampleGroup("g")))
			}
			if err == nil || !strings.Contains(err.Error(), "another program has kept the database locked") || strings.Contains(err.Error(), "SQLITE") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestAFullFileIsSaidInWords bounds the file, as a full disk does.
func TestAFullFileIsSaidInWords(t *testing.T) {
	t.Parallel()
	db := opener(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"))()
	var pages int
	must(t, db.sql.QueryRowContext(t.Context(), `pragma page_count`).Scan(&pages))
	if _, err := db.sql.ExecContext(t.Context(), `pragma max_page_count = 1`); err != nil { // no less than it has
		t.Fatal(err)
	}
	g := sampleGroup("g")
	g.Name = strings.Repeat("x", 100_000)
	err := Explain(db.AddGroup(t.Context(), cli, g))
	if CauseOf(err) != Full || !strings.Contains(err.Error(), "no space is left") {
		t.Errorf("%d pages: %v", pages, err)
	}
	e := newEngine(db, EngineConfig{})
	e.fault(t.Context(), "planning failed", err)
	if cause, at := e.Wrong(); cause != Full || at.IsZero() {
		t.Errorf("the engine says %q, %s", cause, at)
	}
	if err := e.TryWrite(t.Context()); err != nil {
		t.Errorf("a small change: %v", err)
	}
}
