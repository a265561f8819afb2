package playground

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

//go:embed index.html message.html home.html app.css app.js clock.js icon.svg
var files embed.FS

func (a *Adapter) mux() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.index)
	for _, name := range []string{"app.css", "app.js", "clock.js", "icon.svg"} {
		mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, r *http.Request) {
			http.ServeFileFS(w, r, files, name)
		})
	}
	mux.HandleFunc("GET /events", a.events)
	mux.HandleFunc("POST /ask", a.ask)
	mux.HandleFunc("POST /suggest", a.suggestions)
	mux.HandleFunc("POST /home", a.home)
	return mux
}

// shortcut is a command button.
type shortcut struct {
	Text  string // what pressing it asks, or begins to type
	Label string
	Hint  string
	Fill  bool // a person must type more
	Staff bool
}

// index sends the page with the channel as it is now.
func (a *Adapter) index(w http.ResponseWriter, r *http.Request) {
	s, leave, ok := a.enter()
	if !ok {
		a.refuse(w, r, http.StatusServiceUnavailable, refusedAway)
		return
	}
	defer leave()
	c := a.channels[0]
	if id := r.FormValue("channel"); id != "" {
		if c = a.channel(id); c == nil {
			a.refuse(w, r, http.StatusNotFound, refusedChannel)
			return
		}
	}
	say := a.reader(r)
	posts, last := c.standing()
	history := make([]template.HTML, len(posts))
	for i, p := range posts {
		history[i] = template.HTML(p.html[say.Lang()]) //nolint:gosec // drawn by message.html, which escapes
	}
	var b bytes.Buffer
	err := a.page.ExecuteTemplate(&b, "index.html", map[string]any{
		"Channel": c.Channel, "Channels": a.channels,
		"Posts": history, "Last": a.eventID(last),
		"Token": a.token, "Next": template.HTML(a.coming(say, c)), "W": say, //nolint:gosec // markup escapes
		"RightToLeft": content.RightToLeft(say.Lang()),
		"Home":        a.c.Home != nil, "GroupAdd": words.Command("group add"), "ReminderAdd": words.Command("reminder add"),
		"Example": words.Command("strategies"), "InSlack": "/circle " + string(say.Command("strategies")),
		"Shortcuts": shortcuts(s.handler.Commands(), say.Lang()),
		"Looks":     a.c.Previews[bot.Discord] != nil && a.c.Previews[bot.Slack] != nil,
	})
	if err != nil {
		a.c.Log.Error("page cannot be drawn")
		a.refuse(w, r, http.StatusInternalServerError, refusedAway)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // the reader may be gone
}

// coming says when the next sample reminder comes to a channel, in HTML, or nothing.
func (a *Adapter) coming(w *words.Reader, c *channel) string {
	at := a.c.Next().Local()
	if at.IsZero() || c.Use != OfGroup {
		return ""
	}
	m := &markup{w: w}
	for _, s := range w.Say("The next sample reminder arrives at %s", w.Moment(at, time.Local)) {
		if _, ok := s.Fact.(content.Moment); !ok {
			m.text(s.Text)
			continue
		}
		m.time(at, "seconds", w.Calendar.ToTheSecond(at))
	}
	return m.b.String()
}

// shortcuts are the commands, as typed in the reader's language.
func shortcuts(table []bot.Command, lang string) []shortcut {
	out := make([]shortcut, 0, len(table))
	for _, c := range table {
		if c.Who == bot.Reviewers { // the playground has no reviewers
			continue
		}
		name := c.NameIn(lang)
		out = append(out, shortcut{
			Text: "/" + name + tail(c), Label: name, Hint: c.Summary.In(lang),
			Fill: tail(c) != "", Staff: c.Who == bot.Moderators,
		})
	}
	return out
}
