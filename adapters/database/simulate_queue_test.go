package database

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/riverqueue/river"

	"circlekeeper/bot"
	"circlekeeper/bot/delivery"
)

// steps is a queue that works only when it is told to: fetch does with the due jobs what
// River's producer does.
type steps struct{ running bool }

var _ queue = (*steps)(nil)

func (s *steps) Start(context.Context) error         { s.running = true; return nil }
func (s *steps) Stop(context.Context) error          { s.running = false; return nil }
func (s *steps) StopAndCancel(context.Context) error { s.running = false; return nil }

// turn lets only one goroutine run at a time, so that the order of all steps follows from the
// seed alone.
type turn struct {
	w       *world
	current *task
	parked  []*task
	running map[int64]*life // the process that works on each job, by the job's ID
	back    chan *task      // gives the turn back to the world
	serial  int
}

// task is a piece of work of a process. It waits for the platforms now and then.
type task struct {
	of    *replica
	at    time.Time // while it waits: when it goes on
	n     int
	alive chan bool // true: it goes on; false: its process was killed
	ended bool
	wrong any // the value that it panicked with
}

// run lets a process do something until that has ended or waits.
func (t *turn) run(r *replica, do func()) {
	t.serial++
	k := &task{of: r, n: t.serial, alive: make(chan bool)}
	before := t.current
	t.current = k
	go func() {
		defer func() {
			k.ended, k.wrong = true, recover()
			switch k.wrong.(type) {
			case nil, killed, broken:
			default:
				k.wrong = broken{fmt.Sprintf("a panic: %v\n%s", k.wrong, debug.Stack())}
			}
			t.back <- k
		}()
		do()
	}()
	t.ended(<-t.back, before)
}

// ended gives the turn back when a task has ended.
func (t *turn) ended(k, before *task) {
	t.current = before
	if k.ended && k.wrong != nil {
		if _, ok := k.wrong.(killed); !ok {
			panic(k.wrong)
		}
	}
	for len(t.w.doomed) > 0 {
		d := t.w.doomed[0]
		t.w.doomed = t.w.doomed[1:]
		t.w.kill(d.r, d.away)
	}
}

// park lets a task wait for a while and gives the turn back. If its process is killed
// meanwhile, the task ends here.
func (w *world) park(d time.Duration) {
	k := w.turn.current
	k.at = w.truth().Add(d)
	w.turn.parked = append(w.turn.parked, k)
	w.turn.back <- k
	if !<-k.alive {
		panic(killed{})
	}
}

// resume continues the tasks that have waited long enough, the earliest first.
func (t *turn) resume(w *world) {
	for {
		var next *task
		for _, k := range t.parked {
			if at := latest(k.at, k.of.paused); at.After(w.truth()) {
				continue
			}
			if next == nil || k.at.Before(next.at) || k.at.Equal(next.at) && k.n < next.n {
				next = k
			}
		}
		if next == nil {
			return
		}
		t.wake(next, true)
	}
}

func (t *turn) wake(k *task, alive bool) {
	t.parked = slices.DeleteFunc(t.parked, func(o *task) bool { return o == k })
	before := t.current
	t.current = k
	k.alive <- alive
	t.ended(<-t.back, before)
}

// end ends the waiting tasks of a process that was killed.
func (t *turn) end(_ *world, r *replica) {
	for _, k := range slices.Clone(t.parked) {
		if k.of == r && k != t.current {
			t.wake(k, false)
		}
	}
}

// finish waits until a process has no task any more.
func (t *turn) finish(w *world, r *replica) {
	for slices.ContainsFunc(t.parked, func(k *task) bool { return k.of == r }) {
		w.landDue()
		time.Sleep(100 * time.Millisecond)
		t.resume(w)
	}
}

// life is one run of a process. After a restart it has another.
type life struct {
	beat time.Time // when it last did something
}

const mostUnderWay = 64

// fetch starts the jobs that are due, as River's producer does.
func (r *replica) fetch() {
	w := r.w
	ctx := context.Background()
	for r.queue.running && !r.dead && !r.paused.After(w.truth()) {
		free := mostUnderWay
		for _, k := range w.turn.parked {
			if k.of == r {
				free--
			}
		}
		if free <= 0 {
			return
		}
		type due struct {
			id  int64
			key string
		}
		jobs, err := list(ctx, r.db.sql, func(x row) (d due, err error) { return d, x.Scan(&d.id, &d.key) }, `
			select id, args ->> 'key' from river_job
			where state in ('available', 'scheduled', 'retryable') and scheduled_at <= $1
			order by priority, scheduled_at, id limit 1`, riverTime(w.machine()))
		w.must(err)
		if len(jobs) == 0 {
			return
		}
		for _, j := range jobs {
			if len(w.shots[beforeCarry]) > 0 && w.clinic.pauseOne(j.key) {
				w.shot(beforeCarry)
			}
			_, err := r.db.sql.ExecContext(ctx, `update river_job set state = 'running', attempt = attempt + 1, attempted_at = $1 where id = $2`, riverTime(w.machine()), j.id)
			w.must(err)
			w.turn.running[j.id] = r.life
			w.turn.run(r, func() { r.work(j.id, j.key) })
		}
	}
}

