package scheduler

import (
	"slices"
	"strings"
)

// Phrases offers up to 25 rules for what a person has typed so far, the most
// likely first. ParseRule reads every one of them.
func Phrases(prefix string) []string {
	const most = 25
	if len(prefix) > maxRule {
		return nil
	}
	var out []string
	add := func(s string) {
		if len(out) < most && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if r, err := ParseRule(prefix); err == nil {
		add(r.String())
	} else {
		for _, time := range likelyTimes() { // "Tuesday and Friday" only lacks a time
			if r, err := ParseRule(prefix + " at " + time); err == nil {
				add(r.String())
			}
		}
	}
	typed := strings.Fields(foldText(prefix))
	for i, w := range typed {
		if minute, _, ok := readTime(w, "", false); ok {
			typed[i] = strings.TrimPrefix(clock(minute), "0")
		}
	}
	days := []string{"day", "weekday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "1st of the month", "15th of the month"}
	for i, time := range likelyTimes() {
		for _, d := range days {
			if s := "every " + d + " at " + time; completes(s, typed) {
				add(s)
			}
		}
		if i > 0 {
			continue
		}
		for _, length := range []string{"15 minutes", "30 minutes", "1 hour", "2 hours", "24 hours"} {
			if s := length + " before each session"; completes(s, typed) {
				add(s)
			}
		}
	}
	return out
}

// completes reports whether the words typed begin words of the phrase, in order.
func completes(phrase string, typed []string) bool {
	words := strings.Fields(foldText(phrase))
	for _, t := range typed {
		at := slices.IndexFunc(words, func(w string) bool {
			return strings.HasPrefix(w, t) || strings.HasPrefix(strings.TrimPrefix(w, "0"), t)
		})
		if at < 0 {
			return false
		}
		words = words[at+1:]
	}
	return true
}

// likelyTimes is every half hour, those that groups like first.
func likelyTimes() []string {
	out := []string{"09:00", "12:00", "18:00"}
	for half := range 48 {
		if t := clock((half*30 + 8*60) % dayMinutes); !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}
