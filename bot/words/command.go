package words

import (
	"cmp"
	"strings"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// Command is a command in a sentence, by its English names: "group list". The command line shows
// it like that. Chat shows it as the reader types it, as a fact of the sentence
// (content.Command).
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
		said, parent = append(said, cmp.Or(r.book.label(under(parent), name), r.C(CommandContext, name))), name
	}
	return content.Command(strings.Join(said, " "))
}

// under is the context for the names of a command's sub-commands. A sub-command has a context of
// its own because its English name may mean something else elsewhere, such as "next".
func under(parent string) string { return CommandContext + " " + parent }

// CommandNames are a command's names in the languages that have one. parent is the command whose
// sub-command it is; empty if it is none.
func (b *Books) CommandNames(parent, name string) bot.Words {
	return b.InContext(name, under(parent), CommandContext)
}

// names reports whether a context is one for names of commands or arguments.
func names(context string) bool {
	return context == ArgumentContext || context == CommandContext || strings.HasPrefix(context, CommandContext+" ")
}