// work does one job, as River's executor does.
func (r *replica) work(id int64, key string) {
	ctx, cancel := context.WithTimeout(context.Background(), jobTimeout)
	defer cancel()
	// Without the job's row, the ledger does not change the job: this stand-in does.
	err := (&worker{engine: r.engine}).Work(ctx, &river.Job[job]{Args: job{Key: key}})
	r.life.beat = r.w.truth()
	if r.w.turn.running[id] != r.life {
		return // another process took the delivery over
	}
	delete(r.w.turn.running, id)
	state, at := "completed", r.w.machine()
	var snooze *river.JobSnoozeError
	var cancelled *river.JobCancelError
	switch {
	case errors.As(err, &snooze):
		// The queue keeps milliseconds. If the time were cut off instead of rounded up, the job
		// would be due again at once, for ever.
		state, at = "scheduled", at.Add(snooze.Duration+time.Millisecond)
	case errors.As(err, &cancelled):
		state = "cancelled"
	case err != nil:
		r.w.fail("a worker answered an error: %v", err)
	}
	if state == "scheduled" {
		_, err = r.db.sql.ExecContext(context.Background(), `update river_job set state = 'scheduled', attempt = attempt - 1, scheduled_at = $1 where id = $2 and state = 'running'`, riverTime(at), id)
	} else {
		_, err = r.db.sql.ExecContext(context.Background(), `delete from river_job where id = $1`, id)
	}
	r.w.must(err)
}

// rescue gives back the jobs of a process that has not renewed its lease for long, as heartbeat
// does on PostgreSQL.
func (r *replica) rescue() {
	w := r.w
	for _, id := range sortedIDs(w.turn.running) {
		if o := w.turn.running[id]; o != r.life && w.truth().Sub(o.beat) > leaseFor {
			_, err := r.db.sql.ExecContext(context.Background(), `update river_job set state = 'available' where id = $1 and state = 'running'`, id)
			w.must(err)
			delete(w.turn.running, id)
		}
	}
}

func sortedIDs(m map[int64]*life) []int64 {
	var out []int64
	for id := range m {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// look finds out when the next reminder and the next job are due.
func (r *replica) look() {
	var due int64
	var at string
	err := r.db.sql.QueryRow(`select
		(select coalesce(min(next_at), 0) from reminders where next_at is not null),
		(select coalesce(min(scheduled_at), '') from river_job where state in ('available', 'scheduled', 'retryable'))`).Scan(&due, &at)
	r.w.must(err)
	r.due, r.job = instant(due), time.Time{}
	if at != "" {
		r.job, err = time.Parse("2006-01-02 15:04:05.999999999", at)
		r.w.must(err)
	}
}

// carrier is a courier whose process can be killed or suspended between two of its steps.
type carrier struct {
	*delivery.Courier
	r *replica
}

func (c carrier) Carry(ctx context.Context, l bot.Ledger) (time.Duration, error) {
	return c.Courier.Carry(ctx, &hooked{Ledger: l, r: c.r})
}

type hooked struct {
	bot.Ledger
	r   *replica
	key string
}

// Load implements bot.Ledger.
func (h *hooked) Load(ctx context.Context) (bot.Work, error) {
	work, err := h.Ledger.Load(ctx)
	h.key = work.Delivery.Key
	if err == nil && !work.Delivery.State.Final() {
		err = h.r.w.known.loaded(ctx, h.r.w, h.Ledger, &work)
	}
	return work, err
}

// Begin implements bot.Ledger.
func (h *hooked) Begin(ctx context.Context, hash string, patience time.Duration) (time.Time, bool, error) {
	at, ok, err := h.Ledger.Begin(ctx, hash, patience)
	if !ok {
		return at, ok, err
	}
	h.r.w.maybeKill(h.r, afterBegin)
	if h.r.w.known == pausedPostsAgain {
		if e, shot := h.r.w.shot(beforeRequest); shot {
			h.r.w.pause(h.r, e.span)
			at = h.r.w.machine() // the fault: it believes that it was granted just now
		}
	}
	return at, ok, err
}

// Mine implements bot.Ledger.
func (h *hooked) Mine(ctx context.Context, age time.Duration) (bool, error) {
	if e, ok := h.r.w.shot(beforeRequest); ok {
		h.r.w.pause(h.r, e.span)
	}
	return h.Ledger.Mine(ctx, age)
}

// Settle implements bot.Ledger.
func (h *hooked) Settle(ctx context.Context, s bot.Settlement) error {
	h.r.w.maybeKill(h.r, beforeSettle)
	err := h.Ledger.Settle(ctx, h.r.w.known.settling(s))
	if err == nil {
		h.r.w.settled(h.key, s)
	}
	h.r.w.maybeKill(h.r, afterSettle)
	return err
}

// planner is a planner whose process can be killed in the middle of a transaction.
type planner struct {
	bot.Planner
	w *world
	r *replica
}

// Plan implements bot.Planner.
func (p planner) Plan(due bot.DueReminder, signed signOff, now time.Time) bot.Plan {
	if p.w.known == calledOffUnseen {
		due.Group.Exceptions, due.Group.Skips = nil, nil
	}
	if p.w.known == gapUnseen {
		due.Restored = time.Time{}
	}
	plan := p.Planner.Plan(due, signed, now)
	if e, ok := p.w.shot(inPlan); ok {
		p.w.killLater(p.r, e.span)
		panic(killed{})
	}
	return plan
}
