package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"circlekeeper/adapters/database"
	"circlekeeper/bot"
	"circlekeeper/bot/intake"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

type checkCommand struct {
	Offline bool `help:"Ask neither Discord nor Slack." xor:"asking"`
	Online  bool `help:"Also ask whether the apps' commands, endpoint and scopes are those that this version needs." xor:"asking"`
	Format
}

// checkTimeout bounds the time for checking one place.
const checkTimeout = 15 * time.Second

func (cmd checkCommand) Run(ctx context.Context, p program, c *Config) error {
	l := checklist{hide: c.hide, called: p.called}
	cmd.look(ctx, p, c, &l)
	var rows [][]string
	bad := false
	for _, f := range l.all {
		rows = append(rows, []string{string(f.Level), f.About, f.Says})
		bad = bad || f.Level == problem
	}
	if err := p.list(cmd.Format, l.all, "LEVEL ABOUT FINDING", rows); err != nil {
		return err
	}
	if cmd.Format.Format != "json" {
		fmt.Fprintf(p.out, "Next: %s\n", l.Next())
	}
	if bad {
		return finding{}
	}
	return nil
}

// look checks everything. It goes on after a problem, because whoever sets the program up wants
// to see all of them.
func (cmd checkCommand) look(ctx context.Context, p program, c *Config, l *checklist) {
	cmd.settings(p.settings, l)
	for _, f := range p.wrong {
		l.add(problem, f.name, "%v", f.err)
	}
	usable, sound := cmd.content(c, l)
	if zones := scheduler.CurrentZoneData(); staleZones(zones, p.now()) != "" {
		l.add(warning, "time zones", "%s", staleZones(zones, p.now()))
	} else {
		l.add(fine, "time zones", "release %s", zones)
	}
	adapters, err := c.adapters(nil, c.logger(p)) // without catalogues: these adapters answer nobody
	for _, err := range each(err) {
		l.lacksSetting("", "tokens", "%v", err)
	}
	if len(adapters) == 0 && err == nil {
		l.add(warning, "tokens", "neither Discord nor Slack is set up; %s try needs neither", p.called)
		l.then("%s init asks for the tokens; or set %s, or %s, in %s", p.called, c.tokensOf(bot.Discord), c.tokensOf(bot.Slack), settingsFile)
	}
	cmd.idle(c, p.wrong, l)
	staff, err := c.staff()
	switch {
	case err != nil:
		l.add(problem, "staff", "%v", err)
	case staff == (bot.Place{}) && c.SlackBotToken != "":
		l.add(warning, "staff", "SLACK_STAFF_CHANNEL is not set: nobody may change things in Slack, and only moderators hear of trouble")
		l.then("set SLACK_STAFF_CHANNEL in %s", settingsFile)
	}
	if err == nil && staff == (bot.Place{}) && c.Concerns == "on" {
		l.add(warning, "concerns", "CONCERNS=on: no effect without SLACK_STAFF_CHANNEL, where staff read concerns. /concern says who to turn to, and sends nothing")
	}
	digest, err := c.digest()
	if err != nil {
		l.add(problem, "digest", "%v", err)
	}
	adapters = slices.DeleteFunc(adapters, func(a bot.Adapter) bool { // no token is sent to an address that may be wrong
		return slices.ContainsFunc(p.wrong, func(f settingFault) bool { return f.name == addressOf(a.Platform()) })
	})
	if !cmd.Offline {
		adapters = cmd.accounts(ctx, adapters, l)
	}
	o, err := p.openWith(ctx, usable, staff, digest)
	if err != nil {
		l.add(problem, "database", "%v", err)
		return
	}
	defer o.close()
	l.add(fine, "database", "opened %s", o.db.Place())
	if l.served, err = database.NewInForce(o.db, "").Served(ctx); err != nil {
		l.add(problem, "database", "%v", err)
	}
	cmd.clock(ctx, o, l)
	if says := o.db.Exposed(); says != "" {
		l.add(warning, "database", "%s", says)
	}
	if sound {
		cmd.approvals(ctx, o, l)
	} else {
		l.add(warning, "approvals", "not checked, nor which reminders will be skipped: fix the content first")
	}
	cmd.troubles(ctx, o, l)
	cmd.places(ctx, o, adapters, staff, l)
	if sound {
		cmd.posts(ctx, o, l)
	}
	switch {
	case cmd.Online && sound:
		cmd.applications(ctx, o, adapters, l)
	case cmd.Online: // the clinic's words include the names of commands
		l.add(warning, "applications", "not compared with what run needs: fix the content first")
	}
}

