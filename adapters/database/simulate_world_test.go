package database

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/cards"
	"circlekeeper/bot/delivery"
	catalogue "circlekeeper/bot/words"
	"circlekeeper/content"
)

// These files simulate a clinic with the real store, planner, courier and check of the clock,
// on a SQLite file and on the clock of testing/synctest, by which hours pass at once. One thing
// happens at a time, in an order that follows from the seed: a task that waits for a platform
// hands the turn on, see turn. simulate_queue_test.go stands in for River's client: it fetches
// jobs that are due, and puts off those that ask for it.

// world is one run of a script.
type world struct {
	script script
	known  knownFault // the fault that was put back; empty for none
	shared shared
	file   string
	log    *slog.Logger
	said   *logged

	skew  time.Duration // how far the machine's clock is ahead of the true time
	slept time.Duration // how long the machine was suspended: true time went on, synctest's clock did not
	right time.Time     // when the machine's clock is set right again
	end   time.Time

	replicas []*replica
	nets     map[bot.Platform]*platform
	turn     turn
	doomed   []doom
	stirred  bool             // something has just happened
	review   bool             // what is in view may have to change by it
	shots    map[hook][]event // faults that wait for their moment
	landing  []landing        // requests under way whose sender has given up
	backups  []backup
	wiped    time.Duration // age of the world when its file was last written anew
	serial   int           // number of the newest reminder, so that keys never repeat
	clinic   *clinic
	deck     *cards.Deck // of the clinic
	checks   checks
	count    figures
}

// shared is what all worlds use and nothing changes.
type shared struct {
	library *content.Library
	books   *catalogue.Books
	empty   string // a database file with the newest schema
}

// figures count what a run has done.
type figures struct {
	Journal                                                                                           uint64 // a sum of all that was posted, where and when
	Worlds, Events, Faults, Posts, Notices, Deliveries, Sent, Skipped, Failed, Kills, Restores, Steps int
	Time                                                                                              time.Duration
}

func (f *figures) add(o figures) {
	f.Journal ^= o.Journal
	f.Worlds += o.Worlds
	f.Events += o.Events
	f.Faults += o.Faults
	f.Posts += o.Posts
	f.Notices += o.Notices
	f.Deliveries += o.Deliveries
	f.Sent += o.Sent
	f.Skipped += o.Skipped
	f.Failed += o.Failed
	f.Kills += o.Kills
	f.Restores += o.Restores
	f.Steps += o.Steps
	f.Time += o.Time
}

// replica is one process of the program.
type replica struct {
	w        *world
	n        int
	db       *DB
	engine   *Engine
	queue    *steps
	rounded  time.Time
	due, job time.Time // when the next reminder and the next job are due, by the machine's clock
	mended   time.Time
	digest   time.Time
	clean    time.Time
	viewed   time.Time
	signed   string // the mark of the approvals that the deck was made with
	deck     *cards.Deck

	dead     bool      // killed, or stopped
	rounding bool      // a round of the planner is under way
	paused   time.Time // suspended until then
	back     time.Time // of a dead process: when it starts again; zero for never
	life     *life
}

// landing is a request that the platform will carry out later.
type landing struct {
	at  time.Time
	do  func()
	net *platform
}

// killed is the value with which a killed process panics.
type killed struct{}

// broken is a promise that the program did not keep, or a fault of the simulation.
type broken struct{ what string }

func (b broken) Error() string { return b.what }

func (w *world) truth() time.Time   { return time.Now().Add(w.slept).UTC() }
func (w *world) machine() time.Time { return w.truth().Add(w.skew) }

