package database

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"circlekeeper/bot"
)

// Times of a right that one process has at a time. If its holder vanishes, another has it after
// at most rightFor and one pause between two tries.
const (
	renewEvery = 3 * time.Second
	renewMost  = 3 * time.Second  // longest time for one renewal
	rightFor   = 12 * time.Second // a renewal holds so long, by the server's clock
	rightSpare = 2 * time.Second  // the holder stops acting so much earlier
	letOthers  = 500 * time.Millisecond
	deafMost   = 30 * time.Second // a holder that has not served for so long gives way, if another wants the right
)

// Right is a right that one process has at a time, by a lease that expires. Its
// methods may be called from many goroutines.
type Right struct {
	leases leases
	log    *slog.Logger
	wall   func() time.Time // the machine's clock, which goes on while the machine sleeps

	mu      sync.Mutex
	renewed moment        // when the last renewal that succeeded was asked for
	failed  moment        // when the last renewal that the database did not answer was asked for
	lost    bool          // another process has the right
	assumed bool          // acts without a grant, because the database could not be asked
	changed chan struct{} // closed when one of the above changes
	silent  time.Duration // how long nobody had served when it was last asked for
}

// leases keeps the rights: PostgreSQL, or a test.
type leases interface {
	take(ctx context.Context) (ok bool, silent time.Duration, err error)
	renew(ctx context.Context, serves bool) (ok, wanted bool, err error)
	release(ctx context.Context) error
}

// moment is one moment by two clocks. The monotonic clock stands still while the machine
// sleeps; the wall clock may be set.
type moment struct{ steady, wall time.Time }

// NewRight returns a right by its name. This process does not have it yet. On SQLite it cannot
// be taken: the one process that serves has all rights.
func (db *DB) NewRight(name string) *Right {
	return newRight(&leaseRow{db: db, name: name, holder: newID() + newID()}, time.Now, db.log)
}

func newRight(l leases, wall func() time.Time, log *slog.Logger) *Right {
	return &Right{leases: l, log: log, wall: wall, lost: true, changed: make(chan struct{})}
}

func (r *Right) moment() moment { return moment{time.Now(), r.wall().Round(0)} }

// since tells whether less than d has passed since m, by both clocks.
func (r *Right) since(m moment, d time.Duration) bool {
	if m.steady.IsZero() {
		return false
	}
	now := r.moment()
	byWall := now.wall.Sub(m.wall)
	return now.steady.Sub(m.steady) < d && byWall < d && byWall > -time.Second
}

// change changes what is known and wakes whoever waits for it.
func (r *Right) change(do func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	do()
	close(r.changed)
	r.changed = make(chan struct{})
}

// Take takes the right, or returns ErrHeld.
func (r *Right) Take(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, renewMost)
	defer cancel()
	asked := r.moment()
	ok, silent, err := r.leases.take(ctx)
	if err != nil {
		return inTime(err)
	}
	r.change(func() {
		r.silent = silent
		if r.lost = !ok; ok {
			r.renewed, r.failed, r.assumed = asked, moment{}, false
		}
	})
	if !ok {
		return ErrHeld
	}
	return nil
}

// Assume makes the process act as holder because the database cannot be asked. Another process
// may have the right: one that was granted it acts first, and this one learns of that by
// Beaten.
func (r *Right) Assume() {
	now := r.moment()
	r.change(func() { r.lost, r.assumed, r.renewed, r.failed = false, true, moment{}, now })
}

// Silent is how long nobody had served when Take last asked.
func (r *Right) Silent() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.silent
}

// errDeaf reports that this holder does not serve although another process would.
var errDeaf = errors.New("what the right is for does not work here, and another process stands by")

// Keep renews the right until ctx ends. It returns ErrHeld once another process has the right,
// and errDeaf if this process does not serve and another waits. While the database does not
// answer, the right is kept. serves tells whether this process does what the right is for.
func (r *Right) Keep(ctx context.Context, serves func() bool) error {
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	served, fine := time.Now(), true
	for {
		r.mu.Lock()
		lost, changed := r.lost, r.changed
		r.mu.Unlock()
		if lost {
			return ErrHeld
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
			continue
		case <-tick.C:
		}
		works := serves()
		if works {
			served = time.Now()
		}
		wanted, err := r.renew(ctx, works)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, ErrHeld):
			return err
		case err != nil && fine:
			r.log.Warn("the right is kept although the database does not answer", "error", err)
		case err == nil && !fine:
			r.log.Info("the database answers again, and the right is still ours")
		case err == nil && wanted && time.Since(served) >= deafMost:
			return errDeaf
		}
		fine = err == nil
	}
}

