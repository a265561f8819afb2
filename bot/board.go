package bot

import (
	"context"
)

// Board is the control room: what Slack's Home, /overview and the playground show. Its
// sections are read from top to bottom; each is a message with its own actions. Adapters
// page it within their platform's limits by asking for the next page.
type Board struct {
	Sections []Message
	Page     int // counts from 0
	Pages    int // at least 1
}

// Boarder is a Handler that has a board. Members see what the bot is for and where help
// is; staff and moderators see everything; facilitators see their groups.
type Boarder interface {
	Board(ctx context.Context, r Request, page int) Board
	// Changed is a channel that is closed when the board changes next.
	Changed() <-chan struct{}
}