// run plays a script to its end. It returns what was wrong, or nil.
func (w *world) run() (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case broken:
			err = r
		default:
			panic(r)
		}
		w.count.Time = w.truth().Sub(w.script.start)
		w.shut()
	}()
	time.Sleep(time.Until(w.script.start))
	w.end = w.truth().Add(w.script.length)
	for n := range w.script.replicas {
		w.replicas = append(w.replicas, &replica{w: w, n: n})
		w.boot(w.replicas[n])
	}
	w.clinic.open()
	w.checks.stirred = w.truth()
	events := slices.Clone(w.script.events)
	for w.truth().Before(w.end) || w.up() == nil { // a process killed shortly before the end comes back
		for len(events) > 0 && !events[0].due(w.script.start).After(w.truth()) {
			w.happen(events[0])
			w.stirred, w.checks.stirred = true, w.truth()
			w.review = w.review || concernsView(events[0].kind)
			events = events[1:]
		}
		w.step()
		w.stirred, w.review = false, false
		w.check()
		next := latest(w.end, w.truth().Add(time.Minute))
		if len(events) > 0 {
			next = earlier(next, events[0].due(w.script.start))
		}
		if d := w.wake(next).Sub(w.truth()); d > 0 {
			time.Sleep(d)
		} else {
			time.Sleep(time.Millisecond)
		}
	}
	w.final()
	w.count.Worlds = 1
	return nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// idle is the longest time between two looks.
const idle = 3 * time.Hour

// cleaning is how often old records are deleted, besides at each start. It is short enough that
// no record becomes much too old.
const cleaning = 3 * 24 * time.Hour

// zonesAgain is how often the zone data are checked. The simulation does not change them.
const zonesAgain = 7 * 24 * time.Hour

// wake returns, by the true time, when there is something to do next.
func (w *world) wake(next time.Time) time.Time {
	now := w.truth()
	next = earlier(next, now.Add(idle))
	if w.skew != 0 {
		next = earlier(next, w.right)
	}
	for _, l := range w.landing {
		next = earlier(next, l.at)
	}
	for _, t := range w.turn.parked {
		next = earlier(next, latest(t.at, t.of.paused))
	}
	for _, r := range w.replicas {
		switch {
		case r.dead && !r.back.IsZero():
			next = earlier(next, r.back)
		case r.dead:
		case r.paused.After(now):
			next = earlier(next, r.paused)
		case r.engine.clock.doubtful() || !r.engine.moments.fresh.Load():
			next = earlier(next, now.Add(5*time.Second))
		default:
			r.look()
			if !r.due.IsZero() {
				next = earlier(next, r.due.Add(-w.skew))
			}
			if r.queue.running && !r.job.IsZero() {
				next = earlier(next, r.job.Add(-w.skew))
			}
			if w.script.replicas > 1 && len(w.turn.running) > 0 {
				next = earlier(next, now.Add(beatEvery))
			}
		}
	}
	return next
}

// must ends the world with an error that no simulated fault explains.
func (w *world) must(err error) {
	if err != nil {
		panic(broken{"a fault of the database: " + err.Error()})
	}
}

func (w *world) fail(format string, args ...any) {
	panic(broken{w.truth().Format("2006-01-02 15:04:05 ") + fmt.Sprintf(format, args...)})
}

// step lets every process do what is due at this moment.
func (w *world) step() {
	w.count.Steps++
	w.landDue()
	if w.skew != 0 && !w.right.After(w.truth()) {
		w.stirred, w.review = true, true
		w.clock(0, 0)
	}
	for _, r := range w.replicas {
		if r.dead && !r.back.IsZero() && !r.back.After(w.truth()) {
			w.boot(r)
		}
	}
	w.turn.resume(w)
	for _, r := range w.replicas {
		if !r.dead && !r.paused.After(w.truth()) {
			r.tick()
		}
	}
}

// landDue carries out the late requests whose time has come.
func (w *world) landDue() {
	for i := 0; i < len(w.landing); i++ {
		if l := w.landing[i]; !l.at.After(w.truth()) {
			w.landing = slices.Delete(w.landing, i, i+1)
			l.do()
			i--
		}
	}
}

