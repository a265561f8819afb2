package chat

import (
	"context"
	"slices"
	"sync"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

// Bounds of asking for the names of channels.
const (
	namesTime  = 2 * time.Second // for all of an answer together
	namesAsked = 10              // at once
	namesKept  = 500
	nameLasts  = 5 * time.Minute
	nameRetry  = time.Minute // how long we wait before we ask again for a name that we did not get
)

// names remembers the names of channels, which the platforms tell. They stay in memory for
// nameLasts and are not stored.
type names struct {
	mu    sync.Mutex
	known map[bot.Place]nameKnown
}

type nameKnown struct {
	name  string // empty if the platform did not tell
	until time.Time
}

// of returns the names of places that are known, and the places whose names must be asked for,
// at most namesAsked.
func (n *names) of(places []bot.Place, now time.Time) (known map[bot.Place]string, ask []bot.Place) {
	n.mu.Lock()
	defer n.mu.Unlock()
	known = make(map[bot.Place]string)
	for _, p := range places {
		if k, ok := n.known[p]; ok && now.Before(k.until) {
			known[p] = k.name
		} else if len(ask) < namesAsked {
			ask = append(ask, p)
		}
	}
	return known, ask
}

func (n *names) learn(p bot.Place, name string, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.known == nil || len(n.known) >= namesKept {
		n.known = make(map[bot.Place]nameKnown)
	}
	lasts := nameLasts
	if name == "" {
		lasts = nameRetry
	}
	n.known[p] = nameKnown{name, now.Add(lasts)}
}

// named puts the names of channels into messages, because the reader's platform can name only
// its own channels. It asks the other platforms and waits at most namesTime. A channel without a
// name stays in the long form. named stops a panic: an answer without names is better than none.
func (c *channels) named(ctx context.Context, reader bot.Platform, now time.Time, messages ...*bot.Message) {
	defer c.unnamed()
	inspect := c.platforms.Load().Inspect
	places := foreignPlaces(reader, messages)
	if inspect == nil || len(places) == 0 {
		return
	}
	known, ask := c.names.of(places, now)
	ctx, cancel := context.WithTimeout(ctx, namesTime)
	defer cancel()
	var asking sync.WaitGroup
	for _, p := range ask {
		asking.Go(func() {
			defer c.unnamed()
			var ch bot.Channel
			defer func() { c.names.learn(p, ch.Name, now) }()
			var err error // the name may be known in spite of it
			if ch, err = inspect(ctx, p); err != nil && ch.Name == "" {
				c.log.Debug("a channel's name could not be looked up", "platform", p.Platform, "error", err)
			}
		})
	}
	asking.Wait()
	if len(ask) > 0 {
		known, _ = c.names.of(places, now)
	}
	for _, m := range messages {
		m.Blocks = content.EachSpan(m.Blocks, func(s content.Span) content.Span {
			if p, ok := foreign(reader, s); ok && known[p] != "" {
				s.Text = "#" + known[p] + " (" + p.Platform.Name() + ")"
			}
			return s
		})
	}
}

// unnamed, when deferred, logs a panic and ends it. The channels then stay in the long form.
func (c *channels) unnamed() {
	if recover() != nil {
		c.log.Error("naming channels panicked", "at", panicked())
	}
}

// foreignPlaces are the channels of other platforms than the reader's that messages name.
func foreignPlaces(reader bot.Platform, messages []*bot.Message) (places []bot.Place) {
	for _, m := range messages {
		for s := range content.Spans(m.Blocks...) {
			if p, ok := foreign(reader, s); ok && !slices.Contains(places, p) {
				places = append(places, p)
			}
		}
	}
	return places
}

// foreign is the channel of another platform than the reader's that a span names.
func foreign(reader bot.Platform, s content.Span) (p bot.Place, ok bool) {
	p, ok = s.Fact.(bot.Place)
	return p, ok && p.Platform != reader && p.Platform != bot.Playground
}
