package bot

import "circlekeeper/scheduler"

// OffReason is on record for an occurrence that the group's calendar calls off; empty
// if it does not.
func OffReason(off scheduler.Off) string {
	switch off {
	case scheduler.SkippedDay:
		return SkippedDate
	case scheduler.CancelledSession:
		return SessionCancelled
	case scheduler.MovedSession:
		return SessionMoved
	}
	return ""
}
