package discord

import (
	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// The few words that are the adapter's own.

// reader says things to whoever did this, in the language of their client.
func (a *Adapter) reader(in interaction) *words.Reader {
	return a.books.Reader(in.locale())
}

// busy is the answer to those for whom there is no place.
func busy(w *words.Reader) bot.Answer {
	a := words.Notice(words.Join(w.Busy()))
	a.Message.Actions = []bot.Action{{Label: w.T("Help now"), Call: bot.Call{Command: bot.Crisis}}}
	a.Message.Footer = words.Pointer(w)
	return a
}

// unsaved is what they read who sent a form.
func unsaved(w *words.Reader) string {
	return w.T("Many people are asking right now: nothing was saved. What you wrote is kept below. In a moment, open the form and send it again.")
}
