package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"circlekeeper/bot"
)

// made makes a closed database with some groups and returns what a killed program
// would have left of it: the file with its log.
func made(t *testing.T, folder string, prefix string, groups int) (file string) {
	t.Helper()
	work := emptyFile(t)
	db, err := Open(t.Context(), "sqlite:"+work, time.Now, slog.New(slog.DiscardHandler))
	must(t, err)
	defer db.Close()
	for i := range groups {
		g := sampleGroup(fmt.Sprint(prefix, i))
		g.Name = strings.Repeat(prefix, 60)
		must(t, db.AddGroup(t.Context(), cli, g))
	}
	file = filepath.Join(folder, prefix+".db")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		must(t, copyFile(work+suffix, file+suffix))
	}
	if !filled(file + "-wal") {
		t.Fatal("the log is empty: the test would show nothing")
	}
	return file
}

// backedUp is a backup of a database with some groups.
func backedUp(t *testing.T, folder, prefix string, groups int) (file string) {
	t.Helper()
	db, err := Open(t.Context(), "sqlite:"+made(t, t.TempDir(), prefix, groups), time.Now, slog.New(slog.DiscardHandler))
	must(t, err)
	defer db.Close()
	file = filepath.Join(folder, "backup.db")
	must(t, db.Backup(t.Context(), file))
	return file
}

// holds says of whose groups a database is and whether it is marked as restored.
func holds(ctx context.Context, file string) (prefix string, groups int, marked bool, err error) {
	db, err := Open(ctx, "sqlite:"+file, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		return "", 0, false, err
	}
	defer db.Close()
	var sound string
	if err := db.sql.QueryRowContext(ctx, `pragma integrity_check`).Scan(&sound); err != nil || sound != "ok" {
		return "", 0, false, fmt.Errorf("integrity: %s %w", sound, err)
	}
	all, err := db.Groups(ctx)
	if err != nil {
		return "", 0, false, err
	}
	for _, g := range all {
		own := strings.TrimRight(g.ID, "0123456789")
		if prefix != "" && own != prefix {
			return "", 0, false, fmt.Errorf("groups of %s and %s together", prefix, own)
		}
		prefix = own
	}
	var marks int
	err = db.sql.QueryRowContext(ctx, `select count(*) from marks where name = 'restored'`).Scan(&marks)
	return prefix, len(all), marks > 0, err
}

// remains are what a restore may find in the database's place.
func remains() map[string]func(t *testing.T, file string, groups int) (readable bool) {
	place := func(t *testing.T, file string, groups int) {
		t.Helper()
		old := made(t, t.TempDir(), "old", groups)
		for _, suffix := range []string{"", "-wal", "-shm"} {
			must(t, os.Rename(old+suffix, file+suffix))
		}
	}
	return map[string]func(t *testing.T, file string, groups int) bool{
		"killed": func(t *testing.T, file string, groups int) bool {
			place(t, file, groups)
			return true
		},
		"file removed": func(t *testing.T, file string, groups int) bool {
			place(t, file, groups)
			must(t, os.Remove(file))
			return false
		},
		"file broken": func(t *testing.T, file string, groups int) bool {
			place(t, file, groups)
			must(t, os.WriteFile(file, []byte(strings.Repeat("broken", 5000)), 0o600))
			return false
		},
		"a journal beside it": func(t *testing.T, file string, groups int) bool {
			place(t, file, groups)
			must(t, os.Remove(file))
			journal(t, file)
			return false
		},
	}
}

