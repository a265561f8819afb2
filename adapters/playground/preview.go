package playground

import (
	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// Preview gives the HTML in which the page shows a message plainly.
func Preview(m bot.Message) ([]byte, error) {
	page := &markup{w: words.InEnglish()}
	paintPlain(page, m)
	return []byte(page.html()), nil
}
