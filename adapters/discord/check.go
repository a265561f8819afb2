package discord

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot"
)

// Rights a channel must grant the bot; the rest of what it does needs none.
const (
	needed        int64 = discordgo.PermissionViewChannel | discordgo.PermissionSendMessages | discordgo.PermissionReadMessageHistory
	sendInThreads int64 = discordgo.PermissionSendMessagesInThreads
)

type place struct {
	Type       discordgo.ChannelType `json:"type"`
	GuildID    string                `json:"guild_id"`
	ParentID   string                `json:"parent_id"`
	Overwrites []overwrite           `json:"permission_overwrites"`
	Thread     *struct {
		Locked bool `json:"locked"`
	} `json:"thread_metadata"`
}

type overwrite struct {
	ID    string `json:"id"`
	Type  int    `json:"type"` // 0 role, 1 member
	Allow string `json:"allow"`
	Deny  string `json:"deny"`
}

type role struct {
	ID          string `json:"id"`
	Permissions string `json:"permissions"`
}

type member struct {
	Roles    []string   `json:"roles"`
	TimedOut *time.Time `json:"communication_disabled_until"`
}

// Check asks Discord what the bot may do in the channel and names each right
// that is missing.
func (a *Adapter) Check(ctx context.Context, to bot.Place) error {
	ch, err := a.channel(ctx, to.Channel)
	if err != nil {
		return err
	}
	if ch.GuildID != to.Space {
		return fmt.Errorf("%w: copy both IDs again", bot.ErrElsewhere)
	}
	want, err := wanted(ch)
	if err != nil {
		return err
	}
	overwrites := ch.Overwrites
	if ch.Thread != nil && ch.ParentID != "" {
		parent, err := a.channel(ctx, ch.ParentID)
		if err != nil {
			return err
		}
		overwrites = parent.Overwrites
	}
	self, err := a.me(ctx)
	if err != nil {
		return err
	}
	server := "/guilds/" + url.PathEscape(to.Space)
	var roles []role
	if err := a.do(ctx, http.MethodGet, server+"/roles", "GET "+server+"/roles", nil, &roles); err != nil {
		return refusal(err)
	}
	var me member
	if err := a.do(ctx, http.MethodGet, server+"/members/"+self, "GET "+server+"/members", nil, &me); err != nil {
		return refusal(err)
	}
	have := allowed(to.Space, self, roles, me, overwrites)
	if me.TimedOut != nil && me.TimedOut.After(time.Now()) {
		return fmt.Errorf("%w: the bot is timed out in the server: lift the time-out", bot.ErrUnreachable)
	}
	if missing := want &^ have; missing != 0 {
		how := bot.ErrUnreachable
		if missing == discordgo.PermissionReadMessageHistory { // posting does not need it
			how = bot.ErrImpaired
		}
		return fmt.Errorf("%w: missing %s: open the channel's settings, Permissions, and allow it for the bot's role",
			how, strings.Join(names(missing), ", "))
	}
	return nil
}

// EndpointPath is where ServeHTTP is mounted.
const EndpointPath = "/discord/interactions"

// Application compares what Discord knows of the application with what Serve
// needs. Each finding says what to do.
func (a *Adapter) Application(ctx context.Context, cmds []bot.Command) ([]string, error) {
	var app struct {
		Key      string `json:"verify_key"`
		Endpoint string `json:"interactions_endpoint_url"`
	}
	const path = "/applications/@me"
	if err := a.do(ctx, http.MethodGet, path, "GET "+path, nil, &app); err != nil {
		return nil, err
	}
	same, err := a.Registered(ctx, cmds)
	if err != nil {
		return nil, err
	}
	var out []string
	if !same {
		out = append(out, "the commands that Discord shows are not this version's: circlekeeper run registers them when it starts")
	}
	const page = "the application's General Information page"
	switch {
	case !a.c.HTTP && app.Endpoint != "":
		out = append(out, "Discord posts interactions to an endpoint, so that none come over the gateway: clear Interactions Endpoint URL on "+page+", or set DISCORD_MODE=http")
	case a.c.HTTP && app.Endpoint == "":
		out = append(out, "no Interactions Endpoint URL is set: while circlekeeper run is running, put https://YOUR-HOST"+EndpointPath+" there on "+page)
	case a.c.HTTP && !strings.HasSuffix(app.Endpoint, EndpointPath):
		out = append(out, "the Interactions Endpoint URL does not end in "+EndpointPath+": correct it on "+page)
	}
	if a.c.HTTP && !strings.EqualFold(app.Key, hex.EncodeToString(a.key)) {
		out = append(out, "DISCORD_PUBLIC_KEY is another application's: copy it again from "+page)
	}
	return out, nil
}