// journal leaves a rollback journal of some database's transaction that was cut off.
func journal(t *testing.T, file string) {
	t.Helper()
	work := backedUp(t, t.TempDir(), "third", 40)
	db, err := Open(t.Context(), "sqlite:"+work, time.Now, slog.New(slog.DiscardHandler))
	must(t, err)
	defer db.Close()
	for _, q := range []string{`pragma journal_mode = delete`, `pragma cache_size = 1`, `begin immediate`, `update groups set name = name || name`} {
		if _, err := db.sql.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	must(t, copyFile(work+"-journal", file+"-journal"))
	if _, err := db.sql.ExecContext(t.Context(), `rollback`); err != nil {
		t.Fatal(err)
	}
}

// TestRestoreIsKilledAnywhere kills a restore with SIGKILL after each thing it has
// done to the files, over each kind of remains, with the old database the larger
// and the smaller one. After it the old or the new database is whole, and the
// same restore, started again, ends well.
func TestRestoreIsKilledAnywhere(t *testing.T) {
	t.Parallel()
	for name, leave := range remains() {
		for _, size := range []struct{ old, fresh int }{{60, 2}, {2, 60}} {
			t.Run(fmt.Sprintf("%s, %d over %d", name, size.fresh, size.old), func(t *testing.T) {
				t.Parallel()
				killed := 0
				for n := 1; ; n++ {
					folder := t.TempDir()
					file := filepath.Join(folder, "x.db")
					backup := backedUp(t, folder, "new", size.fresh)
					readable := leave(t, file, size.old)
					dead, steps := restoreInChild(t, file, backup, n)
					if !dead {
						if killed < 3 {
							t.Errorf("killed only %d times; steps: %s", killed, steps)
						}
						break
					}
					killed++
					if readable || steps[len(steps)-1] == "put the new database in its place" {
						prefix, groups, marked, err := holds(t.Context(), file)
						old := prefix == "old" && groups == size.old && !marked
						fresh := prefix == "new" && groups == size.fresh && marked
						if err != nil || !old && !fresh {
							t.Errorf("killed after %q: %d groups of %q, marked %t, %v", steps, groups, prefix, marked, err)
						}
					}
					if _, err := Restore(t.Context(), "sqlite:"+file, backup, time.Now, slog.New(slog.DiscardHandler)); err != nil {
						t.Errorf("killed after %q, then again: %v", steps, err)
					}
					if prefix, groups, marked, err := holds(t.Context(), file); err != nil || prefix != "new" || groups != size.fresh || !marked {
						t.Errorf("killed after %q, then again: %d groups of %q, marked %t, %v", steps, groups, prefix, marked, err)
					}
					if readable && !keptWhole(t, folder, size.old) {
						t.Errorf("killed after %q: the old database was not kept", steps)
					}
				}
			})
		}
	}
}

// keptWhole looks for a kept database with all of the old groups.
func keptWhole(t *testing.T, folder string, groups int) bool {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(folder, "x.db.before-*"))
	must(t, err)
	return slices.ContainsFunc(all, func(file string) bool {
		prefix, n, _, err := holds(t.Context(), file)
		return err == nil && prefix == "old" && n == groups
	})
}

// restoreInChild restores in a process of its own, which kills itself after its
// n-th step, and says what it had done.
func restoreInChild(t *testing.T, file, backup string, n int) (killed bool, steps []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestRestoreChild$")
	cmd.Env = append(os.Environ(), "RESTORE_CHILD="+file, "RESTORE_FROM="+backup, "RESTORE_STEP="+strconv.Itoa(n))
	var out strings.Builder
	cmd.Stdout = &out
	err := cmd.Run()
	for line := range strings.Lines(out.String()) {
		if step, ok := strings.CutPrefix(line, "step: "); ok {
			steps = append(steps, strings.TrimSpace(step))
		}
	}
	if err == nil {
		return false, steps
	}
	if s, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && s.Signal() == syscall.SIGKILL {
		return true, steps
	}
	t.Fatalf("the restore failed: %v\n%s", err, out.String())
	return false, nil
}

// TestRestoreChild is the process that TestRestoreIsKilledAnywhere kills.
func TestRestoreChild(t *testing.T) {
	file := os.Getenv("RESTORE_CHILD")
	if file == "" {
		t.Skip("only TestRestoreIsKilledAnywhere runs this")
	}
	last, err := strconv.Atoi(os.Getenv("RESTORE_STEP"))
	must(t, err)
	n := 0
	_, err = restore(t.Context(), "sqlite:"+file, os.Getenv("RESTORE_FROM"), time.Now, slog.New(slog.DiscardHandler), func(name string) {
		io.WriteString(os.Stdout, "step: "+name+"\n")
		if n++; n == last {
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				err = self.Kill()
			}
			t.Fatal("still alive: ", err)
		}
	})
	must(t, err)
}

