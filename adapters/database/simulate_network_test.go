package database

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"circlekeeper/bot"
)

// platforms are those that a simulated clinic uses.
//
//nolint:gochecknoglobals // a list of constants
var platforms = []bot.Platform{bot.Discord, bot.Slack}

//nolint:gochecknoglobals // a constant
var simStaff = bot.Place{Platform: bot.Slack, Channel: "C0000999"}

// platform is a chat network in memory. It keeps bot.Adapter's contract and fails as the script
// says.
type platform struct {
	w      *world
	name   bot.Platform
	posts  []posted
	in     map[bot.Place][]int // the posts of each place, as indexes, the earliest first
	by     map[string]int      // how many posts a place has with a key
	down   []trial
	shut   []trial // places in which nobody can post
	limits []trial

	unpinned []trial // places in which nothing can be pinned
}

// trial is a fault that lasts for some time.
type trial struct {
	until time.Time
	place bot.Place // zero for the whole platform
	mode  string
}

type posted struct {
	place bot.Place
	key   string
	at    time.Time // by the platform's clock

	view, pinned, gone bool      // kept in view; pinned; deleted
	seen               string    // what people read, of a post that is kept in view
	edited             time.Time // when that was last changed
}

// window is how long the platform itself posts only one message for one key: some minutes on
// Discord, never on Slack.
func (p *platform) window() time.Duration {
	if p.name == bot.Discord {
		return 2 * time.Minute
	}
	return 0
}

func (p *platform) Platform() bot.Platform                         { return p.name }
func (p *platform) Serve(ctx context.Context, _ bot.Handler) error { <-ctx.Done(); return nil }

func stands(list []trial, now time.Time, to bot.Place) (trial, bool) {
	for _, t := range list {
		if t.until.After(now) && (t.place == bot.Place{} || t.place == to) {
			return t, true
		}
	}
	return trial{}, false
}

// meets returns the error of a lasting fault that a request meets: a platform that is down, a
// place in which nobody can post, a limit.
func (p *platform) meets(ctx context.Context, to bot.Place, post func()) error {
	w := p.w
	if t, ok := stands(p.down, w.truth(), to); ok {
		switch t.mode {
		case "silent":
			w.untilDeadline(ctx)
			return fmt.Errorf("%w: no answer", bot.ErrUnknown)
		case "swallows": // it does what it is asked, but its answer is lost
			post()
			w.untilDeadline(ctx)
			return fmt.Errorf("%w: no answer", bot.ErrUnknown)
		}
		return &bot.PlatformError{Kind: bot.ErrOutage, Detail: "the platform answers 503"}
	}
	if _, ok := stands(p.shut, w.truth(), to); ok {
		return &bot.PlatformError{Kind: bot.ErrUnreachable, Detail: "the bot may not post there"}
	}
	if t, ok := stands(p.limits, w.truth(), to); ok {
		return &bot.RateLimited{After: t.until.Sub(w.truth()), Global: t.place == bot.Place{}}
	}
	return nil
}

// untilDeadline holds a request until its sender gives up.
func (w *world) untilDeadline(ctx context.Context) {
	if at, ok := ctx.Deadline(); ok {
		w.park(max(time.Until(at), 0))
	}
}

const latency = 120 * time.Millisecond

