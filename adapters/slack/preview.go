package slack

import (
	"encoding/json"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// PreviewHome is the view that a reader's Home would be, as JSON, where the command has its usual name. at is the place in it that
// a button which turns its pages names; anything else is the beginning.
func PreviewHome(w *words.Reader, at string, board func(page int) bot.Board) ([]byte, error) {
	from := parseSpot(at)
	blocks := lay(new(name).board(board(from.page)), from.part, w.Lang(), w)
	return json.MarshalIndent(slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocks}}, "", "  ")
}
