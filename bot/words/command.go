package words

import (
	"strings"

	"circlekeeper/bot"
)

// Command is a command that a sentence names, by its names in the table: "group
// list". An error on the command line shows it as it is, an answer in chat as the
// reader types it.
type Command string

// Contexts of the short names in the catalogues.
const (
	CommandContext  = "command"
	ArgumentContext = "argument"
)

// Command is how the reader types a command: "/group list", "/circle grupo lista".
func (r *Reader) Command(names string) string {
	var said []string
	for name := range strings.FieldsSeq(names) {
		said = append(said, r.C(CommandContext, name))
	}
	return Typed(r.platform, strings.Join(said, " "))
}

// Typed is how people on a platform write a command whose names are given.
func Typed(p bot.Platform, names string) string {
	if p == bot.Slack {
		return "/circle " + names
	}
	return "/" + names
}

// Rule is a reminder's or session's rule in a sentence, as somebody wrote it. It is
// said in the reader's language.
type Rule string

// Text describes the rule.
func (s Rule) Text(lang string) string { return Describe(string(s), lang) }
