package postgrestest

import (
	"context"
	"database/sql"
	"os"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// Statements are counted however the bytes come in.
func TestCounter(t *testing.T) {
	t.Parallel()
	sent := "\x00\x00\x00\x09\x00\x03\x00\x00\x00" + // the first message has no kind
		"Q\x00\x00\x00\x06E\x00" + // a query whose text is E
		"P\x00\x00\x00\x08s\x00\x00\x00" + "B\x00\x00\x00\x04" + "E\x00\x00\x00\x09\x00\x00\x00\x00\x00" + "S\x00\x00\x00\x04" +
		"X\x00\x00\x00\x04"
	for _, size := range []int{1, 3, len(sent)} {
		var n atomic.Int64
		c := counter{to: &n}
		for from := 0; from < len(sent); from += size {
			if _, err := c.Write([]byte(sent[from:min(from+size, len(sent))])); err != nil {
				t.Fatal(err)
			}
		}
		if n.Load() != 2 {
			t.Errorf("%d statements in pieces of %d bytes, not 2", n.Load(), size)
		}
	}
}

// A wire leads to the server, goes silent, and refuses.
func TestWire(t *testing.T) {
	t.Parallel()
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		t.Skip("TEST_DATABASE_URL names no PostgreSQL: .ci/run starts one")
	}
	w, err := NewWire(server)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	db, err := sql.Open("pgx", w.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ask := func(most time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), most)
		defer cancel()
		var one int
		return db.QueryRowContext(ctx, `select 1`).Scan(&one)
	}
	if err := ask(time.Minute); err != nil {
		t.Fatal(err)
	}
	if n := w.Statements(); n != 1 {
		t.Errorf("%d statements, not one", n)
	}
	w.Set(true, false)
	if err := ask(200 * time.Millisecond); err == nil {
		t.Error("a silent wire answers")
	}
	w.Set(false, true)
	if err := ask(time.Minute); err == nil {
		t.Error("a refusing wire lets in")
	}
	w.Set(false, false)
	if err := ask(time.Minute); err != nil {
		t.Errorf("mended, it says %v", err)
	}
}
