package discord

import (
	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// The few words that are the adapter's own.

// reader says things to whoever did this, in the language of their client.
func (a *Adapter) reader(in interaction) *words.Reader {
	return a.books.Reader(in.locale())
}

// busy is the answer to those for whom there is no place.
func busy(w *words.Reader) bot.Answer {
	a := notice(words.Join(w.Busy()))
	a.Message.Actions = []bot.Action{{Label: w.T("Help now"), Call: bot.Call{Command: crisis}}}
	a.Message.Footer = pointer(w)
	return a
}

// unsaved is what they read who sent a form.
func unsaved(w *words.Reader) string {
	return w.T("Many people are asking right now: nothing was saved. What you wrote is kept below. In a moment, open the form and send it again.")
}

// pointer ends what the core gave no words for, as it ends every answer.
func pointer(w *words.Reader) []content.Span {
	return w.Say("Need help now? Use %s, or call %s.", words.Command(crisis), w.Numbers())
}

// notice is an answer of one sentence.
func notice(said []content.Span) bot.Answer {
	return bot.Answer{Message: bot.Message{Blocks: []content.Block{words.Paragraph(said)}}}
}
