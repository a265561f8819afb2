package discord

import (
	"circlekeeper/bot"
	"circlekeeper/content"
)

// The few words that are the adapter's own.

func outOfDate(lang string) string {
	return bot.Words{
		"en": "This button is out of date. Use the command again. In a crisis, use /crisis or call 911 or 988.",
		"es": "Este botón ya no sirve. Use el comando otra vez. En una crisis, use /crisis o llame al 911 o al 988.",
	}.In(lang)
}

func sorry(lang string) string {
	return bot.Words{
		"en": "Something went wrong. Please try again. In a crisis, use /crisis or call 911 or 988.",
		"es": "Algo salió mal. Inténtelo otra vez. En una crisis, use /crisis o llame al 911 o al 988.",
	}.In(lang)
}

// busy is the answer to those for whom there is no place.
func busy(lang string) bot.Answer {
	a := notice(bot.Words{
		"en": "Too many people are asking at once. Please try again in a moment.",
		"es": "Demasiadas personas están preguntando a la vez. Inténtelo otra vez en un momento.",
	}.In(lang))
	label := bot.Words{"en": "Help now", "es": "Ayuda inmediata"}.In(lang)
	a.Message.Actions = []bot.Action{{Label: label, Call: bot.Call{Command: crisis}}}
	a.Message.Footer = pointer(lang)
	return a
}

// unsaved is what they read who sent a form.
func unsaved(lang string) string {
	return bot.Words{
		"en": "Too many people are asking at once: nothing was saved. What you wrote is kept below. In a moment, open the form and send it again.",
		"es": "Demasiadas personas están preguntando a la vez: no se guardó nada. Lo que escribió queda abajo. En un momento, abra el formulario y envíelo otra vez.",
	}.In(lang)
}

// pointer ends what the core gave no words for, as it ends every answer.
func pointer(lang string) string {
	return bot.Words{
		"en": "Need help now? Use /crisis, or call 911 or 988.",
		"es": "¿Necesita ayuda ahora? Use /crisis, o llame al 911 o al 988.",
	}.In(lang)
}

// tooLong goes before the names of fields.
func tooLong(lang string) string {
	return bot.Words{
		"en": "Too long to be kept here, so it must be written again in the form:",
		"es": "Demasiado largo para quedar aquí; hay que escribirlo otra vez en el formulario:",
	}.In(lang)
}

func openForm(lang string) string {
	return bot.Words{"en": "Open the form", "es": "Abrir el formulario"}.In(lang)
}

// notice is an answer of one sentence.
func notice(s string) bot.Answer {
	return bot.Answer{Message: bot.Message{Blocks: []content.Block{content.Text(s)}}}
}
