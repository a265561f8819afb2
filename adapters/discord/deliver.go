package discord

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"circlekeeper/bot"
)

// reply delivers the first answer: over the gateway's way by a request of its
// own, over the HTTP endpoint in the response. more says that there is work left
// after it.
type reply func(ctx context.Context, body json.RawMessage, more bool) error

// Discord waits for the first answer, and we begin to give it, for so long after
// the interaction came. A try that hangs leaves time for another.
// https://docs.discord.com/developers/interactions/receiving-and-responding
const (
	firstAnswer = 3 * time.Second
	lastTry     = 2500 * time.Millisecond
	oneTry      = time.Second
)

// acknowledged is Discord's code for an interaction that has its first answer.
const acknowledged = 40060

// callBack gives the first answer by a request of its own. Discord takes only one,
// so that a try whose outcome is unknown may be followed by another: where that
// one is too late, the first was in time.
func (d *desk) callBack(in interaction) reply {
	path := "/interactions/" + in.ID + "/" + url.PathEscape(in.Token) + "/callback"
	return func(ctx context.Context, body json.RawMessage, _ bool) error {
		ctx, cancel := context.WithDeadline(ctx, in.came.Add(firstAnswer))
		defer cancel()
		perhaps := false // an earlier try may have arrived
		worth := func(err error) bool { return surelyNot(err) || errors.Is(err, bot.ErrUnknown) }
		return insist(ctx, in.came.Add(lastTry), worth, func() error {
			ctx, cancel := context.WithTimeout(ctx, oneTry)
			defer cancel()
			err := d.a.do(ctx, http.MethodPost, path, "", body, nil)
			if perhaps && refusedWith(err, http.StatusBadRequest, acknowledged) {
				return nil
			}
			perhaps = perhaps || errors.Is(err, bot.ErrUnknown)
			return err
		})
	}
}

// insist makes a call until it succeeds, a failure is not worth another try, or
// the next one would come too late.
func insist(ctx context.Context, until time.Time, worth func(error) bool, call func() error) error {
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		err := call()
		if err == nil || !worth(err) {
			return err
		}
		pause := jitter(wait)
		var limited *bot.RateLimited
		if errors.As(err, &limited) {
			pause = max(pause, limited.After)
		}
		if time.Now().Add(pause).After(until) || !sleep(ctx, pause) {
			return err
		}
	}
}

// surelyNot tells whether nothing was done, and may be done later.
func surelyNot(err error) bool {
	var limited *bot.RateLimited
	return errors.Is(err, errNotReached) || errors.As(err, &limited)
}

// refusedWith tells whether Discord refused a call with this status and, if it
// is not 0, this code of its own.
func refusedWith(err error, status, code int) bool {
	var e *apiError
	return errors.As(err, &e) && e.status == status && (code == 0 || e.code == code)
}

// deliver gives the first answer and tells whether it may have arrived. Where Discord
// refuses what was rendered, an apology takes its place. more is as for reply.
func (d *desk) deliver(first reply, r bot.Request, body json.RawMessage, more bool) bool {
	err := first(d.out, body, more)
	if err == nil {
		return true
	}
	d.undelivered(err)
	if refusedWith(err, http.StatusBadRequest, 0) && !refusedWith(err, http.StatusBadRequest, acknowledged) {
		if err := first(d.out, d.render(r, notice(sorry(r.Lang))).fresh, more); err != nil {
			d.undelivered(err)
		}
	}
	return errors.Is(err, bot.ErrUnknown) // it may stand there: what follows is not kept back
}

// showLater fills in what was promised. What shall not take the place of the
// message with the button follows it.
func (d *desk) showLater(in interaction, r bot.Request, ans bot.Answer) {
	all := d.render(r, ans).all
	if in.onPrivate() && !ans.Update {
		d.follow(in, r, all)
		return
	}
	const method, where = http.MethodPatch, "/messages/@original"
	if d.add(in, r, method, where, all[0].onPrivate()) {
		d.follow(in, r, all[1:])
	}
}

// follow delivers the rest of an answer that is longer than a message.
func (d *desk) follow(in interaction, r bot.Request, rest []payload) {
	for _, p := range rest {
		if !d.add(in, r, http.MethodPost, "", p) {
			return
		}
	}
}

// add tells more after the first answer. Where Discord refuses it, an apology
// takes its place.
func (d *desk) add(in interaction, r bot.Request, method, where string, p payload) bool {
	err := d.tell(in, method, where, p)
	if err == nil {
		return true
	}
	d.undelivered(err)
	if refusedWith(err, http.StatusBadRequest, 0) {
		apology := d.render(r, notice(sorry(r.Lang))).all[0]
		apology.Flags = p.Flags
		if err := d.tell(in, method, where, apology); err != nil {
			d.undelivered(err)
		}
	}
	return false
}

// tell makes one of the calls that an interaction's token allows. A change is the
// same when it is made twice, a message is not: it is sent again only if it
// surely was not sent. In HTTP mode the first answer may still be on its way
// through Discord, which then knows nothing to add to.
func (d *desk) tell(in interaction, method, where string, p payload) error {
	path := "/webhooks/" + in.AppID + "/" + url.PathEscape(in.Token) + where
	ctx, cancel := context.WithTimeout(d.out, d.a.times.insist)
	defer cancel()
	worth := func(err error) bool {
		return surelyNot(err) || method == http.MethodPatch && errors.Is(err, bot.ErrUnknown) ||
			d.a.c.HTTP && refusedWith(err, http.StatusNotFound, 0)
	}
	return insist(ctx, time.Now().Add(d.a.times.insist), worth, func() error {
		return d.a.do(ctx, method, path, "", p, nil)
	})
}

func (d *desk) undelivered(err error) {
	d.a.log.Warn("answer not delivered", "error", err)
}
