package scheduler

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// fieldsOf takes quotes away that stand around cron, and "cron:" before it.
func fieldsOf(text string) string {
	const quotes = "\"'`()“”"
	text = strings.Trim(text, quotes)
	if name := len("cron"); len(text) > name && strings.EqualFold(text[:name], "cron") && strings.ContainsAny(text[name:name+1], ": ") {
		text = strings.Trim(text[name+1:], quotes+": ")
	}
	return text
}

// cron reads five fields. Fields that name both kinds of days are refused: people expect
// another meaning than cron's.
func (r Reader) cron(text string) (Rule, error) {
	words := strings.Fields(text)
	if len(words) == 6 && (len(ZonesFor(words[5])) > 0 || slices.Contains(Zones(), ZoneNamed(words[5]))) {
		return Rule{}, mistake("a zone does not belong here, the group has one; write only the five fields, such as 0 9 * * 1")
	}
	rule, err := parseCron(text)
	switch {
	case r.stored:
	case err == nil && len(rule.parts) > 1:
		return Rule{}, r.bothKinds(rule)
	case err != nil && len(words) == 5:
		return rule, placedDay(r, words, err)
	}
	return rule, err
}

// bothKinds refuses days of the month and of the week in one, and offers "the first Monday of each
// month" for 1-7 * 1.
func (r Reader) bothKinds(rule Rule) error {
	var dow uint8
	var dom uint32
	for _, p := range rule.parts {
		dow |= p.dow
		dom |= p.dom
	}
	for n := 1; n <= 4; n++ {
		if dom != 0b1111111<<(7*n-6) {
			continue
		}
		offer := ruleOf(part{days: days{nth: nthOf(dow, n), months: rule.parts[0].months}, times: rule.parts[0].times}).Text(r.Locale)
		return offering(mistake(`cron runs on either of the two days; if you mean this, write %q`, offer), offer)
	}
	return mistake(`cron runs on either of the two days; write in words what you mean, such as "the first Monday of each month at 9:00 AM"`)
}

// dayAndPlace matches a weekday of a month in cron, which not every program reads alike: "1#2" is its second
// Monday, "5L" its last Friday.
var dayAndPlace = regexp.MustCompile(`^([0-7]|[a-z]{3})(?:#([1-5])|l)$`)

// placedDay gives a mistake about such a day, or about L for the last day, the offer of what is probably meant.
func placedDay(r Reader, words []string, fault error) error {
	day := strings.ToLower(words[4])
	d := days{dom: lastOne}
	switch m := dayAndPlace.FindStringSubmatch(day); {
	case strings.EqualFold(words[2], "l") && day == "*":
	case m != nil && words[2] == "*":
		dow, err := parseCron("0 0 * * " + m[1])
		n, _ := strconv.Atoi(m[2]) // 0 is the last
		if err != nil {
			return fault
		}
		d = days{nth: nthOf(dow.parts[0].dow, n)}
	default:
		return fault
	}
	rule, err := parseCron(words[0] + " " + words[1] + " * " + words[3] + " *")
	if err != nil || rule.parts[0].hourly {
		return fault
	}
	d.months = rule.parts[0].months
	offer := ruleOf(part{days: d, times: rule.parts[0].times}).Text(r.Locale)
	return offering(mistake(`programs read %s of cron in different ways; if you mean this, write %q`, clip(strings.Trim(words[2]+" "+words[4], "* ")), offer), offer)
}
