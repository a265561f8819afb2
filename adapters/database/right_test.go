package database

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// table is leases with one right, as PostgreSQL keeps it.
type table struct {
	mu     sync.Mutex
	holder string
	until  time.Time
	served time.Time
	wanted time.Time
}

// way is a process's way to the table.
type way struct {
	*table
	name string
	mu   sync.Mutex
	cut  bool // nothing answers
}

func (w *way) setCut(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
}

func (w *way) answers(ctx context.Context) error {
	w.mu.Lock()
	cut := w.cut
	w.mu.Unlock()
	if cut {
		<-ctx.Done()
	}
	return ctx.Err()
}

func (w *way) take(ctx context.Context) (bool, time.Duration, error) {
	if err := w.answers(ctx); err != nil {
		return false, 0, err
	}
	w.table.mu.Lock()
	defer w.table.mu.Unlock()
	now := time.Now()
	if w.served.IsZero() {
		w.served = now
	}
	if w.holder != w.name && now.Before(w.until) {
		w.wanted = now
		return false, now.Sub(w.served), nil
	}
	w.holder, w.until = w.name, now.Add(rightFor)
	return true, now.Sub(w.served), nil
}

func (w *way) renew(ctx context.Context, serves bool) (bool, bool, error) {
	if err := w.answers(ctx); err != nil {
		return false, false, err
	}
	w.table.mu.Lock()
	defer w.table.mu.Unlock()
	now := time.Now()
	if w.holder != w.name {
		return false, false, nil
	}
	w.until = now.Add(rightFor)
	if serves {
		w.served = now
	}
	return true, now.Sub(w.wanted) < rightFor, nil
}

func (w *way) release(ctx context.Context) error {
	if err := w.answers(ctx); err != nil {
		return err
	}
	w.table.mu.Lock()
	defer w.table.mu.Unlock()
	if w.holder == w.name {
		w.until = time.Time{}
	}
	return nil
}

// keeps runs Keep until the test ends; ended gets what it returns.
func keeps(t *testing.T, r *Right, serves func() bool) (ended <-chan error) {
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	out := make(chan error, 1)
	go func() { out <- r.Keep(ctx, serves) }()
	return out
}

func works() bool { return true }

func mustStand(t *testing.T, r *Right, want standing) {
	t.Helper()
	if s, _ := r.standing(); s != want {
		t.Errorf("it stands at %d, want %d", s, want)
	}
}

// mustNotAct checks that a right that is not known to be ours, or another's, lets
// nothing be done.
func mustNotAct(t *testing.T, r *Right) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if r.Mine() || r.Await(ctx) {
		t.Error("a process acts although it is not its turn")
	}
}

// TestARightRunsOut takes a right, goes without a word, and lets another follow.
func TestARightRunsOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rows := &table{}
		a := newRight(&way{table: rows, name: "a"}, time.Now, slog.New(slog.DiscardHandler))
		b := newRight(&way{table: rows, name: "b"}, time.Now, slog.New(slog.DiscardHandler))
		must(t, a.Take(t.Context()))
		gone := time.Now() // a is killed: it never renews
		for {
			err := b.Take(t.Context())
			if err == nil {
				break
			}
			if !errors.Is(err, ErrHeld) {
				t.Fatal(err)
			}
			if s, _ := a.standing(); s == ours && time.Since(gone) >= rightFor {
				t.Fatal("it is still thought ours")
			}
			time.Sleep(2 * time.Second)
		}
		if took := time.Since(gone); took < rightFor-rightSpare || took > 15*time.Second {
			t.Errorf("taken over after %s", took)
		}
		mustNotAct(t, a)
		if !b.Await(t.Context()) {
			t.Error("the one that took over does not act")
		}
		// Given back by hand it is free at once.
		b.Release()
		mustNotAct(t, b)
		if err := a.Take(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestALateHolderGivesWay lets a process or its machine stand still: on waking it acts
// only once the database has said that nobody took over.
func TestALateHolderGivesWay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		asleep    time.Duration // by the wall clock alone: the monotonic one stands still
		stoodFor  time.Duration // by both
		takenOver bool
	}{
		"process stopped, and taken over": {0, 90 * time.Second, true},
		"process stopped, alone":          {0, 90 * time.Second, false},
		"machine asleep, and taken over":  {time.Hour, 0, true},
		"machine asleep, alone":           {time.Hour, 0, false},
		"set back by a minute":            {-time.Minute, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				rows := &table{}
				slept := time.Duration(0)
				wall := func() time.Time { return time.Now().Add(slept) }
				a := newRight(&way{table: rows, name: "a"}, wall, slog.New(slog.DiscardHandler))
				must(t, a.Take(t.Context()))
				mustStand(t, a, ours)
				time.Sleep(c.stoodFor) // nothing of it runs
				slept = c.asleep
				if c.takenOver {
					rows.holder, rows.until = "b", time.Now().Add(time.Hour)
				}
				mustNotAct(t, a)
				mustStand(t, a, unknown)
				ended := keeps(t, a, works)
				got := a.Await(t.Context()) // until the renewal has said it
				if got == c.takenOver {
					t.Errorf("it acts: %v", got)
				}
				if c.takenOver {
					if err := <-ended; !errors.Is(err, ErrHeld) {
						t.Error(err)
					}
				}
			})
		})
	}
}

