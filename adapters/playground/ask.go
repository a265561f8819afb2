package playground

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
	"circlekeeper/bot/words"
)

// moderator is the visitor if the switch says "You are: moderator". Only this machine can reach
// the page.
const moderator = "playground:moderator"

// facilitator is the visitor if the switch says "You are: facilitator": a member of the channel
// that the sample group names for its facilitators.
const facilitator = "playground:facilitator"

// Facilitators is the role that such a visitor has.
func Facilitators() bot.Role { return bot.Role{Platform: bot.Playground, ID: "facilitators"} }

// ask answers what was typed, pressed or filled in, in this response only.
func (a *Adapter) ask(w http.ResponseWriter, r *http.Request) {
	req, echo, ok := a.accept(w, r)
	if !ok {
		return
	}
	name := r.PostForm.Get("request")
	if name == "" || len(name) > 64 {
		a.refuse(w, r, http.StatusBadRequest, refusedUnclear)
		return
	}
	v, ok := a.admit(w, r, req.Command == bot.Crisis, name)
	if !ok {
		return
	}
	say := a.c.Books.Reader(req.Lang)
	v.Run(func() {
		// Send the head at once: the page then knows that the question arrived, however slow
		// the answer is.
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusOK)
		_ = http.NewResponseController(w).Flush()
		v.Answer(intake.Question{
			Ask:   func(ctx context.Context) bot.Answer { return v.Handler().Handle(ctx, req) },
			Sorry: func() bot.Answer { return words.Notice(say.Sorry()) },
			Show: func(answer bot.Answer, _ bool) {
				html, err := a.draw(view{W: say, Message: answer.Message, Form: answer.Form, Update: answer.Update, Private: true, Asked: echo, At: a.c.Now()})
				if err != nil {
					a.c.Log.Error("answer cannot be drawn")
					return
				}
				_, _ = w.Write([]byte(html)) // the page may be gone
			},
		})
	})
}

// reader speaks the language of whoever made a request.
func (a *Adapter) reader(r *http.Request) *words.Reader {
	return a.c.Books.Reader(language(r.Header.Get("Accept-Language")))
}

// admit admits a request; if it does not, it has answered the request.
func (a *Adapter) admit(w http.ResponseWriter, r *http.Request, urgent bool, ids ...string) (*intake.Visit, bool) {
	v, err := a.desk.Admit(urgent, ids...)
	switch {
	case errors.Is(err, intake.ErrAgain):
		a.refuse(w, r, http.StatusConflict, refusedTwice)
	case errors.Is(err, intake.ErrBusy):
		a.refuse(w, r, http.StatusServiceUnavailable, refusedBusy)
	case err != nil:
		a.refuse(w, r, http.StatusServiceUnavailable, refusedAway)
	}
	return v, err == nil
}

// suggestions answers with what may follow the typed text.
func (a *Adapter) suggestions(w http.ResponseWriter, r *http.Request) {
	req, _, ok := a.accept(w, r)
	if !ok {
		return
	}
	v, ok := a.admit(w, r, false)
	if !ok {
		return
	}
	v.Run(func() {
		complete := func(arg string, req bot.Request) []bot.Choice {
			return v.Complete(writeTimeout, func(ctx context.Context) []bot.Choice { return v.Handler().Complete(ctx, req, arg) })
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(suggest(v.Handler().Commands(), complete, req, a.c.Books.Lang(req.Lang), r.PostForm.Get("text")))
	})
}

// accept reads a request from a form of our own page. If it is not one, accept has answered it.
func (a *Adapter) accept(w http.ResponseWriter, r *http.Request) (req bot.Request, echo string, ok bool) {
	var big *http.MaxBytesError
	switch err := r.ParseForm(); {
	case errors.As(err, &big):
		a.refuse(w, r, http.StatusRequestEntityTooLarge, refusedLong)
	case err != nil:
		a.refuse(w, r, http.StatusBadRequest, refusedUnclear)
	case subtle.ConstantTimeCompare([]byte(r.PostForm.Get("token")), []byte(a.token)) != 1:
		a.refuse(w, r, http.StatusForbidden, refusedStale)
	case utf8.RuneCountInString(r.PostForm.Get("text")) > intake.MaxTyped:
		a.refuse(w, r, http.StatusRequestEntityTooLarge, refusedLong)
	default:
		if req, echo, ok = a.request(r); !ok {
			a.refuse(w, r, http.StatusBadRequest, refusedUnclear)
		}
	}
	return req, echo, ok
}

// request turns a form into a question to the core, and the line that the page shows above the
// answer. Form fields are named "field.NAME".
func (a *Adapter) request(r *http.Request) (req bot.Request, echo string, ok bool) {
	f := r.PostForm
	c := a.channel(f.Get("channel"))
	if c == nil {
		return req, "", false
	}
	req.Platform = bot.Playground
	req.Place = bot.Place{Platform: bot.Playground, Channel: c.ID}
	req.Lang = language(r.Header.Get("Accept-Language"))
	switch f.Get("as") {
	case "member":
	case "moderator":
		req.Actor = bot.Actor{ID: moderator}
	case "facilitator":
		req.In = func(_ context.Context, role bot.Role) (by bot.Actor) {
			if role == Facilitators() {
				by = bot.Actor{ID: facilitator, Roles: []bot.Role{role}}
			}
			return by
		}
	default:
		return req, "", false
	}
	if !f.Has("call") {
		text := f.Get("text")
		typed := intake.Read(a.table(), text)
		req.Call, req.Misnamed = typed.Call, typed.Misnamed
		req.Lang = intake.Answered(typed.Lang, req.Lang)
		return req, strings.TrimSpace(text), true
	}
	call, err := bot.DecodeCall(f.Get("call"))
	if err != nil {
		return req, "", false
	}
	req.Call = call
	req.Submit = f.Get("submit") == "1"
	for name, values := range f {
		if arg, is := strings.CutPrefix(name, "field."); is && req.Submit {
			req.Call = req.With(arg, values[0])
		}
	}
	return req, "", true
}

// language is the reader's first language.
func language(accept string) string {
	first, _, _ := strings.Cut(accept, ",")
	first, _, _ = strings.Cut(first, ";")
	return intake.Locale(strings.TrimSpace(first))
}
