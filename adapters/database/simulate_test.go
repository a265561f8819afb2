package database

import (
	"cmp"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	catalogue "circlekeeper/bot/words"
)

// common makes what all worlds have in common.
func common(t *testing.T) shared {
	t.Helper()
	books, err := catalogue.Embedded()
	must(t, err)
	before := debug.SetGCPercent(1600) // a world is small, and makes much that is soon forgotten
	t.Cleanup(func() { debug.SetGCPercent(before) })
	s := shared{library: library(t), books: books, empty: emptyFile(t)}
	db, err := Open(t.Context(), "sqlite:"+s.empty, time.Now, slog.New(slog.DiscardHandler))
	must(t, err)
	if _, err := db.sql.Exec(`pragma journal_mode = delete`); err != nil {
		t.Fatal(err)
	}
	must(t, db.Close())
	return s
}

// play runs a script in a bubble of its own and returns what was wrong.
func play(t *testing.T, s script, known knownFault, of shared, tell bool) (count figures, said []string, wrong error) {
	t.Helper()
	dir, err := os.MkdirTemp(memoryFolder(t), "world")
	must(t, err)
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "clinic.db")
	must(t, copyFile(of.empty, file))
	synctest.Test(t, func(*testing.T) {
		w := &world{script: s, known: known, shared: of, file: file, said: &logged{tell: tell}, nets: make(map[bot.Platform]*platform), shots: make(map[hook][]event), checks: newChecks()}
		w.log = slog.New(w.said)
		w.turn = turn{w: w, running: make(map[int64]*life), back: make(chan *task)}
		for _, p := range platforms {
			w.nets[p] = &platform{w: w, name: p, by: make(map[string]int), in: make(map[bot.Place][]int)}
		}
		w.clinic, w.deck = newClinic(w), cards.New(of.library, of.books, w.machine, 1)
		wrong = w.run()
		count, said = w.count, w.said.lines
	})
	return count, said, wrong
}

// memoryFolder is a folder that needs no disk, where there is one: a world waits for
// its files more than for anything else.
func memoryFolder(t *testing.T) string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return t.TempDir()
}

// number reads an environment variable.
func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		return otherwise
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// wanted is what the environment asks for:
//
//	SIMULATE_SEED=7 SIMULATE_ONLY=2,5 go test -run '^TestSimulation$' ./adapters/database
func wanted(t *testing.T) (first, count int, of size, only []uint64) {
	t.Helper()
	of = size{weeks: number(t, "SIMULATE_WEEKS", 1), groups: number(t, "SIMULATE_GROUPS", 3)}
	first, count = 1, number(t, "SIMULATE_SEEDS", 5)
	if seed := number(t, "SIMULATE_SEED", 0); seed > 0 {
		first, count = seed, number(t, "SIMULATE_SEEDS", 1)
	}
	for n := range strings.SplitSeq(os.Getenv("SIMULATE_ONLY"), ",") {
		if n == "" {
			continue
		}
		v, err := strconv.ParseUint(n, 10, 64)
		must(t, err)
		only = append(only, v)
	}
	return first, count, of, only
}

// TestSimulation plays weeks of a clinic, with faults and changes that follow from a
// seed, on the real store, planner and courier.
func TestSimulation(t *testing.T) {
	first, count, of, only := wanted(t)
	all := common(t)
	var total figures
	began := time.Now()
	for seed := first; seed < first+count; seed++ {
		s := write(uint64(seed), of) //nolint:gosec // positive
		if only != nil {
			s = s.only(only)
		}
		started, known := time.Now(), knownFault(os.Getenv("SIMULATE_KNOWN"))
		got, said, wrong := play(t, s, known, all, os.Getenv("SIMULATE_TELL") != "")
		for _, line := range said {
			t.Log(line)
		}
		if wrong != nil {
			s = s.before(got.Time)
			if time.Since(started) < shrinkFor {
				s, wrong = shrink(t, s, known, all, wrong)
			}
			report(t, s, of, wrong)
			if count > 1 {
				continue
			}
		}
		total.add(got)
	}
	t.Logf("%s in %s", total, time.Since(began).Round(time.Millisecond))
}

func (f figures) String() string {
	return fmt.Sprintf("%d seeds, %.2f simulated years, %d events, %d faults thrown (%d kills, %d restores), %d deliveries: %d sent, %d skipped, %d failed; %d posts and %d notices left, in %d steps",
		f.Worlds, f.Time.Hours()/24/365, f.Events, f.Faults, f.Kills, f.Restores, f.Deliveries, f.Sent, f.Skipped, f.Failed, f.Posts, f.Notices, f.Steps)
}

