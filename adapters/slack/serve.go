package slack

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"circlekeeper/bot"
)

// Bounds of serving.
const (
	maxInFlight = 256
	maxUrgent   = 64                      // more, for help in a crisis alone
	workTime    = 15 * time.Second        // for one request, from its arrival to its answer
	ackTime     = 1500 * time.Millisecond // how long a modal waits for its answer; Slack allows 3 s
	steady      = 30 * time.Second        // a connection that stood this long was a good one
	longest     = time.Minute             // between two attempts to connect
)

// serving is one run of Serve.
type serving struct {
	*Adapter
	h     bot.Handler
	stop  context.CancelCauseFunc
	slots chan struct{}
	spare chan struct{}   // for help in a crisis
	langs map[string]bool // that the core speaks beside English
	shown gallery
	work  sync.WaitGroup // requests that came over HTTP
}

// Serve answers people over Socket Mode or by ServeHTTP, as bot.Adapter says.
// Connections are opened at most ten times a minute, whatever Slack does; one
// that Slack wants to end is replaced before it does. It returns an error
// wrapping ErrRefused when a token is revoked, or a right without which there is no
// connection is missing.
func (a *Adapter) Serve(ctx context.Context, h bot.Handler) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	h = a.name.called(h)
	s := &serving{Adapter: a, h: h, stop: stop, langs: languages(h.Commands()), slots: make(chan struct{}, maxInFlight), spare: make(chan struct{}, maxUrgent)}
	var parts sync.WaitGroup
	if b, ok := h.(bot.Boarder); ok {
		changed := b.Changed() // before the first Home is opened, so that no change is lost
		parts.Go(func() { s.keepHomes(ctx, b, changed) })
	}
	if s.secret != "" {
		parts.Go(func() { stop(s.attend(ctx)) })
	} else {
		for range s.want {
			parts.Go(func() { stop(s.connect(ctx, &parts)) })
		}
	}
	parts.Wait()
	if cause := context.Cause(ctx); errors.Is(cause, ErrRefused) {
		return cause
	}
	return nil
}

// connect keeps a connection open until ctx ends or Slack refuses for good.
func (s *serving) connect(ctx context.Context, lines *sync.WaitGroup) error {
	for failures := 0; ; {
		if !s.sleep(ctx, backoff(failures)) {
			return nil
		}
		for d := s.opens.wait(s.now()); d > 0; d = s.opens.wait(s.now()) {
			if !s.sleep(ctx, d) {
				return nil
			}
		}
		began := s.now()
		l, err := s.open(ctx)
		if err != nil {
			if ctx.Err() != nil || errors.Is(err, ErrRefused) {
				return err // where ctx has ended, Serve asks no further why
			}
			failures++
			s.log.Warn("no connection to Slack", "error", err, "attempt", failures)
			var limited *bot.RateLimited
			if errors.As(err, &limited) && !s.sleep(ctx, limited.After) {
				return nil
			}
			continue
		}
		s.log.Info("connected to Slack")
		lines.Go(func() { s.read(ctx, l) })
		select {
		case <-ctx.Done():
			return nil
		case <-l.leaving:
		}
		if err := answeredCode(l.reason); errors.Is(err, ErrRefused) {
			return err
		}
		failures++
		if s.now().Sub(began) >= steady {
			failures = 0
		}
		s.log.Info("connection to Slack ends", "reason", l.reason)
	}
}

// backoff is how long to wait after so many failures in a row.
func backoff(failures int) time.Duration {
	if failures == 0 {
		return 0
	}
	d := min(time.Second<<min(failures-1, 10), longest)
	return d/2 + rand.N(d/2)
}

// take handles one request: it acknowledges and lets the work begin, which work
// counts. ack has told Slack when it returns.
func (s *serving) take(ctx context.Context, q ask, ack func(payload any), work *sync.WaitGroup) {
	q.lang = s.speaks(q.lang)
	fresh := true
	for _, id := range q.ids {
		if id != "" && !s.seen.first(id, s.now()) {
			fresh = false
		}
	}
	if q.kind == nothing || !fresh {
		ack(nil)
		return
	}
	slot := s.slot(q)
	if slot == nil {
		s.log.Warn("too many requests at once")
		ack(s.busy(q))
		return
	}
	if q.kind != submission && q.kind != suggestion {
		ack(nil)
	}
	// What was asked before ctx ended is still answered.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), workTime)
	work.Go(func() {
		defer func() { <-slot }()
		defer cancel()
		defer s.survive()
		switch q.kind {
		case submission:
			s.submitted(ctx, q, ack, work)
		case suggestion:
			s.suggest(ctx, q, ack)
		case opened:
			if err := s.showHome(ctx, q, ""); err != nil {
				s.trouble("Home could not be shown", err)
			}
		case thrownOut:
			s.expelled(ctx)
		default:
			if q.home {
				s.homes.use(q.user, s.now())
			}
			a, lang := s.handle(ctx, q)
			q.lang = lang
			s.answer(ctx, q, a)
		}
	})
}

