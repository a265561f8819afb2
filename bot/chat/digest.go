package chat

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/scheduler"
)

// DigestTime is when staff read the digest of the time since the last one. The
// zero value is never.
type DigestTime struct {
	rule string
	zone string // the first group's if empty
}

// ParseDigest reads "every Monday at 9:00 America/Los_Angeles", the same without
// a zone for that of the first group, or "off". Its error is a *UserError.
func ParseDigest(s string) (DigestTime, error) {
	s = strings.TrimSpace(s)
	if s == "off" {
		return DigestTime{}, nil
	}
	d := DigestTime{rule: s}
	if _, err := scheduler.ParseRule(s); err != nil {
		i := max(strings.LastIndex(s, " "), 0)
		d = DigestTime{rule: strings.TrimSpace(s[:i]), zone: strings.TrimSpace(s[i:])}
		if _, err := scheduler.ParseZone(d.zone); err != nil {
			return DigestTime{}, bot.Wrong("digest %q: write a rule and a time zone, such as every Monday at 9:00 America/Los_Angeles, or off", clip(s))
		}
	}
	calendar, err := scheduler.NewCalendar(cmp.Or(d.zone, "UTC"), "none", nil, nil)
	if err != nil {
		return DigestTime{}, bot.AsUser("", err)
	}
	rule, err := scheduler.ParseRule(d.rule)
	if err == nil {
		err = calendar.Accept(rule, time.Unix(0, 0))
	}
	if err != nil {
		return DigestTime{}, bot.Wrong("digest %q: %s", clip(s), err)
	}
	return d, nil
}

// Last is when the digest was last due, if that is not too long ago to be told
// now, and when it was due before.
func (d DigestTime) Last(groups []bot.Group, now time.Time) (last, before scheduler.Occurrence, ok bool) {
	if d.rule == "" || len(groups) == 0 {
		return last, before, false
	}
	calendar, err := scheduler.NewCalendar(cmp.Or(d.zone, groups[0].Zone), "none", nil, nil)
	if err != nil {
		return last, before, false
	}
	rule, err := scheduler.ParseRule(d.rule)
	if err != nil {
		return last, before, false
	}
	for o, more := calendar.First(rule, now.AddDate(0, 0, -digestMost)); more && !o.At.After(now); o, more = calendar.Next(rule, o) {
		before, last = last, o
	}
	return last, before, !last.At.IsZero() && now.Sub(last.At) < noticeLate
}

const (
	digestMost = 62 // days that a digest looks back at most
	reviewSoon = 30 // days before a review that staff hear of it
)

// DigestNotice makes the digest that was due at an occurrence: what was posted
// in each group, what is in trouble, which cards want a clinician.
func (b *Bot) DigestNotice(o scheduler.Occurrence, since time.Time, groups []bot.Group, tallies []bot.Tally, troubles []bot.OpenTrouble, to bot.Place) bot.Delivery {
	w := words.InEnglish("") // as every notice: many read it
	lines := []string{fmt.Sprintf("Digest: reminders since %s.", since.UTC().Format("2 January 2006"))}
	names := make(map[string]string)
	for _, g := range groups {
		names[g.ID] = g.Name
		if !slices.ContainsFunc(tallies, func(t bot.Tally) bool { return t.Group == g.ID }) {
			tallies = append(slices.Clone(tallies), bot.Tally{Group: g.ID})
		}
	}
	for _, t := range tallies[:min(len(tallies), digestLines)] {
		lines = append(lines, fmt.Sprintf("- %s: %d sent, %d skipped, %d failed", cmp.Or(names[t.Group], t.Group), t.Sent, t.Skipped, t.Failed))
	}
	if more := len(tallies) - digestLines; more > 0 {
		lines = append(lines, "- "+w.T("And %d more.", more))
	}
	lines = append(lines, fmt.Sprintf("Open troubles: %d", len(troubles)))
	for _, t := range troubles[:min(len(troubles), boardTrouble)] {
		lines = append(lines, fmt.Sprintf("- %s: %s", t.Subject, t.Reason))
	}
	unapproved, soon := b.reviews(groups, o.At)
	lines = append(lines, fmt.Sprintf("Cards without a clinician’s approval: %d. To be reviewed within %d days: %d.", unapproved, reviewSoon, soon))
	return bot.NoticeTo(to, bot.DigestSubject+o.Nominal.String(), strings.Join(lines, "\n"), o.At)
}

// DigestKey names the digest of an occurrence.
func DigestKey(o scheduler.Occurrence, to bot.Place) string {
	return bot.NoticeTo(to, bot.DigestSubject+o.Nominal.String(), "", o.At).Key
}

const digestLines = 40

// reviews counts the cards, in the groups' languages, that no approval stands
// under, and those whose approval ends soon.
func (b *Bot) reviews(groups []bot.Group, now time.Time) (unapproved, soon int) {
	langs := make(map[string]bool)
	for _, g := range groups {
		for _, lang := range g.Langs {
			langs[lang] = true
		}
	}
	signed := b.signed.Load()
	for _, c := range b.library.All() {
		switch {
		case !langs[c.Lang] || c.Exempt:
		case !signed.Approved(c, now):
			unapproved++
		case !signed.Approved(c, now.AddDate(0, 0, reviewSoon)):
			soon++
		}
	}
	return unapproved, soon
}
