package chat

import (
	"context"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// row is a command with what answers it.
type row struct {
	bot.Command
	hidden bool      // reached by buttons only
	fields []bot.Arg // what its form adds to the arguments
	do     func(ctx context.Context, r bot.Request) (bot.Answer, error)
	subs   []row
}

// commands are the handlers that the command table is made of.
type commands struct {
	*kit
	gate      gate
	groups    *groupHandler
	sessions  *sessionHandler
	reminders *reminderHandler
	share     *shareHandler
	concerns  *concernHandler
	signing   *signingHandler
	breach    *breachHandler
	board     *boardHandler
}

// rows is the command table. Names say nothing of treatment.
func (c *commands) rows() []row {
	which := func(summary string) []bot.Arg {
		return []bot.Arg{{Name: "name", Summary: bot.Words{words.English: summary}, Complete: true, Max: 100}}
	}
	rows := []row{
		read("strategies", "Six ways to build trust, as a menu or one in full",
			c.pages.Strategies, which("Which one; leave it out for the menu")...),
		read("challenges", "Four common challenges and what helps",
			c.pages.Challenges, which("Which one; leave it out for the menu")...),
		read("why", "Why trust matters, and the facilitator's part",
			c.pages.Why, which("Which one; leave it out for the first")...),
		read("agreements", "What the group agrees on, what stays here, and its limits",
			c.pages.Agreements, which("Which one; leave it out for the list")...),
		read("contact", "Address, telephone and map", c.pages.Contact),
		read("crisis", "Help now", c.pages.Crisis),
		read("concern", "Who to turn to", c.concerns.answer),
		read("privacy", "What is kept and what is not", c.pages.Privacy),
		read("next", "When this group meets next, in its own channel", c.sessions.next),
		onMessage("Ask Circlekeeper", read("help", "What can be asked", c.help)),
		facilitated(change("share", "Preview a card, then post it to a channel", c.share.answer,
			arg("card", "Which card; leave it out to choose", offered),
			arg("place", "Where; leave it out for this channel", place))),
		facilitated(change("panel", "Preview buttons for all topics, then post them to a channel", c.share.panel,
			arg("place", "Where; leave it out for this channel", place))),
		facilitated(change("overview", "What needs a hand, today and the next seven days, and each group", c.board.answer)),
		c.groupRows(),
		c.sessionRows(),
		c.reminderRows(),
		(&takeBackHandler{c.kit}).row(),
		behind(changing("concerns", "",
			behind(change("take", "", c.concerns.take, arg("id", "", required))),
			behind(change("done", "", c.concerns.done, arg("id", "", required))))),
	}
	return append(rows, c.signing.rows()...)
}

// help answers /help with what whoever asks may use.
func (c *commands) help(ctx context.Context, r bot.Request) (bot.Answer, error) {
	return c.pages.Help(ctx, c.gate.admitted(ctx, r))
}

func (c *commands) groupRows() row {
	group, table := whichGroup(), c.newGroupTable()
	place := table.Only("place").Args()
	place[0].Summary = bot.Words{words.English: "Its channel; leave it out for this one"}
	drop := arg("drop", "A channel, session or date of the group to take away", offered)
	return changing("group", "Groups: where and when they meet",
		asking(change("add", "Add a group to this channel", c.groups.add,
			append(table.Only("name", "zone", "quiet", "langs", "group").Args(), place...)...), table.Args()...),
		facilitated(change("list", "Show the groups", c.groups.list)),
		facilitated(change("set", "Change a group; what is not named stays", c.groups.set,
			slices.Concat([]bot.Arg{group}, c.Changes.Groups.Fields.Args(), []bot.Arg{drop})...)),
		facilitated(asking(change("edit", "Change a group in a form", c.groups.edit, group), c.Changes.Groups.Fields.Only(basics()...).Args()...)),
		facilitated(behind(asking(change("meetings", "", c.groups.meetings, arg("group", "", required)), c.Changes.Groups.Fields.Only(meetings()...).Args()...))),
		facilitated(change("pause", "Post nothing to a group for a while", c.groups.pause, group, arg("until", "Until when, such as December 24, or 2 weeks; or none; leave it out to choose"))),
		facilitated(change("resume", "Post to a paused group again", c.groups.resume, group)),
		change("remove", "Remove a group and its reminders", c.groups.remove,
			arg("group", "Which group", required, offered)),
		change("restore", "Bring back a removed group and its reminders", c.groups.restore,
			arg("group", "Which group; leave it out to see what was removed", offered)),
		facilitated(change("breach", "Confidence was broken: tell the group, and see what to do", c.breach.answer, group)),
		facilitated(behind(change("show", "", c.groups.show, arg("group", "", required)))),
	)
}

func (c *commands) sessionRows() row {
	group := whichGroup()
	when := arg("when", "Which session: its day, such as December 8, or Tuesday", required, offered)
	return facilitated(changing("session", "Single sessions: cancelled, moved or as planned",
		change("list", "Show the sessions to come", c.sessions.list, group),
		change("cancel", "Cancel one session", c.sessions.cancel, when, group),
		asking(change("move", "Move one session; without a new time, a form opens", c.sessions.move, when,
			arg("to", "To which day, at the same time, or day and time: December 10 at 6:00 PM"), group), arg("to", "")),
		change("restore", "Hold one session as planned after all", c.sessions.restore, when, group),
		behind(change("show", "", c.sessions.show, when, group)),
		behind(change("tell", "", (&announcer{c.kit}).answer, when, group)),
	))
}

func (c *commands) reminderRows() row {
	id := arg("id", "Which reminder", required, offered)
	group := whichGroup()
	return facilitated(changing("reminder", "Reminders: what is posted and when",
		change("add", "Add a reminder; without words, a form opens", c.reminders.add,
			slices.Concat(c.Changes.Reminders.Fields.Only("topic", "at").Args(), []bot.Arg{group}, c.Changes.Reminders.Fields.Only("late", "keep").Args())...),
		change("list", "Show the reminders", c.reminders.list, group),
		asking(change("edit", "Change a reminder in a form", c.reminders.edit, id),
			c.Changes.Reminders.Fields.Args()...),
		change("next", "Show what comes next", c.reminders.next, group),
		behind(change("month", "", (&monthHandler{c.kit}).answer, group)),
		change("history", "Show what was sent, skipped or failed, and why", c.reminders.history, group),
		change("pause", "Pause a reminder", c.reminders.pause, id, until()),
		change("resume", "Resume a paused reminder", c.reminders.resume, id),
		change("remove", "Remove a reminder; its history stays", c.reminders.remove, id),
		change("restore", "Bring back a removed reminder", c.reminders.restore,
			arg("id", "Which reminder; leave it out to see what was removed", offered)),
		change("test", "Post it where the group does not see it, marked as a test", c.reminders.test, id),
		behind(change("show", "", c.reminders.show, arg("id", "", required))),
	))
}

type argOption func(*bot.Arg)

func required(a *bot.Arg) { a.Required = true }
func offered(a *bot.Arg)  { a.Complete = true }
func place(a *bot.Arg)    { a.Place = true }

func arg(name, summary string, options ...argOption) bot.Arg {
	a := bot.Arg{Name: name, Summary: bot.Words{words.English: summary}}
	for _, o := range options {
		o(&a)
	}
	return a
}

func whichGroup() bot.Arg {
	return arg("group", "Which group; leave it out for this channel's", offered)
}

func until() bot.Arg {
	return arg("until", "Until when, such as December 24, or 2 weeks; leave it out for no end")
}

func read(name, summary string, do func(context.Context, bot.Request) (bot.Answer, error), args ...bot.Arg) row {
	return row{Command: bot.Command{Name: name, Summary: bot.Words{words.English: summary}, Args: args}, do: do}
}

func change(name, summary string, do func(context.Context, bot.Request) (bot.Answer, error), args ...bot.Arg) row {
	r := read(name, summary, do, args...)
	r.Who = bot.Moderators
	return r
}

func changing(name, summary string, subs ...row) row {
	r := change(name, summary, nil)
	r.subs = subs
	return r
}

// localise gives rows, and their arguments, their names and summaries in all
// languages.
func localise(books *words.Books, parent string, rows []row) {
	for i := range rows {
		r := &rows[i]
		r.Local = books.CommandNames(parent, r.Name)
		r.Summary = books.In(r.Summary[words.English])
		if r.OnMessage != nil {
			r.OnMessage = books.In(r.OnMessage[words.English])
		}
		for _, args := range [][]bot.Arg{r.Args, r.fields} {
			for j := range args {
				args[j].Local = books.InContext(words.ArgumentContext, args[j].Name)
				args[j].Summary = books.In(args[j].Summary[words.English])
			}
		}
		localise(books, r.Name, r.subs)
	}
}

// asking names what a row's form asks for. How long a value may be is the table's to
// say, beside the field; here only what holds several things is told apart.
func asking(r row, fields ...bot.Arg) row {
	for _, f := range fields {
		if f.Max <= maxLine {
			f.Max = 0
		}
		r.fields = append(r.fields, f)
	}
	return r
}

// onMessage has a command stand in the menu of each message, too.
func onMessage(name string, r row) row {
	r.OnMessage = bot.Words{words.English: name}
	return r
}

// facilitated lets facilitators use a command, or all that it has below it, for their own
// groups.
func facilitated(r row) row {
	r.Facilitators = true
	for i := range r.subs {
		r.subs[i].Facilitators = true
	}
	return r
}

func behind(r row) row {
	r.hidden = true
	return r
}

// commandTable is what adapters see of the rows.
func commandTable(rows []row) []bot.Command {
	var out []bot.Command
	for _, r := range rows {
		if r.hidden {
			continue
		}
		c := r.Command
		c.Subs = commandTable(r.subs)
		out = append(out, c)
	}
	return out
}

// findRow looks a command up by its name in any language, in any case. Hidden
// ones only go by their own name.
func findRow(rows []row, name string) *row {
	name = strings.TrimPrefix(strings.TrimSpace(name), "/")
	for i := range rows {
		r := &rows[i]
		if strings.EqualFold(r.Name, name) {
			return r
		}
		for _, local := range r.Local {
			if strings.EqualFold(local, name) {
				return r
			}
		}
	}
	return nil
}