// renew asks for more time, once.
func (r *Right) renew(ctx context.Context, serves bool) (wanted bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, renewMost)
	defer cancel()
	asked := r.moment()
	r.mu.Lock()
	assumed := r.assumed
	r.mu.Unlock()
	var ok bool
	if assumed {
		ok, _, err = r.leases.take(ctx)
	} else {
		ok, wanted, err = r.leases.renew(ctx, serves)
	}
	r.change(func() {
		switch {
		case err != nil:
			r.failed = asked
		case ok:
			r.renewed, r.failed, r.assumed = asked, moment{}, false
		default:
			r.lost = true
		}
	})
	if err == nil && !ok {
		err = ErrHeld
	}
	return wanted, inTime(err)
}

// Release gives the right back. If the database does not answer, the right expires.
func (r *Right) Release() {
	r.change(func() { r.lost = true })
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := r.leases.release(ctx); err != nil {
		r.log.Info("the right runs out by itself", "error", err)
	}
}

// standing is what a process knows of its right.
type standing int

const (
	unknown  standing = iota // no recent answer or failure: the process or its machine stood still
	ours                     // granted by the database
	doubtful                 // the database does not answer: another may have it
	theirs
)

func (r *Right) standing() (standing, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.lost:
		return theirs, r.changed
	case r.since(r.renewed, rightFor-rightSpare):
		return ours, r.changed
	case r.since(r.failed, renewEvery+renewMost+time.Second):
		return doubtful, r.changed
	}
	return unknown, r.changed
}

// Await waits until it is known whether this process may act, and tells so. While the database
// does not answer, it first waits a moment, so that a true holder acts before it. A process
// that was never granted the right waits twice as long.
func (r *Right) Await(ctx context.Context) bool {
	waited := false
	r.mu.Lock()
	others := letOthers
	if r.assumed {
		others *= 2
	}
	r.mu.Unlock()
	for {
		s, changed := r.standing()
		switch {
		case s == ours, s == doubtful && waited:
			return true
		case s == theirs:
			return false
		case s == doubtful:
			bot.Sleep(ctx, others)
			waited = true
		default:
			select {
			case <-ctx.Done():
			case <-changed:
			}
		}
		if ctx.Err() != nil {
			return false
		}
	}
}

// Mine tells whether this process may act at this moment.
func (r *Right) Mine() bool {
	s, _ := r.standing()
	return s == ours || s == doubtful
}

// Beaten notes that another process has acted. Unless the database has said that the right is
// ours, the other process counts as its holder.
func (r *Right) Beaten() {
	if s, _ := r.standing(); s != ours {
		r.change(func() { r.lost = true })
	}
}

// leaseRow is a right that PostgreSQL keeps as a row.
type leaseRow struct {
	db           *DB
	name, holder string
}

func (l *leaseRow) take(ctx context.Context) (ok bool, silent time.Duration, err error) {
	if l.db.rights == nil {
		return false, 0, l.db.Ping(ctx)
	}
	silent, err = l.want(ctx)
	if noTable(err) { // nor can another process have it
		return true, 0, nil
	}
	if !errors.Is(err, pgx.ErrNoRows) {
		return false, silent, err
	}
	var ms int64
	err = l.db.rights.QueryRow(ctx, `
		insert into leases (name, holder, until, served, wanted) values ($1, $2, `+serverClock+` + $3, `+serverClock+`, 0)
		on conflict (name) do update set holder = excluded.holder, until = excluded.until
			where leases.until < `+serverClock+` or leases.holder = excluded.holder
		returning `+serverClock+` - served`, l.name, l.holder, rightFor.Milliseconds()).Scan(&ms)
	if errors.Is(err, pgx.ErrNoRows) { // another was faster
		return false, 0, nil
	}
	return err == nil, time.Duration(ms) * time.Millisecond, err
}

// want tells the holder of the right that another process wants it, and returns how long nobody
// has served. The error is pgx.ErrNoRows if no other process holds the right.
func (l *leaseRow) want(ctx context.Context) (silent time.Duration, err error) {
	var ms int64
	err = l.db.rights.QueryRow(ctx, `
		update leases set wanted = `+serverClock+` where name = $1 and holder <> $2 and until >= `+serverClock+`
		returning `+serverClock+` - served`, l.name, l.holder).Scan(&ms)
	return time.Duration(ms) * time.Millisecond, err
}

func (l *leaseRow) renew(ctx context.Context, serves bool) (ok, wanted bool, err error) {
	if l.db.rights == nil {
		return true, false, l.db.Ping(ctx)
	}
	var ms int64
	err = l.db.rights.QueryRow(ctx, `
		update leases set until = `+serverClock+` + $3, served = case when $4 then `+serverClock+` else served end
		where name = $1 and holder = $2 returning `+serverClock+` - wanted`, l.name, l.holder, rightFor.Milliseconds(), serves).Scan(&ms)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, false, nil
	}
	if noTable(err) { // as when it was taken
		return true, false, nil
	}
	return err == nil, ms < rightFor.Milliseconds(), err
}

func (l *leaseRow) release(ctx context.Context) error {
	if l.db.rights == nil {
		return nil
	}
	_, err := l.db.rights.Exec(ctx, `update leases set until = 0 where name = $1 and holder = $2`, l.name, l.holder)
	if noTable(err) {
		return nil
	}
	return err
}
