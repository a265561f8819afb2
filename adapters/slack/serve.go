package slack

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
	"circlekeeper/bot/intake"
	"circlekeeper/bot/words"
)

// Limits of serving.
const (
	maxInFlight = 256
	maxUrgent   = 64                      // more slots, only for help in a crisis
	tellTime    = 15 * time.Second        // for showing an answer, in whatever way
	ackTime     = 1500 * time.Millisecond // how long an acknowledgement over HTTP, or of a form, waits for the answer; Slack allows 3 s
	oldest      = 10 * time.Minute        // age of a message that is answered: Slack delivers some hours late, when nobody waits any more
	steady      = 30 * time.Second        // a connection that lasted so long was a good one
	longest     = time.Minute             // pause between two attempts to connect
)

// serving is one run of Serve.
type serving struct {
	*Adapter
	h     bot.Handler
	table []bot.Command // the core's commands
	stop  context.CancelCauseFunc
	shown bot.Gallery[[]messagePart] // by language, because controls carry it

	people people
}

func newServing(a *Adapter, h bot.Handler, stop context.CancelCauseFunc) *serving {
	s := &serving{Adapter: a, h: h, table: h.Commands(), stop: stop}
	s.people = people{a, s.logOrStop}
	return s
}

// Serve answers people over Socket Mode or by ServeHTTP, as bot.Adapter says. It opens
// connections at most ten times a minute, whatever Slack does, and replaces one that Slack
// wants to end before it ends. It returns an error that wraps ErrRefused if a token is revoked,
// or if a right is missing without which there is no connection.
func (a *Adapter) Serve(ctx context.Context, h bot.Handler) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	s := newServing(a, h, stop)
	var parts sync.WaitGroup
	a.desk.Open(h)
	parts.Go(func() {
		<-ctx.Done()
		a.desk.Close()
	})
	changed := h.Changed() // taken before the first Home is opened, so that no change is missed
	parts.Go(func() { s.keepHomes(ctx, changed) })
	if s.c.Secret != "" {
		parts.Go(func() { stop(s.serveHTTP(ctx)) })
	} else {
		to := sockets{a, func(q request, a *ack) error { return s.take(q, a, (*intake.Visit).Go) }}
		for range s.c.Connections {
			parts.Go(func() { stop(to.connect(ctx, &parts)) })
		}
	}
	parts.Wait()
	if cause := context.Cause(ctx); errors.Is(cause, ErrRefused) {
		return cause
	}
	return nil
}

// backoff is how long to wait after so many failures in a row.
func backoff(failures int) time.Duration {
	if failures == 0 {
		return 0
	}
	d := min(time.Second<<min(failures-1, 10), longest)
	return d/2 + rand.N(d/2)
}

// ack acknowledges one request, once.
type ack struct {
	send func(payload []byte, more bool) error // a nil payload only acknowledges
	room int                                   // bytes that a payload may have; 0 if none is accepted
	wait time.Duration                         // how long it may wait for a command's answer
	sure func() bool                           // tells whether Slack will receive it, as far as is known; nil means yes

	once sync.Once
}

// give acknowledges with a payload, which may be nil. more means that work on the request goes
// on. A second call does nothing.
func (a *ack) give(payload []byte, more bool) error {
	err := errAcknowledged
	a.once.Do(func() { err = a.send(payload, more) })
	return err
}

var errAcknowledged = errors.New("acknowledged before")

// with acknowledges with a value as JSON, if that is possible and small enough. It tells
// whether Slack may have received it.
func (a *ack) with(value any, more bool) bool {
	b, err := json.Marshal(value)
	return err == nil && len(b) <= a.room && a.give(b, more) == nil
}

// take admits a request. It always acknowledges it, unless it returns intake.ErrClosed or
// errEarly. start begins the work that the acknowledgement waits for: here, or in a goroutine
// of its own.
func (s *serving) take(q request, a *ack, start func(v *intake.Visit, work func())) error {
	q.lang = s.speaks(q.lang)
	if q.kind == slash {
		s.name.learn(q.command)
		typed := intake.Read(s.table, unmark(q.text))
		q.call, q.misnamed, q.lang = typed.Call, typed.Misnamed, typed.Lang
	}
	urgent := q.call.Command == bot.Crisis && (q.kind == slash || q.kind == control)
	if q.once && q.early && !urgent { // help in a crisis changes nothing, so it may be answered twice
		return errEarly
	}
	late := !q.written.IsZero() && s.now().Sub(q.written) > oldest
	if q.kind == nothing || late {
		_ = a.give(nil, false) // the sender may be gone
		return nil
	}
	v, err := s.desk.Admit(urgent, q.ids...)
	switch {
	case errors.Is(err, intake.ErrAgain):
		_ = a.give(nil, false)
		return nil
	case errors.Is(err, intake.ErrBusy):
		if busy := s.busy(q); busy == nil || !a.with(busy, false) {
			_ = a.give(nil, false)
		}
		return nil
	case err != nil:
		return err
	}
	if q.kind != slash && q.kind != submission && q.kind != suggestion { // Slack takes no answer with the acknowledgement
		start = (*intake.Visit).Go
	}
	start(v, func() {
		defer func() { _ = a.give(nil, false) }() // acknowledges whatever happened
		s.work(v, q, a)
	})
	return nil
}

