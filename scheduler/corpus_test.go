package scheduler

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The corpora say what people write and what it means; see their first lines. They
// belong to no clone of this repository: CORPUS names their folder.
func corpus(t *testing.T, file string, test func(t *testing.T, fields []string)) {
	t.Helper()
	folder := os.Getenv("CORPUS")
	if folder == "" {
		t.Skip("CORPUS does not name the folder of phrases.tsv and values.tsv")
	}
	f, err := os.Open(filepath.Join(folder, file))
	must(t, err)
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if !strings.HasPrefix(lines.Text(), "#") {
			fields := strings.Split(lines.Text(), "\t")
			t.Run(strings.Join(fields[:len(fields)-1], " "), func(t *testing.T) { test(t, fields) })
		}
	}
}

// reader is who reads in these tests: on Tuesday, November 24, 2026 at 10:00 in Los
// Angeles.
func reader(locale string) Reader {
	return Reader{Locale: locale, Zone: "America/Los_Angeles", Now: time.Date(2026, 11, 24, 18, 0, 0, 0, time.UTC)}
}

func TestCorpusPhrases(t *testing.T) {
	t.Parallel()
	corpus(t, "phrases.tsv", func(t *testing.T, fields []string) {
		r := reader("en-US")
		rule, err := r.Rule(fields[0])
		checkMeaning(t, r, fields[1], rule, 0, err)
	})
}

func TestCorpusValues(t *testing.T) {
	t.Parallel()
	corpus(t, "values.tsv", func(t *testing.T, fields []string) {
		r, text, want := reader("en-US"), fields[1], fields[2]
		switch fields[0] {
		case "session":
			rule, length, err := r.Session(text)
			checkMeaning(t, r, want, rule, length, err)
		case "quiet":
			q, err := r.Quiet(text)
			checkValue(t, want, q.String(), err)
		case "skip":
			d, err := r.Skip(text)
			if err != nil {
				checkValue(t, want, "", err)
				return
			}
			got := []string{d.String()}
			short := d.from.Time().Format("01-02")
			if d.from != d.to {
				got = append(got, short+".."+d.to.Time().Format("01-02"))
			} else {
				got = append(got, short)
			}
			if !slices.Contains(got, want) || d.from.Before(r.now()) && d.to.Before(r.now()) {
				t.Errorf("read as %s, want %s", d, want)
			}
		}
	})
}

func checkValue(t *testing.T, want, got string, err error) {
	t.Helper()
	switch {
	case want == "refuse" && err == nil:
		t.Errorf("accepted as %s", got)
	case want != "refuse" && (err != nil || got != want):
		t.Errorf("read as %s, %v; want %s", got, err, want)
	}
}

// checkMeaning holds what was read against one of the meanings that are right.
func checkMeaning(t *testing.T, r Reader, meanings string, rule Rule, length time.Duration, err error) {
	t.Helper()
	var wrong []string
	for meaning := range strings.SplitSeq(meanings, " || ") {
		if words, refuse := strings.CutPrefix(strings.TrimSpace(meaning), "refuse"); refuse {
			if err != nil && saysOne(err, strings.TrimPrefix(words, ":")) {
				return
			}
			wrong = append(wrong, fmt.Sprintf("is not refused with %q: %v", words, err))
			continue
		}
		if err != nil {
			wrong = append(wrong, err.Error())
			continue
		}
		text, minutes, timed := strings.Cut(meaning, " / ")
		if n, _ := strconv.Atoi(minutes); timed && length != time.Duration(n)*time.Minute {
			wrong = append(wrong, fmt.Sprintf("takes %s", length))
			continue
		}
		if complaint := compareMeaning(t, r, text, rule); complaint != "" {
			wrong = append(wrong, complaint)
			continue
		}
		return
	}
	t.Errorf("%q is not %q: %s", rule, meanings, strings.Join(wrong, "; "))
}

func saysOne(err error, words string) bool {
	return words == "" || slices.ContainsFunc(strings.Split(words, ","), func(w string) bool {
		return strings.Contains(strings.ToLower(err.Error()), strings.ToLower(w))
	})
}

// compareMeaning compares two years of a rule with an expansion of what it should mean
// that shares no code with the rule.
func compareMeaning(t *testing.T, r Reader, want string, rule Rule) string {
	t.Helper()
	if minutes, ok := strings.CutPrefix(want, "session:"); ok {
		return compareSessions(t, minutes, rule)
	}
	now := r.now().Time()
	if once, ok := strings.CutPrefix(want, "once:"); ok {
		return compareOnce(t, now, once, rule)
	}
	var got []time.Time
	for minute := civilAt(now).minutes; len(got) < 800; minute++ {
		var ok bool
		if minute, ok = rule.nextCivil(minute); !ok || minute > civilAt(now).minutes+740*dayMinutes {
			break
		}
		got = append(got, Civil{minutes: minute}.Time())
	}
	for phase := range 12 {
		if slices.Equal(got, expand(t, now, want, phase)) {
			return ""
		}
		if !strings.HasPrefix(want, "~") {
			break
		}
	}
	return fmt.Sprintf("%s: falls due %v", rule, got[:min(6, len(got))])
}

