package playground

import (
	"context"
	"html/template"
	"net/http"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
)

// homeTab is the tab that an app has in Slack.
type homeTab struct{ page *Adapter }

// show answers with the tab as Slack shows it to a member or a moderator.
func (h homeTab) show(w http.ResponseWriter, r *http.Request) {
	a := h.page
	if !a.accept(w, r) {
		return
	}
	req, _, ok := a.request(r)
	if !ok || a.home == nil {
		a.refuse(w, r, http.StatusBadRequest, refusedUnclear)
		return
	}
	v, ok := a.admit(w, r, intake.Arrival{})
	if !ok {
		return
	}
	v.Run(func() {
		boards, ok := v.Handler().(bot.Boarder)
		if !ok {
			a.refuse(w, r, http.StatusNotFound, refusedUnclear)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), askTimeout)
		defer cancel()
		m := &markup{w: a.books.Reader(req.Lang, bot.Playground)}
		payload, err := a.home(m.w, r.PostForm.Get("at"), func(page int) bot.Board { return boards.Board(ctx, req, page) })
		if err == nil {
			err = paintSlack(m, payload)
		}
		if err != nil {
			a.log.Error("Home cannot be drawn")
			a.refuse(w, r, http.StatusInternalServerError, refusedAway)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = a.page.ExecuteTemplate(w, "home.html", map[string]any{"W": m.w, "Body": template.HTML(m.b.String()), "Payload": indent(payload)}) //nolint:gosec // markup escapes
	})
}
