package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"circlekeeper/adapters/database"
	"circlekeeper/adapters/discord"
	"circlekeeper/adapters/slack"
	"circlekeeper/bot"
	"circlekeeper/bot/chat"
	"circlekeeper/bot/delivery"
)

type runCommand struct{}

// Run serves until it is told to stop, or until something fails that only a person can mend.
func (runCommand) Run(ctx context.Context, p program, c *Config) error {
	hangups := p.signals.hangups()
	if c.SlackStaffChannel != "" && !c.hasStaffChannel() {
		c.logger(p).Warn("SLACK_STAFF_CHANNEL has no effect while Slack is not set up: no concern is taken, and only moderators hear of trouble")
		c.SlackStaffChannel = ""
	}
	var door port
	defer door.close()
	o, err := p.start(ctx, c)
	if c.waitsFor(err) {
		o, err = p.meanwhile(ctx, c, &door, err)
	}
	if err != nil || o == nil {
		return err
	}
	defer o.close()
	o.hangups = hangups
	adapters, err := c.adapters(o.books, o.log)
	if err == nil && len(adapters) == 0 {
		err = fmt.Errorf("nothing to serve: set %s, or %s; %s try needs neither", c.tokensOf(bot.Discord), c.tokensOf(bot.Slack), p.called)
	}
	if err != nil {
		for _, s := range p.settings.strangers() { // one of them may be the reason
			p.complain(c, fmt.Errorf("%s, %s", settingsFile, unknownSetting(s)))
		}
		for _, name := range p.settings.slips() {
			p.complain(c, errors.New(unknownVariable(name)))
		}
		return &bot.UserError{Message: err.Error()}
	}
	release, err := o.onlyServer()
	if err != nil {
		return err
	}
	defer release()
	if says := o.db.Exposed(); says != "" {
		o.log.Warn("the database is not safe from others", "because", says)
	}
	listener, err := door.listen(c.ListenAddr, o.log)
	if err != nil {
		return err
	}
	keepSmall()
	return o.serve(ctx, adapters, listener, nil)
}

// garbage is by how many percent of the memory in use unused memory may grow before it is
// collected, unless GOGC is set. Go's own 100 % would use 3 MB more at 250 commands a second,
// and save a tenth of the processor time.
const garbage = 30

// keepSmall bounds the memory of a process that runs for months, and returns what only the
// start has used. Its goroutines share one processor, unless GOMAXPROCS is set: a clinic keeps
// it busy for moments only, and to wake a second one for half a millisecond costs more than it
// helps. Both variables are read here again, because Go read them before the settings file was.
func keepSmall() {
	processors, err := strconv.Atoi(os.Getenv("GOMAXPROCS"))
	if err != nil || processors < 1 {
		processors = 1
	}
	runtime.GOMAXPROCS(processors)
	percent, err := strconv.Atoi(os.Getenv("GOGC"))
	switch {
	case os.Getenv("GOGC") == "off":
		percent = -1
	case err != nil:
		percent = garbage
	}
	debug.SetGCPercent(percent)
	debug.FreeOSMemory()
	returnPages()
}

// onlyServer takes the right to serve a SQLite file. One process has it at a time. A PostgreSQL
// database may have any number of servers.
func (o *opened) onlyServer() (release func(), err error) {
	if o.db.Shared() {
		return func() {}, nil
	}
	release, err = o.db.Hold()
	if errors.Is(err, database.ErrHeld) {
		return nil, errServed
	}
	return release, err
}

var errServed = errors.New("another circlekeeper serves this database file: stop it first, or use PostgreSQL for several at once")

// team runs the parts of a program. The first one that fails ends them all.
type team struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	wait   sync.WaitGroup
}

func newTeam(ctx context.Context) *team {
	ctx, cancel := context.WithCancelCause(ctx)
	return &team{ctx: ctx, cancel: cancel}
}

func (t *team) run(part func(ctx context.Context) error) {
	t.wait.Go(func() {
		if err := part(t.ctx); err != nil {
			t.cancel(err)
		}
	})
}