// tick is one round of a process: it plans and carries what is due.
func (r *replica) tick() {
	w := r.w
	r.life.beat = w.truth()
	if r.rounding {
		return
	}
	if w.review {
		r.viewed = time.Time{}
	}
	defer func() {
		if !r.dead {
			r.rescue()
			r.fetch()
		}
	}()
	now := time.Now()
	due := !r.due.IsZero() && !r.due.After(w.machine())
	if !due && !w.stirred && now.Sub(r.rounded) < time.Minute && r.engine.moments.fresh.Load() && !r.engine.clock.doubtful() {
		return
	}
	r.rounded, r.rounding = now, true
	if z := &r.engine.clock.zones; now.Sub(*z) < zonesAgain && !z.IsZero() {
		*z = now
	}
	w.turn.run(r, func() {
		w.known.before(r)
		r.engine.round(context.Background())
		w.known.after(r)
		r.rounding = false
	})
	if r.dead || r.rounding {
		return
	}
	for _, h := range []struct {
		last  *time.Time
		every time.Duration
		do    func(context.Context) error
	}{{&r.mended, time.Hour, r.engine.housekeeping.mend}, {&r.digest, time.Hour, r.tellDigest}, {&r.clean, cleaning, r.cleanUp}, {&r.viewed, viewLooked, r.view}} {
		if now.Sub(*h.last) < h.every && !h.last.IsZero() {
			continue
		}
		*h.last = now
		w.turn.run(r, func() { w.must(h.do(context.Background())) })
		if r.dead {
			return
		}
	}
}

// tellDigest tells the digest unless the clock is in doubt, as the program does each minute.
func (r *replica) tellDigest(ctx context.Context) error {
	if r.engine.clock.doubtful() {
		r.digest = time.Time{}
	}
	return r.engine.clock.unlessDoubtful(r.engine.notices.digest)(ctx)
}

// cleanUp deletes old records. It writes the file anew whenever the world has become twice as
// old: to do so every day would take most of a simulated year's time.
func (r *replica) cleanUp(ctx context.Context) error {
	w := r.w
	if age := w.truth().Sub(w.script.start); age < 2*w.wiped {
		w.must(r.db.inTx(ctx, func(tx *sql.Tx) error { return setMark(ctx, tx, wiped, w.machine()) }))
	} else {
		w.wiped = age
	}
	return r.engine.housekeeping.clean(ctx)
}

// boot starts a process on the file as it is.
func (w *world) boot(r *replica) {
	ctx := context.Background()
	db, err := Open(ctx, "sqlite:"+w.file, w.machine, w.log)
	w.must(err)
	// These settings are fast. A simulated crash loses nothing by them, and nobody searches the
	// file for deleted records.
	pragmas := []string{`pragma synchronous = off`, `pragma secure_delete = off`, `pragma cache_size = -65536`, `pragma temp_store = memory`}
	if w.script.replicas == 1 { // nobody else opens the file, so that it need not be locked anew each time
		pragmas = append(pragmas, `pragma locking_mode = exclusive`)
	}
	for _, pragma := range pragmas {
		_, err = db.sql.ExecContext(ctx, pragma)
		w.must(err)
	}
	db.jobTime = w.machine
	deck := cards.New(w.shared.library, w.shared.books, w.machine, 1)
	var adapters []bot.Adapter
	for _, p := range platforms {
		adapters = append(adapters, w.nets[p])
	}
	courier := delivery.NewCourier(deck, adapters, w.log, w.machine)
	digest, err := bot.ParseDigest("every Monday at 9:00 America/Los_Angeles")
	w.must(err)
	e, err := db.NewEngine(EngineConfig{
		Planner: planner{delivery.NewPlanner(deck), w, r}, Courier: carrier{courier, r}, Platforms: platforms,
		Staff: simStaff, Digest: digest, KeepDeliveries: w.script.keep, KeepAudit: w.script.keep, Machine: w.machine,
	})
	w.must(err)
	alone := !slices.ContainsFunc(w.replicas, func(o *replica) bool { return o != r && !o.dead })
	*r = replica{w: w, n: r.n, db: db, engine: e, queue: &steps{}, deck: deck, life: &life{w.truth()}}
	e.client = r.queue
	w.known.started(r)
	if alone {
		clear(w.turn.running)
		if !w.known.skips("recover") {
			w.must(e.takeBackJobs(ctx))
		}
	}
	if w.known.skips("compare") {
		e.clock.read()
		return
	}
	w.must(e.clock.compareRecords(ctx))
}

