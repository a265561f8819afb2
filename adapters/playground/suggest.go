package playground

import (
	"context"
	"strings"

	"circlekeeper/bot"
)

// suggestion completes what is being typed.
type suggestion struct {
	Text  string `json:"text"`  // the whole line it makes
	Label string `json:"label"` // what is shown
	Hint  string `json:"hint"`
}

const maxSuggestions = 25

// suggest offers commands, then sub-commands, then values for the argument at
// the end of the line.
func suggest(ctx context.Context, h bot.Handler, r bot.Request, line string) []suggestion {
	table := h.Commands()
	t := read(table, line)
	out := []suggestion{}
	add := func(text, label, hint string) {
		if len(out) < maxSuggestions && text != line {
			out = append(out, suggestion{text, label, hint})
		}
	}
	// A word that is still being written is completed before its arguments are.
	if t.cmd == nil || (t.rest == "" && !t.more) {
		if t.rest != "" {
			return out
		}
		for _, c := range table {
			if strings.HasPrefix(c.Name, t.name) && visible(c, r.Actor) {
				add(t.prefix+c.Name+tail(c), t.prefix+c.Name, c.Summary.In(r.Lang))
			}
		}
		return out
	}
	if !visible(*t.cmd, r.Actor) {
		return out
	}
	head := t.prefix + t.cmd.Name + " "
	if len(t.cmd.Subs) > 0 && (t.sub == nil || (t.rest == "" && !t.more)) {
		word, rest := cutWord(t.rest)
		if t.sub != nil {
			word = t.sub.Name
		}
		for _, c := range t.cmd.Subs {
			if rest == "" && strings.HasPrefix(c.Name, strings.ToLower(word)) && visible(c, r.Actor) {
				add(head+c.Name+tail(c), head+c.Name, c.Summary.In(r.Lang))
			}
		}
		return out
	}
	if t.sub != nil {
		head += t.sub.Name + " "
	}
	arg, before, partial, ok := t.writing()
	if !ok {
		return out
	}
	r.Call = t.call()
	if r.Args == nil {
		r.Args = map[string]string{}
	}
	r.Args[arg.Name] = partial
	choices := arg.Choices
	if choices == nil && arg.Complete {
		choices = h.Complete(ctx, r, arg.Name)
	}
	single := len(t.args()) == 1
	for _, c := range choices {
		if arg.Complete || holds(c, partial) {
			value := c.Value
			if !single {
				if strings.ContainsAny(value, ` "\\`) {
					value = quote(value)
				}
				value = arg.Name + "=" + value
			}
			add(head+before+value, c.Name, arg.Summary.In(r.Lang))
		}
	}
	if !single && partial == "" {
		for _, a := range t.args() {
			if _, given := t.values()[a.Name]; !given {
				add(head+before+a.Name+"=", a.Name+"=", a.Summary.In(r.Lang))
			}
		}
	}
	return out
}

// writing tells which argument stands at the end of the line, the words before
// it, and what there is of it.
func (t typed) writing() (arg bot.Arg, before, partial string, ok bool) {
	args := t.args()
	if len(args) == 0 {
		return bot.Arg{}, "", "", false
	}
	if len(args) == 1 {
		return args[0], "", unquote(t.rest), true
	}
	done := t.words
	last := ""
	if n := len(done); n > 0 && !t.more {
		done, last = done[:n-1], done[n-1]
	}
	if len(done) > 0 {
		before = strings.Join(done, " ") + " "
	}
	if name, value, is := named(args, last); is {
		for _, a := range args {
			if a.Name == name {
				return a, before, unquote(value), true
			}
		}
	}
	given := typed{cmd: t.cmd, sub: t.sub, words: done}.values()
	for _, a := range args {
		if _, is := given[a.Name]; !is {
			return a, before, unquote(last), true
		}
	}
	return bot.Arg{}, "", "", false
}

func visible(c bot.Command, by bot.Actor) bool { return c.Who == bot.Anyone || by.May() }

// tail leaves room for what must follow.
func tail(c bot.Command) string {
	if len(c.Subs) > 0 || len(c.Args) > 0 && c.Args[0].Required {
		return " "
	}
	return ""
}

func holds(c bot.Choice, partial string) bool {
	p := strings.ToLower(partial)
	return strings.Contains(strings.ToLower(c.Name), p) || strings.Contains(strings.ToLower(c.Value), p)
}
