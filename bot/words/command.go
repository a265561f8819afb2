package words

import (
	"strings"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// Command is a command that a sentence names, by its names in the table: "group
// list". An error on the command line shows it as it is, an answer in chat as its reader
// types it, which is a fact of the sentence (content.Command).
type Command string

// Contexts of the short names in the catalogues.
const (
	CommandContext  = "command"
	ArgumentContext = "argument"
)

// Command is a command by the names that the reader types: "grupo lista" for "group list".
func (r *Reader) Command(names string) content.Command {
	var said []string
	parent := ""
	for name := range strings.FieldsSeq(names) {
		own := name
		if parent != "" {
			own = r.book.label(under(parent), name)
		}
		if parent == "" || own == "" {
			own = r.C(CommandContext, name)
		}
		said, parent = append(said, own), name
	}
	return content.Command(strings.Join(said, " "))
}

// under is the context of the names of sub-commands that differ from those of the
// same English name elsewhere: "next" is one thing by itself and another of a reminder.
func under(parent string) string { return CommandContext + " " + parent }

// CommandNames are a command's names in the languages that have one of their own. The
// parent is empty, or the command whose sub-command it is.
func (b *Books) CommandNames(parent, name string) bot.Words {
	out := b.InContext(CommandContext, name)
	if parent == "" {
		return out
	}
	for lang, own := range b.InContext(under(parent), name) {
		if out == nil {
			out = make(bot.Words)
		}
		out[lang] = own
	}
	return out
}

// names tells whether a context is one of the names that people type.
func names(context string) bool {
	return context == ArgumentContext || context == CommandContext || strings.HasPrefix(context, CommandContext+" ")
}
