package playground

import (
	"strings"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
)

// suggestion completes what is being typed.
type suggestion struct {
	Text  string `json:"text"`  // the whole line it makes
	Label string `json:"label"` // what is shown
	Hint  string `json:"hint"`
}

const maxSuggestions = 25

// suggest offers commands, then sub-commands, then values for the argument at the end of the
// line. The values come from complete, which asks the core.
func suggest(table []bot.Command, complete func(arg string, r bot.Request) []bot.Choice, r bot.Request, lang, line string) []suggestion {
	t := intake.Read(table, line)
	out := []suggestion{}
	add := func(text, label, hint string) {
		if len(out) < maxSuggestions && text != line {
			out = append(out, suggestion{text, label, hint})
		}
	}
	names := func(rows []bot.Command, head, word string) {
		for _, c := range rows {
			if !visible(c, r.Actor) {
				continue
			}
			for _, name := range []string{c.NameIn(lang), c.Name} { // both names work; the reader's is offered first
				if strings.HasPrefix(name, word) {
					add(head+name+tail(c), head+name, c.Summary.In(lang))
					break
				}
			}
		}
	}
	// A word that is still being written is completed before its arguments are.
	if t.Command == nil || t.Rest == "" && !t.Space {
		if t.Rest == "" {
			names(table, t.Prefix, t.Word)
		}
		return out
	}
	if !visible(*t.Command, r.Actor) {
		return out
	}
	head := t.Prefix + t.Command.Name + " "
	if len(t.Command.Subs) > 0 && (t.Sub == nil || t.Rest == "" && !t.Space) {
		switch {
		case t.Sub != nil:
			names(t.Command.Subs, head, t.Sub.Name)
		case !strings.Contains(t.Rest, " "):
			names(t.Command.Subs, head, strings.ToLower(t.Rest))
		}
		return out
	}
	if t.Sub != nil {
		head += t.Sub.Name + " "
	}
	arg, before, partial, ok := t.Writing()
	if !ok {
		return out
	}
	given := t.Call.Args
	r.Call = t.Call.With(arg.Name, partial)
	var choices []bot.Choice
	if arg.Complete {
		choices = complete(arg.Name, r)
	}
	single := len(t.Args()) == 1
	for _, c := range choices {
		value := c.Value
		if !single {
			if strings.ContainsAny(value, ` "\\`) {
				value = intake.Quote(value)
			}
			value = arg.Name + "=" + value
		}
		add(head+before+value, c.Name, arg.Summary.In(lang))
	}
	if !single && partial == "" {
		for _, a := range t.Args() {
			if _, is := given[a.Name]; !is {
				add(head+before+a.Name+"=", a.Name+"=", a.Summary.In(lang))
			}
		}
	}
	return out
}

// visible leaves out the commands of reviewers, which the playground does not have.
func visible(c bot.Command, by bot.Actor) bool {
	return c.Who == bot.Anyone || c.Who == bot.Moderators && by.May()
}

// tail leaves room for what must follow.
func tail(c bot.Command) string {
	if len(c.Subs) > 0 || len(c.Args) > 0 && c.Args[0].Required {
		return " "
	}
	return ""
}
