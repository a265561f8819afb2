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
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// message is what the bot decodes of a message: neither its text nor its author.
// https://docs.discord.com/developers/resources/message#message-object
type message struct {
	ID        string                `json:"id"`
	Type      discordgo.MessageType `json:"type"`
	GuildID   string                `json:"guild_id"`
	ChannelID string                `json:"channel_id"`
	Author    struct {
		Bot bool `json:"bot"` // the author is a bot
	} `json:"author"`
}

// oldest is the greatest age of a message that is answered. After an incident Discord may
// deliver messages that are hours old, whose answer nobody expects any more.
const oldest = 10 * time.Minute

// receiveMessage answers a direct message with where to find help and what can be asked.
// Everybody gets the same answer. Who goes on writing gets it again after 20 seconds to a minute.
func (a *Adapter) receiveMessage(raw []byte) {
	var m message
	written := json.Unmarshal(raw, &m) == nil && (m.Type == discordgo.MessageTypeDefault || m.Type == discordgo.MessageTypeReply)
	if !written || m.GuildID != "" || m.Author.Bot || !isID(m.ID) || time.Since(instant(m.ID)) > oldest || !isID(m.ChannelID) || !a.pointed.First(m.ChannelID, time.Now()) {
		return
	}
	select {
	case a.pointing <- struct{}{}:
	default:
		return // the same stands behind the commands
	}
	v, err := a.desk.Admit(false, m.ID)
	if err != nil {
		<-a.pointing
		return
	}
	v.Go(func() {
		defer a.end(m.ID)
		defer func() { <-a.pointing }()
		if !v.Refused && a.ourTurn(v.Out(), time.Now()) {
			a.answerDirect(v, m)
		}
	})
}

// answerDirect answers a message in its channel. The message's ID is the nonce of the answer,
// so that repeating the request is safe.
func (a *Adapter) answerDirect(v *intake.Visit, m message) {
	pointer := func(lang string) (answer bot.Message) {
		w := a.c.Books.Reader(lang)
		v.Answer(intake.Question{
			Ask: func(ctx context.Context) bot.Answer {
				return v.Handler().Handle(ctx, bot.Request{Platform: bot.Discord, Place: bot.Place{Platform: bot.Discord}, Call: bot.Call{Command: bot.Help}, Lang: lang})
			},
			Sorry: func() bot.Answer { return words.Notice(w.Sorry()) },
			Show:  func(ans bot.Answer, _ bool) { answer = ans.Message },
		})
		return answer
	}
	spoken := a.c.Books.Langs()
	langs := slices.DeleteFunc(slices.Clone(spoken), func(lang string) bool { return slices.Contains(spoken, content.Wider(lang)) }) // readers of es-MX read es
	all := make([]bot.Message, len(langs))
	for i, lang := range langs {
		all[i] = pointer(lang)
	}
	p, err := postTogether(all)
	if err != nil {
		a.c.Log.Error("answer not rendered", "error", err)
		return
	}
	p.Nonce, p.EnforceNonce = m.ID, true
	path := messagesPath(bot.Place{Channel: m.ChannelID})
	worth := func(err error) bool { return surelyNot(err) || errors.Is(err, bot.ErrUnknown) }
	err = insist(v.Out(), time.Now().Add(a.times.insist), worth, func() error {
		return a.do(v.Out(), http.MethodPost, path, "POST "+path, p, nil)
	})
	if err != nil {
		a.logUndelivered(err)
	}
}

// postTogether renders a message in all languages as one post. If that is too long, it cuts the
// last languages to their first paragraph.
func postTogether(all []bot.Message) (p payload, err error) {
	for whole := len(all); whole > 0; whole-- {
		if p, err = post(inOne(all, whole)); err == nil {
			return p, nil
		}
	}
	return p, err
}

// inOne joins the answer in several languages, because a message does not tell its author's
// language. It begins with the first block of each; the rest follows for the first whole of
// them.
func inOne(all []bot.Message, whole int) bot.Message {
	var first, rest []content.Block
	var out bot.Message
	for i, m := range all {
		n := min(1, len(m.Blocks))
		first = append(first, m.Blocks[:n]...)
		if i >= whole {
			continue
		}
		rest = append(append(rest, content.HeadingText(m.Title)), m.Blocks[n:]...)
		if len(out.Footer) > 0 {
			out.Footer = words.Join(out.Footer, " · ")
		}
		out.Footer = words.Join(out.Footer, m.Footer)
		if i == 0 {
			out.Note = m.Note
			out.Menu, out.Actions = copied(m.Menu), slices.Clone(m.Actions)
			continue
		}
		if out.Menu != nil && m.Menu != nil {
			out.Menu.Label = beside(out.Menu.Label, m.Menu.Label)
			for i, o := range m.Menu.Options[:min(len(m.Menu.Options), len(out.Menu.Options))] {
				out.Menu.Options[i].Hint = beside(out.Menu.Options[i].Hint, o.Label)
			}
		}
		for i, a := range m.Actions[:min(len(m.Actions), len(out.Actions))] {
			out.Actions[i].Label = beside(out.Actions[i].Label, a.Label)
		}
	}
	out.Blocks = slices.Concat(first, rest)
	return out
}

// copied is a menu without hints, because these are in one language only.
func copied(m *bot.Menu) *bot.Menu {
	if m == nil {
		return nil
	}
	out := &bot.Menu{Label: m.Label, Options: slices.Clone(m.Options)}
	for i := range out.Options {
		out.Options[i].Hint = ""
	}
	return out
}

func beside(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " · " + b
}
