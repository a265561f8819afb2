package slack

import (
	"cmp"
	"regexp"
	"slices"
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
// arguments are written name=value or name:value, where the value goes on to the
// next name and may stand in quotes; words before the first name belong to the
// first argument. lang is the language of the command's name if that is not its
// English one.
//
// Names are matched in any case, in any language and without accents. Names that
// are not in the table are passed on, so that the core can suggest one. Names of
// people are dropped.
func typed(text string, table []bot.Command) (call bot.Call, lang string) {
	text = fold(text)
	name, rest := next(text)
	if name == "" {
		return bot.Call{Command: help}, ""
	}
	row, lang, ok := find(table, name)
	if !ok {
		return bot.Call{Command: clip32(name)}, ""
	}
	call.Command = row.Name
	if len(row.Subs) > 0 {
		name, tail := next(rest)
		if name == "" {
			return call, lang
		}
		sub, local, ok := find(row.Subs, name)
		if !ok {
			call.Sub = clip32(name)
			return call, lang
		}
		call.Sub, rest, row, lang = sub.Name, tail, sub, cmp.Or(lang, local)
	}
	call.Args = arguments(rest, row.Args)
	return call, lang
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

// find looks a command up by its name in any language; lang is which, if it is
// not English.
func find(table []bot.Command, name string) (row bot.Command, lang string, ok bool) {
	name = bare(name)
	for _, c := range table {
		if bare(c.Name) == name {
			return c, "", true
		}
		for lang, local := range c.Local {
			if bare(local) == name {
				return c, lang, true
			}
		}
	}
	return bot.Command{}, "", false
}

// bare is a name without what people leave out when they type: capitals, accents.
func bare(name string) string {
	return strings.Map(func(r rune) rune {
		switch r = unicode.ToLower(r); r {
		case 'á', 'à', 'â', 'ä':
			return 'a'
		case 'é', 'è', 'ê', 'ë':
			return 'e'
		case 'í', 'ì', 'î', 'ï':
			return 'i'
		case 'ó', 'ò', 'ô', 'ö':
			return 'o'
		case 'ú', 'ù', 'û', 'ü':
			return 'u'
		case 'ñ':
			return 'n'
		}
		if unicode.Is(unicode.Mn, r) { // an accent that stands by itself
			return -1
		}
		return r
	}, name)
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
		v := unquote(runes[n.to:end])
		if first, twice := out[n.name]; twice { // which is meant, the core does not guess either
			v = first + "; " + v
		}
		out[n.name] = v
	}
	return out
}

type named struct {
	name     string
	from, to int // of "name=" in the text
}

// names finds where the arguments' names stand: at the start of a word, outside
// quotes, followed by = or :.
func names(text []rune, args []bot.Arg) []named {
	var out []named
	for i := 0; i < len(text); i++ {
		edge := i == 0 || text[i-1] == ' '
		if mark := straight(text[i]); mark != 0 && (edge || text[i-1] == '=' || text[i-1] == ':') {
			i += closing(text[i+1:], mark)
			continue
		}
		if !edge {
			continue
		}
		n := slices.IndexFunc(text[i:min(len(text), i+maxName)], func(r rune) bool { return r == '=' || r == ':' || r == ' ' })
		if n <= 0 || text[i+n] == ' ' {
			continue
		}
		if name, ok := argument(args, string(text[i:i+n])); ok {
			out = append(out, named{name, i, i + n + 1})
			i += n
		}
	}
	return out
}

// maxName bounds an argument's name in any language, with the mark behind it.
const maxName = 40

// argument finds an argument by its name in any language.
func argument(args []bot.Arg, name string) (string, bool) {
	name = bare(name)
	for _, a := range args {
		if bare(a.Name) == name {
			return a.Name, true
		}
		for _, local := range a.Local {
			if bare(local) == name {
				return a.Name, true
			}
		}
	}
	return "", false
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
