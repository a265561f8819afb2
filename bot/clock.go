package bot

// Subjects of trouble with the clock, and what is on record about it. A length of
// time follows after a colon.
const (
	ClockSubject     = "clock"     // nothing goes by it
	RetentionSubject = "retention" // nothing is deleted by it

	ClockDiffers = "it differs from the database's clock"
	ClockMoved   = "it was set, or the machine slept"
	ClockBehind  = "the newest record is ahead of it"
	ClockAhead   = "it is far ahead of the newest record"
)
