package chat

import (
	"context"
	"slices"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// row is a command with what answers it.
type row struct {
	bot.Command
	hidden bool           // reached by buttons only
	kinds  []content.Kind // the kinds of the cards that it lists; none if it lists no cards
	fields []bot.Arg      // the fields of its form that are not arguments of the command
	do     answering
	subs   []row
}

// answering answers a request.
type answering = func(ctx context.Context, r asked) (bot.Answer, error)

// rows is the command table. No name of a command says anything about treatment, because other
// people may see it.
func rows(k *kit, concerns bool) []row {
	which := func(summary string) []bot.Arg {
		return []bot.Arg{{Name: "name", Summary: bot.Words{words.English: summary}, Complete: true, Max: 100}}
	}
	concern, share := &concernHandler{kit: k, on: concerns}, &shareHandler{k}
	rows := []row{
		also(reading(k, read("strategies", "Six ways to build trust",
			nil, which("Which one; leave it out for the menu")...), content.Strategy), words.Word("strategy")),
		also(reading(k, read("challenges", "Four common challenges and what helps",
			nil, which("Which one; leave it out for the menu")...), content.Challenge), words.Word("challenge,difficulties")),
		reading(k, read("why", "Why trust matters, and the facilitator's part",
			nil, which("Which one; leave it out for the first")...), content.Foundation),
		also(reading(k, read("agreements", "What the group agrees on, what stays here, and its limits",
			nil, which("Which one; leave it out for the list")...), content.Agreement, content.Confidentiality, content.Limits), words.Word("agreement,rules")),
		reading(k, read("contact", "Address, telephone and map", nil)),
		reading(k, read("crisis", "Help now", nil)),
		read("concern", "Who to turn to", concern.answer),
		reading(k, read("privacy", "What is kept and what is not", nil)),
		read("next", "When the group meets next; ask in its own channel", (&sessionHandler{k}).next),
		onMessage("Ask Circlekeeper", read("help", "What you can ask", func(ctx context.Context, r asked) (bot.Answer, error) {
			return k.pages.Help(k.admitted(ctx, r).Request), nil
		})),
		facilitated(change("share", "Preview a card, then post it to a channel", share.answer,
			arg("card", "Which card; leave it out to choose", offered),
			arg("place", "Where; leave it out for this channel", place))),
		facilitated(change("panel", "Preview buttons for all topics, then post them to a channel", share.panel,
			arg("place", "Where; leave it out for this channel", place))),
		facilitated(change("overview", "What needs attention, today and the next seven days, and each group", (&boardHandler{k}).answer)),
		also(groupRows(k), words.Word("groups")),
		also(sessionRows(k), words.Word("sessions")),
		also(reminderRows(k), words.Word("reminders")),
		(&takeBackHandler{k}).row(),
		behind(changing("concerns", "",
			behind(change("take", "", concern.mark(bot.ConcernTaken), arg("id", "", required))),
			behind(change("done", "", concern.mark(bot.ConcernDone), arg("id", "", required))))),
	}
	return append(rows, (&signingHandler{k}).rows()...)
}

func groupRows(k *kit) row {
	h, group, table := &groupHandler{k}, whichGroup(), k.newGroupTable()
	place := table.Only("place").Args()
	place[0].Summary = bot.Words{words.English: "Its channel; leave it out for this one"}
	drop := arg("drop", "A channel, session or date to remove from the group", offered)
	return changing("group", "Groups: where and when they meet",
		asking(change("add", "Add a group to this channel", h.add,
			append(table.Only("name", "zone", "quiet", "langs", "group", "session").Args(), place...)...), table.Args()...),
		facilitated(change("list", "Show the groups", h.list)),
		facilitated(asking(change("set", "Change a group; what you leave out stays as it is", k.ofGroup(h.set),
			slices.Concat([]bot.Arg{group}, k.Changes.Groups.Fields.Args(), []bot.Arg{drop})...), k.Changes.Groups.Fields.Args()...)),
		facilitated(asking(change("edit", "Change a group in a form", k.ofGroup(h.edit), group), k.Changes.Groups.Fields.Only(basics()...).Args()...)),
		facilitated(behind(asking(change("meetings", "", k.ofGroup(h.meetings), arg("group", "")), k.Changes.Groups.Fields.Only(meetings()...).Args()...))),
		facilitated(change("pause", "Post no reminders to a group for a while", h.pause, group, arg("until", "Until when, such as December 24, or 2 weeks; or no end; leave it out to choose"))),
		facilitated(change("resume", "Post to a paused group again", k.ofGroup(h.resume), group)),
		change("remove", "Remove a group and its reminders", k.ofGroup(h.remove),
			arg("group", "Which group", required, offered)),
		change("restore", "Bring back a removed group and its reminders", h.restore,
			arg("group", "Which group; leave it out to see what was removed", offered)),
		facilitated(change("breach", "Confidentiality was broken: tell the group, and see what to do", k.ofGroup(h.breach), group)),
		facilitated(behind(change("show", "", k.ofGroup(h.show), arg("group", "")))),
	)
}

func sessionRows(k *kit) row {
	h, group := &sessionHandler{k}, whichGroup()
	when := arg("when", "Which session: its day, such as December 8, or Tuesday", required, offered)
	return facilitated(changing("session", "Single sessions: cancel, move or restore them",
		change("list", "Show the upcoming sessions", k.ofGroup(h.list), group),
		change("cancel", "Cancel one session", k.ofGroup(h.cancel), when, group),
		asking(change("move", "Move one session; without a new time, a form opens", k.ofGroup(h.move), when,
			arg("to", "Its new day (at the same time), or day and time: December 10 at 6:00 PM"), group), arg("to", "")),
		change("restore", "Put one session back as planned", k.ofGroup(h.restore), when, group),
		behind(change("show", "", k.ofGroup(h.show), when, group)),
		behind(change("tell", "", k.ofGroup(h.tell), when, group)),
	))
}

func reminderRows(k *kit) row {
	h, group := &reminderHandler{k}, whichGroup()
	id := arg("id", "Which reminder", required, offered)
	return facilitated(changing("reminder", "Reminders: what is posted and when",
		change("add", "Add a reminder; if you write nothing else, a form opens", h.add,
			slices.Concat(k.Changes.Reminders.Fields.Only("topic", "at").Args(), []bot.Arg{group}, k.Changes.Reminders.Fields.Only("late", "keep").Args())...),
		change("list", "Show the reminders", h.list, group),
		asking(change("edit", "Change a reminder in a form", h.editTyped, id),
			k.Changes.Reminders.Fields.Args()...),
		change("next", "Show what comes next", h.next, group),
		behind(change("month", "", h.monthAhead, group)),
		change("history", "Show what was sent, skipped or failed, and why", h.history, group),
		change("pause", "Pause a reminder", h.pauseTyped, id, arg("until", "Until when, such as December 24, or 2 weeks; or no end; leave it out to choose")),
		change("resume", "Resume a paused reminder", k.ofReminder(h.resume), id),
		change("remove", "Remove a reminder; its history stays", k.ofReminder(h.remove), id),
		change("restore", "Bring back a removed reminder", h.restore,
			arg("id", "Which reminder; leave it out to see what was removed", offered)),
		change("test", "Post it where the group does not see it, marked as a test", k.ofReminder(h.test), id),
		behind(change("show", "", h.show, arg("id", "", required))),
	))
}

// also gives a command names that people type for it, and that no platform shows.
func also(r row, names words.Word) row {
	r.Also = bot.Words{words.English: string(names)}
	return r
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

func read(name, summary string, do answering, args ...bot.Arg) row {
	return row{Command: bot.Command{Name: name, Summary: bot.Words{words.English: summary}, Args: args}, do: do}
}

func change(name, summary string, do answering, args ...bot.Arg) row {
	r := read(name, summary, do, args...)
	r.Who = bot.Moderators
	return r
}

// reading has a command read a list of cards, or one of them by its name; without kinds, the card of the
// command's own name.
func reading(k *kit, r row, kinds ...content.Kind) row {
	r.kinds = kinds
	r.do = func(_ context.Context, by asked) (bot.Answer, error) {
		if len(kinds) == 0 {
			return k.pages.Card(by.Request, r.Name), nil
		}
		return k.pages.List(by.Request, r.Name, kinds...), nil
	}
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
		r.Summary, r.Also = books.In(r.Summary[words.English]), books.Typed(r.Also[words.English])
		if r.OnMessage != nil {
			r.OnMessage = books.In(r.OnMessage[words.English])
		}
		for _, args := range [][]bot.Arg{r.Args, r.fields} {
			for j := range args {
				args[j].Local = books.InContext(args[j].Name, words.ArgumentContext)
				args[j].Summary, args[j].Label = books.In(args[j].Summary[words.English]), books.In(args[j].Label[words.English])
				args[j].Also = books.Typed(args[j].Also[words.English])
			}
		}
		localise(books, r.Name, r.subs)
	}
}

// asking adds the fields of a row's form. Their Max is dropped, because the table of fields
// checks lengths; it stays only where it marks a field for several values (see tidied).
func asking(r row, fields ...bot.Arg) row {
	for _, f := range fields {
		if f.Max <= maxLine {
			f.Max = 0
		}
		r.fields = append(r.fields, f)
	}
	return r
}

// onMessage puts a command into the menu of every message too, under a name.
func onMessage(name string, r row) row {
	r.OnMessage = bot.Words{words.English: name}
	return r
}

// facilitated lets facilitators use a command and all of its sub-commands for their own groups.
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

// findRow looks a command up by its name in any language, in any case; nil if there is none.
// Hidden commands have an English name only.
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
