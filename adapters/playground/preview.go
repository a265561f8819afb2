package playground

import "circlekeeper/bot"

// Preview gives the HTML in which the page shows a message plainly.
func Preview(m bot.Message) ([]byte, error) {
	page := &markup{}
	paintPlain(page, m)
	return []byte(page.html()), nil
}
