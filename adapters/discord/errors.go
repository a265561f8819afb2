package discord

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"circlekeeper/bot"
)

// codeSlowmode comes with a 429 whose wait is the channel's slowmode: up to six hours.
const codeSlowmode = 20016

// meaning says what a code means for a person, and of what kind the error is: bot.ErrRejected if
// the code concerns the words of a message, another of package bot if it concerns the channel of
// the request or the message in it. kind is nil for codes that concern none of these.
// https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
func meaning(code int) (advice string, kind error) {
	switch code {
	case 10003:
		return "the channel does not exist any more, or the bot is not in its server", bot.ErrUnreachable
	case 10004, 10007, 50055:
		return "the server does not exist, or the bot was removed from it: invite it again", bot.ErrUnreachable
	case 10008:
		return "the message is gone", bot.ErrGone
	case 50001:
		return "the bot does not see the channel: give its role View Channel there; to a private thread, add the bot by mentioning it there", bot.ErrUnreachable
	case 50005:
		return "the message is somebody else's", bot.ErrFixed
	case 50008, 50024:
		return "the channel takes no messages: choose a text channel, a forum or a thread", bot.ErrUnreachable
	case 50009:
		return "the server's verification level does not let the bot in: lower it, or choose another channel", bot.ErrUnreachable
	case 50013:
		return "a permission is missing: give the bot's role View Channel, Send Messages and Read Message History there, in threads Send Messages in Threads, and Connect in voice channels", bot.ErrUnreachable
	case codeNoTag:
		return needsTag, bot.ErrUnreachable
	case 160006:
		return "the server has as many open threads as Discord allows: close some of them", bot.ErrUnreachable
	case 50083, 160005:
		return "the thread is closed: open it again, or choose another channel", bot.ErrUnreachable
	case 200000, 200001:
		return "AutoMod in that server blocks these words: under Server Settings, AutoMod, let the bot's role past the rule, or change the card", bot.ErrRejected
	case 240000:
		return "Discord takes a link in it for harmful: change the card", bot.ErrRejected
	case 20009:
		return "Discord's filter for explicit content holds it back: let the bot's role past it under Server Settings, Safety Setup, or change the card", bot.ErrRejected
	}
	return "", nil
}

// codeEdits is the refusal if old messages were edited too often in a short time.
const codeEdits = 30046

// editsWait is how long to wait after that, unless Discord says.
const editsWait = time.Minute

// refusal reads an answer other than success. A code that is not documented to concern the
// channel or the message is taken to concern the platform: during an incident, Discord or
// something in front of it answers every request alike, with any code or a page.
func refusal(err error) error {
	var e *apiError
	switch {
	case errors.Is(err, ErrToken):
		return &bot.PlatformError{Kind: bot.ErrOutage, Detail: err.Error(), Err: err}
	case !errors.As(err, &e):
		return err
	}
	advice, kind := meaning(e.code)
	switch {
	case kind != nil:
		return &bot.PlatformError{Kind: kind, Detail: fmt.Sprintf("%s (%s)", advice, e), Err: e}
	case e.code == codeEdits:
		return &bot.RateLimited{After: editsWait}
	case e.status == http.StatusRequestEntityTooLarge:
		return &bot.PlatformError{Kind: bot.ErrRejected, Detail: fmt.Sprintf("longer than Discord allows: make the card shorter (%s)", e)}
	case e.status == http.StatusBadRequest && e.json:
		return &bot.PlatformError{Kind: bot.ErrRejected, Detail: fmt.Sprintf("Discord does not accept this message (%s)", e)}
	}
	return &bot.PlatformError{Kind: bot.ErrOutage, Detail: fmt.Sprintf("Discord lets no request through (%s)", e), Err: err}
}

// unfit reports a message that cannot be written in Discord's format.
func unfit(err error) error {
	return &bot.PlatformError{Kind: bot.ErrRejected, Detail: err.Error()}
}
