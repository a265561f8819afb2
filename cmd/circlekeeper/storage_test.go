package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/database"
	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// ailing is a database that fails for a while.
type ailing struct {
	cause  database.Cause
	at     time.Time
	refuse error
	away   time.Duration
	newer  bool
}

func (a *ailing) Wrong() (database.Cause, time.Time) { return a.cause, a.at }
func (a *ailing) Away() time.Duration                { return a.away }
func (a *ailing) Superseded() bool                   { return a.newer }
func (a *ailing) TryWrite(context.Context) error     { return a.refuse }

func TestStaffHearThatNothingCanBeRecorded(t *testing.T) {
	t.Parallel()
	at := storyStart
	of := &ailing{}
	var s storage
	var said []string
	var fails error
	look := func(after time.Duration) {
		at = at.Add(after)
		_ = s.look(t.Context(), words.InEnglish(), of, at, true, func(_ context.Context, text string) error {
			if fails == nil {
				said = append(said, text)
			}
			return fails
		})
	}
	look(time.Hour) // nothing is wrong
	of.cause, of.at, of.refuse = database.Full, at, errors.New("full")
	fails = errors.New("Slack is away")
	look(5 * time.Second)
	fails = nil
	look(5 * time.Second) // too soon
	of.at = at
	look(tellAgain)
	of.at = at
	look(5 * time.Second) // told already
	look(time.Hour)       // no fault was met, but nothing can be written
	of.refuse = nil
	of.at = at
	look(5 * time.Second) // too soon after a fault
	look(storageCalm)
	look(time.Hour)
	if len(said) != 2 || !strings.Contains(said[0], "no space is left") || !strings.HasPrefix(said[1], "Resolved") {
		t.Errorf("staff were told: %q", said)
	}
	of.at = at
	look(tellAgain - time.Second)
	of.at = at
	look(time.Second)
	if len(said) != 3 || said[2] != said[0] {
		t.Errorf("the second time staff were told: %q", said)
	}
}

// What staff are told past the database is in the clinic's language.
func TestStaffHearOfTheDatabaseInTheirLanguage(t *testing.T) {
	t.Parallel()
	books, err := words.Open(words.Options{Locale: "es-MX"})
	must(t, err)
	at, said := storyStart, ""
	of := &ailing{cause: database.Full, at: at}
	must(t, new(storage).look(t.Context(), books.Clinic(), of, at, true, func(_ context.Context, text string) error {
		said = text
		return nil
	}))
	if !strings.Contains(said, "Problema: el bot no puede guardar nada (no queda espacio") || !strings.Contains(said, "libere espacio") {
		t.Errorf("staff were told: %s", said)
	}
}

// Staff are told past the database that it is long away, by one process, and by each
// that a newer program has taken over from it; once.
func TestStaffHearOfWhatIsNotOnRecord(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		speaks bool
		want   []string
	}{
		"the one that speaks": {true, []string{"not been reached for 5 minutes", "not been reached for 10 minutes", "older version of this bot is still running"}},
		"another":             {false, []string{"older version of this bot is still running"}},
	} {
		of, at, fails := &ailing{}, storyStart, errors.New("Slack is away")
		var s storage
		var said []string
		look := func(away time.Duration, newer bool) {
			at, of.away, of.newer = at.Add(tellAgain), away, newer
			_ = s.look(t.Context(), words.InEnglish(), of, at, c.speaks, func(_ context.Context, text string) error {
				if fails == nil {
					said = append(said, text)
				}
				return fails
			})
		}
		look(4*time.Minute, false)
		look(5*time.Minute, false)
		fails = nil
		for _, minutes := range []time.Duration{5, 6, 0, 1, 10, 11} {
			look(minutes*time.Minute, false)
		}
		look(0, true)
		look(0, true)
		ok := len(said) == len(c.want)
		for i := range min(len(said), len(c.want)) {
			ok = ok && strings.Contains(said[i], c.want[i])
		}
		if !ok {
			t.Errorf("%s: staff were told %q", name, said)
		}
	}
}

// hall is a Discord that takes posts, but not in every channel.
type hall struct {
	door
	posted []string
}

func (*hall) Platform() bot.Platform { return bot.Discord }
func (h *hall) Send(_ context.Context, to bot.Place, _ bot.Message) (bot.Receipt, error) {
	if to.Channel == "13" {
		return bot.Receipt{}, bot.ErrUnreachable
	}
	h.posted = append(h.posted, to.String())
	return bot.Receipt{}, nil
}

