package scheduler

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Reader reads what a person types about times. It accepts a text only if it understands every
// word and the text has one meaning. If the text may mean two things, the error has both in
// Mistake.Offers. Reader is a value; its errors are *Mistakes.
type Reader struct {
	Locale  string    // of the person, BCP 47: the language of offers, and which of 12/24 is the month
	Country string    // of the person, such as "MX", where the locale, in which dates are written, is another's: it says which is the month
	Zone    string    // the group's zone, an IANA name; empty is UTC
	Now     time.Time // for "tomorrow", dates without a year, and the first day of an interval
	OneDay  bool      // the text is one day: a weekday alone is the next such day, or today
	Near    Civil     // with OneDay: a weekday alone is the one nearest to this day that is not past
	Whole   bool      // for Until: the text need not stand behind "until", so that "next week" may be all of it
	Later   bool      // hours in the afternoon or evening are likely: an hour alone is asked about

	stored bool  // the text is a stored rule: see ParseRule
	period bool  // with OneDay: the text may name several days, one of which is meant
	trial  bool  // the text is only tried: nobody will read the error
	clock  Civil // what the group's clock shows, if already looked up
	chosen [choices]uint8
}

// now is what the group's clock shows. A stored rule depends on no clock.
func (r Reader) now() Civil {
	if r.stored {
		return Civil{}
	}
	if !r.clock.IsZero() {
		return r.clock
	}
	zone, err := ParseZone(cmp.Or(r.Zone, "UTC"))
	if err != nil {
		zone = time.UTC
	}
	return CivilOf(r.Now.In(zone))
}

func (r Reader) speech() speech { return speechOf(r.Locale) }

func (p *parser) today() int32 { return p.now.day() }

// Beside separates a rule from the details shown with it in a list of choices.
const Beside = " · "

// Rule reads a rule of at most 200 bytes, in English, in Spanish or as five-field cron.
func (r Reader) Rule(s string) (Rule, error) {
	text := strings.TrimSpace(s)
	switch {
	case text == "":
		return Rule{}, mistake(`the rule is empty; write for example "every Monday at 9:00 AM"`)
	case r.tooLong(text):
		return Rule{}, mistake(`the rule is longer than %d characters; write for example "every Monday at 9:00 AM"`, maxTyped)
	}
	if err := (movingReader{r}).justANumber(text); err != nil {
		return Rule{}, err
	}
	rule, err := r.wholeRule(text)
	if err == nil && r.OneDay && rule.Once() {
		if at, ok := rule.nextCivil(r.now().minutes); ok {
			if wrong := (movingReader{r}).onItsSide(text, Civil{minutes: at}, true); wrong != nil {
				return Rule{}, wrong
			}
		}
	}
	var open *ambiguity
	switch {
	case errors.As(err, &open):
		return Rule{}, r.offerBoth(text, open)
	case err != nil:
		if offer := r.eachDay(text, err); offer != "" {
			return Rule{}, perhaps(text, offer)
		}
		return Rule{}, within(mistake("rule %s: %s", clip(text), err), err)
	case r.stored:
		return rule, nil
	case !rule.BySession() && rule.never():
		return Rule{}, mistake(`This rule would never apply: there is no such date. Write a day that exists, such as "every 1st of the month at 10:00 AM".`)
	case rule.crowded():
		return Rule{}, tooOften()
	}
	if !rule.BySession() {
		if _, ok := rule.nextCivil(r.now().minutes); !ok {
			return Rule{}, mistake(`This rule is over: all its dates are past. Write a later day, or leave out the last day.`)
		}
	}
	return rule, nil
}

// dashedDate matches a date whose dash may also stand between two days or hours: "12-24".
var dashedDate = regexp.MustCompile(`^([0-9]{1,2})-([0-9]{1,2})\b`)

// dashedDay matches a date with a dash whose day is no hour.
var dashedDay = regexp.MustCompile(`^([0-9]{1,2})-(1[3-9]|2[0-9]|3[01])\b|^(1[3-9]|2[0-9]|3[01])-([0-9]{1,2})\b`)

// eachDay returns a rule for every day from the first to the last of a text that names only these
// two: "Dec 1-5 at 9am", "tomorrow through Friday at 9am". Months are more likely to lack their days.
// It returns one for the day of "12-24 at 9am".
func (r Reader) eachDay(text string, refused error) string {
	again := slices.ContainsFunc(lex(text), func(t token) bool {
		_, adverb := adverbOf(t.text)
		return adverb || isEvery(t.text) || pluralDow(t.text) || isSession(t.text)
	})
	if r.stored || r.trial || again || len(OffersOf(refused)) > 0 {
		return ""
	}
	one := r
	one.trial = true
	if dashedDate.MatchString(text) && (!r.OneDay || dashedDay.MatchString(text)) {
		if rule, err := one.Rule(dashedDate.ReplaceAllString(text, "$1/$2")); err == nil && rule.Once() {
			return rule.Text(r.Locale)
		}
	}
	if r.OneDay {
		return ""
	}
	for _, opening := range []string{"every day ", "every day from "} {
		rule, err := one.Rule(opening + text)
		if err == nil && len(rule.parts) == 1 && rule.parts[0].dow == everyDow && rule.parts[0].from != 0 && rule.parts[0].until-rule.parts[0].from < 31 && rule.parts[0].until != 0 {
			return rule.Text(r.Locale)
		}
	}
	return ""
}