// TestRestoreTakesOnlyWhatIsSafe tries targets and sources that are each other,
// or that somebody uses.
func TestRestoreTakesOnlyWhatIsSafe(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	for name, c := range map[string]struct {
		make func(t *testing.T, folder, file, backup string) (url, from string)
		want string
	}{
		"the database itself": {func(t *testing.T, folder, file, backup string) (string, string) { return file, file }, "is the database itself"},
		"a link to it": {func(t *testing.T, folder, file, backup string) (string, string) {
			link(t, os.Symlink, file, filepath.Join(folder, "b.db"))
			return file, filepath.Join(folder, "b.db")
		}, "is the database itself"},
		"it, the target being the link": {func(t *testing.T, folder, file, backup string) (string, string) {
			link(t, os.Symlink, "x.db", filepath.Join(folder, "b.db"))
			return filepath.Join(folder, "b.db"), file
		}, "is the database itself"},
		"a hard link to it": {func(t *testing.T, folder, file, backup string) (string, string) {
			link(t, os.Link, file, filepath.Join(folder, "b.db"))
			return file, filepath.Join(folder, "b.db")
		}, "has a second name"},
		"its log": {func(t *testing.T, folder, file, backup string) (string, string) {
			return file, file + "-wal"
		}, "belongs to the database"},
		"the place where the new one is made": {func(t *testing.T, folder, file, backup string) (string, string) {
			must(t, os.Rename(backup, freshName(file)))
			return file, freshName(file)
		}, "belongs to the database"},
		"a backup with a log beside it": {func(t *testing.T, folder, file, backup string) (string, string) {
			must(t, copyFile(file+"-wal", backup+"-wal"))
			return file, backup
		}, "beside"},
		"a newer backup": {func(t *testing.T, folder, file, backup string) (string, string) {
			db, err := Open(t.Context(), "sqlite:"+backup, time.Now, log)
			must(t, err)
			defer db.Close()
			if _, err := db.sql.Exec(`insert into schema_version (version) values (999)`); err != nil {
				t.Fatal(err)
			}
			return file, backup
		}, "newer"},
		"while it is served under another name": {func(t *testing.T, folder, file, backup string) (string, string) {
			link(t, os.Symlink, file, filepath.Join(folder, "b.db"))
			db, err := Open(t.Context(), "sqlite:"+filepath.Join(folder, "b.db"), time.Now, log)
			must(t, err)
			release, err := db.Hold()
			must(t, err)
			t.Cleanup(func() { release(); db.Close() })
			return file, backup
		}, "stop it first"},
		"while a command works on it": {func(t *testing.T, folder, file, backup string) (string, string) {
			db, err := Open(t.Context(), "sqlite:"+file, time.Now, log)
			must(t, err)
			t.Cleanup(func() { db.Close() })
			return file, backup
		}, "another program has the database open"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			file := made(t, folder, "old", 3)
			must(t, os.Rename(file, filepath.Join(folder, "x.db")))
			for _, c := range []string{"-wal", "-shm"} {
				must(t, os.Rename(file+c, filepath.Join(folder, "x.db"+c)))
			}
			file = filepath.Join(folder, "x.db")
			url, from := c.make(t, folder, file, backedUp(t, folder, "new", 2))
			kept, err := Restore(t.Context(), "sqlite:"+url, from, time.Now, log)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("kept %q, got %v, want something with %q", kept, err, c.want)
			}
			os.Remove(filepath.Join(folder, "b.db"))
			if prefix, n, marked, err := holds(t.Context(), file); err != nil || prefix != "old" || n != 3 || marked {
				t.Errorf("the old database is not as it was: %d groups of %q, %v", n, prefix, err)
			}
		})
	}
}

func link(t *testing.T, make func(old, name string) error, old, name string) {
	t.Helper()
	if err := make(old, name); err != nil {
		t.Skip("no such links here: ", err)
	}
}

