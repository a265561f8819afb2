package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"circlekeeper/adapters/database"
	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// startEvery is how often a program that cannot start tries again.
const startEvery = 5 * time.Second

// unusable is the error of cards or sentences of the clinic's that cannot be used.
type unusable struct{ error }

func (u unusable) Unwrap() error { return u.error }

// start reads the cards and opens the database, so that the program can serve. A server that is
// away is no error: see beginSoon.
func (p program) start(ctx context.Context, c *Config) (*opened, error) {
	staff, digest, err := c.told()
	if err != nil {
		return nil, err
	}
	o, err := p.prepare(ctx, c, staff, digest)
	if err != nil {
		return nil, err
	}
	if o.db.IsNew() {
		o.log.Info("there was no database: a new one was made", "database", o.db.Place())
	}
	if err := o.beginSoon(ctx); err != nil {
		o.close()
		return nil, err
	}
	return o, nil
}

// waitsFor tells whether the program answers what it can, and tries again, after an error of
// start's: the clinic's cards or its SQLite file cannot be used until somebody mends them.
func (c *Config) waitsFor(err error) bool {
	return errors.As(err, new(unusable)) || c.onFile() && database.Ails(err)
}

// stopgap is the program while it cannot start. Help in a crisis must not wait for that. It also
// answers the cards, but it posts no reminder and saves nothing. On PostgreSQL it stands by while
// another process serves.
type stopgap struct {
	watcher
	told   map[string]bool // the notices that staff got, each once
	served atomic.Bool     // another process serves
	heard  time.Time       // when PostgreSQL last told so, or that none does
}

