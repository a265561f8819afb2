package slack

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// What is kept in view is in the channel's canvas. A channel has only one, and it has no key.
// The bot changes no canvas except the one that it made.
// https://docs.slack.dev/surfaces/canvases

// canvasScope is the right to make and change canvases. The app works without it.
const canvasScope = "canvases:write"

// Why a canvas cannot be made.
func lacksCanvas() error {
	return bot.Wrong("the app is not allowed to make a canvas: add canvases:write on the app's page, OAuth & Permissions, and install it again")
}

func othersCanvas() error {
	return bot.Wrong("the channel has a canvas already, which the bot does not touch: delete it, or put the agreements in it yourself")
}

// isCanvas tells a canvas's ID from that of a message, which is a timestamp.
func isCanvas(id string) bool { return strings.HasPrefix(id, "F") }

// canvas is that of a channel.
type canvas struct {
	*Adapter

	to bot.Place
}

// draw makes the channel's canvas from a message:
// https://docs.slack.dev/reference/methods/conversations.canvases.create
func (c canvas) draw(ctx context.Context, m bot.Message) (bot.Receipt, error) {
	ctx, left := trace(ctx)
	id, err := c.api.CreateChannelCanvasContext(ctx, c.to.Channel, markdown(m), slack.CreateChannelCanvasOptionTitle(m.Title))
	if err == nil {
		return bot.Receipt{ID: id}, nil
	}
	return bot.Receipt{}, canvasFault(err, left.Load())
}

// redraw replaces the whole content of a canvas by a message:
// https://docs.slack.dev/reference/methods/canvases.edit
func (c canvas) redraw(ctx context.Context, id string, m bot.Message) error {
	ctx, left := trace(ctx)
	err := c.api.EditCanvasContext(ctx, slack.EditCanvasParams{CanvasID: id, Changes: []slack.CanvasChange{{Operation: "replace", DocumentContent: markdown(m)}}})
	return canvasFault(err, left.Load())
}

// erase deletes the canvas of an ID.
// https://docs.slack.dev/reference/methods/canvases.delete
func (c canvas) erase(ctx context.Context, id string) error {
	ctx, left := trace(ctx)
	return canvasFault(c.api.DeleteCanvasContext(ctx, id), left.Load())
}

// none returns an error if the channel has a canvas, because it is not known whether the bot
// made it.
func (c canvas) none(ctx context.Context) error {
	ch, err := c.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: c.to.Channel})
	switch {
	case err != nil:
		return lookFault(err)
	case ch.Properties == nil || ch.Properties.Canvas.FileId == "":
		return nil
	}
	return bot.Explained(bot.ErrFixed, othersCanvas())
}

// canvasFault is sendFault with the refusals that concern canvases only.
func canvasFault(err error, left bool) error {
	if answer, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		switch answer.Err {
		case "missing_scope":
			return bot.Explained(bot.ErrRejected, lacksCanvas())
		case "channel_canvas_already_exists", "free_team_canvas_tab_already_exists":
			return bot.Explained(bot.ErrRejected, othersCanvas())
		case "canvas_not_found", "canvas_deleted":
			return &bot.PlatformError{Kind: bot.ErrGone, Detail: "the canvas is gone"}
		case "canvas_disabled_user_team", "restricted_action", "team_tier_cannot_create_channel_canvases", "channel_canvas_creation_failed":
			return bot.Explained(bot.ErrRejected, bot.Wrong("the workspace does not let the app make a canvas there: ask its administrator"))
		}
	}
	return sendFault(err, left)
}

// markdown writes a message for a canvas, which has no buttons.
func markdown(m bot.Message) slack.DocumentContent {
	var parts []string
	if m.Note != "" {
		parts = append(parts, "_"+escaped(m.Note)+"_")
	}
	for _, b := range m.Blocks {
		var lines []string
		for _, item := range b.Items {
			switch line := begun(inMarkdown(item)); b.Kind {
			case content.List:
				lines = append(lines, "* "+line)
			case content.Heading:
				lines = append(lines, "## "+line)
			default:
				lines = append(lines, line)
			}
		}
		parts = append(parts, strings.Join(lines, "\n"))
	}
	if len(m.Footer) > 0 {
		parts = append(parts, begun(inMarkdown(m.Footer)))
	}
	return slack.DocumentContent{Type: "markdown", Markdown: strings.Join(parts, "\n\n")}
}

// inMarkdown is a line in Markdown.
func inMarkdown(item []content.Span) string {
	var out strings.Builder
	for _, s := range item {
		text := escaped(s.Text)
		if s.Bold && strings.TrimSpace(text) != "" {
			text = "**" + text + "**"
		}
		if s.Link != "" {
			text = "[" + text + "](" + s.Link + ")"
		}
		out.WriteString(text)
	}
	return out.String()
}

// listMark matches what makes a line a list item or a rule.
var listMark = regexp.MustCompile(`^(\s*)([-+=]|\d+[.)])`)

// begun escapes the beginning of a line that would be read as a list.
func begun(line string) string {
	at := listMark.FindStringSubmatchIndex(line)
	if at == nil {
		return line
	}
	return line[:at[5]-1] + `\` + line[at[5]-1:] // before the mark, or behind the number
}

// escaped escapes words that would be read as Markdown.
func escaped(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "#", `\#`, "<", `\<`, ">", `\>`, "~", `\~`, "!", `\!`).Replace(s)
}