// TestOneDatabaseHasOneLock opens one file under many names.
func TestOneDatabaseHasOneLock(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	deep := filepath.Join(folder, "data", "deep")
	must(t, os.MkdirAll(deep, 0o700))
	file := filepath.Join(folder, "data", "x.db")
	link(t, os.Symlink, "x.db", filepath.Join(folder, "data", "one.db"))
	link(t, os.Symlink, filepath.Join("data", "one.db"), filepath.Join(folder, "two.db"))
	link(t, os.Symlink, filepath.Join("data", "deep"), filepath.Join(folder, "way"))
	here, err := os.Getwd()
	must(t, err)
	relative, err := filepath.Rel(here, file)
	must(t, err)
	log := slog.New(slog.DiscardHandler)
	// Made through a link that leads nowhere yet.
	first, err := Open(t.Context(), "sqlite:"+filepath.Join(folder, "two.db"), time.Now, log)
	must(t, err)
	defer first.Close()
	release, err := first.Hold()
	must(t, err)
	defer release()
	for _, name := range []string{
		file, relative, filepath.Join(folder, "data", "one.db"), folder + "/way/../x.db", folder + "/data/deep/../x.db", "//" + file,
	} {
		db, err := Open(t.Context(), "sqlite:"+name, time.Now, log)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := db.Hold(); !errors.Is(err, ErrHeld) {
			t.Errorf("%s is served twice: %v", name, err)
		}
		db.Close()
	}
	link(t, os.Link, file, filepath.Join(folder, "hard.db"))
	for _, name := range []string{file, filepath.Join(folder, "hard.db")} {
		if db, err := Open(t.Context(), "sqlite:"+name, time.Now, log); err == nil {
			db.Close()
			t.Errorf("%s has two names and was opened", name)
		} else if !strings.Contains(err.Error(), "second name") {
			t.Error(err)
		}
	}
}

// TestABackupGoesNowhereElse names as a backup's file what belongs to the database.
func TestABackupGoesNowhereElse(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "x.db")
	db, err := Open(t.Context(), "sqlite:"+file, time.Now, slog.New(slog.DiscardHandler))
	must(t, err)
	defer db.Close()
	link(t, os.Symlink, "x.db", filepath.Join(folder, "same.db"))
	link(t, os.Symlink, "nowhere.db", filepath.Join(folder, "dangling.db"))
	must(t, os.WriteFile(filepath.Join(folder, "stale.db-wal"), []byte("x"), 0o600))
	for _, name := range append(ownNames(file), file, filepath.Join(folder, "same.db"), filepath.Join(folder, "stale.db"), filepath.Join(folder, "none", "b.db")) {
		if err := db.Backup(t.Context(), name); err == nil {
			t.Errorf("a backup was written to %s", name)
		}
	}
	if err := db.Backup(t.Context(), filepath.Join(folder, "dangling.db")); err != nil {
		t.Error(err)
	}
	if !exists(filepath.Join(folder, "nowhere.db")) {
		t.Error("the backup did not go where the link leads")
	}
	if _, err := db.Group(t.Context(), "none"); !errors.Is(err, bot.ErrNotFound) {
		t.Error(err)
	}
}

// TestOddFolders restores where the database's own folder has odd letters.
func TestOddFolders(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "50% off? #1")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Skip(err)
	}
	link(t, os.Symlink, folder, filepath.Join(filepath.Dir(folder), "plain"))
	file := filepath.Join(filepath.Dir(folder), "plain", "x.db")
	backup := backedUp(t, filepath.Dir(folder), "new", 2)
	if _, err := Restore(t.Context(), "sqlite:"+file, backup, time.Now, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	if prefix, n, marked, err := holds(t.Context(), file); err != nil || prefix != "new" || n != 2 || !marked {
		t.Errorf("%d groups of %q, marked %t, %v", n, prefix, marked, err)
	}
	if !exists(filepath.Join(folder, "x.db")) {
		t.Error("the database is not where it should be")
	}
}

// A backup that was written by a clock ahead does not say when: what the lost database
// posted is looked for from the last moment on record that has come.
func TestABackupOfAClockAhead(t *testing.T) {
	t.Parallel()
	db := opener(t, "sqlite:"+filepath.Join(t.TempDir(), "clinic.db"))()
	now := &clock{at: monday}
	db.now = now.now
	must(t, db.AddGroup(t.Context(), cli, sampleGroup("g", place("discord:1/2"))))
	ahead := monday.AddDate(3, 0, 0)
	if _, err := db.sql.ExecContext(t.Context(), `insert into marks (name, at) values ('clock', $1)`, millis(ahead)); err != nil {
		t.Fatal(err)
	}
	now.set(monday.Add(30 * time.Hour))
	must(t, db.MarkRestored(t.Context()))
	err := db.inTx(t.Context(), func(tx *sql.Tx) error {
		lost, err := gap(t.Context(), tx)
		if !lost.From.Equal(monday.Truncate(time.Millisecond)) {
			t.Errorf("looked for since %s, want %s", lost.From, monday)
		}
		return err
	})
	must(t, err)
}

