package slack

import (
	"context"
	"errors"
	"slices"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
)

// pinScope is the right to pin, which the app can do without.
const pinScope = "pins:write"

// Why a message cannot be pinned.
func lacksPin() error {
	return bot.Wrong("the app is not allowed to pin messages: add pins:write on the app's page, OAuth & Permissions, and install it again")
}

// Pin pins a message, as bot.Pinner says.
// https://docs.slack.dev/reference/methods/pins.add
func (a *Adapter) Pin(ctx context.Context, to bot.Place, messageID string) error {
	if isCanvas(messageID) {
		return nil // a canvas is always in view
	}
	err := a.api.AddPinContext(ctx, to.Channel, slack.NewRefToMessage(to.Channel, messageID))
	if answer, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		switch answer.Err {
		case "already_pinned":
			return nil
		case "missing_scope":
			return bot.Explained(bot.ErrFixed, lacksPin())
		case "not_pinnable", "permission_denied", "restricted_action":
			return bot.Explained(bot.ErrFixed, bot.Wrong("the channel's settings do not let the app pin"))
		}
	}
	return fault(err)
}

// MayPin asks Slack whether the app was given the right to pin, or to make a canvas, as bot.Pinner
// says.
func (a *Adapter) MayPin(ctx context.Context, _ bot.Place, view bool) error {
	scope, lacks := pinScope, lacksPin()
	if view {
		scope, lacks = canvasScope, lacksCanvas()
	}
	_, given, err := a.account(ctx)
	if err == nil && given != nil && !slices.Contains(given, scope) {
		return bot.Explained(bot.ErrFixed, lacks)
	}
	return err
}
