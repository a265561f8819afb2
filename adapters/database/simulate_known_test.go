package database

import (
	"context"
	"os"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// knownFault is a fault that this program had once, or might have. A test puts it back from
// outside, and the simulation must find it.
type knownFault string

const (
	pausedPostsAgain knownFault = "a paused process posts again"            // issue 14, A 2
	clockBelieved    knownFault = "a wrong clock is believed"               // issue 14, A 4
	remainsReplayed  knownFault = "a restore leaves the old log beside it"  // issue 9, A 1
	futureBlocks     knownFault = "records of a clock ahead block"          // issue 9, A 2
	nextNotAnew      knownFault = "the next moment is not worked out again" // issue 9, A 2
	noLookUp         knownFault = "what was cut off is sent again unseen"
	noMark           knownFault = "a restored database does not look first"
	gapUnseen        knownFault = "after a restore, posts are known by their own names alone" // found by the simulator
	jobsLost         knownFault = "the jobs of a killed process are lost"
	pauseUnseen      knownFault = "a pause is not looked at"
	quietUnseen      knownFault = "quiet hours are not looked at"
	calledOffUnseen  knownFault = "a cancelled session is not looked at"
	lookedTooLate    knownFault = "a look-up goes by a clock that is ahead" // found by the simulator
	approvalUnseen   knownFault = "an approval that ran out is not looked at"
	neverHealed      knownFault = "nothing is told as over"
	reasonless       knownFault = "what is skipped has no reason"
	viewStays        knownFault = "what nobody wants any more stays in view"
	viewGivenUp      knownFault = "what could not be corrected in view once is left so"
)

// knownFaults lists all of them with a seed that has found each, which is tried first. The
// environment variable SIMULATE_KNOWN puts one back.
func knownFaults() map[knownFault]uint64 {
	return map[knownFault]uint64{
		pausedPostsAgain: 54, clockBelieved: 5, remainsReplayed: 3, futureBlocks: 5, nextNotAnew: 5, noLookUp: 2, noMark: 8, gapUnseen: 42,
		jobsLost: 3, pauseUnseen: 2, quietUnseen: 1, calledOffUnseen: 1, approvalUnseen: 40, lookedTooLate: 11, neverHealed: 1, reasonless: 1, viewStays: 1, viewGivenUp: 6911,
	}
}

// started changes a process right after its start.
func (k knownFault) started(r *replica) {
	exec := func(query string) {
		_, err := r.db.sql.ExecContext(context.Background(), query)
		r.w.must(err)
	}
	switch k {
	case futureBlocks:
		exec(`create temp trigger known before update of state on deliveries
			when old.state in ('skipped', 'failed') begin select raise(ignore); end`)
		exec(`create temp trigger known_left before delete on main.deliveries
			when old.state in ('skipped', 'failed') and old.settled_at > (select max(at) from marks where name = 'clock') begin select raise(ignore); end`)
	case nextNotAnew:
		exec(`create temp table known (n integer)`)
		exec(`create temp trigger known_next before update of next_at on main.reminders
			when exists (select 1 from known) and new.next_at < old.next_at begin select raise(ignore); end`)
	}
}

// before runs before a round of the planner, after runs behind it.
func (k knownFault) before(r *replica) {
	switch k {
	case clockBelieved:
		r.engine.clock.last = time.Time{} // as if it was never read: a step is not noticed
	case nextNotAnew:
		_, err := r.db.sql.ExecContext(context.Background(), `insert into known values (1)`)
		r.w.must(err)
	}
}

func (k knownFault) after(r *replica) {
	if k == nextNotAnew {
		_, err := r.db.sql.ExecContext(context.Background(), `delete from known`)
		r.w.must(err)
	}
}

// skips tells whether a step of a start is left out.
func (k knownFault) skips(step string) bool {
	return k == clockBelieved && step == "compare" || k == jobsLost && step == "recover"
}

// restoring runs before a backup is restored, restored runs afterwards.
func (k knownFault) restoring(w *world) {
	if k == remainsReplayed && exists(w.file+"-wal") {
		b, err := os.ReadFile(w.file + "-wal")
		w.must(err)
		w.must(os.WriteFile(w.file+".old-log", b, 0o600))
	}
}

func (k knownFault) restored(w *world) {
	switch k {
	case remainsReplayed:
		if exists(w.file + ".old-log") {
			w.must(os.Rename(w.file+".old-log", w.file+"-wal"))
		}
	case noMark:
		w.open(func(db *DB) {
			for _, q := range []string{`delete from marks where name = 'restored'`, `update deliveries set state = 'due' where state = 'sending'`} {
				_, err := db.sql.ExecContext(context.Background(), q)
				w.must(err)
			}
		})
	}
}

// loaded changes what a courier has read of a delivery.
func (k knownFault) loaded(ctx context.Context, w *world, l bot.Ledger, work *bot.Work) error {
	switch k {
	case noLookUp:
		if work.Delivery.State == bot.Sending {
			work.Delivery.State = bot.Due
			return l.Return(ctx, bot.Reason{Code: bot.CutOff})
		}
	case gapUnseen:
		work.Gap = bot.Gap{}
	case pauseUnseen:
		work.Reminder.Paused, work.Group.Paused = time.Time{}, time.Time{}
	case quietUnseen:
		work.Group.Quiet = "none"
	case calledOffUnseen:
		work.Group.Exceptions, work.Group.Skips = nil, nil
	case approvalUnseen: // as if approvals never expired
		var given []content.Approval
		for _, a := range w.clinic.approvals {
			a.ReviewBy = bot.Forever
			given = append(given, a)
		}
		work.Signed = content.NewSignOff(given, 1)
	}
	return nil
}

// settling changes the end of a delivery before it is recorded.
func (k knownFault) settling(s bot.Settlement) bot.Settlement {
	switch k {
	case neverHealed:
		s.Healed = nil
	case reasonless:
		if s.State == bot.Skipped {
			s.Reason = bot.Reason{}
		}
	}
	return s
}