// Without a place for staff, the moderators of all groups are told past the database.
func TestModeratorsHearWithoutStaff(t *testing.T) {
	t.Parallel()
	log := slog.New(slog.DiscardHandler)
	db, err := database.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"), time.Now, log)
	must(t, err)
	t.Cleanup(func() { db.Close() })
	discord := &hall{}
	o := &opened{program: program{now: time.Now}, config: &Config{}, log: log, db: db}
	w := watcher{o, []bot.Adapter{discord}, silent{}}
	if err := w.sayToStaff(t.Context(), "nobody is there"); err != nil {
		t.Error(err)
	}
	at := func(channel string) bot.Place {
		return bot.Place{Platform: bot.Discord, Space: "1", Channel: channel}
	}
	add := func(id, channel, moderators string) {
		t.Helper()
		g := bot.Group{ID: id, Name: id, Zone: "UTC", Quiet: "none", Langs: []string{"en"}, Places: []bot.Place{at(channel)}, Moderators: at(moderators)}
		must(t, db.AddGroup(t.Context(), typist(), g))
	}
	add("a", "1", "13")
	if err := w.sayToStaff(t.Context(), "trouble"); err == nil {
		t.Error("that nobody could be told is not said")
	}
	add("b", "2", "11")
	add("c", "3", "11")
	if err := w.sayToStaff(t.Context(), "trouble"); err != nil || !slices.Equal(discord.posted, []string{"discord:1/11"}) {
		t.Errorf("told in %q, %v", discord.posted, err)
	}
	must(t, db.Close())
	if err := w.sayToStaff(t.Context(), "trouble"); err == nil {
		t.Error("that it is not known whom to tell is not said: the notice would not be tried again")
	}
}

// What keeps the program from starting may come and go every few seconds: staff are told of each once.
func TestStaffHearOnceWhyTheStartFails(t *testing.T) {
	t.Parallel()
	discord := &hall{}
	at := func(channel string) bot.Place {
		return bot.Place{Platform: bot.Discord, Space: "1", Channel: channel}
	}
	o := &opened{program: program{now: time.Now}, config: &Config{}, log: slog.New(slog.DiscardHandler), staff: at("13")}
	s := &stopgap{watcher: watcher{o, []bot.Adapter{discord}, silent{}}, told: make(map[string]bool)}
	s.tell(t.Context(), "full") // cannot be posted
	s.staff = at("11")
	for _, why := range []string{"full", "locked", "full", "locked"} {
		s.tell(t.Context(), why)
	}
	if len(discord.posted) != 2 {
		t.Errorf("told in %q", discord.posted)
	}
}

// A process that cannot start in full stands by for minutes of an outage of PostgreSQL if another one
// served before, and otherwise answers at once.
func TestAnOutageDoesNotEndStandingByAtOnce(t *testing.T) {
	t.Parallel()
	now := time.Now()
	log := slog.New(slog.DiscardHandler)
	db, err := database.Prepare(t.Context(), "postgres://nobody@127.0.0.1:1/none", time.Now, log)
	must(t, err)
	t.Cleanup(func() { db.Close() })
	s := &stopgap{watcher: watcher{opened: &opened{program: program{now: func() time.Time { return now }}, config: &Config{}, log: log, db: db}}}
	look := func(want bool) {
		t.Helper()
		if err := s.look(t.Context()); err != nil || s.served.Load() != want {
			t.Errorf("another process serves: %v, want %v; %v", s.served.Load(), want, err)
		}
	}
	look(false)
	s.served.Store(true)
	s.heard = now
	now = now.Add(assumeLater - time.Second)
	look(true)
	now = now.Add(2 * time.Second)
	look(false)
}

// TestAFullDisk fills the disk of a program that serves, when a reminder is about to
// come due, and makes room again. It needs the right to mount.
func TestAFullDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("%v %s", err, out)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	w, err := newWorld(ctx, dir, "")
	must(t, err)
	t.Cleanup(func() {
		if err := w.close(); err != nil {
			t.Error(err)
		}
	})
	// The program's log is elsewhere: it must be read while the disk is full.
	w.log.Close()
	if w.log, err = os.Create(filepath.Join(t.TempDir(), "log")); err != nil {
		t.Fatal(err)
	}
	var places []bot.Place
	for i := range 10 {
		some := w.discordPlaces(20)
		if _, err := w.remind(ctx, fmt.Sprint("g", i), time.Hour, nil, some...); err != nil {
			t.Fatal(err)
		}
		places = append(places, some...)
	}
	w.goOn(10 * time.Second) // due in ten
	must(t, w.start(crashLimit))
	must(t, w.discord.AwaitReady(ctx, 1))
	filler := filepath.Join(dir, "filler")
	f, err := os.Create(filler)
	must(t, err)
	for _, size := range []int{4096, 1} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
	f.Close()
	told := func(n int, want string) {
		t.Helper()
		err := w.until(ctx, 50*time.Millisecond, func() (bool, error) {
			news := w.news()
			return len(news) == n && strings.Contains(news[n-1], want), nil
		})
		if err != nil {
			t.Fatalf("%v; staff were told %q\n%s", err, w.news(), tail(w.log.Name()))
		}
	}
	told(1, "no space is left on the disk that holds the database")
	full := time.Now()
	text, err := os.ReadFile(w.log.Name())
	must(t, err)
	if lines := slices.Collect(strings.Lines(string(text))); len(lines) > 20 {
		t.Errorf("%d lines of log:\n%s", len(lines), text)
	}
	must(t, os.Remove(filler))
	if err := w.settled(ctx, len(places)); err != nil {
		t.Fatalf("%v\n%s", err, tail(w.log.Name()))
	}
	for place, keys := range w.standing(places) {
		if len(keys) != 1 {
			t.Errorf("%s has %d posts", place, len(keys))
		}
	}
	t.Logf("all settled %s after room was made", time.Since(full).Round(time.Second))
}
