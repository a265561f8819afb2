package bot

import "circlekeeper/scheduler"

// OffReason is on record for an occurrence that the group's calendar calls off; zero
// if it does not.
func OffReason(off scheduler.Off) Reason {
	switch off {
	case scheduler.SkippedDay:
		return Reason{Code: SkippedDate}
	case scheduler.CancelledSession:
		return Reason{Code: SessionCancelled}
	case scheduler.MovedSession:
		return Reason{Code: SessionMoved}
	}
	return Reason{}
}