// report says how to see what was wrong again.
func report(t *testing.T, s script, of size, wrong error) {
	t.Helper()
	var only []string
	for _, n := range append(s.numbers(), 0) { // an event 0 there is not
		only = append(only, fmt.Sprint(n))
	}
	t.Errorf("%v\n%s\nsee it again: SIMULATE_SEED=%d SIMULATE_WEEKS=%d SIMULATE_GROUPS=%d SIMULATE_ONLY=%s go test -count=1 -v -run '^TestSimulation$' ./adapters/database",
		wrong, s, s.seed, of.weeks, of.groups, strings.Join(only, ","))
}

// shrinkFor is how long a script is shrunk at most.
const shrinkFor = 40 * time.Second

// shrink leaves out events, many at first and one by one in the end, as long as the
// script still fails.
func shrink(t *testing.T, s script, known knownFault, all shared, wrong error) (script, error) {
	t.Helper()
	t.Logf("at first: %v\n%s", wrong, s)
	deadline := time.Now().Add(shrinkFor)
	keep := s.numbers()
	for size := (len(keep) + 1) / 2; size > 0; size /= 2 {
		for at := 0; at < len(keep); {
			fewer := append(append([]uint64{}, keep[:at]...), keep[min(at+size, len(keep)):]...)
			_, _, err := play(t, s.only(fewer), known, all, false)
			if err == nil {
				at += size
			} else {
				keep, wrong = fewer, err
			}
			if time.Now().After(deadline) {
				return s.only(keep), wrong
			}
		}
	}
	return s.only(keep), wrong
}

// TestSimulationOfOldFaults plays what once failed, shrunk to the fewest events: notices
// doubled, a reminder skipped and words put in view twice after a restore, and what was asked
// too much of clocks that were behind, of zones that were changed at the very moment, and of
// a place that let nobody post.
func TestSimulationOfOldFaults(t *testing.T) {
	t.Parallel()
	all := common(t)
	for seed, events := range map[uint64][]uint64{
		3854: {5, 7, 13, 6, 2, 0}, 4326: {1, 5, 0}, 4620: {6, 7, 11, 0}, 4735: {10, 5, 6, 2, 0}, 4757: {8, 5, 9, 0},
		4922: {7, 2, 11, 0}, 5063: {9, 1, 8, 0}, 5376: {1, 6, 2, 0}, 5420: {11, 4, 6, 9, 0}, 6911: {1, 16, 2, 0}, 7584: {10, 11, 6, 0}, 9922: {9, 5, 2, 10, 6, 0},
	} {
		of := size{weeks: 1, groups: 3}
		s := write(seed, of).only(events)
		if _, _, wrong := play(t, s, "", all, false); wrong != nil {
			report(t, s, of, wrong)
		}
	}
}

// TestSimulationRepeats plays seeds twice: the same is posted at the same moments.
func TestSimulationRepeats(t *testing.T) {
	t.Parallel()
	all := common(t)
	for seed := range uint64(3) {
		s := write(seed+1, size{weeks: 1, groups: 3})
		first, _, wrong := play(t, s, "", all, false)
		again, _, wrongAgain := play(t, s, "", all, false)
		if first != again || wrong != nil || wrongAgain != nil {
			t.Errorf("seed %d: %+v, %v, then %+v, %v", seed+1, first, wrong, again, wrongAgain)
		}
	}
}

// ofSees is small, so that a thousand worlds take minutes.
var ofSees = size{weeks: 1, groups: 3} //nolint:gochecknoglobals // a constant

// TestSimulationSees puts known faults back, one by one: each is found.
func TestSimulationSees(t *testing.T) {
	if os.Getenv("EXHAUSTIVE") == "" {
		t.Skip("takes a while: set EXHAUSTIVE=1")
	}
	all := common(t)
	for known, first := range knownFaults() {
		t.Run(string(known), func(t *testing.T) {
			t.Parallel()
			for n := range uint64(1001) {
				seed := cmp.Or(n, first)
				s := write(seed, ofSees)
				_, _, wrong := play(t, s, known, all, false)
				if wrong == nil {
					continue
				}
				if _, _, without := play(t, s, "", all, false); without == nil {
					t.Logf("found by seed %d: %v", seed, wrong)
					return
				}
			}
			t.Error("not found within 1,000 seeds")
		})
	}
}