func compareSessions(t *testing.T, want string, rule Rule) string {
	t.Helper()
	c := calendar(t, "America/Los_Angeles", "none", []string{"every Monday at 18:00"}, nil)
	start := instant(t, "2026-12-08T02:00:00Z")
	var all []time.Time
	for text := range strings.SplitSeq(want, ",") {
		n, err := strconv.Atoi(text)
		must(t, err)
		all = append(all, start.Add(time.Duration(n)*time.Minute))
	}
	o, ok := c.First(rule, start.AddDate(0, 0, -4))
	for _, at := range all {
		if !ok || !o.At.Equal(at) {
			return fmt.Sprintf("%s: is due at %s, want %s", rule, o.At, at)
		}
		o, ok = c.Next(rule, o)
	}
	if o.At.Before(start.AddDate(0, 0, 2)) {
		return fmt.Sprintf("%s: is due also at %s", rule, o.At)
	}
	return ""
}

func compareOnce(t *testing.T, now time.Time, want string, rule Rule) string {
	t.Helper()
	first, ok := rule.nextCivil(civilAt(now).minutes)
	if _, more := rule.nextCivil(first + 1); !ok || more {
		return fmt.Sprintf("%s: is not once", rule)
	}
	got := Civil{minutes: first}.Time()
	day, clock, _ := strings.Cut(want, "@")
	right := false
	switch {
	case want == "next":
		right = got.Weekday() == time.Monday && got.After(now) && got.Sub(now) < 8*24*time.Hour
	case strings.HasSuffix(want, "h"):
		right = got.Equal(now.Add(2 * time.Hour))
	case strings.HasPrefix(day, "+"):
		n, _ := strconv.Atoi(strings.TrimSuffix(day[1:], "d"))
		right = got.Format("2006-01-02 15:04") == now.AddDate(0, 0, n).Format("2006-01-02 ")+clock
	default:
		right = strings.HasSuffix(got.Format("2006-01-02 15:04"), day+" "+clock) && got.Sub(now) < 366*24*time.Hour
	}
	if !right {
		return fmt.Sprintf("%s: is once at %s", rule, got)
	}
	return ""
}

// expand is what an RFC 5545 rule means in the 740 days from now, by looking at each
// day.
func expand(t *testing.T, now time.Time, text string, phase int) []time.Time {
	t.Helper()
	var out []time.Time
	for one := range strings.SplitSeq(text, " + ") {
		for d := range 741 {
			day := now.Truncate(24*time.Hour).AddDate(0, 0, d)
			out = append(out, momentsOf(t, one, day, now.Truncate(24*time.Hour), phase)...)
		}
	}
	out = slices.DeleteFunc(out, func(at time.Time) bool { return at.Before(now) || at.Sub(now) > 740*24*time.Hour })
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, time.Time.Equal)
}

func momentsOf(t *testing.T, text string, day, origin time.Time, phase int) []time.Time {
	t.Helper()
	text = strings.TrimPrefix(text, "~")
	date := day.Format(time.DateOnly)
	if rest, ok := strings.CutPrefix(text, "@"); ok {
		from, rule, _ := strings.Cut(rest, " ")
		origin, _ = time.Parse(time.DateOnly, from)
		if text = rule; date < from {
			return nil
		}
	}
	if rest, ok := strings.CutPrefix(text, "U"); ok {
		until, rule, _ := strings.Cut(rest, " ")
		if text = rule; date > until {
			return nil
		}
	}
	f := map[string]string{"INTERVAL": "1"}
	for pair := range strings.SplitSeq(text, ";") {
		k, v, _ := strings.Cut(pair, "=")
		f[k] = v
	}
	interval, _ := strconv.Atoi(f["INTERVAL"])
	count := map[string]int{
		"DAILY":   int(day.Sub(origin).Hours()) / 24,
		"WEEKLY":  int(mondayBefore(day).Sub(mondayBefore(origin)).Hours()) / 24 / 7,
		"MONTHLY": (day.Year()-origin.Year())*12 + int(day.Month()-origin.Month()),
	}[f["FREQ"]]
	if (count+phase)%interval != 0 || f["BYMONTH"] != "" && f["BYMONTH"] != strconv.Itoa(int(day.Month())) {
		return nil
	}
	fromEnd := daysIn(day.Year(), day.Month()) - day.Day()
	if f["BYMONTHDAY"] != "" && !slices.ContainsFunc(strings.Split(f["BYMONTHDAY"], ","), func(n string) bool {
		return n == strconv.Itoa(day.Day()) || n == strconv.Itoa(-1-fromEnd)
	}) {
		return nil
	}
	name := strings.ToUpper(day.Weekday().String()[:2])
	if f["BYDAY"] != "" && !slices.ContainsFunc(strings.Split(f["BYDAY"], ","), func(n string) bool {
		return n == name || n == strconv.Itoa((day.Day()-1)/7+1)+name || n == strconv.Itoa(-1-fromEnd/7)+name
	}) {
		return nil
	}
	hour, _ := strconv.Atoi(f["BYHOUR"])
	minute, _ := strconv.Atoi(f["BYMINUTE"])
	return []time.Time{day.Add(time.Duration(hour*60+minute) * time.Minute)}
}

func mondayBefore(day time.Time) time.Time {
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
}