// slot takes a place among the requests in flight; nil if there is none.
func (s *serving) slot(q ask) chan struct{} {
	select {
	case s.slots <- struct{}{}:
		return s.slots
	default:
	}
	command, _ := next(fold(q.text))
	if q.call.Command != crisis && (q.kind != slash || command != crisis) {
		return nil
	}
	select {
	case s.spare <- struct{}{}:
		return s.spare
	default:
		return nil
	}
}

// busy is what the acknowledgement says where there is no place. Of a form it says
// so beside one of its fields, so that nothing looks saved and nothing is lost.
func (s *serving) busy(q ask) any {
	switch q.kind {
	case slash:
		_, lang := typed(q.text, s.h.Commands())
		return map[string]string{"response_type": "ephemeral", "text": in(lang).busy}
	case submission:
		for _, name := range slices.Sorted(maps.Keys(q.screen)) {
			return slack.NewErrorsViewSubmissionResponse(map[string]string{q.screen[name]: in(q.lang).unsaved})
		}
		v := sheet(notice(in(q.lang).unsaved).Message, q)
		return slack.NewUpdateViewSubmissionResponse(&v)
	}
	return nil
}

// handle asks the core. Whatever goes wrong, there is an answer. lang is the
// language that it is in, as ask has it.
func (s *serving) handle(ctx context.Context, q ask) (answer bot.Answer, lang string) {
	lang = q.lang
	r := bot.Request{Call: q.call, Platform: bot.Slack, Place: bot.Place{Platform: bot.Slack}, Submit: q.kind == submission}
	r.Preview = true // a form can always be shown again in its own place
	if q.kind == slash {
		s.name.learn(q.command)
		r.Call, lang = typed(q.text, s.h.Commands())
	}
	answer = notice(s.name.in(in(lang).sorry))
	defer s.survive()
	if q.stale {
		return notice(s.name.in(in(lang).outdated)), lang
	}
	if !q.direct {
		r.Place.Channel = q.channel
	}
	r.Lang = lang
	if r.Command != crisis {
		who, err := s.reader(ctx, q)
		s.doubt(err)
		r.Actor, r.Zone = who.actor, who.zone
		if lang == "" { // what somebody typed says more of what they want to read
			r.Lang, lang = who.lang, s.speaks(who.lang)
		}
	}
	answer = s.h.Handle(ctx, r)
	if q.kind == shortcut && answer.Form == nil {
		if f, ok := s.asking(r, lang); ok {
			answer = bot.Answer{Form: f}
		}
	}
	return answer, lang
}

// speaks gives the language of a locale as the table names it, where the core
// speaks it; empty for English and where it is not known.
func (s *serving) speaks(locale string) string {
	base, _, _ := strings.Cut(strings.ToLower(locale), "-")
	if s.langs[base] {
		return base
	}
	return ""
}

// survive keeps one request's fault from ending the program. What was thrown is
// not logged: it may hold what a person typed.
func (s *serving) survive() {
	if recover() != nil {
		s.log.Error("fault while answering", "stack", string(debug.Stack()))
	}
}

// crisis is answered without asking Slack who asks: nothing may delay it.
const crisis = "crisis"

// expelled ends Serve once Slack confirms that the app was thrown out. It is
// not told for sure: an app that was installed anew goes on.
func (s *serving) expelled(ctx context.Context) {
	for failures := range 4 {
		if !s.sleep(ctx, backoff(failures)) {
			return
		}
		if _, err := s.whoami(ctx, true); err != nil {
			s.trouble("the app was removed from the workspace or its token revoked", err)
			if errors.Is(err, ErrRefused) {
				return
			}
			continue
		}
		return
	}
}

// trouble logs a failed request to Slack, and ends Serve if nothing works any more.
func (s *serving) trouble(message string, err error) {
	s.log.Warn(message, slog.Any("error", err))
	if ends(err) {
		s.stop(err)
	}
}
