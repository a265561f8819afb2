package intake

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// MaxTyped is how many characters of a typed command are read.
const MaxTyped = 2000

// Typed is a typed command, taken apart along the command table.
type Typed struct {
	Call bot.Call
	Lang string // of the names that were typed; empty for English
	// Misnamed is what was typed like an argument's name and is none, of a command for
	// moderators; mostly empty.
	Misnamed string

	Prefix  string       // "/" or "/circle ", as it was typed
	Word    string       // the command's word, in lower case
	Command *bot.Command // nil while the word is no command
	Sub     *bot.Command // nil if the command has none, or none yet
	Rest    string       // what follows, with single spaces
	Space   bool         // a space ends the text: the next word begins

	values []value
}

// Read takes a typed command apart. The text is plain: what a platform makes of
// names and special characters has been undone.
//
// A command, then a sub-command if it has any, then arguments. An argument is
// written name=value or name:value, where the value goes on to the next name and
// may stand in quotes. What has no name: a channel goes to the first argument
// that takes one; a text in quotes is an argument by itself; all other words
// together are one argument, the first that is still free. A command's only
// argument takes the rest of the text.
//
// Names are matched in any case, in any language and without accents. Names that
// are not in the table are passed on, so that the core can suggest one; of an argument's
// name also a slip.
func Read(table []bot.Command, text string) Typed {
	text = plain(text)
	t := Typed{Prefix: "/", Space: strings.HasSuffix(text, " ")}
	word, rest := next(text)
	if word == "circle" && row(table, word) == nil {
		t.Prefix = "/circle "
		word, rest = next(rest)
	}
	t.Word, t.Rest = word, rest
	if word == "" {
		t.Call.Command = bot.Help
		return t
	}
	if t.Command = row(table, word); t.Command == nil {
		t.Call.Command = clip(word)
		return t
	}
	t.Call.Command, t.Lang = t.Command.Name, language(*t.Command, word)
	if len(t.Command.Subs) > 0 {
		word, rest = next(t.Rest)
		if t.Sub = row(t.Command.Subs, word); t.Sub == nil {
			t.Call.Sub = clip(word)
			return t
		}
		t.Call.Sub, t.Rest, t.Lang = t.Sub.Name, rest, cmp.Or(t.Lang, language(*t.Sub, word))
	}
	t.values = arguments([]rune(t.Rest), t.Args())
	if t.Command.Who == bot.Moderators { // members write as they like
		t.values = untilFirst([]rune(t.Rest), t.values, t.Args())
		t.Misnamed = misnamed([]rune(t.Rest), t.values, t.Args())
	}
	t.Call.Args = together(t.values)
	return t
}

// Args are the arguments that the command takes.
func (t Typed) Args() []bot.Arg {
	switch {
	case t.Sub != nil:
		return t.Sub.Args
	case t.Command != nil && len(t.Command.Subs) == 0:
		return t.Command.Args
	}
	return nil
}

// Writing tells which argument stands at the end of the text, so that values can
// be offered for it; before is what stands before it, and partial what there is
// of its value. ok is false if all arguments are given.
func (t Typed) Writing() (arg bot.Arg, before, partial string, ok bool) {
	args := t.Args()
	if len(args) == 0 {
		return bot.Arg{}, "", "", false
	}
	if n := len(t.values); n > 0 && (!t.Space || len(args) == 1) {
		last := t.values[n-1]
		for _, a := range args {
			if a.Name == last.arg {
				partial = strings.TrimLeftFunc(last.text, func(r rune) bool { return opening(r) != 0 })
				return a, string([]rune(t.Rest)[:last.from]), partial, true
			}
		}
	}
	if t.Rest != "" {
		before = t.Rest + " "
	}
	for _, a := range args {
		if _, given := t.Call.Args[a.Name]; !given {
			return a, before, "", true
		}
	}
	return bot.Arg{}, "", "", false
}

// plain gives text without odd spaces, unprintable characters and what is too
// much of it. A space at its end stays.
func plain(text string) string {
	text = string([]rune(text)[:min(MaxTyped, utf8.RuneCountInString(text))])
	return strings.TrimLeft(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r == '\u200b', r == '\ufeff':
			return -1
		}
		return r
	}, text), " ")
}

// next takes the first word off the text, in lower case and without a slash.
func next(text string) (word, rest string) {
	word, rest, _ = strings.Cut(strings.TrimSpace(text), " ")
	return strings.ToLower(strings.TrimPrefix(word, "/")), strings.TrimSpace(rest)
}

// row finds a command by its name in any language.
func row(table []bot.Command, word string) *bot.Command {
	word = words.Fold(word)
	for i, c := range table {
		if called(c.Name, c.Local, word) {
			return &table[i]
		}
	}
	return nil
}

// called tells whether a bare word is a name in any language.
func called(name string, local bot.Words, word string) bool {
	if words.Fold(name) == word {
		return true
	}
	for _, l := range local {
		if words.Fold(l) == word {
			return true
		}
	}
	return false
}

// Answered is the language to answer in: that of the names somebody typed, which says more
// than how their platform is set, or their own locale, where it is one of the same
// language: who reads es-MX types Spanish names. Both are BCP 47, empty where not known.
func Answered(typed, own string) string {
	if typed == "" || tongue(typed) == tongue(own) {
		return own
	}
	return typed
}

// tongue is a locale's language, without its country.
func tongue(locale string) string {
	lang, _, _ := strings.Cut(locale, "-")
	return strings.ToLower(lang)
}

// language tells in which language a command was named; empty for English.
func language(c bot.Command, word string) string {
	word = words.Fold(word)
	if words.Fold(c.Name) == word {
		return ""
	}
	for _, lang := range slices.Sorted(maps.Keys(c.Local)) {
		if words.Fold(c.Local[lang]) == word {
			return lang
		}
	}
	return ""
}

// clip bounds a name that is not in the table; no command has a longer one.
func clip(s string) string {
	return string([]rune(s)[:min(32, utf8.RuneCountInString(s))])
}