// idle warns of settings for a platform that is not set up: they do nothing, which their author
// does not expect. The staff channel is not among them: notices are queued for it anyway, and
// check reports that it cannot be reached.
func (cmd checkCommand) idle(c *Config, wrong []settingFault, l *checklist) {
	for _, p := range []bot.Platform{bot.Discord, bot.Slack} {
		names := slices.DeleteFunc(c.setFor(p), func(name string) bool { return name == "SLACK_STAFF_CHANNEL" })
		refused := slices.ContainsFunc(wrong, func(f settingFault) bool { return strings.HasPrefix(f.name, settingsOf(p)) }) // a wrong setting, perhaps the token
		if c.hasToken(p) || refused || len(names) == 0 {
			continue
		}
		l.add(warning, string(p), "%s: no effect while %s is not set up. Set %s as well, or take out what is not needed", strings.Join(names, ", "), p.Name(), c.tokensOf(p))
	}
}

// addressOf is the name of the setting with a platform's address.
func addressOf(p bot.Platform) string { return settingsOf(p) + "API_URL" }

// settingsOf is the prefix of the names of a platform's settings.
func settingsOf(p bot.Platform) string { return strings.ToUpper(string(p)) + "_" }

// content checks the cards. If the clinic's cards cannot be used, sound is false, and usable is
// settings without them, with which the other checks can go on.
func (cmd checkCommand) content(c *Config, l *checklist) (usable *Config, sound bool) {
	library, err := c.library()
	if err != nil {
		for _, err := range each(err) {
			l.add(problem, "content", "%v", err)
		}
		without := *c
		without.ContentDir = ""
		return &without, false
	}
	cmd.findings(c, library, l)
	if library.DefaultLimits() {
		l.add(warning, "limits", "the plain default text on the limits of confidentiality is in use in at least one language: put the clinic's own limits card into CONTENT_DIR")
	}
	if c.OutsideContact == "" {
		l.add(warning, "outside contact", "the clinic has not said whether members may be in touch outside the group (OUTSIDE_CONTACT): until it does, no card mentions this")
	}
	return c, true
}

// findings says how many faults content lint finds, and what it notes besides.
func (checkCommand) findings(c *Config, library *content.Library, l *checklist) {
	faults, lacks, err := c.findings(library)
	switch {
	case err != nil:
		l.add(problem, "content", "%v", err)
	case len(faults) > 0:
		l.add(problem, "content", "findings: %d; %s content lint shows them", len(faults), l.called)
	default:
		l.add(fine, "content", "%d cards, no findings", len(library.All()))
	}
	if len(lacks) > 0 {
		l.add(fine, "sentences", "%s", untranslated(lacks))
	}
	for _, f := range library.Notes() {
		l.add(warning, "card "+f.Card+" "+f.Lang, "%s", f.Message)
	}
}

// accounts asks each platform whether it accepts the tokens, and returns the adapters for which
// it does. The others would report the same for every channel.
func (cmd checkCommand) accounts(ctx context.Context, adapters []bot.Adapter, l *checklist) []bot.Adapter {
	var in []bot.Adapter
	for _, a := range adapters {
		about := string(a.Platform())
		account, ok := a.(interface {
			Account(ctx context.Context) ([]bot.Remark, error)
		})
		if !ok {
			in = append(in, a)
			continue
		}
		ask, cancel := context.WithTimeout(ctx, checkTimeout)
		remarks, err := account.Account(ask)
		cancel()
		l.remarks(about, remarks)
		switch {
		case err != nil:
			l.add(problem, about, "%s", unanswered(a.Platform(), err))
			continue
		case len(remarks) == 0:
			l.add(fine, about, "the token is accepted")
		}
		in = append(in, a)
		cmd.clockOf(ctx, a, l)
	}
	return in
}

// clockOf compares the machine's clock with that of a platform that has answered, as run does
// on SQLite.
func (checkCommand) clockOf(ctx context.Context, a bot.Adapter, l *checklist) {
	platform, ok := a.(bot.Timekeeper)
	if !ok {
		return
	}
	ask, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	theirs, err := platform.ReadClock(ask)
	by := time.Until(theirs)
	if err != nil || by.Abs() <= intake.ClockOff {
		return
	}
	is := "behind"
	if by < 0 {
		is = "ahead of"
	}
	l.add(problem, "clock", "the machine's clock is %s %s %s's: set it, and have it kept right (NTP); reminders would come too early or too late", words.Length(by.Abs().Round(time.Second)), is, a.Platform().Name())
}