// errEarly refuses a request that an earlier process may have handled.
var errEarly = errors.New("signed before this process began")

// work answers one request.
func (s *serving) work(v *intake.Visit, q request, a *ack) {
	switch q.kind {
	case slash:
		s.asked(v, q, intake.Question{
			Quick:   a.wait,
			Promise: func() bool { return a.give(nil, true) == nil || q.responseURL != "" },
		}, func(q request, answer bot.Answer, promised bool) { s.answerCommand(v, q, answer, a, promised) })
		return
	case submission:
		s.submitted(v, q, a)
		return
	case suggestion:
		s.suggest(v, q, a)
		return
	}
	_ = a.give(nil, false) // the acknowledgement cannot carry this answer
	ctx, cancel := context.WithTimeout(v.Out(), tellTime)
	defer cancel()
	switch q.kind {
	case opened:
		if err := s.showHome(ctx, q); err != nil {
			s.logOrStop("Home could not be shown", err)
		}
	case uninstalled:
		s.confirmUninstalled(ctx)
	default:
		if q.home {
			s.homes.on(q.user, func(o *home) { o.used = s.now() })
		}
		s.asked(v, q, intake.Question{}, func(q request, answer bot.Answer, _ bool) { s.answer(v, q, answer) })
	}
}

// asked asks the core, and shows the answer in the answer's language.
func (s *serving) asked(v *intake.Visit, q request, how intake.Question, show func(q request, answer bot.Answer, promised bool)) {
	var lang atomic.Value
	lang.Store(q.lang)
	how.Ask = func(ctx context.Context) bot.Answer {
		return s.name.answer(s.handle(ctx, q, func(l string) { lang.Store(l) }))
	}
	how.Sorry = func() bot.Answer { return s.name.answer(words.Notice(s.in(q.lang).Sorry())) }
	how.Show = func(answer bot.Answer, promised bool) {
		q := q
		q.lang, _ = lang.Load().(string)
		show(q, answer, promised)
	}
	v.Answer(how)
}

// busy is the payload of the acknowledgement if there are too many requests; nil if there is none
// to give. For a form it is an error at one of the fields, so that nothing looks saved and nothing
// is lost.
func (s *serving) busy(q request) any {
	w := s.in(q.lang)
	switch q.kind {
	case slash:
		return map[string]string{"response_type": "ephemeral", "text": w.Busy()}
	case submission:
		unsaved := w.T("Many people are asking right now: nothing was saved. Please press the button again in a moment. In a crisis, call %s.", w.Numbers())
		for _, name := range slices.Sorted(maps.Keys(q.screen)) {
			return slack.NewErrorsViewSubmissionResponse(map[string]string{q.screen[name]: unsaved})
		}
		return instead(words.Notice(words.Join(unsaved)), q, w)
	}
	return nil
}

// request is the question to the core, with the rights and the language of whoever asks. For
// /crisis these are not looked up: a crisis must not wait until Slack says who asks.
func (s *serving) request(ctx context.Context, q request) bot.Request {
	r := bot.Request{Platform: bot.Slack, Place: bot.Place{Platform: bot.Slack}}
	if q.call.Command != bot.Crisis {
		var err error
		r, err = s.people.reader(ctx, q)
		s.people.doubt(err)
	}
	r.Call, r.Submit, r.Misnamed, r.Lang = q.call, q.kind == submission, q.misnamed, intake.Answered(q.lang, r.Lang)
	r.Preview = true // a form can always be shown again in its own place
	if !q.direct() {
		r.Place.Channel = q.channel
	}
	return r
}

// handle asks the core. Before that, it calls speaks with the language of the answer.
func (s *serving) handle(ctx context.Context, q request, speaks func(lang string)) bot.Answer {
	if q.stale {
		return words.Notice(s.in(q.lang).OutOfDate())
	}
	r := s.request(ctx, q)
	lang := s.speaks(r.Lang)
	speaks(lang)
	answer := s.h.Handle(ctx, r)
	if q.kind == shortcut && answer.Form == nil {
		if f, ok := s.asking(r, lang); ok {
			answer = bot.Answer{Form: f}
		}
	}
	return answer
}

// speaks returns the language for a reader's locale; empty for English or if it is unknown.
func (s *serving) speaks(locale string) string {
	if lang := s.c.Books.Lang(locale); lang != words.English {
		return lang
	}
	return ""
}

// in returns the Reader of a language, for the adapter's own few texts.
func (a *Adapter) in(lang string) *words.Reader { return a.c.Books.Reader(lang) }

// confirmUninstalled ends Serve if Slack confirms that the app was removed. The event alone is
// not enough: the app may have been installed again.
func (s *serving) confirmUninstalled(ctx context.Context) {
	for failures := range 4 {
		if !s.sleep(ctx, backoff(failures)) {
			return
		}
		if _, err := s.whoami(ctx, true); err != nil {
			s.logOrStop("the app was removed from the workspace or its token revoked", err)
			if errors.Is(err, ErrRefused) {
				return
			}
			continue
		}
		return
	}
}

// logOrStop logs a failed request to Slack, and ends Serve if no request can succeed any more.
func (s *serving) logOrStop(message string, err error) {
	s.c.Log.Warn(message, slog.Any("error", err))
	if ends(err) {
		s.stop(err)
	}
}
