package discord

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// visit is an interaction that is being answered.
type visit struct {
	*Adapter
	*intake.Visit
	in    interaction
	r     bot.Request
	w     *words.Reader // speaks the language of whoever did this
	first reply
}

// receive takes an event from the gateway. It does not block.
func (a *Adapter) receive(event string, raw []byte) {
	switch event {
	case "INTERACTION_CREATE":
		in, err := decode(raw)
		if err != nil {
			a.c.Log.Warn("interaction not readable")
			return
		}
		if in.Type != discordgo.InteractionPing {
			_ = a.admit(in, a.callBack(in), (*intake.Visit).Go) // the desk has logged who got no answer
		}
	case "MESSAGE_CREATE":
		a.receiveMessage(raw)
	}
}

// admit admits an interaction to be answered, unless it is a repetition or there are too many.
// start begins the work: here, or in a goroutine of its own.
func (a *Adapter) admit(in interaction, first reply, start func(v *intake.Visit, work func())) error {
	taken, err := a.desk.Admit(in.asksFor(bot.Crisis), in.ID)
	if err != nil {
		return err
	}
	v := &visit{Adapter: a, Visit: taken, in: in, w: a.c.Books.Reader(intake.Locale(in.Locale)), first: first}
	start(taken, func() {
		defer a.end(in.ID)
		if a.ourTurn(v.Out(), in.came) {
			v.answer()
		}
	})
	return nil
}

// end tells a test that the interaction has been dealt with.
func (a *Adapter) end(id string) {
	if a.settled != nil {
		a.settled(id)
	}
}

// answer answers the interaction to its end.
func (v *visit) answer() {
	var focused string
	var err error
	v.r, focused, err = v.in.request(v.moderators)
	switch {
	case errors.Is(err, errStale):
		v.show(words.Notice(v.w.OutOfDate()))
	case err != nil:
		v.c.Log.Warn("interaction of an unknown kind")
	case v.Refused:
		v.turnAway()
	case v.in.Type == discordgo.InteractionApplicationCommandAutocomplete:
		v.offer(v.Complete(v.times.complete, func(ctx context.Context) []bot.Choice {
			return v.Handler().Complete(ctx, v.r, focused)
		}))
	default:
		v.ask()
	}
}

// turnAway answers, without the core, that there are too many questions. Discord closes a form
// that is answered, so this keeps what was written, as for a form that is refused.
func (v *visit) turnAway() {
	switch v.in.Type {
	case discordgo.InteractionApplicationCommandAutocomplete:
		v.offer(nil)
	case discordgo.InteractionModalSubmit:
		call, _ := bot.DecodeCall(v.in.Data.CustomID) // without what was written, which v.r's call includes
		unsaved := v.w.T("Many people are asking right now: nothing was saved. What you wrote is kept below. In a moment, open the form and send it again.")
		v.show(bot.Answer{Form: &bot.Form{Call: call, Fields: v.in.fields(), Preview: []content.Block{content.Text(unsaved)}}})
	default:
		v.show(busy(v.w))
	}
}

// ask asks the core. Within Discord's 3 s it gives the answer, or a promise of it.
func (v *visit) ask() {
	v.Answer(intake.Question{
		Ask:   func(ctx context.Context) bot.Answer { return v.Handler().Handle(ctx, v.r) },
		Sorry: func() bot.Answer { return words.Notice(v.w.Sorry()) },
		Quick: v.times.quick,
		Promise: func() bool {
			err := v.promise()
			if err == nil || errors.Is(err, bot.ErrUnknown) {
				return true
			}
			v.logUndelivered(err) // the interaction's token can no longer be used
			return false
		},
		Show: func(ans bot.Answer, promised bool) {
			if ans.Form != nil {
				form := v.in.restore(*ans.Form)
				ans.Form = &form
			}
			if promised {
				v.showLater(ans)
			} else {
				v.show(ans)
			}
		},
	})
}

// callback is the first answer to an interaction, as JSON.
func callback(kind discordgo.InteractionResponseType, data any) json.RawMessage {
	body, err := json.Marshal(struct {
		Type discordgo.InteractionResponseType `json:"type"`
		Data any                               `json:"data,omitempty"`
	}{kind, data})
	if err != nil { // never: the data are texts and numbers
		panic(err)
	}
	return body
}

// drawn is an answer as messages.
type drawn struct {
	all    []payload       // at least one
	create json.RawMessage // the callback that shows the first message
	update json.RawMessage // the callback that replaces the message with the pressed button by the first
}

func draw(m bot.Message) (drawn, error) {
	all, err := private(m)
	if err != nil {
		return drawn{}, err
	}
	return finish(all), nil
}

// finish writes the callbacks of an answer as JSON.
func finish(all []payload) drawn {
	return drawn{
		all:    all,
		create: callback(discordgo.InteractionResponseChannelMessageWithSource, all[0]),
		update: callback(discordgo.InteractionResponseUpdateMessage, all[0].onPrivate()),
	}
}

// onPrivate is the payload for replacing a private message.
func (p payload) onPrivate() payload {
	p.Flags &^= flagPrivate
	return p
}

// render writes an answer as messages. A form is never taken from memory, because it holds what
// somebody wrote.
func (v *visit) render(ans bot.Answer) drawn {
	var answer drawn
	var err error
	if ans.Form != nil {
		answer, err = drawForm(*ans.Form, v.r.Place.Space, v.w)
	} else {
		answer, err = v.shown.Of(ans.Message, "", draw)
	}
	if err != nil {
		v.c.Log.Error("answer not rendered", "error", err)
		answer, err = draw(words.Notice(v.w.Sorry()).Message)
	}
	if err != nil { // a plain sentence can always be rendered
		v.c.Log.Error("apology not rendered", "error", err)
	}
	return answer
}

// offer shows values for an argument that is being typed.
func (v *visit) offer(got []bot.Choice) {
	out := make([]discordgo.ApplicationCommandOptionChoice, 0, len(got))
	for _, c := range got {
		if c.Name != "" && size(c.Value) <= maxOption && len(out) < maxOptions {
			out = append(out, discordgo.ApplicationCommandOptionChoice{Name: cut(c.Name, maxOption), Value: c.Value})
		}
	}
	body := callback(discordgo.InteractionApplicationCommandAutocompleteResult, map[string]any{"choices": out})
	if err := v.first(v.Out(), body, false); err != nil {
		v.logUndelivered(err)
	}
}

// busy is the answer if there are too many questions.
func busy(w *words.Reader) bot.Answer {
	a := words.Notice(words.Join(w.Busy()))
	a.Message.Actions = []bot.Action{{Label: w.T("Help now"), Call: bot.Call{Command: bot.Crisis}}}
	a.Message.Footer = words.Pointer(w)
	return a
}