// unanswered says why a platform did not answer.
func unanswered(p bot.Platform, err error) string {
	var none *intake.NoAnswerError
	switch {
	case errors.As(err, &none): // perhaps because of a proxy
		return none.Error()
	case errors.Is(err, context.DeadlineExceeded), os.IsTimeout(err):
		return p.Name() + " did not answer in time"
	}
	return err.Error()
}

// applications compares what the platforms know of the application with what
// run needs.
func (cmd checkCommand) applications(ctx context.Context, o *opened, adapters []bot.Adapter, l *checklist) {
	for _, a := range adapters {
		app, ok := a.(interface {
			Application(ctx context.Context, cmds []bot.Command) ([]bot.Remark, error)
		})
		if !ok {
			continue
		}
		about := string(a.Platform()) + " application"
		ask, cancel := context.WithTimeout(ctx, checkTimeout)
		remarks, err := app.Application(ask, o.bot.Commands())
		cancel()
		l.remarks(about, remarks)
		switch {
		case err != nil:
			l.add(problem, about, "%s", unanswered(a.Platform(), err))
		case len(remarks) == 0:
			l.add(fine, about, "it has what this version needs")
		}
	}
}

// clock compares the machine's clock with the database's and with the newest record.
func (cmd checkCommand) clock(ctx context.Context, o *opened, l *checklist) {
	says, err := o.db.ClockFinding(ctx, o.machine)
	switch {
	case err != nil:
		l.add(problem, "clock", "%v", err)
	case !says.IsZero():
		l.add(problem, "clock", "in doubt: %s. Set the machine's clock; if it is right, run compares it again by itself", o.say.Reason(says))
	default:
		agrees := "it agrees with the database's"
		if !o.db.Shared() {
			agrees = "no record contradicts it; SQLite has no clock of its own to compare it with"
		}
		l.add(fine, "clock", "%s", agrees)
	}
}

// lines says what is amiss with the clinic's packs of crisis lines.
func (cmd checkCommand) lines(o *opened, l *checklist, signed content.SignOff) {
	for _, f := range o.library.Broken() {
		l.add(problem, "crisis lines", "%s; until that is fixed, the card shows the lines that the program came with", f)
	}
	in, waits := o.library.Lines(signed)
	if waits {
		l.add(warning, "crisis lines", "the clinic's own floor is not in use yet: two reviewers have to sign crisis, and its pack has to say who telephoned each number, and when")
	}
	for _, e := range in.Entries() {
		if !e.Telephoned.On.IsZero() && !e.Telephoned.Stands(o.now()) {
			l.add(warning, "crisis lines", "%s was last telephoned on %s", e.ID, o.say.Calendar.Day(e.Telephoned.On))
		}
	}
}

func (cmd checkCommand) approvals(ctx context.Context, o *opened, l *checklist) {
	given, err := o.db.Approvals(ctx)
	if err != nil {
		l.add(problem, "approvals", "%v", err)
		return
	}
	signed := o.bot.Deck().SignOff(given)
	for _, lang := range o.library.Langs() {
		if due := signed.StampDue(o.crisis(lang), o.now()); due != "" {
			l.add(warning, "crisis "+lang, "%s", due)
			if lang != words.English { // reported above; must not stop a clinic that uses English only
				continue
			}
			l.then(`telephone each number that %[1]s content show crisis lists, then %[1]s content approve crisis --reviewer "NAME, LICENCE NUMBER"`, o.called)
		}
	}
	cmd.lines(o, l, signed)
	waiting, drafts := signed.Waiting(o.library.All(), o.now())
	if waiting > 0 {
		l.add(warning, "approvals", "%s approved and will not be posted: %s content status --waiting lists them", counted(waiting, "card is not", "cards are not"), o.called)
		l.then(`let a clinician read the cards (%[1]s content booklet cards.html) and approve them: %[1]s content approve --all --reviewer "NAME, LICENCE NUMBER"`, o.called)
	} else if drafts > 0 {
		l.add(fine, "approvals", "every card but the drafts is approved")
	} else {
		l.add(fine, "approvals", "every card is approved")
	}
	if drafts > 0 {
		l.add(warning, "translation", "%s for a qualified translator and a clinician's approval", counted(drafts, "draft waits", "drafts wait"))
	}
}

