package words

import (
	"slices"

	"circlekeeper/bot"
)

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
		return []string{"show", "view", "all", "listar", "mostrar", "ver"}
	case "set":
		return []string{"change", "modify", "update", "rename", "modificar", "actualizar"}
	case "edit":
		return []string{"change", "modify", "update", "modificar", "cambiar", "actualizar"}
	case "move":
		return []string{"change", "reschedule", "postpone", "shift", "cambiar", "reprogramar", "aplazar", "posponer"}
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
