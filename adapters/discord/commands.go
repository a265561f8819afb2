package discord

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// command is a slash command, or one in a message's menu, in Discord's format. Its options,
// which are arguments or sub-commands, have a part of the same fields.
// https://docs.discord.com/developers/interactions/application-commands
type command struct {
	Type         int               `json:"type"`
	Name         string            `json:"name"`
	Names        map[string]string `json:"name_localizations,omitempty"`
	Description  string            `json:"description,omitempty"` // empty for a command in a message's menu
	Descriptions map[string]string `json:"description_localizations,omitempty"`
	Required     bool              `json:"required,omitempty"`
	Complete     bool              `json:"autocomplete,omitempty"`
	MaxLength    int               `json:"max_length,omitempty"`
	Channels     []int             `json:"channel_types,omitempty"`
	Options      []command         `json:"options,omitempty"`
	Rights       *rights           `json:"default_member_permissions,omitempty"`
	Contexts     []int             `json:"contexts,omitempty"`
	Installs     []int             `json:"integration_types,omitempty"`
}

// rights is a set of permissions. Discord accepts a number and returns a text.
type rights int64

func (p *rights) UnmarshalJSON(b []byte) error {
	n, err := strconv.ParseInt(string(bytes.Trim(b, `"`)), 10, 64)
	if err != nil {
		return fmt.Errorf("permissions: %w", err)
	}
	*p = rights(n)
	return nil
}

// Where commands can be used, and how the bot is installed.
const (
	inServer   = int(discordgo.InteractionContextGuild)
	inDirect   = int(discordgo.InteractionContextBotDM)
	forServers = int(discordgo.ApplicationIntegrationGuildInstall)
)

