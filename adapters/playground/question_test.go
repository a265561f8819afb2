package playground

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"circlekeeper/adapters/adaptertest"
	"circlekeeper/bot"
	"circlekeeper/bot/intake"
	"circlekeeper/bot/words"
)

// question is one request of the page.
type question struct {
	h     *harness
	form  url.Values
	on    *shown
	acked chan struct{} // closed at the answer's headers
	done  chan struct{} // closed at its end
	code  int
	html  string
	err   error
}

func (q *question) request() *http.Request {
	r := q.h.page.post("/ask", q.form)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Accept-Language", "en")
	return r
}

func (q *question) run(r *http.Request) {
	defer close(q.done)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		q.err = err
		return
	}
	defer res.Body.Close()
	q.code = res.StatusCode
	if !strings.Contains(res.Header.Get("Content-Security-Policy"), "default-src 'self'") {
		q.h.complain("an answer without a policy")
	}
	close(q.acked)
	if q.h.leave.CompareAndSwap(true, false) {
		q.err = errors.New("the page went away")
		return
	}
	b, err := io.ReadAll(res.Body)
	q.html, q.err = string(b), err
}

func (q *question) Acked(ctx context.Context) error {
	select {
	case <-q.acked:
		return nil
	case <-q.done:
		return q.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (q *question) Seen(ctx context.Context) (adaptertest.Seen, error) {
	select {
	case <-q.done:
	case <-ctx.Done():
		return adaptertest.Seen{}, ctx.Err()
	}
	if q.err != nil {
		return adaptertest.Seen{}, q.err
	}
	if q.code != http.StatusOK {
		return adaptertest.Seen{}, fmt.Errorf("status %d: %s", q.code, q.html)
	}
	m, err := parse(q.html)
	if err != nil {
		return adaptertest.Seen{}, err
	}
	seen := adaptertest.Seen{
		Text: m.text, Labels: m.labels, Native: m,
		Updated: m.update && q.on != nil && q.on.private,
	}
	if m.form != nil {
		seen.Form = &adaptertest.Form{Title: m.form.title, Fields: m.form.fields}
	}
	posts, _, _ := q.h.page.Adapter.channels[0].after(0)
	seen.Public = !m.private || slices.ContainsFunc(posts, func(p post) bool { return strings.Contains(p.html[words.English], `id="`+m.id+`"`) })
	return seen, nil
}

func (q *question) Again(context.Context) error {
	q.h.page.do(q.request())
	return nil
}

// press makes f the request that presses a button, or sends the form.
func (m *shown) press(f url.Values, a adaptertest.Ask) error {
	if a.Fill == nil {
		if _, ok := m.calls[a.Label]; !ok {
			return fmt.Errorf("no button %q among %q", a.Label, m.labels)
		}
		f.Set("call", m.calls[a.Label])
		return nil
	}
	if m.form == nil {
		return errors.New("there is no form")
	}
	f.Set("call", m.form.call)
	f.Set("submit", "1")
	for name, value := range m.form.fields {
		f.Set("field."+name, value)
	}
	for name, value := range a.Fill {
		if _, ok := m.form.fields[name]; !ok {
			return fmt.Errorf("the form has no field %q", name)
		}
		f.Set("field."+name, value)
	}
	return nil
}

// line is how a person types a call.
func line(a *Adapter, c bot.Call) string {
	s := "/" + c.Command
	if c.Sub != "" {
		s += " " + c.Sub
	}
	args := intake.Read(a.table(), s).Args()
	for _, arg := range args {
		if v, ok := c.Args[arg.Name]; ok && len(args) == 1 {
			s += " " + v
		} else if ok {
			s += " " + arg.Name + "=" + intake.Quote(v)
		}
	}
	return s
}
