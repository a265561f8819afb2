package playground

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// beat is how often something is written to a quiet stream, to notice pages that are gone and
// to update the line about the next reminder.
const beat = 5 * time.Second

// events streams a channel's posts as server-sent events
// (https://html.spec.whatwg.org/multipage/server-sent-events.html). It begins after
// Last-Event-ID or, on a page's first visit, after the query's "after". A reader that does not
// accept an event within 5 s is disconnected; its browser connects again and continues there.
func (a *Adapter) events(w http.ResponseWriter, r *http.Request) {
	s, leave, ok := a.enter()
	if !ok {
		a.refuse(w, r, http.StatusServiceUnavailable, refusedAway)
		return
	}
	defer leave()
	c := a.channel(r.FormValue("channel"))
	if c == nil {
		a.refuse(w, r, http.StatusNotFound, refusedUnclear)
		return
	}
	select {
	case a.streams <- struct{}{}:
		defer func() { <-a.streams }()
	default:
		a.refuse(w, r, http.StatusServiceUnavailable, refusedBusy)
		return
	}

	w.Header().Set("Content-Type", "text/event-stream")
	say := a.reader(r)
	out := stream{w: w, rc: http.NewResponseController(w)}
	_ = out.rc.SetReadDeadline(time.Time{})
	out.write("retry: 1000\n\n")

	seq, known := a.sequence(cmp.Or(r.Header.Get("Last-Event-ID"), r.FormValue("after")))
	if !known {
		out.event("", "restart", say.T(string(refusedStale)))
	}
	tick := time.NewTicker(beat)
	defer tick.Stop()
	told := ""
	for out.err == nil {
		posts, last, changed := c.after(seq)
		for _, p := range posts {
			name, data := "post", p.html[say.Lang()]
			switch {
			case p.gone():
				name, data = "gone", p.element
			case p.changed > p.seq:
				name = "change"
			}
			out.event(a.eventID(p.changed), name, data)
		}
		seq = last
		if next := a.coming(say, c); next != told {
			out.event("", "next", next)
			told = next
		}
		out.flush()
		select {
		case <-changed:
		case <-tick.C:
			out.write(": beat\n\n")
		case <-r.Context().Done():
			return
		case <-s.done:
			return
		}
	}
}

func (a *Adapter) eventID(seq int) string { return a.boot + "-" + strconv.Itoa(seq) }

// sequence reads an event ID; false if another process made it.
func (a *Adapter) sequence(id string) (int, bool) {
	boot, n, _ := strings.Cut(id, "-")
	seq, err := strconv.Atoi(n)
	if err != nil || boot != a.boot {
		return 0, id == ""
	}
	return seq, true
}

// stream writes events and remembers the first failure.
type stream struct {
	w   http.ResponseWriter
	rc  *http.ResponseController
	err error
}

func (s *stream) write(text string) {
	if s.err != nil {
		return
	}
	_ = s.rc.SetWriteDeadline(time.Now().Add(writeTimeout))
	_, s.err = fmt.Fprint(s.w, text)
}

// event writes one event; its data is a JSON string, which has no line breaks.
func (s *stream) event(id, name, data string) {
	text, _ := json.Marshal(data) // never fails for a string
	if id != "" {
		s.write("id: " + id + "\n")
	}
	s.write("event: " + name + "\ndata: " + string(text) + "\n\n")
}

func (s *stream) flush() {
	if s.err == nil {
		s.err = s.rc.Flush()
	}
}
