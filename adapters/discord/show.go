package discord

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/bwmarrin/discordgo"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
	"circlekeeper/bot/words"
)

// reply gives the first answer: over the gateway by a request, over HTTP in the response. more
// means that more answers follow.
type reply func(ctx context.Context, body json.RawMessage, more bool) error

// How long after an interaction Discord waits for the first answer, and how long we begin new
// attempts to give it. If one attempt hangs, there is time for another.
// https://docs.discord.com/developers/interactions/receiving-and-responding
const (
	firstAnswer = 3 * time.Second
	lastTry     = 2500 * time.Millisecond
	oneTry      = time.Second
)

// acknowledged is Discord's code for an interaction that already has its first answer.
const acknowledged = 40060

// callBack gives the first answer by a request. Discord accepts only one, so an attempt with an
// unknown outcome may be repeated: if Discord refuses the second, it has the first.
func (a *Adapter) callBack(in interaction) reply {
	path := "/interactions/" + in.ID + "/" + url.PathEscape(in.Token) + "/callback"
	return func(ctx context.Context, body json.RawMessage, _ bool) error {
		ctx, cancel := context.WithDeadline(ctx, in.came.Add(firstAnswer))
		defer cancel()
		perhaps := false // an earlier attempt may have succeeded
		worth := func(err error) bool { return surelyNot(err) || errors.Is(err, bot.ErrUnknown) }
		return insist(ctx, in.came.Add(lastTry), worth, func() error {
			if a.turn != nil && !a.turn.Mine() { // the process may have been suspended meanwhile
				return errNotOurTurn
			}
			ctx, cancel := context.WithTimeout(ctx, oneTry)
			defer cancel()
			err := a.do(ctx, http.MethodPost, path, "", body, nil)
			switch taken := refusedWith(err, http.StatusBadRequest, acknowledged); {
			case taken && perhaps:
				return nil
			case taken && a.turn != nil:
				a.turn.Beaten()
			}
			perhaps = perhaps || errors.Is(err, bot.ErrUnknown)
			return err
		})
	}
}

// insist repeats a call until it succeeds, its error is final, or the next attempt would be too
// late.
func insist(ctx context.Context, until time.Time, worth func(error) bool, call func() error) error {
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		err := call()
		if err == nil || !worth(err) {
			return err
		}
		pause := max(jitter(wait), askedPause(err))
		if time.Now().Add(pause).After(until) || !bot.Sleep(ctx, pause) {
			return err
		}
	}
}

// surelyNot tells whether an error means that nothing was done and that the call may be
// repeated later.
func surelyNot(err error) bool {
	var limited *bot.RateLimited
	var none *intake.NoAnswerError
	return errors.As(err, &limited) || errors.As(err, &none) && !none.Left
}

// refusedWith tells whether Discord refused a call with this status and, if code is not 0, this
// code.
func refusedWith(err error, status, code int) bool {
	e, ok := errors.AsType[*apiError](err)
	return ok && e.status == status && (code == 0 || e.code == code)
}

// promise tells Discord that the answer will take longer. If the pressed button is on a message
// that only this person sees, the answer may replace that message.
func (v *visit) promise() error {
	kind, data := discordgo.InteractionResponseDeferredChannelMessageWithSource, map[string]int{"flags": flagPrivate}
	if v.in.onPrivate() {
		kind, data = discordgo.InteractionResponseDeferredMessageUpdate, nil
	}
	return v.first(v.Out(), callback(kind, data), true)
}

// show gives an answer as the first one.
func (v *visit) show(ans bot.Answer) {
	if ans.Form != nil && v.in.Type != discordgo.InteractionModalSubmit {
		m, err := form(*ans.Form, v.in.GuildID)
		if err == nil {
			v.showFirst(callback(discordgo.InteractionResponseModal, m), false)
			return
		}
		v.c.Log.Error("form not rendered", "error", err)
		ans = words.Notice(v.w.Sorry())
	}
	answer := v.render(ans)
	body := answer.create
	if ans.Update && v.in.onPrivate() {
		body = answer.update
	}
	if v.showFirst(body, len(answer.all) > 1) {
		v.follow(answer.all[1:])
	}
}

// showFirst gives the first answer, and tells whether it may have arrived. If Discord refuses
// the rendered message, it sends an apology instead.
func (v *visit) showFirst(body json.RawMessage, more bool) bool {
	err := v.orSorry(v.first(v.Out(), body, more), func(sorry drawn) error { return v.first(v.Out(), sorry.create, false) })
	return err == nil || errors.Is(err, bot.ErrUnknown) // it may have arrived, so the rest follows
}

// orSorry logs why an answer did not arrive. If Discord refused the rendered message, apologise
// sends an apology instead.
func (v *visit) orSorry(err error, apologise func(sorry drawn) error) error {
	if err == nil {
		return nil
	}
	v.logUndelivered(err)
	if refusedWith(err, http.StatusBadRequest, 0) && !refusedWith(err, http.StatusBadRequest, acknowledged) {
		if err := apologise(v.render(words.Notice(v.w.Sorry()))); err != nil {
			v.logUndelivered(err)
		}
	}
	return err
}

// showLater gives the answer that was promised. If it must not replace the message with the
// button, it comes as a new message.
func (v *visit) showLater(ans bot.Answer) {
	all := v.render(ans).all
	if v.in.onPrivate() && !ans.Update {
		v.follow(all)
		return
	}
	if v.add(http.MethodPatch, "/messages/@original", all[0].onPrivate()) {
		v.follow(all[1:])
	}
}

// follow sends the further messages of a long answer.
func (v *visit) follow(rest []payload) {
	for _, p := range rest {
		if !v.add(http.MethodPost, "", p) {
			return
		}
	}
}

// add sends more after the first answer. If Discord refuses it, it sends an apology instead.
func (v *visit) add(method, where string, p payload) bool {
	err := v.orSorry(v.tell(method, where, p), func(sorry drawn) error {
		apology := sorry.all[0]
		apology.Flags = p.Flags
		return v.tell(method, where, apology)
	})
	return err == nil
}

// tell makes one of the calls that an interaction's token allows. An edit may be repeated, but
// a message is sent again only if it was surely not sent. In HTTP mode Discord may not have
// processed the first answer yet; then it refuses further ones.
func (v *visit) tell(method, where string, p payload) error {
	path := "/webhooks/" + v.in.AppID + "/" + url.PathEscape(v.in.Token) + where
	ctx, cancel := context.WithTimeout(v.Out(), v.times.insist)
	defer cancel()
	worth := func(err error) bool {
		return surelyNot(err) || method == http.MethodPatch && errors.Is(err, bot.ErrUnknown) ||
			v.c.HTTP && refusedWith(err, http.StatusNotFound, 0)
	}
	return insist(ctx, time.Now().Add(v.times.insist), worth, func() error {
		return v.do(ctx, method, path, "", p, nil)
	})
}

func (a *Adapter) logUndelivered(err error) {
	a.c.Log.Warn("answer not delivered", "error", err)
}