func (cmd checkCommand) troubles(ctx context.Context, o *opened, l *checklist) {
	open, err := o.db.Troubles(ctx)
	if err != nil {
		l.add(problem, "troubles", "%v", err)
	}
	w := o.say
	for _, t := range open {
		name := words.Plain(words.Subject(w, lister{o}.names(ctx, t.Subject, t.Group), t.Subject))
		l.add(problem, name, "since %s, met %s: %s", w.Moment(t.Since, time.Local), counted(t.Count, "time", "times"), w.Reason(t.Reason))
	}
	reminders, err := o.db.Reminders(ctx, "")
	if err != nil {
		l.add(problem, "reminders", "%v", err)
	}
	groups, err := o.db.Groups(ctx) // places reports the error
	if err != nil {
		return
	}
	by := bot.GroupsByID(groups)
	for _, r := range reminders {
		switch g := by[r.Group]; {
		case bot.LostToPause(r, g, o.now()):
			l.add(warning, "reminder "+r.ID, "its dates are over when the pause ends, so it is not posted; to end the pause: %s", endPause(r, g, o))
		case !r.Fault.IsZero():
			l.add(problem, "reminder "+r.ID, "rests: %s", w.Reason(r.Fault))
		}
	}
}

// endPause is the command that ends a reminder's pause, or its group's if that one lasts longer.
func endPause(r bot.Reminder, g bot.Group, o *opened) string {
	if r.Paused.After(g.Paused) {
		return fmt.Sprintf("%s reminder resume %s", o.called, r.ID)
	}
	return fmt.Sprintf("%s group set %s --pause off", o.called, g.ID)
}

func (cmd checkCommand) places(ctx context.Context, o *opened, adapters []bot.Adapter, staff bot.Place, l *checklist) {
	groups, err := o.db.Groups(ctx)
	if err != nil {
		l.add(problem, "groups", "%v", err)
		return
	}
	if len(groups) == 0 {
		l.then("%stype /group add in the group's channel", l.running())
	}
	asked := []watchedPlace{{place: staff, staff: true}}
	for _, g := range groups {
		for _, place := range g.Places {
			asked = append(asked, watchedPlace{place: place})
		}
		asked = append(asked, watchedPlace{place: g.Moderators, group: g.ID})
		if staff == (bot.Place{}) && g.Moderators == (bot.Place{}) {
			l.add(warning, "group "+g.ID, "nobody is told of problems with it, and its reminders cannot be tested: set SLACK_STAFF_CHANNEL, or name a channel of its moderators (%s group set %s --moderators CHANNEL)", o.called, g.ID)
		}
		if len(g.Places) == 0 {
			l.add(warning, "group "+g.ID, "it has no channel, so nothing is posted to it: %s group set %s --channel CHANNEL", o.called, g.ID)
		}
	}
	for _, g := range groups {
		if role := g.Facilitators; role != (bot.Role{}) {
			if a, ok := cmd.askable(o, adapters, role.Platform, role.String(), l); ok {
				cmd.role(ctx, o, a, g, l)
			}
		}
	}
	for _, p := range asked {
		if p.place == (bot.Place{}) {
			continue
		}
		if a, ok := cmd.askable(o, adapters, p.place.Platform, p.place.String(), l); ok {
			cmd.place(ctx, a, p, l)
		}
	}
}

// askable returns the adapter that can check a place or a role. If there is none, it adds to
// the list why.
func (cmd checkCommand) askable(o *opened, adapters []bot.Adapter, p bot.Platform, about string, l *checklist) (a bot.Adapter, ok bool) {
	switch a = adapterOf(adapters, p); {
	case a == nil && o.config.hasToken(p):
		l.add(problem, about, "not asked: see above about %s", p.Name())
	case a == nil:
		l.lacksSetting(fmt.Sprintf("%s init asks for the tokens; or set %s in %s", l.called, o.config.tokensOf(p), settingsFile), about, "%s is not set up: its token is missing", p.Name())
	case cmd.Offline:
		l.add(warning, about, "not asked: --offline")
	default:
		return a, true
	}
	return nil, false
}

// place asks the platform about one place.
func (cmd checkCommand) place(ctx context.Context, a bot.Adapter, p watchedPlace, l *checklist) {
	ask, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	about := p.place.String()
	ch, err := a.Inspect(ask, p.place)
	if err != nil {
		l.add(problem, about, "%s", unanswered(a.Platform(), err))
	}
	exposed := p.exposure(ch)
	if exposed != "" {
		l.add(problem, about, "%s", exposed)
	}
	if ch.Slow > 0 {
		l.add(warning, about, "it has slowmode (%s), so that posts may come late: give the bot's role Bypass Slowmode there, or turn slowmode off", words.Length(ch.Slow))
	}
	if err == nil && exposed == "" {
		l.add(fine, about, "%s", strings.TrimSpace("the bot can post "+ch.Way))
	}
}
