package words

// What every chat adapter says by itself, where the core gives no answer.

// Sorry says that a request failed.
func (r *Reader) Sorry() string {
	return r.T("Something went wrong. Please try again. In a crisis, use %s, or call 911 or 988.", Command("crisis"))
}

// OutOfDate says that a button is one of an earlier version of the program.
func (r *Reader) OutOfDate() string {
	return r.T("This button is out of date. Please use the command again. In a crisis, use %s, or call 911 or 988.", Command("crisis"))
}

// Busy says that more people are asking than can be answered at once.
func (r *Reader) Busy() string {
	return r.T("Many people are asking right now. Please try again in a moment. In a crisis, call 911 or 988.")
}