// registration is the command table in Discord's format, by name.
func registration(cmds []bot.Command) []command {
	out := make([]command, 0, len(cmds))
	for _, c := range cmds {
		d := command{
			Type: int(discordgo.ChatApplicationCommand), Name: c.Name, Names: localised(c.Local),
			Description: cut(c.Summary.In(words.English), 100), Descriptions: localised(c.Summary),
			Contexts: []int{inServer, inDirect}, Installs: []int{forServers},
		}
		if c.Who == bot.Moderators {
			// This is only a default, which servers can change; Handle checks the rights again.
			manage := rights(discordgo.PermissionManageGuild)
			d.Rights, d.Contexts = &manage, []int{inServer}
		}
		for _, s := range c.Subs {
			d.Options = append(d.Options, command{
				Type: int(discordgo.ApplicationCommandOptionSubCommand), Name: s.Name, Names: localised(s.Local),
				Description: cut(s.Summary.In(words.English), 100), Descriptions: localised(s.Summary), Options: arguments(s.Args),
			})
		}
		if len(c.Subs) == 0 {
			d.Options = arguments(c.Args)
		}
		out = append(out, d)
		if c.OnMessage != nil {
			out = append(out, command{
				Type: int(discordgo.MessageApplicationCommand), Name: c.OnMessage.In(words.English), Names: localised(c.OnMessage),
				Contexts: d.Contexts, Installs: d.Installs, Rights: d.Rights,
			})
		}
	}
	slices.SortFunc(out, func(a, b command) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func arguments(args []bot.Arg) []command {
	var out []command
	for _, a := range args {
		d := command{
			Type: int(discordgo.ApplicationCommandOptionString), Name: a.Name, Names: localised(a.Local), Description: cut(a.Summary.In(words.English), 100),
			Descriptions: localised(a.Summary), Required: a.Required, Complete: a.Complete, MaxLength: cmp.Or(a.Max, 200),
		}
		if a.Place { // Discord accepts no limits or offers for a channel
			d.Type, d.Channels, d.MaxLength, d.Complete = int(discordgo.ApplicationCommandOptionChannel), channelTypes(), 0, false
		}
		if a.Role {
			d.Type, d.MaxLength, d.Complete = int(discordgo.ApplicationCommandOptionRole), 0, false
		}
		out = append(out, d)
	}
	return out
}

// locales are the languages Discord's clients come in.
// https://docs.discord.com/developers/reference#locales
const locales = "id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN ja zh-TW ko"

// localised gives each text to all locales of its language. English is shown to all others.
func localised(w bot.Words) map[string]string {
	out := map[string]string{}
	for _, l := range strings.Fields(locales) {
		language, _, _ := strings.Cut(l, "-")
		s, ok := w[l]
		if !ok {
			s, ok = w[language]
		}
		if ok && language != words.English {
			out[l] = cut(s, 100)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// prepare asks who the bot is and registers the commands, again and again until Discord
// answers. If Discord refuses to register, people are served meanwhile with the commands
// registered before, and registering is tried again.
func (r *api) prepare(ctx context.Context, cmds []bot.Command, later *sync.WaitGroup) error {
	var refused *apiError
	err := r.register(ctx, cmds, r.times.maxWait, func(err error) bool { return errors.Is(err, ErrToken) || errors.As(err, &refused) })
	if refused == nil {
		return err
	}
	r.c.Log.Error("commands not registered; it is tried again", "status", refused.status, "code", refused.code)
	later.Go(func() {
		if bot.Sleep(ctx, r.times.backoff) {
			// A fault that ends serving, such as a refused token, is left to Serve.
			_ = r.register(ctx, cmds, r.times.register, func(error) bool { return false })
		}
	})
	return nil
}

// register registers the commands as soon as Discord allows it. It waits up to most between two
// attempts, and gives up at an error that is final.
func (r *api) register(ctx context.Context, cmds []bot.Command, most time.Duration, final func(error) bool) error {
	for wait := r.times.backoff; ; wait = min(2*wait, most) {
		same, path, err := r.compare(ctx, cmds)
		if err == nil && !same {
			if err = r.do(ctx, http.MethodPut, path, "PUT "+path, registration(cmds), nil); err == nil {
				r.c.Log.Info("commands registered", "commands", len(cmds))
			}
		}
		if err == nil || ctx.Err() != nil || final(err) {
			return err
		}
		r.c.Log.Warn("commands could not be registered; it is tried again", "wait", wait, "error", err)
		if !bot.Sleep(ctx, max(wait, askedPause(err))) {
			return ctx.Err()
		}
	}
}

// compare tells whether Discord has exactly these commands, and in which places.
func (r *api) compare(ctx context.Context, cmds []bot.Command) (same bool, path string, err error) {
	app, err := r.application(ctx)
	if err != nil {
		return false, "", err
	}
	path = "/applications/" + url.PathEscape(app) + "/commands"
	var have []command
	if err := r.get(ctx, path+"?with_localizations=true", &have); err != nil {
		return false, path, fmt.Errorf("reading commands: %w", err)
	}
	slices.SortFunc(have, func(a, b command) int { return cmp.Compare(a.Name, b.Name) })
	got, err := json.Marshal(have)
	if err != nil {
		return false, path, fmt.Errorf("commands: %w", err)
	}
	want, err := json.Marshal(registration(cmds))
	if err != nil {
		return false, path, fmt.Errorf("commands: %w", err)
	}
	return bytes.Equal(got, want), path, nil
}

// Manifest is the JSON of the commands as Register writes them.
func Manifest(cmds []bot.Command) ([]byte, error) {
	return readable(registration(cmds))
}

// Invitation is the address at which a server's owner adds the bot. It asks for the rights to
// post, and for the optional one to pin. Posting in threads takes one more right, which Inspect
// asks for if it is missing.
func Invitation(applicationID string) string {
	q := url.Values{
		"client_id":   {applicationID},
		"permissions": {strconv.FormatInt(needed|pinMessages, 10)},
		"scope":       {"bot applications.commands"},
	}
	return "https://discord.com/oauth2/authorize?" + q.Encode()
}
