package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/chat"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

type sessionCommand struct {
	List    sessionList    `cmd:"" help:"List a group's upcoming sessions."`
	Cancel  sessionCancel  `cmd:"" help:"Cancel one session; reminders before it are skipped."`
	Move    sessionMove    `cmd:"" help:"Move one session; reminders before it move along."`
	Restore sessionRestore `cmd:"" help:"Put one session back as planned."`
	Tell    sessionTell    `cmd:"" help:"Tell the group of a session that was cancelled, moved or restored. Without --yes, it only shows the post."`
}

type sessionList struct {
	Group string `arg:"" help:"The group's ID."`
	Until string `help:"The last day, such as 2026-12-24. Without it, four weeks from now; with --format ics, a year."`
	FormatOrCalendar
}

// listedSession is one session in JSON.
type listedSession struct {
	Group   string          `json:"group"`
	Planned scheduler.Civil `json:"planned"` // planned start, by the group's clock
	Start   scheduler.Civil `json:"start"`   // present start
	At      time.Time       `json:"at"`
	End     time.Time       `json:"end"`

	// Start by the group's clock, with its offset from UTC, and the length.
	AtLocal  string `json:"at_local"`
	EndLocal string `json:"end_local"`
	Duration string `json:"duration"`

	State string `json:"state"` // planned, moved, cancelled or skipped
}

func (cmd sessionList) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		g, err := o.group(ctx, cmd.Group)
		if err != nil {
			return err
		}
		if says := unreadable(g, o.called); says != "" {
			return fmt.Errorf("group %s: %s", g.ID, says)
		}
		until, err := cmd.until(o.asker(), g)
		if err != nil {
			return err
		}
		all, err := o.bot.Changes.Sessions.Meetings(g, until)
		if err != nil {
			return err
		}
		zone, err := scheduler.ParseZone(g.Zone)
		if err != nil {
			return err
		}
		if cmd.Format == asCalendar {
			return p.writeSessions(g, zone, all)
		}
		listed := make([]listedSession, len(all))
		var rows [][]string
		for i, m := range all {
			state := stateOf(m)
			listed[i] = listedSession{
				Group: g.ID, Planned: m.Planned, Start: m.Start, At: m.At, End: m.End.UTC(), State: state,
				AtLocal: local(m.At, zone), EndLocal: local(m.End, zone), Duration: iso8601(m.End.Sub(m.At)),
			}
			switch {
			case m.Moved():
				state += " from " + civilText(o.say, m.Planned)
			case !m.MovedTo.IsZero():
				state += ", before that moved to " + civilText(o.say, m.MovedTo)
			}
			rows = append(rows, []string{o.say.Moment(m.At, zone).String(), o.say.Length(m.End.Sub(m.At)), state})
		}
		return p.list(Format{cmd.Format}, listed, "WHEN LENGTH STATE", rows)
	})
}

// until returns the end of the last day to list.
func (cmd sessionList) until(by changes.Asker, g bot.Group) (time.Time, error) {
	switch {
	case cmd.Until == "" && cmd.Format == asCalendar:
		return by.Now.AddDate(1, 0, 0), nil
	case cmd.Until == "":
		return by.Now.AddDate(0, 0, 28), nil
	}
	return lastDay(cmd.Until, by, g)
}

func stateOf(m scheduler.Meeting) string {
	switch {
	case m.Cancelled:
		return "cancelled"
	case m.Skipped:
		return "skipped"
	case m.Moved():
		return "moved"
	}
	return "planned"
}

// civilText says a moment by the group's clock.
func civilText(w *words.Reader, at scheduler.Civil) string {
	return scheduler.MomentText(at).Say(scheduler.VoiceOf(w.Locale()))
}

// namedSession names a session on the command line.
type namedSession struct {
	Group string `arg:"" help:"The group's ID."`
	When  string `arg:"" help:"The session's day, \"December 8\" or \"Tuesday\", or its planned time, 2026-12-08T18:00."`
}

// asker reads texts of the command line.
func (o *opened) asker() changes.Asker {
	return changes.Asker{Words: o.say, Now: o.now()}
}

// told changes a session, and prints what became of it and how to undo that.
func (p program) told(ctx context.Context, c *Config, group string, change func(o *opened) (changes.SessionChange, error)) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		if _, err := o.group(ctx, group); err != nil {
			return err
		}
		s, err := change(o)
		if err != nil {
			return err
		}
		id, planned := s.Group.ID, s.Was.Planned
		when := civilText(o.say, s.Now.Start)
		if s.Now.Cancelled && !s.Now.MovedTo.IsZero() {
			when = civilText(o.say, s.Now.MovedTo) + ", moved from " + when
		}
		fmt.Fprintf(p.out, "%s: %s\n", when, stateOf(s.Now))
		o.printForeseen(o.bot.Changes.Sessions.Foresee(ctx, s))
		notice, err := o.bot.NoticeOf(ctx, s.Group, planned)
		if err != nil {
			return err
		}
		if notice != "" {
			fmt.Fprintf(p.out, "tell the group: %s session tell %s %s\n", p.called, id, planned)
		}
		switch {
		case s.Was.Cancelled:
			fmt.Fprintf(p.out, "undo: %s session cancel %s %s\n", p.called, id, planned)
		case s.Was.Moved():
			fmt.Fprintf(p.out, "undo: %s session move %s %s %s\n", p.called, id, planned, s.Was.Start)
		default:
			fmt.Fprintf(p.out, "undo: %s session restore %s %s\n", p.called, id, planned)
		}
		return nil
	})
}

