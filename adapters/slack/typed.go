package slack

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"circlekeeper/bot"
)

// maxTyped is how many characters of a command's text are read.
const maxTyped = 2000

// help is the command that answers where nothing else was asked.
const help = "help"

// reference is what Slack makes of names in a command's text, such as
// <#C0123456789|name>. https://docs.slack.dev/interactivity/implementing-slash-commands
var reference = regexp.MustCompile(`<([#@!])([^<>|]*)(?:\|[^<>]*)?>`)

// typed reads what follows /circle: a command, a sub-command if it has any, and
// arguments. A command's only argument takes the rest of the text. Otherwise
// arguments are written name=value, where the value goes on to the next name and
// may stand in quotes; words before the first name belong to the first argument.
//
// Names are matched in any case. Names that are not in the table are passed on,
// so that the core can suggest one. Names of people are dropped.
func typed(text string, table []bot.Command) bot.Call {
	text = fold(text)
	name, rest := next(text)
	if name == "" {
		return bot.Call{Command: help}
	}
	row, ok := find(table, name)
	if !ok {
		return bot.Call{Command: clip32(name)}
	}
	call := bot.Call{Command: row.Name}
	if len(row.Subs) > 0 {
		name, tail := next(rest)
		if name == "" {
			return call
		}
		sub, ok := find(row.Subs, name)
		if !ok {
			call.Sub = clip32(name)
			return call
		}
		call.Sub, rest, row = sub.Name, tail, sub
	}
	call.Args = arguments(rest, row.Args)
	return call
}

// fold makes plain text of what Slack and phones write: references, escapes, odd
// spaces.
func fold(text string) string {
	text = string([]rune(text)[:min(maxTyped, utf8.RuneCountInString(text))])
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r == '\u200b', r == '\ufeff':
			return -1
		}
		return r
	}, text)
	if !strings.ContainsAny(text, "<&") {
		return strings.TrimSpace(text)
	}
	text = reference.ReplaceAllStringFunc(text, func(s string) string {
		m := reference.FindStringSubmatch(s)
		if m[1] != "#" {
			return " "
		}
		return string(bot.Slack) + ":" + m[2]
	})
	return strings.TrimSpace(strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text))
}

// straight gives a quotation mark as keyboards know it: phones write curly ones.
func straight(r rune) rune {
	switch {
	case strings.ContainsRune("\"“”„‟«»", r):
		return '"'
	case strings.ContainsRune("'‘’‚‛", r):
		return '\''
	}
	return 0
}

// next takes the first word off the text, in lower case and without a slash.
func next(text string) (word, rest string) {
	word, rest, _ = strings.Cut(strings.TrimSpace(text), " ")
	return strings.ToLower(strings.TrimPrefix(word, "/")), strings.TrimSpace(rest)
}

func find(table []bot.Command, name string) (bot.Command, bool) {
	for _, c := range table {
		if strings.EqualFold(c.Name, name) {
			return c, true
		}
		for _, local := range c.Local {
			if strings.EqualFold(local, name) {
				return c, true
			}
		}
	}
	return bot.Command{}, false
}

// arguments reads the values of a command's arguments.
func arguments(text string, args []bot.Arg) map[string]string {
	text = strings.TrimSpace(text)
	if text == "" || len(args) == 0 {
		return nil
	}
	out := make(map[string]string)
	runes := []rune(text)
	at := names(runes, args)
	head := runes
	if len(at) > 0 {
		head = runes[:at[0].from]
	}
	if v := unquote(head); v != "" {
		out[args[0].Name] = v
	}
	for i, n := range at {
		end := len(runes)
		if i+1 < len(at) {
			end = at[i+1].from
		}
		out[n.name] = unquote(runes[n.to:end])
	}
	return out
}

type named struct {
	name     string
	from, to int // of "name=" in the text
}

// names finds where the arguments' names stand: at the start of a word, outside
// quotes, followed by =.
func names(text []rune, args []bot.Arg) []named {
	var out []named
	for i := 0; i < len(text); i++ {
		edge := i == 0 || text[i-1] == ' '
		if mark := straight(text[i]); mark != 0 && (edge || text[i-1] == '=') {
			i += closing(text[i+1:], mark)
			continue
		}
		if !edge {
			continue
		}
		for _, a := range args {
			n := utf8.RuneCountInString(a.Name)
			if len(text) > i+n && text[i+n] == '=' && strings.EqualFold(string(text[i:i+n]), a.Name) {
				out = append(out, named{a.Name, i, i + n + 1})
				i += n
				break
			}
		}
	}
	return out
}

// closing is how far a quotation goes to its closing mark, which ends a word;
// 0 if it is none.
func closing(text []rune, mark rune) int {
	for i, r := range text {
		if straight(r) == mark && (i+1 == len(text) || text[i+1] == ' ') {
			return i + 1
		}
	}
	return 0
}

// unquote takes off the quotes around a whole value.
func unquote(text []rune) string {
	s := []rune(strings.TrimSpace(string(text)))
	if n := len(s); n >= 2 && straight(s[0]) != 0 && straight(s[n-1]) == straight(s[0]) {
		s = s[1 : n-1]
	}
	return strings.TrimSpace(string(s))
}

// clip32 bounds a name that is not in the table; no command has a longer one.
func clip32(s string) string {
	return string([]rune(s)[:min(32, utf8.RuneCountInString(s))])
}

// language keeps of a reader's locale what such a name can hold.
func language(locale string) string {
	if only(locale, 35, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == "unknown" {
		return ""
	}
	return locale
}