// meanwhile answers what needs neither the clinic's cards nor the database until the program can
// start, and returns what start returns then. Both are nil if ctx ends before. why is why the
// program cannot start.
func (p program) meanwhile(ctx context.Context, c *Config, door *port, why error) (*opened, error) {
	o, err := p.bare(c)
	if err != nil {
		return nil, why
	}
	adapters, err := c.adapters(o.books, o.log)
	if err != nil || len(adapters) == 0 {
		return nil, why
	}
	s := &stopgap{watcher: watcher{o, adapters, silent{}}, told: make(map[string]bool)}
	release, err := s.claim(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	listener, err := door.listen(c.ListenAddr, o.log)
	if err != nil {
		return nil, err
	}
	t := newTeam(ctx)
	t.run(func(ctx context.Context) error { return serveOn(ctx, listener, s.routes(), writeTimeout) })
	t.run(s.answer)
	var started *opened
	t.run(func(ctx context.Context) (err error) {
		if started, err = s.retry(ctx, why); err == nil {
			t.cancel(nil)
		}
		return err
	})
	err = t.join()
	if err != nil && started != nil {
		started.close()
		started = nil
	}
	return started, err
}

// claim makes sure that no other process answers beside this one: by the lock of a SQLite file, or by
// asking PostgreSQL again and again, for which it prepares the connection.
func (s *stopgap) claim(ctx context.Context) (release func(), err error) {
	if s.config.onFile() {
		release, err = database.HoldFile(s.config.DatabaseURL)
		if errors.Is(err, database.ErrHeld) {
			return nil, errServed
		}
		if release == nil { // there is no place for a lock, such as on a disk that is not there
			release = func() {}
		}
		return release, nil
	}
	if s.db, err = database.Prepare(ctx, s.config.DatabaseURL, s.now, s.log); err != nil {
		return nil, err
	}
	if err := s.look(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s.close, nil
}

// look asks PostgreSQL whether another process serves. One that did most likely still does for as long
// as whoever stands by waits in an outage. It fails if the server refuses this process.
func (s *stopgap) look(ctx context.Context) error {
	served, err := database.Served(ctx, s.db)
	switch {
	case err == nil:
		s.heard = s.now()
	case !database.Waits(err) && ctx.Err() == nil:
		return err
	case s.now().Sub(s.heard) < assumeLater:
		served = s.served.Load()
	}
	if s.served.Swap(served) != served {
		s.log.Info("whether another process serves has changed", "another", served)
	}
	return nil
}

// answer answers on all platforms until ctx ends, but over a connection of its own only while no
// other process serves: both would get requests.
func (s *stopgap) answer(ctx context.Context) error {
	for {
		some := slices.DeleteFunc(slices.Clone(s.adapters), func(a bot.Adapter) bool {
			return s.served.Load() && s.way(a.Platform()) != "http"
		})
		t := newTeam(ctx)
		var left atomic.Int32
		left.Store(int32(len(some)))
		for _, a := range some {
			t.run(func(ctx context.Context) error { return s.keep(ctx, a, &left, s.to) })
		}
		if s.db != nil {
			t.run(func(ctx context.Context) error {
				err := s.change(ctx)
				if err == nil {
					t.cancel(nil)
				}
				return err
			})
		}
		if err := t.join(); err != nil || ctx.Err() != nil {
			return err
		}
	}
}

// change waits until another process begins or ends to serve, or ctx ends.
func (s *stopgap) change(ctx context.Context) error {
	tick := time.NewTicker(takeOverEvery)
	defer tick.Stop()
	for was := s.served.Load(); s.served.Load() == was; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if err := s.look(ctx); err != nil {
			return err
		}
	}
	return nil
}

// bare is the program without a database. Where the clinic's cards or sentences cannot be used, it has
// those built in; the clinic's crisis lines stay.
func (p program) bare(c *Config) (*opened, error) {
	staff, _, err := c.told()
	if err != nil {
		return nil, err
	}
	o := &opened{program: p, config: c, log: c.logger(p), staff: staff}
	if o.books, err = c.books(); err != nil {
		o.books, err = words.Open(words.Options{Locale: c.Locale})
	}
	if err != nil {
		return nil, err
	}
	if o.library, err = c.library(); err != nil {
		built := content.Options{Set: c.options(), DirName: c.ContentDir, LinesOnly: true, Langs: o.books.Langs(), Voice: o.books.Voice()}
		if built.Dir, err = c.contentDir(); err != nil {
			built.Dir = nil // the folder is gone
		}
		o.library, err = content.Load(built)
	}
	if err != nil {
		return nil, err
	}
	o.bot, err = chat.New(chat.Config{Library: o.library, Books: o.books, Log: o.log, Now: o.now, Options: c.options()})
	return o, err
}

// retry tries to start until that succeeds, cannot succeed, or ctx ends. It tells staff what is
// wrong, and when it is over.
func (s *stopgap) retry(ctx context.Context, why error) (*opened, error) {
	tick := time.NewTicker(startEvery)
	defer tick.Stop()
	logged := ""
	for {
		text := s.notice(why)
		if text != logged {
			s.log.Error("the program cannot start in full and is tried again; help in a crisis is answered", "error", why)
			logged = text
		}
		s.tell(ctx, text)
		select {
		case <-ctx.Done():
			return nil, nil //nolint:nilnil // see meanwhile
		case <-tick.C:
		}
		o, err := s.start(ctx, s.config)
		switch {
		case err == nil:
			s.log.Info("the program starts in full now")
			if len(s.told) > 0 {
				s.tell(ctx, s.books.Clinic().T("Resolved: the bot has started in full."))
			}
			return o, nil
		case ctx.Err() != nil:
			return nil, nil //nolint:nilnil // see meanwhile
		case !s.config.waitsFor(err):
			return nil, err
		}
		why = err
	}
}

// tell posts a notice to staff, unless they got it before: what is wrong may come and go. One that could
// not be posted is tried again by the next round.
func (s *stopgap) tell(ctx context.Context, text string) {
	if s.told[text] {
		return
	}
	if err := s.sayToStaff(ctx, text); err != nil {
		s.log.Error("staff could not be told why the program cannot start in full", "error", err)
		return
	}
	s.told[text] = true
}

// notice says what keeps the program from starting, and what to do, in the clinic's language.
func (s *stopgap) notice(why error) string {
	w := s.books.Clinic()
	if s.served.Load() {
		return s.config.hide(w.T("Trouble: one of the processes of this bot could not start (%s). The others go on. Next: ask whoever runs this bot to correct that. The process then starts by itself.", contentTroubles(each(why))[0].Reason.Detail))
	}
	cause := database.CauseOf(why)
	what, next, then := causes(w)[cause].what, causes(w)[cause].next, w.T("The bot then goes on by itself.")
	switch {
	case errors.As(why, new(unusable)):
		what, next = w.T("its cards cannot be used, so those built in are shown: %s", contentTroubles(each(why))[0].Reason.Detail), w.T("correct that")
	case cause == database.Damaged:
		next, then = w.T("stop it, put a backup in the database's place, with the command restore, and start it again"), ""
	}
	said := w.T("Trouble: the bot could not start in full (%s). The bot still answers questions and requests for help in a crisis, but reminders wait, and nobody can save changes. Reminders that get too late are skipped on record. Next: ask whoever runs this bot to %s.", what, next)
	return s.config.hide(strings.TrimSpace(said + " " + then))
}

// routes answers a supervisor and the platforms.
func (s *stopgap) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }) // another start would not help
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "the program could not start in full: its log says why", http.StatusServiceUnavailable)
	})
	var platforms []bot.Platform
	for _, a := range s.adapters {
		platforms = append(platforms, a.Platform())
	}
	m, began := newMetrics(platforms), s.now() // nothing is planned from then on
	m.ticked(s.now, func() time.Time { return began })
	mux.Handle("GET /metrics", m)
	for path, endpoint := range s.config.endpoints(s.adapters) {
		mux.Handle("POST "+path, endpoint)
	}
	return mux
}

// silent reports nothing: without a database no trouble is on record.
type silent struct{}

func (silent) Report(context.Context, bot.Trouble) error { return nil }
func (silent) Healed(context.Context, bot.Trouble) error { return nil }