// within gives a mistake the offers of another mistake that it quotes.
func within(whole, inner error) error {
	var m *Mistake
	if errors.As(inner, &m) {
		return offering(whole, m.Offers...)
	}
	return whole
}

func (r Reader) tooLong(text string) bool { return !r.stored && len(text) > maxTyped }

func (r Reader) wholeRule(text string) (Rule, error) {
	switch {
	case strings.Contains(strings.ToUpper(text), "FREQ="):
		return Rule{}, inWordsOrCron()
	case strings.Contains(text, "="):
		return Rule{}, mistake("a zone does not belong here, the group has one; write only the five fields, such as 0 9 * * 1")
	case strings.HasPrefix(text, "@") && len(text) > 1 && text[1] != ' ' && (text[1] < '0' || text[1] > '9'):
		return Rule{}, mistake(`words with @ cannot be used; write for example "every day at 9:00 AM"`)
	case looksLikeCron(fieldsOf(text)):
		return r.cron(fieldsOf(text))
	}
	text = strings.TrimRight(foldSemicolons(text), "; ")
	rule, err := r.segments(strings.Split(text, ";"))
	switch {
	case err == nil || r.stored:
		return rule, err
	case !strings.Contains(text, ";"):
		return rule, cmp.Or(lengthAlone(r, text), err)
	}
	var open *ambiguity
	whole, fault := r.segment(strings.ReplaceAll(text, ";", ","))               // twice a week: Monday 9am; Thursday 10am
	summed := whole.BySession() && len(whole.leads) <= strings.Count(text, ";") // 1 hour; 30 minutes before each session
	if fault == nil && !summed || errors.As(fault, &open) {
		return whole, fault
	}
	return rule, err
}

func onlySpans() error {
	return mistake(`only sessions and quiet hours go from one time to another; write one time, such as "every Monday at 9:00 AM"`)
}

func inWordsOrCron() error {
	return mistake(`write the rule in words, such as "every Monday at 9:00 AM", or as the five fields of cron`)
}

// segments reads the rules between semicolons.
func (r Reader) segments(all []string) (Rule, error) {
	var parts []part
	for i, segment := range all {
		if strings.TrimSpace(segment) == "" && i > 0 {
			continue
		}
		rule, err := r.segment(segment)
		if err != nil || rule.BySession() && len(all) == 1 {
			return rule, err
		}
		if rule.BySession() {
			return Rule{}, mistake(`it mixes times and sessions; write one rule for each`)
		}
		parts = append(parts, rule.parts...)
	}
	return ruleOf(parts...), nil
}

// slippedColon matches a time with a semicolon, which is on the same key as the colon.
var slippedColon = regexp.MustCompile(`([0-9]);([0-5][0-9])([^0-9]|$)`)

func foldSemicolons(s string) string {
	return slippedColon.ReplaceAllString(strings.ReplaceAll(s, "；", ";"), "$1:$2$3")
}

// segment reads one rule. A period such as "next week" is taken out of a text only if the text
// cannot be read with it.
func (r Reader) segment(text string) (Rule, error) {
	rule, _, err := r.segmentIn(text, false)
	var open *ambiguity
	if err == nil || errors.As(err, &open) {
		return rule, err
	}
	if bounded, took, within := r.segmentIn(text, true); took {
		return bounded, within
	}
	return rule, err
}

// segmentIn reads one rule, without a period that bounds it if period is set and there is one.
func (r Reader) segmentIn(text string, period bool) (rule Rule, took bool, err error) {
	p := newParser(r, text)
	if p.asked != nil {
		return Rule{}, false, p.asked
	}
	p.due = nearReader{p}.hourAlone()
	if rule, ok, err := (nearReader{p}).shifted(); ok {
		return rule, false, err
	}
	if lead := (&leadReader{parser: p}); lead.isLead() {
		rule, err := lead.leads()
		if err == nil && p.open != nil {
			return Rule{}, false, p.open
		}
		return rule, false, err
	}
	if period {
		p.takePeriod()
	}
	if err := p.read(); err != nil {
		return Rule{}, p.period, err
	}
	p.torn = p.torn || p.period && len(p.clauses) > 1
	rule, err = p.finish()
	if len(p.ends) > 0 {
		return Rule{}, p.period, spanMoved(r, rule, p.ends[0], err)
	}
	return rule, p.period, err
}

