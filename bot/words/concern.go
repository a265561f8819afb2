package words

import "circlekeeper/bot"

// Category names what a concern is about.
func (r *Reader) Category(name string) string {
	switch name {
	case "confidentiality":
		return r.T("Confidentiality")
	case "respect":
		return r.T("Respect")
	case "conflict":
		return r.T("Conflict")
	case "other":
		return r.T("Something else")
	}
	return name
}

// HowMany is how many concerns came, no closer than it helps.
func (r *Reader) HowMany(n int) string {
	switch {
	case n <= 1:
		return "1"
	case n < bot.MaxConcerns:
		return "2–4"
	}
	return r.T("5 or more")
}
