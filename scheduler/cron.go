package scheduler

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/robfig/cron/v3"
)

// starBit marks a field that was written as *. If one of the two day fields has it, cron
// matches days that are in both fields, otherwise days that are in either.
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

// looksLikeCron tells cron from words: its first two fields have no letters.
func looksLikeCron(s string) bool {
	fields := strings.Fields(s)
	if (len(fields) == 1 || len(fields) != 5 && strings.ContainsFunc(s, unicode.IsLetter)) && !strings.Contains(s, "*") {
		return false
	}
	for i, f := range fields {
		word := foldText(strings.TrimRight(f, ",;."))
		_, dow := dowOf(word)
		_, month := monthOf(word)
		if letters := strings.Trim(word, "0123456789,-/#"); !strings.Contains(s, "*") && letters != "" && letters != "l" && len(letters) != 3 && !dow && !month && strings.Trim(letters, "abcdefghijklmnopqrstuvwxyz") == "" {
			return false
		}
		if i < 2 && strings.Trim(f, "0123456789*/,-?") != "" {
			return false
		}
	}
	return true
}

func parseCron(text string) (Rule, error) {
	words := strings.Fields(text)
	if len(words) != 5 {
		return Rule{}, mistake("cron has five fields (minute, hour, day of the month, month, day of the week) and this has %d; write for example 0 9 * * 1", len(words))
	}
	words[4] = sundayAsSeven(words[4])
	for i, f := range cronFields() {
		if err := f.check(words[i]); err != nil {
			return Rule{}, err
		}
	}
	parsed, err := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow).Parse(strings.Join(words, " "))
	if err != nil {
		return Rule{}, mistake("%s; write for example 0 9 * * 1", err)
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return Rule{}, mistake("this is not read as five fields; write for example 0 9 * * 1")
	}
	return cronRule(*spec), nil
}

// cronRule is the rule that the fields mean. If both day fields name some days, a day in either
// counts; if every hour is named, the rule goes by hours that pass.
func cronRule(s cron.SpecSchedule) Rule {
	f := cronFields()
	s.Hour, s.Month = f[1].star(s.Hour), f[3].star(s.Month)
	// A day field that lists every day matches every day, whatever the other field says.
	if f[2].star(s.Dom) != s.Dom || f[4].star(s.Dow) != s.Dow {
		s.Dom, s.Dow = f[2].all(), f[4].all()
	}
	p := part{hourly: s.Hour&starBit != 0}
	if p.hourly {
		p.times = values(s.Minute)
	} else {
		for _, h := range values(s.Hour) {
			for _, m := range values(s.Minute) {
				p.times = append(p.times, h*60+m)
			}
		}
	}
	if s.Month&starBit == 0 {
		p.months = uint16(s.Month)
	}
	byDow, byDom := p, p
	byDow.dow, byDom.dom = uint8(s.Dow&everyDow), uint32(s.Dom&^starBit)
	switch {
	case s.Dow&starBit != 0 && s.Dom&starBit == 0:
		return ruleOf(byDom)
	case s.Dom&starBit != 0 || s.Dow&starBit != 0:
		return ruleOf(byDow)
	}
	return ruleOf(byDow, byDom)
}

// sundayAsSeven writes the 7 that many programs take for Sunday as 0.
func sundayAsSeven(field string) string {
	parts := strings.Split(field, ",")
	for i, p := range parts {
		switch from, found := strings.CutSuffix(p, "-7"); {
		case p == "7":
			parts[i] = "0"
		case found && from == "7":
			parts[i] = "0"
		case found && from == "0":
			parts[i] = "0-6"
		case found:
			parts[i] = from + "-6,0"
		}
	}
	return strings.Join(parts, ",")
}

// check refuses fields that cron would misread or understand differently.
func (f cronField) check(word string) error {
	if strings.Contains(word, "#") || strings.HasSuffix(strings.ToUpper(word), "L") && f.option&(cron.Dom|cron.Dow) != 0 {
		return mistake(`programs read the %s %s of cron in different ways; write in words what you mean, such as "the first Monday of each month at 9:00 AM" or "the last day of each month at 9:00 AM"`, f.name, clip(word))
	}
	if strings.Contains(word, "?") || strings.Trim(strings.ToLower(word), "0123456789*/,-abcdefghijklmnopqrstuvwxyz") != "" {
		return mistake("the %s %s has a sign that cannot be used; write %s, lists (1,3), ranges (1-5), steps (*/2) or *", f.name, clip(word), f.hint)
	}
	for part := range strings.SplitSeq(word, ",") {
		if part == "" {
			return mistake("the %s %s has an empty part; write %s or *", f.name, clip(word), f.hint)
		}
		if _, step, ok := strings.Cut(part, "/"); ok {
			if n, err := strconv.Atoi(step); err == nil && n > f.max-f.min {
				return mistake("the %s %s does not mean every %d: a step starts again with each round of the field; write a step of at most %d or list the times", f.name, clip(word), n, f.max-f.min)
			}
		}
	}
	if _, err := cron.NewParser(f.option).Parse(word); err != nil {
		return mistake("the %s %s is not understood; write %s, lists (1,3), ranges (1-5) or *", f.name, clip(word), f.hint)
	}
	return nil
}

func (f cronField) all() uint64 {
	return (1<<(f.max+1)-1)&^(1<<f.min-1) | starBit
}

// star adds the mark of * to a field that has every value.
func (f cronField) star(set uint64) uint64 {
	if set|starBit == f.all() {
		return f.all()
	}
	return set
}

// cronText writes the rule as five fields, if they can say it.
func (r Rule) cronText() (string, bool) {
	if len(r.parts) == 0 || len(r.parts) > 2 {
		return "", false
	}
	f := cronFields()
	first := r.parts[0]
	set := [5]uint64{0, 0, f[2].all(), f[3].all(), f[4].all()}
	for i, p := range r.parts {
		d := p.days
		d.dow, d.dom, d.months = 0, 0, 0
		other := i > 0 && (p.dom == 0 || first.dow == 0)
		if d != (days{}) || p.dom&lastOne != 0 || other || p.months != first.months || p.hourly != first.hourly || !slices.Equal(p.times, first.times) {
			return "", false
		}
		if p.dom != 0 {
			set[2] = uint64(p.dom)
		} else {
			set[4] = f[4].star(uint64(p.dow))
		}
	}
	if first.months != 0 {
		set[3] = uint64(first.months)
	}
	if first.hourly {
		set[1] = f[1].all()
	}
	for _, m := range first.times {
		set[0] |= 1 << (m % 60)
		if !first.hourly {
			set[1] |= 1 << (m / 60)
		}
	}
	set[0] = f[0].star(set[0])
	words := make([]string, len(set))
	for i := range set {
		words[i] = fieldText(set[i])
	}
	again, err := parseCron(strings.Join(words, " "))
	return strings.Join(words, " "), err == nil && again.Equal(r)
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
