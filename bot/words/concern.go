package words

import (
	"cmp"

	"circlekeeper/bot"
)

func categories() sayings[string, string] {
	return sayings[string, string]{
		"confidentiality": "Confidentiality", "respect": "Respect", "conflict": "Conflict", "other": "Something else",
	}
}

// Category names what a concern is about.
func (r *Reader) Category(name string) string { return r.word(cmp.Or(categories()[name], name)) }

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
