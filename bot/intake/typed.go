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
	// Misnamed is a word that was typed like an argument's name, but is none; mostly
	// empty. It is found in commands for moderators only.
	Misnamed string

	Prefix  string       // "/" or "/circle ", as it was typed
	Word    string       // the command's word, in lower case
	Command *bot.Command // nil while the word is no command
	Sub     *bot.Command // nil if the command has none, or none yet
	Rest    string       // the text behind the command, with single spaces
	Space   bool         // a space ends the text: the next word begins

	values []value
}

// Read parses a typed command. The caller has undone what the platform makes of names and
// special characters.
//
// The text has a command, then a sub-command if the command has any, then arguments. An
// argument is written name=value or name:value; the value reaches to the next name and may be
// in quotes. Values may come without a name: a channel goes to the first argument that takes
// one; a text in quotes is one value; all other words together are one value, for the first
// argument that has none yet. If a command has a single argument, that takes the whole rest.
//
// Names are matched in any case, in any language and without accents. An unknown command, or a
// word that is nearly an argument's name, is passed on, so that the core can suggest one. So is an
// unknown sub-command, with the arguments of the one that was probably meant.
func Read(table []bot.Command, text string) Typed {
	text = plain(strings.Trim(text, "`"))
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
			t.Call.Args = meantArguments([]rune(rest), words.MeantSub(t.Call.Sub, t.Command.Subs))
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

// meantArguments reads the text behind a word that names no sub-command, along the arguments of the
// sub-command that was probably meant. The core can then offer that one with what was typed.
func meantArguments(text []rune, meant *bot.Command) map[string]string {
	if meant == nil {
		return nil
	}
	return together(untilFirst(text, arguments(text, meant.Args), meant.Args))
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

// Writing returns the argument that somebody is typing at the end of the text, so that values
// can be offered for it. before is the text before the argument, partial the typed part of its
// value. ok is false if all arguments have a value.
func (t Typed) Writing() (arg bot.Arg, before, partial string, ok bool) {
	args := t.Args()
	if n := len(t.values); n > 0 && (!t.Space || len(args) == 1) {
		last := t.values[n-1]
		arg, ok = bot.Find(args, func(a bot.Arg) bool { return a.Name == last.arg })
		partial = strings.TrimLeftFunc(last.text, func(r rune) bool { return opening(r) != 0 })
		return arg, string([]rune(t.Rest)[:last.from]), partial, ok
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

// plain replaces odd spaces, removes unprintable characters and cuts text to MaxTyped. It keeps
// a space at the end.
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

// next takes the first word off the text, in lower case and without the slash, quotes or other signs
// around it. It skips signs that stand alone, if a word follows.
func next(text string) (word, rest string) {
	first, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	rest = strings.TrimSpace(rest)
	word = strings.TrimFunc(first, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	switch {
	case word != "":
		return strings.ToLower(word), rest
	case rest != "":
		return next(rest)
	}
	return strings.TrimPrefix(first, "/"), ""
}

// row finds a command by its name in any language.
func row(table []bot.Command, word string) *bot.Command {
	at := slices.IndexFunc(table, func(c bot.Command) bool { return words.Called(word, c.Name, c.Local, c.Also) })
	if at < 0 {
		return nil
	}
	return &table[at]
}

// Locale is a person's locale, as their platform tells it: a BCP 47 tag of at most 35 characters,
// and empty for anything else.
func Locale(s string) string {
	if len(s) > 35 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
		return ""
	}
	return s
}

// Answered is the language to answer in, a BCP 47 tag. typed is the language of the command
// names that somebody typed, own the locale that their platform is set to; both may be empty.
// typed goes before own, because people choose it. If own is a locale of the same language,
// such as es-MX for es, Answered returns own.
func Answered(typed, own string) string {
	if typed == "" || words.Base(typed) == words.Base(own) {
		return own
	}
	return typed
}

// language is the language of the name that a command was typed with; empty for English.
func language(c bot.Command, word string) string {
	if words.Called(word, c.Name) {
		return ""
	}
	for _, lang := range slices.Sorted(maps.Keys(c.Local)) {
		if words.Called(word, c.Local[lang], bot.Words{lang: c.Also[lang]}) {
			return lang
		}
	}
	return ""
}

// clip bounds a name that is not in the table; no command has a longer one.
func clip(s string) string {
	return string([]rune(s)[:min(32, utf8.RuneCountInString(s))])
}
