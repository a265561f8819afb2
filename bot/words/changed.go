package words

import (
	"slices"
	"strings"
)

// Changed says what is new, and what is gone that nothing new stands for. Each line
// is a label, a colon and a value.
func (r *Reader) Changed(said string, was, now []string) string {
	label := func(line string) string { name, _, _ := strings.Cut(line, ": "); return name }
	isNew := func(line string) bool { return !slices.Contains(was, line) }
	times := make(map[string]int) // of a label: of several lines, none stands for another
	for _, lines := range [][]string{was, now} {
		here := make(map[string]int)
		for _, line := range lines {
			here[label(line)]++
			times[label(line)] = max(times[label(line)], here[label(line)])
		}
	}
	var gone []string
	for _, line := range was {
		stands := times[label(line)] == 1 && slices.ContainsFunc(now, func(l string) bool { return isNew(l) && label(l) == label(line) })
		if !slices.Contains(now, line) && !stands {
			gone = append(gone, line)
		}
	}
	fresh := slices.DeleteFunc(slices.Clone(now), func(line string) bool { return !isNew(line) })
	if len(fresh)+len(gone) == 0 {
		return r.T("Nothing changed: it was like this before.")
	}
	if len(fresh) > 0 {
		said += " " + strings.Join(fresh, "; ") + "."
	}
	if len(gone) > 0 {
		said += " " + r.T("No longer: %s.", strings.Join(gone, "; "))
	}
	return said
}