// join waits for all parts and returns the first failure.
func (t *team) join() error {
	<-t.ctx.Done()
	t.wait.Wait()
	if err := context.Cause(t.ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// timekeepers returns those adapters that can ask their platform for the time.
func timekeepers(adapters []bot.Adapter) (in []bot.Timekeeper) {
	for _, a := range adapters {
		if t, ok := a.(bot.Timekeeper); ok {
			in = append(in, t)
		}
	}
	return in
}

// serve runs the engine, the adapters and the HTTP server until ctx ends. Without a listener
// there is no HTTP server. more, if not nil, runs beside them once everything is ready.
func (o *opened) serve(ctx context.Context, adapters []bot.Adapter, listener net.Listener, more func(ctx context.Context) error) error {
	o.signals.serves()
	courier := delivery.NewCourier(o.bot.Deck(), adapters, o.log, o.now)
	o.bot.SetPlatforms(chat.Platforms{
		Inspect: inspecting(adapters), MayPin: pinning(adapters), CheckRole: checkingRoles(adapters),
	})
	courier.Timeout = cmp.Or(o.timeout, bot.SendTimeout)
	var platforms []bot.Platform
	for _, a := range adapters {
		platforms = append(platforms, a.Platform())
	}
	carried := platforms
	if !o.db.Shared() { // no other process would settle deliveries to the other platforms
		carried = []bot.Platform{bot.Discord, bot.Slack, bot.Playground}
	}
	m := newMetrics(measured(carried, platforms))
	courier.Settled = m.settled
	engine, err := o.db.NewEngine(database.EngineConfig{
		Planner: delivery.NewPlanner(o.bot.Deck()), Changed: o.bot.Touch, Courier: courier, Platforms: carried, Staff: o.staff, Digest: o.digest, Machine: o.machine, Clocks: timekeepers(adapters), Approvals: o.config.Approvals,
		KeepDeliveries: time.Duration(o.config.DeliveryRetention), KeepAudit: time.Duration(o.config.AuditRetention),
	})
	if err != nil {
		return err
	}
	t := newTeam(ctx)
	h := &health{deck: o.bot.Deck(), gateway: &o.gateway, db: o.db, begun: o.begun, engine: engine, now: o.now, metrics: m, adapters: adapters, endpoints: o.config.endpoints(adapters)}
	if listener != nil {
		t.run(func(ctx context.Context) error { return serveOn(ctx, listener, h.routes(), writeTimeout) })
	}
	t.run(func(ctx context.Context) error { return o.await(ctx, engine.Met) })
	t.run(o.afterwards(engine.Run))
	t.run(o.afterwards(o.followApprovals))
	var left atomic.Int32
	left.Store(int32(len(adapters)))
	for _, a := range adapters {
		t.run(func(ctx context.Context) error { return o.keep(ctx, a, &left, engine) })
	}
	beside := watcher{o, adapters, engine}
	t.run(o.afterwards(beside.watchConnections))
	t.run(o.afterwards(beside.watchAudience))
	t.run(func(ctx context.Context) error { return beside.watchStorage(ctx, engine) })
	t.run(func(ctx context.Context) error { return o.followContent(ctx, engine) })
	t.run(o.afterwards(newComparison(o, engine).follow))
	if more != nil {
		t.run(more)
	}
	o.log.Info("serving", "platforms", platforms, "cards", o.bot.Deck().Library().Fingerprint())
	err = t.join()
	o.log.Info("stopped")
	return err
}

// measured are the platforms whose deliveries this process settles, the playground only
// where it is served.
func measured(carried, served []bot.Platform) []bot.Platform {
	return slices.DeleteFunc(slices.Clone(carried), func(p bot.Platform) bool {
		return p == bot.Playground && !slices.Contains(served, p)
	})
}

// endpoints returns the handlers of requests from platforms, by path.
func (c *Config) endpoints(adapters []bot.Adapter) map[string]http.Handler {
	out := make(map[string]http.Handler)
	for _, a := range adapters {
		if d, ok := a.(*discord.Adapter); ok && c.DiscordMode == "http" {
			out[discord.EndpointPath] = d
		}
		if s, ok := a.(*slack.Adapter); ok && c.SlackMode == "http" {
			out[slack.EndpointPath] = s
		}
	}
	return out
}

// approvalsEvery is how often the program checks for new signatures.
const approvalsEvery = 2 * time.Second

// followApprovals keeps the core informed of signatures and crisis lines. It reads them all,
// with their words, only when something has changed.
func (o *opened) followApprovals(ctx context.Context) error {
	seen := ""
	tick := time.NewTicker(approvalsEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			now, err := o.db.ApprovalsMark(ctx)
			if err == nil && now != seen {
				if err = o.readApprovals(ctx); err == nil {
					seen = now
				}
			}
			if err != nil && ctx.Err() == nil {
				o.log.Error("approvals could not be read", "error", err)
			}
			if o.bot.Refresh() { // a line's time out of service may end even while the database is away
				o.bot.Touch()
			}
		}
	}
}

// keep serves one platform until ctx ends. If the platform no longer accepts the program, the
// program ends only if no other platform is left: the others' members must not lose their bot,
// and the app may be installed again.
func (o *opened) keep(ctx context.Context, a bot.Adapter, left *atomic.Int32, to reporter) error {
	for wait := retryFirst; ; wait = min(2*wait, retryMost) {
		began := o.now()
		err := o.serveAdapter(ctx, a)
		if o.now().Sub(began) > retryMost {
			wait = retryFirst
		}
		if err == nil || left.Add(-1) == 0 {
			return err
		}
		o.refused.Store(a.Platform(), true)
		o.log.Error("a platform cannot be served; the others go on", "platform", a.Platform(), "error", err)
		if err := to.Report(ctx, bot.AccessTrouble(a.Platform(), bot.Detail(err))); err != nil {
			o.log.Error("the trouble could not be told", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		left.Add(1)
	}
}

func explain(a bot.Adapter, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", a.Platform(), err)
	}
	return nil
}
