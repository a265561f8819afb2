package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Lint, status and check name what a card of the clinic's replaces besides its own words.
func TestReplacedCardsAreTold(t *testing.T) { //nolint:paralleltest // it reads the environment, as a program does
	dir := t.TempDir()
	card := filepath.Join(dir, "cards", "en", "agreement-on-time.md")
	must(t, os.MkdirAll(filepath.Dir(card), 0o700))
	text := "---\nid: agreement-on-time\nkind: agreement\ntitle: \"On time\"\nsource: \"Us\"\norder: 5\n---\n**We start on time.**\n"
	must(t, os.WriteFile(card, []byte(text), 0o600))
	t.Setenv("CONTENT_DIR", filepath.Join(dir, "cards"))
	s := shell{t, filepath.Join(dir, "replaced.db"), time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)}
	for _, line := range []string{"content lint", "content status", "check --offline"} {
		got := s.types(strings.Fields(line)...)
		for _, want := range []string{"it replaces 3 cards", "agreement-on-time-2, agreement-on-time-3", "other languages keep the built-in words: es"} {
			if strings.Count(got, want) != 1 {
				t.Errorf("%s does not say %q once: %s", line, want, got)
			}
		}
	}
}
