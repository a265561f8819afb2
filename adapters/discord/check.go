package discord

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot"
)

// Rights that the bot needs in a channel. Nothing else that it does needs a right.
const (
	needed        int64 = discordgo.PermissionViewChannel | discordgo.PermissionSendMessages | discordgo.PermissionReadMessageHistory
	sendInThreads int64 = discordgo.PermissionSendMessagesInThreads
	// Bypass Slowmode, and what did the same before Discord had it:
	// https://docs.discord.com/developers/topics/permissions
	pastSlowmode int64 = 1<<52 | discordgo.PermissionManageMessages | discordgo.PermissionManageChannels
)

// sight is what Discord tells about a channel and the bot's rights in it.
type sight struct {
	*discordgo.Channel

	want            int64 // what the bot needs there
	have, everybody int64
}

// look asks Discord about the channel, of whatever kind, and the rights in it.
func (a room) look(ctx context.Context) (sight, error) {
	to := a.to
	ch, err := a.channel(ctx, to.Channel)
	if err != nil {
		return sight{}, err
	}
	if ch.GuildID != to.Space {
		return sight{}, &bot.PlatformError{Kind: bot.ErrElsewhere, Detail: "copy both IDs again"}
	}
	want, err := neededIn(ch)
	if err != nil {
		return sight{}, err
	}
	overwrites := ch.PermissionOverwrites
	if ch.ThreadMetadata != nil && ch.ParentID != "" {
		parent, err := a.channel(ctx, ch.ParentID)
		if err != nil {
			return sight{}, err
		}
		overwrites = parent.PermissionOverwrites
	}
	self, err := a.me(ctx)
	if err != nil {
		return sight{}, refusal(err)
	}
	roles, err := a.roles(ctx, to.Space)
	if err != nil {
		return sight{}, err
	}
	var me discordgo.Member
	server := "/guilds/" + url.PathEscape(to.Space)
	if err := a.do(ctx, http.MethodGet, server+"/members/"+self, "GET "+server+"/members", nil, &me); err != nil {
		return sight{}, refusal(err)
	}
	if me.CommunicationDisabledUntil != nil && me.CommunicationDisabledUntil.After(time.Now()) {
		return sight{}, &bot.PlatformError{Kind: bot.ErrUnreachable, Detail: "the bot is timed out in the server: lift the time-out"}
	}
	return sight{
		Channel: ch, want: want, have: allowed(to.Space, self, roles, me.Roles, overwrites),
		// A bot without roles has the rights of @everyone.
		everybody: allowed(to.Space, "", roles, nil, overwrites),
	}, nil
}

// Inspect asks Discord about the channel and what the bot may do in it, as bot.Adapter says. It
// names each right that is missing.
func (a *Adapter) Inspect(ctx context.Context, to bot.Place) (bot.Channel, error) {
	ch, err := room{a, to}.look(ctx)
	if err != nil {
		return bot.Channel{}, err
	}
	// A private thread is visible only to those who were added to it.
	out := bot.Channel{Name: ch.Name, Open: ch.everybody&discordgo.PermissionViewChannel != 0 && ch.Type != discordgo.ChannelTypeGuildPrivateThread}
	if ch.have&pastSlowmode == 0 {
		out.Slow = time.Duration(ch.RateLimitPerUser) * time.Second
	}
	out.Way = way(ch.Type)
	if missing := ch.want &^ ch.have; missing != 0 {
		how := bot.ErrUnreachable
		if missing == discordgo.PermissionReadMessageHistory { // is not needed to post
			how = bot.ErrImpaired
		}
		return out, &bot.PlatformError{Kind: how, Detail: fmt.Sprintf("missing %s: open the channel's settings, Permissions, and allow it for the bot's role", strings.Join(names(missing, ch.Type), ", "))}
	}
	return out, nil
}

// CheckRole asks Discord whether the server has the role, as bot.Doorkeeper says.
func (r *api) CheckRole(ctx context.Context, to bot.Role) error {
	if to.Everyone() {
		return bot.Explained(bot.ErrUnreachable, bot.Wrong("everybody in the server has that role: choose one that only the facilitators have"))
	}
	all, err := r.roles(ctx, to.Space)
	if err == nil && !slices.ContainsFunc(all, func(have discordgo.Role) bool { return have.ID == to.ID }) {
		err = bot.Explained(bot.ErrUnreachable, bot.Wrong("the server has no such role: choose another, or make one in Server Settings, Roles"))
	}
	return err
}

