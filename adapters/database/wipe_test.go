package database

import (
	"bytes"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"circlekeeper/bot"
)

// found counts how often a text stands in a file and in what lies beside it.
func found(t *testing.T, file, text string) (n int) {
	t.Helper()
	for _, name := range append(companions(file), file) {
		b, err := os.ReadFile(name)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		n += bytes.Count(b, []byte(text))
	}
	return n
}

// crowded writes records of many moderators, in an order of its own, beside records
// that stay. Identifiers begin with "discord:canary".
func crowded(t *testing.T, db *DB, groups bool) {
	t.Helper()
	old := db.now
	defer func() { db.now = old }()
	err := db.inTx(t.Context(), func(tx *sql.Tx) error {
		for i := range 2000 {
			by, at := bot.Actor{ID: fmt.Sprint("discord:canary", i*7919%2000)}, monday.AddDate(0, 0, -30)
			if i%3 == 0 {
				by, at = bot.Actor{ID: "discord:stays"}, monday
			}
			db.now = func() time.Time { return at }
			if err := db.record(t.Context(), tx, by, "group set", fmt.Sprint("g", i), map[string]string{"x": strings.Repeat("y", i%300)}); err != nil {
				return err
			}
		}
		return nil
	})
	must(t, err)
	db.now = old
	for i := 0; groups && i < 50; i++ {
		g := sampleGroup(fmt.Sprint("canary-", i), place(fmt.Sprint("discord:1/", i+2)))
		must(t, db.AddGroup(t.Context(), cli, g))
		must(t, db.RemoveGroup(t.Context(), cli, g.ID))
	}
}

// TestRetentionLeavesNoBytes looks for identifiers in the bytes of the file, its log
// and a backup, after they were deleted because of their age.
func TestRetentionLeavesNoBytes(t *testing.T) {
	t.Parallel()
	for _, older := range []bool{false, true} { // an older version has deleted without overwriting
		file := filepath.Join(t.TempDir(), "x.db")
		db, err := Open(t.Context(), "sqlite:"+file, func() time.Time { return monday }, slog.New(slog.DiscardHandler))
		must(t, err)
		defer db.Close()
		crowded(t, db, false)
		e := newEngine(db, EngineConfig{KeepAudit: 3 * wipeEvery})
		if older {
			for _, q := range []string{`pragma secure_delete = off`, `delete from audit where actor like 'discord:canary%'`, `pragma secure_delete = on`} {
				if _, err := db.sql.ExecContext(t.Context(), q); err != nil {
					t.Fatal(err)
				}
			}
		} else {
			must(t, wipe(t.Context(), db))
			db.now = func() time.Time { return monday.Add(wipeEvery) }
		}
		if n := found(t, file, "discord:canary"); n == 0 {
			t.Fatal("nothing to be found: the test would show nothing")
		}
		must(t, e.housekeeping.clean(t.Context()))
		copied := file + ".backup"
		must(t, db.Backup(t.Context(), copied))
		for _, name := range []string{file, copied} {
			if n := found(t, name, "discord:canary"); n > 0 {
				t.Errorf("older %t: %s still has %d identifiers", older, filepath.Base(name), n)
			}
			if found(t, name, "discord:stays") == 0 {
				t.Errorf("%s has lost what is kept", filepath.Base(name))
			}
		}
	}
}

// Every table has a row in PRIVACY.md that says what is kept there and for how long.
func TestPrivacyNamesEveryTable(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../PRIVACY.md")
	must(t, err)
	rows := map[string]string{
		"groups": "Groups", "places": "Groups", "reminders": "Reminders", "rotations": "Rotations", "deliveries": "Posts (deliveries)",
		"troubles": "Troubles", "concerns": "Concerns", "approvals": "Approvals", "down_lines": "Crisis lines out of service",
		"reviewers": "Reviewers", "audit": "Changes (audit)", "paces": "The queue, the pace, marks", "marks": "The queue, the pace, marks",
		"in_force": "The programs", "leases": "The programs", "forgotten": "The programs", "moved": "The programs", "schema_version": "The programs",
	}
	each(t, func(t *testing.T, open func() *DB) {
		db := open()
		tables := `select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`
		if db.Shared() {
			tables = `select table_name from information_schema.tables where table_schema = current_schema()`
		}
		all, err := list(t.Context(), db.sql, func(r row) (name string, err error) { return name, r.Scan(&name) }, tables)
		if err != nil || len(all) < len(rows) {
			t.Fatalf("tables %q, %v", all, err)
		}
		for _, table := range all {
			row := rows[table]
			if strings.HasPrefix(table, "river_") {
				row = "The queue, the pace, marks"
			}
			if row == "" || !strings.Contains(string(page), "\n| "+row) {
				t.Errorf("PRIVACY.md does not say what is kept in the table %s", table)
			}
		}
	})
}

// TestThePrivacyRecipe does what PRIVACY.md says, as the sqlite3 shell would.
func TestThePrivacyRecipe(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../PRIVACY.md")
	must(t, err)
	_, recipe, ok := strings.Cut(string(page), "```sql\n")
	recipe, _, ends := strings.Cut(recipe, "```")
	if !ok || !ends {
		t.Fatal("PRIVACY.md has no recipe")
	}
	file := filepath.Join(t.TempDir(), "x.db")
	db, err := Open(t.Context(), "sqlite:"+file, func() time.Time { return monday }, slog.New(slog.DiscardHandler))
	must(t, err)
	crowded(t, db, true)
	if _, err := db.sql.ExecContext(t.Context(), `delete from audit`); err != nil { // it has a retention of its own
		t.Fatal(err)
	}
	must(t, db.Close())
	if found(t, file, "canary-") == 0 {
		t.Fatal("nothing to be found: the test would show nothing")
	}
	shell, err := sql.Open("sqlite", address(file, ""))
	must(t, err)
	defer shell.Close()
	shell.SetMaxOpenConns(1)
	for statement := range strings.SplitSeq(recipe, ";") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := shell.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if n := found(t, file, "canary-"); n > 0 {
		t.Errorf("%d remain", n)
	}
}
