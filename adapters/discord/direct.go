package discord

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
	"circlekeeper/content"
)

// message is what the bot looks at of a message: not its text, and not who wrote it.
// https://docs.discord.com/developers/resources/message#message-object
type message struct {
	ID        string                `json:"id"`
	Type      discordgo.MessageType `json:"type"`
	GuildID   string                `json:"guild_id"`
	ChannelID string                `json:"channel_id"`
	Author    struct {
		Bot bool `json:"bot"` // as the bot itself is
	} `json:"author"`
}

// receiveMessage answers a direct message with where help is and what can be asked:
// the same to all, and to one person once a minute.
func (a *Adapter) receiveMessage(raw []byte) {
	var m message
	written := json.Unmarshal(raw, &m) == nil && (m.Type == discordgo.MessageTypeDefault || m.Type == discordgo.MessageTypeReply)
	if !written || m.GuildID != "" || m.Author.Bot || !isID(m.ID) || !isID(m.ChannelID) || !a.pointed.first(m.ChannelID, time.Now()) {
		return
	}
	select {
	case a.pointing <- struct{}{}:
	default:
		return // the same stands behind the commands
	}
	v, err := a.desk.Admit(intake.Arrival{IDs: []string{m.ID}})
	if err != nil {
		<-a.pointing
		return
	}
	v.Go(func() {
		defer a.end(m.ID, func() { <-a.pointing })
		if !v.Refused && a.ourTurn(v.Out(), time.Now()) {
			a.point(v, m)
		}
	})
}

// point answers a message in its channel. The message's ID is the answer's nonce, so
// that it may be sent until it surely was.
func (a *Adapter) point(v *intake.Visit, m message) {
	help := func(lang string) (answer bot.Message) {
		v.Answer(intake.Question{
			Ask: func(ctx context.Context) bot.Answer {
				return v.Handler().Handle(ctx, bot.Request{Platform: bot.Discord, Place: bot.Place{Platform: bot.Discord}, Call: bot.Call{Command: "help"}, Lang: lang})
			},
			Sorry: notice(sorry(lang)),
			Show:  func(ans bot.Answer, _ bool) { answer = ans.Message },
		})
		return answer
	}
	p, err := post(bilingual(help("en"), help("es")))
	if err != nil {
		a.log.Error("answer not rendered", "error", err)
		return
	}
	p.Nonce, p.EnforceNonce = m.ID, true
	path := messagesPath(bot.Place{Channel: m.ChannelID})
	worth := func(err error) bool { return surelyNot(err) || errors.Is(err, bot.ErrUnknown) }
	err = insist(v.Out(), time.Now().Add(a.times.insist), worth, func() error {
		return a.do(v.Out(), http.MethodPost, path, "POST "+path, p, nil)
	})
	if err != nil {
		a.undelivered(err)
	}
}

// bilingual says in two languages what should be read whatever the reader's is, which
// no message tells. What stands first in each of them stands first.
func bilingual(m, other bot.Message) bot.Message {
	parts := func(m bot.Message) (first, rest []content.Block) {
		n := min(1, len(m.Blocks))
		title := content.Block{Kind: content.Heading, Items: [][]content.Span{{{Text: m.Title}}}}
		return m.Blocks[:n], append([]content.Block{title}, m.Blocks[n:]...)
	}
	first, rest := parts(m)
	otherFirst, otherRest := parts(other)
	m.Title, m.Blocks, m.Footer = "", slices.Concat(first, otherFirst, rest, otherRest), beside(m.Footer, other.Footer)
	if m.Menu != nil && other.Menu != nil {
		m.Menu = &bot.Menu{Label: beside(m.Menu.Label, other.Menu.Label), Options: slices.Clone(m.Menu.Options)}
		for i, o := range other.Menu.Options[:min(len(other.Menu.Options), len(m.Menu.Options))] {
			m.Menu.Options[i].Hint = o.Label
		}
	}
	m.Actions = slices.Clone(m.Actions)
	for i, a := range other.Actions[:min(len(other.Actions), len(m.Actions))] {
		m.Actions[i].Label = beside(m.Actions[i].Label, a.Label)
	}
	return m
}

func beside(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " · " + b
}
