package scheduler

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"
)

// Session reads a regular meeting and its length: "Mondays 6pm-7:30pm", "every other Monday at
// 18:00, 90m". Its errors are *Mistakes.
func (r Reader) Session(s string) (Rule, time.Duration, error) {
	text := strings.TrimSpace(s)
	switch {
	case text == "":
		return Rule{}, 0, mistake(`the session is empty; write for example "every Monday at 6:00 PM, 90 minutes"`)
	case r.tooLong(text):
		return Rule{}, 0, mistake(`the session is longer than %d characters; write for example "every Monday at 6:00 PM, 90 minutes"`, maxTyped)
	}
	rule, length, err := r.wholeSession(strings.ReplaceAll(strings.TrimRight(foldSemicolons(text), "; "), ";", ","))
	var open *ambiguity
	switch {
	case errors.As(err, &open):
		return Rule{}, 0, r.offerSessions(text, open)
	case err != nil && r.isRule(text): // "Monday 18h": its hour was taken for a length
		return Rule{}, 0, mistake("session %s: %s", clip(text), noLength())
	case err != nil:
		return Rule{}, 0, within(mistake("session %s: %s", clip(text), err), err)
	}
	if err := rule.fitsSession(length); err != nil {
		return Rule{}, 0, within(mistake("session %s: %s", clip(text), err), err)
	}
	return rule, length, nil
}

func noLength() error {
	return mistake(`it does not say how long the session takes; write its length, such as "every Monday at 6:00 PM, 90 minutes"`)
}

// rangeLimit is how long, in minutes, a session is too long if its beginning and its end are told: that is
// rather a slip, such as "6pm-5pm" or "10am-12am".
const rangeLimit = 14 * 60

func (r Reader) wholeSession(text string) (Rule, time.Duration, error) {
	switch {
	case looksLikeCron(text):
		return r.cronSession(text)
	case strings.Contains(strings.ToUpper(text), "FREQ="):
		return Rule{}, 0, inWordsOrCron()
	}
	p := newParser(r, text)
	p.session = true
	p.tokens = withoutMeetings(p.tokens)
	p.pos = meets(p.tokens)
	if err := p.read(); err != nil {
		return Rule{}, 0, err
	}
	for _, span := range p.ends {
		n := (span.to.minutes() - span.from.minutes() + dayMinutes) % dayMinutes
		if p.length != 0 && p.length != n {
			return Rule{}, 0, oneLength()
		}
		hours := !span.to.colon || strings.Contains(span.to.raw, "h") && !strings.HasPrefix(span.to.raw, "0")
		marked := span.to.exact && hours && span.to.half == "" && n > earlyHours*60 // 19h-2h, 18h-1h30: so long, or until then at night
		if (n >= rangeLimit || marked) && span.to.minutes() < span.from.minutes() && !r.stored {
			return Rule{}, 0, mistake(`it would last %d hours, until the next day; write when it ends or, if it really lasts that long, its length, such as "every Monday at 6:00 PM, 90 minutes"`, n/60)
		}
		p.length = n
		if part := p.current().part; part != "" {
			if to, err := span.to.withPart(part); err == nil {
				span.to = to
			}
		}
		if span.to.unclear() && span.from.hour < 13 && !p.reader.stored {
			p.choose(byHalf, span.to.raw)
		}
	}
	rule, err := p.finish()
	if err != nil {
		return Rule{}, 0, err
	}
	if p.length == 0 {
		return Rule{}, 0, noLength()
	}
	if !r.stored {
		if _, ok := rule.nextCivil(r.now().minutes); !ok {
			return Rule{}, 0, mistake(`This rule is over: all its dates are past. Write a later day, or leave out the last day.`)
		}
	}
	return rule, time.Duration(p.length) * time.Minute, nil
}

