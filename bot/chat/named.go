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
	nameLasts  = 5 * time.Minute
	nameRetry  = time.Minute // how long we wait before we ask again for a name that we did not get
)

// nameTold is the name of a channel, as its platform told it. It stays in memory for nameLasts and is
// not stored.
type nameTold struct {
	name  string // empty if the platform did not tell
	until time.Time
}

// nameOf returns the name of a channel; known is false if it must be asked for.
func (c *channels) nameOf(p bot.Place, now time.Time) (name string, known bool) {
	t, _ := c.names.Get(p)
	return t.name, now.Before(t.until)
}

// learn remembers the name of a channel.
func (c *channels) learn(p bot.Place, name string, now time.Time) {
	lasts := nameLasts
	if name == "" {
		lasts = nameRetry
	}
	c.names.Set(p, nameTold{name, now.Add(lasts)})
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
	ask := slices.DeleteFunc(places, func(p bot.Place) bool { _, known := c.nameOf(p, now); return known })
	ctx, cancel := context.WithTimeout(ctx, namesTime)
	defer cancel()
	var asking sync.WaitGroup
	for _, p := range ask[:min(len(ask), namesAsked)] {
		asking.Go(func() {
			defer c.unnamed()
			var ch bot.Channel
			defer func() { c.learn(p, ch.Name, now) }()
			var err error // the name may be known in spite of it
			if ch, err = inspect(ctx, p); err != nil && ch.Name == "" {
				c.log.Debug("a channel's name could not be looked up", "platform", p.Platform, "error", err)
			}
		})
	}
	asking.Wait()
	for _, m := range messages {
		m.Blocks = content.EachSpan(m.Blocks, func(s content.Span) content.Span {
			if p, ok := foreign(reader, s); ok {
				if name, known := c.nameOf(p, now); known && name != "" {
					s.Text = "#" + name + " (" + p.Platform.Name() + ")"
				}
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
