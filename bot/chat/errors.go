package chat

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// sentence gives an error's words a capital letter and an end.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return words.Ended(string(unicode.ToUpper(first)) + s[size:])
}

// tidied makes one line of what was put into a form: pasted tabs and line breaks
// are spaces, and where a field holds several things, each line is one of them.
func tidied(args map[string]string, fields []bot.Arg) map[string]string {
	out := make(map[string]string, len(args))
	for name, v := range args {
		brk := " "
		if slices.ContainsFunc(fields, func(a bot.Arg) bool { return a.Name == name && a.Max > maxLine }) {
			brk = "; "
		}
		var b strings.Builder
		for _, c := range v {
			switch {
			case c == '\n' || c == '\r':
				b.WriteString(brk)
			case c == '\t':
				b.WriteByte(' ')
			case !unicode.IsControl(c):
				b.WriteRune(c)
			}
		}
		out[name] = strings.TrimSpace(b.String())
	}
	return out
}

// maxLine is how many characters a field has at most that holds one thing.
const maxLine = 300

// checkArgs holds what was written against the table.
func (b *Bot) checkArgs(r bot.Request, args []bot.Arg) error {
	for _, a := range args {
		v := r.Args[a.Name]
		most := a.Max
		if most == 0 {
			most = 200
		}
		switch {
		case !utf8.ValidString(v) || strings.ContainsFunc(v, content.Invisible):
			return bot.Wrong("The text for %s has characters that cannot be read. Please type it again.", b.argName(r, a))
		case utf8.RuneCountInString(v) > most:
			return bot.Wrong("The text for %s is too long. It can have up to %d characters.", b.argName(r, a), most)
		case a.Required && strings.TrimSpace(v) == "" && !r.Submit:
			return bot.Wrong("Please add %s. Write: %s", b.argName(r, a), b.usage(r, args))
		}
	}
	return nil
}

// usage is how a command is written.
func (b *Bot) usage(r bot.Request, args []bot.Arg) string {
	words := b.in(r).Command(strings.TrimSpace(r.Command + " " + r.Sub))
	is := ":"
	if r.Platform == bot.Slack {
		is = "="
	}
	for _, a := range args {
		if a.Required {
			words += " " + b.argName(r, a) + is + "…"
		} else {
			words += " [" + b.argName(r, a) + is + "…]"
		}
	}
	return words
}

// argName is an argument's name as the person sees it: Discord shows the names of
// the reader's language, elsewhere people type the table's.
func (b *Bot) argName(r bot.Request, a bot.Arg) string {
	if r.Platform == bot.Discord {
		return cmp.Or(a.Local[b.lang(r.Lang)], a.Name)
	}
	return a.Name
}
