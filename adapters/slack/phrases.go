package slack

// phrases are the few words that are the adapter's own.
type phrases struct {
	outdated, busy, unsaved, sorry, tooSlow, lost, wait, late, home, unsure string

	page, part string // of how many

	back, on, again, open, cancel, close, goOn, save string // buttons
}

// titleModal stands above a modal without a title.
const titleModal = "Circle"

// in gives the words in a language, or in English.
//
//nolint:misspell // Spanish
func in(lang string) phrases {
	if lang == "es" {
		return phrases{
			outdated: "Este botón ya no sirve. Use el comando otra vez. En una crisis, escriba /circle crisis, o llame al 911 o al 988.",
			busy:     "Muchas personas están preguntando ahora. Inténtelo otra vez en un momento. En una crisis, llame al 911 o al 988.",
			unsaved:  "Muchas personas están preguntando ahora: no se guardó nada. Pulse el botón otra vez en un momento. En una crisis, llame al 911 o al 988.",
			sorry:    "Algo salió mal. Inténtelo otra vez. En una crisis, escriba /circle crisis, o llame al 911 o al 988.",
			tooSlow:  "Esto tardó demasiado en abrirse aquí. Pulse el botón para abrir el formulario.",
			lost:     "Hay que escribir de nuevo, porque es demasiado largo para el botón: %s.",
			wait:     "Un momento, por favor.",
			late:     "Esto tardó demasiado en abrirse aquí. Pulse el botón otra vez.",
			home:     "Escriba /circle ayuda para ver qué se puede preguntar, o /circle crisis para ayuda inmediata.",
			unsure:   "Ahora no se pudo averiguar qué puede ver usted aquí. Inténtelo otra vez en un momento. En una crisis, escriba /circle crisis, o llame al 911 o al 988.",
			page:     "Página %d de %d", part: ", parte %d de %d",
			back: "Página anterior", on: "Página siguiente", again: "Intentar otra vez", open: "Abrir el formulario",
			cancel: "Cancelar", close: "Cerrar", goOn: "Seguir", save: "Guardar",
		}
	}
	return phrases{
		outdated: "This control is out of date. Please use the command again. In a crisis, type /circle crisis, or call 911 or 988.",
		busy:     "Many people are asking right now. Please try again in a moment. In a crisis, call 911 or 988.",
		unsaved:  "Many people are asking right now: nothing was saved. Please press the button again in a moment. In a crisis, call 911 or 988.",
		sorry:    "Something went wrong. Please try again. In a crisis, type /circle crisis, or call 911 or 988.",
		tooSlow:  "That took too long to open here. Please press the button to open the form.",
		lost:     "What has to be written again, as it is too long for the button: %s.",
		wait:     "One moment, please.",
		late:     "That took too long to open here. Please press the button again.",
		home:     "Type /circle help to see what can be asked, or /circle crisis for help now.",
		unsure:   "What you may see here could not be looked up just now. Please try again in a moment. In a crisis, type /circle crisis, or call 911 or 988.",
		page:     "Page %d of %d", part: ", part %d of %d",
		back: "Previous page", on: "Next page", again: "Try again", open: "Open the form",
		cancel: "Cancel", close: "Close", goOn: "Go on", save: "Save",
	}
}
