package scheduler

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// starBit marks a field that was written as *; cron matches a day by both its
// day fields if one of them has it, else by either.
const starBit = 1 << 63

// cronField is one of the five fields of an expression.
type cronField struct {
	name     Term
	min, max int
	option   cron.ParseOption
	hint     Term
}

func cronFields() [5]cronField {
	return [5]cronField{
		{Term("minute"), 0, 59, cron.Minute, Term("0 to 59")},
		{Term("hour"), 0, 23, cron.Hour, Term("0 to 23")},
		{Term("day of the month"), 1, 31, cron.Dom, Term("1 to 31")},
		{Term("month"), 1, 12, cron.Month, Term("1 to 12 or jan to dec")},
		{Term("day of the week"), 0, 6, cron.Dow, Term("0 (Sunday) to 6 (Saturday) or sun to sat")},
	}
}

// looksLikeCron tells cron from phrases: its first two fields have no letters.
func looksLikeCron(s string) bool {
	for i, f := range strings.Fields(s) {
		if i < 2 && strings.Trim(f, "0123456789*/,-?") != "" {
			return false
		}
	}
	return true
}

func parseCron(text string) (Rule, error) {
	words := strings.Fields(text)
	if len(words) != 5 {
		return Rule{}, mistake("rule %s: cron has five fields (minute, hour, day of the month, month, day of the week) and this has %d; write for example 0 9 * * 1", clip(text), len(words))
	}
	for i, f := range cronFields() {
		if err := f.check(words[i]); err != nil {
			return Rule{}, mistake("rule %s: %s", clip(text), err)
		}
	}
	parsed, err := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow).Parse(strings.Join(words, " "))
	if err != nil {
		return Rule{}, mistake("rule %s: %s; write for example 0 9 * * 1", clip(text), err)
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return Rule{}, mistake("rule %s is not read as five fields; write for example 0 9 * * 1", clip(text))
	}
	return Rule{spec: normal(*spec)}, nil
}

// check refuses what cron would misread or take for something else.
func (f cronField) check(word string) error {
	if strings.ContainsAny(word, "?#") || strings.Trim(strings.ToLower(word), "0123456789*/,-abcdefghijklmnopqrstuvwxyz") != "" {
		return mistake("the %s %s has a sign that is not taken; write %s, lists (1,3), ranges (1-5), steps (*/2) or *", f.name, clip(word), f.hint)
	}
	for part := range strings.SplitSeq(word, ",") {
		if part == "" {
			return mistake("the %s %s has an empty part; write %s or *", f.name, clip(word), f.hint)
		}
		if _, step, ok := strings.Cut(part, "/"); ok {
			if n, err := strconv.Atoi(step); err == nil && n > f.max-f.min {
				return mistake("the %s %s does not mean every %d: a step starts anew with each round of the field; write a step of at most %d or list the times", f.name, clip(word), n, f.max-f.min)
			}
		}
	}
	if _, err := cron.NewParser(f.option).Parse(word); err != nil {
		return mistake("the %s %s is not understood; write %s, lists (1,3), ranges (1-5) or *", f.name, clip(word), f.hint)
	}
	return nil
}

// normal gives rules that mean the same the same bits, and UTC as their zone.
func normal(s cron.SpecSchedule) cron.SpecSchedule {
	s.Location = time.UTC
	f := cronFields()
	s.Minute = f[0].star(s.Minute)
	s.Hour = f[1].star(s.Hour)
	s.Month = f[3].star(s.Month)
	dom, dow := f[2].star(s.Dom), f[4].star(s.Dow)
	// A day field that names every day matches every day, whatever the other says.
	if dom != s.Dom || dow != s.Dow {
		dom, dow = f[2].all(), f[4].all()
	}
	s.Dom, s.Dow = dom, dow
	return s
}

func (f cronField) all() uint64 {
	return (1<<(f.max+1)-1)&^(1<<f.min-1) | starBit
}

// cronAll is every minute.
func cronAll() cron.SpecSchedule {
	f := cronFields()
	return cron.SpecSchedule{Second: 1, Minute: f[0].all(), Hour: f[1].all(), Dom: f[2].all(), Month: f[3].all(), Dow: f[4].all()}
}

// star adds the mark of * to a field that has every value.
func (f cronField) star(set uint64) uint64 {
	if set|starBit == f.all() {
		return f.all()
	}
	return set
}

// cronText writes the rule as five fields.
func (r Rule) cronText() string {
	sets := [5]uint64{r.spec.Minute, r.spec.Hour, r.spec.Dom, r.spec.Month, r.spec.Dow}
	words := make([]string, len(sets))
	for i, set := range sets {
		words[i] = fieldText(set)
	}
	return strings.Join(words, " ")
}

func fieldText(set uint64) string {
	if set&starBit != 0 {
		return "*"
	}
	var parts []string
	values := values(set)
	for i := 0; i < len(values); {
		j := i
		for j+1 < len(values) && values[j+1] == values[j]+1 {
			j++
		}
		switch {
		case j-i >= 2:
			parts = append(parts, fmt.Sprintf("%d-%d", values[i], values[j]))
		default:
			for _, v := range values[i : j+1] {
				parts = append(parts, strconv.Itoa(v))
			}
		}
		i = j + 1
	}
	return strings.Join(parts, ",")
}

// values lists the values in a field.
func values(set uint64) []int {
	set &^= starBit
	out := make([]int, 0, bits.OnesCount64(set))
	for ; set != 0; set &= set - 1 {
		out = append(out, bits.TrailingZeros64(set))
	}
	return out
}

// from is the first civil moment of the rule at or after t, which is read as if
// the zone were UTC, where cron has no clock changes to stumble over. The zero
// time means that there is none in the next nine years.
func (r Rule) from(t time.Time) time.Time {
	t = t.Add(-1)
	next := r.spec.Next(t)
	if next.IsZero() { // cron looks five years ahead; 29 February may be eight away
		next = r.spec.Next(t.AddDate(4, 0, 0))
	}
	return next
}

// never reports whether the rule has no date at all.
func (r Rule) never() bool {
	return r.from(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero()
}