func (a *Adapter) channel(ctx context.Context, id string) (place, error) {
	var ch place
	path := "/channels/" + url.PathEscape(id)
	err := a.do(ctx, http.MethodGet, path, "GET "+path, nil, &ch)
	return ch, refusal(err)
}

// wanted is what the bot needs in a channel of this kind.
func wanted(ch place) (int64, error) {
	switch ch.Type {
	case discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews:
		return needed, nil
	case discordgo.ChannelTypeGuildVoice, discordgo.ChannelTypeGuildStageVoice:
		return needed | discordgo.PermissionVoiceConnect, nil // without it the text beside the voices is closed, too
	case discordgo.ChannelTypeGuildPublicThread, discordgo.ChannelTypeGuildPrivateThread, discordgo.ChannelTypeGuildNewsThread:
		if ch.Thread != nil && ch.Thread.Locked {
			return 0, fmt.Errorf("%w: the thread is locked: unlock it, or choose another place", bot.ErrUnreachable)
		}
		return needed&^discordgo.PermissionSendMessages | sendInThreads, nil
	case discordgo.ChannelTypeGuildForum, discordgo.ChannelTypeGuildMedia:
		return 0, fmt.Errorf("%w: a forum takes only posts: choose one of its posts, or a text channel", bot.ErrUnreachable)
	default:
		return 0, fmt.Errorf("%w: this kind of channel takes no messages: choose a text channel or a thread", bot.ErrUnreachable)
	}
}

// allowed computes the bot's rights in a channel.
// https://docs.discord.com/developers/topics/permissions#permission-overwrites
func allowed(server, self string, roles []role, me member, overwrites []overwrite) int64 {
	mine := map[string]bool{server: true} // @everyone has the server's ID
	for _, id := range me.Roles {
		mine[id] = true
	}
	var have int64
	for _, r := range roles {
		if mine[r.ID] {
			have |= bits(r.Permissions)
		}
	}
	if have&discordgo.PermissionAdministrator != 0 {
		return -1
	}
	var allow, deny int64
	for _, o := range overwrites {
		if o.ID == server {
			have = have&^bits(o.Deny) | bits(o.Allow)
		} else if o.Type == 0 && mine[o.ID] {
			allow |= bits(o.Allow)
			deny |= bits(o.Deny)
		}
	}
	have = have&^deny | allow
	for _, o := range overwrites {
		if o.Type == 1 && o.ID == self {
			have = have&^bits(o.Deny) | bits(o.Allow)
		}
	}
	return have
}

// bits reads a set of permissions; what cannot be read grants nothing.
func bits(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// names lists rights as Discord's settings call them.
func names(rights int64) []string {
	var out []string
	for _, r := range []struct {
		bit  int64
		name string
	}{
		{discordgo.PermissionViewChannel, "View Channel"},
		{discordgo.PermissionVoiceConnect, "Connect"},
		{discordgo.PermissionSendMessages, "Send Messages"},
		{sendInThreads, "Send Messages in Threads"},
		{discordgo.PermissionReadMessageHistory, "Read Message History"},
	} {
		if rights&r.bit != 0 {
			out = append(out, r.name)
		}
	}
	return out
}