// What a restored database does not know is the same again after a clock that was behind,
// also if it was so twice. A restore that a clock ahead has dated ends when that is seen.
func TestAGapOutlastsAClockBehind(t *testing.T) {
	t.Parallel()
	hour := time.Hour
	type span struct{ from, to time.Duration } // from monday
	for name, c := range map[string]struct {
		dated span
		steps []time.Duration // when the program is started
		want  []span
		sure  bool // another clock says that this one is right
	}{
		"behind the restore": {span{-24 * hour, 0}, []time.Duration{hour, -12 * hour, 2 * hour}, []span{{-24 * hour, 0}, {-24 * hour, -12 * hour}, {-24 * hour, 0}}, false},
		"behind the backup":  {span{-24 * hour, 0}, []time.Duration{-960 * hour, 2 * hour}, []span{{-960 * hour, -960 * hour}, {-24 * hour, 0}}, false},
		"behind twice": {span{-24 * hour, 0}, []time.Duration{-12 * hour, -960 * hour, -6 * hour, 2 * hour},
			[]span{{-24 * hour, -12 * hour}, {-960 * hour, -960 * hour}, {-960 * hour, -960 * hour}, {-24 * hour, 0}}, false},
		"dated by a clock ahead": {span{-24 * hour, 960 * hour}, []time.Duration{hour, 2 * hour, 961 * hour}, []span{{-24 * hour, hour}, {-24 * hour, hour}, {-24 * hour, hour}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, open func() *DB) {
				s := newStory(t, open())
				if s.db.Shared() && !c.sure {
					t.Skip("by a clock that is behind PostgreSQL's nothing is restored and nothing planned")
				}
				if c.sure {
					s.clocks = []bot.Timekeeper{&dial{}}
				}
				for name, at := range map[string]time.Duration{"restored": c.dated.to, "backup": c.dated.from} {
					must(t, setMark(t.Context(), s.db.sql, name, monday.Add(at)))
				}
				for i, step := range c.steps {
					s.at(monday.Add(step))
					var lost bot.Gap
					err := s.db.inTx(t.Context(), func(tx *sql.Tx) (err error) {
						lost, err = gap(t.Context(), tx)
						return err
					})
					if got := (span{lost.From.Sub(monday), lost.To.Sub(monday)}); err != nil || got != c.want[i] {
						t.Errorf("start %d: unknown is %v, want %v; %v", i+1, got, c.want[i], err)
					}
				}
			})
		})
	}
}

// A post that is older than records are kept may have been on record: nobody takes it for
// one of the lost database.
func TestAGapBeginsWhereRecordsDo(t *testing.T) {
	t.Parallel()
	db := opener(t, "sqlite:"+filepath.Join(t.TempDir(), "clinic.db"))()
	db.now = func() time.Time { return monday.AddDate(0, 0, 30) }
	if _, err := db.sql.ExecContext(t.Context(), `insert into marks (name, at) values ('clock', $1)`, millis(monday)); err != nil {
		t.Fatal(err)
	}
	must(t, db.MarkRestored(t.Context()))
	kept, undo := monday.AddDate(0, 0, 5), errors.New("rolled back")
	for name, want := range map[string]time.Time{"": monday, forgottenMark: kept.Add(bot.MaxLate)} {
		err := db.inTx(t.Context(), func(tx *sql.Tx) error {
			if name != "" {
				if err := setMark(t.Context(), tx, name, kept); err != nil {
					return err
				}
			}
			var w bot.Work
			err := loadGap(t.Context(), tx, &w)
			if !w.Gap.From.Equal(want.Truncate(time.Millisecond)) {
				t.Errorf("looked for since %s, want %s", w.Gap.From, want)
			}
			return errors.Join(err, undo)
		})
		if !errors.Is(err, undo) {
			t.Fatal(err)
		}
	}
}

// An error of reading names the file that was read, not the one that was to be written.
func TestACopyNamesTheFileThatCannotBeRead(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	err := copyFile(folder, filepath.Join(t.TempDir(), "copy.db"))
	if want := folder + " is a folder"; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("it says %v, want %q", err, want)
	}
}
