package playground

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"circlekeeper/bot"
)

// moderator is who the switch "You are: moderator" makes of a visitor. Only
// this machine can reach the page.
const moderator = "playground:moderator"

// ask answers what was typed, pressed or filled in. The answer goes into this
// response and nowhere else.
func (a *Adapter) ask(w http.ResponseWriter, r *http.Request) {
	s, leave, ok := a.enter()
	if !ok {
		http.Error(w, sorryAway, http.StatusServiceUnavailable)
		return
	}
	defer leave()
	if !a.accept(w, r) {
		return
	}
	req, echo, ok := a.request(s.handler, r)
	name := r.PostForm.Get("request")
	if !ok || name == "" || len(name) > 64 {
		http.Error(w, sorryUnclear, http.StatusBadRequest)
		return
	}
	select {
	case a.asking <- struct{}{}:
		defer func() { <-a.asking }()
	default:
		http.Error(w, sorryBusy, http.StatusServiceUnavailable)
		return
	}
	if !a.asked.add(name) {
		http.Error(w, sorryTwice, http.StatusConflict)
		return
	}
	// The page hears at once that the question arrived, however slow the answer.
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusOK)
	_ = http.NewResponseController(w).Flush()

	// A page that is closed does not tear a change in half.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), askTimeout)
	defer cancel()
	defer func() { // net/http would log what was asked along with the panic
		if recover() != nil {
			a.log.Error("answering failed")
		}
	}()
	answer := s.handler.Handle(ctx, req)
	html, err := a.draw(view{Message: answer.Message, Form: answer.Form, Update: answer.Update, Private: true, Asked: echo, At: a.now()})
	if err != nil {
		a.log.Error("answer cannot be drawn")
		return
	}
	_, _ = w.Write([]byte(html)) // a page that went away needs no answer
}

// suggestions answers what could follow the text being typed.
func (a *Adapter) suggestions(w http.ResponseWriter, r *http.Request) {
	s, leave, ok := a.enter()
	if !ok {
		http.Error(w, sorryAway, http.StatusServiceUnavailable)
		return
	}
	defer leave()
	if !a.accept(w, r) {
		return
	}
	req, _, ok := a.request(s.handler, r)
	if !ok {
		http.Error(w, sorryUnclear, http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), writeTimeout)
	defer cancel()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(suggest(ctx, s.handler, req, r.PostForm.Get("text")))
}

// accept reads a form that our own page sent; otherwise it has answered.
func (a *Adapter) accept(w http.ResponseWriter, r *http.Request) bool {
	if err := r.ParseForm(); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			http.Error(w, sorryLong, http.StatusRequestEntityTooLarge)
		} else {
			http.Error(w, sorryUnclear, http.StatusBadRequest)
		}
		return false
	}
	if !a.ours(r.PostForm.Get("token")) {
		http.Error(w, sorryStale, http.StatusForbidden)
		return false
	}
	if utf8.RuneCountInString(r.PostForm.Get("text")) > maxTyped {
		http.Error(w, sorryLong, http.StatusRequestEntityTooLarge)
		return false
	}
	return true
}

// request makes of a form what the core is asked, and the line the page shows
// above the answer. Form fields are named "field.NAME".
func (a *Adapter) request(h bot.Handler, r *http.Request) (req bot.Request, echo string, ok bool) {
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
	default:
		return req, "", false
	}
	if !f.Has("call") {
		text := f.Get("text")
		req.Call = read(h.Commands(), text).call()
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
			if req.Args == nil {
				req.Args = map[string]string{}
			}
			req.Args[arg] = values[0]
		}
	}
	return req, "", true
}

// language is the reader's first language.
func language(accept string) string {
	first, _, _ := strings.Cut(accept, ",")
	first, _, _ = strings.Cut(first, ";")
	if first = strings.TrimSpace(first); first == "*" || len(first) > 35 {
		return ""
	}
	return first
}
