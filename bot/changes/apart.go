package changes

import (
	"regexp"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/scheduler"
)

// parted is a text that is cut into a session and its new time.
type parted struct {
	when, to string
	joined   bool // a word or a sign such as "to" stands between
}

// Apart splits a text such as "Monday to Tuesday" or "next an hour later" into a session and its new
// time. to is empty if all of the text names one session, or if the text cannot be split. What is
// split off may still have to be asked back: "the next one", or a week with several sessions.
func (s *Sessions) Apart(a Asker, g bot.Group, text string) (when, to string) {
	none := scheduler.Meeting{}
	whole, _, err := a.moment(g, text, none)
	one := err == nil
	if _, err := s.find(a, g, text); err == nil && !whole.IsZero() {
		return text, ""
	}
	all := a.partings(text, one)
	for _, p := range all {
		m, err := s.find(a, g, p.when)
		if err != nil && !a.times(g.Zone).NamesNext(p.when) {
			continue
		}
		at, _, err := a.moment(g, p.to, m)
		if later := m; err != nil { // "a day early" may be past: moving says so
			later.Start = scheduler.CivilOf(m.Start.Time().AddDate(0, 0, 28))
			at, _, err = a.moment(g, p.to, later)
		}
		_, _, alone := a.moment(g, p.to, none) // "Monday, December 8" is one day, and "7pm" none
		switch {
		// Half a day is asked about: "Monday at 8", where the session is at another hour.
		case err != nil && (!p.joined && whole.IsZero() || len(scheduler.OffersOf(err)) == 0):
		case err == nil && !whole.IsZero() && at != whole, one && whole.IsZero() && !p.joined:
		case p.joined, alone != nil:
			return p.when, p.to
		}
	}
	for _, p := range all {
		if p.joined && !one && a.names(g, p.when) {
			return p.when, p.to
		}
	}
	for _, p := range all { // "12/14 12/16" or "Monday Thursday"; "Monday, December 8" is one day, with a slip
		alike := strings.ContainsAny(p.when, digits) == strings.ContainsAny(p.to, digits)
		if _, err := s.find(a, g, p.when); err != nil || one || !alike || a.names(g, text) {
			continue
		}
		if _, _, err := a.moment(g, p.to, none); err == nil {
			return p.when, p.to
		}
	}
	return text, ""
}

// Apart splits a text such as "Evening circle, Mondays 7pm" into a group's name and when it meets.
// session is empty if the text is a name alone. Words before the day belong to the session where they
// mean something there, such as "first", or lead to it, such as "every"; "circle" does not.
func (s *Groups) Apart(a Asker, text string) (name, session string) {
	typed := strings.Fields(text)
	from, meant := len(typed), ""
	for n := len(typed) - 1; n > 0; n-- {
		rule, length, err := a.times(a.Group.Zone).Session(strings.Join(typed[n:], " "))
		if err != nil {
			rule, err = a.times(a.Group.Zone).Rule(strings.Join(typed[n:], " ")) // without its length
		}
		lead := !slices.ContainsFunc(typed[n:from], func(word string) bool {
			_, leads := words.Means(a.Words, word, words.Word("every,each,on,the"))
			return !leads
		})
		if now := rule.String() + length.String(); err == nil && (now != meant || lead) {
			from, meant = n, now
		}
	}
	if meant == "" {
		return text, ""
	}
	return strings.TrimRight(strings.Join(typed[:from], " "), ",;:"), strings.Join(typed[from:], " ")
}

// names reports whether a text names a session, a day or several days.
func (a Asker) names(g bot.Group, text string) bool {
	reader := a.times(g.Zone)
	_, _, err := a.moment(g, text, scheduler.Meeting{})
	return err == nil || reader.NamesNext(text) || scheduler.NextSeveral(text) > 0 || len(reader.Periods(text)) > 0
}

const digits = "0123456789"

var (
	isYear = regexp.MustCompile(`^\d{4}$`)
	arrow  = regexp.MustCompile(`->|→|–|—`)
	days   = regexp.MustCompile(`^(\pL[^-]*\d)-(\d[^-]*)$`) // December 14-15, not 2026-12-14
)

// partings are the ways to cut a text in two. Those with a word or a sign between come first, then
// those with the longest first part. A comma counts as a sign only behind a date, and not if the text
// is one day: "Monday, December 7".
func (a Asker) partings(text string, one bool) []parted {
	const most = 24 // words
	typed := strings.Fields(days.ReplaceAllString(arrow.ReplaceAllString(text, " - "), "$1 - $2"))
	if len(typed) > 0 && strings.EqualFold(typed[0], "from") { // as "del lunes", which names the Monday anyway
		typed = typed[1:]
	}
	if len(typed) > most {
		return nil
	}
	var joined, loose []parted
	for at := len(typed) - 1; at > 0; at-- {
		when, comma := strings.CutSuffix(strings.Join(typed[:at], " "), ",")
		rest := strings.Join(typed[at:], " ")
		_, to := words.Means(a.Words, typed[at], words.Word("to"))
		switch {
		case to || typed[at] == "-":
			if typed[at] == "a" { // "Monday a day early", "el lunes a las 19:00"
				joined = append(joined, parted{when, rest, true})
			}
			joined = append(joined, parted{when, strings.Join(typed[at+1:], " "), true})
		case comma && !one && strings.ContainsAny(when, digits) && !isYear.MatchString(rest):
			joined = append(joined, parted{when, rest, true})
		default:
			loose = append(loose, parted{when, rest, false})
		}
	}
	return slices.Concat(joined, loose)
}
