package discord

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"circlekeeper/bot"
)

// mostServers bounds how many servers are searched for a role. Discord lists up to 200
// at once: https://docs.discord.com/developers/resources/user#get-current-user-guilds
const mostServers = 100

// Account asks Discord whether it accepts the token, and looks for the roles that the settings
// name as moderators'.
func (a *Adapter) Account(ctx context.Context) ([]bot.Remark, error) {
	if err := a.get(ctx, "/users/@me", nil); err != nil {
		return nil, refusal(err)
	}
	servers, err := a.Servers(ctx)
	if err != nil {
		return nil, err
	}
	switch {
	case len(servers) == 0:
		return []bot.Remark{{Minor: true, Says: "the bot is in no server yet: the command manifest discord prints the link that invites it"}}, nil
	case len(a.moderators) == 0 || len(servers) > mostServers:
		return nil, nil
	}
	known := map[string]bool{}
	for _, server := range servers {
		roles, err := a.roles(ctx, server.ID)
		if err != nil {
			return nil, err
		}
		for _, r := range roles {
			known[r.ID] = true
		}
		if slices.Contains(a.moderators, server.ID) { // @everyone has the server's ID
			return []bot.Remark{{Says: "DISCORD_MODERATOR_ROLE is the role that everybody in the server has: name the moderators' own"}}, nil
		}
	}
	var out []bot.Remark
	for i, id := range a.moderators {
		if !known[id] {
			which := ""
			if len(a.moderators) > 1 {
				which = fmt.Sprintf(", as number %d of its list,", i+1)
			}
			out = append(out, bot.Remark{Says: fmt.Sprintf("DISCORD_MODERATOR_ROLE names%s a role that none of the bot's servers has: copy it again with Copy Role ID, in Server Settings, Roles", which)})
		}
	}
	return out, nil
}

// EndpointPath is where ServeHTTP is mounted.
const EndpointPath = "/discord/interactions"

// Application compares what Discord knows of the application with what Serve
// needs. Each finding says what to do.
func (a *Adapter) Application(ctx context.Context, cmds []bot.Command) ([]bot.Remark, error) {
	var app struct {
		Key      string `json:"verify_key"`
		Endpoint string `json:"interactions_endpoint_url"`
	}
	if err := a.get(ctx, "/applications/@me", &app); err != nil {
		return nil, refusal(err)
	}
	same, _, err := a.compare(ctx, cmds)
	if err != nil {
		return nil, refusal(err)
	}
	var out []bot.Remark
	say := func(says string) { out = append(out, bot.Remark{Says: says}) }
	if !same {
		out = append(out, bot.Remark{Minor: true, Says: "the commands that Discord shows are not this version's: the command run registers them when it starts"})
	}
	const page = "the application's General Information page"
	switch {
	case !a.c.HTTP && app.Endpoint != "":
		say("Discord posts interactions to an endpoint, so that none come over the gateway: clear Interactions Endpoint URL on " + page + ", or set DISCORD_MODE=http")
	case a.c.HTTP && app.Endpoint == "":
		say("no Interactions Endpoint URL is set: while the command run is running, put https://YOUR-HOST" + EndpointPath + " there on " + page)
	case a.c.HTTP && !strings.HasSuffix(app.Endpoint, EndpointPath):
		say("the Interactions Endpoint URL does not end in " + EndpointPath + ": correct it on " + page)
	}
	if a.c.HTTP && !strings.EqualFold(app.Key, hex.EncodeToString(a.key)) {
		say("DISCORD_PUBLIC_KEY is another application's: copy it again from " + page)
	}
	return out, nil
}
