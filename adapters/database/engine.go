package database

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"circlekeeper/bot"
	"circlekeeper/scheduler"
)

// Engine plans reminders as they come due and carries their deliveries.
type Engine struct {
	health
	client queue

	planner      duePlanner
	moments      *moments
	clock        *clockWatch
	notices      *staffNotices
	housekeeping housekeeping

	running bool      // the queue carries deliveries
	schema  time.Time // when the version of the schema was last checked, by the monotonic clock

	seen      string    // the revision of the records that the program was last told of
	noticed   time.Time // when the revision was last compared
	elsewhere error     // not nil once the records were copied to another place
}

// workings are what each part of an engine works with.
type workings struct {
	*EngineConfig
	db     *DB
	log    *slog.Logger
	id     string // names this process among those that run
	signed *lastSigned
}

// machine reads the machine's clock.
func (w workings) machine() time.Time {
	if w.Machine != nil {
		return w.Machine()
	}
	return time.Now()
}

// newEngine puts the parts together, without a queue.
func newEngine(db *DB, c EngineConfig) *Engine {
	with := workings{&c, db, db.log, newID() + newID(), new(lastSigned)}
	told := &staffNotices{workings: with}
	next := &moments{workings: with}
	watched := &clockWatch{workings: with, moments: next, notices: told, looked: make(chan struct{})}
	told.sharedNow = watched.sharedNow
	return &Engine{
		health: health{workings: with}, planner: duePlanner{workings: with, moments: next, notices: told, untold: make(map[string]bool)},
		moments: next, clock: watched, notices: told,
		housekeeping: housekeeping{with, watched, next, told, make(map[bot.Subject]bool)},
	}
}

// EngineConfig is what an engine works with.
type EngineConfig struct {
	Planner   bot.Planner
	Courier   bot.Carrier
	Changed   func()         // called when what staff see may have changed; may be nil
	Platforms []bot.Platform // whose deliveries this process carries
	Staff     bot.Place      // where trouble is told; the zero Place if nowhere
	Digest    bot.DigestTime // when staff read what became of reminders

	Approvals int // how many different reviewers have to sign a card; 0 means one

	// How long settled deliveries and audit rows are kept; 0 means for ever.
	KeepDeliveries, KeepAudit time.Duration

	// Machine reads the machine's clock, which is checked before anything is done by it; nil
	// stands for time.Now.
	Machine func() time.Time
	// Clocks ask the platforms for the time, exact to some seconds. On SQLite the machine's
	// clock is compared with them.
	Clocks []bot.Timekeeper
	// Calm is how long a clock in doubt must run without a jump on SQLite before it is trusted
	// again, if no platform answers; 0 stands for half a minute.
	Calm time.Duration
}

// queue carries the jobs that are due, from Start until it is stopped. It is River's client; in
// the simulation it is one that goes step by step on a clock of its own.
type queue interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error          // after those under way have ended
	StopAndCancel(ctx context.Context) error // cancels those under way
}

// Sizes and times of the engine.
const (
	workers       = 64               // deliveries under way at once, per platform
	jobTimeout    = 40 * time.Second // enough for waiting for the pace, a look-up and a request
	rescueAfter   = time.Minute
	lookAgain     = time.Second // how soon the planner sees another process's change
	planTimeout   = 30 * time.Second
	askTimeout    = 10 * time.Second // takes planTimeout's place on PostgreSQL, whose server may fall silent
	stopTimeout   = bot.SendTimeout + 5*time.Second
	cancelTimeout = 3 * time.Second
	schemaEvery   = 5 * time.Second
	keepCompleted = time.Hour
)

// NewEngine makes an engine. Only one process may run an engine on a SQLite
// file: hold the right first.
func (db *DB) NewEngine(c EngineConfig) (*Engine, error) {
	e := newEngine(db, c)
	queues := make(map[string]river.QueueConfig)
	for _, p := range c.Platforms {
		queues[string(p)] = river.QueueConfig{MaxWorkers: workers}
	}
	pool := river.NewWorkers()
	if err := river.AddWorkerSafely(pool, &worker{engine: e}); err != nil {
		return nil, err
	}
	client, err := river.NewClient(db.driver(), &river.Config{
		ID:                          e.id,
		Logger:                      warnings(db.log),
		Queues:                      queues,
		Workers:                     pool,
		FetchCooldown:               10 * time.Millisecond,
		FetchPollInterval:           pollEvery(db),
		JobTimeout:                  jobTimeout,
		RescueStuckJobsAfter:        rescueAfter,
		CompletedJobRetentionPeriod: keepCompleted,
	})
	if err != nil {
		return nil, err
	}
	e.client = client
	return e, nil
}