type sessionCancel struct{ namedSession }

func (cmd sessionCancel) Run(ctx context.Context, p program, c *Config) error {
	return p.told(ctx, c, cmd.Group, func(o *opened) (changes.SessionChange, error) {
		return o.bot.Changes.Sessions.Cancel(ctx, typist(), o.asker(), cmd.Group, cmd.When, "")
	})
}

type sessionMove struct {
	namedSession
	To string `arg:"" help:"The new day, with the same time, or day and time: \"December 10 at 6:00 PM\". A weekday alone is the one nearest to the session."`
}

func (cmd sessionMove) Run(ctx context.Context, p program, c *Config) error {
	return p.told(ctx, c, cmd.Group, func(o *opened) (changes.SessionChange, error) {
		return o.bot.Changes.Sessions.Move(ctx, typist(), o.asker(), cmd.Group, cmd.When, cmd.To, "")
	})
}

type sessionRestore struct{ namedSession }

func (cmd sessionRestore) Run(ctx context.Context, p program, c *Config) error {
	return p.told(ctx, c, cmd.Group, func(o *opened) (changes.SessionChange, error) {
		return o.bot.Changes.Sessions.Restore(ctx, typist(), o.asker(), cmd.Group, cmd.When, "")
	})
}

type sessionTell struct {
	namedSession
	Yes bool `help:"Post what is shown."`
}

// Run shows what the group would be told. With --yes it posts that.
func (cmd sessionTell) Run(ctx context.Context, p program, c *Config) error {
	return p.withOpen(ctx, c, func(o *opened) error {
		g, err := o.group(ctx, cmd.Group)
		if err != nil {
			return err
		}
		session, err := o.bot.Changes.Sessions.FindChanged(o.asker(), g, cmd.When)
		if err != nil {
			return err
		}
		m, _, err := o.bot.SessionNotice(ctx, g, session.Planned)
		if err != nil {
			return whatToSign(ctx, o, g, session.Planned, err)
		}
		fmt.Fprintf(p.out, "%s\n%s\n", m.Title, content.Plain(m.Blocks))
		if note := content.Plain(chat.AllTheSame(o.say, g, o.now())); note != "" {
			fmt.Fprintf(p.out, "  note: %s\n", note)
		}
		switch told, err := chat.Told(ctx, o.db, g, session.Planned); {
		case err != nil:
			return err
		case told:
			fmt.Fprintln(p.out, "the group was told of this already")
			return nil
		}
		var places []string
		for _, place := range g.Places {
			places = append(places, place.String())
		}
		to := strings.Join(places, ", ")
		if !cmd.Yes {
			fmt.Fprintf(p.out, "nothing is posted yet: add --yes to post this to %s\n", to)
			return nil
		}
		if err := o.bot.TellSession(ctx, typist(), g, session.Planned); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "it goes to %s as soon as %s run is running\n", to, p.called)
		return nil
	})
}

// whatToSign adds to the reason why a group cannot be told what must be signed, if that is the
// reason.
func whatToSign(ctx context.Context, o *opened, g bot.Group, planned scheduler.Civil, why error) error {
	card, err := o.bot.NoticeOf(ctx, g, planned)
	if err != nil || card == "" || len(g.Places) == 0 {
		return why
	}
	var spoken []content.Card
	for _, lang := range g.Langs {
		if c, ok := o.library.Spoken(card, lang); ok {
			spoken = append(spoken, c)
		}
	}
	return &bot.UserError{Message: fmt.Sprintf(`%v: %s content approve %s%s --reviewer "NAME, LICENCE NUMBER"`, why, o.called, card, draftFlag(spoken))}
}

// draftFlag is the flag without which content approve would sign none of these cards, because all are
// drafts; "" if it is not needed.
func draftFlag(cards []content.Card) string {
	if len(cards) == 0 || slices.ContainsFunc(cards, func(c content.Card) bool { return !c.Draft }) {
		return ""
	}
	return " --lang " + cards[0].Lang
}

// spokenIn are the cards that are read in these languages.
func spokenIn(library *content.Library, langs []string) []content.Card {
	var out []content.Card
	for _, lang := range langs {
		spoken := spokenFor(library.Langs(), lang)
		out = append(out, slices.DeleteFunc(library.All(), func(c content.Card) bool { return c.Lang != spoken })...)
	}
	return out
}

// listsCards says which command lists the cards that a group waits for and, if these are drafts, how they
// are signed.
func listsCards(o *opened, g bot.Group, cards string) string {
	flag := draftFlag(spokenIn(o.library, g.Langs))
	said := fmt.Sprintf("%s content status%s lists %s", o.called, flag, cards)
	if flag != "" {
		said += fmt.Sprintf(", and %s content approve CARD%s signs a draft", o.called, flag)
	}
	return said
}