// TestARightIsAssumedWhereNobodyCanBeAsked goes by a right that was never granted,
// behind whoever was granted it, until the database says who has it.
func TestARightIsAssumedWhereNobodyCanBeAsked(t *testing.T) {
	t.Parallel()
	for name, holder := range map[string]string{"nobody has it": "", "another has it": "b"} {
		synctest.Test(t, func(t *testing.T) {
			rows := &table{}
			w := &way{table: rows, name: "a"}
			w.setCut(true)
			a := newRight(w, time.Now, slog.New(slog.DiscardHandler))
			if err := a.Take(t.Context()); err == nil || errors.Is(err, ErrHeld) {
				t.Fatalf("%s: %v", name, err)
			}
			mustNotAct(t, a)
			a.Assume()
			ended := keeps(t, a, works)
			for range 120 {
				time.Sleep(time.Second)
				if !a.Mine() {
					t.Fatalf("%s: it is let go although nobody says so", name)
				}
			}
			began := time.Now()
			if !a.Await(t.Context()) || time.Since(began) != 2*letOthers {
				t.Errorf("%s: others are let go first for %s", name, time.Since(began))
			}
			rows.mu.Lock()
			rows.holder, rows.until = holder, time.Now().Add(time.Hour)
			if holder == "" {
				rows.until = time.Time{}
			}
			rows.mu.Unlock()
			w.setCut(false)
			time.Sleep(10 * time.Second)
			if holder == "" {
				mustStand(t, a, ours)
				return
			}
			if err := <-ended; !errors.Is(err, ErrHeld) {
				t.Errorf("%s: Keep says %v", name, err)
			}
			mustNotAct(t, a)
		})
	}
	synctest.Test(t, func(t *testing.T) {
		w := &way{table: &table{}, name: "a"}
		w.setCut(true)
		a := newRight(w, time.Now, slog.New(slog.DiscardHandler))
		a.Assume()
		ended := keeps(t, a, works)
		time.Sleep(time.Minute)
		a.Beaten()
		if err := <-ended; !errors.Is(err, ErrHeld) {
			t.Errorf("another acts, and Keep says %v", err)
		}
		mustNotAct(t, a)
	})
}

