package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"circlekeeper/adapters/database"
	"circlekeeper/bot"
	"circlekeeper/bot/delivery"
)

// flaky is a reporter that may be told nothing for a while.
type flaky struct {
	reporter
	fails   bool
	reports int
}

func (f *flaky) Report(ctx context.Context, t bot.Trouble) error {
	if f.fails {
		return errors.New("the database does not answer")
	}
	f.reports++
	return f.reporter.Report(ctx, t)
}

// reloading is a program with a folder of cards, and what watches over it.
type reloading struct {
	*reloader
	folder string
	to     *flaky
	clock  time.Time
}

func newReloading(t *testing.T) *reloading {
	t.Helper()
	r := &reloading{folder: filepath.Join(t.TempDir(), "cards"), clock: storyStart}
	must(t, os.MkdirAll(filepath.Join(r.folder, "en"), 0o700))
	p := program{out: io.Discard, err: io.Discard, now: func() time.Time { return r.clock }}
	o, err := p.open(t.Context(), &Config{DatabaseURL: "sqlite:" + filepath.Join(t.TempDir(), "one.db"), ContentDir: r.folder, OverdoseCompanions: "off", Digest: "off"})
	must(t, err)
	t.Cleanup(o.close)
	engine, err := o.db.NewEngine(database.EngineConfig{
		Planner: delivery.NewPlanner(o.bot.Deck()), Courier: delivery.NewCourier(o.bot.Deck(), nil, o.log, o.now),
	})
	must(t, err)
	r.to = &flaky{reporter: engine}
	r.reloader = &reloader{o: o, to: r.to}
	return r
}

func (r *reloading) write(t *testing.T, text string) {
	t.Helper()
	r.clock = r.clock.Add(contentEvery)
	file := filepath.Join(r.folder, "en", "agreement-pass.md")
	must(t, os.WriteFile(file, []byte(text), 0o600))
	must(t, os.Chtimes(file, r.clock, r.clock))
}

// title is what the card is called that is in force.
func (r *reloading) title() string {
	c, _ := r.o.bot.Deck().Library().Card("agreement-pass", "en")
	return c.Title
}

func (r *reloading) open(t *testing.T) (out []string) {
	t.Helper()
	all, err := r.o.db.Troubles(t.Context())
	must(t, err)
	for _, trouble := range all {
		out = append(out, trouble.Subject.String()+": "+trouble.Reason.Detail)
	}
	return out
}

func (r *reloading) looks(t *testing.T, n int) {
	t.Helper()
	for range n {
		must(t, r.look(t.Context(), false))
	}
}

func agreement(title string) string {
	return "---\nid: agreement-pass\nkind: agreement\ntitle: \"" + title + "\"\nsource: \"The clinic\"\norder: 1\n---\n**You may always pass.** It helps.\n"
}

// A file that is still being written is not read; one that whoever runs it has said is
// done is read at once.
func TestAFileIsReadOnceItIsWritten(t *testing.T) {
	t.Parallel()
	r := newReloading(t)
	r.looks(t, 2)
	before := r.title()
	whole := agreement("One")
	for _, n := range []int{10, 40, len(whole)} {
		r.write(t, whole[:n])
		r.looks(t, 1)
		if r.title() != before || len(r.open(t)) > 0 {
			t.Fatalf("after %d bytes: %s, %v", n, r.title(), r.open(t))
		}
	}
	r.looks(t, 1)
	if r.title() != "One" {
		t.Errorf("in force: %s", r.title())
	}
	r.write(t, agreement("Two"))
	if err := r.look(t.Context(), true); err != nil || r.title() != "Two" {
		t.Errorf("after SIGHUP: %s, %v", r.title(), err)
	}
}

// What is wrong is told once it can be, again for whoever healed it in error, and is over
// when it is mended, also when the whole folder was gone.
func TestFaultsOfCardsAreToldAndHealed(t *testing.T) {
	t.Parallel()
	r := newReloading(t)
	r.write(t, agreement("One"))
	r.looks(t, 2)

	r.write(t, strings.Replace(agreement("Two"), "order: 1", "order: one", 1))
	r.looks(t, 1)
	r.to.fails = true
	for range 3 {
		if r.look(t.Context(), false) == nil {
			t.Fatal("nothing could be told, and no error")
		}
	}
	r.to.fails = false
	r.looks(t, 5)
	if all := r.open(t); len(all) != 1 || !strings.HasPrefix(all[0], "content en/agreement-pass.md: en/agreement-pass.md:6: ") || r.to.reports != 1 || r.title() != "One" {
		t.Fatalf("%d reports, %q; in force: %s", r.to.reports, all, r.title())
	}
	if err := r.to.Healed(t.Context(), r.faults[0]); err != nil { // another process, whose folder is right
		t.Fatal(err)
	}
	r.clock = r.clock.Add(contentAgain)
	r.looks(t, 2)
	if all := r.open(t); len(all) != 1 || r.to.reports != 2 {
		t.Fatalf("%d reports, %q", r.to.reports, all)
	}

	must(t, os.Rename(r.folder, r.folder+"-gone"))
	r.looks(t, 3)
	if all := r.open(t); len(all) != 1 || r.to.reports != 3 || !strings.Contains(all[0], "is not a folder that can be read") || r.title() != "One" {
		t.Fatalf("%q; in force: %s", all, r.title())
	}
	must(t, os.Rename(r.folder+"-gone", r.folder))
	r.write(t, agreement("Two"))
	r.looks(t, 2)
	if all := r.open(t); len(all) > 0 || r.title() != "Two" {
		t.Errorf("%q; in force: %s", all, r.title())
	}
}