// Run plans and delivers until ctx ends, then waits for what is under way.
func (e *Engine) Run(ctx context.Context) error {
	if err := e.begin(ctx); err != nil {
		return err
	}
	ctx, end := context.WithCancel(ctx)
	defer end()
	var chores sync.WaitGroup
	chores.Go(func() { e.every(ctx, outsideLook, e.clock.askPlatforms) })
	chores.Go(func() { e.every(ctx, cleanEvery, e.housekeeping.clean) })
	chores.Go(func() { e.every(ctx, digestLook, e.clock.unlessDoubtful(e.notices.digest)) })
	chores.Go(func() { e.every(ctx, mendEvery, e.housekeeping.mend) })
	chores.Go(func() { e.every(ctx, viewEvery, sparing(e.housekeeping.view)) })
	e.loop(ctx)
	end()
	chores.Wait()
	if !e.running {
		return e.elsewhere
	}
	if e.moments.fresh.Load() {
		e.noteEnd(context.WithoutCancel(ctx))
	}
	if err := e.stop(ctx); err != nil {
		e.log.Warn("the queue does not come to an end; what was on its way is looked up later", "error", err)
	}
	return e.elsewhere
}

// begin prepares the engine. If the server goes away meanwhile, it waits.
func (e *Engine) begin(ctx context.Context) error {
	for {
		asking, cancel := e.limited(ctx)
		err := e.takeBackJobs(asking)
		if err == nil {
			err = e.clock.compareRecords(asking)
		}
		if err == nil {
			err = e.clock.askPlatforms(asking)
		}
		if err != nil {
			e.fault(asking, "beginning failed", err)
		}
		cancel()
		if err == nil || !e.Unreached() || ctx.Err() != nil {
			return err
		}
		if !bot.Sleep(ctx, lookAgain) {
			return nil
		}
	}
}

// limited bounds how long one piece of work with the database may take.
func (e *Engine) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if e.db.pool == nil {
		return context.WithTimeout(ctx, planTimeout)
	}
	return context.WithTimeout(ctx, askTimeout)
}

// stop waits for what is under way, then cancels it. If a database hangs, this may take longer
// than stop waits.
func (e *Engine) stop(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	gently, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	if e.client.Stop(gently) == nil {
		return nil
	}
	hard, cancel := context.WithTimeout(ctx, cancelTimeout)
	defer cancel()
	return e.client.StopAndCancel(hard)
}

// noteEnd records when this process ran last, so that the next start knows how long nothing
// ran.
func (e *Engine) noteEnd(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if err := e.clock.noteGood(ctx); err != nil {
		e.log.Warn("the last moment could not be noted", "error", err)
	}
}

// takeBackJobs makes the jobs of a killed process available again, on SQLite. This process
// holds the lock, so no other is alive, and it need not wait until River does that.
func (e *Engine) takeBackJobs(ctx context.Context) error {
	_, err := e.db.sql.ExecContext(ctx, `insert into marks (name, at) values ('begun', $1) on conflict do nothing`, millis(e.db.now()))
	if err != nil {
		return err
	}
	if e.db.pool != nil {
		return nil
	}
	return e.db.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `delete from river_leader`); err != nil {
			return err
		}
		return execute(ctx, tx, `update river_job set state = 'available' where state = 'running'`)
	})
}