// TestARightIsKeptWhileTheDatabaseIsSilent goes on without a database, behind others,
// until one of them shows.
func TestARightIsKeptWhileTheDatabaseIsSilent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rows := &table{}
		w := &way{table: rows, name: "a"}
		a := newRight(w, time.Now, slog.New(slog.DiscardHandler))
		must(t, a.Take(t.Context()))
		ended := keeps(t, a, works)
		w.setCut(true)
		for range 600 { // ten minutes
			time.Sleep(time.Second)
			if !a.Mine() {
				t.Fatal("it is let go although nobody else has it")
			}
		}
		mustStand(t, a, doubtful)
		began := time.Now()
		if !a.Await(t.Context()) || time.Since(began) != letOthers {
			t.Errorf("others are let go first for %s", time.Since(began))
		}
		w.setCut(false)
		time.Sleep(10 * time.Second)
		mustStand(t, a, ours)
		a.Beaten() // by one that is in doubt and will hear of it
		mustStand(t, a, ours)

		w.setCut(true)
		time.Sleep(time.Minute)
		a.Beaten()
		if err := <-ended; !errors.Is(err, ErrHeld) {
			t.Errorf("another acts, and Keep says %v", err)
		}
		mustNotAct(t, a)
	})
	synctest.Test(t, func(t *testing.T) {
		rows := &table{}
		w := &way{table: rows, name: "a"}
		a := newRight(w, time.Now, slog.New(slog.DiscardHandler))
		must(t, a.Take(t.Context()))
		ended := keeps(t, a, works)
		w.setCut(true)
		time.Sleep(time.Minute)
		rows.mu.Lock()
		rows.holder, rows.until = "b", time.Now().Add(time.Hour)
		rows.mu.Unlock()
		w.setCut(false)
		healed := time.Now()
		if err := <-ended; !errors.Is(err, ErrHeld) || time.Since(healed) > renewEvery+renewMost {
			t.Errorf("another has it: %v after %s", err, time.Since(healed))
		}
	})
}

// TestADeafHolderGivesWay lets go what does not work here, if another wants it.
func TestADeafHolderGivesWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rows := &table{}
		a := newRight(&way{table: rows, name: "a"}, time.Now, slog.New(slog.DiscardHandler))
		b := newRight(&way{table: rows, name: "b"}, time.Now, slog.New(slog.DiscardHandler))
		must(t, a.Take(t.Context()))
		ended := keeps(t, a, func() bool { return false })
		time.Sleep(10 * time.Minute)
		select {
		case err := <-ended:
			t.Fatalf("it is let go although nobody wants it: %v", err)
		default:
		}
		if err := b.Take(t.Context()); !errors.Is(err, ErrHeld) || b.Silent() < 9*time.Minute {
			t.Errorf("%v, and nobody has served for %s", err, b.Silent())
		}
		if err := <-ended; !errors.Is(err, errDeaf) {
			t.Errorf("it is kept: %v", err)
		}
		a.Release()
		if err := b.Take(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestRightsInPostgres meets the same rows in the server.
func TestRightsInPostgres(t *testing.T) {
	t.Parallel()
	open := opener(t, emptyPostgres(t))
	db := open()
	a, b := db.NewRight("x"), open().NewRight("x")
	must(t, a.Take(t.Context()))
	if err := b.Take(t.Context()); !errors.Is(err, ErrHeld) {
		t.Errorf("two have it: %v", err)
	}
	if err := db.NewRight("y").Take(t.Context()); err != nil {
		t.Errorf("another right: %v", err)
	}
	if wanted, err := a.renew(t.Context(), true); err != nil || !wanted {
		t.Errorf("renewed, wanted %v: %v", wanted, err)
	}
	set := func(what string) {
		if _, err := db.sql.ExecContext(t.Context(), `update leases set `+what+` where name = 'x'`); err != nil {
			t.Fatal(err)
		}
	}
	set(`served = served - 90000`)
	if err := b.Take(t.Context()); !errors.Is(err, ErrHeld) || b.Silent() < 90*time.Second {
		t.Errorf("%v, silent for %s", err, b.Silent())
	}
	set(`until = until - 20000`) // a has not renewed
	if _, err := a.renew(t.Context(), true); err != nil {
		t.Errorf("nobody took it meanwhile: %v", err)
	}
	set(`until = until - 20000`)
	if err := b.Take(t.Context()); err != nil {
		t.Errorf("it has run out: %v", err)
	}
	if _, err := a.renew(t.Context(), true); !errors.Is(err, ErrHeld) {
		t.Errorf("renewed though another has it: %v", err)
	}
	a.Release() // what is another's stays so
	if err := a.Take(t.Context()); !errors.Is(err, ErrHeld) {
		t.Error(err)
	}
	b.Release()
	if err := a.Take(t.Context()); err != nil {
		t.Error(err)
	}
}