// Send implements bot.Adapter.
func (p *platform) Send(ctx context.Context, to bot.Place, m bot.Message) (bot.Receipt, error) {
	w, r := p.w, p.w.turn.current.of
	if err := ctx.Err(); err != nil {
		return bot.Receipt{}, err
	}
	if e, ok := w.shot(beforeSend); ok {
		w.killLater(r, e.span)
		panic(killed{})
	}
	w.leaves(r, to, m)
	w.park(latency)
	if err := p.meets(ctx, to, func() { p.post(to, m) }); err != nil {
		return bot.Receipt{}, err
	}
	e, ok := w.shot(atSend)
	if !ok {
		id := p.post(to, m)
		w.maybeKill(r, afterSend)
		return bot.Receipt{ID: id, At: w.truth()}, nil
	}
	w.hinder(hindrance{from: w.truth(), to: w.truth().Add(e.span), slack: 4 * time.Minute, platform: p.name})
	switch e.kind {
	case "answer lost":
		p.post(to, m)
		w.untilDeadline(ctx)
	case "request lost":
		w.untilDeadline(ctx)
	case "answer late":
		if at, ok := ctx.Deadline(); ok {
			left := time.Until(at)
			w.landing = append(w.landing, landing{at: w.truth().Add(left * time.Duration(e.n%100) / 100), net: p, do: func() { p.post(to, m) }})
		}
		w.untilDeadline(ctx)
	case "refused once":
		return bot.Receipt{}, &bot.PlatformError{Kind: bot.ErrDeclined, Detail: "the platform refused the request"}
	case "message refused":
		return bot.Receipt{}, &bot.PlatformError{Kind: bot.ErrRejected, Detail: "a filter keeps these words back"}
	case "429 once":
		return bot.Receipt{}, &bot.RateLimited{After: e.span}
	}
	return bot.Receipt{}, fmt.Errorf("%w: no answer", bot.ErrUnknown)
}

// post puts a message into a channel.
func (p *platform) post(to bot.Place, m bot.Message) (id string) {
	now, key := p.w.truth(), m.Key
	if p.window() > 0 {
		for _, i := range slices.Backward(p.in[to]) {
			if now.Sub(p.posts[i].at) >= p.window() {
				break
			}
			if p.posts[i].key == key && !p.posts[i].gone {
				return fmt.Sprint(i + 1)
			}
		}
	}
	p.in[to] = append(p.in[to], len(p.posts))
	p.posts = append(p.posts, posted{place: to, key: key, at: now, view: m.InView})
	if m.InView {
		p.posts[len(p.posts)-1].seen = seen(m)
	}
	p.by[to.String()+" "+key]++
	h := fnv.New64a()
	fmt.Fprint(h, p.w.count.Journal, to, key, now)
	p.w.count.Journal = h.Sum64()
	p.w.stands(to, key)
	return fmt.Sprint(len(p.posts))
}

// Find implements bot.Adapter.
func (p *platform) Find(ctx context.Context, to bot.Place, m bot.Message, since time.Time) (bot.Receipt, bool, error) {
	if err := p.meets(ctx, to, func() {}); err != nil {
		return bot.Receipt{}, false, err
	}
	p.w.park(latency)
	// Both adapters look a minute further back than they are asked to. If there is no post
	// since then, they look at the newest posts.
	since = since.Add(-time.Minute)
	there := p.in[to]
	if n := len(there); n > 0 && p.posts[there[n-1]].at.Before(since) && p.w.known != lookedTooLate {
		there, since = there[max(0, n-50):], time.Time{}
	}
	for _, i := range slices.Backward(there) {
		x := p.posts[i]
		if x.at.Before(since) {
			break
		}
		if x.key == m.Key && !x.gone {
			return bot.Receipt{ID: fmt.Sprint(i + 1), At: x.at}, true, nil
		}
	}
	return bot.Receipt{}, false, nil
}

// Posts implements bot.Adapter.
func (p *platform) Posts(ctx context.Context, to bot.Place, since time.Time) (list []bot.Posted, whole bool, err error) {
	if err := p.meets(ctx, to, func() {}); err != nil {
		return nil, false, err
	}
	p.w.park(latency)
	for _, i := range p.in[to] {
		if x := p.posts[i]; !x.at.Before(since) && !x.gone {
			list = append(list, bot.Posted{Key: x.key, Receipt: bot.Receipt{ID: fmt.Sprint(i + 1), At: x.at}})
		}
	}
	return list, true, nil
}

// Inspect implements bot.Adapter.
func (p *platform) Inspect(ctx context.Context, to bot.Place) (bot.Channel, error) {
	if t, ok := stands(p.limits, p.w.truth(), to); ok && t.place != (bot.Place{}) {
		return bot.Channel{}, nil // a limit on posts does not show whether the bot may post
	}
	return bot.Channel{}, p.meets(ctx, to, func() {})
}
