package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
)

// orgWide is what to do if the app is installed for a whole organization. Then requests come
// from its workspaces, and nobody in these would count as staff.
const orgWide = "the bot token is org-wide: it belongs to a whole Enterprise Grid organization, and nobody counts as staff; install the app in one workspace and set that workspace's token"

// scopesHeader is the header in which Slack lists the rights of a token.
const scopesHeader = "X-OAuth-Scopes"

// account asks Slack who the bot is and what its token may do. given is nil if Slack's answer
// does not say, because a proxy removed the header. The library's call does not return whether
// the token is org-wide.
// https://docs.slack.dev/reference/methods/auth.test
func (a *Adapter) account(ctx context.Context) (me identity, given []string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.c.APIURL+"auth.test", nil)
	if err != nil {
		return identity{}, nil, errors.New("the Slack API address cannot be used")
	}
	req.Header.Set("Authorization", "Bearer "+a.c.BotToken)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	asked := time.Now()
	resp, err := a.http.Do(req)
	if err != nil {
		return identity{}, nil, fault(err)
	}
	defer resp.Body.Close()
	a.clock.Learn(resp.Header, asked, time.Now())
	wait, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
	switch {
	case resp.StatusCode == http.StatusTooManyRequests && wait > 0:
		return identity{}, nil, &bot.RateLimited{After: time.Duration(wait) * time.Second}
	case resp.StatusCode != http.StatusOK:
		return identity{}, nil, fault(slack.StatusCodeError{Code: resp.StatusCode})
	}
	var said struct {
		OK         bool   `json:"ok"`
		Error      string `json:"error"`
		Team       string `json:"team_id"`
		Enterprise string `json:"enterprise_id"`
		User       string `json:"user_id"`
		Bot        string `json:"bot_id"`
		Wide       bool   `json:"is_enterprise_install"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&said); err != nil {
		return identity{}, nil, fault(err)
	}
	if !said.OK {
		return identity{}, nil, answeredCode(said.Error)
	}
	if list := resp.Header.Get(scopesHeader); list != "" {
		given = strings.FieldsFunc(list, func(c rune) bool { return c == ',' || c == ' ' })
	}
	// Without a workspace, the ID is that of the organization.
	wide := said.Wide || said.Team == "" || strings.HasPrefix(said.Team, "E") || said.Team == said.Enterprise
	return identity{team: said.Team, enterprise: said.Enterprise, user: said.User, bot: said.Bot, wide: wide}, given, nil
}

// missing lists the rights that the bot needs but does not have.
func missing(granted []string) []string {
	return slices.DeleteFunc(botScopes(), func(scope string) bool { return slices.Contains(granted, scope) })
}

// ReadClock asks Slack for the time. It is exact to some seconds.
func (a *Adapter) ReadClock(ctx context.Context) (time.Time, error) {
	return a.clock.Ask(func() error {
		_, _, err := a.account(ctx)
		return err
	})
}

// Account asks Slack whether it accepts the bot token, and otherwise says what is wrong with
// it.
func (a *Adapter) Account(ctx context.Context) ([]bot.Remark, error) {
	me, _, err := a.account(ctx)
	if err != nil {
		return nil, err
	}
	if me.wide {
		return []bot.Remark{{Says: orgWide}}, nil
	}
	return nil, nil
}

// Application compares the installed app with what the bot needs, and says for each difference
// what to do. It returns an error if Slack could not be asked or refuses a token.
func (a *Adapter) Application(ctx context.Context, _ []bot.Command) ([]bot.Remark, error) {
	_, given, err := a.account(ctx)
	if err != nil {
		return nil, err
	}
	var spare []string
	var out []bot.Remark
	for _, scope := range given {
		if scope != "connections:write" && !slices.Contains(append(botScopes(), extraScopes()...), scope) {
			spare = append(spare, scopes(scope))
		}
	}
	lacks := missing(given)
	switch {
	case given == nil:
		out = append(out, bot.Remark{Minor: true, Says: "what the app may do is not known: a proxy or the server at SLACK_API_URL leaves out Slack's " + scopesHeader + " header; compare the scopes on the app's page, OAuth & Permissions, with what the command manifest slack prints"})
	case len(lacks) > 0:
		out = append(out, scopesMissing(lacks))
	}
	if len(spare) > 0 {
		out = append(out, bot.Remark{Says: "the app may do more than it needs: take away what the manifest does not list (" + strings.Join(spare, ", ") + ")"})
	}
	if a.c.Secret == "" {
		if _, _, err := a.api.StartSocketModeContext(ctx); err != nil {
			err = appFault(err)
			says := err.Error()
			if !errors.Is(err, ErrRefused) { // that error already says what it concerns
				says = "Socket Mode could not be tried: " + says
			}
			out = append(out, bot.Remark{Says: says})
		}
	}
	return out, nil
}

func scopesMissing(lacks []string) bot.Remark {
	return bot.Remark{Says: "scopes are missing: add " + strings.Join(lacks, ", ") + " on the app's page, OAuth & Permissions, and install it again"}
}

// Try asks Slack about those tokens in c that are set, after CheckBotToken and CheckAppToken
// have accepted them, and says what is wrong with the installed app. It returns an error if
// Slack could not be asked or, as an ErrRefused, if Slack refuses a token, with what to do.
func Try(ctx context.Context, c Config) ([]bot.Remark, error) {
	a, err := assemble(c)
	if err != nil {
		return nil, err
	}
	if c.AppToken != "" {
		if _, _, err := a.api.StartSocketModeContext(ctx); err != nil {
			return nil, appFault(err)
		}
	}
	if c.BotToken == "" {
		return nil, nil
	}
	me, given, err := a.account(ctx)
	switch {
	case err != nil:
		return nil, err
	case me.wide:
		return []bot.Remark{{Says: orgWide}}, nil
	}
	if lacks := missing(given); given != nil && len(lacks) > 0 {
		return []bot.Remark{scopesMissing(lacks)}, nil
	}
	return nil, nil
}

// Channels lists the channels that the bot was invited to, by name.
// https://docs.slack.dev/reference/methods/users.conversations
func (a *Adapter) Channels(ctx context.Context) ([]bot.Named, error) {
	var out []bot.Named
	p := slack.GetConversationsForUserParameters{Types: []string{"public_channel", "private_channel"}, Limit: 200, ExcludeArchived: true}
	for range staffPages {
		page, next, err := a.api.GetConversationsForUserContext(ctx, &p)
		if err != nil {
			return nil, fault(err)
		}
		for _, c := range page {
			out = append(out, bot.Named{Place: bot.Place{Platform: bot.Slack, Channel: c.ID}, Name: c.Name})
		}
		if next == "" {
			break
		}
		p.Cursor = next
	}
	slices.SortFunc(out, func(a, b bot.Named) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}