func (r *api) roles(ctx context.Context, server string) ([]discordgo.Role, error) {
	var roles []discordgo.Role
	err := r.get(ctx, "/guilds/"+url.PathEscape(server)+"/roles", &roles)
	return roles, refusal(err)
}

// channel asks about a channel. It remembers whether that is a forum, because no channel becomes
// one or stops being one.
func (r *api) channel(ctx context.Context, id string) (*discordgo.Channel, error) {
	ch := new(discordgo.Channel)
	err := r.get(ctx, "/channels/"+url.PathEscape(id), ch)
	if err == nil {
		r.forums.Set(id, ch.Type == discordgo.ChannelTypeGuildForum)
	}
	return ch, refusal(err)
}

// neededIn is what the bot needs in a channel of this kind.
func neededIn(ch *discordgo.Channel) (int64, error) {
	switch ch.Type {
	case discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews:
		return needed, nil
	case discordgo.ChannelTypeGuildVoice, discordgo.ChannelTypeGuildStageVoice:
		return needed | discordgo.PermissionVoiceConnect, nil // without it, the text chat of a voice channel is closed as well
	case discordgo.ChannelTypeGuildPublicThread, discordgo.ChannelTypeGuildPrivateThread, discordgo.ChannelTypeGuildNewsThread:
		if ch.ThreadMetadata != nil && ch.ThreadMetadata.Locked {
			return 0, &bot.PlatformError{Kind: bot.ErrUnreachable, Detail: "the thread is locked: unlock it, or choose another channel"}
		}
		return needed&^discordgo.PermissionSendMessages | sendInThreads, nil
	case discordgo.ChannelTypeGuildForum:
		if ch.Flags&discordgo.ChannelFlagRequireTag != 0 {
			return 0, &bot.PlatformError{Kind: bot.ErrUnreachable, Detail: needsTag}
		}
		return needed, nil
	case discordgo.ChannelTypeGuildMedia:
		return 0, &bot.PlatformError{Kind: bot.ErrUnreachable, Detail: "a media channel takes only posts with pictures: choose a forum or a text channel"}
	default:
		return 0, &bot.PlatformError{Kind: bot.ErrUnreachable, Detail: "this kind of channel takes no messages: choose a text channel, a forum or a thread"}
	}
}

// allowed computes the rights in a channel of somebody with roles.
// https://docs.discord.com/developers/topics/permissions#permission-overwrites
func allowed(server, self string, roles []discordgo.Role, own []string, overwrites []*discordgo.PermissionOverwrite) int64 {
	mine := map[string]bool{server: true} // @everyone has the server's ID
	for _, id := range own {
		mine[id] = true
	}
	var have int64
	for _, r := range roles {
		if mine[r.ID] {
			have |= r.Permissions
		}
	}
	if have&discordgo.PermissionAdministrator != 0 {
		return -1
	}
	var allow, deny int64
	for _, o := range overwrites {
		if o.ID == server {
			have = have&^o.Deny | o.Allow
		} else if o.Type == discordgo.PermissionOverwriteTypeRole && mine[o.ID] {
			allow |= o.Allow
			deny |= o.Deny
		}
	}
	have = have&^deny | allow
	for _, o := range overwrites {
		if o.Type == discordgo.PermissionOverwriteTypeMember && o.ID == self {
			have = have&^o.Deny | o.Allow
		}
	}
	return have
}

// way says how the bot posts in channels of a kind, other than by plain messages.
func way(kind discordgo.ChannelType) string {
	switch kind {
	case discordgo.ChannelTypeGuildForum:
		return "as a post of its own each time, named after the card"
	case discordgo.ChannelTypeGuildNews:
		return "as messages; servers that follow the channel get one only if somebody presses Publish below it"
	}
	return ""
}

// names lists rights by their names in Discord's settings for a kind of channel.
func names(rights int64, kind discordgo.ChannelType) []string {
	var out []string
	send := "Send Messages"
	if kind == discordgo.ChannelTypeGuildForum {
		send = "Create Posts"
	}
	for _, r := range []struct {
		bit  int64
		name string
	}{
		{discordgo.PermissionViewChannel, "View Channel"},
		{discordgo.PermissionVoiceConnect, "Connect"},
		{discordgo.PermissionSendMessages, send},
		{sendInThreads, "Send Messages in Threads"},
		{discordgo.PermissionReadMessageHistory, "Read Message History"},
	} {
		if rights&r.bit != 0 {
			out = append(out, r.name)
		}
	}
	return out
}