// spanMoved refuses a text that goes from one time to another. If a session is moved, it offers the first time, or the
// second if the session begins at the first: "from 6pm to 7pm".
func spanMoved(r Reader, rule Rule, span clockRange, err error) error {
	at, ok := rule.nextCivil(r.now().minutes)
	if err != nil || !ok || !rule.Once() || r.Near.IsZero() || r.trial {
		return onlySpans()
	}
	if at == r.Near.minutes {
		at += int64((span.to.minutes() - span.from.minutes() + dayMinutes) % dayMinutes)
	}
	offer := OnDates(Civil{minutes: at}).Text(r.Locale)
	return offering(mistake(`a session is moved to the time when it begins; if you mean this, write %q`, offer), offer)
}

// finish makes a rule of what was read.
func (p *parser) finish() (Rule, error) {
	parts, err := p.parts()
	if err != nil {
		return Rule{}, err
	}
	if parts, err = p.bounded(parts); err != nil {
		return Rule{}, err
	}
	rule := ruleOf(parts...)
	switch {
	case p.torn && !p.reader.stored:
		return Rule{}, mistake(`it is not clear which of the days the first or the last day is about; write one rule for each`)
	case p.single && !rule.Once():
		return Rule{}, p.reader.onceAndAgain(rule)
	case p.open != nil:
		return Rule{}, p.open
	}
	return rule, nil
}

// onceAndAgain says that a text names days that come again and says "once", and offers the
// first of them.
func (r Reader) onceAndAgain(rule Rule) error {
	at, ok := rule.nextCivil(r.now().minutes + 1)
	if !ok {
		return mistake(`it says one date and how often; write one of them, such as "every year on January 1 at 10:00 AM"`)
	}
	first := OnDates(Civil{minutes: at}).Text(r.Locale)
	return offering(mistake(`it says once, but also days that repeat; if you mean one day, write %q`, first), first)
}

// offerBoth refuses a text that may mean two things, and offers both.
func (r Reader) offerBoth(text string, open *ambiguity) error {
	return unclear(text, open, r.eitherWay(open, func(one Reader) []string { return one.readings(text) }), r)
}

// eitherWay reads a text in both meanings of what is open, and returns all that read returns.
func (r Reader) eitherWay(open *ambiguity, read func(one Reader) []string) (all []string) {
	for n := uint8(1); n <= 2; n++ {
		one := r
		one.chosen[open.about] = n
		all = append(all, read(one)...)
	}
	return all
}

// readings is what a text is shown as if it is a rule. If not, it is what its mistake offers.
func (r Reader) readings(text string) []string {
	rule, err := r.Rule(text)
	if err != nil {
		return OffersOf(err)
	}
	return []string{rule.Text(r.Locale)}
}

func unclear(text string, open *ambiguity, offers []string, r Reader) error {
	slices.Sort(offers)
	offers = slices.Compact(offers)
	offers = offers[:min(len(offers), 4)]
	if open.about == byDate && len(offers) > 1 {
		return offering(mistake("%s may be a day or an hour: write %q or %q", clip(open.raw), offers[0], offers[len(offers)-1]), offers...)
	}
	if open.about == byHalf && len(offers) > 1 {
		if t, ok := newParser(r, open.raw).clock(true); ok {
			am, pm := t.inHalf("am").minutes(), t.inHalf("pm").minutes()
			if r.speech().hours24() { // by this clock, both are clear already
				return offering(mistake("%s may be %s or %s: write %q or %q", clip(open.raw), timeOfDay(am), timeOfDay(pm), offers[0], offers[1]), offers...)
			}
			return offering(mistake("%s may be %s (%s) or %s (%s): write %q or %q", clip(open.raw),
				timeOfDay(am), clock(am), timeOfDay(pm), clock(pm), offers[0], offers[1]), offers...)
		}
	}
	return perhaps(text, offers...)
}

// perhaps refuses a text that is not quite clear, and offers what it may mean, at most four things.
func perhaps(text string, offers ...string) error {
	switch said := clip(text); len(offers) {
	case 0:
		return mistake(`%s may mean two things; write it in a clearer way, such as "every Monday at 9:00 AM"`, said)
	case 1: // the other cannot be meant
		return offering(mistake(`%s is not quite clear; if you mean this, write %q`, said, offers[0]), offers...)
	case 2:
		return offering(mistake("%s may mean two things: write %q or %q", said, offers[0], offers[1]), offers...)
	case 3:
		return offering(mistake("%s may mean several things: write %q, %q or %q", said, offers[0], offers[1], offers[2]), offers...)
	default:
		return offering(mistake("%s may mean several things: write %q, %q, %q or %q", said, offers[0], offers[1], offers[2], offers[3]), offers...)
	}
}

// offering adds rules, in the reader's language, that may be written instead.
func (r Reader) offering(fault error, rules ...Rule) error {
	for _, rule := range rules {
		fault = offering(fault, rule.Text(r.Locale))
	}
	return fault
}