// loop sleeps until the next reminder is due or something changed. It ends with ctx, or
// once the records are elsewhere.
func (e *Engine) loop(ctx context.Context) {
	for {
		wait := e.round(ctx)
		if e.elsewhere != nil {
			return
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-e.db.change:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// round plans all that is due and says how long to sleep.
func (e *Engine) round(ctx context.Context) time.Duration {
	ctx, cancel := e.limited(ctx)
	defer cancel()
	if e.Superseded() {
		e.noteRound()
		e.giveWay(ctx)
	} else if err := e.lookAfterClock(ctx); err != nil {
		return e.fault(ctx, "looking after the clock failed", err)
	}
	now, err := e.look(ctx)
	switch {
	case err != nil:
		return e.fault(ctx, "looking at the records failed", err)
	case e.elsewhere != nil, e.Superseded():
		return lookAgain
	case e.clock.doubtful():
		e.tick()
		return lookAgain
	}
	next := now.next
	if !next.IsZero() && !next.After(e.db.now()) {
		next, err = e.planner.planAll(ctx)
	}
	if err != nil {
		return e.fault(ctx, "planning failed", err)
	}
	if now.concerns > 0 {
		if err := e.notices.tellConcerns(ctx, e.db.now()); err != nil {
			return e.fault(ctx, "telling of concerns failed", err)
		}
	}
	if err := e.reached(ctx, e.notices); err != nil {
		return e.fault(ctx, "telling of an outage failed", err)
	}
	e.tick()
	if !e.moments.fresh.Load() {
		return time.Millisecond
	}
	if next.IsZero() {
		return lookAgain
	}
	return min(max(next.Sub(e.db.now()), time.Millisecond), lookAgain)
}

// lookAfterClock checks the clock. It lets the engine go on by the clock, or stops that.
func (e *Engine) lookAfterClock(ctx context.Context) error {
	step := e.clock.read()
	if err := e.lookForNewer(ctx); err != nil {
		return err
	}
	good, err := e.clock.lookAfter(ctx, step)
	switch {
	case err != nil:
		return err
	case good:
		return e.goByClock(ctx)
	}
	return e.stopCarrying(ctx)
}

// stopCarrying stops the queue and tells staff why. It sends this news itself, because the
// queue no longer does.
func (e *Engine) stopCarrying(ctx context.Context) error {
	var err error
	if e.running {
		err = e.stop(ctx)
		e.running = false
	}
	if !e.clock.everyMinute() {
		return err
	}
	err = errors.Join(err, e.Report(ctx, bot.Trouble{Subject: bot.Subject{Kind: bot.AboutClock}, Reason: e.clock.Doubt()}))
	return errors.Join(err, e.carryNotices(ctx))
}

// goByClock starts the queue, and works out next moments again if the clock or the time zone
// data have changed.
func (e *Engine) goByClock(ctx context.Context) error {
	c := e.clock
	if !e.running {
		if err := e.moments.mendRecords(ctx); err != nil {
			return err
		}
		// River must outlive ctx: stopping gently is what Stop is for.
		if err := e.client.Start(context.WithoutCancel(ctx)); err != nil {
			return err
		}
		e.running = true
	}
	if c.last.Sub(c.zones) >= zonesEvery {
		if c.zones = c.last; scheduler.RefreshZones() {
			e.log.Info("the time zone data were replaced", "release", scheduler.CurrentZoneData().String())
			e.moments.stale()
		}
	}
	if !e.moments.fresh.Load() {
		if err := e.moments.derive(ctx); err != nil || !e.moments.fresh.Load() {
			return err
		}
	}
	if c.everyMinute() {
		return c.noteGood(ctx)
	}
	return nil
}

// noticesAtOnce bounds how many notices one call of carryNotices sends.
const noticesAtOnce = 5

// carryNotices carries news to staff without the queue, which stands still while the
// clock is in doubt. Their jobs find them settled later. The first condition is that of the
// index deliveries_open; the + keeps SQLite from reading all deliveries by deliveries_at.
func (e *Engine) carryNotices(ctx context.Context) error {
	keys, err := list(ctx, e.db.sql, func(r row) (key string, err error) { return key, r.Scan(&key) },
		`select d.key from deliveries d where d.state in ('due', 'sending') and d.state = 'due' and d.kind = 'notice' order by +d.at desc, d.key limit $1`, noticesAtOnce)
	if err != nil || e.Courier == nil {
		return err
	}
	for _, key := range keys {
		_, err := e.Courier.Carry(ctx, &ledger{engine: e, db: e.db, job: &river.Job[job]{Args: job{Key: key}}})
		if err != nil && !errors.Is(err, bot.ErrChanged) {
			return err
		}
	}
	return nil
}

type worker struct {
	river.WorkerDefaults[job]
	engine *Engine
}

// Work implements river.Worker.
func (w *worker) Work(ctx context.Context, j *river.Job[job]) error {
	if w.engine.Superseded() {
		return river.JobSnooze(lookAgain)
	}
	again, err := w.engine.Courier.Carry(ctx, &ledger{engine: w.engine, db: w.engine.db, job: j})
	switch {
	case errors.Is(err, bot.ErrNotFound):
		return river.JobCancel(err) // the record was deleted by retention
	case errors.Is(err, bot.ErrChanged): // another process has taken it over
		return river.JobSnooze(time.Second)
	case err != nil:
		w.engine.wrong.note(err, w.engine.db.now())
		w.engine.log.Error("a delivery could not be brought a step further", "error", err)
		return river.JobSnooze(time.Second)
	case again > 0:
		return river.JobSnooze(again)
	}
	return nil
}
