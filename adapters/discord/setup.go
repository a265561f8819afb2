package discord

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot"
)

// Server is a Discord server that the bot is in.
type Server struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Servers lists the servers that the bot is in, up to 200.
// https://docs.discord.com/developers/resources/user#get-current-user-guilds
func (r *api) Servers(ctx context.Context) ([]Server, error) {
	var servers []Server
	err := r.get(ctx, "/users/@me/guilds", &servers)
	slices.SortFunc(servers, func(a, b Server) int { return cmp.Compare(a.Name, b.Name) })
	return servers, refusal(err)
}

// Channels lists a server's channels that take messages, in Discord's order, without threads.
// https://docs.discord.com/developers/resources/guild#get-guild-channels
func (r *api) Channels(ctx context.Context, server string) ([]bot.Named, error) {
	var all []*discordgo.Channel
	if err := r.get(ctx, "/guilds/"+url.PathEscape(server)+"/channels", &all); err != nil {
		return nil, refusal(err)
	}
	var out []bot.Named
	slices.SortStableFunc(all, func(a, b *discordgo.Channel) int { return cmp.Compare(a.Position, b.Position) })
	for _, c := range all {
		if _, err := neededIn(c); err == nil {
			out = append(out, bot.Named{Place: bot.Place{Platform: bot.Discord, Space: server, Channel: c.ID}, Name: c.Name})
		}
	}
	return out, nil
}

// InvitationLink asks Discord which application has the token. It returns the address at which
// a server's owner adds the bot.
func (r *api) InvitationLink(ctx context.Context) (string, error) {
	app, err := r.application(ctx)
	if err != nil {
		return "", refusal(err)
	}
	return Invitation(app), nil
}
