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

func openForm(lang string) string {
	return bot.Words{"en": "Open the form", "es": "Abrir el formulario"}.In(lang)
}

// notice is an answer of one sentence.
func notice(s string) bot.Answer {
	return bot.Answer{Message: bot.Message{Blocks: []content.Block{content.Text(s)}}}
}
