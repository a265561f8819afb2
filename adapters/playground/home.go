package playground

import (
	"context"
	"html/template"
	"net/http"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// named writes the page's channels and role by the names that people read. It does not change
// m.
func named(a *Adapter, w *words.Reader, m bot.Message) bot.Message {
	m.Blocks = content.EachSpan(m.Blocks, func(s content.Span) content.Span {
		if s.Fact == Facilitators() {
			return content.Span{Text: w.T("Facilitator")} // as in the page's choice of roles
		}
		if p, ok := s.Fact.(bot.Place); ok && p.Platform == bot.Playground && a.channel(p.Channel) != nil {
			return content.Span{Text: a.channel(p.Channel).Name}
		}
		return s
	})
	return m
}

// home answers with the tab that an app has in Slack, as Slack shows it to a member, a moderator or
// a facilitator.
func (a *Adapter) home(w http.ResponseWriter, r *http.Request) {
	req, _, ok := a.accept(w, r)
	if !ok {
		return
	}
	if a.c.Home == nil {
		a.refuse(w, r, http.StatusBadRequest, refusedUnclear)
		return
	}
	v, ok := a.admit(w, r, false)
	if !ok {
		return
	}
	v.Run(func() {
		ctx, cancel := context.WithTimeout(r.Context(), askTimeout)
		defer cancel()
		m := &markup{w: a.c.Books.Reader(req.Lang)}
		payload, err := a.c.Home(m.w, r.PostForm.Get("at"), func(page int) bot.Board {
			board := v.Handler().Board(ctx, req, page)
			for i, section := range board.Sections {
				board.Sections[i] = named(a, m.w, section)
			}
			return board
		})
		if err == nil {
			err = paintSlack(m, payload)
		}
		if err != nil {
			a.c.Log.Error("Home cannot be drawn")
			a.refuse(w, r, http.StatusInternalServerError, refusedAway)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = a.page.ExecuteTemplate(w, "home.html", map[string]any{"W": m.w, "Body": template.HTML(m.b.String()), "Payload": indent(payload)}) //nolint:gosec // markup escapes
	})
}
