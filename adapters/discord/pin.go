package discord

import (
	"context"
	"errors"
	"net/http"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot"
)

// pinMessages is the right to pin. Since February 2026 it is separate from managing messages.
// https://docs.discord.com/developers/topics/permissions
const pinMessages int64 = 1 << 51

// Why a message cannot be pinned.
func lacksPin() error {
	return bot.Explained(bot.ErrFixed, bot.Wrong("the bot is not allowed to pin messages: open the channel's settings, Permissions, and allow Pin Messages for the bot's role"))
}

func forumsPins() error {
	return bot.Explained(bot.ErrFixed, bot.Wrong("the bot cannot pin a post in a forum: pin it yourself"))
}

// codePinsFull is Discord's refusal if a channel has all the pins that it may have.
const codePinsFull = 30003

// Pin pins a message, as bot.Pinner says.
// https://docs.discord.com/developers/resources/message#pin-message
func (a *Adapter) Pin(ctx context.Context, to bot.Place, messageID string) error {
	if !isID(messageID) {
		return unfit(errors.New("no message has such an ID"))
	}
	f := forum{room{a, to}}
	if f.known() {
		return forumsPins()
	}
	path := messagesPath(to) + "/pins"
	err := a.do(ctx, http.MethodPut, path+"/"+messageID, "PUT "+path, nil, nil)
	switch {
	case refusedWith(err, http.StatusForbidden, 50013):
		return lacksPin()
	case refusedWith(err, http.StatusBadRequest, codePinsFull):
		return bot.Explained(bot.ErrFixed, bot.Wrong("the channel has as many pinned messages as Discord allows: unpin some of them"))
	}
	return refusal(err)
}

// MayPin asks Discord for the right to pin in the channel, as bot.Pinner says.
func (a *Adapter) MayPin(ctx context.Context, to bot.Place, _ bool) error {
	ch, err := room{a, to}.look(ctx)
	switch {
	case err != nil:
		return err
	case ch.Type == discordgo.ChannelTypeGuildForum:
		return forumsPins()
	case ch.have&pinMessages == 0:
		return lacksPin()
	}
	return nil
}