// kill ends a process in the middle of its work. Whatever it has written to the file and its
// log stays.
func (w *world) kill(r *replica, away time.Duration) {
	if r.dead {
		return
	}
	w.count.Kills++
	w.turn.end(w, r)
	r.dead, r.back = true, w.truth().Add(away)
	w.hinder(hindrance{from: w.truth(), to: r.back, slack: 2 * time.Minute})
	alone := !slices.ContainsFunc(w.replicas, func(o *replica) bool { return !o.dead })
	if !alone {
		w.must(r.db.Close())
		return
	}
	// Closing writes the log into the file and deletes it, which a killed process does not do.
	// So the log is put back: to read it once more changes nothing.
	left, err := os.ReadFile(w.file + "-wal")
	w.must(err)
	w.must(r.db.Close())
	w.must(os.WriteFile(w.file+"-wal", left, 0o600))
}

// stop ends a process in good order.
func (w *world) stop(r *replica, away time.Duration) {
	if r.dead {
		return
	}
	w.turn.finish(w, r)
	if r.dead { // a fault came first
		return
	}
	r.engine.noteEnd(context.Background())
	r.dead, r.back = true, w.truth().Add(away)
	w.hinder(hindrance{from: w.truth(), to: r.back, slack: 2 * time.Minute})
	w.must(r.db.Close())
}

func (w *world) shut() {
	for _, r := range w.replicas {
		if r.db != nil && !r.dead {
			w.turn.end(w, r)
			r.dead = true
			r.db.Close()
		}
	}
}

// up returns a process that runs, or nil.
func (w *world) up() *replica {
	for _, r := range w.replicas {
		if !r.dead && !r.paused.After(w.truth()) {
			return r
		}
	}
	return nil
}

// open opens the database for a command, as the command line does when no process runs.
func (w *world) open(do func(db *DB)) {
	for _, r := range w.replicas {
		if !r.dead {
			do(r.db)
			return
		}
	}
	db, err := Open(context.Background(), "sqlite:"+w.file, w.machine, w.log)
	w.must(err)
	defer db.Close()
	do(db)
}

// backup is a copy of the database, and of the clinic at that time.
type backup struct {
	file   string
	at     time.Time
	clinic *clinic
}

func (w *world) backUp() {
	name := filepath.Join(filepath.Dir(w.file), fmt.Sprintf("backup-%d.db", len(w.backups)))
	w.open(func(db *DB) { w.must(db.Backup(context.Background(), name)) })
	w.backups = append(w.backups, backup{name, w.truth(), w.clinic.clone()})
	clear(w.checks.meant)
}

// restore kills all processes, replaces the file by the newest backup, and starts them again.
func (w *world) restore(away time.Duration) {
	if len(w.backups) == 0 || w.skew != 0 {
		return
	}
	for _, r := range w.replicas {
		w.kill(r, away)
	}
	w.landNow()
	b := w.backups[len(w.backups)-1]
	w.known.restoring(w)
	_, err := Restore(context.Background(), "sqlite:"+w.file, b.file, w.machine, w.log)
	w.must(err)
	w.known.restored(w)
	w.count.Restores++
	w.clinic = b.clinic.clone()
	w.deck.SetApprovals(w.clinic.approvals)
	w.checks.restored(w, b.at)
}

// landNow carries out every request that is still under way: nobody restores a backup within
// seconds of the last post.
func (w *world) landNow() {
	for _, l := range w.landing {
		if d := l.at.Sub(w.truth()); d > 0 {
			time.Sleep(d)
		}
		l.do()
	}
	w.landing = nil
}
