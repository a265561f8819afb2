package words

import (
	"cmp"
	"slices"
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

// MeantSub is the one sub-command that somebody probably meant by a word that names none; nil if
// there is none, or more than one.
func MeantSub(typed string, subs []bot.Command) *bot.Command {
	near := Nearest(typed, subs, bot.Command.Names)
	if len(near) == 0 {
		near = slices.DeleteFunc(slices.Clone(subs), func(c bot.Command) bool {
			return !slices.ContainsFunc(alsoCalled(c.Name), func(name string) bool { return Fold(name) == Fold(typed) })
		})
	}
	if len(near) != 1 {
		return nil
	}
	return &near[0]
}

// alsoCalled is what people call a sub-command, besides its names. It counts only where no name is
// near. A word that stands at two of one command's is answered with the list of what the command can
// do.
func alsoCalled(sub string) []string {
	switch sub {
	case "add":
		return []string{"create", "new", "insert", "añadir", "crear", "nuevo", "nueva"}
	case "list":
		return []string{"show", "view", "all", "info", "listar", "mostrar", "ver"}
	case "set":
		return []string{"change", "modify", "update", "rename", "name", "modificar", "actualizar", "renombrar", "nombrar", "nombre"}
	case "edit":
		return []string{"change", "modify", "update", "set", "modificar", "cambiar", "actualizar"}
	case "move":
		return []string{"change", "reschedule", "postpone", "shift", "push", "cambiar", "reprogramar", "aplazar", "posponer", "pasar", "recorrer", "postergar"}
	case "cancel":
		return []string{"delete", "remove", "skip", "eliminar", "borrar", "quitar", "suspender", "anular"}
	case "remove":
		return []string{"delete", "drop", "eliminar", "borrar"}
	case "pause":
		return []string{"stop", "suspend", "mute", "disable", "suspender", "silenciar", "detener", "parar"}
	case "resume":
		return []string{"unpause", "continue", "restart", "enable", "despausar", "continuar", "activar"}
	case "restore":
		return []string{"undo", "recover", "uncancel", "undelete", "recuperar", "deshacer"}
	case "history":
		return []string{"log"}
	case "test":
		return []string{"try", "ensayar"}
	}
	return nil
}