// meets returns how many of the first tokens only say that the group meets: "we meet", "our
// group is on", "nos reunimos", "se reúne".
func meets(tokens []token) int {
	n, named := 0, false
	for n < len(tokens) {
		w := tokens[n].text
		meets := w == "meet" || w == "meets" || w == "reune"
		be := named && slices.Contains([]string{"is", "are", "es", "son", ","}, w)
		if !isSession(w) && !meets && !be && !slices.Contains([]string{"the", "our", "it", "el", "la", "nuestro", "nuestra", "therapy", "se"}, w) {
			break
		}
		named = named || isSession(w) || meets
		n++
	}
	if !named {
		return 0
	}
	return n
}

// withoutMeetings leaves out the word for a session after its day: "Tuesday group 6-7:30pm".
func withoutMeetings(in []token) []token {
	var out []token
	for i, t := range in {
		if _, unit := minutesOf(last(out).text); isSession(t.text) && unit && len(out) < 5 { // a 90-minute session every Monday
			continue
		}
		if _, unit := minutesOf(at(in, 2).text); t.text == "a" && i == 0 && at(in, 1).number && (unit || at(in, 2).text == "-") {
			continue
		}
		if !isSession(t.text) || !isDow(last(out).text) || at(in, i-1).number {
			out = append(out, t)
		}
	}
	return out
}

// cronSession reads "0 18 * * 1,3, 90m".
func (r Reader) cronSession(text string) (Rule, time.Duration, error) {
	i := strings.LastIndex(text, ",")
	fields := strings.Fields(text)
	if apart := len(fields) > 5 && !strings.HasSuffix(fields[4], ","); apart { // 0 18 * * 1 90m
		text, i = strings.Join(fields[:5], " ")+","+strings.Join(fields[5:], " "), len(strings.Join(fields[:5], " "))
	}
	p := newParser(r, text[i+1:])
	t, ok := p.amount()
	if i < 0 || !ok || p.pos != len(p.tokens) {
		return Rule{}, 0, noLength()
	}
	rule, err := r.cron(text[:i])
	length := time.Duration(t.minutes) * time.Minute
	if m, ok := err.(*Mistake); ok { //nolint:errorlint // made by mistake
		for n, offer := range m.Offers {
			m.Offers[n] = offer + ", " + r.speech().length(length)
			if at := slices.Index(m.Args, any(offer)); at >= 0 {
				m.Args[at] = m.Offers[n]
			}
		}
	}
	return rule, length, err
}

// offerSessions does what offerBoth does, for a session.
func (r Reader) offerSessions(text string, open *ambiguity) error {
	var wrong error
	offers := r.eitherWay(open, func(one Reader) []string {
		if _, _, err := one.Session(text); err != nil {
			wrong = err
		}
		return sessionsOf(one, text)
	})
	if len(offers) > 0 {
		return unclear(text, open, offers, r)
	}
	_, err := r.Rule(text)
	return cmp.Or(noLengthOf(r, text, OffersOf(err)), wrong) // whichever is meant
}

// sessionsOf is what a text is shown as if it is a session. If not, it is what its mistake offers.
func sessionsOf(r Reader, text string) []string {
	rule, length, err := r.Session(text)
	if err != nil {
		return OffersOf(err)
	}
	return []string{rule.Text(r.Locale) + ", " + r.speech().length(length)}
}

// noLengthOf refuses a session without a length that may mean two rules; it returns nil if there are fewer.
func noLengthOf(r Reader, text string, rules []string) error {
	if len(rules) < 2 {
		return nil
	}
	lasting := ", " + r.speech().length(time.Hour) // an example: nobody has said a length
	return mistake(`%s may mean two things, and it does not say how long the session takes: write %q or %q, with the right length`, clip(text), rules[0]+lasting, rules[1]+lasting)
}

// isRule tells whether a session's text is a rule, which has no length.
func (r Reader) isRule(text string) bool {
	rule, err := r.Rule(text)
	return err == nil && !rule.BySession()
}
