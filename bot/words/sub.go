package words

import "circlekeeper/bot"

// MeantSub is the one sub-command that somebody probably meant by a word that names none; nil if
// there is none, or more than one.
func MeantSub(typed string, subs []bot.Command) *bot.Command {
	near := Nearest(typed, subs, func(c bot.Command) []string { return append(c.Names(), alsoCalled(c.Name)...) })
	if len(near) != 1 {
		return nil
	}
	return &near[0]
}

// alsoCalled is what people call a sub-command, besides its names. A word that stands at two of one
// command's is answered with the list of what the command can do.
func alsoCalled(sub string) []string {
	switch sub {
	case "add":
		return []string{"create", "new", "insert", "añadir", "crear", "nuevo", "nueva"}
	case "list":
		return []string{"show", "view", "all", "listar", "mostrar", "ver"}
	case "set":
		return []string{"change", "modify", "update", "modificar", "actualizar"}
	case "edit":
		return []string{"change", "modify", "update", "modificar", "cambiar", "actualizar"}
	case "move":
		return []string{"change", "reschedule", "postpone", "shift", "cambiar", "reprogramar", "aplazar", "posponer"}
	case "cancel":
		return []string{"delete", "remove", "skip", "eliminar", "borrar", "quitar", "suspender"}
	case "remove":
		return []string{"delete", "drop", "eliminar", "borrar"}
	case "pause":
		return []string{"stop", "suspend", "mute", "suspender", "silenciar", "detener"}
	case "resume":
		return []string{"unpause", "continue", "restart", "despausar", "continuar"}
	case "restore":
		return []string{"undo", "recover", "uncancel", "undelete", "recuperar", "deshacer"}
	case "history":
		return []string{"log"}
	case "test":
		return []string{"try", "ensayar"}
	}
	return nil
}
