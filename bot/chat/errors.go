package chat

import (
	"slices"
	"strings"
	"unicode"

	"circlekeeper/bot"
)

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
