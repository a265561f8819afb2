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

// commandRows is the command table of DESIGN.md. Names say nothing of treatment.
func (b *Bot) commandRows() []row {
	which := func(summary string) []bot.Arg {
		return []bot.Arg{{Name: "name", Summary: bot.Words{words.English: summary}, Complete: true, Max: 100}}
	}
	return []row{
		read("strategies", "Six ways to build trust, as a menu or one in full",
			b.strategies, which("Which one; leave it out for the menu")...),
		read("challenges", "Four common challenges and what helps",
			b.challenges, which("Which one; leave it out for the menu")...),
		read("why", "Why trust matters, and the facilitator's part", b.why),
		read("agreements", "What the group agrees on, what stays here, and its limits",
			b.agreements, which("Which one; leave it out for the list")...),
		read("contact", "Address, telephone and map", b.contact),
		read("crisis", "Help now", b.crisis),
		read("concern", "Who to turn to", b.concern),
		read("privacy", "What is kept and what is not", b.privacy),
		read("next", "When this group meets next, in its own channel", b.next),
		read("help", "What can be asked", b.help),
		change("share", "Preview a card, then post it to a channel", b.share,
			arg("card", "Which card", required, offered),
			arg("place", "Where; leave it out for this channel", place)),
		b.groupRows(),
		b.sessionRows(),
		b.reminderRows(),
		behind(changing("concerns", "",
			behind(change("take", "", b.concernTake, arg("id", "", required))),
			behind(change("done", "", b.concernDone, arg("id", "", required))))),
	}
}

func (b *Bot) groupRows() row {
	group, table := whichGroup(), b.newGroupTable()
	place := table.Only("place").Args()
	place[0].Summary = bot.Words{words.English: "Its channel; leave it out for this one"}
	drop := arg("drop", "A channel, session or date of the group to take away", offered)
	return changing("group", "Groups: where and when they meet",
		asking(change("add", "Add a group to this channel", b.groupAdd,
			append(table.Only("group", "name", "zone", "quiet", "langs").Args(), place...)...), table.Args()...),
		change("list", "Show the groups", b.groupList),
		change("set", "Change a group; what is not named stays", b.groupSet,
			slices.Concat([]bot.Arg{group}, b.Changes.Groups.Args(), []bot.Arg{drop})...),
		asking(change("edit", "Change a group in a form", b.groupEdit, group), b.Changes.Groups.Only(basics()...).Args()...),
		behind(asking(change("meetings", "", b.groupMeetings, arg("group", "", required)), b.Changes.Groups.Only(meetings()...).Args()...)),
		change("pause", "Post nothing to a group for a while", b.groupPause, group, until()),
		change("resume", "Post to a paused group again", b.groupResume, group),
		change("remove", "Remove a group and its reminders", b.groupRemove,
			arg("group", "Which group", required, offered)),
		change("restore", "Bring back a removed group and its reminders", b.groupRestore,
			arg("group", "Which group; leave it out to see what was removed", offered)),
		behind(change("show", "", b.groupShow, arg("group", "", required))),
	)
}

func (b *Bot) sessionRows() row {
	group := whichGroup()
	when := arg("when", "Which session: its day, such as December 8, or next Tuesday", required, offered)
	return changing("session", "Single sessions: cancelled, moved or as planned",
		change("list", "Show the sessions to come", b.sessionList, group),
		change("cancel", "Cancel one session", b.sessionCancel, when, group),
		change("move", "Move one session", b.sessionMove, when,
			arg("to", "To which day, at the same time, or day and time: December 10 at 6:00 PM", required), group),
		change("restore", "Hold one session as planned after all", b.sessionRestore, when, group),
		behind(change("show", "", b.sessionShow, when, group)),
	)
}

func (b *Bot) reminderRows() row {
	id := arg("id", "Which reminder", required, offered)
	group := whichGroup()
	return changing("reminder", "Reminders: what is posted and when",
		change("add", "Add a reminder; without words, a form opens", b.reminderAdd,
			slices.Concat(b.Changes.Reminders.Only("topic", "at").Args(), []bot.Arg{group}, b.Changes.Reminders.Only("late").Args())...),
		change("list", "Show the reminders", b.reminderList, group),
		asking(change("edit", "Change a reminder in a form", b.reminderEdit, id),
			b.Changes.Reminders.Args()...),
		change("next", "Show what comes next", b.reminderNext, group),
		change("history", "Show what was sent, skipped or failed, and why", b.reminderHistory, group),
		change("pause", "Pause a reminder", b.reminderPause, id, until()),
		change("resume", "Resume a paused reminder", b.reminderResume, id),
		change("remove", "Remove a reminder; its history stays", b.reminderRemove, id),
		change("restore", "Bring back a removed reminder", b.reminderRestore,
			arg("id", "Which reminder; leave it out to see what was removed", offered)),
		change("test", "Post it where the group does not see it, marked as a test", b.reminderTest, id),
		behind(change("show", "", b.reminderShow, arg("id", "", required))),
	)
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
	return arg("until", "Until which day, such as 2026-12-24; leave it out for no end")
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
func localise(books *words.Books, rows []row) {
	for i := range rows {
		r := &rows[i]
		r.Local = books.InContext(words.CommandContext, r.Name)
		r.Summary = books.In(r.Summary[words.English])
		for _, args := range [][]bot.Arg{r.Args, r.fields} {
			for j := range args {
				args[j].Local = books.InContext(words.ArgumentContext, args[j].Name)
				args[j].Summary = books.In(args[j].Summary[words.English])
			}
		}
		localise(books, r.subs)
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
