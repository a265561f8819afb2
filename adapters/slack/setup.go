package slack

import (
	"cmp"
	"context"
	"slices"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
)

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
